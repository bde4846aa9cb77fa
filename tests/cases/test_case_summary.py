"""The page shows what there is, and no number that rests on fewer than ten people."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.cases.simulate import simulate
from werkzorg.cases.small_cells import money_shape, rounding_base
from werkzorg.cases.summary import FLOWS, month_number, summarise


def people(n, **columns):
    base = {
        "pseudonym": [f"P-AAAA{number:04d}" for number in range(n)],
        "group": "programme",
        "enrolment_month": "2018-03",
        "end_month": "2018-06",
        "target_group": "mental_health",
    }
    return pd.DataFrame(base | columns)


def months_of(cases, states, first="2018-03"):
    """The same states month after month for everybody."""
    names = pd.period_range(first, periods=len(states), freq="M").astype(str)
    rows = [(name, month, state) for name in cases["pseudonym"] for month, state in zip(names, states, strict=True)]
    return pd.DataFrame(rows, columns=["pseudonym", "month", "state"])


STATES = ["searching", "work_supplement", "work_off", "searching"]


def test_flows_are_counted_per_month_and_target_group():
    cases = people(30, target_group=["mental_health"] * 20 + ["addiction"] * 10)
    summary = summarise({"cases": cases, "months": months_of(cases, STATES)}, lang="nl")
    found = {(flow.target_group, flow.flow, flow.month): flow.count for flow in summary.flows}
    expected = {}
    for group, count in (("mental_health", 20), ("addiction", 10)):
        for flow, month in zip(FLOWS, ("2018-03", "2018-04", "2018-05", "2018-06"), strict=True):
            expected[group, flow, month] = count
    assert found == expected
    assert summary.flow_totals["mental_health", "to_work"] == "ongeveer 20"
    assert summary.groups == {"programme": "ongeveer 30"}


def test_nine_people_are_not_shown_anywhere():
    cases = people(9)
    months = months_of(cases, STATES).assign(benefit=931.5, wage=777.77)
    summary = summarise({"cases": cases, "months": months}, lang="nl")
    assert summary.flows == ()
    assert set(summary.flow_totals.values()) == {"minder dan 10"}
    assert summary.follow_up is None
    assert all(shape.mean is None and shape.middle is None for shape in summary.costs.values())
    text = summary.render("nl")
    assert "niet getoond" in text
    assert numbers(text) <= {2018, 3, 6, 10, 5, 100}


def numbers(text):
    return {int(number) for number in re.findall(r"\d+", re.sub(r"\b0(\d)\b", r"\1", text))}


def test_one_person_of_a_group_is_hidden_in_every_step():
    cases = people(40, target_group=["mental_health"] * 39 + ["addiction"])
    summary = summarise({"cases": cases, "months": months_of(cases, STATES)}, lang="nl")
    assert {flow.target_group for flow in summary.flows} == {"mental_health"}
    assert {text for (group, _), text in summary.flow_totals.items() if group == "addiction"} == {"minder dan 10"}


def test_a_person_who_makes_a_step_twice_counts_once():
    cases = people(5)
    states = ["searching", "work_off"] * 4
    cases["end_month"] = "2018-10"
    summary = summarise({"cases": cases, "months": months_of(cases, states)}, lang="nl")
    assert summary.flow_totals["mental_health", "to_work"] == "minder dan 10"


def test_step_across_a_gap_has_no_month():
    cases = people(20)
    months = months_of(cases, STATES)
    summary = summarise({"cases": cases, "months": months[months["month"] != "2018-04"]}, lang="nl")
    assert {flow.flow for flow in summary.flows} == {"started", "back_on_benefit"}


def test_gaps_and_follow_up():
    cases = people(40)
    months = months_of(cases, STATES)
    summary = summarise({"cases": cases, "months": months}, lang="nl")
    assert summary.gap_share == "bijna geen"
    assert summary.window == ("2018-03", "2018-06")
    assert summary.follow_up == (3, 3, 3)
    one_gone = months[~((months["month"] == "2018-05") & (months.index % 8 < 4))]
    # 20 of 160 months: 12.5%, to the nearest even step of five.
    assert summarise({"cases": cases, "months": one_gone}, lang="nl").gap_share == "ongeveer 10%"


def test_months_as_periods_text_and_numbers_agree():
    text = pd.Series(["2018-03", "2019-01", None])
    periods = pd.Series(pd.PeriodIndex(["2018-03", "2019-01", None], freq="M"))
    expected = [2018 * 12 + 2, 2019 * 12, pd.NA]
    assert month_number(text).tolist() == expected
    assert month_number(periods).tolist() == expected
    assert month_number(pd.Series([24218, 24228])).tolist() == expected[:2]


def test_order_of_rows_does_not_matter():
    cases = people(30)
    months = months_of(cases, STATES).assign(benefit=np.arange(120.0))
    shuffled = months.sample(frac=1, random_state=1)
    one, two = (summarise({"cases": cases, "months": table}, lang="nl") for table in (months, shuffled))
    assert one == two


def test_forms_alone_give_participants_only():
    summary = summarise({"intake_wi": people(30)[["pseudonym", "group"]]}, lang="nl")
    assert summary.groups == {"programme": "ongeveer 30"}
    assert summary.window == ()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_of_a_synthetic_pilot(tmp_path, lang):
    simulate(tmp_path / "a", cases=60, comparison=40)
    read = {name: pd.read_csv(tmp_path / "a" / f"{name}.csv", sep=";", decimal=",") for name in ("cases", "months")}
    text = summarise(read, lang=lang).render(lang)
    assert ("psychische klachten" if lang == "nl" else "mental") in text
    assert not [name for name in read["cases"]["pseudonym"] if name in text]
    shape = summarise(read).costs["treatment_amount"]
    truth = read["months"].groupby("pseudonym")["treatment_amount"].mean().mean() * 12
    assert abs(shape.mean - truth) <= shape.base / 2


# Money under the release rules.


def test_mean_and_quartiles_of_plain_money():
    amounts = np.repeat([1000.0, 2000.0, 3000.0, 4000.0], 10)
    shape = money_shape(amounts)
    assert (shape.mean, shape.low, shape.middle, shape.high) == (2500, 1800, 2500, 3200)
    assert shape.base == 100


@pytest.mark.parametrize(
    "amounts",
    [
        [5000.0] * 9,
        [0.0] * 100 + [5000.0] * 9,
        [100.0] * 30 + [77_777.77],
        [50_000.0, 45_000.0] + [300.0] * 20,
    ],
    ids=["nine", "nine users", "one has half", "two stand alone"],
)
def test_money_that_gives_someone_away_is_hidden(amounts):
    shape = money_shape(np.array(amounts))
    assert (shape.mean, shape.low, shape.middle, shape.high) == (None, None, None, None)


def test_quartiles_need_ten_people_on_both_sides():
    shape = money_shape(np.linspace(1000, 2000, 30))
    assert shape.middle is not None
    assert shape.low is shape.high is None


def test_few_without_an_amount_do_not_become_a_group():
    """With three people without, quartiles are over all, so that no second set of persons is shown."""
    users = np.linspace(1000, 9000, 57)
    assert money_shape(np.append(users, [0, 0, 0])).low < money_shape(users).low


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e5), min_size=10, max_size=200))
def test_money_is_rounded_enough_to_hide_the_last_person(values):
    amounts = np.array(values)
    base = rounding_base(amounts)
    assert base >= 100
    # SDC-09: at least twice the standard deviation over n, and not more than 2.5 times that or EUR 100.
    wanted = max(2 * np.std(amounts, ddof=1) / len(amounts), 100)
    assert wanted * (1 - 1e-9) <= base <= 2.5 * wanted * (1 + 1e-9)
    shape = money_shape(amounts)
    for value in (shape.mean, shape.low, shape.middle, shape.high):
        assert value is None or abs(value / base - round(value / base)) < 1e-6
