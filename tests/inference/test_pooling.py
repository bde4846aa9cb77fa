"""Partial pooling against closed forms, a dense density and a joint model on a grid; what must hold; wrong input."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.pool import POOLED, pool
from werkzorg.inference.pooling import Message, _spreads, divide_out, log_marginal, pool_messages
from werkzorg.inference.priors import prior_on_log_scale
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import load_pilot

PILOT = load_pilot("drechtsteden")
EFFECT, BASELINE = "p_logrr_programme_nl", "p_baseline_entry_hazard"
DRAWS = 4000


def random_messages(seed, sites=4, size=3):
    """Sites of which none knows everything: rank below the number of parameters."""
    rng = np.random.default_rng(seed)
    a, b = np.zeros((sites, size, size)), np.zeros((sites, size))
    for site in range(sites):
        root = 2 * rng.normal(size=(size - 1, size))
        a[site] = root.T @ root
        b[site] = a[site] @ rng.normal(size=size)
    return a, b


def normal_messages(locations, variances):
    return [Message(np.array([[1 / v]]), np.array([m / v])) for m, v in zip(locations, variances, strict=True)]


def pooled_dataset(means, covariance, seed=0, names=(EFFECT, BASELINE)):
    """Posterior of a made-up site with exactly these moments on the log scale."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(size=(DRAWS, len(names)))
    raw = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    values = means + raw @ np.linalg.cholesky(covariance).T
    data = {name: ("draw", values[:, i] if name == EFFECT else np.exp(values[:, i])) for i, name in enumerate(names)}
    return xr.Dataset(data, attrs={"with_data": json.dumps(list(names)), "gates": "[]"})


def site(name, effect, error, seed=0):
    """A pilot whose data give the effect with this error, by the normal update of its prior; the baseline as it was."""
    mu, sigma = prior_on_log_scale(catalogue(), (EFFECT, BASELINE))
    precision = 1 / sigma**2 + np.array([1 / error**2, 0.0])
    mean = (mu / sigma**2 + np.array([effect / error**2, 0.0])) / precision
    return PILOT.model_copy(update={"id": name}), pooled_dataset(mean, np.diag(1 / precision), seed)


# Closed forms


def test_prior_divided_out_is_the_likelihood():
    rng = np.random.default_rng(4)
    root = rng.normal(size=(3, 3))
    likelihood, location = root @ root.T + np.eye(3), rng.normal(size=3)
    prior_mean, prior_precision = rng.normal(size=3), np.array([1.0, 4.0, 0.3])
    precision = likelihood + np.diag(prior_precision)
    mean = np.linalg.solve(precision, likelihood @ location + prior_precision * prior_mean)
    found = divide_out(mean, np.linalg.inv(precision), prior_mean, prior_precision)
    assert found.precision == pytest.approx(likelihood)
    assert found.vector == pytest.approx(likelihood @ location)


def test_posterior_that_is_the_prior_says_nothing():
    """With the sampling noise that 4000 draws have: 2% of the variance, below the 5% that counts."""
    draws = np.random.default_rng(1).normal(size=(4000, 2))
    found = divide_out(draws.mean(axis=0), np.cov(draws.T), np.zeros(2), np.ones(2))
    assert not found.precision.any()
    assert not found.vector.any()


@pytest.mark.parametrize("seed", range(5))
def test_marginal_is_that_of_the_dense_normal(seed):
    """Against the determinants of the whole model written out: mean and all sites in one matrix."""
    a, b = random_messages(seed)
    scale, rng = np.array([0.5, 1.0, 0.3]), np.random.default_rng(seed)

    def dense(scores):
        spread, _ = _spreads(scores, scale)
        sites, size = b.shape
        precision, vector = np.zeros((size * (sites + 1),) * 2), np.zeros(size * (sites + 1))
        within = np.diag(1 / spread**2)
        precision[:size, :size] = np.diag(1 + spread**2) + sites * within
        for k in range(sites):
            own = slice(size * (k + 1), size * (k + 2))
            precision[own, own] = a[k] + within
            precision[:size, own] = precision[own, :size] = -within
            vector[own] = b[k]
        logs = 0.5 * np.log1p(spread**2).sum() - sites * np.log(spread).sum()
        logs += 0.5 * vector @ np.linalg.solve(precision, vector) - 0.5 * np.linalg.slogdet(precision)[1]
        return logs + stats.norm.logpdf(scores).sum()

    one, two = rng.normal(size=(2, 3))
    difference = log_marginal(one, a, b, scale)[0] - log_marginal(two, a, b, scale)[0]
    assert difference == pytest.approx(dense(one) - dense(two), rel=1e-8)
    step = 1e-5
    slopes = [
        (log_marginal(one + e, a, b, scale)[0] - log_marginal(one - e, a, b, scale)[0]) / (2 * step)
        for e in step * np.eye(3)
    ]
    # Central differences of a function of this size are exact to about 1e-7.
    assert log_marginal(one, a, b, scale)[1] == pytest.approx(slopes, abs=1e-5)


