"""Months, dates, closed lists, yes and no, codes, pseudonyms: the kinds of columns that are no numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from werkzorg.cases.columns import MISSING, ColumnReader, NumberReader, Rules
from werkzorg.cases.dates import day_of, month_number, month_text, parse_date, parse_month
from werkzorg.cases.privacy import Finding, Pseudonym, check_pseudonyms
from werkzorg.cases.schema import Field
from werkzorg.cases.table_reader import Cells, cell_text, keep_suspects, python_values

NOTHING = np.iinfo(np.int64).min
"""Empty month or day: the same number that pandas uses."""

MAY_LIE_AHEAD = frozenset(("planned_end_month",))
"""Columns that hold an expectation, so that a month after today is right."""

YEAR_MONTHS = range(190001, 210000)
"""Whole numbers in a typed file that are read as year and month, as 201803."""


class MonthReader(ColumnReader):
    """Months, as Period[M]; days are dropped at once."""

    empty = NOTHING

    def convert(self, distinct: pa.Array | list) -> tuple[np.ndarray, dict[int, str]]:
        """Months from 2000 on and not after today."""
        values, wrong = np.full(len(distinct), NOTHING, dtype=np.int64), {}
        low, high = self._limits()
        for place, cell in enumerate(python_values(distinct)):
            found = MISSING if isinstance(cell, str) and self.is_missing(cell) else self._month(cell)
            if isinstance(found, str):
                wrong[place] = found
                continue
            number, had_day = found
            if not low <= number <= high:
                wrong[place] = "date_future" if number > high else "date_before"
                continue
            values[place] = number
            if had_day:
                wrong[place] = "date_coarsened"
        return values, wrong

    def _limits(self) -> tuple[int, int]:
        low, high = (_month_of(limit) for limit in (self.field.minimum or "1900-01", self.field.maximum or "2099-12"))
        ahead = self.field.name in MAY_LIE_AHEAD
        return low, high if ahead else min(high, month_number(self.rules.today))

    def _month(self, cell: object) -> tuple[int, bool] | str:
        if isinstance(cell, str):
            return parse_month(cell, self.rules.date_order)
        if isinstance(cell, bool):
            return "date_text"
        if isinstance(cell, int | float) and cell in YEAR_MONTHS:
            return parse_month(str(int(cell)), None)
        day = day_of(cell, self.rules.epoch_1904)
        return day if isinstance(day, str) else (month_number(day), day.day != 1)

    def values_of(self, end: str) -> dict[str, object]:
        """The limit that was crossed."""
        low, high = self._limits()
        return {"limit": month_text(high if end == "date_future" else low)}

    def series(self) -> pd.Series:
        """Months as periods."""
        return pd.Series(pd.PeriodIndex.from_ordinals(self.joined(), freq="M"))


def _month_of(text: float | str) -> int:
    year, month = str(text).split("-")
    return (int(year) - 1970) * 12 + int(month) - 1


class DateReader(ColumnReader):
    """Days, as datetime64."""

    empty = NOTHING

    def convert(self, distinct: pa.Array | list) -> tuple[np.ndarray, dict[int, str]]:
        """Days from 2000 on and not after today, in days since 1970."""
        values, wrong = np.full(len(distinct), NOTHING, dtype=np.int64), {}
        low, high = self._limits()
        for place, cell in enumerate(python_values(distinct)):
            if isinstance(cell, str):
                found = MISSING if self.is_missing(cell) else parse_date(cell, self.rules.date_order)
            else:
                found = "date_text" if isinstance(cell, bool) else day_of(cell, self.rules.epoch_1904)
            if isinstance(found, str):
                wrong[place] = found
                continue
            if not low <= found <= high:
                wrong[place] = "date_future" if found > high else "date_before"
                continue
            values[place] = found.toordinal() - date(1970, 1, 1).toordinal()
        return values, wrong

    def _limits(self) -> tuple[date, date]:
        low = date.fromisoformat(str(self.field.minimum or "1900-01-01"))
        return low, min(date.fromisoformat(str(self.field.maximum or "2099-12-31")), self.rules.today)

    def values_of(self, end: str) -> dict[str, object]:
        """The limit that was crossed."""
        low, high = self._limits()
        return {"limit": (high if end == "date_future" else low).isoformat()}

    def series(self) -> pd.Series:
        """Days as datetime64[s]."""
        return pd.Series(self.joined().view("datetime64[D]").astype("datetime64[s]"))


class ListReader(ColumnReader):
    """Closed lists, as a categorical with all codes of the schema in their order."""

    empty = -1

    def __init__(self, schema: Field, rules: Rules) -> None:
        super().__init__(schema, rules)
        order = {entry.code: place for place, entry in enumerate(schema.enum)}
        self.places = {text: order[code] for text, code in schema.codes().items()}

    def convert(self, distinct: pa.Array | list) -> tuple[np.ndarray, dict[int, str]]:
        """Places in the list; code and both labels are accepted."""
        values, wrong = np.full(len(distinct), -1, dtype=np.int16), {}
        for place in range(len(distinct)):
            text = " ".join(cell_text(distinct, place).split()).casefold()
            if text in self.places:
                values[place] = self.places[text]
            else:
                wrong[place] = MISSING if text in self.words else "not_in_list"
        return values, wrong

    def values_of(self, end: str) -> dict[str, object]:
        """What may be written."""
        return {"choices": ", ".join(entry.code for entry in self.field.enum)}

    def series(self) -> pd.Series:
        """The codes as categories."""
        return pd.Series(pd.Categorical.from_codes(self.joined(), [entry.code for entry in self.field.enum]))


class BooleanReader(ListReader):
    """Yes and no, as a nullable boolean."""

    def __init__(self, schema: Field, rules: Rules) -> None:
        super().__init__(schema, rules)
        self.places = {word.casefold(): 0 for word in schema.false_values}
        self.places |= {word.casefold(): 1 for word in schema.true_values}

    def values_of(self, end: str) -> dict[str, object]:
        """What may be written."""
        return {"choices": ", ".join((*self.field.true_values[:1], *self.field.false_values[:1]))}

    def series(self) -> pd.Series:
        """True, False or missing."""
        codes = self.joined()
        return pd.Series(pd.arrays.BooleanArray(codes == 1, codes < 0))


class TextReader(ColumnReader):
    """Codes of a fixed form, as text. Distinct texts are kept once."""

    empty = -1

    def __init__(self, schema: Field, rules: Rules) -> None:
        super().__init__(schema, rules)
        self.known: dict[str, int] = {}
        self.pattern = re.compile(schema.pattern) if schema.pattern else None

    def convert(self, distinct: pa.Array | list) -> tuple[np.ndarray, dict[int, str]]:
        """Places in the list of distinct texts."""
        values, wrong = np.full(len(distinct), -1, dtype=np.int32), {}
        for place in range(len(distinct)):
            text = self.text_of(cell_text(distinct, place))
            if not text or self.is_missing(text):
                wrong[place] = MISSING
                continue
            if self.pattern and not self.pattern.fullmatch(text):
                wrong[place] = "pattern"
            values[place] = self.known.setdefault(text, len(self.known))
        return values, wrong

    def text_of(self, cell: str) -> str:
        """The text that is kept of a cell."""
        return cell.strip()

    def values_of(self, end: str) -> dict[str, object]:
        """An example of the right form."""
        return {"example": self.field.example}

    def codes(self) -> np.ndarray:
        """Place of each row in the distinct texts, -1 for nothing; for keys."""
        self.parts = [self.joined()]
        return self.parts[0]

    def series(self) -> pd.Series:
        """Texts."""
        codes = self.joined()
        words = pa.array([text.strip() for text in self.known] or [None], pa.large_string())
        taken = words.take(pa.array(codes, pa.int32(), mask=codes < 0))
        return pd.Series(pd.array(taken, dtype=pd.StringDtype("pyarrow", na_value=np.nan)))


class KeyReader(TextReader):
    """Pseudonyms: kept as delivered until their form is checked, then without spaces around."""

    def __init__(self, schema: Field, rules: Rules, pseudonym: Pseudonym) -> None:
        super().__init__(schema, rules)
        self.pseudonym = pseudonym
        self.misfits: set[int] = set()

    def text_of(self, cell: str) -> str:
        """As delivered; two forms of one pseudonym must be told apart first."""
        return cell if cell.strip() else ""

    def is_missing(self, text: str) -> bool:
        """A word is no missing pseudonym but a wrong one."""
        return False

    def convert(self, distinct: pa.Array | list) -> tuple[np.ndarray, dict[int, str]]:
        """Places in the list of distinct pseudonyms; the form of each is looked at once."""
        texts = distinct.to_pylist() if isinstance(distinct, pa.StringArray) else None
        values = np.full(len(distinct), -1, dtype=np.int32)
        for place in range(len(distinct)):
            text = self.text_of(texts[place] if texts is not None else cell_text(distinct, place))
            if not text:
                continue
            code = self.known.get(text)
            if code is None:
                code = self.known[text] = len(self.known)
                if not self.pseudonym.fits(text.strip()):
                    self.misfits.add(code)
            values[place] = code
        return values, {}

    def add(self, cells: Cells, rows: np.ndarray) -> None:
        """Take in a block; empty cells are found by the check of pseudonyms."""
        values, _ = self.convert(cells.distinct)
        codes = np.append(values, np.int32(-1))[cells.codes]
        self.parts.append(codes)
        self.filled = True
        if self.misfits:
            keep_suspects(self.suspects, cells, np.flatnonzero(np.isin(codes, list(self.misfits))), rows)

    def findings(self, denied: Callable[[Sequence[str]], Sequence[bool]] | None) -> list[Finding]:
        """Mistakes in the pseudonyms, with positions of rows; the long way only when there is one."""
        codes, words = self.codes(), np.array([*self.known, None], dtype=object)
        if (codes >= 0).all() and not check_pseudonyms(pd.Series(words[:-1]), self.pseudonym, denied=denied):
            return []
        return check_pseudonyms(pd.Series(words[codes]), self.pseudonym, denied=denied)


class UnknownReader:
    """A column of no schema: never kept, only looked at for identifiers."""

    def __init__(self) -> None:
        self.suspects: list[tuple[str, int]] = []

    def add(self, cells: Cells, rows: np.ndarray) -> None:
        """Take in a block."""
        keep_suspects(self.suspects, cells, np.flatnonzero(cells.codes >= 0), rows)


def reader_of(schema: Field, rules: Rules, pseudonym: Pseudonym) -> ColumnReader:
    """The reader for a column of the schema."""
    if schema.privacy == "key":
        return KeyReader(schema, rules, pseudonym)
    if schema.enum:
        return ListReader(schema, rules)
    kinds: dict[str, type[ColumnReader]] = {
        "number": NumberReader, "integer": NumberReader, "year": NumberReader, "month": MonthReader,
        "date": DateReader, "boolean": BooleanReader, "string": TextReader,
    }  # fmt: skip
    return kinds[schema.type](schema, rules)


def empty_series(schema: Field, length: int, rules: Rules, pseudonym: Pseudonym) -> pd.Series:
    """A column that was not delivered: nothing in every row, in the type of the schema."""
    reader = reader_of(schema, rules, pseudonym)
    first, _ = reader.convert(pa.array([], pa.string()))
    reader.parts = [np.full(length, reader.empty, dtype=first.dtype)]
    return reader.series()
