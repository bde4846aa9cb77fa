"""Reports of a pilot with case records: the measured change in parts, and no answer from a run that was stopped."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest
from results_example import example

from werkzorg.reporting import verdicts_records as v
from werkzorg.reporting.report import Report
from werkzorg.reporting.results import make_results
from werkzorg.wording import LANGUAGES, say

READERS = ("municipality", "insurer", "ggz", "technical")
PARTS = {"planned_end": -600, "regression_to_mean": -800, "selection_time": 0, "crisis_at_start": 200, "work": -150,
         "chance": -650}  # fmt: skip


def row(identifier, quantity, value, **more):
    spread = more.pop("spread", None)
    ends = {} if spread is None else {
        f"{side}{width}": value + sign * spread * scale
        for side, sign in (("low", -1), ("high", 1))
        for width, scale in ((50, 0.5), (80, 1.0), (95, 2.0))
    } | {"median": value}  # fmt: skip
    return {"id": identifier, "quantity": quantity, "value": value, "label_nl": identifier, "label_en": identifier,
            "parties": "all", **ends, **more}  # fmt: skip


def record_rows(comparison):
    groups = ("programme", "comparison") if comparison else ("programme",)
    rows = [row("f.m", "record_fact", 0.03, item="months_missing", unit="fraction", order=1),
            row("f.a", "record_fact", 0.12, item="amounts_missing", unit="fraction", order=2)]  # fmt: skip
    for place, group in enumerate(groups, start=1):
        for item, value, unit in (("persons", 40, "persons"), ("lost", None, "persons"), ("follow_up", 17, "months")):
            rows.append(row(f"f.{item}.{group}", "record_fact", value, item=item, group=group, unit=unit,
                            order=10 * place))  # fmt: skip
        for item, value in (("before", 5000), ("after", 3000)):
            rows.append(row(f"c.{group}.{item}", "observed_cost", value, item=item, group=group, unit="EUR_2018",
                            horizon=12))  # fmt: skip
    for order, (item, value) in enumerate(PARTS.items()):
        rows.append(row(f"d.{item}", "decomposition", value, item=item, unit="EUR_2018", horizon=12, order=order,
                        spread=60, item_label_nl=item, item_label_en=item))  # fmt: skip
    rows.append(row("d.observed", "decomposition", -2000, item="observed", unit="EUR_2018", horizon=12, order=9))
    for item in ("selection", "natural"):
        for kind, value in (("needed", -0.21), ("assumed", -0.06)):
            rows.append(row(f"v.{item}.{kind}", f"vanishing_{kind}", value, item=item, unit="fraction", spread=0.05,
                            probability=0.2, horizon=12))  # fmt: skip
    rows.append(row("k.1", "check_line", 0.7, item="prior_knowledge", party="insurer", unit="fraction"))
    return rows


def with_records(comparison=True, variant="plain"):
    plain = example(variant)
    table = [*plain.table.astype(object).where(plain.table.notna(), None).to_dict("records"), *record_rows(comparison)]
    for each in table:
        each["rests_on"] = {"counts+prior": "records+prior"}.get(each.get("rests_on"), each.get("rests_on"))
    frames = (pd.DataFrame.to_dict(each.astype(object).where(each.notna(), None), "records")
              for each in (plain.assumptions, plain.gates))  # fmt: skip
    return make_results(plain.meta | {"basis": "records"}, table, *frames)


def text_of(results, reader, lang):
    report = Report(results, reader, lang)
    pieces = [report.title(), report.front_page(), report.care(), report.records(), report.section("priors")]
    return report, " ".join(piece.markup for piece in pieces if piece is not None)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("comparison", [True, False])
def test_insurer_reads_what_was_measured(lang, comparison):
    results = with_records(comparison)
    _, page = text_of(results, "insurer", lang)
    for sentence in v.decomposition_verdict(results, lang):
        # In the markup amounts are kept on one line; the words around them are there as they are.
        assert sentence.split("€")[0].strip() in page
    none = say("verdict.decomposition.no_comparison", lang)
    assert (none in page) is not comparison
    # Amounts of observed parts; of a count that is withheld nothing tells how small it is.
    assert "2.000" in page if lang == "nl" else "2,000" in page
    assert say("small.fewer", lang) in page and "&lt;" not in page
    assert say("section.priors.records", lang) in page


def test_no_dutch_page_speaks_of_counts_of_people_with_records():
    results = with_records()
    for reader in READERS:
        report = Report(results, reader, "nl")
        page = report.title().markup + report.front_page().markup
        assert not re.search(r"\btelling", page.lower()), reader


def test_sentences_about_the_tipping_point_need_a_saving():
    results = with_records()
    text = v.vanishing_verdict(results, "nl")
    assert "21% lager" in text and "6% lager" in text and "20%" in text
    table = results.table.copy()
    table.loc[table["id"] == "d.work", "value"] = 100.0
    assert v.vanishing_verdict(dataclasses.replace(results, table=table), "nl") == ""


def test_an_answer_that_is_mostly_prior_says_so_on_page_one():
    page = Report(with_records(), "insurer", "nl").front_page().markup
    assert "rust vooral op voorkennis: 70%" in page
    assert "rust vooral op voorkennis" not in Report(with_records(), "municipality", "nl").front_page().markup


def test_reports_name_the_threshold_of_the_run():
    plain = with_records()
    results = dataclasses.replace(plain, meta=plain.meta | {"threshold": 15})
    for lang in LANGUAGES:
        assert "15" in results_words(results, lang)


def results_words(results, lang):
    return Report(results, "insurer", lang).records().markup.split("<table")[0]


def with_lost(moved, chances):
    """Results of a pilot in which people were lost; for the insurer the result moves as given, by reading."""
    results = with_records()
    run = results.one(quantity="net", party="insurer", horizon=results.meta["main_horizon"], per="participant",
                      view="society")  # fmt: skip
    table = results.table.astype(object).where(results.table.notna(), None).to_dict("records")
    for reading, by in moved.items():
        table.append(row(f"x.{reading}", "dropout", run.value + by, item=reading, party="insurer", horizon=run.horizon,
                         probability=chances.get(reading, run.probability), unit="EUR_2018"))  # fmt: skip
    for group in ("programme", "comparison"):
        table.append(row(f"g.{group}", "missing_months", 0.03, item="gap_share", group=group, unit="fraction"))
        table.append(row(f"h.{group}", "missing_months", 25, item="gap_count", group=group, unit="person-months"))
    frames = (pd.DataFrame.to_dict(each.astype(object).where(each.notna(), None), "records")
              for each in (results.assumptions, results.gates))  # fmt: skip
    return make_results(results.meta, table, *frames), run


@pytest.mark.parametrize("lang", LANGUAGES)
def test_people_who_were_lost_are_told_with_what_they_may_change(lang):
    assert v.lost_verdict(with_records(), "insurer", lang) == ""
    results, run = with_lost({"all_idle": 0.0, "programme_idle": 0.0}, {})
    assert v.lost_verdict(results, "insurer", lang).endswith(say("verdict.lost.stands", lang))
    results, _ = with_lost({"all_idle": 0.0}, {"all_idle": 0.02})
    assert v.lost_verdict(results, "insurer", lang).endswith(say("verdict.lost.odds", lang))
    results, _ = with_lost({"all_idle": -3 * run.value}, {})
    assert v.lost_verdict(results, "insurer", lang).endswith(say("verdict.lost.turns", lang))
    _, page = text_of(results, "insurer", lang)
    assert say("verdict.lost", lang) in page and say("column.reading.all_idle", lang) in page
    assert say("column.reading.comparison_idle", lang) not in page
    assert "25 (3%)" in page
    assert say("verdict.lost", lang) not in text_of(with_records(), "insurer", lang)[1]


@pytest.mark.parametrize("make", [example, lambda variant: with_records(variant=variant)], ids=["counts", "records"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_stopped_run_gives_no_decision_sentence(make, lang):
    results = make("gate_stop")
    for reader in READERS:
        report = Report(results, reader, lang)
        page = report.front_page().markup
        assert say("front.stopped", lang) in page
        for key in ("front.for_whom", "front.how_sure"):
            assert say(key, lang) not in page
        report.check()
    page = Report(results, "client", lang).client_page().markup
    assert say("front.stopped", lang) in page and say("client.income", lang) not in page
    assert say("front.stopped", lang) not in Report(make("plain"), "insurer", lang).front_page().markup
