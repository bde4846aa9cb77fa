"""Log likelihood of reduced case records (and the priors' vectors), for numpy and PyTensor from the same lines.

`math` is the module that has `exp`, `log`, `expm1`, `concatenate`, `minimum`, `maximum` and `sum`: numpy for the first
answer and the tests, `pytensor.tensor` for the sampler. So there is one formula, not two that may drift apart.

The parts (`docs/model.md`, section on records):

* hazards: binomial per cell, chance ``1 - exp(-h)``, log hazard linear in the parameters and the group effects;
* loss of a job: Weibull in months of the job, hazard of one month ``(t+1)^k - t^k`` over ``scale^k``;
* care: binomial counts of planned end, return, admission and Wmo use;
* cost: logarithm of cost per month in care in half years, normal around the regression with a normal case effect that
  is integrated out: with n rows of a person the covariance is ``residual * I + case * 1 1'``, so

  ``log L = -1/2 [ (n-1) log residual + log joint + (r'r - case / joint (1'r)^2) / residual ]``
  with ``joint = residual + n case``.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.chances import (
    monthly_chance,
    odds_changed,
    quarterly_odds_changed,
    reversion,
    still_in_care,
)
from werkzorg.inference.record_data import ENTRY_EFFECTS, MAX_PERIODS, PERIOD_MONTHS, RecordData
from werkzorg.inference.transitions import CHAIN, EARLY_MONTHS, RATIO_MONTHS

NORMAL = (
    *CHAIN,
    "p_cost_sigma",
    "p_log_rtm_ggz_cost",
    "p_logor_admission_in_work",
    "p_logor_wmo_in_work",
    "selection.comparison_gap",
    "care.work_selection",
    "care.rtm_gap",
    "care.trend_year",
    "care.level",
    "care.level_severe",
    "care.level_comparison",
    "care.level_worker",
    "hazard.effect_scale",
)
"""Parameters with a (log-)normal prior; a log-normal one enters as its logarithm."""

WORK_EFFECT = "p_log_ggz_cost_ratio_work"
"""Causal effect of work on cost; its prior is a StudentT."""

BOUNDED = (
    "p_leave_care_epa",
    "p_leave_care_cmd",
    "care.return_year",
    "p_cost_autocorr",
    "care.admission_year_severe",
    "care.admission_year_common",
    "wmo.use_share",
)
"""Parameters whose prior is a Beta, or a PERT: a Beta between two bounds."""

LOG_ERROR = 1e-300
"""Smallest chance whose logarithm is taken: a cell without events must not give 0 * log(0)."""

Vector = Any
Scalar = Any


def log_likelihood(
    z: Vector, effects: Vector, work: Scalar, bounded: Vector, data: dict[str, Any], math: ModuleType = np
) -> Scalar:
    """Log likelihood of the reduced records.

    Parameters
    ----------
    z : vector
        Parameters in the order of `NORMAL`, log-normal ones as logarithm.
    effects : vector
        Standardised group effects in the order of `record_data.EFFECTS`.
    work : scalar
        `WORK_EFFECT`.
    bounded : vector
        Parameters in the order of `BOUNDED`.
    data : dict
        From :func:`arrays`: numpy arrays, or symbolic variables of the same names.
    math : module
        numpy or pytensor.tensor.

    Returns
    -------
    scalar
        Up to a constant that depends on the data only (binomial coefficients, powers of 2 pi).
    """
    return sum(part for part in parts(z, effects, work, bounded, data, math).values())


def parts(
    z: Vector, effects: Vector, work: Scalar, bounded: Vector, data: dict[str, Any], math: ModuleType = np
) -> dict[str, Scalar]:
    """Terms of the log likelihood by kind of evidence: `work` (hazards), `care` (use) and `cost`."""
    theta = {name: z[i] for i, name in enumerate(NORMAL)}
    shares = {name: bounded[i] for i, name in enumerate(BOUNDED)}
    scaled = effects * math.exp(theta["hazard.effect_scale"])
    return {
        "work": _hazards(theta, scaled, data, math) + _losses(theta, scaled, data, math),
        "care": _care(theta, shares, data, math),
        "cost": _cost(theta, shares, work, data, math),
    }


def log_hazards(theta: dict[str, Scalar], math: ModuleType) -> Vector:
    """Logarithms of the hazards in the order of `record_data.HAZARDS`; see `transitions.entry_hazards`."""
    alone = theta["p_baseline_entry_hazard"] + theta["p_selection_shift"]
    ratio, late = theta["p_logrr_programme_nl"], theta["p_programme_entry_hazard_late_ratio"]
    share = EARLY_MONTHS + (RATIO_MONTHS - EARLY_MONTHS) * math.exp(late)
    early = alone + ratio + np.log(RATIO_MONTHS) - math.log(share)
    again = theta["p_reentry_after_loss"]
    hazards = [early, early + late, alone, again, again - ratio, theta["p_dropout_hazard"], theta["exit_other.month"]]
    return math.stack(hazards)


def _binomial(chance: Vector, events: Vector, at_risk: Vector, math: ModuleType) -> Scalar:
    missed = at_risk - events
    return math.sum(
        events * math.log(math.maximum(chance, LOG_ERROR)) + missed * math.log(math.maximum(1 - chance, LOG_ERROR))
    )


def _events(log_hazard: Vector, events: Vector, at_risk: Vector, math: ModuleType) -> Scalar:
    """Binomial with chance ``1 - exp(-hazard)``, exact for small and large hazards."""
    hazard = math.exp(log_hazard)
    happened = math.log(math.maximum(-math.expm1(-hazard), LOG_ERROR))
    return math.sum(events * happened - (at_risk - events) * hazard)


def _hazards(theta: dict, scaled: Vector, data: dict, math: ModuleType) -> Scalar:
    base = log_hazards(theta, math)[data["kind"]]
    shift = -theta["selection.comparison_gap"] * data["comparison"]
    log_hazard = base + shift + math.dot(data["entry_effects"], scaled[: len(ENTRY_EFFECTS)])
    return _events(log_hazard, data["events"], data["at_risk"], math)


def _losses(theta: dict, scaled: Vector, data: dict, math: ModuleType) -> Scalar:
    shape = math.exp(theta["p_job_survival_weibull_shape"])
    scale = math.exp(theta["p_job_survival_weibull_scale"])
    tenure = data["tenure"]
    log_hazard = math.log(((tenure + 1) / scale) ** shape - (tenure / scale) ** shape)
    log_hazard = log_hazard - theta["p_hr_coach_retention"] * data["loss_alone"]
    log_hazard = log_hazard + math.dot(data["loss_effects"], scaled[len(ENTRY_EFFECTS) :])
    return _events(log_hazard, data["loss_events"], data["loss_at_risk"], math)


def _care(theta: dict, shares: dict, data: dict, math: ModuleType) -> Scalar:
    leave = math.stack([shares["p_leave_care_epa"], shares["p_leave_care_cmd"]])
    total = _binomial(monthly_chance(leave), data["leave_events"], data["leave_at_risk"], math)
    back = monthly_chance(shares["care.return_year"])
    total = total + _binomial(back, data["return_events"], data["return_at_risk"], math)
    idle = math.stack([shares["care.admission_year_severe"], shares["care.admission_year_common"]])
    busy = quarterly_odds_changed(idle, math.exp(theta["p_logor_admission_in_work"]))
    for column, yearly in enumerate((idle, busy)):
        events, at_risk = data["admission_events"][:, column], data["admission_at_risk"][:, column]
        total = total + _binomial(monthly_chance(yearly), events, at_risk, math)
    use = shares["wmo.use_share"]
    at_work = odds_changed(use, math.exp(theta["p_logor_wmo_in_work"]))
    for column, share in enumerate((use, at_work)):
        total = total + _binomial(share, data["wmo_users"][column], data["wmo_people"][column], math)
    return total


def reverted(correlation: Scalar, math: ModuleType) -> Vector:
    """Regression to the mean in each half year after enrolment, as part of that after one year, (period,)."""
    months = np.arange(1, MAX_PERIODS * PERIOD_MONTHS + 1)
    monthly = reversion(correlation, months / MONTHS_PER_YEAR)
    return math.sum(monthly.reshape((MAX_PERIODS, PERIOD_MONTHS)), axis=1) / PERIOD_MONTHS


def net_reversion(theta: dict, shares: dict, severe: Scalar, math: ModuleType) -> Scalar:
    """Log change after a year of cost per month in care: that of all people, less those who left care; at most nil."""
    back = shares["care.return_year"]
    still = severe * still_in_care(shares["p_leave_care_epa"], back, MONTHS_PER_YEAR)
    still = still + (1 - severe) * still_in_care(shares["p_leave_care_cmd"], back, MONTHS_PER_YEAR)
    return math.minimum(theta["p_log_rtm_ggz_cost"] - math.log(still), 0.0)


def coefficients(theta: dict, shares: dict, work: Scalar, data: dict, math: ModuleType) -> Vector:
    """Coefficients of the cost regression in the order of `record_data.COST_COLUMNS`."""
    single = math.stack(
        [
            theta["care.level"] + data["reference"],
            theta["care.level_severe"],
            theta["care.level_comparison"],
            theta["care.level_worker"],
            work,
            theta["care.work_selection"],
            theta["care.trend_year"],
        ]
    )
    after = reverted(shares["p_cost_autocorr"], math)
    change = net_reversion(theta, shares, data["severe_share"], math)
    return math.concatenate([single, change * after, theta["care.rtm_gap"] * after])


def variances(theta: dict, shares: dict, math: ModuleType) -> tuple[Scalar, Scalar]:
    """Variance of a half year around its case, and of the case effect.

    `p_cost_sigma` and `p_cost_autocorr` speak of whole years; a half year varies twice as much around its case.
    """
    total = math.exp(2 * theta["p_cost_sigma"])
    case = shares["p_cost_autocorr"] * total
    return 2 * (total - case), case


def _cost(theta: dict, shares: dict, work: Scalar, data: dict, math: ModuleType) -> Scalar:
    beta = coefficients(theta, shares, work, data, math)
    residual, case = variances(theta, shares, math)
    contrast = math.concatenate([np.ones(1), -beta])
    squares = math.dot(contrast, math.dot(data["within"], contrast))
    sums = math.sum(math.sum(data["between"] * contrast, axis=2) * contrast, axis=1)
    rows, persons = data["rows"], data["persons"]
    joint = residual + rows * case
    log_scale = math.sum(persons * ((rows - 1) * math.log(residual) + math.log(joint)))
    return -0.5 * (log_scale + (squares - math.sum(case / joint * sums)) / residual)


def arrays(data: RecordData, reference: float) -> dict[str, np.ndarray]:
    """The data of the likelihood as named arrays.

    Parameters
    ----------
    data : RecordData
        From `inference.reduction`.
    reference : float
        National GGZ cost per month in care, EUR of the price year of the pilot: the yardstick of `care.level`.

    Returns
    -------
    dict of ndarray
        Float arrays (`kind`: integers). A kind of evidence without data has empty arrays or zeros.
    """
    severe = data.simple.severe
    cells, losses, care, cost = data.transitions, data.losses, data.care, data.cost
    return {
        "kind": cells.kind.astype(np.int64),
        "comparison": cells.comparison.astype(float),
        "entry_effects": cells.effects.astype(float),
        "at_risk": cells.at_risk.astype(float),
        "events": cells.events.astype(float),
        "tenure": losses.tenure.astype(float),
        "loss_alone": losses.alone.astype(float),
        "loss_effects": losses.effects.astype(float),
        "loss_at_risk": losses.at_risk.astype(float),
        "loss_events": losses.events.astype(float),
        "leave_at_risk": care.leave_at_risk.astype(float),
        "leave_events": care.leave_events.astype(float),
        "return_at_risk": np.asarray(care.return_at_risk, dtype=float),
        "return_events": np.asarray(care.return_events, dtype=float),
        "admission_at_risk": care.admission_at_risk.astype(float),
        "admission_events": care.admission_events.astype(float),
        "wmo_users": care.wmo_users.astype(float),
        "wmo_people": care.wmo_people.astype(float),
        "within": cost.within.astype(float),
        "rows": cost.rows.astype(float),
        "persons": cost.persons.astype(float),
        "between": cost.between.astype(float),
        "reference": np.asarray(np.log(reference)),
        "severe_share": np.asarray(severe.events / severe.n if severe.n else 0.5, dtype=float),
    }
