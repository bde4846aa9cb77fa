"""What a reader stumbles over: two bars that are one, a sentence twice, one month that is `months`, code names."""

import re
from dataclasses import replace

import pytest
from results_example import example
from test_records_report import with_records

from werkzorg.release.results import as_frame
from werkzorg.reporting import figures
from werkzorg.reporting.assumptions import assumptions_markup
from werkzorg.reporting.checklist import draft_text
from werkzorg.reporting.document import Sources
from werkzorg.reporting.front import about_text, front_markup
from werkzorg.reporting.numbers import months_span
from werkzorg.reporting.report import Report
from werkzorg.reporting.tables import prior_weight_table
from werkzorg.reporting.verdicts import placed_verdict
from werkzorg.reporting.verdicts_records import decomposition_verdict
from werkzorg.wording import LANGUAGES, catalogue, say


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_no_data_speak_of_has_one_bar_that_says_so(results, lang):
    table = results.table.copy()
    first = table.index[table["quantity"] == "parameter"][0]
    of_it = (table["quantity"] == "parameter") & (table["parameter"] == table.loc[first, "parameter"])

    def drawn(rests_on):
        table.loc[of_it, "rests_on"] = rests_on
        svg = figures.prior_posterior(replace(results, table=table), lang).svg
        return svg.count(say("figure.priors.lone", lang, value="").strip(", ")), svg.count(say("stage.prior", lang))

    alone, pairs = drawn("counts+prior")
    assert drawn("prior") == (alone + 1, pairs - 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_care_of_the_insurer_is_told_on_the_first_page_alone(lang):
    results = with_records()
    sentences = decomposition_verdict(results, lang)
    for sentence in sentences:
        assert sentence in Report(results, "technical", lang).care().markup.replace('<span class="nb">', "").replace(
            "</span>", ""
        )
        insurer = Report(results, "insurer", lang)
        insurer.front_page()
        insurer.care()
        assert insurer.text.count(sentence) == 1


def test_the_banner_says_that_nobody_released_it_and_what_else_is_missing(results):
    account = {"decision": {"nl": "x"}, "comparison": {"nl": "x"}, "perspectives": {"nl": "x"}}
    unreleased = replace(results, meta={**results.meta, "basis": "records", "accountability": account})
    assert draft_text(unreleased, "nl") == say("checklist.not_released", "nl")
    without = replace(unreleased, meta={**unreleased.meta, "accountability": {}})
    text = draft_text(without, "nl")
    assert text.startswith(say("checklist.not_released", "nl")) and say("checklist.short.K03", "nl") in text


@pytest.mark.parametrize(("value", "nl", "en"), [(1.0, "1 maand", "1 month"), (2.0, "2 maanden", "2 months")])
def test_one_month_is_no_months(results, value, nl, en):
    table = results.assumptions.copy()
    table.loc[0, ["unit", "value", "low", "high"]] = ["months", value, None, None]
    changed = replace(results, assumptions=table)
    for lang, text in (("nl", nl), ("en", en)):
        cell = assumptions_markup(Sources(changed, lang), [table.loc[0, "id"]], lang)
        assert f">{text} <" in cell or f">{text}<" in cell


@pytest.mark.parametrize(("low", "high", "nl", "en"), [(None, None, "6,9%", "6.9%"), (6.0, 7.5, "6,9%", "6.9%")])
def test_percent_has_one_sign_everywhere(results, low, high, nl, en):
    table = results.assumptions.copy()
    table.loc[0, ["unit", "value", "low", "high"]] = ["percent", 6.9, low, high]
    changed = replace(results, assumptions=table)
    for lang, text in (("nl", nl), ("en", en)):
        cell = assumptions_markup(Sources(changed, lang), [table.loc[0, "id"]], lang)
        assert text in cell and "procent" not in cell and "percent" not in cell
        assert low is None or ("7,5%" if lang == "nl" else "7.5%") in cell


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_checklist_points_at_headings_that_exist(lang):
    words = catalogue()
    places = ("section.", "front.", "check.")
    heads = {texts[lang] for name, texts in words.items() if name.startswith(places)}
    for name, texts in words.items():
        if name.startswith("checklist.where."):
            assert set(re.findall("‘([^’]+)’", texts[lang])) <= heads, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_released_says_that_it_is_rounded_and_what_is_not_shown(results, lang):
    text = say("front.about.rounded", lang)
    assert text not in about_text(results, lang)
    assert text in about_text(replace(results, meta={**results.meta, "rounded": True}), lang)
    table = results.table.copy()
    table.loc[table["quantity"] == "prior_weight", "value"] = None
    shown = prior_weight_table(replace(results, table=table), lang).data.iloc[:, 1]
    assert len(shown) and set(shown) == {say("number.hidden", lang)}


def test_participants_see_no_code_names():
    results = example()
    names = [results.assumptions.loc[0, "id"]]
    assert f"<code>{names[0]}</code>" in assumptions_markup(Sources(results, "nl"), names, "nl")
    client = Report(results, "client", "nl")
    client.client_page()
    assert "<code>" not in client.assumptions(everything=True).markup


@pytest.mark.parametrize("lang", LANGUAGES)
def test_municipalities_that_count_as_one_are_named(results, lang):
    assert "Dordrecht" in about_text(results, lang) and "Zwijndrecht" in about_text(results, lang)
    alone = replace(results, meta={**results.meta, "municipalities": ["Dordrecht"]})
    assert "Dordrecht" not in about_text(alone, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_forecast_beside_records_does_not_pass_for_the_count(results, lang):
    row = results.one(quantity="placed", item="ever")
    kinds = ("counts+prior", "records+prior")
    counted, recorded = (placed_verdict(row._replace(rests_on=kind), lang) for kind in kinds)
    assert counted != recorded and ("dossiers" in recorded or "case records" in recorded)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_nobody_takes_part_nobody_was_chosen(results, lang):
    lottery = say("front.not_shown.lottery", lang)
    planned = replace(results, meta={**results.meta, "basis": "nothing"})
    told = [front_markup(found, "municipality", lang, Sources(found, lang)) for found in (results, planned)]
    assert lottery in told[0] and lottery not in told[1]
    tail = say("calibration.nothing", lang)
    assert tail not in told[0] and (tail in told[1] or say("calibration.short.none", lang) in told[1])
    # The page speaks of ten years too: a forecast up to five would deny it.
    longest = months_span(max(row.horizon for row in results.rows(quantity="net")), lang)
    assert say("front.not_shown.horizon", lang, longest=longest, date="@").split("@")[1] in told[0]


def test_a_discount_rate_is_listed_as_it_is_used(results):
    """2.25% with a range is not 2.3%: the text above the list says 2.25%."""
    rate = {"id": "disc.mkba.standard", "value": 0.0225, "low": 0.015, "high": 0.03, "unit": "fraction/year"}
    rate |= {f"label_{lang}": "Rate" for lang in ("nl", "en")} | {"status": "verified", "date": "2021-01-01"}
    listed = as_frame([rate], "assumptions")
    made = type(results)(results.meta, results.table, listed, results.gates)
    for lang, text in (("nl", "2,25%"), ("en", "2.25%")):
        assert text in assumptions_markup(Sources(made, lang), ["disc.mkba.standard"], lang)
