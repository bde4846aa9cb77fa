"""What in a claim does not fit together, and what makes it weak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.claim_input import Claim
from werkzorg.params import Catalogue
from werkzorg.rules import law_on
from werkzorg.rules.bijstand import supplement
from werkzorg.rules.wage import wage

FEW = 20
"""People below which a mean of skewed costs says next to nothing."""

MISMATCH = 0.02
"""Difference between a percentage and the percentage of the amounts that rounding cannot explain."""

FAR = 2.0
"""An amount this many times above or below the known range is out of line."""

STOPPED = 0.5
"""Share in work at the end below which work can hardly have done it."""

HOURS = np.arange(4, 41)
LATE_MONTH = 60
"""Month in a job in which no temporary disregard is left."""


@dataclass(frozen=True)
class Flag:
    """Something that does not fit, or that weakens a claim.

    Attributes
    ----------
    identifier : str
        `claim.flag.<name>`; the catalogue of texts holds what it is and what to ask.
    contradiction : bool
        Whether parts of the claim cannot both be right; else it is a weakness.
    values : dict
        Raw numbers for the text by name and unit (`fraction`, `EUR`, `count`), formatted where the language is known.
    """

    identifier: str
    contradiction: bool
    values: dict[str, tuple[float, str]] = field(default_factory=dict)


def find_flags(claim: Claim, catalogue: Catalogue) -> tuple[Flag, ...]:
    """All flags of a claim, contradictions first.

    Parameters
    ----------
    claim : Claim
    catalogue : Catalogue
        Known cost levels, wages and norms.
    """
    found = [*_counts(claim), *_money(claim, catalogue), *_benefit(claim, catalogue), *_weak(claim)]
    return tuple(sorted(found, key=lambda flag: not flag.contradiction))


def _flag(name: str, contradiction: bool, **values: tuple[float, str]) -> Flag:
    return Flag(f"claim.flag.{name}", contradiction, values)


def _counts(claim: Claim) -> Iterator[Flag]:
    placed = (claim.placed, "count")
    if claim.enrolled is not None and claim.enrolled < claim.placed:
        yield _flag("enrolled", True, enrolled=(claim.enrolled, "count"), placed=placed)
    if claim.still_working is not None and claim.still_working > claim.placed:
        yield _flag("still_working", True, working=(claim.still_working, "count"), placed=placed)
    elif claim.still_working is not None and claim.still_working < STOPPED * claim.placed:
        yield _flag("stopped", False, working=(claim.still_working, "count"), placed=placed)


def known_levels(catalogue: Catalogue, year: int) -> dict[str, tuple[float, float, float]]:
    """Known GGZ cost per person per year by diagnosis, EUR of a year: low, value, high.

    Severe: FACT care and expected admissions; common: the mean of treated clients; mixed: in between.
    """
    on = date(year, 1, 1)
    fact, mean, stay = (catalogue.amount(name, on) for name in _LEVELS)
    chance = catalogue.distribution("care.admission_year_severe").mean()
    severe = tuple(
        base + chance * extra
        for base, extra in ((fact.low, stay.low), (fact.value, stay.value), (fact.high, stay.high))
    )
    common = (mean.low, mean.value, mean.high)
    share = catalogue.distribution("care.severe_share").mean()
    mixed = (common[0], share * severe[1] + (1 - share) * common[1], severe[2])
    return {"severe": severe, "common": common, "mixed": mixed}


_LEVELS = ("ggz.fact_year", "ggz.cost_per_client", "ggz.crisis_admission")


def _money(claim: Claim, catalogue: Catalogue) -> Iterator[Flag]:
    if claim.before is None:
        return
    low, _, high = known_levels(catalogue, claim.year)[claim.diagnosis]
    span = {"low": (low, "EUR"), "high": (high, "EUR"), "year": (claim.year, "year")}
    before = (claim.before, "EUR")
    if claim.before > FAR * high:
        everything = catalogue.amount("epa.cost_per_year", date(claim.year, 1, 1)).value
        yield _flag("euros_high", True, before=before, all_care=(everything, "EUR"), **span)
    elif claim.before < low / FAR:
        yield _flag("euros_low", True, before=before, **span)
    if claim.after is None:
        return
    fraction = claim.after / claim.before - 1
    if claim.change is not None and abs(fraction - claim.change) > MISMATCH:
        values = {"amounts": (fraction, "fraction"), "change": (claim.change, "fraction")}
        yield _flag("euros_percentage", True, before=before, after=(claim.after, "EUR"), **values)
    if claim.before - claim.after > high:
        yield _flag("saving", True, saving=(claim.before - claim.after, "EUR"), **span)


def break_even_hours(catalogue: Catalogue, year: int) -> int | None:
    """Hours a week from which a single person at the minimum wage is off benefit for good; None above 40."""
    on = date(year, 1, 1)
    law = law_on(catalogue, on, on)
    net = wage(HOURS, law.wage.minimum_hour, law).net / MONTHS_PER_YEAR
    free = supplement(net, LATE_MONTH, "single", False, law, False) <= 0
    return int(HOURS[free][0]) if free.any() else None


def _benefit(claim: Claim, catalogue: Catalogue) -> Iterator[Flag]:
    if claim.off_benefit is None:
        return
    off = (claim.off_benefit, "count")
    if claim.off_benefit > claim.placed:
        yield _flag("off_placed", True, off=off, placed=(claim.placed, "count"))
    elif claim.still_working is not None and claim.off_benefit > claim.still_working:
        yield _flag("off_working", True, off=off, working=(claim.still_working, "count"))
    if claim.hours is None or not claim.off_benefit:
        return
    needed = break_even_hours(catalogue, claim.year)
    if needed is not None and claim.hours < needed:
        hours = {"hours": (claim.hours, "count"), "needed": (needed, "count")}
        yield _flag("off_hours", True, off=off, year=(claim.year, "year"), **hours)


def _weak(claim: Claim) -> Iterator[Flag]:
    if claim.comparison is None:
        yield _flag("no_comparison", False)
    elif not claim.randomised:
        yield _flag("comparison_chosen", False)
    if claim.comparison is not None and claim.comparison < FEW:
        yield _flag("comparison_small", False, comparison=(claim.comparison, "count"))
    if claim.selected:
        yield _flag("placed_only", False)
    if claim.after_crisis:
        yield _flag("after_crisis", False)
    if claim.placed < FEW:
        yield _flag("small", False, placed=(claim.placed, "count"))
    if claim.months < MONTHS_PER_YEAR:
        yield _flag("short", False, months=(claim.months, "count"))
