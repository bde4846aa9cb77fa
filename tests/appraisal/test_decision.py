"""Best arm, acceptability, loss and the plane; and all of it along thresholds, exactly."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import labelled, normal_points, random_benefit, seeds, toy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from werkzorg.appraisal.decision import (
    acceptability,
    acceptability_frontier,
    benefit_of_increment,
    best_arm,
    expected_loss,
    incremental_benefit,
    net_benefit,
    plane,
)
from werkzorg.appraisal.information import evpi, normal_value
from werkzorg.appraisal.thresholds import trace_thresholds
from werkzorg.errors import WerkzorgError

# Sums of some hundred doubles in another order.
SAME = 1e-10

SMALL = labelled(np.array([[0.0, 3.0], [0.0, -1.0], [0.0, 1.0], [0.0, 0.0]]), ["without", "programme"], "arm")
"""Four draws that can be done by hand: the programme gains 3, loses 1, gains 1, ties."""


def curves_one_by_one(effect, cost, thresholds):
    """All curves with an array of draws by thresholds: what the fast way must equal."""
    benefit = net_benefit(effect, cost, thresholds.assign_coords(threshold=thresholds.values))
    found = acceptability_frontier(benefit)
    return xr.Dataset(
        {
            "expected_benefit": benefit.mean("draw"),
            "expected_loss": expected_loss(benefit),
            "acceptability": acceptability(benefit),
            "best": found["best"],
            "frontier": found["probability"],
            "evpi": evpi(benefit)["value"],
        }
    )


def test_by_hand():
    assert acceptability(SMALL).sel(arm="programme") == (1 + 0 + 1 + 0.5) / 4
    assert expected_loss(SMALL).sel(arm="programme") == 1 / 4
    assert expected_loss(SMALL).sel(arm="without") == 4 / 4
    assert acceptability_frontier(SMALL)["best"] == "programme"
    assert evpi(SMALL)["value"] == 0.25


def test_the_best_on_average_need_not_be_the_best_in_most_draws():
    benefit = labelled(np.array([[0.0, -1.0], [0.0, -1.0], [0.0, 5.0]]), ["without", "programme"], "arm")
    found = acceptability_frontier(benefit)
    assert found["best"] == "programme" and found["probability"] == pytest.approx(1 / 3)


def test_a_difference_becomes_two_arms_and_back():
    net = xr.DataArray([[1.0, -2.0], [3.0, 4.0]], dims=("draw", "party"), coords={"party": ["insurer", "municipality"]})
    benefit = benefit_of_increment(net)
    assert benefit.dims == ("draw", "arm", "party")
    xr.testing.assert_equal(incremental_benefit(benefit, "without").sel(arm="programme", drop=True), net)


def test_acceptability_of_a_normal_result_is_its_normal_probability():
    for m in (-1.0, 0.0, 0.7):
        benefit = benefit_of_increment(xr.DataArray(m + normal_points(1)[:, 0], dims="draw"))
        # 16,384 evenly spread draws: one draw is 6e-5; half a draw at most is on the wrong side, twice for safety.
        assert acceptability(benefit).sel(arm="programme").item() == pytest.approx(ndtr(m), abs=1.3e-4)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_swapping_the_reference_turns_the_sign_and_nothing_else(seed):
    benefit, _ = random_benefit(seed, arms=2, draws=20)
    one = incremental_benefit(benefit, "arm0").sel(arm="arm1", drop=True)
    other = incremental_benefit(benefit, "arm1").sel(arm="arm0", drop=True)
    xr.testing.assert_equal(one, -other)


def test_plane_by_hand():
    effect = labelled(np.array([[0, 1], [0, 1], [0, -1], [0, -1], [0, 0]]), ["a", "b"], "arm")
    cost = labelled(np.array([[0, 1], [0, -1], [0, 1], [0, -1], [0, 0]]), ["a", "b"], "arm")
    share = plane(effect, cost, "a")["share"].sel(arm="b")
    # The draw without any difference counts as dearer and worse: no tie looks like a gain.
    assert dict(zip(share["quadrant"].values.tolist(), share.values.tolist(), strict=True)) == {
        "dearer_and_better": 0.2,
        "dearer_and_worse": 0.4,
        "cheaper_and_better": 0.2,
        "cheaper_and_worse": 0.2,
    }
    assert (plane(effect, cost, "b")["share"].sel(arm="a").sum() == 1).all()


# Thresholds


whole = st.integers(-3, 3)


@given(st.data(), st.integers(2, 4), st.integers(1, 6))
@settings(max_examples=150, deadline=None)
def test_tracing_equals_doing_each_threshold_with_many_ties(data, arms, draws):
    """Small whole numbers: arms that are equal, cross on a threshold, or cross all at one point."""
    draws += 1
    cells = st.lists(st.lists(whole, min_size=arms, max_size=arms), min_size=draws, max_size=draws)
    names = [f"arm{k}" for k in range(arms)]
    effect, cost = (labelled(np.array(data.draw(cells), dtype=float), names, "arm") for _ in range(2))
    thresholds = xr.DataArray(
        data.draw(st.lists(st.integers(-2, 4), min_size=1, max_size=5, unique=True)), dims="threshold"
    )
    slow, fast = curves_one_by_one(effect, cost, thresholds), trace_thresholds(effect, cost, thresholds)
    for name in ("expected_benefit", "expected_loss", "acceptability", "evpi", "frontier"):
        xr.testing.assert_allclose(fast[name], slow[name].transpose(*fast[name].dims), atol=SAME)
    assert (fast["best"] == slow["best"]).all()


@given(seeds, st.integers(2, 5))
@settings(max_examples=30, deadline=None)
def test_tracing_equals_doing_each_threshold_with_any_numbers(seed, arms):
    rng = np.random.default_rng(seed)
    names = [f"arm{k}" for k in range(arms)]
    effect, cost = (labelled(rng.normal(size=(200, arms)), names, "arm") for _ in range(2))
    thresholds = xr.DataArray(np.sort(rng.uniform(0, 10, 40))[::-1], dims="threshold")
    slow, fast = curves_one_by_one(effect, cost, thresholds), trace_thresholds(effect, cost, thresholds)
    for name in ("expected_benefit", "expected_loss", "acceptability", "evpi", "frontier"):
        xr.testing.assert_allclose(fast[name], slow[name].transpose(*fast[name].dims), atol=SAME)


@given(seeds, st.integers(2, 4), st.floats(-1e3, 1e3), st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_shift_scale_and_order_change_no_decision(seed, arms, shift, scale):
    rng = np.random.default_rng(seed)
    names = [f"arm{k}" for k in range(arms)]
    effect, cost = (labelled(rng.normal(size=(60, arms)), names, "arm") for _ in range(2))
    thresholds = xr.DataArray(np.linspace(0, 5, 21), dims="threshold")
    base = trace_thresholds(effect, cost, thresholds)
    turned = trace_thresholds(effect.isel(arm=slice(None, None, -1)), cost, thresholds).sel(arm=names)
    shuffled = rng.permutation(60)
    other = trace_thresholds(effect.isel(draw=shuffled), cost.isel(draw=shuffled), thresholds)
    moved = trace_thresholds(effect, cost + shift, thresholds)
    grown = trace_thresholds(effect * scale, cost * scale, thresholds)
    for found in (turned, other, moved, grown):
        xr.testing.assert_allclose(found["acceptability"], base["acceptability"], atol=1e-9)
        assert (found["best"] == base["best"]).all()
    # A shift of 1e3 leaves 1e-12 of it as rounding.
    xr.testing.assert_allclose(moved["evpi"], base["evpi"], atol=1e-8)
    xr.testing.assert_allclose(grown["evpi"], base["evpi"] * scale, rtol=1e-7, atol=1e-10)


@given(seeds, st.integers(2, 4))
@settings(max_examples=30, deadline=None)
def test_chances_sum_to_one_and_the_frontier_lies_under_the_curves(seed, arms):
    benefit, _ = random_benefit(seed, arms, draws=50)
    chances, found = acceptability(benefit), acceptability_frontier(benefit)
    assert chances.sum().item() == pytest.approx(1, abs=1e-12)
    assert found["probability"] <= chances.max()
    # The smallest expected loss is the value of perfect information, and belongs to the best arm.
    loss = expected_loss(benefit)
    assert loss.min().item() == pytest.approx(evpi(benefit)["value"].item(), abs=1e-12)
    assert str(loss.idxmin("arm").item()) == str(found["best"].item())


def test_a_second_name_for_an_arm_shares_its_chance_and_adds_no_value():
    benefit, _ = random_benefit(3, arms=2, draws=500)
    double = xr.concat([benefit, benefit.sel(arm=["arm1"]).assign_coords(arm=["copy"])], dim="arm")
    assert evpi(double)["value"].item() == pytest.approx(evpi(benefit)["value"].item(), abs=1e-12)
    assert acceptability(double).sel(arm=["arm1", "copy"]).sum().item() == acceptability(benefit).sel(arm="arm1").item()
    assert acceptability(double).sel(arm="copy") == acceptability(double).sel(arm="arm1")


def test_without_uncertainty_there_is_nothing_to_know():
    benefit = labelled(np.tile([1.0, 2.0], (10, 1)), ["a", "b"], "arm")
    assert evpi(benefit)["value"] == 0 and acceptability(benefit).values.tolist() == [0, 1]
    found = trace_thresholds(benefit, benefit * 3, xr.DataArray([0.0, 3.0, 7.0], dims="threshold"))
    assert (found["evpi"] == 0).all()
    # At 3 euros both are worth nothing: a tie.
    assert found["acceptability"].sel(arm="b").values.tolist() == [0, 0.5, 1]


def test_normal_arms_along_thresholds_follow_the_closed_form():
    points = normal_points(2) * [0.5, 300] + [0.1, 60]
    zero = np.zeros(len(points))
    effect = labelled(np.column_stack([zero, points[:, 0]]), ["without", "programme"], "arm")
    cost = labelled(np.column_stack([zero, points[:, 1]]), ["without", "programme"], "arm")
    thresholds = xr.DataArray(np.linspace(0, 3000, 31), dims="threshold")
    found = trace_thresholds(effect, cost, thresholds)
    mean, sd = thresholds * 0.1 - 60, np.sqrt((thresholds * 0.5) ** 2 + 300**2)
    # Evenly spread draws: a part in 2,000 of the spread; the next digit of a wrong formula is a part in ten.
    assert np.abs(found["evpi"] - normal_value(mean, sd)).max() < 5e-4 * sd.max()
    assert np.abs(found["acceptability"].sel(arm="programme") - ndtr(mean / sd)).max() < 2e-3


def test_parties_are_decided_one_by_one():
    rng = np.random.default_rng(4)
    effect = labelled(rng.normal(size=(50, 2)), ["a", "b"], "arm")
    cost = xr.DataArray(rng.normal(size=(50, 2, 3)), dims=("draw", "arm", "party"), coords={"arm": ["a", "b"]})
    thresholds = xr.DataArray([0.0, 1.0], dims="threshold")
    together = trace_thresholds(effect, cost, thresholds)
    for party in range(3):
        xr.testing.assert_equal(
            together.isel(party=party), trace_thresholds(effect, cost.isel(party=party), thresholds)
        )


def test_of_equal_arms_the_first_in_the_alphabet_is_named_in_any_order():
    expected = xr.DataArray([1.0, 1.0, 0.0], dims="arm", coords={"arm": ["c", "b", "a"]})
    assert best_arm(expected) == "b" and best_arm(expected[::-1]) == "b"


# Mistakes


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    ("benefit", "word"),
    [
        (SMALL.values, {"nl": "DataArray", "en": "DataArray"}),
        (SMALL.rename(draw="row"), {"nl": "draw ontbreekt", "en": "draw is missing"}),
        (SMALL.rename(arm="option"), {"nl": "arm ontbreekt", "en": "arm is missing"}),
        (SMALL.drop_vars("arm"), {"nl": "geen namen", "en": "no labels"}),
        (SMALL.isel(arm=[0]), {"nl": "maar één", "en": "only one"}),
        (SMALL.isel(draw=[0]), {"nl": "minstens 2", "en": "at least 2"}),
        (SMALL.where(SMALL < 3), {"nl": "gewoon getal", "en": "ordinary number"}),
        (SMALL.assign_coords(arm=["a", "a"]), {"nl": "twee keer", "en": "twice"}),
        (SMALL.astype(str), {"nl": "gewoon getal", "en": "ordinary number"}),
    ],
)
def test_mistakes_are_explained(benefit, word, lang):
    with pytest.raises(WerkzorgError) as caught:
        acceptability(benefit)
    text = caught.value.render(lang)
    assert word[lang] in text and text.startswith("benefit: ") and "->" in text


def test_an_unknown_reference_names_those_that_exist():
    with pytest.raises(WerkzorgError) as caught:
        incremental_benefit(SMALL, "control")
    assert "without, programme" in caught.value.render("en")


def test_rows_that_do_not_belong_together_are_refused():
    effect, _ = toy(log_size=7)
    numbered = effect.assign_coords(draw=np.arange(128))
    thresholds = xr.DataArray([1.0], dims="threshold")
    for other in (effect.isel(draw=slice(0, 100)), numbered.isel(draw=slice(None, None, -1))):
        for function in (lambda e, c: net_benefit(e, c, 1.0), lambda e, c: trace_thresholds(e, c, thresholds)):
            with pytest.raises(WerkzorgError, match=r"."):
                function(numbered, other)
    with pytest.raises(WerkzorgError):
        trace_thresholds(effect, effect.assign_coords(arm=["without", "other"]), thresholds)
