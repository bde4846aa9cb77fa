"""What the records say of each participant up to the start, as far as the model can use it for that person alone.

Nothing from after the start enters, but for the share of time in work, by which the regression of care costs tells
people who find work from people who do not: what was paid after the start is what the expectation is held against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from werkzorg.appraisal.case_paid import INDEXED_AS, Paid, case_people
from werkzorg.cases.summary import KEY, month_number
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.care_costs import CostRows, cost_rows, design, service_cost
from werkzorg.inference.care_periods import contacts_seen, in_care, wmo_use
from werkzorg.inference.person_months import BEFORE, LEFT, SEARCHING, PersonMonths, Tables, codes, numbers
from werkzorg.inference.person_months import person_months as lay_out
from werkzorg.inference.record_data import COST_COLUMNS, DIAGNOSES, MAX_PERIODS
from werkzorg.params.catalogue import Catalogue
from werkzorg.pilot import HOUSEHOLDS, Pilot

WITHIN = COST_COLUMNS.index("work_within")


@dataclass(frozen=True)
class Own:
    """Facts of each participant, in the order of `Paid.pseudonyms`; codes are -1 where nothing is known.

    Attributes
    ----------
    household, diagnosis : ndarray (person,) of int
        Places in `pilot.HOUSEHOLDS` and `record_data.DIAGNOSES`.
    in_care : ndarray (person,)
        One in GGZ care in the month of enrolment, zero not; where that is unknown the share of the others.
    benefit : ndarray (person,)
        Benefit a month without work before the start, EUR of the price year; NaN unknown.
    wmo_on : ndarray (person,)
        One with Wmo support at the start, zero without; NaN unknown.
    wmo_level : ndarray (person,)
        Wmo amount of a month with support, EUR of the price year: the person's own, else the mean of the others.
    rows : ndarray (person,)
        Half years before the start with a known cost of care.
    outcome, columns : ndarray (person,), (person, column)
        Sum over these half years of the outcome of the cost regression, and of its columns.
    after : ndarray (person, period, column)
        Columns of the half years after the start, without work.
    wmo_pairs : ndarray (2, 2)
        Months at risk and changes (second axis) of starting and stopping with Wmo support without work, everybody.
    spread : ndarray (2,)
        How far the amount of a month without work in the year after the start lies from that before it, between
        participants, on the log scale: benefit, and Wmo support of those who have it.
    """

    household: np.ndarray
    diagnosis: np.ndarray
    in_care: np.ndarray
    benefit: np.ndarray
    wmo_on: np.ndarray
    wmo_level: np.ndarray
    rows: np.ndarray
    outcome: np.ndarray
    columns: np.ndarray
    after: np.ndarray
    wmo_pairs: np.ndarray
    spread: np.ndarray

    def part(self, block: slice | np.ndarray) -> Own:
        """The same of some participants."""
        whole = {"wmo_pairs": self.wmo_pairs, "spread": self.spread}
        cut = {name: getattr(self, name)[block] for name in self.__dataclass_fields__ if name not in whole}
        return Own(**cut, **whole)


def own_facts(pilot: Pilot, tables: Tables, parameters: Catalogue, paid: Paid) -> Own:
    """Facts of each participant.

    Parameters
    ----------
    pilot : Pilot
        Start and price year.
    tables : mapping of DataFrame
        Typed tables of the records.
    parameters : Catalogue
        Indices.
    paid : Paid
        From :func:`werkzorg.appraisal.case_paid.paid`.
    """
    records = lay_out(tables)
    who = pd.Index(records.people[KEY]).get_indexer(paid.pseudonyms)
    people = records.people.iloc[who]
    status = in_care(contacts_seen(records, tables))
    use = wmo_use(records)
    cost = service_cost(records, pilot, parameters)
    found = cost_rows(records, status, cost)
    return Own(
        household=codes(people["household"], HOUSEHOLDS).astype(int),
        diagnosis=codes(people["diagnosis_group"], DIAGNOSES).astype(int),
        in_care=_at_start(status[who, BEFORE]),
        benefit=_benefit_level(pilot, tables, parameters, paid, records.state[who]),
        **_wmo(paid, use[who], records.working[who]),
        **_cost(records, found, pilot, who),
        wmo_pairs=_changes(use, records.working),
        spread=np.array([_spread(paid, item, records.state[who]) for item in ("benefit", "wmo")]),
    )


def _at_start(status: np.ndarray) -> np.ndarray:
    """Care at enrolment, (person,)."""
    known = status >= 0
    return np.where(known, status, status[known].mean() if known.any() else 1.0).astype(float)


BEFORE_START = np.arange(-MONTHS_PER_YEAR + 1, 1)
AFTER_START = np.arange(1, MONTHS_PER_YEAR + 1)
"""Months since enrolment of the year up to the start and of the year after it."""


def _year(paid: Paid, item: str, months: np.ndarray) -> np.ndarray:
    """Amounts of a year, (person, month); NaN where not known."""
    lines = [line for line in paid.lines if line.item == item]
    there = np.isin(months, paid.since)
    result = np.full((len(paid.pseudonyms), len(months)), np.nan)
    columns = months[there] - paid.since[0]
    total = sum(line.amount[:, columns] for line in lines)
    known = np.all([line.known[:, columns] for line in lines], axis=0)
    result[:, there] = np.where(known, total, np.nan)
    return result


def _mean(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Mean over the chosen months of each person; NaN without any."""
    count = where.sum(axis=1)
    return np.where(count > 0, np.where(where, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _idle(state: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Whether somebody is on benefit without work in a month, (person, month); no where nothing is seen."""
    inside = months + BEFORE < state.shape[1]
    found = np.zeros((len(state), len(months)), dtype=bool)
    found[:, inside] = np.isin(state[:, months[inside] + BEFORE], (SEARCHING, LEFT))
    return found


def _spread(paid: Paid, item: str, state: np.ndarray) -> float:
    """Root mean square of the log change of somebody's own amount per month without work; nil without any pair."""
    levels = []
    for months in (BEFORE_START, AFTER_START):
        amount = _year(paid, item, months)
        levels.append(_mean(amount, (amount > 0) & _idle(state, months)))
    change = np.log(levels[1] / levels[0])
    change = change[~np.isnan(change)]
    return float(np.sqrt((change**2).mean())) if change.size else 0.0


def _benefit_level(pilot: Pilot, tables: Tables, parameters: Catalogue, paid: Paid, state: np.ndarray) -> np.ndarray:
    """Own benefit of months without work before the start, else that on the form at the start."""
    amount, idle = _year(paid, "benefit", BEFORE_START), _idle(state, BEFORE_START)
    people = case_people(tables)
    years = month_number(people["enrolment_month"]).to_numpy(dtype=np.int64) // MONTHS_PER_YEAR
    index = parameters.get(INDEXED_AS["benefit"]).index
    factor = {year: parameters.index_factor(index, int(year), pilot.price_year) for year in np.unique(years)}
    stated = numbers(people["benefit_at_start"]) * np.array([factor[year] for year in years])
    level = _mean(amount, idle & ~np.isnan(amount))
    return np.where(np.isnan(level), stated, level)


def _wmo(paid: Paid, use: np.ndarray, working: np.ndarray) -> dict[str, np.ndarray]:
    """Whether there is Wmo support at the start, and what a month with it costs."""
    columns = slice(BEFORE - MONTHS_PER_YEAR + 1, BEFORE + 1)
    use, free = use[:, columns], ~working[:, columns]
    known = ~np.isnan(use)
    last = use.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    amount = _year(paid, "wmo", BEFORE_START)
    with_amount = (amount > 0) & free
    level = _mean(amount, with_amount)
    others = float(amount[with_amount].mean()) if with_amount.any() else 0.0
    return {
        "wmo_on": np.where(known.any(axis=1), use[np.arange(len(use)), last], np.nan),
        "wmo_level": np.where(np.isnan(level), others, level),
    }


def _changes(use: np.ndarray, working: np.ndarray) -> np.ndarray:
    """Months without and with Wmo support of which the next is known, and changes, both without work."""
    now, following = use[:, :-1], use[:, 1:]
    free = ~working[:, :-1] & ~working[:, 1:] & ~np.isnan(now) & ~np.isnan(following)
    counts = [((free & (now == at)).sum(), (free & (now == at) & (following != at)).sum()) for at in (0, 1)]
    return np.array(counts, dtype=float)


def _cost(records: PersonMonths, found: CostRows, pilot: Pilot, who: np.ndarray) -> dict[str, np.ndarray]:
    """Rows of the cost regression before the start, summed per person, and the columns of the time after it."""
    matrix = design(records, found, pilot)
    count, width = len(records.people), matrix.shape[1]
    early = found.period < 0
    sums = np.zeros((count, width))
    np.add.at(sums, found.person[early], matrix[early])
    rows = np.bincount(found.person[early], minlength=count)
    shape = (len(who), MAX_PERIODS)
    every = CostRows(
        np.repeat(who, MAX_PERIODS), np.tile(np.arange(MAX_PERIODS), len(who)), *np.zeros((2, shape[0] * shape[1]))
    )
    after = design(records, every, pilot)[:, 1:].reshape(*shape, width - 1)
    # Who is at work in a half year is cheaper or dearer then for other reasons as well; the model knows how much.
    within = np.zeros((count, MAX_PERIODS))
    late = found.period >= 0
    within[found.person[late], found.period[late]] = matrix[late, 1 + WITHIN]
    after[:, :, WITHIN] = within[who]
    return {"rows": rows[who], "outcome": sums[who, 0], "columns": sums[who, 1:], "after": after}
