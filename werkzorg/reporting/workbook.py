"""The results table as a workbook that a reader opens: headings and names in words, units, formats of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from werkzorg.params.titles import title_in
from werkzorg.reporting.checklist import ITEMS
from werkzorg.reporting.numbers import is_missing
from werkzorg.reporting.results import JOIN, columns
from werkzorg.wording import LANGUAGES, catalogue, say

_SHEET_NAME_LENGTH = 31
"""Characters of the name of a sheet that Excel takes."""

_FIRST = "label"
_NAMES = (
    "arm", "party", "payer", "payee", "item", "state", "scenario", "against", "stage", "household", "group", "hours",
    "threshold", "count", "year", "month", "horizon", "per", "view",
)  # fmt: skip
_NUMBERS = (
    "value", "mean", "median", "low50", "high50", "low80", "high80", "low95", "high95", "low99", "high99", "inside",
    "standard_error",
)  # fmt: skip
_LAST = ("probability", "unit", "rests_on", "id")
"""Columns in reading order. What only a release or a program needs stands in `results_machine.csv`."""

_WORDS = {
    "arm": "arm.{}",
    "party": "party.{}.name",
    "payer": "party.{}.name",
    "payee": "party.{}.name",
    "state": "state.{}",
    "household": "household.{}",
    "group": "group.{}",
    "per": "workbook.per.{}",
    "view": "workbook.view.{}",
    "rests_on": "rests.{}",
    "status": "status.{}",
    "verdict": "verdict.word.{}",
    "gates_verdict": "verdict.word.{}",
    "evidence_set": "evidence.{}",
    "basis": "rests.{}",
    "measure": "workbook.measure.{}",
}
"""Where the words for a code stand, by column."""

_MEANT_FOR_PROGRAMS = ("group",)
"""Column of the list of assumptions that says nothing to a reader."""

_WIDE, _MIDDLE, _NARROW = 52.0, 24.0, 14.0
_WIDTHS = {"label": _WIDE, "note": _WIDE, "source_title": _WIDE, "url": _WIDE, "id": _MIDDLE, "item": 34.0}
_RATES = ("discount_rate", "care_rates.costs", "care_rates.effects")
_SHARES = ("fraction", "probability", "share")


class Shown(NamedTuple):
    """A number with the format in which a spreadsheet shows it."""

    value: float
    form: str


def write_workbook(content: dict[str, Any], path: Path, lang: str) -> None:
    """Write the results as a workbook in one language, a sheet for each kind of number.

    Parameters
    ----------
    content : dict
        What `results.json` holds.
    path : pathlib.Path
        File to write.
    lang : {"nl", "en"}
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    facts = [say("workbook.fact", lang), say("workbook.fact_value", lang)]
    add_sheet(book, say("sheet.about", lang), facts, _facts(content["meta"], lang), [44.0, _WIDE])
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in content["table"]:
        kinds.setdefault(row["quantity"], []).append(row)
    for quantity, rows in kinds.items():
        _add_numbers(book, _sheet_name(quantity, lang), rows, lang)
    for kind in ("assumptions", "gates"):
        names = [name for name in columns(kind) if not _is_other(name, lang) and name not in _MEANT_FOR_PROGRAMS]
        # Notes of the shipped parameters are in English alone.
        names = [name for name in names if lang == "en" or name != "note"]
        header = [_heading(kind, name, lang) for name in names]
        lines = ([_cell(name, row, lang) for name in names] for row in content[kind])
        add_sheet(book, say(f"sheet.{kind}", lang), header, lines, [_width(name) for name in names])
    header = [say(f"workbook.{name}", lang) for name in ("sheet", "column", "machine")]
    add_sheet(book, say("sheet.code_book", lang), header, _code_book(kinds, lang), [34.0, _WIDE, _MIDDLE])
    book.save(path)


