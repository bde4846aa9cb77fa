"""Frontier of arms and ratios: published answers, dominance of both kinds, and no ratio where it means nothing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from decision_cases import labelled
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.decision import net_benefit
from werkzorg.appraisal.icer import _bends, compare_arms, efficiency_frontier
from werkzorg.errors import WerkzorgError


def means(values, arms):
    return xr.DataArray(values, dims="arm", coords={"arm": arms})


def pair(effect, cost, draws=4):
    """Two arms without uncertainty, the first at zero."""
    both = [labelled(np.tile([0.0, value], (draws, 1)), ["a", "b"], "arm") for value in (effect, cost)]
    return compare_arms(*both, reference="a", arm="b")


# giabaio/BCEA data/Smoking.RData, means of 500 draws printed to these digits.
SMOKING_ARMS = ["no contact", "self help", "individual", "group"]
SMOKING = (
    means([0.4105067698, 0.6987463456, 0.8953644524, 1.1330265823], SMOKING_ARMS),
    means([0.0, 45.73316058, 94.91903544, 143.30075546], SMOKING_ARMS),
)


@pytest.mark.golden
def test_smoking_case_to_the_digits_published():
    found = efficiency_frontier(*SMOKING)
    assert found["status"].sel(arm="individual") == "extendedly_dominated"
    assert str(found["versus"].sel(arm="group").item()) == "self help"
    # Differences of numbers with ten digits: seven hold in the ratio. Against the wrong arm it is 198.3 or 203.6.
    assert found["icer"].sel(arm="self help").item() == pytest.approx(158.6637104, abs=1e-6)
    assert found["icer"].sel(arm="group").item() == pytest.approx(224.6650587, abs=1e-6)


@pytest.mark.golden
@pytest.mark.parametrize(
    ("arm", "reference", "ratio"),
    [
        ("no contact", "group", 198.3347072),
        ("self help", "group", 224.6650587),
        ("individual", "group", 203.5735354),
        ("self help", "no contact", 158.6637104),
        ("individual", "no contact", 195.7667968),
        ("group", "no contact", 198.3347072),
    ],
)
def test_smoking_case_pair_by_pair(arm, reference, ratio):
    draws = [mean.expand_dims(draw=2) for mean in SMOKING]
    assert compare_arms(*draws, reference=reference, arm=arm)["icer"] == pytest.approx(ratio, abs=1e-6)


@pytest.mark.golden
def test_the_best_arm_changes_where_the_frontier_says():
    effect, cost = (mean.expand_dims(draw=2) for mean in SMOKING)
    best = [net_benefit(effect, cost, float(k)).mean("draw").idxmax("arm").item() for k in range(300)]
    changes = {k: best[k] for k in range(1, 300) if best[k] != best[k - 1]}
    assert changes == {159: "self help", 225: "group"}


@pytest.mark.golden
def test_vaccine_case():
    found = efficiency_frontier(
        means([-0.0010559464, -0.0008053700], ["status quo", "vaccine"]),
        means([9.655463519, 14.69144639], ["status quo", "vaccine"]),
    )
    # The effects are printed to 1e-10, their difference is 2.5e-4: 4e-7 of 20,098. The other sample gives 20,388.
    assert found["icer"].sel(arm="vaccine").item() == pytest.approx(20097.59148, abs=0.01)


@pytest.mark.golden
def test_sick_sicker_a_is_dominated():
    arms = ["SoC", "A", "B", "AB"]
    found = efficiency_frontier(
        means([20.711, 21.499, 22.184, 23.137], arms), means([151580, 284805, 259100, 378875], arms)
    )
    assert found["status"].sel(arm="A") == "dominated"
    # QALYs are printed to 0.001 and differ by 1.473 and 0.953: the published ratios hold to 0.07% and 0.11%.
    assert found["icer"].sel(arm="B").item() == pytest.approx(72988, rel=7e-4)
    assert found["icer"].sel(arm="AB").item() == pytest.approx(125764, rel=1.1e-3)


def test_equal_arms_and_arms_of_equal_cost():
    found = efficiency_frontier(means([0, 1, 1, 0.5], list("abcd")), means([0, 10, 10, 10], list("abcd")))
    assert dict(zip(found["arm"].values.tolist(), found["status"].values.tolist(), strict=True)) == {
        "a": "frontier",
        "b": "frontier",
        "c": "duplicate",
        "d": "dominated",
    }


def test_three_arms_on_a_straight_line_are_no_bend():
    effects = np.array([0.0, 1.0, 2.0])
    assert not _bends(effects, np.array([5.0, 5.0, 5.0]), 0, 1, 2)
    assert not _bends(effects, np.array([1.0, 3.0, 5.0]), 0, 1, 2)
    assert _bends(effects, np.array([1.0, 3.1, 5.0]), 0, 1, 2)


def test_a_cheaper_and_better_arm_leaves_no_ratio():
    found = efficiency_frontier(means([1, 2], ["old", "new"]), means([10, 5], ["old", "new"]))
    assert found["status"].sel(arm="old") == "dominated" and np.isnan(found["icer"]).all()


points = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=6)


@given(points)
@settings(max_examples=150, deadline=None)
def test_the_frontier_holds_exactly_the_arms_that_are_best_at_some_threshold(cells):
    arms = [f"arm{k}" for k in range(len(cells))]
    effect, cost = (means([float(cell[axis]) for cell in cells], arms) for axis in (0, 1))
    found = efficiency_frontier(effect, cost)
    on = found.isel(arm=(found["status"] == "frontier").values)
    shown = list(zip(on["effect"].values.tolist(), on["cost"].values.tolist(), strict=True))
    # Two lines cross at the ratio of their differences; between two neighbouring crossings one line is on top.
    crossings = {(c - d) / (a - b) for a, c in cells for b, d in cells if a != b and (c - d) / (a - b) > 0}
    edges = [0.0, *sorted(crossings)]
    between = [(low + high) / 2 for low, high in pairwise(edges)] + [edges[-1] + 1]
    best = {max(cells, key=lambda cell, k=k: k * cell[0] - cell[1]) for k in between}
    assert best <= set(shown)
    # What else is shown lies on the straight line between its neighbours: a tie at one threshold.
    ratios = on["icer"].values
    for place in range(len(shown)):
        if shown[place] not in best:
            assert ratios[place] == pytest.approx(ratios[place + 1], rel=1e-9)
    assert (np.diff(ratios[1:]) >= -1e-9).all() and (ratios[1:] > 0).all()


@given(points, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_of_arms_does_not_count(cells, random):
    arms = [f"arm{k}" for k in range(len(cells))]
    effect, cost = (means([float(cell[axis]) for cell in cells], arms) for axis in (0, 1))
    order = random.sample(range(len(arms)), len(arms))
    xr.testing.assert_identical(efficiency_frontier(effect.isel(arm=order), cost), efficiency_frontier(effect, cost))


@pytest.mark.parametrize(
    ("effect", "cost", "meaning", "ratio"),
    [
        (2.0, 10.0, "extra_cost_per_gain", 5.0),
        (-2.0, -10.0, "saving_per_loss", 5.0),
        (2.0, -10.0, "dominant", None),
        (-2.0, 10.0, "dominated", None),
        (0.0, 10.0, "dominated", None),
        (0.0, -10.0, "dominant", None),
        (2.0, 0.0, "dominant", None),
        (0.0, 0.0, "equal", None),
    ],
)
def test_a_ratio_stands_only_where_it_means_something(effect, cost, meaning, ratio):
    found = pair(effect, cost)
    assert (found["meaning"], found["icer"]) == (meaning, ratio)
    assert (found["interval"] is None) == (ratio is None)


def test_no_interval_when_the_effect_may_be_a_loss():
    rng = np.random.default_rng(1)
    zero = np.zeros(1000)
    effect = labelled(np.column_stack([zero, rng.normal(0.5, 1, 1000)]), ["a", "b"], "arm")
    cost = labelled(np.column_stack([zero, rng.normal(10, 1, 1000)]), ["a", "b"], "arm")
    found = compare_arms(effect, cost, "a", "b")
    assert found["icer"] is not None and found["interval"] is None
    sure = compare_arms(effect * 0.1 + 1.0 * (effect["arm"] == "b"), cost, "a", "b")
    assert sure["interval"]["low95"] < sure["icer"] < sure["interval"]["high95"]


def test_an_unknown_arm_is_explained():
    with pytest.raises(WerkzorgError) as caught:
        compare_arms(*[labelled(np.zeros((3, 2)), ["a", "b"], "arm")] * 2, reference="a", arm="c")
    assert "a, b" in caught.value.render("nl")
