"""What an outsider can work out: against counting all possible worlds, and hiding no more than is needed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from werkzorg.cases.small_cells import COUNT_BASE, DOMINANCE_REST
from werkzorg.release.suppression import Hidden, Shown, atoms, hide_also, is_safe, outsider_range


def people(first, last):
    return frozenset(range(first, last))


def shown_count(group, base=COUNT_BASE, cost=1.0):
    """A count as it is shown, rounded; `base` zero is an exact one."""
    total = float(len(group))
    middle = round(total / base) * base if base else total
    return Shown(group, middle - base / 2, middle + base / 2, cost)


def cross_table(counts, base):
    """Shown cells and margins of a table of counts, and its cells; the margins cost more to hide."""
    cells, start = {}, 0
    for place, count in np.ndenumerate(counts):
        cells[place], start = people(start, start + int(count)), start + int(count)
    shown = {f"cell{place}": shown_count(group, base) for place, group in cells.items()}
    for axis, size in enumerate(np.shape(counts)):
        for line in range(size):
            group = frozenset().union(*(cells[place] for place in cells if place[axis] == line))
            shown[f"margin{axis}{line}"] = shown_count(group, base, cost=10)
    return shown, cells


def test_atoms_are_people_in_the_same_sets():
    made = atoms([people(0, 10), people(5, 12)])
    assert {tuple(column) for column in made.T} == {(1, 0), (1, 1), (0, 1)}


def test_an_exact_total_and_subtotal_give_the_rest():
    shown = [shown_count(people(0, 40), 0), shown_count(people(0, 37), 0)]
    assert outsider_range(shown, Hidden(people(37, 40))) == pytest.approx((3, 3))


def test_rounding_leaves_room_unless_both_round_to_the_same():
    wide = [shown_count(people(0, 40)), shown_count(people(0, 37))]
    assert outsider_range(wide, Hidden(people(37, 40))) == pytest.approx((0, 10))
    # 40 and 38 are both shown as 40: at most five are left, and that excludes 6 to 9.
    narrow = [shown_count(people(0, 40)), shown_count(people(0, 38))]
    assert outsider_range(narrow, Hidden(people(38, 40))) == pytest.approx((0, 5))
    assert is_safe(wide, Hidden(people(37, 40))) and not is_safe(narrow, Hidden(people(38, 40)))


def test_what_nothing_bounds_is_free():
    assert outsider_range([], Hidden(people(0, 3))) == (0.0, np.inf)
    assert outsider_range([], Hidden(frozenset())) == (0.0, 0.0)


def test_the_range_is_that_of_all_possible_worlds():
    """Every table of whole numbers that an outsider must hold possible, counted one by one."""
    shown, cells = cross_table([[2, 3], [4, 1]], 0)
    hidden = {place: cells[place] for place in [(0, 0), (0, 1), (1, 0), (1, 1)]}
    margins = [shown[name] for name in shown if name.startswith("margin")]
    worlds = [
        (a, b, c, d)
        for a, b, c, d in itertools.product(range(6), repeat=4)
        if (a + b, c + d, a + c, b + d) == (5, 5, 6, 4)
    ]
    for index, group in enumerate(hidden.values()):
        found = [world[index] for world in worlds]
        # Tables of two by two with whole margins have whole corners, so that the linear range is the exact one.
        assert outsider_range(margins, Hidden(group)) == pytest.approx((min(found), max(found)))


@pytest.mark.parametrize("seed", range(4))
def test_no_cheaper_choice_of_what_to_hide_is_enough(seed):
    """The programme against trying all choices of hidden totals."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(10, 25, (2, 3))
    counts[0, seed % 3] = 4
    shown, cells = cross_table(counts, 0)
    hidden = [Hidden(cells[0, seed % 3])]
    del shown[f"cell{(0, seed % 3)}"]
    found = hide_also(shown, hidden)
    cost = {name: total.cost for name, total in shown.items()}
    safe = [
        sum(cost[name] for name in choice)
        for size in range(4)
        for choice in itertools.combinations(shown, size)
        if is_safe([total for name, total in shown.items() if name not in choice], hidden[0])
    ]
    assert sum(cost[name] for name in found) == pytest.approx(min(safe))
    assert is_safe([total for name, total in shown.items() if name not in found], hidden[0])


def test_nothing_more_is_hidden_when_all_is_safe():
    assert hide_also({"all": shown_count(people(0, 40))}, [Hidden(people(37, 40))]) == ()


def test_what_was_released_before_cannot_be_taken_back():
    before = {"all": shown_count(people(0, 40), 0, np.inf)}
    now = {"most": shown_count(people(0, 37), 0)}
    assert hide_also(before | now, [Hidden(people(37, 40))]) == ("most",)
    both = before | {"most": shown_count(people(0, 37), 0, np.inf)}
    assert hide_also(both, [Hidden(people(37, 40))]) is None


def test_hidden_money_needs_room_around_the_largest_amount():
    """A total of 100,000 of which one person has 60,000: the outsider must hold 91,000 to 109,000 possible."""
    width = DOMINANCE_REST * 60_000.0
    hidden = Hidden(people(0, 3), 100_000.0 - width, 100_000.0 + width)
    assert (hidden.low, hidden.high) == (91_000.0, 109_000.0)
    rest = people(3, 40)
    close = [Shown(people(0, 40), 199_500, 200_500), Shown(rest, 99_500, 100_500)]
    coarse = [Shown(people(0, 40), 190_000, 210_000), Shown(rest, 95_000, 105_000)]
    assert not is_safe(close, hidden) and is_safe(coarse, hidden)
