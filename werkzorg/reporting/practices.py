"""What is special to a practice, in sentences and tables: people reached, a survey, flows per target group."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.basis import group_name
from werkzorg.reporting.numbers import (
    about,
    euro,
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

WHOLE_FROM = 0.1
"""From this share on a percentage has no decimals."""

TIPPING_PARTIES = ("society", "municipality")


def practice_verdicts(results: Results, lang: str) -> list[str]:
    """Paragraphs with which the first page of such a practice begins; empty for a pilot without them.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    """
    return [text for make in (reach_verdict, survey_verdict) for text in make(results, lang)]


def practice_asides(results: Results, lang: str) -> list[str]:
    """Paragraphs about parts that stand beside the answer: a change of client manager, and flows per target group."""
    made_up = results.meta.get("flows_synthetic", False)
    # The first page gives no numbers that somebody made up.
    flows = [say("verdict.flows.example", lang)] if made_up else flow_verdict(results, lang)
    return [*manager_verdict(results, lang), *flows]


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


def _step(row: Any) -> float | None:
    return money_step(row) if row.unit.startswith("EUR") else None


def _reached(row: Any, lang: str) -> str:
    known = row.low80 == row.high80 or row.unit.startswith("EUR")
    return in_unit(row.value, row.unit, lang, _step(row)) if known else about(row.value, lang)


def _spread(row: Any, lang: str) -> str:
    if row.low80 == row.high80:
        return ""
    return interval(row, lang) if row.unit.startswith("EUR") else _about_range(row, lang)


def survey_verdict(results: Results, lang: str) -> list[str]:
    """What people value and get, the gap between them, and how many people it concerns."""
    gap = results.maybe(quantity="survey_gap")
    if gap is None:
        return []
    valued, received = results.rows(quantity="survey_share")
    effect = results.one(quantity="survey_effect")
    first = say(
        "verdict.survey.shares", lang, n=number(gap.count, lang), places=number(effect.count, lang),
        valued=percent(valued.value, lang), valued_range=interval(valued, lang),
        received=percent(received.value, lang), received_range=interval(received, lang),
    )  # fmt: skip
    second = say("verdict.survey.gap", lang, gap=percent(gap.value, lang), range=interval(gap, lang))
    return [f"{first} {second}", _people_verdict(results, lang)]


def client_survey(results: Results, lang: str) -> list[str]:
    """For participants: what share of the people who were asked value this support, and what share get it."""
    gap = results.maybe(quantity="survey_gap")
    if gap is None:
        return []
    valued, received = (percent(row.value, lang) for row in results.rows(quantity="survey_share"))
    return [say("client.survey", lang, n=number(gap.count, lang), valued=valued, received=received)]


def _people_verdict(results: Results, lang: str) -> str:
    size = results.meta["survey_inhabitants"]
    people, lacking = (
        results.one(quantity="survey_people", item=item, count=size) for item in ("survey_assistance", "survey_lacking")
    )
    return say(
        "verdict.survey.people", lang, size=number(size, lang),
        people=about(people.median, lang), range=_about_range(people, lang),
        lacking=about(lacking.median, lang), lacking_range=_about_range(lacking, lang),
        planned=number(results.meta["participants_planned"], lang),
    )  # fmt: skip


def _about_range(row: Any, lang: str) -> str:
    return say("number.between", lang, low=about(row.low80, lang), high=about(row.high80, lang))


def survey_table(results: Results, lang: str) -> Table | None:
    """Shares and gap with their intervals; None without rows."""
    gap = results.maybe(quantity="survey_gap")
    if gap is None:
        return None
    effect = results.one(quantity="survey_effect")
    rows = [*results.rows(quantity="survey_share"), gap]
    data = pd.DataFrame(
        {
            say("column.survey", lang): [
                (label(row, lang, "item_label") if row.item else label(row, lang)) + mark(row, lang) for row in rows
            ],
            say("column.value", lang): [percent(row.value, lang) for row in rows],
            say("column.range80", lang): [interval(row, lang) for row in rows],
        }
    )
    note = say(
        "table.survey.note", lang, effect=number(effect.value, lang, 1), n=number(gap.count, lang),
        effective=about(gap.count / effect.value, lang),
    )  # fmt: skip
    return Table("survey", say("table.survey.caption", lang), data, (*rows, effect), (note,))


def survey_people_table(results: Results, lang: str) -> Table | None:
    """Estimated numbers of people by size of the municipality; None without rows."""
    rows = results.rows(quantity="survey_people")
    if not rows:
        return None
    items = list(dict.fromkeys(row.item for row in rows))
    found = {(row.item, row.count): row for row in rows}
    sizes = sorted({row.count for row in rows})
    columns = {say("column.inhabitants", lang): [number(size, lang) + mark(rows[0], lang) for size in sizes]}
    for item in items:
        name = label(found[item, sizes[0]], lang, "item_label")
        columns[name] = [
            f"{about(found[item, size].median, lang)} ({_about_range(found[item, size], lang)})" for size in sizes
        ]
    return Table("survey-people", say("table.survey_people.caption", lang), pd.DataFrame(columns), tuple(rows))


def flow_verdict(results: Results, lang: str) -> list[str]:
    """Which target group leaves assistance for work least, beside the one that does so most."""
    rows = results.rows(quantity="flow_rate", item="flow_to_work")
    if not rows:
        return []
    least, most = min(rows, key=lambda row: row.value), max(rows, key=lambda row: row.value)
    values = {
        f"{name}{end}": text
        for name, row in (("least", least), ("most", most))
        for end, text in (
            ("", group_name(results, row.state, lang)),
            ("_value", in_unit(row.value, row.unit, lang)),
            ("_range", interval(row, lang)),
        )
    }
    text = say("verdict.flows", lang, **values) if len(rows) > 1 else say("verdict.flows.one", lang, **values)
    return [f"{say('verdict.flows.synthetic', lang)} {text}" if results.meta["flows_synthetic"] else text]


def manager_verdict(results: Results, lang: str) -> list[str]:
    """What one change of client manager costs, and all of them in a year."""
    rows = {row.party: row for row in results.rows(quantity="manager_change")}
    if not rows:
        return []
    year = results.one(quantity="manager_year", party="society")
    whole = rows["society"]
    return [
        say(
            "verdict.manager", lang, cost=euro_in_text(whole.value, lang, money_step(whole)),
            range=euro_range(whole.low80, whole.high80, lang, money_step(whole)),
            municipality=euro_in_text(rows["municipality"].value, lang, money_step(rows["municipality"])),
            insurer=euro_in_text(rows["insurer"].value, lang, money_step(rows["insurer"])),
            year=euro_in_text(year.value, lang, money_step(year)),
        )
    ]  # fmt: skip


def flow_table(results: Results, lang: str) -> Table | None:
    """Inflow and outflow per target group; small groups are not shown; None without rows."""
    stocks = results.rows(quantity="flow_stock")
    if not stocks:
        return None
    counts = {(row.item, row.state): row for row in results.rows(quantity="flow_count")}
    groups = [row.state for row in stocks]
    columns = {
        say("column.target_group", lang): [group_name(results, group, lang) for group in groups],
        say("column.flow_stock", lang): [_count(row, lang) for row in stocks],
    }
    for item in dict.fromkeys(item for item, _ in counts):
        name = label(counts[item, groups[0]], lang, "item_label")
        columns[name] = [_count(counts[item, group], lang) for group in groups]
    months = {group: next(row.month for (_, other), row in counts.items() if other == group) for group in groups}
    longest = max(months.values())
    caption = with_origin(results, say("table.flows.caption", lang, months=number(longest, lang)), lang)
    rows = (*stocks, *counts.values())
    shorter = [
        say("table.flows.shorter", lang, group=group_name(results, group, lang), months=number(length, lang))
        for group, length in months.items()
        if length < longest
    ]
    origin = [say("table.flows.made_up", lang)] if results.meta["flows_synthetic"] else []
    notes = (*origin, say("table.flows.note", lang), *shorter)
    return Table("flows", caption, pd.DataFrame(columns), rows, notes)


def flow_rates_table(results: Results, lang: str) -> Table | None:
    """Share of each target group that leaves in a year; small groups are not shown; None without rows."""
    rates = {(row.item, row.state): row for row in results.rows(quantity="flow_rate")}
    if not rates:
        return None
    groups = [row.state for row in results.rows(quantity="flow_stock")]
    columns = {say("column.target_group", lang): [group_name(results, group, lang) for group in groups]}
    for item in dict.fromkeys(item for item, _ in rates):
        name = next(label(row, lang, "item_label") for (kind, _), row in rates.items() if kind == item)
        columns[name] = [_rate(rates.get((item, group)), lang) for group in groups]
    caption = with_origin(results, say("table.flow_rates.caption", lang), lang)
    notes = (say("table.flow_rates.note", lang),)
    return Table("flow-rates", caption, pd.DataFrame(columns), tuple(rates.values()), notes)


def with_origin(results: Results, caption: str, lang: str) -> str:
    """Caption of a table or figure that says so when the counts behind it are made up: it may be copied on its own."""
    return say("caption.made_up", lang, caption=caption) if results.meta["flows_synthetic"] else caption


def _count(row: Any, lang: str) -> str:
    return say("number.hidden", lang) if is_missing(row.value) else number(row.value, lang)


def _rate(row: Any | None, lang: str) -> str:
    return say("number.hidden", lang) if row is None else share_with_range(row, lang)


def share_with_range(row: Any, lang: str) -> str:
    """A share and its 80% interval, all three with the same number of decimals.

    Parameters
    ----------
    row : row of the results table
    lang : {"nl", "en"}
    """
    decimals = 0 if row.value >= WHOLE_FROM else 1
    low, high = (percent(end, lang, decimals) for end in (row.low80, row.high80))
    return f"{percent(row.value, lang, decimals)} ({say('number.between', lang, low=low, high=high)})"


def manager_table(results: Results, lang: str) -> Table | None:
    """Cost of a change of client manager per party; None without rows."""
    rows = results.rows(quantity="manager_change")
    if not rows:
        return None
    yearly = {row.party: row for row in results.rows(quantity="manager_year")}
    data = pd.DataFrame(
        {
            say("column.party", lang): [sentence(party_name(row.party, lang)) + mark(row, lang) for row in rows],
            say("column.manager_change", lang): [_amount(row, lang) for row in rows],
            say("column.manager_year", lang): [_amount(yearly[row.party], lang) for row in rows],
        }
    )
    return Table("manager", say("table.manager.caption", lang), data, (*rows, *yearly.values()))


def _amount(row: Any, lang: str) -> str:
    step = money_step(row)
    return f"{euro(row.value, lang, step)} ({euro_range(row.low80, row.high80, lang, step)})"
