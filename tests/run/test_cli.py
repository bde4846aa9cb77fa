"""The command line: options, languages, exit codes, what is imported."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from run_fakes import FAKE, FakePilot

from werkzorg import cli
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params import catalogue
from werkzorg.params.titles import title_in
from werkzorg.run import checks, real


@pytest.fixture
def fake_steps(monkeypatch, tmp_path):
    """The command line on fakes, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    chosen = {"steps": FAKE}
    monkeypatch.setattr(real, "real_steps", lambda **_: chosen["steps"])
    return chosen


def _fails(error):
    def step(*arguments):
        raise error

    return step


def test_run_prints_where_the_reports_are(fake_steps, tmp_path, capsys):
    assert cli.execute(["run", "proef"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert str(tmp_path / "results" / "proef" / "municipality-nl.html") in out
    assert "Tijd per stap" in err
    assert "rapporten maken" in err


def test_options_reach_the_steps(fake_steps, tmp_path, capsys):
    seen = {}

    def make_reports(folder, readers, langs):
        seen.update(readers=readers, langs=langs)

    def fit(pilot, seed, records):
        seen["seed"] = seed
        return FAKE.fit(pilot, seed, records)

    fake_steps["steps"] = replace(FAKE, make_reports=make_reports, fit=fit)
    arguments = ["run", "proef", "--out", "hier", "--lang", "both", "--for", "client,municipality", "--seed", "5"]
    assert cli.execute(arguments) == ExitCode.OK
    assert seen == {"readers": ("municipality", "client"), "langs": ("nl", "en"), "seed": 5}
    assert (tmp_path / "hier" / "KLAAR.json").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rum", "drechtsteden"], "Bedoelt u `run`?"),
        (["run"], "PILOT ontbreekt"),
        (["run", "proef", "--ot", "x"], "Bedoelt u `--out`?"),
        (["run", "proef", "--seed", "veel"], "--seed"),
        (["run", "proef", "--seed", "-1"], "--seed"),
        (["run", "proef", "--lang", "fr"], "nl, en, both"),
        (["run", "proef", "--for", "raad"], "municipality, insurer, ggz, client, technical, all"),
        (["run", "proef", "--for", ","], "--for"),
        (["run", "proef", "--out", "s3://emmer/uit"], "--out"),
        (["show", "zzzz"], "Er is geen pilot of parameter"),
        (["list", "--lang", "fr"], "--lang"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_options_are_one_message_with_code_configuration(fake_steps, capsys, arguments, words):
    assert cli.execute(arguments) == ExitCode.CONFIGURATION
    out, err = capsys.readouterr()
    assert out == ""
    message = err[err.index("De ") :] if "De " in err else err
    assert words in message
    assert "Traceback" not in err
    assert "->" in message


@pytest.mark.parametrize("name", ["drechtstede", "drechtsteeden", "Drechtsteden"])
def test_a_wrong_pilot_name_suggests_the_nearest(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.execute(["run", name]) in (ExitCode.INPUT, ExitCode.CONFIGURATION)
    _, err = capsys.readouterr()
    assert "Bedoelt u drechtsteden?" in err
    assert "Traceback" not in err
    assert list(tmp_path.glob("results/*")) == []


def test_lang_en_gives_english_messages_and_reports(fake_steps, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    assert cli.execute(["run", "proef", "--lang", "en"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert "Done. The reports:" in out
    assert "making reports" in err
    assert (tmp_path / "results" / "proef" / "client-en.html").exists()


def test_an_unexpected_exception_is_one_message(fake_steps, capsys):
    fake_steps["steps"] = replace(FAKE, settle=_fails(ZeroDivisionError("secret")))
    assert cli.execute(["run", "proef"]) == ExitCode.RUN
    _, err = capsys.readouterr()
    assert "ZeroDivisionError" in err
    assert "secret" not in err
    assert "Traceback" not in err


def test_an_unexpected_exception_outside_a_run_is_one_message(monkeypatch, capsys):
    from werkzorg.run import show

    monkeypatch.setattr(show, "pilot_table", _fails(ZeroDivisionError("secret")))
    assert cli.execute(["list"]) == ExitCode.RUN
    _, err = capsys.readouterr()
    assert len(err.splitlines()) == 2
    assert "secret" not in err


def test_the_code_of_an_explained_error_is_the_exit_code(fake_steps, capsys):
    error = WerkzorgError(ExitCode.INPUT, Problem("run.incomplete", values={"target": "x"}))
    fake_steps["steps"] = replace(FAKE, load=_fails(error))
    assert cli.execute(["run", "proef"]) == ExitCode.INPUT
    assert "niet volledig" in capsys.readouterr().err


def test_a_failed_gate_is_in_the_exit_code_and_the_reports_are_there(fake_steps, tmp_path, capsys):
    fake_steps["steps"] = replace(FAKE, verdict=lambda results: "stop")
    assert cli.execute(["run", "proef"]) == ExitCode.STATISTICS
    assert (tmp_path / "results" / "proef" / "municipality-nl.html").exists()
    assert "niet betrouwbaar genoeg" in capsys.readouterr().err


def test_main_leaves_with_the_exit_code(fake_steps, monkeypatch):
    with pytest.raises(SystemExit) as left:
        cli.main(["run"])
    assert left.value.code == 8


def test_no_arguments_print_the_help(capsys):
    assert cli.execute([]) == ExitCode.OK
    assert "Reken een pilot door" in capsys.readouterr().out


def test_list_names_the_shipped_pilots_with_their_counts(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.execute(["list"]) == ExitCode.OK
    out = " ".join(capsys.readouterr().out.split())
    assert "drechtsteden" in out
    assert "29 deelnemers, 10 aan het werk, 4 solliciteren, 13 in bemiddeling" in out


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_parameter_can_be_shown(lang):
    """Each shipped parameter, with its source and status, without an empty place in the text."""
    from rich.console import Console

    from werkzorg.run.show import describe_parameter
    from werkzorg.wording import say

    shipped = catalogue()
    for parameter in shipped:
        console = Console(file=io.StringIO(), record=True, width=400)
        console.print(describe_parameter(shipped, parameter, lang))
        text = console.export_text()
        assert parameter.id in text
        assert parameter.unit in text
        assert say(f"show.status.{parameter.status}", lang) in text
        assert title_in(parameter.source.title, lang).split()[0] in text
        assert "None" not in text


def test_show_gives_value_date_unit_source_and_status(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.execute(["show", "kh.wmo.guidance_hour"]) == ExitCode.OK
    out = " ".join(capsys.readouterr().out.split())
    for part in ("01-01-2023", "66,43", "euro per uur (EUR/hour)", "Kostenhandleiding", "nagezocht"):
        assert part in out


def test_show_has_no_english_note_in_dutch_and_the_status_words_of_the_reports(capsys, monkeypatch):
    from werkzorg.wording import say

    monkeypatch.setenv("COLUMNS", "200")
    note = catalogue().get("jobcoach.hour_uwv").note
    told = {}
    for lang in ("nl", "en"):
        assert cli.execute(["show", "jobcoach.hour_uwv", "--lang", lang]) == ExitCode.OK
        told[lang] = " ".join(capsys.readouterr().out.split())
    start = " ".join(note.split())[:30]
    assert start in told["en"] and start not in told["nl"] and "Toelichting" not in told["nl"]
    for status in ("verified", "recalled", "assumption", "derived"):
        assert say(f"show.status.{status}", "nl") == say(f"status.{status}", "nl")


def test_show_pilot_tells_stated_from_assumed_and_marks_local_values(tmp_path, capsys, monkeypatch):
    from ruamel.yaml import YAML

    from werkzorg.params.pilots import pilot_file

    monkeypatch.setenv("COLUMNS", "250")
    written = YAML(typ="safe").load(pilot_file("drechtsteden").read_text(encoding="utf8"))
    own = {"name": "PERT", "low": 2.0, "mode": 3.0, "high": 5.0}
    source = {"title": "Eigen Wmo-registratie", "publisher": "Gemeente", "year": 2018}
    written["id"] = "eigen"
    written["parameters"] = [{"id": "wmo.hours_week", "distribution": own, "source": source, "status": "verified"}]
    YAML(typ="safe").dump(written, tmp_path / "eigen.yaml")
    assert cli.execute(["show", str(tmp_path / "eigen.yaml")]) == ExitCode.OK
    stated, _, rest = capsys.readouterr().out.partition("Wat is aangenomen")
    assumed, _, local = rest.partition("Eigen waarden van de pilot")
    assert "minstens 20 van de 40" in stated
    assert "begonnen gelijkmatig verspreid" in assumed
    assert "care.severe_share" in assumed
    assert "wmo.hours_week" not in assumed
    assert "wmo.hours_week" in local


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["list"], ["show", "drechtsteden"], ["rum"]])
def test_quick_commands_do_not_import_heavy_packages(arguments):
    heavy = ("pymc", "pytensor", "numba", "nutpie", "arviz", "matplotlib", "papermill", "nbconvert", "pandas", "xarray")
    code = (
        "import sys; from werkzorg.cli import execute; execute(sys.argv[1:]); "
        f"sys.stderr.write('LOADED ' + ' '.join(n for n in {heavy!r} if n in sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stderr.rpartition("LOADED ")[2].split() == []


def test_python_m_werkzorg_is_the_same_command():
    environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-m", "werkzorg", "--version"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0
    assert done.stdout.startswith("werkzorg ")


def test_fake_pilot_has_what_the_runner_uses():
    from werkzorg.params.pilots import load_pilot

    assert {"id"} == set(vars(FakePilot())) <= set(type(load_pilot("drechtsteden")).model_fields)


def test_the_language_of_one_command_is_not_that_of_the_next(monkeypatch, capsys):
    monkeypatch.delenv("WERKZORG_LANG", raising=False)
    cli.execute(["list", "--lang", "en"])
    assert "WERKZORG_LANG" not in os.environ
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    cli.execute(["show", "nergens", "--lang", "en"])
    assert os.environ["WERKZORG_LANG"] == "nl"
