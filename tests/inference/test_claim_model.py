"""An explained claim against closed forms, known answers, and what must hold for every claim."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.claim import CAUSES, explain_claim
from werkzorg.inference.claim_input import make_claim
from werkzorg.inference.claim_noise import large_group, simulate_chance, spread
from werkzorg.params import catalogue

KNOWN = catalogue()


def explain(seed=1, **fields):
    return explain_claim(make_claim(**({"placed": 50, "change": -0.4} | fields)), seed=seed)


def override(name, family, **params):
    source = {"title": "test"}
    return {"id": name, "distribution": {"name": family, **params}, "source": source, "status": "assumption"}


WORK, SELECTION, TREND, NATURAL = (-0.15, 0.12), (-0.10, 0.15), (0.0, 0.03), -0.35

STRAIGHT = KNOWN.with_overrides(
    [
        override("p_log_ggz_cost_ratio_work", "StudentT", nu=1e6, mu=WORK[0], sigma=WORK[1]),
        override("care.work_selection", "Normal", mu=SELECTION[0], sigma=SELECTION[1]),
        override("p_log_rtm_ggz_cost", "Normal", mu=NATURAL, sigma=1e-7),
        override("p_leave_care_epa", "Beta", alpha=1, beta=1e8),
        override("care.admission_year_severe", "Beta", alpha=1, beta=1e8),
        override("p_crisis_first_quarter", "Beta", alpha=1, beta=1e8),
        override("p_job_survival_weibull_scale", "LogNormal", mu=25, sigma=0.01),
        override("p_cost_sigma", "LogNormal", mu=-14, sigma=0.01),
    ]
)
"""Nobody leaves care or a job, no crisis, no spread: all is normal on the log scale, with a closed form."""


@pytest.mark.parametrize("surprise", [0.0, -0.3, 0.25])
def test_the_effect_of_work_has_the_posterior_of_a_normal_sum(surprise):
    """No surprise: the location stays that of the prior. A surprise is shared in proportion to the variances."""
    expected = NATURAL + WORK[0] + SELECTION[0] + TREND[0]
    claim = make_claim(placed=10, change=np.expm1(expected + surprise), diagnosis="severe")
    found = explain_claim(claim, STRAIGHT, seed=3)
    whole = WORK[1] ** 2 + SELECTION[1] ** 2 + TREND[1] ** 2
    share = WORK[1] ** 2 / whole
    mean, variance = WORK[0] + share * surprise, WORK[1] ** 2 * (1 - share)
    ratio = np.exp(mean + variance / 2)
    # Four Monte Carlo errors, some 0.003; leaving the claim out of the posterior shifts it by 0.1.
    assert found.work_effect.mean == pytest.approx(ratio - 1, abs=4 * found.work_effect.error)
    spread_ = ratio * np.sqrt(np.expm1(variance))
    # The standard deviation is known to 1/sqrt(2 ESS), here under 2%.
    assert found.work_effect.sd == pytest.approx(spread_, rel=0.04)
    selection, natural = found.tipping
    needed = expected + surprise - NATURAL - TREND[1] ** 2 / whole * surprise
    assert selection.needed.median == pytest.approx(np.expm1(needed), abs=0.003)
    # Seven widths below the rounded corner of "no rise": 5e-5 beyond the straight line.
    assert natural.assumed.mean == pytest.approx(np.expm1(NATURAL), abs=1e-4)
    chance = stats.norm.cdf(
        (needed - SELECTION[0]) / np.hypot(SELECTION[1], TREND[1] * np.sqrt(1 - TREND[1] ** 2 / whole))
    )
    assert selection.chance == pytest.approx(chance, abs=0.01)


def test_a_claim_without_spread_has_no_chance_in_it():
    found = explain_claim(make_claim(placed=10, change=-0.4, diagnosis="severe"), STRAIGHT, seed=3)
    assert np.abs(found.draws["part"].sel(cause="chance")).max() < 1e-4


def test_chance_vanishes_in_a_very_large_group():
    small, large = (explain(placed=n).parts["chance"].sd for n in (100, 1_000_000))
    # The spread of a mean falls a hundredfold; in the small group the claim itself already narrows it.
    assert large < 0.05 * small


@given(
    st.one_of(st.integers(1, 300), st.integers(1001, 100_000)),
    st.floats(-0.7, 0.5),
    st.integers(3, 30),
    st.one_of(st.none(), st.tuples(st.floats(-0.6, 0.3), st.integers(5, 300))),
    st.booleans(),
    st.sampled_from(["severe", "common", "mixed"]),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_parts_add_up_to_the_claim_in_every_draw(placed, change, months, comparison, crisis, diagnosis):
    fields = {"placed": placed, "change": change, "months": months, "after_crisis": crisis, "diagnosis": diagnosis}
    if comparison:
        fields |= {"comparison_change": comparison[0], "comparison": comparison[1]}
    try:
        found = explain(**fields)
    except WerkzorgError as error:
        # A claim that hardly ever happens in the model is refused, never split.
        assert error.exit_code == ExitCode.STATISTICS
        return
    whole = found.draws["part"].sum("cause")
    assert float(np.abs(whole - change).max()) <= 1e-9 * max(abs(change), 1.0)
    assert float(found.draws["weight"].sum()) == pytest.approx(1.0, abs=1e-12)
    assert sum(found.parts[cause].mean for cause in CAUSES) == pytest.approx(change, abs=1e-9)


def test_a_larger_fall_gives_more_to_work():
    means = [explain(placed=400, change=change).parts["work"].mean for change in (-0.1, -0.3, -0.5, -0.65)]
    # Same random numbers; steps are tenfold the Monte Carlo error of 0.001.
    assert all(later < earlier - 0.002 for earlier, later in pairwise(means))


def test_a_larger_fall_in_the_comparison_group_leaves_less_for_work():
    group = {"placed": 5000, "comparison": 5000, "randomised": True, "enrolled": 5000}
    means = [explain(comparison_change=change, **group).work_effect.mean for change in (-0.15, -0.3, -0.45)]
    assert means[0] < means[1] - 0.01 < means[2] - 0.02


def test_more_people_leave_less_uncertainty_about_work():
    spreads = [explain(placed=n, enrolled=n).work_effect.sd for n in (5, 50, 500, 50_000)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] < 0.9 * spreads[0]


@pytest.mark.golden
def test_equal_falls_in_a_large_lottery_leave_next_to_nothing_for_work():
    """Hotspotting (doi 10.1056/NEJMsa1906848): -38 points before-after, and a true effect of about nil."""
    group = {"placed": 100_000, "enrolled": 100_000, "comparison": 100_000, "randomised": True}
    found = explain(change=-0.38, comparison_change=-0.372, months=12, **group)
    work = found.parts["work"]
    # A before-after reading would say -0.38; the truth lies within a few points of nil.
    assert abs(work.mean) < 0.03
    assert work.intervals[0.8][0] < 0.0 < work.intervals[0.95][1]
    assert found.work_effect.sd < 0.4 * found.work_before.sd


def test_with_few_people_equal_falls_do_not_prove_that_work_does_nothing():
    found = explain(change=-0.38, comparison_change=-0.372, comparison=50, randomised=True, enrolled=50)
    low, high = found.parts["work"].intervals[0.95]
    assert low < -0.1 and high > 0.1 and not found.work_visible


def test_without_selection_more_of_the_same_fall_is_due_to_work():
    chosen, everyone = explain(placed=500), explain(placed=500, enrolled=500)
    assert everyone.work_effect.mean < chosen.work_effect.mean - 0.01
    assert [point.cause for point in everyone.tipping] == ["natural"]


def test_after_a_crisis_less_is_left_for_work():
    ordinary, crisis = explain(placed=500), explain(placed=500, after_crisis=True)
    assert crisis.parts["regression_to_mean"].mean < ordinary.parts["regression_to_mean"].mean - 0.05
    assert crisis.work_effect.mean > ordinary.work_effect.mean + 0.01


def test_people_who_stopped_working_cannot_have_been_helped_by_work():
    stayed, stopped = (explain(still_working=n).work_parts["use_in_work"].mean for n in (46, 20))
    assert stayed < stopped - 0.02 < 0.0


def test_seeds_agree_within_the_stated_error():
    founds = [explain(seed=seed, comparison_change=-0.25, comparison=60) for seed in (1, 2, 3, 4)]
    for cause in CAUSES:
        means = np.array([found.parts[cause].mean for found in founds])
        error = np.array([found.parts[cause].error for found in founds])
        # Four errors: each of five causes may be out once in 16,000 times.
        assert np.ptp(means) < 4 * np.sqrt(2) * error.max()


def test_same_seed_same_answer():
    first, second = explain(), explain()
    assert first.parts == second.parts and first.tipping == second.tipping


def test_a_number_still_in_work_that_never_happens_is_refused_as_such():
    with pytest.raises(WerkzorgError) as caught:
        explain(placed=1200, still_working=12)
    assert caught.value.problems[0].identifier == "claim.few_still_working"
    assert "12" in caught.value.render("nl")


@pytest.mark.parametrize("fields", [{"placed": 400, "change": -0.98}, {"placed": 5000, "change": 3.0}])
def test_a_claim_that_never_happens_is_refused(fields):
    with pytest.raises(WerkzorgError) as caught:
        explain(**fields)
    assert caught.value.exit_code == ExitCode.STATISTICS
    assert caught.value.problems[0].identifier == "claim.incompatible"
    assert f"{100 * fields['change']:+.0f}%" in caught.value.render("nl")


def found_share(rest):
    return float(np.isfinite(rest).mean())


def test_chance_of_a_single_person_has_a_closed_form():
    draws = 20_000
    between, within = spread(np.full(draws, 1.4), np.full(draws, 0.6), 6)
    noise = simulate_chance(1, between, within, np.full(draws, 0.84), np.random.default_rng(5))
    # Half years: variance 0.4 * 1.4^2 doubled, before and after.
    assert noise.sd == pytest.approx(np.full(draws, 1.4 * np.sqrt(0.4 * 2 * 2)), rel=1e-12)
    in_care = noise.rest[np.isfinite(noise.rest)]
    assert in_care == pytest.approx(np.full(len(in_care), -np.log(0.84)), abs=1e-12)


@pytest.mark.parametrize("persons", [1, 4, 30])
def test_chance_has_the_spread_of_people_drawn_one_by_one(persons):
    draws, rng = 40_000, np.random.default_rng(5)
    between, within = spread(np.full(draws, 1.4), np.full(draws, 0.6), 12)
    noise = simulate_chance(persons, between, within, np.full(draws, 0.84), rng)
    assert found_share(noise.rest) == pytest.approx(1 - 0.16**persons, abs=0.01)
    found = noise.rest + noise.sd * rng.standard_normal(draws)
    level = between[0] * rng.standard_normal((draws, persons))
    before, after = (np.exp(level + within[0] * rng.standard_normal((draws, persons))) for _ in range(2))
    plain = np.log((after * (rng.random((draws, persons)) < 0.84)).mean(axis=1) + 1e-300) - np.log(
        0.84 * before.mean(axis=1)
    )
    for share in (0.5, 0.75, 0.95):
        # Some three times the error of a quantile of 40,000 draws; ignoring who leaves care shifts these by 0.17.
        assert np.quantile(found, share) == pytest.approx(np.quantile(plain, share), abs=0.04)


def test_a_large_group_continues_a_simulated_one():
    draws, rng = 4000, np.random.default_rng(6)
    between, within = spread(np.full(draws, 1.2), np.full(draws, 0.6), 12)
    in_care = np.full(draws, 0.84)
    noise = simulate_chance(1000, between, within, in_care, rng)
    normal = large_group(1000, between, within, in_care)
    found = noise.rest + noise.sd * rng.standard_normal(draws)
    # Error of a standard deviation of 4000 skewed draws is about 2%; wrong moments differ by a factor.
    assert np.std(found) == pytest.approx(normal.sd[0], rel=0.08)
    assert np.mean(found) == pytest.approx(normal.rest[0], abs=0.006)


@pytest.mark.golden
def test_the_example_of_the_handbook():
    """Kept answers; a change of more than a point means that the model changed."""
    found = explain(seed=20180629)
    kept = {
        "work": -0.018,
        "regression_to_mean": -0.120,
        "planned_end": -0.178,
        "selection_time": -0.079,
        "chance": -0.005,
    }
    for cause, value in kept.items():
        # Monte Carlo error is about 0.001.
        assert found.parts[cause].mean == pytest.approx(value, abs=0.006)
    assert found.parts["work"].intervals[0.8] == pytest.approx((-0.130, 0.099), abs=0.01)
    assert not found.work_visible
