"""The judgement of ranks: bands hold what they promise for uniform ranks, and see what is not uniform."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.calibration.judge import (
    BINS,
    RANKS,
    band,
    chance_outside,
    count_outside,
    covered,
    gain_table,
    gains_fit,
    histogram,
    in_rank_band,
    pooled_failures,
    rank_band,
    ranks_of,
)


def test_intervals_hold_exactly_their_share_of_all_ranks():
    assert covered(np.arange(RANKS)) == [100, 160, 190]


def test_ranks_agree_with_intervals_of_the_draws_themselves():
    """The truth lies in the interval between quantiles of 199 draws exactly when its rank says so."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        draws, true = np.sort(rng.normal(size=RANKS - 1)), rng.normal()
        rank = int((draws < true).sum())
        # Quantiles that fall on draws: the 20th from below and from above bound 80%.
        assert covered(np.array([rank]))[1] == (draws[19] <= true <= draws[179])


@pytest.mark.parametrize("sets", [20, 200, 1000])
@pytest.mark.parametrize("level", [50, 80, 95])
def test_the_band_holds_at_least_99_percent_and_hardly_more(sets, level):
    low, high = band(sets, level)
    outside = chance_outside(sets, level)
    assert outside <= 0.01
    # One count narrower on either side would leave more than half a per cent there.
    assert stats.binom.cdf(low, sets, level / 100) > 0.005 and stats.binom.sf(high - 1, sets, level / 100) > 0.005


def test_ranks_stay_in_their_band_as_often_as_promised():
    rng = np.random.default_rng(2)
    kept = np.mean([in_rank_band(np.bincount(rng.integers(0, BINS, 150), minlength=BINS)) for _ in range(1000)])
    # 99% of 1,000, four standard errors below; ties make the band a little wider than asked.
    assert kept > 0.977
    low, high = rank_band(150)
    assert (np.diff(low) >= 0).all() and (np.diff(high) >= 0).all() and (low < high).all()


def test_intervals_that_are_too_narrow_leave_the_band():
    true, centre = np.random.default_rng(3).normal(size=(2, 400))
    draws = centre[:, None] * 0 + 0.6 * np.random.default_rng(4).normal(size=(400, RANKS - 1))
    ranks = (draws < true[:, None]).sum(axis=1)
    assert not in_rank_band(histogram(ranks))
    entry = {"sets": 400, "covered": covered(ranks)}
    found = pooled_failures({"counts": {"x": entry, "y": {"sets": 400, "covered": [200, 320, 380]}}})
    assert {(each["quantity"], each["level"]) for each in found} >= {("x", 80), ("x", 95)}
    assert all(each["quantity"] == "x" for each in found)


def test_what_lies_outside_is_counted_beside_what_chance_gives():
    cells = {"a": {"sets": 200, "covered": {"x": [100, 160, 190], "y": [60, 160, 190]}}}
    comparisons, outside, expected = count_outside(cells)
    assert (comparisons, outside) == (6, 1)
    assert expected == pytest.approx(2 * sum(chance_outside(200, level) for level in (50, 80, 95)))


def test_probabilities_that_come_true_fit_and_others_do_not():
    rng = np.random.default_rng(5)
    chance = rng.random(3000)
    right = gain_table(zip(chance, rng.random(3000) < chance, strict=True))
    sure = gain_table(zip(chance, rng.random(3000) < 0.5, strict=True))
    assert gains_fit(right) and not gains_fit(sure)
    assert sum(row[0] for row in right) == 3000 and right[9][0] > 0
    assert gains_fit(gain_table([]))


def test_a_quantity_that_some_data_sets_lack_is_judged_by_the_others():
    ranks = ranks_of([{"ranks": {"x": 1, "y": 2}}, {"ranks": {"x": 3}}])
    assert ranks["x"].tolist() == [1, 3] and ranks["y"].tolist() == [2]
