"""Months at risk and events of the hazards of work, by cell of equal covariates.

A transition counts when both its months are seen. The clock of a job runs on over months without a row only when the
person is in work on both sides of them; a job whose start was not seen has no clock and stands in no loss cell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from werkzorg.cases.schema import table
from werkzorg.inference.person_months import (
    BEFORE,
    LEFT,
    OFF_NO_WORK,
    SEARCHING,
    UNSEEN,
    PersonMonths,
    Tables,
    codes,
    numbers,
)
from werkzorg.inference.record_data import HAZARDS, LossCells, TransitionCells
from werkzorg.inference.transitions import EARLY_MONTHS

LONG_BENEFIT_MONTHS = 24
"""Months on benefit from which somebody counts as long on it."""

MANAGER_MONTHS = 6
"""Months that a change of client manager counts: that of the change and the five after it."""

MANAGERS = ("municipality", "ggz_institution")
"""Organisations whose client manager counts."""

UNKNOWN = 2
"""Code of a covariate that is unknown or does not apply; the others are 0 and 1."""

NO_START = -1
"""Start of a job whose start was not seen, or of no job."""

KIND = {name: place for place, name in enumerate(HAZARDS)}


class Tally:
    """Months at risk and events per combination of small whole numbers.

    Parameters
    ----------
    shape : tuple of int
        Number of values of each covariate.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.at_risk, self.events = np.zeros((2, int(np.prod(shape))))

    def add(self, values: Sequence[np.ndarray | int], at_risk: np.ndarray, event: np.ndarray) -> None:
        """Count one month of people: covariates (person,) each, at risk or not, event or not."""
        who = np.flatnonzero(at_risk)
        parts = [np.broadcast_to(value, at_risk.shape)[who] for value in values]
        cell = np.ravel_multi_index(parts, self.shape)
        self.at_risk += np.bincount(cell, minlength=self.at_risk.size)
        self.events += np.bincount(cell[event[who]], minlength=self.events.size)

    def cells(self) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """Covariates, months at risk and events of the cells that are not empty, each (cell,)."""
        used = np.flatnonzero(self.at_risk)
        return list(np.unravel_index(used, self.shape)), self.at_risk[used], self.events[used]


def yes_no_unknown(values: np.ndarray) -> np.ndarray:
    """1, 0 or NaN as a code, any shape."""
    return np.where(np.isnan(values), UNKNOWN, values).astype(np.int8)


def severe(records: PersonMonths) -> np.ndarray:
    """Severe mental illness: 1, 0 or `UNKNOWN`, (person,)."""
    place = codes(records.people["diagnosis_group"], ("common", "severe"))
    return np.where(place < 0, UNKNOWN, place).astype(np.int8)


def long_benefit(records: PersonMonths) -> np.ndarray:
    """On benefit for `LONG_BENEFIT_MONTHS` or longer at the start: 1, 0 or `UNKNOWN`, (person,)."""
    months = numbers(records.people["months_on_benefit"])
    return yes_no_unknown(np.where(np.isnan(months), np.nan, months >= LONG_BENEFIT_MONTHS))


def manager_changed(records: PersonMonths, tables: Tables) -> np.ndarray:
    """Change of client manager in this month or the five before: 1 or 0; all unknown without the table."""
    changes = tables.get("client_manager")
    if changes is None or changes.empty:
        return np.full(records.state.shape, UNKNOWN, dtype=np.int8)
    who, since = records.find(changes)
    column = since + BEFORE
    keep = (column >= 0) & (column < records.state.shape[1]) & (codes(changes["organisation"], MANAGERS) >= 0)
    changed = np.zeros(records.state.shape, dtype=np.int8)
    changed[who[keep], column[keep].astype(int)] = 1
    recent = changed.copy()
    for back in range(1, MANAGER_MONTHS):
        recent[:, back:] |= changed[:, :-back]
    return recent


