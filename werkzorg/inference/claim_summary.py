"""Summaries of weighted draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from werkzorg.constants import INTERVAL_WIDTHS


@dataclass(frozen=True)
class Estimate:
    """Summary of weighted draws.

    Attributes
    ----------
    mean, median : float
    intervals : dict of float to (float, float)
        Equal-tailed, by width.
    below_zero : float
        Chance of a value below nil.
    sd : float
        Standard deviation.
    error : float
        Monte Carlo standard error of the mean.
    """

    mean: float
    median: float
    intervals: dict[float, tuple[float, float]]
    below_zero: float
    sd: float
    error: float


def summarise(values: np.ndarray, weight: np.ndarray) -> Estimate:
    """Mean, median, intervals and Monte Carlo error of weighted draws.

    Parameters
    ----------
    values, weight : ndarray (draw,)
        Weights add up to one.
    """
    mean = float(weight @ values)
    centred = values - mean
    ends = [0.5, *(side for width in INTERVAL_WIDTHS for side in ((1 - width) / 2, (1 + width) / 2))]
    median, *sides = quantiles(values, weight, np.array(ends))
    intervals = {width: (sides[2 * k], sides[2 * k + 1]) for k, width in enumerate(INTERVAL_WIDTHS)}
    # Error of a self-normalised importance estimate by the delta method.
    error = float(np.sqrt((weight**2) @ centred**2))
    spread = float(np.sqrt(weight @ centred**2))
    return Estimate(mean, median, intervals, float(weight[values < 0].sum()), spread, error)


def quantiles(values: np.ndarray, weight: np.ndarray, shares: np.ndarray) -> list[float]:
    """Quantiles of weighted draws, in straight lines between the middles of the weights."""
    order = np.argsort(values)
    middles = np.cumsum(weight[order]) - 0.5 * weight[order]
    return [float(end) for end in np.interp(shares, middles, values[order])]


def share_below(limits: np.ndarray, values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted share of values at or below each limit, shape of `limits`."""
    order = np.argsort(values)
    summed = np.concatenate([[0.0], np.cumsum(weight[order])])
    return summed[np.searchsorted(values[order], limits, side="right")]


def normalised(log_weight: np.ndarray) -> np.ndarray:
    """Weights that add up to one; all nil when nothing has any weight."""
    highest = log_weight.max()
    if not np.isfinite(highest):
        return np.zeros_like(log_weight)
    weight = np.exp(log_weight - highest)
    return weight / weight.sum()
