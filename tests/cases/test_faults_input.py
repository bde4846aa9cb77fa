"""Every fault of files, workbooks, numbers and dates is a row: message, place, exit code, and no cell anywhere.

Numbers are those of the fault table of the design; what identifies people is in `test_faults_privacy.py`.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import openpyxl
import pytest
from faults import GOOD, Fault, check_fault, column_of, nothing, numbers_of, table_csv, with_column
from reading_example import (
    COUNTS,
    HEADER,
    ROWS,
    Maker,
    book,
    cell,
    counted,
    csv_file,
    repacked,
    text_of,
    together,
    xlsx_file,
)

from werkzorg.cases import one_file
from werkzorg.errors import ExitCode

INPUT, PRIVACY, RUN, CONFIGURATION = ExitCode.INPUT, ExitCode.PRIVACY, ExitCode.RUN, ExitCode.CONFIGURATION


def a_folder(folder: Path) -> list[dict]:
    """A folder with the name of a file."""
    (folder / "cases.csv").mkdir()
    return nothing(folder)


def a_link(folder: Path) -> list[dict]:
    """A link to a file elsewhere."""
    outside = folder.parent / "elders.csv"
    outside.write_text(GOOD, encoding="utf8")
    (folder / "cases.csv").symlink_to(outside)
    return nothing(folder)


def at_path(path: str) -> Maker:
    """A path as declared."""
    return lambda folder: [{"table": "cases", "path": path, "format": "csv", "delimiter": ";"}]


def number_mixed(first: str, second: str) -> Maker:
    """Two amounts written in two ways."""
    rows = [list(row) for row in ROWS]
    rows[0][-1], rows[1][-1], rows[2][-1], rows[3][-1] = first, second, "", ""
    return csv_file(text_of(HEADER, rows), decimal=",", thousands="dot")


# Workbooks.


def set_cell(address: str, value: object):
    """A change of one cell."""
    return lambda made: made.active.__setitem__(address, value)


def hidden_sheet(made: openpyxl.Workbook, state: str = "veryHidden") -> None:
    """A sheet with names that nobody sees."""
    made.create_sheet("namen")["A1"] = "KANARIE Jansen"
    made["namen"].sheet_state = state


def filtered(made: openpyxl.Workbook) -> None:
    """A filter that is on."""
    made.active.auto_filter.ref = "A1:G5"
    made.active.auto_filter.add_filter_column(1, ["programme"])


def part_named(name: str, content: bytes = b"x"):
    """A part more in the archive."""
    return lambda parts: parts.__setitem__(name, content)


def in_part(name: str, old: bytes, new: bytes):
    """Other bytes in a part."""
    return lambda parts: parts.__setitem__(name, parts[name].replace(old, new, 1))


SHEET, SHEET_XML = "cases", "xl/worksheets/sheet1.xml"
BOMB = b'<!DOCTYPE x [<!ENTITY a "KANARIE"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def with_doctype(doctype: bytes) -> bytes:
    """A document type in front of the sheet."""
    return repacked(book(), in_part(SHEET_XML, b"<worksheet", doctype + b"<worksheet"))


def error_cell(made: openpyxl.Workbook) -> None:
    """An error value as Excel stores it."""
    made.active["G3"] = "#N/A"
    made.active["G3"].data_type = "e"


def xlsx(number: str, identifier: str, content: bytes, **more) -> Fault:
    """A fault in a workbook."""
    entry = more.pop("entry", {})
    make = xlsx_file(content, **entry)
    return Fault(number, make, identifier, **({"file": "cases.xlsx", "sheet": SHEET} | more))


def ole(content: bytes = b"") -> bytes:
    """The start of an old Office file."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + content


def huge_strings() -> bytes:
    """Very many texts in the list of shared texts."""
    many = b"<si><t>a</t></si>" * 500_000
    return repacked(book(), part_named("xl/sharedStrings.xml", b"<sst>" + many + b"</sst>"))


