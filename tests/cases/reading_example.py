"""Small made-up data folders, written by hand, with one thing wrong at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from accountability_example import FULL
from ruamel.yaml import YAML

TODAY = date(2020, 6, 1)
"""The day on which the made-up folders are read: after their months, before their retention date."""

HEADER = ("pseudonym", "group", "enrolment_month", "end_month", "birth_year", "hours_possible", "benefit_at_start")
ROWS = (
    ("P-AAAA111A", "programme", "2018-03", "2019-12", "1984", "16", "992,12"),
    ("P-BBBB222B", "programme", "2018-04", "2019-12", "1990", "12,5", "992,12"),
    ("P-CCCC333C", "comparison", "2018-05", "2019-11", "1979", "24", "694,48"),
    ("P-DDDD444D", "comparison", "2018-06", "2019-12", "1969", "", "1417,31"),
)
RIGHT = {
    "pseudonym": [row[0] for row in ROWS],
    "birth_year": [1984.0, 1990.0, 1979.0, 1969.0],
    "hours_possible": [16.0, 12.5, 24.0, np.nan],
    "benefit_at_start": [992.12, 992.12, 694.48, 1417.31],
}
"""Columns of the four people as they must come out."""

COUNTS = ("date", "group", "target_group", "quantity", "period_months", "count")
CSV = {"format": "csv", "delimiter": ";", "decimal": ",", "date_order": "ymd", "money_unit": "euro"}

Entry = dict[str, object]
Maker = Callable[[Path], list[Entry]]


def text_of(header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ";") -> str:
    """A csv text."""
    return "".join(delimiter.join(row) + "\n" for row in (header, *rows))


def changed(column: str, value: str, row: int = 3) -> list[tuple[str, ...]]:
    """Rows of `cases` with one cell changed; row 2 is the first person."""
    rows = [list(cells) for cells in ROWS]
    rows[row - 2][HEADER.index(column)] = value
    return [tuple(cells) for cells in rows]


def csv_file(
    text: str | bytes, table: str = "cases", encoding: str = "utf-8", declared: str | None = None, **entry: object
) -> Maker:
    """Maker of a folder with one csv file, written in `encoding` and perhaps declared to be in another."""

    def make(folder: Path) -> list[Entry]:
        content = text if isinstance(text, bytes) else text.encode(encoding)
        (folder / f"{table}.csv").write_bytes(content)
        more = {"encoding": declared} if declared else {}
        return [{"table": table, "path": f"{table}.csv", **CSV, **more, **entry}]

    return make


def cell(column: str, value: str, row: int = 3, **entry: object) -> Maker:
    """Maker of a folder in which one cell of `cases` is changed."""
    return csv_file(text_of(HEADER, changed(column, value, row)), **entry)


def counted(value: str, column: str = "date", **entry: object) -> Maker:
    """Maker of a folder with `counts` in which one cell of row 3 is changed."""
    rows = [["2018-06-29", "programme", "all", quantity, "0", "10"] for quantity in ("working", "applying")]
    rows[1][COUNTS.index(column)] = value
    return csv_file(text_of(COUNTS, rows), table="counts", **entry)


def together(*makers: Maker) -> Maker:
    """Maker of a folder with several files."""
    return lambda folder: [entry for make in makers for entry in make(folder)]


def typed(value: str) -> object:
    """A cell as a person types it in Excel."""
    try:
        return float(value.replace(",", "."))
    except ValueError:
        return value or None


def book(change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """A workbook with the sheet `cases`, changed in some way."""
    made = openpyxl.Workbook()
    made.active.title = "cases"
    made.active.append(HEADER)
    for row in ROWS:
        made.active.append([typed(value) if 4 <= place <= 6 else value for place, value in enumerate(row)])
    if change is not None:
        change(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A workbook of which the parts are changed as bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def xlsx_file(content: bytes, **entry: object) -> Maker:
    """Maker of a folder with one workbook."""

    def make(folder: Path) -> list[Entry]:
        (folder / "cases.xlsx").write_bytes(content)
        return [{"table": "cases", "path": "cases.xlsx", "format": "xlsx", "money_unit": "euro", **entry}]

    return make


def write_folder(folder: Path, make: Maker, **data: object) -> Path:
    """A data folder with pilot file and accountability."""
    folder.chmod(0o700)
    (folder / "verantwoording.yml").write_text(FULL, encoding="utf8")
    content = {"data": {"folder": ".", "pseudonym": {"prefix": "P-"}, "files": make(folder), **data}}
    yaml = YAML()
    yaml.representer.ignore_aliases = lambda _: True
    with (folder / "pilot.yaml").open("w", encoding="utf8") as file:
        yaml.dump(content, file)
    return folder


def assert_right(frame: pd.DataFrame) -> None:
    """The four people of the example, whatever the file looked like."""
    for column, values in RIGHT.items():
        expected = pd.Series(values, name=column, dtype=frame[column].dtype)
        pd.testing.assert_series_equal(frame[column], expected)
    assert list(frame["enrolment_month"].astype(str)) == ["2018-03", "2018-04", "2018-05", "2018-06"]
    assert list(frame["group"]) == ["programme", "programme", "comparison", "comparison"]
