"""Bundled questions as a page or a workbook, for organisations, professionals and client councils."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pandas as pd

from werkzorg.cases.questions import CROSSED, REST, SORTS, Bundles
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting.claim_page import picture
from werkzorg.reporting.document import bullets, data_table, heading, paragraph
from werkzorg.reporting.figures.style import BLUE, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.html import render, write_page
from werkzorg.reporting.numbers import month_name, number
from werkzorg.reporting.sanitise import clean
from werkzorg.reporting.verdicts import listing, sentence
from werkzorg.wording import say

ENDINGS = (".html", ".htm", ".xlsx")
MOST_NAMED = 3


def check_target(path: str | Path) -> Path:
    """Place of the report, with a mistake in it told before any work is done.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when the ending is another or the folder is not there.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() not in ENDINGS:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("questions.ending", "--out"))
    if not target.parent.is_dir():
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("claim.no_folder", "--out"))
    return target.resolve()


def write_questions(found: Bundles, path: Path, lang: str, version: str) -> Path:
    """Write the report; the ending says whether it is a page or a workbook.

    Parameters
    ----------
    found : Bundles
    path : Path
        From :func:`check_target`.
    lang : {"nl", "en"}
    version : str
        Of the package, for the footer.
    """
    if path.suffix.lower() != ".xlsx":
        return write_page(questions_page(found, lang, version), path)
    part = path.with_name(f".{path.name}.part")
    with pd.ExcelWriter(part, engine="openpyxl") as book:
        lines = pd.DataFrame({say("questions.title", lang): [*findings(found, lang), *rules(found, lang)]})
        lines.to_excel(book, sheet_name=say("questions.sheet", lang), index=False)
        for name, _, data in tables(found, lang):
            data.to_excel(book, sheet_name=name, index=False)
    part.replace(path)
    return path


def questions_page(found: Bundles, lang: str, version: str) -> str:
    """The page as text."""
    import nbformat

    period = say("questions.period", lang, total=number(found.total, lang), **_months(found, lang))
    blocks = [data_table(data, caption, lang, f"table-{place}") for place, (_, caption, data) in
              enumerate(tables(found, lang), start=1)]  # fmt: skip
    pieces = [
        heading(say("questions.title", lang), 1) + paragraph(period, lang, "facts"),
        heading(say("questions.findings", lang), 2, "findings") + bullets(findings(found, lang), lang),
        heading(say("questions.for_whom", lang), 2, "for-whom") + bullets(readers(lang), lang),
        heading(say("questions.themes", lang), 2, "themes") + picture(theme_bars(found, lang)),
        heading(say("questions.tables", lang), 2, "tables")
        + "".join(f'<div class="block">{one}</div>' for one in blocks),
        heading(say("questions.rules", lang), 2, "rules") + bullets(rules(found, lang), lang),
    ]
    footer = say("questions.footer", lang, version=version)
    cleaned = [clean(piece) for piece in pieces]
    return render(nbformat.v4.new_notebook(), cleaned, lang, say("questions.title", lang), footer)


def findings(found: Bundles, lang: str) -> list[str]:
    """What stands out, in a few sentences."""
    known = {sort: _ranked(found.single[sort]) for sort in SORTS}
    texts = []
    if known["theme"]:
        named = [
            say("questions.finding.part", lang, name=name, count=number(count, lang))
            for name, count in known["theme"][:MOST_NAMED]
        ]
        texts.append(say("questions.finding.themes", lang, themes=listing(named, lang)))
    for region, _ in known["region"]:
        own = _ranked({theme: n for (theme, where), n in found.crossed["theme", "region"].items() if where == region})
        if own:
            values = {"region": region, "theme": own[0][0], "count": number(own[0][1], lang)}
            texts.append(say("questions.finding.region", lang, **values))
    if known["channel"]:
        name, count = known["channel"][0]
        texts.append(say("questions.finding.channel", lang, channel=name, count=number(count, lang)))
    return texts or [say("questions.finding.none", lang)]


def readers(lang: str) -> list[str]:
    """What each reader can do with the page."""
    return [say(f"questions.reader.{name}", lang) for name in ("organisation", "professional", "council")]


def rules(found: Bundles, lang: str) -> list[str]:
    """What is not shown, and why."""
    values = {"threshold": THRESHOLD, "hidden": number(found.hidden, lang)}
    return [say(f"questions.rule.{name}", lang, **values) for name in ("text", "small", "rounded", "people")]


def tables(found: Bundles, lang: str) -> list[tuple[str, str, pd.DataFrame]]:
    """All tables with sheet name and caption."""
    made = []
    for sort in SORTS:
        name = say(f"questions.sort.{sort}", lang)
        data = pd.DataFrame(
            {
                name: [_name(sort, value, lang) for value in found.single[sort]],
                say("questions.count", lang): [_count(count, lang) for count in found.single[sort].values()],
            }
        )
        made.append((name, say("questions.table", lang, sort=name.lower()), data))
    for first, second in CROSSED:
        names = [say(f"questions.sort.{sort}", lang) for sort in (first, second)]
        rows = dict.fromkeys(one for one, _ in found.crossed[first, second])
        columns = dict.fromkeys(other for _, other in found.crossed[first, second])
        data = pd.DataFrame({names[0]: [_name(first, one, lang) for one in rows]})
        for other in columns:
            cells = [_count(found.crossed[first, second][one, other], lang) for one in rows]
            data[_name(second, other, lang)] = cells
        caption = say("questions.crossed", lang, first=names[0].lower(), second=names[1].lower())
        made.append((f"{names[0]} x {names[1]}", caption, data))
    return made


def theme_bars(found: Bundles, lang: str) -> Figure:
    """Bar per theme that may be shown, most asked first."""
    ranked = _ranked(found.single["theme"])

    def draw(canvas: Any, narrow: bool) -> None:
        axis = canvas.add_subplot()
        for place, (name, count) in enumerate(ranked):
            axis.barh(place, count, height=0.42, color=BLUE)
            text = f"{textwrap.shorten(name, 40 if narrow else 80, placeholder='…')}: {number(count, lang)}"
            axis.text(0.0, place - 0.27, text, va="bottom")
        axis.set_ylim(max(len(ranked), 1) - 0.6, -0.75)
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
        tidy_axis(axis, lambda value: number(value, lang), "x")

    height = 0.7 + 0.5 * max(len(ranked), 1)
    svg, narrow = draw_both("themes", draw, [(WIDE, height), (NARROW, height)])
    _, _, data = tables(found, lang)[0]
    return Figure("themes", svg, narrow, findings(found, lang)[0], say("questions.figure", lang), data)


def _ranked(counts: dict[str, int | None]) -> list[tuple[str, int]]:
    known = [(name, count) for name, count in counts.items() if count is not None and name != REST]
    return sorted(known, key=lambda pair: (-pair[1], pair[0]))


def _count(count: int | None, lang: str) -> str:
    return say("number.hidden", lang) if count is None else number(count, lang)


def _name(sort: str, value: str, lang: str) -> str:
    if value == REST:
        return say("questions.rest", lang)
    return sentence(month_name(f"{value}-01", lang)) if sort == "month" else value


def _months(found: Bundles, lang: str) -> dict[str, str]:
    return {end: month_name(f"{month}-01", lang) for end, month in (("first", found.first), ("last", found.last))}
