"""GGZ cost before and after enrolment, as seen in the records: what a split into causes starts from."""

from __future__ import annotations

import numpy as np

from werkzorg.cases.small_cells import THRESHOLD, is_dominated, rounding_base
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.care_periods import CRISIS_MONTHS
from werkzorg.inference.person_months import BEFORE, PersonMonths
from werkzorg.inference.record_data import PERIOD_MONTHS, WORK_STEPS, CareChange

EPISODES = ("admission", "crisis")
"""Services that are paid by the episode."""

LEAST_KNOWN = MONTHS_PER_YEAR // 2
"""Months with a known amount that a year needs to count."""

ENOUGH = 0.5
"""The second year is compared when it is known of at least this part of those of whom the first one is."""

YEAR_BEFORE = slice(BEFORE - MONTHS_PER_YEAR + 1, BEFORE + 1)
"""Columns of the months -11 to 0."""


def observed_changes(records: PersonMonths, outpatient: np.ndarray, episodes: np.ndarray) -> dict[str, CareChange]:
    """Cost in the year before enrolment and in the second (else the first) year after it, by group.

    Parameters
    ----------
    records : PersonMonths
        People and months.
    outpatient, episodes : ndarray (person, month)
        Cost by month, EUR of the price year; NaN where it is not known.

    Returns
    -------
    dict of CareChange
        Without groups of which fewer than two people have known cost. A month of unknown cost is left out of the mean
        of its person and year, and a person with too few known months is left out.
    """
    delivered = has_episodes(episodes)
    total = outpatient + episodes if delivered else outpatient
    chosen = compared_people(records, total)
    return {
        group: _change(records, who, year, total, outpatient, delivered)
        for group, (year, who) in chosen.items()
        if who.sum() > 1
    }


def compared_people(records: PersonMonths, total: np.ndarray) -> dict[str, tuple[int, np.ndarray]]:
    """Year after enrolment that is compared and whose cost is known in it and before, (person,) of bool, by group.

    Parameters
    ----------
    records : PersonMonths
    total : ndarray (person, month)
        Cost by month, EUR of the price year; NaN where it is not known.
    """
    found = {}
    for group, who in records.groups().items():
        usable = {year: who & _enough(total, YEAR_BEFORE) & _enough(total, _year(year)) for year in (1, 2)}
        first, second = (int(usable[year].sum()) for year in (1, 2))
        year = 2 if second >= max(THRESHOLD, ENOUGH * first) or (second and not first) else 1
        found[group] = (year, usable[year])
    return found


def has_episodes(episodes: np.ndarray) -> bool:
    """Whether any amount for admissions and crises was delivered, (person, month)."""
    return bool((~np.isnan(episodes)).any())


def _year(year: int) -> slice:
    """Columns of a year after enrolment."""
    first = BEFORE + MONTHS_PER_YEAR * (year - 1) + 1
    return slice(first, first + MONTHS_PER_YEAR)


def _enough(cost: np.ndarray, columns: slice) -> np.ndarray:
    return (~np.isnan(cost[:, columns])).sum(axis=1) >= LEAST_KNOWN


def _yearly(cost: np.ndarray) -> np.ndarray:
    """Cost per year from the known months of each person, (person,)."""
    return MONTHS_PER_YEAR * np.nanmean(cost, axis=1)


def _change(
    records: PersonMonths, who: np.ndarray, year: int, total: np.ndarray, outpatient: np.ndarray, delivered: bool
) -> CareChange:
    columns = _year(year)
    known = ~np.isnan(total[who][:, columns])
    before, after = _yearly(total[who][:, YEAR_BEFORE]), _yearly(total[who][:, columns])
    level = _yearly(np.where(np.isnan(total[who]), np.nan, outpatient[who])[:, YEAR_BEFORE])
    working = records.working[who][:, columns]
    weight, shares, mean_share = [], [], []
    # The part of a year that the data do not reach yet has no columns.
    for first in range(0, known.shape[1], PERIOD_MONTHS):
        half = slice(first, first + PERIOD_MONTHS)
        months = known[:, half].sum(axis=1)
        share = (working & known)[:, half].sum(axis=1) / np.maximum(months, 1)
        euros = level * months / known.sum(axis=1)
        weight.append(euros.sum())
        shares.append(_spread_over_steps(share, euros))
        mean_share.append(share[months > 0].mean() if (months > 0).any() else 0.0)
    weight, shares = np.array(weight), np.array(shares)
    return CareChange(
        persons=int(who.sum()),
        year=year,
        before=float(before.mean()),
        after=float(after.mean()),
        outpatient=float(level.mean()),
        episodes=delivered,
        base=max(rounding_base(before), rounding_base(after)),
        dominated=is_dominated(before) or is_dominated(after),
        weight=weight / weight.sum() if weight.sum() > 0 else np.full(len(weight), 1 / len(weight)),
        shares=shares / np.maximum(shares.sum(axis=1, keepdims=True), np.finfo(float).tiny),
        mean_share=np.array(mean_share),
        fresh=float((_fresh(records)[who][:, columns] & known).sum() / known.sum()),
    )


def _spread_over_steps(share: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights by share in work, put on the two nearest steps so that the mean stays as it is, (step,)."""
    place = share * (len(WORK_STEPS) - 1)
    lower = np.minimum(place.astype(int), len(WORK_STEPS) - 2)
    part = place - lower
    return np.bincount(lower, weight * (1 - part), len(WORK_STEPS)) + np.bincount(
        lower + 1, weight * part, len(WORK_STEPS)
    )


def _fresh(records: PersonMonths) -> np.ndarray:
    """Whether a month is one of the first `CRISIS_MONTHS` of a job whose start was seen, (person, month)."""
    idle = records.seen & ~records.working
    recent = np.zeros_like(idle)
    for back in range(1, CRISIS_MONTHS + 1):
        recent[:, back:] |= idle[:, :-back]
    return records.working & recent
