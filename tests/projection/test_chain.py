"""The chain of both arms: no effect, the likelihood's states, the micro-simulation of the forecast, monotonicity."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from werkzorg.contract import TENURE
from werkzorg.inference.counts import STATES, state_shares
from werkzorg.inference.forecast import forecast
from werkzorg.inference.transitions import ON_LOG_SCALE, PARAMETERS, programme_without_effect
from werkzorg.projection.chain import ENGINE_STATES, FIRST_JOBS, JOB_STARTS, follow_arms

ROUNDING = 1e-12
"""Sums of products of shares over at most ten years; a slip of a month changes shares by more than 1e-4."""

SUPPORTED = ["search_first", "search_next"]


@pytest.fixture(scope="module")
def theta(few):
    return {name: few[name].values for name in few.data_vars}


def test_without_effect_arms_differ_in_nothing_but_support(theta):
    arms = follow_arms(programme_without_effect(theta), 120)
    programme, without = (arms.sel(arm=name) for name in ("programme", "without"))
    at_work = arms["banded"].sum("clocked_state")
    np.testing.assert_allclose(at_work.sel(arm="programme"), at_work.sel(arm="without"), atol=ROUNDING, rtol=0)
    for which in ("first", "next"):
        together = programme.occupancy.sel(state=[f"search_{which}", f"alone_{which}"]).sum("state")
        np.testing.assert_allclose(together, without.occupancy.sel(state=f"alone_{which}"), atol=ROUNDING, rtol=0)
    for names in (FIRST_JOBS, JOB_STARTS):
        starts = arms["moves"].sel(transition=list(names)).sum("transition")
        np.testing.assert_allclose(starts.sel(arm="programme"), starts.sel(arm="without"), atol=ROUNDING, rtol=0)


def test_with_effect_arms_do_differ(theta):
    at_work = follow_arms(theta, 24)["banded"].sum(("clocked_state", "band")).isel(cycle=12)
    assert (np.abs(at_work.sel(arm="programme") - at_work.sel(arm="without")) > 1e-3).all()


def test_without_the_programme_nobody_is_ever_supported(theta):
    without = follow_arms(theta, 60)["occupancy"].sel(arm="without", state=[*SUPPORTED, "job"])
    assert without.values.max() == 0.0


def test_support_is_over_for_everybody_after_its_months(theta):
    arms = follow_arms(theta | {"programme.support_months": np.full(12, 20.0)}, 30)
    supported = arms["occupancy"].sel(arm="programme", state=[*SUPPORTED, "job"]).sum("state")
    assert (supported.isel(cycle=20) > 0.05).all()
    # Who loses the job in the last month searches one month more with support before it ends.
    assert supported.isel(cycle=slice(22, None)).values.max() == 0.0


def test_likelihood_of_the_counts_knows_the_same_states(theta):
    """The chain of the counts likelihood is the supported part of the programme arm while support lasts."""
    months = 11
    assert theta["programme.support_months"].min() > months
    occupancy = follow_arms(theta, months)["occupancy"].sel(arm="programme")
    working = occupancy.sel(state="job").values
    searching = occupancy.sel(state=SUPPORTED).sum("state").values
    z = np.stack([theta[name] if name in ON_LOG_SCALE else np.log(theta[name]) for name in PARAMETERS], axis=1)
    for draw in range(len(z)):
        shares = state_shares(z[draw], months)[:, :, 0]
        np.testing.assert_allclose(shares[:, STATES.index("searching")], searching[draw], atol=ROUNDING, rtol=0)
        np.testing.assert_allclose(shares[:, STATES.index("working")], working[draw], atol=ROUNDING, rtol=0)
        np.testing.assert_allclose(
            shares[:, STATES.index("left")], 1 - searching[draw] - working[draw], atol=ROUNDING, rtol=0
        )


@pytest.mark.parametrize("months", [10, 30])
def test_cohort_agrees_with_the_simulation_of_persons(drechtsteden, sampled, months):
    """One draw repeated: the mean number of simulated people placed and at work is that of the cohort."""
    repeats = 1500
    one = sampled.isel(draw=np.full(repeats, 5)).assign_coords(draw=np.arange(repeats))
    end = drechtsteden.start + timedelta(days=months * 365.2425 / 12)
    # Everybody enrols on the first day, and nobody was counted.
    pilot = drechtsteden.model_copy(
        update={"snapshots": (), "enrolment_closes": drechtsteden.start, "end": end, "criterion": None}
    )
    numbers = forecast(pilot, one, seed=3)
    arms = follow_arms({name: sampled[name].values[5:6] for name in sampled.data_vars}, months + 1).sel(arm="programme")
    # The end is a rounded day: up to half a day of a month more or less, so the month is weighted by that part.
    exact = (end - drechtsteden.start).days / (365.2425 / 12)
    weights = {int(np.floor(exact)): 1 - exact % 1, int(np.floor(exact)) + 1: exact % 1}
    ever = arms["moves"].sel(transition=list(FIRST_JOBS)).sum("transition").cumsum("cycle").isel(draw=0)
    working = arms["occupancy"].sel(state=["job", "job_alone"]).sum("state").isel(draw=0)
    for found, share in ((numbers["placed"], ever), (numbers["working"], working)):
        expected = sum(float(share.sel(cycle=month)) * weight for month, weight in weights.items())
        error = np.sqrt(expected * (1 - expected) / (40 * repeats))
        # Four standard errors of 60,000 simulated persons: below 0.008; a month's slip in the entry is 0.02 or more.
        assert float(found.mean()) / 40 == pytest.approx(expected, abs=4 * error)


def months_worked(theta, arm):
    return follow_arms(theta, 60)["banded"].sel(arm=arm).sum(("clocked_state", "band", "cycle")).values


@pytest.mark.parametrize(
    ("name", "step", "sign"),
    [
        ("p_baseline_entry_hazard", 0.002, 1),
        ("p_dropout_hazard", 0.01, -1),
        ("p_job_survival_weibull_scale", 2.0, 1),
        ("p_reentry_after_loss", 0.02, 1),
        ("programme.support_months", 6.0, 1),
    ],
)
def test_months_worked_with_the_programme_move_the_right_way(theta, name, step, sign):
    before, after = (months_worked(values, "programme") for values in (theta, theta | {name: theta[name] + step}))
    assert (sign * (after - before) > 0).all()


def test_more_effect_gives_more_extra_months_worked(theta):
    # The evidence on next jobs is about people with support, so a stronger effect means weaker chances without it, also
    # after the programme: extra months must rise, months worked need not.
    extra = [
        months_worked(values, "programme") - months_worked(values, "without")
        for values in (theta, theta | {"p_logrr_programme_nl": theta["p_logrr_programme_nl"] + 0.2})
    ]
    assert (extra[1] > extra[0]).all()


def test_longer_retention_without_coach_hurts_only_who_has_none(theta):
    """`p_hr_coach_retention` is the ratio with over without coach: it changes the job loss of those without."""
    better = theta | {"p_hr_coach_retention": theta["p_hr_coach_retention"] / 2}
    arms = [follow_arms(values, 11) for values in (theta, better)]
    supported = [a["occupancy"].sel(arm="programme", state="job").values for a in arms]
    np.testing.assert_allclose(supported[0], supported[1], atol=ROUNDING, rtol=0)
    alone = [a["occupancy"].sel(arm="without", state="job_alone").isel(cycle=11).values for a in arms]
    assert (alone[1] < alone[0]).all()


def test_bands_of_time_in_the_job_hold_everybody_at_work(theta):
    arms = follow_arms(theta, 60)
    assert tuple(arms["band"].values) == TENURE
    assert tuple(arms["state"].values) == ENGINE_STATES
    together = arms["occupancy"].sel(state=["job", "job_alone"]).values
    np.testing.assert_allclose(arms["banded"].sum("band").values, together, atol=ROUNDING, rtol=0)
