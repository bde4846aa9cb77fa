"""What an outsider can work out from everything that is shown, and what must be hidden too so that he cannot.

Shown numbers are totals over sets of persons. The sets cut the population into atoms: people who are in exactly the
same sets. An outsider who knows which sets lie in which, but nobody in them, knows for each shown total that the sum of
its atoms lies within the rounding. All he can derive of a hidden total is the range of its sum over those atoms: two
linear programmes (SDC-14). The fewest further totals to hide follow from one mixed-integer programme.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from werkzorg.cases.small_cells import THRESHOLD

People = frozenset[Hashable]


@dataclass(frozen=True)
class Shown:
    """A total that is shown, or was.

    Attributes
    ----------
    people : frozenset
        Whom it is about.
    low, high : float
        Between these the exact total lies, as the rounding says.
    cost : float
        What hiding it costs; infinite when it was released before.
    """

    people: People
    low: float
    high: float
    cost: float = 1.0


@dataclass(frozen=True)
class Hidden:
    """A total that is not shown.

    Attributes
    ----------
    people : frozenset
        Whom it is about.
    low, high : float
        What an outsider must at least hold possible.
    """

    people: People
    low: float = 0.0
    high: float = THRESHOLD - 1.0


def atoms(sets: Sequence[People]) -> np.ndarray:
    """Which atoms make up each set, (set, atom) of 0 and 1."""
    everybody = sorted(frozenset().union(*sets), key=repr)
    columns = {tuple(person in group for group in sets) for person in everybody}
    return np.array(sorted(columns), dtype=float).T.reshape(len(sets), -1)


def outsider_range(shown: Sequence[Shown], hidden: Hidden) -> tuple[float, float]:
    """Smallest and largest value that a hidden total can have, given all that is shown.

    Parameters
    ----------
    shown : sequence of Shown
        This release and all earlier ones.
    hidden : Hidden

    Returns
    -------
    tuple of float
        Infinite where nothing bounds it.
    """
    made = atoms([*(total.people for total in shown), hidden.people])
    if not made.size:
        return 0.0, 0.0
    known, target = made[:-1], made[-1]
    limits = np.concatenate([[total.high for total in shown], [-total.low for total in shown]])
    ends = []
    for sign in (1, -1):
        found = linprog(sign * target, A_ub=np.vstack([known, -known]), b_ub=limits, bounds=(0, None), method="highs")
        ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
    return float(ends[0]), float(ends[1])


def is_safe(shown: Sequence[Shown], hidden: Hidden) -> bool:
    """Whether the range of an outsider covers what he must hold possible."""
    low, high = outsider_range(shown, hidden)
    return low <= hidden.low + 1e-6 and high >= hidden.high - 1e-6


def hide_also(shown: Mapping[str, Shown], hidden: Sequence[Hidden]) -> tuple[str, ...] | None:
    """The cheapest further totals to hide so that every hidden one is safe.

    Parameters
    ----------
    shown : mapping of Shown
        By name; those of infinite cost were released before.
    hidden : sequence of Hidden

    Returns
    -------
    tuple of str or None
        Names in order; None when hiding more is not enough, since earlier releases already tell: merge, show totals
        only, or wait.
    """
    unsafe = [total for total in hidden if not is_safe(list(shown.values()), total)]
    if not unsafe:
        return ()
    totals = list(shown.values())
    made = atoms([*(total.people for total in totals), *(total.people for total in unsafe)])
    known, targets = made[: len(totals)], made[len(totals) :]
    reach = max(total.high for total in (*totals, *unsafe)) + 1
    # In one world the hidden total is as large as must be possible, in another as small.
    worlds = [(sign * target, sign * end) for target, total in zip(targets, unsafe, strict=True)
              for sign, end in ((1, total.high), (-1, total.low))]  # fmt: skip
    constraints = [_world(place, *world, known, totals, reach, len(worlds)) for place, world in enumerate(worlds)]
    free = known.shape[1] * len(worlds)
    earlier = np.array([np.isinf(total.cost) for total in totals])
    found = milp(
        np.concatenate([np.zeros(free), [0.0 if np.isinf(total.cost) else total.cost for total in totals]]),
        integrality=np.repeat([0, 1], [free, len(totals)]),
        bounds=Bounds(0, np.concatenate([np.full(free, 2 * reach), np.where(earlier, 0.0, 1.0)])),
        constraints=constraints,
    )
    if found.status != 0:
        return None
    return tuple(name for name, chosen in zip(shown, found.x[free:], strict=True) if chosen > 0.5)


def _world(
    place: int, target: np.ndarray, end: float, known: np.ndarray, totals: Sequence[Shown], reach: float, worlds: int
) -> LinearConstraint:
    """One world that an outsider must hold possible: every total in it that stays shown is as shown.

    Variables are the atoms of each world, and then per total whether it is hidden, which frees it in all worlds.
    """
    width, count = known.shape[1], len(totals)
    freed = np.eye(count) * 2 * reach * width
    rows = np.zeros((2 * count + 1, width * worlds + count))
    own = slice(place * width, (place + 1) * width)
    rows[:, own] = np.vstack([known, known, target])
    rows[: 2 * count, width * worlds :] = np.vstack([-freed, freed])
    low = [*np.full(count, -np.inf), *(total.low for total in totals), end]
    high = [*(total.high for total in totals), *np.full(count, np.inf), np.inf]
    return LinearConstraint(rows, low, high)
