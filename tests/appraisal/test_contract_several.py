"""More than two rules: nothing false is said, what exists is mostly found, and two rules stay two rules."""

from __future__ import annotations

import numpy as np
import pytest
from contract_example import GUESTS, MEANS, TABLE, bargain_of, net_of, quantities_of

from werkzorg.appraisal.contracts.bargain import Bargain
from werkzorg.appraisal.contracts.mixed_integer import cheapest_mix
from werkzorg.appraisal.contracts.negotiate import negotiate
from werkzorg.appraisal.contracts.search import search
from werkzorg.appraisal.contracts.several import direct, highest_several, search_several

THREE_SHORT = {"client": 50.0, "municipality": -5.0, "insurer": -5.0, "ggz_institution": -5.0, "state": 60.0}
"""Two rules cannot help three parties; a rich state can help each."""


def at(level, seed=5, draws=300, means=None):
    rng = np.random.default_rng(seed)
    return Bargain.of(net_of(rng, draws, means or THREE_SHORT), quantities_of(rng, draws), level, TABLE, GUESTS)


def test_three_who_fall_short_are_helped_by_three_rules():
    bargain = at(0.8)
    assert not search(bargain).exists
    agreement = search_several(bargain)
    assert len(agreement) == 3
    assert {rule.payee for rule in agreement} == {"municipality", "insurer", "ggz_institution"}
    assert bargain.accepts(agreement)


@pytest.mark.parametrize("level", [0.5, 0.7, 0.9])
def test_fixed_sums_are_found_whenever_they_add_up(level):
    """With nothing to count but people, the exact answer is a sum: what is needed against what can be spared."""
    for state in (10.0, 20.0, 30.0, 40.0):
        rng = np.random.default_rng(3)
        net = net_of(rng, 300, THREE_SHORT | {"state": state})
        quantities = quantities_of(rng, 300)
        quantities[["placements", "months_worked", "saving"]] *= 0.0
        bargain = Bargain.of(net, quantities, level, TABLE, GUESTS)
        ordered = {name: np.sort(values) for name, values in bargain.net.items()}
        edge = {name: values[300 - bargain.needed(name)] for name, values in ordered.items()}
        left = edge["state"] + sum(min(edge[name], 0.0) for name in bargain.short)
        found = search_several(bargain)
        # A search may miss what exists by a hair; the gaps here are far larger than its steps.
        assert abs(left) > 0.3
        assert (found is not None) == (left > 0), (level, state)


def test_what_is_found_on_few_draws_exists_and_most_of_what_exists_is_found():
    """The mixed-integer programme over all these rules at once is exact: the search may miss, but not invent."""
    existing = found = 0
    for seed in range(12):
        bargain = bargain_of(seed, 8, 0.75, MEANS | {"municipality": -2.0, "insurer": -1.0, "state": 14.0})
        candidates = [one for one in direct(bargain) if one.rule.cap is None]
        exact = cheapest_mix(bargain, candidates, 1000.0) if candidates else None
        agreement = search_several(bargain)
        if agreement is None:
            existing += exact is not None
            continue
        assert bargain.accepts(agreement)
        assert exact is not None or any(rule.cap is not None for rule in agreement) or not bargain.short
        existing += 1
        found += 1
    assert existing >= 6
    assert found >= 0.7 * existing


def test_payers_are_those_who_do_not_fall_short():
    bargain = at(0.8)
    for one in direct(bargain):
        assert one.rule.payee in bargain.short
        assert one.rule.payer not in bargain.short


def test_nobody_short_needs_nothing_and_nobody_rich_gives_none():
    assert search_several(at(0.8, means=dict.fromkeys(MEANS, 100.0))) == ()
    assert search_several(at(0.8, means=dict.fromkeys(MEANS, -100.0))) is None


def test_more_rules_reach_more_than_one_payer_can():
    """Two guests who can spare a little each: alone neither reaches far, together they do."""
    means = {"client": 50.0, "municipality": 8.0, "insurer": 8.0, "ggz_institution": -30.0, "state": 14.0, "uwv": 14.0}
    rng = np.random.default_rng(2)
    net, quantities = net_of(rng, 300, means), quantities_of(rng, 300)
    result = negotiate(net, quantities, 0.8, TABLE, ("state", "uwv"))
    if result.verdict == "none":
        assert result.most >= result.highest
        assert result.at_most is None or result.at_most.least >= result.most
    else:
        assert result.verdict == "several"
        assert len(result.chosen.agreement) > 2
    level, agreement = highest_several(
        lambda asked: Bargain.of(net, quantities, asked, TABLE, ("state", "uwv")), result.highest
    )
    assert level > result.highest + 0.02
    assert len(agreement) > 2


def test_two_rules_that_do_stay_the_answer():
    result = negotiate(*_rich(), 0.8, TABLE, GUESTS)
    assert result.verdict in ("at_table", "with_guests")
    assert len(result.chosen.agreement) <= 2
    assert result.at_most is None
    assert result.most == result.highest


def _rich():
    rng = np.random.default_rng(5)
    return net_of(rng, 200, MEANS | {"client": 50.0, "municipality": 50.0}), quantities_of(rng, 200)
