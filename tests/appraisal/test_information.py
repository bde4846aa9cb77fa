"""Value of knowing: closed forms, published cases, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import labelled, normal_points, random_benefit, seeds, toy
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.decision import benefit_of_increment, net_benefit
from werkzorg.appraisal.information import evpi, evppi, evppi_over_thresholds, normal_value
from werkzorg.appraisal.regression import make_smoother
from werkzorg.errors import WerkzorgError

# Half a unit of the last digit printed.
TEN_DIGITS = 5.1e-11

# Evenly spread draws of a normal: the error of the value is below 2e-4, checked by doubling their number. Swapping the
# two parameters, or forgetting the slope k, moves the answer by 0.1 and more. A quarter of the draws: four times that.
EVEN = 3e-4


# p1 ~ N(1, 1), p2 ~ N(0, 2), incremental benefit k p1 - p2: chjackson/voi, vignettes/voi.Rmd, exact values.
TOY = {
    1: {"evpi": 0.4798107063, "p1": 0.0833154706, "p2": 0.3955931148},
    2: {"evpi": 0.3992824567, "p1": 0.1666309412, "p2": 0.1666309412},
    3: {"evpi": 0.4094634160, "p1": 0.2499464118, "p2": 0.0586136},
}


@pytest.mark.golden
@pytest.mark.parametrize("k", TOY)
def test_closed_form_has_all_published_digits(k):
    exact = TOY[k]
    assert normal_value(k, np.hypot(k, 2)) == pytest.approx(exact["evpi"], abs=TEN_DIGITS)
    assert normal_value(k, k) == pytest.approx(exact["p1"], abs=TEN_DIGITS)
    # k = 3 is printed to seven digits.
    assert normal_value(k, 2) == pytest.approx(exact["p2"], abs=5.1e-8)


@pytest.mark.golden
def test_closed_form_in_euros():
    # pedroliman/heormodel tests/test_voi.py: 1000 euros a unit, e ~ N(0.1, 0.5), c ~ N(60, 300).
    six = 5.1e-7
    assert normal_value(40, np.hypot(500, 300)) == pytest.approx(213.168454, abs=six)
    assert normal_value(40, 500) == pytest.approx(180.109108, abs=six)
    assert normal_value(40, 300) == pytest.approx(100.744957, abs=six)


def test_closed_form_at_its_limits():
    assert normal_value(3.0, 0.0) == 0 and normal_value(0.0, 0.0) == 0
    assert normal_value(-2.0, 1.0) == normal_value(2.0, 1.0)
    assert normal_value(0.0, 1.0) == pytest.approx(1 / np.sqrt(2 * np.pi), rel=1e-15)
    # Far out the value is tiny but never below zero, as it would be by subtracting m from m Phi(m/s).
    assert 0 <= normal_value(30.0, 1.0) < 1e-100


@pytest.mark.parametrize("method", ["spline", "gp"])
@pytest.mark.parametrize("k", TOY)
def test_draws_give_the_closed_form(k, method):
    benefit, parameters = toy(k, log_size=14 if method == "spline" else 12)
    exact = TOY[k]
    found = evppi(benefit, parameters, {"p1": ["p1"], "p2": ["p2"], "both": ["p1", "p2"]}, method)
    close = EVEN if method == "spline" else 4 * EVEN
    assert found["evpi"].item() == pytest.approx(exact["evpi"], abs=close)
    assert found["value"].values == pytest.approx([exact["p1"], exact["p2"], exact["evpi"]], abs=close)


def test_a_curved_answer_follows_quadrature():
    """Incremental benefit exp(0.7 x) - 1.5 + 0.3 sin(3 x) + noise; the noise is worth nothing to know about x."""
    points = normal_points(2, 13)
    x = points[:, 0]

    def mean_of(x):
        return np.exp(0.7 * x) - 1.5 + 0.3 * np.sin(3 * x)

    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    grid = np.linspace(-8, 8, 400_001)
    density = np.exp(-0.5 * grid**2) / np.sqrt(2 * np.pi) * (grid[1] - grid[0])
    exact = (np.maximum(mean_of(grid), 0) * density).sum() - max((mean_of(nodes) * weights).sum() / weights.sum(), 0)
    benefit = benefit_of_increment(xr.DataArray(mean_of(x) + 2 * points[:, 1], dims="draw"))
    for method in ("spline", "gp"):
        found = evppi(benefit, labelled(points[:, :1], ["x"], "parameter"), method=method)
        # Noise of sd 2 over 8,192 draws; a straight line in place of the curve would be 0.1 off.
        assert found["value"].item() == pytest.approx(exact, abs=0.015)


def test_a_product_needs_both_factors():
    """Incremental benefit x y: knowing one is worth nothing, both are worth E|xy|/2 = 1/pi."""
    points = normal_points(2, 12)
    benefit = benefit_of_increment(xr.DataArray(points[:, 0] * points[:, 1], dims="draw"))
    parameters = labelled(points, ["x", "y"], "parameter")
    for method in ("spline", "gp"):
        found = evppi(benefit, parameters, {"x": ["x"], "y": ["y"], "both": ["x", "y"]}, method)["value"]
        assert found.sel(group="both").item() == pytest.approx(1 / np.pi, abs=4e-3)
        assert found.sel(group=["x", "y"]).max() < 0.02


def test_three_values_at_once():
    """x y + z: knowing all three is perfect, knowing x and z alone leaves z, knowing x and y leaves the product."""
    points = normal_points(3, 11)
    benefit = benefit_of_increment(xr.DataArray(points[:, 0] * points[:, 1] + points[:, 2], dims="draw"))
    parameters = labelled(points, ["x", "y", "z"], "parameter")
    groups = {"all": ["x", "y", "z"], "xz": ["x", "z"], "xy": ["x", "y"]}
    for method in ("spline", "gp"):
        found = evppi(benefit, parameters, groups, method)
        # 2,048 draws.
        assert found["value"].sel(group="all").item() == pytest.approx(found["evpi"].item(), abs=0.01)
        assert found["value"].sel(group="xz").item() == pytest.approx(1 / np.sqrt(2 * np.pi), abs=0.02)
        assert found["value"].sel(group="xy").item() == pytest.approx(1 / np.pi, abs=0.02)


def test_a_value_with_two_levels_is_known_by_its_means():
    rng = np.random.default_rng(5)
    level = rng.integers(0, 2, 400).astype(float)
    net = np.where(level == 1, 2.0, -1.0) + rng.normal(size=400)
    exact = max(net[level == 1].mean(), 0) * level.mean() + max(net[level == 0].mean(), 0) * (1 - level.mean())
    exact -= max(net.mean(), 0)
    found = evppi(benefit_of_increment(xr.DataArray(net, dims="draw")), labelled(level[:, None], ["x"], "parameter"))
    assert found["value"].item() == pytest.approx(exact, rel=1e-6)


def test_the_standard_error_is_that_of_repeated_draws():
    """Sixty samples of 400 draws: the spread of their values against the mean of their standard errors."""
    values, errors = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        points = rng.normal(size=(400, 2)) * [1.0, 2.0] + [1.0, 0.0]
        benefit = benefit_of_increment(xr.DataArray(points[:, 0] - points[:, 1], dims="draw"))
        found = evppi(benefit, labelled(points, ["p1", "p2"], "parameter"))
        values.append(found["value"].values)
        errors.append(found["standard_error"].values)
    # The sd of an sd from 60 samples is 9%; three of these. Leaving out the regression would halve that of p1.
    assert np.mean(errors, axis=0) == pytest.approx(np.std(values, axis=0, ddof=1), rel=0.28)
    # No bias beyond three standard errors of the mean of sixty.
    assert np.abs(np.mean(values, axis=0) - [TOY[1]["p1"], TOY[1]["p2"]]) == pytest.approx(
        0, abs=3 * max(np.std(values, axis=0)) / np.sqrt(60)
    )


def test_each_party_has_its_own_value_of_knowing():
    """The same unknown is worth different sums: the municipality gains k p1 - p2 with k = 1, the insurer with k = 3."""
    (one, parameters), (three, _) = toy(1), toy(3)
    together = xr.concat([one, three], dim=xr.DataArray(["municipality", "insurer"], dims="party", name="party"))
    found = evppi(together, parameters)
    assert found["value"].dims == ("group", "party")
    for party, benefit in (("municipality", one), ("insurer", three)):
        alone = evppi(benefit, parameters)
        xr.testing.assert_allclose(found.sel(party=party, drop=True), alone, atol=1e-12)


def test_along_thresholds_it_equals_each_threshold():
    points = normal_points(2, 12) * [0.5, 300] + [0.1, 60]
    zero = np.zeros(len(points))
    names = ["without", "programme"]
    effect = labelled(np.column_stack([zero, points[:, 0]]), names, "arm")
    cost = labelled(np.column_stack([zero, points[:, 1]]), names, "arm")
    thresholds = xr.DataArray([0.0, 500.0, 1000.0], dims="threshold")
    parameters = labelled(points, ["e", "c"], "parameter")
    for name, part in (("e", 500.0), ("c", 300.0)):
        known = parameters.sel(parameter=[name])
        found = evppi_over_thresholds(effect, cost, thresholds, known)
        each = [evppi(net_benefit(effect, cost, k), known)["value"].item() for k in thresholds.values]
        assert found.values == pytest.approx(each, abs=0.3)
        assert found.values[-1] == pytest.approx(normal_value(40.0, part), abs=0.3)


# What must always hold


@given(seeds, st.integers(2, 4))
@settings(max_examples=20, deadline=None)
def test_order_of_arms_draws_and_names_change_nothing(seed, arms):
    benefit, parameters = random_benefit(seed, arms)
    base = evppi(benefit, parameters)
    rows = np.random.default_rng(seed).permutation(benefit.sizes["draw"])
    renamed = benefit.assign_coords(arm=[f"z{k}" for k in range(arms)][::-1])
    for changed, known in (
        (benefit.isel(arm=slice(None, None, -1)), parameters),
        (renamed, parameters),
        (benefit.isel(draw=rows), parameters.isel(draw=rows)),
        (benefit, parameters.isel(parameter=slice(None, None, -1))),
    ):
        found = evppi(changed, known).sel(group=base["group"])
        # Another reference arm gives other contrasts of the same results: rounding alone.
        xr.testing.assert_allclose(found["value"], base["value"], atol=1e-7)
        # Errors come from 200 random curves, turned in another way: the sd of an sd is 5%, four of these.
        xr.testing.assert_allclose(found["standard_error"], base["standard_error"], rtol=0.2, atol=0.01)


@given(seeds, st.integers(2, 4), st.floats(-1e3, 1e3), st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_shift_and_scale(seed, arms, shift, scale):
    benefit, parameters = random_benefit(seed, arms)
    base = evppi(benefit, parameters)["value"]
    # The same amount for every arm, also one that differs between draws, changes no choice.
    amount = shift * parameters.isel(parameter=0, drop=True)
    xr.testing.assert_allclose(evppi(benefit + amount, parameters)["value"], base, atol=1e-6)
    xr.testing.assert_allclose(evppi(benefit * scale, parameters)["value"], base * scale, rtol=1e-6, atol=1e-9)
    # Other units of a parameter are the same parameter.
    xr.testing.assert_allclose(evppi(benefit, parameters * scale + shift)["value"], base, atol=1e-4)


@given(seeds, st.integers(2, 4))
@settings(max_examples=10, deadline=None)
def test_knowing_more_is_worth_more_up_to_knowing_all(seed, arms):
    """DARTH-git/dampack#86: there the value fell when a parameter was added."""
    benefit, parameters = random_benefit(seed, arms)
    groups = {"one": ["p0"], "two": ["p0", "p1"], "three": ["p0", "p1", "p2"]}
    found = evppi(benefit, parameters, groups, method="spline")
    value, error = found["value"].values, found["standard_error"].values
    assert (value >= 0).all() and (value <= found["evpi"].item() + 1e-12).all()
    # Within the stated errors of the two values.
    assert (np.diff(value) >= -3 * np.hypot(error[1:], error[:-1])).all()
    assert value[-1] >= value[0] - 2 * error[0]


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_a_second_name_for_an_arm_or_a_useless_value_adds_nothing(seed):
    benefit, parameters = random_benefit(seed, arms=2)
    base = evppi(benefit, parameters)
    double = xr.concat([benefit, benefit.sel(arm=["arm1"]).assign_coords(arm=["copy"])], dim="arm")
    xr.testing.assert_allclose(evppi(double, parameters)["value"], base["value"], atol=1e-7)
    constant = xr.full_like(parameters.isel(parameter=[0]), 3.0).assign_coords(parameter=["constant"])
    more = xr.concat([parameters, constant], dim="parameter")
    assert evppi(benefit, more, {"c": ["constant"]})["value"].item() == 0
    with_constant = evppi(benefit, more, {"p0": ["p0", "constant"]})["value"].item()
    assert with_constant == pytest.approx(base["value"].sel(group="p0").item(), abs=1e-12)


