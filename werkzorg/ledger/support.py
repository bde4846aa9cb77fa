"""Cost of the support package, and the subsidies that repay part of it. Programme arm only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr

from werkzorg.ledger.accounts import component_accounts, subsidy_accounts
from werkzorg.params import Catalogue
from werkzorg.pilot import Component, Pilot

JOB_YEARS = {"work_month_year1": (0, 3, 6), "work_month_year2": (12, 18), "work_month_year3": (24,)}
"""Tenure bands of each year of the job."""


def support_entries(pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset) -> dict[str, np.ndarray]:
    """Entries of all active components and subsidies, month by month.

    Parameters
    ----------
    pilot : Pilot
    catalogue : Catalogue
        For prices and factors without uncertainty.
    trajectory : Dataset
        From :func:`werkzorg.projection.trajectory.project`.

    Returns
    -------
    dict of ndarray (draw, month)
        Entry id -> EUR per participant.
    """
    months = trajectory.sizes["month"]

    def at_start(spread_months: int) -> np.ndarray:
        count = np.zeros((1, months))
        count[0, 1 : spread_months + 1] = 1 / spread_months
        return np.broadcast_to(count, (trajectory.sizes["draw"], months))

    return price_support(pilot, catalogue, trajectory, usage(trajectory), at_start)


def usage(trajectory: xr.Dataset) -> dict[str, np.ndarray]:
    """How often what the participants use is used, per participant and month: driver -> (draw, month)."""
    arm = trajectory.sel(arm="programme")
    # The month of enrolment itself (month 0) is the start, not a month of support.
    counts = {"search_month": arm["searching_supported"].where(arm["month"] > 0, 0.0).values}
    for driver, bands in JOB_YEARS.items():
        counts[driver] = arm["coached"].sel(tenure=list(bands)).sum("tenure").values
    return counts


def price_support(
    pilot: Pilot,
    catalogue: Catalogue,
    draws: xr.Dataset,
    used: Mapping[str, np.ndarray],
    at_start: Callable[[int], np.ndarray],
) -> dict[str, np.ndarray]:
    """Entries of all active components and subsidies from what is used, for any length of the steps of time.

    Parameters
    ----------
    pilot : Pilot
        Package and number of participants.
    catalogue : Catalogue
        For prices and factors without uncertainty.
    draws : Dataset
        Prices and factors by id, dims (draw,).
    used : mapping of str to ndarray (draw, time)
        From :func:`usage`.
    at_start : callable
        ``at_start(months)`` spreads one over the first so many months, shape (draw, time).

    Returns
    -------
    dict of ndarray (draw, time)
        Entry id -> EUR per participant.
    """
    costs = {}
    for part in pilot.support.active():
        if part.driver in used:
            count = used[part.driver]
        else:
            count = at_start(part.spread_months)
            count = count / pilot.participants_planned if part.driver == "pilot" else count
        costs[part.id] = unit_cost(part, pilot, catalogue, draws)[:, None] * count
    entries = {account.id: costs[part.id] for part in pilot.support.active() for account in component_accounts(part)}
    for subsidy in pilot.support.subsidies:
        covered = [part for part in pilot.support.active() if part.id in subsidy.covers]
        total = sum((costs[part.id].sum(axis=1) for part in covered), np.zeros(1)) * pilot.participants_planned
        maximum = amount_of(subsidy.maximum, pilot, catalogue, draws)
        repaid = np.divide(np.minimum(total, maximum), total, out=np.zeros_like(total), where=total > 0)
        for account in subsidy_accounts(subsidy, pilot):
            own = sum(costs[part.id] for part in covered if part.payer == account.payee)
            entries[account.id] = repaid[:, None] * own
    return entries


def prevented_care(pilot: Pilot, entries: Mapping[str, np.ndarray]) -> np.ndarray | float:
    """GGZ care that components prevent, EUR per participant, (draw, time): the same rules hold as for other care saved.

    Parameters
    ----------
    pilot : Pilot
    entries : mapping of str to ndarray (draw, time)
        From :func:`price_support`.
    """
    return -sum((entries[part.item] for part in pilot.support.active() if part.saves_ggz_care), 0.0)


def amount_of(name: str, pilot: Pilot, catalogue: Catalogue, draws: xr.Dataset) -> np.ndarray:
    """Draws of a parameter, or its value on the valuation date as one draw, shape (draw,) or (1,)."""
    if name in draws:
        return draws.variables[name].values
    parameter, on = catalogue.get(name), pilot.valuation_date
    if parameter.values and not parameter.is_money:
        on = max(on, parameter.values[0].start)
    return np.array([catalogue.amount(name, on).value])


def unit_cost(part: Component, pilot: Pilot, catalogue: Catalogue, draws: xr.Dataset) -> np.ndarray:
    """Price of using a component once, shape (draw,) or (1,)."""
    unit = amount_of(part.price, pilot, catalogue, draws)
    for factor in part.times:
        unit = unit * (amount_of(factor, pilot, catalogue, draws) if isinstance(factor, str) else factor)
    for divisor in part.divided_by:
        unit = unit / (amount_of(divisor, pilot, catalogue, draws) if isinstance(divisor, str) else divisor)
    return unit
