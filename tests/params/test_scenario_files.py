"""Scenario files: what is shipped fits, and every fault comes with file, line and key, all at once."""

from __future__ import annotations

import pytest

from werkzorg.cli import execute
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import catalogue_of, load_pilot, pilot_file, pilot_names
from werkzorg.params.scenarios import BASE, load_variants, shipped_scenarios, work_out

ASKED = {
    *("coach-own", "coach-new", "no-key-officer", "clients-20", "clients-100", "clients-200"),
    *("scale-local", "scale-national", "evidence-sceptical", "evidence-neutral", "evidence-optimistic"),
    *("labour-weak", "labour-strong", "lks-before-2022", "lks-since-2022", "place-refilled", "place-not-refilled"),
    *("horizon-2", "horizon-5", "horizon-10"),
}
"""What a negotiation table asks of Drechtsteden."""

GOOD = """\
scenarios:
- id: dear-coach
  name: {nl: Dure jobcoach, en: Dear coach}
  kind: choice
  changes:
    parameters:
      jobcoach.hour_uwv: {factor: 1.25}
- id: dear-coach-100
  name: {nl: "Dure jobcoach, honderd", en: "Dear coach, a hundred"}
  kind: choice
  parent: dear-coach
  changes:
    participants_planned: 100
    support: {variants: {jobcoach: own_counsellor}}
"""


@pytest.fixture(scope="module")
def pilot():
    return load_pilot("drechtsteden")


def read(folder, text, pilot):
    (folder / "own.yaml").write_text(text, encoding="utf8")
    return work_out(pilot, shipped_scenarios(pilot, folder))


def failure(folder, text, pilot):
    with pytest.raises(WerkzorgError) as caught:
        read(folder, text, pilot)
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    for problem in caught.value.problems:
        for lang in ("nl", "en"):
            assert problem.what(lang) and problem.do(lang)
    return caught.value


def test_everything_that_is_asked_is_shipped():
    assert {variant.id for variant in load_variants("drechtsteden")} >= {BASE, *ASKED}


@pytest.mark.parametrize("name", pilot_names())
def test_shipped_scenarios_fit_every_pilot_that_they_name(name):
    variants = load_variants(name)
    assert variants[0].id == BASE and len(variants) > 1
    for variant in variants:
        catalogue_of(variant.pilot)


def test_scenarios_name_only_pilots_that_are_shipped():
    named = {name for entry in shipped_scenarios() for name in entry.scenario.pilots or ()}
    assert named <= set(pilot_names())


def test_a_child_has_the_changes_of_its_parent_and_its_own(tmp_path, pilot):
    made = {variant.id: variant for variant in read(tmp_path, GOOD, pilot)}
    child = made["dear-coach-100"]
    assert child.parent == "dear-coach" and made["dear-coach"].parent == BASE
    assert child.pilot.participants_planned == 100
    assert child.pilot.support.variants == {"jobcoach": "own_counsellor"}
    day = pilot.valuation_date
    shipped = catalogue().amount("jobcoach.hour_uwv", day).value
    for variant in made.values():
        factor = 1.0 if variant.id == BASE else 1.25
        # One multiplication of each dated value before the same indexing.
        assert catalogue_of(variant.pilot).amount("jobcoach.hour_uwv", day).value == pytest.approx(factor * shipped)
    assert made[BASE].pilot is pilot


def test_a_child_may_stand_before_its_parent(tmp_path, pilot):
    first, second = GOOD.removeprefix("scenarios:\n").split("- id: dear-coach-100")
    text = f"scenarios:\n- id: dear-coach-100{second}{first}"
    assert [variant.id for variant in read(tmp_path, text, pilot)] == [BASE, "dear-coach", "dear-coach-100"]


def test_a_value_is_held_at_its_date():
    made = {variant.id: variant for variant in load_variants("drechtsteden")}
    name = "lks.funding.municipal_net_share"
    shipped = catalogue().get(name)
    for scenario, kept in (("lks-before-2022", shipped.values[0]), ("lks-since-2022", shipped.values[1])):
        held = catalogue_of(made[scenario].pilot).get(name)
        assert [entry.value for entry in held.values] == [kept.value]
        assert held.values[0].start == shipped.values[0].start
        assert (held.values[0].low, held.values[0].high) == (kept.low, kept.high)
        assert held.source == shipped.source and held.local


def test_a_component_that_is_left_out_leaves_its_subsidy_too():
    made = {variant.id: variant.pilot.support for variant in load_variants("drechtsteden")}
    left = {part.id for part in made["no-key-officer"].components}
    assert {part.id for part in made[BASE].components} - left == {"key_officer_municipality", "key_officer_ggz"}
    # Nothing is left for the subsidy to cover.
    assert made[BASE].subsidies and not made["no-key-officer"].subsidies


