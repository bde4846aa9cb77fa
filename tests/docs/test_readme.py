"""The README says what is so: its example runs, its tables are up to date, its two pictures are there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import werkzorg.errors
from werkzorg import cli

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf8")


def test_the_first_lines_are_the_two_commands():
    commands = [line.split("#")[0].strip() for line in README.splitlines() if line.startswith("make ")]
    assert commands[:2] == ["make report", "make test"]
    assert README.index("make report") < 100
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf8"), re.MULTILINE)
    assert {"report", "test"} <= set(targets)


def test_no_amount_or_percentage_stands_outside_a_generated_block():
    plain = re.sub(r"<!-- generated: .*?<!-- end -->", "", README, flags=re.DOTALL)
    plain = re.sub(r"```.*?```", "", plain, flags=re.DOTALL)
    assert re.findall(r"€|\bEUR\b|\beuros? \d|\d\s*%|\d seconds", plain) == []


def test_every_command_that_is_named_exists_and_every_one_is_named():
    commands = set(typer.main.get_command(cli.app).commands)
    assert set(re.findall(r"`werkzorg ([a-z]+(?:-[a-z]+)*)", README)) == commands == set(cli.COMMANDS)
    block = re.search(r"## A second example.*?```\n(.*?)```", README, re.DOTALL)[1]
    assert block.splitlines() == ["werkzorg check voorbeeld", "werkzorg run voorbeeld"]
    assert "voorbeeld" in werkzorg.pilot_names()


def test_every_option_of_every_command_is_in_the_table():
    rows = re.findall(r"^\| ([a-z, -]*) \| `(--[a-z-]+)", README, re.MULTILINE)
    common = {"--lang"}
    for name, command in typer.main.get_command(cli.app).commands.items():
        found = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        listed = {option for names, option in rows if name in names.split(", ")}
        assert found - common == listed - common, name
        assert found <= set(cli.OPTIONS), name


@pytest.mark.slow
def test_the_python_example_runs_as_it_stands(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 1
    environment = os.environ | {
        "PYTHONPATH": str(Path(werkzorg.errors.__file__).parents[1]),
        "WERKZORG_CACHE": str(tmp_path / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", blocks[0]], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    pilot = werkzorg.load_pilot("drechtsteden")
    assert f"{pilot.last_snapshot.working} of {pilot.last_snapshot.enrolled} are at work" in done.stdout
    report = tmp_path / "my-results" / "client.en.html"
    assert '<html lang="en"' in report.read_text(encoding="utf8")
    assert (tmp_path / "my-results" / "results.xlsx").exists()


def test_there_is_one_picture_of_the_way_of_a_number_and_one_of_a_report():
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README)
    assert pictures == ["docs/img/way-of-a-number.svg", "docs/img/report.nl.png"]
