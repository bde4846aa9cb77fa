"""What an approach that reaches many people does: from what effect on it is worth its cost, and what a person costs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.numbers import (
    about,
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


def reach_verdict(results: Results, lang: str) -> list[str]:
    """From what effect on the approach is worth its money, how likely that effect is, and what a person costs."""
    cost = results.maybe(quantity="reach", item="reach_cost_person")
    if cost is None:
        return []
    people = results.one(quantity="reach", item="reach_people")
    step = money_step(cost)
    price = say(
        "verdict.reach.cost", lang, cost=euro_in_text(cost.value, lang, step), people=number(people.value, lang),
        range=euro_range(cost.low80, cost.high80, lang, step),
        paid=say("verdict.reach.paid", lang) if _employs(results) else "",
    )  # fmt: skip
    expected = results.one(quantity="reach_placed")
    spread = _fewer_or_more(expected, lang)
    guess = say("verdict.reach.expected", lang, value=number(expected.value, lang), range=spread)
    society, municipality = (_tipping(results, party, lang) for party in TIPPING_PARTIES)
    return [f"{society} {guess}", municipality, price]


def extra_work_verdict(results: Results, lang: str) -> str:
    """Months of work that all participants together gain: what support without placement has for an outcome."""
    horizon, people = results.meta["main_horizon"], results.meta["participants_planned"]
    row = results.one(quantity="months_worked", horizon=horizon, per="participant")
    low, high = (end * people for end in (row.low80, row.high80))
    kind = "less" if high < 0 else "more" if low >= 0 else "both"
    # Without a sign a small number comes first, except where the two ends lie on both sides of zero.
    ends = sorted((abs(low), abs(high))) if kind != "both" else (abs(low), abs(high))
    span = say(f"verdict.extra_work.range.{kind}", lang, low=about(ends[0], lang), high=about(ends[1], lang))
    more = say("verdict.extra_work.less" if row.value < 0 else "verdict.extra_work.more", lang)
    text = say(
        "verdict.extra_work", lang, people=number(people, lang), horizon=months_span(horizon, lang),
        value=about(abs(row.value) * people, lang), more=more, mark=mark(row, lang), range=span,
    )  # fmt: skip
    return f"{text} {say('verdict.extra_work.experts', lang)}" if _employs(results) else text


def _employs(results: Results) -> bool:
    """Whether people of the group itself are paid by the programme: they are participants too."""
    return results.maybe(quantity="reach", item="reach_employed") is not None


def client_reach(results: Results, lang: str) -> list[str]:
    """For participants: how many find work by the approach and from how many on it pays; empty without people reached.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    """
    expected = results.maybe(quantity="reach_placed")
    if expected is None:
        return []
    value = number(expected.value, lang)
    texts = [say("client.reach", lang, value=value, range=_fewer_or_more(expected, lang), mark=mark(expected, lang))]
    if _employs(results):
        texts.append(say("client.reach.paid", lang))
    needed = results.one(quantity="tipping_placed", party="society")
    if not is_missing(needed.value):
        texts.append(say("client.reach.worth", lang, value=number(needed.value, lang)))
    texts.append(say("client.reach.chance", lang, chance=chance_phrase(needed.probability, lang)))
    return texts


def _fewer_or_more(row: Any, lang: str) -> str:
    """Range of people; no minus sign before people."""
    if row.low80 < 0 < row.high80:
        return say("client.reach.both", lang, low=number(-row.low80, lang), high=number(row.high80, lang))
    return number_range(row.low80, row.high80, lang)


def _tipping(results: Results, party: str, lang: str) -> str:
    row = results.one(quantity="tipping_placed", party=party)
    the = the_party(party, lang)
    never = results.one(quantity="tipping_never", party=party).value
    texts = []
    if not is_missing(row.value):
        said = {"value": number(row.value, lang), "range": _open_range(row, lang)}
        texts.append(say("verdict.reach.tipping", lang, the=the, **said))
    elif never < results.one(quantity="tipping_always", party=party).value:
        texts.append(say("verdict.reach.always", lang, the=the))
    if never >= SEEN_OFTEN:
        texts.append(say("verdict.reach.never", lang, the=the, never=percent(never, lang)))
    texts.append(say("verdict.reach.chance", lang, the=the, chance=chance_phrase(row.probability, lang)))
    return " ".join(sentence(text) for text in texts)


def _open_range(row: Any, lang: str, decimals: int = 0) -> str:
    """80% range of a tipping point; an end is open where no effect is large enough, or none is needed."""
    if is_missing(row.high80):
        return say("number.or_more", lang, value=number(row.low80, lang, decimals))
    if is_missing(row.low80):
        return say("number.or_fewer", lang, value=number(row.high80, lang, decimals))
    return number_range(row.low80, row.high80, lang, decimals)


def reach_table(results: Results, lang: str) -> Table | None:
    """People reached, contacts, experts and cost; None without rows."""
    rows = results.rows(quantity="reach")
    if not rows:
        return None
    data = pd.DataFrame(
        {
            say("column.reach", lang): [label(row, lang, "item_label") + mark(row, lang) for row in rows],
            say("column.value", lang): [_reached(row, lang) for row in rows],
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
    return f"{number(row.value, lang, decimals)} ({_open_range(row, lang, decimals)})"


def _reached(row: Any, lang: str) -> str:
    known = row.low80 == row.high80 or row.unit.startswith("EUR")
    return in_unit(row.value, row.unit, lang, _step(row)) if known else about(row.value, lang)


def _step(row: Any) -> float | None:
    return money_step(row) if row.unit.startswith("EUR") else None


def _spread(row: Any, lang: str) -> str:
    if row.low80 == row.high80:
        return ""
    return interval(row, lang) if row.unit.startswith("EUR") else about_range(row, lang)


def about_range(row: Any, lang: str) -> str:
    """80% range of a guessed number, in no more figures than it can bear."""
    return say("number.between", lang, low=about(row.low80, lang), high=about(row.high80, lang))
