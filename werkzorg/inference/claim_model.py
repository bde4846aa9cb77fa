"""What is expected of a claim before the claim is looked at: causes of a change of care cost, as draws.

The logarithm of the ratio of mean cost after and before is the sum of: planned end of treatment, regression to the
mean, work, selection of who finds work, time, and chance. Values come from the parameters of the rest of the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy import stats

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.chances import monthly_chance, net_reversion, quarterly_odds_changed, reversion, still_in_care
from werkzorg.inference.claim_input import Claim
from werkzorg.inference.claim_noise import Chance, simulate_chance, spread
from werkzorg.inference.priors import prior_on_log_scale
from werkzorg.inference.transitions import chance, loss_probabilities
from werkzorg.params import Catalogue

CRISIS_MONTHS = 3
"""Months of a job over which the chance of a crisis is given (`p_crisis_first_quarter`)."""

NATURAL = {False: "p_log_rtm_ggz_cost", True: "p_log_rtm_ggz_cost_after_crisis"}
"""Change that comes by itself, by whether people enrolled after a crisis."""

GAUSSIAN = ("care.work_selection", "care.trend_year", "care.rtm_gap")
"""Normal logarithms that enter the observed changes in a straight line; see `claim_condition`."""

WORK_CAUSES = ("use_in_work", "crisis_at_start")
EXPECTED = (*WORK_CAUSES, "regression_to_mean", "planned_end")
"""Causes with an expected factor: two of work (less care while in work, crises at job starts), two without it."""

CARE = (
    "p_leave_care_epa",
    "p_leave_care_cmd",
    "care.return_year",
    "care.reversion_left",
    "p_cost_autocorr",
    "p_cost_sigma",
)
WORK = (
    "p_log_ggz_cost_ratio_work",
    "p_job_survival_weibull_shape",
    "p_job_survival_weibull_scale",
    "p_reentry_after_loss",
    "p_hr_coach_retention",
    "p_crisis_first_quarter",
    "p_logor_admission_in_work",
    "care.admission_year_severe",
    "care.admission_year_common",
)
PRICES = ("ggz.fact_year", "ggz.cost_per_client", "ggz.crisis_admission")
SEVERE = "care.severe_share"
STREAM = 21
"""Random stream of the persons; each parameter has its own."""

Draws = dict[str, np.ndarray]


@dataclass(frozen=True)
class Expected:
    """Draws before the claim is looked at.

    Attributes
    ----------
    parameters : dict of ndarray (draw,)
        By id.
    factors : dict of ndarray (draw,)
        Expected factors on cost of the causes in `EXPECTED`.
    at_work : ndarray (draw, month)
        Share of the people placed that is in work.
    chance : tuple of Chance
        Of the people placed, and of the comparison group if there is one.
    log_likelihood : ndarray (draw,)
        Of the number still in work.
    """

    parameters: Draws
    factors: Draws
    at_work: np.ndarray
    chance: tuple[Chance, ...]
    log_likelihood: np.ndarray


def used_parameters(claim: Claim) -> tuple[str, ...]:
    """Ids of all parameters that an explanation of this claim rests on."""
    normal = [name for name, on in zip(GAUSSIAN, _active(claim), strict=True) if on]
    mixed = (SEVERE,) if claim.diagnosis == "mixed" else ()
    return ("p_log_ggz_cost_ratio_work", NATURAL[claim.after_crisis], *normal, *CARE, *mixed, *WORK[1:], *PRICES)


def _active(claim: Claim) -> tuple[bool, bool, bool]:
    return claim.selected, True, claim.comparison is not None and not claim.randomised


def expect(claim: Claim, catalogue: Catalogue, size: int, seed: int) -> Expected:
    """Draw causes and chance for a claim.

    Parameters
    ----------
    claim : Claim
    catalogue : Catalogue
        Parameters, with local values and evidence set if wanted.
    size : int
        Draws.
    seed : int
    """
    on = date(claim.year, 1, 1)
    names = (*CARE, *WORK, *PRICES, SEVERE, NATURAL[claim.after_crisis])
    draws = {name: catalogue.draw(name, size, seed, on if name in PRICES else None) for name in names}
    severe = {"severe": np.ones(size), "common": np.zeros(size), "mixed": draws[SEVERE]}[claim.diagnosis]
    back, years = draws["care.return_year"], claim.months / MONTHS_PER_YEAR
    still, still_year = (
        severe * still_in_care(draws["p_leave_care_epa"], back, months)
        + (1 - severe) * still_in_care(draws["p_leave_care_cmd"], back, months)
        for months in (claim.months, MONTHS_PER_YEAR)
    )
    # As in the projection: the change of a year holds the planned ends, and what is left of it is never a rise.
    left = net_reversion(draws[NATURAL[claim.after_crisis]], still_year)
    regressed = np.exp(left * reversion(draws["care.reversion_left"], years))
    at_work, fresh = follow_jobs(draws, claim.months)
    crisis = crisis_cost(draws, severe, still, fresh)
    in_work = 1 + at_work.mean(axis=1) * np.expm1(draws["p_log_ggz_cost_ratio_work"])
    # A crisis costs the same whatever else the person costs.
    started = 1 + crisis / (still * regressed * in_work)
    factors = dict(zip(EXPECTED, (in_work, started, regressed, still), strict=True))
    between, within = spread(draws["p_cost_sigma"], draws["p_cost_autocorr"], claim.months)
    groups = [count for count in (claim.placed, claim.comparison) if count]
    rngs = (np.random.default_rng([seed, STREAM, rank]) for rank in range(len(groups)))
    noise = tuple(simulate_chance(n, between, within, still, rng) for n, rng in zip(groups, rngs, strict=True))
    seen = np.zeros(size)
    if claim.in_work_at_end is not None:
        seen = stats.binom.logpmf(claim.in_work_at_end, claim.placed, at_work[:, -1])
    return Expected(draws, factors, at_work, noise, seen)


def follow_jobs(draws: Draws, months: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of the people placed that is in work, and in the first `CRISIS_MONTHS` of a job, each (draw, month).

    Everyone is in work in the first month. Jobs are lost by the clock of the job; who lost one finds a next one.
    """
    loss = loss_probabilities(draws, months)["supported"]
    again = chance(draws["p_reentry_after_loss"])
    clock = np.zeros_like(loss)
    clock[:, 0] = 1.0
    at_work, fresh = np.ones_like(loss), np.ones_like(loss)
    for month in range(1, months):
        searching = 1 - at_work[:, month - 1]
        clock[:, 1 : month + 1] = clock[:, :month] * (1 - loss[:, :month])
        clock[:, 0] = searching * again
        at_work[:, month], fresh[:, month] = clock[:, : month + 1].sum(axis=1), clock[:, :CRISIS_MONTHS].sum(axis=1)
    return at_work, fresh


