"""Cost before and after enrolment as seen: means over people, work weighted by cost, missing months left out."""

from __future__ import annotations

import numpy as np
import pytest
from plain_records import person, small_tables

from werkzorg.inference.observed_cost import observed_changes
from werkzorg.inference.person_months import BEFORE, person_months
from werkzorg.inference.record_data import WORK_STEPS

EXACT = 1e-12


def made(people, outpatient, episodes=None):
    """Changes of people with a constant cost per month in each year: (before, first year, second year)."""
    records = person_months(small_tables(*people))
    cost = np.full(records.state.shape, np.nan)
    years = (slice(BEFORE - 11, BEFORE + 1), slice(BEFORE + 1, BEFORE + 13), slice(BEFORE + 13, BEFORE + 25))
    for place, amounts in enumerate(outpatient):
        for columns, amount in zip(years, amounts, strict=True):
            cost[place, columns] = amount
    extra = np.full(cost.shape, np.nan) if episodes is None else np.where(np.isnan(cost), np.nan, episodes)
    return observed_changes(records, cost, extra)


def group(number, states):
    return [person(f"P{place:02d}", states, first=-11) for place in range(number)]


def test_means_are_per_year_and_the_second_year_is_compared():
    states = "S" * 12 + "S" * 24
    found = made(group(12, states), [(100.0, 80.0, 50.0)] * 6 + [(300.0, 200.0, 0.0)] * 6)["programme"]
    assert (found.persons, found.year, found.episodes) == (12, 2, False)
    assert found.before == pytest.approx(12 * 200, abs=EXACT)
    assert found.after == pytest.approx(12 * 25, abs=EXACT)  # who costs nothing counts as zero
    assert found.outpatient == found.before
    np.testing.assert_allclose(found.shares, np.eye(len(WORK_STEPS))[[0, 0]])
    assert found.fresh == 0


def test_the_first_year_is_compared_when_few_are_seen_longer():
    states = "S" * 12 + "S" * 14
    found = made(group(12, states), [(100.0, 80.0, np.nan)] * 12)["programme"]
    assert (found.year, found.after) == (1, pytest.approx(960, abs=EXACT))


def test_months_of_unknown_cost_are_left_out_and_so_is_who_has_few():
    people = group(11, "S" * 36)
    amounts = [(100.0, 80.0, 60.0)] * 10 + [(np.nan, 80.0, 60.0)]
    assert made(people, amounts)["programme"].persons == 10


def test_episodes_are_part_of_the_cost_but_not_of_the_outpatient_part():
    found = made(group(10, "S" * 36), [(100.0, 80.0, 60.0)] * 10, episodes=5.0)["programme"]
    assert found.episodes
    assert found.before == pytest.approx(12 * 105, abs=EXACT)
    assert found.outpatient == pytest.approx(12 * 100, abs=EXACT)


def test_work_is_weighted_by_cost_before():
    worker = person("A1", "S" * 12 + "S" * 12 + "S" * 3 + "W" * 9, first=-11)
    people = [worker, *[person(f"B{place}", "S" * 36, first=-11) for place in range(11)]]
    found = made(people, [(400.0, 400.0, 100.0)] + [(100.0, 100.0, 100.0)] * 11)["programme"]
    # Three of six months in the first half year, six of six in the second; 400 of 1,500 euros is of the worker.
    mean = found.shares @ WORK_STEPS
    np.testing.assert_allclose(mean, [0.5 * 400 / 1500, 400 / 1500], rtol=1e-12)
    np.testing.assert_allclose(found.mean_share, [0.5 / 12, 1 / 12], rtol=1e-12)
    np.testing.assert_allclose(found.weight, [0.5, 0.5], rtol=1e-12)
    assert found.fresh == pytest.approx(3 / (12 * 12), abs=EXACT)


def test_rounding_and_dominance_follow_the_release_rules():
    even = made(group(12, "S" * 36), [(100.0, 80.0, 50.0)] * 12)["programme"]
    assert even.base == 100.0 and not even.dominated
    one = made(group(12, "S" * 36), [(100_000.0, 80.0, 50.0)] + [(100.0, 80.0, 50.0)] * 11)["programme"]
    assert one.dominated and one.base > 100
