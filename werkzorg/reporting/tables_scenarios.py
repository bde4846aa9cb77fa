"""Tables of a comparison of scenarios."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.appraisal.contracts.negotiate import Negotiation
from werkzorg.reporting.basis import BASE
from werkzorg.reporting.contract_rows import agreed_in
from werkzorg.reporting.contracts import agreement_clause, negotiation_tables
from werkzorg.reporting.numbers import euro, number
from werkzorg.reporting.parties import AT_THE_TABLE, party_short
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table
from werkzorg.reporting.verdicts import listing, money_step, sentence
from werkzorg.reporting.verdicts_scenarios import cell_text, scenario_facts, worked_text
from werkzorg.wording import say

SHOWN = (*AT_THE_TABLE, "society")


def scenario_table(results: Results, kind: str, lang: str) -> Table:
    """Difference from the pilot as it is of all scenarios of a kind, for every party at the table and society.

    Parameters
    ----------
    results : Results
        Of a comparison.
    kind : {"choice", "circumstance", "evidence", "horizon"}
    lang : {"nl", "en"}
    """
    rows: list[Any] = []
    lines = []
    for name, facts in scenario_facts(results, kind).items():
        own = {row.party: row for row in _rows(results, name)}
        rows += [own[party] for party in SHOWN]
        line = {say("column.scenario", lang): facts[f"name_{lang}"]}
        lines.append(line | {party_short(party, lang): cell_text(own[party], lang) for party in SHOWN})
    caption = say(f"table.scenarios.{kind}", lang)
    notes = (say("table.scenarios.note" if kind != "evidence" else "table.scenarios.note_means", lang),)
    return Table(f"scenarios-{kind}", caption, pd.DataFrame(lines), tuple(rows), notes)


def contract_tables(results: Results, found: Negotiation, lang: str) -> list[Table]:
    """Where each party stands without a contract, and what the contract that was found does."""
    rows = tuple(row for row in results.rows() if row.quantity.startswith("contract_"))
    return [
        Table(f"contract-{place}", text.title, pd.DataFrame(list(text.rows), columns=list(text.columns)), rows)
        for place, text in enumerate(negotiation_tables(found, lang))
    ]


def levels_table(results: Results, lang: str) -> Table:
    """What every scenario comes to, against no programme at all: net results and months of work."""
    rows: list[Any] = []
    lines = []
    for name in (BASE, *scenario_facts(results)):
        own = {row.party: row for row in results.rows(quantity="scenario_net", scenario=name, per="participant")}
        worked = results.one(quantity="scenario_months_worked", scenario=name)
        rows += [own[party] for party in SHOWN] + [worked]
        line = {say("column.scenario", lang): results.meta["scenarios"][name][f"name_{lang}"]}
        line |= {party_short(party, lang): euro(own[party].value, lang, money_step(own[party])) for party in SHOWN}
        lines.append(line | {say("column.scenario_months", lang): worked_text(worked, lang)})
    return Table("levels", say("table.scenarios.levels", lang), pd.DataFrame(lines), tuple(rows))


def scenario_list_table(results: Results, lang: str) -> Table:
    """Every scenario: what it starts from, size, horizon, what is assumed, and which steps were made again."""
    names = {name: facts[f"name_{lang}"] for name, facts in results.meta["scenarios"].items()}
    lines = []
    for name, facts in scenario_facts(results, differing=False).items():
        again = listing([say(f"scenario.step.{step}", lang) for step in facts["steps_again"]], lang)
        lines.append(
            {
                say("column.scenario", lang): names[name],
                say("column.against", lang): names[facts["parent"]],
                say("column.participants", lang): number(facts["participants"], lang),
                say("column.assumed", lang): _assumed(results, name, lang) or say("number.missing", lang),
                say("column.again", lang): again or say("scenario.step.none", lang),
            }
        )
    rows = tuple(results.rows(quantity="contract_rule", state="agreed"))
    return Table("scenario-list", say("table.scenarios.list", lang), pd.DataFrame(lines), rows)


def _assumed(results: Results, scenario: str, lang: str) -> str:
    """The note of a scenario, after the payments that parties agree on in it."""
    agreed = agreed_in(results, scenario)
    rules = sentence(agreement_clause(agreed, lang)) + "." if agreed else ""
    return " ".join(text for text in (rules, results.meta["scenarios"][scenario][f"note_{lang}"]) if text)


def _rows(results: Results, scenario: str) -> list[Any]:
    wanted = {"scenario": scenario, "against": BASE, "per": "participant"}
    return results.rows(quantity="scenario_difference", **wanted)
