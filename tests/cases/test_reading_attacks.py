"""Files that are odd, damaged or meant to harm: read right or refused, never half, never in silence, never repeated."""

from __future__ import annotations

import io
import random
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from faults import GOOD, Fault, check_fault, column_of, with_column
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_example import (
    CSV,
    HEADER,
    ROWS,
    TODAY,
    Maker,
    book,
    cell,
    csv_file,
    repacked,
    text_of,
    typed,
    write_folder,
    xlsx_file,
)

from werkzorg.cases.link import link
from werkzorg.cases.reading import Reading, check_records, read_tables
from werkzorg.cases.report import html_report, text_report, write_report
from werkzorg.cases.schema import tables
from werkzorg.errors import ExitCode

INPUT, PRIVACY, OK = ExitCode.INPUT, ExitCode.PRIVACY, ExitCode.OK
SHEET = "xl/worksheets/sheet1.xml"
TRUE, FALSE = ("ja", "waar", "j", "yes", "true", "1"), ("nee", "onwaar", "n", "no", "false", "0")


def sheet_with(old: bytes, new: bytes, part: str = SHEET) -> bytes:
    """The example with other bytes in a part."""

    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return repacked(book(), change)


def put(**cells: object) -> bytes:
    """The example with other cells."""

    def change(made: openpyxl.Workbook) -> None:
        for address, value in cells.items():
            made.active[address] = value

    return book(change)


def below(*rows: list[object]) -> bytes:
    """The example with rows below it."""
    return book(lambda made: [made.active.append(row) for row in rows])


def xlsx(number: str, identifier: str, content: bytes, **more) -> Fault:
    """A workbook of which one thing is odd."""
    sheet = {"sheet": "cases"} if identifier else {}
    code = {} if identifier else {"code": OK}
    return Fault(number, xlsx_file(content, **more.pop("entry", {})), identifier,
                 **({"file": "cases.xlsx"} | sheet | code | more))  # fmt: skip


