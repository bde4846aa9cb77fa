"""From published means, shares and counts to what the likelihood needs, with their real uncertainty.

Without an interval a published number is as uncertain as a sample of its n people; with a wider interval as uncertain
as that says. `docs/model.md` has the rules; `published_weights` the one that nobody counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from werkzorg.errors import Problem
from werkzorg.inference.published_chain import AT_WORK, CHAIN_STATES, SHARE_COLUMNS
from werkzorg.inference.published_changes import COST, changes_of_cost
from werkzorg.inference.published_means import GROUPS, SHARES, Count, Mean, read_counts, read_means, start_month
from werkzorg.inference.published_moments import effective_people
from werkzorg.inference.published_singles import measured_singles, share_off_benefit
from werkzorg.inference.published_weights import enrolment_waves, padded, weights_on, weights_over
from werkzorg.inference.record_data import (
    COST_COLUMNS,
    EFFECTS,
    ENTRY_EFFECTS,
    CareCells,
    CostStatistics,
    LossCells,
    Measured,
    Missing,
    Published,
    RecordData,
    Share,
    SimpleStatistics,
    TransitionCells,
)
from werkzorg.params.catalogue import Catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot, months_between

USED = (*SHARES, COST, "hours", "wage", "wmo_amount", "benefit", "utility")
COUNTED = {
    "working": ("job",),
    "searching": ("search_first", "search_next"),
    "left": ("alone_first", "alone_next", "job_alone", "off_first", "off_next"),
}
"""States of the chain behind the states of a count of participants, as in `counts`."""

PLACED = ("search_next", "job", "alone_next", "job_alone", "off_next")
OFF = ("off_first", "off_next")

Cell = tuple[float, dict[str, float]]
"""People in a cell, and which part of each state it holds."""


def reduce_aggregates(
    pilot: Pilot, tables: Mapping[str, pd.DataFrame], records: RecordData | None = None
) -> RecordData | None:
    """Put what is published beside the records.

    Parameters
    ----------
    pilot : Pilot
        Start, enrolment, price year and local parameters.
    tables : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`; `aggregates` and `counts` are read.
    records : RecordData, optional
        Reduced records of the same pilot; without them the cells are empty.

    Returns
    -------
    RecordData or None
        The records with `published`; as they were when nothing is published.

    Raises
    ------
    WerkzorgError
        Code INPUT: what cannot be true, or can be read in two ways, with its place.
    """
    means, counts = read_means(pilot, tables.get("aggregates")), read_counts(pilot, tables.get("counts"))
    if not means and not counts:
        return records
    catalogue, data = catalogue_of(pilot), records or empty_records()
    notes = _unused(pilot, means, counts)
    after = [mean for mean in means if mean.first >= start_month(pilot)]
    shares, persons, looks = _shares(pilot, catalogue, after, counts, data.persons)
    ratios, more = changes_of_cost(pilot, catalogue, means, _recorded_cost(data))
    for mean in means:
        persons[mean.group] = max(persons.get(mean.group, 0), mean.n)
    singles, further = measured_singles(pilot, catalogue, means, data)
    published = Published(shares, ratios, singles, persons, looks, (*notes, *more, *further))
    return replace(data, published=published)


def empty_records() -> RecordData:
    """Records of nobody: what a pilot has of which only means, shares and counts are known."""
    none, nothing, two = Measured(0.0, np.nan, np.nan), Share(0.0, 0.0), np.zeros(2)
    width = 1 + len(COST_COLUMNS)
    return RecordData(
        persons=dict.fromkeys(GROUPS, 0),
        transitions=TransitionCells(
            np.zeros(0, int), np.zeros(0), np.zeros((0, len(ENTRY_EFFECTS))), *np.zeros((2, 0))
        ),
        losses=LossCells(*np.zeros((2, 0)), np.zeros((0, len(EFFECTS) - len(ENTRY_EFFECTS))), *np.zeros((2, 0))),
        care=CareCells(two, two, 0.0, 0.0, np.zeros((2, 2)), np.zeros((2, 2)), 0.0, 0.0, two, two),
        cost=CostStatistics(np.zeros((width, width)), np.zeros(0), np.zeros(0), np.zeros((0, width, width))),
        simple=SimpleStatistics(*[nothing] * 5, *[none] * 5, households={}, base_cost={"severe": none, "common": none}),
        missing=Missing(0.0, 0.0, {}, {}, 0.0),
        working={},
        seen={},
    )


def _recorded_cost(data: RecordData) -> dict[str, int]:
    """People with records of cost by group, at most."""
    return data.persons if len(data.cost.rows) else dict.fromkeys(GROUPS, 0)


def _unused(pilot: Pilot, means: list[Mean], counts: list[Count]) -> list[Problem]:
    """What the model has no place for."""
    notes = [
        Problem("aggregates.unused", where=mean.place, values={"quantity": mean.quantity})
        for mean in means
        if mean.quantity not in USED
    ]
    notes += [
        Problem("aggregates.share_before", where=mean.place)
        for mean in means
        if mean.quantity in SHARES and mean.last < start_month(pilot)
    ]
    used = {"enrolled", "working", "applying", "in_mediation", "left", "placed"}
    for count in counts:
        rest = sorted(name for name in count.people if name.split()[-1] not in used)
        notes += [Problem("aggregates.unused", where=count.place, values={"quantity": name}) for name in rest]
    return notes


def _shares(
    pilot: Pilot, catalogue: Catalogue, means: list[Mean], counts: list[Count], recorded: Mapping[str, int]
) -> tuple[np.ndarray, dict[str, int], float]:
    """Rows of shares and counts, people by group, and the sum of people over the looks of the programme group."""
    waves = enrolment_waves(pilot)
    looks: list[tuple[str, int, np.ndarray, list[Cell]]] = []
    for mean in means:
        if mean.quantity == "share_working":
            cells = _both(effective_people(mean), mean.value, dict.fromkeys(AT_WORK, 1.0))
        elif mean.quantity == "share_off_benefit":
            part, extra = share_off_benefit(pilot, catalogue, mean.year, mean.value)
            parts = dict.fromkeys(AT_WORK, part) | dict.fromkeys(OFF, 1.0)
            cells = _both(effective_people(mean, extra), mean.value, parts)
        else:
            continue
        looks.append((mean.group, mean.n, weights_over(waves, pilot, mean), cells))
    for count in counts:
        if "enrolled" in count.people:
            weights = weights_on(waves, months_between(pilot.start, count.day))
            looks += [(count.group, count.people["enrolled"], weights, cells) for cells in _count_cells(count)]
    rows, persons, snapshots = [], {}, 0 if pilot.last_snapshot is None else pilot.last_snapshot.enrolled
    for group in GROUPS:
        own = [look for look in looks if look[0] == group]
        before = snapshots if group == "programme" else 0
        persons[group] = max([before, *(look[1] for look in own)])
        total = before + sum(look[1] for look in own)
        weight = max(persons[group] - recorded.get(group, 0), 0) / total if total else 0.0
        for _, _, weights, cells in own:
            for people, parts in cells:
                states = [parts.get(state, 0.0) for state in CHAIN_STATES]
                rows.append(([GROUPS.index(group), people * weight, *states], weights))
    table = np.array([row for row, _ in rows]).reshape(len(rows), SHARE_COLUMNS)
    looked = float(sum(look[1] for look in looks if look[0] == "programme"))
    return np.column_stack([table, padded([weights for _, weights in rows])]), persons, looked


def _both(people: float, share: float, parts: dict[str, float]) -> list[Cell]:
    """A cell and the rest."""
    rest = {state: 1.0 - parts.get(state, 0.0) for state in CHAIN_STATES}
    return [(people * share, parts), (people * (1 - share), rest)]


def _count_cells(count: Count) -> list[list[Cell]]:
    """Cells of a count on one day; who was ever placed is another look at the same people."""
    people, enrolled = count.people, count.people["enrolled"]
    found = []
    if count.group == "comparison":
        if "working" in people:
            found.append(_both(enrolled, people["working"] / enrolled, dict.fromkeys(AT_WORK, 1.0)))
    else:
        searching = [people[name] for name in ("applying", "in_mediation") if name in people]
        known = {name: people[name] for name in ("working", "left") if name in people}
        known |= {"searching": sum(searching)} if len(searching) == 2 else {}
        rest = {name for name in COUNTED if name not in known}
        cells = [(n, dict.fromkeys(COUNTED[name], 1.0)) for name, n in known.items()]
        others = {state: 1.0 for name in (rest or COUNTED) for state in COUNTED[name]}
        if known:
            found.append([*cells, (enrolled - sum(known.values()), others)])
    if "placed" in people:
        found.append(_both(enrolled, people["placed"] / enrolled, dict.fromkeys(PLACED, 1.0)))
    return found
