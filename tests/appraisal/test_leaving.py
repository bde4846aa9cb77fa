"""Support that ended by plan and was recorded as leaving: it trips the check, drop-out does not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom

from werkzorg.appraisal.checks import check_leaving
from werkzorg.appraisal.dropout import Dropout
from werkzorg.appraisal.leaving import EARLIEST, FALSE_ALARM, Leaving, _judge, count_leaving, leaving_line
from werkzorg.cases.follow_up import cut_follow_up
from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.contract import STATES
from werkzorg.inference.person_months import BEFORE, UNSEEN, PersonMonths, person_months
from werkzorg.release.checks import check_gates
from werkzorg.wording import LANGUAGES

MONTHS = 24


def told(at_risk, left, name="leaving"):
    return [Leaving(name, np.array(at_risk), np.array(left))]


def world(rng, people, hazard, entry=0.04, plan=None):
    """Counts by month of people who leave with a hazard per month, find work, or all stop in month `plan`."""
    at_risk, left = np.zeros((2, MONTHS + 1), dtype=int)
    for month, chance in enumerate(np.broadcast_to(hazard, MONTHS), 1):
        people -= rng.binomial(people, entry)
        gone = people if month == plan else rng.binomial(people, chance)
        at_risk[month], left[month], people = people, gone, people - gone
    at_risk[:EARLIEST], left[:EARLIEST] = 0, 0
    return told(at_risk, left)


@pytest.mark.parametrize("people", [15, 60, 400])
def test_drop_out_with_the_same_chance_every_month_is_no_alarm(people):
    rng = np.random.default_rng(people)
    lines = [leaving_line(world(rng, people, hazard)) for hazard in (0.005, 0.02, 0.06) for _ in range(70)]
    failed = sum(line is not None and not line.inside for line in lines)
    # At most one in a hundred by construction; far fewer since counts are whole numbers.
    assert failed <= 0.01 * len(lines)


def test_drop_out_that_becomes_less_with_time_is_no_alarm():
    rng = np.random.default_rng(5)
    falling = 0.01 + 0.05 * np.exp(-np.arange(MONTHS) / 4)
    lines = [leaving_line(world(rng, people, falling)) for people in (40, 200, 2000) for _ in range(50)]
    assert sum(not line.inside for line in lines if line is not None) <= 1


@pytest.mark.parametrize("people", [25, 100, 500])
def test_all_who_search_leave_in_month_fifteen(people):
    rng = np.random.default_rng(people)
    for _ in range(20):
        line = leaving_line(world(rng, people, 0.02, plan=15))
        assert not line.inside and line.name == "leaving" and line.month in (15, None)
    # Half of them is a plan too.
    assert not leaving_line(told([0, 0, 0, *[100] * 12, 100], [0, 0, 0, *[2] * 12, 50])).inside


def test_few_people_are_no_plan():
    # All of four people left, and nobody in another month.
    assert leaving_line(told([0, 0, 0, *[4] * 20], [0, 0, 0, *[0] * 19, 4])).inside
    assert not leaving_line(told([0, 0, 0, *[5] * 20], [0, 0, 0, *[0] * 19, 5])).inside


def test_nothing_to_say_when_nobody_left_or_one_month_is_all_there_is():
    assert leaving_line(told([0, 0, 0, 9, 9], [0, 0, 0, 0, 0])) is None
    assert leaving_line(told([0, 0, 0, 9], [0, 0, 0, 9])) is None
    assert leaving_line([]) is None
    # Two months are enough to hold one against the other.
    assert not leaving_line(told([0, 0, 0, 90, 90], [0, 0, 0, 1, 80])).inside


def test_the_most_is_the_end_of_a_beta_binomial_over_all_months():
    at_risk, left = [0, 0, 0, 50, 40, 20, 10], [0, 0, 0, 1, 1, 9, 1]
    line = leaving_line(told(at_risk, left))
    # Month 5 is the least likely one; the others have 3 of 100, with a uniform prior.
    others = betabinom(20, 4, 98)
    assert line.expected == pytest.approx(4 / 102) and line.low == 0
    most = round(line.high * 20)
    assert others.sf(most) <= FALSE_ALARM / 4 < others.sf(most - 1)
    # One person more or less decides.
    for gone in (most, most + 1):
        assert leaving_line(told(at_risk, [0, 0, 0, 1, 1, gone, 1])).inside is (gone == most)


def test_as_many_as_have_the_chance_of_the_limit_itself_are_too_many():
    (months,) = told([0, 0, 0, 50, 40, 20, 10], [0, 0, 0, 1, 1, 9, 1])
    _, _, _, chance = _judge(months, 5, 0.0)
    assert 0 < chance < FALSE_ALARM
    assert _judge(months, 5, chance)[2] == 8
    assert _judge(months, 5, chance * 0.999)[2] == 9


def test_the_end_of_what_drop_out_explains_is_shown_up_to_the_next_step():
    """Most who may leave are 5 of 26, which is 0.192: steps of five in a hundred show 0.2, never 0.15."""
    line = leaving_line(told([0, 0, 0, 26, *[10_000] * 10], [0, 0, 0, 20, *[1] * 10]))
    assert not line.inside and line.high == pytest.approx(0.2)


def test_less_than_a_fifth_is_no_plan_in_any_number():
    at_risk, left = [0, 0, 0, *[10_000] * 10], [0, 0, 0, *[100] * 9]
    assert leaving_line(told(at_risk, [*left, 1999])).inside
    assert not leaving_line(told(at_risk, [*left, 2000])).inside
    # A fifth of 26 people is 5.2: five are less than a fifth, six are more.
    for gone, inside in ((5, True), (6, False)):
        line = leaving_line(told([0, 0, 0, *[10_000] * 10, 26], [0, 0, 0, *[1] * 10, gone]))
        assert line.inside is inside and line.expected == pytest.approx(11 / 100_002)


def test_a_month_that_is_just_no_plan_hides_no_month_that_is_one():
    """1,999 of 10,000 are less likely than 20 of 40, and yet it is the 20 of 40 that look like a plan."""
    line = leaving_line(told([0, 0, 0, *[10_000] * 20, 10_000, 40], [0, 0, 0, *[10] * 20, 1999, 20]))
    assert not line.inside and line.month == 24 and line.observed == pytest.approx(0.5)


def test_of_two_months_that_look_like_a_plan_the_less_likely_one_is_named():
    line = leaving_line(told([0, 0, 0, *[100] * 12], [0, 0, 0, *[1] * 10, 30, 60]))
    assert not line.inside and line.month == 14 and line.observed == pytest.approx(0.6)


@pytest.mark.parametrize(("people", "gone", "shown", "month"), [
    (40, 20, 0.5, 5), (40, 31, None, 5), (40, 9, None, None), (40, 40, None, 5), (21, 11, 0.5, 5),
    (40, 10, 0.25, 5), (40, 30, 0.75, 5),
])  # fmt: skip
def test_what_tells_of_few_people_is_not_shown(people, gone, shown, month):
    line = leaving_line(told([0, 0, 0, 400, 400, people, 400], [0, 0, 0, 1, 0, gone, 0]))
    assert not line.inside and line.month == month
    assert line.observed == (shown if shown is None else pytest.approx(shown))


def test_a_calendar_month_is_not_named():
    line = leaving_line(told([0, 0, 0, 40, 40, 40], [0, 0, 0, 1, 0, 30], "leaving_calendar"))
    assert not line.inside and line.name == "leaving_calendar" and line.month is None


LETTERS = {"S": "searching", "P": "work_supplement", "O": "off_no_work", "L": "left"}


def rectangle(*people):
    """Records of people: a letter per month from enrolment on, the month of enrolment, participant or not."""
    state = np.full((len(people), BEFORE + 8), UNSEEN, dtype=np.int8)
    for row, (letters, *_) in enumerate(people):
        for month, letter in enumerate(letters):
            state[row, BEFORE + month] = UNSEEN if letter == "." else STATES.index(LETTERS[letter])
    enrolment, programme = np.array([24_000 + late for _, late, _ in people]), np.array([own for *_, own in people])
    return PersonMonths(pd.DataFrame(), programme, enrolment, state, pd.DataFrame(), np.array([]), 24_010)


def test_leaving_is_counted_by_both_clocks():
    records = rectangle(
        ("SSSSL", 0, True),
        ("SSSSSL", 2, True),
        ("SSSP", 0, True),
        ("SSSO", 0, True),
        ("SSS.L", 0, True),
        # Left before month three, and somebody of the comparison group.
        ("SLLLL", 0, True),
        ("SSSSL", 0, False),
    )
    since, calendar = count_leaving(records)
    # Month 3: A and B; month 4: A, who leaves, and B; month 5: B, who leaves. E was not seen the month before.
    assert since.at_risk.tolist() == [0, 0, 0, 2, 2, 1, 0, 0] and since.left.tolist() == [0, 0, 0, 0, 1, 1, 0, 0]
    # B is two months later: months 5, 6 and 7 since the first enrolment; a place for each month of the records.
    assert calendar.at_risk.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 0, 0]
    assert calendar.left.tolist() == [0, 0, 0, 0, 1, 0, 0, 1, 0, 0]
    assert (since.name, calendar.name) == ("leaving", "leaving_calendar")


def test_without_participants_nobody_could_leave():
    for found in count_leaving(rectangle(("SSSSL", 0, False))):
        assert found.at_risk.tolist() == found.left.tolist() == [0]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("leaving") / "pilot"
    simulate(folder, cases=60, comparison=20, seed=3, form="parquet")
    return read_tables(folder)


def check_of(tables):
    found = list(check_leaving(Dropout({}, leaving=count_leaving(person_months(tables)))))
    return found[0] if found else None


def ended(tables, stop):
    """The same records when everybody who searches is recorded as having left from a month on (row) -> bool."""
    people, months = tables["cases"].set_index("pseudonym"), tables["months"].copy()
    enrolment = people["enrolment_month"].reindex(months["pseudonym"]).array
    since = months["month"].dt.year * 12 + months["month"].dt.month - (enrolment.year * 12 + enrolment.month)
    programme = (people["group"].reindex(months["pseudonym"]) == "programme").to_numpy()
    months.loc[programme & stop(since, months["month"]) & (months["state"] == "searching"), "state"] = "left"
    return {**tables, "months": months}


def test_simulated_records_pass_and_fail_when_support_ends_by_plan(made_up):
    assert check_of(made_up) is None or check_of(made_up).passed
    planned = ended(made_up, lambda since, month: since >= 12)
    check = check_of(planned)
    assert check.passed is False and check.id == "leaving" and check.lines[0].month == 12
    # What the message asks for.
    cut, _ = cut_follow_up(planned, 11)
    assert check_of(cut) is None or check_of(cut).passed


def test_the_end_of_the_programme_on_one_date_is_found_by_the_calendar(made_up):
    last = made_up["months"]["month"].max()
    check = check_of(ended(made_up, lambda since, month: (month >= last - 6) & (since > 0)))
    assert check.passed is False and check.id == "leaving_calendar"


def test_an_end_by_plan_is_a_warning_of_the_run_and_says_what_to_do():
    dropout = Dropout({}, leaving=tuple(told([0, 0, 0, 40, 40, 40], [0, 0, 0, 1, 0, 30])))
    (check,) = check_leaving(dropout)
    for passed, verdict in ((False, "warn"), (True, "ok")):
        gates = {gate["id"]: gate["verdict"] for gate in check_gates([dataclasses.replace(check, passed=passed)])}
        assert gates["model.fit"] == verdict
    for lang in LANGUAGES:
        assert "data.follow_up_months" in check.sentence(lang)
