"""Pilots beside each other: what they come to, what it rests on, and what cannot stand side by side."""

from dataclasses import replace

import numpy as np
import pytest

import werkzorg
from werkzorg.appraisal.paired import is_paired
from werkzorg.appraisal.scenarios import Bench
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params import shipped
from werkzorg.params.places import STATED, load_compared
from werkzorg.params.scenarios import BASE
from werkzorg.pilot import Pilot
from werkzorg.release.scenarios import release_scenarios
from werkzorg.reporting.figures.scenarios import scenario_differences
from werkzorg.reporting.parties import party_short
from werkzorg.reporting.scenarios import ScenarioReport
from werkzorg.reporting.tables_scenarios import scenario_table
from werkzorg.reporting.verdicts_scenarios import surroundings_verdict
from werkzorg.wording import catalogue, say

ONE, OTHER = "rijk-van-nijmegen", "haaglanden"
FEW = 60


def prior(pilot):
    return werkzorg.first_answer(pilot).isel(draw=slice(FEW))


def compared(*names):
    variants = load_compared(*names[:1], names[1:])
    bench = Bench(variants[0].pilot, prior)
    valued = [bench.value(variant) for variant in variants]
    return valued, release_scenarios(valued, {BASE: bench.posterior(variants[0])})


@pytest.fixture(scope="module")
def regions():
    return compared(ONE, OTHER)


def own_file(folder, name, *changes):
    text = (shipped("params") / "pilots" / f"{name}.yaml").read_text(encoding="utf8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf8")
    return str(path)


def test_a_region_in_place_of_itself_differs_by_nothing_and_another_by_what_its_file_states(tmp_path, regions):
    same = own_file(tmp_path, ONE, (f"id: {ONE}", "id: same"))
    _, results = compared(ONE, same)
    assert results.meta["scenarios"]["same"]["equals_base"]
    assert say("place.no_gaps", "nl") in ScenarioReport(results, "scenarios", "nl").front_page().markup
    (base, other), told = regions
    assert is_paired(other, base)
    # Municipalities of another size keep another part of saved benefits: that goes between municipality and state.
    gaps = {party: other.main(party) - base.main(party) for party in ("society", "client", "municipality", "state")}
    assert np.allclose(gaps["society"], 0, atol=1e-6) and np.allclose(gaps["client"], 0, atol=1e-6)
    assert np.abs(gaps["municipality"]).max() > 1
    assert told.meta["scenarios"][OTHER]["note_en"] == (
        "The pilot file differs in this: the municipalities and their numbers of inhabitants."
    )


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_one_names_both_and_says_that_it_is_prior_beside_prior(regions, lang):
    report = ScenarioReport(regions[1], "scenarios", lang)
    page = report.front_page().markup
    assert say("place.basis.none", lang) in page
    assert "Haaglanden" in page and "Nijmegen" in page
    assert say("scenario.no_choices.same", lang) not in page
    assert say("front.prior_only", lang) in page
    assert "Haaglanden" in report.answer()
    shown = report.differences("municipality").markup
    assert "<svg" in shown
    # Titles speak of pilots: there is no pilot "as it is", and nothing that "goes differently".
    assert say("report.title.places", lang, pilot=regions[1].meta[f"name_{lang}"]) in report.title().markup
    assert {"nl": "met de eerste pilot", "en": "from the first pilot"}[lang] in shown
    assert {"nl": "zoals hij is", "en": "as it is"}[lang] not in shown
    # Where nothing differs a sentence says so, in place of an empty figure.
    assert "<svg" not in report.differences("client").markup
    report.levels(), report.scenario_list()
    # No empty list, and no word about numbers that nothing refers to.
    appendix = report.assumptions().markup
    assert "<h2" in appendix and "<table" not in appendix and say("section.assumptions.text", lang) not in appendix
    report.check()


def test_a_pilot_with_counts_beside_one_without_is_no_pair(tmp_path):
    snapshot = (
        "snapshots:\n- {date: 2018-12-31, enrolled: 50, working: 9, applying: 10, in_mediation: 25, left: 6,"
        " source: {title: Own count, status: verified}}"
    )
    counted = own_file(tmp_path, OTHER, ("snapshots: []", snapshot))
    first, other = load_compared(ONE, [counted])
    valued = [Bench(first.pilot, prior).value(one) for one in (first, other)]
    assert not is_paired(valued[1], valued[0])
    assert valued[1].variant.pilot.last_snapshot is not None


