"""Kill the real command at random moments, and see that the next one gives the same numbers.

    python -m benchmarks.survival [--pilot NAME] [--kills 20] [--seed 1] [--every 5]

Tests kill a run with quick steps at every moment; this kills `werkzorg run` itself, which takes minutes. Two quiet runs
come first: one that compiles, and one whose time is taken. Each next run is killed (`kill -9`) at a moment drawn evenly
over that time, and by turns a kernel of a notebook instead, and begins among what the one before left behind. Saved
fits of runs that ended are taken away first, so that a kill meets the sampler too. After every kill the last good
results must be untouched, and a run that lost a kernel must end with its code; after every fifth the command is given
again to the end, and must give the same results, but for the name and time of the run, and leave nothing behind. All
has a cache of its own, with the compiled code of the user's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from werkzorg.errors import ExitCode
from werkzorg.run.cache import cache_folder
from werkzorg.run.compiled_files import FOLDERS
from werkzorg.run.record import digests_of_folder, is_complete

OF_ONE_RUN = ("run_id", "created", "reused_fit")
"""Facts in the results that differ between two runs of the same."""

KERNEL_EVERY = 3
"""Every third kill is that of a kernel."""


def numbers(target: Path) -> dict[str, Any]:
    """Results without what differs between two runs of the same.

    Parameters
    ----------
    target : Path
        Folder with results.
    """
    results = json.loads((target / "results.json").read_text(encoding="utf8"))
    results["meta"] = {name: value for name, value in results["meta"].items() if name not in OF_ONE_RUN}
    return results


class Place:
    """A folder with its own results and temporary files.

    Parameters
    ----------
    folder : Path
    pilot : str
    """

    def __init__(self, folder: Path, pilot: str) -> None:
        self.target, self.tmp, self.cache = folder / "out", folder / "tmp", folder / "cache"
        self.tmp.mkdir()
        for compiled in FOLDERS:
            if (cache_folder() / compiled).is_dir():
                shutil.copytree(cache_folder() / compiled, self.cache / compiled)
        self._command = [sys.executable, "-m", "werkzorg", "run", pilot, "--for", "client", "--out", str(self.target)]

    def start(self) -> subprocess.Popen:
        """The command, as a process."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        places = {"TMPDIR": str(self.tmp), "WERKZORG_CACHE": str(self.cache)}
        return subprocess.Popen(self._command, env=os.environ | places, **quiet)

    def forget_fit(self) -> None:
        """Take away the fit of a run that ended; half a fit of one that was killed stays."""
        for record in (self.cache / "fits").glob("*.json"):
            record.with_suffix(".nc").unlink(missing_ok=True)
            record.unlink()

    def litter(self) -> list[str]:
        """What is beside the results, but for the lock, and in the temporary folder."""
        known = {"out", "tmp", "cache", ".out.lock"}
        beside = [path.name for path in self.target.parent.iterdir() if path.name not in known]
        return sorted(beside + [f"tmp/{path.name}" for path in self.tmp.iterdir()])


def kill_kernel(process: subprocess.Popen) -> tuple[str, bool]:
    """Wait for a kernel of a run and kill it; say how the run ended, and whether as it should."""
    while process.poll() is None:
        # A child may end between the moment that it is listed and the moment that it is looked at.
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children():
                if any("ipykernel" in word for word in child.cmdline()):
                    time.sleep(random.random())
                    child.kill()
                    code = process.wait()
                    # A kernel that had done its work already is not missed.
                    return f"kernel, code {code}", code in (ExitCode.RUN, ExitCode.OK)
        time.sleep(0.1)
    return f"no kernel met, code {process.returncode}", False


def kill_run(process: subprocess.Popen, after: float) -> tuple[str, bool]:
    """Kill a run after some seconds; the same."""
    try:
        code = process.wait(timeout=after)
        return f"ended by itself, code {code}", code == ExitCode.OK
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return f"run after {after:.1f} s", True


def main() -> int:
    """Print a line for each kill; 1 when anything was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pilot", default="drechtsteden")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=5)
    chosen = parser.parse_args()
    random.seed(chosen.seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), chosen.pilot)
        for _ in ("that compiles", "of which the time is taken"):
            place.forget_fit()
            begin = time.monotonic()
            if place.start().wait() != 0:
                sys.exit("the quiet run did not end well")
        lasts = time.monotonic() - begin
        expected, good = numbers(place.target), digests_of_folder(place.target)
        print(f"quiet run: {lasts:.1f} s, {len(expected['table'])} rows", flush=True)
        for number in range(1, chosen.kills + 1):
            place.forget_fit()
            process = place.start()
            by_kernel = number % KERNEL_EVERY == 0
            how, ended = kill_kernel(process) if by_kernel else kill_run(process, random.uniform(0, lasts))
            now = digests_of_folder(place.target)
            fine = is_complete(place.target) and (now == good or numbers(place.target) == expected)
            good = now
            print(f"{number}: killed {how}; last good results {'whole' if fine else 'DAMAGED'}", flush=True)
            wrong += not (fine and ended)
            if number % chosen.every == 0 or number == chosen.kills:
                code = place.start().wait()
                same = code == 0 and is_complete(place.target) and numbers(place.target) == expected
                good, litter = digests_of_folder(place.target), place.litter()
                print(
                    f"   again: code {code}, {'same' if same else 'OTHER'} numbers, left behind: {litter}", flush=True
                )
                wrong += not same or bool(litter)
    print(f"{chosen.kills} kills, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
