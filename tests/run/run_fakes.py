"""Quick stand-ins for the steps of a run, and a command line around them for tests that kill a process."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from werkzorg.errors import WerkzorgError
from werkzorg.run.progress import Display
from werkzorg.run.runner import Order, Outcome, run
from werkzorg.run.steps import Steps

READERS = ("municipality", "client")


@dataclass(frozen=True)
class FakePilot:
    """A pilot as far as the runner looks at it."""

    id: str = "proef"


def _save(posterior, path: Path) -> None:
    path.write_text(json.dumps(posterior), encoding="utf8")


def _make_reports(folder: Path, readers, langs) -> dict[str, float]:
    # Leaves a file in the temporary folder, as PyTensor and kernels do.
    handle, _ = tempfile.mkstemp()
    os.close(handle)
    for reader in readers:
        for lang in langs:
            (folder / f"{reader}-{lang}.html").write_text(f"<p>{reader} {lang}</p>", encoding="utf8")
    return {"kernels": 0.25}


def _case_sums(pilot, made, facts, folder: Path, lang: str) -> None:
    (folder / "vertrouwelijk").mkdir(mode=0o700)
    (folder / "vertrouwelijk" / "rekensom-per-casus.html").write_text("<p>P-AAAA1111</p>", encoding="utf8")


FAKE = Steps(
    load=lambda name: FakePilot(),
    read_records=lambda name, pilot: None,
    prepare=lambda: None,
    prepare_fit=lambda: None,
    fit_ingredients=lambda pilot, seed, records: {"pilot": pilot.id, "seed": seed, "code": "1"},
    inputs=lambda pilot, records: {"pilot": "digest-of-pilot"},
    first_answer=lambda pilot, records: 0.5,
    tell_first_answer=lambda pilot, answer: f"eerste antwoord {answer}",
    fit=lambda pilot, seed, records: {"draws": [seed, 1, 2]},
    fit_parts=lambda posterior: {"compile": 0.5},
    save_posterior=_save,
    read_posterior=lambda path: json.loads(path.read_text(encoding="utf8")),
    project=lambda pilot, posterior: posterior["draws"],
    settle=lambda pilot, trajectory: [2 * value for value in trajectory],
    appraise=lambda pilot, ledger: sum(ledger),
    release=lambda pilot, made, facts: {"total": made.appraisal, "reused": facts.reused_fit, "run_id": facts.run_id},
    verdict=lambda results: "ok",
    write_results=lambda results, folder: (folder / "results.json").write_text(json.dumps(results), encoding="utf8"),
    save_technical=lambda made, folder: _save(made.posterior, folder / "posterior.nc"),
    make_reports=_make_reports,
    case_sums=_case_sums,
)


def order(out: Path, seed: int = 1) -> Order:
    """An order with the defaults of the tests."""
    return Order("proef", str(out), ("nl",), READERS, seed)


def quiet() -> Display:
    """A display whose text can be read back: `display.console.file.getvalue()`."""
    import io

    return Display(Console(file=io.StringIO(), width=200))


def text_of(display: Display) -> str:
    """Everything that was shown."""
    return display.console.file.getvalue()


def go(out: Path, seed: int = 1, steps: Steps = FAKE, **changed) -> tuple[Outcome, Display]:
    """One run with some steps changed."""
    display = quiet()
    return run(order(out, seed), replace(steps, **changed), display), display


def _wait_in(step: str, signal_file: Path):
    """A step that tells that it has begun and then takes longer than any test waits."""

    def wait(*arguments):
        signal_file.write_text(step, encoding="utf8")
        time.sleep(600)

    return wait


def main() -> int:
    """Run the fakes as a process of their own: `python run_fakes.py OUT [--hang STEP --signal FILE]`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hang")
    parser.add_argument("--signal", type=Path)
    chosen = parser.parse_args()
    steps = replace(FAKE, **{chosen.hang: _wait_in(chosen.hang, chosen.signal)}) if chosen.hang else FAKE
    try:
        run(order(Path(chosen.out), chosen.seed), steps, Display())
    except WerkzorgError as error:
        sys.stderr.write(error.render() + "\n")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
