"""What must be read, and read right: traps of Dutch files that are no faults, types, permission, reports."""

from __future__ import annotations

import traceback
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from accountability_example import FULL
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from reading_example import (
    CSV,
    HEADER,
    ROWS,
    TODAY,
    assert_right,
    book,
    cell,
    csv_file,
    text_of,
    typed,
    write_folder,
    xlsx_file,
)

from werkzorg.cases import one_file
from werkzorg.cases.new import new
from werkzorg.cases.reading import check_records, read_tables
from werkzorg.cases.report import html_report, text_report, write_report
from werkzorg.cases.schema import table
from werkzorg.errors import ExitCode, WerkzorgError

GOOD = text_of(HEADER, ROWS)


def read(folder: Path, make, **data) -> dict[str, pd.DataFrame]:
    """Tables of a folder with the files that `make` writes."""
    return read_tables(write_folder(folder, make, **data), today=TODAY)


def parquet_file(folder: Path) -> list[dict]:
    """The people as a typed file, one column a dictionary."""
    columns = {name: [row[place] for row in ROWS] for place, name in enumerate(HEADER)}
    content = {name: [typed(value) for value in columns[name]] for name in HEADER[4:]}
    months = pa.array([date.fromisoformat(f"{value}-01") for value in columns["enrolment_month"]])
    arrays = {
        "pseudonym": pa.array(columns["pseudonym"]),
        "group": pa.array(columns["group"]).dictionary_encode(),
        "enrolment_month": months,
        "end_month": pa.array(columns["end_month"], pa.large_string()),
        **{name: pa.array(values) for name, values in content.items()},
    }
    parquet.write_table(pa.table(arrays), folder / "cases.parquet")
    return [{"table": "cases", "path": "cases.parquet", "format": "parquet", "money_unit": "euro"}]


def mac_book(made: openpyxl.Workbook) -> None:
    """Days counted from 1904, and months as real dates."""
    made.epoch = CALENDAR_MAC_1904
    for row, line in enumerate(ROWS, start=2):
        made.active.cell(row=row, column=3, value=datetime.fromisoformat(f"{line[2]}-01"))


def serial_months(made: openpyxl.Workbook) -> None:
    """Months as bare day numbers: 43160 is 1 March 2018."""
    for row, value in enumerate((43160, 43191, 43221, 43252), start=2):
        made.active.cell(row=row, column=3, value=value)


def styled_far(made: openpyxl.Workbook) -> None:
    """A style far below the table, as Excel leaves behind, is no cell."""
    made.active["A900000"].font = openpyxl.styles.Font(bold=True)


NAMES = ("Pseudonym ", "GROUP", "enrolment\u00a0month", "End-Month", "birth_\u00adyear", "Mogelijke uren per week",
         "benefit at start")  # fmt: skip
SPACED = [[*row[:5], row[5], row[6].replace("1417", "1 417").replace("1 417", "1\u00a0417")] for row in ROWS]
ACCEPTED = {
    "plain": csv_file(GOOD),
    "byte order mark": csv_file(GOOD, encoding="utf-8-sig"),
    "utf-16 from Excel": csv_file(GOOD, encoding="utf-16"),
    "windows line ends": csv_file(GOOD.replace("\n", "\r\n")),
    "no last newline": csv_file(GOOD.rstrip("\n")),
    "blank rows": csv_file(GOOD.replace("\n", "\n\n") + ";;;;;;\n"),
    "sep line": csv_file("sep=;\n" + GOOD),
    "quotes": csv_file("\n".join(";".join(f'"{field}"' for field in row) for row in (HEADER, *ROWS))),
    "names by the fixed rules": csv_file(text_of(NAMES, ROWS)),
    "thousands with dots": csv_file(GOOD.replace("1417,31", "1.417,31"), thousands="dot"),
    "thousands with spaces": csv_file(text_of(HEADER, SPACED), thousands="space"),
    "decimal points": csv_file(GOOD.replace(",", "."), decimal="."),
    "euro sign and EUR": csv_file(GOOD.replace("694,48", "EUR 694,48").replace("1417,31", "€ 1417,31")),
    "cents": csv_file(text_of(HEADER, [(*row[:6], row[6].replace(",", "")) for row in ROWS]), money_unit="cent"),
    "words for nothing": cell("hours_possible", "n.v.t.", row=5),
    "labels": csv_file(GOOD.replace("programme", "Pilot").replace("comparison", "VERGELIJKINGSGROEP")),
    "month names": csv_file(GOOD.replace("2018-03", "maart 2018").replace("2018-04", "04-2018"), date_order="dmy"),
    "period codes": csv_file(GOOD.replace("2018-03", "201803")),
    "spaces around": csv_file(GOOD.replace("P-BBBB222B;", " P-BBBB222B ;").replace(";1990;", "; 1990 ;")),
    "workbook": xlsx_file(book()),
    "workbook from 1904": xlsx_file(book(mac_book)),
    "workbook with day numbers": xlsx_file(book(serial_months)),
    "workbook with style far away": xlsx_file(book(styled_far)),
    "parquet": parquet_file,
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name, tmp_path):
    assert_right(read(tmp_path, ACCEPTED[name])["cases"])


