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
    number,
    percent,
)
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.reach import about_range, reach_verdict
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table, interval
from werkzorg.reporting.verdicts import label, mark, money_step, sentence
from werkzorg.wording import say

WHOLE_FROM = 0.1
"""From this share on a percentage has no decimals."""


AVOIDED = "manager.avoided"
"""Assumption: part of the changes of client manager that an approach prevents."""


def practice_verdicts(results: Results, lang: str) -> list[str]:
    """Paragraphs with which the first page of such a practice begins; empty for a pilot without them.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    """
    return [text for make in (reach_verdict, survey_verdict) for text in make(results, lang)]


def practice_asides(results: Results, lang: str, reader: str = "municipality") -> list[str]:
    """Paragraphs about parts that stand beside the answer: a change of client manager, and flows per target group.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    reader : str
        Flows are those of a municipality: insurer and institution have no section about them.
    """
    if reader in ("insurer", "ggz"):
        return manager_verdict(results, lang)
    made_up = results.meta.get("flows_synthetic", False)
    # The first page gives no numbers that somebody made up.
    flows = [say("verdict.flows.example", lang)] if made_up else flow_verdict(results, lang)
    return [*manager_verdict(results, lang), *flows]


def survey_verdict(results: Results, lang: str) -> list[str]:
    """What people value and get, the gap between them, and how many people it concerns."""
    gap = results.maybe(quantity="survey_gap")
    if gap is None:
        return []
    valued, received = results.rows(quantity="survey_share")
    effect = results.one(quantity="survey_effect")
    first = say(
        "verdict.survey.shares", lang, n=number(gap.count, lang), places=number(effect.count, lang),
        source=survey_origin(results),
        valued=percent(valued.value, lang), valued_range=interval(valued, lang),
        received=percent(received.value, lang), received_range=interval(received, lang),
    )  # fmt: skip
    second = say(
        "verdict.survey.gap", lang, gap=percent(gap.value, lang), range=interval(gap, lang),
        least=percent(max(0.0, valued.value - received.value), lang),
        chance=percent(valued.value * (1 - received.value), lang),
    )  # fmt: skip
    return [f"{first} {second}", _people_verdict(results, lang)]


def client_survey(results: Results, lang: str) -> list[str]:
    """For participants: what share of the people who were asked value this support, and what share get it."""
    gap = results.maybe(quantity="survey_gap")
    if gap is None:
        return []
    valued, received = (percent(row.value, lang) for row in results.rows(quantity="survey_share"))
    told = {"n": number(gap.count, lang), "valued": valued, "received": received, "source": survey_origin(results)}
    return [say("client.survey", lang, **told)]


def survey_origin(results: Results) -> str:
    """Who held the survey and when, between brackets; empty where the pilot file does not say."""
    source = results.meta.get("survey_source", {})
    known = [str(source[key]) for key in ("publisher", "year") if source.get(key)]
    return f" ({', '.join(known)})" if known else ""


def _people_verdict(results: Results, lang: str) -> str:
    size = results.meta["survey_inhabitants"]
    people, lacking = (
        results.one(quantity="survey_people", item=item, count=size) for item in ("survey_assistance", "survey_lacking")
    )
    return say(
        "verdict.survey.people", lang, size=number(size, lang),
        people=about(people.median, lang), range=about_range(people, lang),
        lacking=about(lacking.median, lang), lacking_range=about_range(lacking, lang),
        planned=number(results.meta["participants_planned"], lang),
    )  # fmt: skip


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
            f"{about(found[item, size].median, lang)} ({about_range(found[item, size], lang)})" for size in sizes
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
    whole, step = rows["society"], _manager_step(results)
    return [
        say(
            "verdict.manager", lang, cost=euro_in_text(whole.value, lang, step),
            range=euro_range(whole.low80, whole.high80, lang, step),
            municipality=euro_in_text(rows["municipality"].value, lang, step),
            insurer=euro_in_text(rows["insurer"].value, lang, step),
            year=euro_in_text(year.value, lang, step), avoided=_avoided(results, lang),
        )
    ]  # fmt: skip


def _avoided(results: Results, lang: str) -> str:
    """What part of the changes the approach is taken to prevent; empty where it prevents none."""
    shares = [row.value for row in results.assumption_rows() if row.id == AVOIDED]
    return say("verdict.manager.avoided", lang, share=percent(shares[0], lang)) if shares else ""


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
    yearly, step = {row.party: row for row in results.rows(quantity="manager_year")}, _manager_step(results)
    data = pd.DataFrame(
        {
            say("column.party", lang): [sentence(party_name(row.party, lang)) + mark(row, lang) for row in rows],
            say("column.manager_change", lang): [_amount(row, step, lang) for row in rows],
            say("column.manager_year", lang): [_amount(yearly[row.party], step, lang) for row in rows],
        }
    )
    return Table("manager", say("table.manager.caption", lang), data, (*rows, *yearly.values()))


def _manager_step(results: Results) -> float:
    """One step for what a change costs, the finest of its amounts: what two parties pay adds up to the whole."""
    return min(money_step(row) for kind in ("manager_change", "manager_year") for row in results.rows(quantity=kind))


def _amount(row: Any, step: float, lang: str) -> str:
    return f"{euro(row.value, lang, step)} ({euro_range(row.low80, row.high80, lang, step)})"
