"""Follow-up that is cut at a month since enrolment: whose months go, whose data end there, and who was lost before."""

from __future__ import annotations

import pandas as pd
import pytest

from werkzorg.cases.follow_up import cut_follow_up
from werkzorg.cases.schema import table

REASONS = [code.code for code in table("cases").field("end_reason").enum]


def months_of(*cells):
    return pd.Series(pd.PeriodIndex(cells, freq="M"))


def records():
    """A is followed for longer, B was lost in month 1, C lost later than the cut, D is compared, E came late."""
    cases = pd.DataFrame({
        "pseudonym": ["A", "B", "C", "D", "E"],
        "group": pd.Categorical(["programme", "programme", "programme", "comparison", "programme"]),
        "enrolment_month": months_of("2018-11", "2018-01", "2018-01", "2018-01", "2019-01"),
        "end_month": months_of(None, "2018-02", "2018-06", None, None),
        "end_reason": pd.Categorical([None, "no_contact", "moved", None, None], REASONS),
    })  # fmt: skip
    rows = [
        *(("A", month) for month in ("2018-09", "2018-11", "2018-12", "2019-01", "2019-02")),
        *(("B", month) for month in ("2018-01", "2018-02")),
        *(("C", month) for month in ("2018-02", "2018-03", "2018-04", "2018-06")),
        *(("D", month) for month in ("2018-01", "2018-09")),
        ("E", "2019-02"),
    ]
    months = pd.DataFrame({"pseudonym": [who for who, _ in rows], "month": months_of(*(month for _, month in rows))})
    jobs = pd.DataFrame({
        "pseudonym": ["A", "A", "D"], "start_month": months_of("2019-01", "2019-02", "2019-02"),
        "end_month": months_of("2019-09", None, None),
    })  # fmt: skip
    counts = pd.DataFrame({"date": pd.to_datetime(["2019-12-31"]), "n": [5]})
    return {"cases": cases, "months": months, "jobs": jobs, "counts": counts}


def texts(frame, column):
    return [None if cell is pd.NaT else str(cell) for cell in frame[column]]


def test_later_months_and_jobs_of_participants_go_and_others_stay():
    cut, left_out = cut_follow_up(records(), 2)
    assert left_out == {"months": 3, "jobs": 1}
    by_person = cut["months"].assign(month=texts(cut["months"], "month")).groupby("pseudonym")["month"].agg(list)
    assert by_person.to_dict() == {
        "A": ["2018-09", "2018-11", "2018-12", "2019-01"], "B": ["2018-01", "2018-02"], "C": ["2018-02", "2018-03"],
        "D": ["2018-01", "2018-09"], "E": ["2019-02"],
    }  # fmt: skip
    assert list(zip(cut["jobs"]["pseudonym"], texts(cut["jobs"], "start_month"), strict=True)) == [
        ("A", "2019-01"), ("D", "2019-02"),
    ]  # fmt: skip
    assert cut["months"].index.equals(pd.RangeIndex(len(cut["months"])))
    pd.testing.assert_frame_equal(cut["counts"], records()["counts"])


def test_whose_follow_up_is_cut_was_not_lost():
    cut, _ = cut_follow_up(records(), 2)
    assert texts(cut["cases"], "end_month") == ["2019-01", "2018-02", "2018-03", None, None]
    reasons = cut["cases"]["end_reason"]
    assert [reasons[0], reasons[1], reasons[2]] == ["end_of_data", "no_contact", "end_of_data"]
    assert reasons[3:].isna().all()
    assert cut["cases"].dtypes.equals(records()["cases"].dtypes)


def test_somebody_unseen_before_the_cut_stays_lost():
    tables = records()
    tables["months"] = tables["months"][lambda frame: (frame["pseudonym"] != "A") | (frame["month"] < "2018-12")]
    cut, _ = cut_follow_up(tables, 2)
    assert texts(cut["cases"], "end_month")[0] is None


@pytest.mark.parametrize("months", [None, 60])
def test_nothing_changes_without_the_key_or_when_all_is_sooner(months):
    cut, left_out = cut_follow_up(records(), months)
    assert left_out == {}
    for name, frame in records().items():
        pd.testing.assert_frame_equal(cut[name], frame)


def test_what_was_given_is_not_changed():
    tables = records()
    cut_follow_up(tables, 2)
    for name, frame in records().items():
        pd.testing.assert_frame_equal(tables[name], frame)
