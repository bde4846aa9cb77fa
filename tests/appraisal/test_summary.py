"""Summaries of draws: quantiles of known answer, ratios that mean something, drivers and tipping points."""

from __future__ import annotations

import numpy as np
import pytest

from werkzorg.appraisal.drivers import find_drivers
from werkzorg.appraisal.summary import ratio, summarise


def test_summary_of_a_ladder():
    # 0, 1, ..., 1000: the p-quantile is 1000 p exactly.
    found = summarise(np.random.default_rng(1).permutation(1001).astype(float))
    expected = {"mean": 500, "median": 500, "low50": 250, "high50": 750, "low80": 100, "high80": 900}
    expected |= {"low95": 25, "high95": 975, "probability": 1000 / 1001}
    assert found == pytest.approx(expected, abs=1e-9)


def test_intervals_are_equal_tailed_and_not_of_highest_density():
    draws = np.exp(np.random.default_rng(2).standard_normal(20_000))
    found = summarise(draws)
    below, above = (draws < found["low80"]).mean(), (draws > found["high80"]).mean()
    # One draw of 20,000 on either side.
    assert below == pytest.approx(0.1, abs=1e-4) and above == pytest.approx(0.1, abs=1e-4)


def test_probability_is_the_share_above_zero_and_zero_is_not_above():
    assert summarise(np.array([-1.0, 0.0, 0.0, 2.0]))["probability"] == 0.25


def test_missing_draws_are_left_out_and_all_missing_gives_missing():
    assert summarise(np.array([np.nan, 1.0, 3.0]))["mean"] == 2.0
    assert all(np.isnan(value) for value in summarise(np.full(4, np.nan)).values())


def test_order_of_draws_changes_no_summary():
    draws = np.random.default_rng(3).standard_normal(4000)
    # Sums of floats in another order: rounding only.
    assert summarise(draws[::-1]) == pytest.approx(summarise(draws), rel=1e-12, abs=1e-14)


def test_ratio_is_that_of_means_with_the_spread_of_ratios():
    numerator, denominator = np.array([2.0, 4.0, 9.0]), np.array([1.0, 2.0, 3.0])
    found = ratio(numerator, denominator)
    assert found["mean"] == 15 / 6
    assert found["median"] == 2.0


@pytest.mark.parametrize("share_above_zero", [0.0, 0.5, 0.94])
def test_ratio_is_withheld_when_the_denominator_is_near_zero(share_above_zero):
    denominator = np.where(np.arange(100) < 100 * share_above_zero, 1.0, -1.0)
    assert ratio(np.ones(100), denominator) is None


def test_ratio_is_given_when_nearly_all_denominators_are_above_zero():
    denominator = np.where(np.arange(100) < 96, 1.0, -0.01)
    assert ratio(np.ones(100), denominator)["median"] == 1.0


def test_ratio_of_nothing_to_nothing_is_withheld():
    assert ratio(np.zeros(10), np.zeros(10)) is None


def test_drivers_are_found_in_order_with_the_value_at_which_a_line_tips():
    rng = np.random.default_rng(4)
    strong, weak, idle = rng.standard_normal((3, 2000))
    result = 2.0 * strong - 1.0 + 0.5 * weak
    found = find_drivers(result, {"weak": weak, "strong": strong, "idle": idle, "fixed": np.ones(2000)}, shown=2)
    assert [driver.parameter for driver in found] == ["strong", "weak"]
    assert found[0].share > 0.8 > 0.2 > found[1].share
    # Standard error of the line at 2,000 draws: 0.5 / 2 / sqrt(2000) = 0.006.
    assert found[0].tipping == pytest.approx(0.5, abs=0.03)
    assert found[0].probability == pytest.approx((strong > 0.5).mean(), abs=0.02)
    # The weak one would have to be 2, at the edge of the central 95%: outside.
    assert found[1].tipping is None


def test_falling_result_is_favourable_below_the_tipping_point():
    values = np.linspace(0, 1, 1001)
    driver = find_drivers(0.3 - values, {"x": values})[0]
    assert driver.tipping == pytest.approx(0.3, abs=1e-9)
    assert driver.probability == pytest.approx(0.3, abs=2e-3)
