"""On what the answer turns: which uncertain values explain its spread, and where it tips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

SHOWN = 3
"""Drivers that are reported per party."""


@dataclass(frozen=True)
class Driver:
    """An uncertain value that explains part of the spread of a result.

    Attributes
    ----------
    parameter : str
        Id.
    share : float
        Squared rank correlation with the result.
    tipping : float or None
        Value at which the expected result is zero, all else as drawn; None outside the central 95% of the draws.
    probability : float
        Chance that the value lies on the side where the expected result is above zero.
    """

    parameter: str
    share: float
    tipping: float | None
    probability: float


def find_drivers(result: np.ndarray, parameters: dict[str, np.ndarray], shown: int = SHOWN) -> list[Driver]:
    """The values that explain most of the spread of a result, strongest first.

    Parameters
    ----------
    result : ndarray (draw,)
        Net result in each draw.
    parameters : dict of ndarray (draw,)
        Draws of the uncertain values.
    shown : int
        How many.

    Notes
    -----
    The tipping value comes from a straight line of the result on the value: exact where the result is linear in it,
    else a first approximation.
    """
    ranked = sorted(
        ((_rank_share(result, values), name) for name, values in parameters.items() if np.ptp(values) > 0), reverse=True
    )
    return [_driver(name, share, result, parameters[name]) for share, name in ranked[:shown]]


def _rank_share(result: np.ndarray, values: np.ndarray) -> float:
    return float(stats.spearmanr(result, values).statistic ** 2)


def _driver(name: str, share: float, result: np.ndarray, values: np.ndarray) -> Driver:
    slope, intercept = np.polyfit(values, result, 1)
    tipping = -intercept / slope
    low, high = np.quantile(values, [0.025, 0.975])
    favourable = float((values > tipping).mean() if slope > 0 else (values < tipping).mean())
    return Driver(name, share, float(tipping) if low <= tipping <= high else None, favourable)
