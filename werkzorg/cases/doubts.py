"""What of a delivery may be right, but makes the answer wrong when it is not: nothing stops, and somebody must look.

Care cost that nobody has, amounts that fall away at the end as when invoices have not come in yet, and a comparison
group of another time or place, or of other people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from werkzorg.cases.combined import Combined
from werkzorg.cases.problems import CaseProblem
from werkzorg.cases.small_cells import THRESHOLD

Tables = Mapping[str, Combined]

OF_AMOUNTS = ("no_cost", "no_cost_group", "late_amounts")
OF_COMPARISON = ("comparison_time", "comparison_place", "comparison_unlike")
"""Doubts, by what they are about; their messages are `cases.reading.<name>`."""

CARE = tuple(
    f"{service}_{measure}"
    for service, measures in {
        "treatment": ("contacts", "minutes", "amount"),
        "guidance": ("contacts", "minutes", "amount"),
        "day_activity": ("contacts", "minutes", "amount"),
        "medication": ("amount",),
        "admission": ("days", "amount"),
        "crisis": ("contacts", "amount"),
    }.items()
    for measure in measures
)
"""Columns of the monthly data that tell of mental health care."""

AMOUNTS = tuple(column for column in CARE if column.endswith("_amount"))
CONTACTS = tuple(column for column in CARE if column.endswith("_contacts"))

LAST, BEFORE = 3, 6
"""Last months that are held against the months before them."""

FALLEN = 0.5
"""Part that is left of mean cost in the last months, below which invoices may be late; and of that of mean cost per
contact when contacts are known."""

MONTHS_APART = 12
"""Months between the middle enrolment of both groups."""

SAME_PLACE = 0.5
"""Least share of the comparison group that lives where participants live."""

NUMBERS = ("birth_year", "months_on_benefit", "years_worked", "hours_possible", "wage_value")
CODES = ("diagnosis_group", "sex", "education", "distance_to_work", "treatment_phase")
UNLIKE, CERTAIN = 0.5, 4.0
"""Difference of two groups in standard deviations, and in standard errors, from which they are unlike: with some twenty
values looked at, chance alone reaches four standard errors less than once in seven hundred times."""


def find_doubts(tables: Tables) -> list[CaseProblem]:
    """Everything in a delivery that somebody must look at.

    Parameters
    ----------
    tables : mapping of Combined
        Tables as read, of all people.

    Returns
    -------
    list of CaseProblem
        Warnings; none of them names a number of people or a value.
    """
    if not {"cases", "months"} <= tables.keys():
        return []
    cases = tables["cases"].frame
    groups = {group: cases[cases["group"] == group] for group in ("programme", "comparison")}
    groups = {group: people for group, people in groups.items() if len(people) >= THRESHOLD}
    found = [("months", *each) for each in (*_cost(tables, groups), *_late(tables["months"].frame))]
    if len(groups) == 2:
        found += [("cases", *each) for each in _comparison(groups["programme"], groups["comparison"])]
    return [_problem(tables[table], *each) for table, *each in found]


def _problem(table: Combined, name: str, values: dict[str, object]) -> CaseProblem:
    file = table.parts[0].source.name
    return CaseProblem(f"cases.reading.{name}", file=file, severity="warn", values=values)


def _cost(tables: Tables, groups: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, dict[str, object]]]:
    """Groups of which nobody has any mental health care after all that was delivered."""
    months = tables["months"].frame
    some = months.loc[(months[list(CARE)] > 0).any(axis=1), "pseudonym"]
    users = set(some)
    if "insurer" in tables:
        insurer = tables["insurer"].frame
        users |= set(insurer.loc[insurer["amount"] > 0, "pseudonym"])
    empty = [group for group, people in groups.items() if not users & set(people["pseudonym"])]
    if empty and len(empty) == len(groups):
        yield "no_cost", {}
    elif empty:
        yield "no_cost_group", {"group": empty[0]}


def _late(months: pd.DataFrame) -> Iterator[tuple[str, dict[str, object]]]:
    """Cost that falls away in the last months while care goes on."""
    known = months[list(AMOUNTS)].notna().any(axis=1) & months["month"].notna()
    frame = months[known]
    if frame.empty:
        return
    back = frame["month"].array.asi8.max() - frame["month"].array.asi8
    amount, contacts = (frame[list(columns)].sum(axis=1).to_numpy() for columns in (AMOUNTS, CONTACTS))
    last, before = back < LAST, (back >= LAST) & (back < LAST + BEFORE)
    people = [frame.loc[which, "pseudonym"].nunique() for which in (last, before)]
    if min(people) < THRESHOLD or not amount[before].mean() > 0:
        return
    fallen = amount[last].mean() / amount[before].mean()
    care = contacts[last].mean() / contacts[before].mean() if contacts[before].mean() > 0 else 1.0
    if fallen < FALLEN and fallen < FALLEN * care:
        yield "late_amounts", {"months": LAST}


def _comparison(ours: pd.DataFrame, theirs: pd.DataFrame) -> Iterator[tuple[str, dict[str, object]]]:
    """How a comparison group differs from the participants in time, place and people."""
    middles = [group["enrolment_month"].dropna().array.asi8 for group in (ours, theirs)]
    if min(map(len, middles)) and abs(np.median(middles[0]) - np.median(middles[1])) > MONTHS_APART:
        yield "comparison_time", {"months": MONTHS_APART}
    places = [group["municipality"].dropna().astype(str) for group in (ours, theirs)]
    if min(map(len, places)) >= THRESHOLD and places[1].isin(set(places[0])).mean() < SAME_PLACE:
        yield "comparison_place", {}
    unlike = [column for column in (*NUMBERS, *CODES) if _is_unlike(ours[column], theirs[column])]
    if unlike:
        yield "comparison_unlike", {"columns": ", ".join(unlike)}


def _is_unlike(ours: pd.Series, theirs: pd.Series) -> bool:
    """Whether a column differs more between two groups than chance and custom allow; codes one by one."""
    first, second = ours.dropna(), theirs.dropna()
    if min(len(first), len(second)) < THRESHOLD:
        return False
    if pd.api.types.is_numeric_dtype(first):
        return _apart(first.to_numpy(dtype=float), second.to_numpy(dtype=float))
    codes = sorted({*first.astype(str), *second.astype(str)})
    return any(
        _apart(*((group.astype(str) == code).to_numpy(dtype=float) for group in (first, second))) for code in codes
    )


def _apart(first: np.ndarray, second: np.ndarray) -> bool:
    gap = abs(first.mean() - second.mean())
    spread = np.sqrt((first.var() + second.var()) / 2)
    error = spread * np.sqrt(1 / len(first) + 1 / len(second))
    return bool(gap > UNLIKE * spread and gap > CERTAIN * error)
