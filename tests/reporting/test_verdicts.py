"""Sentences with findings: each follows its number, and says what it must about certainty and prior knowledge."""

import dataclasses
import re

import pytest
from results_example import example

from werkzorg.reporting import verdicts as v
from werkzorg.reporting import verdicts_data as d
from werkzorg.wording import catalogue, probability_word
from werkzorg.wording import say as word

NET = {"quantity": "net", "horizon": 60, "per": "participant", "view": "society"}


def net(results, party="municipality"):
    return results.one(party=party, **NET)


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "zeer onwaarschijnlijk"),
        (0.05, "onwaarschijnlijk"),
        (0.2, "eerder niet dan wel"),
        (0.5, "ongeveer even waarschijnlijk als niet"),
        (0.6, "eerder wel dan niet"),
        (0.794, "eerder wel dan niet"),
        (0.796, "waarschijnlijk"),
        (0.95, "zeer waarschijnlijk"),
        (1.0, "zeer waarschijnlijk"),
    ],
)
def test_words_for_probabilities(probability, word):
    assert probability_word(probability, "nl") == word


def test_word_always_comes_with_its_number():
    assert v.chance_phrase(0.82, "nl") == "82% (waarschijnlijk)"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_interval_over_zero_is_said(results, lang):
    row = net(results)._replace(low95=-1.0, high95=5000.0)
    assert catalogue()["verdict.net.uncertain"][lang] in v.net_verdict(row, lang)
    sure = net(results)._replace(low95=1.0, high95=5000.0)
    assert catalogue()["verdict.net.uncertain"][lang] not in v.net_verdict(sure, lang)
    assert catalogue()["verdict.net.sure_gain"][lang] in v.net_verdict(sure, lang)
    loss = net(results)._replace(low95=-9000.0, high95=-1.0)
    assert catalogue()["verdict.net.sure_loss"][lang] in v.net_verdict(loss, lang)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_why_a_result_is_uncertain_is_said_when_its_80_interval_has_one_sign(results, lang):
    edge = catalogue()["verdict.net.edge_loss"][lang]
    loss = net(results)._replace(value=-500.0, low95=-2000.0, low80=-900.0, high80=-100.0, high95=50.0)
    assert edge in v.net_verdict(loss, lang)
    assert edge not in v.net_verdict(loss._replace(high80=100.0), lang)
    assert edge not in v.net_verdict(loss._replace(high95=-1.0), lang)
    gain = net(results)._replace(value=500.0, low95=-50.0, low80=100.0, high80=900.0, high95=2000.0)
    assert catalogue()["verdict.net.edge_gain"][lang] in v.net_verdict(gain, lang)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_result_around_zero_is_said_to_be_no_more(results, lang):
    nil = dict.fromkeys(("value", "low95", "low80", "high80", "high95"), 0.0)
    text = v.net_verdict(net(results)._replace(**nil, probability=0.0), lang)
    assert catalogue()["number.around_nothing"][lang] in text
    assert catalogue()["verdict.net.uncertain"][lang] not in text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_minus_before_money_in_sentences(lang):
    results = example("never_pays")
    text = v.net_verdict(net(results), lang)
    assert not re.search(r"[-−]\s*€", text)
    assert {"nl": "nadeel", "en": "loss"}[lang] in text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_prior_only_is_marked_in_sentences(results, lang):
    mark = catalogue()["mark.prior_text"][lang]
    assert mark in v.net_verdict(net(results)._replace(rests_on="prior"), lang)
    assert mark not in v.net_verdict(net(results), lang)


def sentences(results, lang):
    """Every sentence with the row that it comes from, and the fields that must show in it."""
    one, rows = results.one, results.rows
    yield lambda r: v.net_verdict(r, lang), net(results), ("value", "low80", "high80", "probability")
    yield lambda r: v.payback_verdict(r, lang), one(quantity="payback_month", party="municipality"), ("median", "low80")
    yield lambda r: v.placed_verdict(r, lang), one(quantity="placed", item="ever"), ("value", "low80", "high80")
    yield lambda r: v.working_verdict(r, lang), one(quantity="placed", item="working"), ("value",)
    criterion = results.meta["criterion"]
    own, other = one(quantity="probability_criterion"), one(quantity="probability_criterion_other")
    yield lambda r: v.criterion_verdict(r, other, criterion, lang), own, ("value",)
    yield lambda r: v.criterion_verdict(own, r, criterion, lang), other, ("value",)
    yield lambda r: v.months_worked_verdict(r, lang), one(quantity="months_worked", horizon=60), ("value", "low80")
    ggz = one(quantity="probability_gain", party="ggz_institution", horizon=60)
    together = one(quantity="probability_gain", party="all", horizon=60)
    yield lambda r: v.together_verdict(r, ggz, lang), together, ("value",)
    work = one(quantity="care_change", item="work")
    total = one(quantity="care_change", item="total")
    yield lambda r: v.care_verdict(r, work, lang), total, ("value",)
    yield lambda r: v.care_verdict(total, r, lang), work, ("value",)
    yield lambda r: v.crisis_verdict(r, lang), one(quantity="care_change", item="crisis_at_start"), ("value", "low80")
    steps = rows(quantity="waterfall", party="municipality")
    yield lambda r: v.kept_verdict([*steps[:-1], r], lang), steps[-1], ("value",)
    income = one(quantity="client_gain", household="single", hours=24)
    yield lambda r: d.income_verdict(r, lang), income, ("value",)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_sentence_follows_a_changed_number(results, lang):
    for say, row, fields in sentences(results, lang):
        for field in fields:
            value = getattr(row, field)
            # A change far above the rounding step of the sentence.
            other = 0.31 if row.unit == "probability" or field == "probability" else value * 3 + 7
            assert say(row._replace(**{field: other})) != say(row), (row.id, field)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_item_that_is_named_is_the_largest_one(results, lang):
    steps = results.rows(quantity="waterfall", party="municipality")
    for place in range(len(steps) - 1):
        rows = [row._replace(value=-1e6 if k == place else 10.0 * (k + 1)) for k, row in enumerate(steps)]
        assert v.label(rows[place], lang, "item_label") in v.kept_verdict(rows, lang)


