"""The catalogue of parameters: look up, move to another price year, draw."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.distributions import Distribution, pert
from werkzorg.params.loading import load_folder, merge_override
from werkzorg.params.mistakes import nearest
from werkzorg.params.reader import where
from werkzorg.params.schema import EVIDENCE_SETS, DatedValue, EvidenceSet, Parameter


@dataclass(frozen=True)
class Amount:
    """A value with its interval.

    Parameters
    ----------
    value : float
        In `unit`.
    low, high : float or None
        Plausible bounds.
    price_year : int or None
        Year of the euros; None for what is not money.
    unit : str
        As in the parameter.
    """

    value: float
    low: float | None
    high: float | None
    price_year: int | None
    unit: str


class Catalogue:
    """Parameters by id, with one evidence set chosen.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        All parameters.
    evidence_set : {"neutral", "sceptical", "optimistic"}
        Which distributions are used.
    """

    def __init__(self, parameters: Mapping[str, Parameter], evidence_set: EvidenceSet = "neutral") -> None:
        self._parameters = dict(parameters)
        self.evidence_set = evidence_set

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._parameters

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def __len__(self) -> int:
        return len(self._parameters)

    def get(self, identifier: str) -> Parameter:
        """The parameter with an id; an unknown id is an error that names the nearest."""
        try:
            return self._parameters[identifier]
        except KeyError:
            raise _error("unknown_id", id=identifier, nearest=nearest(identifier, self._parameters)) from None

    def with_overrides(
        self, overrides: Iterable[Mapping[str, object]], name: str = "", lines: Mapping[str, int] | None = None
    ) -> Catalogue:
        """A catalogue with local values, marked `local`.

        Parameters
        ----------
        overrides : iterable of mappings
            Each with `id` of a shipped parameter, `values` or `distribution`, `source` and `status`; what is
            not given (label, unit, index) stays as shipped.
        name : str
            File of the pilot, for messages.
        lines : mapping of str to int, optional
            Line of each key of that file (`parameters.0.values`, ...), for messages.
        """
        changed, seen = dict(self._parameters), set()
        for position, override in enumerate(overrides):
            identifier, path = str(override.get("id")), f"parameters.{position}"
            place = where(name or "local", dict(lines or {}), f"{path}.id")
            if identifier not in self:
                raise _error("unknown_id", place, id=identifier, nearest=nearest(identifier, self._parameters))
            if identifier in seen:
                raise _error("double_id", place, id=identifier)
            seen.add(identifier)
            changed[identifier] = merge_override(self.get(identifier), override, name, lines, path)
        return Catalogue(changed, self.evidence_set)

    def with_evidence_set(self, name: str) -> Catalogue:
        """A catalogue that uses the distributions of a named evidence set."""
        if name not in EVIDENCE_SETS:
            raise _error("unknown_set", set=name, known=", ".join(EVIDENCE_SETS), nearest=nearest(name, EVIDENCE_SETS))
        return Catalogue(self._parameters, name)

    def value(self, identifier: str, on: date | None = None) -> float:
        """Nominal value in force on a date (default: the latest).

        A parameter that has only a distribution gives its median.

        Raises
        ------
        WerkzorgError
            Unknown id, or no value in force on the date.
        """
        parameter = self.get(identifier)
        if not parameter.values:
            return self._median(parameter)
        entry = in_force(parameter, on)
        if entry is None:
            raise _error("not_in_force", id=identifier, date=on, first=parameter.values[0].start)
        return entry.value

    def in_force(self, identifier: str, on: date) -> bool:
        """Whether the parameter has a value in force on a date: the rule exists."""
        return in_force(self.get(identifier), on) is not None

    def amount(self, identifier: str, on: date) -> Amount:
        """Value with interval; money in euros of the year of `on`.

        Money: the value in force when it dates from that year or has no index; else the nearest dated value
        moved by its index series. Bounds move along; a dated value without bounds takes the relative
        interval of the nearest one that has them.
        """
        parameter = self.get(identifier)
        if parameter.is_money:
            return self._money(parameter, on)
        if not parameter.values:
            distribution = self.distribution(identifier)
            low, high = distribution.quantile(0.025), distribution.quantile(0.975)
            return Amount(self._median(parameter), low, high, None, parameter.unit)
        self.value(identifier, on)
        entry = in_force(parameter, on)
        return Amount(entry.value, entry.low, entry.high, None, parameter.unit)

    def distribution(self, identifier: str) -> Distribution | None:
        """Distribution in the chosen evidence set (the neutral one when the set says nothing), or None."""
        parameter = self.get(identifier)
        chosen = None if self.evidence_set == "neutral" else getattr(parameter.sets, self.evidence_set)
        entry = chosen or parameter.distribution
        return entry.build() if entry else None

    def draw(self, identifier: str, size: int, seed: int, on: date | None = None) -> NDArray[np.float64]:
        """Draws of one parameter, shape ``(size,)``, from a random stream of its own.

        From the distribution if there is one, else PERT(low, value, high), else the constant. Money is in euros
        of the year of `on` (default: its own latest year). The stream depends on seed and id only, so that
        adding a parameter changes no other draw, and two evidence sets share the same uniforms.
        """
        parameter = self.get(identifier)
        rng = np.random.default_rng(np.random.SeedSequence([seed, _stable_hash(identifier)]))
        distribution = self.distribution(identifier)
        if distribution is not None:
            return distribution.sample(size, rng) * self._scale(parameter, on)
        amount = self.amount(identifier, on or parameter.values[-1].start)
        if amount.low is None or amount.high is None or amount.low == amount.high:
            return np.full(size, amount.value)
        return pert(amount.low, amount.value, amount.high).sample(size, rng)

    def index_factor(self, series: str, from_year: int, to_year: int) -> float:
        """Price level of one year over another in an index series (first value of each year)."""
        if series == "none" or from_year == to_year:
            return 1.0
        levels = self._levels(series)
        for year in (from_year, to_year):
            if year not in levels:
                raise _error("index_range", index=series, year=year, first=min(levels), last=max(levels))
        return levels[to_year] / levels[from_year]

    def index_years(self, series: str) -> tuple[int, int]:
        """First and last year of an index series."""
        levels = self._levels(series)
        return min(levels), max(levels)

    def _money(self, parameter: Parameter, on: date) -> Amount:
        if not parameter.values:
            factor = self.index_factor(parameter.index, parameter.price_year, on.year)
            distribution = self.distribution(parameter.id)
            value, low, high = (float(distribution.quantile(p)) * factor for p in (0.5, 0.025, 0.975))
            return Amount(value, low, high, on.year, parameter.unit)
        entry = in_force(parameter, on)
        if parameter.index == "none":
            self.value(parameter.id, on)
        elif entry is None or entry.start.year != on.year:
            entry = _nearest_entry(parameter.values, on)
        factor = self.index_factor(parameter.index, entry.start.year, on.year)
        low, high = _relative_interval(parameter.values, entry)
        value = entry.value * factor
        return Amount(value, _times(low, value), _times(high, value), on.year, parameter.unit)

    def _scale(self, parameter: Parameter, on: date | None) -> float:
        if not parameter.is_money or on is None:
            return 1.0
        own = parameter.price_year or parameter.values[-1].start.year
        return self.index_factor(parameter.index, own, on.year)

    def _median(self, parameter: Parameter) -> float:
        distribution = self.distribution(parameter.id)
        if distribution is None:
            raise _error("no_number", id=parameter.id)
        return float(distribution.quantile(0.5))

    def _levels(self, series: str) -> dict[int, float]:
        parameter = self.get(f"index.{series}")
        values = self.get(parameter.follows).values if parameter.follows else parameter.values
        levels: dict[int, float] = {}
        for entry in values:
            levels.setdefault(entry.start.year, entry.value)
        return levels


@functools.cache
def catalogue() -> Catalogue:
    """All shipped parameters, read once."""
    return Catalogue(load_folder())


def in_force(parameter: Parameter, on: date | None) -> DatedValue | None:
    """The dated value in force on a date (the latest when no date is given), or None."""
    if on is None:
        return parameter.values[-1]
    found = None
    for entry in parameter.values:
        if entry.start <= on and (entry.until is None or on < entry.until):
            found = entry
    return found


def _nearest_entry(values: tuple[DatedValue, ...], on: date) -> DatedValue:
    # A value of the year itself goes before one that is nearer in days but needs indexing.
    return min(values, key=lambda entry: (entry.start.year != on.year, abs((entry.start - on).days)))


def _relative_interval(values: tuple[DatedValue, ...], entry: DatedValue) -> tuple[float | None, float | None]:
    known = [other for other in values if other.low is not None and other.value != 0]
    if entry.low is not None:
        known = [entry]
    if not known or entry.value == 0:
        return None, None
    near = min(known, key=lambda other: abs((other.start - entry.start).days))
    return near.low / near.value, near.high / near.value


def _times(share: float | None, value: float) -> float | None:
    return None if share is None else share * value


def _stable_hash(identifier: str) -> int:
    """A number that is the same in every process (the built-in hash is not)."""
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big")


def _error(name: str, place: str = "", **values: object) -> WerkzorgError:
    return WerkzorgError(ExitCode.CONFIGURATION, Problem(f"params.{name}", where=place, values=values))
