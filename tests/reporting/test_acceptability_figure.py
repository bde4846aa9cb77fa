"""Acceptability curves in the reports: numbers of the rows, sentences that follow them, nothing without rows."""

import re
from dataclasses import replace

import pytest
from results_example import example

from werkzorg.reporting import figures
from werkzorg.reporting.figures.acceptability import _ticks, acceptability_window, amount_phrase
from werkzorg.reporting.numbers import chance
from werkzorg.reporting.report import Report
from werkzorg.reporting.verdicts_decision import SURE, acceptability_curve, acceptability_verdict


def changed(results, party, values):
    """The same results with other probabilities of a party, by amount."""
    table = results.table.copy()
    for amount, value in values.items():
        chosen = (table["quantity"] == "acceptability") & (table["party"] == party)
        if amount is not None:
            chosen &= table["threshold"] == amount
        table.loc[chosen, ["value", "probability"]] = value
    return replace(results, table=table)


def without(results, *parties):
    table = results.table
    return replace(results, table=table[~((table["quantity"] == "acceptability") & table["party"].isin(parties))])


def test_table_beside_the_figure_holds_the_numbers_of_the_rows(results):
    made = figures.acceptability(results, "municipality", "nl")
    rows = {
        (row.party, amount_phrase(row.threshold, "nl")): row.value
        for party in ("municipality", "all")
        for row in acceptability_curve(results, party)
    }
    names = {"Gemeente": "municipality", "Alle vier samen": "all"}
    for party, amount, shown in made.data.itertuples(index=False, name=None):
        assert shown == chance(rows[names[party], amount], "nl")
    assert set(made.data.iloc[:, 0]) == set(names)


def test_society_shows_every_party(results):
    shown = set(figures.acceptability(results, "society", "en").data.iloc[:, 0])
    assert {"Municipality", "Health insurer", "Mental health institution", "Participants", "Society"} < shown


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("variant", ["plain", "over_zero", "certain", "never_pays"])
def test_sentence_names_the_most_demanding_amount_that_is_sure_enough(variant, lang):
    results = example(variant)
    for party in ("municipality", "insurer", "ggz_institution", "society"):
        text = acceptability_verdict(results, party, lang)
        enough = [row for row in acceptability_curve(results, party) if row.value >= SURE]
        gain = next(row for row in acceptability_curve(results, party) if row.threshold == 0)
        assert chance(gain.value, lang) in text
        if enough and enough[0].threshold:
            amount = f"{abs(enough[0].threshold):,.0f}"
            assert (amount if lang == "en" else amount.replace(",", ".")) in text
            assert chance(enough[0].value, lang) in text


def test_sentence_follows_the_numbers(results):
    none = changed(results, "insurer", {None: 0.1})
    assert acceptability_verdict(none, "insurer", "nl").startswith(
        "De kans dat de pilot de zorgverzekeraar in 5 jaar niets kost, is 10%"
    )
    assert "Heeft de zorgverzekeraar" not in acceptability_verdict(none, "insurer", "nl")
    pays = changed(none, "insurer", {7000.0: 0.81, 8000.0: 0.9})
    wanted = "Heeft de zorgverzekeraar per deelnemer € 7.000 over voor de pilot, dan is de kans 81% dat dat genoeg is."
    assert wanted in acceptability_verdict(pays, "insurer", "nl").replace("\u00a0", " ")
    keeps = changed(pays, "insurer", {-3000.0: 0.83})
    wanted = "The probability that the pilot yields the health insurer more than €3,000 per participant is 83%."
    assert wanted in acceptability_verdict(keeps, "insurer", "en")
    alone = changed(keeps, "all", {None: 0.0, 0.0: 0.85})
    assert "geen van de vier partijen aan tafel erop achteruitgaat, is 85%" in acceptability_verdict(
        alone, "insurer", "nl"
    )


def test_a_party_paid_its_costs_has_no_line_and_the_sentence_says_why(results):
    at_cost = without(results, "ggz_institution")
    assert acceptability_verdict(at_cost, "ggz_institution", "nl").startswith("In alle doorrekeningen krijgt de GGZ")
    assert figures.acceptability(at_cost, "ggz_institution", "nl") is None
    # Nor does it read what the pilot may cost the others.
    piece = Report(at_cost, "ggz", "nl").acceptability("ggz_institution")
    assert "Heeft elke partij" not in piece.markup and "De pilot kost haar dus niets extra." in piece.markup
    assert "<svg" not in piece.markup


def test_all_four_are_left_out_where_they_say_the_same_as_the_party(results):
    same = {row.threshold: row.value for row in acceptability_curve(results, "insurer")}
    made = figures.acceptability(changed(results, "all", same), "insurer", "nl")
    assert set(made.data.iloc[:, 0]) == {"Zorgverzekeraar"}
    assert "Alle vier samen" not in made.svg + " ".join(made.notes) and "elke partij" not in made.alt
    assert "Alle vier samen" in figures.acceptability(results, "insurer", "nl").svg


def test_all_four_are_left_out_where_they_would_make_a_stroke_of_the_party(results):
    thresholds = sorted(row.threshold for row in acceptability_curve(results, "insurer"))
    step = {amount: float(amount >= 0) for amount in thresholds} | {0.0: 0.5}
    slow = {amount: 0.02 + 0.96 * k / len(thresholds) for k, amount in enumerate(thresholds)}
    made = figures.acceptability(changed(changed(results, "insurer", step), "all", slow), "insurer", "nl")
    assert set(made.data.iloc[:, 0]) == {"Zorgverzekeraar"}


@pytest.mark.parametrize(("low", "high"), [(-130.0, 40.0), (-2.0, 900.0), (-45_000.0, 3_000.0), (-1.0, 1.0)])
def test_an_axis_has_at_least_two_amounts(low, high):
    for most in (2, 3, 5):
        assert 2 <= len(_ticks(low, high, most)) <= most


def test_window_holds_all_that_is_open(results):
    curves = [acceptability_curve(results, party) for party in ("insurer", "all")]
    low, high = acceptability_window(curves)
    assert low < 0 < high
    assert all(low < row.threshold < high for rows in curves for row in rows if 0.01 < row.value < 0.99)


def test_a_withheld_number_is_left_out(results):
    gone = changed(results, "insurer", {0.0: None, 1000.0: None})
    made = figures.acceptability(gone, "insurer", "nl")
    assert len([row for row in made.rows if row.party == "insurer"]) == 41 - 2
    assert not made.data.isna().any().any()


@pytest.mark.parametrize("party", ["municipality", "society"])
def test_nothing_without_rows(results, party):
    nothing = replace(results, table=results.table[results.table["quantity"] != "acceptability"])
    assert figures.acceptability(nothing, party, "nl") is None
    assert Report(nothing, "municipality", "nl").acceptability(party) is None


def test_section_says_it_in_words_and_shows_it(results):
    piece = Report(results, "insurer", "nl").acceptability("insurer")
    assert piece.markup.index("<h2") < piece.markup.index("De kans dat de pilot") < piece.markup.index("<figure")
    assert len(re.findall(r"<svg", piece.markup)) == 2
