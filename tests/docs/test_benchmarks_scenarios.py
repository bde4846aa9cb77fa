"""The benchmark of scenarios measures what it says: no two scenarios alike, rates by hand; measuring is not a test."""

from __future__ import annotations

import pytest

from benchmarks.scenarios import KINDS, Measured, changes_of, table


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_scenarios_of_a_kind_are_alike(kind):
    made = {changes_of(kind, number).model_dump_json() for number in range(150)}
    assert len(made) == 150


def test_rates_and_ratios_by_hand():
    lines = table({"size": Measured(100, 2.0, 1.5)}, Measured(4, 16.0, 14.0)).splitlines()
    # 100 in 2 s is 50 a second and 15 ms of processor each; 4 in 16 s is a quarter a second, so 200 times as fast.
    assert lines[2] == "| size | 100 | 50 | 15 | 200 |"
    assert lines[3] == "| any, month by month | 4 | 0.25 | 3500 | 1 |"
