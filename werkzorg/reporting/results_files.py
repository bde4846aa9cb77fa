"""The results table as files: JSON, Excel workbook, CSV for Dutch Excel and CSV for machines."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk
from werkzorg.reporting.results import Results, as_json, check, columns
from werkzorg.reporting.workbook import write_workbook

WORKBOOKS = {"nl": "results.xlsx", "en": "results.en.xlsx"}
"""Names of the workbooks, by language."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
        `{"json": path, "xlsx": path, "xlsx_en": path, "csv": path, "machine_csv": path}`.

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
        "xlsx": folder / WORKBOOKS["nl"],
        "xlsx_en": folder / WORKBOOKS["en"],
        "csv": folder / "results.csv",
        "machine_csv": folder / "results_machine.csv",
    }
    try:
        paths["json"].write_text(_json_text(content), encoding="utf8")
        write_workbook(content, paths["xlsx"], "nl")
        write_workbook(content, paths["xlsx_en"], "en")
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