def twice_named() -> bytes:
    """Two parts of one name: which of them is the sheet, nobody can say."""
    return repacked(book(), part_named(SHEET_XML.upper()))


def huge_sheet() -> bytes:
    """A small archive that unpacks to something large."""
    return repacked(book(), part_named("xl/worksheets/sheet2.xml", b" " * 60_000_000))


def changing(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """A file that grows while it is read."""
    opener = one_file.OPENERS["csv"]

    def slowly(source, max_rows):
        opened = opener(source, max_rows)
        with source.path.open("ab") as file:
            file.write(b"\n")
        return opened

    patch.setitem(one_file.OPENERS, "csv", slowly)


EURO = GOOD.replace("992,12", "€ 992,12")
SIGNS = GOOD.replace("992,12", "€ 992,12").replace("694,48", "694,48 EUR").replace("1417,31", "+1417,31")
SPACED = ("Pseudonym ", "GROUP", "enrolment\u00a0month", "End-Month", "birth_\u00adyear", "Mogelijke uren per week",
          "benefit at start")  # fmt: skip
OK = ExitCode.OK

FILES = (
    Fault("1", nothing, "no_file"),
    Fault("1 folder", a_folder, "is_folder"),
    Fault("2", csv_file(b""), "empty"),
    Fault("2 only header", csv_file(text_of(HEADER, [])), "no_rows"),
    Fault("2 blank header", csv_file(";;;\n" + GOOD), "no_header", rows=(1,)),
    Fault("3 accepted", csv_file(GOOD, encoding="utf-8-sig"), "", OK),
    Fault("4 accepted", csv_file(EURO, encoding="cp1252"), "", OK),
    Fault("5 accepted", csv_file(EURO, encoding="utf-16"), "", OK),
    Fault("5 cut off", csv_file(EURO.encode("utf-16")[:-1]), "not_readable"),
    Fault("5 without mark", csv_file(GOOD, encoding="utf-16-le"), "control_characters", rows=(1,)),
    Fault(
        "6", csv_file("x é\n".encode() + "KANARIE é\n".encode("cp1252")), "encoding_mixed", rows=(1, 2),
        canaries=("KANARIE",),
    ),
    Fault("4 declared utf-8", csv_file((GOOD + "KANARIE é\n").encode("cp1252"), declared="utf-8"), "encoding_other",
          rows=(6,), canaries=("KANARIE",)),
    Fault("4 declared cp1252", csv_file(GOOD + "KANARIE é\n", declared="cp1252"), "encoding_other", rows=(6,),
          canaries=("KANARIE",)),
    Fault("4 neither", csv_file(GOOD.encode() + b"KANARIE \x81\n"), "encoding_unknown", rows=(6,),
          canaries=("KANARIE",)),
    Fault("7", cell("birth_year", "19\x0084"), "control_characters", rows=(3,)),
    Fault("7 lost letter", cell("birth_year", "KANARIE�"), "control_characters", rows=(3,), canaries=("KANARIE",)),
    Fault("8", cell("birth_year", '"KANARIE'), "open_quote", rows=(3,), canaries=("KANARIE",)),
    Fault("9", csv_file(text_of(HEADER, ROWS, ",")), "wrong_delimiter", rows=(1,), canaries=("P-AAAA111A",)),
    Fault("9 no header", csv_file(text_of(ROWS[0], ROWS)), "columns_not_found", rows=(1,), canaries=("P-AAAA111A",)),
    Fault("10", csv_file(GOOD + "P-EEEE555E;programme;KANARIE\n"), "ragged_rows", rows=(6,), canaries=("KANARIE",)),
    Fault("10 quoted", csv_file(GOOD + '"P-EEEE555E";x\n'), "ragged_rows", rows=(6,), canaries=("EEEE555E",)),
    Fault("11", csv_file(text_of((*HEADER[:-1], "Group "), ROWS)), "double_columns"),
    Fault("11 title", csv_file(text_of((*HEADER[:-1], "Groep"), ROWS)), "double_columns"),
    Fault("11 case", csv_file(text_of((*HEADER[:-1], "GROUP"), ROWS)), "double_columns"),
    Fault("12 accepted", csv_file(text_of(SPACED, ROWS)), "", OK),
    Fault("12 look-alike letter", csv_file(text_of(("pseudonym", "gr\u043eup", *HEADER[2:]), ROWS)), "unknown_columns"),
    Fault("12 two words run together", csv_file(text_of(("pseudonym", "group", "enrolmentmonth", *HEADER[3:]), ROWS)),
          "unknown_columns"),
    Fault("13", with_column("extra", ["KANARIE", "1", "2", "3"]), "unknown_columns", canaries=("KANARIE",)),
    Fault("14", csv_file(text_of(("pseudonym", "sex"), [("P-AAAA111A", "female")])), "missing_columns"),
    Fault("15", csv_file(text_of(HEADER, [*ROWS] * 1251)), "too_many_rows"),
    Fault("18 csv", csv_file(b"<html><table><tr><td>KANARIE"), "other_kind", canaries=("KANARIE",)),
    Fault("134", csv_file(pickle.dumps({"KANARIE": 1})), "other_kind", canaries=("KANARIE",)),
    Fault("23", csv_file(GOOD), "changed", RUN, after=changing),
    Fault("24", a_link, "path_outside", CONFIGURATION),
    Fault("24 up", at_path("../elders.csv"), "path_outside", CONFIGURATION, file="../elders.csv"),
    Fault("24 absolute", at_path("/etc/passwd"), "path_outside", CONFIGURATION, file="/etc/passwd"),
    Fault("24 address", at_path("s3://bucket/x.csv"), "path_outside", CONFIGURATION, file="s3://bucket/x.csv"),
    Fault("line ends", csv_file(GOOD.replace("\n", "\r")), "line_ends", rows=(1,)),
    Fault("no delimiter", csv_file(GOOD, delimiter=None), "delimiter_missing", CONFIGURATION),
    Fault("separators", csv_file(GOOD, thousands="comma"), "separators_same", CONFIGURATION),
    Fault("no files", lambda folder: [], "no_files", CONFIGURATION, file="data.files"),
    Fault("window", csv_file(GOOD), "window_order", CONFIGURATION, file="data.window",
          data=(("window", {"first": "2019-01", "last": "2018-01"}),)),
    Fault("unknown table", lambda folder: [{**csv_file(GOOD)(folder)[0], "table": "case"}], "unknown_table",
          CONFIGURATION),
)  # fmt: skip

WORKBOOKS = (
    xlsx("16", "xlsx_too_large", huge_sheet(), sheet=""),
    xlsx("16 shared strings", "xlsx_too_large", huge_strings(), sheet=""),
    xlsx("16 overlapping parts", "xlsx_too_large", twice_named(), sheet=""),
    xlsx("16 far corner", "too_many_rows", book(set_cell("XFD1048576", "KANARIE")), canaries=("KANARIE",)),
    xlsx("16 far column", "too_many_columns", book(set_cell("XFD3", "KANARIE")), canaries=("KANARIE",)),
    xlsx("17 bomb", "xml_trap", with_doctype(BOMB), sheet="", canaries=("KANARIE",)),
    xlsx("17 external", "xml_trap", with_doctype(OUTSIDE), sheet="", canaries=("root:",)),
    xlsx("18 html", "other_kind", b"<html><table><tr><td>KANARIE", sheet="", canaries=("KANARIE",)),
    xlsx("18 text", "other_kind", GOOD.encode(), sheet="", canaries=("P-AAAA111A",)),
    xlsx("18 xls", "other_kind", ole(), sheet=""),
    xlsx("18 encrypted", "other_kind", ole("EncryptedPackage".encode("utf-16-le")), sheet=""),
    xlsx("18 no workbook", "other_kind", repacked(book(), lambda parts: parts.pop("xl/workbook.xml")), sheet=""),
    xlsx("18 damaged", "not_readable", repacked(book(), part_named(SHEET_XML, b"<worksheet><sheetData>"))),
    xlsx("19", "macros", repacked(book(), part_named("xl/vbaProject.bin")), sheet=""),
    xlsx("19 links", "external_links", repacked(book(), part_named("xl/externalLinks/externalLink1.xml")), sheet=""),
    xlsx("20 sheet", "hidden_sheets", book(hidden_sheet), sheet="", entry={"sheet": "cases"}, canaries=("KANARIE",)),
    xlsx("20 hidden sheet", "hidden_sheets", book(lambda made: hidden_sheet(made, "hidden")), sheet="",
         canaries=("KANARIE",)),
    xlsx("20 row", "hidden_rows", book(lambda made: setattr(made.active.row_dimensions[3], "hidden", True)), rows=(3,)),
    xlsx("20 column", "hidden_columns",
         book(lambda made: setattr(made.active.column_dimensions["E"], "hidden", True))),
    xlsx("20 filter", "filtered", book(filtered)),
    xlsx("20 merged", "merged_cells", book(lambda made: made.active.merge_cells("B2:B3")), rows=(2,)),
    xlsx("21", "formula_unstored", book(set_cell("G3", "=77777.77+1")), rows=(3,), canaries=("77777",)),
    xlsx("21 error", "error_cells", book(error_cell), rows=(3,)),
    xlsx("22", "sheet_not_named", book(lambda made: made.create_sheet("months")), sheet=""),
    xlsx("22 no such sheet", "no_sheet", book(), sheet="", entry={"sheet": "maanden"}),
    xlsx("28 xlsx", "number_text", book(set_cell("G3", "ca. 77777")), rows=(3,), column="benefit_at_start",
         canaries=("77777",)),
    xlsx("37 xlsx", "date_text", book(set_cell("C3", 777)), rows=(3,), column="enrolment_month", canaries=("777",)),
    xlsx("25 xlsx", "number_undeclared", book(set_cell("G3", "1.234")), rows=(3,), column="benefit_at_start",
         canaries=("1.234",)),
)  # fmt: skip


def money(number: str, identifier: str, value: str, **more) -> Fault:
    """A fault in an amount."""
    entry = more.pop("entry", {})
    canaries = more.pop("canaries", (value,))
    return Fault(
        number, cell("benefit_at_start", value, **entry), identifier, column="benefit_at_start",
        **({"rows": (3,), "canaries": canaries} | more),
    )  # fmt: skip


THREE = [["1.234", "1.111", "980", "1.012"], ["1,234", "1,111", "980", "1,012"]]
INSURER = "pseudonym;month;component;amount"
JOBS = "pseudonym;job_number;start_month;end_month;hours"
MONTHS = "pseudonym;month;state;benefit"
AGGREGATES = "quantity;group;target_group;first_month;last_month;n;mean;low;high;interval_width"

NUMBERS = (
    money("25 thousands", "number_ambiguous", "1.234"),
    Fault("25 english", column_of("benefit_at_start", THREE[0], decimal="."), "number_three_decimals",
          column="benefit_at_start", rows=(2, 3, 5), canaries=("1.234", "1.111")),
    Fault("25 dutch", column_of("benefit_at_start", THREE[1]), "number_three_decimals",
          column="benefit_at_start", rows=(2, 3, 5), canaries=("1,234", "1,111")),
    Fault("25 undeclared", cell("benefit_at_start", "1.234", decimal=None), "number_undeclared",
          column="benefit_at_start", rows=(2, 3, 4, 5), canaries=("1.234",)),
    Fault("26", number_mixed("1.234,56", "1234.56"), "number_mixed", column="benefit_at_start", rows=(3,),
          canaries=("1.234,56", "1234.56")),
    money("27 cents", "above_maximum", "77777"),
    Fault("27 euro or cent", cell("benefit_at_start", "992,12", money_unit=None), "money_unit_missing",
          canaries=("992,12",)),
    Fault("27 soft", cell("benefit_at_start", "2500,77"), "soft_maximum", ExitCode.OK, column="benefit_at_start",
          rows=(3,), canaries=("2500,77",), severity="warn"),
    money("28", "number_text", "ca. 555"),
    money("29", "negative", "-555,5"),
    Fault("29 credit", table_csv("insurer", INSURER, "P-AAAA111A;2018-05;crisis;-55555,5"), "below_minimum",
          file="insurer.csv", column="amount", rows=(2,), canaries=("55555",)),
    Fault("30 accepted", csv_file(SIGNS), "", OK),
    money("30 minus behind", "negative", "992,12-"),
    money("30 brackets", "negative", "(992,12)"),
    money("30 long minus", "negative", "\u2212992,12"),
    money("30 two minuses", "number_text", "-992,12-"),
    money("30 cents written ,-", "number_mixed", "555,-"),
    money("31", "number_not_finite", "1e400"),
    money("31 nan", "number_not_finite", "NaN", canaries=()),
    money("31 infinite", "number_not_finite", "-inf"),
    money("31 exponent", "number_text", "1e3"),
    Fault("32", table_csv("aggregates", AGGREGATES,
                          "benefit;programme;all;2018-01;2018-12;38;905,40;850;960;95"), "not_fraction",
          file="aggregates.csv", column="interval_width", rows=(2,)),
    Fault("32 percent", csv_file(text_of((*HEADER, "wage_value"), [(*row, "0,6") for row in ROWS])), "not_whole",
          column="wage_value", rows=(2, 3, 4, 5)),
    Fault("33", cell("hours_possible", "61,5"), "above_maximum", column="hours_possible", rows=(3,),
          canaries=("61,5",)),
    Fault("33 soft", cell("hours_possible", "41,5"), "soft_maximum", ExitCode.OK, column="hours_possible", rows=(3,),
          canaries=("41,5",), severity="warn"),
    Fault("42", csv_file(text_of(HEADER, ROWS, ","), delimiter=","), "ragged_rows", rows=(2, 3, 4, 5),
          canaries=("P-AAAA111A",)),
    Fault("75", together(csv_file(GOOD), table_csv("months", MONTHS, "P-AAAA111A;2018-05;searching;1600,5")),
          "benefit_limit", file="months.csv", column="benefit", rows=(2,), canaries=("1600,5",)),
)  # fmt: skip


def day(number: str, identifier: str, value: str, **more) -> Fault:
    """A fault in a date."""
    return Fault(
        number, counted(value, **more.pop("entry", {})), identifier, file="counts.csv", column="date", rows=(3,),
        canaries=(value,), **more,
    )  # fmt: skip


def month(number: str, identifier: str, value: str, column: str = "enrolment_month", **more) -> Fault:
    """A fault in a month."""
    return Fault(number, cell(column, value), identifier, column=column, rows=(3,), **({"canaries": (value,)} | more))


DMY = {"date_order": "dmy"}

DATES = (
    day("34", "date_impossible", "2018-02-30"),
    Fault("34 dmy", counted("31-04-2018", **DMY), "date_impossible", file="counts.csv", column="date", rows=(3,),
          canaries=("31-04-2018",)),
    month("34 month", "date_impossible", "2018-13"),
    Fault("35", counted("12-30-2018", **DMY), "date_order", file="counts.csv", column="date", rows=(2, 3),
          canaries=("12-30-2018",)),
    day("35 other order", "date_order", "29-06-2018"),
    day("35 undeclared", "date_order", "03-04-2018", entry={"date_order": None}),
    day("36", "date_two_digit_year", "29-06-18", entry=DMY),
    month("36 month", "date_two_digit_year", "mrt-18"),
    day("37", "date_serial", "43280"),
    month("38", "end_before_start", "2017-01", column="end_month", canaries=()),
    Fault("38 placement", together(csv_file(GOOD), table_csv("jobs", JOBS, "P-AAAA111A;1;2018-01;;16")),
          "placed_before_start", file="jobs.csv", column="start_month", rows=(2,)),
    Fault("38 job", together(csv_file(GOOD), table_csv("jobs", JOBS, "P-AAAA111A;1;2018-05;2018-04;16")),
          "end_before_start", file="jobs.csv", column="end_month", rows=(2,)),
    day("39", "date_future", "2020-06-02"),
    month("39 month", "date_future", "2020-07"),
    month("39 before", "date_before", "1999-12"),
    Fault("40", together(csv_file(GOOD), table_csv("months", MONTHS, "P-AAAA111A;2018-05;searching;100",
                                                   "P-AAAA111A;2016-07;searching;100")),
          "outside_window", ExitCode.OK, file="months.csv", column="month", severity="warn",
          canaries=("2016-07",), data=(("window", {"first": "2017-01", "last": "2019-12"}),)),
    Fault("40 follow-up", together(csv_file(GOOD), table_csv(
        "months", MONTHS, "P-AAAA111A;2018-05;searching;100", "P-AAAA111A;2018-11;searching;437")),
          "after_follow_up", ExitCode.OK, file="months.csv", column="month", severity="warn",
          canaries=("2018-11", "437"), data=(("follow_up_months", 3),)),
    Fault("41", cell("birth_year", "1850"), "below_minimum", column="birth_year", rows=(3,), canaries=("1850",)),
    Fault("41 child", cell("birth_year", "2006"), "age", column="birth_year", rows=(3,), canaries=("2006",)),
    month("77 zero", "no_follow_up", "2018-04", column="end_month", code=ExitCode.OK, severity="warn", canaries=()),
)  # fmt: skip


BETWEEN = (
    Fault("72", together(csv_file(GOOD),
                         table_csv("months", "pseudonym;month;state;crisis_amount", "P-AAAA111A;2018-05;searching;100"),
                         table_csv("insurer", INSURER, "P-AAAA111A;2018-05;crisis;777")),
          "same_care_twice", file="insurer.csv", column="amount", rows=(2,), canaries=("777", "P-AAAA111A")),
    Fault("72 same amount", together(csv_file(GOOD), table_csv(
        "months", "pseudonym;month;state;treatment_amount", "P-AAAA111A;2018-05;searching;777"),
        table_csv("insurer", INSURER, "P-BBBB222B;2018-05;basic_ggz;777", "P-AAAA111A;2018-05;specialist_ggz;777")),
        "same_care_twice", file="insurer.csv", column="amount", rows=(3,), canaries=("777",)),
    Fault("88", together(csv_file(GOOD), table_csv("counts", ";".join(COUNTS),
                                                   "2018-06-29;programme;all;enrolled;0;1")),
          "totals_differ", file="counts.csv", column="count", rows=(2,)),
    Fault("order", table_csv("aggregates", AGGREGATES, "benefit;programme;all;2018-01;2018-12;38;905,4;950;960;0,95"),
          "not_in_order", file="aggregates.csv", column="mean", rows=(2,)),
)  # fmt: skip

FAULTS = (*FILES, *WORKBOOKS, *NUMBERS, *DATES, *BETWEEN)

# Rows of the fault table that are about something else than reading, and where they are tested: what the statistics
# can carry (62-70, 76, 78-82: groups, placement, cost models, missing outcomes) with the inference from records; late
# claims, prices and parties (71, 73, 74, 83, 84) with the summary and the parameters; names of pilots and the pilot
# file (85-87) with the pilot; statistical trouble, running and the machine, and release (89 and on) with those rooms.


def test_every_fault_has_its_own_name_and_no_row_of_the_table_is_left_out():
    names = [fault.number for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert set(range(1, 43)) <= set(numbers_of(FAULTS))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.number)
def test_fault(fault: Fault, tmp_path: Path, monkeypatch, caplog, capfd):
    folder = tmp_path / "data"
    folder.mkdir()
    check_fault(fault, folder, monkeypatch, caplog, capfd)
