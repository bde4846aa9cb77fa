"""What prices are put on, summed over steps of time, so that another price is a multiplication.

Every entry of the ledger is linear in quantities that depend on the projection alone. They are kept here as the
difference between the programme and the situation without it, per draw and step; `tests/ledger/test_quantities.py`
holds that this gives what the settlement month by month gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd

import numpy as np
import xarray as xr

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.contract import GROUPS
from werkzorg.ledger.pricing import law_with_draws, price_budget, price_care, price_freed
from werkzorg.ledger.settlement import per_year, work_and_bijstand
from werkzorg.ledger.support import prevented_care, price_support, usage
from werkzorg.params import Catalogue
from werkzorg.pilot import Pilot
from werkzorg.projection.profiles import first_law, law_regimes
from werkzorg.rules import Law

Array = np.ndarray
Entries = dict[str, Array]

BLOCKS = ("work", "care", "support", "budget", "freed")
"""Parts of the ledger that are priced apart: each from the quantities and the blocks before it."""

ONLY_PRICED = frozenset(
    (
        *("ggz.fact_year", "ggz.cost_per_client", "ggz.crisis_admission", "ggz.counsellor_hour"),
        *("wmo.guidance.series", "care.refilled", "p_insurer_retained", "p_buig_retained_large"),
        *("buig.retention.objective.year1", "buig.retention.historical.year1_2"),
        *("buig.retention.historical.year3plus", "buig.retention.national_rollout.year2plus"),
        *("jobs.share_jobcoach", "p_utility_gain_in_work", "disc.mkba.standard"),
    )
)
"""Parameters that neither the projection nor the amounts of a month at work read."""

IN_RECORDS = frozenset(
    (
        *("ggz.fact_year", "ggz.cost_per_client", "ggz.crisis_admission"),
        *("jobs.share_jobcoach", "p_utility_gain_in_work"),
    )
)
"""Those of :data:`ONLY_PRICED` that case records speak of: with records another value of them is another prior."""

SUPPORT_PRICES = ("jobcoach.", "keyofficer.", "intake.", "casemeeting.", "staff.", "employers_lunch.", "region.")
"""Beginnings of the ids of parameters that only a support package reads."""


def is_only_priced(name: str) -> bool:
    """Whether a parameter enters after the quantities: another value needs no new projection."""
    return name in ONLY_PRICED or name.startswith(SUPPORT_PRICES)


@dataclass(frozen=True)
class Quantities:
    """Sums per step of time, programme less without, per participant.

    Attributes
    ----------
    step : int
        Months in a step: twelve, or fewer when a delay in the law is no whole year.
    work : dict of ndarray (draw, step)
        Entries of work and bijstand, EUR.
    outpatient : dict of ndarray (draw, step)
        Months of outpatient care at the cost of enrolment, per diagnosis group.
    episodes, wmo_hours : ndarray (draw, step)
        Admissions and crises; hours of guidance.
    used : dict of ndarray (draw, step)
        Use of the support package in the programme, per driver.
    outcome : dict of ndarray (draw, step)
        `months_worked` and `first_jobs`.
    counted : dict of ndarray (draw, step)
        The same two of the programme alone, not the difference: what a contract counts.
    """

    step: int
    work: Entries
    outpatient: Entries
    episodes: Array
    wmo_hours: Array
    used: Entries
    outcome: Entries
    counted: Entries

    def up_to(self, months: int) -> Quantities:
        """The same quantities of the first months only."""
        last = months // self.step

        def cut(part: Entries) -> Entries:
            return {name: array[:, :last] for name, array in part.items()}

        return Quantities(
            self.step, cut(self.work), cut(self.outpatient), self.episodes[:, :last], self.wmo_hours[:, :last],
            cut(self.used), cut(self.outcome), cut(self.counted),
        )  # fmt: skip

    @property
    def steps_per_year(self) -> int:
        """Steps in a year."""
        return MONTHS_PER_YEAR // self.step


def gather(pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset) -> Quantities:
    """Sum a trajectory over steps of time.

    Parameters
    ----------
    pilot : Pilot
        Households, instruments, dates.
    catalogue : Catalogue
        Its parameters.
    trajectory : Dataset
        From :func:`werkzorg.projection.trajectory.project`.
    """
    regimes = law_regimes(pilot, catalogue)
    step = _step(regimes.laws[0])

    def change(array: Array) -> Array:
        return per_year(array[0], step) - per_year(array[1], step)

    def of(name: str) -> Array:
        return change(trajectory[name].transpose("arm", "draw", "month").values)

    at_work = trajectory["at_work"].sum("tenure").transpose("arm", "draw", "month").values
    first_jobs = trajectory["first_jobs"].transpose("arm", "draw", "month").values
    work = work_and_bijstand(pilot, catalogue, trajectory, regimes)
    return Quantities(
        step=step,
        work={name: change(amount) for name, amount in work.items()},
        outpatient={group: change(trajectory["outpatient"].sel(group=group).values) for group in GROUPS},
        episodes=of("episodes"),
        wmo_hours=of("wmo_hours"),
        used={driver: per_year(count, step) for driver, count in usage(trajectory).items()},
        outcome={"months_worked": change(at_work), "first_jobs": change(first_jobs)},
        counted={"months_worked": per_year(at_work[0], step), "first_jobs": per_year(first_jobs[0], step)},
    )


def _step(law: Law) -> int:
    """Longest step of time, in months, of which a year and all delays of the law are whole numbers."""
    lags = (law.buig.macro_lag, law.buig.historical_lag, law.equalisation.lag)
    return gcd(MONTHS_PER_YEAR, *(round(years * MONTHS_PER_YEAR) for years in lags))


def price_block(
    block: str,
    pilot: Pilot,
    catalogue: Catalogue,
    draws: xr.Dataset,
    quantities: Quantities,
    done: dict[str, Entries],
    level: Array | float = 1.0,
) -> Entries:
    """Entries of one block, programme less without.

    Parameters
    ----------
    block : str
        One of :data:`BLOCKS`.
    pilot : Pilot
        Support package, scale, size.
    catalogue : Catalogue
        Its parameters.
    draws : Dataset
        Prices and shares by id, dims (draw,).
    quantities : Quantities
        As far as the horizon of the pilot (:meth:`Quantities.up_to`).
    done : dict
        Entries of the blocks before it.
    level : ndarray (draw,) or float
        Cost level of a group of this size over that of the size that was projected.

    Returns
    -------
    dict of ndarray (draw, step)
        EUR per participant and step.
    """
    if block == "work":
        return quantities.work
    if block == "care":
        scale = np.reshape(level, (-1, 1))
        outpatient = {group: amount * scale for group, amount in quantities.outpatient.items()}
        priced = price_care(draws, outpatient, quantities.episodes, quantities.wmo_hours)
        return {**priced, **{f"{name}_cost": amount for name, amount in priced.items()}}
    if block == "support":
        return price_support(pilot, catalogue, draws, quantities.used, _at_start(quantities))
    law = law_with_draws(first_law(pilot, catalogue), draws)
    if block == "budget":
        saving = -sum(done["work"][f"bijstand_{part}"] for part in ("net", "tax", "levy"))
        return price_budget(pilot, law, saving, quantities.steps_per_year)
    saving = -(done["care"]["ggz_outpatient"] + done["care"]["ggz_admission"])
    saving = saving + prevented_care(pilot, done["support"])
    freed = price_freed(draws, law, saving, quantities.steps_per_year)
    return {**freed, "ggz_refill_cost": freed["ggz_refill"]}


def _at_start(quantities: Quantities) -> Callable[[int], Array]:
    draws, steps = quantities.episodes.shape

    def spread(months: int) -> Array:
        begin = np.arange(steps) * quantities.step
        share = np.clip(months - begin, 0, quantities.step) / months
        return np.broadcast_to(share, (draws, steps))

    return spread
