"""What holds for all records about people: names, order and the calendar tell nothing of what happened to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.inference.reduction import reduce_records
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import load_pilot

SOME = settings(max_examples=6, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))

EXACT = 1e-10
"""Relative: sums of some hundred doubles in another order."""

IN_EUROS = {"cost", "simple.wage_factor", "simple.benefit_ratio", "simple.base_cost", "change"}
"""Amounts are moved to the price year, and held against the norms of their own month: they follow the calendar."""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("properties") / "pilot"
    simulate(folder, cases=30, comparison=20, months=30, seed=4, form="parquet")
    pilot, tables = load_pilot(folder), read_tables(folder)
    return pilot, tables, reduce_records(pilot, tables)


def parts(reduced, name=""):
    """Every array and number of reduced records by its dotted name."""
    if hasattr(reduced, "__dataclass_fields__"):
        reduced = {field: getattr(reduced, field) for field in reduced.__dataclass_fields__}
    if not isinstance(reduced, dict):
        return {name: reduced}
    found = [parts(part, f"{name}.{key}".lstrip(".")) for key, part in reduced.items()]
    return {key: part for each in found for key, part in each.items()}


def same(one, other, but=frozenset()):
    """Whether two reductions are equal but for rounding; how many parts were held against each other."""
    one, other = ({k: v for k, v in parts(each).items() if not within(k, but)} for each in (one, other))
    assert one.keys() == other.keys()
    for name, part in one.items():
        if part is None or isinstance(part, str):
            assert other[name] == part, name
        else:
            # Sums of squares are as large as some thousands: rounding of them is 1e-12 and no change.
            np.testing.assert_allclose(other[name], part, rtol=EXACT, atol=1e-9, err_msg=name)
    return len(one)


def within(name, groups):
    return any(name == group or name.startswith(f"{group}.") for group in groups)


@SOME
@given(seed=st.integers(0, 2**32 - 1))
def test_other_pseudonyms_change_nothing(made_up, seed):
    pilot, tables, reduced = made_up
    people = tables["cases"]["pseudonym"].tolist()
    order = np.random.default_rng(seed).permutation(len(people))
    names = {old: f"N-{new:05d}" for old, new in zip(people, order, strict=True)}
    renamed = {
        table: frame.assign(pseudonym=frame["pseudonym"].map(names).astype(frame["pseudonym"].dtype))
        for table, frame in tables.items()
    }
    assert same(reduced, reduce_records(pilot, renamed)) > 50


@SOME
@given(months=st.integers(1, 40))
def test_everybody_later_and_the_pilot_too_changes_euros_alone(made_up, months):
    """A job found in the third month is one, whatever the date: only amounts know what year it was."""
    pilot, tables, reduced = made_up
    later = {
        table: frame.assign(
            **{name: frame[name] + months for name, kind in frame.dtypes.items() if str(kind) == "period[M]"}
        )
        for table, frame in tables.items()
    }
    passed = pilot.start.year * 12 + pilot.start.month - 1 + months
    start = pilot.start.replace(year=passed // 12, month=passed % 12 + 1)
    found = reduce_records(pilot.model_copy(update={"start": start}), later)
    assert same(reduced, found, IN_EUROS) > 30


@SOME
@given(year=st.integers(2018, 2024))
def test_another_price_year_is_one_index_for_all_euros_of_care(made_up, year):
    pilot, tables, reduced = made_up
    other = pilot.model_copy(update={"valuation_date": pilot.valuation_date.replace(year=year)})
    assert other.price_year == year
    found = reduce_records(other, tables)
    factor = catalogue().index_factor("care_wage", pilot.price_year, year)
    for name in ("before", "after", "outpatient"):
        for group in ("programme", "comparison"):
            before, after = (getattr(each.change[group], name) for each in (reduced, found))
            assert after == pytest.approx(before * factor, rel=EXACT), (name, group)
    # What happened is no amount.
    assert same(reduced, found, IN_EUROS) > 30
