"""The same question answered by rejection: people simulated one by one, month by month, and only lucky draws kept.

Nothing of the package is used but the numbers of its parameters; jobs are lost and found by persons, not by shares.
"""

import numpy as np
import pytest
from scipy import stats

from werkzorg.inference.claim import explain_claim
from werkzorg.inference.claim_input import make_claim
from werkzorg.params import catalogue

DRAWS, PLACED, MONTHS = 60_000, 12, 12
CHANGE, NEAR = -0.45, 0.06
SEED = 8


def draws_of(rng):
    """Prior of the severe group, from the parameters as published (docs/parameters.md)."""
    q = catalogue().distribution
    normal = ("care.work_selection", "care.trend_year", "p_log_rtm_ggz_cost", "p_logor_admission_in_work")
    theta = {name: rng.normal(q(name).params["mu"], q(name).params["sigma"], DRAWS) for name in normal}
    for name in (
        "p_job_survival_weibull_shape",
        "p_job_survival_weibull_scale",
        "p_reentry_after_loss",
        "p_cost_sigma",
    ):
        theta[name] = np.exp(rng.normal(q(name).params["mu"], q(name).params["sigma"], DRAWS))
    for name in ("p_leave_care_epa", "p_cost_autocorr", "p_crisis_first_quarter", "care.admission_year_severe"):
        theta[name] = rng.beta(q(name).params["alpha"], q(name).params["beta"], DRAWS)
    work = q("p_log_ggz_cost_ratio_work").params
    theta["work"] = work["mu"] + work["sigma"] * stats.t(work["nu"]).rvs(DRAWS, random_state=rng)
    for name in ("care.return_year", "ggz.fact_year", "ggz.crisis_admission"):
        theta[name] = catalogue().draw(name, DRAWS, 99, None)
    return theta


def months_in_work(theta, rng):
    """Per person and month: in work, and in the first three months of a job."""
    at_work, fresh = np.zeros((2, DRAWS, PLACED, MONTHS), dtype=bool)
    tenure = np.zeros((DRAWS, PLACED))
    working = np.ones((DRAWS, PLACED), dtype=bool)
    shape, scale = theta["p_job_survival_weibull_shape"][:, None], theta["p_job_survival_weibull_scale"][:, None]
    for month in range(MONTHS):
        if month:
            hazard = ((tenure + 1) / scale) ** shape - (tenure / scale) ** shape
            lost = working & (rng.random(working.shape) < 1 - np.exp(-hazard))
            found = ~working & (rng.random(working.shape) < 1 - np.exp(-theta["p_reentry_after_loss"][:, None]))
            tenure = np.where(working & ~lost, tenure + 1, 0.0)
            working = (working & ~lost) | found
        at_work[:, :, month], fresh[:, :, month] = working, working & (tenure < 3)
    return at_work, fresh


def simulate(theta, rng):
    """Logarithm of mean cost after over before, and the fall that comes by itself."""
    stay = 1 - (1 - theta["p_leave_care_epa"]) ** (1 / 12)
    back = 1 - (1 - theta["care.return_year"]) ** (1 / 12)
    still = np.ones(DRAWS)
    for _ in range(MONTHS):
        still = still * (1 - stay) + (1 - still) * back
    rise = theta["p_log_rtm_ggz_cost"] - np.log(still)
    natural = still * np.exp(-0.05 * np.logaddexp(0.0, -rise / 0.05))
    at_work, fresh = months_in_work(theta, rng)
    quarter = 1 - (1 - theta["care.admission_year_severe"]) ** 0.25
    odds = quarter / (1 - quarter) * np.exp(theta["p_logor_admission_in_work"])
    ordinary = still * (1 - (1 / (1 + odds)) ** (1 / 3))
    extra = 1 - (1 - theta["p_crisis_first_quarter"]) ** (1 / 3) - ordinary
    price = theta["ggz.crisis_admission"]
    level = theta["ggz.fact_year"] + theta["care.admission_year_severe"] * price
    use = 1 + at_work.mean(axis=2) * np.expm1(theta["work"])[:, None]
    crisis = fresh.mean(axis=2) * (extra * price * 12 / level / natural)[:, None]
    sigma, between = theta["p_cost_sigma"][:, None], theta["p_cost_autocorr"][:, None]
    z, first, second = rng.standard_normal((3, DRAWS, PLACED))
    centre = -0.5 * sigma**2
    before, after = (
        np.exp(sigma * (np.sqrt(between) * z + np.sqrt(1 - between) * e) + centre) for e in (first, second)
    )
    present = rng.random((DRAWS, PLACED)) < still[:, None]
    shift = np.exp(theta["care.work_selection"] + theta["care.trend_year"])
    cost = after * present * (natural / still * shift)[:, None] * (use + crisis)
    return np.log(np.maximum(cost.mean(axis=1), 1e-300) / before.mean(axis=1)), natural


@pytest.fixture(scope="module")
def brute():
    rng = np.random.default_rng(SEED)
    theta = draws_of(rng)
    logarithm, natural = simulate(theta, rng)
    return theta, logarithm, natural


@pytest.fixture(scope="module")
def found():
    return explain_claim(
        make_claim(placed=PLACED, change=CHANGE, months=MONTHS, diagnosis="severe", year=2022), seed=SEED
    )


def test_the_claim_is_as_surprising_as_in_simulated_people(brute, found):
    _, logarithm, _ = brute
    share = float((logarithm <= np.log1p(CHANGE)).mean())
    # Error of both shares is about 0.003; a cause that is left out moves the share by more than 0.05.
    assert found.quality.tail == pytest.approx(2 * min(share, 1 - share), abs=0.025)


def test_causes_have_the_same_posterior_as_in_kept_simulations(brute, found):
    theta, logarithm, natural = brute
    kept = np.abs(logarithm - np.log1p(CHANGE)) < NEAR
    assert kept.sum() > 1500
    selection, by_itself = found.tipping
    for value, estimate in (
        (np.expm1(theta["care.work_selection"][kept]), selection.assumed),
        (natural[kept] - 1, by_itself.assumed),
    ):
        error = np.hypot(value.std() / np.sqrt(len(value)), estimate.error)
        # Four errors, and 0.004 for the width of what was kept and for jobs of persons in place of shares.
        assert value.mean() == pytest.approx(estimate.mean, abs=4 * error + 0.004)
        assert value.std() == pytest.approx(estimate.sd, rel=0.1)
