"""The first row of a file: which column of the schema stands where.

Names are compared by fixed rules: without byte order mark, soft hyphens and zero-width characters, spaces (also
no-break), hyphens and underscores alike, capitals alike. A column may carry its name or its Dutch or English title.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from werkzorg.cases.datafile import Source
from werkzorg.cases.privacy import kind_of_header, shown_column
from werkzorg.cases.problems import CaseProblem
from werkzorg.cases.schema import Field, Table
from werkzorg.errors import ExitCode

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
BLANKS = re.compile(r"[\s_\-\u2010-\u2015]+")

MAY_BE_DROPPED = frozenset(("free_text", "diagnosis"))
"""Kinds of columns that a supplier may leave in when the pilot file drops them."""


@dataclass(frozen=True)
class Header:
    """Columns that are read.

    Parameters
    ----------
    known : dict of int to Field
        Position in the file, from 0, and the column of the schema.
    unknown : dict of int to str
        Position and name of columns that are in no schema; they are looked at for identifiers only.
    """

    known: dict[int, Field]
    unknown: dict[int, str]

    @property
    def positions(self) -> list[int]:
        """Positions of all columns that are read, in the order of the file."""
        return sorted({**self.known, **self.unknown})


def normalise(name: str) -> str:
    """Name of a column by the fixed rules."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    return BLANKS.sub("_", text.strip()).strip("_").casefold()


def match_header(
    names: Sequence[str], table: Table, source: Source, sheet: str = ""
) -> tuple[Header | None, list[CaseProblem]]:
    """Columns of a file in terms of the schema.

    Parameters
    ----------
    names : sequence of str
        First row as delivered.
    table : Table
        Declared table.
    source : Source
        The file; columns in its `drop` are not read at all.
    sheet : str
        Sheet of a workbook.

    Returns
    -------
    Header or None
        None when the columns cannot be trusted: then no row is read.
    list of CaseProblem
        Everything wrong with the first row.
    """
    words = _words(table)
    dropped = {normalise(name) for name in source.entry.drop}
    plain = [normalise(name) for name in names]
    keep = [place for place, name in enumerate(plain) if name not in dropped]
    known = {place: words[plain[place]] for place in keep if plain[place] in words}
    if not known:
        return None, [_nothing_found(names, table, source, sheet)]
    unknown = {place: names[place] for place in keep if place not in known}
    problems = _personal(names, keep, known, source, sheet)
    if problems:
        return None, problems
    problems = [*_empty(unknown, source, sheet), *_double(plain, keep, known, names, source, sheet)]
    missing = [field.name for field in table.fields if field.required and field not in known.values()]
    # Where most names are unknown the first row may hold data: then places are shown, not names.
    trusted = 2 * len(known) >= len(names)
    named = {place: name for place, name in unknown.items() if name.strip()}
    if named:
        shown = [shown_column(name, place + 1) if trusted else f"{place + 1}" for place, name in named.items()]
        problems.append(
            source.problem("unknown_columns", sheet=sheet, values={"columns": "; ".join(shown), "table": table.name})
        )
    if missing:
        values = {"columns": ", ".join(missing), "table": table.name}
        problems.append(source.problem("missing_columns", sheet=sheet, values=values))
    fatal = any(problem.identifier.endswith("double_columns") for problem in problems)
    return (None if fatal else Header(known, named)), problems


def _words(table: Table) -> dict[str, Field]:
    """Every accepted name of a column; a title that two columns share is no name."""
    titles: dict[str, list[Field]] = {}
    for field in table.fields:
        for text in {normalise(field.title.nl), normalise(field.title.en)}:
            titles.setdefault(text, []).append(field)
    words = {text: fields[0] for text, fields in titles.items() if len(fields) == 1}
    return words | {normalise(field.name): field for field in table.fields}


def _nothing_found(names: Sequence[str], table: Table, source: Source, sheet: str) -> CaseProblem:
    """No column recognised: the first row may hold data, so nothing of it is shown."""
    values: dict[str, object] = {"table": table.name, "seen": len(names), "expected": ", ".join(table.columns[:6])}
    whole = (source.entry.delimiter or "").join(names)
    words = _words(table)
    for delimiter, name in ((";", ";"), (",", ","), ("\t", "tab"), ("|", "|")):
        found = [words[normalise(part.strip('"'))].name for part in whole.split(delimiter)
                 if normalise(part.strip('"')) in words]  # fmt: skip
        if source.entry.format == "csv" and len(found) > 1:
            values |= {"delimiter": name, "found": ", ".join(found[:6])}
            return source.problem("wrong_delimiter", rows=(1,), count=1, values=values)
    return source.problem("columns_not_found", sheet=sheet, rows=(1,), count=1, values=values)


def _personal(
    names: Sequence[str], keep: list[int], known: dict[int, Field], source: Source, sheet: str
) -> list[CaseProblem]:
    """Columns whose name says that they identify a person: the file is not read further.

    A dropped column may hold remarks or a diagnosis; numbers and names of persons may not even be in the file.
    """
    problems = []
    for place, name in enumerate(names):
        kind = None if place in known else kind_of_header(name)
        if kind is None or (place not in keep and kind in MAY_BE_DROPPED):
            continue
        shown = shown_column(name, place + 1)
        problems.append(
            CaseProblem(
                f"cases.privacy.{kind}", file=source.name, sheet=sheet, column=shown, exit_code=ExitCode.PRIVACY
            )
        )
    return problems


def _empty(unknown: dict[int, str], source: Source, sheet: str) -> list[CaseProblem]:
    places = [place + 1 for place, name in unknown.items() if not name.strip()]
    if not places:
        return []
    values = {"columns": ", ".join(map(str, places))}
    return [source.problem("nameless_columns", sheet=sheet, values=values)]


def _double(
    plain: list[str], keep: list[int], known: dict[int, Field], names: Sequence[str], source: Source, sheet: str
) -> list[CaseProblem]:
    """Names that stand twice, also when one is the name and the other the title of a column."""
    places: dict[str, list[int]] = {}
    for place in keep:
        if plain[place]:
            places.setdefault(known[place].name if place in known else plain[place], []).append(place)
    double = {name: found for name, found in places.items() if len(found) > 1}
    if not double:
        return []
    shown = [name if found[0] in known else shown_column(names[found[0]], found[0] + 1)
             for name, found in double.items()]  # fmt: skip
    return [source.problem("double_columns", sheet=sheet, values={"columns": ", ".join(shown)})]