def test_known_spread_gives_the_textbook_shrinkage():
    """Spread fixed by a very narrow prior at nil, and sites equal: precision-weighted mean of sites and prior."""
    locations, variances = np.array([0.3, 0.8, -0.2]), np.array([0.05, 0.2, 0.1])
    drawn = pool_messages(normal_messages(locations, variances), np.array([1e-4]), draws=DRAWS, seed=1)
    precision = 1 + (1 / variances).sum()
    # Five standard errors of the draws, of which importance resampling keeps most.
    error = 5 / np.sqrt(precision * DRAWS * drawn.efficiency)
    assert drawn.mean.mean() == pytest.approx((locations / variances).sum() / precision, abs=error)
    assert drawn.mean.std() == pytest.approx(1 / np.sqrt(precision), rel=0.06)
    assert drawn.weight[:, 0] == pytest.approx(1, abs=1e-3)


# A joint model on a grid


@pytest.mark.parametrize(
    ("locations", "variances"),
    [([0.5, 0.9], [0.05, 0.1]), ([-0.6, 0.1, 0.7, 1.2], [0.04, 0.04, 0.08, 0.02]), ([0.4], [0.1])],
)
def test_sampler_is_the_joint_model_on_a_grid(locations, variances):
    """Mean, spread and sites all at once: sums over a grid of mean and spread, the sites in closed form."""
    scale, y, v = 0.5, np.array(locations), np.array(variances)
    mean = np.linspace(-4, 4, 801)[:, None, None]
    spread = (np.linspace(0, 3, 901)[1:])[None, :, None]
    log = stats.norm.logpdf(mean, 0, 1 / np.sqrt(1 + spread**2)) + stats.halfnorm.logpdf(spread, scale=scale)
    log = log[..., 0] + stats.norm.logpdf(y, mean, np.sqrt(v + spread**2)).sum(axis=-1)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean, spread = mean[..., 0], spread[..., 0]
    expected_mean, expected_spread = (weight * mean).sum(), (weight * spread).sum()
    new = np.sqrt((weight * (mean**2 + spread**2)).sum() - expected_mean**2)
    moved = (weight[..., None] * (y * spread[..., None] ** 2 + mean[..., None] * v) / (v + spread[..., None] ** 2)).sum(
        (0, 1)
    )
    drawn = pool_messages(normal_messages(y, v), np.array([scale]), draws=20_000, seed=2)
    # 20,000 draws with a good half effective: errors of about 1% of a standard deviation, and four times that allowed.
    assert drawn.mean.mean() == pytest.approx(expected_mean, abs=0.04 * new)
    assert drawn.spread.mean() == pytest.approx(expected_spread, rel=0.05)
    assert drawn.new.std() == pytest.approx(new, rel=0.05)
    assert drawn.sites.mean(axis=1)[:, 0] == pytest.approx(moved, abs=0.04 * new)


# What must hold


def test_many_equal_sites_know_the_mean_and_have_no_spread():
    one, few, many = (
        pool_messages(normal_messages([0.5] * n, [0.02] * n), np.array([0.5]), draws=DRAWS, seed=1) for n in (1, 4, 64)
    )
    assert many.new.std() < few.new.std() < one.new.std()
    # With an error of 0.14 per site, 64 sites without any difference leave room for about 0.14 / 64^(1/4) = 0.05.
    assert np.quantile(many.spread, 0.95) < 0.08
    assert many.mean.std() < 0.03
    assert many.weight.mean() > 0.85 > few.weight.mean()


