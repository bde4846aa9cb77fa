"""The made-up world that the synthetic tables describe: people, lives, calendar, prices; and how a column is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from werkzorg.cases.privacy import MADE_UP
from werkzorg.cases.schema import Table, table
from werkzorg.cases.synthetic import Lives, People, Seen, Streams
from werkzorg.cases.truth import Truth
from werkzorg.params.catalogue import catalogue

ALPHABET = np.array(list("ABCDEFGHJKMNPQRSTVWXYZ23456789"))
"""Characters of a pseudonym; without I, L, O, U, 0 and 1, which people mix up."""

PRICES = {
    "wage_hour": "wml.hour36",
    "counsellor": "ggz.counsellor_hour",
    "admission_day": "kh.ggz.inpatient_day",
    "crisis": "kh.ggz.paaz_contact",
    "wmo_hour": "wmo.guidance.observed_regular",
    "staff_hour": "staff.hour",
    "coach_hour": "jobcoach.hour_uwv",
    "disregard": "bijstand.exempt.25pct.max",
}

Columns = Mapping[str, object]


@dataclass(frozen=True)
class Calendar:
    """The window: its first month and its length."""

    first: date
    months: int

    def month(self, number: int) -> date:
        """First day of a month of the window."""
        years, months = divmod(self.first.month - 1 + number, 12)
        return date(self.first.year + years, months + 1, 1)

    def names(self) -> np.ndarray:
        """`2018-03` for every month, and for a year after the window."""
        return np.array([f"{self.month(number):%Y-%m}" for number in range(self.months + 12)])

    def price(self, identifier: str) -> np.ndarray:
        """A price of the catalogue in every month, (months,): that of January of the year."""
        years = [self.month(number).year for number in range(self.months)]
        yearly = {year: catalogue().amount(identifier, date(year, 1, 1)).value for year in set(years)}
        return np.array([yearly[year] for year in years])


@dataclass(frozen=True)
class World:
    """Everything that the tables are made of."""

    people: People
    lives: Lives
    seen: Seen
    calendar: Calendar
    truth: Truth
    seed: int
    pseudonyms: pa.Array

    def random(self, subject: str) -> np.random.Generator:
        """The stream of a subject."""
        return Streams(self.seed)(subject)


def draw_pseudonyms(n: int, seed: int) -> pa.Array:
    """Codes that are all different, (n,)."""
    random, codes = Streams(seed)("pseudonym"), np.empty((0, 8), dtype=np.int64)
    while len(codes) < n:
        more = random.integers(0, len(ALPHABET), (n + 16, 8))
        # Digits alone, also around one E as in 1E5, are refused at the door: a spreadsheet would change them.
        more = more[((more < 22) & (ALPHABET[more] != "E")).any(axis=1)]
        _, first = np.unique(np.concatenate([codes, more]), axis=0, return_index=True)
        codes = np.concatenate([codes, more])[np.sort(first)]
    return pa.array([MADE_UP + "".join(row) for row in ALPHABET[codes[:n]]])


def as_table(name: str, columns: Columns) -> pa.Table:
    """Columns in the order of the schema; what is not given is empty."""
    schema: Table = table(name)
    unknown = set(columns) - set(schema.columns)
    if unknown:
        raise KeyError(f"{name}: no column {sorted(unknown)}")
    n = len(columns["pseudonym"])
    arrays = [
        pa.nulls(n, pa.string()) if field.name not in columns else _typed(field.type, columns[field.name])
        for field in schema.fields
    ]
    return pa.table(arrays, names=list(schema.columns))


@dataclass(frozen=True)
class Coded:
    """A column of words from a short list: position of each word, (rows,), and the list."""

    codes: np.ndarray
    words: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)


def _typed(kind: str, values: object) -> pa.Array:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if isinstance(values, Coded):
        words = pa.array([str(word) for word in values.words])
        return pa.DictionaryArray.from_arrays(pa.array(values.codes.astype(np.int32)), words).dictionary_decode()
    values, mask = values if isinstance(values, tuple) else (values, None)
    values = np.asarray(values)
    if kind == "number":
        return pa.array(np.round(values.astype(float), 2), mask=mask)
    if kind in ("integer", "year"):
        return pa.array(values.astype(np.int64), mask=mask)
    if kind == "boolean":
        return pa.array(values.astype(bool), mask=mask)
    distinct, codes = np.unique(values, return_inverse=True)
    indices = pa.array(codes.astype(np.int32), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array([str(text) for text in distinct])).dictionary_decode()
