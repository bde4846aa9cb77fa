"""Time of each step of `werkzorg run drechtsteden`, cold (nothing compiled, nothing saved) and warm.

    python -m benchmarks.run [--pilot NAME] [--lang nl] [--repeat N]

Runs the command in processes of its own, each with a new output folder, and reads the times from `manifest.json`.
Cold: an empty cache. Warm: compiled code is there, the fit is made again (the saved fit is removed). Reuse: the fit is
there too. `start and stop` is the time of the whole command less its steps: the interpreter, the command line and
publishing. Imports, compilation and notebook kernels are named apart, indented under the step that they belong to.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from werkzorg.run.record import describe_platform, package_versions

LIMITS = {"warm": 40.0, "cold": 120.0}
"""Seconds that the whole command may take on two cores."""


def run_once(pilot: str, lang: str, cache: Path) -> dict[str, float]:
    """Run the command once and give seconds per step, parts indented, and the whole.

    Parameters
    ----------
    pilot, lang : str
        As on the command line.
    cache : Path
        Cache folder of the run.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out"
        # The benchmark decides where compiled code goes, not the machine.
        environment = {name: value for name, value in os.environ.items() if name not in _PLACES}
        environment |= {"WERKZORG_CACHE": str(cache)}
        command = [sys.executable, "-m", "werkzorg", "run", pilot, "--lang", lang, "--out", str(target)]
        begin = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        whole = time.perf_counter() - begin
        if done.returncode != 0:
            sys.exit(f"the run ended with code {done.returncode}:\n{done.stderr}")
        steps = json.loads((target / "manifest.json").read_text(encoding="utf8"))["steps"]
    return times_of(steps, whole)


_PLACES = ("PYTENSOR_FLAGS", "NUMBA_CACHE_DIR", "MPLCONFIGDIR")


def times_of(steps: list[dict], whole: float) -> dict[str, float]:
    """Seconds by row of the table, from the steps of a manifest and the time of the whole command."""
    times: dict[str, float] = {}
    for step in steps:
        times[step["step"]] = step["seconds"]
        for part, seconds in step["parts"].items():
            times[f"  {step['step']}: {part}"] = seconds
    times["start and stop"] = whole - sum(step["seconds"] for step in steps)
    times["whole"] = whole
    return times


def measure(pilot: str, lang: str, repeat: int) -> dict[str, list[dict[str, float]]]:
    """Times of cold, warm and reuse runs; cold once, the others `repeat` times."""
    cache = Path(tempfile.mkdtemp(prefix="werkzorg-bench-"))
    try:
        taken = {"cold": [run_once(pilot, lang, cache)], "warm": [], "reuse": []}
        for _ in range(repeat):
            shutil.rmtree(cache / "fits", ignore_errors=True)
            taken["warm"].append(run_once(pilot, lang, cache))
            taken["reuse"].append(run_once(pilot, lang, cache))
        return taken
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def table(taken: dict[str, list[dict[str, float]]]) -> str:
    """Markdown table of medians in seconds, one column per kind of run."""
    rows = list(dict.fromkeys(name for runs in taken.values() for times in runs for name in times))
    rows = [name for name in rows if name != "whole"] + ["whole"]
    lines = [f"| step | {' | '.join(taken)} |", f"|:--|{'--:|' * len(taken)}"]
    for name in rows:
        cells = []
        for runs in taken.values():
            values = [times[name] for times in runs if name in times]
            cells.append(f"{statistics.median(values):.1f}" if values else "")
        label = name.replace("  ", "&nbsp;&nbsp;", 1) if name.startswith("  ") else name
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pilot", default="drechtsteden")
    parser.add_argument("--lang", default="nl")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each kind but cold; the median is printed")
    chosen = parser.parse_args()
    machine, versions = describe_platform(), package_versions()
    print(
        f"`werkzorg run {chosen.pilot} --lang {chosen.lang}`, all readers; seconds, median of {chosen.repeat} (cold: 1)"
    )
    known = ", ".join(f"{name} {versions[name]}" for name in ("pymc", "nutpie", "numba", "numpy") if name in versions)
    print(f"Python {machine['python']}, {machine['processors']} processors, {machine['system']}; {known}")
    print()
    taken = measure(chosen.pilot, chosen.lang, chosen.repeat)
    print(table(taken))
    print()
    for kind, limit in LIMITS.items():
        whole = statistics.median(times["whole"] for times in taken[kind])
        print(f"{kind}: {whole:.1f} s, aim below {limit:.0f} s: {'met' if whole < limit else 'NOT met'}")


if __name__ == "__main__":
    main()
