"""A new user's way: an empty folder, the Excel file filled in by hand with five mistakes, one report, mended, run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from accountability_example import FULL

from werkzorg import cli
from werkzorg.cases.reading import check_records
from werkzorg.errors import ExitCode
from werkzorg.params.pilots import load_pilot

NAME = "werk-en-zorg"
PEOPLE = ("P-7K4M9QZX", "P-3H8WTRAE", "P-5N2CVBGD")
MONTHS = ("2018-01", "2018-02", "2018-03", "2018-04", "2018-05", "2018-06")
VALUES = ("voorjaar 2018", "bij haar moeder", "111222333", "437", "P-3H8WTRAF")
"""What is wrong, in the order of `MISTAKES`; none of it may be repeated."""

MISTAKES = {
    "a season for a month": ("cases", "enrolment_month", 2, VALUES[0], "Schrijf een maand als 2018-03"),
    "words that are not in the menu": ("cases", "household", 3, VALUES[1], "alleenstaande ouder (single_parent)"),
    "a citizen number": ("cases", "municipality", 4, VALUES[2], "burgerservicenummer"),
    "hours of a month in a week": ("months", "hours", 5, int(VALUES[3]), "groter dan 60 uren per week"),
    "a slip of the pen in a pseudonym": ("months", "pseudonym", 9, VALUES[4], "staan niet in de tabel cases"),
}
"""Sheet, column, row, what is filled in, and what the report says of it or what to do."""


def fill(book: openpyxl.Workbook) -> None:
    """Three people and six months each, in the words of the menus."""
    for number, pseudonym in enumerate(PEOPLE):
        put(book, "cases", number + 2, pseudonym=pseudonym, group="vergelijkingsgroep" if number == 2 else "pilot",
            enrolment_month="2018-03", birth_year=1980 + number, sex="vrouw", household="alleenstaande",
            benefit_kind="bijstand", hours_possible=16, benefit_at_start=992.12, need_job_coach="ja")  # fmt: skip
        for place, month in enumerate(MONTHS):
            put(book, "months", number * len(MONTHS) + place + 2, pseudonym=pseudonym, month=month,
                state="op zoek, met bijstand", hours=0, benefit=992.12)  # fmt: skip


def put(book: openpyxl.Workbook, sheet: str, row: int, **cells: object) -> None:
    places = {cell.value: cell.column for cell in book[sheet][1]}
    for column, value in cells.items():
        book[sheet].cell(row=row, column=places[column], value=value)


def choices(book: openpyxl.Workbook, sheet: str, column: str) -> list[str]:
    """Words of the menu of a column, by way of the list that the cells point to."""
    letter = next(cell.column_letter for cell in book[sheet][1] if cell.value == column)
    for check in book[sheet].data_validations.dataValidation:
        if any(str(cells).startswith(letter + "2:") for cells in check.sqref.ranges):
            name, _, place = check.formula1.partition("!")
            return [row[0].value for row in book[name][place.replace("$", "")]]
    raise LookupError(column)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The folder of a new pilot with its accountability filled in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    assert cli.execute(["new", NAME, "--start", "2018-01-01"]) == ExitCode.OK
    answers = FULL.replace("2025-12-31", f"{date.today().year + 5}-12-31")
    (tmp_path / NAME / "verantwoording.yml").write_text(answers, encoding="utf8")
    return tmp_path / NAME


def test_five_mistakes_are_named_in_one_report_and_mended(folder, capsys):
    file = folder / "deelnemers.xlsx"
    book = openpyxl.load_workbook(file)
    assert "op zoek, met bijstand" in choices(book, "months", "state")
    assert "vergelijkingsgroep" in choices(book, "cases", "group")
    fill(book)
    for sheet, column, row, value, _ in MISTAKES.values():
        put(book, sheet, row, **{column: value})
    book.save(file)
    capsys.readouterr()
    assert cli.execute(["check", NAME, "--report", "verslag.html"]) == ExitCode.PRIVACY
    told = capsys.readouterr().out
    page = Path("verslag.html").read_text(encoding="utf8")
    assert "5 soorten fouten" in told
    for sheet, column, row, _, words in MISTAKES.values():
        line = next(line for line in told.splitlines() if f"blad {sheet}, kolom {column} (" in line)
        assert f"rij {row}:" in line
        after = told[told.index(line) :].split("\n  [")[0]
        assert words in after
        assert "->" in after
        assert words in page
    assert "deelnemers.xlsx" in told and "deelnemers.xlsx" in page
    for value in VALUES:
        assert value not in told and value not in page

    fill(book)
    put(book, "cases", 4, municipality="GM0505")
    book.save(file)
    assert cli.execute(["check", NAME]) == ExitCode.OK
    told = capsys.readouterr().out
    assert "Er is niets gevonden dat in de weg staat" in told
    # One supplier asks for groups of fifteen: nothing about three people is shown.
    assert "minder dan 15 deelnemers" in told and "minder dan 10 " not in told
    assert "992" not in told
    assert not any(pseudonym in told for pseudonym in PEOPLE)
    tables = check_records(folder).tables
    assert tables["cases"]["group"].tolist() == ["programme", "programme", "comparison"]
    assert set(tables["months"]["state"]) == {"searching"}
    assert len(tables["months"]) == len(PEOPLE) * len(MONTHS)
    assert load_pilot(NAME).id == NAME


def test_a_line_in_the_report_per_empty_field_of_the_accountability_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    cli.execute(["new", NAME])
    capsys.readouterr()
    assert cli.execute(["check", NAME]) == ExitCode.CONFIGURATION
    told = capsys.readouterr().out
    lines = [line for line in told.splitlines() if "nog niet ingevuld" in line]
    assert len(lines) == len(set(lines)) >= 12
    # What to do is the same for all, and is said once.
    assert told.count("->") == 1
