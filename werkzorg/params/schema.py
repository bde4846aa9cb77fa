"""The schema of a parameter: what must stand in every entry of `params/`.

A key that is not listed here is an error. `docs/parameters.md` shows the shipped entries.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from werkzorg.params.distributions import FAMILIES, Distribution

Kind = Literal["price", "rule", "evidence", "finding", "assumption", "model", "index"]
Status = Literal["assumption", "recalled", "derived", "verified"]
Index = Literal["cpi", "contract_wage", "care_wage", "minimum_wage", "none"]
EvidenceSet = Literal["neutral", "sceptical", "optimistic"]

STATUSES: tuple[Status, ...] = ("assumption", "recalled", "derived", "verified")
"""Weakest first."""

EVIDENCE_SETS: tuple[EvidenceSet, ...] = ("neutral", "sceptical", "optimistic")

MONEY_UNITS = frozenset(
    f"EUR{rest}"
    for rest in (
        *("", "/hour", "/day", "/half day", "/month", "/year", "/contact", "/visit", "/ride", "/km", "/QALY"),
        *("/episode", "/event", "/trajectory", "/region", " million/year"),
    )
)
OTHER_UNITS = frozenset(
    (
        *("fraction", "fraction/year", "fraction/month", "ratio", "percent", "percentage points", "index"),
        *("days", "months", "years", "hours", "hours/week", "hours/month", "hours/year"),
        *("persons", "professionals", "inhabitants", "clients/fte", "utility", "QALY/year", "points", "effect size"),
        *("log ratio", "log odds ratio", "risk ratio", "odds ratio", "hazard ratio", "correlation", "shape", "log sd"),
        *("USD/half year", "USD/decade", "rule"),
    )
)
UNITS = MONEY_UNITS | OTHER_UNITS
"""Units that may be written. Money in euros of the year of its dated value, or of `price_year`."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=80)]


class Strict(BaseModel):
    """Base of every part: unknown keys refused, frozen after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(Strict):
    """Short name in both languages."""

    nl: Text
    en: Text


class Source(Strict):
    """Where a number comes from."""

    title: Text
    publisher: str | None = None
    year: int | None = Field(default=None, ge=1900, le=2100)
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")


class DatedValue(Strict):
    """A value in force from a date until the next one, or until `until` (first day on which it no longer holds)."""

    start: date = Field(alias="from")
    value: Number
    low: Number | None = None
    high: Number | None = None
    until: date | None = None
    status: Status | None = None
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    source: str | None = None


class Finding(Strict):
    """A published result, as published; not drawn from, but shown beside the priors."""

    estimate: Annotated[tuple[Number, ...], Field(min_length=1)]
    low: Number | None = None
    high: Number | None = None
    sample: str | None = None


class DistributionEntry(Strict):
    """A distribution as written: name and its parameters by name (names and meaning as in PyMC)."""

    name: Literal[tuple(FAMILIES)]  # type: ignore[valid-type]
    mu: Number | None = None
    sigma: Number | None = None
    nu: Number | None = None
    alpha: Number | None = None
    beta: Number | None = None
    low: Number | None = None
    mode: Number | None = None
    high: Number | None = None
    lower: Number | None = None
    upper: Number | None = None

    @model_validator(mode="after")
    def _possible(self) -> DistributionEntry:
        try:
            self.build()
        except ValueError as error:
            raise _mistake("distribution", "name", reason=str(error)) from None
        return self

    def build(self) -> Distribution:
        """The distribution itself."""
        given = self.model_dump(exclude={"name", "lower", "upper"}, exclude_none=True)
        return Distribution(self.name, given, self.lower, self.upper)


class EvidenceSets(Strict):
    """Distributions that replace the neutral one in a named evidence set."""

    sceptical: DistributionEntry | None = None
    optimistic: DistributionEntry | None = None


class Parameter(Strict):
    """One parameter: meaning, unit, values or distribution, source and strength.

    Parameters
    ----------
    id : str
        Dotted name, unique.
    kind : {"price", "rule", "evidence", "finding", "assumption", "model", "index"}
        "model": a parameter that only the model on case records has.
        What it is; stands at the top of its file.
    label : Label
        Short name, nl and en.
    unit : str
        One of :data:`UNITS`.
    price_year : int, optional
        Year of the euros; only when there is no dated value to take it from.
    index : {"cpi", "contract_wage", "care_wage", "minimum_wage", "none"}
        Series that moves the amount to another year; required for money.
    values : list of DatedValue
        In order of date.
    distribution, sets : optional
        Uncertainty; takes the place of low and high.
    finding : Finding, optional
        For kind "finding".
    follows : str, optional
        For kind "index": parameter whose first value of each year is the series.
    source, status, grade, note, group
        Provenance. Grade A (strong) to D (judgement).
    local : bool
        Set when a pilot replaced the shipped entry.
    confidential : bool
        Of a local price: what leaves does not show it.
    """

    id: Identifier
    kind: Kind
    group: Text
    label: Label
    unit: Text
    price_year: int | None = Field(default=None, ge=1990, le=2100)
    index: Index | None = None
    values: tuple[DatedValue, ...] = ()
    distribution: DistributionEntry | None = None
    sets: EvidenceSets = EvidenceSets()
    finding: Finding | None = None
    follows: Identifier | None = None
    source: Source
    status: Status
    grade: Literal["A", "B", "C", "D"] | None = None
    note: str | None = None
    local: bool = False
    confidential: bool = False

    @property
    def is_money(self) -> bool:
        """Whether the unit is an amount of euros."""
        return self.unit in MONEY_UNITS

    @model_validator(mode="after")
    def _consistent(self) -> Parameter:
        if self.unit not in UNITS:
            raise _mistake("unit", "unit", unit=self.unit, known="|".join(sorted(UNITS)))
        if not (self.values or self.distribution or self.finding or self.follows):
            raise _mistake("no_value", "values")
        if self.is_money and self.index is None:
            raise _mistake("no_index", "index")
        if self.is_money and not self.values and self.price_year is None:
            raise _mistake("no_price_year", "price_year")
        if self.confidential and not (self.local and self.is_money):
            raise _mistake("confidential", "confidential")
        _check_dates(self.values)
        for position, entry in enumerate(self.values):
            _check_interval(entry.low, entry.value, entry.high, f"values.{position}")
        if self.finding is not None:
            for estimate in self.finding.estimate:
                _check_interval(self.finding.low, estimate, self.finding.high, "finding", complete=False)
        return self


def _check_dates(values: tuple[DatedValue, ...]) -> None:
    for position, entry in enumerate(values):
        following = values[position + 1].start if position + 1 < len(values) else None
        if following is not None and following <= entry.start:
            raise _mistake("date_order", f"values.{position + 1}.from", date=str(following))
        if entry.until is not None and (entry.until <= entry.start or following not in (None, entry.until)):
            raise _mistake("date_gap", f"values.{position}.until", date=str(entry.until))


def _check_interval(low: float | None, value: float, high: float | None, key: str, complete: bool = True) -> None:
    if complete and (low is None) != (high is None):
        raise _mistake("half_interval", f"{key}.{'high' if high is None else 'low'}")
    if (low is not None and value < low) or (high is not None and value > high):
        end = "low" if low is not None and value < low else "high"
        raise _mistake("outside_interval", f"{key}.{end}", value=value, low=low, high=high)


def _mistake(name: str, key: str, **values: object) -> PydanticCustomError:
    """A mistake that pydantic carries to :mod:`werkzorg.params.mistakes`, with the key that is wrong."""
    return PydanticCustomError(f"params.{name}", "{key}", {"key": key, **values})
