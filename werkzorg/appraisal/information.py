"""What it is worth to know: perfect information about everything, and about some uncertain values.

References
----------
Claxton K (1999), Journal of Health Economics 18:341-364. Strong M, Oakley JE, Brennan A (2014), Medical Decision Making
34:311-326. Raiffa H, Schlaifer R (1961), Applied Statistical Decision Theory, chapter 5 (normal closed forms).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import xarray as xr
from scipy.special import ndtr

from werkzorg.appraisal.draws import (
    ARM,
    DRAW,
    check_arms,
    check_draws,
    check_label,
    check_same_draws,
    match_arms,
    refuse,
)
from werkzorg.appraisal.regression import FEWEST, Fit, Smoother, make_smoother, single_threaded
from werkzorg.appraisal.thresholds import THRESHOLD, trace_thresholds

PARAMETER, GROUP = "parameter", "group"

SHOWN = 1000
"""Draws at which the error of a fit is worked out."""


def evpi(benefit: xr.DataArray) -> xr.Dataset:
    """Expected value of perfect information: ``mean of the largest benefit - largest mean benefit``.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit. With a dimension `party` each party's own value of knowing.

    Returns
    -------
    Dataset (...)
        `value` and `standard_error` (of the draws), in the unit of the benefit. From few draws the value is a little
        too high, by less than its standard error.
    """
    benefit = check_arms(benefit, "benefit").transpose(DRAW, ..., ARM)
    loss = benefit.max(ARM) - benefit.isel(arm=benefit.mean(DRAW).argmax(ARM))
    loss = loss.drop_vars(ARM, errors="ignore")
    error = loss.std(DRAW, ddof=1) / np.sqrt(loss.sizes[DRAW])
    return xr.Dataset({"value": loss.mean(DRAW), "standard_error": error})


def normal_value(mean: xr.DataArray | float, sd: xr.DataArray | float) -> xr.DataArray | float:
    """Value of knowing an incremental net benefit that is normal: ``s phi(m/s) + m Phi(m/s) - max(0, m)``.

    Parameters
    ----------
    mean, sd : DataArray or float
        Expected incremental net benefit and the standard deviation of what will be known of it: all of it for perfect
        information, the part of one value for partial, the preposterior mean for a study.
    """
    distance = abs(mean)
    # |m| Phi(-|m|/s) without the difference of two large numbers; beyond 40 deviations both terms are below 1e-300.
    ratio = np.minimum(distance / np.maximum(sd, np.finfo(float).tiny), 40.0)
    return sd * np.exp(-0.5 * ratio**2) / np.sqrt(2 * np.pi) - distance * ndtr(-ratio)


@single_threaded
def evppi(
    benefit: xr.DataArray,
    parameters: xr.DataArray,
    groups: Mapping[str, Sequence[str]] | None = None,
    method: str = "auto",
) -> xr.Dataset:
    """Expected value of partial perfect information: of knowing one uncertain value, or a group of them.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit; each combination of the other dimensions (`party`, ...) decides for itself.
    parameters : DataArray (draw, parameter)
        The uncertain values in the same draws.
    groups : mapping of sequences, optional
        Name of a group -> ids of its parameters; without, each parameter is a group.
    method : {"auto", "spline", "gp"}
        Regression: splines (GAM), a Gaussian process, or the first for one and two values and the second for more.

    Returns
    -------
    Dataset
        `value`, `standard_error` (group, ...), and `evpi` (...), in the unit of the benefit. The error holds that of
        the regression and that of the draws. No value is above the value of perfect information.

    Raises
    ------
    WerkzorgError
        Draws that are not the same, too few draws, an unknown parameter or method, an empty group.
    """
    benefit = check_arms(benefit, "benefit")
    parameters = check_draws(parameters, "parameters", (PARAMETER,), FEWEST)
    check_same_draws(benefit, parameters, "parameters")
    chosen = choose_groups(parameters, groups)
    found = [_partial(benefit, parameters.sel(parameter=list(ids)).values, method) for ids in chosen.values()]
    return _with_ceiling(
        xr.concat(found, dim=xr.DataArray(list(chosen), dims=GROUP, name=GROUP)), evpi(benefit)["value"]
    )


def choose_groups(parameters: xr.DataArray, groups: Mapping[str, Sequence[str]] | None) -> dict[str, Sequence[str]]:
    """Ids per group, each parameter a group of its own when none are given; unknown ids and empty groups are refused.

    Parameters
    ----------
    parameters : DataArray (draw, parameter)
    groups : mapping of sequences, or None
    """
    known = parameters[PARAMETER].values.tolist()
    chosen = {str(name): [name] for name in known} if groups is None else dict(groups)
    for group, ids in chosen.items():
        if not len(ids):
            raise refuse("group_empty", "groups", group=group)
        for name in ids:
            check_label(parameters, "groups", PARAMETER, name)
    return chosen


def _with_ceiling(found: xr.Dataset, ceiling: xr.DataArray) -> xr.Dataset:
    """A regression may follow some noise; what is known cannot be worth more than all there is to know."""
    return found.assign(value=np.minimum(found["value"], ceiling), evpi=ceiling)


def contrasts_of(benefit: xr.DataArray) -> np.ndarray:
    """Benefit of each arm less that of the first in the alphabet, ndarray (draw, arm - 1, ...).

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        In any order of arms.
    """
    ordered = benefit.sortby(ARM)
    return (ordered - ordered.isel(arm=0, drop=True)).isel(arm=slice(1, None)).transpose(DRAW, ARM, ...).values


def _partial(benefit: xr.DataArray, known: np.ndarray, method: str) -> xr.Dataset:
    """Value and standard error (...) of knowing the columns of `known` (draw, value)."""
    rest, contrasts = benefit.isel(draw=0, arm=0, drop=True), contrasts_of(benefit)
    # Evenly spread in the first value, in any order of the draws.
    shown = np.argsort(known[:, 0], kind="stable")[np.linspace(0, len(known) - 1, min(SHOWN, len(known))).astype(int)]
    smoother = make_smoother(known, method, contrasts.reshape(len(contrasts), -1))
    value, error = np.empty(rest.shape), np.empty(rest.shape)
    for place in product(*(range(size) for size in rest.shape)):
        fit = smoother.fit(contrasts[:, :, *place])
        fitted = fit.fitted(len(contrasts))
        gain = value_of_fit(fitted)
        value[place], error[place] = gain.mean(), _error(fit, fitted, gain, shown)
    return xr.Dataset({"value": rest.copy(data=value), "standard_error": rest.copy(data=error)})


def value_of_fit(fitted: np.ndarray) -> np.ndarray:
    """Gain per draw of choosing by the fitted benefits; its mean is the value of what they were fitted on.

    Parameters
    ----------
    fitted : ndarray (..., draw, arm - 1)
        Benefit of each arm but the first, less that of the first, given what is known.
    """
    mean = fitted.mean(axis=-2, keepdims=True)
    best = (mean == mean.max(axis=-1, keepdims=True)) & (mean > 0)
    chosen = np.take_along_axis(fitted, best.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    return np.maximum(fitted.max(axis=-1), 0.0) - np.where(best.any(axis=-1), chosen, 0.0)


def _error(fit: Fit, fitted: np.ndarray, gain: np.ndarray, shown: np.ndarray) -> float:
    """Standard error of a mean gain: of the regression, from curves that fit as well, and of the draws.

    The derivative of the value to the curve would be nil where no choice changes, and with it the error; curves drawn
    at random do change it when it is a near thing.
    """
    value = value_of_fit(fitted[shown]).mean()
    others = value_of_fit(fit.simulate(shown)).mean(axis=-1)
    return float(np.hypot(np.sqrt(np.mean((others - value) ** 2)), gain.std(ddof=1) / np.sqrt(len(gain))))


@single_threaded
def evppi_over_thresholds(
    effect: xr.DataArray, cost: xr.DataArray, thresholds: xr.DataArray, parameters: xr.DataArray, method: str = "auto"
) -> xr.DataArray:
    """Value of knowing all given values together, at every threshold.

    Effects and costs are regressed once; the fitted ones are traced along the thresholds exactly.

    Parameters
    ----------
    effect, cost : DataArray (draw, arm)
        Effect in units, cost in euros.
    thresholds : DataArray (threshold)
        Euros per unit of effect.
    parameters : DataArray (draw, parameter)
        The values that will be known together.
    method : {"auto", "spline", "gp"}
        As in :func:`evppi`.

    Returns
    -------
    DataArray (threshold)
        Euros.
    """
    effect, cost = check_arms(effect, "effect"), check_arms(cost, "cost")
    parameters = check_draws(parameters, "parameters", (PARAMETER,), FEWEST)
    check_same_draws(effect, cost, "cost")
    check_same_draws(effect, parameters, "parameters")
    for array, name in ((effect, "effect"), (cost, "cost")):
        if array.ndim > 2:
            raise refuse("dim_extra", name, dim=array.dims[2])
    cost = match_arms(effect, cost, "cost")
    changes = np.hstack([(array - array.isel(arm=0, drop=True)).values[:, 1:] for array in (effect, cost)])
    fitted = _fit_each(make_smoother(parameters.values, method, changes), changes)
    zero = np.zeros((len(fitted), 1))
    known = [np.hstack([zero, part]) for part in np.split(fitted, 2, axis=1)]
    ceiling = trace_thresholds(effect, cost, thresholds)["evpi"]
    traced = trace_thresholds(effect.copy(data=known[0]), cost.copy(data=known[1]), thresholds)["evpi"]
    return np.minimum(traced, ceiling).transpose(THRESHOLD)


def _fit_each(smoother: Smoother, results: np.ndarray) -> np.ndarray:
    """Fitted effects and costs, each of the two with a smoothness of its own."""
    return np.hstack([smoother.fit(part).fitted(len(part)) for part in np.split(results, 2, axis=1)])
