"""The cheapest agreement: against brute force, against the mixed-integer programme, and its properties."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from contract_example import GUESTS, MEANS, TABLE, bargain_of, cheapest_by_corners, net_of, quantities_of
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.contracts import pairs
from werkzorg.appraisal.contracts.bargain import Bargain
from werkzorg.appraisal.contracts.limits import any_contract, blockers, standings
from werkzorg.appraisal.contracts.mixed_integer import cheapest_mix
from werkzorg.appraisal.contracts.pairs import CLOSE, cheapest_pair
from werkzorg.appraisal.contracts.rules import Rule
from werkzorg.appraisal.contracts.search import MOST_RULES, attainable, highest, search, terms

NEAR = 2 * CLOSE
"""Where two rules pay the same party the answer is promised within CLOSE; a slip of one draw of nine moves it more."""

SOLVER = 1e-6
"""Feasibility tolerance of the mixed-integer solver, on amounts that are scaled to one."""

COMMON_PAYEE = (("municipality", "ggz_institution"), ("state", "ggz_institution"))
SAME = (("municipality", "ggz_institution"), ("municipality", "ggz_institution"))
COMMON_PAYER = (("state", "ggz_institution"), ("state", "insurer"))
APART = (("state", "ggz_institution"), ("municipality", "insurer"))
CHAIN = (("state", "municipality"), ("municipality", "ggz_institution"))
STRUCTURES = {"payee": COMMON_PAYEE, "same": SAME, "payer": COMMON_PAYER, "apart": APART, "chain": CHAIN}


def cost_of(bargain, first, second, pair):
    return np.inf if pair.amounts is None else first.mean * pair.amounts[0] + second.mean * pair.amounts[1]


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("few", [0, 20], ids=["divided", "mixed-integer"])
def test_two_rules_cost_what_brute_force_finds(monkeypatch, name, few):
    """Both ways for coupled rules are tried on the same small bargains; feasible and infeasible ones must occur."""
    monkeypatch.setattr(pairs, "FEW_DRAWS", few)
    seen = {True: 0, False: 0}
    for seed in range(12):
        bargain = bargain_of(seed, 7, 0.7)
        one, other = STRUCTURES[name]
        first = bargain.candidates(*one)[seed % 3]
        second = bargain.candidates(*other)[(seed + 1) % 3]
        expected = cheapest_by_corners(bargain, first, second)
        pair = cheapest_pair(bargain, first, second)
        assert cost_of(bargain, first, second, pair) == pytest.approx(expected, rel=NEAR, abs=1e-9), seed
        if pair.amounts is not None:
            priced = (first.rule.priced(pair.amounts[0]), second.rule.priced(pair.amounts[1]))
            assert few or bargain.accepts(priced)
            assert pair.bound <= expected * (1 + SOLVER) + 1e-9
        seen[np.isfinite(expected)] += 1
    assert seen[True] and seen[False]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from(sorted(STRUCTURES)), st.sampled_from([0.3, 0.6, 0.9]))
def test_two_rules_cost_what_brute_force_finds_anywhere(seed, name, probability):
    bargain = bargain_of(seed, 6, probability)
    (one, other), kinds = STRUCTURES[name], np.random.default_rng(seed).integers(0, 4, 2)
    first = bargain.candidates(*one)[min(kinds[0], len(bargain.candidates(*one)) - 1)]
    second = bargain.candidates(*other)[min(kinds[1], len(bargain.candidates(*other)) - 1)]
    if one == other and first.rule.kind == second.rule.kind:
        return
    expected = cheapest_by_corners(bargain, first, second)
    pair = cheapest_pair(bargain, first, second)
    assert cost_of(bargain, first, second, pair) == pytest.approx(expected, rel=NEAR, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_search_costs_what_a_programme_over_all_rules_costs(seed):
    """Two rules of all, by brute force over pairs with the mixed-integer programme, caps left out on both sides."""
    bargain = bargain_of(seed, 8, 0.75)
    found = search(bargain)
    linear = [
        candidate
        for payer in bargain.payers()
        for payee in bargain.net
        if payee != payer
        for candidate in bargain.candidates(payer, payee)
        if candidate.rule.cap is None
    ]
    short = bargain.short
    useful = [one for one in linear if one.rule.payee in short]
    costs = []
    for place, first in enumerate(useful):
        for second in useful[place + 1 :]:
            both = {(one.rule.payer, one.rule.payee) for one in (first, second)}
            if any((payee, payer) in both for payer, payee in both):
                continue
            made = cheapest_mix(bargain, (first, second), 1000.0)
            if made is not None:
                costs.append(bargain.cost(made))
    cheapest = min((bargain.cost(one) for one in found.agreements), default=np.inf)
    if not short:
        assert found.agreements == ((),)
    elif costs:
        # The search also knows caps and chains, so it may be cheaper, never dearer.
        assert cheapest <= min(costs) * (1 + NEAR)
        assert found.bound <= cheapest * (1 + NEAR)
    for agreement in found.agreements:
        assert bargain.accepts(agreement)
        assert len(agreement) <= MOST_RULES


def test_a_programme_over_all_rules_at_once_is_never_dearer_than_two_of_them():
    bargain = bargain_of(3, 8, 0.75, dict.fromkeys(MEANS, 20.0) | {"ggz_institution": -6.0})
    linear = [one for payer in ("state", "municipality") for one in bargain.candidates(payer, "ggz_institution")[:3]]
    together = bargain.cost(cheapest_mix(bargain, linear, 1000.0))
    for first, second in pairwise(linear):
        assert together <= cost_of(bargain, first, second, cheapest_pair(bargain, first, second)) * (1 + NEAR)


def large(seed, probability, scale=1.0, table=TABLE, order=None, means=None):
    rng = np.random.default_rng(seed)
    net, quantities = scale * net_of(rng, 300, means), quantities_of(rng, 300)
    quantities["saving"] = scale * quantities["saving"]
    if order is not None:
        net, quantities = net.isel(draw=order), quantities.isel(draw=order)
    return Bargain.of(net, quantities, probability, table, GUESTS)


def cheapest(bargain):
    return min((bargain.cost(agreement) for agreement in search(bargain).agreements), default=np.inf)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_more_certainty_never_costs_less(seed):
    costs = [cheapest(large(seed, level)) for level in (0.1, 0.3, 0.5, 0.7, 0.9)]
    for lower, higher in pairwise(costs):
        assert lower <= higher * (1 + NEAR)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1e-3, 7.0, 1e6]))
def test_other_units_of_money_change_sums_in_proportion_and_no_share(seed, scale):
    plain, scaled = search(large(seed, 0.6)).agreements, search(large(seed, 0.6, scale)).agreements
    for rule, other in zip((plain or ((),))[0], (scaled or ((),))[0], strict=True):
        assert (rule.kind, rule.payer, rule.payee) == (other.kind, other.payer, other.payee)
        factor = 1.0 if rule.kind == "saving" else scale
        assert other.amount == pytest.approx(rule.amount * factor, rel=NEAR)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_of_draws_and_parties_does_not_matter(seed, random):
    order, names = list(range(300)), list(TABLE)
    random.shuffle(order)
    random.shuffle(names)
    expected = cheapest(large(seed, 0.6))
    assert cheapest(large(seed, 0.6, order=order)) == pytest.approx(expected, rel=NEAR)
    assert cheapest(large(seed, 0.6, table=tuple(names))) == pytest.approx(expected, rel=NEAR)


def test_one_rule_is_the_order_statistic():
    """One party short by 1, 2, ..., 10 per placement; in 8 of 10 draws it must not lose: 8 per placement."""
    rng = np.random.default_rng(0)
    net, quantities = net_of(rng, 10, dict.fromkeys(MEANS, 100.0)), quantities_of(rng, 10)
    quantities["placements"] = ("draw", np.ones(10))
    net.loc[{"party": "ggz_institution"}] = -np.arange(1.0, 11)
    bargain = Bargain.of(net, quantities, 0.8, TABLE, GUESTS)
    agreements = search(bargain).agreements
    by_placement = [one for one in agreements if len(one) == 1 and one[0].kind == "placement"]
    assert {rule.amount for (rule,) in by_placement} == {8.0}
    assert agreements == tuple(sorted(agreements, key=lambda one: (terms(one), bargain.cost(one))))


def test_nothing_is_paid_when_nobody_falls_short():
    bargain = bargain_of(1, 50, 0.8, dict.fromkeys(MEANS, 100.0))
    assert search(bargain).agreements == ((),)
    assert any_contract(bargain).impossible is False


def test_three_who_fall_short_cannot_be_helped_by_two_rules():
    means = {"client": 50.0, "municipality": -50.0, "insurer": -50.0, "ggz_institution": -50.0, "state": 1e4}
    bargain = bargain_of(1, 50, 0.8, means)
    assert not search(bargain).exists
    # Not a matter of money: the state could help each of them.
    assert any_contract(bargain).impossible is False
    assert attainable(bargain)["insurer"] == 1.0
    assert blockers(bargain, standings(bargain)) == ("municipality", "insurer", "ggz_institution")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 1))
def test_what_is_found_is_never_what_the_bound_excludes(seed, probability):
    bargain = bargain_of(seed, 25, probability, MEANS | {"state": -2.0})
    if search(bargain).exists:
        assert not any_contract(bargain).impossible
    else:
        assert bargain.short


def test_the_bound_excludes_a_table_that_loses_together():
    rng = np.random.default_rng(1)
    means = {"client": 500.0, "municipality": -50.0, "insurer": 1.0, "ggz_institution": 1.0, "state": 100.0}
    net, quantities = net_of(rng, 50, means), quantities_of(rng, 50)
    bound = any_contract(Bargain.of(net, quantities, 0.8, TABLE))
    # The gain of the participants does not count: they never pay.
    assert bound.losing == 1.0
    assert bound.allowed == pytest.approx(3 * 0.2)
    assert bound.impossible
    # A guest who gains more than the table loses opens what was closed.
    assert not any_contract(Bargain.of(net, quantities, 0.8, TABLE, GUESTS)).impossible


def test_standing_gives_what_a_party_needs_and_spares_as_certain_sums():
    rng = np.random.default_rng(0)
    net = net_of(rng, 10, dict.fromkeys(MEANS, 100.0))
    net.loc[{"party": "ggz_institution"}] = -np.arange(1.0, 11)
    net.loc[{"party": "insurer"}] = np.arange(1.0, 11)
    found = {one.party: one for one in standings(Bargain.of(net, quantities_of(rng, 10), 0.8, TABLE, GUESTS))}
    assert (found["ggz_institution"].needs, found["ggz_institution"].spares) == (8.0, 0.0)
    assert (found["insurer"].needs, found["insurer"].spares) == (0.0, 3.0)
    assert found["client"].spares == 0.0
    assert found["state"].attainable is None


def test_the_highest_probability_is_where_agreements_end():
    def at(level):
        return large(4, level, means=MEANS | {"state": 0.0, "municipality": 1.0})

    best, agreement = highest(at, steps=6)
    assert 0 < best < 1
    assert at(best).accepts(agreement)
    assert not search(at(best + 2.0**-6)).exists


def test_no_probability_at_all_gives_no_agreement():
    def at(level):
        return large(4, level, means=dict.fromkeys(MEANS, -100.0))

    assert highest(at, steps=4) == (0.0, None)


def test_an_agreement_must_suit_every_payer_also_a_guest():
    bargain = bargain_of(1, 50, 0.8, MEANS | {"ggz_institution": -3.0, "state": -100.0})
    assert not bargain.accepts((Rule(kind="upfront", payer="state", payee="ggz_institution", amount=100),))


@pytest.mark.parametrize(
    "change",
    [{"probability": 1.2}, {"table": ("client", "nobody")}, {"table": ()}, {"probability": {"client": 0.5}}],
    ids=str,
)
def test_a_bargain_that_cannot_be_read_is_refused(change):
    rng = np.random.default_rng(1)
    fields = {"probability": 0.8, "table": TABLE} | change
    with pytest.raises(ValueError, match=r"probability|net result|table"):
        Bargain.of(net_of(rng, 5), quantities_of(rng, 5), fields["probability"], fields["table"], GUESTS)


def test_draws_must_be_the_same():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="draws"):
        Bargain.of(net_of(rng, 5), quantities_of(rng, 6), 0.8, TABLE)
