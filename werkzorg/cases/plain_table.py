"""Small tables without people, as CSV or Excel: counts per month, answers per municipality, questions.

Their columns stand in `data_schema/practices/*.json`. Nothing is guessed: a cell that may be misread stops the file,
and all mistakes are named at once, by row and column and never with what stands there.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from werkzorg.cases.schema import Field, Table, make_table
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import display_name, shipped

FOLDER = "practices"
MOST_BYTES = 20_000_000
"""Larger than any such table; more is another kind of file."""

MOST_ROWS = 200_000
MOST_MISTAKES = 20
"""Mistakes that are named before the rest is only counted."""

UNREAD = "sensitive"
"""Privacy class of columns that may be there and are never read."""

LINES = "lines"

Cells = list[tuple[int, list[str]]]
"""Rows that hold something, each with its line."""

Mistake = tuple[int, str, str]
"""Row of the table (the first is 0), column or nothing, and the end of the message identifier."""


@functools.cache
def practice_table(name: str) -> Table:
    """Columns of one of the tables, from its Table Schema."""
    path = shipped("data_schema") / FOLDER / f"{name}.json"
    return make_table(name, json.loads(path.read_text(encoding="utf8")))


def read_plain(
    path: Path | str, name: str, between: Callable[[pd.DataFrame], Iterator[Mistake]] | None = None
) -> pd.DataFrame:
    """Read one table.

    Parameters
    ----------
    path : Path or str
        CSV (comma, semicolon or tab; UTF-8 or Windows-1252) or the first sheet of an Excel workbook.
    name : str
        Table: `survey_results`, `flows` or `questions`.
    between : callable, optional
        Gives the mistakes between cells and rows. It gets the table with a missing value in every cell that cannot be
        read, so that the mistakes of both kinds are named at once.

    Returns
    -------
    DataFrame
        The columns of the schema that are read, in its order: months as Period[M], counts as int, texts as str.
        `attrs[LINES]` holds the line of each row in the file, for messages.

    Raises
    ------
    WerkzorgError
        Code INPUT, with every mistake by row and column.
    """
    path, table = Path(path), practice_table(name)
    shown = display_name(path)
    if not path.is_file():
        raise _error("no_file", shown)
    if path.stat().st_size > MOST_BYTES:
        raise _error("too_large", shown)
    rows = _rows_of(path, shown)
    if len(rows) < 2:
        raise _error("no_rows", shown)
    if len(rows) > MOST_ROWS:
        raise _error("too_large", shown)
    places = _places(table, rows[0][1], shown)
    columns: dict[str, list[Any]] = {field: [] for field in places}
    mistakes: list[Mistake] = []
    for place, (_, cells) in enumerate(rows[1:]):
        for field, column in places.items():
            try:
                columns[field].append(_value(table.field(field), cells[column] if column < len(cells) else ""))
            except ValueError as error:
                columns[field].append(None)
                mistakes.append((place, field, str(error)))
    if table.primary_key and name != "questions":
        mistakes += _doubles(table, columns)
    made = pd.DataFrame(columns)
    # A column without one readable count would be of objects, which cannot be compared.
    counted = [field for field in columns if table.field(field).type == "integer"]
    made[counted] = made[counted].apply(pd.to_numeric)
    made.attrs[LINES] = [line for line, _ in rows[1:]]
    if between is not None:
        mistakes += between(made)
    if mistakes:
        raise WerkzorgError(ExitCode.INPUT, *_problems(mistakes, made.attrs[LINES], shown))
    return made


def _problems(mistakes: list[Mistake], lines: list[int], shown: str) -> Iterator[Problem]:
    """The first mistakes in the order of the file, and how many more there are."""
    for place, column, identifier in sorted(mistakes)[:MOST_MISTAKES]:
        yield _problem(identifier, f"{shown}:{lines[place]} {column}".rstrip())
    if len(mistakes) > MOST_MISTAKES:
        yield Problem("plain.more", where=shown, values={"more": len(mistakes) - MOST_MISTAKES})


def _rows_of(path: Path, shown: str) -> Cells:
    """All rows that hold something, as texts."""
    if path.suffix.lower() == ".xlsx":
        rows = _rows_of_workbook(path, shown)
    elif path.suffix.lower() in (".csv", ".txt"):
        content = path.read_bytes()
        if b"\0" in content:
            raise _error("not_a_table", shown)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
        rows = _rows_of_text(text, shown)
    else:
        raise _error("not_a_table", shown)
    return [(line, row) for line, row in rows if any(cell.strip() for cell in row)]


def _rows_of_text(text: str, shown: str) -> Cells:
    """Rows of a CSV, each with the line on which it starts."""
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]
    mark = max(";,\t", key=header.count)
    # Strict: a quote that is never closed would swallow the rows below it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: Cells = []
    line = 1
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error:
        raise _error("quotes", f"{shown}:{line}") from None
    return rows


def _rows_of_workbook(path: Path, shown: str) -> Cells:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        lines = book.worksheets[0].iter_rows(values_only=True)
        rows = [(line, [_text(cell) for cell in row]) for line, row in enumerate(lines, start=1)]
        book.close()
    except Exception:
        # A damaged or foreign workbook can fail in many ways; what stands in it must not reach the message.
        raise _error("not_a_table", shown) from None
    return rows


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if hasattr(cell, "strftime"):
        return f"{cell:%Y-%m}"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _places(table: Table, header: list[str], shown: str) -> dict[str, int]:
    """Position of every column that is read; what is missing, double or unknown is an error."""
    found = [name.strip().casefold() for name in header]
    known = {field.name: field for field in table.fields}
    problems = [
        Problem("plain.missing_column", where=shown, values={"column": name})
        for name, field in known.items()
        if field.required and name not in found
    ]
    problems += [
        Problem("plain.unknown_column", where=f"{shown}:1", values={"position": place, "known": ", ".join(known)})
        for place, name in enumerate(found, start=1)
        if name not in known or found.count(name) > 1
    ]
    if problems:
        raise WerkzorgError(ExitCode.INPUT, *problems)
    return {name: found.index(name) for name, field in known.items() if name in found and field.privacy != UNREAD}


def _value(field: Field, cell: str) -> Any:
    """A cell in its type; the ValueError holds the end of the message identifier."""
    text = cell.strip()
    if text in field.missing_values:
        if field.required:
            raise ValueError("empty")
        return None
    if field.type == "month":
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
            raise ValueError("month")
        return pd.Period(text, "M")
    if field.type == "integer":
        if not re.fullmatch(r"\d{1,7}", text):
            raise ValueError("count")
        if field.minimum is not None and int(text) < float(field.minimum):
            raise ValueError("too_small")
        return int(text)
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise ValueError("name")
    return text


def _doubles(table: Table, columns: dict[str, list[Any]]) -> Iterator[Mistake]:
    seen: set[tuple[Any, ...]] = set()
    for place, key in enumerate(zip(*(columns[name] for name in table.primary_key), strict=True)):
        if key in seen and None not in key:
            yield place, "", "double"
        seen.add(key)


def _problem(identifier: str, where: str) -> Problem:
    return Problem(f"plain.{identifier}", where=where)


def _error(identifier: str, where: str) -> WerkzorgError:
    return WerkzorgError(ExitCode.INPUT, _problem(identifier, where))
