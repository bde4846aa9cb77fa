"""Intervals of the parameters that records settle one by one are as often right as they say.

Simulation-based calibration: truths are drawn from the prior, people are made up from them, and the rank of the truth
among the posterior draws is uniform when the update is right. The parameters that are sampled are held in
`docs/calibration.md`.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from werkzorg import load_pilot
from werkzorg.inference import updates
from werkzorg.inference.record_data import Measured, Share
from werkzorg.inference.transitions import chance
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import HOUSEHOLDS

WORLDS = 80
PEOPLE = 12
DRAWS = 99
"""Ranks 0 to 99: a central interval of 80% holds ranks 10 to 89."""

SHARES = {
    "care.severe_share": "severe",
    "jobs.share_lks": "subsidised",
    "jobs.share_jobcoach": "coached",
    "jobs.share_no_risk": "no_risk",
    "exit_other.return_month": "returns_to_benefit",
    "p_crisis_first_quarter": "crisis",
}
MEANS = {
    "jobs.wage_factor": ("wage_factor", 0.1),
    "wmo.hours_week": ("wmo_hours", 1.5),
    updates.PAID_RATIO: ("benefit_ratio", 0.15),
    "p_utility_gain_in_work": ("utility_change", 0.15),
    updates.HOURS_SHIFT: ("log_hours", 0.4),
}
"""Field of the statistics, and the usual spread between people."""


def records(**statistics):
    """What records say of the single parameters, in the form `single_evidence` reads."""
    crisis = statistics.pop("crisis")
    care = SimpleNamespace(crisis_events=crisis.events, crisis_at_risk=crisis.n)
    return SimpleNamespace(simple=SimpleNamespace(**statistics), care=care, published=None)


@pytest.fixture(scope="module")
def catalogue():
    return catalogue_of(load_pilot("drechtsteden"))


@pytest.fixture(scope="module")
def priors(catalogue):
    some = {field: Share(1, 2) for field in SHARES.values()}
    some |= {field: Measured(3, 1.0, 1.0) for field, _ in MEANS.values()}
    found = updates.single_evidence(records(**some), catalogue)
    assert set(found) == {*SHARES, *MEANS}
    return {name: prior for name, (prior, _) in found.items()}


def count_people(name, truth, rng):
    months = 12 if name == "exit_other.return_month" else 1
    p = float(chance(np.array(truth))) if name == "exit_other.return_month" else truth
    return Share(int(rng.binomial(PEOPLE * months, p)), PEOPLE * months)


def measure_people(name, truth, catalogue, rng):
    mean = truth
    if name == updates.HOURS_SHIFT:
        mean += catalogue.distribution("p_hours_week").params["mu"]
    if name == "p_utility_gain_in_work":
        mean += float(catalogue.distribution("quality.work_selection").sample((), rng))
    people = mean + MEANS[name][1] * np.exp(0.3 * rng.standard_normal()) * rng.standard_normal(PEOPLE)
    return Measured(PEOPLE, float(people.mean()), float(people.std(ddof=1)))


@pytest.fixture(scope="module")
def ranks(catalogue, priors):
    """Rank of the truth by parameter, (world,)."""
    rng = np.random.default_rng(20)
    found = {name: [] for name in priors}
    for _ in range(WORLDS):
        truth = {name: float(prior.sample((), rng)) for name, prior in priors.items()}
        said = {field: count_people(name, truth[name], rng) for name, field in SHARES.items()}
        said |= {field: measure_people(name, truth[name], catalogue, rng) for name, (field, _) in MEANS.items()}
        for name, (prior, likelihood) in updates.single_evidence(records(**said), catalogue).items():
            drawn = updates.draw_posterior(prior, likelihood, DRAWS, rng)
            found[name].append(int((drawn < truth[name]).sum()))
    return {name: np.array(values) for name, values in found.items()}


def held(ranks, width):
    return int(((ranks >= 50 - 50 * width) & (ranks < 50 + 50 * width)).sum())


def assert_calibrated(ranks):
    """Coverage inside 99.99% of the binomial distribution: three intervals of some groups, one miss in a thousand."""
    for width in (0.5, 0.8, 0.94):
        low, high = stats.binom.ppf([0.00005, 0.99995], len(ranks), width)
        assert low <= held(ranks, width) <= high, width
    # The mean of n uniform ranks has the spread 28.9 / sqrt(n); four of these are passed once in 16,000.
    assert abs(ranks.mean() - 49.5) < 4 * 28.9 / np.sqrt(len(ranks))


@pytest.mark.parametrize("name", [*SHARES, *MEANS])
def test_a_single_parameter_is_as_sure_as_it_is_right(ranks, name):
    assert_calibrated(ranks[name])


def test_all_single_parameters_together(ranks):
    """Nearly 900 ranks: an 80% interval that holds 74% is seen."""
    together = np.concatenate(list(ranks.values()))
    assert_calibrated(together)


def test_the_check_sees_a_spread_that_is_wrong(catalogue, priors):
    """Each person taken for forty."""
    rng, name = np.random.default_rng(21), "jobs.share_lks"
    found = []
    for _ in range(WORLDS):
        truth = float(priors[name].sample((), rng))
        events = int(rng.binomial(PEOPLE, truth))
        said = updates.binomial(Share(40 * events, 40 * PEOPLE))
        found.append(int((updates.draw_posterior(priors[name], said, DRAWS, rng) < truth).sum()))
    with pytest.raises(AssertionError):
        assert_calibrated(np.array(found))


def test_the_mix_of_households(catalogue):
    pilot, rng = load_pilot("drechtsteden"), np.random.default_rng(22)
    assumed = np.array([pilot.households.shares()[name] for name in HOUSEHOLDS])
    weight = np.maximum(assumed * catalogue.value("households.prior_people"), updates.LEAST_WEIGHT)
    found = []
    for world in range(400):
        truth = rng.dirichlet(weight)
        people = dict(zip(HOUSEHOLDS, rng.multinomial(PEOPLE, truth).astype(float), strict=True))
        data = SimpleNamespace(simple=SimpleNamespace(households=people))
        drawn = updates.household_shares(data, pilot, catalogue, DRAWS, seed=world)
        one = updates.household_name(HOUSEHOLDS[0])
        found.append(int((drawn[one] < truth[0]).sum()))
    assert_calibrated(np.array(found))


def test_the_own_level_of_cost(catalogue):
    """An institution draws its level around the national price; 40 people show it, with log-normal cost."""
    rng, spread = np.random.default_rng(23), catalogue.distribution("care.institution_spread").params["sigma"]
    sigma, national, people = 0.8, 9000.0, 40
    posterior = {
        "ggz.fact_year": np.full(DRAWS, national),
        "ggz.cost_per_client": np.full(DRAWS, national),
        "ggz.crisis_admission": np.zeros(DRAWS),
        "care.admission_year_common": np.zeros(DRAWS),
        "p_cost_sigma": np.full(DRAWS, sigma),
    }
    found = []
    for world in range(400):
        truth = national * np.exp(spread * rng.standard_normal())
        cost = truth * np.exp(sigma * rng.standard_normal(people) - sigma**2 / 2)
        base = {
            "severe": Measured(people, float(cost.mean()), float(cost.std(ddof=1))),
            "common": Measured(0, 0.0, 0.0),
        }
        data = SimpleNamespace(simple=SimpleNamespace(base_cost=base))
        drawn = updates.own_prices(data, posterior, catalogue, seed=world)
        assert set(drawn) == {"ggz.fact_year"}
        found.append(int((drawn["ggz.fact_year"] < truth).sum()))
    assert_calibrated(np.array(found))
