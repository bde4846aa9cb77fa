"""Records of a run: read once, reduced per variant, and not used when there are too few people."""

import pandas as pd
import pytest

from werkzorg.cases.simulate import simulate
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.pilots import load_pilot
from werkzorg.run.real import fit_ingredients
from werkzorg.run.records import CaseRecords, read_records, reduced


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pilot")
    simulate(folder, cases=20, comparison=20, months=24, seed=3)
    return folder


@pytest.fixture(scope="module")
def records(folder):
    return read_records(str(folder), load_pilot(folder))


def keeping(records, **most) -> CaseRecords:
    """The same records with at most so many people of a group."""
    cases = records.tables["cases"]
    kept = cases[cases.groupby("group", observed=True).cumcount() < cases["group"].astype(str).map(most).fillna(999)]
    return CaseRecords({**records.tables, "cases": kept}, records.digests, records.threshold)


def test_a_pilot_without_records_has_none():
    assert read_records("drechtsteden", load_pilot("drechtsteden")) is None
    assert reduced(None, load_pilot("drechtsteden")) is None


def test_records_are_reduced_once_per_variant(records, folder):
    pilot = load_pilot(folder)
    assert records.reduced(pilot) is records.reduced(pilot.model_copy(update={"participants_planned": 200}))
    assert records.reduced(pilot).persons == {"programme": 20, "comparison": 20}
    assert records.notices == []


def test_published_tables_alone_are_evidence(records, folder):
    pilot = load_pilot(folder)
    month = pd.Period(pilot.start, "M") + 11
    share = {"quantity": "share_working", "group": "programme", "target_group": "all", "first_month": month}
    share |= {"last_month": month, "n": 15, "mean": 0.4, "low": None, "high": None, "interval_width": None}
    alone = CaseRecords({"aggregates": pd.DataFrame([share])}, {}, records.threshold)
    assert alone.notices == []
    assert alone.reduced(pilot).published.persons["programme"] >= 15
    assert sum(alone.reduced(pilot).persons.values()) == 0
    # Another number of participants changes when people enrolled, so it is reduced apart.
    assert alone.reduced(pilot) is not alone.reduced(pilot.model_copy(update={"participants_planned": 200}))


def test_no_result_rests_on_fewer_participants_than_the_threshold(records, folder):
    few = keeping(records, programme=9)
    assert few.reduced(load_pilot(folder)) is None
    assert [identifier for identifier, _ in few.notices] == ["run.records_too_few"]
    assert keeping(records, programme=10).reduced(load_pilot(folder)) is not None


def test_a_comparison_group_below_the_threshold_is_left_out(records, folder):
    few = keeping(records, comparison=9)
    assert not few.reduced(load_pilot(folder)).has_comparison
    assert [identifier for identifier, _ in few.notices] == ["run.comparison_too_few"]


def test_a_changed_file_is_another_fit(records, folder):
    pilot = load_pilot(folder)
    other = CaseRecords(records.tables, {**records.digests, "months.csv": "0"}, records.threshold)
    assert fit_ingredients(pilot, 1, records) != fit_ingredients(pilot, 1, other)
    assert fit_ingredients(pilot, 1, records) != fit_ingredients(pilot, 1, None)


def test_every_mistake_in_the_files_stops_the_run(folder, tmp_path):
    import shutil

    broken = tmp_path / "pilot"
    shutil.copytree(folder, broken)
    months = broken / "months.csv"
    months.write_text(months.read_text(encoding="utf8").replace(";searching;", ";zoekend;"), encoding="utf8")
    with pytest.raises(WerkzorgError) as stopped:
        read_records(str(broken), load_pilot(broken))
    assert stopped.value.exit_code == ExitCode.INPUT
    assert "zoekend" not in str(stopped.value)


def test_what_is_not_used_of_published_numbers_is_said(records, folder):
    """Means of everybody of whom there are records already say nothing more."""
    import io

    import pandas as pd
    from rich.console import Console

    from werkzorg.cases.schema import table
    from werkzorg.run.progress import Display
    from werkzorg.run.runner import tell_of_records

    pilot = load_pilot(folder)
    row = dict.fromkeys(table("aggregates").columns) | {
        "quantity": "crisis_contacts", "group": "programme", "target_group": "all", "n": 20.0, "mean": 0.1,
        "first_month": pd.Period("2018-01", "M"), "last_month": pd.Period("2018-06", "M"),
    }  # fmt: skip
    told = CaseRecords(records.tables | {"aggregates": pd.DataFrame([row])}, records.digests, records.threshold)
    display = Display(Console(file=io.StringIO(), width=200))
    tell_of_records(told, pilot, display)
    assert "aggregates" in display.console.file.getvalue()
    tell_of_records(None, pilot, display)
