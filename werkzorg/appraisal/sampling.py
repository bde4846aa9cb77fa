"""What more clients or more months of follow-up are worth before they are paid for, and who should pay for them.

References
----------
Strong M, Oakley JE, Brennan A, Breeze P (2015), Medical Decision Making 35:570-583 (regression on summary statistics).
Jalal H, Alarid-Escudero F (2018), Medical Decision Making 38:174-188 (Gaussian approximation). Raiffa H, Schlaifer R
(1961), Applied Statistical Decision Theory, chapter 5 (normal closed form).
"""

from __future__ import annotations

from itertools import product

import numpy as np
import xarray as xr
from scipy.optimize import isotonic_regression

from werkzorg.appraisal.draws import (
    DRAW,
    check_arms,
    check_draws,
    check_finite,
    check_positive,
    check_same_draws,
    refuse,
)
from werkzorg.appraisal.information import PARAMETER, contrasts_of, evpi, evppi, normal_value, value_of_fit
from werkzorg.appraisal.regression import FEWEST, make_smoother, single_threaded

STATISTIC, PARTY = "statistic", "party"


def normal_evsi(
    mean: xr.DataArray | float,
    prior_sd: xr.DataArray | float,
    data_sd: xr.DataArray | float,
    size: xr.DataArray | float,
) -> xr.DataArray | float:
    """Value of a study when all is normal: the closed form.

    Parameters
    ----------
    mean : DataArray or float
        Expected incremental net benefit.
    prior_sd : DataArray or float
        Standard deviation of the part of it that the study is about, in the same unit.
    data_sd : DataArray or float
        Standard deviation of one observation, expressed in the same unit (slope times that of the data).
    size : DataArray or float
        Number of observations; a vector gives the values of the single sizes.

    Notes
    -----
    The mean after the study has standard deviation ``s sqrt(n s^2 / (n s^2 + d^2))`` before it; the rest is
    :func:`werkzorg.appraisal.information.normal_value`.
    """
    informed = size * prior_sd**2
    noise = data_sd**2
    share = informed / np.maximum(informed + noise, np.finfo(float).tiny)
    return normal_value(mean, prior_sd * np.sqrt(share))


def evsi(
    benefit: xr.DataArray,
    statistics: xr.DataArray,
    parameters: xr.DataArray | None = None,
    method: str = "auto",
) -> xr.Dataset:
    """Expected value of sample information, for studies whose data were simulated.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit. With a dimension `party` the value to each party, each deciding for itself.
    statistics : DataArray (draw, statistic, ...)
        Per draw, summary statistics of data simulated from the values of that draw (such as number placed and mean
        months worked). Every other dimension is a design, such as `clients` and `months`, with ascending sizes.
    parameters : DataArray (draw, parameter), optional
        The values that the study is about. With them no study is worth more than knowing them exactly.
    method : {"auto", "spline", "gp"}
        As in :func:`werkzorg.appraisal.information.evppi`.

    Returns
    -------
    Dataset
        `value` and `standard_error` (design ..., ...), in the unit of the benefit, and `ceiling` (...).

    Notes
    -----
    A larger study is worth at least as much as a smaller one of which it holds the data; where noise says otherwise
    the values are averaged (isotonic regression along each design).

    Raises
    ------
    WerkzorgError
        Draws that are not the same, too few draws, sizes of a design that do not ascend.
    """
    benefit = check_arms(benefit, "benefit")
    statistics = check_draws(statistics, "statistics", (STATISTIC,), FEWEST)
    check_same_draws(benefit, statistics, "statistics")
    designs = [str(dim) for dim in statistics.dims if dim not in (DRAW, STATISTIC)]
    for dim in designs:
        if dim in benefit.dims:
            raise refuse("dim_extra", "statistics", dim=dim)
        if (np.diff(statistics[dim].values) <= 0).any():
            raise refuse("sizes_order", "statistics", dim=dim)
    ceiling = _ceiling(benefit, parameters, method)
    found = _each_design(benefit, statistics, designs, method)
    value = _grow(found["value"], found["standard_error"], designs)
    return found.assign(value=np.minimum(value, ceiling), ceiling=ceiling)


def _ceiling(benefit: xr.DataArray, parameters: xr.DataArray | None, method: str) -> xr.DataArray:
    if parameters is None:
        return evpi(benefit)["value"]
    together = {"all": parameters[PARAMETER].values.tolist()}
    return evppi(benefit, parameters, together, method)["value"].isel(group=0, drop=True)


def _each_design(benefit: xr.DataArray, statistics: xr.DataArray, designs: list[str], method: str) -> xr.Dataset:
    parts = []
    ordered = statistics.transpose(*designs, DRAW, STATISTIC).values
    shape = ordered.shape[: len(designs)]
    for place in product(*(range(size) for size in shape)):
        seen = xr.DataArray(ordered[place], dims=(DRAW, PARAMETER), coords={PARAMETER: range(ordered.shape[-1])})
        found = evppi(benefit.drop_vars(DRAW, errors="ignore"), seen, {"data": seen[PARAMETER].values.tolist()}, method)
        parts.append(found[["value", "standard_error"]].isel(group=0, drop=True))
    if not designs:
        return parts[0]
    rest = parts[0]["value"].dims
    joined = {
        name: (
            (*designs, *rest),
            np.stack([part[name].values for part in parts]).reshape(*shape, *parts[0]["value"].shape),
        )
        for name in ("value", "standard_error")
    }
    return xr.Dataset(joined, coords={**{dim: statistics[dim].values for dim in designs}, **dict(parts[0].coords)})


