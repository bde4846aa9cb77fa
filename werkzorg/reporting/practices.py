"""What is special to a practice, in sentences and tables: people reached, a survey, flows per target group."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.numbers import (
    euro_in_text,
    euro_range,
    in_unit,
    is_missing,
    months_span,
    number,
    number_range,
    percent,
)
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table, interval
from werkzorg.reporting.verdicts import chance_phrase, label, mark, money_step, sentence, the_party
from werkzorg.wording import say

SEEN_OFTEN = 0.05
"""Share of the calculations without a tipping point from which on the text says so."""

TIPPING_PARTIES = ("society", "municipality")


def practice_verdicts(results: Results, lang: str) -> list[str]:
    """Paragraphs for the first page about the parts that a practice has; empty for a pilot without them.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    """
    return [text for make in (reach_verdict,) for text in make(results, lang)]


def reach_verdict(results: Results, lang: str) -> list[str]:
    """What the approach costs per person, from what effect on it is worth that, and how likely the effect is."""
    cost = results.maybe(quantity="reach", item="reach_cost_person")
    if cost is None:
        return []
    people = results.one(quantity="reach", item="reach_people")
    step = money_step(cost)
    first = say(
        "verdict.reach.cost", lang, cost=euro_in_text(cost.value, lang, step), people=number(people.value, lang),
        range=euro_range(cost.low80, cost.high80, lang, step),
    )  # fmt: skip
    expected = results.one(quantity="reach_placed")
    spread = number_range(expected.low80, expected.high80, lang)
    last = say("verdict.reach.expected", lang, value=number(expected.value, lang), range=spread)
    return [
        f"{first} {_tipping(results, TIPPING_PARTIES[0], lang)} {last}",
        _tipping(results, TIPPING_PARTIES[1], lang),
    ]


def _tipping(results: Results, party: str, lang: str) -> str:
    row = results.maybe(quantity="tipping_placed", party=party)
    the = the_party(party, lang)
    if row is None:
        return sentence(say("verdict.reach.none", lang, the=the))
    text = say(
        "verdict.reach.tipping", lang, the=the, value=number(row.value, lang),
        range=number_range(row.low80, row.high80, lang), chance=chance_phrase(row.probability, lang),
    )  # fmt: skip
    never = results.one(quantity="tipping_never", party=party).value
    if never >= SEEN_OFTEN:
        text += " " + say("verdict.reach.never", lang, the=the, never=percent(never, lang))
    return sentence(text)


def reach_table(results: Results, lang: str) -> Table | None:
    """People reached, contacts, experts and cost; None without rows."""
    rows = results.rows(quantity="reach")
    if not rows:
        return None
    data = pd.DataFrame(
        {
            say("column.reach", lang): [label(row, lang, "item_label") + mark(row, lang) for row in rows],
            say("column.value", lang): [in_unit(row.value, row.unit, lang, _step(row)) for row in rows],
            say("column.range80", lang): [_spread(row, lang) for row in rows],
        }
    )
    return Table("reach", say("table.reach.caption", lang), data, tuple(rows))


def tipping_table(results: Results, lang: str) -> Table | None:
    """Smallest effect at which each party gains, and the chance that it is reached; None without rows."""
    ratios = results.rows(quantity="tipping_ratio")
    if not ratios:
        return None
    placed = [results.maybe(quantity="tipping_placed", party=row.party) for row in ratios]
    data = pd.DataFrame(
        {
            say("column.party", lang): [sentence(party_name(row.party, lang)) + mark(row, lang) for row in ratios],
            say("column.tipping_placed", lang): [_middle(row, lang, 0) for row in placed],
            say("column.tipping_ratio", lang): [_middle(row, lang, 2) for row in ratios],
            say("column.tipping_chance", lang): [chance_phrase(row.probability, lang) for row in ratios],
        }
    )
    caption = say("table.tipping.caption", lang, horizon=months_span(results.meta["main_horizon"], lang))
    rows = (*ratios, *(row for row in placed if row is not None))
    return Table("tipping", caption, data, rows, (say("table.tipping.note", lang),))


def _middle(row: Any, lang: str, decimals: int) -> str:
    if row is None or is_missing(row.value):
        return say("number.missing", lang)
    spread = number_range(row.low80, row.high80, lang, decimals)
    return f"{number(row.value, lang, decimals)} ({spread})"


def _step(row: Any) -> float | None:
    return money_step(row) if row.unit.startswith("EUR") else None


def _spread(row: Any, lang: str) -> str:
    return "" if row.low80 == row.high80 else interval(row, lang)
