"""The list of accountability: what reporting standards ask for, whether it is there, and where."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from werkzorg.reporting.basis import has_records
from werkzorg.reporting.calibration import calibration_state, calibration_verdict, kind_of, read_certificate
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table
from werkzorg.wording import say

YES, NOT_NEEDED, MISSING = "yes", "not_needed", "missing"

RELEASED = "K52"
"""That somebody released what rests on people."""

ESSENTIAL = ("K03", "K07", "K08", "K36", "K39", RELEASED)
"""Without one of these every report says that it is a draft."""


@dataclass(frozen=True)
class Item:
    """One thing that a standard asks for.

    Parameters
    ----------
    id : str
        Its number in the list.
    standard : str
        Reporting standard that asks for it.
    said : str
        Key of the pilot's own sentence, empty when the run fills the item.
    rows : tuple of str
        Quantities of the results table, any of which shows that it is there; empty: it always is.
    records_only : bool
        Whether it speaks of case records alone.
    """

    id: str
    standard: str
    said: str = ""
    rows: tuple[str, ...] = ()
    records_only: bool = False


ITEMS = (
    Item("K01", "CHEERS 1"),
    Item("K02", "CHEERS 2"),
    Item("K03", "CHEERS 3", said="decision"),
    Item("K04", "CHEERS 4", said="analysis_plan"),
    Item("K05", "CHEERS 5"),
    Item("K06", "CHEERS 6", said="setting"),
    Item("K07", "CHEERS 7", said="comparison"),
    Item("K08", "CHEERS 8", said="perspectives"),
    Item("K09", "CHEERS 9"),
    Item("K10", "CHEERS 10", rows=("net_care",)),
    Item("K11", "CHEERS 11", said="outcomes"),
    Item("K12", "CHEERS 12"),
    Item("K13", "CHEERS 13"),
    Item("K14", "CHEERS 14"),
    Item("K15", "CHEERS 15"),
    Item("K16", "CHEERS 16"),
    Item("K17", "CHEERS 17"),
    Item("K18", "CHEERS 18", rows=("subgroup",)),
    Item("K19", "CHEERS 19", rows=("flow",)),
    Item("K20", "CHEERS 20", rows=("parameter",)),
    Item("K21", "CHEERS 21", said="engagement"),
    Item("K22", "CHEERS 22"),
    Item("K23", "CHEERS 23", rows=("net",)),
    Item("K24", "CHEERS 24", rows=("tornado",)),
    Item("K25", "CHEERS 25", said="engagement_changes"),
    Item("K26", "CHEERS 26", said="findings"),
    Item("K27", "CHEERS 27", said="funding"),
    Item("K28", "CHEERS 28", said="interests"),
    Item("K29", "ISPOR BIA", rows=("budget_year",)),
    Item("K30", "ISPOR BIA"),
    Item("K31", "MKBA", rows=("state_share",)),
    Item("K32", "MKBA", said="displacement"),
    Item("K33", "MKBA"),
    Item("K34", "RWS", rows=("payback_month",)),
    Item("K35", "ISPOR-SMDM", rows=("evpi",)),
    Item("K36", "BARG 1", rows=("parameter",)),
    Item("K37", "BARG 1", rows=("check",)),
    Item("K38", "BARG 2"),
    Item("K39", "BARG 2"),
    Item("K40", "BARG 3", rows=("parameter",)),
    Item("K41", "BARG", rows=("check",)),
    Item("K42", "BARG 4", said="decision_rule"),
    Item("K43", "BARG 5", rows=("check",)),
    Item("K44", "Bayesian workflow", rows=("likelihood_variant",), records_only=True),
    Item("K45", "MKBA", said="confounding"),
    Item("K46", "BARG 6"),
    Item("K47", "AdViSHE A", said="concept_checked"),
    Item("K48", "AdViSHE B", said="data_checked"),
    Item("K49", "AdViSHE C"),
    Item("K50", "AdViSHE D", said="outcomes_checked"),
    Item("K51", "SBC"),
    Item("K52", "SDC"),
    Item("K53", "AVG", records_only=True),
    Item("K54", "B1"),
)
"""All items, in the order of the list."""

_REASONS = {"K18": "no_subgroups", "K37": "no_checks", "K41": "no_checks", "K43": "no_checks"}
"""Why an item may be absent without being missing."""


def state_of(item: Item, results: Results) -> str:
    """Whether an item is there, not needed, or missing."""
    if item.records_only and not has_records(results):
        return NOT_NEEDED
    if item.said:
        return YES if _said(item, results, "nl") else MISSING
    special = {"K39": _sampling, "K51": _calibration, RELEASED: _disclosure}.get(item.id)
    if special is not None:
        return special(results)
    if not item.rows or any(results.rows(quantity=name) for name in item.rows):
        return YES
    return NOT_NEEDED if item.id in _REASONS else MISSING


def missing_essentials(results: Results) -> tuple[str, ...]:
    """Essential items that are missing; without any the report is no draft.

    A comparison of scenarios leans on the reports of its pilot, and these say what is missing.
    """
    if "scenarios" in results.meta:
        return ()
    return tuple(item.id for item in ITEMS if item.id in ESSENTIAL and state_of(item, results) == MISSING)


def draft_text(results: Results, lang: str) -> str:
    """The word that a report is a draft, and why: not released, or what is missing; empty when nothing essential is."""
    missing = missing_essentials(results)
    lacking = [name for name in missing if name != RELEASED]
    names = "; ".join(say(f"checklist.short.{name}", lang) for name in lacking)
    if RELEASED in missing:
        text = say("checklist.not_released", lang)
        return f"{text} {say('checklist.also_missing', lang, names=names)}" if names else text
    return say("checklist.draft", lang, names=names) if names else ""


def checklist_table(results: Results, lang: str) -> Table:
    """All items with their state, and where they are or what is said."""
    states = [state_of(item, results) for item in ITEMS]
    data = pd.DataFrame(
        {
            say("column.checklist_item", lang): [
                f"{item.id} {say(f'checklist.{item.id}', lang)} ({item.standard})" for item in ITEMS
            ],
            say("column.checklist_state", lang): [say(f"checklist.state.{state}", lang) for state in states],
            say("column.checklist_where", lang): [
                _where(item, state, results, lang) for item, state in zip(ITEMS, states, strict=True)
            ],
        }
    )
    counts = {state: states.count(state) for state in (YES, NOT_NEEDED, MISSING)}
    return Table("checklist", say("table.checklist.caption", lang, all=len(ITEMS), **counts), data)


def _where(item: Item, state: str, results: Results, lang: str) -> str:
    if state == MISSING:
        return say("checklist.ask", lang, key=item.said) if item.said else say("checklist.lacking", lang)
    if state == NOT_NEEDED:
        reason = "no_records" if item.records_only else _REASONS.get(item.id, "prior_only")
        return say(f"checklist.because.{reason}", lang)
    if item.said:
        return _said(item, results, lang)
    if item.id == "K51":
        return calibration_verdict(lang, "technical", results.meta.get("basis"))
    if item.id == RELEASED:
        return say("checklist.where.K52.released" if has_records(results) else "checklist.where.K52", lang)
    return say(f"checklist.where.{item.id}", lang)


def _said(item: Item, results: Results, lang: str) -> str:
    return str(results.meta.get("accountability", {}).get(item.said, {}).get(lang, ""))


def _sampling(results: Results) -> str:
    return YES if len(results.gates) else NOT_NEEDED


def _calibration(results: Results) -> str:
    state = calibration_state(read_certificate(), kind_of(results.meta.get("basis")))
    return MISSING if state == "none" else YES


def _disclosure(results: Results) -> str:
    """Published counts disclose nothing new; what rests on records must have been released by somebody."""
    return YES if not has_records(results) or results.meta.get("released_by") else MISSING
