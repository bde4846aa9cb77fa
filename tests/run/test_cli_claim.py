"""`werkzorg explain-claim`: options as people write them, mistakes before any calculation, exit codes."""

import pytest
import typer

from werkzorg import cli_claim
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference import claim as claims


@pytest.fixture
def explain(monkeypatch):
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    app = typer.Typer()
    app.callback()(lambda: None)
    cli_claim.register(app)
    return lambda *options: app(args=["explain-claim", *options], standalone_mode=False)


@pytest.fixture
def no_calculation(monkeypatch):
    def calculate(*arguments, **options):
        raise AssertionError("calculated")

    monkeypatch.setattr(claims, "explain_claim", calculate)


@pytest.mark.parametrize(
    "change", [("--change=-40%",), ("--change", "-40%"), ("--change=-0,4",), ("--change", "-40,0 %")]
)
def test_a_fall_can_be_written_in_several_ways(explain, capsys, change):
    assert explain("--placed", "50", *change, "--months", "12") == ExitCode.OK
    text = capsys.readouterr().out
    assert "Daalden de GGZ-kosten met 40% door werk?" in text and "naar schatting" in text


def test_english_and_a_page(explain, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("WERKZORG_LANG", "en")
    page = tmp_path / "claim.html"
    amounts = ("--before", "7,500", "--after", "4,500")
    assert explain("--placed", "50", *amounts, "--lang", "en", "--out", str(page)) == ExitCode.OK
    assert "Did work bring mental health care cost down by 40%?" in capsys.readouterr().out
    assert '<html lang="en">' in page.read_text(encoding="utf8")


@pytest.mark.parametrize(
    ("options", "code", "where"),
    [
        (("--placed", "50", "--change=-100%"), ExitCode.INPUT, "--change"),
        (("--placed", "50", "--change=+1001%"), ExitCode.INPUT, "--change"),
        (("--placed", "50", "--change=-40"), ExitCode.INPUT, "--change"),
        (("--placed", "50", "--change=veel"), ExitCode.INPUT, "--change"),
        (("--placed", "0", "--change=-40%"), ExitCode.INPUT, "--placed"),
        (("--placed", "50"), ExitCode.INPUT, ""),
        (("--placed", "50", "--change=-40%", "--before", "7,500"), ExitCode.INPUT, "--before"),
        (("--placed", "50", "--change=-40%", "--comparison", "9"), ExitCode.INPUT, ""),
        (("--placed", "50", "--change=-40%", "--out", "uitleg.pdf"), ExitCode.CONFIGURATION, "--out"),
        (("--placed", "50", "--change=-40%", "--lang", "de"), ExitCode.CONFIGURATION, ""),
        (("--placed", "50", "--change=-40%", "--seed", "-1"), ExitCode.CONFIGURATION, ""),
    ],
)
def test_mistakes_are_told_before_any_calculation(explain, no_calculation, options, code, where):
    with pytest.raises(WerkzorgError) as caught:
        explain(*options)
    assert caught.value.exit_code == code
    assert caught.value.problems[0].where == where
    assert "->" in caught.value.render("nl")


def test_an_incredible_claim_ends_with_the_code_of_statistics(explain):
    with pytest.raises(WerkzorgError) as caught:
        explain("--placed", "400", "--change=-98%")
    assert caught.value.exit_code == ExitCode.STATISTICS


def test_every_option_is_known_to_the_suggestions():
    app = typer.Typer()
    app.callback()(lambda: None)
    cli_claim.register(app)
    command = typer.main.get_command(app).commands["explain-claim"]
    options = {name for parameter in command.params for name in parameter.opts}
    assert options - {"--lang", "--out", "--seed", "--help"} == set(cli_claim.OPTIONS)
