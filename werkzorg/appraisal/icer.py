"""Extra cost per extra unit of effect, only between arms where that means something.

References
----------
Karlsson G, Johannesson M (1996), PharmacoEconomics 9:113-120. Briggs A, Claxton K, Sculpher M (2006), Decision
Modelling for Health Economic Evaluation, chapter 1.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import xarray as xr

from werkzorg.appraisal.decision import TIE, incremental_benefit
from werkzorg.appraisal.draws import (
    ARM,
    DRAW,
    check_arms,
    check_finite,
    check_label,
    check_same_draws,
    match_arms,
    refuse,
)
from werkzorg.appraisal.summary import ratio

STATUSES = ("frontier", "dominated", "extendedly_dominated", "duplicate")
"""On the frontier; another arm costs no more and does no less; a mix of two others does; equal to an arm before it."""

MEANINGS = ("extra_cost_per_gain", "saving_per_loss", "dominant", "dominated", "equal")
"""What a comparison of two arms can be; only the first two have a ratio."""


def efficiency_frontier(effect: xr.DataArray, cost: xr.DataArray) -> xr.Dataset:
    """Which arms can be the best at some threshold, and the ratio at which each takes over from the one before it.

    Parameters
    ----------
    effect, cost : DataArray (arm) or (draw, arm)
        Expected effect (units) and cost (euros); draws are averaged first.

    Returns
    -------
    Dataset (arm)
        `effect`, `cost`, `status` (one of :data:`STATUSES`), `icer` (euros per unit against the arm before it on the
        frontier; NaN for the cheapest and for arms that are not on it) and `versus` (name of that arm, or empty).
        Sorted by cost, then effect.
    """
    means = []
    for array, name in ((effect, "effect"), (cost, "cost")):
        checked = check_finite(array, name, (ARM,))
        if ARM not in checked.coords:
            raise refuse("arms_unnamed", name)
        means.append(checked.mean(DRAW) if DRAW in checked.dims else checked)
    means[1] = match_arms(means[0], means[1], "cost")
    order = np.lexsort((means[0][ARM].values.astype(str), -means[0].values, means[1].values))
    effects, costs = (mean.isel(arm=order) for mean in means)
    names = effects[ARM].values
    status = _status(effects.values, costs.values)
    on = [k for k, word in enumerate(status) if word == "frontier"]
    icer, versus = np.full(len(names), np.nan), np.full(len(names), "", dtype=object)
    for before, here in pairwise(on):
        icer[here] = _slope(effects.values, costs.values, before, here)
        versus[here] = str(names[before])
    found = {"effect": effects, "cost": costs, "status": (ARM, status), "icer": (ARM, icer)}
    return xr.Dataset({**found, "versus": (ARM, versus.astype(str))})


def _slope(effects: np.ndarray, costs: np.ndarray, before: int, here: int) -> float:
    return float((costs[here] - costs[before]) / (effects[here] - effects[before]))


def _status(effects: np.ndarray, costs: np.ndarray) -> list[str]:
    """Status of arms sorted by cost and, at equal cost, by falling effect."""
    status, hull = [], []
    best = -np.inf
    for here, (effect, cost) in enumerate(zip(effects, costs, strict=True)):
        if hull and effect == effects[hull[-1]] and cost == costs[hull[-1]]:
            status.append("duplicate")
        elif effect <= best:
            status.append("dominated")
        else:
            best = effect
            status.append("frontier")
            # A steeper step before a flatter one: a mix of its neighbours does more for the same money.
            while len(hull) > 1 and _bends(effects, costs, hull[-2], hull[-1], here):
                status[hull.pop()] = "extendedly_dominated"
            hull.append(here)
    return status


def _bends(effects: np.ndarray, costs: np.ndarray, before: int, middle: int, here: int) -> bool:
    first, second = _slope(effects, costs, before, middle), _slope(effects, costs, middle, here)
    return first - second > TIE * abs(second)


def compare_arms(effect: xr.DataArray, cost: xr.DataArray, reference: str, arm: str) -> dict[str, object]:
    """One arm against a named reference: the ratio where it has a meaning, with its intervals, and what it means.

    A ratio below zero says nothing: less cost for more effect and more cost for less have the same sign. So there is
    none in those quadrants, and no intervals unless the effect is above zero in 95% of the draws.

    Parameters
    ----------
    effect, cost : DataArray (draw, arm)
        Effect in units, cost in euros.
    reference, arm : str
        Names of arms. Swapping them turns the signs of both differences and leaves the ratio as it is.

    Returns
    -------
    dict
        `meaning` (one of :data:`MEANINGS`), `effect` and `cost` (mean differences), `icer` (ratio of means or None) and
        `interval` (as :func:`werkzorg.appraisal.summary.ratio`, or None).
    """
    check_same_draws(check_arms(effect, "effect"), check_arms(cost, "cost"), "cost")
    check_label(effect, "arm", ARM, arm)
    change, extra = (incremental_benefit(array, reference).sel(arm=arm).values for array in (effect, cost))
    more, dearer = float(change.mean()), float(extra.mean())
    meaning = _meaning(more, dearer)
    shown = dearer / more if meaning in MEANINGS[:2] else None
    interval = ratio(np.sign(more) * extra, np.sign(more) * change) if shown is not None else None
    return {"meaning": meaning, "effect": more, "cost": dearer, "icer": shown, "interval": interval}


def _meaning(more: float, dearer: float) -> str:
    if more == 0 and dearer == 0:
        return "equal"
    if more > 0 and dearer > 0:
        return "extra_cost_per_gain"
    if more < 0 and dearer < 0:
        return "saving_per_loss"
    return "dominant" if more >= 0 and dearer <= 0 else "dominated"
