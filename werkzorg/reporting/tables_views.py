"""The three ways of counting side by side, each with its own discounting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from werkzorg.reporting.numbers import (
    LEAST_QALY,
    PER_THOUSAND,
    euro,
    health_decimals,
    months_span,
    number,
    percent,
    shared_step,
)
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table
from werkzorg.reporting.verdicts import mark, money_step
from werkzorg.wording import say

VIEWS = ("society", "care", "budget")
"""As in a social cost-benefit analysis, as in an economic evaluation of care, and as in a budget."""


def _step(rows: Iterable[Any]) -> float:
    """One step for all ways of counting of a party: rounding alone may not set them apart."""
    found = list(rows)
    values = [row.value for row in found]
    return shared_step(min(values), max(values), min(money_step(row) for row in found))


def views_table(results: Results, lang: str) -> Table | None:
    """Net result per participant at the main horizon, one column per way of counting; None without rows.

    The budget column leaves society out: what one budget saves on benefits another person misses, so that adding up
    budgets would count transfers as gains.
    """
    end = results.meta["main_horizon"]
    found = {row.party: {"care": row} for row in results.rows(quantity="net_care", horizon=end)}
    if not found:
        return None
    for view in ("society", "budget"):
        for row in results.rows(quantity="net", horizon=end, per="participant", view=view):
            if row.party in found and (row.party, view) != ("society", "budget"):
                found[row.party][view] = row
    rates = results.meta["care_rates"]
    names = {
        "society": say("column.view_society", lang, rate=percent(results.meta["discount_rate"], lang, 2)),
        "care": say("column.view_care", lang, rate=percent(rates["costs"], lang)),
        "budget": say("column.view_budget", lang),
    }
    none = say("number.missing", lang)
    data = pd.DataFrame(
        {
            say("column.party", lang): [
                party_name(party, lang) + mark(rows["care"], lang) for party, rows in found.items()
            ]
        }
        | {
            names[view]: [
                euro(rows[view].value, lang, _step(rows.values())) if view in rows else none for rows in found.values()
            ]
            for view in VIEWS
        }
    )
    notes = [say("table.views.note", lang)]
    health = results.maybe(quantity="qaly_care", horizon=end)
    if health is not None:
        effect = percent(rates["effects"], lang, 1)
        small = abs(health.value) < LEAST_QALY
        times = PER_THOUSAND if small else 1
        decimals = health_decimals(health.low80 * times, health.high80 * times)
        value = number(health.value * times, lang, decimals)
        per = say(f"front.not_euros.per.{'thousand' if small else 'one'}", lang)
        notes.append(say("table.views.qaly", lang, value=value, rate=effect, per=per))
    if end <= 12:
        notes.append(say("table.views.short", lang))
    caption = say("table.views.caption", lang, horizon=months_span(end, lang))
    shown = [rows[view] for rows in found.values() for view in VIEWS if view in rows]
    shown += [] if health is None else [health]
    return Table("views", caption, data, tuple(shown), tuple(notes))
