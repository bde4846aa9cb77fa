"""Who keeps saved bijstand: the budget follows, with a delay that depends on the size of the municipality.

Below 15,000 inhabitants the budget follows own spending of two years before; above 40,000 an objective model
divides a national sum that follows what all municipalities spent a year before; between them a linear mix.
The safety net for large deficits is left out. Sources: Participatiewet art. 69 and 71, `params/rules/buig.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.rules.lagging import delayed
from werkzorg.rules.law import Law

Array = NDArray[np.float64] | float
Scale = Literal["local", "national"]


@dataclass(frozen=True)
class BudgetCorrection:
    """What the budgets lose afterwards, same shape as the saving; ``state = own + others`` in every step."""

    own: Array
    others: Array
    state: Array


def objective_weight(inhabitants: ArrayLike, law: Law) -> Array:
    """Share of the budget that the objective model divides: 0 up to 15,000, 1 from 40,000 inhabitants, linear between.

    The rules are linear in this weight: for several member municipalities take the mean over participants.
    """
    rules = law.buig
    span = rules.objective_above - rules.historical_below
    return np.clip((np.asarray(inhabitants, float) - rules.historical_below) / span, 0.0, 1.0)


def corrections(
    saving: ArrayLike, weight: ArrayLike, law: Law, scale: Scale = "local", steps_per_year: int = MONTHS_PER_YEAR
) -> BudgetCorrection:
    """Budget that follows a saving on bijstand.

    Parameters
    ----------
    saving : array, shape (..., time)
        Gross bijstand saved per step against the situation without the programme; may be negative.
    weight : array, shape (...)
        Objective weight of the municipality.
    law : Law
        Kept shares; the fields may hold draws of shape (...).
    scale : {"local", "national"}
        National: all municipalities do the same, so the national sum falls for everybody.
    steps_per_year : int
        Steps of the time axis per year.

    Returns
    -------
    BudgetCorrection
        own: ``(1 - k1) S[t] + (k1 - k2) S[t - lag]``, summed over the objective and the historical part;
        state: what the state gains: the part ``(1 - k1) S[t]`` that is settled at once, and what the national sum falls
        by later, ``S[t - macro lag]``;
        others: the rest, lost by other municipalities (a gain where negative); nothing before the national sum falls.
    """
    saving = np.asarray(saving, float)
    rules = law.buig
    weight = _column(weight)
    macro = delayed(saving, rules.macro_lag, steps_per_year)
    first = weight * _column(rules.objective_first) + (1 - weight) * _column(rules.historical_first)
    if scale == "national":
        own = (1 - first) * saving + (first - _column(rules.national_later)) * macro
    else:
        slow = delayed(saving, rules.historical_lag, steps_per_year)
        objective = _own(saving, macro, rules.objective_first, rules.objective_later)
        historical = _own(saving, slow, rules.historical_first, rules.historical_later)
        own = weight * objective + (1 - weight) * historical
    state = (1 - first) * saving + macro
    return BudgetCorrection(own, state - own, np.broadcast_to(state, np.shape(own)))


def kept_share(inhabitants: ArrayLike, year_since_exit: int, law: Law, scale: Scale = "local") -> Array:
    """Share of a lasting yearly saving that the municipality keeps in a year after the exit (from 1)."""
    saving = np.ones(year_since_exit)
    own = corrections(saving, objective_weight(inhabitants, law), law, scale, steps_per_year=1).own
    return 1 - own[..., -1]


def _own(saving: NDArray, late: NDArray, first: ArrayLike, later: ArrayLike) -> Array:
    return (1 - _column(first)) * saving + (_column(first) - _column(later)) * late


def _column(value: ArrayLike) -> NDArray[np.float64]:
    """Give a value without time axis one, so that it broadcasts over time."""
    return np.asarray(value, float)[..., None]
