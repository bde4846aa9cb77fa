"""Pieces of a page: headings, paragraphs, tables, figures. All text that comes in is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import pandas as pd

from werkzorg.reporting.basis import say_basis
from werkzorg.reporting.figures.style import Figure
from werkzorg.reporting.results import JOIN, Results
from werkzorg.reporting.tables import Table
from werkzorg.reporting.verdicts import label
from werkzorg.wording import say

NUMERIC, _WHOLE_CELL = ' class="num"', ' class="span"'
_LONG_TABLE = 18
"""Rows of a table that on paper may break over pages; a shorter one is kept whole."""
_MANY_COLUMNS = 7
"""Columns up to which a table fits the page in the usual size; one with more is set smaller."""

_MOST_TOLD = 2
"""Paragraphs of a section that on paper stay on one page with the figure or table after them."""

_MOST_COLUMNS = 4
"""Columns that a phone can show beside each other and still be read."""

_MOST_LINES = 4
"""Lines of the name of a row beside its numbers on a phone; with more of them the numbers go below it."""

_PHONE, _LETTER, _PADDING = 288, 7.3, 10
"""Room on a phone of 320 px, middle width of a letter in a table there, and room beside each cell, in CSS px."""

_WHOLE, _RANGE, _NAME = 16, 36, 24
"""Longest value, range of two numbers, and name of a row that stand on one line, in characters."""

_FEW_SOURCES = 16
"""Longest row of links to assumptions that is shown without folding."""
_RESTS = (
    "records", "records+prior", "aggregates+prior", "survey", "counts", "counts+prior", "made_up",
    "prior", "rule", "given",
)  # fmt: skip
SURVEYED = ("survey_share", "survey_gap", "survey_effect")
"""Quantities that come from a survey and from what is assumed about it."""


class Piece:
    """A piece of a page; the last line of a notebook cell shows it.

    Parameters
    ----------
    markup : str
        HTML.
    name : str
        What it is, for the text form in the notebook file.
    """

    def __init__(self, markup: str, name: str) -> None:
        self.markup = markup
        self.name = name

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return f"<{self.name}>"


def heading(text: str, level: int = 2, anchor: str = "") -> str:
    """Heading of a level (1 to 6)."""
    place = f' id="{escape(anchor)}"' if anchor else ""
    return f"<h{level}{place}>{escape(text)}</h{level}>"


def paragraph(text: str, lang: str, kind: str = "") -> str:
    """Paragraph; a mark of prior knowledge in it gets its look."""
    look = f' class="{escape(kind)}"' if kind else ""
    return f"<p{look}>{marked(text, lang)}</p>"


def bullets(texts: Iterable[str], lang: str) -> str:
    """Unordered list."""
    return "<ul>" + "".join(f"<li>{marked(text, lang)}</li>" for text in texts) + "</ul>"


def section_markup(title: str, texts: Sequence[str], lang: str) -> str:
    """Heading and paragraphs of a section; only short ones stay on one page with what comes after them.

    Parameters
    ----------
    title : str
        HTML of the heading.
    texts : sequence of str
        Plain text; empty ones are left out.
    lang : {"nl", "en"}
    """
    told = [paragraph(text, lang) for text in texts if text]
    look = "section long" if len(told) > _MOST_TOLD else "section"
    return f'<div class="{look}">{title}{"".join(told)}</div>'


def notice(text: str, kind: str, lang: str) -> str:
    """Block that stands out, with a border and a role; `kind` is `ok`, `warn` or `stop`."""
    role = ' role="alert"' if kind == "stop" else ' role="note"'
    return f'<div class="notice {escape(kind)}"{role}><p>{marked(text, lang)}</p></div>'


def marked(text: str, lang: str) -> str:
    """Escaped text in which the mark of prior knowledge is a small tag."""
    found = escape(say("mark.prior_text", lang))
    tag = f' <span class="tag">{escape(say("mark.prior_text", lang).strip(" ()"))}</span>'
    return _whole_amounts(text).replace(found, tag)


def _whole_amounts(text: str) -> str:
    """Escaped text in which no line breaks between a minus and its amount, nor inside an amount."""
    return re.sub(r"-?€\u00a0?[\d.,]+", r'<span class="nb">\g<0></span>', escape(text))


def has_mark(data: pd.DataFrame, lang: str) -> bool:
    """Whether a table holds the mark of prior knowledge."""
    wanted = say("mark.prior_text", lang)
    return any(wanted in str(value) for value in data.to_numpy().ravel())


def data_table(data: pd.DataFrame, caption: str, lang: str, anchor: str = "", tag: str = "") -> str:
    """HTML table with caption, scopes and a place to scroll; the first column is the row header.

    A table that is too wide for a phone shows each row there as a block: its name, and below it each column with
    its value.

    Parameters
    ----------
    data : pandas.DataFrame
        Formatted text.
    caption : str
    lang : {"nl", "en"}
    anchor : str
        Identifier of the table.
    tag : str
        `Tabel 3`, set in bold before the caption.
    """
    place = f' id="{escape(anchor)}"' if anchor else ""
    words = [k == 0 or _is_words(data.iloc[:, k]) for k in range(data.shape[1])]
    head = "".join(
        f'<th scope="col"{"" if plain else NUMERIC}>{escape(_held(str(name)))}</th>'
        for name, plain in zip(data.columns, words, strict=True)
    )
    labels = [str(name) for name in data.columns]
    kinds = ["" if plain else NUMERIC for plain in words]
    kinds = [look or _WHOLE_CELL * _is_whole(data.iloc[:, k]) for k, look in enumerate(kinds)]
    body = "".join(_table_row(values, labels, kinds, lang) for values in data.itertuples(index=False, name=None))
    looks = {
        "stack": not _fits_phone(data, words, lang),
        "many": data.shape[1] > _MANY_COLUMNS,
    }
    names = " ".join(name for name, holds in looks.items() if holds)
    look = f' class="{names}"' if names else ""
    named = ' class="named"' if all(len(str(name)) <= _NAME for name in data.iloc[:, 0]) else ""
    title = f"<strong>{escape(tag)}.</strong> {escape(_held(caption))}" if tag else escape(_held(caption))
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(caption)}"><table{place}{look}>'
        f"<caption><span>{title}</span></caption><thead><tr>{head}</tr></thead>"
        f"<tbody{named}>{body}</tbody></table></div>"
    )


def _table_row(values: tuple[object, ...], labels: list[str], kinds: list[str], lang: str) -> str:
    # A bare number says nothing when it is the name of a block on a phone: there its column stands before it.
    bare = "" if re.search(r"[^\W\d_]", str(values[0])) else f' class="bare" data-label="{escape(labels[0])}"'
    cells = [f'<th scope="row"{bare}>{marked(str(values[0]), lang)}</th>']
    for value, name, look in zip(values[1:], labels[1:], kinds[1:], strict=True):
        cells.append(f'<td{look} data-label="{escape(name)}">{marked(str(value), lang)}</td>')
    return "<tr>" + "".join(cells) + "</tr>"


def _fits_phone(data: pd.DataFrame, words: list[bool], lang: str) -> bool:
    """Whether the columns fit beside each other, with room for the names of the rows on a few lines."""
    mark = say("mark.prior_text", lang).strip()
    widths = []
    for k, plain in enumerate(words):
        # The mark of prior knowledge is one tag that never breaks.
        cells = [str(value).replace(mark, mark.replace(" ", "\u00a0")) for value in data.iloc[:, k]]
        # A column needs room for its longest word, or for a number or a range the whole of it.
        broken = plain and not (k and _is_whole(data.iloc[:, k]))
        whole = str(data.columns[k]).split() + ([w for cell in cells for w in _unbroken(cell)] if broken else cells)
        widths.append(max(map(len, whole), default=0) * _LETTER + _PADDING)
    room = max(_PHONE - sum(widths[1:]), _LETTER)
    lines = max((len(str(value)) for value in data.iloc[:, 0]), default=0) * _LETTER / room
    return sum(widths) <= _PHONE and data.shape[1] <= _MOST_COLUMNS and lines <= _MOST_LINES


def _is_whole(column: pd.Series) -> bool:
    """Whether the values of a column are short, or ranges of two numbers, and so never break over lines."""
    longer = [text for text in map(str, column) if len(text) > _WHOLE]
    return all(len(text) <= _RANGE and len(re.findall(r"\d[\d.,]*", text)) == 2 for text in longer)


def _held(text: str) -> str:
    """Text in which a number stays on one line with the month or year that it counts."""
    text = re.sub(r"(?<=\d) (?=(?:jaar|years?|maand|maanden|months?)\b)", "\u00a0", text)
    return re.sub(r"\b(jaar|year|maand|month) (?=\d)", "\\1\u00a0", text)


def _unbroken(text: str) -> list[str]:
    """Parts of a text between the places where a line may break."""
    return re.split(r"[ \t\n]+|(?<=[^\W\d]-)(?=\w)", text)


def _is_words(column: pd.Series) -> bool:
    """Whether a column holds words or sentences rather than bare numbers with a unit sign."""
    texts = [str(value) for value in column]
    return any(re.search(r"[^\W\d_]{3,}", text) for text in texts) or not any(re.search(r"\d|^=$", t) for t in texts)


class Sources:
    """Numbers of the assumptions, the same in every report of a run, and which of them a report used.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    """

    def __init__(self, results: Results, lang: str) -> None:
        self.lang = lang
        self.legend = say_basis(results, "mark.legend", lang)
        self.valued = str(results.meta.get("valuation_date") or "")
        self.made_up = bool(results.meta.get("flows_synthetic"))
        self.rows = {row.id: row for row in results.assumption_rows()}
        self.numbers = {name: position + 1 for position, name in enumerate(self.rows)}
        self.used: set[str] = set()

    def of(self, rows: Sequence[Any]) -> list[str]:
        """Identifiers of the assumptions behind rows, in the order of the list; they count as used."""
        names = {name for row in rows for name in (row.parameters or "").split(JOIN) if name in self.rows}
        self.used |= names
        return sorted(names, key=self.numbers.__getitem__)

    def note(self, rows: Sequence[Any]) -> str:
        """Line under a figure or table: what it rests on, and links to its assumptions."""
        kinds = {self._kind(row) for row in rows if row.rests_on}
        parts = []
        if kinds:
            names = [say(f"rests.{kind}", self.lang) for kind in _RESTS if kind in kinds]
            parts.append(escape(say("report.rests_on", self.lang, kinds="; ".join(names))))
        found = self.of(rows)
        if found:
            parts.append(self._links(found))
        return f'<div class="sources">{" ".join(parts)}</div>' if parts else ""

    def _kind(self, row: Any) -> str:
        """What a row rests on; of a survey, or of counts that somebody made up, it says so."""
        if row.quantity in SURVEYED:
            return "survey"
        return "made_up" if self.made_up and row.quantity.startswith("flow_") else row.rests_on

    def _links(self, names: list[str]) -> str:
        """Links to assumptions; a long row of them folds away behind a link to the whole list."""
        links = " ".join(self.link(name) for name in names)
        if len(names) <= _FEW_SOURCES:
            return f"{escape(say('report.sources', self.lang))} {links}"
        count = escape(say("report.sources_many", self.lang, n=len(names)))
        whole = f'<a href="#assumptions">{escape(say("report.sources_list", self.lang))}</a>'
        show = escape(say("report.sources_show", self.lang))
        return f"{count}: {whole}<details><summary>{show}</summary> {links}</details>"

    def link(self, name: str) -> str:
        """Link to one assumption in the list at the end of the report."""
        n = self.numbers[name]
        title = say("report.source_of", self.lang, n=n, label=label(self.rows[name], self.lang))
        return f'<a href="#a-{n}" aria-label="{escape(title)}">A{n}</a>'


def table_markup(table: Table, sources: Sources, lang: str, n: int) -> str:
    """A table with its notes and sources."""
    notes = list(table.notes)
    if has_mark(table.data, lang):
        notes.append(sources.legend)
    lines = "".join(f'<p class="note">{_whole_amounts(text)}</p>' for text in notes)
    tag = say("report.table", lang, n=n)
    body = data_table(table.data, table.caption, lang, f"table-{table.name}", tag)
    look = "block long" if len(table.data) > _LONG_TABLE else "block"
    return f'<div class="{look}">{body}{lines}{sources.note(table.rows)}</div>'


def figure_markup(figure: Figure, sources: Sources, lang: str, n: int) -> str:
    """A figure with its message for screen readers, notes, sources, and its numbers in a table that folds out."""
    notes = list(figure.notes)
    if has_mark(figure.data, lang):
        notes.append(sources.legend)
    lines = "".join(f'<p class="note">{_whole_amounts(text)}</p>' for text in notes)
    name = escape(figure.name)
    tag = escape(say("report.figure", lang, n=n))
    return (
        f'<figure id="figure-{name}"><figcaption><strong>{tag}.</strong> {escape(_held(figure.caption))}</figcaption>'
        f"{_pictures(figure)}{lines}{sources.note(figure.rows)}"
        f"<details><summary>{escape(say('report.data_table', lang))}</summary>"
        f"{data_table(figure.data, figure.caption, lang)}</details></figure>"
    )


def _pictures(figure: Figure) -> str:
    alt = escape(figure.alt)
    if not figure.svg_narrow:
        inner = f'<div class="wide" role="img" aria-label="{alt}">{figure.svg}</div>'
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(figure.caption)}">{inner}</div>'
    # The style here is for JupyterLab, which does not know the style sheet of the report: there only one shows.
    return (
        f'<div class="picture page" role="img" aria-label="{alt}">{figure.svg}</div>'
        f'<div class="picture phone" role="img" aria-label="{alt}" style="display:none">{figure.svg_narrow}</div>'
    )
