"""The calibration in small: the right model passes, and each planted error in it is seen.

Ranks of the truth are uniform under the right model, so their mean and their spread are normal with known variance. All
seeds are fixed, so nothing here is a matter of luck once it has passed; the limit is such that a right model would pass
with other seeds as well, in 9,999 of 10,000 cases.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from benchmarks.calibration import measure
from benchmarks.calibration.cells import Cell
from benchmarks.calibration.judge import RANKS
from benchmarks.calibration.measure import fit_world, parameter_draws, ranks_among
from werkzorg.inference import fit, reduction

pytestmark = pytest.mark.slow

COUNTS, COUNTS_SETS = Cell("counts", 100, 30, 50), 24
RECORDS, RECORDS_SETS = Cell("records", 3000, 30, 50), 14
"""Many people in few data sets: what is shifted by a month shows only when chance is small."""

FALSE_ALARM = 1e-4


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Fewer draws than the certificate has: ranks among them are as uniform."""
    monkeypatch.setattr(measure, "FITTED", dict.fromkeys(measure.FITTED, 1000))
    monkeypatch.setattr(measure, "EFFECTIVE", 0)


def worst(cell: Cell, sets: int) -> tuple[float, float]:
    """Largest distance from uniform over all parameters, in standard deviations, and its limit."""
    found = []
    for index in range(sets):
        seen = fit_world(cell, index)
        found.append(ranks_among(parameter_draws(cell, seen.joint), seen.seed))
    ranks = np.array([list(row.values()) for row in found])
    place = (ranks + 0.5) / RANKS - 0.5
    # Variance of a uniform number is 1/12, that of its square around its mean 1/180.
    mean = np.abs(place.mean(axis=0)) * np.sqrt(12 * sets)
    spread = np.abs((place**2).mean(axis=0) - 1 / 12) * np.sqrt(180 * sets)
    limit = stats.norm.isf(FALSE_ALARM / 2 / (2 * ranks.shape[1]))
    return float(max(mean.max(), spread.max())), float(limit)


def test_counts_are_calibrated():
    distance, limit = worst(COUNTS, COUNTS_SETS)
    assert distance < limit


def test_an_error_in_the_likelihood_is_seen(monkeypatch):
    """Who searches is taken for somebody who left, and the other way round."""
    usual = fit.count_data
    monkeypatch.setattr(fit, "count_data", lambda pilot: replace(usual(pilot), mask=usual(pilot).mask[:, [0, 2, 1]]))
    distance, limit = worst(COUNTS, COUNTS_SETS)
    assert distance > limit


def test_a_wrong_prior_is_seen(monkeypatch):
    """The chance of work without programme is taken to be over four times as high beforehand."""
    usual = fit.prior_on_log_scale

    def shifted(*arguments):
        mu, sigma = usual(*arguments)
        return mu + np.eye(len(mu))[0] * 1.5, sigma

    monkeypatch.setattr(fit, "prior_on_log_scale", shifted)
    distance, limit = worst(COUNTS, COUNTS_SETS)
    assert distance > limit


def test_records_are_calibrated():
    distance, limit = worst(RECORDS, RECORDS_SETS)
    assert distance < limit


def test_a_month_too_late_is_seen(monkeypatch):
    """The months of a job are counted from one instead of nil."""
    usual = reduction.reduce_work

    def late(*arguments):
        moves, losses = usual(*arguments)
        return moves, replace(losses, tenure=losses.tenure + 1)

    monkeypatch.setattr(reduction, "reduce_work", late)
    distance, limit = worst(RECORDS, RECORDS_SETS)
    assert distance > limit