def _grow(value: xr.DataArray, error: xr.DataArray, designs: list[str]) -> xr.DataArray:
    """Values that do not fall with the size of any design: averaged along each in turn until none falls."""
    largest = float(error.max())
    weights = 1 / np.maximum(error.values / largest, 1e-6) ** 2 if largest > 0 else np.ones(value.shape)
    grown = value.values.copy()
    for _ in range(100):
        before = grown.copy()
        for axis in range(len(designs)):
            moved, weight = np.moveaxis(grown, axis, -1), np.moveaxis(weights, axis, -1)
            for place in product(*(range(size) for size in moved.shape[:-1])):
                moved[place] = isotonic_regression(moved[place], weights=weight[place]).x
        if np.array_equal(before, grown):
            break
    for axis in range(len(designs)):
        grown = np.maximum.accumulate(grown, axis=axis)
    return value.copy(data=grown)


@single_threaded
def evsi_by_shrinkage(
    benefit: xr.DataArray,
    parameters: xr.DataArray,
    prior_size: float,
    sizes: xr.DataArray,
    method: str = "auto",
) -> xr.Dataset:
    """Value of studies of many sizes without simulating their data: a Gaussian approximation.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit.
    parameters : DataArray (draw, parameter)
        The values that the study is about.
    prior_size : float
        Number of observations that what is known now weighs as much as, above zero.
    sizes : DataArray (one dimension, such as `clients`)
        Numbers of observations, not below zero.
    method : {"auto", "spline", "gp"}
        As in :func:`werkzorg.appraisal.information.evppi`.

    Returns
    -------
    Dataset
        `value` (size, ...) and `ceiling` (...): the value of knowing the parameters exactly.

    Notes
    -----
    After n observations the expected values are taken to lie around their mean as they do now, but closer, by the
    factor ``sqrt(n / (n + prior_size))``. Exact when parameters and data are normal; else a first answer, to be
    followed by :func:`evsi` for the size that is chosen.
    """
    benefit = check_arms(benefit, "benefit")
    parameters = check_draws(parameters, "parameters", (PARAMETER,), FEWEST)
    check_same_draws(benefit, parameters, "parameters")
    sizes = check_finite(sizes, "sizes")
    check_positive(sizes, "sizes")
    check_positive(xr.DataArray(float(prior_size)), "prior_size", zero=False)
    if sizes.ndim != 1:
        raise refuse("dim_extra", "sizes", dim=str(sizes.dims[-1]) if sizes.ndim else "-")
    known, rest = parameters.values, benefit.isel(draw=0, arm=0, drop=True)
    contrasts = contrasts_of(benefit)
    smoother = make_smoother(known, method, contrasts.reshape(len(contrasts), -1))
    centre, closeness = known.mean(axis=0), np.sqrt(sizes.values / (sizes.values + prior_size))
    value = np.empty((sizes.size, *rest.shape))
    for place in product(*(range(size) for size in rest.shape)):
        fit = smoother.fit(contrasts[:, :, *place])
        for at, factor in enumerate(closeness):
            seen = fit.predict(centre + factor * (known - centre))
            value[at, *place] = value_of_fit(seen).mean()
    dim = str(sizes.dims[0])
    found = xr.DataArray(value, dims=(dim, *rest.dims), coords={dim: sizes.values, **dict(rest.coords)})
    ceiling = _ceiling(benefit, parameters, method)
    return xr.Dataset({"value": np.minimum(found, ceiling), "ceiling": ceiling})


def study_worth(value: xr.DataArray, cost: xr.DataArray | float) -> xr.Dataset:
    """Expected net benefit of sampling, and the design where it is largest.

    Parameters
    ----------
    value : DataArray (design ..., ...)
        Value of the study to all people it matters to, euros: :func:`werkzorg.appraisal.population.population_value`
        of an :func:`evsi`.
    cost : DataArray (design ...) or float
        Cost of the study, euros, by the names of its designs: set-up, per client, per month.

    Returns
    -------
    Dataset
        `net` (as given): value less cost; `best` and `worth` (...): largest net and whether it is above zero; and
        `best_<design>` (...), the sizes there.
    """
    value = check_finite(value, "value")
    cost = check_finite(xr.DataArray(cost), "cost")
    net = (value - cost).transpose(*value.dims, ...)
    designs = [str(dim) for dim in cost.dims]
    if not designs:
        return xr.Dataset({"net": net, "best": net, "worth": net > 0})
    stacked = net.stack(_design=designs)
    at = stacked.argmax("_design")
    sizes = {f"best_{dim}": xr.DataArray(stacked[dim].values[at.values], dims=at.dims) for dim in designs}
    best = net.max(designs)
    return xr.Dataset({"net": net, "best": best, "worth": best > 0, **sizes})


def split_bill(value: xr.DataArray, cost: xr.DataArray | float) -> xr.Dataset:
    """Split the cost of a study over the parties in proportion to what knowing is worth to each.

    Parameters
    ----------
    value : DataArray (party, ...)
        Value of the study to each party, euros, not below zero.
    cost : DataArray (...) or float
        Cost of the study, euros.

    Returns
    -------
    Dataset
        `share` (party, ...): fractions that sum to one, or zero when nobody gains from knowing; `pays` (party, ...);
        `net` (party, ...): value less payment; `agreed` (...): whether no party pays more than knowing is worth to it.
        In proportion that holds for all parties or for none.
    """
    value = check_finite(value, "value", (PARTY,))
    check_positive(value, "value")
    cost = check_finite(xr.DataArray(cost), "cost")
    check_positive(cost, "cost")
    total = value.sum(PARTY)
    share = (value / total.where(total > 0, 1.0)).where(total > 0, 0.0)
    pays = share * cost
    return xr.Dataset({"share": share, "pays": pays, "net": value - pays, "agreed": total >= cost})
