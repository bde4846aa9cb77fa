"""Small tables: read in any usual form, and refused as a whole when something may be misread."""

import openpyxl
import pandas as pd
import pytest

from werkzorg.cases import plain_table
from werkzorg.cases.plain_table import practice_table, read_plain
from werkzorg.errors import ExitCode, WerkzorgError

HEADER = ["month", "target_group", "stock", "inflow", "returned", "to_work", "to_other"]
ROWS = [["2018-01", "psychische klachten", 420, 14, 0, 4, 7], ["2018-02", "psychische klachten", 423, 12, 2, 3, 6]]


def text(mark=";", rows=ROWS, header=HEADER):
    return "\n".join(mark.join(map(str, line)) for line in [header, *rows]) + "\n"


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_usual_forms_of_csv_give_the_same(tmp_path, mark, encoding):
    path = tmp_path / "flows.csv"
    rows = [[*ROWS[0][:1], "cliënten", *ROWS[0][2:]], [], ROWS[1]]
    path.write_text(text(mark, rows), encoding=encoding)
    read = read_plain(path, "flows")
    assert list(read) == HEADER
    assert read["month"].tolist() == [pd.Period("2018-01"), pd.Period("2018-02")]
    assert read["target_group"].tolist() == ["cliënten", "psychische klachten"]
    assert read["stock"].tolist() == [420, 423]


def test_a_workbook_gives_the_same(tmp_path):
    book = openpyxl.Workbook()
    for line in [HEADER, *ROWS]:
        book.active.append(line)
    book.save(tmp_path / "flows.xlsx")
    (tmp_path / "flows.csv").write_text(text(), encoding="utf8")
    pd.testing.assert_frame_equal(
        read_plain(tmp_path / "flows.xlsx", "flows"), read_plain(tmp_path / "flows.csv", "flows")
    )


def refused(path, name="flows"):
    with pytest.raises(WerkzorgError) as caught:
        read_plain(path, name)
    assert caught.value.exit_code == ExitCode.INPUT
    assert caught.value.render("nl") and caught.value.render("en")
    return [(problem.identifier, problem.where.split(":", 1)[-1]) for problem in caught.value.problems]


BAD = {
    "month": ((0, 0, "januari 2018"), "2 month"),
    "count": ((0, 2, "4,5"), "2 stock"),
    "empty": ((1, 5, ""), "3 to_work"),
    "name": ((1, 1, "=HYPERLINK(1)"), "3 target_group"),
}


@pytest.mark.parametrize("identifier", BAD)
def test_a_cell_that_may_be_misread_is_named_by_row_and_column(tmp_path, identifier):
    (line, place, cell), where = BAD[identifier]
    rows = [list(row) for row in ROWS]
    rows[line][place] = cell
    path = tmp_path / "flows.csv"
    path.write_text(text(rows=rows), encoding="utf8")
    assert refused(path) == [(f"plain.{identifier}", where)]


def test_columns_that_miss_or_are_unknown_and_double_rows(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text(text(header=[*HEADER[:-1], "other"]), encoding="utf8")
    assert {identifier for identifier, _ in refused(path)} == {"plain.missing_column", "plain.unknown_column"}
    path.write_text(text(rows=[ROWS[0], ROWS[0]]), encoding="utf8")
    assert refused(path) == [("plain.double", "3")]


def test_files_that_are_none(tmp_path, monkeypatch):
    assert refused(tmp_path / "none.csv")[0][0] == "plain.no_file"
    for name, content, problem in (
        ("a.csv", b"a\0b", "not_a_table"), ("a.xlsx", b"PK nothing", "not_a_table"), ("a.pdf", b"x", "not_a_table"),
        ("b.csv", b"month\n", "no_rows"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name)[0][0] == f"plain.{problem}"
    monkeypatch.setattr(plain_table, "MOST_BYTES", 10)
    (tmp_path / "c.csv").write_text(text(), encoding="utf8")
    assert refused(tmp_path / "c.csv")[0][0] == "plain.too_large"


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path):
    """A cell that starts with a quotation mark would take in every row below it, unseen."""
    path = tmp_path / "questions.csv"
    rows = [["2018-01", "Zuid", "web", "loon", "kort"] for _ in range(40)]
    rows[7][-1] = '"open einde'
    # The second file is so long that the reader of the standard library gives up before its end.
    for tail in (1, 4_000):
        written = [list(map(str, row)) for row in rows] + [["2018-02", "Zuid", "web", "loon", "lang " * 10]] * tail
        path.write_text(text(rows=written, header=["month", "region", "channel", "theme", "text"]), encoding="utf8")
        assert refused(path, "questions") == [("plain.quotes", "9")]
    rows[7][-1] = '"twee\nregels; ""samen"""'
    path.write_text(text(rows=rows, header=["month", "region", "channel", "theme", "text"]), encoding="utf8")
    assert len(read_plain(path, "questions")) == 40


def test_line_ends_of_an_old_computer_are_read(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text(text(), encoding="utf8")
    usual = read_plain(path, "flows")
    for ending in ("\r", "\r\n"):
        path.write_bytes(text().replace("\n", ending).encode())
        pd.testing.assert_frame_equal(read_plain(path, "flows"), usual)


def test_many_mistakes_are_counted(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text(text(rows=[[row[0], f"g{i}", "x", *row[3:]] for i in range(20) for row in ROWS]), encoding="utf8")
    found = refused(path)
    assert len(found) == plain_table.MOST_MISTAKES + 1 and found[-1][0] == "plain.more"


@pytest.mark.parametrize("name", ["flows", "questions", "survey_results"])
def test_tables_are_complete_in_two_languages_and_read_back_their_examples(tmp_path, name):
    table = practice_table(name)
    for field in table.fields:
        assert field.title.nl and field.title.en and field.description.nl and field.description.en
    path = tmp_path / "example.csv"
    shown = table.fields
    path.write_text(";".join(f.name for f in shown) + "\n" + ";".join(f.example for f in shown) + "\n", encoding="utf8")
    read = read_plain(path, name)
    assert "text" not in read.columns and len(read) == 1
