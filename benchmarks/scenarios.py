"""Scenarios a second: `python -m benchmarks.scenarios [--scenarios N]`.

Every scenario has a price, size or horizon that no other has, so nothing can be looked up: what is saved is the fit and
the projection. Each is worked out to the net result of every party in all 4,000 draws, with mean, median, intervals and
chance of its difference from the pilot as it is. The same scenarios by way of the whole projection and the settlement
month by month stand beside it, and both ways must give the same money.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import xarray as xr

from werkzorg.appraisal.appraise import appraise
from werkzorg.appraisal.paired import difference
from werkzorg.appraisal.scenarios import Bench, Valued
from werkzorg.appraisal.summary import summarise
from werkzorg.inference.fit import first_answer
from werkzorg.ledger.settlement import settle
from werkzorg.params.pilots import load_pilot
from werkzorg.params.scenarios import BASE, Variant
from werkzorg.params.variation import vary
from werkzorg.pilot import Changes, Pilot
from werkzorg.projection.trajectory import project

WANTED = 20.0
"""Scenarios a second that such changes must reach at 4,000 draws."""

SAME = 1e-9
"""Largest relative difference allowed between the ways: they add the same terms in another order."""

PARTIES = ("client", "municipality", "insurer", "ggz_institution", "society")

HORIZONS = tuple(range(12, 132, 12))


def changes_of(kind: str, number: int) -> Changes:
    """Changes of the so-many-th scenario of a kind; no two are the same, but for the horizons."""
    factor = {"factor": 1 + (number + 1) / 1000}
    months = HORIZONS[number % len(HORIZONS)]
    changes = {
        "price of support": {"parameters": {"jobcoach.hour_uwv": factor}},
        "price of care": {"parameters": {"ggz.fact_year": factor}},
        "size": {"participants_planned": 41 + number},
        # Another price too, or ten scenarios would be all there are.
        "horizon": {"horizon_months": months, "main_horizon_months": months, "parameters": {"staff.hour": factor}},
    }
    return Changes.model_validate(changes[kind])


KINDS = ("price of support", "price of care", "size", "horizon")


class Measured(NamedTuple):
    """Seconds and processor seconds of so many scenarios."""

    count: int
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """Scenarios a second."""
        return self.count / self.seconds


def measure(work: Callable[[int], object], count: int) -> Measured:
    """Time the work for the numbers 0 to count."""
    begin, processor = time.perf_counter(), time.process_time()
    for number in range(count):
        work(number)
    return Measured(count, time.perf_counter() - begin, time.process_time() - processor)


def quickly(bench: Bench, base: Valued, kind: str, number: int) -> xr.DataArray:
    """One scenario on the bench, with the summary of its differences from the pilot as it is."""
    pilot = base.variant.pilot
    one = bench.value(Variant(f"s{number}", None, BASE, vary(pilot, changes_of(kind, number))))
    for party in PARTIES:
        summarise(difference(one, base, party))
    return one.net


def plainly(pilot: Pilot, posterior: xr.Dataset) -> xr.DataArray:
    """One scenario by way of the whole projection and the settlement month by month."""
    net = appraise(pilot, settle(pilot, project(pilot, posterior)))["net"]
    return net.sel(horizon=[pilot.main_horizon_months]).transpose("party", "draw", "horizon", "view")


def table(rows: dict[str, Measured], plain: Measured) -> str:
    """The rates as a table in markdown."""
    lines = ["| change | scenarios | a second | processor ms each | times as fast |", "|:--|--:|--:|--:|--:|"]
    for name, found in rows.items():
        each = 1000 * found.processor / found.count
        ratio = found.rate / plain.rate
        lines.append(f"| {name} | {found.count} | {found.rate:.0f} | {each:.0f} | {ratio:.0f} |")
    each = 1000 * plain.processor / plain.count
    lines.append(f"| any, month by month | {plain.count} | {plain.rate:.2f} | {each:.0f} | 1 |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure every kind of change, check that both ways agree, and print the table; 1 when a rate is too low."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", type=int, default=100, help="scenarios of each kind")
    count = parser.parse_args(arguments).scenarios
    pilot = load_pilot("drechtsteden")
    posterior = first_answer(pilot)
    bench = Bench(pilot, lambda _: posterior)
    base = bench.value(Variant(BASE, None, None, pilot))
    quickly(bench, base, "size", count)
    before = bench.made.copy()
    rows = {kind: measure(lambda number, kind=kind: quickly(bench, base, kind, number), count) for kind in KINDS}
    again = {step: bench.made[step] - before[step] for step in ("fit", "projection")}
    print(f"{posterior.sizes['draw']:,} draws; fits and projections made for {4 * count} scenarios: {again}\n")
    plain_pilots = [vary(pilot, changes_of(kind, 0)) for kind in KINDS]
    drawn = [bench.posterior(Variant("s", None, BASE, changed)) for changed in plain_pilots]
    plain = measure(lambda number: plainly(plain_pilots[number], drawn[number]), len(KINDS))
    print(table(rows, plain))
    worst = 0.0
    for number, kind in enumerate(KINDS):
        one, other = quickly(bench, base, kind, 0), plainly(plain_pilots[number], drawn[number])
        worst = max(worst, float(np.abs(one - other).max() / np.abs(other).max()))
    slowest = min(found.rate for found in rows.values())
    print(f"\nLargest relative difference between the ways: {worst:.1e} (allowed {SAME:.0e})")
    print(f"Slowest kind: {slowest:.0f} scenarios a second (wanted {WANTED:.0f})")
    return int(any(again.values()) or not worst < SAME or slowest < WANTED)


if __name__ == "__main__":
    sys.exit(main())
