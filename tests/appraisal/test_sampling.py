"""Worth of a study: closed form, simulated data, population, and the bill."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import labelled, normal_points, random_benefit, seeds, toy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from werkzorg.appraisal.decision import benefit_of_increment
from werkzorg.appraisal.information import evppi, normal_value
from werkzorg.appraisal.population import population_size, population_value
from werkzorg.appraisal.sampling import evsi, evsi_by_shrinkage, normal_evsi, split_bill, study_worth
from werkzorg.errors import WerkzorgError

SIZES = xr.DataArray([10, 100, 1000, 10000], dims="clients", coords={"clients": [10, 100, 1000, 10000]})

# chjackson/voi vignettes/voi.Rmd: study of p1 with known sd 1.
EXACT = [0.0723251, 0.0821176, 0.0831946, 0.0833034]
HALF_DIGIT = 5.1e-8


def study(log_size: int = 13) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """The toy with, for every size, the mean of that many observations of p1: benefit, parameters, statistics."""
    points = normal_points(3, log_size)
    p1, p2 = points[:, 0] + 1, 2 * points[:, 1]
    means = np.stack([p1 + points[:, 2] / np.sqrt(size) for size in SIZES.values], axis=1)
    statistics = xr.DataArray(means[..., None], dims=("draw", "clients", "statistic"), coords=dict(SIZES.coords))
    parameters = labelled(p1[:, None], ["p1"], "parameter")
    return benefit_of_increment(xr.DataArray(p1 - p2, dims="draw")), parameters, statistics


@pytest.mark.golden
def test_closed_form_has_all_published_digits():
    assert normal_evsi(1.0, 1.0, 1.0, SIZES).values == pytest.approx(EXACT, abs=HALF_DIGIT)
    # pedroliman/heormodel: one observation of e with sd 0.5 at 1000 euros a unit.
    assert normal_evsi(40.0, 500.0, 500.0, 1) == pytest.approx(121.949138, abs=5.1e-7)


def test_closed_form_at_its_limits():
    assert normal_evsi(1.0, 1.0, 1.0, 0) == 0
    assert normal_evsi(1.0, 0.0, 1.0, 10) == 0
    # At 1e12 observations the preposterior sd is 1 - 5e-13: perfect information to that many digits.
    assert normal_evsi(1.0, 1.0, 1.0, 1e12) == pytest.approx(normal_value(1.0, 1.0), rel=1e-11)


def test_a_vector_of_sizes_equals_a_loop():
    one_by_one = [normal_evsi(1.0, 1.0, 1.0, float(size)) for size in SIZES.values]
    assert normal_evsi(1.0, 1.0, 1.0, SIZES).values.tolist() == one_by_one
    benefit, parameters, _ = study(10)
    together = evsi_by_shrinkage(benefit, parameters, 1.0, SIZES)["value"]
    for size in SIZES.values:
        one = evsi_by_shrinkage(benefit, parameters, 1.0, SIZES.sel(clients=[size]))["value"]
        assert one.item() == together.sel(clients=size).item()


def test_simulated_data_give_the_closed_form():
    benefit, parameters, statistics = study()
    found = evsi(benefit, statistics, parameters)
    # 8,192 evenly spread draws. Taking the statistic as exact would give 0.0833 at ten clients: 0.011 off.
    assert found["value"].values == pytest.approx(EXACT, abs=1e-3)
    assert found["ceiling"].item() == pytest.approx(normal_value(1.0, 1.0), abs=1e-3)


def test_shrinkage_is_exact_for_normal_values():
    benefit, parameters, _ = study()
    # A prior sd of 1 and data with sd 1: the prior weighs as much as one observation.
    found = evsi_by_shrinkage(benefit, parameters, 1.0, SIZES)
    assert found["value"].values == pytest.approx(EXACT, abs=1e-3)
    assert evsi_by_shrinkage(benefit, parameters, 1.0, xr.DataArray([0.0], dims="clients"))["value"] == 0


def test_each_party_has_its_own_value_of_a_study():
    benefit, parameters, statistics = study(11)
    parties = xr.concat([benefit, 3 * benefit], dim=xr.DataArray(["a", "b"], dims="party", name="party"))
    found = evsi(parties, statistics, parameters)
    assert found["value"].dims == ("clients", "party")
    # Three times the stake: three times the value, up to rounding.
    assert found["value"].sel(party="b").values == pytest.approx(3 * found["value"].sel(party="a").values, rel=1e-9)


def test_clients_and_months_are_two_designs():
    """p1 seen by m clients for k months each: m times k observations."""
    points = normal_points(3, 11)
    p1 = points[:, 0] + 1
    clients, months = np.array([2, 20]), np.array([1, 5, 25])
    seen = p1[:, None, None] + points[:, 2, None, None] / np.sqrt(clients[:, None] * months)
    statistics = xr.DataArray(
        seen[..., None],
        dims=("draw", "clients", "months", "statistic"),
        coords={"clients": clients, "months": months},
    )
    found = evsi(benefit_of_increment(xr.DataArray(p1 - 2 * points[:, 1], dims="draw")), statistics)["value"]
    assert found.dims == ("clients", "months")
    exact = normal_evsi(1.0, 1.0, 1.0, clients[:, None] * months)
    # 2,048 draws.
    assert found.values == pytest.approx(exact, abs=4e-3)
    assert (found.diff("clients") >= 0).all() and (found.diff("months") >= 0).all()


@given(seeds, st.integers(2, 3))
@settings(max_examples=12, deadline=None)
def test_a_study_is_worth_nothing_to_knowing_all_and_grows(seed, arms):
    benefit, parameters = random_benefit(seed, arms, draws=200)
    rng = np.random.default_rng(seed)
    sizes = [1, 10, 1000]
    known = parameters.isel(parameter=0).values
    data = np.stack([known + rng.normal(size=known.shape) / np.sqrt(size) for size in sizes], axis=1)
    statistics = xr.DataArray(data[..., None], dims=("draw", "clients", "statistic"), coords={"clients": sizes})
    about = parameters.isel(parameter=[0])
    found = evsi(benefit, statistics, about)
    ceiling = evppi(benefit, about)["value"].item()
    assert found["ceiling"].item() == pytest.approx(ceiling, abs=1e-12)
    value = found["value"].values
    assert (value >= 0).all() and (value <= ceiling + 1e-12).all() and (np.diff(value) >= 0).all()
    shrunk = evsi_by_shrinkage(benefit, about, 1.0, found["clients"])["value"].values
    assert (shrunk >= 0).all() and (shrunk <= ceiling + 1e-12).all()


def test_data_about_nothing_are_worth_nothing():
    benefit, _ = toy(log_size=12)
    noise = np.random.default_rng(3).normal(size=(4096, 1))
    found = evsi(benefit, xr.DataArray(noise, dims=("draw", "statistic")))
    # The sd of a mean over 4,096 draws of a benefit with sd 2.2 is 0.035; the value of p1 is 0.083.
    assert found["value"].item() < 0.01


# Population


# chjackson/voi R/enbs.R, run by us one rate at a time: EVSI 1 and 1.2 at 100 and 200 participants, 10,000 people a year
# for 10 years, set-up 1000 and 1 per participant.
VALUE = xr.DataArray([1.0, 1.2], dims="clients", coords={"clients": [100, 200]})
COST = 1000.0 + VALUE["clients"]


@pytest.mark.golden
def test_worth_of_sampling_to_the_digits_of_a_peer():
    total = population_value(VALUE, 10_000, 10, 0.035, discounting="continuous")
    # Printed to the cent.
    assert study_worth(total, COST)["net"].values == pytest.approx([83274.83, 100049.80], abs=0.0051)


@pytest.mark.golden
def test_several_rates_in_one_call_equal_each_rate_alone():
    """A fault of a peer (voi, R/enbs.R): rates recycle over the sizes, 8,900 and 100,049.80 come out twice."""
    rates = xr.DataArray([0.0, 0.035], dims="rate", coords={"rate": [0.0, 0.035]})
    for discounting in ("continuous", "yearly"):
        together = study_worth(population_value(VALUE, 10_000, 10, rates, discounting=discounting), COST)["net"]
        for rate in rates.values:
            for clients in VALUE["clients"].values:
                one = population_value(VALUE.sel(clients=clients), 10_000, 10, float(rate), discounting=discounting)
                cell = together.sel(rate=rate, clients=clients).item()
                assert cell == (one - COST.sel(clients=clients)).item()
        assert len(np.unique(together.values)) == 4


@pytest.mark.golden
def test_at_rate_zero_the_horizon_still_counts():
    """A fault of a peer (the same file): at rate zero the horizon is dropped and 8,900 and 10,800 come out."""
    for discounting in ("continuous", "yearly"):
        net = study_worth(population_value(VALUE, 10_000, 10, 0.0, discounting=discounting), COST)["net"]
        assert net.values.tolist() == [98_900, 118_800]
        nearly = population_value(VALUE, 10_000, 10, 1e-9, discounting=discounting)
        # A rate of 1e-9 over ten years takes off 1e-8 of 100,000 at most.
        assert study_worth(nearly, COST)["net"].values == pytest.approx(net.values, abs=2e-3)


def test_yearly_discounting_counts_the_first_year_in_full():
    assert population_size(100, 3, 0.1).item() == pytest.approx(100 * (1 + 1 / 1.1 + 1 / 1.21), rel=1e-14)
    assert population_size(100, 2.5, 0.1).item() == pytest.approx(100 * (1 + 1 / 1.1 + 0.5 / 1.21), rel=1e-14)
    assert population_size(100, 3, 0.1, delay=1.25).item() == pytest.approx(100 * (0.75 / 1.1 + 1 / 1.21), rel=1e-14)
    assert population_size(100, 3, 0.1, delay=4).item() == 0


@given(st.floats(0, 0.2), st.floats(0, 20), st.floats(0, 20))
@example(5e-324, 0.3, 0.0)
@settings(max_examples=50, deadline=None)
def test_continuous_discounting_is_the_integral(rate, years, delay):
    found = population_size(7, years, rate, delay, "continuous").item()
    expected = 7 * quad(lambda t: np.exp(-rate * t), delay, years)[0] if years > delay else 0.0
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-9)


# The bill


def test_the_best_design_is_found_per_party():
    value = xr.DataArray(
        [[10.0, 100.0], [30.0, 101.0]],
        dims=("clients", "party"),
        coords={"clients": [5, 50], "party": ["small", "large"]},
    )
    found = study_worth(value, xr.DataArray([15.0, 25.0], dims="clients", coords={"clients": [5, 50]}))
    assert found["net"].sel(clients=5).values.tolist() == [-5, 85]
    assert found["best_clients"].values.tolist() == [50, 5]
    assert found["best"].values.tolist() == [5, 85] and found["worth"].all()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_the_bill_is_paid_in_full_and_by_nobody_above_his_gain(values, cost):
    value = xr.DataArray(values, dims="party", coords={"party": [f"p{k}" for k in range(len(values))]})
    found = split_bill(value, cost)
    if sum(values) > 0:
        assert found["share"].sum().item() == pytest.approx(1, rel=1e-9)
        assert found["pays"].sum().item() == pytest.approx(cost, rel=1e-9)
    # Whole euros: who pays too much pays at least a part in ten million too much, far above rounding.
    loses, gains = found["net"].values < -1e-9 * value.values, value.values > 0
    assert bool(found["agreed"]) == (sum(values) >= cost)
    assert not loses.any() if found["agreed"] else (loses == gains).all()


def test_who_gains_nothing_from_knowing_pays_nothing():
    value = xr.DataArray([0.0, 300.0, 100.0], dims="party", coords={"party": ["ggz", "insurer", "municipality"]})
    assert split_bill(value, 100.0)["pays"].values.tolist() == [0, 75, 25]


# Mistakes


def test_mistakes_are_explained():
    benefit, parameters, statistics = study(7)
    with pytest.raises(WerkzorgError) as caught:
        evsi(benefit, statistics.isel(clients=[1, 0]))
    assert "clients" in caught.value.render("nl") and "klein naar groot" in caught.value.render("nl")
    with pytest.raises(WerkzorgError):
        evsi(benefit, statistics.isel(draw=slice(0, 120)))
    with pytest.raises(WerkzorgError):
        evsi_by_shrinkage(benefit, parameters, 0.0, SIZES)
    with pytest.raises(WerkzorgError):
        split_bill(xr.DataArray([-1.0, 2.0], dims="party"), 1.0)
    with pytest.raises(WerkzorgError) as caught:
        population_size(1, 1, 0.1, discounting="weekly")
    assert "yearly, continuous" in caught.value.render("en")
