"""Whether the answer rests on one person: it is made again without the one of whom care cost most.

Only whether sign and word of the answer stay the same is told. The second answer itself is of one person fewer, and
stays inside: whoever had both would know what that person cost.
"""

from __future__ import annotations

import numpy as np

from werkzorg.cases.summary import KEY
from werkzorg.inference.care_costs import service_cost
from werkzorg.inference.observed_cost import EPISODES
from werkzorg.inference.person_months import Tables, person_months
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

READING = "without_largest"


def without_largest(pilot: Pilot, tables: Tables, *, use_comparison: bool = True) -> Tables:
    """The records without the person of whom mental health care cost most in all known months.

    Parameters
    ----------
    pilot : Pilot
    tables : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`.
    use_comparison : bool
        False: the comparison group is not looked at.
    """
    records, parameters = person_months(tables, use_comparison), catalogue_of(pilot)
    total = np.zeros(len(records.people))
    for cost in (service_cost(records, pilot, parameters), service_cost(records, pilot, parameters, EPISODES)):
        total += np.nansum(cost, axis=1)
    largest = records.people[KEY].iloc[int(total.argmax())]
    return {name: rows[rows[KEY] != largest] if KEY in rows else rows for name, rows in tables.items()}
