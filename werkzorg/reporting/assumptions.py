"""The list of assumptions at the end of a report: value, range, status and source of each."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from werkzorg.params.titles import title_in
from werkzorg.release.sources import DISCOUNTING
from werkzorg.reporting.document import NUMERIC, Sources, paragraph
from werkzorg.reporting.numbers import NO_BREAK, exact, in_unit, is_missing, long_date, range_in_unit
from werkzorg.reporting.verdicts import label
from werkzorg.wording import catalogue, say

_COLUMNS = ("number", "assumption", "value", "span", "status", "source")


def assumptions_markup(sources: Sources, names: list[str], lang: str, codes: bool = True) -> str:
    """Table of assumptions, each row with the anchor that figures and tables link to; nothing without assumptions.

    Parameters
    ----------
    sources : Sources
        Numbers and rows of the assumptions.
    names : list of str
        Assumptions to list, in order.
    lang : {"nl", "en"}
    codes : bool
        Whether the name of each in the parameter files stands below it; participants have no use for it.
    """
    if not names:
        return ""
    head = "".join(
        f'<th scope="col"{NUMERIC if name in ("number", "value") else ""}>{escape(say(f"column.{name}", lang))}</th>'
        for name in _COLUMNS
    )
    rows = [sources.rows[name] for name in names]
    body = "".join(_line(row, sources.numbers[row.id], lang, codes, sources.valued) for row in rows)
    told = sources.valued and any(str(row.date) == sources.valued for row in rows)
    dated = say("table.assumptions.valued", lang, date=long_date(sources.valued, lang)) if told else ""
    caption = escape(say("table.assumptions.caption", lang))
    return (
        (paragraph(dated, lang) if dated else "")
        + f'<div class="scroll" tabindex="0" role="group" aria-label="{caption}"><table class="assumptions stack">'
        f"<caption><span>{caption}</span></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line(row: Any, n: int, lang: str, codes: bool, valued: str) -> str:
    other = row.date and str(row.date) != valued
    when = f' <span class="when">({escape(_day(row.date, lang))})</span>' if other else ""
    name = escape(label(row, lang)) + (f"<br><code>{escape(row.id)}</code>" if codes else "")
    cells = {
        "value": f"{escape(_value(row, lang))}{when}",
        "span": escape(_span(row, lang)),
        "status": escape(_status(row, lang)),
        "source": _source(row, lang),
    }
    # The name of the column goes along, because a phone shows each row as a block under each other.
    shown = "".join(
        f'<td{NUMERIC if key == "value" else ""} data-label="{escape(say(f"column.{key}", lang))}">{cell}</td>'
        for key, cell in cells.items()
    )
    return f'<tr id="a-{n}"><td class="num">A{n}</td><th scope="row">{name}</th>{shown}</tr>'


def _day(date: object, lang: str) -> str:
    """Date in words, on one line; what is no ISO date stays as it is."""
    text = str(date)
    return long_date(text, lang).replace(" ", NO_BREAK) if re.match(r"\d{4}-\d{2}-\d{2}", text) else text


def _value(row: Any, lang: str) -> str:
    if row.local and is_missing(row.value):
        return say("number.hidden", lang)
    row = _as_share(row)
    # Without a range it is a rule: 12.5% is not 13%. A discount rate is used as it stands: 2.25%.
    given = is_missing(row.low) or is_missing(row.high) or row.id in DISCOUNTING
    text = (exact if given else in_unit)(row.value, row.unit, lang)
    if is_missing(row.value):
        return text
    base, _, per = (row.unit or "").partition("/")
    spoken = base.upper().startswith("EUR") or base in ("", "fraction", "probability", "ratio")
    single = base.removesuffix("s") if row.value == 1 else base
    named = text if spoken else f"{text} {_unit(single if f'unit.{single}' in catalogue() else base, lang)}"
    return f"{named} / {_unit(per, lang)}" if per else named


def _unit(unit: str, lang: str) -> str:
    """Unit in the language of the report; one that the catalogue does not know stays as it is."""
    identifier = f"unit.{unit}"
    return say(identifier, lang) if identifier in catalogue() else unit


def _as_share(row: Any) -> Any:
    """A row in percent as one in shares: both are shown with a percent sign."""
    if row.unit != "percent":
        return row
    ends = {name: getattr(row, name) / 100 for name in ("value", "low", "high") if not is_missing(getattr(row, name))}
    return row._replace(unit="fraction", **ends)


def _span(row: Any, lang: str) -> str:
    row = _as_share(row)
    if is_missing(row.low) or is_missing(row.high):
        return say("number.missing", lang)
    if (row.unit or "").upper().startswith("EUR"):
        low, high = in_unit(row.low, row.unit, lang), in_unit(row.high, row.unit, lang)
        return say("number.between", lang, low=low, high=high)
    return range_in_unit(row.low, row.high, row.unit, lang)


def _status(row: Any, lang: str) -> str:
    text = say(f"status.{row.status}", lang)
    if row.grade:
        text = say("status.grade", lang, status=text, grade=row.grade).replace(f" {row.grade}", NO_BREAK + row.grade)
    return f"{text}; {say('status.local', lang)}" if row.local else text


def _source(row: Any, lang: str) -> str:
    year = f"{row.year:.0f}" if row.year else None
    named = [title_in(str(part), lang) for part in (row.source_title, row.publisher, year) if part]
    text = escape(", ".join(named)) if named else escape(say("source.none", lang))
    address = str(row.url or "")
    # Only web addresses become links; anything else could be a script.
    if address.startswith(("https://", "http://")) and not set(address) & set(" \"'<>"):
        text += f'<br><a class="url" rel="noreferrer noopener" href="{escape(address)}">{escape(address)}</a>'
    elif address:
        text += f"<br>{escape(address)}"
    return text
