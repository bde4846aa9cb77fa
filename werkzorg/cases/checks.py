"""What must hold between columns, between tables, and between the records and the law."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd

from werkzorg.cases.combined import Combined
from werkzorg.cases.dates import month_text
from werkzorg.cases.declaration import Window
from werkzorg.cases.problems import CaseProblem
from werkzorg.cases.small_cells import count_text
from werkzorg.errors import WerkzorgError
from werkzorg.params.catalogue import catalogue
from werkzorg.wording import language

Tables = Mapping[str, Combined]

AGES = (16, 70)
"""Ages of the target group at the start: from the end of full compulsory education to just above state pension age."""

IN_ORDER = {
    "cases": (("enrolment_month", "end_month"),),
    "jobs": (("start_month", "end_month"),),
    "aggregates": (("first_month", "last_month"), ("low", "mean"), ("mean", "high")),
}
"""Columns of which the first may not come after the second, or be larger."""

START_COLUMNS = {"cases": "enrolment_month", "intake_ggz": "form_month", "intake_wi": "form_month"}
SAME_PERSON = ("cases", "intake_wi", "intake_ggz")
"""Tables with one row per person, in the order in which they are compared."""

COMPARISON = "comparison"
"""Code of the comparison group."""

LARGEST_BENEFIT = "bijstand.net.couple"
"""The highest net norm without children's supplements, holiday pay included: what one household can get in a month."""

EURO = 1.0
"""Rounding of a norm to whole euros in an export."""

SAME_CARE = {
    "basic_ggz": "treatment_amount",
    "specialist_ggz": "treatment_amount",
    "admission": "admission_amount",
    "crisis": "crisis_amount",
    "medication": "medication_amount",
}
"""Kinds of care in the insurer's file and the column of the monthly data that would hold the same money."""

PROFILE = ("eq_mobility", "eq_self_care", "eq_usual_activities", "eq_pain", "eq_anxiety")


def check_tables(tables: Tables) -> list[CaseProblem]:
    """Everything that one cell cannot tell.

    Parameters
    ----------
    tables : dict of Combined
        Tables as read, before months outside the window were left out.

    Returns
    -------
    list of CaseProblem
        Per file and rule.
    """
    rules: tuple[Callable[[Tables], Iterator[CaseProblem]], ...] = (
        _keys, _spellings, _references, _order, _ages, _same_person, _placed_before_start, _benefit_limit, _profiles,
        _same_care_twice, _totals,
    )  # fmt: skip
    return [problem for rule in rules for problem in rule(tables)]


def apply_window(tables: Tables, window: Window | None) -> tuple[dict[str, pd.DataFrame], list[CaseProblem]]:
    """Tables without months outside the pilot's window, and how many rows that were, as a class.

    Parameters
    ----------
    tables : dict of Combined
        Tables as read.
    window : Window or None
        First and last month; None keeps everything.
    """
    frames, problems = {}, []
    for name, table in tables.items():
        frame = table.frame
        if window is not None and "month" in table.table.columns:
            inside = (frame["month"] >= pd.Period(window.first, "M")) & (frame["month"] <= pd.Period(window.last, "M"))
            outside = int((~inside).sum())
            if outside:
                frame = frame[inside].reset_index(drop=True)
                values = {"rows": count_text(outside, language()), "first": window.first, "last": window.last}
                first = table.parts[0]
                problems.append(
                    CaseProblem(
                        "cases.reading.outside_window", file=first.source.name, sheet=first.sheet, column="month",
                        severity="warn", values=values,
                    )
                )  # fmt: skip
        frames[name] = frame
    return frames, problems


