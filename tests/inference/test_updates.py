"""Means of few people: their spread is estimated too, so the posterior has Student tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from werkzorg.inference.record_data import Measured
from werkzorg.inference.updates import LEAST_SPREAD, draw_posterior, normal, student
from werkzorg.params.distributions import Distribution

GRID = np.linspace(-3, 5, 81)


def logpdf(log_likelihood, grid=GRID):
    """As a density relative to its value at the first point."""
    said = log_likelihood(grid)
    return said - said[0]


@pytest.mark.parametrize("n", [2, 3, 5, 40])
def test_a_mean_with_estimated_spread_is_student(n):
    """Closed form: t with n - 1 degrees of freedom around the mean, scale sd / sqrt(n)."""
    exact = stats.t(n - 1, loc=0.7, scale=0.4 / np.sqrt(n)).logpdf(GRID)
    # Rounding only.
    assert logpdf(student(Measured(n, 0.7, 0.4))) == pytest.approx(exact - exact[0], abs=1e-9)


def test_student_is_the_normal_with_its_spread_integrated_out():
    """Brute force: normal likelihood of the observations, averaged over the spread with density 1/sd."""
    seen = np.array([0.3, 0.9, 1.6])

    def over_spreads(mean):
        def at(log_sd):
            return np.exp(stats.norm(mean, np.exp(log_sd)).logpdf(seen).sum())

        return integrate.quad(at, -8, 8, epsabs=1e-14, limit=200)[0]

    brute = np.log([over_spreads(mean) for mean in GRID[::8]])
    mine = student(Measured(3, float(seen.mean()), float(seen.std(ddof=1))))(GRID[::8])
    # Quadrature is good to eight digits; one degree of freedom more or less would change it by a tenth and more.
    assert mine - mine[0] == pytest.approx(brute - brute[0], abs=1e-6)


@pytest.mark.parametrize("n", [2, 4, 30])
def test_a_known_error_on_top_is_added_exactly(n):
    """Convolution of Student and normal by quadrature."""
    scale, extra, grid = 0.5 / np.sqrt(n), 0.3, np.linspace(-1.5, 2.5, 17)

    def at(value):
        def both(error):
            return stats.t(n - 1, loc=0.5, scale=scale).pdf(value - error) * stats.norm(0, extra).pdf(error)

        return integrate.quad(both, -3, 3, points=[value - 0.5], limit=200)[0]

    exact = np.log([at(value) for value in grid])
    mine = student(Measured(n, 0.5, 0.5), extra)(grid)
    # 400 spreads leave an error of a few hundredths in the log of the far tail; a normal would be off by 1 and more.
    assert mine - mine[8] == pytest.approx(exact - exact[8], abs=0.05)


def test_few_people_leave_more_to_the_prior_and_many_do_not():
    """Two people who happen to agree do not make an amount known; forty who agree do."""
    prior = Distribution("Normal", {"mu": 0.0, "sigma": 1.0})

    def spread(likelihood):
        return draw_posterior(prior, likelihood, 4000, np.random.default_rng(1)).std()

    two, forty = Measured(2, 2.0, 0.1), Measured(40, 2.0, 0.1)
    assert spread(student(two)) > 2 * spread(normal(two))
    # At 39 degrees of freedom the standard deviation is 2.7% larger; 4,000 draws tell it to 1.1%.
    assert spread(student(forty)) == pytest.approx(spread(normal(forty)), rel=0.06)


def test_equal_answers_still_have_a_spread_and_one_says_nothing():
    same = student(Measured(3, 1.0, 0.0))
    assert logpdf(same) == pytest.approx(logpdf(student(Measured(3, 1.0, LEAST_SPREAD))))
    assert student(Measured(1, 1.0, np.nan)) is None
    assert normal(Measured(1, 1.0, np.nan)) is None
