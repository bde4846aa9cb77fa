"""Inflow and outflow of a target group from monthly counts: rates with their uncertainty, and where people are later.

Events in a month are Poisson with a rate per person and month at risk; with the prior of Jeffreys the posterior of the
rate is ``Gamma(events + 1/2) / person-months``. The flow itself is the chain of :mod:`werkzorg.projection.multistate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from werkzorg.projection.multistate import Transition, propagate

PRIOR_EVENTS = 0.5
"""Shape that the prior of Jeffreys adds to the number of events."""

STATES = ("assistance", "left_to_work", "left_otherwise")
OUT = {"to_work": "left_to_work", "to_other": "left_otherwise"}


@dataclass(frozen=True)
class Rates:
    """Posterior draws of the rates of one target group.

    Parameters
    ----------
    to_work, to_other : ndarray (draw,)
        Out of assistance, per person and month on assistance.
    back : ndarray (draw,)
        Back on assistance, per person and month since leaving in these records.
    inflow : ndarray (draw,)
        New people per month, without those who come back.
    """

    to_work: np.ndarray
    to_other: np.ndarray
    back: np.ndarray
    inflow: np.ndarray


def rates_of(counts: pd.DataFrame, draws: int, rng: np.random.Generator) -> Rates:
    """Rates of one target group.

    Parameters
    ----------
    counts : DataFrame
        One row per month in order: stock, inflow, returned, to_work, to_other.
    draws : int
        How many.
    rng : numpy.random.Generator
    """
    at_risk = float(counts["stock"].sum())
    gone = (counts["to_work"] + counts["to_other"] - counts["returned"]).cumsum().shift(fill_value=0)
    new = float((counts["inflow"] - counts["returned"]).sum())

    def rate(events: float, exposure: float) -> np.ndarray:
        return rng.gamma(PRIOR_EVENTS + events, size=draws) / max(exposure, 1.0)

    return Rates(
        to_work=rate(float(counts["to_work"].sum()), at_risk),
        to_other=rate(float(counts["to_other"].sum()), at_risk),
        back=rate(float(counts["returned"].sum()), float(gone.clip(lower=0).sum())),
        inflow=rate(new, float(len(counts))),
    )


def follow(rates: Rates, months: int) -> xr.DataArray:
    """Where people who are on assistance now are in later months, dims (draw, cycle, state).

    Parameters
    ----------
    rates : Rates
    months : int
        How far to look.
    """
    total = rates.to_work + rates.to_other
    leaves = -np.expm1(-total)
    back = -np.expm1(-rates.back)[:, None]
    work = leaves * rates.to_work / total
    moves = [
        Transition("assistance", OUT["to_work"], "to_work", work[:, None]),
        # Conditional on no move to work in the same month: at most one move.
        Transition("assistance", OUT["to_other"], "to_other", ((leaves - work) / (1 - work))[:, None]),
        *(Transition(state, "assistance", f"back from {state}", back) for state in OUT.values()),
    ]
    return propagate(STATES, {"assistance": 1.0}, moves, cycles=months)["occupancy"]
