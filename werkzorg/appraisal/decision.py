"""Which arm is best, how sure that is, and what a wrong choice costs: from draws of net benefit.

Arms are always named, never counted: no result depends on their order. `party`, `horizon` and other dimensions may be
there, and every result has them too: each party then decides for itself.

References
----------
Briggs A, Claxton K, Sculpher M (2006), Decision Modelling for Health Economic Evaluation, chapters 5 and 7. Fenwick E,
Claxton K, Sculpher M (2001), Health Economics 10:779-787 (acceptability frontier).
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.appraisal.draws import (
    ARM,
    DRAW,
    check_arms,
    check_draws,
    check_finite,
    check_label,
    check_same_draws,
    match_arms,
)
from werkzorg.contract import ARMS

TIE = 1e-12
"""Arms whose benefits differ by less than this part of their size are equal: less is rounding."""

QUADRANTS = ("dearer_and_better", "dearer_and_worse", "cheaper_and_better", "cheaper_and_worse")
"""Quadrants of the cost-effectiveness plane: north-east, north-west, south-east, south-west."""


def benefit_of_increment(net: xr.DataArray) -> xr.DataArray:
    """Net benefit of both arms from the difference programme less without, dims (draw, arm, ...).

    The arm `without` gets zero: what both arms share changes no decision.

    Parameters
    ----------
    net : DataArray (draw, ...)
        Difference in any unit, above zero a gain.
    """
    net = check_draws(net, "net")
    return xr.concat([net, xr.zeros_like(net)], dim=xr.DataArray(list(ARMS), dims=ARM, name=ARM)).transpose(
        DRAW, ARM, ...
    )


def net_benefit(effect: xr.DataArray, cost: xr.DataArray, threshold: float | xr.DataArray) -> xr.DataArray:
    """Net benefit ``threshold * effect - cost`` in euros, dims of both and of the threshold.

    Parameters
    ----------
    effect, cost : DataArray (draw, arm, ...)
        Effect in units, cost in euros.
    threshold : float or DataArray (threshold)
        Euros that a unit of effect is worth. For many thresholds see
        :func:`werkzorg.appraisal.thresholds.trace_thresholds`, which needs no array of this size.
    """
    effect, cost = check_arms(effect, "effect"), check_arms(cost, "cost")
    check_same_draws(effect, cost, "cost")
    return (threshold * effect - match_arms(effect, cost, "cost")).transpose(DRAW, ...)


def incremental_benefit(benefit: xr.DataArray, reference: str) -> xr.DataArray:
    """Net benefit of every arm less that of the reference, which is named; above zero: better than the reference.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit.
    reference : str
        Arm to compare with; it stays in the result, at zero.
    """
    benefit = check_arms(benefit, "benefit")
    check_label(benefit, "reference", ARM, reference)
    return benefit - benefit.sel(arm=reference)


def expected_loss(benefit: xr.DataArray) -> xr.DataArray:
    """Expected loss of choosing an arm: ``mean over draws of (largest benefit of that draw - benefit of the arm)``.

    The smallest of these is the expected value of perfect information.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit.

    Returns
    -------
    DataArray (arm, ...)
        In the unit of the benefit, never below zero.
    """
    benefit = check_arms(benefit, "benefit")
    return (benefit.max(ARM) - benefit).mean(DRAW).transpose(ARM, ...)


def share_of_ties(values: np.ndarray) -> np.ndarray:
    """One for the arm with the largest value, shared equally by arms that tie; shape and last axis (arm) as given."""
    slack = TIE * np.abs(values).max(axis=-1, keepdims=True)
    tied = values >= values.max(axis=-1, keepdims=True) - slack
    return tied / tied.sum(axis=-1, keepdims=True)


def acceptability(benefit: xr.DataArray) -> xr.DataArray:
    """Share of the draws in which an arm is the best one; arms that tie in a draw share it.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit.

    Returns
    -------
    DataArray (arm, ...)
        Fractions that sum to one over the arms.
    """
    benefit = check_arms(benefit, "benefit").transpose(..., ARM)
    return benefit.copy(data=share_of_ties(benefit.values)).mean(DRAW).transpose(ARM, ...)


def best_arm(expected: xr.DataArray) -> xr.DataArray:
    """Name of the arm with the largest expected benefit; of equal arms the first in the alphabet, in any order of arms.

    Parameters
    ----------
    expected : DataArray (arm, ...)
        Expected benefit.
    """
    ordered = check_finite(expected, "expected", (ARM,)).sortby(ARM).transpose(..., ARM)
    best = (share_of_ties(ordered.values) > 0).argmax(axis=-1)
    return ordered.isel(arm=0, drop=True).copy(data=ordered[ARM].values[best])


def acceptability_frontier(benefit: xr.DataArray) -> xr.Dataset:
    """The arm that is best in expectation, and the probability that it is the best one.

    That arm need not be the one with the largest probability: a skewed result can be better on average and worse in
    most draws.

    Parameters
    ----------
    benefit : DataArray (draw, arm, ...)
        Net benefit.

    Returns
    -------
    Dataset (...)
        `best` (name of the arm) and `probability`.
    """
    best = best_arm(check_arms(benefit, "benefit").mean(DRAW))
    return xr.Dataset({"best": best, "probability": acceptability(benefit).sel(arm=best).drop_vars(ARM)})


def plane(effect: xr.DataArray, cost: xr.DataArray, reference: str) -> xr.Dataset:
    """Cost-effectiveness plane against a named arm: differences per draw and the share of draws in each quadrant.

    Two parties make such a plane as well: the saving of one as `effect`, less the saving of the other as `cost`.

    Parameters
    ----------
    effect, cost : DataArray (draw, arm, ...)
        Effect in units, cost in euros.
    reference : str
        Arm to compare with.

    Returns
    -------
    Dataset
        `effect` and `cost` (draw, arm, ...) as differences, `share` (arm, quadrant, ...). No difference in effect
        counts as worse, no difference in cost as dearer, so that the shares sum to one and no tie looks like a gain.
    """
    effect, cost = check_arms(effect, "effect"), check_arms(cost, "cost")
    check_same_draws(effect, cost, "cost")
    cost = match_arms(effect, cost, "cost")
    change, extra = incremental_benefit(effect, reference), incremental_benefit(cost, reference)
    better, cheaper = change > 0, extra < 0
    masks = (~cheaper & better, ~cheaper & ~better, cheaper & better, cheaper & ~better)
    share = xr.concat([mask.mean(DRAW) for mask in masks], dim=xr.DataArray(list(QUADRANTS), dims="quadrant"))
    share = share.assign_coords(quadrant=list(QUADRANTS)).transpose(ARM, "quadrant", ...)
    return xr.Dataset({"effect": change, "cost": extra, "share": share})
