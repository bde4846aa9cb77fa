"""Which uncertain values move the answer, per party: one at a time, and all together.

References
----------
Saltelli A et al. (2008), Global Sensitivity Analysis: the Primer, chapter 4. Herman J, Usher W (2017), Journal of Open
Source Software 2(9):97 (SALib). Olkin I, Finn JD (1995), Psychological Bulletin 118:155-164 (error of a squared
multiple correlation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
import xarray as xr

from werkzorg.appraisal.draws import DRAW, check_draws, check_same_draws, refuse
from werkzorg.appraisal.information import GROUP, PARAMETER, choose_groups
from werkzorg.appraisal.regression import FEWEST, make_smoother, single_threaded
from werkzorg.constants import HEADLINE_WIDTH


@single_threaded
def tornado(net: xr.DataArray, parameters: xr.DataArray, width: float = HEADLINE_WIDTH) -> xr.Dataset:
    """Expected result at a low and a high value of each parameter, all else as drawn.

    From the draws themselves, so that what goes together with a parameter moves along with it, and no run of the model
    is needed.

    Parameters
    ----------
    net : DataArray (draw, ...)
        Result, such as euros per party.
    parameters : DataArray (draw, parameter)
        Uncertain values in the same draws.
    width : float
        Width of the interval whose ends are the low and high value.

    Returns
    -------
    Dataset
        `low`, `high` (parameter): the values; `at_low`, `at_high` (parameter, ...): expected results there; `swing`
        (parameter, ...): the distance between them; `base` (...): expected result over all draws.
    """
    net = check_draws(net, "net")
    parameters = check_draws(parameters, "parameters", (PARAMETER,), FEWEST)
    check_same_draws(net, parameters, "parameters")
    if not 0 < width < 1:
        raise refuse("not_share", "width")
    ends = np.quantile(parameters.values, [(1 - width) / 2, (1 + width) / 2], axis=0)
    rest = net.isel(draw=0, drop=True)
    at = np.empty((parameters.sizes[PARAMETER], 2, *rest.shape))
    for k in range(len(at)):
        smoother = make_smoother(parameters.values[:, [k]], "spline")
        for place in _places(rest):
            fit = smoother.fit(net.values[:, *place, None])
            at[k, :, *place] = fit.predict(ends[:, [k]])[:, 0]
    names = {PARAMETER: parameters[PARAMETER].values}
    low, high = (
        xr.DataArray(at[:, end], dims=(PARAMETER, *rest.dims), coords=names | dict(rest.coords)) for end in (0, 1)
    )
    return xr.Dataset(
        {
            "low": (PARAMETER, ends[0]),
            "high": (PARAMETER, ends[1]),
            "at_low": low,
            "at_high": high,
            "swing": abs(high - low),
            "base": net.mean(DRAW),
        }
    )


def _places(rest: xr.DataArray) -> product:
    return product(*(range(size) for size in rest.shape))


@single_threaded
def explained_share(
    net: xr.DataArray,
    parameters: xr.DataArray,
    groups: Mapping[str, Sequence[str]] | None = None,
    method: str = "auto",
) -> xr.Dataset:
    """Share of the variance of a result that goes when a value, or a group of them, is known: first-order Sobol index.

    With the group of all values on which the counts say nothing, it is the share of the answer that is prior.

    Parameters
    ----------
    net : DataArray (draw, ...)
        Result, such as euros per party.
    parameters : DataArray (draw, parameter)
        Uncertain values in the same draws; they may go together.
    groups, method
        As in :func:`werkzorg.appraisal.information.evppi`.

    Returns
    -------
    Dataset (group, ...)
        `share`, fraction, and its `standard_error`. Zero where the result does not vary.
    """
    net = check_draws(net, "net")
    parameters = check_draws(parameters, "parameters", (PARAMETER,), FEWEST)
    check_same_draws(net, parameters, "parameters")
    chosen = choose_groups(parameters, groups)
    rest = net.isel(draw=0, drop=True)
    share = np.zeros((len(chosen), *rest.shape))
    flat = net.values.reshape(net.sizes[DRAW], -1)
    for k, ids in enumerate(chosen.values()):
        smoother = make_smoother(parameters.sel(parameter=list(ids)).values, method, flat)
        for place in _places(rest):
            result = net.values[:, *place, None]
            total = result.var(ddof=1)
            # What is left is counted per free draw, so that a useless value explains nothing on average.
            left = smoother.fit(result).residual[0, 0] if smoother.basis is not None else total
            share[k, *place] = np.clip(1 - left / total, 0.0, 1.0) if total > 0 else 0.0
    error = 2 * np.sqrt(share) * (1 - share) / np.sqrt(net.sizes[DRAW])
    coords = {GROUP: list(chosen), **dict(rest.coords)}
    dims = (GROUP, *rest.dims)
    return xr.Dataset({"share": (dims, share), "standard_error": (dims, error)}, coords=coords)


def sobol_indices(
    function: Callable[[xr.DataArray], xr.DataArray], parameters: xr.DataArray, size: int = 1024, seed: int = 1
) -> xr.Dataset:
    """First and total order Sobol indices of a model that can be run again, by SALib.

    Parameters
    ----------
    function : callable
        From values (draw, parameter) to results (draw, ...), all draws in one call.
    parameters : DataArray (draw, parameter)
        Draws that give each parameter its distribution. They are combined anew, as if independent.
    size : int
        Power of two; the function gets ``size * (parameters + 2)`` rows.
    seed : int
        Seed of the design.

    Returns
    -------
    Dataset (parameter, ...)
        `first`, `total`: share of the variance by the parameter alone, and with all in which it takes part;
        `first_error`, `total_error`: their standard errors. Zero where the result does not vary.
    """
    parameters = check_draws(parameters, "parameters", (PARAMETER,))
    if size < 2 or size & (size - 1):
        raise refuse("size", "size", size=size)
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as design

    names = [str(name) for name in parameters[PARAMETER].values]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    places = design.sample(problem, size, calc_second_order=False, seed=seed)
    columns = [np.quantile(parameters.values[:, k], places[:, k]) for k in range(len(names))]
    rows = xr.DataArray(
        np.column_stack(columns), dims=(DRAW, PARAMETER), coords={PARAMETER: parameters[PARAMETER].values}
    )
    results = check_draws(function(rows), "function")
    if results.sizes[DRAW] != len(places):
        raise refuse("other_draws", "function", first=len(places), second=results.sizes[DRAW])
    rest = results.isel(draw=0, drop=True)
    found = {key: np.zeros((len(names), *rest.shape)) for key in ("S1", "ST", "S1_conf", "ST_conf")}
    for place in _places(rest):
        values = results.values[:, *place]
        if np.ptp(values) > 0:
            # With a level of 0.68 the half-width of SALib's interval is about one standard error.
            one = analysis.analyze(problem, values, calc_second_order=False, conf_level=0.6827, seed=seed)
            for key in found:
                found[key][:, *place] = one[key]
    dims, words = (PARAMETER, *rest.dims), ("first", "total", "first_error", "total_error")
    coords = {PARAMETER: parameters[PARAMETER].values, **dict(rest.coords)}
    return xr.Dataset({word: (dims, part) for word, part in zip(words, found.values(), strict=True)}, coords=coords)
