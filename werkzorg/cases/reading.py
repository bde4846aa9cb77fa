"""Case records in: all declared files, all problems in one go, typed tables out.

Nothing of a file is used when something in it may be misread; no problem, log line or exception holds a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from werkzorg.cases.accountability import FILE_NAMES, Accountability, find_accountability, read_accountability
from werkzorg.cases.checks import apply_window, check_tables, without_comparison
from werkzorg.cases.combined import Loaded, combine
from werkzorg.cases.datafile import find_folder
from werkzorg.cases.declaration import Declaration, FileEntry
from werkzorg.cases.doubts import find_doubts
from werkzorg.cases.follow_up import cut_follow_up, left_out_notices
from werkzorg.cases.one_file import read_file
from werkzorg.cases.place import read_declaration
from werkzorg.cases.privacy import MADE_UP
from werkzorg.cases.problems import CaseProblem, FileError, as_error, from_error, from_problem, verdict
from werkzorg.cases.retention import deny_list, retention_problems
from werkzorg.cases.rights import rights_problems
from werkzorg.cases.schema import tables
from werkzorg.cases.summary import KEY
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import is_shipped
from werkzorg.params.mistakes import nearest
from werkzorg.params.pilots import PILOT_FILE


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file that was read: names, number of rows, encoding (csv), digest, who delivered it.

    `people` holds the pseudonyms in it: whom its supplier knows. `published` is where anybody can read its numbers.
    """

    path: str
    table: str
    rows: int
    encoding: str
    digest: str
    supplier: str | None = None
    people: frozenset[str] = field(default=frozenset(), repr=False)
    published: str | None = None


@dataclass(frozen=True)
class Reading:
    """Everything that reading gave.

    Parameters
    ----------
    tables : dict of DataFrame
        Typed tables by name: pseudonyms and codes as text or categories, months as Period[M], days as datetime64,
        numbers as float (euros, never cents), yes and no as nullable boolean; every column of the schema is there.
    problems : tuple of CaseProblem
        What stops the pilot and what is worth a look, in order of the files.
    files : tuple of FileFacts
        Files that were read to the end.
    accountability : Accountability or None
        None when it is not in order.
    """

    tables: dict[str, pd.DataFrame]
    problems: tuple[CaseProblem, ...]
    files: tuple[FileFacts, ...]
    accountability: Accountability | None

    @property
    def exit_code(self) -> ExitCode:
        """OK, or the kind of the gravest problem."""
        return verdict(self.problems)

    @property
    def warnings(self) -> tuple[CaseProblem, ...]:
        """Problems that do not stop."""
        return tuple(problem for problem in self.problems if problem.severity == "warn")


def read_tables(
    pilot: Path | str, declaration: Declaration | None = None, accountability: Accountability | None = None, **options
) -> dict[str, pd.DataFrame]:
    """Typed tables of a pilot.

    Parameters
    ----------
    pilot, declaration, accountability, **options
        As :func:`check_records`.

    Returns
    -------
    dict of DataFrame
        By name of the table, see :class:`Reading`.

    Raises
    ------
    WerkzorgError
        All problems of all files; code PRIVACY when there is one of those, else INPUT, CONFIGURATION or RUN.
    """
    reading = check_records(pilot, declaration, accountability, **options)
    if reading.exit_code != ExitCode.OK:
        raise as_error(reading.problems) from None
    return reading.tables


