"""Rows about the budget of each party per calendar year: as it arises, and as cash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import xarray as xr

from werkzorg.appraisal.budget import MONTH, START, budget_impact, first_year_in_cash
from werkzorg.appraisal.value import increment
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot, months_between
from werkzorg.release.money import AT_THE_TABLE
from werkzorg.release.rows import Row, join, party_name, row

SLOW = {
    "bijstand": ("bijstand", "bijstand_tax"),
    "wmo": ("wmo",),
    "ggz": ("ggz_outpatient", "ggz_admission", "ggz_refill"),
}
"""Items that become cash in part or later, by the last part of their parameters `cash.share.*` and `cash.lag.*`.

GGZ care that a component of the pilot prevents is as slow as other care.
All other items are cash at once: support is paid as it is given, and the ledger books budgets when they are settled.
"""

CASH = tuple(f"cash.{what}.{name}" for name in SLOW for what in ("share", "lag"))


def budget_rows(
    pilot: Pilot, appraisal: xr.Dataset, ledger: xr.Dataset, sources: Mapping[str, str], rests_on: str
) -> Iterator[Row]:
    """Undiscounted effect on the budget of each party at the table per calendar year, and when it is back in cash.

    Parameters
    ----------
    pilot : Pilot
    appraisal, ledger : Dataset
        From the steps before.
    sources : mapping
        Parameter ids behind the net result of each party, in one cell.
    rests_on : str
        What the estimates rest on.
    """
    impact = calendar_impact(pilot, appraisal, ledger)
    back = first_year_in_cash(impact)
    common = {"per": "pilot", "view": "budget", "horizon": pilot.main_horizon_months}
    for party in AT_THE_TABLE:
        behind, name = join([*CASH, *sources[party].split("; ")]), party_name(party)
        for kind in ("booked", "cash"):
            for year in impact["year"].values.tolist():
                yield row(
                    f"budget_year.{party}.{year}.{kind}", "budget_year", pilot.money_unit, rests_on, item=kind,
                    party=party, year=year, draws=impact[kind].sel(party=party, year=year).values, parameters=behind,
                    names={"party": name, "year": year}, **common,
                )  # fmt: skip
        chance = float(np.isfinite(back.sel(party=party).values).mean())
        yield row(
            f"cash_back.{party}", "cash_back", "probability", rests_on, party=party, year=int(impact["year"][-1]),
            value=chance, probability=chance, parameters=behind, names={"party": name}, **common,
        )  # fmt: skip


def calendar_impact(pilot: Pilot, appraisal: xr.Dataset, ledger: xr.Dataset) -> xr.Dataset:
    """Effect on the budgets of the parties at the table per calendar year, euros for the whole pilot.

    Parameters
    ----------
    pilot : Pilot
        Gives the dates of enrolment; each participant counts for the months of the main horizon.
    appraisal, ledger : Dataset

    Returns
    -------
    Dataset
        `booked` and `cash` (draw, party, year). The sum of `booked` is the undiscounted net result of the party.

    Notes
    -----
    Flows of a party are those of the months themselves. Of the slow items only years are kept; within a year they are
    spread evenly, both where they are taken out and where they are put back later.
    """
    parties, end = list(AT_THE_TABLE), pilot.main_horizon_months
    running = appraisal["net_cumulative"].sel(party=parties, month=slice(0, end + 1)).isel(month=slice(0, end + 1))
    flow = running.diff(MONTH)
    flow = xr.concat([running.isel(month=[0]), flow], dim=MONTH).drop_vars(MONTH, errors="ignore")
    slow = _slow_flows(pilot, ledger, parties, end)
    catalogue, on = catalogue_of(pilot), pilot.valuation_date
    share, lag = (
        xr.DataArray(
            [catalogue.amount(f"cash.{what}.{name}", on).value for name in SLOW],
            dims="slow",
            coords={"slow": list(SLOW)},
        )
        for what in ("share", "lag")
    )
    enrolment = enrolment_by_month(pilot)
    at_once = budget_impact(flow, enrolment)
    late = budget_impact(slow, enrolment, share, lag).sum("slow")
    booked, cash = xr.align(at_once["booked"], late["cash"], join="outer", fill_value=0.0)
    taken, _ = xr.align(late["booked"], booked, join="outer", fill_value=0.0)
    return xr.Dataset({"booked": booked, "cash": booked - taken + cash})


def _slow_flows(pilot: Pilot, ledger: xr.Dataset, parties: list[str], end: int) -> xr.DataArray:
    """Flows per participant of the slow items, dims (draw, slow, party, month), spread evenly within each year."""
    years = -(-end // MONTHS_PER_YEAR)
    entries = increment(ledger["entry_year"]).sel(year=slice(1, years))
    signs = np.stack([(ledger["payee"] == name).values * 1.0 - (ledger["payer"] == name).values for name in parties])
    prevented = [part.item for part in pilot.support.active() if part.saves_ggz_care]
    groups = SLOW | {"ggz": [*SLOW["ggz"], *prevented]}
    chosen = np.stack([ledger["item"].isin(items).values for items in groups.values()]).astype(float)
    yearly = np.einsum("dey,pe,se->dspy", entries.transpose("draw", "entry", "year").values, signs, chosen)
    monthly = np.repeat(yearly, MONTHS_PER_YEAR, axis=3)[..., :end] / MONTHS_PER_YEAR
    monthly = np.concatenate([np.zeros((*monthly.shape[:3], 1)), monthly], axis=3)
    coords = {"slow": list(SLOW), "party": parties}
    return xr.DataArray(monthly, dims=("draw", "slow", "party", MONTH), coords=coords)


def enrolment_by_month(pilot: Pilot) -> xr.DataArray:
    """Planned participants by calendar month of enrolment, spread evenly between the dates on which they are counted.

    Parameters
    ----------
    pilot : Pilot

    Returns
    -------
    DataArray (start)
        Persons; they add up to the planned number.
    """
    points = [(0.0, 0.0)]
    for shot in sorted(pilot.snapshots, key=lambda one: one.date):
        points.append((months_between(pilot.start, shot.date), float(min(shot.enrolled, pilot.participants_planned))))
    closes = max(months_between(pilot.start, pilot.enrolment_closes), points[-1][0] + 1.0)
    points.append((closes, float(pilot.participants_planned)))
    edges = np.arange(int(np.ceil(closes)) + 1)
    people = np.diff(np.interp(edges, *zip(*points, strict=True)))
    starts = [_month_after(pilot.start, int(step)) for step in edges[:-1]]
    return xr.DataArray(people, dims=START, coords={START: starts})


def _month_after(start: date, months: int) -> str:
    year, month = divmod(start.year * MONTHS_PER_YEAR + start.month - 1 + months, MONTHS_PER_YEAR)
    return f"{year}-{month + 1:02d}"
