"""The results table as files: JSON, Excel workbook, CSV for Dutch Excel and CSV for machines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk
from werkzorg.reporting.results import JOIN, Results, as_json, check, columns

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SHEET_NAME_LENGTH = 31


def write_results(results: Results, folder: str | Path) -> dict[str, Path]:
    """Write all forms of the results table.

    Parameters
    ----------
    results : Results
    folder : str or pathlib.Path
        Existing folder.

    Returns
    -------
    dict
        `{"json": path, "xlsx": path, "csv": path, "machine_csv": path}`.

    Raises
    ------
    WerkzorgError
        When the content does not fit the schema (nothing is written) or a file cannot be written.
    """
    content = as_json(results)
    check(content)
    folder = Path(folder)
    paths = {
        "json": folder / "results.json",
        "xlsx": folder / "results.xlsx",
        "csv": folder / "results.csv",
        "machine_csv": folder / "results_machine.csv",
    }
    try:
        paths["json"].write_text(_json_text(content), encoding="utf8")
        _write_workbook(content, paths["xlsx"])
        _write_csv(content["table"], paths["csv"], dutch=True)
        _write_csv(content["table"], paths["machine_csv"], dutch=False)
    except OSError as fault:
        if is_full_disk(fault):
            raise
        values = {"reason": fault.strerror or type(fault).__name__}
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.write_failed", str(folder), values)) from None
    return paths


def _json_text(content: dict[str, Any]) -> str:
    """JSON with one row a line: small enough to mail, and two runs can be compared line by line."""

    def plain(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    parts = [f'"meta": {plain(content["meta"])}']
    for kind in ("table", "assumptions", "gates"):
        parts.append(f'"{kind}": [\n' + ",\n".join(map(plain, content[kind])) + "\n]")
    return "{" + ",\n".join(parts) + "}\n"


def safe_text(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: an apostrophe before a sign that starts one."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _write_csv(rows: list[dict[str, Any]], path: Path, dutch: bool) -> None:
    names = list(columns("table"))
    with path.open("w", encoding="utf-8-sig" if dutch else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";" if dutch else ",", lineterminator="\r\n" if dutch else "\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow([_csv_cell(row[name], dutch) for name in names])


def _csv_cell(value: object, dutch: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value).replace(".", ",") if dutch else repr(value)
    return safe_text(str(value)) if dutch else str(value)


def _write_workbook(content: dict[str, Any], path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    add_sheet(book, "about", ["key", "value"], _meta_rows(content["meta"]))
    kinds = list(dict.fromkeys(row["quantity"] for row in content["table"]))
    for quantity in kinds:
        rows = [row for row in content["table"] if row["quantity"] == quantity]
        used = [name for name in columns("table") if any(row[name] is not None for row in rows)]
        add_sheet(book, quantity, used, ([row[name] for name in used] for row in rows))
    for kind in ("assumptions", "gates"):
        names = list(columns(kind))
        add_sheet(book, kind, names, ([row[name] for name in names] for row in content[kind]))
    add_sheet(book, "code book", ["sheet", "column", "meaning_nl", "meaning_en"], _code_book())
    book.save(path)


def _meta_rows(meta: dict[str, Any], above: str = "") -> Iterator[list[object]]:
    for key, value in meta.items():
        if isinstance(value, dict):
            yield from _meta_rows(value, f"{above}{key}.")
        else:
            yield [f"{above}{key}", JOIN.join(map(str, value)) if isinstance(value, list) else value]


def _code_book() -> Iterator[list[object]]:
    for kind in ("table", "assumptions", "gates"):
        for name, definition in columns(kind).items():
            yield [kind, name, definition.get("title_nl", ""), definition.get("title_en", "")]


def add_sheet(book: Any, title: str, header: list[str], rows: Iterable[list[object]]) -> None:
    """Add a sheet to a write-only workbook; text never becomes a formula.

    Parameters
    ----------
    book : openpyxl.Workbook
        Made with ``write_only=True``.
    title : str
        Name of the sheet, cut to what Excel takes.
    header : list of str
        First row.
    rows : iterable of list
        The other rows.
    """
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    sheet = book.create_sheet(title[:_SHEET_NAME_LENGTH])
    sheet.freeze_panes = "A2"
    heading = []
    for position, name in enumerate(header):
        sheet.column_dimensions[_letter(position)].width = 34 if name.startswith(("label", "meaning", "note")) else 16
        cell = WriteOnlyCell(sheet, name)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in rows:
        sheet.append([_text_cell(sheet, value) if isinstance(value, str) else value for value in row])


def _text_cell(sheet: Any, value: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    # openpyxl turns text that starts with "=" into a live formula unless the type is set back to text.
    cell.data_type = "s"
    return cell


def _letter(position: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(position + 1)
