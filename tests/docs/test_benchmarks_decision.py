"""The exact answers that the benchmark of decision analysis compares with; measuring itself is not a test."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from benchmarks.decision import PARAMETERS, exact_value, groups_of, make_case, mean_of_largest_line
from werkzorg.appraisal.information import normal_value


def test_two_arms_are_the_closed_form():
    slopes = np.array([[0.0, 3.0], [0.0, 4.0]])
    # Three and four squared are five squared.
    assert exact_value(slopes, np.array([0.0, 2.0])) == pytest.approx(normal_value(2.0, 5.0), rel=1e-12)


def test_lines_in_one_normal_follow_quadrature():
    slope, level = np.array([-1.0, 0.0, 0.5, 2.0, 0.5]), np.array([0.0, 0.3, 0.1, -1.0, -0.2])

    def density(z):
        return np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)

    expected = quad(lambda z: (level + slope * z).max() * density(z), -12, 12, points=[-0.3, 0.4, 0.7, 0.9], limit=200)[
        0
    ]
    assert mean_of_largest_line(slope, level) == pytest.approx(expected, abs=1e-8)


def test_three_arms_in_two_normals():
    slopes = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    grid = (np.arange(4000) + 0.5) / 4000 * 16 - 8
    weight = np.exp(-0.5 * grid**2) / np.sqrt(2 * np.pi) * 16 / 4000
    expected = sum(w * (np.maximum(np.maximum(grid, z), 0) * weight).sum() for z, w in zip(grid, weight, strict=True))
    # Kinks in steps of 0.02: 0.02^2 / 12 times the density, with room for the check itself.
    assert exact_value(slopes, np.zeros(3)) == pytest.approx(expected, abs=5e-5)


def test_every_single_and_pair_is_a_known_parameter():
    assert len(groups_of("singles")) == PARAMETERS and len(groups_of("pairs")) == 5
    case = make_case(3)
    # Pairs are one of effect and one of cost: no parameter has both.
    assert not ((case.effect != 0).any(axis=1) & (case.cost != 0).any(axis=1)).any()