def test_every_column_of_the_schema_is_there_and_typed(tmp_path):
    frame = read(tmp_path, csv_file(GOOD))["cases"]
    assert tuple(frame.columns) == table("cases").columns
    kinds = {"pseudonym": "str", "enrolment_month": "period[M]", "sex": "category", "need_job_coach": "boolean",
             "wage_value": "float64", "municipality": "str", "end_month": "period[M]"}  # fmt: skip
    assert {name: str(frame[name].dtype) for name in kinds} == kinds
    assert frame["sex"].isna().all() and list(frame["sex"].cat.categories) == ["female", "male", "other"]
    assert frame[["need_job_coach", "municipality", "wage_value"]].isna().all(axis=None)


@pytest.mark.parametrize("text", ["-5,50", "5,50-", "(5,50)", "\u22125,50", "€ -5,50", "-€ 5,50", "5,50- €"])
def test_negative_numbers_in_every_accepted_form(text, tmp_path):
    rows = "pseudonym;month;component;amount\nP-AAAA111A;2018-05;crisis;"
    frame = read(tmp_path, csv_file(rows + text + "\n", table="insurer"))["insurer"]
    assert frame["amount"].tolist() == [-5.5]


@pytest.mark.parametrize(
    ("text", "order"),
    [("29-06-2018", "dmy"), ("29/6/2018", "dmy"), ("29.06.2018", "dmy"), ("29 juni 2018", "dmy"),
     ("29 jun. 2018", None), ("2018-06-29", "ymd"), ("2018-06-29", None), ("2018-06-29 00:00:00", "ymd")],
)  # fmt: skip
def test_days(text, order, tmp_path):
    make = csv_file(
        f"date;group;target_group;quantity;count\n{text};programme;all;working;10\n", table="counts", date_order=order
    )
    assert read(tmp_path, make)["counts"]["date"].tolist() == [pd.Timestamp(2018, 6, 29)]


def test_day_first_is_never_read_month_first(tmp_path):
    frame = read(tmp_path, csv_file(
        "date;group;target_group;quantity;count\n03-04-2018;programme;all;working;10\n", table="counts",
        date_order="dmy"))["counts"]  # fmt: skip
    assert frame["date"].tolist() == [pd.Timestamp(2018, 4, 3)]


def test_days_of_service_are_kept_as_months_and_it_is_said(tmp_path):
    folder = write_folder(tmp_path, csv_file(GOOD.replace("2018-03", "2018-03-17")))
    reading = check_records(folder, today=TODAY)
    assert [(each.identifier, each.rows) for each in reading.problems] == [("cases.reading.date_coarsened", (2,))]
    assert_right(reading.tables["cases"])


def test_windows_1252_is_read_and_noted(tmp_path):
    text = text_of((*HEADER, "opmerking €"), [(*row, "é") for row in ROWS])
    folder = write_folder(tmp_path, csv_file(text, encoding="cp1252", drop=["opmerking €"]))
    reading = check_records(folder, today=TODAY)
    assert [facts.encoding for facts in reading.files] == ["cp1252"]
    assert_right(reading.tables["cases"])


