"""Calibrate the model, or make the certificate from what was measured.

    python -m benchmarks.calibration --cell counts-n40-zero30-placed50 --sets 50   one cell, and what it says
    python -m benchmarks.calibration --minutes 60 --workers 2                      go on with all cells
    python -m benchmarks.calibration --wrong --sets 60                             worlds that break the model
    python -m benchmarks.calibration --report                                      certificate, figures, page, README

Data sets are kept in `results/calibration`; a run goes on where the last one stopped. Each number of a data set is
fixed by its cell and its number, whatever the order or the processes.
"""

from __future__ import annotations

import argparse
import os
import runpy
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from datetime import UTC, datetime
from itertools import batched, islice
from pathlib import Path

from benchmarks.calibration import wrong
from benchmarks.calibration.cells import KINDS, all_cells
from benchmarks.calibration.certificate import WANTED, make_certificate, name_of, write_certificate
from benchmarks.calibration.figures import draw_figures
from benchmarks.calibration.measure import measure
from benchmarks.calibration.page import PAGE, cell_lines, write_page
from benchmarks.calibration.store import DEFAULT, Store
from werkzorg.reporting.calibration import model_hash

Job = tuple[str, str, tuple[int, ...], bool]
"""Name in the store, cell or world, numbers, and whether to use the sampler."""

TURN = 10
"""Data sets of one cell that are done together, before the next cell has its turn."""


def run_job(job: Job) -> list[tuple[str, dict[str, object]]]:
    """Some data sets of a cell; the process keeps what it has compiled for the next."""
    name, what, indices, sampler = job
    begin = time.perf_counter()
    world = what in wrong.names()
    twist = wrong.twist_of(what if world else wrong.PLAIN)
    results = measure(wrong.CELL if world else all_cells()[what], indices, sampler=sampler, twist=twist)
    seconds = round((time.perf_counter() - begin) / len(indices), 3)
    return [(name, result | {"seconds": seconds}) for result in results]


def jobs_of(store: Store, names: list[str], sets: int, sampler: bool) -> Iterator[Job]:
    """What is still to be done: all cells in turn, so that a run that is stopped has a little of each."""
    missing = {name: batched(store.missing(_stored(name), sets), TURN) for name in names}
    while missing:
        for name in list(missing):
            indices = next(missing[name], None)
            if indices is None:
                del missing[name]
            else:
                yield _stored(name), name, indices, sampler


def _stored(name: str) -> str:
    return name_of(name) if name in wrong.names() else name


def run(store: Store, jobs: Iterator[Job], workers: int, minutes: float) -> int:
    """Do jobs until there are none or time is up; returns how many were done."""
    end, done = time.monotonic() + 60 * minutes, 0
    if workers == 1:
        for job in jobs:
            done += _keep(store, run_job(job))
            if time.monotonic() > end:
                break
        return done
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(run_job, job) for job in islice(jobs, workers)}
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            done += sum(_keep(store, future.result()) for future in finished)
            if time.monotonic() < end:
                running |= {pool.submit(run_job, job) for job in islice(jobs, len(finished))}
    return done


def _keep(store: Store, results: list[tuple[str, dict[str, object]]]) -> int:
    for name, result in results:
        store.add(name, result)
    return len(results)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__.splitlines()[0])
    parser.add_argument("--cell", action="append", help="name of a cell; may be given more than once; default all")
    parser.add_argument("--kind", choices=KINDS, help="only cells with this kind of data")
    parser.add_argument("--wrong", action="store_true", help="worlds that break the model instead of cells")
    parser.add_argument("--sets", type=int, default=WANTED, help=f"data sets per cell, default {WANTED}")
    parser.add_argument("--minutes", type=float, default=60 * 24, help="stop after so many minutes")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes, default all cores")
    parser.add_argument("--sampler", action="store_true", help="full sampler instead of the first answer")
    parser.add_argument("--store", type=Path, default=DEFAULT, help=f"where data sets are kept, default {DEFAULT}")
    parser.add_argument("--cells", action="store_true", help="list the cells and how many data sets each has")
    parser.add_argument("--report", action="store_true", help="write certificate, figures and page; measure nothing")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.cell or [] if name not in all_cells()]
    if unknown:
        parser.error(f"unknown cell {unknown[0]!r}; --cells lists them")
    return chosen


def main(arguments: list[str] | None = None) -> int:
    """Run, and print what the cells say; exit code 1 when intervals do not hold what they promise."""
    chosen = _arguments(arguments)
    store = Store(chosen.store, model_hash())
    names = chosen.cell or [n for n, c in all_cells().items() if chosen.kind in (None, c.kind)]
    if chosen.cells:
        for name in names:
            print(f"{name}: {len(store.read(name))}")
        return 0
    if not chosen.report:
        begin = time.perf_counter()
        names = wrong.names() if chosen.wrong else names
        done = run(store, jobs_of(store, names, chosen.sets, chosen.sampler), chosen.workers, chosen.minutes)
        spent = (time.perf_counter() - begin) / 60
        print(f"{done} data sets in {spent:.1f} minutes, {done / max(spent, 1e-9):.0f} a minute")
    certificate = make_certificate(store, datetime.now(UTC).date())
    if chosen.report:
        print(write_certificate(certificate))
        print(*draw_figures(certificate), write_page(certificate), sep="\n")
        # The line in README is one of the blocks that this makes.
        runpy.run_path(str(PAGE.parent / "make_tables.py"), run_name="__main__")
    else:
        print("\n".join(line for name in names if name in all_cells() for line in cell_lines(certificate, name)))
    return int(bool(certificate["summary"]["failures"]))


if __name__ == "__main__":
    sys.exit(main())
