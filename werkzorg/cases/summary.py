"""One page on what a data folder holds, under the release rules: people, months, gaps, follow-up, costs, flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from werkzorg.cases.schema import Table, table
from werkzorg.cases.small_cells import (
    THRESHOLD,
    MoneyShape,
    count_text,
    money_shape,
    rounded_count,
)
from werkzorg.wording import language, say

KEY = "pseudonym"
WORKING = ("work_supplement", "work_off")
OFF_BENEFIT = ("work_off", "off_no_work")
FLOWS = ("started", "to_work", "off_benefit", "back_on_benefit")
"""Inflow and outflow that are counted: started in the pilot, into work, off the benefit, back on it."""


@dataclass(frozen=True)
class Flow:
    """People of one target group who made one step in one month; `count` is rounded, None is not shown."""

    target_group: str
    flow: str
    month: str
    count: int | None


@dataclass(frozen=True)
class Summary:
    """What there is, with every number already safe to show to the case holders.

    Parameters
    ----------
    groups : dict
        Text of the number of participants per group.
    window : tuple of str
        First and last month that occur, or empty.
    person_months : str
        Number of rows per person and month, rounded.
    gap_share : str
        Share of expected months that are missing.
    follow_up : tuple of int or None
        Quartiles of months of follow-up; None when not shown.
    costs : dict
        Per column of money: its shape, EUR per person per year.
    flows : tuple of Flow
        Per target group, step and month; only months with a step that may be shown.
    flow_totals : dict
        ``{(target group, flow): text}`` over the whole window.
    threshold : int
        Smallest group that is shown.
    """

    groups: Mapping[str, str]
    window: tuple[str, ...] = ()
    person_months: str = ""
    gap_share: str = ""
    follow_up: tuple[int, ...] | None = None
    costs: Mapping[str, MoneyShape] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    flow_totals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    threshold: int = THRESHOLD

    def render(self, lang: str | None = None) -> str:
        """The page as text."""
        lang = lang or language()
        lines = [say("cases.summary.title", lang)]
        for group, text in self.groups.items():
            lines.append(say("cases.summary.group", lang, group=_label("cases", "group", group, lang), count=text))
        if self.window:
            values = {"first": self.window[0], "last": self.window[-1], "rows": self.person_months}
            lines.append(say("cases.summary.months", lang, **values, gaps=self.gap_share))
        if self.follow_up:
            low, middle, high = self.follow_up
            lines.append(say("cases.summary.follow_up", lang, low=low, middle=middle, high=high))
        elif self.window:
            lines.append(say("cases.summary.follow_up_hidden", lang))
        if self.costs:
            lines.append(say("cases.summary.costs", lang))
            lines += [_cost_line(name, shape, lang) for name, shape in self.costs.items()]
        if self.flow_totals:
            lines.append(say("cases.summary.flows", lang))
            for group in dict.fromkeys(group for group, _ in self.flow_totals):
                lines += self._flow_lines(group, lang)
        return "\n".join([*lines, say("cases.summary.rules", lang, threshold=self.threshold)])

    def _flow_lines(self, group: str, lang: str) -> list[str]:
        """A line per step, or one line when all steps show the same, as they do in a small group."""
        totals = {total for (name, _), total in self.flow_totals.items() if name == group}
        if len(totals) == 1 and not any(flow.target_group == group for flow in self.flows):
            values = {"group": _group_name(group, lang), "total": totals.pop()}
            return [say("cases.summary.flow_hidden", lang, **values)]
        return [self._flow_line(name, flow, lang) for name, flow in self.flow_totals if name == group]

    def _flow_line(self, group: str, flow: str, lang: str) -> str:
        hidden = say("cases.small.hidden", lang)
        months = [entry for entry in self.flows if (entry.target_group, entry.flow) == (group, flow)]
        shown = ", ".join(f"{entry.month}: {entry.count}" for entry in months) or hidden
        values = {
            "group": _group_name(group, lang),
            "flow": say(f"cases.summary.flow.{flow}", lang),
            "total": self.flow_totals[group, flow],
            "months": shown,
        }
        return say("cases.summary.flow_line", lang, **values)


def summarise(tables: Mapping[str, pd.DataFrame], threshold: int = THRESHOLD, lang: str | None = None) -> Summary:
    """Make the page from tables that were read and found right.

    Parameters
    ----------
    tables : dict of DataFrame
        Tables by name, as :func:`werkzorg.cases.reading.read_tables` returns them; `cases` and `months` are used, and
        `intake_wi` when there are no `cases`.
    threshold : int
        Smallest group that may be shown.
    lang : {"nl", "en"}, optional
        Language of the texts in it.

    Returns
    -------
    Summary
        Without any number that rests on fewer than `threshold` persons.
    """
    lang, threshold = lang or language(), max(threshold, THRESHOLD)
    people = tables.get("cases", tables.get("intake_wi"))
    if people is None:
        return Summary({}, threshold=threshold)
    groups = {
        str(group): count_text(int(n), lang, threshold)
        for group, n in people["group"].value_counts().sort_index().items()
        # A closed list also counts the group that the pilot does not have.
        if n
    }
    if "months" not in tables or "enrolment_month" not in people or tables["months"].empty:
        return Summary(groups, threshold=threshold)
    months = tables["months"]
    history = _history(people, months)
    first, last = int(history.number.min()), int(history.number.max())
    flows, totals = _flows(people, history, threshold, lang)
    expected, present = _expected(people, history, last)
    return Summary(
        groups=groups,
        window=(_month_name(first), _month_name(last)),
        person_months=f"{int(round(len(months), -1))}" if len(people) >= threshold else say("cases.small.hidden", lang),
        gap_share=_gap_text(expected, present, lang),
        follow_up=_follow_up(people, last, threshold),
        costs=_costs(history, months, threshold),
        flows=flows,
        flow_totals=totals,
        threshold=threshold,
    )


def month_number(months: pd.Series) -> pd.Series:
    """Months as whole numbers that count on, whatever they are kept as: Period, text `2018-03`, or a number."""
    if isinstance(months.dtype, pd.PeriodDtype):
        numbers = months.dt.year * 12 + months.dt.month - 1
        return numbers.where(months.notna()).astype("Int64")
    if pd.api.types.is_numeric_dtype(months.dtype):
        return months.astype("Int64")
    codes, distinct = pd.factorize(months)
    parts = pd.Series(distinct, dtype="string").str.extract(r"^(\d{4})-(\d{2})$").astype("Int64")
    numbers = (parts[0] * 12 + parts[1] - 1).array.take(codes, allow_fill=True)
    return pd.Series(numbers, index=months.index)


def _month_name(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def _end(people: pd.DataFrame, last: int) -> pd.Series:
    if "end_month" not in people:
        return pd.Series(last, index=people.index, dtype="Int64")
    return month_number(people["end_month"]).fillna(last).clip(upper=last)


@dataclass(frozen=True)
class _History:
    """The rows of `months` by person and month: number of the person in `people`, of the month, and of the state.

    Everything has shape (rows,); rows of persons who stand in no other table are left out. `order` gives the places
    in the table.
    """

    person: np.ndarray
    number: np.ndarray
    state: np.ndarray
    states: list[str]
    order: np.ndarray


def _history(people: pd.DataFrame, months: pd.DataFrame) -> _History:
    person = pd.Index(people[KEY]).get_indexer(months[KEY])
    number = month_number(months["month"]).to_numpy(dtype=float, na_value=np.nan)
    order = np.flatnonzero((person >= 0) & ~np.isnan(number))
    order = order[np.lexsort((number[order], person[order]))]
    codes, states = pd.factorize(months["state"])
    return _History(person[order], number[order].astype(np.int64), codes[order], [str(name) for name in states], order)


def _expected(people: pd.DataFrame, history: _History, last: int) -> tuple[int, int]:
    """Months that should be there, from a person's first row to the end of follow-up, and months that are."""
    who, first = np.unique(history.person, return_index=True)
    end = _end(people, last).to_numpy(dtype=np.int64)[who]
    expected = int(np.maximum(end - history.number[first] + 1, 0).sum())
    return expected, min(len(history.person), expected)


