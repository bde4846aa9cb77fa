"""Excel files to fill in: one sheet per table, menus for closed lists, an explanation in Dutch and English.

No macros, no formulas, nothing hidden: the reader of case records refuses all of those. Menus take their words from a
sheet that everyone can see, as a list inside a cell may hold 255 characters only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from werkzorg.cases.codebook import allowed, example, number, unit
from werkzorg.cases.schema import Field, Table, table
from werkzorg.wording import LANGUAGES, say

LAST_ROW = 20_000
"""Last row with menus and checks; more rows are read all the same."""

FORMS = {"string": "@", "month": "@", "date": "yyyy-mm-dd"}
"""How Excel writes the cells of a column; `@` is text."""

HEAD = Font(bold=True)
REQUIRED_FILL = PatternFill("solid", fgColor="DDEBF7")
TOP_WRAPPED = Alignment(wrap_text=True, vertical="top")
AUTHOR = "werkzorg"
EXPLANATION_WIDTHS = (16, 24, *2 * (30, 60, 44, 18, 10))


def write_template(path: Path | str, names: Sequence[str], lang: str = "nl") -> Path:
    """Write an Excel file to fill in.

    Parameters
    ----------
    path : Path or str
        File to write (.xlsx).
    names : sequence of str
        Tables, one sheet each, in this order; the sheet carries the name of the table.
    lang : {"nl", "en"}
        Language of menus and messages; the explanation is in both.

    Returns
    -------
    Path
        The file.
    """
    chosen = [table(name) for name in names]
    book = Workbook()
    book.properties.creator = AUTHOR
    explanation = book.active
    explanation.title = say("cases.template.sheet_explanation", lang)
    _explain(explanation, chosen, say("cases.template.sheet_lists", lang))
    sheets = [book.create_sheet(entry.name) for entry in chosen]
    lists = book.create_sheet(say("cases.template.sheet_lists", lang))
    for sheet, entry in zip(sheets, chosen, strict=True):
        _fill(sheet, entry, lists, lang)
    file = Path(path)
    book.save(file)
    return file


def _fill(sheet: Worksheet, entry: Table, lists: Worksheet, lang: str) -> None:
    """Header row with notes, and per column a form of writing, a menu or a check."""
    for place, field in enumerate(entry.fields, start=1):
        letter = get_column_letter(place)
        cell = sheet.cell(row=1, column=place, value=field.name)
        cell.font = HEAD
        if field.required:
            cell.fill = REQUIRED_FILL
        cell.comment = Comment("\n\n".join(_note(field, language) for language in LANGUAGES), AUTHOR, 220, 360)
        sheet.column_dimensions[letter].width = max(len(field.name) + 3, 14)
        # Excel turns 2018-03 into a day and 00123 into a number unless the column is text.
        sheet.column_dimensions[letter].number_format = FORMS.get(field.type, "General")
        check = _check(field, lists, f"{entry.name}.{field.name}", lang)
        check.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(check)
    sheet.freeze_panes = "B2"


def _check(field: Field, lists: Worksheet, name: str, lang: str) -> DataValidation:
    """Menu or limits of a column, with what to do as the message beside the cell."""
    choices = _choices(field, lang)
    if choices:
        check = DataValidation(type="list", formula1=_listed(lists, name, choices))
        error = say("cases.template.error.choice", lang)
    elif field.type == "month":
        check = DataValidation(type="textLength", operator="equal", formula1="7")
        error = say("cases.template.error.month", lang)
    elif field.type == "date":
        check = DataValidation(type="date", operator="greaterThanOrEqual", formula1="36526")  # 1 January 2000
        error = say("cases.template.error.date", lang)
    elif field.type in ("integer", "number", "year"):
        kind = "decimal" if field.type == "number" else "whole"
        check = DataValidation(
            type=kind, operator="between", formula1=f"{field.minimum:g}", formula2=f"{field.maximum:.10g}"
        )
        low, high = (number(limit, lang, field.type) for limit in (field.minimum, field.maximum))
        error = say(f"cases.template.error.{'range' if kind == 'decimal' else 'whole'}", lang, low=low, high=high)
    else:
        check, error = DataValidation(), ""
    check.allow_blank = not field.required
    check.promptTitle, check.prompt, check.showInputMessage = field.name, _prompt(field, lang), True
    if error:
        check.errorTitle, check.error = say("cases.template.error_title", lang), error
        check.showErrorMessage, check.errorStyle = True, "stop"
    return check


def _choices(field: Field, lang: str) -> list[str]:
    if field.type == "boolean":
        return [say("cases.yes", lang), say("cases.no", lang)]
    return [getattr(entry, lang) for entry in field.enum]


def _listed(lists: Worksheet, name: str, choices: list[str]) -> str:
    """Put the words of a menu in the next free column of the sheet with lists, and give where they are."""
    place = 1 if lists.cell(row=1, column=1).value is None else lists.max_column + 1
    for row, text in enumerate([name, *choices], start=1):
        lists.cell(row=row, column=place, value=text).alignment = TOP_WRAPPED
    lists.cell(row=1, column=place).font = HEAD
    letter = get_column_letter(place)
    lists.column_dimensions[letter].width = 30
    return f"{lists.title}!${letter}$2:${letter}${len(choices) + 1}"


def _prompt(field: Field, lang: str) -> str:
    """Title, description and unit; Excel shows at most 255 characters."""
    parts = [f"{getattr(field.title, lang)}.", getattr(field.description, lang)]
    if field.unit and field.type in ("integer", "number"):
        parts.append(f"({unit(field, lang)})")
    return " ".join(parts)


def _note(field: Field, lang: str) -> str:
    label = say("cases.column.example", lang)
    return f"{getattr(field.title, lang)}. {getattr(field.description, lang)}\n{label}: {example(field, lang)}"


def _explain(sheet: Worksheet, chosen: Iterable[Table], lists: str) -> None:
    """The explanation in Dutch and English, then every column of every sheet."""
    row = 1
    for lang in LANGUAGES:
        sheet.cell(row=row, column=1, value=say("cases.template.heading", lang)).font = Font(bold=True, size=14)
        for line in ("fill", "choose", "months", "unknown", "never", "lists"):
            row += 1
            sheet.cell(row=row, column=1, value=say(f"cases.template.{line}", lang, sheet=lists))
        row += 2
    for place, head in enumerate(_heads(), start=1):
        sheet.cell(row=row, column=place, value=head).font = HEAD
    for entry in chosen:
        for field in entry.fields:
            row += 1
            for place, text in enumerate(_explained(entry, field), start=1):
                sheet.cell(row=row, column=place, value=text).alignment = TOP_WRAPPED
    for place, width in enumerate(EXPLANATION_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _heads() -> list[str]:
    both = [" / ".join(say(f"cases.column.{head}", lang) for lang in LANGUAGES) for head in ("table", "name")]
    per_language = [
        [say(f"cases.column.{head}", lang) for head in ("title", "meaning", "allowed", "example", "required")]
        for lang in LANGUAGES
    ]
    return [*both, *per_language[0], *per_language[1]]


def _explained(entry: Table, field: Field) -> list[str]:
    cells = [entry.name, field.name]
    for lang in LANGUAGES:
        listed = [getattr(code, lang) for code in field.enum]
        cells += [
            getattr(field.title, lang),
            getattr(field.description, lang),
            "; ".join(allowed(field, lang)) + (": " + ", ".join(listed) if listed else ""),
            example(field, lang),
            say("cases.yes" if field.required else "cases.no", lang),
        ]
    return cells
