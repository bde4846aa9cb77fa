"""The way of somebody who has counts only, taken literally from the guide: new, fill in, check, show."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from werkzorg import cli
from werkzorg.cases.new import new
from werkzorg.errors import ExitCode
from werkzorg.params.pilots import PILOT_FILE, load_pilot

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDES = {"nl": "handleiding.md", "en": "guide.md"}


def section(lang: str, number: int) -> str:
    text = (DOCS / GUIDES[lang]).read_text(encoding="utf8")
    return re.search(rf"^## {number}\. .*?(?=^## )", text, re.DOTALL | re.MULTILINE).group()


def commands(text: str) -> list[list[str]]:
    """Arguments of every command in a block of code, without the name of the program."""
    lines = [
        line for block in re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE) for line in block.splitlines()
    ]
    return [shlex.split(line)[1:] for line in lines]


def fill_in(file: Path) -> None:
    """As the guide says: the brackets go, and the mark before the line of example."""
    text = file.read_text(encoding="utf8")
    filled = text.replace("snapshots: []", "snapshots:").replace("# - {date:", "- {date:")
    filled = re.sub(r"^# (accountability:|  (?:decision|comparison|perspectives):)", r"\1", filled, flags=re.MULTILINE)
    file.write_text(filled, encoding="utf8")


@pytest.mark.parametrize("lang", GUIDES)
def test_with_counts_alone_the_guide_leads_to_a_pilot_that_can_run(lang, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WERKZORG_LANG", lang)
    make, check, run = commands(section(lang, 2))
    assert cli.execute(make) == ExitCode.OK
    folder = Path(make[1])
    assert [path.name for path in folder.iterdir()] == [PILOT_FILE]
    assert not re.search(r"[A-Za-z]+\.(?:yml|xlsx)", capsys.readouterr().out)
    text = (folder / PILOT_FILE).read_text(encoding="utf8")
    named = re.findall(r"`(\w+)`", section(lang, 2).split("```")[2])
    assert {"snapshots", "municipalities", "households", "accountability"} <= set(named)
    assert all(re.search(rf"^(?:# )?{key}:", text, re.MULTILINE) for key in named)
    # Every line that asks to be filled in is named by the guide; the first two lines of the file explain the mark.
    marked = re.findall(r"^(\w+):.*INVULLEN", text, re.MULTILINE)
    assert set(marked) <= set(named) and "participants_planned" in marked

    fill_in(folder / PILOT_FILE)
    assert (check[0], run[0]) == ("check", "run") and check[1:] == run[1:] == [folder.name]
    assert cli.execute(check) == ExitCode.OK
    assert cli.execute(["show", folder.name]) == ExitCode.OK
    pilot = load_pilot(folder.name)
    assert pilot.data is None and [snapshot.enrolled for snapshot in pilot.snapshots] == [29]
    assert pilot.accountability is not None and pilot.accountability.decision is not None


@pytest.mark.parametrize("lang", GUIDES)
def test_with_records_it_says_where_somebody_with_counts_must_be(lang, tmp_path):
    made = new("utrecht", tmp_path / "utrecht", start=date(2018, 1, 1))
    assert "werkzorg new --counts" in made.render(lang)
    assert made.files[1].name == "verantwoording.yml"
    only = new("utrecht", tmp_path / "counts", start=date(2018, 1, 1), only_counts=True)
    text, counts = ((folder / PILOT_FILE).read_text(encoding="utf8") for folder in (made.folder, only.folder))
    assert text.startswith(counts) and "\ndata:\n" in text[len(counts) :]
