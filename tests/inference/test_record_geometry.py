"""Coordinates of the sampler: the same posterior, seen from another side."""

from dataclasses import replace

import numpy as np
import pytest
from record_example import example_arrays
from test_record_posterior import NO_COUNTS

from werkzorg.inference.laplace import approximate
from werkzorg.inference.record_fit import record_prior
from werkzorg.inference.record_geometry import find_geometry
from werkzorg.inference.record_likelihood import NORMAL
from werkzorg.inference.record_posterior import log_posterior, starting_point
from werkzorg.params.catalogue import catalogue


def smooth_prior():
    """Sure of a fall of cost by itself: where there is none, the likelihood says nothing of how far it is from one."""
    prior = record_prior(catalogue())
    place = NORMAL.index("p_log_rtm_ggz_cost")
    mu, sigma = prior.mu.copy(), prior.sigma.copy()
    mu[place], sigma[place] = -2.0, 0.05
    return replace(prior, mu=mu, sigma=sigma)


@pytest.fixture(scope="module")
def geometry():
    prior = smooth_prior()
    return find_geometry(log_posterior(example_arrays(3), NO_COUNTS, prior), starting_point(prior))


def test_density_carries_the_volume_of_the_coordinates(geometry):
    """Density of the vector times the determinant of its derivatives, taken by differences."""
    rng, step = np.random.default_rng(1), 1e-5

    def expected(point):
        sides = [(geometry.vectors(point + unit) - geometry.vectors(point - unit)) / (2 * step) for unit in
                 step * np.eye(len(point))]  # fmt: skip
        return geometry.density(geometry.vectors(point))[0] + np.linalg.slogdet(np.array(sides))[1]

    first, *others = rng.normal(size=(6, len(geometry.mode)))
    for point in others:
        # Differences of smooth functions with this step are exact to about 1e-9 of each derivative.
        assert geometry(point)[0] - geometry(first)[0] == pytest.approx(expected(point) - expected(first), abs=1e-5)


def test_gradient_is_that_of_the_density(geometry):
    rng, step = np.random.default_rng(2), 1e-5
    for point in rng.normal(size=(3, len(geometry.mode))):
        differences = [
            (geometry(point + unit)[0] - geometry(point - unit)[0]) / (2 * step) for unit in step * np.eye(len(point))
        ]
        # Central differences of a log density of this size are exact to about 1e-6.
        assert geometry(point)[1] == pytest.approx(differences, abs=1e-5)


def test_centre_is_the_mode_with_unit_curvature(geometry):
    centre, step = np.zeros_like(geometry.mode), 1e-4
    value, gradient = geometry(centre)
    # The search stops at a relative improvement of about 1e-9 of a value of some thousands.
    assert np.abs(gradient).max() < 0.3
    curvature = [-(geometry(unit)[1] - geometry(-unit)[1]) / (2 * step) for unit in step * np.eye(len(centre))]
    assert np.array(curvature) == pytest.approx(np.eye(len(centre)), abs=1e-3)
    assert np.isfinite(value)


def test_one_vector_and_many_go_the_same_way(geometry):
    points = np.random.default_rng(3).normal(size=(4, 2, len(geometry.mode)))
    # Sums in another order: rounding only.
    assert geometry.vectors(points)[1, 1] == pytest.approx(geometry.vectors(points[1, 1]), rel=1e-10, abs=1e-10)


def test_effects_are_centred_by_what_the_data_say_of_them():
    """A thousand times the data: the effects themselves are known, and the scale no longer blurs them."""
    prior, data = smooth_prior(), example_arrays(3)
    large = {**data, "cells": data["cells"].copy(), "losses": data["losses"].copy()}
    for name in ("cells", "losses"):
        large[name][:, -2:] *= 1000
    small, great = (
        find_geometry(log_posterior(arrays, NO_COUNTS, prior), starting_point(prior)) for arrays in (data, large)
    )
    assert (great.weights > small.weights).all()
    assert great.weights.min() > 0.9
    density, start = log_posterior(large, NO_COUNTS, prior), starting_point(prior)
    _, free = approximate(density, start, draws=500, seed=1)
    _, centred = approximate(great, np.zeros_like(start), draws=500, seed=1)
    # Measured 0.001 to 0.004 without and 0.1 to 0.3 with centring on simulated pilots of thousands.
    assert centred > 5 * free


def test_cost_that_does_not_fall_by_itself_gives_a_mode_with_curvature():
    """Data without such a fall: the mode lies where "no rise" bends, which a bound would have made a kink."""
    prior = record_prior(catalogue())
    geometry = find_geometry(log_posterior(example_arrays(3), NO_COUNTS, prior), starting_point(prior))
    centre, step = np.zeros_like(geometry.mode), 1e-4
    # At a kink the gradient jumps, so that its search ends far from nil, and curvature is a matter of the step.
    assert np.abs(geometry(centre)[1]).max() < 0.3
    curvature = [-(geometry(unit)[1] - geometry(-unit)[1]) / (2 * step) for unit in step * np.eye(len(centre))]
    assert np.array(curvature) == pytest.approx(np.eye(len(centre)), abs=1e-3)
    draws, efficiency = approximate(geometry, centre, draws=200, seed=1)
    assert np.isfinite(draws).all()
    assert 0 < efficiency <= 1
