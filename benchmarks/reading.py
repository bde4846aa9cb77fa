"""Check and read of case records against a plain pandas read: `python -m benchmarks.reading [--cases N] [--full]`.

Both read the same people and months in a process of their own, so that the largest memory can be told apart. The plain
way is what one would write in a notebook (`pandas.read_csv` with decimal comma, `pandas.read_parquet`): it checks
nothing. Ours reads and checks every cell, key, month and identifier. The files are made up by `werkzorg simulate`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from ruamel.yaml import YAML

SIZES = {"default": 5_000, "full": 100_000}
MONTHS = 36
FORMS = ("csv", "parquet")
FULL_LIMITS = {"seconds": 60.0, "megabytes": 2000.0}
"""What the full size may take on two cores."""


def make_folder(folder: Path, cases: int, form: str) -> int:
    """A made-up pilot of which only people and months are read; gives the number of monthly rows."""
    from werkzorg.cases.simulate import simulate

    made = simulate(folder, cases=cases, months=MONTHS, form=form)
    yaml, path = YAML(), folder / "pilot.yaml"
    pilot = yaml.load(path.read_text(encoding="utf8"))
    pilot["data"]["files"] = [entry for entry in pilot["data"]["files"] if entry["table"] in ("cases", "months")]
    with path.open("w", encoding="utf8") as file:
        yaml.dump(pilot, file)
    return made.rows["months"]


def read_ours(folder: str, form: str) -> int:
    """Rows by the checked way; fails when a problem stops the reading."""
    from werkzorg.cases.reading import read_tables

    return len(read_tables(folder)["months"])


def read_plainly(folder: str, form: str) -> int:
    """Rows by pandas alone: people and months."""
    import pandas as pd

    tables = []
    for name in ("cases", "months"):
        path = Path(folder) / f"{name}.{form}"
        tables.append(pd.read_csv(path, sep=";", decimal=",") if form == "csv" else pd.read_parquet(path))
    return len(tables[-1])


WAYS = {"werkzorg": read_ours, "pandas": read_plainly}


def _measure(queue: multiprocessing.Queue, way: str, folder: str, form: str) -> None:
    """Seconds of one read and the largest memory of this process."""
    # Loading libraries, messages and prices is no part of the reading: every command does it once.
    importlib.import_module({"werkzorg": "werkzorg.cases.reading", "pandas": "pandas"}[way])
    if way == "werkzorg":
        importlib.import_module("werkzorg.wording").catalogue()
        importlib.import_module("werkzorg.params.catalogue").catalogue()
    start = time.perf_counter()
    rows = WAYS[way](folder, form)
    seconds = time.perf_counter() - start
    queue.put((rows, seconds, largest_memory()))


def largest_memory() -> float:
    """Largest memory of this process in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # The number of `getrusage` starts at that of the parent process.
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    # Bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


def measure(way: str, folder: Path, form: str) -> tuple[int, float, float]:
    """Rows, seconds and megabytes of one read in a process of its own.

    Parameters
    ----------
    way : {"werkzorg", "pandas"}
        How to read.
    folder : Path
        Pilot folder.
    form : {"csv", "parquet"}
        Kind of file.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measure, args=(queue, way, str(folder), form))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{way} did not finish reading {form}")
    return queue.get()


def main(arguments: list[str] | None = None) -> int:
    """Print the table; exit code 1 when the full size takes more than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=SIZES["default"], help="people in the file")
    parser.add_argument("--full", action="store_true", help=f"{SIZES['full']} people")
    parser.add_argument("--repeat", type=int, default=3, help="reads of each kind; the median is shown")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    chosen = parser.parse_args(arguments)
    cases = SIZES["full"] if chosen.full else chosen.cases
    print("| file | rows | size MB | way | seconds | memory MB | times pandas |\n|---|---|---|---|---|---|---|")
    results, over = [], False
    for form in FORMS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "pilot"
            rows = make_folder(folder, cases, form)
            size = (folder / f"months.{form}").stat().st_size / 1e6
            medians = {}
            for way in reversed(WAYS):
                runs = [measure(way, folder, form) for _ in range(chosen.repeat)]
                assert {run[0] for run in runs} == {rows}
                medians[way] = seconds = statistics.median(run[1] for run in runs)
                memory = max(run[2] for run in runs)
                ratio = seconds / medians["pandas"]
                print(f"| {form} | {rows:,} | {size:.1f} | {way} | {seconds:.2f} | {memory:.0f} | {ratio:.1f} |")
                results.append({"form": form, "rows": rows, "way": way, "seconds": seconds, "megabytes": memory})
                limits = FULL_LIMITS["seconds"] < seconds or FULL_LIMITS["megabytes"] < memory
                over = over or (way == "werkzorg" and limits)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf8")
    return 1 if over and chosen.full else 0


if __name__ == "__main__":
    sys.exit(main())
