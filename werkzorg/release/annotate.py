"""Every row of the table gets its record: class, class of n, person set, checks; what may not be shown is blanked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from werkzorg.cases.small_cells import COUNT_BASE, THRESHOLD
from werkzorg.inference.record_data import RecordData
from werkzorg.pilot import Pilot
from werkzorg.release.gate import RULES, WITHHELD, WITHOUT_PEOPLE, Cell, Rule, class_of_n, refused_by
from werkzorg.release.rows import PRIOR, RECORDS, RECORDS_PRIOR, RULE, Row, join

PUBLIC_SET, ALL_PEOPLE, UNKNOWN_SET = "public", "people", "unknown"
"""Person sets of numbers from public sources, of everything that the model made of all records together, and of what
was taken from records in a way that this module does not know: that is withheld."""

NUMBERS = (
    *("value", "mean", "median", "low50", "high50", "low80", "high80", "low95", "high95", "low99", "high99"),
    *("standard_error", "probability", "inside"),
)
"""Columns that hold what a row says; all of them are blanked together."""

SENSITIVE = ("in_work", "not_in_care")
"""Facts that nobody should be known by (SDC-05)."""

CHECKED = {
    "prior": ("SDC-01",), "rule": ("SDC-01",), "public": ("SDC-01", "public"),
    "fact": ("SDC-01", "SDC-02"), "model": ("SDC-01", "SDC-02"),
    "count": ("SDC-01", "SDC-02", "SDC-03", "SDC-05", "SDC-09"),
    "mean": ("SDC-01", "SDC-02", "SDC-06", "SDC-09"),
}  # fmt: skip
"""Rules that say something of a number in this table, by class; of other classes it has none."""

COST_PER_CLIENT = {"observed_cost": "insurer", "decomposition": "insurer", "care_before": "insurer"}
"""Quantities that say what a client costs, with who pays it: beside the number of clients that is what a contract
pays (SDC-16). What the model expects to change, and each party's whole result, is a total over payers and causes."""

_OF_UNIT = {"persons": "count", "fraction": "mean", "months": "mean", "person-months": "mean", "ratio": "fact"}


def gated(
    rows: Iterable[Row],
    records: RecordData | None,
    *,
    declared: bool,
    threshold: int = THRESHOLD,
    cost_readers: Collection[str] = (),
    rules: Mapping[str, Rule] = RULES,
) -> list[Row]:
    """Rows with their record; a row that a rule refuses keeps its label and loses its numbers.

    Parameters
    ----------
    rows : iterable of Row
    records : RecordData or None
        What the exact facts are taken from.
    declared : bool
        Every count of the pilot names a source.
    threshold : int
        Fewest persons.
    cost_readers : collection of str
        Who besides the payer may see what a client costs.
    rules : mapping of callable
        Rules that hold.

    Returns
    -------
    list of Row
        With `number_class`, `n_class`, `set_id` and `checks`. Of a withheld number nothing tells why.
    """
    known = cells(records, declared)
    made = []
    for row in (with_readers(row, cost_readers) for row in rows):
        set_id = set_of(row)
        cell = _of_organisation(_cell_of(row, set_id, known), row, cost_readers)
        refused = refused_by(cell, threshold, rules)
        record = {"number_class": cell.kind, "set_id": set_id or None}
        if refused:
            made.append(withheld(row | record, refused))
        else:
            made.append(row | record | {"n_class": class_of_n(cell.persons), "checks": join(_applied(cell, rules))})
    return made


def with_readers(row: Row, cost_readers: Collection[str]) -> Row:
    """A row with who may read it: what a client costs is for who pays it, and for whom the suppliers allowed it."""
    payer = payer_of(row)
    return row if payer is None else row | {"parties": join((payer, *cost_readers))}


def payer_of(row: Mapping[str, object]) -> str | None:
    """Who pays what a row says that a client costs; None for another number, or one that no records stand behind."""
    return COST_PER_CLIENT.get(str(row["quantity"])) if row.get("rests_on") in (RECORDS, RECORDS_PRIOR) else None


