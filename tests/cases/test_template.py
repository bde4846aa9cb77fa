"""Excel files to fill in, and the folder of a new pilot."""

from __future__ import annotations

import re
import stat
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from werkzorg.cases.accountability import read_accountability
from werkzorg.cases.new import WORKBOOKS, new, pilot_text
from werkzorg.cases.schema import table, tables
from werkzorg.cases.template import LAST_ROW, write_template
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.pilots import PILOT_FILE, load_pilot
from werkzorg.params.reader import read_yaml
from werkzorg.pilot import Pilot

ALL = list(tables())
LISTS = {"nl": "Lijsten", "en": "Lists"}


@pytest.fixture(scope="module", params=["nl", "en"])
def written(request, tmp_path_factory):
    path = write_template(tmp_path_factory.mktemp("template") / "all.xlsx", ALL, request.param)
    return path, openpyxl.load_workbook(path), request.param


def _checks(sheet):
    """Column number -> its check; every column has exactly one, over all rows to fill in."""
    found = {}
    for check in sheet.data_validations.dataValidation:
        for cells in check.sqref.ranges:
            left, top, right, bottom = range_boundaries(cells.coord)
            assert (left, top, bottom) == (right, 2, LAST_ROW)
            assert left not in found
            found[left] = check
    return found


def test_headers_are_the_columns_of_the_schema(written):
    _, book, lang = written
    assert book.sheetnames[1:-1] == ALL
    assert book.sheetnames[-1] == LISTS[lang]
    for name in ALL:
        rows = list(book[name].iter_rows(values_only=True))
        assert rows == [table(name).columns], "the header row and nothing else"


def test_every_column_has_a_message_and_a_check_or_a_menu(written):
    _, book, lang = written
    for name in ALL:
        checks = _checks(book[name])
        assert set(checks) == set(range(1, len(table(name).fields) + 1))
        for place, field in enumerate(table(name).fields, start=1):
            check = checks[place]
            assert getattr(field.title, lang) in check.prompt
            assert check.promptTitle == field.name
            # Limits of Excel: a longer text makes the file damaged in the eyes of Excel.
            assert len(check.promptTitle) <= 32
            assert len(check.prompt) <= 255
            assert len(check.error or "") <= 225
            if field.type in ("integer", "number", "year"):
                assert (float(check.formula1), float(check.formula2)) == (field.minimum, field.maximum)
                assert check.type == ("decimal" if field.type == "number" else "whole")
            expected = field.enum or field.type != "string"
            assert bool(check.showErrorMessage) == bool(expected)


def test_menus_hold_every_word_of_the_closed_list_and_lead_back_to_its_code(written):
    _, book, lang = written
    for name in ALL:
        for place, check in _checks(book[name]).items():
            field = table(name).fields[place - 1]
            if not field.enum and field.type != "boolean":
                assert check.type != "list"
                continue
            assert check.type == "list"
            sheet, cells = re.fullmatch(r"(\w+)!(.+)", check.formula1).groups()
            words = [row[0].value for row in book[sheet][cells.replace("$", "")]]
            if field.enum:
                assert [field.codes()[word.casefold()] for word in words] == [entry.code for entry in field.enum]
                assert words == [getattr(entry, lang) for entry in field.enum]
            else:
                assert words[0] in field.true_values and words[1] in field.false_values


def test_nothing_in_the_file_that_the_reader_refuses(written):
    path, book, _ = written
    parts = zipfile.ZipFile(path).namelist()
    assert not any("vba" in part.lower() or "externalLink" in part or "macro" in part.lower() for part in parts)
    assert book.properties.creator == "werkzorg"
    assert not book.defined_names
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(dimension.hidden for dimension in sheet.row_dimensions.values())
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())
        assert not any(cell.data_type in ("f", "e") for row in sheet.iter_rows() for cell in row)


def test_months_and_numbers_of_participants_are_text(written):
    """As `General`, Excel would turn 2018-03 into the first of March."""
    _, book, _ = written
    columns = book["months"].column_dimensions
    assert columns["A"].number_format == columns["B"].number_format == "@"
    assert book["counts"].column_dimensions["A"].number_format == "yyyy-mm-dd"


