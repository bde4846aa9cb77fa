"""Tipping points with their uncertainty: the value of one quantity at which a party breaks even, in every draw.

"Jobs must last x months for the municipality to break even": x differs per draw, because all else is uncertain too. Its
distribution, and the probability that the quantity really lies on the good side of it, are the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import xarray as xr

from werkzorg.appraisal.draws import DRAW, check_draws, check_finite, check_same_draws, refuse
from werkzorg.constants import INTERVAL_WIDTHS

STEPS = 100
"""Most evaluations of the function per result; the halvings among them alone leave 1e-10 of the width."""

ZERO = 1e-14
"""A result of less than this part of the smaller one at the ends is zero: less is rounding."""

SUMMARY = "summary"


def switch_linear(intercept: xr.DataArray, slope: xr.DataArray) -> xr.Dataset:
    """Switching value of a result ``intercept + slope * x``.

    Parameters
    ----------
    intercept : DataArray (draw, ...)
        Result at x = 0.
    slope : DataArray (draw, ...)
        Gain per unit of x.

    Returns
    -------
    Dataset (draw, ...)
        `value`: x at which the result is zero, NaN where the slope is zero; `at_low`, `at_high`: sign (-1, 0, 1) of
        the result far below and far above it, as in :func:`switch_between`.
    """
    intercept, slope = check_draws(intercept, "intercept"), check_draws(slope, "slope")
    check_same_draws(intercept, slope, "slope")
    intercept, slope = xr.broadcast(intercept, slope)
    tilted = slope != 0
    value = (-intercept / slope.where(tilted, 1.0)).where(tilted)
    signs = {
        name: np.sign(turn * slope).where(tilted, np.sign(intercept)) for name, turn in (("at_low", -1), ("at_high", 1))
    }
    return xr.Dataset({"value": value, **signs})


def switch_between(
    function: Callable[[xr.DataArray], xr.DataArray], low: float, high: float, tolerance: float = 1e-9
) -> xr.Dataset:
    """Switching value of any result that only rises or only falls between two values of x.

    Parameters
    ----------
    function : callable
        From x (draw) to the result (draw, ...), each draw with its own x. It is called with a plain number first.
    low, high : float
        Where to look.
    tolerance : float
        Precision of x as a part of ``high - low``.

    Returns
    -------
    Dataset (draw, ...)
        `value`: x at which the result is zero, NaN where the result has the same sign at both ends; `at_low`,
        `at_high`: its sign (-1, 0, 1) there. So a party that gains or loses whatever x may be is told apart.
    """
    if not low < high:
        raise refuse("bracket", "low")
    ends = [check_draws(function(xr.DataArray(float(end))), "function") for end in (low, high)]
    check_same_draws(*ends, "function")
    rest = ends[0].isel(draw=0, drop=True)
    draws = {DRAW: ends[0][DRAW].values} if DRAW in ends[0].coords else {}
    value = np.empty(ends[0].shape)
    for place in product(*(range(size) for size in rest.shape)):

        def evaluate(x: np.ndarray, place: tuple[int, ...] = place) -> np.ndarray:
            result = check_draws(function(xr.DataArray(x, dims=DRAW, coords=draws)), "function")
            return result.transpose(*ends[0].dims).values[:, *place]

        value[:, *place] = _roots(evaluate, low, high, ends[0].values[:, *place], ends[1].values[:, *place], tolerance)
    return xr.Dataset({"value": ends[0].copy(data=value), "at_low": np.sign(ends[0]), "at_high": np.sign(ends[1])})


def _roots(
    evaluate: Callable[[np.ndarray], np.ndarray],
    low: float,
    high: float,
    at_low: np.ndarray,
    at_high: np.ndarray,
    tolerance: float,
) -> np.ndarray:
    """Roots of all draws at once: straight lines between the ends, every third step halving (Illinois rule)."""
    left, right = np.full(at_low.shape, float(low)), np.full(at_low.shape, float(high))
    f_left, f_right = at_low.copy(), at_high.copy()
    crosses = np.sign(at_low) * np.sign(at_high) <= 0
    flat = crosses & (at_low == 0) & (at_high == 0)
    root = np.where(at_low == 0, left, np.where(at_high == 0, right, np.nan))
    open_ = crosses & (at_low != 0) & (at_high != 0)
    nothing = ZERO * np.minimum(np.abs(at_low), np.abs(at_high))
    for step in range(STEPS):
        if not open_.any():
            break
        gap = np.where(open_, f_right - f_left, 1.0)
        line = right - f_right * (right - left) / gap
        x = np.where(open_ & (step % 3 != 2), line, (left + right) / 2)
        f = evaluate(x)
        same = np.sign(f) == np.sign(f_left)
        # The end that stays is weighed half, so that both ends close in.
        f_right = np.where(same, f_right / 2, f)
        f_left = np.where(same, f, f_left / 2)
        left, right = np.where(same, x, left), np.where(same, right, x)
        found = np.abs(f) <= nothing
        done = open_ & (found | (right - left <= tolerance * (high - low)))
        root = np.where(done, np.where(found, x, (left + right) / 2), root)
        open_ = open_ & ~done
    root = np.where(open_, (left + right) / 2, root)
    return np.where(flat, np.nan, root)


def rank_ends(value: xr.DataArray, always: xr.DataArray) -> xr.DataArray:
    """Median and equal-tailed intervals of a switching value over all draws, also those that have none.

    Leaving those draws out would call the easy half the middle: a draw in which nothing is enough counts as endless,
    and one that gains whatever happens as minus endless. The middle is then where the gain is as likely as the loss.

    Parameters
    ----------
    value : DataArray (draw, ...)
        NaN where a draw has none.
    always : DataArray (draw, ...)
        Whether a draw gains at both ends.

    Returns
    -------
    DataArray (summary, ...)
        `median`, `low50`, `high50`, ...; infinite where that part of the draws has no value.
    """
    filled = value.where(value.notnull(), xr.where(always, -np.inf, np.inf))
    shares = {"median": 0.5}
    for width in INTERVAL_WIDTHS:
        shares |= {f"low{round(100 * width)}": (1 - width) / 2, f"high{round(100 * width)}": (1 + width) / 2}
    # Between a number and infinity nothing lies: a quantile is one of the draws.
    found = filled.quantile(list(shares.values()), dim=DRAW, method="inverted_cdf", skipna=False)
    return found.rename(quantile=SUMMARY).assign_coords({SUMMARY: list(shares)})


def summarise_switch(switch: xr.Dataset, actual: xr.DataArray | None = None) -> xr.Dataset:
    """Posterior of the switching value, and the probability of being on the good side of it.

    Parameters
    ----------
    switch : Dataset (draw, ...)
        From :func:`switch_linear` or :func:`switch_between`.
    actual : DataArray (draw), optional
        The quantity itself in the same draws.

    Returns
    -------
    Dataset (...)
        `value` (summary, ...): median and intervals over all draws, from :func:`rank_ends`; `exists`, `always`,
        `never`: shares of the draws that switch, that gain at both ends and that gain at neither; with `actual` also
        `probability`: share of the draws in which the quantity lies where the party gains.
    """
    value = check_finite(switch["value"].fillna(0.0), "switch", (DRAW,)).where(switch["value"].notnull())
    switches = value.notnull()
    both = (switch["at_low"] > 0) & (switch["at_high"] > 0)
    result = {
        "value": rank_ends(value, both),
        "exists": switches.mean(DRAW),
        "always": (both & ~switches).mean(DRAW),
        "never": (~both & ~switches).mean(DRAW),
    }
    if actual is not None:
        actual = check_draws(actual, "actual")
        check_same_draws(switch["value"], actual, "actual")
        above = (actual > value) & (switch["at_high"] > 0)
        below = (actual < value) & (switch["at_low"] > 0)
        result["probability"] = (both & ~switches | above | below).mean(DRAW)
    return xr.Dataset(result)
