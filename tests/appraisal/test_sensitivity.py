"""What moves the answer: tornado, explained share, Sobol indices of known models."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import labelled, normal_points, random_benefit, seeds
from hypothesis import given, settings
from scipy.special import ndtri

from werkzorg.appraisal.sensitivity import explained_share, sobol_indices, tornado
from werkzorg.errors import WerkzorgError


def test_tornado_of_a_linear_answer():
    points = normal_points(2)
    parameters = labelled(points, ["x", "y"], "parameter")
    net = xr.DataArray(
        np.column_stack([10 + 3 * points[:, 0] - points[:, 1], 5 * points[:, 1]]),
        dims=("draw", "party"),
        coords={"party": ["insurer", "municipality"]},
    )
    found = tornado(net, parameters, width=0.8)
    # The 10% point of a normal; evenly spread draws miss it by less than 1e-3.
    tenth = ndtri(0.1)
    assert found["low"].values == pytest.approx([tenth, tenth], abs=1e-3)
    at_low = found["at_low"].sel(party="insurer").values
    assert at_low == pytest.approx([10 + 3 * tenth, 10 - tenth], abs=5e-3)
    assert found["swing"].sel(party="municipality").values == pytest.approx([0, -10 * tenth], abs=1e-2)
    assert found["base"].sel(party="insurer").item() == pytest.approx(10, abs=1e-3)


def test_tornado_follows_a_curve():
    points = normal_points(2)
    net = xr.DataArray(np.exp(points[:, 0]) + points[:, 1], dims="draw")
    found = tornado(net, labelled(points[:, :1], ["x"], "parameter"), width=0.8)
    # A straight line through exp would be 0.5 off at its ends.
    assert found["at_high"].item() == pytest.approx(np.exp(-ndtri(0.1)), abs=0.05)
    assert found["at_low"].item() == pytest.approx(np.exp(ndtri(0.1)), abs=0.05)


def test_shares_of_a_sum_and_of_a_product():
    points = normal_points(3, 13)
    parameters = labelled(points, ["x", "y", "z"], "parameter")
    net = xr.DataArray(
        np.column_stack([2 * points[:, 0] + points[:, 1] + points[:, 2], points[:, 0] * points[:, 1] + points[:, 2]]),
        dims=("draw", "party"),
    )
    groups = {"x": ["x"], "y": ["y"], "xy": ["x", "y"], "all": ["x", "y", "z"]}
    found = explained_share(net, parameters, groups, method="spline")["share"]
    # 8,192 evenly spread draws.
    assert found.isel(party=0).values == pytest.approx([4 / 6, 1 / 6, 5 / 6, 1], abs=3e-3)
    assert found.isel(party=1).values == pytest.approx([0, 0, 0.5, 1], abs=1.5e-2)


def test_the_error_of_a_share_is_that_of_repeated_draws():
    shares, errors = [], []
    for seed in range(60):
        points = np.random.default_rng(seed).normal(size=(400, 2))
        found = explained_share(
            xr.DataArray(points.sum(axis=1), dims="draw"), labelled(points[:, :1], ["x"], "parameter")
        )
        shares.append(found["share"].item())
        errors.append(found["standard_error"].item())
    # The sd of an sd from 60 samples is 9%; three of these.
    assert np.mean(errors) == pytest.approx(np.std(shares, ddof=1), rel=0.28)
    assert np.mean(shares) == pytest.approx(0.5, abs=3 * np.std(shares) / np.sqrt(60))


@given(seeds)
@settings(max_examples=12, deadline=None)
def test_shares_lie_between_nil_and_one_and_do_not_see_units(seed):
    benefit, parameters = random_benefit(seed, arms=2, draws=200)
    net = benefit.isel(arm=0, drop=True)
    found = explained_share(net, parameters)["share"]
    assert ((found >= 0) & (found <= 1)).all()
    scaled = explained_share(1000 * net - 5, parameters)["share"]
    xr.testing.assert_allclose(scaled, found, atol=1e-7)


def test_what_does_not_vary_explains_nothing():
    points = normal_points(1, 8)
    parameters = labelled(np.column_stack([points[:, 0], np.ones(256)]), ["x", "fixed"], "parameter")
    net = xr.DataArray(np.column_stack([points[:, 0], np.ones(256)]), dims=("draw", "party"))
    found = explained_share(net, parameters)["share"]
    assert found.sel(group="fixed").values.tolist() == [0, 0]
    # A straight line, but for the tiny weight that keeps columns without draws in check.
    assert found.sel(group="x").values == pytest.approx([1, 0], abs=1e-7)


def ishigami(rows):
    """Ishigami T, Homma T (1990), with a = 7 and b = 0.1: indices known in closed form."""
    x, y, z = (rows.sel(parameter=name, drop=True) for name in "xyz")
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


VARIANCE = 0.5 + 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18
FIRST = [0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2 / VARIANCE, 49 / 8 / VARIANCE, 0.0]
BOTH = 0.01 * np.pi**8 * (1 / 18 - 1 / 50) / VARIANCE
TOTAL = [FIRST[0] + BOTH, FIRST[1], BOTH]


def uniform_draws():
    # The quantiles of these draws are those of the uniform itself.
    ladder = np.linspace(-np.pi, np.pi, 2001)
    return labelled(np.column_stack([ladder] * 3), list("xyz"), "parameter")


def test_sobol_indices_of_ishigami():
    found = sobol_indices(ishigami, uniform_draws(), size=4096)
    # Errors of SALib at 4,096 rows are about 0.01; first and total order of x and z differ by 0.24.
    assert found["first"].values == pytest.approx(FIRST, abs=0.02)
    assert found["total"].values == pytest.approx(TOTAL, abs=0.02)
    # They are errors, and neither intervals (twice that) nor nil.
    errors = found[["first_error", "total_error"]].to_array()
    assert (errors < 0.03).all() and (errors > 0.003).all()


def test_sobol_indices_per_party_and_without_variation():
    def function(rows):
        one = rows.sel(parameter="x", drop=True)
        return xr.concat([one, 0 * one], dim=xr.DataArray(["a", "b"], dims="party", name="party"))

    found = sobol_indices(function, uniform_draws(), size=256)
    assert found["first"].dims == ("parameter", "party")
    assert found["total"].sel(party="a").values == pytest.approx([1, 0, 0], abs=0.02)
    assert (found.sel(party="b")[["first", "total"]].to_array() == 0).all()


def test_first_order_from_draws_alone_agrees_with_running_again():
    rng = np.random.default_rng(2)
    rows = labelled(rng.uniform(-np.pi, np.pi, (8000, 3)), list("xyz"), "parameter")
    found = explained_share(ishigami(rows), rows)
    # Three standard errors.
    assert np.abs(found["share"].values - FIRST).max() < 3 * max(found["standard_error"].max().item(), 0.005)


def test_mistakes_are_explained():
    points = labelled(normal_points(1, 7), ["x"], "parameter")
    net = points.isel(parameter=0, drop=True)
    with pytest.raises(WerkzorgError) as caught:
        sobol_indices(ishigami, uniform_draws(), size=1000)
    assert "1024" in caught.value.render("nl")
    with pytest.raises(WerkzorgError):
        sobol_indices(lambda rows: rows.isel(parameter=0, draw=slice(0, 10)), uniform_draws(), size=64)
    with pytest.raises(WerkzorgError):
        tornado(net, points, width=80)
    with pytest.raises(WerkzorgError):
        tornado(net.isel(draw=slice(0, 120)), points)
