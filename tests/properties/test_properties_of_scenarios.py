"""What holds for every scenario: it differs from its parent by its own change and by nothing else."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from any_pilot import variant_of
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.paired import difference
from werkzorg.appraisal.scenarios import Bench
from werkzorg.params import parties
from werkzorg.params.catalogue import catalogue
from werkzorg.params.variation import vary
from werkzorg.pilot import Changes

SOME = settings(
    max_examples=12, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate), print_blob=False
)

PRICES = ("jobcoach.hour_uwv", "staff.hour", "ggz.counsellor_hour", "wmo.guidance.series", "ggz.fact_year")
LATE = st.fixed_dictionaries(
    {},
    optional={
        "participants_planned": st.integers(1, 1000),
        "scale": st.sampled_from(["local", "national"]),
        "support": st.sampled_from([{"variants": {"jobcoach": "own_counsellor"}}, {"without": ["employers_lunch"]}]),
        "parameters": st.dictionaries(
            st.sampled_from(PRICES), st.fixed_dictionaries({"factor": st.floats(0.2, 5)}), min_size=1, max_size=2
        ),
    },
)
"""Changes that need no new projection."""


@pytest.fixture(scope="module")
def bench(drechtsteden, few):
    return Bench(drechtsteden, lambda pilot: few, all_horizons=True)


@SOME
@given(changes=LATE)
def test_no_change_on_top_of_any_change_differs_by_exactly_nothing(bench, drechtsteden, changes):
    one = variant_of(drechtsteden, **changes)
    other = variant_of(one.pilot, "same", scale=one.pilot.scale, participants_planned=one.pilot.participants_planned)
    for party in bench.value(one).net["party"].values.tolist():
        assert not difference(bench.value(other), bench.value(one), party).any()


@SOME
@given(changes=LATE)
def test_parties_add_up_to_society_in_every_view_and_horizon(bench, drechtsteden, changes):
    """Society by way of what leaves it: the net result of the parties inside, in each draw."""
    net = bench.value(variant_of(drechtsteden, **changes)).net
    inside = [party.id for party in parties() if party.inside]
    assert set(net["party"].values.tolist()) == {*inside, "society"}
    # Sums of amounts up to 1e5.
    assert np.abs(net.sel(party=inside).sum("party") - net.sel(party="society")).max() < 1e-7
    # The first year counts in full in both views; nothing is worth more for being later.
    first = net.sel(horizon=12)
    assert np.array_equal(first.sel(view="society"), first.sel(view="budget"))


@SOME
@given(changes=LATE)
def test_a_scenario_of_another_name_or_region_is_the_same_scenario(bench, drechtsteden, changes):
    """Names are for readers: no number is drawn, looked up or put in order by one."""
    one = variant_of(drechtsteden, **changes)
    members = tuple(part.model_copy(update={"name": part.name[::-1]}) for part in one.pilot.municipalities)
    named = one.pilot.model_copy(update={"id": "elsewhere", "region": "Elders", "municipalities": members})
    found = bench.value(dataclasses.replace(one, name="elsewhere", pilot=named))
    assert np.array_equal(found.net, bench.value(one).net)


@SOME
@given(first=LATE, second=LATE)
def test_order_of_changes_and_steps_by_way_of_a_parent_change_nothing(bench, drechtsteden, first, second):
    """Two changes that do not name the same thing, one after the other, either way, and at once."""
    second = {key: value for key, value in second.items() if key not in first}
    one = variant_of(vary(drechtsteden, Changes.model_validate(first)), **second)
    two = variant_of(vary(drechtsteden, Changes.model_validate(second)), **first)
    both = variant_of(drechtsteden, **first, **second)
    values = [bench.value(each).net.values for each in (one, two, both)]
    assert np.array_equal(values[0], values[1]) and np.array_equal(values[0], values[2])


@SOME
@given(changes=LATE)
def test_a_step_to_and_a_step_back_add_up(bench, drechtsteden, changes):
    base, other = variant_of(drechtsteden, "base"), variant_of(drechtsteden, **changes)
    there, back = (bench.value(each) for each in (base, other))
    for party in there.net["party"].values.tolist():
        assert np.array_equal(difference(back, there, party), -difference(there, back, party))


@SOME
@given(name=st.sampled_from(PRICES), low=st.floats(0.2, 2), high=st.floats(0.2, 2))
def test_euros_are_a_straight_line_in_a_price(bench, drechtsteden, name, low, high):
    """Half-way between two prices lies half-way between the results: nothing else reads the price.

    But for the subsidy of the key officers, which has a maximum; these prices are not theirs.
    """
    nets = [
        bench.value(variant_of(drechtsteden, parameters={name: {"factor": factor}})).net.values
        for factor in (low, high, (low + high) / 2)
    ]
    size = max(float(np.abs(net).max()) for net in nets)
    # Sums of the same terms in another order.
    assert np.abs((nets[0] + nets[1]) / 2 - nets[2]).max() < 1e-9 * size


@SOME
@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_what_is_kept_by_one_is_lost_by_another(bench, drechtsteden, low, high):
    """Another kept share of saved bijstand or of saved care moves money between two sides and makes none."""
    for name, gains, loses in (
        ("p_buig_retained_large", "municipality", "other_municipalities"),
        ("p_insurer_retained", "insurer", "zvw_fund"),
    ):
        one, two = (bench.value(variant_of(drechtsteden, parameters={name: _sure(share)})) for share in (low, high))
        change = two.net - one.net
        size = 1e-9 * (1 + float(np.abs(change).max()))
        assert np.abs(change.sel(party=gains) + change.sel(party=loses)).max() < size
        rest = [party for party in change["party"].values.tolist() if party not in (gains, loses)]
        assert np.abs(change.sel(party=rest)).max() < size


def _sure(share):
    return {
        "distribution": {"name": "Uniform", "low": share, "high": share + 1e-9},
        "source": {"title": "test"},
        "status": "assumption",
    }


@SOME
@given(
    year=st.integers(2018, 2024),
    name=st.sampled_from(sorted(entry.id for entry in catalogue() if entry.is_money and len(entry.values) == 1)),
)
def test_another_price_year_is_one_index_for_value_and_interval(year, name):
    """A price of one date, in euros of another year, is moved as a whole; its low and high with it."""
    entry = catalogue().get(name)
    own = entry.price_year or entry.values[0].start.year
    at = [catalogue().amount(name, day) for day in (entry.values[0].start.replace(year=y) for y in (own, year))]
    factor = 1.0 if str(entry.index) == "none" else catalogue().index_factor(str(entry.index), own, year)
    for part in ("value", "low", "high"):
        before, after = (getattr(each, part) for each in at)
        assert (after is None) == (before is None)
        if before is not None:
            assert after == pytest.approx(before * factor, rel=1e-12)
