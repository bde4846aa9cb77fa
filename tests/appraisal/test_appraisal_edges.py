"""Limits that are just met, defaults, and more dimensions than one: the edges that a small slip in a formula moves."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import labelled

from werkzorg.appraisal.budget import budget_impact, first_year_in_cash
from werkzorg.appraisal.certainty import certainty_equivalent
from werkzorg.appraisal.icer import compare_arms, efficiency_frontier
from werkzorg.appraisal.population import population_size, population_value
from werkzorg.appraisal.summary import ratio
from werkzorg.appraisal.value import cumulative
from werkzorg.errors import WerkzorgError


def two(effect, cost):
    """Draws of two arms, the first at zero."""
    return [labelled(np.column_stack([np.zeros(len(v)), v]), ["a", "b"], "arm") for v in (effect, cost)]


def compared(effect, cost):
    return compare_arms(*two(np.asarray(effect, float), np.asarray(cost, float)), reference="a", arm="b")


# Ratios


@pytest.mark.parametrize(
    ("effect", "cost", "meaning"),
    [
        (1, 0.5, "extra_cost_per_gain"),  # also below a euro
        (-1, -0.5, "saving_per_loss"),
        (-1, 0, "dominated"),  # less for the same money
        (-1, 0.5, "dominated"),
        (0, 0.5, "dominated"),
        (0, -0.5, "dominant"),
        (1, 0, "dominant"),
        (0, 0, "equal"),
    ],
)
def test_meaning_of_small_differences(effect, cost, meaning):
    assert compared([effect] * 2, [cost] * 2)["meaning"] == meaning


@pytest.mark.parametrize("sign", [1, -1])
def test_interval_is_that_of_the_ratio_in_each_draw(sign):
    found = compared([sign * 1.0, sign * 2.0, sign * 4.0], [sign * 6.0, sign * 6.0, sign * 6.0])
    assert found["icer"] == pytest.approx(18 / 7)
    # Ratios 6, 3 and 1.5 in the three draws.
    assert (found["interval"]["median"], found["interval"]["mean"]) == (3.0, pytest.approx(18 / 7))
    assert found["interval"]["low50"] == 2.25 and found["interval"]["high50"] == 4.5


def test_draws_of_effect_and_cost_must_be_the_same_ones():
    effect, cost = two(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    with pytest.raises(WerkzorgError):
        compare_arms(effect.assign_coords(draw=[0, 1]), cost.assign_coords(draw=[1, 0]), "a", "b")


@pytest.mark.parametrize("size", [1.0, 1e6])
def test_arms_on_a_straight_line_are_all_on_the_frontier(size):
    """0.1, 0.2, 0.3, ... are no equal steps in floating point: the bend that rounding makes is none."""
    effect = np.arange(1, 11) * 0.1
    names = [f"arm{k:02}" for k in range(10)]
    for slope in (0.7, 3.3):
        cost = slope * size * effect
        slopes = np.diff(cost) / np.diff(effect)
        assert (slopes[:-1] > slopes[1:]).any()
        found = efficiency_frontier(*(xr.DataArray(v, dims="arm", coords={"arm": names}) for v in (effect, cost)))
        assert (found["status"] == "frontier").all()


def test_ratio_is_given_when_exactly_the_required_share_is_above_zero():
    denominator = np.where(np.arange(100) < 95, 1.0, -0.01)
    assert ratio(np.ones(100), denominator) is not None


# Sums


def test_running_sum_is_not_discounted_unless_asked():
    assert cumulative(xr.DataArray([0.0, *[1.0] * 36], dims="month")).values.tolist() == list(range(37))


# Risk


def test_parties_with_their_own_tolerance_are_done_one_by_one():
    rng = np.random.default_rng(2)
    net = xr.DataArray(
        rng.normal(0, 100, (5, 3)), dims=("draw", "party"), coords={"draw": range(5), "party": ["a", "b", "c"]}
    )
    tolerance = xr.DataArray([50.0, 400.0, np.inf], dims="party", coords={"party": ["a", "b", "c"]})
    found = certainty_equivalent(net, tolerance)
    assert found.dims == ("party",) and set(found.coords) == {"party"}
    for party in "abc":
        alone = certainty_equivalent(net.sel(party=party), float(tolerance.sel(party=party)))
        assert found.sel(party=party).item() == pytest.approx(alone.item(), rel=1e-12)
    assert found.sel(party="c").item() == pytest.approx(net.sel(party="c").mean().item(), rel=1e-12)


@pytest.mark.parametrize("tolerance", [26.0, 40.0, 49.0, 50.0, 51.0])
def test_a_coin_where_the_two_ways_of_summing_meet(tolerance):
    """Deviations of 50: at a tolerance of 50 they are one, below it up to two."""
    net = xr.DataArray([0.0, 100.0], dims="draw")
    exact = -tolerance * np.log((1 + np.exp(-100 / tolerance)) / 2)
    assert certainty_equivalent(net, tolerance).item() == pytest.approx(exact, rel=1e-12)


def test_a_tolerance_that_is_missing_is_refused():
    with pytest.raises(WerkzorgError):
        certainty_equivalent(xr.DataArray([0.0, 1.0], dims="draw"), float("nan"))


# Budget


def year_back(*per_year):
    """First year in cash of yearly flows that arise in one month of each year, from January 2026."""
    flow = np.zeros(12 * len(per_year) + 1)
    flow[1::12] = per_year
    people = xr.DataArray([1.0], dims="start", coords={"start": ["2026-01"]})
    return first_year_in_cash(budget_impact(xr.DataArray(flow, dims="month"), people)).item()


def test_exactly_back_at_nothing_is_back():
    assert year_back(-12.0, 12.0, 5.0) == 2027
    assert year_back(0.0, 0.0) == 2026
    assert np.isnan(year_back(5.0, -12.0))


def test_back_at_nothing_but_for_rounding_is_back():
    million = 1e6
    assert year_back(-0.3 * million - 1e-5, 0.1 * million, 0.2 * million) == 2028
    # A part in a hundred billion is rounding, a cent of a million is not.
    assert np.isnan(year_back(-0.3 * million - 0.01, 0.1 * million, 0.2 * million))


# Population


def test_without_a_rate_people_are_counted_plainly():
    assert population_size(100.0, 3.0).item() == 300
    assert population_value(xr.DataArray(2.0), 100.0, 3.0).item() == 600


def test_several_horizons_in_one_call():
    years = xr.DataArray([1.0, 2.5, 4.0], dims="years")
    found = population_size(100.0, years, 0.1)
    assert found.values.tolist() == [population_size(100.0, float(each), 0.1).item() for each in years.values]


@pytest.mark.parametrize("name", ["people", "years", "rate", "delay"])
def test_nothing_of_a_population_is_below_zero(name):
    given = {"people": 1.0, "years": 2.0, "rate": 0.1, "delay": 0.0} | {name: -1.0}
    with pytest.raises(WerkzorgError) as caught:
        population_size(**given)
    assert name in caught.value.render("en")
