"""Tables of a pilot with case records: who was followed, parts of the measured change, and what would undo it."""

from __future__ import annotations

import pandas as pd

from werkzorg.reporting.numbers import chance, euro, is_missing, months_span, percent
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table, interval
from werkzorg.reporting.verdicts import label, money_step
from werkzorg.reporting.verdicts_records import persons_text, relative, signed, year_text
from werkzorg.wording import say


def records_table(results: Results, lang: str) -> Table:
    """People by group, follow-up and what is missing, from rows `record_fact`."""
    rows = results.rows(quantity="record_fact")
    whole = [row for row in rows if row.group is None]
    groups = [name for name in ("programme", "comparison") if any(row.group == name for row in rows)]
    facts = {(row.item, row.group): row for row in rows}
    missing = say("number.missing", lang)
    lines = []
    for item in dict.fromkeys(row.item for row in rows if row.group is not None):
        line = {say("column.fact", lang): say(f"item.{item}", lang)}
        for group in groups:
            row = facts.get((item, group))
            line[say(f"column.group_{group}", lang)] = missing if row is None else _fact_text(results, row, lang)
        lines.append(line)
    gaps = {group: _gap_text(results, group, lang) for group in groups}
    for row in whole:
        if row.item == "has_comparison":
            continue
        line = {say("column.fact", lang): label(row, lang, "item_label")}
        if row.item == "months_missing" and all(gaps.values()):
            lines.append(line | {say(f"column.group_{group}", lang): text for group, text in gaps.items()})
            continue
        line[say("column.group_programme", lang)] = _fact_text(results, row, lang)
        if "comparison" in groups:
            line[say("column.group_comparison", lang)] = _fact_text(results, row, lang)
        lines.append(line)
    notes = (say("table.records.note", lang), say("table.records.gaps", lang))
    if "comparison" in groups:
        notes += (say("table.records.amounts_together" if all(gaps.values()) else "table.records.together", lang),)
    return Table("records", say("table.records.caption", lang), pd.DataFrame(lines), tuple(rows), notes)


def _gap_text(results: Results, group: str, lang: str) -> str:
    """Person-months of a group that are missing: about so many, and which share; empty when it is not known."""
    share = results.maybe(quantity="missing_months", group=group, item="gap_share")
    if share is None or is_missing(share.value):
        return ""
    count = results.one(quantity="missing_months", group=group, item="gap_count")
    return say("cell.months_share", lang, months=persons_text(results, count, lang), share=percent(share.value, lang))


def lost_table(results: Results, lang: str) -> Table | None:
    """Net result of each party under each reading of what became of people who were lost; None when nobody was."""
    rows = results.rows(quantity="dropout")
    if not rows:
        return None
    end, readings = rows[0].horizon, list(dict.fromkeys(row.item for row in rows))
    lines = []
    for party in dict.fromkeys(row.party for row in rows):
        run = results.one(quantity="net", party=party, horizon=end, per="participant", view="society")
        found = {say("column.reading_run", lang): run}
        for reading in readings:
            row = next(row for row in rows if (row.item, row.party) == (reading, party))
            found[say(f"column.reading.{reading}", lang)] = row
        cells = {name: _amount_chance(row, money_step(run), lang) for name, row in found.items()}
        lines.append({say("column.party", lang): party_name(party, lang)} | cells)
    caption = say("table.lost.caption", lang, horizon=months_span(end, lang))
    return Table("lost", caption, pd.DataFrame(lines), tuple(rows), (say("table.lost.note", lang),))


def _amount_chance(row, step: float, lang: str) -> str:
    return say("cell.amount_chance", lang, amount=euro(row.value, lang, step), chance=chance(row.probability, lang))


def _fact_text(results: Results, row, lang: str) -> str:
    if row.unit == "persons":
        return persons_text(results, row, lang)
    return months_span(row.value, lang) if row.unit == "months" else percent(row.value, lang)


def decomposition_table(results: Results, lang: str) -> Table:
    """Parts of the measured change with their intervals, and the change itself."""
    rows = results.rows(quantity="decomposition")
    missing = say("number.missing", lang)
    data = pd.DataFrame(
        {
            say("column.item", lang): [label(row, lang, "item_label") for row in rows],
            say("column.expected", lang): [signed(row, lang) for row in rows],
            say("column.range80", lang): [missing if is_missing(row.low80) else interval(row, lang) for row in rows],
        }
    )
    caption = say("table.decomposition.caption", lang, year=year_text(rows[0], lang))
    return Table("decomposition", caption, data, tuple(rows), (say("table.decomposition.note", lang),))


def vanishing_table(results: Results, lang: str) -> Table:
    """How large another cause must be before nothing is left for work."""
    needed = results.rows(quantity="vanishing_needed")
    assumed = {row.item: row for row in results.rows(quantity="vanishing_assumed")}
    data = pd.DataFrame(
        {
            say("column.item", lang): [label(row, lang, "item_label") for row in needed],
            say("column.vanish_needed", lang): [_relative_range(row, lang) for row in needed],
            say("column.vanish_assumed", lang): [_relative_range(assumed[row.item], lang) for row in needed],
            say("column.vanish_thought", lang): [chance(row.probability, lang) for row in needed],
        }
    )
    rows = (*needed, *assumed.values())
    return Table("vanishing", say("table.vanishing.caption", lang), data, rows, (say("table.vanishing.note", lang),))


def _relative_range(row, lang: str) -> str:
    ends = (relative(value, lang) for value in (row.low80, row.high80))
    span = say("number.between", lang, **dict(zip(("low", "high"), ends, strict=True)))
    return f"{relative(row.value, lang)} ({span})"
