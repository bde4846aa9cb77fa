"""What holds for every choice: value of knowing, acceptability, discounting, steps of time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import test_properties_of_pilots as table
import xarray as xr
from any_pilot import seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.decision import acceptability, benefit_of_increment, best_arm, expected_loss
from werkzorg.appraisal.information import evpi, evppi
from werkzorg.appraisal.population import population_size
from werkzorg.appraisal.value import present_value
from werkzorg.projection.multistate import Transition, exclusive, propagate

SOME = settings(max_examples=25, deadline=None, derandomize=True)

PARTIES = ("municipality", "insurer", "client", "society")


def any_benefit(seed, arms, draws=60):
    values = np.random.default_rng(seed).normal(size=(draws, arms)) * 100
    return xr.DataArray(values, dims=("draw", "arm"), coords={"arm": [f"arm{k}" for k in range(arms)]})


# Value of knowing


def test_knowing_more_is_worth_more_up_to_knowing_all_for_every_party(posterior, drechtsteden, steps):
    """On the draws of the pilot itself, with the parameters that matter."""
    net = steps(drechtsteden, posterior).appraisal["net"].sel(horizon=60, view="society", drop=True)
    benefit = benefit_of_increment(net.sel(party=list(PARTIES)).transpose("draw", "party"))
    names = ["p_logrr_programme_nl", "p_job_survival_weibull_scale", "p_log_ggz_cost_ratio_work"]
    known = xr.DataArray(
        np.stack([posterior[name].values for name in names], axis=1), dims=("draw", "parameter"),
        coords={"parameter": names, "draw": posterior["draw"].values},
    )  # fmt: skip
    found = evppi(benefit, known, {str(k): names[:k] for k in (1, 2, 3)}, method="spline")
    value, error = (found[name].transpose("group", "party").values for name in ("value", "standard_error"))
    assert (value >= 0).all()
    assert (value <= evpi(benefit)["value"].sel(party=list(PARTIES)).values + 1e-9).all()
    # Within the stated errors of both.
    assert (np.diff(value, axis=0) >= -3 * np.hypot(error[1:], error[:-1]) - 1e-9).all()


@SOME
@given(seed=seeds, arms=st.integers(2, 4), shift=st.floats(-1e4, 1e4))
def test_the_same_amount_for_each_arm_and_other_names_change_no_decision(seed, arms, shift):
    benefit = any_benefit(seed, arms)
    rng = np.random.default_rng(seed)
    names = {f"arm{k}": f"n{k}" for k in rng.permutation(arms)}
    amount = shift * xr.DataArray(rng.normal(size=benefit.sizes["draw"]), dims="draw")
    other = (benefit + amount).assign_coords(arm=[names[name] for name in benefit["arm"].values])
    other = other.isel(arm=rng.permutation(arms), draw=rng.permutation(benefit.sizes["draw"]))
    back = {new: old for old, new in names.items()}
    found = acceptability(other)
    for new in found["arm"].values.tolist():
        assert found.sel(arm=new).item() == acceptability(benefit).sel(arm=back[new]).item()
    assert back[str(best_arm(other.mean("draw")).item())] == str(best_arm(benefit.mean("draw")).item())
    assert evpi(other)["value"].item() == pytest.approx(evpi(benefit)["value"].item(), abs=1e-7)


@SOME
@given(seed=seeds, arms=st.integers(2, 4), copies=st.integers(1, 3))
def test_duplicates_share_their_chance_and_add_no_value(seed, arms, copies):
    benefit = any_benefit(seed, arms)
    more = [benefit.sel(arm=["arm0"]).assign_coords(arm=[f"copy{k}"]) for k in range(copies)]
    double = xr.concat([benefit, *more], dim="arm")
    assert evpi(double)["value"].item() == pytest.approx(evpi(benefit)["value"].item(), abs=1e-10)
    same = acceptability(double).sel(arm=["arm0", *(f"copy{k}" for k in range(copies))])
    assert same.sum().item() == pytest.approx(acceptability(benefit).sel(arm="arm0").item(), abs=1e-12)
    assert np.ptp(same.values) == 0


@SOME
@given(seed=seeds, arms=st.integers(2, 4))
def test_deviations_to_nothing_leave_nothing_to_know(seed, arms):
    benefit = any_benefit(seed, arms)
    mean = benefit.mean("draw")
    values = [evpi(mean + shrink * (benefit - mean))["value"].item() for shrink in (1.0, 0.5, 0.1, 0.0)]
    assert values == sorted(values, reverse=True) and values[-1] == 0
    sure = mean.expand_dims(draw=5)
    assert set(acceptability(sure).values.tolist()) == {0.0, 1.0}
    assert expected_loss(sure).min().item() == 0


# Discounting


@SOME
@given(seed=seeds, rates=st.lists(st.floats(0, 0.2), min_size=1, max_size=4), years=st.integers(1, 10))
def test_a_vector_of_rates_is_a_loop_and_rate_nothing_the_plain_sum(seed, rates, years):
    rng = np.random.default_rng(seed)
    flow = xr.DataArray(np.concatenate([[0.0], rng.normal(size=12 * years)]), dims="month")
    assert present_value(flow, 0.0, 12 * years).item() == pytest.approx(flow.sum().item(), abs=1e-10)
    people = population_size(100.0, float(years), xr.DataArray(rates, dims="rate"))
    assert people.values.tolist() == [population_size(100.0, float(years), rate).item() for rate in rates]
    assert population_size(100.0, float(years), 0.0).item() == pytest.approx(100 * years, rel=1e-14)
    # More discounting never makes a positive series worth more.
    worth = [present_value(abs(flow), rate, 12 * years).item() for rate in sorted(rates)]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(worth))


# Steps of time


@SOME
@given(out=st.floats(0.01, 2), back=st.floats(0.01, 2), years=st.integers(1, 5))
def test_finer_steps_tend_to_the_closed_form(out, back, years):
    """Two states with constant hazards: the share in the second is (1 - exp(-(a + b) t)) a / (a + b)."""
    exact = out / (out + back) * -np.expm1(-(out + back) * years)
    errors = []
    for steps in (1, 12, 144):
        moves = [
            Transition("a", "b", "go", -np.expm1(-out / steps)),
            Transition("b", "a", "return", -np.expm1(-back / steps)),
        ]
        share = propagate("ab", {"a": 1.0}, moves, cycles=steps * years).occupancy.values.reshape(-1, 2)[-1, 1]
        errors.append(abs(share - exact))
    # First order: twelve times finer, about twelve times closer; three is far from chance.
    assert errors[2] < errors[1] / 3 + 1e-9 and errors[1] < errors[0] / 3 + 1e-6


@SOME
@given(hazards=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)), years=st.integers(1, 4))
def test_monthly_and_yearly_steps_agree_after_conversion(hazards, years):
    """Two ways out of one state, from hazards: a year is twelve months, at every whole year."""
    total = sum(hazards)

    def shares(steps):
        leave = [h / total * -np.expm1(-total / steps) for h in hazards]
        moves = [Transition("in", name, name, p) for name, p in zip(("one", "two"), exclusive(*leave), strict=True)]
        found = propagate(("in", "one", "two"), {"in": 1.0}, moves, cycles=steps * years).occupancy.values
        return found.reshape(-1, 3)[::steps]

    np.testing.assert_allclose(shares(12), shares(1), atol=1e-13)


def test_every_property_of_the_table_has_its_test():
    folder = Path(__file__).parent
    rows = [line for line in table.__doc__.splitlines() if line.startswith("| ") and "`" in line]
    assert len(rows) > 20
    for row in rows:
        for name in row.split("`")[1::2]:
            if name.startswith("test_") and not name.endswith(".py"):
                other = (
                    row.split("`")[1]
                    if row.split("`")[1].endswith(".py")
                    else "tests/properties/test_properties_of_pilots.py"
                )
                assert f"def {name}(" in (folder.parents[1] / other).read_text(encoding="utf8"), name
            else:
                path = folder / name if "/" not in name else folder.parents[1] / name
                assert path.exists(), name
