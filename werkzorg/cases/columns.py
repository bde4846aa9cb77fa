"""From cells to typed columns: every distinct cell of a block is read once, and what cannot be read is tallied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as compute

from werkzorg.cases.codebook import number, unit
from werkzorg.cases.dates import DateOrder
from werkzorg.cases.numbers import NumberFormat, ThreeFigures, finite, is_whole, parse_number, parse_numbers
from werkzorg.cases.problems import ROWS_SHOWN, Severity
from werkzorg.cases.schema import Field
from werkzorg.cases.table_reader import Cells, keep_suspects
from werkzorg.wording import language

MISSING = "value_missing"
WARNINGS = frozenset(("soft_maximum", "date_coarsened"))
"""Marks that do not stop the reading."""

MONEY = "EUR"


@dataclass(frozen=True)
class Rules:
    """How the cells of one file are written.

    Parameters
    ----------
    numbers : NumberFormat
        Declared separators.
    date_order : {"dmy", "ymd"} or None
        Declared order.
    cents : bool
        Amounts are in cents.
    epoch_1904 : bool
        Day numbers count from 1904.
    today : date
        Later months and days are mistakes.
    """

    numbers: NumberFormat
    date_order: DateOrder | None
    cents: bool
    epoch_1904: bool
    today: date


@dataclass
class Tally:
    """Rows with one kind of mistake: how many, and the first."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, rows: np.ndarray) -> None:
        """Take in rows of one block."""
        self.count += len(rows)
        self.rows += rows[: ROWS_SHOWN - len(self.rows)].tolist()


@dataclass(frozen=True)
class Mark:
    """A kind of mistake in a column: end of the message identifier, values for its text, rows, how grave."""

    end: str
    values: dict[str, object]
    rows: tuple[int, ...]
    count: int
    severity: Severity


class ColumnReader(ABC):
    """Reads one column block by block; the kinds below say how."""

    empty: object = np.nan
    """What an empty cell becomes."""

    def __init__(self, schema: Field, rules: Rules) -> None:
        self.field, self.rules = schema, rules
        self.words = frozenset(word.casefold() for word in schema.missing_values)
        self.parts: list[np.ndarray] = []
        self.tallies: dict[str, Tally] = {}
        self.suspects: list[tuple[str, int]] = []
        self.filled = False

    def add(self, cells: Cells, rows: np.ndarray) -> None:
        """Take in one block.

        Parameters
        ----------
        cells : Cells
            Distinct cells and codes.
        rows : ndarray, (n_rows,)
            Rows of the file.
        """
        values, wrong = self.convert(cells.distinct)
        self.look(cells, rows, wrong)
        self.parts.append(np.append(values, np.array([self.empty], dtype=values.dtype))[cells.codes])
        self.filled = self.filled or any(place not in wrong for place in range(len(values)))
        groups: dict[str, list[int]] = {}
        for place, end in wrong.items():
            groups.setdefault(end, []).append(place)
        if self.field.required and (cells.codes < 0).any():
            groups.setdefault(MISSING, [])
        for end, places in groups.items():
            self._tally(end, places, cells, rows)

    def _tally(self, end: str, places: list[int], cells: Cells, rows: np.ndarray) -> None:
        if end == MISSING and not self.field.required:
            return
        hit = np.zeros(len(cells.distinct) + 1, dtype=bool)
        hit[places] = True
        hit[-1] = end == MISSING
        at = np.flatnonzero(hit[cells.codes])
        if not len(at):
            return
        self.tallies.setdefault(end, Tally()).add(rows[at])
        if end != MISSING and end not in WARNINGS:
            keep_suspects(self.suspects, cells, at, rows)

    def is_missing(self, text: str) -> bool:
        """Whether a text is one of the words for nothing."""
        return text.strip().casefold() in self.words

    @abstractmethod
    def convert(self, distinct: pa.Array | list) -> tuple[np.ndarray, dict[int, str]]:
        """Typed values of distinct cells, and position -> kind of mistake (`MISSING` for an empty cell)."""

    def look(self, cells: Cells, rows: np.ndarray, wrong: dict[int, str]) -> None:  # noqa: B027 - a hook
        """What must be known of the cells as written; nothing, for most kinds."""

    def values_of(self, end: str) -> dict[str, object]:
        """Values for the text of a kind of mistake."""
        return {}

    def marks(self) -> list[Mark]:
        """All kinds of mistakes, after the last block."""
        return [
            Mark(end, self.values_of(end), tuple(tally.rows), tally.count, "warn" if end in WARNINGS else "stop")
            for end, tally in self.tallies.items()
        ]

    def joined(self) -> np.ndarray:
        """Values of all blocks; the blocks are given up."""
        whole = np.concatenate(self.parts) if self.parts else np.empty(0, dtype=type(self.empty))
        self.parts = []
        return whole

    def series(self) -> pd.Series:
        """The typed column."""
        return pd.Series(self.joined())


