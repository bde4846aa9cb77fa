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
    near : tuple of ndarray (pair,)
        Draw and threshold of each pair where arms may tie: the first threshold, and those next to a crossing.
    """

    arm: np.ndarray
    start: np.ndarray
    near: tuple[np.ndarray, np.ndarray]


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
    :func:`werkzorg.appraisal.decision.acceptability` and the others at each threshold; arms of a draw whose effect and
    cost differ by rounding alone share the first place.
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
    effect, cost, share = _alike(effect, cost)
    envelope = _envelope(effect, cost, grid)
    draws, arms = effect.shape
    rows, bins = np.arange(draws), len(grid) + 1
    slope, level, count = np.zeros(bins), np.zeros(bins), np.zeros((bins, arms))
    before = (0.0, 0.0, 0.0)
    for arm, start in zip(envelope.arm, envelope.start, strict=True):
        now = (effect[rows, arm], cost[rows, arm], share[rows, arm])
        gain = [new - old for new, old in zip(now, before, strict=True)]
        slope += np.bincount(start, gain[0], bins)
        level += np.bincount(start, gain[1], bins)
        for k in range(arms):
            count[:, k] += np.bincount(start, gain[2][:, k], bins)
        before = now
    # What begins beyond the grid is in the last bin.
    slope, level, count = (part.cumsum(axis=0)[:-1] for part in (slope, level, count))
    _share_near_ties(count, envelope, share, effect, cost, grid)
    return (grid * slope - level) / draws, np.maximum(count / draws, 0.0)


def _alike(effect: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effect and cost with the same numbers for arms of a draw that differ by rounding alone.

    Also how each arm then shares the first place with the arms that are alike, (draw, arm, arm).
    """

    def close(values: np.ndarray) -> np.ndarray:
        return np.abs(values[:, :, None] - values[:, None, :]) <= TIE * np.abs(values).max(axis=1)[:, None, None]

    first = (close(effect) & close(cost)).argmax(axis=2)
    same = first[:, :, None] == first[:, None, :]
    effect, cost = (np.take_along_axis(values, first, axis=1) for values in (effect, cost))
    return effect, cost, same / same.sum(axis=2, keepdims=True)


def _envelope(effect: np.ndarray, cost: np.ndarray, grid: np.ndarray) -> Envelope:
    draws, last = len(effect), len(grid) - 1
    rows = np.arange(draws)
    # Of arms that tie at the first threshold the one with most effect is best right after it.
    current = np.where(share_of_ties(grid[0] * effect - cost) > 0, effect, -np.inf).argmax(axis=1)
    pieces, starts, near = [current], [np.zeros(draws, dtype=int)], [rows * len(grid)]
    for _ in range(1, effect.shape[1]):
        more = effect - effect[rows, current, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = np.where(more > 0, (cost - cost[rows, current, None]) / more, np.inf)
        nearest = crossing.min(axis=1)
        start = np.maximum(np.searchsorted(grid, nearest, side="left"), starts[-1])
        current = np.where(crossing == nearest[:, None], more, -np.inf).argmax(axis=1)
        pieces.append(current)
        starts.append(start)
        # Rounding may put a crossing on either side of the threshold that it lies on.
        near += [rows * len(grid) + at for at in (np.minimum(start, last), np.maximum(start - 1, 0))]
    return Envelope(np.array(pieces), np.array(starts), np.divmod(np.unique(near), len(grid)))


def _share_near_ties(count, envelope, share, effect, cost, grid) -> None:
    """Replace, in place, the one best arm by the arms that tie, at thresholds where lines may cross."""
    draw, at = envelope.near
    piece = (envelope.start[:, draw] <= at).sum(axis=0) - 1
    given = share[draw, envelope.arm[piece, draw]]
    should = share_of_ties(grid[at, None] * effect[draw] - cost[draw])
    np.add.at(count, at, should - given)