def check_records(
    pilot: Path | str,
    declaration: Declaration | None = None,
    accountability: Accountability | None = None,
    *,
    today: date | None = None,
    drop: Sequence[str] = (),
    confirmed: bool = False,
) -> Reading:
    """Read all files of a pilot and collect everything that is wrong with them.

    Parameters
    ----------
    pilot : Path or str
        Folder with `pilot.yaml`, or the pilot file.
    declaration : Declaration, optional
        How the files are written; read from the pilot file (key `data`) when left out.
    accountability : Accountability, optional
        Read from `verantwoording.yml` when left out. Without it no data file is opened.
    today : date, optional
        Months after this are mistakes.
    drop : sequence of str
        Columns that are dropped at the first read and never stored, in every file.
    confirmed : bool
        The user confirmed that the place of the data is right.

    Returns
    -------
    Reading
        Tables and problems; the tables are not to be used when `exit_code` is not OK.
    """
    today = today or date.today()
    try:
        root, declaration = _declared(Path(pilot), declaration)
        folder = find_folder(root, declaration.folder)
    except WerkzorgError as error:
        return Reading({}, tuple(from_error(error)), (), None)
    except FileError as error:
        return Reading({}, error.problems, (), None)
    accountability, problems = _permission(root, folder, accountability, today, confirmed)
    problems += _mistakes(declaration) + _not_made_up(declaration, accountability)
    if problems:
        return Reading({}, tuple(problems), (), accountability)
    loaded: list[Loaded] = []
    denied = deny_list(folder)
    for entry in declaration.files:
        part, found = read_file(folder, _dropping(entry, drop), declaration, today, denied)
        problems += found
        loaded += [part] if part is not None else []
    combined = combine(loaded)
    problems += check_tables(combined)
    problems += find_doubts(combined)
    frames, outside = apply_window(combined, declaration.window)
    frames, later = cut_follow_up(frames, declaration.follow_up_months)
    outside += left_out_notices(combined, later, declaration.follow_up_months)
    if not declaration.use_comparison:
        frames = without_comparison(frames)
    return Reading(frames, (*problems, *outside), tuple(map(_facts, loaded)), accountability)


def _facts(part: Loaded) -> FileFacts:
    names = (part.source.name, part.table.name, len(part.rows), part.encoding, part.source.before.digest)
    people = part.frame[KEY].dropna().unique() if KEY in part.frame else ()
    entry = part.source.entry
    return FileFacts(*names, entry.supplier, frozenset(map(str, people)), entry.published)


def _declared(pilot: Path, declaration: Declaration | None) -> tuple[Path, Declaration]:
    """Folder of the pilot file, and the declaration."""
    file = pilot / PILOT_FILE if pilot.is_dir() else pilot
    if declaration is not None:
        return file.parent, declaration
    if not file.is_file():
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cases.reading.no_pilot", where=str(file)))
    return file.parent, read_declaration(file)


def _permission(
    root: Path, folder: Path, accountability: Accountability | None, today: date, confirmed: bool
) -> tuple[Accountability | None, list[CaseProblem]]:
    """Whether data may be read at all: accountability, retention date, place of the folder.

    What comes with the package is made up: everybody may see it.
    """
    fine = confirmed or is_shipped(folder)
    problems = [from_problem(problem, ExitCode.PRIVACY) for problem in rights_problems(folder, confirmed=fine)]
    if accountability is None:
        try:
            file = find_accountability(root, folder)
            accountability = read_accountability(file if file is not None else root)
        except WerkzorgError as error:
            return None, problems + from_error(error)
    late = retention_problems(accountability, today)
    return accountability, problems + [from_problem(problem, ExitCode.PRIVACY) for problem in late]


def _mistakes(declaration: Declaration) -> list[CaseProblem]:
    """What is wrong with the declaration: contradictions and tables that do not exist."""
    code = ExitCode.CONFIGURATION
    found = [
        CaseProblem(f"cases.reading.{end}", file=place, exit_code=code) for place, end in declaration.contradictions()
    ]
    for entry in declaration.files:
        if entry.table not in tables():
            values = {"table": entry.table, "nearest": nearest(entry.table, tables())}
            found.append(CaseProblem("cases.reading.unknown_table", file=entry.path, exit_code=code, values=values))
    return found


def _not_made_up(declaration: Declaration, accountability: Accountability | None) -> list[CaseProblem]:
    """Data that are said to be made up, with pseudonyms of people who exist: then no rule would guard what leaves."""
    if accountability is None or not accountability.synthetic or declaration.pseudonym.prefix.startswith(MADE_UP):
        return []
    values = {"prefix": MADE_UP}
    identifier = "cases.accountability.not_made_up"
    return [CaseProblem(identifier, file=FILE_NAMES[0], exit_code=ExitCode.CONFIGURATION, values=values)]


def _dropping(entry: FileEntry, drop: Sequence[str]) -> FileEntry:
    return entry.model_copy(update={"drop": (*entry.drop, *drop)}) if drop else entry
