"""What a decision does to the budget of each calendar year: undiscounted, the part that becomes cash, and when.

References
----------
Sullivan SD et al. (2014), Value in Health 17:5-14: principles of budget impact analysis.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.appraisal.draws import check_finite, check_positive, check_share, refuse
from werkzorg.constants import MONTHS_PER_YEAR

START, MONTH, YEAR = "start", "month", "year"


def budget_impact(
    flow: xr.DataArray,
    enrolment: xr.DataArray,
    cashable: xr.DataArray | float = 1.0,
    lag: xr.DataArray | float = 0.0,
) -> xr.Dataset:
    """Flows of all participants in calendar years: as they arise, and as cash.

    Parameters
    ----------
    flow : DataArray (..., month)
        Flow per participant, euros, undiscounted, difference with and without the programme, above zero a gain; months
        0..T of the programme with month 1 the first, month 0 booked with it. Dims such as draw, party, item.
    enrolment : DataArray (start)
        Number of participants by month of enrolment; labels such as "2026-09" or datetime64.
    cashable : DataArray or float
        Share of a flow that money is really saved or spent on, 0 to 1; dims any of `flow` but month. Freed places that
        are filled again are not cash.
    lag : DataArray or float
        Months until a flow is felt as cash, not below zero, whole or broken; dims any of `flow` but month.

    Returns
    -------
    Dataset
        `booked` and `cash` (..., year), euros; every calendar year from the first start to the last cash. The sum over
        the years of `booked` is the number of participants times the sum of the flow; `cash` is that times `cashable`.
    """
    flow = check_finite(flow, "flow", (MONTH,)).transpose(..., MONTH)
    enrolment = check_finite(enrolment, "enrolment", (START,))
    check_positive(enrolment, "enrolment")
    cashable, lag = check_finite(xr.DataArray(cashable), "cashable"), check_finite(xr.DataArray(lag), "lag")
    check_share(cashable, "cashable")
    check_positive(lag, "lag")
    for array, name in ((cashable, "cashable"), (lag, "lag")):
        for dim in array.dims:
            if dim not in flow.dims or dim == MONTH:
                raise refuse("dim_extra", name, dim=dim)
    months = _start_months(enrolment)
    longest = int(np.ceil(float(lag.max())))
    booked = _in_years(flow, months, enrolment.values, 0, longest)
    cash = xr.zeros_like(booked)
    for whole in range(longest + 1):
        # A lag of 2.25 months is for three quarters one of 2 and for one quarter one of 3.
        part = (1.0 - abs(lag - whole)).clip(min=0.0)
        if part.any():
            cash = cash + _in_years(flow * (part * cashable), months, enrolment.values, whole, longest)
    return xr.Dataset({"booked": booked, "cash": cash.transpose(*booked.dims)})


def _start_months(enrolment: xr.DataArray) -> np.ndarray:
    """Calendar months of enrolment, counted from 1970-01."""
    if START not in enrolment.coords:
        raise refuse("dates", "enrolment")
    labels = enrolment[START].values
    if labels.dtype.kind not in "MUOS":
        raise refuse("dates", "enrolment")
    try:
        months = labels.astype("datetime64[M]")
    except ValueError:
        raise refuse("dates", "enrolment") from None
    if np.isnat(months).any():
        raise refuse("dates", "enrolment")
    return months.astype(int)


def _in_years(flow: xr.DataArray, starts: np.ndarray, people: np.ndarray, lag: int, longest: int) -> xr.DataArray:
    """Sum per calendar year of a flow of so many people per start, a whole number of months later."""
    length = flow.sizes[MONTH]
    first, last = starts.min() // MONTHS_PER_YEAR, (starts.max() + length - 2 + longest) // MONTHS_PER_YEAR
    years = np.arange(first, max(last, first) + 1)
    after = np.maximum(np.arange(length) - 1, 0) + lag
    weights = np.zeros((length, len(years)))
    for start, count in zip(starts, people, strict=True):
        weights[np.arange(length), (start + after) // MONTHS_PER_YEAR - first] += count
    shared = xr.DataArray(weights, dims=(MONTH, YEAR), coords={YEAR: years + 1970})
    return xr.dot(flow.drop_vars(MONTH, errors="ignore"), shared, dim=MONTH).transpose(..., YEAR)


def first_year_in_cash(impact: xr.Dataset) -> xr.DataArray:
    """First calendar year from which the running sum of cash stays at or above zero; NaN when it ends below.

    Parameters
    ----------
    impact : Dataset
        From :func:`budget_impact`.

    Returns
    -------
    DataArray (...)
        Year. A party that never pays more than it has had back gets the first year.
    """
    running = impact["cash"].cumsum(YEAR)
    # Back at zero but for rounding is back at zero.
    below = running < -1e-9 * abs(impact["cash"]).sum(YEAR)
    years = below.sizes[YEAR]
    after = years - below.isel(year=slice(None, None, -1)).argmax(YEAR)
    place = xr.where(below.any(YEAR), after, 0)
    return (impact[YEAR].values[0] + place).where(place < years).astype(float)
