"""Rounding of amounts that stand together: what is printed adds up, and no artefact of rounding looks like a result."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.reporting import figures
from werkzorg.reporting import numbers as n
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import horizons_table
from werkzorg.reporting.verdicts import kept_verdict, money_step, waterfall_step

STEPS = re.compile(r"[125]0*")


def changed(results: Results, values: dict[str, dict[str, float]]) -> Results:
    """The results with other numbers in the rows with these ids."""
    table = results.table.copy()
    for name, columns in values.items():
        assert (table["id"] == name).any(), name
        for column, value in columns.items():
            table.loc[table["id"] == name, column] = value
    return Results(results.meta, table, results.assumptions, results.gates)


def amounts(cells) -> list[int]:
    """Whole euros of cells as they are printed."""
    return [int(re.sub(r"[^\d-]", "", cell)) for cell in cells]


@settings(deadline=None, derandomize=True)
@given(st.floats(1.0, 1e9))
def test_step_lies_between_a_twentieth_and_a_fiftieth_of_the_width(width):
    step = n.sensible_step(-width / 2, width / 2)
    assert STEPS.fullmatch(f"{step:.0f}")
    assert step == 1 or width / 50 * (1 - 1e-6) <= step <= width / 20 * (1 + 1e-6)


@settings(deadline=None, derandomize=True)
@given(st.sampled_from([1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 1000.0, 20_000.0]))
def test_finer_steps_go_down_to_a_fifth(step):
    found = n.finer_steps(step)
    assert found[0] == step and found == sorted(found, reverse=True) and len(set(found)) == len(found)
    assert all(STEPS.fullmatch(f"{one:.0f}") for one in found)
    assert max(1.0, step / 5) <= found[-1] < max(1.0, step / 5) * 2


def test_step_of_bars_that_add_up_is_the_coarsest_that_does():
    # With 500: 1,000 - 0 - 500 - 0 is not the 500 that is kept; with 200: 800 - 200 - 200 - 200 is the 200 that is.
    parts = [797.0, -129.0, -297.0, -111.0]
    assert n.adding_step(parts, sum(parts), 500.0) == 200.0
    assert n.adding_step([800.0, -500.0], 300.0, 100.0) == 100.0


def test_a_bar_that_can_be_seen_is_not_nothing_and_one_that_cannot_be_seen_may_be():
    # 378 of 8,428 is a visible bar: a step of 1,000 would print nothing beside it; 20 is none.
    assert n.adding_step([8428.0, -378.0], 8050.0, 1000.0) == 500.0
    assert n.adding_step([8428.0, -20.0], 8408.0, 1000.0) == 1000.0


def test_two_amounts_beside_each_other_are_not_set_apart_by_rounding():
    # -131,371 and -121,780 in steps of 50,000 would differ by 50,000.
    step = n.shared_step(-131_371, -121_780, 50_000)
    shown = [n.round_to(value, step) for value in (-131_371, -121_780)]
    assert shown == [-130_000, -120_000]
    # What prints the same, or differs by more than a step, keeps the step.
    assert n.shared_step(-247_472, -246_702, 20_000) == 20_000
    assert n.shared_step(10_000, 95_000, 50_000) == 50_000


@settings(deadline=None, derandomize=True)
@given(st.floats(-1e6, 1e6), st.floats(-1e5, 1e5), st.sampled_from([100.0, 2000.0, 50_000.0]))
def test_what_is_printed_apart_differs_by_less_than_rounding_alone_could_make(first, more, step):
    shared = n.shared_step(first, first + more, step)
    printed = abs(n.round_to(first, shared) - n.round_to(first + more, shared))
    # At most twice what it is, where a fifth of the step that the amounts warrant can show it.
    assert printed <= 2 * abs(more) + 1e-6 or shared <= step / 5 * 2
    assert shared == step or shared <= max(abs(more), step / 5 * 2)


@pytest.mark.parametrize("party", ["municipality", "insurer"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_bars_and_text_of_a_waterfall_have_one_step(results, party, lang):
    rows = results.rows(quantity="waterfall", party=party)
    step = waterfall_step(rows)
    assert step <= money_step(rows[-1])
    made = figures.kept_waterfall(results, party, lang)
    shown = amounts(made.data.iloc[:, 1])
    assert shown == [n.round_to(row.value, step) for row in rows]
    adds = sum(shown[:-1]) == shown[-1]
    assert adds != any("afronding" in note or "rounding" in note for note in made.notes)
    largest = max(shown[:-1], key=abs)
    for amount in (largest, shown[-1]):
        assert n.euro(abs(amount), lang, 1.0) in kept_verdict(rows, lang)
        assert n.euro(amount, lang, 1.0) in re.sub("&#160;", n.NO_BREAK, made.svg)


def test_columns_of_one_line_of_the_horizons_can_be_compared(results):
    """Discounted and plain sum of ten years lie 9,591 apart; in steps of 20,000 they would seem 20,000 apart."""
    end = results.meta["main_horizon"]
    ids = [f"net.society.{end}.pilot.{view}" for view in ("society", "budget")]
    ends = {"low80": -367_844.0, "high80": 117_775.0}
    made = changed(results, {ids[0]: {"value": -131_371.0, **ends}, ids[1]: {"value": -121_780.0, **ends}})
    table = horizons_table(made, "society", "en").data
    place = [row.horizon for row in made.rows(quantity="net", party="society", per="pilot", view="society")].index(end)
    assert amounts(table.iloc[place, [1, 4]]) == [-130_000, -120_000]


def test_middle_of_a_fan_that_can_be_seen_is_not_printed_as_nothing(results):
    end = results.meta["main_horizon"]
    last = f"net_cumulative.insurer.{end}"
    ends = {"low95": -4000.0, "low80": -1679.0, "high80": 4011.0, "high95": 7000.0}
    for median, shown in ((204.0, 200), (20.0, 0), (1204.0, 1200)):
        made = figures.cumulative_fan(changed(results, {last: {"median": median, **ends}}), "insurer", "en")
        assert amounts([made.data.iloc[-1, 1]]) == [shown]
