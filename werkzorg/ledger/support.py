"""Cost of the support package, and the subsidies that repay part of it. Programme arm only."""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.ledger.accounts import component_accounts, subsidy_accounts
from werkzorg.params import Catalogue
from werkzorg.pilot import Component, Pilot

JOB_YEARS = {"work_month_year1": (0, 3, 6), "work_month_year2": (12, 18), "work_month_year3": (24,)}
"""Tenure bands of each year of the job."""


def support_entries(pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset) -> dict[str, np.ndarray]:
    """Entries of all active components and subsidies.

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
    costs = {part.id: _cost(part, pilot, catalogue, trajectory) for part in pilot.support.active()}
    entries = {account.id: costs[part.id] for part in pilot.support.active() for account in component_accounts(part)}
    for subsidy in pilot.support.subsidies:
        covered = [part for part in pilot.support.active() if part.id in subsidy.covers]
        total = sum((costs[part.id].sum(axis=1) for part in covered), np.zeros(1)) * pilot.participants_planned
        maximum = amount_of(subsidy.maximum, pilot, catalogue, trajectory)
        repaid = np.divide(np.minimum(total, maximum), total, out=np.zeros_like(total), where=total > 0)
        for account in subsidy_accounts(subsidy, pilot):
            own = sum(costs[part.id] for part in covered if part.payer == account.payee)
            entries[account.id] = repaid[:, None] * own
    return entries


def amount_of(name: str, pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset) -> np.ndarray:
    """Draws of a parameter, or its value on the valuation date as one draw, shape (draw,) or (1,)."""
    if name in trajectory:
        return trajectory[name].values
    parameter, on = catalogue.get(name), pilot.valuation_date
    if parameter.values and not parameter.is_money:
        on = max(on, parameter.values[0].start)
    return np.array([catalogue.amount(name, on).value])


def _cost(part: Component, pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset) -> np.ndarray:
    unit = amount_of(part.price, pilot, catalogue, trajectory)
    for factor in part.times:
        unit = unit * (amount_of(factor, pilot, catalogue, trajectory) if isinstance(factor, str) else factor)
    for divisor in part.divided_by:
        unit = unit / (amount_of(divisor, pilot, catalogue, trajectory) if isinstance(divisor, str) else divisor)
    return unit[:, None] * _driver(part, pilot, trajectory)


def _driver(part: Component, pilot: Pilot, trajectory: xr.Dataset) -> np.ndarray:
    """How often the component is used per participant and month, shape (draw, month)."""
    arm = trajectory.sel(arm="programme")
    if part.driver == "search_month":
        # The month of enrolment itself (month 0) is the start, not a month of support.
        return arm["searching_supported"].where(arm["month"] > 0, 0.0).values
    if part.driver in JOB_YEARS:
        return arm["coached"].sel(tenure=list(JOB_YEARS[part.driver])).sum("tenure").values
    count = np.zeros((1, trajectory.sizes["month"]))
    count[0, 1 : part.spread_months + 1] = 1 / part.spread_months
    per_participant = count if part.driver == "participant" else count / pilot.participants_planned
    return np.broadcast_to(per_participant, (trajectory.sizes["draw"], trajectory.sizes["month"]))
