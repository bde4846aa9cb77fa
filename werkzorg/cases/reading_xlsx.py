"""Workbooks: the one named sheet, streamed, after a scan that refuses what a reader would pass over in silence."""

from __future__ import annotations

import io
import time
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import openpyxl

from werkzorg.cases.datafile import Source
from werkzorg.cases.header import normalise
from werkzorg.cases.privacy import shown_name
from werkzorg.cases.problems import FileError
from werkzorg.cases.table_reader import Block, Cells, Opened
from werkzorg.cases.xlsx_scan import (
    MAX_SECONDS,
    SheetEntry,
    SheetFacts,
    TooMuch,
    check_archive,
    list_sheets,
    scan_sheet,
)

ROWS_AT_ONCE = 20_000


def open_xlsx(source: Source, max_rows: int) -> Opened:
    """Check a workbook and read the first row of the declared sheet.

    Parameters
    ----------
    source : Source
        The file and its declaration.
    max_rows : int
        Most rows that its table may have.

    Returns
    -------
    Opened
        First row and blocks of typed cells.

    Raises
    ------
    FileError
        Hidden sheets, rows or columns, merged or filtered cells, formulas without stored value, error values,
        several sheets and none named, external links, or content larger than the limits.
    """
    deadline = time.monotonic() + MAX_SECONDS
    content = io.BytesIO(source.path.read_bytes())
    shown = ""
    try:
        with zipfile.ZipFile(content) as archive:
            check_archive(source, archive)
            sheets, epoch_1904 = list_sheets(archive)
            sheet = _choose(source, sheets)
            shown = _shown(sheets)[sheets.index(sheet)]
            facts = scan_sheet(archive, sheet.part, max_rows, deadline)
    except TooMuch as found:
        raise source.fail(found.end, sheet=shown, values=found.values) from None
    except Exception:
        # Archives and XML that are damaged make their readers raise nearly anything.
        raise source.fail("not_readable", sheet=shown) from None
    problems = facts.problems(source, shown)
    if problems:
        raise FileError(*problems)
    if not facts.last_row:
        raise source.fail("no_header", sheet=shown, rows=(1,), count=1)
    place = (sheet.name, shown)
    names = [_name(value) for value in next(_rows(source, content, place, facts), ())]
    while names and not names[-1].strip():
        names.pop()

    def blocks(positions: Sequence[int]) -> Iterator[Block]:
        return _blocks(source, content, place, facts, positions, deadline)

    return Opened(names, blocks, sheet=shown, epoch_1904=epoch_1904)


def _choose(source: Source, sheets: list[SheetEntry]) -> SheetEntry:
    """The declared sheet, or the only one; a workbook with a hidden sheet is refused whatever is declared."""
    shown = _shown(sheets)
    hidden = [name for name, sheet in zip(shown, sheets, strict=True) if not sheet.visible]
    if hidden:
        raise TooMuch("hidden_sheets", sheets=", ".join(hidden))
    wanted = source.entry.sheet
    if wanted is None:
        if len(sheets) != 1:
            raise TooMuch("sheet_not_named", sheets=", ".join(shown))
        return sheets[0]
    for same in (str, normalise):
        found = [sheet for sheet in sheets if same(sheet.name) == same(wanted)]
        if len(found) == 1:
            return found[0]
    raise TooMuch("no_sheet", wanted=wanted, sheets=", ".join(shown))


def _shown(sheets: list[SheetEntry]) -> list[str]:
    """Names of the sheets for messages; a name that may identify a person is not shown."""
    number = "cases.privacy.sheet_number"
    return [shown_name(sheet.name, place, number) for place, sheet in enumerate(sheets, start=1)]


def _name(value: object) -> str:
    return "" if value is None else str(value)


def _rows(source: Source, content: io.BytesIO, place: tuple[str, str], facts: SheetFacts) -> Iterator[tuple]:
    """All rows as tuples, read from a workbook of their own; `place`: name of the sheet, and that for messages."""
    sheet, shown = place
    try:
        with warnings.catch_warnings():
            # openpyxl warns about menus and styles that it does not keep; none of that is read.
            warnings.simplefilter("ignore")
            content.seek(0)
            book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
            rows = book[sheet].iter_rows(
                min_row=1, max_row=facts.last_row, min_col=1, max_col=facts.last_column, values_only=True
            )
            yield from rows
    except Exception:
        # What openpyxl raises on a damaged part is no closed list, and may quote a cell.
        raise source.fail("not_readable", sheet=shown) from None


def _blocks(
    source: Source,
    content: io.BytesIO,
    place: tuple[str, str],
    facts: SheetFacts,
    positions: Sequence[int],
    deadline: float,
) -> Iterator[Block]:
    rows, start = islice(_rows(source, content, place, facts), 1, None), 2
    while part := list(islice(rows, ROWS_AT_ONCE)):
        if time.monotonic() > deadline:
            raise source.fail("too_slow", sheet=place[1], values={"limit": int(MAX_SECONDS)})
        columns = [_cells([row[column] if column < len(row) else None for row in part]) for column in positions]
        yield Block(columns, np.arange(start, start + len(part)))
        start += len(part)


def _cells(values: list) -> Cells:
    """Distinct cells with their type, so that 1, 1.0, True and text stay apart."""
    places: dict[tuple[type, object], int] = {}
    codes = np.empty(len(values), dtype=np.int32)
    for row, value in enumerate(values):
        codes[row] = -1 if value is None else places.setdefault((type(value), value), len(places))
    return Cells([value for _, value in places], codes)
