"""The likelihood of counts: closed forms, derivatives, an independent simulation, and what it must not do."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.inference.counts import STATES, count_data, enrolment_weights, log_likelihood, state_shares
from werkzorg.inference.transitions import EARLY_MONTHS, PARAMETERS, RATIO_MONTHS, entry_hazards
from werkzorg.params.pilots import load_pilot

TYPICAL = np.log([0.008, 1.5, 1.65, 0.37, 0.025, 0.83, 14.0, 0.08, 0.013])
ROUNDING = 1e-12
"""Sums of at most a few hundred products of shares; a slip of one month changes shares by more than 1e-3."""


def with_values(**changes: float) -> np.ndarray:
    z = TYPICAL.copy()
    for name, value in changes.items():
        z[PARAMETERS.index(name)] = np.log(value)
    return z


def test_nothing_happens_at_vanishing_hazards():
    z = with_values(**{"p_baseline_entry_hazard": 1e-30, "p_dropout_hazard": 1e-30, "exit_other.month": 1e-30})
    shares = state_shares(z, 12)[:, :, 0]
    assert shares[:, STATES.index("searching")] == pytest.approx(1.0, abs=ROUNDING)


def test_share_ever_leaving_search_is_geometric_when_jobs_never_end_and_nobody_leaves():
    # A Weibull scale of 1e9 months: no job ends within a year (chance below 1e-7).
    z = with_values(**{"p_job_survival_weibull_scale": 1e9, "p_dropout_hazard": 1e-30, "exit_other.month": 1e-30})
    theta = {name: np.exp(z[i]) for i, name in enumerate(PARAMETERS)}
    theta["p_selection_shift"], theta["p_logrr_programme_nl"] = z[1], z[2]
    hazards = entry_hazards(theta)
    months = np.arange(13)
    total = hazards["early"] * np.minimum(months, EARLY_MONTHS) + hazards["late"] * np.maximum(months - EARLY_MONTHS, 0)
    working = state_shares(z, 12)[:, STATES.index("working"), 0]
    # Tolerance: the chance that a job ends after all, see above.
    assert working == pytest.approx(1 - np.exp(-total), abs=1e-6)


def test_first_job_survives_as_weibull():
    # Everyone starts in month 1 (hazard huge), nobody finds a next job, nobody leaves.
    z = with_values(
        **{"p_baseline_entry_hazard": 1e6, "p_reentry_after_loss": 1e-30, "p_dropout_hazard": 1e-30}
        | {"exit_other.month": 1e-30}
    )
    shape, scale = np.exp(z[[5, 6]])
    working = state_shares(z, 24)[1:, STATES.index("working"), 0]
    assert working == pytest.approx(np.exp(-((np.arange(24) / scale) ** shape)), abs=ROUNDING)


def test_early_hazard_gives_the_risk_ratio_over_its_follow_up():
    theta = {"p_baseline_entry_hazard": 0.01, "p_selection_shift": 0.3, "p_logrr_programme_nl": 0.5}
    theta |= {"p_programme_entry_hazard_late_ratio": 0.4, "p_reentry_after_loss": 0.08}
    hazards = entry_hazards({name: np.array(value) for name, value in theta.items()})
    cumulative = EARLY_MONTHS * hazards["early"] + (RATIO_MONTHS - EARLY_MONTHS) * hazards["late"]
    assert cumulative / (RATIO_MONTHS * hazards["alone"]) == pytest.approx(np.exp(0.5), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1.0, 1.0), min_size=9, max_size=9), st.integers(1, 30))
def test_shares_are_shares_and_their_derivatives_are_right(shift, months):
    z = TYPICAL + 0.7 * np.array(shift)
    shares = state_shares(z, months)
    assert shares[:, :, 0].sum(axis=1) == pytest.approx(1.0, abs=ROUNDING)
    assert (shares[:, :, 0] >= -ROUNDING).all()
    assert abs(shares[:, :, 1:].sum(axis=1)).max() < 1e-10  # shares add up to one whatever the parameters
    step = 1e-6
    for i in range(9):
        up, down = z.copy(), z.copy()
        up[i], down[i] = z[i] + step, z[i] - step
        numeric = (state_shares(up, months)[:, :, 0] - state_shares(down, months)[:, :, 0]) / (2 * step)
        # Central differences: error of order step^2 plus rounding/step, both below 1e-8; a wrong term shows at 1e-3.
        assert shares[:, :, 1 + i] == pytest.approx(numeric, abs=1e-7)


def test_plain_simulation_agrees():
    """A second, independent way to the same shares: people simulated one by one, written without the module."""
    rng = np.random.default_rng(5)
    base, shift, ratio, late, drop, shape, scale, again, other = np.exp(TYPICAL)
    early = base * shift * ratio * 24 / (9 + 15 * late)
    people, months = 40_000, 12
    counts = {"working": 0, "searching": 0, "left": 0}
    for _ in range(people):
        state, age, had_job = "searching", 0, False
        for month in range(months):
            if state == "left":
                break
            if state == "searching":
                hazard = again if had_job else early if month < 9 else early * late
                if rng.random() < 1 - np.exp(-other):
                    state = "left"
                elif rng.random() < 1 - np.exp(-hazard):
                    state, age, had_job = "working", 0, True
                elif rng.random() < 1 - np.exp(-drop):
                    state = "left"
            else:
                loss = ((age + 1) / scale) ** shape - (age / scale) ** shape
                if rng.random() < 1 - np.exp(-loss):
                    state = "searching"
                elif rng.random() < 1 - np.exp(-drop):
                    state = "left"
                else:
                    age += 1
        counts[state] += 1
    expected = state_shares(TYPICAL, months)[-1, :, 0]
    for i, state in enumerate(STATES):
        # Four standard errors of a share of 40,000 people; a month's shift moves each share by about ten of them.
        assert counts[state] / people == pytest.approx(expected[i], abs=4 * np.sqrt(0.25 / people))


def test_enrolment_weights_integrate_to_the_mean_exposure():
    weights = enrolment_weights([(0.0, 6.0, 29)], 6.0)
    assert weights.sum() == pytest.approx(1.0, abs=ROUNDING)
    assert weights @ np.arange(len(weights)) == pytest.approx(3.0, abs=ROUNDING)  # uniform over six months: three
    late = enrolment_weights([(0.0, 2.0, 10), (2.0, 6.0, 30)], 7.5)
    # Means of the two waves: 6.5 months (10 people) and 3.5 months (30 people).
    assert late @ np.arange(len(late)) == pytest.approx((10 * 6.5 + 30 * 3.5) / 40, abs=ROUNDING)
    same_day = enrolment_weights([(0.0, 0.0, 5)], 4.25)
    assert same_day @ np.arange(len(same_day)) == pytest.approx(4.25, abs=ROUNDING)


def test_log_likelihood_is_a_multinomial_without_unknowns():
    weights = np.tile(enrolment_weights([(0.0, 6.0, 1)], 6.0), (3, 1))
    counts = np.array([10.0, 17.0, 2.0])
    value, gradient = log_likelihood(TYPICAL, weights, np.eye(3), counts)
    shares = weights[0] @ state_shares(TYPICAL, weights.shape[1] - 1)[:, :, 0]
    assert value == pytest.approx(float(counts @ np.log(shares)), rel=1e-12)
    moved = TYPICAL.copy()
    moved[0] += 1e-6
    numeric = (log_likelihood(moved, weights, np.eye(3), counts)[0] - value) / 1e-6
    assert gradient[0] == pytest.approx(numeric, rel=1e-4)  # one-sided difference: error of order 1e-6


def test_people_who_may_be_anywhere_say_nothing():
    weights = np.tile(enrolment_weights([(0.0, 6.0, 1)], 6.0), (1, 1))
    value, gradient = log_likelihood(TYPICAL, weights, np.ones((1, 3)), np.array([7.0]))
    assert value == pytest.approx(0.0, abs=ROUNDING)
    assert gradient == pytest.approx(np.zeros(9), abs=1e-10)


def test_rows_of_drechtsteden():
    data = count_data(load_pilot("drechtsteden"))
    assert data.counts.tolist() == [10, 17, 0, 2]
    assert data.mask.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1]]
    assert data.applying == (4.0, 13.0)
    assert data.observed == 27
    # 29 June 2018 lies 5.88 months after the start: mean exposure is half of that.
    assert data.weights[0] @ np.arange(data.weights.shape[1]) == pytest.approx(5.88 / 2, abs=0.005)


def test_two_counts_of_the_same_people_weigh_as_one():
    pilot = load_pilot("drechtsteden")
    last = pilot.snapshots[0]
    before = last.model_copy(update={"date": date(2018, 4, 1), "enrolled": 20, "working": 5, "in_mediation": 9})
    data = count_data(pilot.model_copy(update={"snapshots": (before, last)}))
    assert data.counts.sum() == pytest.approx(last.enrolled, rel=1e-12)
