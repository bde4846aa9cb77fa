"""The trajectory as a whole: what it promises, no effect, labels of draws."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from werkzorg.contract import STATES
from werkzorg.inference.transitions import CHAIN, programme_without_effect
from werkzorg.projection.trajectory import TRAJECTORY, project

ROUNDING = 1e-12
"""Shares, sums over at most 120 months and 128 profiles."""


def test_states_add_up_in_every_month_and_start_with_everybody_searching(made):
    occupancy = made.trajectory["occupancy"]
    assert occupancy.sum("state").values == pytest.approx(1.0, abs=ROUNDING)
    assert (occupancy >= -ROUNDING).all()
    assert (occupancy.sel(month=0, state="searching") == 1).all()
    assert (occupancy.sel(arm="without", state="left") == 0).all()


def test_at_work_is_the_two_states_of_work(made):
    both = made.trajectory["occupancy"].sel(state=["work_supplement", "work_off"]).sum("state")
    xr.testing.assert_allclose(both, made.trajectory["at_work"].sum("tenure"), atol=ROUNDING)
    assert (made.trajectory["coached"].sum("tenure") <= both + ROUNDING).all()


def test_without_effect_states_differ_in_searching_and_left_only(drechtsteden, few):
    null = programme_without_effect({name: few[name].values for name in CHAIN})
    trajectory = project(drechtsteden, few.assign({name: ("draw", values) for name, values in null.items()}))
    programme, without = (trajectory.sel(arm=arm) for arm in ("programme", "without"))
    for state in STATES[1:4]:
        np.testing.assert_allclose(
            programme["occupancy"].sel(state=state), without["occupancy"].sel(state=state), atol=ROUNDING, rtol=0
        )
    for name in ("at_work", "job_starts", "first_jobs", "outpatient", "episodes", "crisis", "wmo_hours"):
        # Outpatient months can be some hundredths above one, hours about 8: rounding grows along.
        np.testing.assert_allclose(programme[name], without[name], atol=10 * ROUNDING, rtol=0)
    assert float(programme["occupancy"].sel(state="left", month=30).min()) > 0.1


@pytest.mark.parametrize("chosen", [[7, 2, 11, 0], [5], slice(None, None, 3)])
def test_a_draw_is_the_same_alone_and_in_any_order(drechtsteden, few, made, chosen):
    some, every = project(drechtsteden, few.isel(draw=chosen)), made.trajectory.isel(draw=chosen)
    for name in every.data_vars:
        np.testing.assert_array_equal(some[name].values, every[name].values, err_msg=name)


def test_every_parameter_of_the_posterior_comes_along_for_its_own_draw(few, made):
    for name in few.data_vars:
        assert (made.trajectory[name].values == few[name].values).all()


def test_contract_refuses_a_trajectory_that_lacks_a_state(made):
    with pytest.raises(ValueError, match="state"):
        TRAJECTORY.check(made.trajectory.isel(state=slice(0, 4)))
    with pytest.raises(ValueError, match="missing"):
        TRAJECTORY.check(made.trajectory.drop_vars("crisis"))
    with pytest.raises(ValueError, match="finite"):
        TRAJECTORY.check(made.trajectory.assign(crisis=made.trajectory["crisis"] * np.nan))
