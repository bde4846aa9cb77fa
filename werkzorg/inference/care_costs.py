"""Cross products of the cost regression, and cost before enrolment, from case records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.care_periods import OUTPATIENT
from werkzorg.inference.participants import measured
from werkzorg.inference.person_months import BEFORE, PersonMonths, codes, numbers
from werkzorg.inference.record_data import (
    COST_COLUMNS,
    DIAGNOSES,
    MAX_PERIODS,
    PERIOD_MONTHS,
    CostStatistics,
    Measured,
)
from werkzorg.params.catalogue import Catalogue
from werkzorg.pilot import Pilot, months_between

PERIODS = range(-2, MAX_PERIODS)
"""Half years: number k holds the months 6k + 1 to 6k + 6 since enrolment."""

LEAST_MONTHS = 3
"""Months in care with a known amount that a half year (or the year before enrolment) needs to count."""

PRICE = "ggz.fact_year"
"""Price whose index brings GGZ amounts to the price year."""

PEOPLE_AT_ONCE = 4096
"""People whose rows are multiplied together; bounds the memory and fixes the order of the sum."""


def service_cost(
    records: PersonMonths, pilot: Pilot, parameters: Catalogue, services: Sequence[str] = OUTPATIENT
) -> np.ndarray:
    """GGZ cost of some services by month in euros of the price year of the pilot, (person, month).

    NaN where one of the delivered amounts is missing; a service of which no file holds any amount is left out.
    """
    total, delivered = np.zeros(len(records.months)), False
    for name in services:
        values = numbers(records.months[f"{name}_amount"])
        if not np.isnan(values).all():
            total, delivered = total + values, True
    cost = records.spread(total if delivered else np.full(len(total), np.nan))
    years = (records.enrolment[:, None] + records.since[None, :]) // MONTHS_PER_YEAR
    index, known = parameters.get(PRICE).index, ~np.isnan(cost)
    for year in np.unique(years[known]):
        cost[known & (years == year)] *= parameters.index_factor(index, int(year), pilot.price_year)
    return cost


@dataclass(frozen=True)
class CostRows:
    """One row per person and half year, by person and then by half year; every array is (row,).

    Attributes
    ----------
    person : ndarray of int
        Place of the person.
    period : ndarray of int
        Number of the half year.
    outcome : ndarray
        Logarithm of cost per month in care, EUR of the price year.
    work : ndarray
        Share in work of the months that the outcome rests on.
    """

    person: np.ndarray
    period: np.ndarray
    outcome: np.ndarray
    work: np.ndarray


def cost_rows(records: PersonMonths, care: np.ndarray, cost: np.ndarray) -> CostRows:
    """Half years with at least `LEAST_MONTHS` months in care of known amount, and an amount above zero.

    People who are not seen after enrolment have no rows: nothing is known of their work.

    Parameters
    ----------
    records : PersonMonths
        People and months.
    care : ndarray (person, month)
        In care or not (`care_periods.in_care`).
    cost : ndarray (person, month)
        From :func:`service_cost`.
    """
    used = (care == 1) & ~np.isnan(cost) & records.seen
    amount, working = np.where(used, cost, 0.0), records.working & used
    shape = (len(cost), len(PERIODS))
    months, total, worked = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for place, period in enumerate(PERIODS):
        first = BEFORE + PERIOD_MONTHS * period + 1
        columns = slice(first, first + PERIOD_MONTHS)
        months[:, place] = used[:, columns].sum(axis=1)
        total[:, place] = amount[:, columns].sum(axis=1)
        worked[:, place] = working[:, columns].sum(axis=1)
    followed = records.seen[:, BEFORE + 1 :].any(axis=1)[:, None]
    person, place = np.nonzero((months >= LEAST_MONTHS) & (total > 0) & followed)
    at = (person, place)
    return CostRows(person, place + PERIODS[0], np.log(total[at] / months[at]), worked[at] / months[at])


def design(records: PersonMonths, rows: CostRows, pilot: Pilot) -> np.ndarray:
    """Outcome and `COST_COLUMNS` of every row, (row, 1 + column).

    The severity of somebody whose diagnosis group is unknown is the mean of the other rows.
    """
    who, period = rows.person, rows.period
    columns = dict.fromkeys(("outcome", *COST_COLUMNS))
    comparison = ~records.programme[who]
    group = codes(records.people["diagnosis_group"], ("common", "severe"))[who]
    known = group >= 0
    share = float((group[known] == 1).mean()) if known.any() else 0.0
    seen, working = records.seen[:, BEFORE + 1 :], records.working[:, BEFORE + 1 :]
    worker = working.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    cell = (period - PERIODS[0]) * 2 + comparison
    number = np.bincount(cell, minlength=2 * len(PERIODS))
    mean = np.bincount(cell, weights=rows.work, minlength=2 * len(PERIODS)) / np.maximum(number, 1)
    # Half year k holds months 6k + 1 to 6k + 6, so its middle is the start of month 6k + 4 since enrolment.
    middle = records.enrolment[who] + PERIOD_MONTHS * period + 4
    month = pilot.start.replace(day=1)
    start = month.year * MONTHS_PER_YEAR + month.month - 1 + months_between(month, pilot.start)
    columns |= {
        "outcome": rows.outcome,
        "level": np.ones(len(who)),
        "severe": np.where(known, group, share),
        "comparison": comparison,
        "worker": worker[who],
        "work": rows.work,
        "work_within": rows.work - mean[cell],
        "trend": (middle - start) / MONTHS_PER_YEAR,
    }
    for number in range(MAX_PERIODS):
        columns[f"after_{number}"] = period == number
        columns[f"comparison_after_{number}"] = (period == number) & comparison
    return np.column_stack([np.asarray(values, dtype=float) for values in columns.values()])


def reduce_cost(matrix: np.ndarray, person: np.ndarray) -> CostStatistics:
    """Cross products of the rows.

    Parameters
    ----------
    matrix : ndarray (row, 1 + column)
        From :func:`design`, rows of a person below each other.
    person : ndarray (row,)
        Place of the person of each row, not falling.

    Returns
    -------
    CostStatistics
        All people; without rows every array is empty or zero.
    """
    width = matrix.shape[1]
    firsts = np.flatnonzero(np.diff(person, prepend=-1))
    sizes = np.diff(firsts, append=len(person))
    within = np.zeros((width, width))
    for first in range(0, len(firsts), PEOPLE_AT_ONCE):
        last = min(first + PEOPLE_AT_ONCE, len(firsts)) - 1
        within += _cross(matrix[firsts[first] : firsts[last] + sizes[last]])
    sums = np.add.reduceat(matrix, firsts, axis=0) if len(firsts) else np.zeros((0, width))
    rows, persons = np.unique(sizes, return_counts=True)
    between = np.array([_cross(sums[sizes == size]) for size in rows]).reshape(len(rows), width, width)
    return CostStatistics(within, rows.astype(float), persons.astype(float), between)


def _cross(matrix: np.ndarray) -> np.ndarray:
    """``W' W``; by einsum, whose order of summation does not depend on the number of cores."""
    return np.einsum("ij,ik->jk", matrix, matrix)


def base_cost(records: PersonMonths, care: np.ndarray, cost: np.ndarray) -> dict[str, Measured]:
    """Outpatient cost per year in care of participants in the year before enrolment (months -11 to 0), by diagnosis."""
    columns = slice(BEFORE - MONTHS_PER_YEAR + 1, BEFORE + 1)
    used = (care[:, columns] == 1) & ~np.isnan(cost[:, columns])
    months = used.sum(axis=1)
    total = np.where(used, cost[:, columns], 0.0).sum(axis=1)
    yearly = MONTHS_PER_YEAR * total / np.maximum(months, 1)
    known = records.programme & (months >= LEAST_MONTHS)
    diagnosis = codes(records.people["diagnosis_group"], DIAGNOSES)
    return {name: measured(yearly[known & (diagnosis == place)]) for place, name in enumerate(DIAGNOSES)}
