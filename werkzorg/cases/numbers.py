"""Numbers as Dutch administrations write them: the format is declared, nothing is guessed.

Accepted besides plain digits: the declared separators, one minus in front or behind (also U+2212), brackets for
negative, a euro sign or EUR in front or behind. Nothing else; `1e5`, `50,-` and `ca. 500` are no numbers.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute

Decimal = Literal[",", "."]
Thousands = Literal["none", "dot", "space", "comma"]

SPACES = " \u00a0\u2009\u202f"
SEPARATORS = {"none": "", "dot": r"\.", "space": f"[{SPACES}]", "comma": ","}
MINUS = "-−"
CURRENCY = re.compile(r"(?i)^(?:€|eur)\s*|\s*(?:€|eur)$")
NOT_FINITE = re.compile(r"(?i)[-+−]?(?:nan|inf|infinity|oneindig|∞|\d+(?:[.,]\d+)?e\+?\d{3,})")
SIMPLE = re.compile(r"\d+(?:[.,]\d+)?")
GROUPED = {separator: re.compile(rf"[1-9]\d{{0,2}}(?:\{separator}\d{{3}})+") for separator in ".,"}
"""Digits in groups of three behind a first group that is not zero: thousands or decimals, who knows."""

MAX_DIGITS = 15
"""A float keeps fifteen figures; longer numbers are codes, not amounts."""

WRONG_NUMBER = ("number_text", "number_ambiguous", "number_format", "number_undeclared", "number_not_finite")
"""Why a text is no number, as ends of message identifiers."""


@dataclass(frozen=True)
class NumberFormat:
    """Declared separators; `decimal` None: not declared, then only whole numbers can be read."""

    decimal: Decimal | None = None
    thousands: Thousands = "none"

    @functools.cached_property
    def grammar(self) -> str:
        """Regular expression of an unsigned number, also valid for RE2."""
        digits = f"[0-9]{{1,{MAX_DIGITS}}}"
        group = SEPARATORS[self.thousands]
        whole = f"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{1,4}}|{digits})" if group else digits
        return f"{whole}(?:{re.escape(self.decimal)}[0-9]{{1,{MAX_DIGITS}}})?" if self.decimal else whole

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled :attr:`grammar`."""
        return re.compile(self.grammar)

    def plain(self, unsigned: str) -> float:
        """Value of a text that fits the grammar."""
        if self.thousands != "none":
            unsigned = re.sub(SEPARATORS[self.thousands], "", unsigned)
        return float(unsigned.replace(",", ".") if self.decimal == "," else unsigned)


def parse_number(text: str, form: NumberFormat) -> float | str:
    """Value of one cell.

    Parameters
    ----------
    text : str
        Cell as written.
    form : NumberFormat
        Declared separators.

    Returns
    -------
    float or str
        The number, or one of `WRONG_NUMBER`.
    """
    core, negative = _without_sign(text.strip())
    if core is None:
        return "number_text"
    if form.pattern.fullmatch(core):
        value = form.plain(core)
        return -value if negative else value
    return _why(core, form)


def _without_sign(text: str) -> tuple[str | None, bool]:
    """Text without sign, brackets and currency, and whether it is negative; None when signs are mixed up."""
    signs = 0
    if text.startswith("(") and text.endswith(")"):
        text, signs = text[1:-1].strip(), 1
    # Twice, as the sign may stand inside or outside the currency: `- € 5`, `€ -5`, `€ 5-`.
    for _ in range(2):
        if text[:1] in MINUS and text:
            text, signs = text[1:].strip(), signs + 1
        elif text[:1] == "+":
            text = text[1:].strip()
        if text[-1:] in MINUS and text:
            text, signs = text[:-1].strip(), signs + 1
        text = CURRENCY.sub("", text, count=1)
    return (text, signs == 1) if signs <= 1 else (None, False)


def _why(core: str, form: NumberFormat) -> str:
    if NOT_FINITE.fullmatch(core):
        return "number_not_finite"
    if not re.fullmatch(rf"[\d.,{SPACES}]*\d[\d.,{SPACES}]*", core):
        return "number_text"
    if form.decimal is None:
        return "number_undeclared"
    if any(pattern.fullmatch(core) for pattern in GROUPED.values()):
        return "number_ambiguous"
    return "number_format"


def parse_numbers(texts: pa.StringArray, form: NumberFormat) -> tuple[np.ndarray, dict[int, str]]:
    """Values of many cells: the plain ones at once, the others one by one.

    Parameters
    ----------
    texts : StringArray, (n,)
        Cells as written.
    form : NumberFormat
        Declared separators.

    Returns
    -------
    values : ndarray of float, (n,)
        NaN where a cell is no number.
    wrong : dict
        Position -> one of `WRONG_NUMBER`.
    """
    fits = compute.match_substring_regex(texts, f"^-?{form.grammar}$")
    plain = compute.if_else(fits, texts, None)
    if form.thousands in ("dot", "comma"):
        plain = compute.replace_substring(plain, "." if form.thousands == "dot" else ",", "")
    elif form.thousands == "space":
        plain = compute.replace_substring_regex(plain, f"[{SPACES}]", "")
    if form.decimal == ",":
        plain = compute.replace_substring(plain, ",", ".")
    values = compute.cast(plain, pa.float64()).to_numpy(zero_copy_only=False).copy()
    wrong = {}
    for place in np.flatnonzero(~fits.to_numpy(zero_copy_only=False)):
        found = parse_number(texts[place].as_py(), form)
        if isinstance(found, str):
            wrong[int(place)] = found
        else:
            values[place] = found
    return values, wrong


@dataclass
class ThreeFigures:
    """Whether all broken numbers of a column so far have exactly three decimals: then they may be thousands."""

    grouped: bool = False
    other: bool = False

    def look(self, texts: pa.StringArray, form: NumberFormat) -> np.ndarray | None:
        """Take in more cells; returns where the doubtful ones stand, None when there are none or it is settled."""
        if self.other or form.decimal is None:
            return None
        broken = compute.match_substring(texts, form.decimal)
        if not compute.any(broken).as_py():
            return None
        sign = rf"^[^0-9]*[1-9][0-9]{{0,2}}(\{form.decimal}[0-9]{{3}})+[^0-9]*$"
        grouped = compute.match_substring_regex(texts, sign)
        self.other = compute.any(compute.and_not(broken, grouped)).as_py()
        self.grouped = self.grouped or compute.any(grouped).as_py()
        return np.flatnonzero(grouped.to_numpy(zero_copy_only=False))

    @property
    def doubtful(self) -> bool:
        """Whether the column cannot be told from one with thousands."""
        return self.grouped and not self.other


def is_whole(values: np.ndarray) -> np.ndarray:
    """Which values are whole numbers; NaN counts as whole.

    Parameters
    ----------
    values : ndarray of float, (n,)
        Any numbers.
    """
    return np.isnan(values) | (values == np.round(values))


def finite(value: object) -> bool:
    """Whether a number from a typed file is finite."""
    return isinstance(value, int | float) and math.isfinite(value)
