"""Writing the sum per case in the confidential zone of the results: workbook, page to print, and what to do with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pandas as pd

from werkzorg.appraisal.case_sums import ENDS, CaseSums
from werkzorg.cases.rights import CONFIDENTIAL, protect, write_private
from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk
from werkzorg.reporting.case_sums_page import case_sums_page, reading
from werkzorg.reporting.numbers import is_missing, long_date
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.workbook import add_sheet
from werkzorg.version import version
from werkzorg.wording import say

README = "LEES-MIJ.txt"
"""File that says for whom the folder is and how long it may stay."""

LINE_COLUMNS = (
    *("pseudonym", "item", "payer", "all_before", "all_after", "window", "months_before", "before", "months_after"),
    *("after", "follow_up", "months_known", "paid", "expected", "difference", *ENDS),
)
CASE_COLUMNS = (
    *("pseudonym", "status", "window", "follow_up", "paid", "expected", "difference", *ENDS),
    *("support", "net", "chance"),
)
"""Columns of the sheets, in order."""


def write_case_sums(
    sums: CaseSums, folder: Path | str, *, lang: str, pilot: str, today: date, until: date | None
) -> Path:
    """Write the sum per case for the case holders.

    Parameters
    ----------
    sums : CaseSums
        From :func:`werkzorg.appraisal.case_sums.case_sums`.
    folder : Path or str
        Results folder; the confidential zone is made in it, for its owner only.
    lang : {"nl", "en"}
    pilot : str
        Name of the pilot.
    today : date
        Day on which it was made.
    until : date or None
        Day after which the data may no longer be kept.

    Returns
    -------
    Path
        The confidential zone.

    Raises
    ------
    WerkzorgError
        Code RUN when a file cannot be written.
    """
    zone = Path(folder) / CONFIDENTIAL
    name, last = say("case_sums.file", lang), _until(until, lang)
    facts = say("case_sums.facts", lang, pilot=pilot, year=sums.price_year, date=long_date(today, lang))
    footer = say("case_sums.footer", lang, version=version(), until=last)
    contents = {
        README: say("case_sums.readme", lang, until=last).encode(),
        f"{name}.xlsx": _workbook(sums, lang, facts, footer),
        f"{name}.html": case_sums_page(sums, lang, say("case_sums.title", lang), facts, footer).encode(),
    }
    try:
        zone.mkdir(mode=0o700, exist_ok=True)
        for file, content in contents.items():
            write_private(zone / file, content)
        protect(zone)
    except OSError as fault:
        if is_full_disk(fault):
            raise
        values = {"reason": fault.strerror or type(fault).__name__}
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.write_failed", CONFIDENTIAL, values)) from None
    return zone


def _until(until: date | None, lang: str) -> str:
    return say("case_sums.until_unknown", lang) if until is None else long_date(until, lang)


def _workbook(sums: CaseSums, lang: str, facts: str, footer: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    texts = [facts, *(say(f"case_sums.{name}", lang) for name in ("confidential", "warning")), *reading(lang), footer]
    add_sheet(book, say("case_sums.sheet.about", lang), [say("case_sums.title", lang)], ([text] for text in texts))
    for sheet, names, data in (("cases", CASE_COLUMNS, sums.cases), ("lines", LINE_COLUMNS, sums.lines)):
        header = [say(f"case_sums.column.{name}", lang) for name in names]
        add_sheet(book, say(f"case_sums.sheet.{sheet}", lang), header, _rows(data, names, lang))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _rows(data: pd.DataFrame, names: tuple[str, ...], lang: str) -> Iterator[list[object]]:
    for row in data[list(names)].itertuples(index=False):
        yield [_cell(name, value, lang) for name, value in zip(names, row, strict=True)]


def _cell(name: str, value: object, lang: str) -> object:
    """A value as it stands in a cell: names in words, amounts to the cent, nothing where nothing is known."""
    if name in ("item", "status"):
        return say(f"case_sums.{name}.{value}", lang)
    if name == "payer":
        return party_name(str(value), lang)
    if isinstance(value, float):
        return None if is_missing(value) else round(value, 3 if name == "chance" else 2)
    return value if isinstance(value, str) else int(value)
