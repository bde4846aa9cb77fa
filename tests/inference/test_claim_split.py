"""The additive scheme: parts add up, no order, nothing for a cause that does nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.inference.split import MOST_CAUSES, split, split_factors

FACTORS = st.lists(st.floats(0.05, 5.0), min_size=1, max_size=6)


def named(values):
    return {f"cause {k}": np.array([value, 1 / value]) for k, value in enumerate(values)}


@given(FACTORS, st.floats(1.0, 20_000.0))
@settings(max_examples=40, deadline=None)
def test_parts_add_up_to_the_whole_change_in_every_draw(values, before):
    factors = named(values)
    parts = split_factors(before, factors)
    whole = before * (np.prod(list(factors.values()), axis=0) - 1)
    # Rounding of a sum of 64 products; a forgotten cause is larger by twelve orders of magnitude.
    assert np.abs(parts.sum(axis=0) - whole).max() <= 1e-9 * before * max(5.0 ** len(values), 1.0)


@given(FACTORS, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_causes_does_not_matter(values, random):
    factors = named(values)
    shuffled = list(factors)
    random.shuffle(shuffled)
    first = dict(zip(factors, split_factors(1.0, factors), strict=True))
    second = dict(zip(shuffled, split_factors(1.0, {name: factors[name] for name in shuffled}), strict=True))
    for name in factors:
        assert second[name] == pytest.approx(first[name], rel=1e-9, abs=1e-9)


def test_two_factors_have_a_closed_form():
    a, b = np.array([0.5, 1.2]), np.array([0.8, 0.1])
    parts = split_factors(100.0, {"a": a, "b": b})
    assert parts[0] == pytest.approx(100 * (a - 1) * (1 + b) / 2, rel=1e-12)
    assert parts[1] == pytest.approx(100 * (b - 1) * (1 + a) / 2, rel=1e-12)


def test_a_cause_that_does_nothing_gets_nothing_and_equal_causes_get_the_same():
    half = np.array([0.5])
    parts = split_factors(1.0, {"none": np.array([1.0]), "first": half, "second": half})
    assert parts[:, 0] == pytest.approx([0.0, -0.375, -0.375], abs=1e-15)


def test_any_outcome_can_be_split_not_only_a_product():
    """Three causes that only do something together share it evenly; a lone one keeps its own."""

    def value(active):
        return np.full(2, 9.0 * ({"a", "b", "c"} <= active) + 1.0 * ("d" in active))

    assert split(value, ("a", "b", "c", "d"))[:, 0] == pytest.approx([3.0, 3.0, 3.0, 1.0], abs=1e-12)


@pytest.mark.parametrize("causes", [(), ("a", "a"), tuple(map(str, range(MOST_CAUSES + 1)))])
def test_impossible_lists_of_causes_are_refused(causes):
    with pytest.raises(ValueError, match="different causes"):
        split(lambda active: np.zeros(1), causes)
