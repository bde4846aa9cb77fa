"""Present values of flows, on labelled arrays."""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.constants import MONTHS_PER_YEAR


def discount_factors(years: int, rate: float) -> xr.DataArray:
    """Factor per programme year, dims (year,): ``(1 + rate)^-(year - 1)``; the first twelve months count in full.

    Parameters
    ----------
    years : int
        Number of years.
    rate : float
        Real rate, fraction per year; 0 gives the plain sum.
    """
    year = np.arange(1, years + 1)
    return xr.DataArray((1 + rate) ** -(year - 1.0), dims="year", coords={"year": year})


def monthly_factors(months: int, rate: float) -> xr.DataArray:
    """The yearly factors along months 0..months, dims (month,); month 0 holds nothing and has factor one."""
    month = np.arange(months + 1)
    year = np.maximum(month - 1, 0) // MONTHS_PER_YEAR
    return xr.DataArray((1 + rate) ** -year.astype(float), dims="month", coords={"month": month})


def increment(array: xr.DataArray) -> xr.DataArray:
    """Programme less without, by name of the arm."""
    return array.sel(arm="programme", drop=True) - array.sel(arm="without", drop=True)


def present_value(flow: xr.DataArray, rate: float, horizon: int) -> xr.DataArray:
    """Discounted sum of a monthly flow up to a horizon.

    Parameters
    ----------
    flow : DataArray (..., month)
        Months 0..T.
    rate : float
        Real discount rate.
    horizon : int
        Months; 0 gives 0.

    Returns
    -------
    DataArray (...)
        Present value in the money of the flow.
    """
    factors = monthly_factors(flow.sizes["month"] - 1, rate)
    return (flow * factors.values).isel(month=slice(1, horizon + 1)).sum("month")


def cumulative(flow: xr.DataArray, rate: float = 0.0) -> xr.DataArray:
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