CELL_G5 = b'<c r="G5" t="n"><v>1417.31</v></c>'
NOTHING = b'<c r="H5" t="str"><f>IF(1,"","")</f><v></v></c>'
EMPTY_TEXT = sheet_with(CELL_G5, CELL_G5 + NOTHING)
WORKBOOKS = (
    xlsx("text numbers", "", put(F2="16", E3="1990", F3=12.5)),
    xlsx("text numbers with a comma", "", put(G2="992,12", G3=" 992,12 "), entry={"decimal": ","}),
    xlsx("text numbers undeclared", "number_undeclared", put(G3="992,12"), column="benefit_at_start", rows=(3,),
         canaries=("992,12",)),
    xlsx("rows of blanks below", "", below([" ", None, "\u00a0"], [], [None, " "])),
    xlsx("stored outcome of a formula", "",
         sheet_with(CELL_G5, b'<c r="G5"><f>1417+0.31</f><v>1417.31</v></c>')),
    xlsx("stored outcome that is an empty text", "", EMPTY_TEXT),
    xlsx("time of day", "date_text", put(C3=time(3, 4)), column="enrolment_month", rows=(3,)),
    xlsx("duration", "number_text", put(F3=timedelta(hours=36)), column="hours_possible", rows=(3,)),
    xlsx("day in the column of birth years", "cases.privacy.birth_date", put(E3=datetime(1977, 3, 2)),
         code=PRIVACY, column="birth_year", rows=(3,), canaries=("1977",)),
    xlsx("national number as a number", "cases.privacy.bsn", put(A2=111222333, A3=123456782, A4=100000009),
         code=PRIVACY, column="pseudonym", rows=(2, 3, 4), canaries=("111222333", "123456782", "100000009")),
    xlsx("true in a column of numbers", "number_text", put(F3=True), column="hours_possible", rows=(3,)),
    xlsx("empty first row", "columns_not_found", book(lambda made: made.active.insert_rows(1)), rows=(1,)),
    xlsx("title above the table", "columns_not_found", book(
        lambda made: (made.active.insert_rows(1), made.active.__setitem__("A1", "KANARIE"))), rows=(1,),
        canaries=("KANARIE",)),
    xlsx("header twice, case and spaces", "double_columns", put(H1=" GROUP ")),
    xlsx("name of the sheet", "number_text",
         book(lambda made: (setattr(made.active, "title", "Kanarie 111222333"), made.active.__setitem__("G3", "x"))),
         sheet="1 (naam niet getoond)", column="benefit_at_start", rows=(3,), canaries=("Kanarie", "111222333")),
    xlsx("row twice", "not_readable", sheet_with(b'<row r="4"', b'<row r="3"')),
    xlsx("rows out of order", "not_readable", sheet_with(b'<row r="4"', b'<row r="2"')),
    xlsx("cell in another row", "not_readable", sheet_with(b'r="B4"', b'r="B3"')),
    xlsx("cell twice", "not_readable", sheet_with(b'r="C4"', b'r="B4"')),
    xlsx("text that is not there", "not_readable",
         sheet_with(CELL_G5, b'<c r="G5" t="s"><v>999</v></c>')),
    xlsx("number that is none", "not_readable", sheet_with(CELL_G5, b'<c r="G5" t="n"><v>KANARIE</v></c>'),
         canaries=("KANARIE",)),
    xlsx("day that is none", "not_readable", sheet_with(CELL_G5, b'<c r="G5" t="d"><v>KANARIE</v></c>'),
         canaries=("KANARIE",)),
    xlsx("styles damaged", "not_readable", repacked(book(), lambda parts: parts.__setitem__("xl/styles.xml", b"<a"))),
    xlsx("two sheets of one number", "not_readable", sheet="", content=sheet_with(
        b'Id="rId2"', b'Id="rId1"', "xl/_rels/workbook.xml.rels")),
    xlsx("another workbook inside", "not_readable", sheet="", content=sheet_with(
        b'"/xl/workbook.xml"', b'"/xl/other.xml"', "[Content_Types].xml")),
    xlsx("macros by type", "macros", sheet="", content=sheet_with(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml", "[Content_Types].xml")),
)  # fmt: skip

TOWNS = text_of((*HEADER, "plaats"), [(*row, "Súdwest-Fryslân €") for row in ROWS])

TEXTS = (
    Fault("quoted delimiter", csv_file(GOOD.replace("programme", '"programme"')), "", OK),
    Fault("quoted line break", cell("group", '"pro\ngramme"'), "open_quote", rows=(3, 4)),
    Fault("quote half-way a cell", csv_file(GOOD.replace("P-BBBB222B;programme", 'P-BBBB"222B;"programme')),
          "ragged_rows", rows=(3,)),
    Fault("NUL", csv_file(GOOD.replace("P-BBBB", "P-BB\0BB")), "control_characters", rows=(3,)),
    Fault("one line in another delimiter", csv_file(GOOD.replace("P-BBBB222B;programme;2018-04;2019-12;",
          "P-BBBB222B,programme,2018-04,2019-12,")), "ragged_rows", rows=(3,), canaries=("P-BBBB222B",)),
    Fault("tab declared as semicolon", csv_file(text_of(HEADER, ROWS, "\t")), "wrong_delimiter", rows=(1,)),
    Fault("delimiter at the end of each line", csv_file(GOOD.replace("\n", ";\n")), "nameless_columns"),
    Fault("cp1252 read as utf-8 before", csv_file(GOOD.replace("992,12", "â‚¬ 992,12")), "number_text",
          column="benefit_at_start", rows=(2, 3)),
    Fault("cp1252 that is no utf-8", csv_file(TOWNS, encoding="cp1252", drop=["plaats"]), "", OK),
    Fault("utf-8", csv_file(TOWNS, drop=["plaats"]), "", OK),
    Fault("national number far below other mistakes", column_of("group", ["x", "x", "x", "bsn 111222333"]),
          "cases.privacy.bsn", PRIVACY, column="group", rows=(5,), canaries=("111222333",)),
)  # fmt: skip


def parquet_of(change: dict[str, pa.Array], **entry: object) -> Maker:
    """The four people as parquet with other or more columns."""

    def make(folder: Path) -> list[dict[str, object]]:
        columns = {name: [row[place] for row in ROWS] for place, name in enumerate(HEADER)}
        arrays = {name: pa.array([typed(each) for each in cells] if name in HEADER[4:] else cells)
                  for name, cells in columns.items()}  # fmt: skip
        pairs = [(name, change.get(name, array)) for name, array in arrays.items()]
        pairs += [(name, array) for name, array in change.items() if name not in arrays]
        parquet.write_table(pa.table([each for _, each in pairs], names=[name.rstrip("~") for name, _ in pairs]),
                            folder / "cases.parquet")  # fmt: skip
        return [{"table": "cases", "path": "cases.parquet", "format": "parquet", "money_unit": "euro", **entry}]

    return make


def typed_file(number: str, identifier: str, change: dict[str, pa.Array], **more) -> Fault:
    """A parquet file of which one column is odd."""
    code = {} if identifier else {"code": OK}
    make = parquet_of(change, **more.pop("entry", {}))
    return Fault(number, make, identifier, **({"file": "cases.parquet"} | code | more))


def four(value: object, kind: pa.DataType | None = None) -> pa.Array:
    """A column of four equal cells."""
    return pa.array([value] * 4, kind)


STARTS = [datetime(2018, month, 1) for month in (3, 4, 5, 6)]
BENEFITS = [typed(row[-1]) for row in ROWS]
MOMENT = pa.timestamp("us", "Europe/Amsterdam")
AMSTERDAM = pd.Series(STARTS).dt.tz_localize("Europe/Amsterdam")
ALL = (2, 3, 4, 5)
TYPED = (
    typed_file("parquet", "", {}),
    typed_file("midnight here", "", {"enrolment_month": pa.array(AMSTERDAM, MOMENT)}),
    typed_file("midnight here, kept as Greenwich time", "date_text", column="enrolment_month", rows=ALL,
               change={"enrolment_month": pa.array(AMSTERDAM.dt.tz_convert("UTC"), pa.timestamp("us", "UTC"))}),
    typed_file("unknown time zone", "not_readable", {"enrolment_month": pa.array(STARTS, pa.timestamp("us", "Mars"))}),
    typed_file("day outside the calendar", "not_readable",
               {"enrolment_month": pa.array([10**15] * 4, pa.int64()).cast(pa.timestamp("s"))}),
    typed_file("year and month as a number", "", {"enrolment_month": pa.array([201803, 201804, 201805, 201806])}),
    typed_file("decimals", "", {"benefit_at_start": pa.array([f"{each:.2f}" for each in BENEFITS])
                                .cast(pa.decimal128(9, 2))}),
    typed_file("small whole numbers", "", {"birth_year": pa.array([1984, 1990, 1979, 1969], pa.uint16())}),
    typed_file("dictionary of large texts", "", {"group": pa.array([row[1] for row in ROWS], pa.large_string())
                                                 .dictionary_encode()}),
    typed_file("more figures than a float holds", "above_maximum", {"benefit_at_start": four(2**60 + 1)},
               column="benefit_at_start", rows=ALL, canaries=(str(2**60 + 1),)),
    typed_file("not a number", "number_not_finite", {"benefit_at_start": four(float("nan"))},
               column="benefit_at_start", rows=ALL),
    typed_file("yes and no as a number", "number_text", {"benefit_at_start": four(True)}, column="benefit_at_start",
               rows=ALL),
    typed_file("number as text, undeclared", "number_undeclared", {"benefit_at_start": four("992,12")},
               column="benefit_at_start", rows=ALL, canaries=("992,12",)),
    typed_file("text in a list", "nested_columns", {"group": four(["programme"])}),
    typed_file("text in a structure", "nested_columns", {"group": four({"KANARIE": "programme"})},
               canaries=("KANARIE",)),
    typed_file("bytes", "nested_columns", {"group": four(b"programme")}),
    typed_file("damaged letters", "not_readable", {"group": pa.array([b"\xff\xfe"] * 4).view(pa.string())}),
    typed_file("nothing at all in a column", "value_missing", {"group": pa.nulls(4)}, column="group", rows=ALL),
    typed_file("index of pandas", "unknown_columns", {"__index_level_0__": pa.array([0, 1, 2, 3])}),
    typed_file("column twice", "double_columns", {"group~": four("programme")}),
    typed_file("column with a dot", "unknown_columns", {"group.x": four("KANARIE")}, canaries=("KANARIE",)),
    typed_file("national number", "cases.privacy.bsn", {"nummer": pa.array([111222333, 123456782, 100000009, None])},
               code=PRIVACY, column="nummer", rows=(2, 3, 4), canaries=("111222333",)),
)  # fmt: skip

ATTACKS = (*WORKBOOKS, *TEXTS, *TYPED)


@pytest.mark.parametrize("fault", ATTACKS, ids=lambda fault: fault.number)
def test_attack(fault: Fault, tmp_path: Path, monkeypatch, caplog, capfd):
    folder = tmp_path / "data"
    folder.mkdir()
    check_fault(fault, folder, monkeypatch, caplog, capfd)


def test_a_filled_cell_far_away_in_a_formula_without_outcome_is_named(tmp_path):
    reading = check_records(write_folder(tmp_path, xlsx_file(put(Z90="=1+1"))), today=TODAY)
    assert [(each.identifier, each.rows, each.values["cells"]) for each in reading.problems] == [
        ("cases.reading.formula_unstored", (90,), "Z90")
    ]


# Yes and no, and the words of closed lists.


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_yes_and_no_in_every_accepted_word(form, tmp_path):
    words = [*TRUE, *FALSE, *(word.upper() for word in TRUE + FALSE)]
    header = ("pseudonym", "group", "enrolment_month", "need_job_coach")
    rows = [(f"P-AAAA{place:04d}X", "programme", "2018-03", word) for place, word in enumerate(words)]
    made = openpyxl.Workbook()
    for row in (header, *rows):
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    make = csv_file(text_of(header, rows)) if form == "csv" else xlsx_file(stream.getvalue())
    frame = read_tables(write_folder(tmp_path, make), today=TODAY)["cases"]
    assert frame["need_job_coach"].tolist() == ([True] * 6 + [False] * 6) * 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([True, False, None, True]), [True, False, None, True]),
        (pa.array([1, 0, None, 1]), [True, False, None, True]),
        (pa.array([1.0, 0.0, None, 1.0]), [True, False, None, True]),
        (pa.array(["WAAR", "onwaar", "", "ja "]), [True, False, None, True]),
    ],
)
def test_yes_and_no_in_typed_files(values, expected, tmp_path):
    made = read_tables(write_folder(tmp_path, parquet_of({"need_job_coach": values})), today=TODAY)["cases"]
    assert [None if pd.isna(each) else bool(each) for each in made["need_job_coach"]] == expected


