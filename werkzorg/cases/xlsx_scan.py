"""A look at a workbook before it is opened: size, traps, and what a reader would pass over in silence.

A library that reads values does not tell that a row is hidden, a cell merged, or a formula never computed; and it
starts unpacking before it knows how large the content is. This scan does, part by part, in little memory.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from openpyxl.utils import column_index_from_string, get_column_letter

from werkzorg.cases.datafile import Source
from werkzorg.cases.problems import ROWS_SHOWN, CaseProblem

MAX_ENTRIES = 500
MAX_UNPACKED = 250_000_000
MAX_RATIO, RATIO_FROM = 100, 10_000_000
"""Unpacked over packed size, for content above ten megabytes; sheets of a real export stay below 40."""

MAX_SHARED_BYTES, MAX_SHARED = 60_000_000, 400_000
MAX_SMALL_PART = 5_000_000
MAX_COLUMNS = 200
MAX_SECONDS = 180.0
"""Time for one workbook; the largest that the other limits allow takes about a third of it."""

EXTERNAL = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/embeddings/", "xl/activex/")
TRAPS = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
OVERLAP = 32
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
STEP = 1 << 20


class TooMuch(Exception):
    """Ends a scan; holds the end of a message identifier and its values."""

    def __init__(self, end: str, **values: object) -> None:
        self.end, self.values = end, values
        super().__init__(end)


@dataclass
class SheetFacts:
    """What stands in a sheet besides values; places as cell addresses, the first few."""

    last_row: int = 0
    last_column: int = 0
    unstored: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    filtered: bool = False

    def problems(self, source: Source, sheet: str) -> list[CaseProblem]:
        """Everything that a reader would pass over."""
        found = []
        for end, cells in (("formula_unstored", self.unstored), ("error_cells", self.errors),
                           ("merged_cells", self.merged)):  # fmt: skip
            if cells:
                found.append(_cells_problem(source, sheet, end, cells))
        if self.hidden_rows:
            rows = tuple(self.hidden_rows[:ROWS_SHOWN])
            found.append(source.problem("hidden_rows", sheet=sheet, rows=rows, count=len(self.hidden_rows)))
        used = [name for name in self.hidden_columns if column_index_from_string(name) <= self.last_column]
        if used:
            values = {"columns": ", ".join(used[:ROWS_SHOWN])}
            found.append(source.problem("hidden_columns", sheet=sheet, values=values))
        if self.filtered:
            found.append(source.problem("filtered", sheet=sheet))
        return found


def _cells_problem(source: Source, sheet: str, end: str, cells: list[str]) -> CaseProblem:
    rows = tuple(int(re.search(r"\d+", cell)[0]) for cell in cells[:ROWS_SHOWN])
    values = {"cells": ", ".join(cells[:ROWS_SHOWN]), "count": len(cells)}
    return source.problem(end, sheet=sheet, rows=rows, count=len(cells), values=values)


def check_archive(source: Source, archive: zipfile.ZipFile) -> None:
    """Sizes from the list of parts, links to other files, and forbidden XML; nothing is interpreted.

    Raises
    ------
    TooMuch
        Anything that makes the workbook unsafe to open.
    """
    entries = archive.infolist()
    packed, unpacked = source.before.size, sum(entry.file_size for entry in entries)
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise TooMuch("xlsx_too_large", limit=MAX_UNPACKED // 1_000_000)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed):
        raise TooMuch("xlsx_too_large", limit=MAX_UNPACKED // 1_000_000)
    if any(name.startswith(EXTERNAL) for name in names):
        raise TooMuch("external_links")
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(archive, entry)


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Entities, document types and other encodings than UTF-8 do not occur in a workbook that Excel wrote."""
    shared = entry.filename.lower().endswith("sharedstrings.xml")
    if shared and entry.file_size > MAX_SHARED_BYTES:
        raise TooMuch("xlsx_too_large", limit=MAX_SHARED_BYTES // 1_000_000)
    strings, tail = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(STEP):
            if TRAPS.search(tail + chunk):
                raise TooMuch("xml_trap")
            strings += chunk.count(b"<si") if shared else 0
            tail = chunk[-OVERLAP:]
    if strings > MAX_SHARED:
        raise TooMuch("xlsx_too_large", limit=MAX_SHARED_BYTES // 1_000_000)


@dataclass(frozen=True)
class SheetEntry:
    """A sheet of the workbook: name, whether people can see it, part that holds it."""

    name: str
    visible: bool
    part: str


def list_sheets(archive: zipfile.ZipFile) -> tuple[list[SheetEntry], bool]:
    """Sheets in their order, and whether the workbook counts days from 1904."""
    _check_types(archive)
    book, relations = (_small(archive, name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    targets = {entry.get("Id"): entry.get("Target", "") for entry in relations}
    if len(targets) != len(relations):
        raise TooMuch("not_readable")
    sheets, epoch_1904 = [], False
    for element in book.iter():
        name = element.tag.rpartition("}")[2]
        if name == "workbookPr":
            epoch_1904 = element.get("date1904", "0") in ("1", "true")
        if name == "sheet":
            key = next((value for label, value in element.items() if label.endswith("}id")), "")
            target = targets.get(key, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            sheets.append(SheetEntry(element.get("name", ""), element.get("state", "visible") == "visible", part))
    return [sheet for sheet in sheets if "worksheets/" in sheet.part or not sheet.visible], epoch_1904


def _check_types(archive: zipfile.ZipFile) -> None:
    """The one workbook of the archive is the one that is looked at, and has no macros."""
    books = {entry.get("PartName", ""): entry.get("ContentType", "") for entry in _small(archive, "[Content_Types].xml")
             if entry.get("ContentType", "").endswith(".main+xml")}  # fmt: skip
    if any("macroEnabled" in kind for kind in books.values()):
        raise TooMuch("macros")
    if set(books) - {"/xl/workbook.xml"}:
        raise TooMuch("not_readable")


def _small(archive: zipfile.ZipFile, name: str):
    try:
        entry = archive.getinfo(name)
        if entry.file_size > MAX_SMALL_PART:
            raise TooMuch("xlsx_too_large", limit=MAX_SMALL_PART // 1_000_000)
        return fromstring(archive.read(entry), forbid_dtd=True)
    except (KeyError, ParseError, DefusedXmlException, zipfile.BadZipFile, OSError, EOFError):
        raise TooMuch("not_readable") from None


class _SheetHandler(ContentHandler):
    """Collects facts of one sheet while it streams past."""

    def __init__(self, max_rows: int, deadline: float) -> None:
        super().__init__()
        self.facts, self.max_rows, self.deadline = SheetFacts(), max_rows, deadline
        self.row, self.column, self.row_hidden, self.row_filled, self.all_hidden = 0, 0, False, False, False
        self.in_cell, self.kind, self.formula, self.value, self.in_value = False, "", False, False, False
        self.stored = False

    def startElement(self, name: str, attributes) -> None:
        """Start of an element."""
        name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self.in_value = self.in_cell
            # Excel stores an empty text as the outcome of a formula with this kind and nothing in it.
            self.stored = self.in_cell and self.kind == "str"
        elif name == "f":
            self.formula = self.in_cell
        elif name == "row":
            self._start_row(attributes)
        elif name == "col":
            self._column(attributes)
        elif name == "mergeCell":
            self.facts.merged.append(attributes.get("ref", "")[:20])
        elif name in ("filterColumn", "sortState"):
            self.facts.filtered = self.facts.filtered or name == "filterColumn"
        elif name == "sheetFormatPr":
            self.all_hidden = attributes.get("zeroHeight", "0") in ("1", "true")

    def endElement(self, name: str) -> None:
        """End of an element."""
        name = name.rpartition(":")[2]
        if name == "c":
            self._end_cell()
        elif name in ("v", "t"):
            self.in_value = False
        elif name == "row" and self.row_hidden and self.row_filled:
            self.facts.hidden_rows.append(self.row)

    def characters(self, content: str) -> None:
        """Text of an element."""
        if self.in_value and content:
            self.value = True

    def _start_row(self, attributes) -> None:
        number, above = attributes.get("r"), self.row
        self.row = int(number) if number else above + 1
        if self.row <= above:
            # A reader passes over rows that come too late or twice.
            raise TooMuch("not_readable")
        flat = attributes.get("ht", "") in ("0", "0.0")
        self.row_hidden = attributes.get("hidden", "0") in ("1", "true") or flat or self.all_hidden
        self.row_filled, self.column = False, 0
        if self.row % 256 == 0 and time.monotonic() > self.deadline:
            raise TooMuch("too_slow", limit=int(MAX_SECONDS))

    def _start_cell(self, attributes) -> None:
        place, left = CELL.fullmatch(attributes.get("r", "")), self.column
        self.column = column_index_from_string(place[1]) if place else left + 1
        if self.column <= left or (place and int(place[2]) != self.row):
            raise TooMuch("not_readable")
        self.in_cell, self.kind = True, attributes.get("t", "")
        self.formula = self.value = self.stored = False

    def _end_cell(self) -> None:
        self.in_cell = False
        if not (self.value or self.formula):
            return
        facts = self.facts
        if self.row > self.max_rows + 1:
            raise TooMuch("too_many_rows", limit=self.max_rows)
        if self.column > MAX_COLUMNS:
            raise TooMuch("too_many_columns", limit=MAX_COLUMNS)
        self.row_filled = True
        facts.last_row, facts.last_column = max(facts.last_row, self.row), max(facts.last_column, self.column)
        if self.formula and not (self.value or self.stored):
            facts.unstored.append(f"{get_column_letter(self.column)}{self.row}")
        elif self.kind == "e":
            facts.errors.append(f"{get_column_letter(self.column)}{self.row}")

    def _column(self, attributes) -> None:
        hidden = attributes.get("hidden", "0") in ("1", "true") or attributes.get("width", "") in ("0", "0.0")
        if hidden:
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.facts.hidden_columns += [get_column_letter(place) for place in range(first, min(last, 999) + 1)]


def scan_sheet(archive: zipfile.ZipFile, part: str, max_rows: int, deadline: float) -> SheetFacts:
    """Facts of one sheet.

    Parameters
    ----------
    archive : ZipFile
        The workbook.
    part : str
        Part that holds the sheet.
    max_rows : int
        Most rows below the header.
    deadline : float
        Moment of the monotonic clock at which to give up.

    Raises
    ------
    TooMuch
        More rows or columns than allowed, no time left, or not readable.
    """
    handler = _SheetHandler(max_rows, deadline)
    try:
        with archive.open(part) as content:
            defusedxml.sax.parse(io.BufferedReader(content), handler, forbid_dtd=True)
    except (SAXException, DefusedXmlException, KeyError, ValueError, zipfile.BadZipFile, OSError, EOFError):
        raise TooMuch("not_readable") from None
    return handler.facts
