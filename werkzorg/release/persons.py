"""Which people stand behind the numbers of a release: their sets, what is known of them, and keyed digests of both.

Only the command that releases reads this; pseudonyms stay in memory and only keyed digests are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from werkzorg.cases.release_ledger import keyed
from werkzorg.inference.care_costs import service_cost
from werkzorg.inference.care_periods import OUTPATIENT, contacts_seen, in_care
from werkzorg.inference.follow_up import last_followed
from werkzorg.inference.observed_cost import EPISODES, compared_people, has_episodes
from werkzorg.inference.person_months import BEFORE, PersonMonths, Tables, person_months
from werkzorg.inference.reduction import STILL_THERE
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.annotate import ALL_PEOPLE

KEY = "pseudonym"


def person_sets(pilot: Pilot, tables: Tables, *, use_comparison: bool = True) -> dict[str, frozenset[str]]:
    """Pseudonyms behind every set that the table names, by its name (`annotate.set_of`).

    Parameters
    ----------
    pilot : Pilot
    tables : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`.
    use_comparison : bool
        As in :func:`werkzorg.inference.reduction.reduce_records`.
    """
    records = person_months(tables, use_comparison)
    names = records.people[KEY].to_numpy(dtype=str)
    found = {ALL_PEOPLE: np.ones(len(names), dtype=bool)}
    groups = {group: who for group, who in records.groups().items() if who.any()}
    for group, who in groups.items():
        found[f"{ALL_PEOPLE}.{group}"] = who
        found |= {f"{item}.{group}": who & some for item, some in _facts(records).items()}
    care = in_care(contacts_seen(records, tables))[:, BEFORE]
    found["not_in_care.programme"] = records.programme & (care == 0)
    found["in_work.programme"] = records.programme & records.working[:, BEFORE]
    total, episodes = (
        service_cost(records, pilot, catalogue_of(pilot), services) for services in (OUTPATIENT, EPISODES)
    )
    total = total + episodes if has_episodes(episodes) else total
    found |= {f"cost.{group}": who for group, (_, who) in compared_people(records, total).items() if group in groups}
    return {name: frozenset(names[who].tolist()) for name, who in found.items()}


def _facts(records: PersonMonths) -> dict[str, np.ndarray]:
    """Who withdrew and who was lost, (person,) of bool."""
    reason = records.people["end_reason"]
    early = records.enrolment + last_followed(records) < records.last_month
    return {
        "lost": early & ~reason.isin(STILL_THERE).to_numpy(dtype=bool),
        "withdrawn": (reason == "consent_withdrawn").to_numpy(dtype=bool, na_value=False),
    }


def keyed_sets(sets: Mapping[str, frozenset[str]], secret: bytes) -> dict[str, frozenset[str]]:
    """The same sets of keyed digests."""
    digests = {person: keyed(secret, person) for group in sets.values() for person in group}
    return {name: frozenset(digests[person] for person in group) for name, group in sets.items()}


def suppliers_of(tables: Tables, secret: bytes) -> dict[str, frozenset[str]]:
    """Keyed digests of whom each municipality knows, when there is more than one."""
    cases = tables["cases"]
    known = cases.dropna(subset=["municipality"]).groupby("municipality", observed=True)[KEY]
    found = {str(name): frozenset(keyed(secret, str(person)) for person in people) for name, people in known}
    return found if len(found) > 1 else {}


def keyed_states(tables: Tables, secret: bytes) -> dict[str, str]:
    """Keyed digest of every row of each person, by keyed digest of the person; the order of rows does not matter."""
    sums: dict[str, int] = {}
    for name in sorted(tables):
        table = tables[name]
        if KEY not in table or table.empty:
            continue
        hashes = pd.util.hash_pandas_object(table.drop(columns=KEY), index=False).to_numpy(dtype=np.uint64)
        for person, total in pd.Series(hashes).groupby(table[KEY].to_numpy(dtype=str)).sum().items():
            sums[person] = int(keyed(secret, f"{name} {sums.get(person, 0)} {int(total)}"), 16)
    return {keyed(secret, person): keyed(secret, str(total), 8) for person, total in sums.items()}
