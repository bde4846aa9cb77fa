"""Payment rules: what they pay, that nothing is lost on the way, and what cannot be written down."""

from __future__ import annotations

import numpy as np
import pytest
from contract_example import TABLE, quantities_of
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from werkzorg.appraisal.contracts.amounts import (
    cheapest_capped_share,
    draws_needed,
    least_amount,
    most_amount,
)
from werkzorg.appraisal.contracts.limits import worst_mean
from werkzorg.appraisal.contracts.rules import Rule, pay, transfers

ROUNDING = 1e-12
"""Relative error of a few sums and products in double precision, with room; one slipped draw is far larger."""

BETWEEN = {"payer": "municipality", "payee": "ggz_institution"}
PARTIES = [*TABLE, "state"]


@pytest.fixture
def quantities():
    return quantities_of(np.random.default_rng(1), 50)


def test_what_each_kind_pays(quantities):
    np.testing.assert_array_equal(pay(Rule(kind="upfront", amount=3, **BETWEEN), quantities), 30.0)
    np.testing.assert_array_equal(
        pay(Rule(kind="placement", amount=3, **BETWEEN), quantities), 3 * quantities.placements
    )
    np.testing.assert_array_equal(
        pay(Rule(kind="month", amount=3, **BETWEEN), quantities), 3 * quantities.months_worked
    )


@pytest.mark.parametrize("basis", ["causal", "claimed"])
def test_a_share_pays_no_more_than_its_cap_and_is_never_paid_back(quantities, basis):
    saved = quantities["saving"].sel(item="ggz", basis=basis).values
    rule = Rule(kind="saving", saving="ggz", basis=basis, amount=0.4, cap=2.0, **BETWEEN)
    expected = [min(0.4 * max(value, 0.0), 2.0) for value in saved]
    np.testing.assert_allclose(pay(rule, quantities), expected, rtol=ROUNDING)
    assert (pay(rule, quantities) == 2.0).any()
    assert saved.min() < 0 or basis == "claimed"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "month", "payer": "client", "payee": "municipality", "amount": 1},
        {"kind": "month", "payer": "outside", "payee": "municipality", "amount": 1},
        {"kind": "month", "payer": "municipality", "payee": "municipality", "amount": 1},
        {"kind": "month", "payer": "municipality", "payee": "outside", "amount": 1},
        {"kind": "month", "amount": -1, **BETWEEN},
        {"kind": "month", "amount": float("nan"), **BETWEEN},
        {"kind": "month", "amount": 1, "cap": 10, **BETWEEN},
        {"kind": "month", "amount": 1, "basis": "claimed", **BETWEEN},
        {"kind": "month", "amount": 1, "saving": "ggz", **BETWEEN},
        {"kind": "saving", "amount": 0.1, **BETWEEN},
        {"kind": "saving", "amount": 1.1, "saving": "ggz", **BETWEEN},
        {"kind": "bonus", "amount": 1, **BETWEEN},
        {"kind": "month", "amount": 1, "ammount": 1, **BETWEEN},
    ],
    ids=lambda fields: " ".join(f"{key}={value}" for key, value in fields.items()),
)
def test_a_rule_that_makes_no_sense_cannot_be_written_down(fields):
    with pytest.raises(ValidationError):
        Rule(**fields)


def test_a_party_that_is_not_known_is_refused(quantities):
    with pytest.raises(ValueError, match="state"):
        transfers((Rule(kind="month", payer="state", payee="insurer", amount=1),), quantities, list(TABLE))


rules = st.builds(
    lambda kind, between, amount, basis, cap: Rule(
        kind=kind, payer=between[0], payee=between[1],
        amount=amount / 1000 if kind == "saving" else amount,
        **({"saving": "bijstand", "basis": basis, "cap": cap} if kind == "saving" else {}),
    ),
    st.sampled_from(["upfront", "placement", "month", "saving"]),
    st.permutations(PARTIES[1:]).map(lambda order: order[:2]),
    st.floats(0, 1000),
    st.sampled_from(["causal", "claimed"]),
    st.none() | st.floats(0, 100),
)  # fmt: skip


