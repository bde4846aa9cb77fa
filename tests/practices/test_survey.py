"""A survey: shares with a design effect, the support gap, people in a municipality, further municipalities."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import werkzorg
from werkzorg.appraisal import survey
from werkzorg.errors import WerkzorgError
from werkzorg.params import shipped
from werkzorg.release.survey_rows import SIZES, answers_of

PUBLISHED = survey.Answers(876, 24, 0.58 * 876, 0.35 * 876)


def test_without_likeness_a_share_is_the_beta_of_the_answers():
    effect = survey.design_effect(PUBLISHED, np.zeros(40_000))
    draws = survey.share_draws(PUBLISHED.valued, PUBLISHED.respondents, effect, np.random.default_rng(1))
    exact = stats.beta(0.5 + PUBLISHED.valued, 0.5 + 876 - PUBLISHED.valued)
    # 40,000 draws: standard error of the mean 0.0001, of the sd 0.4%; a design effect of 2 would change the sd by 41%.
    assert draws.mean() == pytest.approx(exact.mean(), abs=5e-4)
    assert draws.std() == pytest.approx(exact.std(), rel=0.02)
    # Textbook standard error of 58% of 876 independent answers.
    assert exact.std() == pytest.approx(np.sqrt(0.58 * 0.42 / 876), rel=0.01)


def test_likeness_widens_the_interval_by_the_root_of_the_design_effect():
    effect = survey.design_effect(PUBLISHED, np.full(40_000, 0.03))
    assert effect[0] == pytest.approx(1 + 35.5 * 0.03)
    draws = survey.share_draws(PUBLISHED.valued, 876, effect, np.random.default_rng(1))
    plain = survey.share_draws(PUBLISHED.valued, 876, np.ones(40_000), np.random.default_rng(1))
    # Two standard deviations of 40,000 draws each, 0.4% apart by chance.
    assert draws.std() / plain.std() == pytest.approx(np.sqrt(effect[0]), rel=0.02)


def test_the_shares_cover_the_truth_as_often_as_they_say():
    """Simulated surveys with answers that are alike: 80% intervals hold the truth in about 80 of 100."""
    rng, truth, rho, hits = np.random.default_rng(7), 0.35, 0.05, 0
    alpha, beta = truth * (1 - rho) / rho, (1 - truth) * (1 - rho) / rho
    for _ in range(400):
        counts = rng.binomial(36, rng.beta(alpha, beta, 24))
        answers = survey.Answers(36 * 24, 24, counts.sum(), counts.sum())
        effect = survey.design_effect(answers, np.full(400, rho))
        low, high = np.quantile(survey.share_draws(counts.sum(), 864, effect, rng), [0.1, 0.9])
        hits += low <= truth <= high
    # 400 surveys: standard error 2 points; without the design effect about 58% would be covered.
    assert 0.73 < hits / 400 < 0.87


def test_the_gap_lies_between_chance_and_the_best_that_can_be():
    valued, received = np.array([0.58, 0.3]), np.array([0.35, 0.6])
    by_chance = survey.support_gap(valued, received, np.zeros(2))
    best = survey.support_gap(valued, received, np.ones(2))
    np.testing.assert_allclose(by_chance, valued * (1 - received))
    np.testing.assert_allclose(best, [0.23, 0.0])
    middle = survey.support_gap(valued, received, np.full(2, 0.5))
    assert ((best <= middle) & (middle <= by_chance)).all()


def test_people_in_a_municipality_by_hand():
    one = np.ones(1)
    # 457,000 of 17,181,000 people are 2.66 in a hundred; 30.9% of them in care.
    found = survey.people_on_assistance(100_000, 457_000, 17_181_000, one, 0.309 * one)
    assert found[0] == pytest.approx(100_000 * 0.026599 * 0.309, rel=1e-4)
    found = survey.people_in_care(100_000, 949_000, 17_181_000, one, 0.51 * one)
    assert found[0] == pytest.approx(949_000 * 0.49 / 171.81)


def test_further_municipalities_are_added():
    further = pd.DataFrame(
        {"municipality": ["A", "B"], "respondents": [40, 60], "valued": [30, 30], "received": [10, 12]}
    )
    made = PUBLISHED.plus(further)
    assert (made.respondents, made.municipalities) == (976, 26)
    assert made.valued == pytest.approx(0.58 * 876 + 60)
    assert PUBLISHED.plus(further.iloc[:0]) == PUBLISHED


def test_a_municipality_of_another_size_and_pilots_of_which_that_means_nothing(practice):
    from werkzorg.params.pilots import of_size
    from werkzorg.release.survey_rows import survey_rows
    from werkzorg.run.checks import parse_inhabitants

    pilot, posterior, rows = practice("open-voor-werk")
    other = of_size(pilot, 30_000)
    assert other.municipalities[0].inhabitants == other.survey.inhabitants == 30_000
    found, there = ({row["id"]: row["value"] for row in made} for made in (survey_rows(other, posterior), rows))
    asked = "survey_people.survey_lacking.{}"
    assert found[asked.format(30_000)] == pytest.approx(there[asked.format(100_000)] * 0.3)
    for name in ("drechtsteden", "movisie"):
        with pytest.raises(WerkzorgError) as caught:
            of_size(werkzorg.load_pilot(name), 30_000)
        assert [one.identifier for one in caught.value.problems] == ["pilot.no_size"]
    assert parse_inhabitants(None) is None and parse_inhabitants(30_000) == 30_000
    with pytest.raises(WerkzorgError):
        parse_inhabitants(20)


@pytest.fixture
def own(tmp_path):
    """The pilot with a file of further municipalities beside it."""
    text = (shipped("params") / "pilots" / "open-voor-werk.yaml").read_text(encoding="utf8")
    (tmp_path / "own.yaml").write_text(
        text.replace("  inhabitants: 100000\n  source", "  inhabitants: 40000\n  results: further.csv\n  source"),
        encoding="utf8",
    )
    return tmp_path


def test_a_file_beside_the_pilot_is_read(own):
    (own / "further.csv").write_text(
        "municipality;respondents;valued;received\nVoorbeeldstad;40;30;10\n", encoding="utf8"
    )
    answers = answers_of(werkzorg.load_pilot(own / "own.yaml"))
    assert (answers.respondents, answers.municipalities) == (916, 25)
    assert answers.received == pytest.approx(0.35 * 876 + 10)


def test_the_command_check_reads_the_file_too(own, capsys):
    from werkzorg.cli import execute
    from werkzorg.errors import ExitCode

    rows = "municipality;respondents;valued;received\nVoorbeeldstad;22;{};9\n"
    for valued, code in ((25, ExitCode.INPUT), (12, ExitCode.OK)):
        (own / "further.csv").write_text(rows.format(valued), encoding="utf8")
        assert execute(["check", str(own / "own.yaml")]) == code
    assert "further.csv:2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "problem", "place"),
    [
        ("Voorbeeldstad;9;5;2", "plain.too_small", ":2 respondents"),
        ("Voorbeeldstad;40;dertig;2", "plain.count", ":2 valued"),
        ("=A1;40;30;2", "plain.name", ":2 municipality"),
        ("Voorbeeldstad;40;41;2", "plain.part", ":2"),
    ],
)
def test_a_mistake_in_the_file_is_named_without_what_stands_there(own, line, problem, place):
    (own / "further.csv").write_text(f"municipality;respondents;valued;received\n{line}\n", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        answers_of(werkzorg.load_pilot(own / "own.yaml"))
    assert [one.identifier for one in caught.value.problems] == [problem]
    assert place in caught.value.render("en")
    assert not any(word in caught.value.render("en") for word in ("dertig", "=A1", "Voorbeeldstad"))


def test_rows_for_every_size_and_the_right_way_round(practice):
    pilot, _, rows = practice("open-voor-werk")
    found = {row["id"]: row for row in rows}
    assert found["survey_share.valued"]["value"] == pytest.approx(0.58, abs=0.01)
    assert found["survey_share.received"]["value"] == pytest.approx(0.35, abs=0.01)
    assert 0.23 - 0.05 < found["survey_gap"]["value"] < 0.58 * 0.65 + 0.05
    for size in {*SIZES, pilot.survey.inhabitants}:
        people = found[f"survey_people.survey_assistance.{size}"]
        lacking = found[f"survey_people.survey_lacking.{size}"]
        assert 0 < lacking["value"] < people["value"] < size
        assert people["value"] / size == pytest.approx(found["survey_people.survey_assistance.20000"]["value"] / 20_000)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_tables_and_figure_say_it_in_words(table, lang):
    from werkzorg.reporting.figures import survey_shares
    from werkzorg.reporting.practices import practice_verdicts, survey_people_table, survey_table
    from werkzorg.reporting.report import Report
    from werkzorg.wording import say

    results = table("open-voor-werk")
    first, second = practice_verdicts(results, lang)
    assert "876" in first and "24" in first and "58%" in first and "35%" in first
    assert ("100.000" if lang == "nl" else "100,000") in second
    # Who held the survey and when; the ends between which the share that lacks support lies.
    assert "Landelijk Platform GGz, 2014" in first and "23%" in first and "38%" in first
    assert len(survey_table(results, lang).data) == 3
    assert len(survey_people_table(results, lang).data) == len(SIZES)
    figure = survey_shares(results, lang)
    assert figure.svg.count("58%") >= 1 and figure.svg_narrow
    # The figure has the shares already: the table with the design effect is for who checks the calculation.
    caption = say("table.survey.caption", lang)
    readers = ("municipality", "insurer", "technical")
    pages = {reader: Report(results, reader, lang).practice().markup for reader in readers}
    assert {reader for reader, page in pages.items() if caption in page} == {"technical"}
    assert all(say("rests.survey", lang) in page for page in pages.values())