def coach(records: PersonMonths, tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    """Whether the job of a month has no coach, and whether the own counsellor coaches it.

    Returns
    -------
    uncoached, own_counsellor : ndarray (person, month)
        1, 0 or `UNKNOWN`. Of two jobs in one month the one that started last counts.
    """
    kinds = [entry.code for entry in table("jobs").field("coach_kind").enum]
    kind = np.full(records.state.shape, -1, dtype=np.int8)
    jobs = tables.get("jobs")
    if jobs is not None and not jobs.empty:
        who, start = records.find(jobs, "start_month")
        _, end = records.find(jobs, "end_month")
        width = records.state.shape[1]
        first = np.clip(start + BEFORE, 0, width)
        length = np.clip(np.where(np.isnan(end), np.inf, end + BEFORE + 1), 0, width) - first
        rows = np.flatnonzero((who >= 0) & (length > 0))
        rows = rows[np.lexsort((numbers(jobs["job_number"])[rows], start[rows], who[rows]))]
        lengths, value = length[rows].astype(int), codes(jobs["coach_kind"], kinds)[rows]
        offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        place = np.repeat(who[rows] * width + first[rows].astype(int), lengths) + offset
        # Later jobs stand later; reversed, the first place of each month is its latest job.
        place, order = np.unique(place[::-1], return_index=True)
        kind.reshape(-1)[place] = np.repeat(value, lengths)[::-1][order]
    known = kind >= 0
    none, own = (np.where(known, kind == kinds.index(name), UNKNOWN) for name in ("none", "own_counsellor"))
    return none.astype(np.int8), own.astype(np.int8)


def reduce_work(records: PersonMonths, tables: Tables) -> tuple[TransitionCells, LossCells]:
    """Cells of all hazards of work.

    Parameters
    ----------
    records : PersonMonths
        People and months.
    tables : mapping of DataFrame
        `jobs` and `client_manager` are used when they are there.

    Returns
    -------
    TransitionCells, LossCells
        Cells in the order of their covariates. Covariates are 1 or 0 minus their mean over those at risk.
    """
    state, months = records.state, records.state.shape[1] - BEFORE
    hazards, losses = Tally((len(HAZARDS), 2, 3, 3, 3)), Tally((months, 2, 3, 3, 3))
    person = severe(records), long_benefit(records)
    manager, (uncoached, own) = manager_changed(records, tables), coach(records, tables)
    working = records.working
    worked = working[:, BEFORE].copy()
    last_working, last_left = worked.copy(), state[:, BEFORE] == LEFT
    start = np.full(len(state), NO_START)
    for t in range(1, months):
        now, before = BEFORE + t, BEFORE + t - 1
        both = (state[:, before] != UNSEEN) & (state[:, now] != UNSEEN)
        _search(hazards, records, both, t, worked, (*person, manager[:, now]))
        alone = ~records.programme | last_left | (uncoached[:, before] == 1)
        clocked = both & working[:, before] & (start != NO_START)
        covariates = (person[0], np.where(alone, UNKNOWN, own[:, before]), manager[:, now])
        losses.add((np.maximum(t - 1 - start, 0), alone, *covariates), clocked, ~working[:, now])

        seen, at_work = state[:, now] != UNSEEN, working[:, now]
        started = at_work & both & ~working[:, before]
        # A job after unseen months goes on when the last seen month was one in work; else its start was not seen.
        unclear = at_work & ~both & ~last_working
        start = np.where(started, t, np.where(unclear | (seen & ~at_work), NO_START, start))
        worked |= at_work
        last_working = np.where(seen, at_work, last_working)
        last_left = np.where(seen & ~at_work, state[:, now] == LEFT, last_left)
    return _transition_cells(hazards), _loss_cells(losses)


def _search(
    hazards: Tally,
    records: PersonMonths,
    both: np.ndarray,
    t: int,
    worked: np.ndarray,
    covariates: tuple[np.ndarray, ...],
) -> None:
    """Count what happened in month t to those who were without work on benefit: off it, else into work, else left.

    Of participants who left the programme only the first is counted.
    """
    before, now = records.state[:, BEFORE + t - 1], records.state[:, BEFORE + t]
    comparison = ~records.programme
    helped = records.programme & (before == SEARCHING)
    at_risk = both & ((before == SEARCHING) | (before == LEFT))
    none = (UNKNOWN, UNKNOWN, UNKNOWN)
    hazards.add((KIND["exit_other"], 0, *none), at_risk, now == OFF_NO_WORK)
    at_risk = at_risk & (now != OFF_NO_WORK)
    first = KIND["entry_early"] if t <= EARLY_MONTHS else KIND["entry_late"]
    supported = np.where(worked, KIND["next"], first)
    unsupported = np.where(worked, KIND["next_alone"], KIND["entry_alone"])
    into_work = records.working[:, BEFORE + t]
    # Who leaves the programme is no sample of its participants: their jobs do not show what all would do without it.
    hazards.add((np.where(helped, supported, unsupported), comparison, *covariates), at_risk & (helped | comparison),
                into_work)  # fmt: skip
    hazards.add((KIND["dropout"], 0, *none), at_risk & helped & ~into_work, now == LEFT)


def centred(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Codes 0 and 1 minus their weighted mean; `UNKNOWN` becomes zero.

    Parameters
    ----------
    values : ndarray (cell,)
        Codes.
    weights : ndarray (cell,)
        Months at risk.
    """
    known = values != UNKNOWN
    total = weights[known].sum()
    mean = (weights * values)[known].sum() / total if total else 0.0
    return np.where(known, values - mean, 0.0)


def _transition_cells(hazards: Tally) -> TransitionCells:
    (kind, comparison, *covariates), at_risk, events = hazards.cells()
    effects = np.stack([centred(values, at_risk) for values in covariates], axis=1)
    return TransitionCells(kind, comparison.astype(float), effects, at_risk, events)


def _loss_cells(losses: Tally) -> LossCells:
    (tenure, alone, *covariates), at_risk, events = losses.cells()
    effects = np.stack([centred(values, at_risk) for values in covariates], axis=1)
    return LossCells(tenure.astype(float), alone.astype(float), effects, at_risk, events)
