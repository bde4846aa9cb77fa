"""Published means and counts as typed rows: read from the tables `aggregates` and `counts`, checked, one row per group.

Nothing is guessed: what can be read in two ways is a problem with its place, what cannot be used is a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.pilot import Pilot

FIRST_ROW = 2
"""Row of the file of the first row of a table: the header stands above it."""

GROUPS = ("programme", "comparison")
EVERYBODY = "all"
SHARES = ("share_working", "share_off_benefit")
STATES_COUNTED = ("working", "applying", "in_mediation", "left")


@dataclass(frozen=True)
class Mean:
    """A published mean or median of a group over a period.

    Attributes
    ----------
    quantity, group, part : str
        What, of whom (`programme`, `comparison`) and of which target group.
    first, last : int
        First and last month, months since year 0.
    n : int
        People behind it.
    value : float
        In the unit of the quantity.
    error : float or None
        Standard error, from the published interval.
    median : bool
        A median, not a mean.
    place : str
        Row of the table.
    """

    quantity: str
    group: str
    part: str
    first: int
    last: int
    n: int
    value: float
    error: float | None = None
    median: bool = False
    place: str = ""

    @property
    def months(self) -> int:
        """Length of the period."""
        return self.last - self.first + 1

    @property
    def middle(self) -> float:
        """Middle of the period, months since year 0."""
        return (self.first + self.last + 1) / 2

    @property
    def year(self) -> int:
        """Calendar year of the middle."""
        return int(self.middle // MONTHS_PER_YEAR)


@dataclass(frozen=True)
class Count:
    """All counts of a group on one day: people by quantity."""

    day: date
    group: str
    people: dict[str, int]
    place: str


def start_month(pilot: Pilot) -> int:
    """Month in which the pilot starts, months since year 0."""
    return pilot.start.year * MONTHS_PER_YEAR + pilot.start.month - 1


def read_means(pilot: Pilot, table: pd.DataFrame | None) -> list[Mean]:
    """Rows of the table `aggregates`.

    Parameters
    ----------
    pilot : Pilot
        Gives the start and the number of participants.
    table : DataFrame or None
        Typed, from `cases.reading.read_tables`.

    Returns
    -------
    list of Mean
        One per quantity, group and period: everybody together, or the target groups put together.

    Raises
    ------
    WerkzorgError
        Code INPUT, all problems: values that cannot be, contradictions, periods across the start of the pilot.
    """
    if table is None or table.empty:
        return []
    problems: list[Problem] = []
    means = []
    for number, row in enumerate(table.to_dict("records"), start=FIRST_ROW):
        place = f"aggregates:{number}"
        found = list(_row_problems(row, place))
        problems += found
        if not found:
            means.append(_mean(row, place))
    for mean in means:
        problems += _timing_problems(mean, pilot)
    problems += _contradictions(means)
    if problems:
        raise WerkzorgError(ExitCode.INPUT, *problems)
    return _together(means)


def _known(row: dict[str, object], name: str) -> float | None:
    value = row.get(name)
    return None if value is None or pd.isna(value) else float(value)


def _row_problems(row: dict[str, object], place: str) -> Iterator[Problem]:
    """What is wrong with one row by itself."""
    for column in ("first_month", "last_month", "n", "mean"):
        if row.get(column) is None or pd.isna(row[column]):
            yield Problem("aggregates.empty", where=f"{place} {column}", values={"column": column})
    bounds = [_known(row, name) for name in ("low", "high", "interval_width")]
    if any(bound is None for bound in bounds) and any(bound is not None for bound in bounds):
        yield Problem("aggregates.interval", where=f"{place} interval_width")
    elif bounds[0] is not None and not bounds[0] < bounds[1]:
        yield Problem("aggregates.no_width", where=f"{place} low")
    value = _known(row, "mean")
    if value is None:
        return
    if row["quantity"] in SHARES and not 0 <= value <= 1:
        yield Problem("aggregates.share", where=f"{place} mean")
    elif row["quantity"] == "utility" and value > 1:
        yield Problem("aggregates.utility", where=f"{place} mean")
    elif row["quantity"] != "utility" and value < 0:
        yield Problem("aggregates.negative", where=f"{place} mean")


def _mean(row: dict[str, object], place: str) -> Mean:
    low, high, width = (_known(row, name) for name in ("low", "high", "interval_width"))
    error = None if width is None else (high - low) / (2 * stats.norm.ppf((1 + width) / 2))
    months = [row[name].year * MONTHS_PER_YEAR + row[name].month - 1 for name in ("first_month", "last_month")]
    median = row.get("statistic") == "median"
    names = (str(row[name]) for name in ("quantity", "group", "target_group"))
    return Mean(*names, *months, int(row["n"]), float(row["mean"]), error, median, place)


def _timing_problems(mean: Mean, pilot: Pilot) -> Iterator[Problem]:
    """Periods and numbers that do not fit the pilot."""
    if mean.first < start_month(pilot) <= mean.last:
        yield Problem("aggregates.straddles", where=f"{mean.place} first_month", values={"start": pilot.start})
    counted = 0 if pilot.last_snapshot is None else pilot.last_snapshot.enrolled
    most = max(pilot.participants_planned, counted)
    if mean.group == "programme" and mean.n > most:
        yield Problem("aggregates.too_many", where=f"{mean.place} n", values={"n": mean.n, "most": most})


def _contradictions(means: list[Mean]) -> Iterator[Problem]:
    """Target groups that cannot be parts of everybody: more people, or all on one side of the mean of all."""
    for key, parts in _by_period(means).items():
        whole = [mean for mean in parts if mean.part == EVERYBODY]
        rest = [mean for mean in parts if mean.part != EVERYBODY]
        if not whole or not rest:
            continue
        people = sum(mean.n for mean in rest)
        if people > whole[0].n:
            values = {"parts": people, "n": whole[0].n}
            yield Problem("aggregates.parts", where=f"{whole[0].place} n", values=values)
        values = [mean.value for mean in rest]
        outside = not min(values) - 1e-9 <= whole[0].value <= max(values) + 1e-9
        if people == whole[0].n and outside and not key[-1]:
            yield Problem("aggregates.parts_mean", where=f"{whole[0].place} mean")


def _by_period(means: list[Mean]) -> dict[tuple, list[Mean]]:
    found: dict[tuple, list[Mean]] = {}
    for mean in means:
        found.setdefault((mean.quantity, mean.group, mean.first, mean.last, mean.median), []).append(mean)
    return found


def _together(means: list[Mean]) -> list[Mean]:
    """One row per period: that of everybody, else the target groups added up (they share nobody).

    Medians cannot be added up: the largest target group stands for itself.
    """
    result = []
    for parts in _by_period(means).values():
        whole = [mean for mean in parts if mean.part == EVERYBODY] or parts
        if len(whole) == 1:
            result.append(whole[0])
        elif whole[0].median:
            result.append(max(whole, key=lambda mean: mean.n))
        else:
            result.append(_added(whole))
    return sorted(result, key=lambda mean: (mean.quantity, mean.group, mean.first, mean.last, mean.median))


def _added(parts: list[Mean]) -> Mean:
    n = np.array([mean.n for mean in parts])
    known = all(mean.error is not None for mean in parts)
    error = float(np.sqrt(((n * [mean.error for mean in parts]) ** 2).sum()) / n.sum()) if known else None
    value = float(n @ [mean.value for mean in parts] / n.sum())
    return replace(parts[0], part=EVERYBODY, n=int(n.sum()), value=value, error=error)


def read_counts(pilot: Pilot, table: pd.DataFrame | None) -> list[Count]:
    """Rows of the table `counts`, put together by day and group; a snapshot of the pilot file is left out.

    Raises
    ------
    WerkzorgError
        Code INPUT, all problems: no number of people enrolled, parts that are more than the whole, or a day on which
        the pilot file says something else.
    """
    if table is None or table.empty:
        return []
    found: dict[tuple[date, str], Count] = {}
    for number, row in enumerate(table.to_dict("records"), start=FIRST_ROW):
        key = (pd.Timestamp(row["date"]).date(), str(row["group"]))
        count = found.setdefault(key, Count(*key, {}, f"counts:{number}"))
        name = str(row["quantity"])
        if row["target_group"] == EVERYBODY:
            count.people[f"{EVERYBODY} {name}"] = int(row["count"])
        else:
            count.people[name] = count.people.get(name, 0) + int(row["count"])
    counts = [replace(count, people=_whole(count.people)) for _, count in sorted(found.items())]
    problems = [problem for count in counts for problem in _count_problems(count, pilot)]
    if problems:
        raise WerkzorgError(ExitCode.INPUT, *problems)
    snapshots = {snapshot.date for snapshot in pilot.snapshots}
    return [count for count in counts if count.group == "comparison" or count.day not in snapshots]


def _whole(people: dict[str, int]) -> dict[str, int]:
    """Everybody where that was counted, else the sum of the target groups."""
    prefix = f"{EVERYBODY} "
    return people | {name.removeprefix(prefix): n for name, n in people.items() if name.startswith(prefix)}


def _count_problems(count: Count, pilot: Pilot) -> Iterator[Problem]:
    people, used = count.people, ("working", "placed", *STATES_COUNTED)
    if "enrolled" not in people:
        if any(name in people for name in used):
            yield Problem("aggregates.no_enrolled", where=count.place, values={"day": count.day})
        return
    enrolled = people["enrolled"]
    counted = sum(people.get(name, 0) for name in STATES_COUNTED)
    most = max(counted, people.get("placed", 0))
    if most > enrolled:
        yield Problem("aggregates.counts_sum", where=count.place, values={"sum": most, "enrolled": enrolled})
    if people.get("placed", enrolled) < people.get("working", 0):
        yield Problem("aggregates.placed", where=count.place, values={"day": count.day})
    if count.day < pilot.start:
        yield Problem("aggregates.before_start", where=count.place, values={"start": pilot.start})
    for snapshot in pilot.snapshots:
        if snapshot.date == count.day and count.group == "programme":
            said = {name: getattr(snapshot, name) for name in ("enrolled", *STATES_COUNTED)}
            if any(people[name] != said[name] for name in said if name in people):
                yield Problem("aggregates.other_snapshot", where=count.place, values={"day": count.day})
