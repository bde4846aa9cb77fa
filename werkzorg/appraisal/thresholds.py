"""Decisions at many thresholds at once, exactly, without an array of draws by thresholds.

In one draw the net benefit of an arm is a straight line in the threshold, with the effect as slope. The best arm is the
upper envelope of these lines: going up, it only moves to arms with more effect, at most once to each. So a few
crossings per draw, put in the cell of the grid where they fall and summed up along the grid, give what a table of all
draws at all thresholds would give.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr

from werkzorg.appraisal.decision import TIE, best_arm, share_of_ties
from werkzorg.appraisal.draws import ARM, DRAW, check_arms, check_finite, check_same_draws, match_arms, refuse

THRESHOLD = "threshold"


class Envelope(NamedTuple):
    """The best arm of each draw along the grid: one piece per row.

    Attributes
    ----------
    arm : ndarray (piece, draw)
        Number of the arm.
    start : ndarray (piece, draw)
        First threshold of the grid at which it is the best; the length of the grid when there is none.
    near : list of (draw, threshold)
        Pairs of index arrays: thresholds at which arms may tie.
    """

    arm: np.ndarray
    start: np.ndarray
    near: list[tuple[np.ndarray, np.ndarray]]


def trace_thresholds(effect: xr.DataArray, cost: xr.DataArray, thresholds: xr.DataArray) -> xr.Dataset:
    """Expected benefit and loss, acceptability curve and frontier, and perfect information along thresholds.

    Parameters
    ----------
    effect, cost : DataArray (draw, arm, ...)
        Effect in units, cost in euros; other dimensions are decided one by one.
    thresholds : DataArray (threshold)
        Euros that a unit of effect is worth, in any order.

    Returns
    -------
    Dataset
        `expected_benefit`, `expected_loss`, `acceptability` (threshold, arm, ...), `best` (name), `frontier`
        (probability that the best arm is best) and `evpi` (threshold, ...).

    Notes
    -----
    Time and memory go with draws times arms squared, plus thresholds. Equal to doing
    :func:`werkzorg.appraisal.decision.acceptability` and the others at each threshold.
    """
    effect, cost = check_arms(effect, "effect"), check_arms(cost, "cost")
    check_same_draws(effect, cost, "cost")
    grid = check_finite(thresholds, "thresholds", (THRESHOLD,))
    if grid.ndim > 1:
        raise refuse("dim_extra", "thresholds", dim=next(str(dim) for dim in grid.dims if dim != THRESHOLD))
    if len(np.unique(grid.values)) < grid.size:
        raise refuse("label_twice", "thresholds", dim=THRESHOLD)
    arms = effect[ARM].values
    cost = match_arms(effect, cost, "cost")
    effect, cost = xr.broadcast(*(array.drop_vars(DRAW, errors="ignore") for array in (effect, cost)))
    rest = [dim for dim in effect.dims if dim not in (DRAW, ARM)]
    order = np.argsort(grid.values, kind="stable")
    back = np.argsort(order, kind="stable")
    shape = (grid.size, len(arms), *(effect.sizes[dim] for dim in rest))
    benefit, chance, largest = np.empty(shape), np.empty(shape), np.empty((grid.size, *shape[2:]))
    effect_values, cost_values = (array.transpose(DRAW, ARM, *rest).values for array in (effect, cost))
    for place in product(*(range(size) for size in shape[2:])):
        e, c = effect_values[:, :, *place], cost_values[:, :, *place]
        total, counted = _sweep(e, c, grid.values[order])
        benefit[:, :, *place] = grid.values[:, None] * e.mean(axis=0) - c.mean(axis=0)
        largest[:, *place], chance[:, :, *place] = total[back], counted[back]
    coords = {THRESHOLD: grid.values, ARM: arms} | {dim: effect[dim].values for dim in rest if dim in effect.coords}
    return _curves(
        xr.DataArray(benefit, dims=(THRESHOLD, ARM, *rest), coords=coords),
        xr.DataArray(chance, dims=(THRESHOLD, ARM, *rest), coords=coords),
        xr.DataArray(largest, dims=(THRESHOLD, *rest), coords={key: coords[key] for key in coords if key != ARM}),
    )


def _curves(benefit: xr.DataArray, chance: xr.DataArray, largest: xr.DataArray) -> xr.Dataset:
    best = best_arm(benefit)
    # Where all draws agree the two sums differ by rounding alone.
    size = abs(largest) + abs(benefit).max(ARM)
    loss = (largest - benefit).where(largest - benefit > TIE * size, 0.0).transpose(*benefit.dims)
    return xr.Dataset(
        {
            "expected_benefit": benefit,
            "expected_loss": loss,
            "acceptability": chance,
            "best": best,
            "frontier": chance.sel(arm=best).drop_vars(ARM),
            "evpi": loss.min(ARM),
        }
    )


def _sweep(effect: np.ndarray, cost: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over draws of the largest benefit (threshold), and share of draws in which an arm is best (threshold, arm).

    Parameters
    ----------
    effect, cost : ndarray (draw, arm)
    grid : ndarray (threshold,)
        Ascending.
    """
    envelope = _envelope(effect, cost, grid)
    draws, arms = effect.shape
    rows, bins = np.arange(draws), len(grid) + 1
    same = (effect[:, :, None] == effect[:, None, :]) & (cost[:, :, None] == cost[:, None, :])
    share = same / same.sum(axis=2, keepdims=True)
    slope, level, count = np.zeros(bins), np.zeros(bins), np.zeros((bins, arms))
    before: np.ndarray | None = None
    for arm, start in zip(envelope.arm, envelope.start, strict=True):
        active = np.flatnonzero(start < len(grid))
        at, now = start[active], arm[active]
        gain = [effect[active, now], cost[active, now], share[active, now]]
        if before is not None:
            then = before[active]
            gain = [gain[0] - effect[active, then], gain[1] - cost[active, then], gain[2] - share[active, then]]
        slope += np.bincount(at, gain[0], bins)
        level += np.bincount(at, gain[1], bins)
        for k in range(arms):
            count[:, k] += np.bincount(at, gain[2][:, k], bins)
        before = arm
    count = count.cumsum(axis=0)[:-1]
    _share_near_ties(count, envelope, share, effect, cost, grid, rows)
    return (grid * slope.cumsum()[:-1] - level.cumsum()[:-1]) / draws, np.maximum(count / draws, 0.0)


