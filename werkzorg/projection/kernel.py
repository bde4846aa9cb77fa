"""The compiled inner loop of the multi-state engine (see `multistate` for the meaning of every rule).

Everybody in a clocked state is filed under the cycle of entry, not under the time spent: nothing has to be shifted
from one cycle to the next, and a move that keeps its clock stays in the same file. One draw needs one row of
`cycles + 1` numbers per clocked state; nothing larger is ever stored besides the outputs.

No fast-math and no sum across draws: a draw gives the same bits alone, in any company and on any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numba
import numpy as np


class Plan(NamedTuple):
    """What moves where, in listed order; all arrays have one entry per transition, but `clock` one per state."""

    source: np.ndarray
    target: np.ndarray
    keep: np.ndarray
    by_duration: np.ndarray
    clock: np.ndarray  # row of the state in the files of the clocked states, -1 = no clock
    values: np.ndarray  # all probabilities behind each other
    offset: np.ndarray  # where a transition begins in `values`
    draw_step: np.ndarray  # 0 when all draws share the probabilities
    time_step: np.ndarray  # 0 when all cycles share the probability
    last: np.ndarray  # last index along time


class Outputs(NamedTuple):
    """Arrays that the kernel fills; `banded` has length 0 along its last axis when no bands are asked for."""

    occupancy: np.ndarray
    moves: np.ndarray
    banded: np.ndarray


def compiled(**options) -> Callable:
    """Compile with numba, with the result kept on disk where a place for it can be found.

    Parameters
    ----------
    **options
        Passed on to `numba.njit`.

    Returns
    -------
    callable
        Decorator. Where neither the package folder nor the user's cache folder can be written numba refuses to cache;
        the function is then compiled in each process, which is slower but right.
    """

    def decorate(function: Callable) -> Callable:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:
            return numba.njit(**options)(function)

    return decorate


@compiled()
def _probability(plan, t, d, index):
    """Probability of transition t in draw d; beyond the last given index the last one holds."""
    return plan.values[plan.offset[t] + d * plan.draw_step[t] + min(index, plan.last[t]) * plan.time_step[t]]


@compiled()
def _leave_files(plan, t, d, c, files, kept):
    """Move people of all entry cycles out of the clocked source of t; returns the mass moved."""
    row = files[plan.clock[plan.source[t]]]
    keep = plan.keep[t]
    kept_row = kept[plan.clock[plan.target[t]]] if keep else row
    p = _probability(plan, t, d, c - 1)
    total = 0.0
    for entry in range(c):
        if plan.by_duration[t]:
            p = _probability(plan, t, d, c - 1 - entry)
        mass = row[entry] * p
        row[entry] -= mass
        total += mass
        if keep:
            kept_row[entry] += mass
    return total


@compiled()
def _arrive_files(row, kept_row, fresh, c, bands, banded):
    """Add the arrivals of cycle c to one clocked state; returns its occupancy and fills its bands."""
    row[c] = fresh
    total = 0.0
    for entry in range(c + 1):
        row[entry] += kept_row[entry]
        kept_row[entry] = 0.0
        total += row[entry]
    for b in range(banded.shape[0]):
        longest = c if b + 1 == bands.shape[0] else min(bands[b + 1] - 1, c)
        share = 0.0
        for entry in range(c - longest, c - bands[b] + 1):
            share += row[entry]
        banded[b] = share
    return total


@compiled()
def _close_cycle(plan, occupancy, arrivals, files, kept, c, bands, banded):
    """Let everybody arrive at once and write the occupancy at the end of cycle c."""
    for s in range(occupancy.shape[1]):
        k = plan.clock[s]
        if k < 0:
            occupancy[c, s] += arrivals[s]
        else:
            occupancy[c, s] = _arrive_files(files[k], kept[k], arrivals[s], c, bands, banded[k])


@compiled()
def _follow_draw(plan, d, start, bands, occupancy, moves, banded):
    """Follow the cohort of one draw through all cycles."""
    cycles, states = occupancy.shape[0] - 1, occupancy.shape[1]
    files = np.zeros((banded.shape[1], cycles + 1))
    kept = np.zeros((banded.shape[1], cycles + 1))
    moves[0] = 0.0
    occupancy[0] = 0.0
    _close_cycle(plan, occupancy, start, files, kept, 0, bands, banded[0])
    for c in range(1, cycles + 1):
        arrivals = np.zeros(states)
        occupancy[c] = occupancy[c - 1]
        for t in range(plan.source.shape[0]):
            s = plan.source[t]
            if plan.clock[s] < 0:
                mass = occupancy[c, s] * _probability(plan, t, d, c - 1)
                occupancy[c, s] -= mass
            else:
                mass = _leave_files(plan, t, d, c, files, kept)
            moves[c, t] = mass
            if not plan.keep[t]:
                arrivals[plan.target[t]] += mass
        _close_cycle(plan, occupancy, arrivals, files, kept, c, bands, banded[c])


@compiled(parallel=True)
def follow(plan, start, bands, outputs):
    """Follow all draws and fill the outputs.

    Parameters
    ----------
    plan : Plan
        The transitions.
    start : ndarray, shape (draw, state)
        Shares of the cohort before the first cycle.
    bands : ndarray of int, shape (band,)
        First completed cycle of each band of time in state; may be empty.
    outputs : Outputs
        occupancy (draw, cycle 0..C, state), moves (draw, cycle 0..C, transition) and banded (draw, cycle 0..C,
        clocked state, band), overwritten.
    """
    for d in numba.prange(start.shape[0]):
        _follow_draw(plan, d, start[d], bands, outputs.occupancy[d], outputs.moves[d], outputs.banded[d])
