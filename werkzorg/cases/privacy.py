"""Privacy at the door: what may identify a person is refused, without repeating it.

A :class:`Finding` holds a kind and rows, never a value. What may come in is coarsened at the first read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from werkzorg.cases.identifiers import DETECTORS, Lines, find_bsn, kind_of_header
from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

ROWS_KEPT = 20
"""Rows that a finding names; the rest is counted."""

INPUT_KINDS = frozenset(("pseudonym_missing", "pseudonym_double", "pseudonym_variants", "pseudonym_format"))
"""Findings that are mistakes of input; every other kind is a matter of privacy."""

NUMERIC_CELL = re.compile(r"[-+−(]?\s*(?:€|EUR)?\s*[\d., '’]*\d[\d., '’]*[-−)]?")
PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,11}-")
MADE_UP = "VERZONNEN-"
"""How pseudonyms of people begin who do not exist."""

BODY = re.compile(r"[0-9A-Z]{8,32}")
DIGEST_BODY = re.compile(r"(?i)[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[A-Z2-7]{26,52}")
NUMERIC_BODY = re.compile(r"\d+(?:[.,]\d+)?(?:E[+-]?\d+)?", re.IGNORECASE)


class Pseudonym(BaseModel):
    """How the pseudonyms of a pilot are made, as declared in the pilot file.

    `random`: a code drawn at intake. `hmac`: a keyed digest made by the suppliers; `key_holder` says who holds
    the key, which is never the analyst.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    prefix: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,11}-$")
    method: Literal["random", "hmac"] = "random"
    key_holder: str | None = Field(default=None, min_length=2)

    @model_validator(mode="after")
    def _key_is_held(self) -> Pseudonym:
        if self.method == "hmac" and not self.key_holder:
            raise ValueError("method hmac needs key_holder: who holds the key")
        return self

    def fits(self, value: str) -> bool:
        """Whether a value has the declared form: prefix, then at least eight characters that are not all digits."""
        if not value.startswith(self.prefix):
            return False
        body = value[len(self.prefix) :]
        if NUMERIC_BODY.fullmatch(body):
            return False
        if self.method == "hmac" and DIGEST_BODY.fullmatch(body):
            return True
        return BODY.fullmatch(body) is not None and not looks_hashed(body)


def looks_hashed(value: str) -> bool:
    """Whether a value has the shape of a digest: 32, 40 or 64 hexadecimal figures."""
    return len(value) in (32, 40, 64) and re.fullmatch(r"(?i)[0-9a-f]+", value) is not None


@dataclass(frozen=True)
class Finding:
    """Something that may not be in a column.

    Parameters
    ----------
    kind : str
        What it looks like: bsn, bsn_doubtful, iban, email, phone, postcode, birth_date, name, name_column, hash,
        diagnosis, free_text, or a kind of mistake in a pseudonym.
    rows : tuple of int
        Positions from 0, at most `ROWS_KEPT`; empty when the name of the column says it.
    count : int
        Number of rows.
    """

    kind: str
    rows: tuple[int, ...] = ()
    count: int = 0

    @property
    def exit_code(self) -> ExitCode:
        """INPUT for a mistake in a pseudonym, else PRIVACY."""
        return ExitCode.INPUT if self.kind in INPUT_KINDS else ExitCode.PRIVACY


def find_identifiers(
    column: str,
    values: Sequence[object] | pd.Series,
    *,
    pseudonym: Pseudonym | None = None,
    known_column: bool = False,
    amounts: bool = True,
    skip: Collection[str] = (),
) -> list[Finding]:
    """What in a column may identify a person.

    Parameters
    ----------
    column : str
        Name of the column as delivered.
    values : sequence, (n_rows,)
        Cells as read; None and NaN are empty.
    pseudonym : Pseudonym, optional
        Declared form; values of that form are pseudonyms and nothing else. Without it nothing is.
    known_column : bool
        The column stands in the data schema: its name says nothing, and one number in eleven passes among amounts.
    amounts : bool
        The known column holds numbers; among words and codes a single national number is one too many.
    skip : collection of str
        Kinds that are handled elsewhere, for example `birth_date` when it will be coarsened.

    Returns
    -------
    list of Finding
        One per kind, rows as positions from 0.
    """
    findings = []
    kind = None if known_column else kind_of_header(column)
    if kind and kind not in skip:
        findings.append(Finding(kind))
    series = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    distinct = _distinct(series)
    if pseudonym is not None:
        distinct = [(raw, text) for raw, text in distinct if not pseudonym.fits(text.strip())]
    if not distinct:
        return findings
    lines = Lines([text for _, text in distinct])
    numeric = all(NUMERIC_CELL.fullmatch(text.strip()) for text in lines.values if text.strip())
    certain, doubtful = find_bsn(lines, numeric and known_column and amounts and pseudonym is None)
    hits = {"bsn": certain, "bsn_doubtful": doubtful}
    hits |= {name: detect(lines) for name, detect in DETECTORS.items()}
    for name, places in hits.items():
        if places and name not in skip:
            findings.append(_finding(name, series, [distinct[place][0] for place in places]))
    return findings