LISTS = [(name, field) for name, schema in tables().items() for field in schema.fields if field.enum]


@pytest.mark.parametrize(("name", "field"), LISTS, ids=lambda each: getattr(each, "name", each))
def test_every_word_of_a_menu_means_one_code(name, field):
    """A word that belongs to two codes, or to nothing, would be read as the wrong one in silence."""
    texts = [(text.casefold(), entry.code) for entry in field.enum for text in {entry.code, entry.nl, entry.en}]
    assert dict(texts) == field.codes()
    assert all(dict(texts)[text] == code for text, code in texts)
    assert not {text for text, _ in texts} & {word.casefold() for word in field.missing_values}
    assert all(text == " ".join(text.split()) for text, _ in texts)


# What begins like a formula is text, and stays text.

FORMULAS = ("=1+1", "+31612345678", "-1+1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0")


def formulas_in(path: Path) -> list[str]:
    """Cells of a workbook that a program would compute."""
    made = openpyxl.load_workbook(path)
    return [each.coordinate for sheet in made for row in sheet.iter_rows() for each in row if each.data_type == "f"]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("column", ["pseudonym", "group", "birth_year", "municipality", "unknown", "header"])
def test_what_begins_like_a_formula_is_never_computed_or_repeated(text, column, tmp_path):
    other = with_column(text if column == "header" else column, [text] * 4)
    make = cell(column, text) if column in HEADER else other
    reading = check_records(write_folder(tmp_path, make), today=TODAY)
    assert reading.exit_code in (INPUT, PRIVACY)
    for lang in ("nl", "en"):
        book_path = write_report(reading, tmp_path / f"verslag.{lang}.xlsx", lang)
        assert formulas_in(book_path) == []
        if column != "header":
            assert text.strip() not in text_report(reading, lang) + html_report(reading, lang)
    assert "<a " not in html_report(reading, "nl")


