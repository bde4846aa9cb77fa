"""Which people stand behind the numbers of a release: their sets, what is known of them, and keyed digests of both.

Only the command that releases reads this; pseudonyms stay in memory and only keyed digests are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from werkzorg.cases.release_ledger import keyed
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.care_costs import service_cost
from werkzorg.inference.care_periods import OUTPATIENT, contacts_seen, in_care
from werkzorg.inference.follow_up import last_followed
from werkzorg.inference.observed_cost import EPISODES, YEAR_BEFORE, compared_people, has_episodes
from werkzorg.inference.person_months import BEFORE, PersonMonths, Tables, person_months
from werkzorg.inference.reduction import STILL_THERE
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.annotate import ALL_PEOPLE
from werkzorg.release.final import Amounts
from werkzorg.release.suppression import People

if TYPE_CHECKING:
    from werkzorg.cases.reading import FileFacts

KEY = "pseudonym"

TOLD_IN = {
    ALL_PEOPLE: ("cases",), "lost": ("cases", "months"), "withdrawn": ("cases",), "in_work": ("months",),
    "not_in_care": ("months",), "cost": ("months",),
}  # fmt: skip
"""Tables in which the subject of a set of people is told: who delivers these can take out its own."""


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
    compared = compared_people(records, _cost(records, pilot))
    found |= {f"cost.{group}": who for group, (_, who) in compared.items() if group in groups}
    return {name: frozenset(names[who].tolist()) for name, who in found.items()}


def person_amounts(pilot: Pilot, tables: Tables, *, use_comparison: bool = True) -> dict[str, list[dict[str, float]]]:
    """What each person behind a mean cost has in it: before enrolment and after, by name of the set.

    Parameters
    ----------
    pilot : Pilot
    tables : mapping of DataFrame
    use_comparison : bool
        As :func:`person_sets`.

    Returns
    -------
    dict of list of dict
        EUR per month of the price year, by pseudonym, over the known months of the year.
    """
    records = person_months(tables, use_comparison)
    names, total = records.people[KEY].to_numpy(dtype=str), _cost(records, pilot)
    found = {}
    for group, (year, who) in compared_people(records, total).items():
        first = BEFORE + MONTHS_PER_YEAR * (year - 1) + 1
        years = (YEAR_BEFORE, slice(first, first + MONTHS_PER_YEAR))
        means = (np.nanmean(total[who][:, columns], axis=1).tolist() for columns in years) if who.any() else ()
        found[f"cost.{group}"] = [dict(zip(names[who].tolist(), mean, strict=True)) for mean in means]
    return found


def _cost(records: PersonMonths, pilot: Pilot) -> np.ndarray:
    """Cost of mental health care, EUR of the price year, (person, month)."""
    parameters = catalogue_of(pilot)
    total, episodes = (service_cost(records, pilot, parameters, services) for services in (OUTPATIENT, EPISODES))
    return total + episodes if has_episodes(episodes) else total


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


def suppliers_of(tables: Tables, secret: bytes, files: Sequence[FileFacts] = ()) -> dict[str, dict[str, People]]:
    """Keyed digests of whom each supplier knows, by subject of a set of people and name of the supplier.

    A supplier knows the people in its files of a table that the subject is told in; a municipality knows its
    inhabitants, whatever the subject.

    Parameters
    ----------
    tables : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`.
    secret : bytes
        Of the project.
    files : sequence of FileFacts
        Files that were read.
    """
    cases = tables["cases"]
    inhabitants = cases.dropna(subset=["municipality"]).groupby("municipality", observed=True)[KEY]
    at_home = {f"{name} (inhabitants)": frozenset(map(str, people)) for name, people in inhabitants}
    found = {}
    for subject, told_in in TOLD_IN.items():
        known = dict(at_home)
        for file in files:
            if file.table in told_in and file.supplier is not None:
                known[file.supplier] = known.get(file.supplier, frozenset()) | file.people
        found[subject] = known
    return {subject: keyed_sets(known, secret) for subject, known in found.items()}


def unnamed_files(files: Sequence[FileFacts]) -> list[str]:
    """Files of a table that comes in several, of which nobody said who delivered them: a supplier may stand in them."""
    by_table: dict[str, list[FileFacts]] = {}
    for file in files:
        if any(file.table in told_in for told_in in TOLD_IN.values()):
            by_table.setdefault(file.table, []).append(file)
    several = (found for found in by_table.values() if len(found) > 1)
    return [file.path for found in several for file in found if file.supplier is None]


def keyed_amounts(amounts: Mapping[str, list[dict[str, float]]], secret: bytes) -> Amounts:
    """The same amounts by keyed digest."""
    return {
        name: [{keyed(secret, person): amount for person, amount in each.items()} for each in found]
        for name, found in amounts.items()
    }


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
