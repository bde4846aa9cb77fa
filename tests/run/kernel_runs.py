"""A run of the fakes with a real notebook in a real kernel: `python kernel_runs.py OUT NOTEBOOKS`.

`NOTEBOOKS` is the folder with the notebook `client`, in the place of the shipped ones.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from run_fakes import FAKE, order

from werkzorg.errors import WerkzorgError
from werkzorg.reporting import execute, make
from werkzorg.reporting.results import Results
from werkzorg.run.progress import Display
from werkzorg.run.runner import run

META = {"name_nl": "Proef", "name_en": "Trial", "created": "2026-11-22T10:00:00+01:00", "version": "1", "run_id": "r"}


def reports(folder, readers, langs):
    """The reports of a run, in their threads, but for the pages, which need a whole table."""
    make.make_reports(folder, folder, ("client",), langs, timeout=600)


def main(out: str, notebooks: str) -> int:
    """One run; its exit code."""
    execute.shipped = lambda kind: Path(notebooks)
    make.read_results = lambda folder: Results(META, None, None, None)
    make.export_html = lambda *arguments: None
    try:
        run(order(Path(out), seed=2), replace(FAKE, make_reports=reports), Display())
    except WerkzorgError as error:
        sys.stderr.write(error.render() + "\n")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
