"""Use of GGZ and Wmo in both arms: regression to the mean, planned end of treatment, work, crisis at job start.

Outpatient care is counted in months at the cost level of enrolment ("base months"), so that a price per year in
care turns them into euros. Everything but the months at work is the same in both arms.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import stats

from werkzorg.constants import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from werkzorg.contract import GROUPS
from werkzorg.inference.chances import (
    monthly_chance,
    net_reversion,
    odds_changed,
    quarterly_odds_changed,
    reversion,
    still_in_care,
)
from werkzorg.inference.updates import OWN_LEVEL

CRISIS_MONTHS = 3
"""Months after a job start over which the chance of a crisis is given (`p_crisis_first_quarter`)."""

LEVEL_STREAM = 4
"""Random stream of the cost level of this group of participants."""

LEAVE = {"severe": "p_leave_care_epa", "common": "p_leave_care_cmd"}
ADMISSION = {"severe": "care.admission_year_severe", "common": "care.admission_year_common"}
"""Parameters per diagnosis group: chance a year of planned end of treatment, and of an admission."""

Draws = dict[str, np.ndarray]


def in_care(leave_year: np.ndarray, return_year: np.ndarray, months: int) -> np.ndarray:
    """Share in specialised care by month, all in care at enrolment.

    Parameters
    ----------
    leave_year, return_year : ndarray (draw,)
        Chance within a year of planned end of treatment, and of coming back.
    months : int
        Horizon.

    Returns
    -------
    ndarray (draw, month 0..months)
        From :func:`werkzorg.inference.chances.still_in_care`.
    """
    return still_in_care(leave_year[:, None], return_year[:, None], np.arange(months + 1))


def regression_to_mean(draws: Draws, months: int) -> np.ndarray:
    """Cost per month in care relative to enrolment, with nothing else changing, shape (draw, month 0..months).

    `p_log_rtm_ggz_cost` is the change after a year in people of all diagnosis groups from both regression to the mean
    and planned end of treatment; the share of them in care after a year is taken out. What is left is no rise
    (`chances.net_reversion`): people enrol after a heavier period than their own average. Of what is still to
    come a part r (`care.reversion_left`) is left a year later: ``exp(change * (1 - r^years) / (1 - r))``.
    """
    still = sum(
        share * in_care(draws[LEAVE[group]], draws["care.return_year"], MONTHS_PER_YEAR)[:, -1]
        for group, share in group_shares(draws).items()
    )
    change = net_reversion(draws["p_log_rtm_ggz_cost"], still)[:, None]
    years = np.arange(months + 1)[None, :] / MONTHS_PER_YEAR
    return np.exp(change * reversion(draws["care.reversion_left"][:, None], years))


def cost_level(draws: Draws, labels: np.ndarray, participants: int, seed: int) -> np.ndarray:
    """Mean cost of this group of participants relative to the national mean, shape (draw,), mean one.

    With records the prices are those of the group itself, and the level is one (`updates.OWN_LEVEL`). Without them the
    coefficient of variation of one person's log-normal yearly cost is ``sqrt(exp(sigma^2) - 1)``; of the mean of n
    persons that over the root of n, here as a gamma variable. The group is the same in both arms. The random number
    belongs to the label of the draw, so that choosing or reordering draws changes none of them.
    """
    if OWN_LEVEL in draws:
        return draws[OWN_LEVEL]
    shape = participants / np.expm1(draws["p_cost_sigma"] ** 2)
    uniform = np.random.default_rng([seed, LEVEL_STREAM]).random(labels.max() + 1)[labels]
    return stats.gamma.ppf(uniform, shape) / shape


def outpatient_price(draws: Draws) -> Draws:
    """Price of a year of outpatient care per diagnosis group, EUR/year.

    `ggz.fact_year` holds no admissions; `ggz.cost_per_client` is a mean of all care, so the expected cost of admissions
    of that group is taken out: admissions are priced apart.
    """
    admissions = draws["care.admission_year_common"] * draws["ggz.crisis_admission"]
    return {"severe": draws["ggz.fact_year"], "common": np.maximum(draws["ggz.cost_per_client"] - admissions, 0.0)}


def group_shares(draws: Draws) -> Draws:
    """Share of each diagnosis group."""
    return {"severe": draws["care.severe_share"], "common": 1 - draws["care.severe_share"]}


def follow_care(draws: Draws, at_work: xr.DataArray, *, participants: int, seed: int) -> xr.Dataset:
    """Care used per participant and month.

    Parameters
    ----------
    draws : dict of ndarray (draw,)
        Parameters by id.
    at_work : DataArray (arm, draw, month, tenure)
        Share at work by time in the job.
    participants : int
        Size of the group, for the spread of its cost level.
    seed : int
        Seed of the fit.

    Returns
    -------
    Dataset
        `outpatient` (arm, draw, month, group): base months of outpatient care; `episodes` (arm, draw, month):
        admissions and crises; `crisis` (arm, draw, month): the episodes at job starts beyond those expected at work;
        `wmo_hours` (arm, draw, month): hours of guidance. Per participant, month 0 empty.
    """
    months = at_work.sizes["month"] - 1
    working = at_work.sum("tenure").values
    fresh = at_work.isel(tenure=0).values
    cost_effect = np.expm1(draws["p_log_ggz_cost_ratio_work"])[:, None]
    level = cost_level(draws, at_work["draw"].values, participants, seed)[:, None]
    ratio = np.exp(draws["p_logor_admission_in_work"])
    outpatient, ordinary = {}, 0.0
    regress = regression_to_mean(draws, months)
    for group, share in group_shares(draws).items():
        present = share[:, None] * in_care(draws[LEAVE[group]], draws["care.return_year"], months)
        base = present * regress * level
        outpatient[group] = base * (1 + working * cost_effect)
        idle = monthly_chance(draws[ADMISSION[group]])[:, None]
        busy = monthly_chance(quarterly_odds_changed(draws[ADMISSION[group]], ratio))[:, None]
        ordinary = ordinary + present * np.stack([idle * (1 - working), busy * working])
        outpatient[group, "expected"] = present * busy
    at_start = 1 - (1 - draws["p_crisis_first_quarter"][:, None]) ** (1 / CRISIS_MONTHS)
    expected = sum(outpatient.pop((group, "expected")) for group in GROUPS)
    crisis = fresh * (at_start - expected)
    arrays = {
        "outpatient": (("group", "arm", "draw", "month"), np.stack([outpatient[group] for group in GROUPS])),
        "episodes": (("arm", "draw", "month"), ordinary.sum(axis=0) + crisis),
        "crisis": (("arm", "draw", "month"), crisis),
        "wmo_hours": (("arm", "draw", "month"), _wmo_hours(draws, working)),
    }
    labels = {name: at_work[name] for name in ("arm", "draw", "month")}
    dataset = xr.Dataset(arrays, coords={**labels, "group": list(GROUPS)})
    return dataset.where(dataset["month"] > 0, 0.0).transpose("arm", "draw", "month", "group")


def _wmo_hours(draws: Draws, working: np.ndarray) -> np.ndarray:
    """Hours of Wmo guidance per month: users times hours, the chance of use with an odds ratio while at work."""
    idle = draws["wmo.use_share"]
    busy = odds_changed(idle, np.exp(draws["p_logor_wmo_in_work"]))
    hours = draws["wmo.hours_week"] * WEEKS_PER_YEAR / MONTHS_PER_YEAR
    return (idle[:, None] + working * (busy - idle)[:, None]) * hours[:, None]
