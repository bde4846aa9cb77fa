"""Before-after change of GGZ cost, split into its causes.

The cost of the second year after enrolment is compared with the cost level at enrolment. Causes are switched on one
after the other: planned end of treatment, regression to the mean, crisis at job start, work. Only the last two have
to do with work; the first two happen without any programme.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.chances import monthly_chance, quarterly_odds_changed
from werkzorg.projection.care import (
    ADMISSION,
    CRISIS_MONTHS,
    LEAVE,
    cost_level,
    group_shares,
    in_care,
    outpatient_price,
    regression_to_mean,
)
from werkzorg.projection.chain import follow_arms

CAUSES = ("planned_end", "regression_to_mean", "crisis_at_start", "work")


def split_change(trajectory: xr.Dataset, participants: int) -> xr.Dataset:
    """Causes of the change of GGZ cost in the programme arm.

    Parameters
    ----------
    trajectory : Dataset
        From `projection.trajectory.project`.
    participants : int
        Size of the group.

    Returns
    -------
    Dataset
        `change` (draw, cause): EUR per participant and year, cause by cause, adding up to `total` (draw,); `before`
        (draw,): cost per participant and year at the level of enrolment.
    """
    draws = {name: trajectory[name].values for name in trajectory.data_vars if trajectory[name].dims == ("draw",)}
    year = slice(MONTHS_PER_YEAR + 1, 2 * MONTHS_PER_YEAR + 1)
    at_work = _at_work(trajectory, draws, year.stop)
    level = cost_level(draws, trajectory["draw"].values, participants, int(trajectory.attrs["seed"]))[:, None]
    stages = np.zeros((len(CAUSES) + 1, len(level)))
    for group, share in group_shares(draws).items():
        stages += _stages(draws, group, share[:, None], at_work[:, year], level, year)
    change = np.diff(stages, axis=0)
    return xr.Dataset(
        {
            "change": (("cause", "draw"), change),
            "total": ("draw", stages[-1] - stages[0]),
            "before": ("draw", stages[0]),
        },
        coords={"cause": list(CAUSES)},
    ).transpose("draw", "cause")


def _at_work(trajectory: xr.Dataset, draws: dict[str, np.ndarray], months: int) -> np.ndarray:
    """Share at work in the programme arm, (draw, month, tenure); a horizon within the second year is followed on."""
    at_work = trajectory["at_work"]
    if at_work.sizes["month"] < months:
        followed = follow_arms(draws, months - 1)["banded"].sum("clocked_state")
        at_work = followed.rename(cycle="month", band="tenure")
    return at_work.sel(arm="programme").transpose("draw", "month", "tenure").values


def _stages(draws, group, share, at_work, level, year) -> np.ndarray:
    """Cost per participant and year with 0, 1, 2, 3 and all causes switched on, shape (stage, draw)."""
    leave, admission, price = draws[LEAVE[group]], draws[ADMISSION[group]], outpatient_price(draws)[group]
    working, fresh = at_work.sum(axis=2), at_work[:, :, 0]
    present = in_care(leave, draws["care.return_year"], year.stop - 1)[:, year]
    regress = regression_to_mean(draws, year.stop - 1)[:, year]
    outpatient = level * price[:, None]
    episode = draws["ggz.crisis_admission"][:, None] * MONTHS_PER_YEAR
    idle = monthly_chance(admission)[:, None]
    busy = monthly_chance(quarterly_odds_changed(admission, np.exp(draws["p_logor_admission_in_work"])))[:, None]
    start = 1 - (1 - draws["p_crisis_first_quarter"][:, None]) ** (1 / CRISIS_MONTHS)
    crisis = fresh * (start - present * busy) * episode
    effect = working * np.expm1(draws["p_log_ggz_cost_ratio_work"])[:, None]
    flat = np.ones_like(present)
    costs = [
        outpatient * flat + idle * episode,
        present * (outpatient + idle * episode),
        present * (outpatient * regress + idle * episode),
        present * (outpatient * regress + idle * episode) + crisis,
        present * (outpatient * regress * (1 + effect) + (idle * (1 - working) + busy * working) * episode) + crisis,
    ]
    return np.stack([(share * cost).mean(axis=1) for cost in costs])
