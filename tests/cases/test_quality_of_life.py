"""Utility of EQ-5D-5L profiles by the Dutch tariff (Versteegh and others 2016)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkzorg.cases.quality_of_life import COLUMNS, dutch_tariff, utility
from werkzorg.cases.schema import table

TARIFF = dutch_tariff(date(2018, 1, 1))

# The tariff is published to four decimals; the smallest step between two levels is 0.02.
ROUNDING = 5e-4


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ((1, 1, 1, 1, 1), 1.0),
        ((5, 5, 5, 5, 5), -0.446),
        # 0.9531 less one decrement: the drop below 1 comes with any problem at all.
        ((2, 1, 1, 1, 1), 0.9176),
        ((1, 1, 1, 1, 2), 0.8835),
        ((1, 1, 2, 2, 3), 0.9531 - 0.0392 - 0.0659 - 0.1445),
    ],
)
def test_known_answers(profile, expected):
    assert utility(profile, TARIFF) == pytest.approx(expected, abs=ROUNDING)


def test_anxiety_from_four_to_three_gains_as_published():
    before, after = utility([[1, 1, 2, 2, 4], [1, 1, 2, 2, 3]], TARIFF)
    assert after - before == pytest.approx(0.212, abs=ROUNDING)


def test_a_missing_answer_gives_no_utility_to_that_profile_alone():
    values = utility([[1, 1, 2, 2, np.nan], [1, 1, 1, 1, 1]], TARIFF)
    assert np.isnan(values[0]) and values[1] == 1


@pytest.mark.parametrize("profile", [[0, 1, 1, 1, 1], [6, 1, 1, 1, 1], [1.5, 1, 1, 1, 1], [1, 1, 1, 1], 3])
def test_what_is_no_profile(profile):
    with pytest.raises(ValueError):
        utility(profile, TARIFF)


@given(st.lists(st.integers(1, 5), min_size=5, max_size=5), st.integers(0, 4))
def test_more_problems_are_never_better(profile, question):
    worse = list(profile)
    worse[question] = min(profile[question] + 1, 5)
    assert utility(worse, TARIFF) <= utility(profile, TARIFF) + 1e-12


def test_questions_are_columns_of_the_schema():
    assert set(COLUMNS) <= set(table("quality_of_life").columns)
