"""What comes to the table: verdicts, the front, claims, and what a contract can count in the shipped pilot."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from contract_example import GUESTS, MEANS, TABLE, net_of, quantities_of

from werkzorg.appraisal.contracts.bargain import Bargain
from werkzorg.appraisal.contracts.negotiate import SHARE_SHOWN, compare_claims, front, judge, negotiate
from werkzorg.appraisal.contracts.quantities import SAVED, measure
from werkzorg.appraisal.contracts.rules import Rule, transfers
from werkzorg.appraisal.contracts.search import terms

ROUNDING = 1e-9
"""EUR and relative: sums of some hundred amounts of up to 1e6 in double precision."""

DRAWS = 200


def talk(probability=0.8, **means):
    rng = np.random.default_rng(5)
    return negotiate(net_of(rng, DRAWS, MEANS | means), quantities_of(rng, DRAWS), probability, TABLE, GUESTS)


RICH = {"client": 50.0, "municipality": 50.0, "insurer": 50.0, "state": 50.0}


def test_no_contract_is_needed_when_everyone_gains():
    result = talk(**RICH, ggz_institution=50.0)
    assert (result.verdict, result.chosen.agreement, result.chosen.cost, result.bound) == ("none_needed", (), 0.0, 0.0)
    assert result.blockers == ()


def test_the_table_settles_it_when_it_can_and_the_guest_pays_nothing():
    result = talk(**RICH, ggz_institution=-3.0)
    assert result.verdict == "at_table"
    assert {rule.payer for rule in result.chosen.agreement} <= set(TABLE)
    assert len(result.chosen.agreement) == 1
    assert result.chosen.least >= 0.8
    simple = [option for option in result.options if terms(option.agreement) == 1]
    assert result.chosen.cost == min(option.cost for option in simple)
    # What takes more to agree on is only offered when it is cheaper.
    assert all(option.cost < result.chosen.cost for option in result.options if len(option.agreement) == 2)


def test_a_guest_is_asked_when_the_table_cannot():
    result = talk(**{**RICH, "municipality": 6.0, "insurer": 6.0}, ggz_institution=-40.0)
    assert result.verdict == "with_guests"
    assert {rule.payer for rule in result.chosen.agreement} == {"state"}
    assert result.table_only.impossible
    assert not result.with_all.impossible
    assert result.chosen.probability["state"] >= 0.8


def test_none_exists_and_it_says_who_blocks_and_what_can_be_reached():
    result = talk(**{**RICH, "state": 1.0, "municipality": 6.0, "insurer": 6.0}, ggz_institution=-40.0)
    assert (result.verdict, result.chosen, result.blockers) == ("none", None, ("ggz_institution",))
    assert result.bound == np.inf
    assert result.with_all.impossible
    reached = {one.party: one.attainable for one in result.standings}
    assert reached["ggz_institution"] < 0.8
    assert result.highest < 0.8
    assert result.at_highest is None or result.at_highest.least >= result.highest


def test_each_party_may_ask_its_own_probability():
    rng = np.random.default_rng(5)
    net, quantities = net_of(rng, DRAWS, MEANS | RICH), quantities_of(rng, DRAWS)
    chances = dict.fromkeys((*TABLE, *GUESTS), 0.5)
    cost = [
        negotiate(net, quantities, chances | {"ggz_institution": own}, TABLE, GUESTS).chosen.cost
        for own in (0.5, 0.7, 0.9)
    ]
    assert cost == sorted(cost)
    assert cost[0] < cost[2]


def test_an_outcome_adds_up_and_names_every_payer():
    rng = np.random.default_rng(5)
    net, quantities = net_of(rng, DRAWS), quantities_of(rng, DRAWS)
    rules = (
        Rule(kind="month", payer="state", payee="ggz_institution", amount=0.2),
        Rule(kind="upfront", payer="state", payee="municipality", amount=0.1),
    )
    outcome = judge(rules, Bargain.of(net, quantities, 0.8, TABLE, GUESTS))
    after = net + transfers(rules, quantities, net["party"].values.tolist())
    assert set(outcome.probability) == {*TABLE, "state"}
    for party in outcome.mean:
        draws = after.sel(party=party)
        assert outcome.mean[party] == pytest.approx(float(draws.mean()), abs=ROUNDING)
        assert outcome.probability[party] == float((draws >= 0).mean())
        assert outcome.worst[party] == pytest.approx(float(np.sort(draws)[: DRAWS // 10].mean()), abs=ROUNDING)
    assert outcome.cost == pytest.approx(0.2 * float(quantities.months_worked.mean()) + 0.1 * 10)
    assert sum(outcome.mean.values()) == pytest.approx(float(net.sum("party").mean()), abs=ROUNDING)


def test_the_front_rises_in_cost_and_in_certainty():
    rng = np.random.default_rng(5)
    points = front(net_of(rng, DRAWS, MEANS | RICH), quantities_of(rng, DRAWS), TABLE, GUESTS)
    assert len(points) > 2
    for lower, higher in pairwise(points):
        assert lower.cost < higher.cost
        assert lower.least < higher.least


def test_paying_on_a_claim_pays_for_what_would_have_happened_anyway():
    """Claimed saving is the causal one and 5 more in every draw: a share costs exactly that share of 5 more."""
    rng = np.random.default_rng(5)
    net, quantities = net_of(rng, DRAWS), quantities_of(rng, DRAWS)
    causal = np.abs(quantities["saving"].sel(basis="causal").values)
    quantities["saving"] = (("draw", "item", "basis"), np.stack([causal, causal + 5], axis=2))
    claims = compare_claims(Bargain.of(net, quantities, 0.8, TABLE, GUESTS))
    assert [claim.causal.payer for claim in claims] == ["municipality", "insurer"]
    for claim in claims:
        assert claim.paid_claimed - claim.paid_causal == pytest.approx(5 * SHARE_SHOWN)
        assert claim.overpays == 1.0
        assert claim.probability_claimed <= claim.probability_causal
        assert claim.claimed == claim.causal.model_copy(update={"basis": "claimed"})


@pytest.fixture(scope="module")
def counted(drechtsteden, made):
    return measure(drechtsteden, made.trajectory, made.ledger, made.appraisal)


def test_a_contract_counts_what_the_appraisal_counts(drechtsteden, made, counted):
    """The causal saving is the discounted difference that the appraisal reports as a flow."""
    persons = drechtsteden.participants_planned
    for item, names in SAVED.items():
        own = made.ledger["item"].isin(names) & made.ledger["payer"].isin(["municipality", "insurer"])
        expected = -made.appraisal["flow"].where(own, 0.0).sum("entry") * persons
        found = counted["saving"].sel(item=item, basis="causal")
        np.testing.assert_allclose(found, expected, rtol=ROUNDING, atol=1e-6, err_msg=item)
    expected = made.appraisal["net"].sel(horizon=60, view="society").drop_sel(party="society") * persons
    np.testing.assert_allclose(counted["net"], expected, rtol=ROUNDING)
    assert (counted["participants"] == persons).all()


def test_months_and_placements_are_discounted_like_the_money(drechtsteden, made, counted):
    persons, rate = drechtsteden.participants_planned, made.appraisal.attrs["discount_rate"]
    yearly = made.ledger["memo_year"].sel(arm="programme", memo="months_worked").values
    expected = sum(persons * yearly[:, year] / (1 + rate) ** year for year in range(5))
    np.testing.assert_allclose(counted["months_worked"], expected, rtol=ROUNDING)
    undiscounted = made.appraisal["outcome_programme"].sel(memo="first_jobs", horizon=60) * persons
    assert (counted["placements"] < undiscounted).all()
    assert (counted["placements"] > undiscounted / (1 + rate) ** 4).all()


def test_the_claim_exceeds_the_effect_by_what_happens_without_the_programme(drechtsteden, made, counted):
    """Claimed less causal is the level at enrolment less the arm without the programme, whatever the programme does."""
    changed = made.ledger.copy()
    changed["entry_year"] = changed["entry_year"].copy()
    changed["entry_year"].loc[{"arm": "programme"}] *= 0.5
    again = measure(drechtsteden, made.trajectory, changed, made.appraisal)
    gap = counted["saving"].sel(basis="claimed") - counted["saving"].sel(basis="causal")
    after = again["saving"].sel(basis="claimed") - again["saving"].sel(basis="causal")
    np.testing.assert_allclose(gap, after, rtol=1e-7)
    assert (gap > 0).all()


def test_the_shipped_pilot_gets_an_answer(drechtsteden, posterior, steps):
    """A verdict is about chances: draws enough that one more or less of them does not change it."""
    made = steps(drechtsteden, posterior)
    counted = measure(drechtsteden, made.trajectory, made.ledger, made.appraisal)
    result = negotiate(counted["net"], counted, 0.8, TABLE)
    assert {one.party for one in result.standings} == {*TABLE, "state", "uwv", "zvw_fund"}
    # The institution pays its own hours and gets nothing for them.
    assert next(one for one in result.standings if one.party == "ggz_institution").probability < 0.1
    assert result.verdict == "none"
    assert result.table_only.impossible