def test_explanation_names_every_column_in_both_languages(written):
    _, book, _ = written
    sheet = book.worksheets[0]
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    for name in ALL:
        for field in table(name).fields:
            assert {field.name, field.title.nl, field.title.en, field.description.nl, field.description.en} <= cells
            note = book[name].cell(row=1, column=table(name).columns.index(field.name) + 1).comment.text
            assert field.title.nl in note and field.title.en in note


def test_a_new_pilot_has_all_files_and_only_its_owner_reads_them(tmp_path):
    made = new("werk-en-zorg-utrecht", tmp_path / "utrecht")
    assert {path.name for path in made.files} == {path.name for path in (tmp_path / "utrecht").iterdir()}
    assert set(WORKBOOKS) < {path.name for path in made.files}
    assert sorted(name for names in WORKBOOKS.values() for name in names) == sorted(ALL)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.files} == {0o600}
    for lang, word in (("nl", "verantwoording"), ("en", "accountability")):
        assert all(path.name in made.render(lang) for path in made.files)
        assert word in made.render(lang)


def test_the_new_pilot_file_is_a_pilot(tmp_path):
    """All but the block `data:`, which belongs to the reader of case records, is checked as a pilot here."""
    made = new("utrecht", tmp_path / "utrecht", start=date(2018, 1, 1))
    file = made.folder / PILOT_FILE
    declared, _ = read_yaml(file)
    if "data" not in Pilot.model_fields:
        text = file.read_text(encoding="utf8")
        file.write_text(text[: text.index("data:\n")], encoding="utf8")
    pilot = load_pilot(file)
    assert (pilot.id, pilot.start, pilot.end) == ("utrecht", date(2018, 1, 1), date(2019, 12, 31))
    data = declared["data"]
    assert data["window"] == {"first": "2017-01", "last": "2019-12"}
    assert [entry["table"] for entry in data["files"]] == ["cases", "months"]
    for entry in data["files"]:
        book = openpyxl.load_workbook(made.folder / entry["path"], read_only=True)
        assert entry["sheet"] == entry["table"] and entry["sheet"] in book.sheetnames


def test_tables_behind_a_mark_are_good_as_soon_as_the_mark_is_gone(tmp_path):
    text = pilot_text("utrecht", date(2018, 1, 1))
    (tmp_path / PILOT_FILE).write_text(text.replace("  # - {table", "  - {table"), encoding="utf8")
    data, _ = read_yaml(tmp_path / PILOT_FILE)
    assert sorted(entry["table"] for entry in data["data"]["files"]) == sorted(ALL)
    for entry in data["data"]["files"]:
        assert entry["table"] in WORKBOOKS[entry["path"]]


def test_nobody_can_read_data_before_the_account_is_filled_in(tmp_path):
    made = new("utrecht", tmp_path / "utrecht")
    with pytest.raises(WerkzorgError) as caught:
        read_accountability(made.folder)
    assert caught.value.exit_code == ExitCode.CONFIGURATION


@pytest.mark.parametrize("file", [PILOT_FILE, "verantwoording.yml", "deelnemers.xlsx", "codeboek.html"])
def test_nothing_is_overwritten(tmp_path, file):
    (tmp_path / file).write_text("van iemand", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        new("utrecht", tmp_path)
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert file in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [file]
    assert (tmp_path / file).read_text(encoding="utf8") == "van iemand"


def test_a_link_to_nowhere_is_not_followed(tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / PILOT_FILE).symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(WerkzorgError):
        new("utrecht", tmp_path / "new")
    assert not (tmp_path / "elsewhere.yaml").exists()


@pytest.mark.parametrize("name", ["", "Utrecht", "../weg", "a", "a b", "x" * 42, "con\n"])
def test_names_that_cannot_be(tmp_path, name):
    with pytest.raises(WerkzorgError) as caught:
        new(name, tmp_path / "new")
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "new").write_text("van iemand", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        new("utrecht", tmp_path / "new")
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert (tmp_path / "new").read_text(encoding="utf8") == "van iemand"


def test_a_folder_that_was_there_keeps_its_rights(tmp_path):
    (tmp_path / "notes.txt").write_text("van iemand", encoding="utf8")
    tmp_path.chmod(0o755)
    made = new("utrecht", tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.files} == {0o600}
