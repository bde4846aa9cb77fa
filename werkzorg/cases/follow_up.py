"""Where the follow-up of participants is cut: at a month since enrolment that the pilot file names.

Support that ends as planned puts many people in the state `left` in one month. That is no drop-out, and the model of
the records knows no other way of leaving. Months from then on are left out, as if the measurement had stopped there.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from werkzorg.cases.checks import COMPARISON
from werkzorg.cases.combined import Combined
from werkzorg.cases.problems import CaseProblem
from werkzorg.cases.small_cells import count_text
from werkzorg.cases.summary import KEY, month_number
from werkzorg.wording import language

DATED_BY = {"jobs": "start_month"}
"""Column with the month of a row, where that is not `month`."""

PLANNED = "end_of_data"
"""Reason for the end of a person's data that is no loss."""

YEAR_ZERO = 12 * 1970
"""What `month_number` says of the month that pandas counts from."""


def cut_follow_up(
    tables: Mapping[str, pd.DataFrame], months: int | None
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Tables without what happened to participants later than so many months after enrolment.

    Parameters
    ----------
    tables : mapping of DataFrame
        Typed tables.
    months : int or None
        Last month since enrolment that counts, 0 is the month of enrolment; None keeps everything.

    Returns
    -------
    tables : dict of DataFrame
        Of whom something was left out, or was followed for longer, the data end there for the reason `end_of_data`. The
        comparison group stays whole.
    left_out : dict of int
        Rows that were left out, by table, where there are any.
    """
    if months is None or "cases" not in tables:
        return dict(tables), {}
    people = tables["cases"]
    programme = ~(people["group"] == COMPARISON).to_numpy(dtype=bool, na_value=False)
    until = (month_number(people["enrolment_month"]) + months).to_numpy(dtype=float, na_value=np.nan)
    last = pd.Series(np.where(programme, until, np.nan), index=people[KEY])
    last = last[~last.index.duplicated()]
    kept, left_out, cut = {}, {}, set()
    for name, frame in tables.items():
        column = DATED_BY.get(name, "month")
        if {KEY, column} <= set(frame.columns):
            month = month_number(frame[column]).to_numpy(dtype=float, na_value=np.nan)
            later = month > last.reindex(frame[KEY]).to_numpy()
            if later.any():
                left_out[name] = int(later.sum())
                cut |= set(frame.loc[later, KEY]) if name == "months" else set()
                frame = frame[~later].reset_index(drop=True)
        kept[name] = frame
    return kept | {"cases": _with_ends(people, until, programme, cut)}, left_out


def _with_ends(people: pd.DataFrame, until: np.ndarray, programme: np.ndarray, cut: set[str]) -> pd.DataFrame:
    """The people, with the end of what is used of those who were followed for longer."""
    end = month_number(people["end_month"]).to_numpy(dtype=float, na_value=np.nan)
    ends = programme & (people[KEY].isin(cut).to_numpy() | (end > until))
    changed = people.copy()
    changed.loc[ends, "end_month"] = pd.PeriodIndex.from_ordinals((until[ends] - YEAR_ZERO).astype(np.int64), freq="M")
    changed.loc[ends, "end_reason"] = PLANNED
    return changed


def left_out_notices(
    tables: Mapping[str, Combined], left_out: Mapping[str, int], months: int | None
) -> list[CaseProblem]:
    """What is said of the rows that were left out, one notice per table.

    Parameters
    ----------
    tables : mapping of Combined
        Tables as read; their first file is named.
    left_out : mapping of int
        From :func:`cut_follow_up`.
    months : int or None
        Last month since enrolment that counts.
    """
    return [
        CaseProblem(
            "cases.reading.after_follow_up", file=tables[name].parts[0].source.name, sheet=tables[name].parts[0].sheet,
            column=DATED_BY.get(name, "month"), severity="warn",
            values={"rows": count_text(rows, language()), "months": months},
        )
        for name, rows in left_out.items()
    ]  # fmt: skip
