"""One data file: from its declaration to a typed table, with everything that is wrong in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from werkzorg.cases.column_kinds import KeyReader, UnknownReader, empty_series, reader_of
from werkzorg.cases.columns import ColumnReader, NumberReader, Rules
from werkzorg.cases.combined import Loaded
from werkzorg.cases.datafile import Source, check_unchanged, open_source
from werkzorg.cases.dates import parse_date
from werkzorg.cases.declaration import Declaration, FileEntry
from werkzorg.cases.header import Header, match_header
from werkzorg.cases.privacy import Finding, Pseudonym, find_identifiers, shown_column
from werkzorg.cases.problems import ROWS_SHOWN, CaseProblem, FileError
from werkzorg.cases.reading_csv import open_csv
from werkzorg.cases.reading_parquet import open_parquet
from werkzorg.cases.reading_xlsx import open_xlsx
from werkzorg.cases.schema import Table, tables
from werkzorg.cases.table_reader import Opened, without_empty_rows

logger = logging.getLogger(__name__)

OPENERS: dict[str, Callable[[Source, int], Opened]] = {"csv": open_csv, "xlsx": open_xlsx, "parquet": open_parquet}

Denied = Callable[[Sequence[str]], Sequence[bool]]


def read_file(
    folder: Path, entry: FileEntry, declaration: Declaration, today: date, denied: Denied | None
) -> tuple[Loaded | None, list[CaseProblem]]:
    """Read one file.

    Parameters
    ----------
    folder : Path
        Data folder.
    entry : FileEntry
        How the file is written.
    declaration : Declaration
        Form of the pseudonyms and largest number of rows.
    today : date
        Later months are mistakes.
    denied : callable or None
        Says of pseudonyms whether the person withdrew.

    Returns
    -------
    loaded : Loaded or None
        None when no row could be trusted.
    problems : list of CaseProblem
        Everything wrong with the file.
    """
    table, problems = tables()[entry.table], []
    try:
        source = open_source(folder, entry)
    except FileError as error:
        return None, list(error.problems)
    part = None
    try:
        opened = OPENERS[entry.format](source, declaration.row_limit(table.cardinality))
        header, problems = match_header(opened.names, table, source, opened.sheet)
        if header is not None:
            part, found = _read_rows(source, opened, header, table, declaration, today, denied)
            problems += found
    except FileError as error:
        problems += error.problems
    except OSError:
        problems.append(source.problem("no_rights"))
    problems += check_unchanged(source)
    if part is not None:
        # Numbers below ten say something about people.
        size = f"at least {len(part.rows) // 10 * 10}" if len(part.rows) >= 10 else "fewer than 10"
        logger.info("%s: %s rows read, encoding %s", source.name, size, opened.encoding or "-")
    return part, problems


def _read_rows(
    source: Source,
    opened: Opened,
    header: Header,
    table: Table,
    declaration: Declaration,
    today: date,
    denied: Denied | None,
) -> tuple[Loaded, list[CaseProblem]]:
    """All rows of a file, column by column, block by block."""
    entry, pseudonym = source.entry, declaration.pseudonym
    rules = Rules(entry.numbers, entry.date_order, entry.money_unit == "cent", opened.epoch_1904, today)
    readers: dict[int, ColumnReader] = {
        place: reader_of(field, rules, pseudonym) for place, field in header.known.items()
    }
    unknown = {place: UnknownReader() for place in header.unknown}
    rows = []
    for block in opened.blocks(header.positions):
        block = without_empty_rows(block)
        rows.append(block.rows)
        for place, cells in zip(header.positions, block.columns, strict=True):
            (readers if place in readers else unknown)[place].add(cells, block.rows)
    file_rows = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    if not len(file_rows):
        raise source.fail("no_rows", sheet=opened.sheet)
    problems = [
        *_column_problems(source, opened.sheet, readers.values()),
        *_identifiers(source, opened.sheet, header, readers, unknown, pseudonym),
        *_pseudonym_problems(source, opened.sheet, readers.values(), file_rows, denied),
        *_money_unit(source, opened.sheet, readers.values()),
    ]
    series = {reader.field.name: reader for reader in readers.values()}
    columns = {
        field.name: series[field.name].series()
        if field.name in series
        else empty_series(field, len(file_rows), rules, pseudonym)
        for field in table.fields
    }
    frame = pd.DataFrame(columns, copy=False)
    return Loaded(table, source, opened.sheet, frame, file_rows, opened.encoding), problems


def _column_problems(source: Source, sheet: str, readers: Sequence[ColumnReader]) -> Iterator[CaseProblem]:
    for reader in readers:
        for mark in reader.marks():
            yield source.problem(
                mark.end, sheet=sheet, column=reader.field.name, rows=mark.rows, count=mark.count,
                severity=mark.severity, values=mark.values,
            )  # fmt: skip


def _identifiers(
    source: Source,
    sheet: str,
    header: Header,
    readers: dict[int, ColumnReader],
    unknown: dict[int, UnknownReader],
    pseudonym: Pseudonym,
) -> Iterator[CaseProblem]:
    """What may identify a person, among cells that could not be read and in columns of no schema."""
    for place, reader in (readers | unknown).items():
        if not reader.suspects:
            continue
        known = place in readers
        name = header.known[place].name if known else header.unknown[place]
        texts, rows = zip(*reader.suspects, strict=True)
        form = pseudonym if isinstance(reader, KeyReader) else None
        amounts = isinstance(reader, NumberReader)
        findings = find_identifiers(name, texts, pseudonym=form, known_column=known, amounts=amounts)
        if known and header.known[place].type == "year":
            findings += _whole_dates(texts)
        column = name if known else shown_column(name, place + 1)
        for finding in findings:
            yield problem_of(source, sheet, column, finding, np.array(rows))


def _whole_dates(texts: Sequence[str]) -> list[Finding]:
    """Days in a column of years: in the column of birth years each of them is a birth date."""
    places = [
        place
        for place, text in enumerate(texts)
        if any(isinstance(parse_date(text, order), date) for order in ("dmy", "ymd"))
    ]
    return [Finding("birth_date", tuple(places[:ROWS_SHOWN]), len(places))] if places else []


def _pseudonym_problems(
    source: Source, sheet: str, readers: Sequence[ColumnReader], rows: np.ndarray, denied: Denied | None
) -> Iterator[CaseProblem]:
    for reader in readers:
        if isinstance(reader, KeyReader):
            for finding in reader.findings(denied):
                yield problem_of(source, sheet, reader.field.name, finding, rows)


def problem_of(source: Source, sheet: str, column: str, finding: Finding, rows: np.ndarray) -> CaseProblem:
    """What was found in a column as a problem for the user: its kind, its place and how often, never a value."""
    places = tuple(rows[list(finding.rows)].tolist()) if finding.rows else ()
    return CaseProblem(
        f"cases.privacy.{finding.kind}",
        file=source.name,
        sheet=sheet,
        column=column,
        rows=places[:ROWS_SHOWN],
        count=finding.count,
        exit_code=finding.exit_code,
    )


def _money_unit(source: Source, sheet: str, readers: Sequence[ColumnReader]) -> Iterator[CaseProblem]:
    """Amounts without a declared unit: euros and cents look alike."""
    money = [
        reader.field.name
        for reader in readers
        if isinstance(reader, NumberReader) and reader.is_money and reader.filled
    ]
    if money and source.entry.money_unit is None:
        yield source.problem("money_unit_missing", sheet=sheet, values={"columns": ", ".join(money)})
