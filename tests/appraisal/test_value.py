"""Discounting, sums and payback on series made by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.value import (
    cumulative,
    discount_factors,
    increment,
    monthly_factors,
    payback_month,
    present_value,
)

EXACT = 1e-12
"""Powers and sums of at most 120 numbers around one."""


def series(*amounts):
    """Months 1, 2, ... ; month 0 holds nothing."""
    return xr.DataArray(np.array([0.0, *amounts]), dims="month")


rates = st.floats(0.0, 0.2)


@given(rates, st.integers(1, 15))
def test_factor_of_a_year_is_a_power_and_the_first_counts_in_full(rate, years):
    factors = discount_factors(years, rate)
    assert factors["year"].values.tolist() == list(range(1, years + 1))
    assert factors.values == pytest.approx([1 / (1 + rate) ** (year - 1) for year in range(1, years + 1)], rel=EXACT)
    assert factors.values[0] == 1.0


def test_months_have_the_factor_of_their_year():
    factors = monthly_factors(36, 0.03).values
    assert (factors[:13] == 1.0).all()
    assert factors[13:25] == pytest.approx(1 / 1.03, rel=EXACT)
    assert factors[25:37] == pytest.approx(1 / 1.03**2, rel=EXACT)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=60), rates, st.data())
def test_present_value_of_any_series(amounts, rate, data):
    horizon = data.draw(st.integers(0, len(amounts)))
    expected = sum(amount / (1 + rate) ** (month // 12) for month, amount in enumerate(amounts[:horizon]))
    assert float(present_value(series(*amounts), rate, horizon)) == pytest.approx(expected, rel=1e-9, abs=1e-7)
    if rate == 0:
        assert float(present_value(series(*amounts), 0.0, horizon)) == pytest.approx(sum(amounts[:horizon]), abs=1e-7)


def test_horizon_zero_is_nothing_and_rate_zero_the_plain_sum():
    flow = series(*range(1, 25))
    assert float(present_value(flow, 0.0225, 0)) == 0.0
    assert float(present_value(flow, 0.0, 24)) == 300.0
    assert float(present_value(flow, 0.0, 12)) == 78.0


def test_small_rate_goes_to_the_plain_sum():
    flow = series(*np.linspace(-5, 9, 120))
    plain = float(present_value(flow, 0.0, 120))
    differences = [abs(float(present_value(flow, rate, 120)) - plain) for rate in (1e-2, 1e-4, 1e-6)]
    # First order in the rate: a hundred times smaller rate, a hundred times smaller difference, within 5%.
    assert differences[0] / differences[1] == pytest.approx(100, rel=0.05)
    assert differences[1] / differences[2] == pytest.approx(100, rel=0.01)


def test_annuity_in_closed_form():
    rate, years = 0.0225, 10
    value = float(present_value(series(*[1.0] * 120), rate, 120))
    assert value == pytest.approx(12 * (1 - (1 + rate) ** -years) / rate * (1 + rate), rel=EXACT)


def test_running_sum():
    assert cumulative(series(1, 2, -4)).values.tolist() == [0, 1, 3, -1]
    running = cumulative(series(*[1.0] * 24), 0.1).values
    assert running[[12, 24]] == pytest.approx([12, 12 + 12 / 1.1], rel=EXACT)


def test_increment_is_by_name_whatever_the_order():
    both = xr.DataArray([[3.0, 5.0], [1.0, 1.0]], dims=("arm", "x"), coords={"arm": ["programme", "without"]})
    assert increment(both).values.tolist() == [2, 4]
    assert increment(both.isel(arm=[1, 0])).values.tolist() == [2, 4]
    assert increment(both.assign_coords(arm=["without", "programme"])).values.tolist() == [-2, -4]
    assert "arm" not in increment(both).coords


@pytest.mark.parametrize(
    ("flow", "month"),
    [
        ((-5, 1, 1, 1), np.nan),  # never
        ((1, 1, 1, 1), 1),  # from the start
        ((0, 0, 0, 0), 1),  # never below zero
        ((-3, 1, 1, 1), 4),  # exactly zero at the end
        ((-2, 3, -2, 2), 4),  # crosses twice: the last time counts
        ((-2, 3, -2, 0.5), np.nan),  # crosses and falls back
        ((2, -1, -1, 1), 1),  # touches zero and stays above
        ((2, -3, 2, 1), 3),
    ],
)
def test_payback_is_the_month_from_which_the_sum_stays_up(flow, month):
    found = float(payback_month(cumulative(series(*flow))))
    assert found == month or (np.isnan(month) and np.isnan(found))


def test_payback_is_found_per_series():
    flows = xr.concat([series(-1, 1, 1), series(-5, 1, 1), series(1, 1, 1)], dim="draw")
    assert payback_month(cumulative(flows)).values[[0, 2]].tolist() == [2, 1]
    assert np.isnan(payback_month(cumulative(flows)).values[1])