@given(st.permutations(range(4)))
@settings(deadline=None, max_examples=5)
def test_order_of_sites_changes_nothing(order):
    a, b = random_messages(3)
    messages = [Message(*each) for each in zip(a, b, strict=True)]
    scale = np.array([0.5, 0.5, 0.5])
    plain = pool_messages(messages, scale, draws=500, seed=1)
    turned = pool_messages([messages[i] for i in order], scale, draws=500, seed=1)
    assert np.array_equal(plain.new, turned.new)
    assert np.array_equal(plain.sites[list(order)], turned.sites)


def test_site_without_data_says_nothing():
    messages = normal_messages([0.5, 0.9], [0.05, 0.1])
    empty = Message(np.zeros((1, 1)), np.zeros(1))
    plain = pool_messages(messages, np.array([0.5]), draws=DRAWS, seed=1)
    more = pool_messages([*messages, empty], np.array([0.5]), draws=DRAWS, seed=1)
    # The same answer up to the order of the random numbers: five standard errors.
    assert more.mean.mean() == pytest.approx(plain.mean.mean(), abs=5 * plain.mean.std() * np.sqrt(2 / 2000))
    assert more.weight[2, 0] == 1


def test_one_pilot_predicts_a_new_site_with_its_own_answer_widened():
    pilot, posterior = site("een", 0.9, 0.15)
    table = pool([(pilot, posterior)], seed=1).table.query("parameter == @EFFECT").set_index("what")
    assert table.loc["new", "sd"] > 1.1 * table.loc["own", "sd"]
    # The site itself stays what it was: the shipped prior is the one it was fitted with, give or take the spread.
    assert table.loc["site", "value"] == pytest.approx(table.loc["own", "value"], abs=0.25 * table.loc["own", "sd"])
    assert table.loc["site", "sd"] == pytest.approx(table.loc["own", "sd"], rel=0.15)


def test_pilots_draw_each_other_together_and_what_none_knows_stays_prior():
    sites = [site("een", 0.2, 0.1, 1), site("twee", 0.8, 0.1, 2)]
    pooled = pool(sites, seed=1)
    assert pooled.passed
    table = pooled.table.query("parameter == @EFFECT").set_index(["what", "pilot"])["value"]
    assert table["own", "een"] < table["site", "een"] < table["site", "twee"] < table["own", "twee"]
    baseline = np.log(pooled.draws[BASELINE].values)
    mu, sigma = prior_on_log_scale(catalogue(), (BASELINE,))
    assert baseline.mean() == pytest.approx(mu[0], abs=0.1 * sigma[0])
    assert baseline.std() == pytest.approx(sigma[0], rel=0.15)


def test_evidence_accumulates():
    spreads = [
        float(pool([site(f"p{i}", 0.6, 0.2, i) for i in range(n)], seed=1).draws[EFFECT].std()) for n in (1, 3, 9)
    ]
    assert spreads[0] > spreads[1] > spreads[2]


def test_skewed_posterior_fails_its_check():
    """An exponential posterior has no draws where three other sites are; the normal one that stands for it has."""
    mu, sigma = prior_on_log_scale(catalogue(), (EFFECT,))
    values = mu[0] + sigma[0] * (np.random.default_rng(5).standard_exponential(DRAWS) - 1)
    skewed = xr.Dataset({EFFECT: ("draw", values)}, attrs={"with_data": json.dumps([EFFECT]), "gates": "[]"})
    pooled = pool([(PILOT, skewed), *(site(f"p{i}", 0.0, 0.1, i) for i in range(3))], seed=1)
    assert not pooled.checks[PILOT.id]["passed"]
    assert all(pooled.checks[f"p{i}"]["passed"] for i in range(3))
    assert not pooled.passed


# Wrong input


def test_no_pilot_the_same_twice_or_without_data():
    pilot, posterior = site("een", 0.5, 0.2)
    empty = posterior.copy()
    empty.attrs = {"with_data": "[]", "gates": "[]"}
    for sites, identifier, code in (
        ([], "pool.nothing", ExitCode.CONFIGURATION),
        ([(pilot, posterior), (pilot, posterior)], "pool.twice", ExitCode.CONFIGURATION),
        ([(pilot, empty)], "pool.no_data", ExitCode.STATISTICS),
    ):
        with pytest.raises(WerkzorgError) as error:
            pool(sites)
        assert error.value.exit_code == code
        assert error.value.problems[0].identifier == identifier
        assert error.value.render("nl") != error.value.render("en")


def test_pooled_parameters_have_priors_and_names():
    known = catalogue()
    assert all(known.distribution(name) is not None for name in POOLED)