class NumberReader(ColumnReader):
    """Amounts, counts and years, as floats."""

    def __init__(self, schema: Field, rules: Rules) -> None:
        super().__init__(schema, rules)
        self.three, self.doubtful, self.own_decimal = ThreeFigures(), Tally(), 0

    def convert(self, distinct: pa.Array | list) -> tuple[np.ndarray, dict[int, str]]:
        """Numbers within the limits of the schema."""
        if isinstance(distinct, list):
            values, wrong = self._from_objects(distinct)
        elif pa.types.is_string(distinct.type):
            values, wrong = parse_numbers(distinct, self.rules.numbers)
            for place in wrong:
                if self.is_missing(distinct[place].as_py()):
                    wrong[place] = MISSING
        elif pa.types.is_integer(distinct.type) or pa.types.is_floating(distinct.type):
            # Whole numbers too long for a float are far above every limit; rounding them is no harm.
            values = distinct.cast(pa.float64(), safe=False).to_numpy().copy()
            wrong = dict.fromkeys(np.flatnonzero(~np.isfinite(values)).tolist(), "number_not_finite")
        else:
            values = np.full(len(distinct), np.nan)
            wrong = dict.fromkeys(range(len(distinct)), "number_text")
        if self.rules.cents and self.is_money:
            values = values / 100
        for end, mask in self._outside(values):
            for place in np.flatnonzero(mask).tolist():
                wrong.setdefault(place, end)
        # What stops is kept out of the checks between columns, so that one mistake gives one problem.
        values[[place for place, end in wrong.items() if end not in WARNINGS]] = np.nan
        return values, wrong

    @property
    def is_money(self) -> bool:
        """Whether the column holds amounts."""
        return (self.field.unit or "").startswith(MONEY)

    def _from_objects(self, distinct: list) -> tuple[np.ndarray, dict[int, str]]:
        values, wrong = np.full(len(distinct), np.nan), {}
        for place, cell in enumerate(distinct):
            if isinstance(cell, str):
                found = MISSING if self.is_missing(cell) else parse_number(cell, self.rules.numbers)
            elif isinstance(cell, bool) or not isinstance(cell, int | float):
                found = "number_text"
            else:
                found = float(cell) if finite(cell) else "number_not_finite"
            if isinstance(found, str):
                wrong[place] = found
            else:
                values[place] = found
        return values, wrong

    def _outside(self, values: np.ndarray) -> Iterable[tuple[str, np.ndarray]]:
        """Kinds of limits that are crossed; a cell gets the first."""
        schema = self.field
        if schema.type in ("integer", "year"):
            yield "not_whole", ~is_whole(values)
        if schema.minimum is not None:
            low = values < float(schema.minimum)
            if not schema.allow_negative and float(schema.minimum) >= 0:
                yield "negative", values < 0
            yield ("not_fraction" if schema.unit == "fraction" else "below_minimum"), low
        if schema.maximum is not None:
            yield ("not_fraction" if schema.unit == "fraction" else "above_maximum"), values > float(schema.maximum)
        if schema.soft_maximum is not None:
            yield "soft_maximum", values > schema.soft_maximum

    def look(self, cells: Cells, rows: np.ndarray, wrong: dict[int, str]) -> None:
        """Whether decimals may be thousands, and where the first decimal in the declared form stands."""
        form, texts = self.rules.numbers, cells.distinct
        if form.decimal is None:
            return
        if isinstance(texts, list):
            texts = pa.array([cell if isinstance(cell, str) else "" for cell in texts], pa.string())
        if not pa.types.is_string(texts.type):
            return
        places = self.three.look(texts, form)
        if places is not None and len(places):
            self.doubtful.add(rows[np.isin(cells.codes, places)])
        if not self.own_decimal:
            own = np.flatnonzero(compute.match_substring(texts, form.decimal).to_numpy(zero_copy_only=False))
            # A dot that groups thousands in a column with decimal commas is no decimal.
            own = [place for place in own.tolist() if wrong.get(place) not in ("number_text", "number_format")]
            at = np.flatnonzero(np.isin(cells.codes, own)) if own else ()
            self.own_decimal = int(rows[at[0]]) if len(at) else 0

    def values_of(self, end: str) -> dict[str, object]:
        """Limits and unit."""
        schema = self.field
        limits = {"negative": 0.0, "below_minimum": schema.minimum, "above_maximum": schema.maximum,
                  "soft_maximum": schema.soft_maximum}  # fmt: skip
        values: dict[str, object] = {"unit": unit(schema, language())}
        if end in limits:
            values["limit"] = number(limits[end] or 0, language(), schema.type)
        if end == "not_fraction":
            values |= {"low": number(schema.minimum or 0, language()), "high": number(schema.maximum or 1, language())}
        return values

    def marks(self) -> list[Mark]:
        """Also: two ways of writing in one column, and decimals that may be thousands."""
        marks = super().marks()
        if self.own_decimal:
            marks = [self._mixed(mark) if mark.end == "number_format" else mark for mark in marks]
        if self.three.doubtful:
            rows, count = tuple(self.doubtful.rows), self.doubtful.count
            marks.append(Mark("number_three_decimals", {}, rows, count, "stop"))
        return marks

    def _mixed(self, mark: Mark) -> Mark:
        values = {"declared": self.own_decimal, "other": mark.rows[0]}
        return Mark("number_mixed", values, mark.rows, mark.count, "stop")
