"""Disturbs runs of the fakes at every moment on their way through the file system.

`python disturbed_runs.py FOLDER {kill|full} {ok|stop|ok-after-stop}`. A process of its own forks a child for each
moment. The child counts what it does to files (open, make, rename, remove) and, just before the one whose turn it is,
kills itself as `kill -9` would, or finds that the disk is full from then on. So every moment at which the disk can
differ is reached, whatever the speed of the machine. Each line of the output is one moment, as JSON: what was found,
and what was found after the same command was given again.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from run_fakes import go

from werkzorg.errors import WerkzorgError
from werkzorg.run.record import digests_of_folder, is_complete

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
GOOD, OTHER, STOPPED = 1, 2, 3
"""Seeds of the good results that are there, of the run that is disturbed and given again, and of a stopped one."""

KNOWN = {"uit", "uit-gestopt", "tmp", "cache", "cache/fits", ".uit.lock", "cache/fits/.lock"}


class Nobody:
    """Records that only make the step of the sums per case run."""

    notices = ()

    def notes(self, pilot):
        return ()


def run_fakes(folder: Path, seed: int, verdict: str = "ok") -> None:
    """One run into `uit`."""
    go(
        folder / "uit",
        seed=seed,
        verdict=lambda results: verdict,
        read_records=lambda name, pilot: Nobody(),
    )


def prepare(folder: Path, verdict: str) -> dict[str, str]:
    """A place with good results, and stopped ones where the verdict names them; all other folders are below it too."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tmp").mkdir(parents=True)
    os.environ |= {"WERKZORG_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "tmp"), "WERKZORG_LANG": "nl"}
    tempfile.tempdir = None
    run_fakes(folder, GOOD)
    if "stop" in verdict:
        run_fakes(folder, STOPPED, "stop")
    return digests_of_folder(folder / "uit")


def disturbed(folder: Path, verdict: str) -> None:
    """The run that is disturbed, and given again."""
    run_fakes(folder, OTHER, verdict.partition("-")[0])


def in_child(folder: Path, disturb: Callable[[int, str, bool], None], work: Callable[[], object]) -> dict[str, object]:
    """Work in a fork, with `disturb` called before each change on disk; what came of it, nothing when it was killed."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        seen = [0]

        def hook(event, arguments):
            writes = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & WRITING)
            # A name without its folder is one in a folder that is being removed.
            ours = str(folder) in str(arguments[0]) or not str(arguments[0]).startswith("/")
            if ours and (writes or event in CHANGES):
                seen[0] += 1
                disturb(seen[0], event, writes or event == "os.mkdir")

        sys.addaudithook(hook)
        told = {"code": 0}
        try:
            work()
        except WerkzorgError as error:
            told = {"code": int(error.exit_code), "message": error.render("nl")}
        except BaseException as error:
            told = {"code": -1, "message": repr(error)}
        os.write(writer, json.dumps(told | {"moments": seen[0]}).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else {}


def kill_at(moment: int) -> Callable[[int, str, bool], None]:
    def disturb(number: int, event: str, writes: bool) -> None:
        if number == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    return disturb


def full_from(moment: int) -> Callable[[int, str, bool], None]:
    """Writing fails from a moment on; a full disk still lets files be removed and, but for that once, renamed."""

    def disturb(number: int, event: str, writes: bool) -> None:
        if (number >= moment and writes) or (number == moment and event == "os.rename"):
            raise OSError(errno.ENOSPC, "No space left on device")

    return disturb


def numbers(target: Path) -> object:
    """Results without what differs between two runs of the same."""
    values = json.loads((target / "results.json").read_text(encoding="utf8"))
    return {name: value for name, value in values.items() if name not in ("run_id", "reused")}


def left_over(folder: Path) -> list[str]:
    """Everything that should not be there when no run is going on; a saved fit is two files."""
    places = (folder, folder / "tmp", folder / "cache", folder / "cache" / "fits")
    names = {path.relative_to(folder).as_posix() for place in places if place.is_dir() for path in place.iterdir()}
    fits = {name for name in names if name.startswith("cache/fits/") and name.endswith((".nc", ".json"))}
    pairs = {name for name in fits if {name.rpartition(".")[0] + end for end in (".nc", ".json")} <= fits}
    return sorted(names - KNOWN - pairs)


def one_moment(folder: Path, moment: int, how: str, verdict: str) -> dict[str, object]:
    """Disturb at a moment, look, run again, look; then a good run that has nothing to clean up."""
    before = prepare(folder, verdict)
    target, aside = folder / "uit", folder / ".uit.old"
    told = in_child(folder, {"kill": kill_at, "full": full_from}[how](moment), lambda: disturbed(folder, verdict))
    here = target if target.exists() else aside
    found = {"moment": moment, **told, "here": here.name, "whole": is_complete(here), "numbers": numbers(here)}
    found |= {"untouched": digests_of_folder(here) == before, "left": left_over(folder)}
    try:
        disturbed(folder, verdict)
    except WerkzorgError as error:
        return found | {"again": error.render()}
    place = place_of(folder, verdict)
    found |= {
        "again": "ok",
        "numbers_again": numbers(place),
        "whole_again": is_complete(place) and is_complete(target),
        "good_again": verdict != "stop" or digests_of_folder(target) == before,
        "left_again": left_over(folder),
    }
    run_fakes(folder, GOOD)
    return found | {"stopped_last": (folder / "uit-gestopt").exists(), "left_last": left_over(folder)}


def place_of(folder: Path, verdict: str) -> Path:
    """Where the results of the disturbed run belong."""
    return folder / ("uit-gestopt" if verdict == "stop" else "uit")


def main(folder: Path, how: str, verdict: str) -> None:
    """One undisturbed run, and then one for every moment it has."""
    prepare(folder, verdict)
    moments = in_child(folder, lambda *_: None, lambda: disturbed(folder, verdict))["moments"]
    print(json.dumps({"moments": moments, "numbers": numbers(place_of(folder, verdict))}), flush=True)
    for moment in range(1, moments + 1):
        print(json.dumps(one_moment(folder, moment, how, verdict)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
