"""The multi-state engine against closed forms, an independent plain loop, matrix powers and its own symmetries."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.projection import multistate
from werkzorg.projection.multistate import Transition, exclusive, propagate

# Shares lie between 0 and 1 and each cycle adds a few roundings of 1e-16; the smallest slip tested for (one cycle or
# one duration too early) changes a share by more than 1e-4.
EXACT = 1e-12

STATES = ("searching", "working", "off", "left")
CLOCKED = ("working", "off")
BANDS = (0, 1, 3, 6)
seeds = st.integers(min_value=0, max_value=2**32 - 1)


def shares(result, state):
    return result.occupancy.sel(state=state).values


def random_model(seed, draws=5, cycles=9):
    """All moves between four states, two of them clocked, of every kind; some probabilities exactly 0 or 1."""
    rng = np.random.default_rng(seed)
    transitions = []
    for source in STATES:
        for target in STATES:
            if source == target and source not in CLOCKED:
                continue
            timed = source in CLOCKED and rng.random() < 0.5
            length = rng.integers(1, cycles + 3) if timed else rng.choice([1, cycles])
            p = rng.beta(0.4, 1.5, size=(rng.choice([1, draws]), length))
            p[rng.random(p.shape) < 0.05] = rng.integers(0, 2)
            keep = source in CLOCKED and target in CLOCKED and bool(rng.random() < 0.5)
            by = "duration" if timed else "cycle"
            transitions.append(Transition(source, target, f"{source} to {target}", p, by=by, keep_clock=keep))
    return {
        "states": STATES,
        "start": rng.dirichlet(np.ones(4), size=draws),
        "transitions": transitions,
        "cycles": cycles,
    }


def select_draws(model, draws):
    """The same model with only these draws, in this order."""
    moves = [
        Transition(
            m.source,
            m.target,
            m.name,
            m.probability[draws] if len(m.probability) > 1 else m.probability,
            m.by,
            m.keep_clock,
        )
        for m in model["transitions"]
    ]
    return model | {"start": model["start"][draws], "transitions": moves}


def plain_loop(model, draw):
    """One draw with a dictionary (state, completed cycles) -> share: no files by entry cycle, no arrays, no numba."""
    people = {(s, 0): share for s, share in zip(STATES, model["start"][draw], strict=True)}
    occupancy, moved = [people_by_state(people)], [[0.0] * len(model["transitions"])]
    for cycle in range(model["cycles"]):
        after, counted = {}, [0.0] * len(model["transitions"])
        for (state, duration), share in people.items():
            for number, move in enumerate(model["transitions"]):
                if move.source != state:
                    continue
                row = move.probability[draw if len(move.probability) > 1 else 0]
                mass = share * row[min(duration if move.by == "duration" else cycle, len(row) - 1)]
                place = (move.target, duration + 1 if move.keep_clock else 0)
                after[place] = after.get(place, 0.0) + mass
                counted[number] += mass
                share -= mass
            after[state, duration + 1] = after.get((state, duration + 1), 0.0) + share
        people = after
        occupancy.append(people_by_state(people))
        moved.append(counted)
    return np.array(occupancy), np.array(moved), people


def people_by_state(people):
    return [sum(share for (name, _), share in people.items() if name == state) for state in STATES]


# Closed forms


def test_constant_exit_gives_geometric_survival():
    p = np.array([0.0, 0.03, 0.5, 1.0])
    for clocked in ((), ("in",)):
        result = propagate(
            ["in", "out"], {"in": 1.0}, [Transition("in", "out", "exit", p[:, None])], cycles=40, clocked=clocked
        )
        expected = (1 - p[:, None]) ** np.arange(41)
        np.testing.assert_allclose(shares(result, "in"), expected, atol=EXACT, rtol=0)
        np.testing.assert_allclose(result.moves[:, 1:, 0], p[:, None] * expected[:, :-1], atol=EXACT, rtol=0)


def test_weibull_exit_by_duration_gives_survival_exp_minus_h():
    shape = np.array([0.6, 1.0, 1.7])[:, None]
    hazard = 0.05 * np.arange(61) ** shape
    exit_probability = 1 - np.exp(-np.diff(hazard, axis=1))
    leave = Transition("job", "none", "loss", exit_probability, by="duration")
    result = propagate(["job", "none"], {"job": 1.0}, [leave], cycles=60, clocked=["job"])
    np.testing.assert_allclose(shares(result, "job"), np.exp(-hazard), atol=EXACT, rtol=0)


def test_people_who_enter_later_carry_their_own_clock():
    """Entry in cycle e, survival S(c - e) from then on: the convolution of entries with survival."""
    entry, cycles = 0.1, 36
    survival = np.exp(-0.08 * np.arange(cycles + 1) ** 0.7)
    moves = [
        Transition("none", "job", "start", entry),
        Transition("job", "ended", "loss", 1 - survival[1:] / survival[:-1], by="duration"),
    ]
    result = propagate(["none", "job", "ended"], {"none": 1.0}, moves, cycles=cycles, clocked=["job"])
    entries = entry * (1 - entry) ** np.arange(cycles)  # in cycles 1..C
    expected = [sum(entries[e - 1] * survival[c - e] for e in range(1, c + 1)) for c in range(cycles + 1)]
    np.testing.assert_allclose(shares(result, "job")[0], expected, atol=EXACT, rtol=0)


def test_two_states_reach_their_stationary_share_along_the_known_path():
    a, b, cycles = 0.07, 0.02, 600
    moves = [Transition("on", "off", "down", a), Transition("off", "on", "up", b)]
    result = propagate(["on", "off"], {"on": 1.0}, moves, cycles=cycles)
    stationary = b / (a + b)
    path = stationary + (1 - stationary) * (1 - a - b) ** np.arange(cycles + 1)
    np.testing.assert_allclose(shares(result, "on")[0], path, atol=EXACT, rtol=0)
    assert shares(result, "on")[0, -1] == pytest.approx(stationary, abs=EXACT)


def test_renewal_share_is_the_share_of_mean_stays():
    """Jobs of two or four cycles, gaps of mean 1/q: long-run share in work = mean job / (mean job + mean gap)."""
    q = 0.25
    moves = [
        Transition("gap", "job", "start", q),
        Transition("job", "gap", "loss", [0.0, 0.5, 0.0, 1.0], by="duration"),
    ]
    result = propagate(["gap", "job"], {"gap": 1.0}, moves, cycles=400, clocked=["job"])
    assert shares(result, "job")[0, -1] == pytest.approx(3 / (3 + 1 / q), abs=EXACT)


def test_three_states_in_a_row():
    p, q, c = 0.12, 0.05, np.arange(81)
    moves = [Transition("a", "b", "first", p), Transition("b", "c", "second", q)]
    result = propagate(["a", "b", "c"], {"a": 1.0}, moves, cycles=80)
    middle = p * ((1 - q) ** c - (1 - p) ** c) / (p - q)
    np.testing.assert_allclose(shares(result, "b")[0], middle, atol=EXACT, rtol=0)
    np.testing.assert_allclose(shares(result, "c")[0], 1 - middle - (1 - p) ** c, atol=EXACT, rtol=0)


def test_a_kept_clock_runs_on_and_a_new_job_starts_again():
    """Hours go up and down, the hazard by time in job stays: survival is exp(-H) whatever the moves between hours."""
    hazard = 0.3 * np.arange(25) ** 0.5
    loss = 1 - np.exp(-np.diff(hazard))

    def in_work(keep):
        moves = [
            Transition("small", "out", "loss small", loss, by="duration"),
            Transition("large", "out", "loss large", loss, by="duration"),
            Transition("small", "large", "more hours", 0.3, keep_clock=keep),
            Transition("large", "small", "fewer hours", 0.1, keep_clock=keep),
        ]
        states = ["small", "large", "out"]
        result = propagate(states, {"small": 1.0}, moves, cycles=24, clocked=states[:2])
        return 1 - shares(result, "out")[0]

    np.testing.assert_allclose(in_work(keep=True), np.exp(-hazard), atol=EXACT, rtol=0)
    assert np.all(in_work(keep=False)[2:] < np.exp(-hazard)[2:] - 1e-3)


# The rules of the docstring, one by one


def test_nobody_moves_twice_in_a_cycle():
    moves = [Transition("a", "b", "first", 1.0), Transition("b", "c", "second", 1.0)]
    for clocked in ((), ("b",), ("a", "b", "c")):
        result = propagate(["a", "b", "c"], {"a": 1.0}, moves, cycles=2, clocked=clocked)
        assert result.occupancy.values[0].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    kept = [Transition("a", "b", "first", 1.0, keep_clock=True), Transition("b", "a", "back", 1.0, keep_clock=True)]
    result = propagate(["a", "b"], {"a": 1.0}, kept, cycles=2, clocked=["a", "b"])
    assert result.occupancy.values[0].tolist() == [[1, 0], [0, 1], [1, 0]]


def test_listed_order_is_conditional():
    moves = [Transition("a", "b", "first", 0.5), Transition("a", "c", "second", 0.5)]
    for clocked in ((), ("a",)):
        result = propagate(["a", "b", "c"], {"a": 1.0}, moves, cycles=1, clocked=clocked)
        assert result.occupancy.values[0, 1].tolist() == [0.25, 0.5, 0.25]


def test_cycle_probabilities_are_used_in_their_own_cycle():
    result = propagate(["a", "b"], {"a": 1.0}, [Transition("a", "b", "go", [0.0, 0.0, 1.0, 0.0])], cycles=4)
    assert shares(result, "a")[0].tolist() == [1, 1, 1, 0, 0]


def test_last_duration_holds_for_longer_stays():
    leave = Transition("a", "b", "go", [0.0, 0.5], by="duration")
    result = propagate(["a", "b"], {"a": 1.0}, [leave], cycles=4, clocked=["a"])
    assert shares(result, "a")[0].tolist() == [1, 1, 0.5, 0.25, 0.125]


def test_bands_follow_an_undisturbed_cohort():
    result = propagate(["a"], {"a": 1.0}, [], cycles=7, clocked=["a"], bands=[0, 3, 6])
    assert result.banded.values[0, :, 0].argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert result.banded.sum("band").values[0, :, 0].tolist() == [1] * 8


def test_no_cycles_is_the_start():
    model = random_model(1)
    result = propagate(STATES, model["start"], [Transition("left", "off", "x", np.empty((5, 0)))], cycles=0)
    assert np.array_equal(result.occupancy.values[:, 0], model["start"])
    assert result.sizes["cycle"] == 1 and not result.moves.any()


def test_start_may_be_a_mapping_of_draws():
    model = random_model(2)
    mapping = dict(zip(STATES, model["start"].T, strict=True))
    same = propagate(**(model | {"start": mapping}), clocked=CLOCKED)
    assert same.identical(propagate(**model, clocked=CLOCKED))


# Properties


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_agrees_with_a_plain_loop(seed):
    model = random_model(seed)
    result = propagate(**model, clocked=CLOCKED, bands=BANDS)
    for draw in (0, 4):
        occupancy, moved, people = plain_loop(model, draw)
        np.testing.assert_allclose(result.occupancy[draw], occupancy, atol=EXACT, rtol=0)
        np.testing.assert_allclose(result.moves[draw], moved, atol=EXACT, rtol=0)
        for state in CLOCKED:
            for low, high in zip(BANDS, (*BANDS[1:], 99), strict=True):
                expected = sum(
                    share for (s, duration), share in people.items() if s == state and low <= duration < high
                )
                found = result.banded.sel(draw=draw, cycle=model["cycles"], clocked_state=state, band=low)
                assert float(found) == pytest.approx(expected, abs=EXACT)


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_mass_is_conserved_and_moves_explain_every_change(seed):
    model = random_model(seed)
    result = propagate(**model, clocked=CLOCKED, bands=BANDS)
    assert float(result.occupancy.min()) >= 0 and float(result.moves.min()) >= 0
    np.testing.assert_allclose(result.occupancy.sum("state"), 1, atol=EXACT, rtol=0)
    change = result.occupancy.diff("cycle").values
    explained = np.zeros_like(change)
    for number, move in enumerate(model["transitions"]):
        explained[:, :, STATES.index(move.source)] -= result.moves.values[:, 1:, number]
        explained[:, :, STATES.index(move.target)] += result.moves.values[:, 1:, number]
    np.testing.assert_allclose(change, explained, atol=EXACT, rtol=0)
    in_bands = result.banded.sum("band").values
    np.testing.assert_allclose(in_bands, result.occupancy.sel(state=list(CLOCKED)), atol=EXACT, rtol=0)


@settings(deadline=None, max_examples=25)
@given(seeds, st.permutations(range(5)))
def test_order_and_company_of_draws_change_no_bit(seed, order):
    model = random_model(seed)
    whole = propagate(**model, clocked=CLOCKED, bands=BANDS)
    permuted = propagate(**select_draws(model, list(order)), clocked=CLOCKED, bands=BANDS)
    chunks = [propagate(**select_draws(model, part), clocked=CLOCKED, bands=BANDS) for part in ([0, 1], [2], [3, 4])]
    for name in ("occupancy", "moves", "banded"):
        assert np.array_equal(permuted[name].values, whole[name].values[list(order)])
        assert np.array_equal(np.concatenate([chunk[name].values for chunk in chunks]), whole[name].values)


def test_number_of_threads_changes_no_bit():
    model, before = random_model(3, draws=500, cycles=30), numba.get_num_threads()
    try:
        results = []
        for threads in sorted({1, before}):
            numba.set_num_threads(threads)
            results.append(propagate(**model, clocked=CLOCKED, bands=BANDS))
    finally:
        numba.set_num_threads(before)
    assert results[0].identical(results[-1])


@settings(deadline=None, max_examples=25)
@given(seeds, st.permutations(range(4)))
def test_relabelled_and_reordered_states_give_the_same_shares(seed, order):
    model = random_model(seed)
    new = {name: f"state {i}" for i, name in enumerate(STATES)}
    moves = [
        Transition(new[m.source], new[m.target], m.name, m.probability, m.by, m.keep_clock)
        for m in model["transitions"]
    ]
    other = propagate(
        [new[STATES[i]] for i in order],
        model["start"][:, list(order)],
        moves,
        cycles=model["cycles"],
        clocked=[new[s] for s in reversed(CLOCKED)],
    )
    result = propagate(**model, clocked=CLOCKED)
    same_order = other.sel(state=[new[s] for s in STATES])
    assert np.array_equal(same_order.occupancy.values, result.occupancy.values)
    assert np.array_equal(other.moves.values, result.moves.values)


@settings(deadline=None, max_examples=25)
@given(seeds)
def test_probabilities_that_ignore_duration_make_the_clock_idle(seed):
    model = random_model(seed)
    flat = [
        Transition(m.source, m.target, m.name, m.probability[:, :1] if m.by == "duration" else m.probability)
        for m in model["transitions"]
    ]
    by_duration = [
        Transition(m.source, m.target, m.name, m.probability[:, :1], m.by, m.keep_clock) if m.by == "duration" else m
        for m in model["transitions"]
    ]
    timed = propagate(**(model | {"transitions": by_duration}), clocked=CLOCKED)
    plain = propagate(**(model | {"transitions": flat}))
    np.testing.assert_allclose(timed.occupancy, plain.occupancy, atol=EXACT, rtol=0)
    np.testing.assert_allclose(timed.moves, plain.moves, atol=EXACT, rtol=0)


@settings(deadline=None, max_examples=25)
@given(seeds)
def test_exclusive_probabilities_give_the_matrix_power(seed):
    """Rows of a transition matrix, handed over through `exclusive`, against numpy's matrix power."""
    matrix = np.random.default_rng(seed).dirichlet(np.full(4, 0.5), size=4)
    moves = []
    for i, source in enumerate(STATES):
        others = [j for j in range(4) if j != i]
        for j, q in zip(others, exclusive(*matrix[i, others]), strict=True):
            moves.append(Transition(source, STATES[j], f"{source} to {STATES[j]}", q))
    start = np.array([0.1, 0.2, 0.3, 0.4])
    result = propagate(STATES, start, moves, cycles=12)
    expected = [start @ np.linalg.matrix_power(matrix, c) for c in range(13)]
    np.testing.assert_allclose(result.occupancy[0], expected, atol=EXACT, rtol=0)


