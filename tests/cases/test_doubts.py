"""What of a delivery somebody must look at: each doubt has a delivery that raises it alone, and chance does not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from werkzorg.cases.doubts import CARE, LAST, OF_AMOUNTS, OF_COMPARISON, find_doubts
from werkzorg.release.checks import data_gates
from werkzorg.wording import LANGUAGES

PARTICIPANTS, COMPARED, MONTHS = 40, 30, 24


def delivery(seed=1):
    """Tables of people of one kind, time and place, all with some care in every month; (cases, months)."""
    rng, size = np.random.default_rng(seed), PARTICIPANTS + COMPARED
    cases = pd.DataFrame(
        {
            "pseudonym": [f"VB-{number:08}" for number in range(size)],
            "group": ["programme"] * PARTICIPANTS + ["comparison"] * COMPARED,
            "enrolment_month": pd.PeriodIndex(["2018-03"] * size, freq="M"),
            "municipality": "Dordrecht",
            "birth_year": rng.integers(1960, 1995, size).astype(float),
            "months_on_benefit": rng.exponential(40, size),
            "years_worked": rng.exponential(5, size),
            "hours_possible": rng.choice([8.0, 16.0, 24.0], size),
            "wage_value": np.nan,
            "diagnosis_group": pd.Categorical(rng.choice(["severe", "common"], size)),
            "sex": pd.Categorical(rng.choice(["m", "f"], size)),
            "education": pd.Categorical(rng.choice(["low", "middle", "high"], size)),
            "distance_to_work": pd.Categorical([None] * size),
            "treatment_phase": pd.Categorical(rng.choice(["start", "middle", "end"], size)),
        }
    )
    months = cases[["pseudonym"]].merge(
        pd.DataFrame({"month": pd.period_range("2018-01", periods=MONTHS, freq="M")}), how="cross"
    )
    for column in CARE:
        months[column] = np.nan
    months["treatment_contacts"] = rng.poisson(2, len(months)).astype(float)
    months["treatment_amount"] = months["treatment_contacts"] * 100.0
    return cases, months


def doubts(cases, months, **more):
    frames = {"cases": cases, "months": months, **more}
    part = SimpleNamespace(source=SimpleNamespace(name="bestand.csv"))
    return find_doubts({name: SimpleNamespace(frame=frame, parts=(part,)) for name, frame in frames.items()})


def names(problems):
    return [problem.identifier.removeprefix("cases.reading.") for problem in problems]


def compared(cases):
    return cases["group"] == "comparison"


def of_nobody(cases, months):
    months[list(CARE)] = months[list(CARE)].where(months[list(CARE)].isna(), 0.0)


def of_one_group(cases, months):
    theirs = months["pseudonym"].isin(cases.loc[compared(cases), "pseudonym"])
    months.loc[theirs, list(CARE)] = np.nan


def late(cases, months):
    last = months["month"] > months["month"].max() - LAST
    months.loc[last, "treatment_amount"] *= 0.3


def other_time(cases, months):
    cases.loc[compared(cases), "enrolment_month"] = pd.Period("2016-12", "M")


def other_place(cases, months):
    cases.loc[compared(cases), "municipality"] = ["Dordrecht"] * 10 + ["Zwijndrecht"] * 20


def other_people(cases, months):
    cases.loc[compared(cases), "birth_year"] += 20
    cases.loc[compared(cases), "diagnosis_group"] = "common"


WRONG = {
    "no_cost": of_nobody, "no_cost_group": of_one_group, "late_amounts": late, "comparison_time": other_time,
    "comparison_place": other_place, "comparison_unlike": other_people,
}  # fmt: skip


def test_every_doubt_has_its_delivery():
    assert set(WRONG) == {*OF_AMOUNTS, *OF_COMPARISON}


@pytest.mark.parametrize("seed", range(20))
def test_a_sound_delivery_raises_none(seed):
    assert doubts(*delivery(seed)) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_delivery_raises_its_doubt_and_goes_on(name):
    cases, months = delivery()
    WRONG[name](cases, months)
    (problem,) = doubts(cases, months)
    assert names([problem]) == [name] and problem.severity == "warn"
    for lang in LANGUAGES:
        # It says what to look at, and of nobody how much.
        assert "{" not in problem.render(lang) and "VB-" not in problem.render(lang)


def test_the_columns_in_which_a_group_is_unlike_are_named():
    cases, months = delivery()
    other_people(cases, months)
    assert doubts(cases, months)[0].values["columns"] == "birth_year, diagnosis_group"


def test_care_that_only_the_insurer_tells_of_is_care():
    cases, months = delivery()
    of_one_group(cases, months)
    claims = pd.DataFrame({"pseudonym": cases["pseudonym"].tail(3), "amount": 10.0})
    assert doubts(cases, months, insurer=claims) == []


def test_care_that_stops_is_no_late_invoice():
    cases, months = delivery()
    last = months["month"] > months["month"].max() - LAST
    months.loc[last, ["treatment_amount", "treatment_contacts"]] *= 0.3
    assert doubts(cases, months) == []
    # Amounts that were left empty are not read as nil.
    cases, months = delivery()
    months.loc[months["month"] > months["month"].max() - LAST, "treatment_amount"] = np.nan
    assert doubts(cases, months) == []


def test_of_a_few_people_nothing_is_said():
    cases, months = delivery()
    for wrong in (other_time, other_place, other_people, of_one_group):
        wrong(cases, months)
    few = cases.groupby("group").cumcount() < 9
    kept = few | ~compared(cases)
    assert doubts(cases[kept], months[months["pseudonym"].isin(cases.loc[kept, "pseudonym"])]) == []


def records(missing):
    return SimpleNamespace(persons={"programme": 40}, missing=SimpleNamespace(months=missing))


@pytest.mark.parametrize(
    ("missing", "found", "verdicts"),
    [
        (0.03, (), ["ok", "ok", "ok"]),
        (0.494, (), ["ok", "ok", "ok"]),
        (0.5, (), ["stop", "ok", "ok"]),
        (0.8, ("late_amounts",), ["stop", "warn", "ok"]),
        (0.0, ("no_cost_group", "comparison_time"), ["ok", "warn", "warn"]),
    ],
)
def test_a_run_stops_on_half_the_months_missing_and_warns_of_doubts(missing, found, verdicts):
    gates = data_gates(records(missing), found)
    assert [gate["verdict"] for gate in gates] == verdicts
    assert [gate["id"] for gate in gates] == ["data.missing", "data.amounts", "data.comparison"]


def test_page_one_does_not_tell_which_doubt_it_is():
    labels = [[gate["label_nl"] for gate in data_gates(records(0.0), (name,))] for name in OF_AMOUNTS]
    assert labels[0] == labels[1] == labels[2]
    assert data_gates(None, ()) == []
