"""Projection and money of a pilot, three ways in one run: `python -m benchmarks.projection [--draws N]`.

The chain has the shape of the pilot model: searching, working with and without supplementary benefit (both with the
time in the job), off benefit without work, left. All participants of a diagnosis group share their probabilities, each
draw has its own. The numbers are made up and only set the amount of work. All ways must give the same money.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from werkzorg.projection.multistate import Transition, exclusive, propagate

STATES = ("searching", "work_supplement", "work_off", "off_no_work", "left")
CLOCKED = ("work_supplement", "work_off")
GROUP_SIZES = (16, 24)
MONTHS, DURATIONS, ITEMS = 120, 36, 12
LOOP_DRAWS = 2
SAME = 1e-9
"""Largest relative difference allowed between the ways: they add the same terms in another order."""


class Case(NamedTuple):
    """Probabilities per month (fractions), value per state and item (euros), discount factor per month 0..T."""

    start: np.ndarray  # (draw, group): searching -> work_supplement
    leave: np.ndarray  # (draw, group): searching -> left
    back: np.ndarray  # (draw, group): off_no_work -> searching
    more: np.ndarray  # (draw, group): work_supplement -> work_off, same job
    off: np.ndarray  # (draw, group): of those who lose their job off benefit, stay off benefit
    loss: np.ndarray  # (draw, group, duration): work_* -> searching
    price: np.ndarray  # (state, item)
    discount: np.ndarray  # (month,)


def make_case(draws: int, seed: int = 20261122) -> Case:
    """Made-up inputs of a realistic size.

    Parameters
    ----------
    draws : int
        Number of draws.
    seed : int
        Seed of the generator.

    Returns
    -------
    Case
    """
    rng = np.random.default_rng(seed)
    per_group = [
        rng.uniform(low, high, (draws, 2)) for low, high in ((0.02, 0.06), (0, 0.02), (0, 0.1), (0, 0.1), (0, 0.3))
    ]
    hazard = rng.uniform(0.05, 0.15, (draws, 2, 1)) * np.arange(DURATIONS + 1.0) ** rng.uniform(0.5, 0.9, (draws, 2, 1))
    price = rng.uniform(-1500, 1500, (len(STATES), ITEMS))
    return Case(*per_group, 1 - np.exp(-np.diff(hazard)), price, 1.0225 ** -(np.arange(MONTHS + 1) / 12))


def by_engine(case: Case) -> np.ndarray:
    """Participants with equal probabilities as one cohort; discounted time per state first, prices last.

    Parameters
    ----------
    case : Case
        Inputs.

    Returns
    -------
    ndarray, shape (draw, item)
        Present value of the pilot in euros.
    """
    time_in_state = np.zeros((len(case.start), len(STATES)))
    for group, size in enumerate(GROUP_SIZES):
        start, leave, back, more, off = (column[:, group, None] for column in case[:5])
        stay_off, lose = exclusive(case.loss[:, group] * off, case.loss[:, group] * (1 - off))
        moves = [
            Transition("searching", "work_supplement", "job", start),
            Transition("searching", "left", "leave", leave),
            Transition("off_no_work", "searching", "back", back),
            Transition("work_supplement", "searching", "loss", case.loss[:, group], by="duration"),
            Transition("work_supplement", "work_off", "more hours", more, keep_clock=True),
            Transition("work_off", "off_no_work", "loss, off", stay_off, by="duration"),
            Transition("work_off", "searching", "loss, back", lose, by="duration"),
        ]
        shares = propagate(STATES, {"searching": 1.0}, moves, cycles=MONTHS, clocked=CLOCKED).occupancy.values
        time_in_state += size * np.einsum("dcs,c->ds", shares, case.discount)
    return time_in_state @ case.price


def by_numpy(case: Case) -> np.ndarray:
    """Every participant apart, and one array of all flows: draw x participant x month x item.

    Parameters and result as for `by_engine`.
    """
    group = np.repeat(np.arange(2), GROUP_SIZES)
    start, leave, back, more, off = (column[:, group] for column in case[:5])
    loss = np.moveaxis(case.loss, -1, 0)[:, :, group]
    shares = np.zeros((*start.shape, MONTHS + 1, len(STATES)))
    shares[:, :, 0, 0] = 1.0
    supplement, independent = np.zeros((2, MONTHS + 1, *start.shape))  # by month of entry
    for month in range(1, MONTHS + 1):
        searching, _, _, without, left = np.moveaxis(shares[:, :, month - 1], -1, 0)
        exit_now = loss[np.minimum(month - 1 - np.arange(month), DURATIONS - 1)]
        lost, lost_off = supplement[:month] * exit_now, independent[:month] * exit_now
        moved = (supplement[:month] - lost) * more
        supplement[:month] -= lost + moved
        independent[:month] += moved - lost_off
        supplement[month] = searching * start
        gone = (searching - supplement[month]) * leave
        returned, all_off = without * back, lost_off.sum(0)
        shares[:, :, month, 0] = searching - supplement[month] - gone + returned + lost.sum(0) + all_off * (1 - off)
        shares[:, :, month, 1] = supplement.sum(0)
        shares[:, :, month, 2] = independent.sum(0)
        shares[:, :, month, 3] = without - returned + all_off * off
        shares[:, :, month, 4] = left + gone
    flows = shares @ case.price * case.discount[:, None]
    return flows.sum((1, 2))


def loop_person(case: Case, draw: int, group: int) -> list[list[float]]:
    """Shares by month and state of one participant, in plain Python."""
    start, leave, back, more, off = (float(column[draw, group]) for column in case[:5])
    loss = case.loss[draw, group].tolist()
    searching, without, left, shares = 1.0, 0.0, 0.0, [[1.0, 0.0, 0.0, 0.0, 0.0]]
    supplement, independent = [], []  # by month of entry
    for month in range(1, MONTHS + 1):
        lost = all_off = 0.0
        for entry in range(len(supplement)):
            p = loss[min(month - 2 - entry, DURATIONS - 1)]
            out, out_off = supplement[entry] * p, independent[entry] * p
            moved = (supplement[entry] - out) * more
            supplement[entry] -= out + moved
            independent[entry] += moved - out_off
            lost, all_off = lost + out, all_off + out_off
        found = searching * start
        gone, returned = (searching - found) * leave, without * back
        supplement.append(found)
        independent.append(0.0)
        searching += returned + lost + all_off * (1 - off) - found - gone
        without += all_off * off - returned
        left += gone
        shares.append([searching, sum(supplement), sum(independent), without, left])
    return shares


def by_loop(case: Case) -> np.ndarray:
    """The same in plain Python, flow by flow.

    Parameters and result as for `by_engine`.
    """
    price, discount = case.price.tolist(), case.discount.tolist()
    total = np.zeros((len(case.start), ITEMS))
    for draw in range(len(total)):
        for group, size in enumerate(GROUP_SIZES):
            for _ in range(size):
                for month, shares in enumerate(loop_person(case, draw, group)):
                    for item in range(ITEMS):
                        flow = 0.0
                        for state, share in enumerate(shares):
                            flow += share * price[state][item]
                        total[draw, item] += flow * discount[month]
    return total


def timed(way: Callable[[Case], np.ndarray], case: Case, repeats: int = 1) -> tuple[float, np.ndarray]:
    """Shortest time in seconds over the repeats, and the result."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        value = way(case)
        times.append(time.perf_counter() - begin)
    return min(times), value