def _gap_text(expected: int, present: int, lang: str) -> str:
    """Missing months are no attribute of a person that hurts: a share in whole steps of five points is enough."""
    if not expected:
        return say("cases.small.hidden", lang)
    share = 1 - present / expected
    if share < 0.025:
        return say("cases.summary.hardly_any", lang)
    return say("cases.small.share", lang, percent=round(share * 20) * 5)


def _follow_up(people: pd.DataFrame, last: int, threshold: int) -> tuple[int, ...] | None:
    """Quartiles of follow-up, when at least the threshold lies at or beyond each of them (SDC-08)."""
    length = (_end(people, last) - month_number(people["enrolment_month"])).dropna().to_numpy(dtype=float)
    quartiles = [float(np.quantile(length, chance)) for chance in (0.25, 0.5, 0.75)] if len(length) else []
    enough = all(min((length <= value).sum(), (length >= value).sum()) >= threshold for value in quartiles)
    return tuple(round(value) for value in quartiles) if quartiles and enough else None


def money_columns(schema: Table) -> list[str]:
    """Columns of a table that hold money per month."""
    return [entry.name for entry in schema.fields if entry.unit == "EUR/month" and entry.name != "disregard"]


def _costs(history: _History, months: pd.DataFrame, threshold: int) -> dict[str, MoneyShape]:
    """Per component: EUR per person per year, over the months in which the amount is known."""
    shapes = {}
    for name in money_columns(table("months")):
        if name not in months:
            continue
        amount = pd.to_numeric(months[name]).to_numpy(dtype=float, na_value=np.nan)[history.order]
        known = ~np.isnan(amount)
        rows = np.bincount(history.person[known])
        total = np.bincount(history.person[known], weights=amount[known])
        if rows.any():
            shapes[name] = money_shape(total[rows > 0] / rows[rows > 0] * 12, threshold)
    return shapes


