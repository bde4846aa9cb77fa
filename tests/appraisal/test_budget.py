"""Budget impact in calendar years: where months fall, what is cash, and when."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.budget import budget_impact, first_year_in_cash
from werkzorg.errors import WerkzorgError


def enrolled(**people):
    return xr.DataArray(
        list(people.values()), dims="start", coords={"start": [key[1:].replace("_", "-") for key in people]}
    )


def test_months_fall_in_the_calendar_year_they_belong_to():
    """One euro a month for a year; month 1 is the month of enrolment."""
    flow = xr.DataArray([0.0, *[1.0] * 12], dims="month")
    found = budget_impact(flow, enrolled(m2026_11=1, m2027_01=10))["booked"]
    # From November: 2 months in 2026, 10 in 2027. From January: 12 in 2027, all ten people.
    assert dict(zip(found["year"].values.tolist(), found.values.tolist(), strict=True)) == {2026: 2, 2027: 10 + 120}


def test_what_stands_in_month_zero_is_booked_with_the_first_month():
    flow = xr.DataArray([5.0, 1.0], dims="month")
    assert budget_impact(flow, enrolled(m2026_12=2))["booked"].values.tolist() == [12]


def test_a_lag_moves_cash_over_new_year_and_a_broken_lag_splits_it():
    flow = xr.DataArray([0.0, 100.0], dims="month")
    for lag, expected in ((0, [100, 0]), (1, [0, 100]), (0.25, [75, 25])):
        found = budget_impact(flow, enrolled(m2026_12=1), lag=lag)
        cash = found["cash"].reindex(year=[2026, 2027], fill_value=0.0)
        assert cash.values.tolist() == expected
        assert found["booked"].sel(year=2026) == 100


def test_share_and_lag_per_party_and_per_draw():
    flow = xr.DataArray(
        np.ones((2, 2, 13)), dims=("draw", "party", "month"), coords={"party": ["municipality", "insurer"]}
    )
    cashable = xr.DataArray([1.0, 0.25], dims="party", coords={"party": ["municipality", "insurer"]})
    lag = xr.DataArray([0.0, 12.0], dims="draw")
    found = budget_impact(flow, enrolled(m2026_01=1), cashable, lag)
    assert found["cash"].dims == ("draw", "party", "year")
    # Month 0 counts with the first: 13 euros a year.
    assert found["cash"].sel(party="insurer").values.tolist() == [[3.25, 0], [0, 3.25]]
    assert found["booked"].sel(party="insurer").values.tolist() == [[13, 0], [13, 0]]


@given(seeds, st.floats(0, 30), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_no_euro_is_lost_or_made(seed, lag, share):
    rng = np.random.default_rng(seed)
    flow = xr.DataArray(rng.normal(size=(3, 25)), dims=("draw", "month"))
    months = np.datetime64("2026-01") + rng.choice(40, 5, replace=False)
    people = xr.DataArray(rng.integers(0, 20, 5), dims="start", coords={"start": months.astype("datetime64[ns]")})
    found = budget_impact(flow, people, share, lag)
    total = flow.sum("month") * people.sum().item()
    # Sums of 25 times 5 terms of size 20.
    assert found["booked"].sum("year").values == pytest.approx(total.values, abs=1e-9)
    assert found["cash"].sum("year").values == pytest.approx(share * total.values, abs=1e-9)
    # People in one go are the sum of people one start at a time.
    apart = [budget_impact(flow, people.isel(start=[k]), share, lag)["cash"] for k in range(5)]
    years = found["year"].values
    summed = sum(part.reindex(year=years, fill_value=0.0) for part in apart)
    assert summed.values == pytest.approx(found["cash"].values, abs=1e-9)


@given(seeds, st.floats(0, 24), st.floats(0.1, 24))
@settings(max_examples=30, deadline=None)
def test_savings_with_a_longer_lag_are_never_earlier(seed, lag, more):
    flow = xr.DataArray(np.random.default_rng(seed).uniform(0, 1, 25), dims="month")
    people = enrolled(m2026_05=3)
    early, late = (budget_impact(flow, people, lag=value)["cash"] for value in (lag, lag + more))
    years = late["year"].values
    early = early.reindex(year=years, fill_value=0.0)
    assert (late.cumsum("year") <= early.cumsum("year") + 1e-9).all()


def test_the_first_year_in_cash():
    flow = xr.DataArray(np.full((3, 37), 1.0), dims=("party", "month"), coords={"party": ["pays", "gains", "never"]})
    flow[:, 0] = 0
    flow[0, 1], flow[2, 1] = -20, -99
    found = first_year_in_cash(budget_impact(flow, enrolled(m2026_01=1)))
    # -20 + 11 in 2026, +12 in 2027: back above nil in the second year.
    assert found.sel(party="pays") == 2027 and found.sel(party="gains") == 2026 and np.isnan(found.sel(party="never"))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cashable": 1.2}, "0.8"),
        ({"lag": -1.0}, "above zero"),
        ({"lag": xr.DataArray([1.0], dims="region")}, "region"),
        ({"enrolment": xr.DataArray([1.0], dims="start")}, "2026-09"),
        ({"enrolment": xr.DataArray([1.0], dims="start", coords={"start": ["autumn"]})}, "2026-09"),
        ({"enrolment": xr.DataArray([1.0], dims="start", coords={"start": [2026]})}, "2026-09"),
        ({"enrolment": xr.DataArray([-1.0], dims="start", coords={"start": ["2026-01"]})}, "above zero"),
        ({"flow": xr.DataArray([1.0], dims="year")}, "month"),
    ],
)
def test_mistakes_are_explained(change, word):
    given = {"flow": xr.DataArray([0.0, 1.0], dims="month"), "enrolment": enrolled(m2026_01=1)} | change
    with pytest.raises(WerkzorgError) as caught:
        budget_impact(**given)
    assert word in caught.value.render("en")
