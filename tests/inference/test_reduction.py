"""The reduction against the same rules written as plain loops, on made-up pilots and on tiny tables."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_records import care_rows, cost_rows, hazard_rows, lives, loss_rows, pairs, person, small_tables

from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.record_data import COST_COLUMNS, DIAGNOSES, HAZARDS
from werkzorg.inference.reduction import reduce_records
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import load_pilot

# Sums of at most some thousand doubles in another order; one month counted wrongly is far larger.
EXACT = 1e-10

HAND_PILOT = load_pilot("drechtsteden")


def index_factors(pilot):
    """Price level of the price year over that of every year, from the index of GGZ prices."""
    first, last = catalogue().index_years("care_wage")
    return {year: catalogue().index_factor("care_wage", year, pilot.price_year) for year in range(first, last + 1)}


def start_of(pilot):
    """Start of the pilot in months since 1970; pilots here start on the first of a month."""
    assert pilot.start.day == 1
    return (pilot.start.year - 1970) * 12 + pilot.start.month - 1


def plain_cells(rows, covariates):
    """Months at risk and events per cell, covariates centred over the months at risk."""
    means = []
    for place in range(covariates):
        values = [row[2][place] for row in rows if row[2][place] is not None]
        means.append(sum(values) / len(values) if values else 0.0)
    at_risk, events = Counter(), Counter()
    for first, second, values, event in rows:
        effects = (0.0 if v is None else v - mean for v, mean in zip(values, means, strict=True))
        cell = (first, second, *(round(float(effect), 9) + 0.0 for effect in effects))
        at_risk[cell] += 1
        events[cell] += bool(event)
    return {cell: (n, events[cell]) for cell, n in at_risk.items()}


def cells_of(first, second, effects, at_risk, events):
    """The same of reduced cells; cells whose centred covariates are equal are put together."""
    found = {}
    for row in range(len(at_risk)):
        cell = (first[row], second[row], *(round(float(effect), 9) + 0.0 for effect in effects[row]))
        before = found.get(cell, (0, 0))
        found[cell] = (before[0] + at_risk[row], before[1] + events[row])
    return found


def agree(pilot, tables, use_comparison=True):
    """Reduce both ways and compare everything that enters the likelihood; returns the reduced data."""
    data = reduce_records(pilot, tables, use_comparison=use_comparison)
    people = lives(tables, use_comparison)
    t = data.transitions
    names = [HAZARDS[kind] for kind in t.kind]
    assert cells_of(names, t.comparison, t.effects, t.at_risk, t.events) == plain_cells(hazard_rows(people), 3)
    jobs = data.losses
    assert cells_of(jobs.tenure, jobs.alone, jobs.effects, jobs.at_risk, jobs.events) == plain_cells(
        loss_rows(people), 3
    )
    assert_care(data.care, care_rows(people))
    assert_cost(data.cost, cost_rows(people, start_of(pilot), index_factors(pilot)))
    return data


def assert_care(care, rows):
    def count(name, cell):
        found = [event for at, event in rows[name] if at == cell]
        return len(found), sum(found)

    for place, group in enumerate(DIAGNOSES):
        assert (care.leave_at_risk[place], care.leave_events[place]) == count("leave", group)
        for working in (False, True):
            at = place, int(working)
            assert (care.admission_at_risk[at], care.admission_events[at]) == count("admission", (group, working))
    assert (care.return_at_risk, care.return_events) == count("return", "all")
    assert (care.crisis_at_risk, care.crisis_events) == count("crisis", "all")
    for working in (False, True):
        weights = [(weight, use) for at, weight, use in rows["wmo"] if at == working]
        assert care.wmo_people[int(working)] == pytest.approx(sum(w for w, _ in weights), rel=EXACT)
        assert care.wmo_users[int(working)] == pytest.approx(sum(w * use for w, use in weights), rel=EXACT)


def assert_cost(cost, people):
    width = 1 + len(COST_COLUMNS)
    within, between, persons = np.zeros((width, width)), {}, Counter()
    for rows in people:
        matrix = np.array(rows)
        within += sum(np.outer(row, row) for row in matrix)
        total = matrix.sum(axis=0)
        between[len(rows)] = between.get(len(rows), 0) + np.outer(total, total)
        persons[len(rows)] += 1
    assert cost.rows.tolist() == sorted(persons)
    assert cost.persons.tolist() == [persons[size] for size in sorted(persons)]
    assert cost.within == pytest.approx(within, rel=EXACT, abs=EXACT)
    for place, size in enumerate(cost.rows):
        assert cost.between[place] == pytest.approx(between[size], rel=EXACT, abs=EXACT)


@pytest.fixture(scope="module", params=[(1, 0, 24), (2, 30, 36), (3, 25, 60)], ids=["alone", "both", "long"])
def made_up(request, tmp_path_factory):
    """A simulated pilot with its tables, with and without a comparison group."""
    seed, comparison, months = request.param
    folder = tmp_path_factory.mktemp("reduction") / "pilot"
    simulate(folder, cases=40, comparison=comparison, months=months, seed=seed, form="parquet")
    return load_pilot(folder), read_tables(folder)


@pytest.mark.parametrize("use_comparison", [True, False])
def test_made_up_pilot(made_up, use_comparison):
    data = agree(*made_up, use_comparison)
    people = lives(made_up[1], use_comparison)
    assert data.transitions.events.sum() > 5
    assert data.losses.events.sum() > 1
    assert data.care.leave_events.sum() > 1
    assert len(data.cost.rows) > 1
    assert data.persons["programme"] == 40
    assert data.has_comparison == any(not life.programme for life in people)


def test_persons_and_months_are_kept(made_up):
    """Every pair of seen months is at risk of one thing: other exit, loss, a job without a clock, or return."""
    data, people = reduce_records(*made_up), lives(made_up[1])
    assert sum(data.persons.values()) == len(people)
    seen = sum(1 for life in people for t in life.rows if t >= 0)
    assert sum(months.sum() for months in data.seen.values()) == seen
    searching = data.transitions.at_risk[data.transitions.kind == HAZARDS.index("exit_other")].sum()
    clocked = len(loss_rows(people))
    assert data.losses.at_risk.sum() == clocked
    at_work = sum(life.working(t - 1) for life in people for t in pairs(life))
    assert searching + at_work + data.simple.returns_to_benefit.n == sum(len(pairs(life)) for life in people)
    assert 0 <= at_work - clocked < 0.2 * at_work
    working = sum(np.nansum(data.working[group] * data.seen[group]) for group in data.seen)
    assert working == pytest.approx(sum(life.working(t) for life in people for t in life.rows if t >= 0), rel=EXACT)


def test_entry_and_dropout_months_follow_from_one_another(made_up):
    """Months at risk: other exit, less its events, of a job; these less job starts of dropout (programme only)."""
    t = reduce_records(*made_up, use_comparison=False).transitions
    n, x = (np.bincount(t.kind, weights=values, minlength=len(HAZARDS)) for values in (t.at_risk, t.events))
    of = {name: (n[place], x[place]) for place, name in enumerate(HAZARDS)}
    entries = ("entry_early", "entry_late", "next")
    people = lives(made_up[1], False)
    left = sum(life.state(t - 1) == "left" and life.state(t) != "off_no_work" for life in people for t in pairs(life))
    assert sum(of[name][0] for name in entries) == of["exit_other"][0] - of["exit_other"][1] - left
    assert sum(of[name][0] - of[name][1] for name in entries) == of["dropout"][0]
    assert of["entry_alone"] == of["next_alone"] == (0, 0)


def equal(first, second, rel=0.0):
    """Whether all arrays and numbers of two dataclasses are equal (NaN equals NaN)."""
    if hasattr(first, "__dataclass_fields__"):
        for name in first.__dataclass_fields__:
            equal(getattr(first, name), getattr(second, name), rel)
    elif isinstance(first, dict):
        assert first.keys() == second.keys()
        for name in first:
            equal(first[name], second[name], rel)
    elif first is None or isinstance(first, str):
        assert first == second
    else:
        np.testing.assert_allclose(first, second, rtol=rel, atol=0)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_and_files_changes_nothing(made_up, seed):
    """Not even the last digit: rows shuffled, and tables in parts that are put together in another order."""
    pilot, tables = made_up
    shuffled = {name: frame.sample(frac=1, random_state=seed) for name, frame in tables.items()}
    shuffled = {
        name: pd.concat([frame.iloc[len(frame) // 3 :], frame.iloc[: len(frame) // 3]], ignore_index=bool(seed % 2))
        for name, frame in shuffled.items()
    }
    equal(reduce_records(pilot, shuffled), reduce_records(pilot, tables))


def test_everybody_twice_doubles_every_count(made_up):
    pilot, tables = made_up
    twins = {name: frame.assign(pseudonym=frame["pseudonym"] + "-T") for name, frame in tables.items()}
    double = {name: pd.concat([frame, twins[name]], ignore_index=True) for name, frame in tables.items()}
    one, two = reduce_records(pilot, tables), reduce_records(pilot, double)
    for part in ("transitions", "losses"):
        first, second = getattr(one, part), getattr(two, part)
        equal(first.effects, second.effects, EXACT)
        assert (2 * first.at_risk == second.at_risk).all()
        assert (2 * first.events == second.events).all()
    for name in one.care.__dataclass_fields__:
        equal(2 * np.asarray(getattr(one.care, name)), getattr(two.care, name), EXACT)
    assert two.cost.within == pytest.approx(2 * one.cost.within, rel=EXACT, abs=EXACT)
    assert two.cost.between == pytest.approx(2 * one.cost.between, rel=EXACT, abs=EXACT)
    assert (two.cost.persons == 2 * one.cost.persons).all()
    assert two.simple.severe.n == 2 * one.simple.severe.n
    assert two.simple.log_hours.mean == pytest.approx(one.simple.log_hours.mean, rel=EXACT)
    equal(one.missing, two.missing, EXACT)


def test_only_needed_tables(made_up):
    """Without the others: what they tell is unknown, everything else stays as it was."""
    pilot, tables = made_up
    bare = {name: tables[name] for name in ("cases", "months")}
    for few in (bare, bare | {name: frame.iloc[:0] for name, frame in tables.items() if name not in bare}):
        data = agree(pilot, few)
        assert data.simple.coached.n == 0
        assert np.isnan(data.simple.log_hours.mean)
        assert data.simple.utility_change.n == 0
        assert not data.losses.effects[:, 1:].any()
        assert data.transitions.at_risk.sum() == reduce_records(pilot, tables).transitions.at_risk.sum()


# Tiny tables: what must come out is written next to what goes in. `agree` holds the loops against the same.


def reduced(*people, **others):
    return agree(HAND_PILOT, small_tables(*people, **others))


def hazard(data, name):
    """Months at risk and events of a hazard."""
    rows = data.transitions.kind == HAZARDS.index(name)
    return data.transitions.at_risk[rows].sum(), data.transitions.events[rows].sum()


def tenures(data):
    """(tenure, alone) -> months at risk and events."""
    jobs = data.losses
    found = {}
    for row in range(len(jobs.at_risk)):
        cell = (jobs.tenure[row], jobs.alone[row])
        before = found.get(cell, (0, 0))
        found[cell] = before[0] + jobs.at_risk[row], before[1] + jobs.events[row]
    return found


def test_one_case_one_job():
    data = reduced(person("A", "SSSWWSSW"))
    assert hazard(data, "exit_other") == (5, 0)
    assert hazard(data, "entry_early") == (3, 1)
    assert hazard(data, "next") == (2, 1)
    assert hazard(data, "dropout") == (3, 0)
    assert tenures(data) == {(0, 0): (1, 0), (1, 0): (1, 1)}
    assert data.working["programme"].tolist() == [0, 0, 0, 1, 1, 0, 0, 1]
    assert data.persons == {"programme": 1, "comparison": 0}


def test_a_missing_month_breaks_and_a_job_goes_on_over_it_only_between_months_in_work():
    """Months at risk 4 (tenure 0), 7 and 8 (tenure 3 and 4): months 5 and 6 are not seen from both sides."""
    data = reduced(person("A", "SSSWW.WWS"))
    assert tenures(data) == {(0, 0): (1, 0), (3, 0): (1, 0), (4, 0): (1, 1)}
    data = reduced(person("A", "SSS.WWWS"))
    assert tenures(data) == {}
    assert hazard(data, "entry_early") == (2, 0)
    data = reduced(person("A", "SSSWW.SWS"))
    assert tenures(data) == {(0, 0): (2, 1)}
    assert hazard(data, "next") == (1, 1)


def test_early_until_the_ninth_month():
    data = reduced(person("A", "S" * 11 + "W"))
    assert hazard(data, "entry_early") == (9, 0)
    assert hazard(data, "entry_late") == (2, 1)


def test_work_at_enrolment_has_no_clock_and_is_told():
    data = reduced(person("A", "WWWSWWS"), person("B", "SSSS"))
    assert tenures(data) == {(0, 0): (1, 0), (1, 0): (1, 1)}
    assert hazard(data, "next") == (1, 1)
    assert data.missing.in_work == 0.5


def test_left_the_programme():
    """From there on a job has no coach; that people who left find one tells of nobody else.

    Back in the programme the job is coached again.
    """
    data = reduced(person("A", "SLLWWLLWSSWW"))
    assert hazard(data, "dropout") == (2, 1)
    assert hazard(data, "entry_alone") == (0, 0)
    assert hazard(data, "next_alone") == (0, 0)
    assert hazard(data, "exit_other") == (7, 0)
    assert hazard(data, "next") == (2, 1)
    assert tenures(data) == {(0, 1): (2, 1), (1, 1): (1, 1), (0, 0): (1, 0)}


def test_off_benefit_without_work():
    data = reduced(person("A", "SSOOOSSO"))
    assert hazard(data, "exit_other") == (4, 2)
    assert hazard(data, "entry_early") == (2, 0)
    assert (data.simple.returns_to_benefit.events, data.simple.returns_to_benefit.n) == (1, 3)


def test_change_of_job_without_a_month_between_is_no_loss():
    """The clock goes on; the coach is that of the job of the month before."""
    jobs = [
        {"pseudonym": "A", "job_number": 1, "start_month": "2018-05", "end_month": "2018-06", "hours": 16,
         "coach_kind": "own_counsellor"},
        {"pseudonym": "A", "job_number": 2, "start_month": "2018-07", "end_month": None, "hours": 24,
         "coach_kind": "none"},
    ]  # fmt: skip
    data = reduced(person("A", "SSWWWWS"), jobs=jobs)
    assert tenures(data) == {(0, 0): (1, 0), (1, 0): (1, 0), (2, 1): (1, 0), (3, 1): (1, 1)}
    assert data.simple.coached.events == 1
    assert data.simple.coached.n == 2
    assert data.simple.log_hours.mean == pytest.approx(np.log([16, 24]).mean(), rel=EXACT)


def test_covariates_are_centred_over_months_at_risk():
    """Severe: 3 of 9 months of job entry; the person of unknown diagnosis stands at the mean."""
    data = reduced(
        person("A", "SSSS", diagnosis_group="severe", months_on_benefit=24),
        person("B", "SSSSSSS", diagnosis_group="common", months_on_benefit=23),
        person("C", "SS"),
    )
    t = data.transitions
    entry = t.kind == HAZARDS.index("entry_early")
    found = {tuple(np.round(3 * e)): n for e, n in zip(t.effects[entry], t.at_risk[entry], strict=True)}
    assert found == {(2, 2, 0): 3, (-1, -1, 0): 6, (0, 0, 0): 1}
    assert np.abs(t.effects[entry] * 3 - np.round(t.effects[entry] * 3)).max() < EXACT
    assert not t.effects[~entry].any()


def test_change_of_client_manager_counts_for_six_months():
    """Change in month 2: months 2 to 7 of 10; a change at another organisation does not count."""
    managers = [
        {"pseudonym": "A", "month": "2018-05", "organisation": "municipality"},
        {"pseudonym": "A", "month": "2018-03", "organisation": "wmo_provider"},
        {"pseudonym": "A", "month": "2017-01", "organisation": "municipality"},
    ]
    t = reduced(person("A", "S" * 11), client_manager=managers).transitions
    entry = np.isin(t.kind, [HAZARDS.index("entry_early"), HAZARDS.index("entry_late")])
    changed = entry & (t.effects[:, 2] > 0)
    assert (t.at_risk[changed].sum(), t.at_risk[entry].sum()) == (6, 10)
    assert t.effects[changed, 2] == pytest.approx(0.4, rel=EXACT)


def test_comparison_group_is_alone():
    helped, alone = person("A", "SSW", group="programme"), person("B", "SSWWS", group="comparison")
    data = reduced(helped, alone)
    assert hazard(data, "entry_alone") == (2, 1)
    assert data.transitions.comparison.sum() == 1
    assert tenures(data) == {(0, 1): (1, 0), (1, 1): (1, 1)}
    assert hazard(data, "dropout") == (1, 0)
    assert not agree(HAND_PILOT, small_tables(helped, alone), use_comparison=False).has_comparison


def test_nobody_placed_and_all_placed():
    nobody = reduced(*(person(name, "SSSS") for name in "ABC"))
    assert hazard(nobody, "entry_early") == (9, 0)
    assert len(nobody.losses.at_risk) == 0
    assert nobody.losses.effects.shape == (0, 3)
    everybody = reduced(*(person(name, "SWWW") for name in "ABC"))
    assert hazard(everybody, "entry_early") == (3, 3)
    assert tenures(everybody) == {(0, 0): (3, 0), (1, 0): (3, 0)}


def leaving(care, **facts):
    """Months at risk and events of leaving care and coming back of one person who searches all the time."""
    found = reduced(person("A", "S" * len(care), care=care, diagnosis_group="severe", **facts)).care
    assert found.leave_at_risk[1] == found.leave_events[1] == 0
    return (found.leave_at_risk[0], found.leave_events[0]), (found.return_at_risk, found.return_events)


def test_a_pause_of_three_months_is_care_and_of_four_is_not():
    """The last three months of each do not count for leaving, the first four out of care not for coming back."""
    assert leaving("cceeecccc") == ((5, 0), (0, 0))
    assert leaving("cceeeecccc") == ((2, 1), (1, 1))
    assert leaving("cceeeeeecccc") == ((2, 1), (3, 1))


def test_a_short_tail_is_unknown_and_the_last_months_do_not_count_for_leaving():
    """Leaving in month 2 of 5 is known, as four empty months follow; of 4 it is not."""
    assert leaving("cceeee") == ((2, 1), (0, 0))
    assert leaving("cceeeee") == ((2, 1), (1, 0))
    assert leaving("cceee") == ((1, 0), (0, 0))
    assert leaving("cccccc") == ((2, 0), (0, 0))


def test_never_in_care():
    """Three empty months may be a pause in care that nothing of is seen; four are none."""
    assert leaving("eee") == ((0, 0), (0, 0))
    assert leaving("eeee") == ((0, 0), (0, 0))
    assert leaving("eeeeee") == ((0, 0), (2, 0))
    assert np.isnan(reduced(person("A", "SSS", care="eee")).missing.not_in_care)
    assert reduced(person("A", "SSSS", care="eeee"), person("B", "SS")).missing.not_in_care == 0.5


def test_months_of_which_nothing_is_known_are_no_end_of_care():
    assert leaving("cc????") == ((0, 0), (0, 0))
    assert leaving("cc?ccccc") == ((2, 0), (0, 0))
    months = {"medication_amount": [None] * 4 + [12.5] + [None] * 3}
    assert leaving("cceeeeee", months=months) == ((4, 0), (0, 0))


def test_care_that_the_insurer_paid_for_counts():
    paid = [{"pseudonym": "A", "month": "2018-07", "component": "medication", "amount": 30},
            {"pseudonym": "A", "month": "2018-08", "component": "gp_ggz", "amount": 30}]  # fmt: skip
    care = reduced(person("A", "S" * 8, care="cceeeeee", diagnosis_group="severe"), insurer=paid).care
    assert (care.leave_at_risk[0], care.leave_events[0]) == (4, 0)


def test_admissions_start_and_crises_after_a_job_start():
    """Months at risk of an admission: 1, 2 and 4 to 7 (in 3 one runs on); one start without work."""
    months = {"admission_days": [0, 0, 4, 9, 0, 0, 0, 0], "crisis_contacts": [0, 0, 0, 0, 0, 0, 1, 0]}
    care = reduced(person("A", "SSSSWWWW", diagnosis_group="severe", months=months)).care
    assert care.admission_at_risk.tolist() == [[2, 3], [0, 0]]
    assert care.admission_events.tolist() == [[1, 0], [0, 0]]
    assert (care.crisis_at_risk, care.crisis_events) == (1, 1)
    care = reduced(person("A", "SSSSSSWW")).care
    assert care.crisis_at_risk == 0


def test_wmo_weighs_a_person_once():
    product = ["none", "none", "guidance", "guidance", None, "none"]
    care = reduced(person("A", "SSSWWW", months={"wmo_product": product}), person("B", "SSSS")).care
    assert care.wmo_people == pytest.approx([0.5, 0.5], rel=EXACT)
    assert care.wmo_users == pytest.approx([0.25, 0.25], rel=EXACT)


def test_cost_of_a_half_year():
    """Amounts of 2018 in euros of 2018; three months make a row, two do not; the work of the same months."""
    amounts = [100, 50, 60, 70, None, None, None, 80, 90]
    data = reduced(person("A", "SSSWWWWWW", enrolment="2018-01", months={"treatment_amount": amounts}))
    assert data.cost.rows.tolist() == [1]
    names = ["outcome", *COST_COLUMNS]
    row = dict(zip(names, data.cost.within[names.index("level")], strict=True))
    assert row["outcome"] == pytest.approx(np.log(60), rel=EXACT)
    assert row["work"] == pytest.approx(1 / 3, rel=EXACT)
    assert row["worker"] == pytest.approx(6 / 8, rel=EXACT)
    assert row["trend"] == pytest.approx((4 + months_from_start("2018-01")) / 12, rel=EXACT)
    assert (row["after_0"], row["after_1"], row["work_within"]) == (1, 0, 0)


def months_from_start(enrolment):
    """Months from the start of the pilot to an enrolment."""
    return pd.Period(enrolment, "M").ordinal - start_of(HAND_PILOT)


def test_cost_is_brought_to_the_price_year():
    data = reduced(person("A", "SSSSSSS", enrolment="2020-01"))
    factor = catalogue().index_factor("care_wage", 2020, HAND_PILOT.price_year)
    assert factor < 0.97
    assert data.cost.within[0, 1] == pytest.approx(np.log(100 * factor), rel=EXACT)


def test_zero_cost_has_no_row_and_late_amounts_stay_missing():
    nothing = reduced(person("A", "S" * 7, months={"treatment_amount": [0] * 7}))
    late = reduced(person("A", "S" * 7, care="ccclcll"), person("B", "S" * 7, care="l" * 7))
    for data, rows in ((nothing, 0), (late, 1)):
        assert data.cost.persons.sum() == rows
        assert data.cost.between.shape[1:] == data.cost.within.shape
    assert not nothing.cost.within.any()
    assert late.missing.amounts == pytest.approx(10 / 14, rel=EXACT)
    assert late.missing.months == 0


def test_severity_unknown_stands_at_the_mean_of_the_rows():
    people = [person(name, "S" * 7, diagnosis_group=group) for name, group in
              (("A", "severe"), ("B", "common"), ("C", "common"), ("D", None))]  # fmt: skip
    cost = reduced(*people).cost
    assert cost.within[1, 1 + COST_COLUMNS.index("severe")] == pytest.approx(1 + 1 / 3, rel=EXACT)


def test_people_without_a_month_after_enrolment_have_no_cost_rows():
    before = person("A", "S" * 13, first=-12)
    data = reduced(before, person("B", "SS"))
    assert data.cost.persons.sum() == 0
    assert data.persons["programme"] == 2


def test_what_is_missing():
    data = reduced(
        person("A", "SSSSSS", end_month="2018-08", end_reason="end_of_data"),
        person("B", "SS.S", end_month="2018-06", end_reason="no_contact"),
        person("C", "SS", end_month="2018-04", end_reason="consent_withdrawn"),
        person("D", "SSS", end_month=None, care="eee"),
        person("E", "SSSSSS"),
    )
    assert data.missing.lost["programme"] == 0.4
    assert data.missing.withdrawn["programme"] == 0.2
    assert np.isnan(data.missing.lost["comparison"])
    assert data.missing.months == pytest.approx(1 / 21, rel=EXACT)
    assert data.seen["programme"].tolist() == [5, 5, 3, 3, 2, 2]


def test_facts_of_participants():
    """Benefit against the norm, Wmo hours before work, cost before enrolment; one value per person."""
    states = "S" * 12 + "SSSW"
    paid = {"benefit": [500.0] * 13 + [992.12 / 2] * 3, "wmo_hours": [0.0] * 13 + [26.0, 52.0, 520.0]}
    one = person("A", states, first=-12, enrolment="2018-03", household="single", diagnosis_group="severe", months=paid)
    two = person("B", "SSS", household="couple", benefit_kind="uwv", months={"benefit": [100.0] * 3})
    other = person("C", "SSS", household="single", group="comparison", months={"benefit": [100.0] * 3})
    simple = reduced(one, two, other).simple
    assert simple.households == {"single": 1, "single_parent": 0, "couple": 1, "cost_sharer": 0}
    assert (simple.benefit_ratio.n, simple.benefit_ratio.mean) == (1, pytest.approx(0.5, rel=EXACT))
    assert (simple.wmo_hours.n, simple.wmo_hours.mean) == (1, pytest.approx(39 * 12 / 52, rel=EXACT))
    factor = catalogue().index_factor("care_wage", 2017, HAND_PILOT.price_year)
    base = simple.base_cost["severe"]
    # April to December 2017, and January to March 2018.
    assert (base.n, base.mean) == (1, pytest.approx(100 * (9 * factor + 3), rel=EXACT))
    assert np.isnan(base.sd)
    assert simple.base_cost["common"].n == 0


def test_wages_against_the_minimum_wage_of_the_month():
    jobs = [{"pseudonym": "A", "job_number": 1, "start_month": "2018-04", "hours": 12, "wage": 2 * 52 * 10.12,
             "wage_subsidy_used": True}]  # fmt: skip
    simple = reduced(person("A", "SWW"), jobs=jobs).simple
    assert (simple.wage_factor.n, simple.wage_factor.mean) == (1, pytest.approx(2, rel=EXACT))
    assert (simple.subsidised.events, simple.subsidised.n, simple.no_risk.n) == (1, 1, 0)


def form(name, since, level):
    """A questionnaire with one level for all five questions."""
    questions = ("eq_mobility", "eq_self_care", "eq_usual_activities", "eq_pain", "eq_anxiety")
    return {"pseudonym": name, "month": pd.Period("2018-03", "M") + since} | dict.fromkeys(questions, level)


def test_change_of_utility_against_those_without_work():
    """Two go from level 2 to 1 at work; two stay without work: level 2 throughout, and 2 to 1 in two intervals."""
    forms = [form("A", 0, 2), form("A", 2, 1), form("B", 0, 3), form("B", 1, 2), form("B", 2, 1), form("B", 3, 3),
             form("C", 0, 2), form("C", 2, 2), form("D", 0, 2), form("D", 1, 3), form("D", 2, 1)]  # fmt: skip
    people = (person("A", "SSWW"), person("B", "SSWW"), person("C", "SSSS"), person("D", "SSSS"))
    gain = 1 - level_two()
    change = reduced(*people, quality_of_life=forms).simple.utility_change
    assert change.n == 2
    assert change.mean == pytest.approx(gain - gain / 4, rel=EXACT)
    # Variance of 0 and gain / 2 is gain^2 / 8; that of the others is nil; two people each.
    assert change.sd == pytest.approx(gain / np.sqrt(8), rel=1e-6)
    assert reduced(*people, quality_of_life=forms[:8]).simple.utility_change.n == 0


def level_two():
    """Utility of 22222 from the tariff itself."""
    value = catalogue().value("eq.intercept", HAND_PILOT.valuation_date)
    return value - sum(
        catalogue().value(f"eq.{name}2", HAND_PILOT.valuation_date) for name in ("mo", "sc", "ua", "pd", "ad")
    )


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    ("tables", "identifier"),
    [
        (small_tables(person("A", "S")), "no_follow_up"),
        (small_tables(person("A", "S.S.S")), "no_follow_up"),
        (small_tables(person("A", "SSSS", group="comparison")), "no_follow_up"),
        ({"cases": small_tables(person("A", "SS"))["cases"]}, "no_table"),
        ({}, "no_table"),
    ],
)
def test_nothing_known_after_enrolment_stops(tables, identifier, lang):
    with pytest.raises(WerkzorgError) as caught:
        reduce_records(HAND_PILOT, tables)
    assert caught.value.exit_code == ExitCode.STATISTICS
    assert caught.value.problems[0].identifier == f"inference.records.{identifier}"
    assert len(caught.value.render(lang)) > 40


def test_all_amounts_missing_leaves_the_rest():
    data = reduced(person("A", "SSWWW", care="lllll"), person("B", "SSSSS", care="?????"))
    assert hazard(data, "entry_early") == (6, 1)
    assert data.cost.rows.size == 0
    assert data.missing.amounts == 1
    assert np.isnan(data.simple.base_cost["severe"].mean)