def test_a_fit_predicts_at_its_own_draws_what_it_fitted():
    benefit, parameters = random_benefit(1, arms=3)
    results = benefit.values - benefit.values[:, :1]
    for method in ("spline", "gp"):
        smoother = make_smoother(parameters.values, method, results)
        fit = smoother.fit(results)
        assert fit.predict(parameters.values) == pytest.approx(fit.fitted(len(results)), abs=1e-9)
        # The reference is zero in every draw and stays so.
        assert np.abs(fit.fitted(len(results))[:, 0]).max() < 1e-9


# Mistakes


def test_parameters_of_other_draws_are_refused():
    """giabaio/BCEA#53: rows of parameters and rows of results silently differed."""
    benefit, parameters = random_benefit(1)
    numbered = benefit.assign_coords(draw=np.arange(300)), parameters.assign_coords(draw=np.arange(300))
    with pytest.raises(WerkzorgError) as caught:
        evppi(numbered[0], numbered[1].isel(draw=slice(None, None, -1)))
    assert "another order" in caught.value.render("en")
    with pytest.raises(WerkzorgError) as caught:
        evppi(benefit, parameters.isel(draw=slice(0, 200)))
    assert "300" in caught.value.render("nl") and "200" in caught.value.render("nl")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"groups": {"g": ["p9"]}}, "p0, p1, p2"),
        ({"groups": {"g": []}}, "group g"),
        ({"method": "forest"}, "auto, spline, gp"),
    ],
)
def test_unknown_names_are_explained(change, word):
    benefit, parameters = random_benefit(1)
    with pytest.raises(WerkzorgError) as caught:
        evppi(benefit, parameters, **change)
    assert word in caught.value.render("en")


def test_too_few_draws_for_a_curve_are_refused():
    benefit, parameters = random_benefit(1, draws=50)
    with pytest.raises(WerkzorgError) as caught:
        evppi(benefit, parameters)
    assert "at least 100" in caught.value.render("en") and caught.value.exit_code == 4


def test_perfect_information_has_the_error_of_its_mean():
    benefit, _ = toy(log_size=10)
    loss = np.maximum(-(benefit.sel(arm="programme") - benefit.sel(arm="without")).values, 0)
    found = evpi(benefit)
    assert found["value"].item() == pytest.approx(loss.mean(), rel=1e-12)
    assert found["standard_error"].item() == pytest.approx(loss.std(ddof=1) / 32, rel=1e-12)