@given(st.lists(rules, min_size=1, max_size=3), st.integers(0, 1000))
def test_what_the_payer_loses_the_payee_gets_in_every_draw(agreement, seed):
    quantities = quantities_of(np.random.default_rng(seed), 20)
    moved = transfers(tuple(agreement), quantities, PARTIES)
    size = sum(np.abs(pay(rule, quantities).values) for rule in agreement)
    assert (np.abs(moved.sum("party")) <= ROUNDING * size).all()
    for rule in agreement:
        assert (pay(rule, quantities) >= 0).all()
    received = sum((pay(rule, quantities).values for rule in agreement if rule.payee == "insurer"), np.zeros(20))
    spent = sum((pay(rule, quantities).values for rule in agreement if rule.payer == "insurer"), np.zeros(20))
    np.testing.assert_allclose(moved.sel(party="insurer"), received - spent, atol=ROUNDING * (1 + size.max()))


@pytest.mark.parametrize(("probability", "draws", "needed"), [(0.8, 4000, 3200), (0.8, 7, 6), (0, 5, 0), (1, 5, 5)])
def test_number_of_draws_in_which_a_party_must_not_lose(probability, draws, needed):
    assert draws_needed(probability, draws) == needed


@given(st.integers(0, 10_000), st.integers(1, 12), st.data())
def test_least_and_most_amount_are_those_of_trying_every_draw(seed, draws, data):
    rng = np.random.default_rng(seed)
    needed = data.draw(st.integers(1, draws))
    net, counted = rng.normal(size=draws), np.maximum(rng.normal(1, 1, draws), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        tried = [0.0, *(-net / counted)[(net < 0) & (counted > 0)]]
        enough = [amount for amount in tried if (net + amount * counted >= -ROUNDING).sum() >= needed]
        assert least_amount(net, counted, needed) == min(enough, default=np.inf)
        tried = [0.0, *(net / counted)[(net >= 0) & (counted > 0)]]
        enough = [amount for amount in tried if (net - amount * counted >= -ROUNDING).sum() >= needed]
    most = float(most_amount(net, counted, needed))
    if ((net >= 0) & (counted == 0)).sum() >= needed:
        assert most == np.inf
    else:
        assert most == max(enough, default=-np.inf)


@given(st.integers(0, 10_000), st.integers(2, 9), st.floats(0.3, 1))
def test_the_cheapest_capped_share_is_that_of_trying_all(seed, draws, probability):
    """Every useful share closes the gap of some draw, and every useful cap equals the gap of some draw."""
    rng = np.random.default_rng(seed)
    payee, payer, saving = rng.normal(-1, 1, draws), rng.normal(2, 1, draws), np.maximum(rng.normal(3, 2, draws), 0)
    needed = (draws_needed(probability, draws), draws_needed(0.5, draws))
    gaps = -payee[payee < 0]
    best = np.inf
    for draw in np.flatnonzero((payee < 0) & (saving > 0)):
        share = -payee[draw] / saving[draw]
        for cap in gaps:
            paid = np.minimum(share * saving, cap)
            fits = (payee + paid >= -ROUNDING).sum() >= needed[0] and (payer - paid >= -ROUNDING).sum() >= needed[1]
            if share <= 1 and fits:
                best = min(best, paid.mean())
    found = cheapest_capped_share(payee, payer, saving, needed)
    if (payee >= 0).sum() >= needed[0]:
        assert found is None  # nothing need be paid
    elif found is None:
        assert best == np.inf
    else:
        assert np.minimum(found[0] * saving, found[1]).mean() == pytest.approx(best, rel=ROUNDING)


def test_worst_tenth_counts_a_draw_on_the_edge_in_part():
    assert worst_mean(np.array([5.0, -10.0, 3.0, 8.0, 1.0, 2.0, 7.0, 9.0, 4.0, 6.0])) == -10.0
    # 1.5 of 15 draws: the lowest whole, the next one half.
    values = np.arange(15.0)
    assert worst_mean(values) == pytest.approx((0 + 0.5 * 1) / 1.5)
    assert worst_mean(values, 1.0) == pytest.approx(values.mean())