def test_dropped_columns_are_not_read_but_a_dropped_bsn_still_refuses(tmp_path):
    extra = text_of((*HEADER, "iets"), [(*row, "111222333") for row in ROWS])
    assert_right(read(tmp_path, csv_file(extra, drop=["iets"]))["cases"])
    folder = write_folder(tmp_path, csv_file(extra.replace("iets", "bsn"), drop=["bsn"]))
    assert check_records(folder, today=TODAY).exit_code == ExitCode.PRIVACY
    folder = write_folder(tmp_path, csv_file(extra))
    assert_right(check_records(folder, today=TODAY, drop=["iets"]).tables["cases"])


def test_rows_are_those_of_the_file_when_there_are_blank_ones(tmp_path):
    text = GOOD.replace("P-BBBB222B;programme", "\n\nP-BBBB222B;KANARIE")
    reading = check_records(write_folder(tmp_path, csv_file(text)), today=TODAY)
    assert [problem.rows for problem in reading.problems] == [(5,)]


def test_equal_problems_are_one_with_a_count(tmp_path):
    rows = [(*ROWS[0][:1], "KANARIE", *ROWS[0][2:])] * 30
    text = text_of(HEADER, [(f"P-{number:04d}ABCD", *row[1:]) for number, row in enumerate(rows)])
    (problem,) = check_records(write_folder(tmp_path, csv_file(text)), today=TODAY).problems
    assert (problem.count, problem.rows) == (30, tuple(range(2, 12)))
    assert "en nog 20" in problem.render("nl") and "and 20 more" in problem.render("en")


def test_more_rows_when_the_pilot_file_says_so(tmp_path):
    text = text_of(HEADER, [(f"P-{number:05d}ABCD", *ROWS[0][1:]) for number in range(5001)])
    assert len(read(tmp_path, csv_file(text), max_rows=5001)["cases"]) == 5001


def test_months_outside_the_window_are_left_out(tmp_path):
    text = "pseudonym;month;state\n" + "".join(f"P-AAAA111A;20{year}-05;searching\n" for year in (16, 17, 18, 19))
    frame = read(tmp_path, csv_file(text, table="months"), window={"first": "2017-05", "last": "2018-05"})["months"]
    assert list(frame["month"].astype(str)) == ["2017-05", "2018-05"]


def test_two_files_of_one_table_are_one_and_double_keys_are_named_per_file(tmp_path):
    def make(folder):
        entries = []
        for name, rows in (("een.csv", ROWS[:2]), ("twee.csv", ROWS[1:])):
            (folder / name).write_text(text_of(HEADER, rows), encoding="utf8")
            entries.append({"table": "cases", "path": name, **CSV})
        return entries

    reading = check_records(write_folder(tmp_path, make), today=TODAY)
    assert [(each.file, each.rows) for each in reading.problems] == [("een.csv", (3,)), ("twee.csv", (2,))]


def test_all_problems_of_all_files_come_at_once_and_privacy_decides(tmp_path):
    def make(folder):
        first = cell("group", "KANARIE")(folder)
        return [*first, *csv_file("pseudonym;month;state;bsn\nP-AAAA111A;x;y;1\n", table="months")(folder),
                {"table": "jobs", "path": "weg.csv", "format": "csv", "delimiter": ";"}]  # fmt: skip

    with pytest.raises(WerkzorgError) as raised:
        read(tmp_path, make)
    assert raised.value.exit_code == ExitCode.PRIVACY
    found = [problem.identifier for problem in raised.value.problems]
    assert found == ["cases.privacy.bsn", "cases.reading.not_in_list", "cases.reading.no_file"]
    assert "KANARIE" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_file_that_changes_while_it_is_read_stops_the_run(kind, tmp_path, monkeypatch):
    make = {"csv": csv_file(GOOD), "xlsx": xlsx_file(book()), "parquet": parquet_file}[kind]
    folder = write_folder(tmp_path, make)
    opener = one_file.OPENERS[kind]

    def slowly(source, max_rows):
        opened = opener(source, max_rows)
        with source.path.open("ab") as file:
            file.write(b"\n")
        return opened

    monkeypatch.setitem(one_file.OPENERS, kind, slowly)
    reading = check_records(folder, today=TODAY)
    problem = next(each for each in reading.problems if each.identifier == "cases.reading.changed")
    assert (problem.exit_code, problem.file) == (ExitCode.RUN, f"cases.{kind}")


