"""Rows of the acceptability curves: shares of draws, of each party and of all four, on a grid that says little."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from werkzorg.release.acceptability import COARSE, FINE, acceptability_rows, grid, width
from werkzorg.release.money import AT_THE_TABLE

DRAWS = 20_000
MEANS = {"client": 900.0, "municipality": -1500.0, "insurer": 80.0, "ggz_institution": 0.0, "society": 400.0}
SPREADS = {"client": 450.0, "municipality": 1000.0, "insurer": 150.0, "ggz_institution": 0.0, "society": 2200.0}


@pytest.fixture(scope="module")
def net():
    """Independent normal results at evenly spread quantiles, so that shares are those of the normal distribution."""
    rng = np.random.default_rng(20180629)
    quantiles = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    values = [MEANS[party] + SPREADS[party] * rng.permutation(quantiles) for party in MEANS]
    return xr.DataArray(np.array(values), dims=("party", "draw"), coords={"party": list(MEANS)})


def made(net):
    pilot = SimpleNamespace(main_horizon_months=60)
    whole = net.expand_dims(horizon=[60], view=["society"]).transpose("draw", "party", "horizon", "view")
    return list(acceptability_rows(pilot, xr.Dataset({"net": whole}), dict.fromkeys(MEANS, "price.x"), "counts+prior"))


@pytest.fixture(scope="module")
def curves(net):
    found = {}
    for row in made(net):
        found.setdefault(row["party"], {})[row["threshold"]] = row["value"]
    return found


@pytest.mark.parametrize("party", ["client", "municipality", "insurer", "society"])
def test_curve_of_a_party_is_that_of_its_distribution(curves, party):
    for amount, share in curves[party].items():
        # Quantiles are half a draw apart from the exact share; a wrong sign of the amount moves it by up to one.
        assert share == pytest.approx(norm.sf((-amount - MEANS[party]) / SPREADS[party]), abs=1.01 / DRAWS)


def test_curve_of_all_counts_draws_in_which_each_of_the_four_gets_its_amount(curves, net):
    for amount, share in curves["all"].items():
        together = np.all([net.sel(party=party).values > -amount for party in AT_THE_TABLE], axis=0)
        assert share == together.mean()
    # The institution is paid exactly its costs: nobody calls that a gain, and any amount above zero makes it content.
    assert curves["all"][0.0] == 0.0
    least = min(amount for amount in curves["all"] if amount > 0)
    assert curves["all"][least] > 0


def test_at_zero_it_is_the_probability_of_a_gain(curves, net):
    for party in ("client", "municipality", "insurer", "society"):
        assert curves[party][0.0] == float((net.sel(party=party) > 0).mean())


def test_a_party_without_any_result_has_no_curve(curves):
    assert set(curves) == {*MEANS, "all"} - {"ggz_institution"}


def test_curves_never_fall_and_reach_both_ends(curves):
    for curve in curves.values():
        amounts = sorted(curve)
        shares = [curve[amount] for amount in amounts]
        assert shares == sorted(shares)
        assert shares[0] <= 0.05 and shares[-1] >= 0.95


def test_rows_name_amount_unit_and_sources(net):
    rows = made(net)
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["value"] == row["probability"] and row["unit"] == "probability" and row["parameters"] == "price.x"
        assert row["id"] == f"acceptability.{row['party']}.{row['threshold']:g}"
        assert f"{row['threshold']:g}" in row["label_nl"]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_grid_has_zero_both_sides_and_round_amounts(own, shared):
    reach = width(np.array([-own, own])), width(np.array([-shared, shared]))
    amounts = grid(*reach).values
    assert 0.0 in amounts and (np.diff(amounts) > 0).all()
    assert amounts.tolist() == sorted(-amounts)
    assert amounts[-1] == max(reach) and len(amounts) <= 2 * (FINE + COARSE) + 1
    # At least as wide as the results, and at most 2.5 times: the first digit is 1, 2 or 5.
    assert 0.95 * own * (1 - 1e-9) <= reach[0] <= 2.5 * own * (1 + 1e-9)
    assert f"{reach[0]:e}"[0] in "125"
