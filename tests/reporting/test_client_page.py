"""The page for participants: no promise where nothing exists, the years of amounts, and who keeps nothing."""

import dataclasses

import pytest
from results_example import example

from werkzorg.reporting.client import client_heading, client_intro, client_texts, nothing_kept
from werkzorg.reporting.report import Report
from werkzorg.wording import catalogue, say


@pytest.fixture(scope="module")
def results():
    return example()


def with_meta(results, **meta):
    return dataclasses.replace(results, meta=results.meta | meta)


def with_values(results, change):
    """Results in which some values are others."""
    table = results.table.copy()
    table["value"] = [change(row) for row in table.itertuples()]
    return dataclasses.replace(results, table=table)


def test_page_speaks_of_participants_and_not_of_the_success_of_the_pilot(results):
    work = " ".join(client_texts(results, "nl")["work"])
    assert "plaats voor 40 deelnemers" in work
    assert "geslaagd" not in work


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_average_gain_is_over_all_years_together_and_has_no_bare_chance(results, lang):
    unsure = " ".join(client_texts(results, lang)["unsure"])
    assert {"nl": "In 5 jaar samen", "en": "Over 5 years together"}[lang] in unsure
    assert {"nl": "meer dan 99%", "en": "more than 99%"}[lang] not in unsure


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_pilot_that_is_over_had_places(results, lang):
    over = with_meta(results, end_date="2019-12-31", created="2026-01-01")
    running = with_meta(results, end_date="2019-12-31", created="2019-06-01")
    for made, kind in ((over, "over"), (running, "running")):
        told = say(f"client.places.{kind}", lang, n=results.meta["participants_planned"])
        assert told in client_texts(made, lang)["work"][0]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_where_nobody_takes_part_no_help_is_promised(results, lang):
    nobody = with_meta(results, basis="nothing")
    assert say("client.help.maybe", lang) in client_texts(nobody, lang)["support"][0]
    assert say("client.help.maybe", lang) not in client_texts(results, lang)["support"][0]
    assert client_heading(nobody, "support", lang) == say("client.support.nothing", lang)
    again = {"nl": "opnieuw hulp krijgen", "en": "help with looking for work again"}[lang]
    assert again in client_texts(results, lang)["loss"][0] and again not in client_texts(nobody, lang)["loss"][0]
    for kind in ("experts", "reach"):
        assert client_intro(with_meta(nobody, help=kind), lang) == say(f"client.intro.{kind}.nothing", lang)
        assert client_intro(with_meta(results, help=kind), lang) == say(f"client.intro.{kind}", lang)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_an_integral_approach_has_its_own_help(results, lang):
    integral = with_meta(results, approach="integral")
    assert say("client.help.integral", lang) in client_texts(integral, lang)["support"][0]
    assert client_intro(integral, lang) == say("client.intro.integral", lang)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_how_many_work_stands_beside_how_many_would_without(results, lang):
    def without(value):
        place = ("state_share", "without", "work_off")
        return with_values(results, lambda row: value if (row.quantity, row.arm, row.state) == place else row.value)

    assert client_texts(without(0.0), lang)["loss"] != client_texts(without(0.5), lang)["loss"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_each_household_is_warned_at_its_own_hours(results, lang):
    """Two adults keep nothing up to more hours than one: the row says so, not the text."""
    flat = {"single": 20, "couple": 32}

    def change(row):
        if row.quantity != "client_gain":
            return row.value
        return 0.0 if row.hours <= flat.get(row.household, 0) else 100.0 + row.hours

    told = nothing_kept(with_values(results, change), lang)
    both = [catalogue()[f"household.{name}"][lang] for name in flat]
    assert all(f"{hours} " in told and name in told for hours, name in zip(flat.values(), both, strict=True))
    assert told.index("20") < told.index("32")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_amounts_name_their_year_in_the_text_and_in_the_table(results, lang):
    page = Report(results, "client", lang).client_page().markup
    year = results.meta["price_year"]
    assert say("client.income.year", lang, year=year) in page
    assert say("table.income.caption", lang, year=year) in page
