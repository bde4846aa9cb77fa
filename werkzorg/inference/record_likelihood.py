"""Log likelihood of reduced case records, written out plainly in numpy.

The sampler uses the compiled form with gradient (`record_kernel`); a test holds the two equal, value and gradient.

The parts (`docs/model.md`, section on records):

* hazards: binomial per cell, chance ``1 - exp(-h)``, log hazard linear in the parameters and the group effects;
* loss of a job: Weibull in months of the job, hazard of one month ``(t+1)^k - t^k`` over ``scale^k``;
* care: binomial counts of planned end, return, admission and Wmo use;
* cost: logarithm of cost per month in care in half years, normal around the regression with a normal case effect that
  is integrated out: with n rows of a person the covariance is ``residual * I + case * 1 1'``, so

  ``log L = -1/2 [ (n-1) log residual + log joint + (r'r - case / joint (1'r)^2) / residual ]``
  with ``joint = residual + n case``;
* published changes of a group's mean cost: normal on the log scale;
* published shares and counts: multinomial over the states of the whole chain (`published_chain`).
"""

from __future__ import annotations

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.chances import (
    monthly_chance,
    net_reversion,
    odds_changed,
    quarterly_odds_changed,
    reversion,
    still_in_care,
)
from werkzorg.inference.published_chain import CHAIN_PARAMETERS, shares_log_likelihood
from werkzorg.inference.record_data import (
    EFFECTS,
    ENTRY_EFFECTS,
    MAX_PERIODS,
    PERIOD_MONTHS,
    RATIO_FACTS,
    Published,
    RecordData,
)
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
    "care.reversion_left",
    "care.admission_year_severe",
    "care.admission_year_common",
    "wmo.use_share",
)
"""Parameters whose prior is a Beta, or a PERT: a Beta between two bounds."""

ARRAYS = ("cells", "losses", "care", "within", "sizes", "between", "ratios", "shares", "facts")
"""Names of the arrays of :func:`arrays`, in the order of the compiled form."""

Scalars = dict[str, float]


def log_likelihood(values: np.ndarray, data: dict[str, np.ndarray]) -> float:
    """Log likelihood of the reduced records.

    Parameters
    ----------
    values : ndarray (parameter,)
        `NORMAL` (log-normal ones as logarithm), standardised group effects in the order of `record_data.EFFECTS`,
        `WORK_EFFECT`, `BOUNDED`.
    data : dict of ndarray
        From :func:`arrays`.

    Returns
    -------
    float
        Up to a constant that depends on the data only (binomial coefficients, powers of 2 pi). Complex for complex
        values, which gives derivatives by a complex step.
    """
    return sum(parts(values, data).values())


def parts(values: np.ndarray, data: dict[str, np.ndarray]) -> dict[str, float]:
    """Terms of the log likelihood by kind of evidence: `work` (hazards), `care` (use) and `cost`."""
    theta, effects, work, shares = named(values)
    scaled = effects * np.exp(theta["hazard.effect_scale"])
    return {
        "work": _hazards(theta, scaled, data["cells"])
        + _losses(theta, scaled, data["losses"])
        + shares_log_likelihood({name: theta[name] for name in CHAIN_PARAMETERS}, data["shares"], data["facts"][2]),
        "care": _care(theta, shares, data["care"]),
        "cost": _cost(theta, shares, work, data) + _ratios(theta, shares, work, data),
    }


def named(values: np.ndarray) -> tuple[Scalars, np.ndarray, float, Scalars]:
    """The one vector taken apart: normal parameters, standardised effects, effect of work, bounded parameters."""
    normal, effects, work, bounded = np.split(values, np.cumsum([len(NORMAL), len(EFFECTS), 1]), axis=-1)
    return dict(zip(NORMAL, normal, strict=True)), effects, work[0], dict(zip(BOUNDED, bounded, strict=True))


