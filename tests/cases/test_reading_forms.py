"""One pilot delivered as csv, as workbook and as parquet gives one set of typed tables."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from reading_example import CSV, TODAY, write_folder

from werkzorg.cases.reading import read_tables
from werkzorg.cases.schema import Field, Table, table, tables
from werkzorg.cases.simulate import simulate

PREFIX = {"prefix": "VERZONNEN-"}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, list[list[str]]]:
    """Rows of every table of a made-up pilot as text, header first."""
    made = simulate(tmp_path_factory.mktemp("made") / "pilot", cases=20, comparison=20, months=18, seed=3)
    texts = {}
    for name in made.rows:
        with (made.folder / f"{name}.csv").open(encoding="utf8", newline="") as file:
            texts[name] = list(csv.reader(file, delimiter=";"))
    texts["counts"] = [
        ["date", "group", "target_group", "quantity", "period_months", "count", "supplier"],
        ["2018-06-29", "programme", "all", "working", "0", "10", "municipality"],
        ["2018-06-30", "programme", "mental_health", "inflow", "3", "12", ""],
    ]
    texts["aggregates"] = [
        ["quantity", "group", "target_group", "first_month", "last_month", "n", "mean", "low", "high",
         "interval_width", "supplier"],
        ["benefit", "programme", "all", "2018-01", "2018-12", "38", "905,40", "850", "960,5", "0,95", "insurer"],
    ]  # fmt: skip
    assert texts.keys() == tables().keys()
    return texts


def typed(field: Field, text: str, days: bool) -> object:
    """A cell in the type that a spreadsheet or database would give it; `days`: months as their first day."""
    if not text:
        return None
    if field.type in ("number", "integer", "year"):
        value = float(text.replace(",", "."))
        return int(value) if field.type != "number" else value
    if field.type == "boolean":
        return text == "ja"
    if field.type == "date":
        return date.fromisoformat(text)
    if field.type == "month" and days:
        return date.fromisoformat(f"{text}-01")
    return text


def columns_of(schema: Table, rows: list[list[str]], days: bool) -> dict[str, list[object]]:
    """Typed columns by name."""
    return {
        name: [typed(schema.field(name), row[place], days) for row in rows[1:]] for place, name in enumerate(rows[0])
    }


def as_csv(folder: Path, name: str, rows: list[list[str]]) -> dict[str, object]:
    """Commas, tabs, quotes and a byte order mark instead of semicolons."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter="\t", quoting=csv.QUOTE_ALL).writerows(rows)
    return {"path": f"{name}.csv", **CSV, "delimiter": "\t"}


def as_xlsx(folder: Path, name: str, rows: list[list[str]]) -> dict[str, object]:
    """Numbers as numbers, months as days, lists as the Dutch labels of the menus, yes and no as true and false."""
    made, schema = openpyxl.Workbook(), table(name)
    columns = columns_of(schema, rows, days=True)
    for field in (schema.field(column) for column in columns):
        labels = {entry.code: entry.nl for entry in field.enum}
        columns[field.name] = [labels.get(value, value) for value in columns[field.name]]
    made.active.append(rows[0])
    for row in zip(*columns.values(), strict=True):
        made.active.append([datetime(each.year, each.month, 1) if type(each) is date and each.day == 1 else each
                            for each in row])  # fmt: skip
    made.save(folder / f"{name}.xlsx")
    return {"path": f"{name}.xlsx", "format": "xlsx", "money_unit": "euro"}


def as_parquet(folder: Path, name: str, rows: list[list[str]]) -> dict[str, object]:
    """Typed columns, texts as a dictionary, months as moments at midnight in Amsterdam."""
    schema, arrays = table(name), {}
    for column, values in columns_of(schema, rows, days=True).items():
        array = pa.array(values)
        if schema.field(column).type == "month" and array.null_count < len(array):
            midnight = pd.Series(pd.to_datetime(values)).dt.tz_localize("Europe/Amsterdam")
            array = pa.array(midnight, pa.timestamp("us", "Europe/Amsterdam"))
        arrays[column] = array.dictionary_encode() if pa.types.is_string(array.type) else array
    parquet.write_table(pa.table(arrays), folder / f"{name}.parquet")
    return {"path": f"{name}.parquet", "format": "parquet", "money_unit": "euro"}


@pytest.fixture(scope="module")
def plain(written, tmp_path_factory) -> dict[str, pd.DataFrame]:
    """The tables read as they were written."""
    return read(tmp_path_factory.mktemp("plain"), written, None)


def read(folder: Path, written: dict[str, list[list[str]]], writer) -> dict[str, pd.DataFrame]:
    """Tables of a folder in which `writer` wrote every table."""

    def plainly(place: Path, name: str, rows: list[list[str]]) -> dict[str, object]:
        (place / f"{name}.csv").write_text("\n".join(";".join(row) for row in rows) + "\n", encoding="utf8")
        return {"path": f"{name}.csv", **CSV}

    def make(place: Path) -> list[dict[str, object]]:
        return [{"table": name, **(writer or plainly)(place, name, rows)} for name, rows in written.items()]

    return read_tables(write_folder(folder, make, pseudonym=PREFIX), today=TODAY)


@pytest.mark.parametrize("writer", [as_csv, as_xlsx, as_parquet])
def test_tables_are_equal_to_the_last_bit_whatever_the_file(writer, written, plain, tmp_path):
    tables_read = read(tmp_path, written, writer)
    assert tables_read.keys() == plain.keys()
    for name, expected in plain.items():
        pd.testing.assert_frame_equal(tables_read[name], expected, check_exact=True)


def test_the_plain_tables_hold_what_was_written(written, plain):
    """The other forms are measured against these, so they must be right by a reading of their own."""
    for name, rows in written.items():
        schema, frame = table(name), plain[name]
        assert len(frame) == len(rows) - 1
        for column, values in columns_of(schema, rows, days=False).items():
            kind = schema.field(column).type
            got = frame[column].astype(str if kind == "month" else object)
            blank = frame[column].isna()
            for value, found, empty in zip(values, got, blank, strict=True):
                if value is None:
                    assert empty, (name, column)
                elif kind == "date":
                    assert found.date() == value
                else:
                    assert found == value, (name, column)
