"""From value per participant to value for all participants over the years that a decision holds."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from werkzorg.appraisal.draws import check_finite, check_positive, refuse

DISCOUNTING = ("yearly", "continuous")
"""Factor per programme year with the first year in full, as everywhere in this package; or ``exp(-rate t)``."""


def population_size(
    people: xr.DataArray | float,
    years: xr.DataArray | float,
    rate: xr.DataArray | float = 0.0,
    delay: xr.DataArray | float = 0.0,
    discounting: str = "yearly",
) -> xr.DataArray:
    """Discounted number of participants a decision is about.

    Parameters
    ----------
    people : DataArray or float
        Participants per year.
    years : DataArray or float
        Horizon of the decision in years from now.
    rate : DataArray or float
        Real discount rate, fraction per year; zero gives the plain number.
    delay : DataArray or float
        Years before the answer is there, such as the length of a study; who starts before it does not profit.
    discounting : {"yearly", "continuous"}
        See :data:`DISCOUNTING`.

    Returns
    -------
    DataArray
        Dims of all arguments together: they meet by name, so that a vector gives what its values give one by one.

    Notes
    -----
    Yearly: ``people * sum over years y of (part of year y between delay and horizon) * (1 + rate)^-(y - 1)``.
    Continuous: ``people * integral from delay to horizon of exp(-rate t)``, with its limit at rate zero.
    """
    people, years, rate, delay = (
        check_finite(xr.DataArray(given), name)
        for given, name in ((people, "people"), (years, "years"), (rate, "rate"), (delay, "delay"))
    )
    for array, name in ((people, "people"), (years, "years"), (delay, "delay"), (rate, "rate")):
        check_positive(array, name)
    if discounting not in DISCOUNTING:
        raise refuse("method_unknown", "discounting", method=discounting, known=", ".join(DISCOUNTING))
    length = (years - delay).clip(min=0.0)
    if discounting == "continuous":
        # Below this the limit at zero is nearer than rounding lets the formula come.
        steep = rate > 1e-12
        used = rate.where(steep, 1.0)
        shrunk = np.exp(-used * delay) * -np.expm1(-used * length) / used
        return people * xr.where(steep, shrunk, length)
    total = xr.zeros_like(length * rate)
    for year in range(1, math.ceil(float(years.max())) + 1):
        part = (np.minimum(years, year) - np.maximum(delay, year - 1)).clip(min=0.0)
        total = total + part * (1 + rate) ** -(year - 1.0)
    return people * total


def population_value(
    value: xr.DataArray,
    people: xr.DataArray | float,
    years: xr.DataArray | float,
    rate: xr.DataArray | float = 0.0,
    delay: xr.DataArray | float = 0.0,
    discounting: str = "yearly",
) -> xr.DataArray:
    """Value per participant for all participants of the years that a decision holds.

    Parameters
    ----------
    value : DataArray
        Value per participant, euros: of perfect, partial or sample information.
    people, years, rate, delay, discounting
        As in :func:`population_size`.

    Returns
    -------
    DataArray
        Euros; dims of the value first.
    """
    value = check_finite(value, "value")
    return (value * population_size(people, years, rate, delay, discounting)).transpose(*value.dims, ...)
