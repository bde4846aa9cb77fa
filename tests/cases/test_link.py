"""Two forms are joined on the pseudonym alone; who has no partner is counted in classes, and never guessed."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.cases.link import join_forms, link
from werkzorg.cases.schema import table
from werkzorg.cases.small_cells import count_text
from werkzorg.errors import ExitCode, WerkzorgError


def names(numbers):
    return [f"P-AAAA{number:04d}" for number in numbers]


def form(numbers, **columns):
    frame = pd.DataFrame({"pseudonym": names(numbers), "form_month": "2018-03", "birth_year": 1980, "sex": "female"})
    return frame.assign(**columns)


def ggz(numbers, **columns):
    return form(numbers, target_group="mental_health", diagnosis_group="severe", **columns)


def wi(numbers, **columns):
    return form(numbers, group="programme", household="single", **columns)


def numbers_in(text):
    return {int(number) for number in re.findall(r"\d+", text)}


def test_forms_become_cases_in_the_columns_of_the_schema():
    linked = join_forms(ggz(range(30), form_month="2018-05"), wi(reversed(range(30))))
    cases = linked.cases
    assert cases["pseudonym"].tolist() == names(range(30))
    assert set(cases.columns) <= set(table("cases").columns)
    assert set(cases["enrolment_month"]) == {"2018-05"}
    assert set(cases["household"]) == {"single"}
    assert set(cases["target_group"]) == {"mental_health"}


def test_value_of_the_other_form_fills_an_empty_one():
    linked = join_forms(ggz(range(20), birth_year=1980), wi(range(20), birth_year=[None] * 10 + [1980] * 10))
    assert linked.cases["birth_year"].tolist() == [1980] * 20


def test_nothing_that_merely_looks_alike_is_joined():
    left, right = ggz(range(40)), wi(range(40))
    left.loc[0, "pseudonym"] = left.loc[0, "pseudonym"].lower()
    linked = join_forms(left, right)
    assert len(linked.cases) == 39


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 9), st.integers(0, 9), st.integers(60, 200))
def test_unmatched_below_ten_are_never_exact(only_ggz, only_wi, both):
    linked = join_forms(ggz(range(both + only_ggz)), wi([*range(both), *range(1000, 1000 + only_wi)]))
    assert [side.unmatched for side in linked.report.sides] == [only_ggz, only_wi]
    for lang, words in (("nl", "minder dan 10"), ("en", "fewer than 10")):
        text = linked.report.render(lang)
        assert text.count(words) >= 2
        # 95 and 5 stand in the fixed texts.
        shown = numbers_in(text) - {10, 5, 95}
        assert all(number % 5 == 0 for number in shown)


def test_ten_or_more_are_rounded_to_five():
    assert [count_text(number, "nl") for number in (0, 9, 10, 12, 13, 38)] == [
        "minder dan 10", "minder dan 10", "ongeveer 10", "ongeveer 10", "ongeveer 15", "ongeveer 40",
    ]  # fmt: skip


@pytest.mark.parametrize("side", ["ggz", "wi"])
@pytest.mark.parametrize(("kind", "change"), [("double", 0), ("missing", None)])
def test_cardinality_is_checked_before_joining(side, kind, change):
    left, right = ggz(range(20)), wi(range(20))
    frame = left if side == "ggz" else right
    frame.loc[[4, 7], "pseudonym"] = "P-AAAA0004" if change == 0 else None
    with pytest.raises(WerkzorgError) as stop:
        join_forms(left, right)
    assert stop.value.exit_code == ExitCode.INPUT
    (problem,) = stop.value.problems
    assert problem.identifier == f"cases.privacy.pseudonym_{kind}"
    assert problem.where == f"intake_{side}, kolom pseudonym, rij 6, 9"


def test_missing_keys_do_not_match_each_other():
    left, right = ggz(range(20)), wi(range(20))
    left.loc[0, "pseudonym"] = right.loc[5, "pseudonym"] = None
    with pytest.raises(WerkzorgError) as stop:
        join_forms(left, right)
    assert len(stop.value.problems) == 2


@pytest.mark.parametrize(("column", "value"), [("birth_year", 1975), ("sex", "male")])
def test_same_pseudonym_of_two_people_stops_with_rows_and_a_class(column, value):
    right = wi(range(40))
    right.loc[[2, 5], column] = value
    with pytest.raises(WerkzorgError) as stop:
        join_forms(ggz(range(40)), right)
    assert stop.value.exit_code == ExitCode.INPUT
    (problem,) = stop.value.problems
    assert problem.where == f"intake_wi, kolom {column}, rij 4, 7"
    assert problem.values["count"] == "minder dan 10"
    assert str(value) not in stop.value.render()
    assert "P-AAAA" not in stop.value.render()


def test_unknown_birth_year_is_no_contradiction():
    right = wi(range(40), birth_year=pd.array([None] * 40, dtype="Int64"))
    assert len(join_forms(ggz(range(40), birth_year=pd.array([1980] * 40, dtype="Int64")), right).cases) == 40


@pytest.mark.parametrize(
    ("matched", "stops", "warns"), [(79, True, None), (80, False, True), (94, False, True), (95, False, False)]
)
def test_match_rate(matched, stops, warns):
    left, right = ggz(range(100)), wi(range(matched))
    if stops:
        with pytest.raises(WerkzorgError) as stop:
            join_forms(left, right)
        assert [problem.identifier for problem in stop.value.problems] == ["cases.link.few_matched"]
        assert stop.value.exit_code == ExitCode.INPUT
    else:
        warnings = [problem.identifier for problem in join_forms(left, right).report.warnings]
        assert warnings == (["cases.link.some_unmatched"] if warns else [])


def test_insurer_rows_follow_the_joined_cases_and_low_coverage_is_only_said():
    insurer = pd.DataFrame({"pseudonym": names([*np.repeat(range(20), 3), *range(500, 530)]), "amount": 1.0})
    linked = join_forms(ggz(range(40)), wi(range(40)), insurer)
    assert len(linked.insurer) == 60
    side = linked.report.sides[-1]
    assert (side.name, side.persons, side.matched) == ("insurer", 50, 20)
    assert [problem.where for problem in linked.report.warnings] == ["insurer"]


def test_empty_form_is_refused():
    with pytest.raises(WerkzorgError):
        join_forms(ggz(range(0)), wi(range(20)))


def test_joined_cases_are_written_for_their_owner_only(tmp_path):
    tables = {
        "intake_ggz": ggz(range(30), need_job_coach=True),
        "intake_wi": wi(range(30), benefit_at_start=992.12),
        "insurer": pd.DataFrame({"pseudonym": names(range(30)), "month": "2018-03", "amount": 1234.5}),
    }
    linked = link(tables, folder=tmp_path / "uit")
    assert linked.files == ("cases.csv", "insurer.csv")
    lines = (tmp_path / "uit" / "cases.csv").read_text(encoding="utf8").splitlines()
    row = dict(zip(lines[0].split(";"), lines[1].split(";"), strict=True))
    assert (row["benefit_at_start"], row["need_job_coach"], row["enrolment_month"]) == ("992,12", "ja", "2018-03")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "uit").rglob("*"))
    assert link(tables).files == ()


def test_files_that_exist_are_not_overwritten(tmp_path):
    (tmp_path / "cases.csv").write_text("x")
    with pytest.raises(WerkzorgError) as stop:
        link({"intake_ggz": ggz(range(30)), "intake_wi": wi(range(30))}, folder=tmp_path)
    assert stop.value.exit_code == ExitCode.CONFIGURATION
    assert (tmp_path / "cases.csv").read_text() == "x"
