"""Tables of the checks of the model."""

from __future__ import annotations

import pandas as pd

from werkzorg.reporting.basis import say_basis
from werkzorg.reporting.numbers import in_unit, is_missing, number, percent, range_in_unit
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table
from werkzorg.reporting.verdicts import label, sentence
from werkzorg.wording import say

SEEN_STEP = 10.0
"""Euros to which a measured amount is rounded beside its band."""


def checks_table(results: Results, lang: str) -> Table:
    """All checks with verdict and finding."""
    rows = results.rows(quantity="check")
    data = pd.DataFrame(
        {
            say("column.check", lang): [label(row, lang, "item_label") for row in rows],
            say("column.verdict", lang): [say(f"check.verdict.{_kind(row)}", lang) for row in rows],
            say("column.check_finding", lang): [label(row, lang) for row in rows],
        }
    )
    return Table("checks", say("table.checks.caption", lang), data, tuple(rows))


def _kind(row) -> str:
    return "none" if is_missing(row.value) else "passed" if row.value else "failed"


def check_table(results: Results, check: str, lang: str) -> Table | None:
    """What one check compared; None when it has no lines."""
    rows = results.rows(quantity="check_line", item=check)
    if not rows:
        return None
    by_party = {"power": ("column.of_prior", "column.of_data"), "prior_knowledge": ("column.prior_knowledge",)}
    if check in by_party:
        columns = {
            say(key, lang): [_share(row, place, lang) for row in rows] for place, key in enumerate(by_party[check])
        }
    else:
        missing = say("number.missing", lang)
        columns = {
            say("column.seen", lang): [
                missing if is_missing(row.value) else in_unit(row.value, row.unit, lang, SEEN_STEP) for row in rows
            ],
            say("column.model", lang): [_rounded(row, row.mean, lang) for row in rows],
            say("column.band99", lang): [_band(row, lang) for row in rows],
            say("column.inside", lang): [say("meta.yes" if row.inside else "meta.no", lang) for row in rows],
        }
        if check == "prior":
            # Beforehand nothing was seen.
            del columns[say("column.seen", lang)]
    data = pd.DataFrame({say("column.check_line", lang): [sentence(label(row, lang)) for row in rows]} | columns)
    hidden = any(is_missing(row.value) for row in rows) and check not in (*by_party, "prior")
    notes = (say_basis(results, "table.check.note", lang),) if hidden else ()
    caption = say("table.check.caption", lang, check=label(rows[0], lang, "item_label"))
    return Table(f"check-{check}", caption, data, tuple(rows), notes)


def _share(row, place: int, lang: str) -> str:
    value = row.mean if place else row.value
    return percent(value, lang) if row.unit == "fraction" else number(value, lang, 2)


def _rounded(row, value: float, lang: str) -> str:
    step = 100.0 if row.unit.startswith("EUR") else None
    return in_unit(value, row.unit, lang, step) if row.unit != "persons" else number(value, lang)


def _band(row, lang: str) -> str:
    if row.unit.startswith("EUR"):
        low, high = (_rounded(row, value, lang) for value in (row.low99, row.high99))
        return say("number.between", lang, low=low, high=high)
    return range_in_unit(row.low99, row.high99, row.unit, lang)