def _cost_line(name: str, shape: MoneyShape, lang: str) -> str:
    hidden = say("cases.small.hidden", lang)
    name = getattr(table("months").field(name).title, lang).replace(":", ",")
    quartiles = [shape.low, shape.middle, shape.high]
    if all(value is None for value in (shape.mean, *quartiles)):
        return say("cases.summary.cost_hidden", lang, name=name)

    def euros(value: float | None) -> str:
        if value is None:
            return hidden
        text = f"{value:,.0f}"
        return "€ " + (text.replace(",", ".") if lang == "nl" else text)

    if all(value is None for value in quartiles):
        return say("cases.summary.cost_mean", lang, name=name, mean=euros(shape.mean))
    values = {
        "name": name,
        "mean": euros(shape.mean),
        "low": euros(shape.low),
        "middle": euros(shape.middle),
        "high": euros(shape.high),
    }
    return say("cases.summary.cost_line", lang, **values)


def _steps(people: pd.DataFrame, history: _History) -> pd.DataFrame:
    """Who made which step in which month: columns person, flow, number."""
    start = month_number(people["enrolment_month"]).to_numpy(dtype=float, na_value=np.nan)
    working = np.isin(history.state, [history.states.index(name) for name in WORKING if name in history.states])
    off = np.isin(history.state, [history.states.index(name) for name in OFF_BENEFIT if name in history.states])
    # Only between two months that follow each other: across a gap the month of the step is not known.
    follows = (np.diff(history.person) == 0) & (np.diff(history.number) == 1)
    follows &= history.number[1:] > start[history.person[1:]]
    masks = {
        "to_work": follows & working[1:] & ~working[:-1],
        "off_benefit": follows & off[1:] & ~off[:-1],
        "back_on_benefit": follows & ~off[1:] & off[:-1],
    }
    begun = np.flatnonzero(~np.isnan(start))
    parts = [pd.DataFrame({"person": begun, "flow": "started", "number": start[begun].astype(np.int64)})]
    for flow, mask in masks.items():
        rows = np.flatnonzero(mask) + 1
        parts.append(pd.DataFrame({"person": history.person[rows], "flow": flow, "number": history.number[rows]}))
    return pd.concat(parts, ignore_index=True)


def _flows(
    people: pd.DataFrame, history: _History, threshold: int, lang: str
) -> tuple[tuple[Flow, ...], dict[tuple[str, str], str]]:
    """Steps per target group and month, and persons who made a step over the whole window; small numbers hidden."""
    known = people["target_group"] if "target_group" in people else pd.Series("", index=people.index)
    groups = known.astype("string").fillna("").to_numpy(dtype=object)
    steps = _steps(people, history)
    steps["group"] = groups[steps["person"].to_numpy()]
    by_flow = steps.groupby(["group", "flow"])["person"].nunique()
    by_month = steps.groupby(["group", "flow", "number"])["person"].nunique()
    totals = {
        (group, flow): count_text(int(by_flow.get((group, flow), 0)), lang, threshold)
        for group in sorted(set(groups))
        for flow in FLOWS
    }
    flows = tuple(
        Flow(group, flow, _month_name(int(number)), rounded_count(int(n), threshold))
        for (group, flow, number), n in by_month.items()
        if n >= threshold
    )
    return flows, totals


def _group_name(code: str, lang: str) -> str:
    return _label("cases", "target_group", code, lang) if code else say("cases.summary.unknown", lang)


def _label(name: str, column: str, code: str, lang: str) -> str:
    entry = next((entry for entry in table(name).field(column).enum if entry.code == code), None)
    return getattr(entry, lang) if entry else code