def _distinct(series: pd.Series) -> list[tuple[object, str]]:
    """Distinct cells as (raw, text); of numbers only whole ones that are long enough to identify."""
    raw = series.dropna().unique()
    if pd.api.types.is_bool_dtype(series.dtype) or isinstance(series.dtype, pd.PeriodDtype):
        return []
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return [(value, f"{pd.Timestamp(value):%Y-%m-%d}") for value in raw]
    if pd.api.types.is_numeric_dtype(series.dtype):
        numbers = np.asarray(raw, dtype=float)
        long = np.isfinite(numbers) & (np.abs(numbers) >= 1e7) & (numbers == np.round(numbers))
        return [(value, str(int(value))) for value in np.asarray(raw)[long]]
    return [(value, value if isinstance(value, str) else str(value)) for value in raw]


def _finding(kind: str, series: pd.Series, hits: Collection[object]) -> Finding:
    return _at(kind, np.flatnonzero(series.isin(list(hits)).to_numpy()))


def _at(kind: str, rows: np.ndarray) -> Finding:
    return Finding(kind, tuple(int(row) for row in rows[:ROWS_KEPT]), len(rows))


def check_pseudonyms(
    values: Sequence[object] | pd.Series,
    pseudonym: Pseudonym,
    *,
    unique: bool = False,
    denied: Callable[[Sequence[str]], Sequence[bool]] | None = None,
) -> list[Finding]:
    """Mistakes in a column of pseudonyms.

    Parameters
    ----------
    values : sequence, (n_rows,)
        Cells as read.
    pseudonym : Pseudonym
        Declared form.
    unique : bool
        One row per person: a pseudonym that stands twice is a mistake.
    denied : callable, optional
        Says of pseudonyms whether the person withdrew (:func:`werkzorg.cases.retention.deny_list`).

    Returns
    -------
    list of Finding
        Missing, double, differing only in spaces or capitals, of another form, all digits, hash without `hmac`,
        withdrawn.
    """
    series = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    codes, distinct = pd.factorize(series)
    texts = pd.Series([str(value) for value in distinct], dtype=object)
    trimmed = texts.str.strip() if len(texts) else texts
    empty = np.array([not text for text in trimmed], dtype=bool)
    wrong = {kind: np.zeros(len(texts), dtype=bool) for kind in ("numeric", "hash", "format")}
    for place, text in enumerate(trimmed):
        if text and not pseudonym.fits(text):
            wrong[_wrong_form(text, pseudonym)][place] = True
    folded = trimmed.str.upper() if len(trimmed) else trimmed
    variants = folded.duplicated(keep=False).to_numpy() & ~empty
    marks = {"pseudonym_missing": empty, "pseudonym_variants": variants}
    marks |= {"hash" if kind == "hash" else f"pseudonym_{kind}": mark for kind, mark in wrong.items()}
    if denied is not None and len(trimmed):
        marks["pseudonym_withdrawn"] = np.asarray(denied(list(trimmed)), dtype=bool)
    findings = []
    for kind, mark in marks.items():
        # Code -1 is an empty cell: it takes the mark appended at the end.
        rows = np.flatnonzero(np.append(mark, kind == "pseudonym_missing")[codes])
        if len(rows):
            findings.append(_at(kind, rows))
    if unique:
        double = np.flatnonzero(series.duplicated(keep=False).to_numpy() & (codes >= 0))
        double = double[~np.append(empty, True)[codes[double]]]
        if len(double):
            findings.append(_at("pseudonym_double", double))
    return findings


def _wrong_form(text: str, pseudonym: Pseudonym) -> str:
    """Why a pseudonym is refused: all digits, a bare digest, or another form than declared."""
    body = re.sub(PREFIX, "", text, count=1)
    if looks_hashed(body) and pseudonym.method != "hmac":
        return "hash"
    return "numeric" if re.fullmatch(r"[\d .\-]+(?:\.0+)?", body) else "format"


def shown_column(column: str, number: int) -> str:
    """Name of a column for messages; only its place when the name itself holds an identifier."""
    return shown_name(column, number, "cases.privacy.column_number")


def shown_name(name: str, number: int, instead: str) -> str:
    """A name that a supplier chose, or the text `instead` with its number when it may identify a person."""
    digits = sum(character.isdigit() for character in name)
    if digits > 4 or len(name) > 60 or not name.isprintable() or find_identifiers("", [name]):
        return say(instead, language(), number=number)
    return name