def _envelope(effect: np.ndarray, cost: np.ndarray, grid: np.ndarray) -> Envelope:
    draws, arms = effect.shape
    rows = np.arange(draws)
    first = grid[0] * effect - cost
    tied = share_of_ties(first) > 0
    # Of arms that tie at the first threshold the one with most effect is best right after it.
    current = np.where(tied, effect, -np.inf).argmax(axis=1)
    several = np.flatnonzero(tied.sum(axis=1) > 1)
    near = [(several, np.zeros(len(several), dtype=int))] if len(several) else []
    pieces, starts = [current], [np.zeros(draws, dtype=int)]
    for _ in range(arms - 1):
        more = effect - effect[rows, current, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = np.where(more > 0, (cost - cost[rows, current, None]) / more, np.inf)
        nearest = crossing.min(axis=1)
        start = np.maximum(np.searchsorted(grid, nearest, side="left"), starts[-1])
        if (start == len(grid)).all() and not _touches(nearest, grid).any():
            break
        following = np.where(crossing == nearest[:, None], more, -np.inf).argmax(axis=1)
        pieces.append(np.where(np.isfinite(nearest), following, current))
        starts.append(start)
        for at in (start, start - 1):
            inside = (at >= 0) & (at < len(grid)) & np.isfinite(nearest)
            close = inside & (np.abs(grid[np.where(inside, at, 0)] - nearest) <= TIE * np.abs(nearest) + TIE**2)
            if close.any():
                near.append((np.flatnonzero(close), at[close]))
        current = pieces[-1]
    return Envelope(np.array(pieces), np.array(starts), near)


def _touches(crossing: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Whether a crossing lies on the last threshold but for rounding."""
    return np.abs(crossing - grid[-1]) <= TIE * np.abs(grid[-1])


def _share_near_ties(count, envelope, share, effect, cost, grid, rows) -> None:
    """Replace, in place, the one best arm by the arms that tie, at thresholds where lines cross."""
    if not envelope.near:
        return
    keys = np.unique(np.concatenate([draw * len(grid) + at for draw, at in envelope.near]))
    draw, at = np.divmod(keys, len(grid))
    piece = (envelope.start[:, draw] <= at).sum(axis=0) - 1
    given = share[draw, envelope.arm[piece, draw]]
    should = share_of_ties(grid[at, None] * effect[draw] - cost[draw])
    np.add.at(count, at, should - given)
