"""All problems of all files in one report: as text, as a page or as a workbook; places and remedies, never values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from werkzorg.cases.problems import GRAVITY, CaseProblem
from werkzorg.cases.reading import FileFacts, Reading
from werkzorg.cases.schema import Field, table
from werkzorg.cases.small_cells import THRESHOLD, count_text
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

REPORT = "cases.reading.report"
"""Start of the identifiers of the texts."""

HEADS = ("kind", "file", "sheet", "column", "rows", "count", "what", "do")
WIDTHS = (16, 24, 16, 20, 30, 10, 70, 70)

STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:80rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top}
th{background:#e8eef4}
caption{text-align:left;font-weight:600;padding:.5rem 0}
.stop td:first-child{box-shadow:inset .4rem 0 #a4161a;padding-left:.9rem}
.warn td:first-child{box-shadow:inset .4rem 0 #8a6d00;padding-left:.9rem}
@media print{body{margin:0;font-size:.8rem}tr{break-inside:avoid}}
"""


def text_report(reading: Reading, lang: str | None = None) -> str:
    """The report for a terminal.

    Parameters
    ----------
    reading : Reading
        What reading gave.
    lang : {"nl", "en"}, optional
        Language; that of the messages when left out.

    Returns
    -------
    str
        How it stands, then per file each problem with its place and what to do.
    """
    lang = lang or language()
    lines = [say(f"{REPORT}.title", lang), *_standing(_once_per_cell(reading.problems), lang)]
    for file, problems in _by_file(_worded(reading, lang)):
        lines += ["", file or say(f"{REPORT}.general", lang)]
        for remedy, same in groupby(problems, key=lambda problem: problem.do(lang)):
            lines += [f"  [{_kind(problem, lang)}] {_within(problem, lang)}{problem.what(lang)}" for problem in same]
            lines.append(f"      -> {remedy}")
    if reading.problems:
        lines += ["", say(f"{REPORT}.first_rows", lang)]
    if reading.files:
        lines += [
            "",
            say(f"{REPORT}.files", lang),
            *(f"  {_file_line(facts, reading, lang)}" for facts in reading.files),
        ]
    return "\n".join(lines)


def write_report(reading: Reading, path: Path | str, lang: str | None = None, page: str = "") -> Path:
    """Write the report as a page (.html) or a workbook (.xlsx), for its owner only.

    Parameters
    ----------
    reading : Reading
        What reading gave.
    path : Path or str
        File to write; its ending says which kind.
    lang : {"nl", "en"}, optional
        Language; that of the messages when left out.
    page : str
        Text on what there is, to put under the problems; lines that start with a space belong to the line above.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION: another ending, or a place that cannot be written to.
    """
    file, lang = Path(path), lang or language()
    problem = WerkzorgError(ExitCode.CONFIGURATION, Problem(f"{REPORT}.unwritable", where=str(path)))
    if file.suffix.lower() not in (".html", ".xlsx"):
        raise problem
    part = file.with_name(f".{file.name}.part")
    try:
        if file.suffix.lower() == ".html":
            part.write_text(html_report(reading, lang, page), encoding="utf8")
        else:
            _workbook(reading, lang, page).save(part)
        part.chmod(0o600)
        part.replace(file)
    except OSError:
        raise problem from None
    return file


def html_report(reading: Reading, lang: str, page: str = "") -> str:
    """The report as one page without scripts or outside addresses; `page` as :func:`write_report`."""
    title = escape(say(f"{REPORT}.title", lang))
    standing = _standing(_once_per_cell(reading.problems), lang)
    parts = [f"<h1>{title}</h1>", *(f"<p>{escape(line)}</p>" for line in standing)]
    for file, problems in _by_file(_worded(reading, lang)):
        parts.append(_html_table(file or say(f"{REPORT}.general", lang), problems, lang))
    if reading.problems:
        parts.append(f"<p>{escape(say(f'{REPORT}.first_rows', lang))}</p>")
    if reading.files:
        lines = "".join(f"<li>{escape(_file_line(facts, reading, lang))}</li>" for facts in reading.files)
        parts.append(f"<h2>{escape(say(f'{REPORT}.files', lang))}</h2><ul>{lines}</ul>")
    parts += _html_page(page)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{STYLE}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _html_page(page: str) -> list[str]:
    """Text as headings with lists: a line that starts with a space is an item of the line above."""
    parts: list[str] = []
    for line in page.splitlines():
        if not line.startswith(" "):
            parts.append(f"<p>{escape(line)}</p>")
        elif parts and parts[-1].endswith("</ul>"):
            parts[-1] = parts[-1].removesuffix("</ul>") + f"<li>{escape(line.strip())}</li></ul>"
        else:
            heading = parts.pop().removeprefix("<p>").removesuffix("</p>") if parts else ""
            parts += [f"<h2>{heading}</h2>", f"<ul><li>{escape(line.strip())}</li></ul>"]
    return parts


def _html_table(caption: str, problems: Sequence[CaseProblem], lang: str) -> str:
    heads = [head for head in HEADS if head != "file"]
    top = "".join(f'<th scope="col">{escape(say(f"{REPORT}.{head}", lang))}</th>' for head in heads)
    rows = ""
    for remedy, same in groupby(problems, key=lambda problem: problem.do(lang)):
        for place, problem in enumerate(together := list(same)):
            cells = _cells(problem, lang)
            rows += f'<tr class="{problem.severity}">'
            rows += "".join(f"<td>{escape(cells[head])}</td>" for head in heads if head != "do")
            rows += f'<td rowspan="{len(together)}">{escape(remedy)}</td></tr>' if place == 0 else "</tr>"
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>"


