"""Certainty equivalents, and whether all parties gain."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import normal_points, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.agreement import all_win
from werkzorg.appraisal.certainty import certainty_equivalent, risk_premium
from werkzorg.errors import WerkzorgError


def test_a_normal_result_loses_its_variance_over_twice_the_tolerance():
    net = xr.DataArray(1000 + 500 * normal_points(1)[:, 0], dims="draw")
    for tolerance in (2000.0, 1000.0):
        # Evenly spread draws miss a little of the tails, on which the average of exponentials rests: 0.1% of 125.
        assert certainty_equivalent(net, tolerance).item() == pytest.approx(1000 - 500**2 / (2 * tolerance), abs=0.3)


def test_a_coin_by_hand():
    # Half a chance of 0, half of 100 with tolerance 100: -100 log((1 + exp(-1)) / 2).
    net = xr.DataArray([0.0, 100.0], dims="draw")
    assert certainty_equivalent(net, 100.0).item() == pytest.approx(-100 * np.log((1 + np.exp(-1)) / 2), rel=1e-12)
    # The rule of thumb of the docstring: winning the tolerance or losing half of it is just acceptable.
    toss = xr.DataArray([100.0, -50.0], dims="draw")
    assert abs(certainty_equivalent(toss, 100.0).item()) < 2.0


def test_a_small_municipality_is_not_an_insurer():
    net = xr.DataArray(
        [[-900.0] * 2, [1000.0] * 2], dims=("draw", "party"), coords={"party": ["municipality", "insurer"]}
    )
    tolerance = xr.DataArray([500.0, np.inf], dims="party", coords={"party": ["municipality", "insurer"]})
    found = certainty_equivalent(net, tolerance)
    assert found.sel(party="insurer") == 50 and found.sel(party="municipality") < 0


@given(seeds, st.floats(1, 1e4), st.floats(-1e4, 1e4))
@settings(max_examples=50, deadline=None)
def test_between_the_worst_draw_and_the_mean_and_moved_by_sure_amounts(seed, tolerance, sure):
    net = xr.DataArray(np.random.default_rng(seed).normal(0, 100, 30), dims="draw")
    found = certainty_equivalent(net, tolerance).item()
    assert net.min().item() - 1e-9 <= found <= net.mean().item() + 1e-9
    assert risk_premium(net, tolerance).item() >= -1e-9
    assert certainty_equivalent(net + sure, tolerance).item() == pytest.approx(found + sure, abs=1e-8)
    assert certainty_equivalent(net, 2 * tolerance).item() >= found - 1e-9


def test_a_large_tolerance_tends_to_the_mean_without_losing_digits():
    net = xr.DataArray([0.0, 100.0], dims="draw")
    # Variance 2500 over twice 1e9: 1.25e-6 below the mean of 50.
    assert risk_premium(net, 1e9).item() == pytest.approx(1.25e-6, rel=1e-3)
    assert certainty_equivalent(net, np.inf) == 50


def test_losses_too_large_for_an_exponential_are_no_problem():
    net = xr.DataArray([-1e6, 1e6], dims="draw")
    assert certainty_equivalent(net, 1.0).item() == pytest.approx(-1e6 + np.log(2), rel=1e-12)


@pytest.mark.parametrize("tolerance", [0.0, -1.0])
def test_a_tolerance_that_is_none_is_refused(tolerance):
    with pytest.raises(WerkzorgError):
        certainty_equivalent(xr.DataArray([0.0, 1.0], dims="draw"), tolerance)


NET = xr.DataArray(
    [[1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [-1.0, -1.0, 1.0], [1.0, 0.0, 1.0]],
    dims=("draw", "party"),
    coords={"party": ["a", "b", "c"]},
)


def test_all_win_by_hand():
    found = all_win(NET)
    assert found["together"] == 0.25
    assert found["alone"].values.tolist() == [0.75, 0.25, 1.0]
    # b is the only one that does not gain in draws 2 and 4 (nothing is no gain).
    assert found["blocks"].values.tolist() == [0.0, 0.5, 0.0]
    assert found["without"].values.tolist() == [0.25, 0.75, 0.25]
    assert all_win(NET, strict=False)["together"] == 0.5
    assert (
        all_win(NET, at_least=xr.DataArray([0.0, -2.0, 0.0], dims="party", coords=NET["party"].coords))["together"]
        == 0.75
    )


@given(seeds, st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_all_win_lies_between_its_bounds(seed, parties):
    net = xr.DataArray(np.random.default_rng(seed).normal(0.5, 1, (40, parties)), dims=("draw", "party"))
    found = all_win(net)
    together, alone = found["together"].item(), found["alone"].values
    assert max(0.0, 1 - (1 - alone).sum()) - 1e-12 <= together <= alone.min() + 1e-12
    # Without a party: what it blocks is added.
    assert found["without"].values == pytest.approx(together + found["blocks"].values, abs=1e-12)
    for left_out in range(parties if parties > 1 else 0):
        others = net.isel(party=[k for k in range(parties) if k != left_out])
        assert all_win(others)["together"].item() == pytest.approx(found["without"].values[left_out], abs=1e-12)


def test_parties_are_needed():
    with pytest.raises(WerkzorgError) as caught:
        all_win(NET.rename(party="actor"))
    assert "party" in caught.value.render("en")
