"""The observed change of care cost in parts: they add up in every draw, and each cause does what it says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import xarray as xr

from werkzorg.inference.chances import reversion, still_in_care
from werkzorg.inference.record_data import WORK_STEPS, CareChange, Share
from werkzorg.ledger.decomposition import CAUSES, decompose
from werkzorg.params.pilots import load_pilot

DRAWS = 50
CENT = 1e-9
"""EUR per participant and year, of some thousands."""

NEEDED = {
    "p_log_ggz_cost_ratio_work": -0.2, "care.work_selection": -0.1, "care.trend_year": 0.02,
    "p_log_rtm_ggz_cost": -0.5, "care.reversion_left": 0.5, "p_leave_care_epa": 0.15, "p_leave_care_cmd": 0.4,
    "care.return_year": 0.1, "p_logor_admission_in_work": -0.2, "care.admission_year_severe": 0.12,
    "care.admission_year_common": 0.02, "p_crisis_first_quarter": 0.06, "ggz.crisis_admission": 9000.0,
}  # fmt: skip


def posterior(**fixed):
    rng = np.random.default_rng(5)
    noise = {name: value * (1 + 0.1 * rng.standard_normal(DRAWS)) for name, value in NEEDED.items()}
    noise |= {name: np.full(DRAWS, value) for name, value in fixed.items()}
    return xr.Dataset({name: ("draw", values) for name, values in noise.items()})


def change(**other):
    shares = np.zeros((2, len(WORK_STEPS)))
    shares[:, 0], shares[0, 3], shares[1, 6] = 0.7, 0.3, 0.3
    plain = CareChange(
        persons=40, year=2, before=5120.0, after=3010.0, outpatient=4600.0, episodes=True, base=200.0, dominated=False,
        weight=np.array([0.5, 0.5]), shares=shares, mean_share=shares @ WORK_STEPS, fresh=0.05,
    )  # fmt: skip
    return dataclasses.replace(plain, **other)


class Records:
    """The part of reduced records that a split needs."""

    class simple:
        severe = Share(24.0, 40.0)

    def __init__(self, seen):
        self.change = {"programme": seen}


@pytest.fixture(scope="module")
def pilot():
    return load_pilot("voorbeeld")


def parts(pilot, seen=None, **fixed):
    return decompose(pilot, Records(seen or change()), posterior(**fixed))


def test_parts_add_up_to_the_rounded_change_in_every_draw(pilot):
    found = parts(pilot)
    assert tuple(found["cause"].values) == CAUSES
    assert (found.attrs["before"], found.attrs["after"]) == (5200.0, 3000.0)
    np.testing.assert_allclose(found["part"].sum("cause"), -2200.0, atol=CENT)
    assert (found["part"].std("draw") > 0).all()


def test_without_effects_all_is_chance(pilot):
    nil = dict.fromkeys(("p_log_ggz_cost_ratio_work", "care.work_selection", "care.trend_year"), 0.0)
    nil |= {"p_logor_admission_in_work": 0.0, "p_leave_care_epa": 1e-12, "p_leave_care_cmd": 1e-12}
    found = parts(pilot, change(fresh=0.0), **nil, p_log_rtm_ggz_cost=2.0)  # a rise is no regression to the mean
    np.testing.assert_allclose(found["part"].drop_sel(cause="chance"), 0.0, atol=1e-6)
    np.testing.assert_allclose(found["part"].sel(cause="chance"), -2200.0, atol=1e-6)


def test_one_cause_alone_has_its_closed_form(pilot):
    nil = dict.fromkeys(("care.work_selection", "care.trend_year", "p_logor_admission_in_work"), 0.0)
    nil |= {"p_leave_care_epa": 1e-12, "p_leave_care_cmd": 1e-12, "p_log_rtm_ggz_cost": 2.0}
    seen = change(episodes=False, outpatient=5120.0)
    found = parts(pilot, seen, **nil, p_log_ggz_cost_ratio_work=-0.4)
    # Three tenths of the cost is of people in work for half of the first and all of the second half year.
    factor = 0.7 + 0.3 * (np.exp(-0.2) + np.exp(-0.4)) / 2
    np.testing.assert_allclose(found["part"].sel(cause="work"), 5200 * (factor - 1), rtol=1e-9)
    found = parts(pilot, seen, **(nil | {"p_log_rtm_ggz_cost": -0.5, "care.reversion_left": 0.5}),
                  p_log_ggz_cost_ratio_work=0.0)  # fmt: skip
    come = [np.mean([reversion(0.5, month / 12) for month in range(first, first + 6)]) for first in (13, 19)]
    # A fall of a half lies ten widths below the rounded corner: 2e-6 from the straight line.
    np.testing.assert_allclose(
        found["part"].sel(cause="regression_to_mean"), 5200 * (np.exp(-0.5 * np.array(come)).mean() - 1), rtol=1e-5
    )


def test_planned_end_counts_those_still_in_care(pilot):
    nil = dict.fromkeys(("care.work_selection", "care.trend_year", "p_log_ggz_cost_ratio_work"), 0.0)
    found = parts(pilot, change(episodes=False, outpatient=5120.0), **nil, p_log_rtm_ggz_cost=0.9,
                  p_leave_care_epa=0.2, p_leave_care_cmd=0.2, **{"care.return_year": 0.1})  # fmt: skip
    still = np.mean([still_in_care(0.2, 0.1, month) for month in (15.0, 21.0)])
    np.testing.assert_allclose(found["part"].sel(cause="planned_end"), 5200 * (still - 1), rtol=1e-9)


def test_at_the_tipping_point_work_has_no_part(pilot):
    found = parts(pilot)
    needed = np.log1p(found["needed"].sel(tipping="selection").values)
    drawn = posterior()
    np.testing.assert_allclose(needed, drawn["care.work_selection"] + drawn["p_log_ggz_cost_ratio_work"], atol=1e-12)
    # More of a fall by itself is needed than is estimated, because work saves.
    assert (found["needed"] < found["assumed"]).all()
    assert ((found["thought"] > 0) & (found["thought"] < 1)).all()


@pytest.mark.parametrize("other", [{"persons": 9}, {"dominated": True}, {"before": 0.0}])
def test_nothing_is_split_that_may_not_be_shown(pilot, other):
    assert parts(pilot, change(**other)) is None