def main() -> None:
    """Run the three ways, check that they agree, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=4000)
    draws = parser.parse_args().draws
    case = make_case(draws)
    few = Case(*(a[:LOOP_DRAWS] for a in case[:6]), case.price, case.discount)
    first, _ = timed(by_engine, few)
    engine, money = timed(by_engine, case, repeats=5)
    full, same = timed(by_numpy, case)
    loop, also = timed(by_loop, few)
    for other, mine in ((same, money), (also, money[:LOOP_DRAWS])):
        worst = np.abs(other - mine).max() / np.abs(mine).max()
        if not worst < SAME:
            raise SystemExit(f"the ways differ by {worst:.3g}, more than {SAME}")
    loop *= draws / len(few.start)
    print(
        f"{draws:,} draws x {sum(GROUP_SIZES)} participants x {MONTHS} months x {ITEMS} items; all ways agree to {SAME}"
    )
    print(f"{'way':<62}{'seconds':>10}{'ratio':>9}")
    rows = [
        ("engine, participants grouped, prices last (best of 5)", engine),
        ("numpy, every participant, one array of all flows (once)", full),
        (f"plain Python loop (extrapolated from {len(few.start)} draws)", loop),
    ]
    for label, seconds in rows:
        print(f"{label:<62}{seconds:>10.2f}{seconds / engine:>9.0f}")
    print(f"first call of the engine in this process, on {len(few.start)} draws (loads or compiles): {first:.2f} s")


if __name__ == "__main__":
    main()
