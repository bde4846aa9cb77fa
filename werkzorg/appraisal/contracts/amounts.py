"""Rules with one amount: the least that satisfies the payee and the most that the payer can bear, exactly, by order.

With draws x of a party's net result and q >= 0 of what a rule counts, the party is at least as well off in a draw when
``x + a q >= 0`` (payee) or ``x - a q >= 0`` (payer). Each draw gives one amount at which that changes, so the chance
constraint "in at least m draws" is an order statistic of these amounts.
"""

from __future__ import annotations

import heapq
import math

import numpy as np

ROUNDING = 1e-9
"""Relative size of a loss that is rounding: a party at exactly nil is as well off as before."""

Array = np.ndarray


def draws_needed(probability: float, draws: int) -> int:
    """Number of draws in which a party must not lose: the smallest whole number that is a share `probability`."""
    return max(0, math.ceil(probability * draws - ROUNDING * draws))


def as_well_off(net: Array, moved: Array, size: Array | float = 0.0) -> Array:
    """Whether a party is at least as well off, per draw; `size` is the sum of the sizes of all its payments."""
    return net + moved >= -ROUNDING * (np.abs(net) + np.abs(moved) + size)


def least_amount(net: Array, counted: Array, needed: int) -> Array:
    """Smallest amount a >= 0 with ``net + a counted >= 0`` in at least `needed` draws; infinite when there is none.

    Parameters
    ----------
    net : ndarray (..., draw)
        Net result of the payee.
    counted : ndarray (draw,)
        What the rule counts, not negative.
    needed : int
        Draws in which the payee must not lose.

    Returns
    -------
    ndarray (...)
        Amount per unit.
    """
    return _ranked(np.where(net >= 0, 0.0, _break_even(-net, counted)), needed, 0.0)


def most_amount(net: Array, counted: Array, needed: int) -> Array:
    """Largest amount a >= 0 with ``net - a counted >= 0`` in at least `needed` draws; -inf when nil is too much.

    Parameters
    ----------
    net : ndarray (..., draw)
        Net result of the payer.
    counted : ndarray (draw,)
        What the rule counts, not negative.
    needed : int
        Draws in which the payer must not lose.

    Returns
    -------
    ndarray (...)
        Amount per unit; infinite when it never hurts.
    """
    return -_ranked(np.where(net < 0, np.inf, -_break_even(net, counted)), needed, -np.inf)


def _break_even(size: Array, counted: Array) -> Array:
    """Amount at which what a rule moves is as large as a result; infinite where it moves nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(counted > 0, size / counted, np.inf)


def _ranked(limits: Array, needed: int, free: float) -> Array:
    """The so-many-th smallest over the draws; `free` when no draw is asked for."""
    if needed <= 0:
        return np.full(np.shape(limits)[:-1], free)
    return np.partition(limits, needed - 1, axis=-1)[..., needed - 1]


def cheapest_capped_share(
    payee: Array, payer: Array, saving: Array, needed: tuple[int, int]
) -> tuple[float, float] | None:
    """Share and cap with the smallest mean payment under which both parties are at least as well off often enough.

    Parameters
    ----------
    payee, payer : ndarray (draw,)
        Net results without the rule.
    saving : ndarray (draw,)
        Measured saving, not negative.
    needed : (int, int)
        Draws in which the payee and the payer must not lose.

    Returns
    -------
    (float, float) or None
        Share of at most 1 and cap in euros; None when there is no such pair.

    Notes
    -----
    Exact. The payment ``min(share * saving, cap)`` grows with both numbers, so the cheapest pair that satisfies the
    payee lies on the lower edge of what does, which has at most one corner per draw; all corners are tried.
    """
    gap = np.maximum(-payee, 0.0)
    still = needed[0] - int((gap == 0).sum())
    if still <= 0:
        return None
    best, found = np.inf, None
    for share, cap in _corners(gap, saving, still):
        paid = np.minimum(share * saving, cap)
        cost = float(paid.mean())
        if cost < best and int(as_well_off(payer, -paid).sum()) >= needed[1]:
            best, found = cost, (share, cap)
    return found


def _corners(gap: Array, saving: Array, still: int) -> list[tuple[float, float]]:
    """Pairs of share and smallest cap that close the gap in `still` draws, shares rising and caps falling."""
    able = np.flatnonzero((gap > 0) & (saving > 0) & (gap <= saving))
    shares = gap[able] / saving[able]
    corners: list[tuple[float, float]] = []
    smallest: list[float] = []  # the `still` smallest gaps among the draws that this share can close, as a max-heap
    for place in np.argsort(shares, kind="stable"):
        value = float(gap[able[place]])
        if len(smallest) < still:
            heapq.heappush(smallest, -value)
        elif value < -smallest[0]:
            heapq.heapreplace(smallest, -value)
        else:
            continue
        if len(smallest) == still:
            corners.append((float(shares[place]), -smallest[0]))
    return corners
