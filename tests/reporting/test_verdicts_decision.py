"""Sentences, tables and figures about deciding: they follow the rows, and stay away when there are none."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from werkzorg.release.release import release
from werkzorg.reporting.figures.tornado import tornado
from werkzorg.reporting.figures.worth import study_worth
from werkzorg.reporting.numbers import euro
from werkzorg.reporting.report import Report
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables_decision import budget_table, knowing_table, studies_table
from werkzorg.reporting.verdicts_decision import (
    best_study,
    budget_verdict,
    knowing_verdict,
    nearest_study,
    prior_share_verdict,
    risk_verdict,
    study_name,
    tornado_verdict,
)
from werkzorg.wording import say

ENGLISH = re.compile(r"\b(the|worth|knowing|cost|study|result|value|budget year|society|participants)\b", re.IGNORECASE)
LANGS = ("nl", "en")


@pytest.fixture(scope="module")
def decided(drechtsteden, posterior, steps):
    run = steps(drechtsteden, posterior)
    return release(drechtsteden, run.appraisal, posterior=posterior, trajectory=run.trajectory, ledger=run.ledger)


def changed(results: Results, where: dict, **values) -> Results:
    """The results with other values in the rows that meet a condition."""
    table = results.table.copy()
    chosen = pd.Series(True, index=table.index)
    for column, wanted in where.items():
        chosen &= table[column] == wanted
    assert chosen.any(), where
    for column, value in values.items():
        table.loc[chosen, column] = value
    return Results(results.meta, table, results.assumptions, results.gates)


def words(results, party="municipality", lang="nl"):
    return " ".join(knowing_verdict(results, party, lang))


@pytest.mark.parametrize("party", ["municipality", "insurer", "ggz_institution"])
def test_the_heaviest_year_has_one_amount_in_text_and_table(decided, party):
    table = budget_table(decided, party, "nl").data
    rows = decided.rows(quantity="budget_year", party=party, item="cash")
    worst = min(rows, key=lambda row: row.value)
    assert worst.value < 0
    line = table[table.iloc[:, 0].str.startswith(str(int(worst.year)))].iloc[0]
    amount = line.iloc[2].lstrip("-")
    assert re.search(r"\d", amount)
    assert f"{amount} meer uit dan in" in budget_verdict(decided, party, "nl")


@pytest.mark.parametrize("lang", LANGS)
def test_worth_of_knowing_stands_in_the_text(decided, lang):
    other = changed(decided, {"quantity": "evpi_worth", "party": "society"}, value=432_100.0)
    assert "430" in words(other, lang=lang)
    assert words(other, lang=lang) != words(decided, lang=lang)


@pytest.mark.parametrize("lang", LANGS)
def test_knowing_that_changes_nothing_is_said_to_be_worth_nothing(decided, lang):
    other = changed(decided, {"quantity": "evpi_worth", "party": "municipality"}, value=3.0)
    needless = {"nl": "hoeft voor het eigen besluit niet meer te weten", "en": "need not know more"}
    assert needless[lang] in words(other, lang=lang)
    other = changed(decided, {"quantity": "evpi_worth", "party": "municipality"}, value=7_700.0)
    assert needless[lang] not in words(other, lang=lang)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("left", "error", "said"),
    [
        (9_000.0, 100.0, {"nl": "dat het meest oplevert", "en": "that leaves most"}),
        (50.0, 400.0, {"nl": "in evenwicht", "en": "about equal"}),
        (-9_000.0, 100.0, {"nl": "Geen van de zes", "en": "None of the six"}),
    ],
)
def test_verdict_on_the_best_study_follows_what_it_leaves(decided, lang, left, error, said):
    other = changed(decided, {"quantity": "enbs", "party": "society"}, value=left, standard_error=error)
    assert said[lang] in words(other, lang=lang)
    # Nobody is asked to pay for what is not worth its cost.
    asks = {"nl": "Gemeente, verzekeraar en GGZ-instelling", "en": "unicipality, insurer and institution"}
    assert (asks[lang] in words(other, lang=lang)) == (left > -1_000)


@pytest.mark.parametrize("lang", LANGS)
def test_studies_that_change_nothing_get_no_amounts_and_no_figure(decided, lang):
    lost = changed(decided, {"quantity": "enbs", "party": "society"}, value=-9_000.0, standard_error=1.0)
    where = {"quantity": "evsi_worth", "party": "society"}
    # Below EUR 100 for all participants an amount says nothing; one study above it is enough for the figure.
    for worth, shown in ((3.0, False), (5_000.0, True)):
        other = changed(lost, where, value=worth, standard_error=worth / 10)
        assert (study_worth(other, lang) is not None) == shown
        assert (say("deciding.study.nothing", lang) not in words(other, lang=lang)) == shown


@pytest.mark.parametrize("lang", LANGS)
def test_nearest_study_has_most_worth_per_euro_and_a_worth_beyond_its_error(decided, lang):
    lost = changed(decided, {"quantity": "enbs", "party": "society"}, value=-9_000.0, standard_error=1.0)
    # Within twice its error no study is near to anything.
    lost = changed(lost, {"quantity": "evsi_worth", "party": "society"}, value=500.0, standard_error=1_100.0)
    assert nearest_study(lost) is None
    assert say("deciding.study.none", lang) in words(lost, lang=lang)
    costs = sorted(lost.rows(quantity="study_cost"), key=lambda row: row.value)
    cheap, dear = costs[0], costs[-1]
    for row, worth in ((cheap, 0.03 * cheap.value), (dear, 0.08 * dear.value)):
        where = {"quantity": "evsi_worth", "party": "society", "item": row.item, "count": row.count}
        lost = changed(lost, where, value=worth, standard_error=1.0)
    found = nearest_study(lost)
    assert (found.item, found.count) == (dear.item, dear.count)
    assert study_name(lost, dear.item, dear.count, lang) in words(lost, lang=lang)


@pytest.mark.parametrize(("lang", "more"), [("nl", ("erbij", "langer")), ("en", ("more ",))])
def test_a_study_adds_nothing_where_nobody_was_followed(decided, lang, more):
    new = Results({**decided.meta, "basis": "nothing"}, decided.table, decided.assumptions, decided.gates)
    for item in ("clients", "months"):
        assert any(word in study_name(decided, item, 24, lang) for word in more)
        assert not any(word in study_name(new, item, 24, lang) for word in more)


@pytest.mark.parametrize("lang", LANGS)
def test_a_subject_that_is_little_of_all_does_not_count_most(decided, lang):
    subject = next(row for row in decided.rows(quantity="evppi", party="society") if row.item)
    lost = changed(decided, {"quantity": "evppi"}, value=0.0, standard_error=1.0)
    whole = {"quantity": "evpi", "party": "society"}
    name = say("deciding.subject", lang, the="@", subject="@", share="@").split("@")[-2].strip()
    for share, said in ((0.13, False), (0.30, True)):
        other = changed(changed(lost, whole, value=1_000.0), {"id": subject.id}, value=1_000.0 * share)
        assert (name in words(other, lang=lang)) == said


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_study_leaves_is_no_more_precise_than_its_cost(decided, lang):
    """-EUR 20,799 beside a worth of 0 with a small error would be five digits of a sum that nobody knows so well."""
    made = changed(decided, {"quantity": "study_cost"}, value=20_799.0)
    made = changed(made, {"quantity": "evsi_worth", "party": "society"}, value=0.0, standard_error=0.5)
    made = changed(made, {"quantity": "enbs", "party": "society"}, value=-20_799.0)
    table = studies_table(made, lang).data
    assert set(table[say("column.left", lang)]) == {euro(-20_800, lang, 1.0)}
    assert set(table[say("column.study_cost", lang)]) == {euro(20_800, lang, 1.0)}


@pytest.mark.parametrize("lang", LANGS)
def test_who_pays_follows_what_knowing_is_worth_to_them(decided, lang):
    decided = changed(decided, {"quantity": "enbs", "party": "society"}, value=9_000.0, standard_error=100.0)
    best = best_study(decided)
    said = {
        5.0: {"nl": "bijna niets waard", "en": "next to nothing"},
        2_000.0: {"nl": "minder dan het kost", "en": "less than its cost"},
        900_000.0: {"nl": "Naar wat weten elk waard is", "en": "By what knowing is worth to each"},
    }
    for worth, text in said.items():
        other = changed(decided, {"quantity": "payers_worth"}, value=worth)
        assert text[lang] in words(other, lang=lang)
    other = changed(decided, {"quantity": "payers_worth"}, value=900_000.0)
    where = {"quantity": "study_pays", "item": best.item, "count": best.count}
    pays = other.rows(**where)
    assert pays
    assert "12" in words(changed(other, where | {"party": pays[0].party}, value=12_000.0), lang=lang)


@pytest.mark.parametrize("lang", LANGS)
def test_budget_names_its_heaviest_year_and_chance(decided, lang):
    where = {"quantity": "budget_year", "party": "municipality", "item": "cash"}
    other = changed(decided, where | {"year": 2019}, value=-98_700.0, low80=-99_000.0, high80=-98_000.0)
    text = budget_verdict(other, "municipality", lang)
    assert "2019" in text and "98" in text
    other = changed(decided, {"quantity": "cash_back", "party": "municipality"}, value=0.42)
    assert "42%" in budget_verdict(other, "municipality", lang)
    other = changed(decided, where, value=10.0)
    assert {"nl": "in geen enkel jaar", "en": "in no year"}[lang] in budget_verdict(other, "municipality", lang)


def test_budget_table_has_every_year_once_and_a_total(decided):
    table = budget_table(decided, "insurer", "nl")
    years = sorted({int(row.year) for row in decided.rows(quantity="budget_year", party="insurer")})
    assert [text[:4] for text in table.data.iloc[:-1, 0]] == [str(year) for year in years]
    assert table.data.iloc[-1, 0] == "Samen"
    assert not table.data.iloc[:, 0].str.contains(r"\.0").any()


@pytest.mark.parametrize("lang", LANGS)
def test_risk_takes_away_and_the_text_says_what(decided, lang):
    where = {"quantity": "certainty"}
    mean = decided.one(quantity="net", party="municipality", horizon=60, per="pilot", view="society").value
    assert risk_verdict(changed(decided, where, value=mean - 3_300), lang) != risk_verdict(decided, lang)
    gains = changed(decided, {"id": "net.municipality.60.pilot.society"}, value=50_000.0)
    said = {
        40_000.0: {"nl": "zeker voordeel", "en": "certain gain"},
        -9_000.0: {"nl": "al is het gemiddelde", "en": "although"},
        # What rounds to nothing is neither a gain nor a loss of nothing.
        1_000.0: {"nl": "ongeveer niets waard", "en": "about nothing"},
    }
    for value, text in said.items():
        assert text[lang] in risk_verdict(changed(gains, where, value=value), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_line_of_a_tornado_is_named_where_it_stands(decided, lang):
    """A line at -178,763 beside bars in steps of 10,000 is not called -200,000, as its own wide interval would have."""
    ends = {"value": -178_763.0, "low80": -384_383.0, "high80": 628_116.0}
    where = {"quantity": "net", "party": "society", "horizon": 60, "per": "pilot", "view": "society"}
    made = changed(decided, where, **ends)
    for item, value in (("at_low", -212_000.0), ("at_high", -143_000.0)):
        made = changed(made, {"quantity": "tornado", "party": "society", "item": item}, value=value)
    figure = tornado(made, "society", lang)
    assert euro(-180_000, lang, 1.0) in " ".join(figure.notes)
    assert set(figure.data.iloc[:, 3]) == {euro(-210_000, lang, 1.0)}


@pytest.mark.parametrize("lang", LANGS)
def test_prior_share_and_tornado_follow_their_rows(decided, lang):
    other = changed(decided, {"quantity": "prior_share", "party": "insurer"}, value=0.37)
    where = {"quantity": "check_line", "item": "prior_knowledge", "party": "insurer"}
    assert "37%" in prior_share_verdict(changed(other, where, value=0.4), "insurer", lang)
    # Else the first page gives the share that counts also what data say little of: one share in a report.
    assert prior_share_verdict(changed(other, where, value=0.6), "insurer", lang) == ""
    first = decided.rows(quantity="tornado", party="insurer")[0]
    other = changed(decided, {"quantity": "tornado", "party": "insurer", "parameter": first.parameter}, value=0.0)
    before = tornado_verdict(decided.rows(quantity="tornado", party="insurer"), lang)
    assert tornado_verdict(other.rows(quantity="tornado", party="insurer"), lang) != before


@pytest.mark.parametrize("lang", LANGS)
def test_tables_show_their_rows(decided, lang):
    knowing = knowing_table(decided, lang).data
    value = decided.one(quantity="evpi", party="society").value
    assert f"{value:,.0f}".replace(",", "." if lang == "nl" else ",") in knowing.iloc[0, -1]
    studies = studies_table(decided, lang).data
    assert len(studies) == 6
    # The worth to those who pay has two digits, as the worth to all: the rest is noise.
    digits = [re.sub(r"\D", "", text).strip("0") for text in studies[say("column.worth_payers", lang)]]
    assert max(map(len, digits)) <= 2
    for figure in (study_worth(decided, lang), tornado(decided, "municipality", lang)):
        assert figure.svg and figure.svg_narrow and figure.alt and len(figure.data)


def test_dutch_has_no_english(decided):
    texts = [
        *knowing_verdict(decided, "insurer", "nl"),
        budget_verdict(decided, "insurer", "nl"),
        risk_verdict(decided, "nl"),
    ]
    texts.append(prior_share_verdict(decided, "insurer", "nl"))
    for made in (knowing_table(decided, "nl"), studies_table(decided, "nl"), budget_table(decided, "insurer", "nl")):
        texts += [made.caption, *made.notes, *made.data.columns, *map(str, made.data.to_numpy().ravel())]
    for made in (study_worth(decided, "nl"), tornado(decided, "society", "nl")):
        texts += [made.caption, made.alt, *made.notes, *made.data.columns, *map(str, made.data.to_numpy().ravel())]
    assert [text for text in texts if ENGLISH.search(text)] == []
    assert [text for text in texts if "{" in text] == []


def test_results_without_these_rows_have_no_such_sections(results):
    for reader, party in (("municipality", "municipality"), ("insurer", "insurer")):
        report = Report(results, reader, "nl")
        assert report.knowing(party) is None
        assert report.budget(party) is None
        assert report.tornado(party) is None
        assert report.knowing_tables() is None
