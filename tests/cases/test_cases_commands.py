"""The commands on case records: what they print, their exit codes, no traceback, no network, no value of a person."""

from __future__ import annotations

import io
import json
import os
import socket
import sys
from datetime import datetime, timedelta

import openpyxl
import pytest
from accountability_example import FULL

from werkzorg import cli
from werkzorg.errors import ExitCode
from werkzorg.params.pilots import PILOT_FILE, load_pilot, pilot_file, pilot_names

SECRET = "KANARIE77777"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Every test in a folder of its own, in Dutch, and without any way to a network."""

    def refuse(*arguments, **options):
        raise AssertionError("a command reached for the network")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tmp_path


@pytest.fixture
def made(here):
    """A made-up pilot in the folder `stad`."""
    assert cli.execute(["simulate", "stad", "--comparison", "30", "--cases", "30", "--months", "24"]) == ExitCode.OK
    return here / "stad"


def pseudonyms(folder, name="cases"):
    return [line.split(";")[0] for line in (folder / f"{name}.csv").read_text(encoding="utf8").splitlines()[1:]]


def spoil(folder, name, change):
    path = folder / f"{name}.csv"
    path.write_text(change(path.read_text(encoding="utf8")), encoding="utf8")


def run(capsys, *arguments):
    """Exit code and everything that was printed; never a traceback, and never a name of a Python error."""
    capsys.readouterr()
    code = cli.execute(list(arguments))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert "Error" not in out + err
    return code, out + err


def test_check_of_sound_data_is_one_page_under_the_release_rules(made, capsys):
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.OK
    for part in ("Er is niets gevonden", "ongeveer 30 deelnemers", "vergelijkingsgroep", "2017-01 tot en met 2018-12",
                 "Instroom en uitstroom", "Betaalde uitkering", "Alles in deze gegevens is verzonnen"):  # fmt: skip
        assert part in told
    assert len(told.splitlines()) < 50
    assert not any(pseudonym in told for pseudonym in pseudonyms(made))
    people = len(pseudonyms(made, "intake_ggz"))
    # The form of some is missing: an exact number would say how many.
    assert people % 5
    assert f"intake_ggz.csv (intake_ggz): {people}" not in told


def test_check_speaks_english(made, capsys):
    code, told = run(capsys, "check", "stad", "--lang", "en")
    assert code == ExitCode.OK
    assert "Nothing was found that stands in the way" in told
    assert "about 30 participants" in told


@pytest.mark.parametrize("way", ["folder", "file", "slash", "other name"])
def test_a_pilot_is_found_by_folder_or_file(made, capsys, way):
    path = {"folder": "stad", "file": f"stad/{PILOT_FILE}", "slash": "stad/", "other name": "stad"}[way]
    if way == "other name":
        (made / PILOT_FILE).rename(made / "mijn-pilot.yml")
    assert run(capsys, "check", path)[0] == ExitCode.OK
    assert load_pilot(path).id == "verzonnen"
    assert run(capsys, "show", path)[0] == ExitCode.OK


def test_all_problems_of_all_files_stand_in_one_report_and_the_gravest_is_the_code(made, capsys):
    spoil(made, "jobs", lambda text: text.replace(";ja\n", f";{SECRET}\n", 1))
    (made / "support.csv").unlink()
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.INPUT
    assert "jobs.csv" in told and "support.csv" in told
    assert "Wat er is" not in told
    spoil(made, "cases", lambda text: text.replace("\n", ";bsn\n", 1).replace("\nVERZONNEN", ";111222333\nVERZONNEN"))
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.PRIVACY
    assert told.index("cases.csv") < told.index("jobs.csv")
    assert SECRET not in told and "111222333" not in told


@pytest.mark.parametrize("ending", ["html", "xlsx"])
@pytest.mark.parametrize("sound", [True, False])
def test_the_report_is_also_a_file_for_its_owner_only(made, capsys, ending, sound):
    if not sound:
        spoil(made, "jobs", lambda text: text.replace(";ja\n", f";{SECRET}\n", 1))
    code, told = run(capsys, "check", "stad", "--report", f"verslag.{ending}")
    assert code == (ExitCode.OK if sound else ExitCode.INPUT)
    assert f"verslag.{ending}" in told
    file = made.parent / f"verslag.{ending}"
    if ending == "html":
        text = file.read_text(encoding="utf8")
        assert "http" not in text.replace("http-equiv", "") and "<script" not in text
    else:
        sheets = openpyxl.load_workbook(file)
        text = " ".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)
    assert ("Instroom en uitstroom" in text) == sound
    assert ("jobs.csv" in text) or sound
    assert SECRET not in text
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


def test_mistakes_in_the_pilot_file_and_in_the_data_come_together(made, capsys):
    text = (made / PILOT_FILE).read_text(encoding="utf8")
    (made / PILOT_FILE).write_text(text.replace("main_horizon_months: 60", "main_horizon_months: 7"), encoding="utf8")
    (made / "support.csv").unlink()
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.INPUT
    assert "main_horizon_months" in told and "support.csv" in told


def test_a_malformed_pilot_file_is_told_once(made, capsys):
    (made / PILOT_FILE).write_text("id: x\nid: y\n", encoding="utf8")
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.CONFIGURATION
    assert told.count("pilot.yaml:2") == 1


def test_nothing_is_read_without_the_accountability_file(made, capsys):
    (made / "verantwoording.yml").unlink()
    spoil(made, "jobs", lambda text: text.replace(";ja\n", f";{SECRET}\n", 1))
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.CONFIGURATION
    assert "verantwoording.yml" in told
    assert "jobs.csv" not in told


def test_nothing_is_read_after_the_retention_date(made, capsys):
    text = (made / "verantwoording.yml").read_text(encoding="utf8")
    (made / "verantwoording.yml").write_text(text.replace("2099-12-31", "2019-12-31"), encoding="utf8")
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.PRIVACY
    assert "werkzorg clean" in told
    assert "jobs.csv" not in told


@pytest.mark.skipif(os.name != "posix", reason="mode bits say nothing on Windows")
def test_a_folder_of_others_is_refused_until_it_is_confirmed(made, capsys):
    made.chmod(0o755)
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.PRIVACY
    assert "Anderen op deze computer" in told
    assert run(capsys, "check", "stad", "--confirm-place")[0] == ExitCode.OK


def test_check_of_a_pilot_without_records_says_so(capsys):
    code, told = run(capsys, "check", "drechtsteden")
    assert code == ExitCode.OK
    assert "geen gegevens per deelnemer" in told


def test_who_withdrew_is_gone_refused_and_makes_results_outdated(made, capsys, monkeypatch):
    gone = pseudonyms(made)[0]
    delivered = (made / "cases.csv").read_bytes()
    for hours, name in ((-2, "verzonnen"), (-2, "ander")):
        folder = made.parent / "results" / name
        folder.mkdir(parents=True)
        created = (datetime.now().astimezone() + timedelta(hours=hours)).isoformat(timespec="seconds")
        (folder / "manifest.json").write_text(json.dumps({"created": created, "pilot": "verzonnen"}))
    assert "verouderd" not in run(capsys, "check", "stad")[1]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{gone.lower()}\n"))
    (made / "oud.ods").write_bytes(b"x")
    code, told = run(capsys, "forget", "-", "--pilot", "stad")
    assert code == ExitCode.OK
    assert "cases.csv" in told and "months.csv" in told and "oud.ods" in told
    assert gone.lower() not in told.lower()
    assert all(gone.encode() not in path.read_bytes() for path in made.iterdir())
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.OK
    assert "verouderd" in told
    newer = (datetime.now().astimezone() + timedelta(hours=1)).isoformat(timespec="seconds")
    (made.parent / "results" / "verzonnen" / "manifest.json").write_text(
        json.dumps({"created": newer, "pilot": "verzonnen"})
    )
    assert "verouderd" not in run(capsys, "check", "stad")[1]
    (made / "cases.csv").write_bytes(delivered)
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.PRIVACY
    assert "trok" in told
    assert gone not in told


def test_forget_says_when_nobody_was_found_and_refuses_what_is_no_pseudonym(made, capsys):
    code, told = run(capsys, "forget", "VERZONNEN-QQQQ2222", "--pilot", "stad")
    assert code == ExitCode.OK
    assert "in geen enkel bestand" in told and "verouderd" not in told
    code, told = run(capsys, "forget", SECRET, "--pilot", "stad")
    assert code == ExitCode.INPUT
    assert SECRET not in told
    assert run(capsys, "forget", " ", "--pilot", "stad")[0] == ExitCode.INPUT


def test_forget_and_clean_find_the_data_folder_below_the_pilot_file(made, capsys):
    """The accountability file stands beside the pilot file, the data one folder lower."""
    data = made / "gegevens"
    data.mkdir(mode=0o700)
    for path in made.glob("*.csv"):
        path.rename(data / path.name)
    text = (made / PILOT_FILE).read_text(encoding="utf8").replace("  folder: .\n", "  folder: gegevens\n")
    (made / PILOT_FILE).write_text(text, encoding="utf8")
    (made / "eigen.csv").write_text("x\n")
    gone = pseudonyms(data)[0]
    assert run(capsys, "forget", gone, "--pilot", "stad")[0] == ExitCode.OK
    assert gone not in pseudonyms(data)
    assert run(capsys, "check", "stad")[0] == ExitCode.OK
    code, told = run(capsys, "clean", "stad", "--early")
    assert code == ExitCode.OK
    assert "cases.csv" in told and "eigen.csv" not in told


def test_clean_lists_first_and_removes_when_asked(made, capsys):
    code, told = run(capsys, "clean", "stad")
    assert code == ExitCode.OK
    assert "Er is niets veranderd" in told and "cases.csv" not in told
    code, told = run(capsys, "clean", "stad", "--early")
    assert "cases.csv" in told and "--remove" in told
    assert (made / "cases.csv").exists()
    code, told = run(capsys, "clean", "stad", "--early", "--remove")
    assert code == ExitCode.OK
    assert sorted(path.name for path in made.iterdir()) == [PILOT_FILE, "truth.json", "verantwoording.yml"]
    assert "geen gegevens van personen meer" in run(capsys, "clean", "stad", "--early")[1]


@pytest.mark.parametrize(
    "command",
    [
        ["clean", "voorbeeld", "--early", "--remove"],
        ["forget", "VERZONNEN-944RJ4PA", "--pilot", "voorbeeld-zonder-vergelijking"],
    ],
)
def test_what_came_with_the_package_is_not_changed(command, capsys):
    before = pilot_file("voorbeeld").parent.joinpath("cases.csv").read_bytes()
    code, told = run(capsys, *command)
    assert code == ExitCode.CONFIGURATION
    assert "wordt niet veranderd" in told
    assert pilot_file("voorbeeld").parent.joinpath("cases.csv").read_bytes() == before


def test_a_removal_that_is_stopped_halfway_says_so(made, capsys, monkeypatch):
    from werkzorg.cases import retention

    gone = pseudonyms(made)[0]

    def fails(path, content):
        raise PermissionError(13, "no", str(path))

    real, calls = retention.write_private, []

    def twice(path, content):
        calls.append(path)
        return real(path, content) if len(calls) <= 2 else fails(path, content)

    monkeypatch.setattr(retention, "write_private", twice)
    code, told = run(capsys, "forget", gone, "--pilot", "stad")
    assert code == ExitCode.RUN
    assert "kan er nog in staan" in told
    assert gone not in told


def test_link_joins_the_forms_and_what_it_writes_is_read_again(made, capsys):
    code, told = run(
        capsys, "link", "stad/intake_ggz.csv", "stad/intake_wi.csv", "stad/insurer.csv", "--out", "stad/gekoppeld"
    )
    assert code == ExitCode.OK
    assert "ongeveer 60 gekoppeld" in told or "ongeveer 55 gekoppeld" in told
    lines = [line for line in told.splitlines() if line.startswith("  - {table")]
    assert len(lines) == 2
    text = (made / PILOT_FILE).read_text(encoding="utf8")
    before, _, after = text.partition("  files:\n")
    rest = after[after.index("  pseudonym:") :]
    (made / PILOT_FILE).write_text(f"{before}  files:\n" + "\n".join(lines) + f"\n{rest}", encoding="utf8")
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.OK, told
    assert set(pseudonyms(made / "gekoppeld")) == set(pseudonyms(made, "intake_ggz"))


def test_link_needs_to_know_how_a_file_is_written(made, capsys):
    (made / "los.csv").write_bytes((made / "intake_ggz.csv").read_bytes())
    code, told = run(capsys, "link", "stad/los.csv", "stad/intake_wi.csv", "--out", "uit")
    assert code == ExitCode.CONFIGURATION
    assert "stad/los.csv" in told and "data.files" in told
    (made.parent / "los.csv").write_bytes((made / "intake_ggz.csv").read_bytes())
    code, told = run(capsys, "link", "los.csv", "stad/intake_wi.csv", "--out", "uit")
    assert code == ExitCode.CONFIGURATION
    assert "--pilot" in told
    code, told = run(capsys, "link", "stad/intake_ggz.csv", "stad/er-niet.csv", "--out", "uit")
    assert code == ExitCode.INPUT
    assert "stad/er-niet.csv" in told
    assert not (made.parent / "uit").exists()


def test_link_stops_at_the_same_door_as_a_check(made, capsys):
    spoil(made, "intake_wi", lambda text: text.replace("programme", SECRET, 1))
    arguments = ["link", "stad/intake_ggz.csv", "stad/intake_wi.csv", "--out", "uit"]
    code, told = run(capsys, *arguments)
    assert code == ExitCode.INPUT
    assert "intake_wi.csv" in told and SECRET not in told
    (made / "verantwoording.yml").unlink()
    assert run(capsys, *arguments)[0] == ExitCode.CONFIGURATION
    assert not (made.parent / "uit").exists()


def test_new_writes_a_folder_that_check_understands(here, capsys):
    code, told = run(capsys, "new", "werk-en-zorg", "--start", "2018-01-01")
    assert code == ExitCode.OK
    assert "deelnemers.xlsx" in told
    code, told = run(capsys, "check", "werk-en-zorg")
    assert code == ExitCode.CONFIGURATION
    assert "bewaar" in told or "datum waarop de gegevens weg moeten zijn" in told
    (here / "werk-en-zorg" / "verantwoording.yml").write_text(FULL.replace("2025-12-31", "2090-12-31"), "utf8")
    code, told = run(capsys, "check", "werk-en-zorg")
    assert code == ExitCode.INPUT
    assert "Onder de kolomnamen staat niets" in told
    assert run(capsys, "new", "werk-en-zorg")[0] == ExitCode.CONFIGURATION


def test_simulate_tells_what_it_wrote(here, capsys):
    code, told = run(capsys, "simulate", "stad", "--name", "stad", "--months", "18", "--form", "parquet", "--seed", "4")
    assert code == ExitCode.OK
    assert "verzonnen" in told and "truth.json" in told
    assert load_pilot("stad").id == "stad"
    assert (here / "stad" / "cases.parquet").exists()


def test_a_name_of_a_shipped_pilot_and_a_folder_here_is_no_guess(here, capsys):
    run(capsys, "simulate", "voorbeeld", "--months", "18")
    code, told = run(capsys, "check", "voorbeeld")
    assert code == ExitCode.CONFIGURATION
    assert "./voorbeeld" in told
    assert run(capsys, "check", "./voorbeeld")[0] == ExitCode.OK


WRONG = {
    "misspelt pilot": (["check", "voorbeelt"], "Bedoelt u voorbeeld?"),
    "misspelt command": (["chek", "voorbeeld"], "Bedoelt u `check`?"),
    "misspelt option": (["check", "voorbeeld", "--repport", "x.html"], "Bedoelt u `--report`?"),
    "missing folder": (["check", "nergens/stad"], "Deze map is er niet"),
    "empty folder": (["check", "leeg"], "geen pilotbestand"),
    "two pilot files": (["check", "twee"], "a.yaml, b.yaml"),
    "missing file": (["check", "stad.yaml"], "Dit bestand is er niet"),
    "address": (["check", "https://voorbeeld.nl/pilot.yaml"], "adres op een netwerk"),
    "file that is a folder": (["check", "map.yaml"], "geen pilotbestand"),
    "not text": (["check", "bytes.yaml"], "bytes.yaml"),
    "report of another kind": (["check", "voorbeeld", "--report", "x.pdf"], ".html of .xlsx"),
    "report nowhere": (["check", "voorbeeld", "--report", "nergens/x.html"], "Kies een bestaande map"),
    "language": (["check", "voorbeeld", "--lang", "both"], "nl, en"),
    "no pilot": (["forget", "P-1"], "--pilot ontbreekt"),
    "pilot without records": (["clean", "drechtsteden"], "het deel data ontbreekt"),
    "sizes": (["simulate", "x", "--cases", "3", "--months", "1"], "--months"),
    "kind of file": (["simulate", "x", "--form", "xls"], "csv, parquet"),
    "name": (["simulate", "x", "--name", "Stad!"], "kleine letters"),
    "folder in use": (["simulate", "vol"], "andere bestanden"),
    "name of a new pilot": (["new", "Mijn Pilot"], "kleine letters"),
    "start": (["new", "stad", "--start", "1 mei"], "--start"),
    "new below a file": (["new", "stad", "--out", "bytes.yaml/stad"], "kan niet worden geschreven"),
    "no out": (["link", "a.csv", "b.csv"], "--out ontbreekt"),
    "one form": (["link", "a.csv", "--out", "x"], "WI ontbreekt"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_on_the_command_line_is_one_clear_message(here, capsys, name):
    arguments, words = WRONG[name]
    for folder in ("leeg", "twee", "map.yaml", "vol"):
        (here / folder).mkdir()
    for file in ("twee/a.yaml", "twee/b.yaml", "vol/brief.txt"):
        (here / file).write_text("id: x\n")
    (here / "bytes.yaml").write_bytes(b"\xff\xfe\x00\x81")
    code, told = run(capsys, *arguments)
    assert code == ExitCode.CONFIGURATION
    assert words in told
    assert "->" in told


def test_a_file_that_cannot_be_opened_is_named(made, capsys, monkeypatch):
    """As root every file can be read, so the refusal is acted."""
    from pathlib import Path

    real = Path.open

    def guarded(self, *arguments, **options):
        if self.name == "jobs.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", guarded)
    code, told = run(capsys, "check", "stad")
    assert code == ExitCode.INPUT
    assert "jobs.csv" in told and "kan niet worden geopend" in told


@pytest.mark.parametrize("command", ["check", "link", "new", "simulate", "clean", "forget"])
def test_every_command_has_help_with_every_option_explained(command, capsys):
    code, told = run(capsys, command, "--help")
    assert code == ExitCode.OK
    options = [line.split() for line in told.splitlines() if line.strip().startswith("--")]
    assert options
    assert all(len(words) > 2 for words in options)


def test_list_names_every_shipped_pilot_whole_also_in_a_narrow_window(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    told = run(capsys, "list")[1]
    assert all(name in told for name in pilot_names())
    assert "werkzorg check voorbeeld" in told
