"""The before-after change of care cost: causes add up, each does what it says, the total is what the ledger has."""

from __future__ import annotations

import numpy as np
import pytest

from werkzorg.ledger.care_change import CAUSES, split_change
from werkzorg.projection.care import in_care
from werkzorg.projection.trajectory import project

CENT = 1e-8
"""EUR per participant and year, of some thousands."""


@pytest.fixture(scope="module")
def change(made):
    return split_change(made.trajectory, 40)


def test_causes_add_up_to_the_total(change):
    assert tuple(change["cause"].values) == CAUSES
    np.testing.assert_allclose(change["change"].sum("cause"), change["total"], atol=CENT)


def test_total_is_the_second_year_of_the_ledger_less_the_level_at_enrolment(change, made):
    entries = made.ledger["entry_year"].sel(arm="programme", year=2, entry=["ggz_outpatient", "ggz_admission"])
    second = entries.sum("entry").values
    np.testing.assert_allclose(change["before"] + change["total"], second, rtol=1e-12)


def test_planned_end_and_regression_have_the_closed_form_when_nobody_works(drechtsteden, few):
    idle = few.assign({"p_baseline_entry_hazard": few["p_baseline_entry_hazard"] * 1e-15})
    found = split_change(project(drechtsteden, idle), 40)
    # A hazard of 1e-17 a month: nobody works.
    np.testing.assert_allclose(found["change"].sel(cause=["crisis_at_start", "work"]), 0, atol=CENT)
    # With one group and nothing but planned end, cost falls to the mean share in care of months 13 to 24.
    one = idle.assign({"care.severe_share": idle["care.severe_share"] * 0 + 1.0})
    found = split_change(project(drechtsteden, one), 40)
    share = in_care(one["p_leave_care_epa"].values, one["care.return_year"].values, 24)[:, 13:].mean(axis=1)
    np.testing.assert_allclose(found["change"].sel(cause="planned_end"), found["before"] * (share - 1), atol=CENT)


def test_regression_and_planned_end_do_not_depend_on_the_programme(drechtsteden, few, change):
    more = few.assign({"p_logrr_programme_nl": few["p_logrr_programme_nl"] + 0.5})
    found = split_change(project(drechtsteden, more), 40)["change"]
    same = ["planned_end", "regression_to_mean"]
    np.testing.assert_allclose(found.sel(cause=same), change["change"].sel(cause=same), atol=CENT)
    assert (np.abs(found.sel(cause="work") - change["change"].sel(cause="work")) > 0.1).all()


def test_without_effect_of_work_on_care_the_cause_work_is_nil(drechtsteden, few):
    null = few.assign({name: few[name] * 0 for name in ("p_log_ggz_cost_ratio_work", "p_logor_admission_in_work")})
    found = split_change(project(drechtsteden, null), 40)["change"]
    np.testing.assert_allclose(found.sel(cause="work"), 0, atol=CENT)
    assert (np.abs(found.sel(cause="crisis_at_start")) > 0.1).any()


def test_a_horizon_of_one_year_gives_the_same_split(drechtsteden, few, change):
    short = drechtsteden.model_copy(update={"horizon_months": 12, "main_horizon_months": 12})
    found = split_change(project(short, few), 40)
    np.testing.assert_allclose(found["change"], change["change"], atol=CENT)