@settings(deadline=None)
@given(seeds, st.integers(min_value=1, max_value=6))
def test_exclusive_round_trip(seed, number):
    p = np.random.default_rng(seed).dirichlet(np.full(number + 1, 0.4), size=(3, 7))[..., :number]
    remaining, back = np.ones((3, 7)), []
    for q in exclusive(*np.moveaxis(p, -1, 0)):
        assert np.all((q >= 0) & (q <= 1))
        back.append(remaining * q)
        remaining = remaining * (1 - q)
    np.testing.assert_allclose(np.stack(back, axis=-1), p, atol=EXACT, rtol=0)


def test_exclusive_at_the_edge():
    assert [float(q) for q in exclusive(1.0, 0.0)] == [1.0, 0.0]
    assert [float(q) for q in exclusive(0.3, 0.7)] == [0.3, 1.0]
    assert [float(q) for q in exclusive(0.1, 0.2, 0.7)] == pytest.approx([0.1, 0.2 / 0.9, 1.0], abs=EXACT)


# Malformed input


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"states": ["a", "a"]}, "state named twice: a"),
        ({"start": {"a": 0.5}}, "sum to 0.5 in draw 0, expected 1"),
        ({"start": {"a": np.array([1.0, 0.9])}}, "sum to 0.9 in draw 1"),
        ({"start": {"a": 1.0, "z": 0.0}}, "start: unknown state z; known: a, b"),
        ({"start": {"a": 1.5, "b": -0.5}}, "start: 1.5 at index"),
        ({"start": [[1.0, 0.0, 0.0]]}, "start has shape"),
        ({"cycles": -1}, "cycles must be 0 or more"),
        ({"clocked": ["z"]}, "clocked: unknown state 'z'"),
        ({"clocked": ["a", "a"]}, "clocked state named twice: a"),
        ({"bands": [1, 3]}, "bands must be whole cycles that begin with 0"),
        ({"bands": [0, 3, 3]}, "increase"),
        ({"bands": [0, 2.5]}, "whole cycles"),
        ({"transitions": [Transition("a", "z", "go", 0.1)]}, "transition go: unknown state 'z'; known: a, b"),
        ({"transitions": [Transition("a", "b", "go", 0.1)] * 2}, "transition named twice: go"),
        ({"transitions": [Transition("a", "b", "go", [0.1, 1.1])]}, r"transition go: 1.1 at index \(1,\) is not"),
        ({"transitions": [Transition("a", "b", "go", [0.1, np.nan])]}, r"transition go: nan at index \(1,\) is not"),
        ({"transitions": [Transition("a", "b", "go", [0.1] * 3)]}, "3 probabilities for 2 cycles.*shape .draw, 1."),
        ({"transitions": [Transition("a", "b", "go", np.zeros((1, 1, 1)))]}, "go: probability has shape"),
        ({"transitions": [Transition("a", "b", "go", 0.1, by="duration")]}, "needs a clocked source, a is not"),
        ({"transitions": [Transition("a", "b", "go", 0.1, by="month")]}, "by must be 'cycle' or 'duration'"),
        ({"transitions": [Transition("a", "b", "go", 0.1, keep_clock=True)], "clocked": ["a"]}, "a clocked target"),
        (
            {"transitions": [Transition("a", "b", "x", np.zeros((3, 1))), Transition("b", "a", "y", np.zeros((4, 1)))]},
            "number of draws differs: x has 3, y has 4",
        ),
    ],
)
def test_malformed_input_is_named(change, words):
    model = {"states": ["a", "b"], "start": {"a": 1.0}, "transitions": [Transition("a", "b", "go", 0.1)], "cycles": 2}
    with pytest.raises(ValueError, match=words):
        propagate(**(model | change))


def test_lost_mass_is_noticed(monkeypatch):
    """One person in a million lost in one cycle of one draw."""

    def leaky(plan, start, bands, outputs):
        follow(plan, start, bands, outputs)
        outputs.occupancy[1, 2, 0] -= 1e-6

    follow = multistate.follow
    monkeypatch.setattr(multistate, "follow", leaky)
    with pytest.raises(ValueError, match="mass was lost or made"):
        propagate(["a", "b"], {"a": 1.0}, [Transition("a", "b", "go", [[0.1], [0.2]])], cycles=2)


@pytest.mark.parametrize(
    ("probabilities", "words"),
    [((0.6, 0.5), "sum to 1.1, more than 1"), ((0.5, -0.1), "exclusive probability 2: -0.1"), ((np.inf,), "inf")],
)
def test_exclusive_refuses(probabilities, words):
    with pytest.raises(ValueError, match=words):
        exclusive(*probabilities)
