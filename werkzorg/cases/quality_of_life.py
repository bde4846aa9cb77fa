"""Quality of life as one number: EQ-5D-5L profiles valued with the Dutch tariff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from werkzorg.params.catalogue import Catalogue, catalogue

COLUMNS = ("eq_mobility", "eq_self_care", "eq_usual_activities", "eq_pain", "eq_anxiety")
"""The five questions, in the order of a profile such as 11232."""

DIMENSIONS = ("mo", "sc", "ua", "pd", "ad")
"""The same five as they are named in the parameters (`eq.mo2`)."""

LEVELS = 5


@dataclass(frozen=True)
class Tariff:
    """What a health state is worth: `base` less one decrement per question.

    Parameters
    ----------
    base : float
        Utility of any state other than 11111, before decrements.
    decrements : ndarray, (5 questions, 5 levels)
        Utility lost; level 1 loses nothing.
    """

    base: float
    decrements: np.ndarray


def dutch_tariff(on: date, parameters: Catalogue | None = None) -> Tariff:
    """The Dutch tariff that is in force on a date.

    Parameters
    ----------
    on : date
        Date of valuation.
    parameters : Catalogue, optional
        Where the amounts come from; the shipped catalogue when left out.

    Returns
    -------
    Tariff
        Versteegh and others (2016), Value in Health 19:343-352, from the parameters `eq.*`.
    """
    known = parameters or catalogue()
    decrements = np.zeros((len(DIMENSIONS), LEVELS))
    for place, dimension in enumerate(DIMENSIONS):
        for level in range(2, LEVELS + 1):
            decrements[place, level - 1] = known.value(f"eq.{dimension}{level}", on)
    return Tariff(base=known.value("eq.intercept", on), decrements=decrements)


def utility(profiles: ArrayLike, tariff: Tariff) -> np.ndarray:
    """Utility of EQ-5D-5L profiles.

    Parameters
    ----------
    profiles : array, (..., 5)
        Levels 1 to 5 in the order of `COLUMNS`; NaN where a question was not answered.
    tariff : Tariff
        What each level costs.

    Returns
    -------
    ndarray, (...)
        Utility, 1 for 11111; NaN for every profile with an unanswered question.

    Raises
    ------
    ValueError
        When a profile has not five questions, or a level is not a whole number from 1 to 5.
    """
    levels = np.asarray(profiles, dtype=float)
    if levels.ndim == 0 or levels.shape[-1] != len(COLUMNS):
        raise ValueError("an EQ-5D-5L profile has five levels")
    answered = ~np.isnan(levels)
    if not np.isin(levels[answered], np.arange(1, LEVELS + 1)).all():
        raise ValueError("an EQ-5D-5L level is a whole number from 1 to 5")
    whole = np.where(answered, levels, 1).astype(int)
    lost = tariff.decrements[np.arange(len(COLUMNS)), whole - 1].sum(axis=-1)
    worth = np.where((whole == 1).all(axis=-1), 1.0, tariff.base - lost)
    return np.where(answered.all(axis=-1), worth, np.nan)