def test_no_cell_that_linking_writes_begins_like_a_formula(tmp_path):
    ggz = pd.DataFrame({"pseudonym": [f"P-AAAA{place:02d}AA" for place in range(30)], "form_month": "2018-03",
                        "hours_possible": -1.5})  # fmt: skip
    link({"intake_ggz": ggz, "intake_wi": ggz.assign(benefit_at_start=992.12)}, folder=tmp_path / "uit")
    cells = [
        each for line in (tmp_path / "uit" / "cases.csv").read_text("utf8").splitlines() for each in line.split(";")
    ]
    assert not [each for each in cells if re.match(r"[=+@\t\r]|-(?![0-9,]+$)", each)]


# Any damage: a report, never a traceback.


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, taken out or put in."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 20))):
        place = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            data[place] = chance.randrange(256)
        elif kind == 1 and len(data) > 100:
            del data[place : place + chance.choice((1, 8, 50))]
        elif kind == 2:
            data[place:place] = bytes(chance.choices(b'<>/"=0189abcr;,\n\r \0', k=3))
        else:
            other = chance.randrange(len(data))
            data[place : place + 8] = data[other : other + 8]
    return bytes(data)


def damaged_part(content: bytes, chance: random.Random) -> bytes:
    """A workbook of which one part is damaged, and the archive is not."""

    def change(parts: dict[str, bytes]) -> None:
        name = chance.choice(sorted(parts))
        if chance.random() < 0.1:
            del parts[name]
        else:
            parts[name] = damaged(parts[name], chance)

    return repacked(content, change)


def parquet_bytes() -> bytes:
    """The example as parquet."""
    target = io.BytesIO()
    parquet.write_table(pa.table({name: [row[place] for row in ROWS] for place, name in enumerate(HEADER)}), target)
    return target.getvalue()


KINDS = {
    "csv": (GOOD.encode(), damaged),
    "xlsx": (book(), damaged),
    "part of xlsx": (book(), damaged_part),
    "parquet": (parquet_bytes(), damaged),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_no_damage_gives_a_traceback(kind, tmp_path, seed):
    content, damage = KINDS[kind]
    form = kind.rpartition(" ")[2]

    def make(folder: Path) -> list[dict[str, object]]:
        (folder / f"cases.{form}").write_bytes(damage(content, random.Random(seed)))
        return [{**CSV, "table": "cases", "path": f"cases.{form}", "format": form}]

    reading: Reading = check_records(write_folder(tmp_path, make), today=TODAY)
    assert reading.exit_code in (OK, INPUT, PRIVACY)
    assert all(problem.render(lang) for problem in reading.problems for lang in ("nl", "en"))
