"""Every practice of the list runs from file to pages, and says on page one what it rests on."""

import re
from dataclasses import replace

import pytest

import werkzorg
from werkzorg.release.sources import DISREGARD
from werkzorg.reporting.basis import rests_on_nothing
from werkzorg.reporting.practices import practice_asides, practice_verdicts
from werkzorg.reporting.reach import client_reach
from werkzorg.reporting.report import Report
from werkzorg.reporting.tables import effects_table
from werkzorg.reporting.tables_views import views_table
from werkzorg.reporting.verdicts import months_worked_verdict
from werkzorg.run.show import pilot_table
from werkzorg.wording import say

PRACTICES = ("rijk-van-nijmegen", "haaglanden", "limburg", "open-voor-werk", "movisie")
OWN_SECTIONS = {
    "limburg": ("reach",),
    "open-voor-werk": ("survey", "survey_people"),
    "movisie": ("target_groups", "manager"),
}
FEW = 60
"""Draws: enough for every row, too few for the worth of studies."""


def test_the_list_names_every_practice_of_the_project(capsys):
    from rich.console import Console

    assert set(PRACTICES) | {"drechtsteden"} <= set(werkzorg.pilot_names())
    Console(width=200).print(pilot_table("en"))
    told = capsys.readouterr().out
    assert all(name in told for name in PRACTICES)


@pytest.fixture(scope="module", params=PRACTICES)
def released(request):
    pilot = werkzorg.load_pilot(request.param)
    posterior = werkzorg.first_answer(pilot).isel(draw=slice(FEW))
    trajectory = werkzorg.project(pilot, posterior)
    ledger = werkzorg.settle(pilot, trajectory)
    appraisal = werkzorg.appraise(pilot, ledger)
    return werkzorg.release(pilot, appraisal, posterior=posterior, trajectory=trajectory, ledger=ledger)


def test_page_one_says_that_there_are_no_counts_and_what_is_special(released):
    assert rests_on_nothing(released)
    for lang in ("nl", "en"):
        for reader in ("municipality", "insurer", "ggz", "technical"):
            page = re.sub(r"<[^>]+>", "", Report(released, reader, lang).front_page().markup)
            assert say("front.prior_only", lang) in page
            special = [*practice_verdicts(released, lang), *practice_asides(released, lang, reader)]
            assert all(text[:60] in page for text in special)
            # No sentence points at a section that this reader does not have.
            if reader in ("insurer", "ggz"):
                assert say("verdict.flows.example", lang)[:40] not in page
            # Nothing was counted: no page may speak of counts as if they were there.
            counted = re.findall(r"tellingen van|counts of \d", page)
            assert counted == []
        # Months of work stand on a page once: of all people together where nobody is placed.
        page = re.sub(r"<[^>]+>", "", Report(released, "technical", lang).front_page().markup)
        each = months_worked_verdict(released.one(quantity="months_worked", horizon=60, per="participant"), lang)[:40]
        assert (each in page) == ("help" not in released.meta)
        # A table without rows is left out; the sentence above it says why.
        assert Report(released, "technical", lang).table("first_answer").markup == ""
        page = Report(released, "client", lang).client_page().markup
        assert ("876" in page and "58%" in page and "35%" in page) == (released.meta["pilot"] == "open-voor-werk")
        assert say("front.prior_only", lang) in page
        # An approach that reaches people and places nobody begins with what it does, and from when on it pays.
        begins = [say("client.intro.reach.nothing", lang), *client_reach(released, lang)]
        assert all((text[:40] in page) == (released.meta.get("help") == "reach") for text in begins)
        # An integral approach has words of its own, and a plan promises nothing.
        integral = released.meta["pilot"] in ("haaglanden", "rijk-van-nijmegen")
        assert (say("client.intro.integral", lang) in page) == integral
        assert say("client.help.maybe", lang) in page
        # What participants notice of fewer changes of client manager stands on the page of that pilot only.
        assert (say("client.help.manager", lang) in page) == (released.meta["pilot"] == "movisie")
        # Temporary disregards have ended in the table: no assumption about them is named under it.
        used = {name for row in released.rows(quantity="client_gain") for name in row.parameters.split("; ")}
        assert used and not used & set(DISREGARD)
        # Nobody is promised a job coach by an approach that has none.
        coached = released.meta["pilot"] in ("haaglanden", "rijk-van-nijmegen")
        assert (
            ("jobcoach" if lang == "nl" else "job coach") in page.lower().split('id="support"')[1].split("<h2")[0]
        ) == coached


def test_monthly_counts_of_ones_own_are_not_said_to_be_nothing(released):
    for lang in ("nl", "en"):
        told = [say(f"front.{part}.flows", lang) for part in ("prior_only", "not_shown")]
        for made_up in (True, False):
            own = replace(released, meta=released.meta | {"flows_synthetic": made_up})
            page = Report(own, "municipality", lang).front_page().markup
            has_flows = not made_up and released.meta["pilot"] != "open-voor-werk"
            assert told[0] in page or made_up
            assert (told[1] in page) == has_flows


def test_names_fit_the_approach_and_small_numbers_do_not_read_as_none(released):
    coached = released.meta["pilot"] in ("haaglanden", "rijk-van-nijmegen")
    kept = released.rows(quantity="parameter", parameter="p_hr_coach_retention")
    assert kept and all(("jobcoach" in row.label_nl, "coach" in row.label_en) == (coached, coached) for row in kept)
    for lang in ("nl", "en"):
        zero = {"nl": "0,00", "en": "0.00"}[lang]
        lines = effects_table(released, lang).data
        line = lines[lines.iloc[:, 0].str.contains("QALY")].iloc[0]
        # Of next to nothing per participant a reader sees what a thousand of them gain.
        gain = abs(released.one(quantity="qaly", horizon=60, per="participant").value)
        assert ("1.000" in line.iloc[0] or "1,000" in line.iloc[0]) == (gain < 0.01)
        assert line.iloc[3] != zero
        notes = views_table(released, lang).notes
        assert not any(f" {zero} QALY" in note for note in notes)


def test_sections_are_there_for_the_parts_that_a_practice_has_and_only_those(released):
    for lang in ("nl", "en"):
        made = Report(released, "municipality", lang).practice()
        wanted = OWN_SECTIONS.get(released.meta["pilot"], ())
        found = () if made is None else tuple(re.findall(r'<h2 id="(\w+)"', made.markup))
        assert found == wanted


def test_parties_add_up_and_no_participant_is_a_case(released):
    rows = released.rows(quantity="net", horizon=60, per="participant", view="society")
    parts = sum(row.value for row in rows if row.party not in ("society", "outside"))
    whole = next(row.value for row in rows if row.party == "society")
    # Sums over eleven parties of numbers written with ten digits.
    assert parts == pytest.approx(whole, abs=1e-4)
    assert not any("geval " in (row.label_nl or "") for row in released.rows())


def test_every_piece_of_every_reader_can_be_made(released):
    """The cells of the notebooks one by one, without a kernel: what a practice lacks must not stop a report."""
    import nbformat

    from werkzorg.params import shipped

    for reader in ("municipality", "insurer", "ggz", "client"):
        report = Report(released, reader, "nl")
        for cell in nbformat.read(shipped("notebooks") / f"{reader}.ipynb", as_version=4).cells:
            if cell.cell_type == "code" and cell.source.startswith("report."):
                exec(cell.source, {"report": report})


def test_without_data_no_table_says_what_is_left_of_the_uncertainty(released):
    assert released.rows(quantity="prior_weight")
    assert Report(released, "insurer", "nl").table("prior_weight").markup == ""
