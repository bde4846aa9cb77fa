"""Rows of the negotiation table: what each party needs, the contract that was found, and what is proven."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from werkzorg.appraisal.contracts.limits import AnyContract
from werkzorg.appraisal.contracts.negotiate import Negotiation, Outcome
from werkzorg.pilot import Payment
from werkzorg.release.rows import Row, party_name, row

UNITS = {"upfront": "EUR per participant", "placement": "EUR per job", "month": "EUR per month", "saving": "fraction"}
"""Unit of the amount of each kind of rule."""


def contract_rows(found: Negotiation, unit: str, rests_on: str) -> Iterator[Row]:
    """Everything that the sentences about a contract need.

    Parameters
    ----------
    found : Negotiation
    unit : str
        Unit of money.
    rests_on : str
        As for :func:`werkzorg.release.rows.row`.

    Notes
    -----
    Column `state` says which part a row is about: the verdict, a chance or a sum of a party, or one of the contracts
    `chosen` (at the chance asked for), `highest` (best with one or two rules) and `most` (best with more).
    """
    yield row("contract_verdict", "contract_verdict", "word", rests_on, state=found.verdict)
    for one in found.standings:
        place = {"party": one.party, "item": "at_table" if one.party in found.table else "guest"}
        numbers = {
            "target": (found.target[one.party], "probability"), "without": (one.probability, "probability"),
            "reach": (one.attainable, "probability"), "needs": (one.needs, unit), "spares": (one.spares, unit),
            "mean": (one.mean, unit), "worst": (one.worst, unit),
        }  # fmt: skip
        for state, (value, measure) in numbers.items():
            if value is not None and math.isfinite(value):
                yield row(
                    f"contract_party.{one.party}.{state}", "contract_party", measure, rests_on, state=state,
                    value=value, names={"party": party_name(one.party)}, **place,
                )  # fmt: skip
    for order, name in enumerate(found.blockers):
        yield row(f"contract_blocks.{name}", "contract_blocks", "party", rests_on, party=name, order=order,
                  names={"party": party_name(name)})  # fmt: skip
    levels = {"chosen": found.target[found.table[0]], "highest": found.highest, "most": found.most}
    outcomes = {"chosen": found.chosen, "highest": found.at_highest, "most": found.at_most}
    for state, outcome in outcomes.items():
        if outcome is not None:
            yield from _outcome_rows(outcome, state, levels[state], unit, rests_on)
    for state, bound in (("table", found.table_only), ("all", found.with_all)):
        yield from _bound_rows(bound, state, rests_on)
    if math.isfinite(found.bound):
        yield row("contract_bound", "contract_bound", unit, rests_on, value=found.bound)


def agreed_rows(scenario: str, contract: Sequence[Payment]) -> Iterator[Row]:
    """The payments that a scenario says parties agree on."""
    for order, one in enumerate(contract):
        yield row(
            f"contract_rule.{scenario}.{order}", "contract_rule", UNITS[one.kind], "given", value=one.amount,
            payer=one.payer, payee=one.payee, item=one.kind, scenario=scenario, state="agreed", order=order,
            names={"payer": party_name(one.payer), "payee": party_name(one.payee)},
        )  # fmt: skip


def _outcome_rows(outcome: Outcome, state: str, level: float, unit: str, rests_on: str) -> Iterator[Row]:
    common = {"state": state, "count": len(outcome.agreement)}
    yield row(f"contract_level.{state}", "contract_level", "probability", rests_on, value=level, **common)
    yield row(f"contract_cost.{state}", "contract_cost", unit, rests_on, value=outcome.cost, **common)
    for party, chance in outcome.probability.items():
        for item, value, measure in (
            ("probability", chance, "probability"), ("mean", outcome.mean[party], unit),
            ("worst", outcome.worst[party], unit),
        ):  # fmt: skip
            yield row(
                f"contract_effect.{state}.{party}.{item}", "contract_effect", measure, rests_on, party=party,
                item=item, item_label_nl=item, item_label_en=item, value=value, state=state,
                names={"party": party_name(party)},
            )  # fmt: skip
    for order, rule in enumerate(outcome.agreement):
        place = {"payer": rule.payer, "payee": rule.payee, "parameter": rule.saving, "state": state, "order": order}
        yield row(
            f"contract_rule.{state}.{order}", "contract_rule", UNITS[rule.kind], rests_on, value=rule.amount,
            item=rule.kind, names={"payer": party_name(rule.payer), "payee": party_name(rule.payee)}, **place,
        )  # fmt: skip
        if rule.cap is not None:
            yield row(f"contract_cap.{state}.{order}", "contract_cap", unit, rests_on, value=rule.cap, **place)


def _bound_rows(bound: AnyContract, state: str, rests_on: str) -> Iterator[Row]:
    for item, value in (("losing", bound.losing), ("allowed", bound.allowed)):
        yield row(f"contract_any.{state}.{item}", "contract_any", "fraction", rests_on, item=item, state=state,
                  value=value, count=int(bound.impossible))  # fmt: skip