def _workbook(reading: Reading, lang: str, page: str = "") -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.title = say(f"{REPORT}.title", lang)[:31]
    rows = [{head: say(f"{REPORT}.{head}", lang) for head in HEADS}]
    rows += [_cells(problem, lang) for _, problems in _by_file(_worded(reading, lang)) for problem in problems]
    for number, cells in enumerate(rows, start=1):
        for place, head in enumerate(HEADS, start=1):
            cell = sheet.cell(row=number, column=place, value=cells[head])
            # A name that starts with = is text, not a formula.
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGH"[place]].width = width
    sheet.freeze_panes = "A2"
    if page:
        lines = page.splitlines()
        there = book.create_sheet(lines[0][:31])
        for number, line in enumerate(lines, start=1):
            cell = there.cell(row=number, column=1, value=line)
            cell.data_type = "s"
            cell.font = Font(bold=not line.startswith(" "))
        there.column_dimensions["A"].width = 120
    return book


def _worded(reading: Reading, lang: str) -> list[CaseProblem]:
    """The problems with the name of each known column in words beside it, and the words of its menu.

    Who fills in a form in Excel sees the words of the menu, not the codes.
    """
    worded = []
    for problem in _once_per_cell(reading.problems):
        field = _field(reading, problem)
        if field is not None:
            values = problem.values
            if field.enum and "choices" in values:
                words = (_both(entry.code, getattr(entry, lang), first="word") for entry in field.enum)
                values = values | {"choices": "; ".join(words)}
            title = getattr(field.title, lang)
            column = _both(problem.column, f"{title[:1].lower()}{title[1:]}", first="code")
            problem = replace(problem, column=column, values=values)
        worded.append(problem)
    return worded


def _once_per_cell(problems: Sequence[CaseProblem]) -> list[CaseProblem]:
    """Without mistakes in cells that are a matter of privacy already: one cell, one thing to do."""
    private = [problem for problem in problems if problem.exit_code == ExitCode.PRIVACY and problem.rows]

    def covered(problem: CaseProblem) -> bool:
        return problem.exit_code == ExitCode.INPUT and any(
            (problem.file, problem.sheet, problem.column, problem.rows, problem.count)
            == (other.file, other.sheet, other.column, other.rows, other.count)
            for other in private
        )

    return [problem for problem in problems if not covered(problem)]


def _both(code: str, word: str, *, first: Literal["code", "word"]) -> str:
    if code == word:
        return code
    return f"{code} ({word})" if first == "code" else f"{word} ({code})"


def _field(reading: Reading, problem: CaseProblem) -> Field | None:
    """The field that a problem is about, when the tables of its file leave no doubt."""
    names = {facts.table for facts in reading.files if facts.path == problem.file}
    names = names & {problem.sheet} or names
    found = [table(name).field(problem.column) for name in names if problem.column in table(name).columns]
    return found[0] if len(found) == len(names) == 1 else None


def _cells(problem: CaseProblem, lang: str) -> dict[str, str]:
    more = problem.count - len(problem.rows)
    rows = ", ".join(map(str, problem.rows))
    if problem.rows and more > 0:
        rows += say("cases.reading.place.more", lang, more=more)
    return {
        "kind": _kind(problem, lang),
        "file": problem.file or problem.where,
        "sheet": problem.sheet,
        "column": problem.column,
        "rows": rows,
        "count": str(problem.count) if problem.count else "",
        "what": problem.what(lang) if problem.file else f"{problem.where}: {problem.what(lang)}".lstrip(": "),
        "do": problem.do(lang),
    }


def _standing(problems: Sequence[CaseProblem], lang: str) -> list[str]:
    """How many kinds of problems there are, or that there are none."""
    lines = []
    for severity, name in (("stop", "stops"), ("warn", "warnings")):
        count = sum(problem.severity == severity for problem in problems)
        if count:
            lines.append(say(f"{REPORT}.{name}_one" if count == 1 else f"{REPORT}.{name}", lang, count=count))
    if not any(problem.severity == "stop" for problem in problems):
        lines.insert(0, say(f"{REPORT}.fine", lang))
    return lines


def _by_file(problems: Iterable[CaseProblem]) -> list[tuple[str, list[CaseProblem]]]:
    """Problems per file in the order of the files; the gravest kind first."""
    files: dict[str, list[CaseProblem]] = {}
    for problem in problems:
        files.setdefault(problem.file, []).append(problem)
    order = {code: place for place, code in enumerate(GRAVITY)}
    for found in files.values():
        found.sort(key=lambda problem: (problem.severity == "warn", order.get(problem.exit_code, len(order))))
    return list(files.items())


def _kind(problem: CaseProblem, lang: str) -> str:
    if problem.severity == "stop" and problem.exit_code == ExitCode.PRIVACY:
        return say(f"{REPORT}.privacy", lang)
    return say(f"{REPORT}.{problem.severity}", lang)


def _within(problem: CaseProblem, lang: str) -> str:
    """Place inside the file, or the whole place of a problem that belongs to no file."""
    place = problem.place(lang).removeprefix(problem.file).removeprefix(", ") if problem.file else problem.where
    return f"{place}: " if place else ""


def _file_line(facts: FileFacts, reading: Reading, lang: str) -> str:
    """A file with about how many rows it has: in a table of people the rows are the people."""
    threshold = reading.accountability.threshold if reading.accountability else THRESHOLD
    rows = count_text(facts.rows, lang, threshold)
    return say(f"{REPORT}.file_line", lang, file=facts.path, table=facts.table, rows=rows)