def without_comparison(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables without the people, counts and means of the comparison group."""
    left_out: set[str] = set()
    for frame in frames.values():
        if {"pseudonym", "group"} <= set(frame.columns):
            left_out |= set(frame.loc[(frame["group"] == COMPARISON).fillna(False), "pseudonym"].dropna())
    kept = {}
    for name, frame in frames.items():
        out = frame["pseudonym"].isin(left_out) if "pseudonym" in frame else pd.Series(False, index=frame.index)
        if "group" in frame:
            out |= (frame["group"] == COMPARISON).fillna(False)
        kept[name] = frame[~out.astype(bool)].reset_index(drop=True)
    return kept


def _keys(tables: Tables) -> Iterator[CaseProblem]:
    """Rows whose key stands twice; keys with a missing part are reported elsewhere."""
    for table in tables.values():
        key = list(table.table.primary_key)
        double = _codes(table.frame, key)
        if double is None:
            continue
        if key == ["pseudonym"]:
            yield from table.problems("cases.privacy.pseudonym_double", double, "pseudonym")
        else:
            yield from table.problems("key_double", double, ", ".join(key), values={"columns": ", ".join(key)})


def _codes(frame: pd.DataFrame, key: list[str]) -> np.ndarray | None:
    """Which rows share a complete key, or None when no rows do: all parts of the key as one whole number."""
    combined, complete = np.zeros(len(frame), dtype=np.int64), np.ones(len(frame), dtype=bool)
    for column in key:
        codes, distinct = pd.factorize(frame[column])
        complete &= codes >= 0
        combined = combined * (len(distinct) + 1) + codes
    if (np.diff(combined) > 0).all():
        return None
    double = pd.Series(combined).duplicated(keep=False).to_numpy() & complete
    return double if double.any() else None


def _references(tables: Tables) -> Iterator[CaseProblem]:
    """Rows of people who do not stand in the table of people."""
    for table in tables.values():
        for reference in table.table.foreign_keys:
            if reference.table not in tables:
                continue
            column, other = reference.fields[0], reference.reference[0]
            values = table.frame[column]
            known = set(tables[reference.table].frame[other].dropna())
            strange = set(values.dropna().unique()) - known
            if strange:
                yield from table.problems(
                    "not_in_table", values.isin(strange), column, values={"table": reference.table}
                )


def _spellings(tables: Tables) -> Iterator[CaseProblem]:
    """Pseudonyms that an earlier table writes in other capitals: one person would be two, and match nobody."""
    known: dict[str, str] = {}
    for table in tables.values():
        if "pseudonym" in table.frame:
            words = table.frame["pseudonym"].dropna().unique().astype(object)
            other = [word for word in words if known.get(word.upper(), word) != word]
            if other:
                marked = table.frame["pseudonym"].isin(other)
                yield from table.problems("cases.privacy.pseudonym_variants", marked, "pseudonym")
            known |= {word.upper(): word for word in words}


def _order(tables: Tables) -> Iterator[CaseProblem]:
    for name, pairs in IN_ORDER.items():
        if name not in tables:
            continue
        table = tables[name]
        for first, second in pairs:
            values = {"first": first, "second": second}
            end = "end_before_start" if "month" in first else "not_in_order"
            yield from table.problems(end, table.frame[first] > table.frame[second], second, values=values)
    if "cases" in tables:
        cases = tables["cases"]
        none = cases.frame["enrolment_month"] == cases.frame["end_month"]
        yield from cases.problems("no_follow_up", none, "end_month", severity="warn")


def _ages(tables: Tables) -> Iterator[CaseProblem]:
    low, high = AGES
    for name, column in START_COLUMNS.items():
        if name in tables:
            frame = tables[name].frame
            # The year of an empty month is no NaN but a number.
            age = (frame[column].dt.year - frame["birth_year"]).where(frame[column].notna())
            wrong = (age < low) | (age > high)
            yield from tables[name].problems("age", wrong, "birth_year", values={"low": low, "high": high})


def _same_person(tables: Tables) -> Iterator[CaseProblem]:
    """Birth year and sex of one pseudonym that differ between tables: are these the same people?"""
    present = [name for name in SAME_PERSON if name in tables]
    for place, second in enumerate(present[1:], start=1):
        for first in present[:place]:
            left, right = tables[first].frame, tables[second].frame
            for column in ("birth_year", "sex"):
                values = left.drop_duplicates("pseudonym").set_index("pseudonym")[column].astype(object)
                other = right["pseudonym"].map(values)
                differs = other.notna() & right[column].notna() & (other != right[column].astype(object))
                yield from tables[second].problems("other_person", differs, column, values={"table": first})


def _placed_before_start(tables: Tables) -> Iterator[CaseProblem]:
    """Jobs that began before the participant did and had not ended by then: then nobody was placed."""
    if not {"jobs", "cases"} <= tables.keys():
        return
    jobs, cases = tables["jobs"], tables["cases"].frame
    cases = cases[cases["group"] == "programme"].drop_duplicates("pseudonym").set_index("pseudonym")
    start = jobs.frame["pseudonym"].map(cases["enrolment_month"])
    open_then = jobs.frame["end_month"].isna() | (jobs.frame["end_month"] >= start)
    yield from jobs.problems("placed_before_start", (jobs.frame["start_month"] < start) & open_then, "start_month")


def _benefit_limit(tables: Tables) -> Iterator[CaseProblem]:
    """Benefits above the highest norm of their month; other benefits than bijstand have other limits."""
    if "months" not in tables:
        return
    frame = tables["months"].frame
    months = frame["month"].array.asi8
    distinct, codes = np.unique(months, return_inverse=True)
    limits = np.array([_norm(int(month)) for month in distinct])
    above = frame["benefit"].to_numpy() > limits[codes] + EURO
    if above.any() and "cases" in tables:
        cases = tables["cases"].frame
        other = cases.loc[cases["benefit_kind"].notna() & (cases["benefit_kind"] != "bijstand"), "pseudonym"]
        above &= ~frame["pseudonym"].isin(set(other)).to_numpy()
    if above.any():
        last = int(months[above].max())
        values = {"limit": f"{_norm(last):.0f}", "month": month_text(last)}
        yield from tables["months"].problems("benefit_limit", above, "benefit", values=values)


def _norm(month: int) -> float:
    """Highest norm of a month (euros), infinite where the catalogue has none."""
    try:
        return catalogue().value(LARGEST_BENEFIT, date(1970 + month // 12, month % 12 + 1, 1))
    except (WerkzorgError, ValueError, OverflowError):
        # Also an empty month, which is a number far outside the calendar.
        return np.inf


def _profiles(tables: Tables) -> Iterator[CaseProblem]:
    """Questionnaires of which some but not all five questions were answered have no utility."""
    if "quality_of_life" in tables:
        answered = tables["quality_of_life"].frame[list(PROFILE)].notna().sum(axis=1)
        partial = (answered > 0) & (answered < len(PROFILE))
        yield from tables["quality_of_life"].problems("profile_incomplete", partial, severity="warn")


def _same_care_twice(tables: Tables) -> Iterator[CaseProblem]:
    """Care that is in the insurer's file and, for the same person and month, as an amount in the monthly data."""
    if not {"insurer", "months"} <= tables.keys():
        return
    insurer, months = tables["insurer"], tables["months"].frame
    paid = insurer.frame["amount"] > 0
    for column in sorted(set(SAME_CARE.values())):
        kinds = [kind for kind, same in SAME_CARE.items() if same == column]
        wanted = paid & insurer.frame["component"].isin(kinds)
        there = months.loc[months[column] > 0, ["pseudonym", "month"]]
        if not wanted.any() or there.empty:
            continue
        both = pd.MultiIndex.from_frame(insurer.frame.loc[wanted, ["pseudonym", "month"]])
        double = wanted.to_numpy().copy()
        double[wanted.to_numpy()] = both.isin(pd.MultiIndex.from_frame(there))
        yield from insurer.problems("same_care_twice", double, "amount", values={"column": column})


def _totals(tables: Tables) -> Iterator[CaseProblem]:
    """Counts of enrolled people against the records: fewer people counted than recorded cannot be."""
    if not {"counts", "cases"} <= tables.keys():
        return
    counts, cases = tables["counts"], tables["cases"].frame
    frame = counts.frame
    asked = (frame["quantity"] == "enrolled") & (frame["target_group"] == "all") & frame["date"].notna()
    recorded = np.full(len(frame), np.nan)
    for row in np.flatnonzero(asked):
        month = pd.Period(frame["date"].iloc[row], "M")
        in_group = cases["group"] == frame["group"].iloc[row]
        recorded[row] = int((in_group & (cases["enrolment_month"] < month)).sum())
    yield from counts.problems(
        "totals_differ", recorded > frame["count"].to_numpy(), "count", values={"table": "cases"}
    )