def log_hazards(theta: Scalars) -> np.ndarray:
    """Logarithms of the hazards in the order of `record_data.HAZARDS`; see `transitions.entry_hazards`."""
    alone = theta["p_baseline_entry_hazard"] + theta["p_selection_shift"]
    ratio, late = theta["p_logrr_programme_nl"], theta["p_programme_entry_hazard_late_ratio"]
    share = EARLY_MONTHS + (RATIO_MONTHS - EARLY_MONTHS) * np.exp(late)
    early = alone + ratio + np.log(RATIO_MONTHS / share)
    again = theta["p_reentry_after_loss"]
    return np.array(
        [early, early + late, alone, again, again - ratio, theta["p_dropout_hazard"], theta["exit_other.month"]]
    )


def _binomial(chance: np.ndarray, at_risk: np.ndarray, events: np.ndarray) -> float:
    happened = np.where(events > 0, events * np.log(chance), 0.0)
    return (happened + np.where(at_risk > events, (at_risk - events) * np.log(1 - chance), 0.0)).sum()


def _events(log_hazard: np.ndarray, at_risk: np.ndarray, events: np.ndarray) -> float:
    """Binomial with chance ``1 - exp(-hazard)``, exact for small and large hazards."""
    hazard = np.exp(log_hazard)
    return (events * np.log(-np.expm1(-hazard)) - (at_risk - events) * hazard).sum()


def _hazards(theta: Scalars, scaled: np.ndarray, cells: np.ndarray) -> float:
    kind, comparison, *effects, at_risk, events = cells.T
    log_hazard = log_hazards(theta)[kind.astype(int)] - theta["selection.comparison_gap"] * comparison
    log_hazard = log_hazard + np.array(effects).T @ scaled[: len(ENTRY_EFFECTS)]
    return _events(log_hazard, at_risk, events)


def _losses(theta: Scalars, scaled: np.ndarray, losses: np.ndarray) -> float:
    tenure, alone, *effects, at_risk, events = losses.T
    shape, scale = np.exp(theta["p_job_survival_weibull_shape"]), np.exp(theta["p_job_survival_weibull_scale"])
    log_hazard = np.log((tenure + 1) ** shape - tenure**shape) - shape * np.log(scale)
    log_hazard = log_hazard - theta["p_hr_coach_retention"] * alone
    log_hazard = log_hazard + np.array(effects).T @ scaled[len(ENTRY_EFFECTS) :]
    return _events(log_hazard, at_risk, events)


def _care(theta: Scalars, shares: Scalars, care: np.ndarray) -> float:
    idle = np.array([shares["care.admission_year_severe"], shares["care.admission_year_common"]])
    busy = quarterly_odds_changed(idle, np.exp(theta["p_logor_admission_in_work"]))
    yearly = [shares["p_leave_care_epa"], shares["p_leave_care_cmd"], shares["care.return_year"], *idle, *busy]
    use = shares["wmo.use_share"]
    at_work = odds_changed(use, np.exp(theta["p_logor_wmo_in_work"]))
    return _binomial(np.array([*monthly_chance(np.array(yearly)), use, at_work]), *care.T)


def reverted(left: float) -> np.ndarray:
    """Regression to the mean in each half year after enrolment, as part of that after one year, (period,)."""
    months = np.arange(1, MAX_PERIODS * PERIOD_MONTHS + 1)
    return reversion(left, months / MONTHS_PER_YEAR).reshape(MAX_PERIODS, PERIOD_MONTHS).mean(axis=1)


def still(shares: Scalars, severe: float, months: float) -> float:
    """Share in care after some months, mean over the diagnosis groups."""
    chances = {"p_leave_care_epa": severe, "p_leave_care_cmd": 1 - severe}
    return sum(
        share * still_in_care(shares[name], shares["care.return_year"], months) for name, share in chances.items()
    )


def coefficients(theta: Scalars, shares: Scalars, work: float, facts: np.ndarray) -> np.ndarray:
    """Coefficients of the cost regression in the order of `record_data.COST_COLUMNS`."""
    reference, severe, _ = facts
    single = [
        theta["care.level"] + reference,
        theta["care.level_severe"],
        theta["care.level_comparison"],
        theta["care.level_worker"],
        work,
        theta["care.work_selection"],
        theta["care.trend_year"],
    ]
    after = reverted(shares["care.reversion_left"])
    net = net_reversion(theta["p_log_rtm_ggz_cost"], still(shares, severe, MONTHS_PER_YEAR))
    return np.concatenate([single, net * after, theta["care.rtm_gap"] * after])


