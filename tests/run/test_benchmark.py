"""The arithmetic and the table of the benchmark of a run; the measuring itself is not a test."""

from __future__ import annotations

import pytest

from benchmarks.run import table, times_of

STEPS = [
    {"step": "fit", "seconds": 5.0, "parts": {"compile": 3.0}},
    {"step": "reports", "seconds": 2.0, "parts": {}},
]


def test_the_rest_of_the_whole_is_start_and_stop():
    times = times_of(STEPS, whole=8.5)
    assert times == {
        "fit": 5.0,
        "  fit: compile": 3.0,
        "reports": 2.0,
        "start and stop": pytest.approx(1.5, abs=1e-12),  # sums of short decimals: rounding only
        "whole": 8.5,
    }


def test_the_table_has_the_median_and_an_empty_place_for_a_step_that_was_not_made():
    warm = [times_of(STEPS, whole) for whole in (8.0, 9.0, 20.0)]
    reuse = [times_of(STEPS[1:], 3.0)]
    lines = table({"warm": warm, "reuse": reuse}).splitlines()
    assert lines[0] == "| step | warm | reuse |"
    assert "| fit | 5.0 |  |" in lines
    assert "| &nbsp;&nbsp;fit: compile | 3.0 |  |" in lines
    assert lines[-1] == "| whole | 9.0 | 3.0 |"
