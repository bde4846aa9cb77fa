"""How the files of a pilot are written, as declared in the pilot file under `data`: nothing is guessed from content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from werkzorg.cases.dates import DateOrder
from werkzorg.cases.numbers import Decimal, NumberFormat, Thousands
from werkzorg.cases.privacy import Pseudonym

MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"

DEFAULT_MAX_ROWS = 5000
"""Rows of a table with one row per person, unless the pilot file says more: more than a pilot has people."""

ROWS_PER_PERSON = 120
"""Ten years of months; tables with more than one row per person may hold this many times `max_rows`."""


class Part(BaseModel):
    """Base of the declaration: unknown keys are errors, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FileEntry(Part):
    """One table in one file.

    What is not declared is not guessed: without `decimal` only whole numbers are read, without `date_order` only
    months and dates that can be read in one way, and amounts need `money_unit`. `encoding: auto` tries UTF-8 (also
    with a byte order mark, and UTF-16) and then Windows-1252. `published` says where anybody can read the means and
    counts of a file: without it nothing that rests on them alone is released.
    """

    table: str
    path: str = Field(min_length=1, max_length=300)
    format: Literal["csv", "xlsx", "parquet"]
    delimiter: Literal[";", ",", "\t", "|"] | None = None
    decimal: Decimal | None = None
    thousands: Thousands = "none"
    encoding: Literal["auto", "utf-8", "cp1252", "utf-16"] = "auto"
    date_order: DateOrder | None = None
    sheet: str | None = None
    money_unit: Literal["euro", "cent"] | None = None
    supplier: str | None = None
    published: str | None = Field(default=None, min_length=1, max_length=300)
    drop: tuple[str, ...] = ()

    @property
    def numbers(self) -> NumberFormat:
        """Declared separators."""
        return NumberFormat(self.decimal, self.thousands)


class Window(Part):
    """First and last month of the pilot's data, both included."""

    first: str = Field(pattern=MONTH)
    last: str = Field(pattern=MONTH)


class Declaration(Part):
    """The data of a pilot: where, which files, how written, which pseudonyms, which months.

    `use_comparison: false` reads and checks people of the comparison group, and leaves them out of what is used.
    `follow_up_months` is the last month since enrolment that counts of participants.
    """

    folder: str = "."
    files: tuple[FileEntry, ...] = ()
    pseudonym: Pseudonym
    window: Window | None = None
    follow_up_months: int | None = Field(default=None, ge=1, le=120)
    use_comparison: bool = True
    max_rows: int = Field(default=DEFAULT_MAX_ROWS, ge=1, le=1_000_000)

    def row_limit(self, cardinality: str) -> int:
        """Most rows that a table of this kind may have."""
        return self.max_rows * (ROWS_PER_PERSON if cardinality in ("person_month", "event") else 1)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """What cannot be meant: file (or key) and end of the message identifier."""
        if not self.files:
            yield "data.files", "no_files"
        if self.window is not None and self.window.first > self.window.last:
            yield "data.window", "window_order"
        marks = {"dot": ".", "comma": ","}
        for entry in self.files:
            if entry.format == "csv" and entry.delimiter is None:
                yield entry.path, "delimiter_missing"
            if entry.decimal is not None and marks.get(entry.thousands) == entry.decimal:
                yield entry.path, "separators_same"
            if entry.format == "csv" and entry.delimiter == marks.get(entry.thousands):
                yield entry.path, "separators_same"
