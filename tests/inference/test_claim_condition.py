"""Conditioning on observed changes, held against textbook formulas draw by draw."""

import numpy as np
import pytest
from scipy import stats

from werkzorg.inference.claim_condition import condition, tail_probability
from werkzorg.inference.claim_model import Straight

OBSERVED = np.array([-0.5, -0.3])


def straight(draws, rng, repeated=False):
    shape = (1 if repeated else draws,)
    offset, slopes = rng.normal(-0.4, 0.3, (*shape, 2)), rng.normal(0.0, 1.0, (*shape, 2, 5))
    sd = rng.uniform(0.05, 0.4, (*shape, 5))
    if repeated:
        offset, slopes, sd = (np.repeat(array, draws, axis=0) for array in (offset, slopes, sd))
    return Straight(offset, slopes, rng.normal(0.0, 0.2, 5), sd)


def test_weights_are_the_density_of_the_observed_changes():
    found = straight(50, np.random.default_rng(1))
    log_weight, _ = condition(found, OBSERVED, np.random.default_rng(2))
    for draw in range(50):
        slopes = found.slopes[draw]
        covariance = slopes @ np.diag(found.sd[draw] ** 2) @ slopes.T
        density = stats.multivariate_normal(found.offset[draw] + slopes @ found.mean, covariance)
        assert log_weight[draw] == pytest.approx(density.logpdf(OBSERVED), rel=1e-9)


def test_every_draw_reproduces_what_was_observed():
    found = straight(200, np.random.default_rng(3))
    _, terms = condition(found, OBSERVED, np.random.default_rng(4))
    again = found.offset + np.einsum("dct,dt->dc", found.slopes, terms)
    assert again == pytest.approx(np.broadcast_to(OBSERVED, again.shape), abs=1e-10)


def test_terms_have_the_mean_and_spread_of_the_conditional_normal():
    draws = 200_000
    found = straight(draws, np.random.default_rng(5), repeated=True)
    _, terms = condition(found, OBSERVED, np.random.default_rng(6))
    slopes, prior = found.slopes[0], np.diag(found.sd[0] ** 2)
    gain = prior @ slopes.T @ np.linalg.inv(slopes @ prior @ slopes.T)
    mean = found.mean + gain @ (OBSERVED - found.offset[0] - slopes @ found.mean)
    covariance = prior - gain @ slopes @ prior
    # Five errors of a mean of 200,000 draws with a spread below 0.4; the gain of a forgotten term is far larger.
    assert terms.mean(axis=0) == pytest.approx(mean, abs=0.005)
    assert np.cov(terms.T) == pytest.approx(covariance, abs=0.002)


def test_an_impossible_draw_has_no_weight_and_spoils_nothing():
    found = straight(4, np.random.default_rng(7))
    found.offset[1, 0] = -np.inf
    log_weight, terms = condition(found, OBSERVED, np.random.default_rng(8))
    assert log_weight[1] == -np.inf and np.isfinite(log_weight[[0, 2, 3]]).all() and np.isfinite(terms).all()
    assert 0.0 <= tail_probability(found, OBSERVED, np.full(4, 0.25)) <= 1.0


def test_the_tail_is_that_of_a_normal_and_sees_the_difference_of_two_groups():
    slopes = np.zeros((1, 2, 2))
    slopes[0, :, 0], slopes[0, 0, 1] = 1.0, 1.0
    found = Straight(np.zeros((1, 2)), slopes, np.zeros(2), np.array([[1.0, 0.1]]))
    one = np.ones(1)
    # Alike and near the middle: the nearest to a surprise is the first group itself.
    assert tail_probability(found, np.array([0.5, 0.5]), one) == pytest.approx(2 * stats.norm.sf(0.5), rel=1e-9)
    # Each ordinary, their difference four standard deviations out.
    assert tail_probability(found, np.array([0.4, 0.0]), one) == pytest.approx(2 * stats.norm.sf(4.0), rel=1e-6)