def test_payback_that_never_comes():
    row = example("never_pays").one(quantity="payback_month", party="municipality")
    assert row.median is None
    assert "geen van de doorrekeningen" in v.payback_verdict(row, "nl")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_month_is_told_from_a_handful_of_calculations(results, lang):
    row = results.one(quantity="payback_month", party="municipality")
    rare, seldom = (v.payback_verdict(row._replace(probability=p), lang) for p in (0.19, 0.21))
    assert f" {row.median:.0f}" in seldom and f" {row.median:.0f}" not in rare
    assert v.chance_phrase(0.19, lang) in rare and seldom.startswith(rare.split(" is ")[0])


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_without_data_no_sentence_appeals_to_data(results, lang):
    """A run on prior knowledge has no data that could exclude anything."""
    total, work = (results.one(quantity="care_change", item=item) for item in ("total", "work"))
    work = work._replace(low95=-abs(work.value) - 1, high95=1.0)
    told = {basis: v.care_verdict(total, work, lang, basis) for basis in ("nothing", "counts", "records")}
    data = {"nl": "de gegevens", "en": "the data"}[lang]
    assert data in told["records"] and data not in told["nothing"] and data not in told["counts"]


def test_gates_are_named():
    assert "R-hat" in d.gates_verdict(example("gate_stop"), "nl")
    assert d.gates_verdict(example("gate_stop"), "en").startswith("Stop")
    assert d.gates_verdict(example("gate_warn"), "nl").startswith("Waarschuwing")


def test_what_is_prior_only_is_counted_and_named(results):
    text = d.prior_verdict(results, "nl")
    assert "Van de 5" in text and "er 3 alleen" in text
    assert "Kosten GGZ tijdens werk, factor" in text


def test_counts_are_named(results):
    text = d.data_verdict(results, "nl")
    assert "10 aan het werk" in text and "geen vergelijkingsgroep" in text
    # Numbers of one date are one count: page one asks for a new one.
    assert "De laatste telling" in text and "tellingen" not in text


def test_part_time_trap(results):
    rows = results.rows(quantity="client_gain", household="single")
    assert "van 28 naar 32 uur" in d.trap_verdict(rows, "nl")
    paying = [row._replace(value=10.0 * row.hours) for row in rows]
    assert d.trap_verdict(paying, "nl") == ""


def test_sentences_on_the_first_page_are_short(results):
    from werkzorg.reporting.client import client_texts
    from werkzorg.reporting.document import Sources
    from werkzorg.reporting.front import front_markup

    page = front_markup(results, "municipality", "nl", Sources(results, "nl"))
    texts = re.findall(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", page)
    texts += [text for part in client_texts(results, "nl").values() for text in part]
    plain = " ".join(re.sub(r"<[^>]+>", "", text) for text in texts)
    counts = [len(part.split()) for part in re.split(r"(?<=[.?!:])\s+", plain) if part.strip()]
    assert sum(counts) / len(counts) <= 15


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_counts_nobody_and_everybody_at_work_are_said(lang):
    """A pilot without counts, and counts that cannot tell an effect, say so in words."""
    results = example()
    without = dataclasses.replace(results, meta=results.meta | {"counts": {}})
    assert word("verdict.no_counts", lang) in d.data_verdict(without, lang)
    for working, name in ((0, "nobody"), (results.meta["enrolled"], "everybody")):
        counts = results.meta["counts"] | {"working": working}
        changed = dataclasses.replace(results, meta=results.meta | {"counts": counts})
        assert word(f"verdict.placed.{name}", lang) in d.data_verdict(changed, lang)
    assert word("verdict.placed.nobody", lang) not in d.data_verdict(results, lang)


def test_a_warning_stands_on_page_one_once():
    from werkzorg.reporting.document import Sources
    from werkzorg.reporting.front import front_markup

    results = example("gate_warn")
    page = front_markup(results, "municipality", "nl", Sources(results, "nl"))
    assert page.count("Waarschuwing") == 1
