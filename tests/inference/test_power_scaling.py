"""Power-scaling: distances with a known answer, weights, and log densities that are those of the model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from werkzorg.inference.counts import count_data, log_likelihood
from werkzorg.inference.fit import first_answer
from werkzorg.inference.power_scaling import SENSITIVE, distance, log_densities, pareto_k, sensitivity
from werkzorg.inference.transitions import ON_LOG_SCALE, PARAMETERS
from werkzorg.params.pilots import load_pilot

DRAWS = 4000


def test_no_weights_no_distance_and_a_shift_has_one():
    values = np.random.default_rng(1).standard_normal(DRAWS)
    even = np.full(DRAWS, 1 / DRAWS)
    # The two empirical distributions differ by rounding only.
    assert distance(values, even) < 1e-6
    moved = np.exp(0.5 * values)
    assert 0.05 < distance(values, moved / moved.sum()) < 1


def test_a_flat_density_has_no_influence_and_the_scale_of_a_value_no_effect():
    rng = np.random.default_rng(2)
    values = rng.standard_normal(DRAWS)
    assert sensitivity(values, np.zeros(DRAWS)) == pytest.approx(0, abs=1e-4)
    density = stats.norm.logpdf(values, 2.0, 1.0)
    assert sensitivity(values, density) == pytest.approx(sensitivity(1000 * values - 7, density), rel=1e-9)


def test_normal_prior_and_likelihood_of_known_weight():
    """Prior N(0, 1) and data of precision w at m: the larger share of the precision has the larger influence."""
    rng = np.random.default_rng(3)
    found = {}
    for precision in (0.1, 1.0, 20.0):
        mean, sd = precision * 1.5 / (1 + precision), (1 + precision) ** -0.5
        values = mean + sd * rng.standard_normal(DRAWS)
        prior, data = stats.norm.logpdf(values), stats.norm.logpdf(values, 1.5, precision**-0.5)
        found[precision] = (sensitivity(values, prior), sensitivity(values, data))
    assert found[0.1][0] > found[0.1][1]
    assert found[20.0][1] > found[20.0][0]
    # With twenty times as much data as prior the answer does not depend on the prior, apart from its place.
    assert found[20.0][0] < 2 * SENSITIVE < found[1.0][0]


def test_pareto_k_of_weights_of_known_tail():
    rng = np.random.default_rng(4)
    for shape in (0.3, 0.7, 1.0):
        k = pareto_k(np.log(stats.genpareto.rvs(shape, size=100_000, random_state=rng)))
        # The estimate from about a thousand largest weights has a standard error of about (1 + k) / sqrt(950).
        assert k == pytest.approx(shape, abs=0.15)
    assert pareto_k(np.zeros(100)) == -np.inf


def test_densities_of_counts_are_those_of_the_model():
    pilot = load_pilot("drechtsteden")
    posterior = first_answer(pilot).isel(draw=slice(0, 20))
    prior, data = log_densities(pilot, posterior, None)
    counts = count_data(pilot)
    z = [posterior[name].values if name in ON_LOG_SCALE else np.log(posterior[name].values) for name in PARAMETERS]
    wanted = [log_likelihood(row, counts.weights, counts.mask, counts.counts)[0] for row in np.column_stack(z)]
    np.testing.assert_allclose(data, wanted, rtol=1e-12)
    assert np.isfinite(prior).all() and np.ptp(prior) > 0


def test_without_data_there_is_nothing_to_weigh():
    pilot = load_pilot("drechtsteden").model_copy(update={"snapshots": ()})
    posterior = first_answer(load_pilot("drechtsteden")).isel(draw=slice(0, 5))
    assert not np.any(log_densities(pilot, posterior, None))
