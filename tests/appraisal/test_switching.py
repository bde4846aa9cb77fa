"""Tipping points in every draw, by formula and by search."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import normal_points, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from werkzorg.appraisal.switching import summarise_switch, switch_between, switch_linear
from werkzorg.errors import WerkzorgError


def draws(*values):
    return xr.DataArray(list(values), dims="draw")


def test_linear_by_hand():
    """Cost 1000, 100 a month worked: ten months. Nothing per month: never, or always when there is no cost."""
    found = switch_linear(draws(-1000.0, -1000.0, 50.0, 600.0), draws(100.0, 0.0, 0.0, -100.0))
    assert found["value"].values == pytest.approx([10, np.nan, np.nan, 6], nan_ok=True)
    assert found["at_high"].values.tolist() == [1, -1, 1, -1]
    summary = summarise_switch(found, draws(12.0, 12.0, 12.0, 5.0))
    assert [summary[name].item() for name in ("exists", "always", "never")] == [0.5, 0.25, 0.25]
    # 12 is above 10 and helps; 5 is below 6 and helps; the third gains whatever happens.
    assert summary["probability"] == 0.75
    # In order: minus endless, 6, 10, endless. Half of the draws lie at or below 6, and the ends of the rest are open.
    assert summary["value"].sel(summary="median") == 6
    assert summary["value"].sel(summary=["low50", "high50"]).values.tolist() == [-np.inf, 10]
    assert summary["value"].sel(summary="high80") == np.inf


def test_the_posterior_of_a_switching_value_and_the_chance_to_pass_it():
    """Benefit 1 a month against a cost N(10, 2): the switching value is N(10, 2), the months are N(12, 1)."""
    points = normal_points(2)
    found = switch_linear(
        xr.DataArray(-(10 + 2 * points[:, 0]), dims="draw"), xr.DataArray(np.ones(len(points)), dims="draw")
    )
    summary = summarise_switch(found, xr.DataArray(12 + points[:, 1], dims="draw"))
    # A quantile is one of the draws here: half a step between the middle ones.
    assert summary["value"].sel(summary="median").item() == pytest.approx(10, abs=0.01)
    # 95% of a normal lies within 1.96 deviations.
    assert summary["value"].sel(summary=["low95", "high95"]).values == pytest.approx([10 - 3.92, 10 + 3.92], abs=0.01)
    assert summary["probability"].item() == pytest.approx(ndtr(2 / np.sqrt(5)), abs=1e-3)


@given(seeds, st.booleans())
@settings(max_examples=30, deadline=None)
def test_search_equals_formula_and_both_agree_with_the_sign(seed, falling):
    rng = np.random.default_rng(seed)
    slope = xr.DataArray(rng.uniform(0.1, 5, (40, 2)) * (-1 if falling else 1), dims=("draw", "party"))
    intercept = xr.DataArray(rng.normal(0, 10, (40, 2)), dims=("draw", "party"))
    actual = xr.DataArray(rng.uniform(-3, 3, 40), dims="draw")
    by_formula = switch_linear(intercept, slope)
    by_search = switch_between(lambda x: intercept + slope * x, -5.0, 5.0)
    inside = abs(by_formula["value"]) < 5
    assert (by_search["value"].notnull() == inside).all()
    assert by_search["value"].values[inside.values] == pytest.approx(
        by_formula["value"].values[inside.values], abs=1e-7
    )
    gains = ((intercept + slope * actual) > 0).mean("draw")
    for found in (by_formula, by_search):
        # Being on the good side is the same as gaining.
        assert summarise_switch(found, actual)["probability"].values == pytest.approx(gains.values, abs=1e-12)


@pytest.mark.parametrize(
    ("function", "inverse"),
    [
        (lambda x, a: np.expm1(x) - a, lambda a: np.log1p(a)),
        (lambda x, a: a - x**3, lambda a: np.cbrt(a)),
        (lambda x, a: np.tanh(20 * (x - a)), lambda a: a),
        (lambda x, a: x**9 - a, lambda a: a ** (1 / 9)),
    ],
)
def test_search_finds_the_root_of_curves(function, inverse):
    a = xr.DataArray(np.linspace(0.01, 6, 500), dims="draw")
    found = switch_between(lambda x: function(x, a), 0.0, 10.0, tolerance=1e-12)
    # Where the curve is flat the root itself is vague: x^9 at 0.6 has slope 0.15.
    assert found["value"].values == pytest.approx(inverse(a.values), abs=1e-8)


def test_a_jump_is_found_by_halving():
    a = xr.DataArray(np.linspace(0.1, 9.9, 50), dims="draw")
    found = switch_between(lambda x: xr.where(x > a, 1.0, -1000.0) + 0 * a, 0.0, 10.0, tolerance=1e-8)
    # Ten times 1e-8.
    assert found["value"].values == pytest.approx(a.values, abs=1.1e-7)


def test_roots_at_the_ends_and_results_that_do_not_move():
    level = draws(0.0, 10.0, 3.0)
    found = switch_between(lambda x: x - level, 0.0, 10.0)
    assert found["value"].values == pytest.approx([0, 10, 3], abs=1e-9)
    flat = switch_between(lambda x: 0 * x + draws(-1.0, 0.0, 1.0), 0.0, 10.0)
    assert flat["value"].isnull().all()
    summary = summarise_switch(flat, draws(1.0, 1.0, 1.0))
    # Breaking even is no gain.
    assert summary["always"].item() == pytest.approx(1 / 3) and summary["probability"].item() == pytest.approx(1 / 3)
    assert np.isinf(summary["value"]).all()


def test_draws_keep_their_labels():
    level = draws(1.0, 2.0).assign_coords(draw=[7, 9])
    found = switch_between(lambda x: x - level, 0.0, 10.0)
    assert found["draw"].values.tolist() == [7, 9] and found["value"].values == pytest.approx([1, 2])


def test_mistakes_are_explained():
    with pytest.raises(WerkzorgError):
        switch_between(lambda x: x - draws(1.0, 2.0), 10.0, 0.0)
    with pytest.raises(WerkzorgError) as caught:
        switch_between(lambda x: x, 0.0, 1.0)
    assert "draw" in caught.value.render("en")
    with pytest.raises(WerkzorgError):
        summarise_switch(switch_linear(draws(1.0, 2.0), draws(1.0, 1.0)), draws(1.0, 2.0, 3.0))
