"""Who was lost before the end of the data, and the same records if these people were without work from then on.

The reduction takes the end of somebody's data as unrelated to what came after. What it cannot know it does not fill in;
here the months after a loss are filled in on purpose, to see how far an answer may be off.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from werkzorg.inference.person_months import (
    BEFORE,
    LEFT,
    SEARCHING,
    UNSEEN,
    PersonMonths,
    Tables,
    month_number,
    person_months,
)
from werkzorg.inference.record_data import RecordData
from werkzorg.inference.work_history import reduce_work

WHEN_LOST = {
    "all_idle": ("programme", "comparison"),
    "programme_idle": ("programme",),
    "comparison_idle": ("comparison",),
}
"""Readings of a loss: groups whose lost people are without work, while others are as the rest of their group."""


@dataclass(frozen=True)
class FollowUp:
    """How a group was followed after enrolment.

    Attributes
    ----------
    persons : int
        People.
    ended : int
        Those whose data end before the end of the data of the pilot and not by plan: no contact, moved, consent
        withdrawn, link lost, or nobody knows why.
    expected : int
        Person-months from enrolment to the end of each person's data.
    unseen : int
        Those of them without a row.
    """

    persons: int
    ended: int
    expected: int
    unseen: int


def last_followed(records: PersonMonths) -> np.ndarray:
    """Last month since enrolment of which there should be a row, (person,); -1 without any."""
    last_seen = np.where(records.seen, records.since, -1).max(axis=1)
    end = month_number(records.people["end_month"]).to_numpy(dtype=float, na_value=np.nan)
    stated = np.minimum(end, records.last_month) - records.enrolment
    return np.fmax(np.maximum(last_seen, -1), stated)


def ended_early(records: PersonMonths) -> np.ndarray:
    """Whether the data of a person end before those of the pilot, and not because the measurement ended, (person,)."""
    planned = (records.people["end_reason"] == "end_of_data").to_numpy(dtype=bool, na_value=False)
    return (records.enrolment + last_followed(records) < records.last_month) & ~planned


def follow_up(records: PersonMonths) -> dict[str, FollowUp]:
    """How each group was followed, by group with people."""
    ended, expected = ended_early(records), last_followed(records) + 1
    seen = records.seen[:, BEFORE:].sum(axis=1)
    return {
        name: FollowUp(
            int(who.sum()), int(ended[who].sum()), int(expected[who].sum()), int((expected - seen)[who].sum())
        )
        for name, who in records.groups().items()
        if who.any()
    }


def without_work_when_lost(records: PersonMonths, groups: Collection[str]) -> PersonMonths:
    """The records with everybody who was lost on benefit and without work, from the last month seen to the last of all.

    For hazards of work only: nothing is known of care in these months, so the cost of care of these people stays that
    of their group. Who had left the programme stays out of it.

    Parameters
    ----------
    records : PersonMonths
        People and months.
    groups : collection of str
        Groups whose lost people are without work; of others nothing is filled in.

    Returns
    -------
    PersonMonths
        The same object when nobody of these groups was lost.
    """
    lost = ended_early(records) & np.any([records.groups()[name] for name in groups], axis=0)
    if not lost.any():
        return records
    until = records.last_month - records.enrolment
    width = max(records.state.shape[1], int(until[lost].max()) + BEFORE + 1)
    added = width - records.state.shape[1]
    state = np.pad(records.state, ((0, 0), (0, added)), constant_values=UNSEEN)
    since = np.arange(width) - BEFORE
    last = np.where(state != UNSEEN, since, -1).max(axis=1)
    at_last = state[np.arange(len(state)), np.maximum(last, 0) + BEFORE]
    after = lost[:, None] & (since > last[:, None]) & (since <= until[:, None]) & (since >= 0)
    state = np.where(after, np.where(at_last == LEFT, LEFT, SEARCHING)[:, None], state).astype(np.int8)
    person, column = np.divmod(records.place, records.state.shape[1])
    return replace(records, state=state, place=np.where(records.place >= 0, person * width + column, -1))


def readings_of_loss(tables: Tables, data: RecordData) -> tuple[dict[str, FollowUp], dict[str, RecordData]]:
    """How each group was followed, and the reduced records under each reading of what became of those who were lost.

    Parameters
    ----------
    tables : mapping of DataFrame
        Typed tables.
    data : RecordData
        Reduced from them; people of a group that is not in it are left out.

    Returns
    -------
    followed : dict of FollowUp
        By group.
    readings : dict of RecordData
        By name in `WHEN_LOST`; only readings in which something changes, each once. Empty when nobody was lost.
    """
    records = person_months(tables, data.persons.get("comparison", 0) > 0)
    followed = follow_up(records)
    lost = [name for name, group in followed.items() if group.ended]
    readings = {}
    for name, groups in WHEN_LOST.items():
        if set(groups) <= set(lost):
            transitions, losses = reduce_work(without_work_when_lost(records, groups), tables)
            readings[name] = replace(data, transitions=transitions, losses=losses)
    return followed, readings
