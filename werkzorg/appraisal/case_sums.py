"""The sum per participant: what was paid before and after the start, and what was expected without the programme.

For case holders only: every number here is of one person. One person proves nothing; with each difference comes how
often one of that size arises by chance alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from werkzorg.appraisal.case_own import own_facts
from werkzorg.appraisal.case_paid import Paid, PaidLine, paid
from werkzorg.appraisal.case_paths import MODELLED, Lives, expected
from werkzorg.appraisal.case_without import life_without
from werkzorg.errors import WerkzorgError
from werkzorg.inference.person_months import Tables
from werkzorg.inference.record_fit import reference_cost
from werkzorg.inference.record_likelihood import arrays
from werkzorg.inference.reduction import reduce_records
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

DRAWS = 1000
"""Lives per participant: 25 of them lie beyond each end of the 95% interval."""

AT_ONCE = 50_000
"""Lives that are followed together; bounds the memory to some hundreds of megabytes."""

STREAM = 22
"""Random stream of the lives."""

ENDS = {"low80": 0.1, "high80": 0.9, "low95": 0.025, "high95": 0.975}
"""Ends of the intervals: equal tails, as everywhere."""

CENT = 0.005
"""Amounts closer than this are the same."""

SUPPORT = "support"
"""Item that exists only with the programme: without it nothing is expected, and chance has no part in it."""


@dataclass(frozen=True)
class CaseSums:
    """Sums per participant, EUR of the price year.

    Attributes
    ----------
    lines : DataFrame
        One row per participant, item and payer:

        - `pseudonym`, `item`, `payer`;
        - `all_before`, `all_after`: everything in the files up to and after the month of enrolment;
        - `window`: months before and after the start that are compared; `before`, `after`: paid in them;
          `months_before`, `months_after`: how many of them are known;
        - `follow_up`: months after the start in which there should be data; `months_known`: those with a known amount;
          `paid`: what was paid in these; `expected`: what the model expects in these without the programme;
        - `difference`: paid less expected; `low80`, `high80`, `low95`, `high95`: its intervals. NaN where the model
          expects nothing of an item, or no month is known.
    cases : DataFrame
        One row per participant: `pseudonym`, `status` (`complete`, `gaps`, `no_follow_up` or `no_data`), `window`,
        `follow_up`, `paid`, `expected`, `difference` and intervals over all items but support of which something is
        expected; `support`: paid for support; `net`: difference with support; `chance`: share of lives without the
        programme that lie at least as far from what is expected as this one.
    price_year : int
        Year of the euros.
    draws : int
        Lives behind each interval.
    """

    lines: pd.DataFrame
    cases: pd.DataFrame
    price_year: int
    draws: int


def case_sums(pilot: Pilot, tables: Tables, trajectory: xr.Dataset) -> CaseSums:
    """The sum per participant.

    Parameters
    ----------
    pilot : Pilot
        The pilot.
    tables : mapping of DataFrame
        Typed tables of its records; `cases` and `months` are needed.
    trajectory : Dataset
        From :func:`werkzorg.projection.trajectory.project`.

    Returns
    -------
    CaseSums
        Participants in order of pseudonym; without the comparison group and people who withdrew.
    """
    what = paid(pilot, tables, catalogue_of(pilot))
    months = max(min(int(what.last.max(initial=1)), pilot.horizon_months), 1)
    known = {item: _known(what, item, months) for item in MODELLED}
    amounts = np.stack([_amount(what, item, known[item]) for item in MODELLED], axis=1)
    some = trajectory.isel(draw=_spread(trajectory.sizes["draw"]))
    found = _summaries(pilot, tables, what, some, known, amounts)
    lines = pd.concat([_line(line, what, found, known) for line in what.lines], ignore_index=True)
    order = {pseudonym: place for place, pseudonym in enumerate(what.pseudonyms)}
    lines = lines.sort_values("pseudonym", key=lambda column: column.map(order), kind="stable")
    return CaseSums(lines.reset_index(drop=True), _cases(what, lines, found), pilot.price_year, some.sizes["draw"])


def _spread(draws: int) -> np.ndarray:
    """Places of at most `DRAWS` draws, evenly over all chains."""
    return np.unique(np.linspace(0, draws - 1, min(draws, DRAWS)).round().astype(int))


def _columns(what: Paid, months: int) -> slice:
    """Columns of months 1 to `months` since enrolment."""
    first = 1 - int(what.since[0])
    return slice(first, first + months)


def _known(what: Paid, item: str, months: int) -> np.ndarray:
    """Months 1..T that count for an item, (person, month)."""
    result = np.zeros((len(what.pseudonyms), months), dtype=bool)
    for line in (line for line in what.lines if line.item == item):
        there = line.known[:, _columns(what, months)] & line.has[:, None]
        result[:, : there.shape[1]] |= there
    return result & (np.arange(1, months + 1)[None, :] <= what.last[:, None])


def _amount(what: Paid, item: str, known: np.ndarray) -> np.ndarray:
    """What was paid for an item in the months that count, (person,)."""
    columns = _columns(what, known.shape[1])
    total = np.zeros(known.shape)
    for line in (line for line in what.lines if line.item == item):
        part = line.amount[:, columns]
        total[:, : part.shape[1]] += part
    return (total * known).sum(axis=1)


def _blocks(people: int, draws: int) -> Iterator[slice]:
    size = max(AT_ONCE // draws, 1)
    return (slice(first, first + size) for first in range(0, people, size))


def _summaries(
    pilot: Pilot, tables: Tables, what: Paid, trajectory: xr.Dataset, known: dict[str, np.ndarray], amounts: np.ndarray
) -> pd.DataFrame:
    """Expected amount and intervals of the difference per participant and item, and of all items together.

    Returns
    -------
    DataFrame
        Columns (item, name), with item `all` for the sum; rows in order of participants.
    """
    catalogue = catalogue_of(pilot)
    try:
        own = own_facts(pilot, tables, catalogue, what)
        reduced = reduce_records(pilot, tables, use_comparison=False)
    except WerkzorgError:
        # Nobody is followed after the start: there is nothing to expect anything of.
        unknown = np.full((len(amounts), 1, len(MODELLED)), np.nan)
        return _summary(amounts, unknown[:, 0], unknown)
    facts = arrays(reduced, reference_cost(pilot, catalogue))["facts"]
    model = life_without(pilot, catalogue, trajectory, facts, own, known["benefit"].shape[1])
    seed, parts = int(trajectory.attrs.get("seed", 0)), []
    for number, block in enumerate(_blocks(len(amounts), model.draws)):
        here = {name: months[block] for name, months in known.items()}
        rng = np.random.default_rng([seed, STREAM, number])
        mean = expected(model, own.part(block), here).mean(axis=1)
        lives = Lives(model, own.part(block), rng).totals(here)
        parts.append(_summary(amounts[block], mean, lives))
    return pd.concat(parts, ignore_index=True)


def _summary(amounts: np.ndarray, mean: np.ndarray, lives: np.ndarray) -> pd.DataFrame:
    """Summaries of some participants: paid (person, item), expected (person, item), lives (person, draw, item)."""
    columns = {}
    for place, item in enumerate((*MODELLED, "all")):
        if item == "all":
            paid_here, expected_here, drawn = amounts.sum(axis=1), mean.sum(axis=1), lives.sum(axis=2)
        else:
            paid_here, expected_here, drawn = amounts[:, place], mean[:, place], lives[:, :, place]
        columns[item, "paid"], columns[item, "expected"] = paid_here, expected_here
        # The less was expected, the more the difference: the ends change places.
        ends = np.quantile(drawn, [1 - share for share in ENDS.values()], axis=1)
        for name, end in zip(ENDS, ends, strict=True):
            columns[item, name] = paid_here - end
        distance = np.abs(paid_here - expected_here)[:, None] - CENT
        columns[item, "chance"] = (np.abs(drawn - expected_here[:, None]) >= distance).mean(axis=1)
    return pd.DataFrame(columns)


def compared_months(what: Paid) -> np.ndarray:
    """Months before and after the start that are compared: as long as the shorter of the two, (person,)."""
    first = np.where(what.seen.any(axis=1), what.since[what.seen.argmax(axis=1)], 1)
    return np.maximum(np.minimum(1 - first, what.last), 0)


def _line(line: PaidLine, what: Paid, found: pd.DataFrame, known: dict[str, np.ndarray]) -> pd.DataFrame:
    """Rows of one item and payer."""
    # Support belongs to the programme from its first day: for it the month of enrolment is one after the start.
    start = 0 if line.item == SUPPORT else 1
    since, window = what.since[None, :], compared_months(what)[:, None]
    later = since >= start
    before, after = ~later & (since > -window), later & (since <= window)
    follow_up = later & (since <= what.last[:, None])
    in_time = line.known & follow_up
    frame = pd.DataFrame(
        {
            "pseudonym": what.pseudonyms,
            "item": line.item,
            "payer": line.payer,
            "all_before": (line.amount * ~later).sum(axis=1),
            "all_after": (line.amount * later).sum(axis=1),
            "window": window[:, 0],
            "before": (line.amount * (before & line.known)).sum(axis=1),
            "months_before": (before & line.known).sum(axis=1),
            "after": (line.amount * (after & line.known)).sum(axis=1),
            "months_after": (after & line.known).sum(axis=1),
            "follow_up": follow_up.sum(axis=1) - (1 - start) * (what.last > 0),
            "months_known": in_time[:, since[0] >= 1].sum(axis=1),
            "paid": (line.amount * in_time).sum(axis=1),
        }
    )
    for name in ("expected", *ENDS):
        frame[name] = _expectation(line, name, frame, found)
    frame["difference"] = frame["paid"] - frame["expected"]
    if line.item in MODELLED:
        none = known[line.item].sum(axis=1) == 0
        frame.loc[none, ["expected", "difference", *ENDS]] = np.nan
    return frame[line.has]


def _expectation(line: PaidLine, name: str, frame: pd.DataFrame, found: pd.DataFrame) -> np.ndarray | float:
    if line.item == SUPPORT:
        return 0.0 if name == "expected" else frame["paid"].to_numpy()
    return found[line.item, name].to_numpy() if line.item in MODELLED else np.nan


def _cases(what: Paid, lines: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """One row per participant."""
    support = lines[lines["item"] == SUPPORT].groupby("pseudonym")["paid"].sum()
    cases = pd.DataFrame({"pseudonym": what.pseudonyms, "window": compared_months(what), "follow_up": what.last})
    cases["status"] = _status(what, lines)
    for name in ("paid", "expected", *ENDS, "chance"):
        cases[name] = found["all", name].to_numpy()
    cases["difference"] = cases["paid"] - cases["expected"]
    cases["support"] = cases["pseudonym"].map(support).fillna(0.0)
    cases["net"] = cases["difference"] + cases["support"]
    without = cases["status"].isin(["no_data", "no_follow_up"])
    cases.loc[without, ["expected", "difference", "net", "chance", *ENDS]] = np.nan
    return cases


def _status(what: Paid, lines: pd.DataFrame) -> np.ndarray:
    """Whether there is anything known of a participant, and of the time after the start."""
    modelled = lines[lines["item"].isin(MODELLED)]
    by_case = modelled.groupby("pseudonym", sort=False)
    known = by_case["months_known"].max().reindex(what.pseudonyms).fillna(0).to_numpy()
    short = (modelled["months_known"] < modelled["follow_up"]).groupby(modelled["pseudonym"]).any()
    gaps = short.reindex(what.pseudonyms).fillna(True).to_numpy(dtype=bool)
    anything = np.zeros(len(what.pseudonyms), dtype=bool)
    for line in what.lines:
        anything |= (line.known | (line.amount != 0)).any(axis=1) & line.has
    return np.select([~anything, known == 0, gaps], ["no_data", "no_follow_up", "gaps"], "complete")