def variances(theta: Scalars, shares: Scalars) -> tuple[float, float]:
    """Variance of a half year around its case, and of the case effect.

    `p_cost_sigma` and `p_cost_autocorr` speak of whole years; a half year varies twice as much around its case.
    """
    total = np.exp(2 * theta["p_cost_sigma"])
    case = shares["p_cost_autocorr"] * total
    return 2 * (total - case), case


def _cost(theta: Scalars, shares: Scalars, work: float, data: dict[str, np.ndarray]) -> float:
    residual, case = variances(theta, shares)
    contrast = np.concatenate([[1.0], -coefficients(theta, shares, work, data["facts"])])
    rows, persons = data["sizes"].T
    sums = np.einsum("i,nij,j->n", contrast, data["between"], contrast)
    joint = residual + rows * case
    log_scale = (persons * ((rows - 1) * np.log(residual) + np.log(joint))).sum()
    return -0.5 * (log_scale + (contrast @ data["within"] @ contrast - (case / joint * sums).sum()) / residual)


def _ratios(theta: Scalars, shares: Scalars, work: float, data: dict[str, np.ndarray]) -> float:
    """Published changes of group means: columns as in `record_data.Published`."""
    beta = coefficients(theta, shares, work, data["facts"])
    after = len(beta) - 2 * MAX_PERIODS + np.arange(MAX_PERIODS)
    middles = PERIOD_MONTHS * (np.arange(MAX_PERIODS) + 0.5)
    in_care = np.log(np.array([still(shares, data["facts"][1], middle) for middle in middles]))
    observed, comparison, at_work, years = data["ratios"][:, :RATIO_FACTS].T
    weights, whiten = np.split(data["ratios"][:, RATIO_FACTS:], [MAX_PERIODS], axis=1)
    expected = weights @ (in_care + beta[after]) + comparison * (weights @ beta[after + MAX_PERIODS])
    expected = expected + at_work * work + years * theta["care.trend_year"]
    return -0.5 * ((whiten @ (observed - expected)) ** 2).sum()


def arrays(data: RecordData, reference: float, back: float = 0.0) -> dict[str, np.ndarray]:
    """The data of the likelihood as named arrays.

    Parameters
    ----------
    data : RecordData
        From `inference.reduction`.
    reference : float
        National GGZ cost per month in care, EUR of the price year of the pilot: the yardstick of `care.level`.
    back : float
        Monthly hazard of a return to benefit; only published shares need it.

    Returns
    -------
    dict of ndarray
        By the names of `ARRAYS`. A kind of evidence without data has no rows, or zeros at risk.
    """
    cells, losses, care, cost, severe = data.transitions, data.losses, data.care, data.cost, data.simple.severe
    columns = (cells.kind, cells.comparison, *cells.effects.T, cells.at_risk, cells.events)
    job = (losses.tenure, losses.alone, *losses.effects.T, losses.at_risk, losses.events)
    at_risk = [*care.leave_at_risk, care.return_at_risk, *care.admission_at_risk.T.ravel(), *care.wmo_people]
    events = [*care.leave_events, care.return_events, *care.admission_events.T.ravel(), *care.wmo_users]
    share = severe.events / severe.n if severe.n else 0.5
    published = data.published or Published()
    return {
        "cells": np.column_stack(columns).astype(float),
        "losses": np.column_stack(job).astype(float),
        "care": np.column_stack([at_risk, events]).astype(float),
        "within": cost.within.astype(float),
        "sizes": np.column_stack([cost.rows, cost.persons]).astype(float),
        "between": cost.between.astype(float),
        "ratios": published.ratios,
        "shares": published.shares,
        "facts": np.array([np.log(reference), share, back]),
    }
