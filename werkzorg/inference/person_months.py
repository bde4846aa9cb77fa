"""Case records as a rectangle: one row per person, one column per month since enrolment.

People stand in the order of their pseudonyms, so every sum over them is taken in the same order however the rows of
the files are ordered. Nothing is filled in: a month without a row is unseen, an empty cell is NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from werkzorg.cases.summary import KEY, WORKING, month_number
from werkzorg.contract import STATES
from werkzorg.errors import ExitCode, Problem, WerkzorgError

BEFORE = 15
"""Months before enrolment that are kept: two half years, and the longest gap in care that may lie across their edge."""

UNSEEN = -1
"""State of a month without a row; other states are positions in `contract.STATES`."""

SEARCHING, OFF_NO_WORK, LEFT = (STATES.index(name) for name in ("searching", "off_no_work", "left"))
AT_WORK = tuple(STATES.index(name) for name in WORKING)

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class PersonMonths:
    """People and their months.

    Attributes
    ----------
    people : DataFrame
        Table `cases`, in order of pseudonym.
    programme : ndarray (person,) of bool
        Takes part in the programme.
    enrolment : ndarray (person,) of int
        Month of enrolment, counted as year * 12 + month - 1.
    state : ndarray (person, month) of int8
        State by month since enrolment; the first column is month -`BEFORE`.
    months : DataFrame
        Table `months`, as it came.
    place : ndarray (row,) of int
        Position of each row of `months` in a flattened rectangle; -1 when it has none.
    last_month : int
        Last calendar month with a row.
    """

    people: pd.DataFrame
    programme: np.ndarray
    enrolment: np.ndarray
    state: np.ndarray
    months: pd.DataFrame
    place: np.ndarray
    last_month: int

    @property
    def since(self) -> np.ndarray:
        """Month since enrolment of each column, (month,)."""
        return np.arange(self.state.shape[1]) - BEFORE

    @property
    def seen(self) -> np.ndarray:
        """Whether there is a row, (person, month)."""
        return self.state != UNSEEN

    @property
    def working(self) -> np.ndarray:
        """Whether the month is one in work, (person, month)."""
        return np.isin(self.state, AT_WORK)

    def groups(self) -> dict[str, np.ndarray]:
        """Who belongs to each group, (person,) of bool."""
        return {"programme": self.programme, "comparison": ~self.programme}

    def spread(self, values: np.ndarray, empty: float = np.nan) -> np.ndarray:
        """Values of the rows of `months` as a rectangle (person, month); `empty` where there is no row."""
        whole = np.full(self.state.size, empty, dtype=np.asarray(values).dtype)
        kept = self.place >= 0
        whole[self.place[kept]] = values[kept]
        return whole.reshape(self.state.shape)

    def column(self, name: str) -> np.ndarray:
        """A number of `months` as a rectangle (person, month); NaN where it is not known."""
        return self.spread(numbers(self.months[name]))

    def find(self, table: pd.DataFrame, month: str = "month") -> tuple[np.ndarray, np.ndarray]:
        """Person of each row of a table (-1: nobody here), and its month since enrolment (NaN when empty), (row,)."""
        who = pd.Index(self.people[KEY]).get_indexer(table[KEY])
        calendar = month_number(table[month]).to_numpy(dtype=float, na_value=np.nan)
        return who, np.where(who >= 0, calendar - self.enrolment[who], np.nan)


def numbers(values: pd.Series) -> np.ndarray:
    """A column as floats; NaN where it is empty, yes and no as one and zero."""
    return values.to_numpy(dtype=float, na_value=np.nan)


def codes(values: pd.Series, words: Sequence[str]) -> np.ndarray:
    """Position of each word in a list, -1 for an empty cell or another word."""
    return np.asarray(pd.Categorical(values, categories=list(words)).codes, dtype=np.int8)


def person_months(tables: Tables, use_comparison: bool = True) -> PersonMonths:
    """Lay out the records.

    Parameters
    ----------
    tables : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`; `cases` and `months` are needed.
    use_comparison : bool
        False leaves the comparison group out.

    Raises
    ------
    WerkzorgError
        Code STATISTICS when a table is missing, or nobody in the programme is seen in two months that follow each other
        after enrolment: then nothing can be learned of what happened to them.
    """
    missing = [name for name in ("cases", "months") if name not in tables or tables[name].empty]
    if missing:
        raise _error("inference.records.no_table", table=", ".join(missing))
    people = tables["cases"]
    if not use_comparison:
        people = people[(people["group"] == "programme").to_numpy(dtype=bool)]
    people = people.sort_values(KEY, kind="stable").reset_index(drop=True)
    enrolment = month_number(people["enrolment_month"]).to_numpy(dtype=np.int64)
    months = tables["months"]
    who = pd.Index(people[KEY]).get_indexer(months[KEY])
    calendar = month_number(months["month"]).to_numpy(dtype=np.int64)
    column = calendar - enrolment[who] + BEFORE if len(people) else np.zeros_like(calendar)
    inside = (who >= 0) & (column >= 0)
    width = max(int(column[inside].max(initial=0)), BEFORE + 1) + 1
    place = np.where(inside, who * width + column, -1)
    state = np.full(len(people) * width, UNSEEN, dtype=np.int8)
    state[place[inside]] = codes(months["state"], STATES)[inside]
    records = PersonMonths(
        people=people,
        programme=(people["group"] == "programme").to_numpy(dtype=bool),
        enrolment=enrolment,
        state=state.reshape(len(people), width),
        months=months,
        place=place,
        last_month=int(calendar.max()),
    )
    after = records.seen[records.programme, BEFORE:]
    if not (after[:, :-1] & after[:, 1:]).any():
        raise _error("inference.records.no_follow_up")
    return records


def _error(identifier: str, **values: object) -> WerkzorgError:
    return WerkzorgError(ExitCode.STATISTICS, Problem(identifier, values=values))