def crisis_cost(draws: Draws, severe: np.ndarray, still: np.ndarray, fresh: np.ndarray) -> np.ndarray:
    """Cost of crises in the first months of jobs beyond the admissions expected anyway, relative to the cost before.

    Parameters
    ----------
    draws : dict of ndarray (draw,)
    severe, still : ndarray (draw,)
        Share with a severe illness; share still in care.
    fresh : ndarray (draw, month)
        Share of the people placed in the first `CRISIS_MONTHS` of a job.
    """
    ratio, price = np.exp(draws["p_logor_admission_in_work"]), draws["ggz.crisis_admission"]
    yearly = {"severe": draws["care.admission_year_severe"], "common": draws["care.admission_year_common"]}
    busy = {group: monthly_chance(quarterly_odds_changed(chance_, ratio)) for group, chance_ in yearly.items()}
    expected = still * (severe * busy["severe"] + (1 - severe) * busy["common"])
    at_start = 1 - (1 - draws["p_crisis_first_quarter"]) ** (1 / CRISIS_MONTHS)
    level = severe * (draws["ggz.fact_year"] + yearly["severe"] * price) + (1 - severe) * draws["ggz.cost_per_client"]
    return fresh.mean(axis=1) * (at_start - expected) * price * MONTHS_PER_YEAR / level


@dataclass(frozen=True)
class Straight:
    """How normal logarithms enter the observed changes: ``observed = offset + slopes @ g``, g independent normal.

    Attributes
    ----------
    offset : ndarray (draw, change)
        What all else gives.
    slopes : ndarray (draw, change, term)
        Terms: `GAUSSIAN`, then the normal part of chance of each group.
    mean : ndarray (term,)
    sd : ndarray (draw, term)
    """

    offset: np.ndarray
    slopes: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


def straight_part(claim: Claim, expected: Expected, catalogue: Catalogue) -> Straight:
    """The observed changes as straight lines in the normal logarithms, per draw."""
    mu, sigma = prior_on_log_scale(catalogue, GAUSSIAN)
    size, groups = len(expected.log_likelihood), len(expected.chance)
    years = claim.months / MONTHS_PER_YEAR
    selection, time, gap = _active(claim)
    slopes = np.zeros((size, groups, len(GAUSSIAN) + groups))
    slopes[:, 0, 0] = selection
    slopes[:, :, 1] = time * years
    if gap:
        slopes[:, 1, 2] = reversion(expected.parameters["care.reversion_left"], years)
    for group in range(groups):
        slopes[:, group, len(GAUSSIAN) + group] = 1.0
    logs = {name: np.log(expected.factors[name]) for name in EXPECTED}
    natural = logs["planned_end"] + logs["regression_to_mean"]
    offset = np.stack([natural + group.rest for group in expected.chance], axis=1)
    offset[:, 0] += sum(logs[name] for name in WORK_CAUSES)
    sd = np.column_stack([np.broadcast_to(sigma, (size, len(sigma))), *(group.sd for group in expected.chance)])
    return Straight(offset, slopes, np.concatenate([mu, np.zeros(groups)]), sd)
