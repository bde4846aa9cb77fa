"""Rows about inflow and outflow per target group, and about changes of client manager."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from werkzorg.appraisal import flows
from werkzorg.cases.plain_table import Mistake, read_plain
from werkzorg.cases.small_cells import rounded_count
from werkzorg.cases.small_groups import hidden_groups
from werkzorg.pilot import Pilot
from werkzorg.release.rows import Row, join, party_name, row

FILE = "flows"
MONTHS_AHEAD = 12
STREAM = 10
"""Random stream of the rates."""

COUNTED = ("inflow", "returned", "to_work", "to_other")
GIVEN = "given"


def read_flows(path: Path) -> pd.DataFrame:
    """Monthly counts per target group, checked: no month is missing and the stock follows from the flows.

    Raises
    ------
    WerkzorgError
        Code INPUT, with every mistake by row and never with what stands there.
    """
    made = read_plain(path, FILE, _what_does_not_follow)
    return made.sort_values(["target_group", "month"], ignore_index=True)


def _what_does_not_follow(made: pd.DataFrame) -> Iterator[Mistake]:
    """Parts larger than the whole, missing months, stocks that do not follow, and more who come back than who left."""
    for column, whole in (("returned", made["inflow"]), ("to_work", made["stock"] + made["inflow"] - made["to_other"])):
        for place in np.flatnonzero(made[column] > whole):
            yield int(place), column, "part"
    # A row that cannot be read may be the one that seems to miss.
    torn = made.isna().any(axis=1)
    if made.loc[torn, "target_group"].isna().any():
        return
    whole_groups = made[~made["target_group"].isin(made.loc[torn, "target_group"])]
    for _, group in whole_groups.sort_values("month").groupby("target_group", sort=False):
        expected = stock_after(group).to_numpy()[:-1]
        steps = np.diff([month.ordinal for month in group["month"]])
        follows = expected == group["stock"].to_numpy()[1:]
        for place, step, right in zip(group.index[1:], steps, follows, strict=True):
            if step > 1:
                yield int(place), "", "gap"
            elif step == 1 and not right:
                yield int(place), "stock", "stock"
        gone = (group["to_work"] + group["to_other"]).cumsum()
        for place in group.index[group["returned"].cumsum() > gone][:1]:
            yield int(place), "returned", "returned"


def stock_after(counts: pd.DataFrame) -> pd.Series:
    """Number on the day after each month: number on its first day, with who came and without who left."""
    return counts["stock"] + counts["inflow"] - counts["to_work"] - counts["to_other"]


def flow_rows(pilot: Pilot, posterior: xr.Dataset) -> Iterator[Row]:
    """All rows about the monthly counts of a pilot.

    Parameters
    ----------
    pilot : Pilot
    posterior : Dataset
        For the number of draws and the seed.
    """
    counts = read_flows(pilot.beside(pilot.flows.file))
    groups = list(dict.fromkeys(counts["target_group"]))
    totals = counts.groupby("target_group")[list(COUNTED)].sum().loc[groups]
    last = counts.assign(end=stock_after(counts)).groupby("target_group")["end"].last().loc[groups]
    hidden = {name: hidden_groups(totals[name].to_numpy()) for name in COUNTED}
    away = hidden_groups(last.to_numpy())
    for place, group in enumerate(groups):
        own = counts[counts["target_group"] == group]
        # A group may appear later than others, or end earlier.
        months = len(own)
        names = {"group": group, "months": months}
        shown = None if away[place] else rounded_count(int(last[group]))
        yield row(f"flow_stock.{place}", "flow_stock", "persons", GIVEN, state=group, value=shown, names=names)
        for item in COUNTED:
            shown = None if hidden[item][place] else rounded_count(int(totals.loc[group, item]))
            yield row(f"flow_count.{item}.{place}", "flow_count", "persons", GIVEN, state=group, item=f"flow_{item}",
                      value=shown, month=months, names=names)  # fmt: skip
        if away[place] or any(hidden[item][place] for item in ("to_work", "to_other")):
            continue
        rng = np.random.default_rng([int(posterior.attrs["seed"]), STREAM, place])
        yield from _rates(flows.rates_of(own, posterior.sizes["draw"], rng), group, place, names)


def _rates(rates: flows.Rates, group: str, place: int, names: dict[str, object]) -> Iterator[Row]:
    # Who goes to work cannot leave otherwise as well: of all who leave in a year, each exit has its part of the rate.
    total = rates.to_work + rates.to_other
    leave = -np.expm1(-MONTHS_AHEAD * total)
    for item in ("to_work", "to_other"):
        yield row(f"flow_rate.{item}.{place}", "flow_rate", "fraction/year", GIVEN, state=group, item=f"flow_{item}",
                  draws=leave * getattr(rates, item) / total, names=names)  # fmt: skip
    shares = flows.follow(rates, MONTHS_AHEAD)
    for state in flows.STATES:
        yield row(f"flow_share.{state}.{place}", "flow_share", "fraction", GIVEN, state=group, item=f"flow_{state}",
                  month=MONTHS_AHEAD, draws=shares.sel(state=state).values[:, -1], names=names)  # fmt: skip


def manager_rows(pilot: Pilot, posterior: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """What a change of client manager costs whom, and what all changes cost per participant and year.

    Parameters
    ----------
    pilot : Pilot
    posterior : Dataset
        Dims (draw,); holds the uncertain parameters.
    rests_on : str
        What the estimates rest on.
    """
    stated = pilot.client_manager
    hours = posterior[stated.hours] * posterior["staff.hour"]
    relapse = posterior[stated.relapse] * posterior["ggz.crisis_admission"]
    yearly = posterior[stated.changes_year]
    costs = {
        "municipality": (hours, (stated.hours, "staff.hour")),
        "insurer": (relapse, (stated.relapse, "ggz.crisis_admission")),
        "society": (hours + relapse, (stated.hours, "staff.hour", stated.relapse, "ggz.crisis_admission")),
    }
    for party, (cost, sources) in costs.items():
        names = {"party": party_name(party)}
        yield row(f"manager_change.{party}", "manager_change", pilot.money_unit, rests_on, party=party,
                  draws=cost.values, names=names, parameters=join(sources))  # fmt: skip
        behind = join((*sources, stated.changes_year))
        yield row(f"manager_year.{party}", "manager_year", pilot.money_unit, rests_on, party=party, per="participant",
                  draws=(cost * yearly).values, names=names, parameters=behind)  # fmt: skip
