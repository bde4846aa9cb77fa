"""The command `contract`: from a pilot to the verdict on the last line, without a sampler."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
import typer
from typer.testing import CliRunner

from werkzorg import cli_decide
from werkzorg.cli_options import DEFAULT_SEED
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.run import real
from werkzorg.run.negotiation import parse_probability


@pytest.fixture
def command(monkeypatch, tmp_path, posterior):
    """The command on its own, with the sampler-free posterior as fit and a cache of its own."""
    seeds = []

    def fit(pilot, seed, records):
        seeds.append(seed)
        return posterior

    steps = replace(
        real.real_steps(), prepare_fit=lambda: None, fit=fit, fit_ingredients=lambda pilot, seed, records: {"s": seed}
    )
    monkeypatch.setattr(real, "real_steps", lambda: steps)
    monkeypatch.setenv("WERKZORG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.callback()
    def _common() -> None:
        pass

    cli_decide.register(app)

    def call(*arguments):
        return CliRunner().invoke(app, ["contract", *arguments])

    call.seeds = seeds
    return call


def test_the_last_line_is_the_verdict_and_the_fit_is_used_again(command):
    shown = command("drechtsteden", "--probability", "0.8")
    assert shown.exit_code == ExitCode.OK, shown.exception
    last = shown.stdout.rstrip("\n").splitlines()[-1]
    assert last.startswith("Nee, geen contract van een of twee regels geeft elke partij ten minste 80% kans")
    assert last.endswith(".") and "De hoogste kans met één regel" in last
    for words in ("Zonder contract", "Kan missen", "Gemeente", "Rijk", "Betalen op een claim", "euro's van 2018"):
        assert words in shown.stdout
    assert command("drechtsteden", "--probability", "0.8").stdout == shown.stdout
    assert command.seeds == [DEFAULT_SEED]


def test_english_and_another_probability(command, monkeypatch):
    monkeypatch.setenv("WERKZORG_LANG", "en")
    shown = command("drechtsteden", "--probability", "0.3", "--lang", "en", "--seed", "3")
    last = shown.stdout.rstrip("\n").splitlines()[-1]
    assert "every party then has a chance of at least 30% not to be worse off" in last
    assert "central government pays" in last
    assert command.seeds == [3]


def test_the_answer_is_written_as_a_page(command, tmp_path):
    page = tmp_path / "contract.html"
    shown = command("drechtsteden", "--probability", "0.3", "--out", str(page))
    last = shown.stdout.rstrip("\n").splitlines()[-1]
    text = unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf8")))
    assert last in text
    assert text.count("Werk is de beste zorg, Drechtsteden") >= 2


def test_a_page_with_another_ending_is_refused_before_any_work(command):
    shown = command("drechtsteden", "--out", "page.txt")
    assert shown.exception.exit_code == ExitCode.CONFIGURATION
    assert command.seeds == []


@pytest.mark.parametrize("arguments", [("--probability", "80"), ("--probability", "0"), ("--lang", "both")], ids=str)
def test_a_wrong_option_is_said_before_any_work(command, arguments):
    shown = command("drechtsteden", *arguments)
    assert isinstance(shown.exception, WerkzorgError)
    assert shown.exception.exit_code == ExitCode.CONFIGURATION
    assert arguments[0] in shown.exception.problems[0].what("nl")
    assert command.seeds == []


@pytest.mark.parametrize("wrong", [0.0, -0.1, 1.01, float("nan")])
def test_only_a_probability_is_a_probability(wrong):
    with pytest.raises(WerkzorgError):
        parse_probability(wrong)
    assert parse_probability(1.0) == 1.0
