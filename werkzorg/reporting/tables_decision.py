"""Tables about deciding: worth of knowing, studies, budgets per calendar year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.numbers import euro, euro_range
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table
from werkzorg.reporting.verdicts import label, mark, sentence
from werkzorg.reporting.verdicts_decision import budget_step, rough_step, study_name
from werkzorg.wording import say

DECIDERS = ("municipality", "insurer", "ggz_institution", "client", "society")


def knowing_table(results: Results, lang: str) -> Table | None:
    """Worth of knowing each subject and each single value, per party, with its error; None without rows."""
    whole = {row.party: row for row in results.rows(quantity="evpi")}
    parts = results.rows(quantity="evppi")
    if not whole:
        return None
    shown = [party for party in DECIDERS if any(row.party == party for row in parts)]
    cells = {(row.item or row.parameter, row.party): row for row in parts}
    names = {row.item or row.parameter: row for row in parts}
    lines = [_line(say("table.knowing.all", lang), [whole[party] for party in shown], lang)]
    lines += [
        _line(
            say("table.knowing.subject", lang, name=label(row, lang, "item_label")) if row.item else label(row, lang),
            [cells[key, party] for party in shown],
            lang,
        )
        for key, row in sorted(names.items(), key=lambda pair: pair[1].item is None)
        if any(_tells(cells[key, party]) for party in shown)
    ]
    columns = [say("column.knowing", lang), *(party_name(party, lang) for party in shown)]
    rows = (*whole.values(), *parts)
    notes = (say("table.knowing.note", lang),)
    return Table("knowing", say("table.knowing.caption", lang), pd.DataFrame(lines, columns=columns), rows, notes)


def _line(name: str, rows: list[Any], lang: str) -> tuple[str, ...]:
    return (name, *(_with_error(row, lang) for row in rows))


def _with_error(row: Any, lang: str) -> str:
    if not _tells(row):
        return euro(0.0, lang, 1.0)
    return say("number.with_error", lang, value=euro(row.value, lang, 1.0), error=euro(row.standard_error, lang, 1.0))


def _tells(row: Any) -> bool:
    """Whether a worth is more than rounding to whole euros."""
    return row.value >= 0.5


def studies_table(results: Results, lang: str) -> Table | None:
    """Each study: worth to society and to those who can pay, cost and what is left; None without rows."""
    rows = results.rows(quantity="enbs", party="society")
    if not rows:
        return None
    lines, used = [], list(rows)
    for row in rows:
        same = {"item": row.item, "count": row.count}
        worth = results.one(quantity="evsi_worth", party="society", **same)
        cost = results.one(quantity="study_cost", **same)
        payers = results.maybe(quantity="payers_worth", **same)
        used += [one for one in (worth, cost, payers) if one is not None]
        # A cost is known no better than in three digits; what is left is as rough as the roughest of the two.
        step, least = rough_step(worth.standard_error), max(1.0, rough_step(cost.value) / 10)
        paid = 0.0 if payers is None else payers.value
        lines.append(
            {
                say("column.study", lang): sentence(study_name(results, row.item, row.count, lang)),
                say("column.worth_society", lang): say(
                    "number.with_error", lang, value=euro(worth.value, lang, step),
                    error=euro(worth.standard_error, lang, step),
                ),
                say("column.worth_payers", lang): euro(paid, lang, rough_step(paid)),
                say("column.study_cost", lang): euro(cost.value, lang, least),
                say("column.left", lang): euro(row.value, lang, max(step, least)),
            }
        )  # fmt: skip
    notes = (say("table.studies.note", lang),)
    return Table("studies", say("table.studies.caption", lang), pd.DataFrame(lines), tuple(used), notes)


def budget_table(results: Results, party: str, lang: str) -> Table | None:
    """Budget of a party per calendar year: as it arises, its interval, and as cash; None without rows."""
    booked = {row.year: row for row in results.rows(quantity="budget_year", party=party, item="booked")}
    cash = {row.year: row for row in results.rows(quantity="budget_year", party=party, item="cash")}
    if not booked:
        return None
    step = budget_step(results, party)
    lines = [
        (
            f"{int(year)}{mark(booked[year], lang)}", euro(booked[year].value, lang, step),
            euro(cash[year].value, lang, step), euro_range(cash[year].low80, cash[year].high80, lang, step),
        )
        for year in sorted(booked)
    ]  # fmt: skip
    total = [euro(sum(row.value for row in kind.values()), lang, step) for kind in (booked, cash)]
    lines.append((say("column.total", lang), *total, ""))
    names = ("column.calendar_year", "column.booked", "column.cash", "column.cash_range80")
    data = pd.DataFrame(lines, columns=[say(name, lang) for name in names])
    caption = say("table.budget.caption", lang, party=party_name(party, lang))
    # The sentence about the risk stands above this table: its assumptions belong to the list too.
    rows = (*booked.values(), *cash.values(), *results.rows(quantity="certainty", party=party))
    notes = (say("table.budget.note", lang), say("note.finer", lang))
    return Table(f"budget-{party}", caption, data, rows, notes)
