"""Results of the shipped made-up pilot with and without its comparison group: they differ where they should."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from werkzorg.appraisal.appraise import appraise
from werkzorg.appraisal.predictive import care_lines, cost_lines, work_lines
from werkzorg.cases.reading import check_records
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.fit import first_answer
from werkzorg.inference.reduction import reduce_records
from werkzorg.ledger.settlement import settle
from werkzorg.params.pilots import load_pilot, pilot_file
from werkzorg.projection.trajectory import project
from werkzorg.release.records import fact_rows, record_rows
from werkzorg.release.release import release

PILOTS = ("voorbeeld", "voorbeeld-zonder-vergelijking")
COMPARISON_ONLY = ("selection.comparison_gap", "care.rtm_gap", "care.level_comparison")
OF_THE_DRAWS = (
    *("driver.", "tipping.", "ev", "enbs", "study_", "payers_worth", "tornado", "prior_share.", "check_line."),
    "acceptability.",
)
"""Rows of which there are more or less by what the draws say, not by what is known."""


def made(name):
    pilot = load_pilot(name)
    records = reduce_records(pilot, check_records(pilot_file(name)).tables)
    posterior = first_answer(pilot, records=records)
    ledger = settle(pilot, trajectory := project(pilot, posterior))
    appraisal = appraise(pilot, ledger)
    steps = {"posterior": posterior, "trajectory": trajectory, "ledger": ledger}
    return pilot, records, appraisal, steps


@pytest.fixture(scope="module")
def runs():
    return {name: made(name) for name in PILOTS}


@pytest.fixture(scope="module")
def both(runs):
    found = {}
    for name, (pilot, records, appraisal, steps) in runs.items():
        found[name] = release(pilot, appraisal, **steps, first=steps["posterior"], records=records)
    return found


def ids(results):
    named = results.table["id"]
    return set(named[~named.str.startswith(OF_THE_DRAWS)])


def one(results, identifier):
    found = results.table[results.table["id"] == identifier]
    assert len(found) == 1, identifier
    return found.iloc[0]


def test_the_two_runs_have_the_same_rows_but_those_of_the_comparison_group(both):
    with_group, without = (ids(both[name]) for name in PILOTS)
    of_group = {name for name in with_group if "comparison" in name or any(part in name for part in COMPARISON_ONLY)}
    # `has_comparison` itself stands in both.
    assert with_group - without == of_group - {"record_fact.has_comparison"}
    assert without <= with_group
    assert {"record_fact.persons.comparison", "observed_cost.comparison.before", "check.work_comparison"} <= of_group


def test_what_was_measured_of_participants_is_the_same_in_both(both):
    measured = [
        name
        for name in ids(both[PILOTS[1]])
        if name.startswith(("record_fact.", "observed_cost.programme", "decomposition.observed"))
        and not name.endswith(("_missing", "has_comparison"))
    ]
    assert len(measured) >= 8
    for name in measured:
        values = [one(both[pilot], name)["value"] for pilot in PILOTS]
        np.testing.assert_array_equal(*values)
    assert [one(both[pilot], "record_fact.has_comparison")["value"] for pilot in PILOTS] == [1.0, 0.0]


def test_without_a_comparison_group_more_of_the_answer_is_prior(both):
    for name in ("p_logrr_programme_nl", "p_log_rtm_ggz_cost"):
        left = [one(both[pilot], f"prior_weight.{name}")["value"] for pilot in PILOTS]
        # One hundredth is far above the noise of 4,000 draws of the same seed, and far below the difference.
        assert left[0] + 0.01 < left[1] < 1.0, name
    shares = []
    for pilot in PILOTS:
        table = both[pilot].table
        lines = table[(table["quantity"] == "check_line") & (table["item"] == "prior_knowledge")].set_index("party")
        shares.append(lines["value"])
    assert shares[0]["client"] + 0.02 < shares[1]["client"]


def test_parts_of_the_measured_change_add_up(both):
    for results in both.values():
        parts = results.table[results.table["id"].str.match(r"decomposition\.(?!observed)")]
        assert len(parts) == 6
        observed = one(results, "decomposition.observed")["value"]
        after, before = (one(results, f"observed_cost.programme.{end}")["value"] for end in ("after", "before"))
        # Means over draws of parts that add up in every draw.
        assert parts["value"].sum() == pytest.approx(observed, abs=1e-6)
        assert after - before == observed


def test_every_parameter_with_data_has_prior_and_posterior_and_a_label(both, runs):
    for name, results in both.items():
        with_data = set(runs[name][3]["posterior"].attrs["with_data"].split('"')[1::2])
        rows = results.table[results.table["quantity"] == "parameter"]
        shown = set(rows.loc[rows["rests_on"] == "records+prior", "parameter"])
        # The own cost level is one by definition: no unknown.
        assert shown == with_data - {"care.own_level"}
        assert (rows.groupby("parameter")["stage"].nunique() == 2).all()
        assert rows["label_nl"].str.len().min() > 3
        still_prior = set(rows.loc[rows["rests_on"] == "prior", "parameter"])
        assert {"p_insurer_retained", "care.refilled"} <= still_prior


def test_counts_below_ten_are_not_shown_and_others_are_rounded(runs):
    _, records, _, _ = runs[PILOTS[0]]
    assert 0 < records.missing.lost["programme"] * records.persons["programme"] < 10
    few = dataclasses.replace(records, persons={"programme": 38, "comparison": 9})
    rows = {row["id"]: row for row in fact_rows(few)}
    assert rows["record_fact.lost.programme"]["value"] is None
    assert rows["record_fact.persons.programme"]["value"] == 40
    assert rows["record_fact.persons.comparison"]["value"] is None
    assert "record_fact.follow_up.comparison" not in rows


def test_fewer_than_ten_participants_release_nothing(runs):
    pilot, records, appraisal, steps = runs[PILOTS[0]]
    few = dataclasses.replace(records, persons={"programme": 9, "comparison": 40})
    with pytest.raises(WerkzorgError) as error:
        release(pilot, appraisal, **steps, records=few)
    assert error.value.exit_code == ExitCode.RELEASE


def test_a_higher_threshold_of_a_supplier_holds_for_every_number(runs):
    pilot, records, appraisal, steps = runs[PILOTS[0]]
    with pytest.raises(WerkzorgError) as error:
        release(pilot, appraisal, **steps, records=records, threshold=41)
    assert error.value.exit_code == ExitCode.RELEASE and "41" in str(error.value)
    people = max(change.persons for change in records.change.values())
    rows = {row["id"]: row for row in record_rows(pilot, records, steps["posterior"], people + 1)}
    assert not [name for name in rows if name.startswith(("observed_cost", "decomposition", "vanishing"))]
    assert rows["record_fact.persons.programme"]["value"] == 40
    few = {row["id"]: row for row in record_rows(pilot, records, steps["posterior"], 41)}
    assert few["record_fact.persons.programme"]["value"] is None and "record_fact.follow_up.programme" not in few
    for group in records.persons:
        plain = work_lines(steps["posterior"], records, group, 1)
        lines = work_lines(steps["posterior"], records, group, 1, 25)
        assert 0 < len(lines) < len(plain)
        for line in lines:
            people, share = records.seen[group][line.month], records.working[group][line.month]
            assert people >= 25 and (line.observed is None or min(share, 1 - share) * people > 24.5)
    assert not cost_lines(pilot, steps["posterior"], records, 1, 10_000)
    assert all(line.observed is None for line in care_lines(steps["posterior"], records, 1, 10_000))


def test_a_failed_gate_stops_the_run_with_records_too(runs):
    pilot, records, appraisal, steps = runs[PILOTS[1]]
    gates = '[{"id": "sampling.rhat", "value": 1.2, "warn": 1.01, "stop": 1.05, "verdict": "stop"}]'
    failed = steps["posterior"].assign_attrs(gates=gates)
    found = release(pilot, appraisal, **{**steps, "posterior": failed}, records=records)
    assert found.meta["gates_verdict"] == "stop"
    assert found.meta["basis"] == "records"