def test_a_scenario_and_another_pilot_in_one_comparison():
    ids = [variant.id for variant in load_compared(ONE, ["no-key-person", OTHER])]
    assert ids == [BASE, "no-key-person", OTHER]


def test_people_whom_a_programme_employs_are_another_share_of_another_number():
    """Twice as many people reached by the same experts: per person their own jobs weigh half."""
    first, *_ = load_compared("limburg", [BASE])
    pilot = first.pilot
    twice = pilot.model_copy(update={"participants_planned": 2 * pilot.participants_planned})
    variant = type(first)("twice", None, BASE, twice)
    one, both = (bench.value(variant).main("client") for bench in (Bench(pilot, prior), Bench(twice, prior)))
    assert np.allclose(one, both, rtol=1e-9)


@pytest.mark.parametrize(
    ("names", "problem"),
    [([ONE, ONE], "place.twice"), ([ONE, "voorbeeld"], "place.records")],
)
def test_pilots_that_cannot_stand_beside_each_other_are_refused(names, problem):
    with pytest.raises(WerkzorgError) as caught:
        load_compared(names[0], names[1:])
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert problem in {one.identifier for one in caught.value.problems}
    assert caught.value.render("nl") and caught.value.render("en")


def test_euros_of_different_years_are_not_put_side_by_side(tmp_path):
    with pytest.raises(WerkzorgError) as caught:
        load_compared(ONE, [own_file(tmp_path, OTHER, ("valuation_date: 2018", "valuation_date: 2019"))])
    assert [one.identifier for one in caught.value.problems] == ["place.price_year"]


def test_every_stated_key_is_one_of_a_pilot_and_has_a_name():
    assert set(STATED) <= set(Pilot.model_fields)
    assert all(f"place.stated.{key}" in catalogue() for key in STATED)


@pytest.fixture(scope="module")
def without_choices():
    """Limburg: what happens around it and how research is read, and nothing that can be chosen."""
    variants = load_compared("limburg", ("reach-500", "labour-weak", "scale-national", "evidence-sceptical"))
    bench = Bench(variants[0].pilot, prior)
    valued = [bench.value(variant) for variant in variants]
    fits = {variant.id: bench.posterior(variant) for variant in variants if variant.id in (BASE, "evidence-sceptical")}
    return valued, release_scenarios(valued, fits)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_without_choices_the_answer_says_what_one_can_read_and_ask_for(without_choices, lang):
    results = without_choices[1]
    answer = ScenarioReport(results, "scenarios", lang).answer()
    parts = [say(f"scenario.no_choices.{kind}", lang) for kind in ("circumstance", "evidence", "horizon")]
    assert [part in answer for part in parts] == [True, True, False]
    # Half as many people with the same team costs society most of these.
    assert results.meta["scenarios"]["reach-500"][f"name_{lang}"] in answer
    choice = {"id": "clients-20", "name_nl": "Twintig deelnemers", "name_en": "Twenty participants"}
    for left, told in (([], say("scenario.no_choices.none", lang)), ([choice], "(clients-20)")):
        meta = results.meta | {"choices_left": left}
        report = ScenarioReport(replace(results, meta=meta), "scenarios", lang)
        assert told in report.answer() and told not in answer
        assert told in report.front_page().markup
        report.check()


def test_one_circumstance_is_named_once():
    variants = load_compared("limburg", ("reach-500",))
    bench = Bench(variants[0].pilot, prior)
    results = release_scenarios([bench.value(variant) for variant in variants], {BASE: bench.posterior(variants[0])})
    text = surroundings_verdict(results, "nl")
    assert text.count(results.meta["scenarios"]["reach-500"]["name_nl"]) == 1


def test_another_reading_of_research_has_no_chance_even_without_counts(without_choices):
    valued, results = without_choices
    base, *others = valued
    assert all(is_paired(other, base) for other in others)
    rows = results.rows(quantity="scenario_difference", per="participant", against=BASE)
    assert {row.scenario for row in rows if row.probability is None} == {"evidence-sceptical"}


def test_figure_and_table_give_one_difference_in_one_way(without_choices):
    report = ScenarioReport(without_choices[1], "scenarios", "nl")
    table = scenario_table(report.results, "circumstance", "nl").data
    for party in ("municipality", "client", "society"):
        drawn = scenario_differences(report.results, party, "nl").data
        amounts = dict(zip(drawn.iloc[:, 0], drawn.iloc[:, 1], strict=True))
        for name, cell in zip(table.iloc[:, 0], table[party_short(party, "nl")], strict=True):
            assert cell == "=" or cell.split(" (")[0] == amounts[name]
