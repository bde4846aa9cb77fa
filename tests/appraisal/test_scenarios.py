"""Scenarios on the same draws: exact equality where nothing differs, and what must hold whatever the numbers are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.appraise import appraise
from werkzorg.appraisal.contracts.quantities import measure
from werkzorg.appraisal.contracts.rules import Rule, transfers
from werkzorg.appraisal.paired import difference, is_paired, probability_all_gain, probability_nobody_worse
from werkzorg.appraisal.scenarios import Bench, Keys
from werkzorg.inference.fit import first_answer
from werkzorg.ledger.settlement import settle
from werkzorg.params.parties import parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.scenarios import BASE, Variant, load_variants
from werkzorg.params.variation import vary
from werkzorg.pilot import Changes
from werkzorg.projection.trajectory import project

INSIDE = [party.id for party in parties() if party.inside]
EQUAL_TO_BASE = ("coach-new", "scale-local", "evidence-neutral", "horizon-5")
DRAWS = 60


@pytest.fixture(scope="module")
def bench(drechtsteden):
    return Bench(drechtsteden, lambda pilot: first_answer(pilot).isel(draw=slice(0, DRAWS)))


@pytest.fixture(scope="module")
def valued(bench):
    return {variant.id: bench.value(variant) for variant in load_variants("drechtsteden")}


def other(pilot, name="other", **changes) -> Variant:
    return Variant(name, None, BASE, vary(pilot, Changes.model_validate(changes)))


@pytest.mark.parametrize("name", EQUAL_TO_BASE)
def test_a_scenario_equal_to_its_parent_differs_by_exactly_nothing(name, valued):
    one, base = valued[name], valued[BASE]
    assert one.keys == base.keys
    for party in one.net["party"].values:
        assert np.array_equal(one.main(party), base.main(party))
        assert not difference(one, base, party).any()


def test_that_holds_without_anything_kept_as_well(drechtsteden):
    """The same numbers come from a second bench: nothing depends on what was made before."""

    def fresh():
        return Bench(drechtsteden, lambda pilot: first_answer(pilot).isel(draw=slice(0, 8)))

    expensive = other(drechtsteden, parameters={"staff.hour": {"factor": 2.0}})
    alone = fresh().value(expensive).net.values
    busy = fresh()
    for variant in load_variants("drechtsteden", ["coach-own", "clients-200", "horizon-10"]):
        busy.value(variant)
    assert np.array_equal(busy.value(expensive).net.values, alone)


def test_a_party_that_a_change_does_not_touch_differs_by_exactly_nothing(valued):
    for scenario, untouched in (
        ("coach-own", ("client", "insurer", "ggz_institution", "employer", "state")),
        ("place-refilled", ("client", "municipality", "employer", "state")),
        ("lks-since-2022", ("client", "insurer", "ggz_institution", "employer", "society")),
        ("clients-200", ("client", "employer")),
    ):
        for party in untouched:
            assert not difference(valued[scenario], valued[BASE], party).any(), (scenario, party)


def test_only_the_steps_that_change_are_made_again(valued):
    again = {name: valued[name].keys.stages_since(valued[BASE].keys) for name in valued}
    assert again["coach-own"] == ("ledger",)
    assert again["clients-100"] == ("ledger",)
    assert again["scale-national"] == ("ledger",)
    assert again["place-refilled"] == ("ledger",)
    assert again["horizon-2"] == again["horizon-10"] == ("appraisal",)
    assert again["labour-weak"] == ("projection",)
    assert again["no-key-officer"] == ("projection", "ledger")
    assert again["evidence-sceptical"][:2] == ("fit", "projection")
    assert all(again[name] == () for name in EQUAL_TO_BASE)


def test_fits_and_projections_are_counted(bench, valued):
    # The pilot as it is, sceptical, optimistic.
    assert bench.made["fit"] == 3
    # Those, and: weak, tight, without key officers, with experts, loonkostensubsidie before and since 2022.
    assert bench.made["projection"] == 9


def test_every_euro_of_every_scenario_has_a_payer_and_a_payee(valued):
    for one in valued.values():
        # Rounding of some fifty amounts; a payer without payee would be of the order of one.
        assert one.balance_error < 1e-12
        inside = one.net.sel(party=INSIDE).sum("party")
        assert np.allclose(inside, one.net.sel(party="society"), rtol=1e-12, atol=1e-9)


def test_a_transfer_changes_who_pays_and_not_what_society_has(valued):
    for scenario in ("scale-national", "lks-before-2022", "lks-since-2022"):
        assert not difference(valued[scenario], valued[BASE], "society").any()
        assert difference(valued[scenario], valued[BASE], "municipality").any()


@settings(max_examples=20, deadline=None)
@given(low=st.floats(0.2, 3), more=st.floats(0.01, 2))
def test_a_higher_price_of_the_coach_never_helps_who_pays(bench, drechtsteden, low, more):
    cheap, dear = (
        bench.value(other(drechtsteden, parameters={"jobcoach.hour_uwv": {"factor": factor}}))
        for factor in (low, low + more)
    )
    assert (difference(dear, cheap, "municipality") <= 0).all()
    assert (difference(dear, cheap, "society") <= 0).all()


@settings(max_examples=10, deadline=None)
@given(first=st.floats(0, 1), second=st.floats(0, 1))
def test_more_refilled_places_never_help_the_insurer_where_care_is_saved(bench, drechtsteden, first, second):
    def refilled(share):
        value = {"values": [{"from": "2015-01-01", "value": share}], "source": {"title": "t"}, "status": "assumption"}
        return bench.value(other(drechtsteden, parameters={"care.refilled": value}))

    less, more = refilled(min(first, second)), refilled(max(first, second))
    saves = refilled(0.0).main("insurer") > 0
    assert (difference(more, less, "insurer")[saves] <= 0).all()


def test_a_weak_labour_market_gives_fewer_months_of_work_in_every_draw(valued):
    worked = {name: valued[name].outcome["months_worked"] for name in ("labour-weak", BASE, "no-key-officer")}
    assert (worked["no-key-officer"] < worked[BASE]).all()
    # Not in every draw: the arm without the programme gets fewer jobs as well.
    assert worked["labour-weak"].mean() < worked[BASE].mean()


def test_the_shift_moves_the_hazard_after_the_counts(bench):
    made = {variant.id: bench.posterior(variant) for variant in load_variants("drechtsteden", ["labour-weak"])}
    before, after = made[BASE], made["labour-weak"]
    ratio = np.exp(before["labour_market.weak"])
    for name in ("p_baseline_entry_hazard", "p_reentry_after_loss"):
        assert np.allclose(after[name], before[name] * ratio, rtol=1e-15)
    untouched = set(before.data_vars) - {"p_baseline_entry_hazard", "p_reentry_after_loss"}
    assert all(np.array_equal(before[name], after[name]) for name in untouched)


def test_a_child_differs_from_the_pilot_by_its_own_step_and_that_of_its_parent(valued):
    for party in INSIDE:
        whole = difference(valued["coach-own-100"], valued[BASE], party)
        steps = difference(valued["coach-own-100"], valued["coach-own"], party) + difference(
            valued["coach-own"], valued[BASE], party
        )
        # Three differences of amounts of thousands of euros, and what is below the rounding is set to nil.
        assert np.allclose(whole, steps, atol=5e-6)


def test_another_reading_of_the_research_is_no_counterpart_draw_by_draw(valued):
    assert not is_paired(valued["evidence-sceptical"], valued[BASE])
    assert is_paired(valued["no-key-officer"], valued[BASE])
    pilot = valued[BASE].variant.pilot.model_copy(update={"snapshots": ()})
    bench = Bench(pilot, lambda p: first_answer(p).isel(draw=slice(0, 4)) if p.snapshots else _priors(p))
    one, base = (bench.value(other(pilot, evidence_set=name)) for name in ("sceptical", "neutral"))
    assert is_paired(one, base)


def _priors(pilot):
    from werkzorg.inference.fit import fit

    return fit(pilot, seed=1).isel(draw=slice(0, 4))


AGREED = [
    {"kind": "upfront", "payer": "insurer", "payee": "ggz_institution", "amount": 300.0},
    {"kind": "placement", "payer": "municipality", "payee": "ggz_institution", "amount": 700.0},
    {"kind": "month", "payer": "insurer", "payee": "municipality", "amount": 50.0},
]


def agreed(drechtsteden, contract) -> Variant:
    changes = Changes.model_validate({"contract": contract})
    return Variant("agreed", None, BASE, drechtsteden, contract=changes.contract)


def test_what_parties_agree_to_pay_moves_as_the_contract_counts_it(bench, drechtsteden, valued):
    """The same payments by another way: settlement month by month, and what a negotiation counts in it."""
    one, base = bench.value(agreed(drechtsteden, AGREED)), valued[BASE]
    trajectory = project(drechtsteden, bench.posterior(base.variant))
    ledger = settle(drechtsteden, trajectory)
    counted = measure(drechtsteden, trajectory, ledger, appraise(drechtsteden, ledger))
    names = [str(name) for name in one.net["party"].values if name != "society"]
    moved = transfers(tuple(Rule(**rule) for rule in AGREED), counted, names) / drechtsteden.participants_planned
    for name in names:
        # Sums of some thousands of euros in double precision, added in another order.
        assert difference(one, base, name) == pytest.approx(moved.sel(party=name).values, rel=1e-9, abs=1e-6), name
    touched = {"insurer", "municipality", "ggz_institution"}
    assert all(difference(one, base, name).any() == (name in touched) for name in names)
    assert difference(one, base, "society") == pytest.approx(0.0, abs=1e-6)


def test_an_agreement_makes_no_step_before_the_ledger_again(bench, drechtsteden, valued):
    before = dict(bench.made)
    one = bench.value(agreed(drechtsteden, AGREED))
    assert one.keys.stages_since(valued[BASE].keys) == ("ledger",)
    assert dict(bench.made) == before


def test_an_empty_agreement_is_none_and_a_child_keeps_that_of_its_parent(bench, drechtsteden, valued):
    assert np.array_equal(bench.value(agreed(drechtsteden, [])).net.values, valued[BASE].net.values)
    shipped = valued["paid-per-month"].variant
    assert [rule.kind for rule in shipped.contract] == ["month"]
    assert all(not one.variant.contract for name, one in valued.items() if name != "paid-per-month")


def test_chances_by_hand(valued):
    one, base = valued["clients-20"], valued[BASE]
    names = ("municipality", "client")
    gaps = [difference(one, base, name) for name in names]
    by_hand = np.mean([min(pair) >= 0 and max(pair) > 0 for pair in zip(*gaps, strict=True)])
    assert probability_nobody_worse(one, base, names) == by_hand
    assert probability_nobody_worse(base, base, names) == 0
    gains = np.mean([min(pair) > 0 for pair in zip(base.main("client"), base.main("state"), strict=True)])
    assert probability_all_gain(base, ("client", "state")) == gains > 0


def test_sums_of_a_whole_pilot_count_each_with_its_own_size(valued):
    one, base = valued["clients-20"], valued[BASE]
    by_hand = 20 * one.main("municipality") - 40 * base.main("municipality")
    assert np.allclose(difference(one, base, "municipality", "pilot"), by_hand, rtol=1e-12, atol=1e-6)


def test_keys_name_what_differs():
    assert Keys("a", "b", "c", "d").stages_since(Keys("a", "x", "c", "y")) == ("projection", "appraisal")


def test_local_values_of_a_pilot_stay_under_a_scenario(drechtsteden):
    own = {
        "id": "staff.hour", "values": [{"from": drechtsteden.valuation_date, "value": 99.0}],
        "source": {"title": "own"}, "status": "verified",
    }  # fmt: skip
    pilot = drechtsteden.model_copy(update={"parameters": (own,)})
    both = vary(pilot, Changes.model_validate({"parameters": {"staff.hour": {"factor": 2.0}}}))
    assert catalogue_of(both).value("staff.hour", pilot.valuation_date) == 198.0
    assert len(both.parameters) == 1
    assert json.loads(json.dumps(both.parameters[0]["source"])) == {"title": "own"}
