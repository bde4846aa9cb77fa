"""Runs and releases in folders that may not be written to: `python closed_folders.py PLACE`.

The superuser may write everywhere, so each case runs in a fork that gives that up first; `PLACE` is a folder that
anybody can reach. Each line of the output is one case, as JSON.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from disturbed_releases import FIRST, SECOND, found_in, release
from run_fakes import go

from werkzorg.errors import WerkzorgError
from werkzorg.run import releasing
from werkzorg.run.places import ledger_folder
from werkzorg.run.record import digests_of_folder, is_complete

NOBODY = 65534


def close(folder: Path) -> None:
    """Nobody may change what is in a folder."""
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)


def settle_in(place: Path) -> Path:
    """Everything that a command writes to lies below one folder; that in which it works."""
    for name in ("tmp", "cache", "werk"):
        (place / name).mkdir(parents=True, exist_ok=True)
    os.environ |= {"WERKZORG_CACHE": str(place / "cache"), "TMPDIR": str(place / "tmp"), "WERKZORG_LANG": "nl"}
    tempfile.tempdir = None
    return place / "werk"


def message_of(work: Callable[[], object]) -> dict[str, object]:
    """Code and message of what failed; no message when it did not."""
    try:
        work()
    except WerkzorgError as error:
        return {"code": int(error.exit_code), "message": error.render("nl")}
    return {"code": 0, "message": ""}


def run_into(place: Path, closed: str) -> dict[str, object]:
    """A run, and another one after a folder was closed."""
    target = settle_in(place) / "uit"
    go(target, seed=1)
    before = digests_of_folder(target)
    close(place / closed)
    told = message_of(lambda: go(target, seed=2))
    return told | {"untouched": digests_of_folder(target) == before, "whole": is_complete(target)}


def run_over_closed(place: Path) -> dict[str, object]:
    """Runs over results that somebody closed so that nobody changes them."""
    target = settle_in(place) / "uit"
    for seed in (1, 2, 3):
        go(target, seed=seed)
        close(target)
    left = sorted(path.name for path in target.parent.iterdir() if path.name not in ("uit", ".uit.lock"))
    return {"left": left, "whole": is_complete(target)}


def release_with(place: Path, closed: str) -> dict[str, object]:
    """A release, and another one after a folder was closed."""
    folder = settle_in(place)
    (folder / "tmp").mkdir()
    release(folder, FIRST)
    before = digests_of_folder(folder / "uit")
    close(folder / closed)
    told = message_of(lambda: release(folder, SECOND))
    return told | found_in(folder) | {"untouched": digests_of_folder(folder / "uit") == before}


def seed_without_secret(place: Path) -> dict[str, object]:
    """The seed of a run when the data folder may only be read."""
    folder = settle_in(place)
    (folder / "pilot.yaml").write_text("id: proef", encoding="utf8")
    close(folder)
    # The warm-up put another in its place.
    releasing.ledger_folder = ledger_folder
    data = SimpleNamespace(made_up=False, digests={"months.csv": "aa"})
    return {"seed": releasing.own_seed(str(folder / "pilot.yaml"), SimpleNamespace(id="proef", data=None), data, 7)}


CASES = {
    "run into werk": lambda place: run_into(place, "werk"),
    "run into cache": lambda place: run_into(place, "cache"),
    "run into cache/fits": lambda place: run_into(place, "cache/fits"),
    "run over closed": run_over_closed,
    "release into vertrouwelijk": lambda place: release_with(place, "vertrouwelijk"),
    "release into .": lambda place: release_with(place, "."),
    "seed": seed_without_secret,
}


def as_a_user(place: Path, work: Callable[[Path], dict[str, object]]) -> dict[str, object]:
    """What a case tells, done by somebody for whom the modes of files hold."""
    place.mkdir()
    if os.getuid() == 0:
        os.chown(place, NOBODY, NOBODY)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            told = work(place)
        except BaseException:
            told = {"broke": traceback.format_exc()}
        os.write(writer, json.dumps(told).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(text)


def main(place: Path) -> None:
    """All cases; what they import on their way is imported before the superuser steps back, who alone may reach it."""
    for work in (lambda folder: run_into(folder, "tmp"), lambda folder: release_with(folder, "uit")):
        work(place / f"eerst{id(work)}")
    for number, (name, work) in enumerate(CASES.items()):
        told = as_a_user(place / str(number), work)
        print(json.dumps({"case": name, "place": str(place / str(number))} | told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
