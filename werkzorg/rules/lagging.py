"""A series that comes later."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def delayed(series: ArrayLike, years: float, steps_per_year: int) -> NDArray[np.float64]:
    """The same series, shifted to later by a number of years; zero before it starts.

    Parameters
    ----------
    series : array, shape (..., time)
        Amount per step.
    years : float
        Delay, rounded to whole steps.
    steps_per_year : int
        Steps of the time axis per year.
    """
    series = np.asarray(series, float)
    steps = round(years * steps_per_year)
    if steps <= 0:
        return series.copy()
    shifted = np.zeros_like(series)
    shifted[..., steps:] = series[..., :-steps]
    return shifted
