"""The table as it leaves: rounded, without what an outsider could work out, and without what only the inside needs."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from werkzorg.cases.release_ledger import Entry, subject_of
from werkzorg.cases.small_cells import COUNT_BASE, THRESHOLD
from werkzorg.release.annotate import ALL_PEOPLE, withheld
from werkzorg.release.gate import WITHHELD, Cell, refused_by
from werkzorg.release.results import Results, as_json, make_results
from werkzorg.release.rounding import DIGITS, rounded_table
from werkzorg.release.rows import Row
from werkzorg.release.suppression import Hidden, People, Shown, hide_also

INSIDE = ("check_line",)
"""Quantities that only the technical report shows: what was seen beside what the model expects."""

Amounts = Mapping[str, Sequence[Mapping[Hashable, float]]]
"""Amounts per person behind each set, one mapping for each mean that is shown of it."""

OF_PARAMETER = ("parameter", "prior_weight", "first_answer", "tornado_input")
"""Quantities that say what is known of one parameter."""

HIDDEN_PRICE = dict.fromkeys(("value", "low", "high", "note", "url"))
"""What a row of the list of assumptions loses when its price is not for everybody."""

COSTS = {ALL_PEOPLE: 10.0}
"""What hiding a count costs: how many took part is the last thing to hide."""


def counts_of(results: Results) -> dict[str, Row]:
    """Rows with a count of people, by name of the set."""
    rows = as_json(results)["table"]
    return {row["set_id"]: row for row in rows if row["number_class"] == "count" and row["set_id"]}


def hidden_sets(results: Results, sets: Mapping[str, People]) -> tuple[str, ...]:
    """Sets of which nothing is shown in the table: those withheld, and those of which there is no row."""
    rows = as_json(results)["table"]
    shown = {row["set_id"] for row in rows if row["checks"] != WITHHELD}
    return tuple(sorted(name for name in sets if name not in shown))


def shown_counts(results: Results, entry: Entry) -> dict[str, tuple[float, float]]:
    """Between which values a reader knows each count that is shown, by name of the set."""
    return {
        name: (float(row["value"]) - COUNT_BASE / 2, float(row["value"]) + COUNT_BASE / 2)
        for name, row in counts_of(results).items()
        if row["checks"] != WITHHELD and row["value"] is not None and name in entry.sets
    }


def held_by_supplier(
    sets: Mapping[str, People],
    suppliers: Mapping[str, Mapping[str, People]],
    threshold: int = THRESHOLD,
    amounts: Amounts | None = None,
) -> tuple[str, ...]:
    """Sets of which nothing may be shown, since a supplier could take out those it knows and see the rest (SDC-07).

    Parameters
    ----------
    sets : mapping of frozenset
        People behind each set; what the model made of all records together is no total.
    suppliers : mapping of mapping of frozenset
        Whom each supplier knows, by subject of the set.
    threshold : int
        Fewest people.
    amounts : mapping, optional
        What each person has in a sum or mean, by name of the set.
    """
    held = []
    for name, people in sets.items():
        knowers = [known for known in suppliers.get(subject_of(name), {}).values() if people & known]
        left = tuple(len(people - known) for known in knowers)
        money = tuple(
            np.array([each[person] for person in sorted(people - known)])
            for known in knowers
            for each in (amounts or {}).get(name, ())
        )
        cell = Cell("total", max(len(people), threshold), without_supplier=left, amounts_without_supplier=money)
        if name != ALL_PEOPLE and refused_by(cell, threshold):
            held.append(name)
    return tuple(held)


def final_results(
    results: Results,
    entry: Entry,
    earlier: Sequence[Entry],
    persons: int,
    threshold: int = THRESHOLD,
    suppliers: Mapping[str, Mapping[str, People]] | None = None,
    amounts: Amounts | None = None,
    confidential: Collection[str] = (),
    few: Collection[str] = (),
) -> tuple[Results, tuple[str, ...] | None]:
    """The table that leaves, and the sets of which nothing is shown in it.

    Parameters
    ----------
    results : Results
        Of the run.
    entry : Entry
        Record of the release: people behind each set, counts that would be shown, sets that are not.
    earlier : sequence of Entry
        Releases before.
    persons : int
        People behind the estimates.
    threshold : int
        Fewest people.
    suppliers : mapping of mapping of frozenset, optional
        Whom each supplier knows, by subject of a set.
    amounts : mapping, optional
        What each person has in a sum or mean, by name of the set.
    confidential : collection of str
        Prices of the pilot itself that only some may know, by id of the parameter.
    few : collection of str
        Parameters that would show a count of a few (`release.shares.few_shares`).

    Returns
    -------
    Results, tuple of str or None
        None when what must stay hidden follows from earlier releases.
    """
    held = held_by_supplier(entry.sets, suppliers or {}, threshold, amounts)
    hidden = tuple(sorted({*entry.hidden, *held}))
    shown = {name: limits for name, limits in entry.shown.items() if name not in hidden}
    also = secondary(replace(entry, hidden=hidden, shown=shown), earlier, threshold)
    if also is None:
        return results, None
    content = as_json(results)
    rows = [row for row in content["table"] if row["quantity"] not in INSIDE]
    rows = [
        withheld(row)
        if row["set_id"] in held
        or (row["set_id"] in also and row["number_class"] == "count")
        or (row["parameter"] in few and _is_of_data(row))
        else row
        for row in rows
    ]
    meta, gates = dict(content["meta"]) | {"released_by": entry.by}, content["gates"]
    if persons:
        rows = rounded_table(rows, persons, int(meta["draws"]), threshold=threshold)
        # With the seed, or with figures of the calculation itself, whoever has the data of all but one could try what
        # that one has until everything is equal.
        meta |= {"rounded": True, "seed": None, "balance_error": _figures(meta["balance_error"], 1)}
        meta["data_points"] = round(int(meta["data_points"]) / COUNT_BASE) * COUNT_BASE
        gates = [gate | {"value": _figures(gate["value"], DIGITS)} for gate in gates]
    assumptions = [row | HIDDEN_PRICE if row["id"] in confidential else row for row in content["assumptions"]]
    made = make_results(meta, rows, assumptions, gates)
    return made, tuple(sorted({*hidden, *also}))


def _is_of_data(row: Row) -> bool:
    """Whether a row says what the records say of a parameter; what was known before them is published."""
    return row["quantity"] in OF_PARAMETER and row["stage"] != "prior" and row["set_id"] == ALL_PEOPLE


def _figures(value: float | None, digits: int) -> float | None:
    return None if value is None else float(f"{value:.{digits}g}")


def secondary(entry: Entry, earlier: Sequence[Entry], threshold: int = THRESHOLD) -> tuple[str, ...] | None:
    """Counts that must be hidden too, so that no hidden one follows from all that is and was shown.

    Parameters
    ----------
    entry : Entry
        The release.
    earlier : sequence of Entry
        All before it, also those that were recalled: somebody saw them.
    threshold : int
        An outsider must hold everything below this possible.

    Returns
    -------
    tuple of str or None
        None when hiding more is not enough.
    """
    shown = {name: _shown(entry, name, COSTS.get(name.partition(".")[0], 1.0)) for name in entry.shown}
    for number, other in enumerate(earlier):
        shown |= {f"{number} {name}": _shown(other, name, float("inf")) for name in other.shown}
    everything = [(entry, ""), *((other, f"{number} ") for number, other in enumerate(earlier))]
    hidden = []
    for release, before in everything:
        for name in release.hidden:
            # A set of which a count is a class by itself; the other sets carry no count.
            if name.partition(".")[0] == "cost":
                continue
            if not release.sets[name]:
                _add_phantom(shown, before, name)
            people = release.sets[name] or frozenset((_phantom(before, name),))
            hidden.append(Hidden(people, 0.0, threshold - 1.0))
    return hide_also(shown, hidden)


def _shown(entry: Entry, name: str, cost: float) -> Shown:
    return Shown(entry.sets[name], *entry.shown[name], cost)


def _phantom(before: str, name: str) -> str:
    return f"nobody {before}{name}"


def _add_phantom(shown: dict[str, Shown], before: str, name: str) -> None:
    """Somebody who might have been in an empty set: an outsider does not know that it is empty."""
    group = name.partition(".")[2]
    for whole in (f"{before}{ALL_PEOPLE}", f"{before}{ALL_PEOPLE}.{group}"):
        if whole in shown:
            total = shown[whole]
            shown[whole] = Shown(total.people | {_phantom(before, name)}, total.low, total.high, total.cost)
