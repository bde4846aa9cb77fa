"""A cohort through states in discrete time, for all draws at once, with time in state where it matters.

Method: cohort state-transition model with tunnels (semi-Markov) as in Briggs A, Claxton K, Sculpher M, *Decision
Modelling for Health Economic Evaluation*, Oxford University Press 2006, chapters 2 and 3; the tests reproduce the two
worked examples of that book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from werkzorg.projection.kernel import Outputs, Plan, follow

SHARE_TOLERANCE = 1e-9
"""How far shares may be from 1 in total: well above rounding (about 1e-13 here), far below any share that matters."""


@dataclass(frozen=True, eq=False)
class Transition:
    """A possible move from one state to another.

    Parameters
    ----------
    source, target : str
        States. They may be the same: the move is counted, and the clock of a clocked state starts again.
    name : str
        Unique name, the coordinate in the output.
    probability : array_like
        Probability per cycle, fraction, given that the person has not made an earlier listed move out of the same
        state in this cycle. ``by="cycle"``: broadcastable to (draw, cycle), entry c-1 is for cycle c.
        ``by="duration"``: broadcastable to (draw, duration), where duration = completed cycles in the state.
        A value per draw must be given as a column (draw, 1): one dimension always means time.
    by : {"cycle", "duration"}
        What the second axis counts; "duration" needs a clocked source.
    keep_clock : bool
        The time already spent counts on in the target; both states must be clocked.
    """

    source: str
    target: str
    name: str
    probability: np.ndarray
    by: Literal["cycle", "duration"] = "cycle"
    keep_clock: bool = False


def exclusive(*probabilities: np.ndarray) -> tuple[np.ndarray, ...]:
    """Turn the probabilities of mutually exclusive moves into the conditional form that `propagate` takes.

    Parameters
    ----------
    *probabilities : array_like
        p_1, p_2, ... of moves of which at most one happens in a cycle; broadcastable to each other; fractions.

    Returns
    -------
    tuple of ndarray
        q_i = p_i / (1 - p_1 - ... - p_(i-1)), in the same order; 0 where nothing remains.

    Raises
    ------
    ValueError
        A probability lies outside [0, 1], or they sum to more than 1.
    """
    arrays = np.broadcast_arrays(*(np.asarray(p, dtype=float) for p in probabilities))
    for number, p in enumerate(arrays, start=1):
        _require_fraction(p, f"exclusive probability {number}")
    remaining = np.ones(arrays[0].shape)
    conditional = []
    for p in arrays:
        safe = np.where(remaining > 0, remaining, 1.0)
        conditional.append(np.minimum(np.where(remaining > 0, p / safe, 0.0), 1.0))
        remaining = remaining - p
    if np.any(remaining < -SHARE_TOLERANCE):
        raise ValueError(f"exclusive probabilities sum to {1 - remaining.min():.12g}, more than 1")
    return tuple(conditional)


def propagate(
    states: Sequence[str],
    start: Mapping[str, float] | np.ndarray,
    transitions: Sequence[Transition],
    *,
    cycles: int,
    clocked: Sequence[str] = (),
    bands: Sequence[int] | None = None,
) -> xr.Dataset:
    """Follow a cohort through its states, cycle by cycle, for all draws at once.

    In cycle c = 1..C all moves are simultaneous: they act on the occupancy at the start of the cycle, and nobody moves
    twice. The moves out of one state are applied in listed order, each to what remains after the earlier ones; see
    `exclusive` for probabilities that are not stated this way. A clocked state knows how long people have been there:
    who enters during cycle c has duration 0, and first faces the probability of duration 0 in cycle c+1; the initial
    occupants have duration 0 before cycle 1 and face it in cycle 1. Beyond the last duration given the last probability
    holds.

    Parameters
    ----------
    states : sequence of str
        Names of the states, in output order.
    start : mapping or array_like
        Shares before the first cycle, fractions that sum to 1: state -> share (a number or shape (draw,); states left
        out are empty), or shape (draw, state) or (state,).
    transitions : sequence of Transition
        Moves, in the order in which those out of one state are applied.
    cycles : int
        Number of cycles C, at least 0.
    clocked : sequence of str
        States that track the time spent in them.
    bands : sequence of int, optional
        First completed cycle of each band of time in a clocked state, beginning with 0 and increasing.

    Returns
    -------
    xarray.Dataset
        occupancy (draw, cycle, state): share in the state after the moves of the cycle; cycle 0 is the start.
        moves (draw, cycle, transition): share that makes the move in the cycle; cycle 0 is zero, as nobody has moved.
        banded (draw, cycle, clocked_state, band), only with `bands`: occupancy by completed cycles in the state;
        coordinate band = first completed cycle.

    Raises
    ------
    ValueError
        Unknown or double name, a probability outside [0, 1] or not finite, shapes that do not fit, a start that does
        not sum to 1, or mass that is lost on the way.
    """
    states, clocked, transitions = list(states), list(clocked), list(transitions)
    _check_names(states, clocked, transitions)
    if cycles < 0:
        raise ValueError(f"cycles must be 0 or more, not {cycles}")
    edges = _check_bands(bands)
    tables = [_probability_table(move, cycles) for move in transitions]
    shares = _start_table(states, start)
    draws = _common_draws([("start", shares), *((move.name, p) for move, p in zip(transitions, tables, strict=True))])
    outputs = Outputs(
        occupancy=np.empty((draws, cycles + 1, len(states))),
        moves=np.empty((draws, cycles + 1, len(transitions))),
        banded=np.empty((draws, cycles + 1, len(clocked), len(edges))),
    )
    initial = np.array(np.broadcast_to(shares, (draws, len(states))))  # a copy: one memory layout, one compilation
    follow(_plan(states, clocked, transitions, tables), initial, edges, outputs)
    _check_conservation(outputs.occupancy)
    return _label(states, clocked, transitions, edges, outputs)


def _require_fraction(values: np.ndarray, what: str) -> None:
    wrong = ~((values >= 0) & (values <= 1))
    if np.any(wrong):
        position = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"{what}: {values[position]} at index {position} is not a fraction between 0 and 1")


def _check_names(states: list[str], clocked: list[str], transitions: list[Transition]) -> None:
    for what, names in (("state", states), ("clocked state", clocked), ("transition", [t.name for t in transitions])):
        double = sorted({name for name in names if names.count(name) > 1})
        if double:
            raise ValueError(f"{what} named twice: {', '.join(double)}")
    for what, name in [("clocked", name) for name in clocked] + [
        (f"transition {move.name}", end) for move in transitions for end in (move.source, move.target)
    ]:
        if name not in states:
            raise ValueError(f"{what}: unknown state {name!r}; known: {', '.join(states)}")
    for move in transitions:
        if move.by not in ("cycle", "duration"):
            raise ValueError(f"transition {move.name}: by must be 'cycle' or 'duration', not {move.by!r}")
        if move.by == "duration" and move.source not in clocked:
            raise ValueError(f"transition {move.name}: by='duration' needs a clocked source, {move.source} is not")
        if move.keep_clock and not {move.source, move.target} <= set(clocked):
            raise ValueError(f"transition {move.name}: keep_clock needs a clocked source and a clocked target")


def _check_bands(bands: Sequence[int] | None) -> np.ndarray:
    if bands is None:
        return np.empty(0, dtype=np.int64)
    edges = np.array(bands, dtype=np.int64)
    if edges.size == 0 or np.any(edges != np.asarray(bands)) or edges[0] != 0 or np.any(np.diff(edges) <= 0):
        raise ValueError(f"bands must be whole cycles that begin with 0 and increase, not {list(bands)}")
    return edges


def _probability_table(move: Transition, cycles: int) -> np.ndarray:
    """Probabilities as (1 or draw, 1 or time)."""
    values = np.asarray(move.probability, dtype=float)
    if values.ndim > 2 or (values.size == 0 and cycles > 0):
        raise ValueError(f"transition {move.name}: probability has shape {values.shape}, expected (draw, {move.by})")
    _require_fraction(values, f"transition {move.name}")
    table = np.atleast_2d(values)
    if move.by == "cycle" and table.shape[1] not in (1, cycles):
        raise ValueError(
            f"transition {move.name}: {table.shape[1]} probabilities for {cycles} cycles"
            " (a value per draw must have shape (draw, 1))"
        )
    return table


def _start_table(states: list[str], start: Mapping[str, float] | np.ndarray) -> np.ndarray:
    """Start shares as (1 or draw, state)."""
    if isinstance(start, Mapping):
        unknown = sorted(set(start) - set(states))
        if unknown:
            raise ValueError(f"start: unknown state {', '.join(unknown)}; known: {', '.join(states)}")
        columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(start.get(s, 0.0), dtype=float)) for s in states))
        shares = np.stack(columns, axis=-1)
    else:
        shares = np.atleast_2d(np.asarray(start, dtype=float))
    if shares.ndim != 2 or shares.shape[1] != len(states):
        raise ValueError(f"start has shape {shares.shape}, expected (draw, {len(states)} states)")
    _require_fraction(shares, "start")
    off = np.abs(shares.sum(axis=1) - 1)
    if np.any(off > SHARE_TOLERANCE):
        worst = int(off.argmax())
        raise ValueError(f"start shares sum to {shares[worst].sum():.12g} in draw {worst}, expected 1")
    return shares


def _common_draws(tables: list[tuple[str, np.ndarray]]) -> int:
    sizes = {table.shape[0]: name for name, table in tables if table.shape[0] != 1}
    if len(sizes) > 1:
        listed = ", ".join(f"{name} has {size}" for size, name in sorted(sizes.items()))
        raise ValueError(f"number of draws differs: {listed}")
    return next(iter(sizes), 1)


def _plan(states: list[str], clocked: list[str], transitions: list[Transition], tables: list[np.ndarray]) -> Plan:
    sizes = np.array([table.size for table in tables], dtype=np.int64)
    lengths = np.array([table.shape[1] for table in tables], dtype=np.int64)
    shared = np.array([table.shape[0] == 1 for table in tables], dtype=np.bool_)
    return Plan(
        source=np.array([states.index(move.source) for move in transitions], dtype=np.int64),
        target=np.array([states.index(move.target) for move in transitions], dtype=np.int64),
        keep=np.array([move.keep_clock for move in transitions], dtype=np.bool_),
        by_duration=np.array([move.by == "duration" for move in transitions], dtype=np.bool_),
        clock=np.array([clocked.index(s) if s in clocked else -1 for s in states], dtype=np.int64),
        values=np.concatenate([np.empty(0), *(table.ravel() for table in tables)]),
        offset=np.cumsum(sizes) - sizes,
        draw_step=np.where(shared, 0, lengths),
        time_step=np.where(lengths == 1, 0, 1).astype(np.int64),
        last=lengths - 1,
    )


def _check_conservation(occupancy: np.ndarray) -> None:
    off = np.abs(occupancy.sum(axis=2) - 1).max()
    if not off <= SHARE_TOLERANCE:
        raise ValueError(f"the shares of the states are {off:.3g} away from 1 in total: mass was lost or made")


def _label(
    states: list[str], clocked: list[str], transitions: list[Transition], edges: np.ndarray, outputs: Outputs
) -> xr.Dataset:
    draws, instants, _ = outputs.occupancy.shape
    variables = {
        "occupancy": (("draw", "cycle", "state"), outputs.occupancy, {"unit": "fraction"}),
        "moves": (("draw", "cycle", "transition"), outputs.moves, {"unit": "fraction"}),
    }
    coordinates = {
        "draw": np.arange(draws),
        "cycle": np.arange(instants),
        "state": states,
        "transition": [move.name for move in transitions],
    }
    if edges.size:
        variables["banded"] = (("draw", "cycle", "clocked_state", "band"), outputs.banded, {"unit": "fraction"})
        coordinates |= {"clocked_state": clocked, "band": edges}
    return xr.Dataset(variables, coords=coordinates)
