"""`werkzorg report`: reports of a finished run in a folder to hand out; nothing half, nothing confidential."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from werkzorg.cli import execute
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.reporting.results_files import WORKBOOKS
from werkzorg.run.progress import Display
from werkzorg.run.record import is_complete, write_completion
from werkzorg.run.report import TABLES, Handout, find_results, hand_out


def finished(folder: Path, basis: str = "counts", made_up: bool = False, **meta: str) -> Path:
    """A folder that looks like a finished run, with all that a run with records leaves."""
    (folder / "vertrouwelijk").mkdir(parents=True)
    (folder / "vertrouwelijk" / "rekensom-per-casus.html").write_text("P-AAAA1111", encoding="utf8")
    (folder / "posterior.nc").write_text("draws", encoding="utf8")
    for name in (*TABLES, *WORKBOOKS.values()):
        (folder / name).write_text(name, encoding="utf8")
    results = {"meta": {"pilot": "proef", "basis": basis} | meta}
    (folder / "results.json").write_text(json.dumps(results), encoding="utf8")
    (folder / "manifest.json").write_text(json.dumps({"made_up": made_up}), encoding="utf8")
    write_completion(folder, "run-1")
    return folder


def make_reports(source, out, readers, langs):
    (out / "notebooks").mkdir()
    (out / "notebooks" / "x.ipynb").write_text("{}", encoding="utf8")
    for reader in readers:
        for lang in langs:
            (out / f"{reader}.{lang}.html").write_text(f"<p>{source.name}</p>", encoding="utf8")


def export_pdf(html, pdf):
    pdf.write_bytes(b"%PDF " + html.read_bytes())
    return pdf


def order(source, to, pdf=True):
    return Handout(str(source), str(to), ("nl", "en"), ("municipality", "client"), pdf)


def quiet() -> Display:
    return Display(Console(quiet=True))


def test_the_folder_holds_reports_and_tables_only(tmp_path):
    source = finished(tmp_path / "results" / "proef")
    made = hand_out(order(source, tmp_path / "uit"), make_reports, export_pdf, quiet())
    names = {path.relative_to(tmp_path / "uit").as_posix() for path in (tmp_path / "uit").rglob("*") if path.is_file()}
    pages = {f"{reader}.{lang}" for reader in ("municipality", "client") for lang in ("nl", "en")}
    files = {f"{page}.{kind}" for page in pages for kind in ("html", "pdf")}
    assert names == files | set(TABLES) | set(WORKBOOKS.values()) | {"KLAAR.json"}
    assert {path.name for path in made} == files
    assert is_complete(tmp_path / "uit")


def test_the_workbook_is_in_the_language_of_the_reports(tmp_path):
    source = finished(tmp_path / "results" / "proef")
    hand_out(replace(order(source, tmp_path / "uit", pdf=False), langs=("en",)), make_reports, export_pdf, quiet())
    assert [path.name for path in (tmp_path / "uit").glob("*.xlsx")] == [WORKBOOKS["en"]]


def test_a_pilot_by_name_is_found_below_results(tmp_path, monkeypatch):
    source = finished(tmp_path / "results" / "proef")
    monkeypatch.chdir(tmp_path)
    assert find_results("proef") == source


def test_a_second_time_replaces_the_first(tmp_path):
    source = finished(tmp_path / "results" / "proef")
    hand_out(order(source, tmp_path / "uit"), make_reports, export_pdf, quiet())
    hand_out(order(source, tmp_path / "uit", pdf=False), make_reports, export_pdf, quiet())
    assert not list((tmp_path / "uit").glob("*.pdf"))
    assert not list(tmp_path.glob("uit-vorige-*"))


def test_a_page_for_the_pointer_is_made_when_asked_for_and_stays_off_paper(tmp_path):
    def making(source, out, readers, langs, interactive=False):
        make_reports(source, out, readers, langs)
        if interactive:
            (out / "interactief.nl.html").write_text("<p>figuren</p><script>1</script>", encoding="utf8")

    source = finished(tmp_path / "results" / "proef")
    made = hand_out(replace(order(source, tmp_path / "uit"), interactive=True), making, export_pdf, quiet())
    assert tmp_path / "uit" / "interactief.nl.html" in made
    assert not (tmp_path / "uit" / "interactief.nl.pdf").exists() and (tmp_path / "uit" / "client.nl.pdf").exists()
    hand_out(order(source, tmp_path / "uit"), making, export_pdf, quiet())
    assert not (tmp_path / "uit" / "interactief.nl.html").exists()


def test_a_report_that_fails_leaves_the_earlier_folder(tmp_path):
    def broken(html, pdf):
        raise OSError("no")

    source = finished(tmp_path / "results" / "proef")
    hand_out(order(source, tmp_path / "uit"), make_reports, export_pdf, quiet())
    before = sorted(path.read_bytes() for path in (tmp_path / "uit").iterdir())
    with pytest.raises(WerkzorgError):
        hand_out(order(source, tmp_path / "uit"), make_reports, broken, quiet())
    assert sorted(path.read_bytes() for path in (tmp_path / "uit").iterdir()) == before
    assert not (tmp_path / ".uit.new").exists()


def test_numbers_on_people_are_handed_out_only_from_what_was_released(tmp_path):
    source = finished(tmp_path / "results" / "proef", "records")
    with pytest.raises(WerkzorgError) as caught:
        hand_out(order(source, tmp_path / "uit"), make_reports, export_pdf, quiet())
    assert caught.value.exit_code == ExitCode.RELEASE and "werkzorg release proef" in caught.value.render("nl")
    assert not (tmp_path / "uit").exists()
    # Without a note on who the people are they are people.
    (source / "manifest.json").unlink()
    write_completion(source, "run-1")
    with pytest.raises(WerkzorgError):
        hand_out(order(source, tmp_path / "uit"), make_reports, export_pdf, quiet())


@pytest.mark.parametrize(
    "facts", [{"basis": "counts"}, {"basis": "records", "made_up": True}, {"basis": "records", "released_by": "A."}]
)
def test_counts_made_up_people_and_what_was_released_can_be_handed_out(tmp_path, facts):
    source = finished(tmp_path / "results" / "proef", **facts)
    assert hand_out(order(source, tmp_path / "uit"), make_reports, export_pdf, quiet())


def test_from_what_was_released_there_is_no_technical_report(tmp_path):
    source = finished(tmp_path / "vrijgegeven" / "proef", "records", released_by="A. Vrijgever")
    (source / "posterior.nc").unlink()
    write_completion(source, "run-1")
    wanted = replace(order(source, tmp_path / "uit", pdf=False), readers=("technical", "client"), langs=("nl",))
    made = hand_out(wanted, make_reports, export_pdf, quiet())
    assert [path.name for path in made] == ["client.nl.html"]
    with pytest.raises(WerkzorgError) as caught:
        hand_out(replace(wanted, readers=("technical",)), make_reports, export_pdf, quiet())
    assert caught.value.exit_code == ExitCode.RELEASE


@pytest.mark.parametrize("place", ["results/proef", "results", "."])
def test_the_results_themselves_are_not_overwritten(tmp_path, place):
    source = finished(tmp_path / "results" / "proef")
    with pytest.raises(WerkzorgError) as caught:
        hand_out(order(source, tmp_path / place), make_reports, export_pdf, quiet())
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert is_complete(source)


def test_changed_results_are_refused(tmp_path):
    source = finished(tmp_path / "results" / "proef")
    (source / "results.csv").write_text("other", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        hand_out(order(source, tmp_path / "uit"), make_reports, export_pdf, quiet())
    assert caught.value.exit_code == ExitCode.RUN
    assert not (tmp_path / "uit").exists()


def test_without_results_the_user_hears_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert execute(["report", "drechtsteden", "--to", "uit"]) == ExitCode.CONFIGURATION
    told = capsys.readouterr().err
    assert "werkzorg run drechtsteden" in told
    assert "Traceback" not in told


def test_the_folder_must_be_named(capsys):
    assert execute(["report", "drechtsteden"]) == ExitCode.CONFIGURATION
    assert "--to" in capsys.readouterr().err
