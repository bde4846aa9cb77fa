"""Choosing between arms: ties of any size, order of dimensions, unequal quadrants, draws that do not match."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from decision_cases import labelled

from werkzorg.appraisal.decision import (
    TIE,
    acceptability,
    best_arm,
    expected_loss,
    incremental_benefit,
    net_benefit,
    plane,
    share_of_ties,
)
from werkzorg.appraisal.thresholds import _curves, trace_thresholds
from werkzorg.errors import WerkzorgError


def grid(*values):
    return xr.DataArray(np.array(values), dims="threshold", coords={"threshold": np.array(values)})


def of_parties(values):
    """Two draws, two arms, three parties, the party first."""
    return xr.DataArray(values, dims=("party", "draw", "arm"), coords={"arm": ["a", "b"], "party": list("xyz")})


@pytest.mark.parametrize(("values", "shares"), [
    # One part in 1e12 of the largest: rounding of large numbers is a tie, the same step between small ones is not.
    ([1e6, 1e6 + 1e-7], [0.5, 0.5]),
    ([1e-6, 1e-6 + 1e-12], [0, 1]),
    # The size is that of the largest number, whatever its sign.
    ([1e6, 1e6 + 1e-7, 0.0], [0.5, 0.5, 0.0]),
    ([-1e9, 1e-4, 0.0], [0.0, 0.5, 0.5]),
    ([2.0, 2.0, 2.0], [1 / 3] * 3),
])  # fmt: skip
def test_a_tie_is_a_part_of_the_size(values, shares):
    assert share_of_ties(np.array([values])).tolist() == [shares]


def test_results_stand_in_the_same_order_whatever_is_given():
    benefit = of_parties(np.arange(12.0).reshape(3, 2, 2))
    assert expected_loss(benefit).dims == acceptability(benefit).dims == ("arm", "party")
    assert net_benefit(benefit, benefit, grid(1.0, 2.0)).dims[0] == "draw"
    share = plane(benefit, benefit, "a")["share"]
    assert share.dims == ("arm", "quadrant", "party")


def test_net_benefit_by_hand_and_less_that_of_the_reference():
    effect = labelled(np.array([[2.0, 1.0], [4.0, 0.0]]), ["a", "b"], "arm")
    cost = labelled(np.array([[300.0, 100.0], [500.0, 0.0]]), ["a", "b"], "arm")
    benefit = net_benefit(effect, cost, 1000.0)
    assert benefit.transpose("draw", "arm").values.tolist() == [[1700, 900], [3500, 0]]
    more = incremental_benefit(benefit, "b").transpose("draw", "arm")
    assert more.values.tolist() == [[800, 0], [3500, 0]]


def test_the_best_arm_is_a_name_and_no_row():
    found = best_arm(xr.DataArray([[1.0, 2.0], [3.0, 0.0]], dims=("arm", "party"), coords={"arm": ["a", "b"]}))
    assert found.values.tolist() == ["b", "a"] and list(found.coords) == [] and found.dims == ("party",)
    assert best_arm(xr.DataArray([-1.0], dims="arm", coords={"arm": ["only"]})).item() == "only"


def test_plane_with_another_number_in_each_quadrant():
    signs = [(1, 1), *[(-1, 1)] * 2, *[(1, -1)] * 3, *[(-1, -1)] * 4]
    effect, cost = (labelled(np.array([[0.0, pair[k]] for pair in signs]), ["a", "b"], "arm") for k in (0, 1))
    share = plane(effect, cost, "a")["share"].sel(arm="b")
    assert dict(zip(share["quadrant"].values.tolist(), share.values.tolist(), strict=True)) == {
        "dearer_and_better": 0.1, "dearer_and_worse": 0.2, "cheaper_and_better": 0.3, "cheaper_and_worse": 0.4,
    }  # fmt: skip


def test_plane_of_other_draws_is_refused():
    effect = labelled(np.eye(2), ["a", "b"], "arm").assign_coords(draw=[0, 1])
    with pytest.raises(WerkzorgError):
        plane(effect, effect.assign_coords(draw=[1, 0]), "a")


# Along thresholds


def by_hand(effect, cost, *thresholds):
    names = [f"arm{k}" for k in range(len(effect[0]))]
    found = trace_thresholds(labelled(np.array(effect, float), names, "arm"),
                             labelled(np.array(cost, float), names, "arm"), grid(*thresholds))  # fmt: skip
    return found["acceptability"].values, found["evpi"].values, found["expected_benefit"].values, found["best"].values


def test_three_arms_along_thresholds_by_hand():
    """Draw one: arm1 passes arm0 at 2 and arm2 passes arm1 at 4; draw two: arm0 throughout."""
    effect, cost = [[0, 1, 2], [0, -1, -1]], [[0, 2, 6], [0, 0, 1]]
    chance, evpi, expected, best = by_hand(effect, cost, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert chance.tolist() == [[1, 0, 0], [0.75, 0.25, 0], [0.5, 0.5, 0], [0.5, 0.25, 0.25], [0.5, 0, 0.5]]
    # Largest benefit of draw one: 0, 0, 1, 2, 4; of draw two nil. Arms on average: 0; -1; t / 2 - 3.5.
    assert expected.tolist() == [[0.0, -1.0, t / 2 - 3.5] for t in (1, 2, 3, 4, 5)]
    assert evpi.tolist() == [0, 0, 0.5, 1, 2] and best.tolist() == ["arm0"] * 5


def test_all_lines_through_one_point_and_in_any_order_of_thresholds():
    effect, cost = [[0, 1, 2, 3]] * 2, [[0, 2, 4, 6]] * 2
    chance, evpi, _, best = by_hand(effect, cost, 3.0, 1.0, 2.0)
    assert chance.tolist() == [[0, 0, 0, 1], [1, 0, 0, 0], [0.25] * 4]
    assert evpi.tolist() == [0, 0, 0] and best.tolist() == ["arm3", "arm0", "arm0"]


@pytest.mark.parametrize("size", [1.0, 1e9])
def test_a_tie_at_the_first_or_last_threshold_is_shared(size):
    effect, cost = [[0, size], [0, size]], [[0, 0.3 * size], [0, 0.7 * size]]
    # 0.3 and 0.7 are the thresholds at which one of the draws turns.
    assert by_hand(effect, cost, 0.3, 0.7)[0].tolist() == [[0.75, 0.25], [0.25, 0.75]]
    assert by_hand(effect, cost, 0.3)[0].tolist() == [[0.75, 0.25]]
    assert by_hand(effect, cost, 0.7)[0].tolist() == [[0.25, 0.75]]
    assert by_hand(effect, cost, 0.5)[0].tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("turned", [False, True])
def test_four_arms_one_after_the_other_in_any_order(turned):
    effect, cost = [[0, 1, 2, 3]] * 2, [[0, 1, 3, 6]] * 2
    if turned:
        effect, cost = [row[::-1] for row in effect], [row[::-1] for row in cost]
    chance = by_hand(effect, cost, 0.5, 1.5, 2.5, 3.5)[0]
    assert chance.tolist() == np.eye(4)[:, :: -1 if turned else 1].tolist()
    # On the crossings two of them tie.
    chance = by_hand(effect, cost, 1.0, 2.0, 3.0)[0][:, :: -1 if turned else 1]
    assert chance.tolist() == [[0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0.5, 0.5]]


def test_thresholds_below_zero():
    """More effect is worse where effect is harm."""
    chance = by_hand([[1, 2]] * 2, [[0, 0]] * 2, -1.0, 0.0, 1.0)[0]
    assert chance.tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


@pytest.mark.parametrize(("effect", "cost", "tie"), [(0.1, 0.020000000000000004, 0.2),
                                                     (0.1, 410000.0, 4099999.9999999995)])  # fmt: skip
def test_a_tie_that_rounding_puts_beyond_a_threshold_is_a_tie(effect, cost, tie):
    assert tie * effect == cost and cost / effect > tie
    for around in ([tie], [tie / 2, tie], [tie, 2 * tie], [tie / 2, tie, 2 * tie]):
        place = around.index(tie)
        assert by_hand([[0, effect]] * 2, [[0, cost]] * 2, *around)[0][place].tolist() == [0.5, 0.5]
        # In the other draw the lines cross far beyond all thresholds, or nowhere.
        for other in (9 * cost, cost):
            gain = effect if other > cost else 0.0
            chance = by_hand([[0, effect], [0, gain]], [[0, cost], [0, other]], *around)[0]
            assert chance[place].tolist() == [0.75, 0.25]


def test_equal_arms_share_at_every_threshold():
    effect, cost = [[0, 1, 1], [0, 1, 1]], [[0, 1, 1], [0, 1, 1]]
    chance = by_hand(effect, cost, 0.0, 1.0, 2.0)[0]
    assert chance.ravel().tolist() == pytest.approx([1, 0, 0, *[1 / 3] * 3, 0, 0.5, 0.5], abs=1e-15)


def test_arms_that_differ_by_rounding_alone_share_at_every_threshold():
    """As two scenarios do in a draw in which their change does nothing, added up in another order."""
    third, large = 0.1 + 0.2, [3e5, np.nextafter(3e5, 4e5)]
    assert third != 0.3
    for effect, cost in (([0.3, third], [1, 1]), ([1, 1], [0.3, third]), ([0.3, third], [third, 0.3]), (large, [1, 1])):
        chance, evpi, _, _ = by_hand([[*effect, 0]] * 2, [[*cost, 9]] * 2, 1.0, 5.0, 70.0)
        assert chance.tolist() == [[0.5, 0.5, 0]] * 3 and evpi.tolist() == [0, 0, 0]
    # The same step is a difference where it is one of the effect alone, or of small numbers.
    assert by_hand([[1, 1 + 1e-10]] * 2, [[1, 1]] * 2, 0.5, 1.0, 2.0)[0].tolist() == [[0, 1]] * 3
    assert by_hand([[1e-17, 2e-17]] * 2, [[1, 2]] * 2, 1.0, 1e17, 2e17)[0].tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


def test_a_tie_of_rounding_is_one_at_a_threshold_of_nought_too():
    """The costs of two arms are nought and as good as nought, next to that of a third."""
    chance = by_hand([[0, 1, 2]] * 2, [[0, 1e-20, 1.5]] * 2, -1.0, 0.0, 1.0)[0]
    assert chance.tolist() == [[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0]]


def test_a_crossing_just_beyond_the_only_threshold_is_no_tie():
    assert by_hand([[0, 1]] * 2, [[0, 1 + 5e-13]] * 2, 1.0)[0].tolist() == [[1, 0]]
    assert by_hand([[0, 1]] * 2, [[0, 1 - 5e-13]] * 2, 1.0)[0].tolist() == [[0, 1]]


def test_where_all_draws_agree_rounding_is_no_value_of_information():
    rng = np.random.default_rng(2)
    for _ in range(20):
        effect, cost = rng.uniform(0, 1, 3), rng.uniform(0, 1e6, 3)
        evpi = by_hand([effect] * 7, [cost] * 7, *rng.uniform(0, 1e6, 5))[1]
        assert evpi.tolist() == [0] * 5
    # The best arm is worth nothing but for rounding, and the other one is a million below.
    _, evpi, expected, _ = by_hand([[0.1, 0.0]] * 7, [[0.03, 1e6]] * 7, 0.3)
    assert evpi.tolist() == [0] and -1e-15 < expected[0, 0] < 0


def test_a_loss_as_large_as_the_slack_is_none():
    slack = TIE * (1 + TIE)
    assert slack == TIE * (slack + 1)
    benefit = xr.DataArray([[0.0, -1.0]], dims=("threshold", "arm"), coords={"arm": ["a", "b"]})
    for largest, loss in ((slack, 0), (1.01 * slack, 1.01 * slack)):
        found = _curves(benefit, benefit, xr.DataArray([largest], dims="threshold"))
        assert found["evpi"].values.tolist() == [loss]


def test_thresholds_have_one_dimension_and_no_value_twice():
    effect = labelled(np.eye(2), ["a", "b"], "arm")
    twice = xr.DataArray([[1.0, 2.0], [3.0, 4.0]], dims=("threshold", "party"))
    with pytest.raises(WerkzorgError) as caught:
        trace_thresholds(effect, effect, twice)
    assert "party" in caught.value.render("en")
    with pytest.raises(WerkzorgError) as caught:
        trace_thresholds(effect, effect, xr.DataArray([1.0, 1.0], dims="threshold"))
    assert "twice" in caught.value.render("en")
