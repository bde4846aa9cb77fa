"""Kill the real command at random moments, and see that the next one gives the same numbers.

    python -m benchmarks.survival [--pilot NAME] [--kills 20] [--seed 1] [--every 5]

Tests kill a run with quick steps at every moment; this kills `werkzorg run` itself, which takes minutes. A quiet run
comes first. Each next run is killed (`kill -9`) at a moment drawn evenly over the time that the quiet one took, and by
turns a kernel of a notebook instead, and begins among what the one before left behind. After every kill the last good
results must be untouched; after every fifth the command is given again to the end, and must give the same results,
but for the name and time of the run, and leave nothing behind.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

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
        self.target, self.tmp = folder / "out", folder / "tmp"
        self.tmp.mkdir()
        self._command = [sys.executable, "-m", "werkzorg", "run", pilot, "--for", "client", "--out", str(self.target)]

    def start(self) -> subprocess.Popen:
        """The command, as a process."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(self._command, env=os.environ | {"TMPDIR": str(self.tmp)}, **quiet)

    def litter(self) -> list[str]:
        """What is beside the results, but for the lock, and in the temporary folder."""
        known = {"out", "tmp", ".out.lock"}
        beside = [path.name for path in self.target.parent.iterdir() if path.name not in known]
        return sorted(beside + [f"tmp/{path.name}" for path in self.tmp.iterdir()])


def kill_kernel(process: subprocess.Popen) -> str:
    """Wait for a kernel of a run and kill it; say how the run ended."""
    while process.poll() is None:
        # A child may end between the moment that it is listed and the moment that it is looked at.
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children():
                if any("ipykernel" in word for word in child.cmdline()):
                    time.sleep(random.random())
                    child.kill()
                    return f"kernel, code {process.wait()}"
        time.sleep(0.1)
    return f"no kernel met, code {process.returncode}"


def kill_run(process: subprocess.Popen, after: float) -> str:
    """Kill a run after some seconds."""
    try:
        return f"ended by itself, code {process.wait(timeout=after)}"
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return f"run after {after:.1f} s"


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
        begin = time.monotonic()
        if place.start().wait() != 0:
            sys.exit("the quiet run did not end well")
        lasts = time.monotonic() - begin
        expected, good = numbers(place.target), digests_of_folder(place.target)
        print(f"quiet run: {lasts:.1f} s, {len(expected['table'])} rows", flush=True)
        for number in range(1, chosen.kills + 1):
            process = place.start()
            by_kernel = number % KERNEL_EVERY == 0
            how = kill_kernel(process) if by_kernel else kill_run(process, random.uniform(0, lasts))
            now = digests_of_folder(place.target)
            fine = is_complete(place.target) and (now == good or numbers(place.target) == expected)
            good = now
            print(f"{number}: killed {how}; last good results {'whole' if fine else 'DAMAGED'}", flush=True)
            wrong += not fine
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
