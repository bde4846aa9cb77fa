"""Checking a pilot: its file, its accountability, all its data; one report of problems, or a page on what there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from werkzorg.cases.declaration import Declaration
from werkzorg.cases.place import find_place
from werkzorg.cases.problems import CaseProblem, from_error
from werkzorg.cases.reading import Reading, check_records
from werkzorg.cases.report import text_report
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.cases.summary import summarise
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.pilots import pilot_file
from werkzorg.params.scenarios import load_checked
from werkzorg.wording import language, say


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Parameters
    ----------
    pilot_id : str
        Name of the pilot; empty when its file is not right.
    folder : Path or None
        Data folder; None when there are no records, or none that can be found.
    reading : Reading
        Problems, files and accountability; its tables are empty when something is wrong.
    summary : str
        The page on what there is; empty when something is wrong.
    """

    pilot_id: str
    folder: Path | None
    reading: Reading
    summary: str

    @property
    def exit_code(self) -> ExitCode:
        """OK, or the kind of the gravest problem."""
        return self.reading.exit_code

    def render(self, lang: str | None = None) -> str:
        """All problems, or what there is."""
        parts = [text_report(self.reading, lang), self.summary]
        if self.folder is None and not self.reading.problems:
            parts = [self.summary]
        return "\n\n".join(part for part in parts if part)


def check(pilot: Path | str, *, lang: str | None = None, confirmed: bool = False, today: date | None = None) -> Checked:
    """Check a pilot and all its data.

    Parameters
    ----------
    pilot : Path or str
        Shipped name, pilot file, or folder that holds one.
    lang : {"nl", "en"}, optional
        Language of the page on what there is; that of the messages when left out.
    confirmed : bool
        The user confirmed that the place of the data is right.
    today : date, optional
        Months after this are mistakes.

    Returns
    -------
    Checked
        With every problem of the pilot file, the accountability file and all data files.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when there is no such pilot; code PRIVACY when the list of who withdrew cannot be used.
    """
    lang = lang or language()
    file = pilot_file(pilot)
    stated, problems = None, []
    try:
        stated = load_checked(file)
    except WerkzorgError as error:
        problems = from_error(error)
    if stated is not None and stated.data is None:
        return Checked(stated.id, None, Reading({}, (), (), None), say("cases.check.no_records", lang))
    reading = check_records(file, confirmed=confirmed, today=today)
    reading = _with(reading, problems)
    name = stated.id if stated is not None else ""
    if reading.exit_code != ExitCode.OK:
        return Checked(name, _folder(file), Reading({}, reading.problems, reading.files, reading.accountability), "")
    return Checked(name, _folder(file), reading, _page(reading, find_place(file).declaration, lang))


def _with(reading: Reading, problems: list[CaseProblem]) -> Reading:
    """The reading with the problems of the pilot file in front; what both found stands there once."""
    first = [problem for problem in problems if problem not in reading.problems]
    return Reading(reading.tables, (*first, *reading.problems), reading.files, reading.accountability)


def _folder(file: Path) -> Path | None:
    try:
        return find_place(file).folder
    except WerkzorgError:
        return None


def _page(reading: Reading, declaration: Declaration, lang: str) -> str:
    answers = reading.accountability
    lines = [summarise(reading.tables, answers.threshold if answers else THRESHOLD, lang).render(lang)]
    if not declaration.use_comparison:
        lines.append(say("cases.check.no_comparison", lang))
    if answers and answers.synthetic:
        lines.append(say("cases.check.synthetic", lang))
    return "\n".join(lines)