def test_chosen_scenarios_bring_their_ancestors():
    chosen = load_variants("drechtsteden", ["coach-own-100"])
    assert [variant.id for variant in chosen] == [BASE, "coach-own", "coach-own-100"]


def test_an_unknown_name_gets_the_nearest_and_all():
    with pytest.raises(WerkzorgError) as caught:
        load_variants("drechtsteden", ["labor-weak", "coach-new", "clients-2000"])
    near = [problem.values["nearest"] for problem in caught.value.problems]
    assert near == ["labour-weak", "clients-200"]
    assert "scale-national" in caught.value.render("en")


CASES = {
    # what is wrong: (text to replace, by what, line, key, words of the message)
    "unknown key": (
        "  kind: choice\n  changes:\n    par",
        "  kidn: choice\n  changes:\n    par",
        4,
        "0.kidn",
        "mean kind?",
    ),
    "unknown key of the changes": (
        "    participants_planned: 100",
        "    participants: 100",
        13,
        "1.changes.participants",
        "mean participants_planned?",
    ),
    "unknown key of the support": ("{variants: {", "{variant: {", 14, "1.changes.support.variant", "mean variants?"),
    "unknown key of a value": ("factor: 1.25", "fator: 1.25", 7, "parameters.jobcoach.hour_uwv.fator", "mean factor?"),
    "unknown key of the file": ("scenarios:\n", "scenario: []\nscenarios:\n", 1, "scenario", "mean scenarios?"),
    "unknown parameter": (
        "jobcoach.hour_uwv:",
        "jobcoach.hour_uvw:",
        7,
        "0.changes.parameters.jobcoach.hour_uvw",
        "mean jobcoach.hour_uwv?",
    ),
    "unknown kind": ("  kind: choice\n  parent", "  kind: choise\n  parent", 10, "1.kind", "choise|choice"),
    "unknown parent": ("parent: dear-coach", "parent: dear-coch", 11, "1.parent", "mean dear-coach?"),
    "circle": (
        "  kind: choice\n  changes:\n    par",
        "  kind: choice\n  parent: dear-coach-100\n  changes:\n    par",
        5,
        "0.parent",
        "dear-coach -> dear-coach-100 -> dear-coach",
    ),
    "own parent": ("parent: dear-coach", "parent: dear-coach-100", 11, "1.parent", "dear-coach-100 -> dear-coach-100"),
    "id twice": ("id: dear-coach-100", "id: dear-coach", 8, "1.id", "occurs twice"),
    "id of the pilot": ("id: dear-coach-100", "id: base", 8, "1.id", "belongs to the pilot"),
    "no size": (
        "participants_planned: 100",
        "participants_planned: 0",
        13,
        "1.changes.participants_planned",
        "too small",
    ),
    "unknown variant": ("{jobcoach: own", "{jobcoatch: own", 14, "support.variants.jobcoatch", "mean jobcoach?"),
    "unknown value of a variant": (
        "own_counsellor",
        "own_councillor",
        14,
        "support.variants.jobcoach",
        "mean own_counsellor?",
    ),
    "unknown component": (
        "{variants: {jobcoach: own_counsellor}}",
        "{without: [key_officer]}",
        14,
        "support.without.0",
        "mean key_officer_ggz?",
    ),
    "two ways": ("factor: 1.25", "factor: 1.25, held_at: 2018-01-01", 7, "parameters.jobcoach.hour_uwv", "exactly one"),
    "no way": ("{factor: 1.25}", "{note: dear}", 7, "parameters.jobcoach.hour_uwv", "exactly one"),
    "negative factor": ("factor: 1.25", "factor: -1", 7, "hour_uwv.factor", "too small"),
    "held before the first": ("factor: 1.25", "held_at: 1990-01-01", 7, "hour_uwv.held_at", "first holds from"),
    "nothing dated to hold": (
        "jobcoach.hour_uwv: {factor: 1.25}",
        "care.refilled: {held_at: 2018-01-01}",
        7,
        "care.refilled.held_at",
        "no dated value",
    ),
    "value without a source": (
        "{factor: 1.25}",
        "{values: [{from: 2018-01-01, value: 9.0}], status: assumption}",
        7,
        "hour_uwv.source",
        "source is missing",
    ),
    "low above the value": (
        "{factor: 1.25}",
        "{values: [{from: 2018-01-01, value: 9.0, low: 10.0, high: 11.0}], source: {title: x}, status: assumption}",
        7,
        "values.0.low",
        "low",
    ),
    "part of a year": (
        "participants_planned: 100",
        "main_horizon_months: 18",
        13,
        "main_horizon_months",
        "whole number of years",
    ),
    "main beyond the horizon": (
        "participants_planned: 100",
        "main_horizon_months: 132",
        13,
        "main_horizon_months",
        "between",
    ),
    "horizon too far": ("participants_planned: 100", "horizon_months: 240", 13, "horizon_months", "between"),
    "shift of a price": (
        "participants_planned: 100",
        "after_counts: {jobcoach.hour_uwv: labour_market.weak}",
        13,
        "after_counts.jobcoach.hour_uwv",
        "log scale",
    ),
    "shift by a price": (
        "participants_planned: 100",
        "after_counts: {p_baseline_entry_hazard: staff.hour}",
        13,
        "after_counts.p_baseline_entry_hazard",
        "log ratio",
    ),
    "contract with an unknown party": (
        "participants_planned: 100",
        "contract: [{kind: month, payer: insurrer, payee: municipality, amount: 50}]",
        13,
        "contract.0.payer",
        "mean insurer?",
    ),
    "contract of an unknown kind": (
        "participants_planned: 100",
        "contract: [{kind: monthly, payer: insurer, payee: municipality, amount: 50}]",
        13,
        "contract.0.kind",
        "monthly|month",
    ),
    "contract that participants pay": (
        "participants_planned: 100",
        "contract: [{kind: month, payer: client, payee: municipality, amount: 50}]",
        13,
        "contract.0.payer",
        "cannot pay",
    ),
    "contract with oneself": (
        "participants_planned: 100",
        "contract: [{kind: month, payer: insurer, payee: insurer, amount: 50}]",
        13,
        "contract.0.payee",
        "cannot receive",
    ),
    "negative payment": (
        "participants_planned: 100",
        "contract: [{kind: month, payer: insurer, payee: municipality, amount: -50}]",
        13,
        "contract.0.amount",
        "too small",
    ),
    "shift by nothing known": (
        "participants_planned: 100",
        "after_counts: {p_baseline_entry_hazard: labour_market.week}",
        13,
        "after_counts.p_baseline_entry_hazard",
        "mean labour_market.weak?",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_with_file_line_key_and_what_was_meant(case, tmp_path, pilot):
    old, new, line, key, words = CASES[case]
    assert GOOD.count(old) == 1
    error = failure(tmp_path, GOOD.replace(old, new), pilot)
    text = error.render("en")
    assert any(f"own.yaml:{line} " in problem.where and key in problem.where for problem in error.problems), text
    assert any(word in text for word in words.split("|")), text


def test_all_faults_come_at_once(tmp_path, pilot):
    text = GOOD.replace("jobcoach.hour_uwv:", "jobcoach.hour:").replace("own_counsellor", "nobody")
    text = text.replace("participants_planned: 100", "main_horizon_months: 30")
    assert len(failure(tmp_path, text, pilot).problems) == 3


def test_faults_of_two_files_come_at_once(tmp_path, pilot):
    (tmp_path / "other.yaml").write_text(GOOD.replace("kind: choice", "kind: luck"), encoding="utf8")
    error = failure(tmp_path, GOOD.replace("factor", "factr"), pilot)
    assert {problem.where.split(":")[0].rpartition("/")[2] for problem in error.problems} == {"own.yaml", "other.yaml"}


def test_a_pilot_file_holds_scenarios_of_its_own(tmp_path):
    path = tmp_path / "pilot.yaml"
    text = pilot_file("drechtsteden").read_text(encoding="utf8")
    path.write_text(text + GOOD.replace("parent: dear-coach", "parent: clients-200"), encoding="utf8")
    made = {variant.id: variant for variant in load_variants(path)}
    assert made["dear-coach-100"].parent == "clients-200"
    line = len(text.splitlines()) + 7
    path.write_text(text + GOOD.replace("hour_uwv", "hour_uvw"), encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        load_variants(path)
    assert f"pilot.yaml:{line} scenarios.0.changes.parameters.jobcoach.hour_uvw" in caught.value.problems[0].where


def test_check_and_run_see_faults_in_the_scenarios_of_a_pilot(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WERKZORG_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "eigen.yaml"
    text = pilot_file("drechtsteden").read_text(encoding="utf8")
    path.write_text(text + GOOD.replace("parent: dear-coach", "parent: dear-caoch"), encoding="utf8")
    for command in ("check", "run"):
        assert execute([command, str(path)]) == ExitCode.CONFIGURATION
        told = capsys.readouterr()
        assert "dear-caoch" in told.out + told.err
        assert "dear-coach" in (told.out + told.err).replace("dear-coach-100", "")
    assert not (tmp_path / "results").exists()
