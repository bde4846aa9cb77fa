"""Disturbs releases at every moment on their way through the file system, as `disturbed_runs` does with runs.

`python disturbed_releases.py FOLDER {kill|full}`. A release of 40 people stands already. The one that is disturbed is
of 55, and after it comes one of 54: beside the second it would show one person, beside the first it shows nobody. So
it may leave when nobody could see the second, and may not when somebody could. What is real: locks, draft, ledger with
its rules, publication. What is not: the numbers and the documents.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
from disturbed_runs import full_from, in_child, kill_at
from rich.console import Console

from werkzorg.cases.release_ledger import Entry, read_ledger
from werkzorg.errors import WerkzorgError
from werkzorg.run import releasing
from werkzorg.run.progress import Display
from werkzorg.run.record import is_complete
from werkzorg.run.recording import NOTE

FIRST, SECOND, THIRD = 40, 55, 54
"""People behind the release that stands, the one that is disturbed, and the one that comes after it."""

ZONE, KNOWN = "vertrouwelijk", {"uit", "tmp", "cache", "vertrouwelijk", ".uit.lock"}


@dataclass(frozen=True)
class People:
    """Records as far as a release looks at them."""

    count: int
    digests: tuple = ()
    threshold: int = 10
    made_up: bool = False
    accountability: object = None


def release(folder: Path, people: int) -> None:
    """One release of the first so many people."""
    shown = frozenset(f"{number:024x}" for number in range(people))

    def entry(by, pilot, records, run_id, secret):
        sets, states = {"people": shown}, dict.fromkeys(shown, "a")
        moment = f"2026-01-01T10:00:{people}+01:00"
        return Entry(pilot.id, by, moment, f"run-{people}", "0a1b2c3d", sets, states)

    def checked(pilot, results, made, ledger, records, secret):
        releasing.refuse_beside(made, ledger, records)
        return results, made

    table = pd.DataFrame({"checks": ["SDC-01"], "parties": ["all"]})
    quick = {
        "load_pilot": lambda name: SimpleNamespace(id="proef"),
        "read_records": lambda *_, **__: People(people),
        "_current_results": lambda *_: SimpleNamespace(meta={"seed": 1, "run_id": f"run-{people}"}, table=table),
        "seed_of": lambda *_: 1, "changed_notebooks": lambda *_: [], "ledger_folder": lambda *_: folder / ZONE,
        "make_entry": entry, "checked": checked, "_write_note": write_note, "_data_folder": lambda *_: [],
        "look_for_people": lambda *_: None,
        "write_documents": lambda final, draft, *_: (draft / "results.json").write_text(str(people), encoding="utf8"),
    }  # fmt: skip
    for name, stand_in in quick.items():
        setattr(releasing, name, stand_in)
    order = releasing.ReleaseOrder("proef", "A. de Vries", out=str(folder / "uit"))
    releasing.release_pilot(order, Display(Console(file=io.StringIO())))


def write_note(draft: Path, entry: Entry, final: object) -> None:
    """The facts of a release, where the real note has them."""
    (draft / NOTE).write_text(json.dumps(entry.facts), encoding="utf8")


def prepare(folder: Path) -> None:
    """A place with one release; all other folders are below it too."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tmp").mkdir(parents=True)
    os.environ |= {"WERKZORG_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "tmp"), "WERKZORG_LANG": "nl"}
    tempfile.tempdir = None
    release(folder, FIRST)


def found_in(folder: Path) -> dict[str, object]:
    """The release that can be seen, those on record, and what should not be there."""
    target = folder / "uit"
    here = target if target.exists() else folder / ".uit.old"
    names = {path.name for path in folder.iterdir()} | {f"tmp/{path.name}" for path in (folder / "tmp").iterdir()}
    entries = read_ledger(folder / ZONE).entries
    return {
        "seen": int((here / "results.json").read_text(encoding="utf8")),
        "whole": is_complete(here),
        "record": [int(entry.run_id.partition("-")[2]) for entry in entries],
        "coming": [entry.coming is not None for entry in entries],
        "left": sorted(names - KNOWN),
    }


def told_by(folder: Path, people: int) -> dict[str, object]:
    """A release that nothing disturbs: whether it was made, or the message; and what is there then."""
    try:
        release(folder, people)
        return {"refused": None, **found_in(folder)}
    except WerkzorgError as error:
        return {"refused": error.problems[0].identifier, **found_in(folder)}


def one_moment(folder: Path, moment: int, how: str) -> dict[str, object]:
    """Disturb at a moment and look; then the same again, and apart from that the one that shows a person beside it."""
    prepare(folder)
    disturb = {"kill": kill_at, "full": full_from}[how](moment)
    told = in_child(folder, disturb, lambda: release(folder, SECOND))
    found = {"moment": moment, **told, **found_in(folder)}
    kept = folder.with_name("bewaard")
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder, kept)
    found["again"] = told_by(folder, SECOND)
    shutil.rmtree(folder)
    kept.rename(folder)
    return found | {"third": told_by(folder, THIRD)}


def main(folder: Path, how: str) -> None:
    """One undisturbed release, and then one for every moment it has."""
    prepare(folder)
    moments = in_child(folder, lambda *_: None, lambda: release(folder, SECOND))["moments"]
    print(json.dumps({"moments": moments, **found_in(folder)}), flush=True)
    for moment in range(1, moments + 1):
        print(json.dumps(one_moment(folder, moment, how)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