def test_mistakes_in_the_declaration_name_the_line(tmp_path):
    folder = write_folder(tmp_path, csv_file(GOOD, decimaal=","))
    (problem,) = check_records(folder, today=TODAY).problems
    assert problem.identifier == "params.unknown_key" and "pilot.yaml:" in problem.where
    assert problem.exit_code == ExitCode.CONFIGURATION
    assert check_records(tmp_path / "weg", today=TODAY).problems[0].identifier == "cases.reading.no_pilot"


# The report.


def test_reports_escape_and_hold_no_formula(tmp_path):
    text = text_of((*HEADER, "<b>=1+1"), [(*row, "KANARIE") for row in ROWS])
    reading = check_records(write_folder(tmp_path, csv_file(text)), today=TODAY)
    page = write_report(reading, tmp_path / "verslag.html", "nl").read_text(encoding="utf8")
    assert "<b>" not in page and "&lt;b&gt;" in page and "<script" not in page and "http" not in page.split("<body>")[1]
    sheet = openpyxl.load_workbook(write_report(reading, tmp_path / "verslag.xlsx", "en")).active
    assert {each.data_type for row in sheet.iter_rows() for each in row} <= {"s", "inlineStr", "n"}
    assert sheet["A2"].value == "mistake" and "KANARIE" not in page
    assert (tmp_path / "verslag.xlsx").stat().st_mode & 0o077 == 0


def test_a_report_can_only_go_where_it_can(tmp_path):
    reading = check_records(write_folder(tmp_path, csv_file(GOOD)), today=TODAY)
    for path in (tmp_path / "weg" / "verslag.html", tmp_path / "verslag.pdf"):
        with pytest.raises(WerkzorgError) as raised:
            write_report(reading, path)
        assert raised.value.exit_code == ExitCode.CONFIGURATION
    assert "niets gevonden" in text_report(reading, "nl") and "Nothing" in html_report(reading, "en")


def test_three_people_typed_into_the_template_with_five_mistakes(tmp_path):
    folder = tmp_path / "pilot"
    new("werk-en-zorg-voorbeeld", folder, start=date(2018, 1, 1))
    (folder / "verantwoording.yml").write_text(FULL, encoding="utf8")
    path = folder / "deelnemers.xlsx"

    def fill(rows: list[dict[str, object]]) -> None:
        made = openpyxl.load_workbook(path)
        for name in ("cases", "months"):
            columns = [field.name for field in table(name).fields]
            for number in range(2, 6):
                for place in range(1, len(columns) + 1):
                    made[name].cell(row=number, column=place).value = None
            for number, row in enumerate((each for each in rows if each["sheet"] == name), start=2):
                for column, value in row.items():
                    if column != "sheet":
                        made[name].cell(row=number, column=columns.index(column) + 1, value=value)
        made.save(path)

    good = [
        {"sheet": "cases", "pseudonym": f"P-AAAA{number}11A", "group": "pilot", "enrolment_month": "2018-03",
         "birth_year": 1984, "household": "single"} for number in (1, 2, 3)
    ] + [
        {"sheet": "months", "pseudonym": f"P-AAAA{number}11A", "month": "2018-04", "state": "searching",
         "benefit": 992.12} for number in (1, 2, 3)
    ]  # fmt: skip
    wrong = [dict(row) for row in good]
    wrong[0]["birth_year"] = 1850
    wrong[1]["group"] = "proef"
    wrong[2]["enrolment_month"] = "2018-13"
    wrong[4]["benefit"] = "ca. 900"
    wrong[5]["pseudonym"] = "P-ZZZZ999Z"
    fill(wrong)
    reading = check_records(folder, today=TODAY)
    found = {(each.identifier.rpartition(".")[2], each.sheet, each.column, each.rows) for each in reading.problems}
    assert found == {
        ("below_minimum", "cases", "birth_year", (2,)), ("not_in_list", "cases", "group", (3,)),
        ("date_impossible", "cases", "enrolment_month", (4,)), ("number_text", "months", "benefit", (3,)),
        ("not_in_table", "months", "pseudonym", (4,)),
    }  # fmt: skip
    fill(good)
    reading = check_records(folder, today=TODAY)
    assert reading.exit_code == ExitCode.OK and len(reading.tables["months"]) == 3
