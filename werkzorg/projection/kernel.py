"""The compiled inner loop of the multi-state engine (see `multistate` for the meaning of every rule).

Everybody in a clocked state is filed under the cycle of entry, not under the time spent: nothing has to be shifted
from one cycle to the next, and a move that keeps its clock stays in the same file. One draw needs one row of
`cycles + 1` numbers per clocked state; nothing larger is ever stored besides the outputs.

No fast-math and no sum across draws: a draw gives the same bits alone, in any company and on any number of threads.
The helpers take plain arrays and indices, not the plan or row views: handing those over costs more than the sum itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from werkzorg.compiled import compiled


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


@compiled()
def _leave_files(files, kept, k, onward, c, values, first, time_step, last, by_duration):
    """Move people of all entry cycles out of clocked state k; returns the mass moved.

    `onward` is the clocked state where they keep their clock, or -1; the probability of index i is
    ``values[first + min(i, last) * time_step]``.
    """
    p = values[first + min(c - 1, last) * time_step]
    total = 0.0
    for entry in range(c):
        if by_duration:
            p = values[first + min(c - 1 - entry, last) * time_step]
        mass = files[k, entry] * p
        files[k, entry] -= mass
        total += mass
        if onward >= 0:
            kept[onward, entry] += mass
    return total


@compiled()
def _arrive_files(files, kept, k, fresh, c):
    """Add the arrivals of cycle c to clocked state k; returns its occupancy."""
    files[k, c] = fresh
    total = 0.0
    for entry in range(c + 1):
        files[k, entry] += kept[k, entry]
        kept[k, entry] = 0.0
        total += files[k, entry]
    return total


@compiled()
def _fill_bands(files, c, bands, banded):
    """Sum everybody in each clocked state by band of completed cycles at the end of cycle c."""
    for k in range(files.shape[0]):
        for b in range(bands.shape[0]):
            longest = c if b + 1 == bands.shape[0] else min(bands[b + 1] - 1, c)
            share = 0.0
            for entry in range(c - longest, c - bands[b] + 1):
                share += files[k, entry]
            banded[c, k, b] = share


@compiled()
def _follow_draw(plan, d, start, bands, occupancy, moves, banded):
    """Follow the cohort of one draw through all cycles."""
    source, target, keep, by_duration, clock, values, offset, draw_step, time_step, last = plan
    files = np.zeros((banded.shape[1], occupancy.shape[0]))
    kept = np.zeros(files.shape)
    arrivals = start.copy()
    for c in range(occupancy.shape[0]):
        for s in range(occupancy.shape[1]):
            occupancy[c, s] = occupancy[c - 1, s] if c > 0 else 0.0
        for t in range(source.shape[0]):
            s, first, mass = source[t], offset[t] + d * draw_step[t], 0.0
            if c > 0 and clock[s] < 0:
                mass = occupancy[c, s] * values[first + min(c - 1, last[t]) * time_step[t]]
                occupancy[c, s] -= mass
            elif c > 0:
                onward = clock[target[t]] if keep[t] else -1
                steps, end, timed = time_step[t], last[t], by_duration[t]
                mass = _leave_files(files, kept, clock[s], onward, c, values, first, steps, end, timed)
            moves[c, t] = mass
            if not keep[t]:
                arrivals[target[t]] += mass
        for s in range(occupancy.shape[1]):
            if clock[s] < 0:
                occupancy[c, s] += arrivals[s]
            else:
                occupancy[c, s] = _arrive_files(files, kept, clock[s], arrivals[s], c)
            arrivals[s] = 0.0
        _fill_bands(files, c, bands, banded)


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
