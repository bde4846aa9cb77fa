"""The rules by which a number may leave: small pure functions on the exact facts behind it, before any rounding.

Rules are those of the usual guidelines for output checking (ten units, both sides, dominance, group disclosure), as
SDC-01 to SDC-20. Each takes a :class:`Cell` and says whether the number may pass; none of them looks at another number.
What is withheld carries one neutral mark, whatever the reason (:data:`WITHHELD`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from werkzorg.cases.small_cells import COUNT_BASE, THRESHOLD, is_dominated, rounding_base

SHOWN, WITHHELD = "shown", "withheld"
"""Outcome of the gate as it stands in the table: the one mark says nothing about the reason (SDC-15)."""

WITHOUT_PEOPLE = frozenset(("prior", "rule"))
KINDS = WITHOUT_PEOPLE | {"public", "fact", "count", "share", "mean", "total", "quantile", "model", "curve", "cross"}
"""Classes of numbers that have rules; what is of no such class is not released (SDC-01, SDC-08, SDC-17, SDC-25)."""

GROUP_LOW, GROUP_HIGH = 0.1, 0.9
"""A share beyond these says something of (almost) everybody in the group (SDC-05)."""

FEWEST_FOR_QUANTILES = 20
FEWEST_DEGREES, PARAMETER_SHARE = 10, 1 / 3
MOST_DIMENSIONS, MOST_CATEGORIES, LARGE = 2, 3, 100
ERROR_PART = 0.25
"""Largest error of the calculation, in rounding steps (SDC-20)."""

CLASSES_OF_N = ((100, "100+"), (40, "40-99"), (20, "20-39"), (10, "10-19"))


@dataclass(frozen=True, eq=False)
class Cell:
    """What the rules must know of a number. Exact and confidential: it is judged and thrown away.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    persons : int
        Distinct persons behind it.
    rests : tuple of int
        Persons of each shown set on the same subject that are not in this one, and the other way round.
    without_supplier : tuple of int
        Persons that are left after taking out all that one supplier knows, for each supplier.
    declared : bool
        The source is public and named.
    events, of : int or None
        Persons of a share or count to whom it applies, and of how many; `persons` when `of` is left out.
    sensitive : bool
        The share is about something that nobody should be known by.
    amounts : ndarray (persons,) or None
        Amount per person, EUR.
    dominated : bool
        What is known of the amounts when they are no longer there.
    amounts_without_supplier : tuple of ndarray
        The same after taking out each supplier.
    beyond : int or None
        Persons at or beyond a quantile, on the side with fewest.
    at_risk, events_so_far : int or None
        Of a point of a curve over time.
    categories : tuple of int
        Categories of each dimension of a cross table.
    parameters : int or None
        Coefficients estimated from these persons alone.
    levels : tuple of int
        Persons in each level of a group effect.
    value, base : float or None
        The number as it will be printed, and its rounding step.
    least_base : float or None
        Smallest rounding step that protects it; from the amounts when there are any.
    error : float or None
        Standard error of the calculation.
    payer : str or None
        Of a cost per client of one organisation: who pays it.
    readers, may_see : tuple of str
        Who reads it, and whom besides the payer the suppliers have allowed to.
    """

    kind: str
    persons: int = 0
    rests: tuple[int, ...] = ()
    without_supplier: tuple[int, ...] = ()
    declared: bool = False
    events: int | None = None
    of: int | None = None
    sensitive: bool = False
    amounts: np.ndarray | None = None
    dominated: bool = False
    amounts_without_supplier: tuple[np.ndarray, ...] = ()
    beyond: int | None = None
    at_risk: int | None = None
    events_so_far: int | None = None
    categories: tuple[int, ...] = ()
    parameters: int | None = None
    levels: tuple[int, ...] = ()
    value: float | None = None
    base: float | None = None
    least_base: float | None = None
    error: float | None = None
    payer: str | None = None
    readers: tuple[str, ...] = ()
    may_see: tuple[str, ...] = ()

    @property
    def about_people(self) -> bool:
        """Whether it rests on records of persons."""
        return self.kind not in WITHOUT_PEOPLE | {"public"}


Rule = Callable[[Cell, int], bool]


def known_kind(cell: Cell, threshold: int) -> bool:
    """SDC-01, 08, 17, 25: only classes that have rules; no extremes, draws, values of persons or texts."""
    return cell.kind in KINDS


def public_source(cell: Cell, threshold: int) -> bool:
    """A number that leans on a public source names it."""
    return cell.kind != "public" or cell.declared


def enough_people(cell: Cell, threshold: int) -> bool:
    """SDC-02: at least so many distinct persons."""
    return not cell.about_people or cell.persons >= threshold


def complement(cell: Cell, threshold: int) -> bool:
    """SDC-03: what is left between two shown sets is nobody or at least so many."""
    return all(rest == 0 or rest >= threshold for rest in cell.rests)


def both_sides(cell: Cell, threshold: int) -> bool:
    """SDC-04: of a share, those to whom it applies and those to whom it does not."""
    if cell.kind != "share" or cell.events is None:
        return True
    return min(cell.events, cell.persons - cell.events) >= threshold


def no_group_disclosure(cell: Cell, threshold: int) -> bool:
    """SDC-05: no share that says something of (almost) everybody or nobody."""
    if cell.events is None or not cell.sensitive:
        return True
    return GROUP_LOW <= cell.events / max(cell.persons if cell.of is None else cell.of, 1) <= GROUP_HIGH


def no_dominance(cell: Cell, threshold: int) -> bool:
    """SDC-06: nobody has half of a sum, and the two largest do not show each other."""
    return not cell.dominated and (cell.amounts is None or not is_dominated(np.asarray(cell.amounts, dtype=float)))


def without_one_supplier(cell: Cell, threshold: int) -> bool:
    """SDC-07: what is left when one supplier takes out those it knows is nobody or enough, and not dominated."""
    enough = all(left == 0 or left >= threshold for left in cell.without_supplier)
    return enough and not any(is_dominated(left) for left in cell.amounts_without_supplier if len(left))


def enough_beyond(cell: Cell, threshold: int) -> bool:
    """SDC-08: quantiles of twenty persons or more, with so many at or beyond them on both sides."""
    if cell.kind != "quantile":
        return True
    return cell.persons >= FEWEST_FOR_QUANTILES and (cell.beyond or 0) >= threshold


def well_rounded(cell: Cell, threshold: int) -> bool:
    """SDC-09, 10: money in steps of at least 2 SD / n and EUR 100, counts in steps of five."""
    if cell.kind == "count" and cell.value is not None:
        return _is_step(cell.value, COUNT_BASE)
    least = cell.least_base
    if cell.amounts is not None:
        least = rounding_base(np.asarray(cell.amounts, dtype=float))
    if least is None or cell.value is None:
        return True
    return cell.base is not None and cell.base >= least * (1 - 1e-9) and _is_step(cell.value, cell.base)


def enough_freedom(cell: Cell, threshold: int) -> bool:
    """SDC-11: ten degrees of freedom, a parameter per three persons at most, no group effect of a few."""
    if any(level < threshold for level in cell.levels):
        return False
    if cell.parameters is None:
        return True
    return cell.persons - cell.parameters >= FEWEST_DEGREES and cell.parameters <= cell.persons * PARAMETER_SHARE


def enough_at_risk(cell: Cell, threshold: int) -> bool:
    """SDC-12: a point of a curve has so many at risk and so many events so far."""
    if cell.kind != "curve":
        return True
    return (cell.at_risk or 0) >= threshold and (cell.events_so_far or 0) >= threshold


def coarse_table(cell: Cell, threshold: int) -> bool:
    """SDC-13: two dimensions at most, and three categories each below a hundred persons."""
    if len(cell.categories) > MOST_DIMENSIONS:
        return False
    return cell.persons >= LARGE or all(count <= MOST_CATEGORIES for count in cell.categories)


def own_cost(cell: Cell, threshold: int) -> bool:
    """SDC-16: what a client costs one organisation is for that organisation, and for whom the suppliers allowed it."""
    return cell.payer is None or set(cell.readers) <= {cell.payer, *cell.may_see}


def small_error(cell: Cell, threshold: int) -> bool:
    """SDC-20: the error of the calculation is at most a quarter of the rounding step."""
    if cell.error is None or cell.base is None:
        return True
    return cell.error <= ERROR_PART * cell.base * (1 + 1e-9)


RULES: Mapping[str, Rule] = {
    "SDC-01": known_kind,
    "public": public_source,
    "SDC-02": enough_people,
    "SDC-03": complement,
    "SDC-04": both_sides,
    "SDC-05": no_group_disclosure,
    "SDC-06": no_dominance,
    "SDC-07": without_one_supplier,
    "SDC-08": enough_beyond,
    "SDC-09": well_rounded,
    "SDC-11": enough_freedom,
    "SDC-12": enough_at_risk,
    "SDC-13": coarse_table,
    "SDC-16": own_cost,
    "SDC-20": small_error,
}
"""All rules on one number, by the name under which the record of a release lists them."""


def refused_by(cell: Cell, threshold: int = THRESHOLD, rules: Mapping[str, Rule] = RULES) -> tuple[str, ...]:
    """Names of the rules that do not let a number pass; confidential, since a reason can give the value away.

    Parameters
    ----------
    cell : Cell
    threshold : int
        Fewest persons.
    rules : mapping of callable
        Rules that hold.
    """
    return tuple(name for name, rule in rules.items() if not rule(cell, threshold))


def class_of_n(persons: int) -> str | None:
    """How many persons, as a class; None for fewer than ten."""
    return next((name for least, name in CLASSES_OF_N if persons >= least), None)


def step_at_least(width: float) -> float:
    """The first of 1, 2, 5, 10, 20 ... x 10^k that is at least so wide; zero for zero."""
    if not width > 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= width * (1 - 1e-9))


def _is_step(value: float, base: float) -> bool:
    steps = value / base
    return abs(steps - round(steps)) < 1e-6
