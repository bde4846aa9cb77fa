"""Discount rates that change over time."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from werkzorg.appraisal.value import cumulative, discount_factors, monthly_factors, present_value


def test_by_hand():
    # 10% from the first to the second year, 20% to the third, and 20% from then on.
    expected = [1, 1 / 1.1, 1 / (1.1 * 1.2), 1 / (1.1 * 1.2 * 1.2)]
    assert discount_factors(4, [0.1, 0.2]).values == pytest.approx(expected, rel=1e-15)
    # Months 1-12 are the first year, 13-24 the second.
    months = monthly_factors(25, [0.1, 0.2]).values
    assert months[[0, 1, 12, 13, 24, 25]] == pytest.approx([1, 1, 1, *expected[1:2] * 2, expected[2]], rel=1e-15)


def test_a_schedule_of_one_rate_is_that_rate():
    flow = xr.DataArray(np.random.default_rng(1).normal(size=(3, 61)), dims=("draw", "month"))
    for rates in ([0.0225], [0.0225] * 3, [0.0225] * 30):
        # Products against a power: rounding alone.
        xr.testing.assert_allclose(present_value(flow, rates, 60), present_value(flow, 0.0225, 60), rtol=1e-13)
        xr.testing.assert_allclose(cumulative(flow, rates), cumulative(flow, 0.0225), rtol=1e-13)


def test_rates_after_the_horizon_do_not_count():
    assert discount_factors(2, [0.1, 0.9]).equals(discount_factors(2, [0.1, 0.2]))
    assert discount_factors(1, [0.9]).values.tolist() == [1]


def test_a_lower_rate_later_raises_what_comes_later_and_nothing_else():
    falling, flat = discount_factors(6, [0.05, 0.05, 0.01]), discount_factors(6, 0.05)
    assert (falling.values[:3] == pytest.approx(flat.values[:3])) and (falling.values[3:] > flat.values[3:]).all()
