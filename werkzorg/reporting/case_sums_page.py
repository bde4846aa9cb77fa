"""The sum per case as one page to print: a block per participant. Confidential; stands on its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from werkzorg.appraisal.case_sums import CaseSums
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting.document import bullets, data_table, heading, notice, paragraph
from werkzorg.reporting.html import render
from werkzorg.reporting.numbers import euro, euro_in_text, is_missing, months_span, number
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.sanitise import clean, dangers
from werkzorg.wording import say

READING = ("paid", "missing", "expected", "care", "benefit", "support", "difference")
"""Points of the explanation, in order."""

STEP = 10.0
"""Rounding of amounts in sentences, EUR."""

NOTHING = ("no_data", "no_follow_up")
"""Participants of whom nothing can be compared."""


def case_sums_page(sums: CaseSums, lang: str, title: str, facts: str, footer: str) -> str:
    """The page as text.

    Parameters
    ----------
    sums : CaseSums
        From :func:`werkzorg.appraisal.case_sums.case_sums`.
    lang : {"nl", "en"}
    title, facts, footer : str
        Title of the page, what it is about, and its last line.

    Raises
    ------
    WerkzorgError
        A page that would load or run something; no value of a person is in the message.
    """
    import nbformat

    pieces = [
        heading(title, 1) + paragraph(facts, lang, "facts"),
        notice(say("case_sums.confidential", lang), "stop", lang)
        + notice(say("case_sums.warning", lang), "warn", lang),
        _section("reading", bullets(reading(lang), lang), lang),
        _section("overview", _block(_overview(sums, lang), "case_sums.overview.caption", lang), lang),
        _section("cases", "", lang),
        *_case_pieces(sums, lang),
    ]
    page = render(nbformat.v4.new_notebook(), [clean(piece) for piece in pieces], lang, title, footer)
    if dangers(page):
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.html_unsafe", title, {"found": ""}))
    return page


def reading(lang: str) -> list[str]:
    """The explanation, one text per point."""
    return [say(f"case_sums.reading.{name}", lang) for name in READING]


def chance_text(chance: float, lang: str) -> str:
    """How many of 100 people have such a difference by chance alone."""
    people = round(100 * chance)
    return say("case_sums.people.fewer", lang) if people < 1 else number(people, lang)


def _of_hundred(chance: float, lang: str) -> str:
    return say("case_sums.months_of", lang, known=chance_text(chance, lang), all=100)


def _section(name: str, markup: str, lang: str) -> str:
    return heading(say(f"case_sums.heading.{name}", lang), anchor=name) + markup


def _block(data: pd.DataFrame, caption: str, lang: str, **values: object) -> str:
    return f'<div class="block">{data_table(data, say(caption, lang, **values), lang)}</div>'


def _frame(rows: list[tuple[str, ...]], names: tuple[str, ...], lang: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[say(f"case_sums.column.{name}", lang) for name in names])


def _between(row: Any, width: int, lang: str) -> str:
    low, high = getattr(row, f"low{width}"), getattr(row, f"high{width}")
    if is_missing(low) or is_missing(high):
        return say("number.missing", lang)
    if round(low) == round(high):
        return euro(round(low), lang, 1.0)
    return say("case_sums.between", lang, low=euro(low, lang, 1.0), high=euro(high, lang, 1.0))


def _overview(sums: CaseSums, lang: str) -> pd.DataFrame:
    rows = [
        (
            case.pseudonym,
            number(case.follow_up, lang),
            *(euro(amount, lang, 1.0) for amount in _amounts(case)),
            _between(case, 80, lang),
            say("number.missing", lang) if is_missing(case.chance) else _of_hundred(case.chance, lang),
            say(f"case_sums.status.{case.status}", lang),
        )
        for case in sums.cases.itertuples()
    ]
    names = ("pseudonym", "follow_up", "paid", "expected", "difference", "width80", "chance", "status")
    return _frame(rows, names, lang)


def _amounts(case: Any) -> tuple[float, float, float]:
    paid = float("nan") if case.status in NOTHING else case.paid
    return paid, case.expected, case.difference


def _case_pieces(sums: CaseSums, lang: str) -> Iterator[str]:
    by_case = dict(tuple(sums.lines.groupby("pseudonym", sort=False)))
    for case in sums.cases.itertuples():
        yield f'<section class="case">{_case(case, by_case[case.pseudonym], lang)}</section>'


def _case(case: Any, lines: pd.DataFrame, lang: str) -> str:
    """One participant: what there is, what was paid, what was expected, and what it says."""
    title = heading(case.pseudonym, 3)
    if case.status == "no_data":
        return title + paragraph(say("case_sums.case.no_data", lang), lang)
    values = {"pseudonym": case.pseudonym}
    texts = [_time(case, lang)]
    if case.status == "gaps":
        texts.append(say("case_sums.case.gaps", lang))
    facts = paragraph(" ".join(texts), lang)
    paid = _block(_paid(lines, lang), "case_sums.paid.caption", lang, **values)
    if case.status == "no_follow_up":
        return title + paragraph(say("case_sums.case.no_follow_up", lang), lang) + paid
    held = _block(_expected(case, lines, lang), "case_sums.expected.caption", lang, **values)
    return title + facts + paid + held + paragraph(_finding(case, lang), lang) + _chance(case, lang)


def _time(case: Any, lang: str) -> str:
    values = {"window": months_span(case.window, lang), "follow_up": months_span(case.follow_up, lang)}
    return say("case_sums.case.window" if case.window else "case_sums.case.no_before", lang, **values)


def _paid(lines: pd.DataFrame, lang: str) -> pd.DataFrame:
    def per_month(total: float, months: int) -> str:
        return euro(total / months, lang, 1.0) if months else say("number.missing", lang)

    def total(amount: float, months: int) -> str:
        return euro(amount, lang, 1.0) if months else say("number.missing", lang)

    rows = [
        (
            say(f"case_sums.item.{line.item}", lang),
            party_name(line.payer, lang),
            per_month(line.before, line.months_before),
            per_month(line.after, line.months_after),
            total(line.before, line.months_before),
            total(line.after, line.months_after),
            say("case_sums.known_of", lang, before=line.months_before, after=line.months_after, window=line.window),
        )
        for line in lines.itertuples()
    ]
    return _frame(rows, ("item", "payer", "month_before", "month_after", "before", "after", "known"), lang)


def _expected(case: Any, lines: pd.DataFrame, lang: str) -> pd.DataFrame:
    rows = [
        (
            say(f"case_sums.item.{line.item}", lang),
            euro(line.paid, lang, 1.0) if line.months_known or line.paid else say("number.missing", lang),
            euro(line.expected, lang, 1.0),
            euro(line.difference, lang, 1.0),
            _between(line, 80, lang),
            _between(line, 95, lang),
            say("case_sums.months_of", lang, known=line.months_known, all=line.follow_up),
        )
        for line in _by_item(lines).itertuples()
    ]
    rows.insert(len(rows) - (case.support != 0), _sum_row("all", case, 0.0, lang))
    if case.support:
        rows.append(_sum_row("net", case, case.support, lang))
    return _frame(rows, ("item", "paid", "expected", "difference", "width80", "width95", "known"), lang)


def _by_item(lines: pd.DataFrame) -> pd.DataFrame:
    """Items of which something is expected, those with more payers together; support last."""
    chosen = lines[lines["expected"].notna()]
    amounts = ["paid", "expected", "difference", "low80", "high80", "low95", "high95"]
    how = dict.fromkeys(amounts, "sum") | dict.fromkeys(("months_known", "follow_up"), "max")
    items = chosen.groupby("item", sort=False).agg(how).reset_index()
    return items[(items["item"] != "support") | (items["paid"] != 0)]


def _sum_row(name: str, case: Any, support: float, lang: str) -> tuple[str, ...]:
    moved = case._replace(**{end: getattr(case, end) + support for end in ("low80", "high80", "low95", "high95")})
    return (
        say(f"case_sums.item.{name}", lang),
        euro(case.paid + support, lang, 1.0),
        euro(case.expected, lang, 1.0),
        euro(case.difference + support, lang, 1.0),
        _between(moved, 80, lang),
        _between(moved, 95, lang),
        "",
    )


def _finding(case: Any, lang: str) -> str:
    def signed(value: float) -> str:
        name = "case_sums.amount.less" if value < 0 else "case_sums.amount.more"
        return say(name, lang, amount=euro_in_text(value, lang, STEP))

    ends = {end: signed(getattr(case, end)) for end in ("low80", "high80", "low95", "high95")}
    name = "case_sums.case.less" if case.difference < 0 else "case_sums.case.more"
    return say(name, lang, amount=euro_in_text(case.difference, lang, STEP), **ends)


def _chance(case: Any, lang: str) -> str:
    return notice(say("case_sums.case.chance", lang, people=chance_text(case.chance, lang)), "warn", lang)