def _add_numbers(book: Any, title: str, rows: list[dict[str, Any]], lang: str) -> None:
    """Sheet of one quantity; the unit stands in the headings when all its numbers share it."""
    used = {name for name in columns("table") if any(row[name] is not None for row in rows)}
    if all(row["mean"] in (None, row["value"]) for row in rows):
        used.discard("mean")
    # As the value itself, or of a number that is always above nil, it tells nothing.
    chances = [(row["probability"], row["value"]) for row in rows if row["probability"] is not None]
    if all(chance == value for chance, value in chances) or all(chance == 1 for chance, _value in chances):
        used.discard("probability")
    units = {row["unit"] for row in rows}
    shared = unit_in_words(rows[0]["unit"], lang) if len(units) == 1 else ""
    names = [name for name in (*_NAMES, *_NUMBERS, *_LAST) if name in used and not (name == "unit" and shared)]
    header = [_heading("table", _FIRST, lang)]
    for name in names:
        text = _heading("table", name, lang, rows[0]["quantity"])
        of_unit = shared and name in _NUMBERS and name != "inside"
        header.append(say("workbook.with_unit", lang, name=text, unit=shared) if of_unit else text)
    lines = ([_cell(name, row, lang) for name in (_FIRST, *names)] for row in rows)
    add_sheet(book, title, header, lines, [_width(name) for name in (_FIRST, *names)])


def _is_other(name: str, lang: str) -> bool:
    """Whether a column holds text in another language."""
    return any(name.endswith(f"_{other}") for other in LANGUAGES if other != lang)


def _heading(kind: str, name: str, lang: str, quantity: str = "") -> str:
    """Meaning of a column, of one kind of number where it has its own, else from the code book of the table."""
    own = f"workbook.head.{name.removesuffix(f'_{lang}')}"
    found = next((known for known in (f"{own}.{quantity}", own) if known in catalogue()), "")
    if found:
        return say(found, lang)
    return columns(kind)[name].get(f"title_{lang}") or name


def _width(name: str) -> float:
    return _WIDTHS.get(name.removesuffix("_nl").removesuffix("_en"), _NARROW if name in _NUMBERS else 18.0)


def _sheet_name(quantity: str, lang: str) -> str:
    return (say(f"sheet.{quantity}", lang) if f"sheet.{quantity}" in catalogue() else quantity)[:_SHEET_NAME_LENGTH]


def _cell(name: str, row: dict[str, Any], lang: str) -> object:
    """A value as a reader sees it: names in words, numbers in the format of their unit."""
    value = row.get(f"{name}_{lang}") if name == _FIRST else row[name]
    if name == "item":
        value = row[f"item_label_{lang}"] or value
    if name == "unit":
        return unit_in_words(value, lang)
    if name in ("source_title", "publisher") and value:
        return title_in(str(value), lang)
    if name == "probability":
        return value if is_missing(value) else Shown(value, "0.0%")
    if name in (*_NUMBERS, "low", "high") and name != "inside" and not is_missing(value):
        return Shown(value, number_format(value, row.get("unit")))
    return _in_words(name, value, lang)


def _in_words(name: str, value: object, lang: str) -> object:
    if isinstance(value, bool):
        return say("workbook.yes" if value else "workbook.no", lang)
    if not isinstance(value, str):
        return value
    identifiers = [f"stage.{value}"] if name == "stage" else [_WORDS.get(name, "").format(value)]
    return next((say(found, lang) for found in identifiers if found in catalogue()), value)


def unit_in_words(unit: str | None, lang: str) -> str:
    """Unit of a row in words, with the price level of an amount.

    Parameters
    ----------
    unit : str or None
        As in the results table: `EUR_2018/month`, `fraction`, `log ratio`.
    lang : {"nl", "en"}
    """
    base, _, per = (unit or "").partition("/")
    money, _, year = base.partition("_")
    if money.upper() == "EUR":
        text = say("workbook.euro", lang, year=year) if year else say("workbook.euro_own", lang)
    else:
        text = _unit_word(base, lang)
    return say("workbook.unit_per", lang, unit=text, per=_unit_word(per, lang)) if per else text


