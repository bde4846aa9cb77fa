"""Care: closed forms of its parts, and what may and may not differ between the arms."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.contract import ARMS, TENURE
from werkzorg.inference.chances import monthly_chance, quarterly_odds_changed
from werkzorg.projection.care import (
    cost_level,
    follow_care,
    in_care,
    regression_to_mean,
)

EXACT = 1e-12
"""Closed forms in doubles, rounding 1e-15 a step; the smallest slip (a month, a root) is above 1e-4."""

fractions = st.floats(0.01, 0.9)


@settings(max_examples=50, deadline=None)
@given(fractions, fractions, st.integers(1, 60))
def test_share_in_care_is_the_two_state_chain(leave_year, return_year, months):
    leave, back = 1 - (1 - leave_year) ** (1 / 12), 1 - (1 - return_year) ** (1 / 12)
    share = [1.0]
    for _ in range(months):
        share.append(share[-1] * (1 - leave) + (1 - share[-1]) * back)
    found = in_care(np.array([leave_year]), np.array([return_year]), months)
    assert found[0] == pytest.approx(share, abs=EXACT)


def test_without_return_the_yearly_chance_to_leave_holds_after_a_year():
    assert in_care(np.array([0.16]), np.array([0.0]), 12)[0, 12] == pytest.approx(0.84, abs=EXACT)


@given(fractions)
def test_twelve_monthly_chances_are_the_yearly_one(yearly):
    assert 1 - (1 - monthly_chance(np.array(yearly))) ** 12 == pytest.approx(yearly, abs=EXACT)


@settings(max_examples=50, deadline=None)
@given(st.floats(-1, 0.5), st.floats(0.05, 0.95), fractions, fractions)
def test_cost_after_a_year_is_the_evidence_over_the_share_in_care(change, correlation, leave, back):
    draws = {"p_log_rtm_ggz_cost": [change], "care.return_year": [back], "care.reversion_left": [correlation]}
    draws |= {"p_leave_care_epa": [leave], "p_leave_care_cmd": [0.4], "care.severe_share": [0.7]}
    draws = {name: np.array(values) for name, values in draws.items()}
    cost = regression_to_mean(draws, 36)[0]
    shares = [in_care(np.array([chance]), np.array([back]), 12)[0, 12] for chance in (leave, 0.4)]
    share = 0.7 * shares[0] + 0.3 * shares[1]
    assert cost[0] == 1.0
    # What planned end of treatment explains alone is not made up for by a rise; the corner is rounded off:
    # 1 / (1 + still / change)^20 in place of the lesser of both, with a twentieth as width on the log scale.
    assert cost[12] * share == pytest.approx(share * (1 + share**20 * np.exp(-20 * change)) ** -0.05, rel=EXACT)
    assert np.log(cost[12] * share / min(np.exp(change), share)) == pytest.approx(-0.0175, abs=0.0175)
    # After two years the log changes by 1 + r times that of the first, after three by 1 + r + r^2.
    assert np.log(cost[[24, 36]]) == pytest.approx(
        np.log(cost[12]) * np.array([1 + correlation, 1 + correlation + correlation**2]), abs=1e-10
    )


def test_quarterly_odds_ratio_of_one_changes_nothing_and_of_half_halves_the_odds():
    yearly = np.array([0.02, 0.126, 0.5])
    assert quarterly_odds_changed(yearly, np.ones(3)) == pytest.approx(yearly, abs=EXACT)
    halved = quarterly_odds_changed(yearly, np.full(3, 0.5))
    before, after = (1 - (1 - chance) ** 0.25 for chance in (yearly, halved))
    assert after / (1 - after) == pytest.approx(0.5 * before / (1 - before), rel=1e-10)


def test_cost_level_has_mean_one_and_the_spread_of_a_mean_of_persons():
    draws, sigma, persons = 200_000, 1.4, 40
    level = cost_level({"p_cost_sigma": np.full(draws, sigma)}, np.arange(draws), persons, seed=1)
    spread = np.sqrt(np.expm1(sigma**2) / persons)
    # Four standard errors of 200,000 draws: 0.0035 for the mean, 0.6% for the spread; a forgotten root is 150% off.
    assert level.mean() == pytest.approx(1.0, abs=4 * spread / np.sqrt(draws))
    assert level.std() == pytest.approx(spread, rel=0.01)
    alone = cost_level({"p_cost_sigma": np.full(draws, 0.5)}, np.arange(draws), 1, seed=1)
    assert alone.std() == pytest.approx(np.sqrt(np.expm1(0.25)), rel=0.01)


def test_cost_level_belongs_to_the_label_of_the_draw():
    sigma = np.linspace(1.2, 1.6, 50)
    all_of_them = cost_level({"p_cost_sigma": sigma}, np.arange(50), 40, seed=2)
    chosen = np.array([40, 3, 17])
    assert (cost_level({"p_cost_sigma": sigma[chosen]}, chosen, 40, seed=2) == all_of_them[chosen]).all()


@pytest.fixture(scope="module")
def draws(few):
    return {name: few[name].values for name in few.data_vars}


def at_work(share, months=36, band=6):
    """A constant share at work in one band of time in the job, only with the programme; nobody at work without."""
    values = np.zeros((2, 12, months + 1, len(TENURE)))
    values[0, :, 1:, TENURE.index(band)] = share
    coords = {"arm": list(ARMS), "draw": np.arange(12), "month": np.arange(months + 1), "tenure": list(TENURE)}
    return xr.DataArray(values, dims=("arm", "draw", "month", "tenure"), coords=coords)


def test_nobody_at_work_gives_equal_arms(draws):
    care = follow_care(draws, at_work(0.0), participants=40, seed=1)
    for name in ("outpatient", "episodes", "crisis", "wmo_hours"):
        assert (care[name].sel(arm="programme").values == care[name].sel(arm="without").values).all()
        assert (care[name].isel(month=0) == 0).all()
    assert (care["crisis"] == 0).all()


def test_effect_of_work_on_outpatient_care_is_its_ratio_in_months_worked(draws):
    care = follow_care(draws, at_work(0.4), participants=40, seed=1)["outpatient"].isel(month=slice(1, None))
    ratio = (care.sel(arm="programme") / care.sel(arm="without")).values
    expected = 1 + 0.4 * (np.exp(draws["p_log_ggz_cost_ratio_work"]) - 1)
    np.testing.assert_allclose(ratio, np.broadcast_to(expected[:, None, None], ratio.shape), rtol=EXACT)


def test_without_effects_of_work_only_the_start_of_a_job_changes_care(draws):
    names = ("p_log_ggz_cost_ratio_work", "p_logor_admission_in_work", "p_logor_wmo_in_work")
    null = draws | {name: np.zeros(12) for name in names}
    later = follow_care(null, at_work(0.4, band=6), participants=40, seed=1)
    start = follow_care(null, at_work(0.4, band=0), participants=40, seed=1)
    for name in ("outpatient", "wmo_hours"):
        for care in (later, start):
            np.testing.assert_allclose(care[name].sel(arm="programme"), care[name].sel(arm="without"), rtol=EXACT)
    np.testing.assert_allclose(later["episodes"].sel(arm="programme"), later["episodes"].sel(arm="without"), rtol=EXACT)
    # At the start: three months of the chance of a crisis add up to the chance of the quarter.
    programme = start["episodes"].sel(arm="programme").isel(month=5).values
    without = start["episodes"].sel(arm="without").isel(month=5).values
    monthly = (programme - 0.6 * without) / 0.4
    assert 1 - (1 - monthly) ** 3 == pytest.approx(draws["p_crisis_first_quarter"], rel=1e-10)


def test_wmo_hours_without_work_are_users_times_hours(draws):
    hours = follow_care(draws, at_work(0.4), participants=40, seed=1)["wmo_hours"].sel(arm="without", month=7).values
    assert hours == pytest.approx(draws["wmo.use_share"] * draws["wmo.hours_week"] * 52 / 12, rel=EXACT)


def test_everybody_in_care_at_enrolment_at_the_level_of_enrolment(draws):
    """Month 1 differs from enrolment by the exit and the regression of that one month only."""
    care = follow_care(draws, at_work(0.0), participants=40, seed=1)["outpatient"].sel(arm="without", month=1)
    level = cost_level(draws, np.arange(12), 40, 1)
    for group, leave, share in (
        ("severe", "p_leave_care_epa", draws["care.severe_share"]),
        ("common", "p_leave_care_cmd", 1 - draws["care.severe_share"]),
    ):
        present = (1 - draws[leave]) ** (1 / 12)
        cost = regression_to_mean(draws, 1)[:, 1]
        assert care.sel(group=group).values == pytest.approx(share * present * cost * level, rel=EXACT)
