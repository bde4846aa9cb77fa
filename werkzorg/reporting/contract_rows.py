"""From rows of the results table back to the negotiation that sentences and tables are written about."""

from __future__ import annotations

import math
from typing import Any

from werkzorg.appraisal.contracts.limits import AnyContract, Standing
from werkzorg.appraisal.contracts.negotiate import Negotiation, Outcome
from werkzorg.appraisal.contracts.rules import Agreement, Rule
from werkzorg.reporting.numbers import is_missing
from werkzorg.reporting.results import Results


def negotiation_of(results: Results) -> Negotiation | None:
    """The negotiation in a results table, without its front, claims and other options; None when there is none.

    Parameters
    ----------
    results : Results
        Reads the rows `contract_*`.
    """
    verdict = results.maybe(quantity="contract_verdict")
    if verdict is None:
        return None
    places = {row.party: row.item for row in results.rows(quantity="contract_party")}
    states = {name: _states(results, name) for name in places}
    table = tuple(name for name, place in places.items() if place == "at_table")
    outcomes = {state: _outcome(results, state) for state in ("chosen", "highest", "most")}
    levels = {row.state: row.value for row in results.rows(quantity="contract_level")}
    bound = results.maybe(quantity="contract_bound")
    highest = levels.get("highest", 0.0)
    return Negotiation(
        verdict=verdict.state,
        target={name: states[name]["target"] for name in places},
        table=table,
        guests=tuple(name for name in places if name not in table),
        chosen=outcomes["chosen"],
        options=() if outcomes["chosen"] is None else (outcomes["chosen"],),
        bound=math.inf if bound is None else bound.value,
        standings=tuple(_standing(name, states[name]) for name in places),
        blockers=tuple(row.party for row in results.rows(quantity="contract_blocks")),
        table_only=_any(results, "table"),
        with_all=_any(results, "all"),
        highest=highest,
        at_highest=outcomes["highest"],
        most=levels.get("most", highest),
        at_most=outcomes["most"],
        front=(),
        claims=(),
    )


def agreed_in(results: Results, scenario: str) -> Agreement:
    """The payments that a scenario says parties agree on; none for most scenarios."""
    rows = results.rows(quantity="contract_rule", state="agreed", scenario=scenario)
    return tuple(_rule(row, None) for row in rows)


def _states(results: Results, party: str) -> dict[str, float]:
    return {row.state: row.value for row in results.rows(quantity="contract_party", party=party)}


def _standing(party: str, known: dict[str, float]) -> Standing:
    return Standing(
        party=party,
        mean=known["mean"],
        probability=known["without"],
        worst=known["worst"],
        needs=known.get("needs", math.inf),
        spares=known.get("spares", math.inf),
        attainable=known.get("reach"),
    )


def _outcome(results: Results, state: str) -> Outcome | None:
    cost = results.maybe(quantity="contract_cost", state=state)
    if cost is None:
        return None
    caps = {row.order: row.value for row in results.rows(quantity="contract_cap", state=state)}
    rules = tuple(_rule(row, caps.get(row.order)) for row in results.rows(quantity="contract_rule", state=state))
    effects = {
        item: {row.party: row.value for row in results.rows(quantity="contract_effect", state=state, item=item)}
        for item in ("probability", "worst", "mean")
    }
    return Outcome(rules, cost.value, **effects)


def _rule(row: Any, cap: float | None) -> Rule:
    saving = None if is_missing(row.parameter) else row.parameter
    return Rule(kind=row.item, payer=row.payer, payee=row.payee, amount=row.value, saving=saving, cap=cap)


def _any(results: Results, state: str) -> AnyContract:
    rows = {row.item: row for row in results.rows(quantity="contract_any", state=state)}
    return AnyContract(rows["losing"].value, rows["allowed"].value, bool(rows["losing"].count))
