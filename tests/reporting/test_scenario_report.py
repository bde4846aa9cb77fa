"""The report of a comparison: its sentences say what the rows say, in one language, and it runs for real."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from test_reporting_contracts import plain, talk

from werkzorg.appraisal.scenarios import Bench
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.fit import first_answer
from werkzorg.params.scenarios import BASE, load_variants
from werkzorg.release.scenarios import release_scenarios
from werkzorg.reporting import open_scenarios, write_results
from werkzorg.reporting.contracts import proof_sentences, verdict_sentence
from werkzorg.reporting.execute import run_notebook
from werkzorg.reporting.make import make_reports
from werkzorg.reporting.results import read_results
from werkzorg.reporting.sanitise import dangers
from werkzorg.reporting.scenarios import ScenarioReport
from werkzorg.reporting.verdicts_scenarios import (
    best_choice,
    cell_text,
    chance_text,
    choices_verdict,
    equal_verdict,
    evidence_verdict,
    paragraph_of,
    society_verdict,
    surroundings_verdict,
)
from werkzorg.wording import say

# A figure in which texts leave no room for what is drawn.
pytestmark = pytest.mark.filterwarnings("error:constrained_layout not applied")

VERDICTS = (choices_verdict, society_verdict, surroundings_verdict, evidence_verdict, equal_verdict)

ENGLISH = re.compile(
    r"\b(the|and|with|than|chance|better|choice|pilot as|participants?|scenarios? (that|of)|gain|loss|none|equal)\b",
    re.IGNORECASE,
)
"""Words that no Dutch sentence of these reports has."""


@pytest.fixture(scope="module")
def results():
    variants = load_variants("drechtsteden")
    bench = Bench(variants[0].pilot, lambda pilot: first_answer(pilot).isel(draw=slice(0, 80)))
    valued = [bench.value(variant) for variant in variants]
    with_fit = (BASE, "evidence-sceptical", "evidence-optimistic")
    fits = {variant.id: bench.posterior(variant) for variant in variants if variant.id in with_fit}
    return release_scenarios(valued, fits, {"run_id": "test", "created": "2026-11-22"}, talk())


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    made = tmp_path_factory.mktemp("comparison")
    write_results(results, made)
    return made


def test_every_scenario_has_a_row_for_every_party(results):
    parties = {row.party for row in results.rows(quantity="scenario_net", scenario=BASE, per="participant")}
    assert {"municipality", "insurer", "client", "ggz_institution", "state", "society"} <= parties
    for name, facts in results.meta["scenarios"].items():
        against = {BASE, facts["parent"]} if name != BASE else set()
        rows = results.rows(quantity="scenario_difference", scenario=name, per="participant")
        assert {(row.against, row.party) for row in rows} == {(of, party) for of in against for party in parties}


def test_differences_have_mean_median_intervals_and_chance(results):
    row = results.one(
        quantity="scenario_difference", scenario="coach-own", party="municipality", per="participant", against=BASE
    )
    assert row.low95 <= row.low80 <= row.low50 <= row.median <= row.high50 <= row.high80 <= row.high95
    assert 0 < row.probability < 1
    whole = results.one(
        quantity="scenario_difference", scenario="coach-own", party="municipality", per="pilot", against=BASE
    )
    # Forty participants in both; the table keeps ten digits.
    assert whole.value == pytest.approx(40 * row.value, rel=1e-9)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_report_says_which_contract_leaves_nobody_worse_off(folder, lang):
    report = open_scenarios(str(folder / "results.json"), lang)
    assert verdict_sentence(talk(), lang) in plain(report.front_page().markup)
    section = report.contract().markup
    assert all(text in plain(section) for text in proof_sentences(talk(), lang))
    assert section.count("<table") == 3


def test_a_comparison_is_no_draft_for_what_the_reports_of_its_pilot_hold(folder):
    assert "CONCEPT" not in open_scenarios(str(folder / "results.json"), "nl").front_page().markup


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_comparison_of_a_pilot_with_case_records_is_shown_too(results, lang):
    """It holds no facts about the records themselves, and must not ask for them."""
    report = ScenarioReport(replace(results, meta=results.meta | {"basis": "records"}), "scenarios", lang)
    page = plain(report.title().markup + report.front_page().markup)
    assert ("over de dossiers leest u in de rapporten" if lang == "nl" else "tell of the case records") in page
    for piece in (report.section("scenarios_parties"), report.differences("insurer"), report.contract(),
                  report.levels(), report.scenario_list(), report.assumptions(everything=True)):  # fmt: skip
        assert piece.markup
    for kind in ("circumstance", "evidence", "horizon"):
        assert report.kind(kind).markup
    report.check()


def test_a_comparison_without_a_negotiation_has_no_such_section(results):
    kept = results.table[~results.table["quantity"].str.startswith("contract_")]
    report = ScenarioReport(replace(results, table=kept), "scenarios", "nl")
    assert report.contract() is None
    assert "een afspraak" not in report.front_page().markup.lower()


def test_an_equal_scenario_is_nil_everywhere(results):
    for row in results.rows(quantity="scenario_difference", scenario="coach-new"):
        assert (row.value, row.low95, row.high95, row.probability) == (0, 0, 0, 0)
    assert results.meta["scenarios"]["coach-new"]["equals_base"]
    assert not results.meta["scenarios"]["coach-own"]["equals_base"]


def test_another_reading_of_research_has_means_only(results):
    rows = results.rows(quantity="scenario_difference", scenario="evidence-sceptical", per="participant")
    assert all(row.mean is not None and row.median is None and row.probability is None for row in rows)


def test_values_that_a_scenario_brings_stand_in_the_list_with_their_source(results):
    listed = {row.id: row for row in results.assumption_rows()}
    assert listed["place-refilled:care.refilled"].value == 1.0
    assert listed["labour-weak:labour_market.weak"].status == "assumption"
    named = {
        name for row in results.rows(quantity="scenario_difference") for name in (row.parameters or "").split("; ")
    }
    assert named - {""} == set(listed)


def test_the_answer_names_the_best_choice_of_the_rows(results):
    rows = results.rows(quantity="scenario_difference", party="municipality", per="participant", against=BASE)
    kinds = {name: facts["kind"] for name, facts in results.meta["scenarios"].items()}
    best = max((row for row in rows if kinds[row.scenario] == "choice"), key=lambda row: row.value)
    found = best_choice(results, "municipality")
    text = choices_verdict(results, "nl")
    if best.value < 10:
        assert found is None
    else:
        assert found.scenario == best.scenario
        assert results.meta["scenarios"][best.scenario]["name_nl"] in text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_choice_that_is_best_for_one_names_who_loses_by_it(results, lang):
    table = results.table.copy()
    chosen = (table["quantity"] == "scenario_difference") & (table["per"] == "participant")
    chosen &= (table["scenario"] == "paid-experts") & (table["against"] == BASE)
    means = {"client": 9e4, "municipality": -500.0, "insurer": 0.0, "ggz_institution": 0.0, "society": -600.0}
    for party, value in means.items():
        table.loc[chosen & (table["party"] == party), "value"] = value
    text = choices_verdict(replace(results, table=table), lang)
    name = results.meta["scenarios"]["paid-experts"][f"name_{lang}"]
    begins = say("scenario.cost_of", lang, name=f"‘{name}’", parts="|").split("|")[0]
    told = text.split(begins)[1].split(")")[:2]
    assert [any(word in part for word in words) for part, words in zip(
        told, (("gemeente", "municipality"), ("samenleving", "society")), strict=True)] == [True, True]  # fmt: skip
    assert begins not in choices_verdict(replace(results, table=table.assign(value=table["value"].abs())), lang)


def test_dutch_sentences_hold_no_english_and_no_open_place(results):
    found = [make(results, "nl") for make in VERDICTS]
    texts = [*filter(None, found), paragraph_of(results, "nl")]
    assert len(texts) >= 5
    for text in texts:
        assert not ENGLISH.search(text), text
        assert not re.search(r"[{}]|None|nan", text)
        assert text[0].isupper() and text.endswith(".")
    assert ENGLISH.search(paragraph_of(results, "en"))


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"value": 0.0, "low95": 0.0, "high95": 0.0, "probability": 0.0}, "="),
        ({"value": -850.0, "low95": -1200.0, "high95": -400.0, "probability": 0.0}, "<1%"),
        ({"value": 850.0, "low95": 400.0, "high95": 1200.0, "probability": 1.0}, ">99%"),
        ({"value": 85.0, "low95": -40.0, "high95": 120.0, "probability": 0.624}, "62%"),
        ({"value": 85.0, "low95": None, "high95": None, "probability": None}, "–"),
    ],
)
def test_a_share_of_draws_never_proves_nought_or_everything(row, shown):
    made = SimpleNamespace(low80=row["low95"], high80=row["high95"], **row)
    assert chance_text(made, "nl") == shown
    assert "0%" not in cell_text(made, "nl").replace("20%", "")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_report_checks_itself_and_sees_a_changed_number(results, folder, lang):
    report = open_scenarios(str(folder / "results.json"), lang)
    report.title()
    report.front_page()
    report.check()
    table = results.table.copy()
    at = table.index[table["id"] == f"scenario_net.{BASE}.municipality.participant"][0]
    table.loc[at, "value"] += 5.0
    report.results = replace(results, table=table)
    with pytest.raises(WerkzorgError) as caught:
        report.check()
    assert caught.value.exit_code == ExitCode.RUN


def test_results_of_a_run_are_refused(folder, tmp_path):
    content = json.loads((folder / "results.json").read_text(encoding="utf8"))
    del content["meta"]["scenarios"]
    (tmp_path / "results.json").write_text(json.dumps(content), encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        open_scenarios(str(tmp_path / "results.json"), "nl")
    assert caught.value.exit_code == ExitCode.INPUT and caught.value.render("nl")


def test_without_a_comparison_the_command_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WerkzorgError) as caught:
        open_scenarios("", "nl")
    assert "werkzorg compare drechtsteden" in caught.value.render("nl")


def test_the_workbook_has_the_facts_of_every_scenario(folder):
    from openpyxl import load_workbook

    book = load_workbook(folder / "results.xlsx", read_only=True)
    about = dict(row[:2] for row in book[say("sheet.about", "nl")].iter_rows(values_only=True) if len(row) > 1)
    assert about["scenarios.clients-200.participants"] == 200
    assert about["scenarios.no-key-officer.steps_again"] == "projection; ledger"
    kinds = ("scenario_difference", "scenario_net", "scenario_nobody_worse")
    assert {say(f"sheet.{name}", "nl") for name in kinds} <= set(book.sheetnames)
    assert read_results(folder).meta["scenarios"]["clients-200"]["participants"] == 200


@pytest.mark.slow
def test_the_notebook_runs_for_real_in_both_languages(folder, tmp_path):
    make_reports(folder, tmp_path, ("scenarios",), ("nl", "en"))
    for lang in ("nl", "en"):
        page = (tmp_path / f"scenarios.{lang}.html").read_text(encoding="utf8")
        assert f'<html lang="{lang}">' in page and dangers(page) == []
        assert page.count("<figure") == 5 and page.count("<h1") == 1 and "Traceback" not in page
    page = (tmp_path / "scenarios.nl.html").read_text(encoding="utf8")
    # The list of assumptions holds titles of sources in their own language.
    front = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL).split('<div class="appendix">')[0]
    text = re.sub(r"<[^>]+>", " ", front)
    assert len(text) > 5000 and not ENGLISH.search(text), ENGLISH.search(text)


@pytest.mark.slow
def test_a_notebook_without_results_leaves_nothing(tmp_path):
    with pytest.raises(WerkzorgError):
        run_notebook("scenarios", tmp_path / "out.ipynb", {"results": str(tmp_path / "absent.json")})
    assert not list(tmp_path.iterdir())