def _of_organisation(cell: Cell, row: Mapping[str, object], cost_readers: Collection[str]) -> Cell:
    payer = payer_of(row)
    if payer is None:
        return cell
    return replace(cell, payer=payer, readers=tuple(str(row["parties"]).split("; ")), may_see=tuple(cost_readers))


def withheld(row: Row, reasons: Collection[str] = ()) -> Row:
    """A row without its numbers, with the one neutral mark: the reasons are not for the reader (SDC-15).

    Parameters
    ----------
    row : Row
    reasons : collection of str
        Rules that refused it; they go no further.
    """
    return row | dict.fromkeys((*NUMBERS, "n_class")) | {"checks": mark_of(reasons)}


def mark_of(reasons: Collection[str]) -> str:
    """What is said of a withheld number, whatever the reasons."""
    return WITHHELD


def declares_sources(pilot: Pilot) -> bool:
    """Whether every count in a pilot file says where it stands."""
    return all(snapshot.source.title.strip() for snapshot in pilot.snapshots)


def set_of(row: Mapping[str, object]) -> str:
    """Name of the set of persons behind a row; empty when there are no persons in it."""
    rests_on, item = row.get("rests_on"), row.get("item")
    if rests_on in (PRIOR, RULE, "given", None):
        return ""
    if rests_on == RECORDS_PRIOR:
        return ALL_PEOPLE
    if rests_on != RECORDS:
        return PUBLIC_SET
    group = row.get("group") or "programme"
    if row["quantity"] in ("observed_cost", "decomposition"):
        return f"cost.{group}"
    if row["quantity"] == "missing_months":
        return f"{ALL_PEOPLE}.{group}"
    if row["quantity"] != "record_fact":
        return UNKNOWN_SET
    if row.get("group") is None:
        return ALL_PEOPLE
    return f"{ALL_PEOPLE if item in ('persons', 'follow_up') else item}.{group}"


def cells(records: RecordData | None, declared: bool) -> dict[str, Cell]:
    """Exact facts of every set of persons, by its name.

    Parameters
    ----------
    records : RecordData or None
    declared : bool
        Public counts name their source.
    """
    found = {PUBLIC_SET: Cell("public", declared=declared)}
    if records is None:
        return found
    groups = {group: persons for group, persons in records.persons.items() if persons}
    found[ALL_PEOPLE] = Cell("model", sum(groups.values()))
    for group, persons in groups.items():
        found[f"{ALL_PEOPLE}.{group}"] = Cell("count", persons)
        missing = records.missing
        shares = {"lost": missing.lost.get(group), "withdrawn": missing.withdrawn.get(group)}
        if group == "programme":
            shares |= {"not_in_care": missing.not_in_care, "in_work": missing.in_work}
        for item, share in shares.items():
            some = 0 if share is None or np.isnan(share) else round(share * persons)
            found[f"{item}.{group}"] = Cell(
                "count", some, rests=(persons - some,), events=some, of=persons, sensitive=item in SENSITIVE
            )
    for group, change in records.change.items():
        found[f"cost.{group}"] = Cell(
            "mean", change.persons, dominated=change.dominated, base=change.base, least_base=change.base
        )
    return found


def _cell_of(row: Mapping[str, object], set_id: str, known: Mapping[str, Cell]) -> Cell:
    """The facts of one row: those of its set, its class, and the number as it will stand."""
    if not set_id:
        return Cell(str(row.get("rests_on")) if row.get("rests_on") in WITHOUT_PEOPLE else "rule")
    cell = known.get(set_id, Cell("unknown"))
    if row.get("rests_on") != RECORDS:
        return cell
    if row["quantity"] in ("record_fact", "missing_months"):
        kind = _OF_UNIT[str(row["unit"])]
        shown = {"value": row.get("value"), "base": COUNT_BASE} if kind == "count" else {}
        return replace(cell, kind=kind, **shown)
    return replace(cell, value=row.get("value"))


def _applied(cell: Cell, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """Rules that were tested on a class of numbers."""
    of_class = (*CHECKED.get(cell.kind, ()), *(("SDC-16",) if cell.payer else ()))
    return tuple(name for name in rules if name in of_class)
