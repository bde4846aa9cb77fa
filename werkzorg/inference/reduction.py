"""From typed tables to sufficient statistics: the only step that reads rows of persons for the model."""

from __future__ import annotations

import numpy as np

from werkzorg.inference.care_costs import base_cost, cost_rows, design, reduce_cost, service_cost
from werkzorg.inference.care_periods import contacts_seen, in_care, reduce_care
from werkzorg.inference.follow_up import last_followed
from werkzorg.inference.observed_cost import EPISODES, observed_changes
from werkzorg.inference.participants import (
    benefit_ratio,
    exits_from_benefit,
    households,
    job_facts,
    returns_to_benefit,
    severe_share,
    utility_change,
    wmo_hours,
)
from werkzorg.inference.person_months import BEFORE, PersonMonths, Tables, person_months
from werkzorg.inference.record_data import Missing, RecordData, SimpleStatistics
from werkzorg.inference.work_history import reduce_work
from werkzorg.params.catalogue import Catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

STILL_THERE = ("consent_withdrawn", "end_of_data")
"""Reasons for the end of the data of a person that are no loss to follow-up."""


def reduce_records(pilot: Pilot, tables: Tables, *, use_comparison: bool = True) -> RecordData:
    """Reduce case records to what the likelihood needs.

    Parameters
    ----------
    pilot : Pilot
        Start, price year and local parameters.
    tables : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`. `cases` and `months` are needed; what cannot be
        told without another table is zero or NaN.
    use_comparison : bool
        False leaves the comparison group out, as if it had not been delivered.

    Returns
    -------
    RecordData
        The same whatever the order of the rows.

    Raises
    ------
    WerkzorgError
        Code STATISTICS when nothing is known of what happened after enrolment.
    """
    parameters = catalogue_of(pilot)
    records = person_months(tables, use_comparison)
    transitions, losses = reduce_work(records, tables)
    said = contacts_seen(records, tables)
    care = in_care(said)
    cost = service_cost(records, pilot, parameters)
    rows = cost_rows(records, care, cost)
    groups = records.groups()
    seen = {group: records.seen[who, BEFORE:].sum(axis=0).astype(float) for group, who in groups.items()}
    at_work = {group: records.working[who, BEFORE:].sum(axis=0) for group, who in groups.items()}
    return RecordData(
        persons={group: int(who.sum()) for group, who in groups.items()},
        transitions=transitions,
        losses=losses,
        care=reduce_care(records, care, said),
        cost=reduce_cost(design(records, rows, pilot), rows.person),
        simple=_simple(records, tables, pilot, parameters, care, cost),
        missing=_missing(records, care, cost),
        working={
            group: np.where(seen[group] > 0, at_work[group] / np.maximum(seen[group], 1), np.nan) for group in groups
        },
        seen=seen,
        change=observed_changes(records, cost, service_cost(records, pilot, parameters, EPISODES)),
        exits=exits_from_benefit(records),
    )


def _simple(
    records: PersonMonths, tables: Tables, pilot: Pilot, parameters: Catalogue, care: np.ndarray, cost: np.ndarray
) -> SimpleStatistics:
    return SimpleStatistics(
        severe=severe_share(records),
        returns_to_benefit=returns_to_benefit(records),
        wmo_hours=wmo_hours(records),
        benefit_ratio=benefit_ratio(records, parameters),
        utility_change=utility_change(records, tables, pilot, parameters),
        households=households(records),
        base_cost=base_cost(records, care, cost),
        **job_facts(records, tables, parameters),
    )


def _missing(records: PersonMonths, care: np.ndarray, cost: np.ndarray) -> Missing:
    """What is not there, over the months from enrolment to the end of each person's data."""
    people, last = records.people, last_followed(records)
    expected = float((last + 1).sum())
    told = float(records.seen[:, BEFORE:].sum())
    known = float((~np.isnan(cost[:, BEFORE:])).sum())
    reason = people["end_reason"]
    withdrawn = (reason == "consent_withdrawn").to_numpy(dtype=bool, na_value=False)
    early = records.enrolment + last < records.last_month
    lost = early & ~reason.isin(STILL_THERE).to_numpy(dtype=bool)
    groups = records.groups()
    at_start = care[records.programme, BEFORE]
    at_start = at_start[at_start >= 0]
    return Missing(
        months=1 - told / expected,
        amounts=1 - known / expected,
        lost={group: _mean(lost[who]) for group, who in groups.items()},
        withdrawn={group: _mean(withdrawn[who]) for group, who in groups.items()},
        not_in_care=_mean(at_start == 0),
        in_work=_mean(records.working[records.seen[:, BEFORE], BEFORE]),
    )


def _mean(values: np.ndarray) -> float:
    """Share of a group; NaN when it is empty."""
    return float(values.mean()) if values.size else np.nan
