"""Pooled pilots in words and as files, and the command with its mistakes."""

import json

import numpy as np
import pandas as pd
import pytest
import typer
import xarray as xr
from rich.console import Console
from typer.testing import CliRunner

from werkzorg import cli, cli_pool
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.pool import POOLED, Pooled
from werkzorg.params.catalogue import catalogue
from werkzorg.reporting.pooled import check_table_path, pool_terminal, sentences, write_pooled

EFFECT, SCALE = "p_logrr_programme_nl", "p_job_survival_weibull_scale"


def made_up(pilots=("een", "twee"), **checks):
    rows = []
    for name, value in ((EFFECT, np.log(2.5)), (SCALE, 20.0)):
        ends = (value - 0.5, value + 0.5) if name == EFFECT else (10.0, 40.0)
        for what in ("mean", "spread", "new"):
            rows.append((name, what, None, 0.1 if what == "spread" else value, *ends, 0.2, np.nan))
        for pilot in pilots:
            rows.append((name, "site", pilot, value, *ends, 0.2, 0.75))
    columns = ["parameter", "what", "pilot", "value", "low95", "high95", "sd", "weight"]
    passed = {"spread": {"value": 0.9, "limit": 0.1, "passed": True}}
    return Pooled(pd.DataFrame(rows, columns=columns), xr.Dataset(), tuple(pilots), passed | checks)


@pytest.mark.parametrize(
    ("lang", "times", "length"), [("nl", "keer 2,50 (", ": 20 ("), ("en", "times 2.50 (", ": 20 (")]
)
def test_ratios_are_told_as_ratios(lang, times, length):
    text = " ".join(sentences(made_up(), lang))
    assert times in text
    assert length in text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_one_pilot_says_so(lang):
    one, two = sentences(made_up(("een",)), lang), sentences(made_up(), lang)
    assert one[0] != two[0]
    assert "1 pilot" in one[0]
    assert len(two) == len(one) + 1


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_failed_and_unknown_checks_are_named(lang):
    bad = {
        "een": {"value": 0.9, "limit": 0.25, "passed": False},
        "twee": {"value": None, "limit": 0.25, "passed": True},
    }
    fine, told = sentences(made_up(), lang), sentences(made_up(**bad), lang)
    assert not made_up(**bad).passed
    assert [sentence for sentence in told if sentence not in fine and "een" in sentence]
    assert [sentence for sentence in told if sentence not in fine and "twee" in sentence]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_terminal_shows_every_row(lang):
    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(pool_terminal(made_up(), lang))
    text = captured.get()
    assert text.count("75%") == 4
    assert all(sentence.split()[0] in text for sentence in sentences(made_up(), lang))


def test_table_as_csv_and_json(tmp_path):
    pooled = made_up()
    for ending in ("csv", "json"):
        write_pooled(pooled, catalogue(), check_table_path(tmp_path / f"samen.{ending}"))
    table = pd.read_csv(tmp_path / "samen.csv")
    assert table["value"].tolist() == pytest.approx(pooled.table["value"].tolist())
    assert set(table.loc[table["what"] == "spread", "unit"]) == {"log sd"}
    content = json.loads((tmp_path / "samen.json").read_text(encoding="utf8"))
    assert content["pilots"] == ["een", "twee"]
    assert len(content["table"]) == len(table)
    assert content["sentences"]["nl"] == sentences(pooled, "nl")


@pytest.mark.parametrize(
    ("name", "identifier"), [("samen.xlsx", "pool.file_ending"), ("weg/samen.csv", "pool.no_folder")]
)
def test_wrong_target_is_told_before_the_work(tmp_path, name, identifier):
    with pytest.raises(WerkzorgError) as error:
        check_table_path(tmp_path / name)
    assert error.value.exit_code == ExitCode.CONFIGURATION
    assert error.value.problems[0].identifier == identifier


def test_every_pooled_parameter_has_a_short_name():
    from werkzorg.wording import say

    assert all(say(f"pool.label.{name}", lang) for name in POOLED for lang in ("nl", "en"))


def test_command_refuses_a_pilot_twice(tmp_path):
    app = typer.Typer()
    app.callback()(lambda: None)
    cli_pool.register(app)
    result = CliRunner().invoke(app, ["pool", "drechtsteden", "drechtsteden"])
    assert isinstance(result.exception, WerkzorgError)
    assert result.exception.problems[0].identifier == "pool.twice"
    result = CliRunner().invoke(app, ["pool", "drechtsteden", "--out", str(tmp_path / "x.txt")])
    assert result.exception.problems[0].identifier == "pool.file_ending"


def test_pilots_that_hold_the_same_people_are_not_pooled(capsys):
    """The two shipped ones read one data folder; nobody's code and no number of people is told."""
    assert cli.execute(["pool", "voorbeeld", "drechtsteden", "voorbeeld-zonder-vergelijking"]) == ExitCode.CONFIGURATION
    told = capsys.readouterr().err
    assert "voorbeeld en voorbeeld-zonder-vergelijking hebben gegevens van dezelfde mensen" in told
    assert "VERZONNEN-" not in told and "40" not in told and "80" not in told
