"""Present values of flows, on labelled arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from werkzorg.constants import MONTHS_PER_YEAR


def discount_factors(years: int, rate: float | Sequence[float]) -> xr.DataArray:
    """Factor per programme year, dims (year,): ``(1 + rate)^-(year - 1)``; the first twelve months count in full.

    Parameters
    ----------
    years : int
        Number of years.
    rate : float or sequence of float
        Real rate, fraction per year; 0 gives the plain sum. A schedule has the rate from the first to the second year,
        from the second to the third, and so on; the last one stays in force. Factors of a schedule are products.
    """
    year = np.arange(1, years + 1)
    return xr.DataArray(_factors(year - 1, rate), dims="year", coords={"year": year})


def _factors(whole_years: np.ndarray, rate: float | Sequence[float]) -> np.ndarray:
    """Factor after so many whole years."""
    if np.ndim(rate) == 0:
        return (1 + rate) ** -whole_years.astype(float)
    longest = int(whole_years.max(initial=0))
    rates = np.asarray([*rate, *[rate[-1]] * longest], dtype=float)[:longest]
    return np.concatenate([[1.0], np.cumprod(1 / (1 + rates))])[whole_years]


def monthly_factors(months: int, rate: float | Sequence[float]) -> xr.DataArray:
    """The yearly factors along months 0..months, dims (month,); month 0 holds nothing and has factor one."""
    month = np.arange(months + 1)
    year = np.maximum(month - 1, 0) // MONTHS_PER_YEAR
    return xr.DataArray(_factors(year, rate), dims="month", coords={"month": month})


def increment(array: xr.DataArray) -> xr.DataArray:
    """Programme less without, by name of the arm."""
    return array.sel(arm="programme", drop=True) - array.sel(arm="without", drop=True)


def present_value(flow: xr.DataArray, rate: float | Sequence[float], horizon: int) -> xr.DataArray:
    """Discounted sum of a monthly flow up to a horizon.

    Parameters
    ----------
    flow : DataArray (..., month)
        Months 0..T.
    rate : float or sequence of float
        Real discount rate, or a schedule as in :func:`discount_factors`.
    horizon : int
        Months; 0 gives 0.

    Returns
    -------
    DataArray (...)
        Present value in the money of the flow.
    """
    factors = monthly_factors(flow.sizes["month"] - 1, rate)
    return (flow * factors.values).isel(month=slice(1, horizon + 1)).sum("month")


def cumulative(flow: xr.DataArray, rate: float | Sequence[float] = 0.0) -> xr.DataArray:
    """Running sum along months 0..T, dims as given."""
    factors = monthly_factors(flow.sizes["month"] - 1, rate)
    return (flow * factors.values).cumsum("month")


def payback_month(running: xr.DataArray) -> xr.DataArray:
    """First month from which a running sum stays at or above zero up to the end; NaN when it ends below zero.

    Parameters
    ----------
    running : DataArray (..., month)
        Months 0..T.

    Returns
    -------
    DataArray (...)
        Month, or NaN. A party that never stands below zero has month 1.
    """
    below = running.isel(month=slice(1, None)) < 0
    months = below.sizes["month"]
    last_below = months - below.isel(month=slice(None, None, -1)).argmax("month")
    month = xr.where(below.any("month"), last_below + 1, 1).astype(float)
    return month.where(month <= months)