def _unit_word(unit: str, lang: str) -> str:
    for identifier in (f"workbook.unit.{unit}", f"unit.{unit}"):
        if identifier in catalogue():
            return say(identifier, lang).strip("()")
    return unit


def number_format(value: float, unit: str | None) -> str:
    """Format of a number in a spreadsheet, which shows the decimal sign of its own language.

    Parameters
    ----------
    value : float
    unit : str or None
    """
    base = (unit or "").split("/")[0]
    if base.startswith(_SHARES):
        return "0.0%"
    if base.upper().startswith("EUR"):
        # An amount with its year is a result, known to no cent; one without is a price.
        return "#,##0" if "_" in base or abs(value) >= 100 else "#,##0.00"
    if value == round(value):
        return "#,##0"
    return "0.0" if abs(value) >= 10 else "0.00" if abs(value) >= 0.1 else "0.0000"


def _facts(meta: dict[str, Any], lang: str, above: str = "") -> Iterator[list[object]]:
    for key, value in meta.items():
        if value is None or _is_other(key, lang):
            continue
        name = key.removesuffix(f"_{lang}")
        if isinstance(value, dict) and value and set(value) <= set(LANGUAGES):
            value = value.get(lang)
        if isinstance(value, dict):
            yield from _facts(value, lang, f"{above}{key}.")
        elif isinstance(value, list):
            yield [_fact_name(above, name, lang), JOIN.join(map(str, value))]
        elif f"{above}{name}" in _RATES and not is_missing(value):
            yield [_fact_name(above, name, lang), Shown(value, "0.00%")]
        else:
            yield [_fact_name(above, name, lang), _in_words(name, value, lang)]


def _fact_name(above: str, name: str, lang: str) -> str:
    """What a fact of the run is, in words where there are any."""
    words = catalogue()
    if above == "counts." and f"count.{name}" in words:
        return say("workbook.counted", lang, name=say(f"count.{name}", lang))
    if above == "accountability.":
        return next((say(f"checklist.{item.id}", lang) for item in ITEMS if item.said == name), name)
    known = f"workbook.meta.{above}{name}"
    return say(known, lang) if known in words else f"{above}{name}"


def _code_book(kinds: dict[str, list[dict[str, Any]]], lang: str) -> Iterator[list[object]]:
    """Which sheet and which column is what in the file for programs."""
    for quantity in kinds:
        yield [_sheet_name(quantity, lang), None, quantity]
    for name in (*_NAMES, *_NUMBERS, *_LAST):
        yield [None, _heading("table", name, lang), name]
    for name in ("value", "notes"):
        yield [None, say(f"workbook.explained.{name}", lang), None]


def add_sheet(
    book: Any, title: str, header: Sequence[str], rows: Iterable[list[object]], widths: Sequence[float] = ()
) -> None:
    """Add a sheet to a write-only workbook; text never becomes a formula.

    Parameters
    ----------
    book : openpyxl.Workbook
        Made with ``write_only=True``.
    title : str
        Name of the sheet, cut to what Excel takes.
    header : sequence of str
        First row.
    rows : iterable of list
        The other rows.
    widths : sequence of float
        Widths of the columns in characters; without them all are middling.
    """
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(title[:_SHEET_NAME_LENGTH])
    sheet.freeze_panes = "A2"
    heading = []
    for position, name in enumerate(header):
        sheet.column_dimensions[_letter(position)].width = widths[position] if widths else _MIDDLE
        cell = WriteOnlyCell(sheet, name)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        heading.append(cell)
    sheet.append(heading)
    for row in rows:
        sheet.append([_made(sheet, value) for value in row])


def _made(sheet: Any, value: object) -> object:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, Shown):
        cell = WriteOnlyCell(sheet, value.value)
        cell.number_format = value.form
        return cell
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    # openpyxl turns text that starts with "=" into a live formula unless the type is set back to text.
    cell.data_type = "s"
    return cell


def _letter(position: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(position + 1)
