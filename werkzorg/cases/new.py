"""A folder for a new pilot: what to fill in, and nothing that was there before touched."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from string import Template

from werkzorg.cases.accountability import FILE_NAMES, template
from werkzorg.cases.codebook import write_codebook
from werkzorg.cases.rights import protect
from werkzorg.cases.schema import table
from werkzorg.cases.template import write_template
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.pilots import PILOT_FILE
from werkzorg.wording import language, say

NAME = re.compile(r"[a-z][a-z0-9-]{1,40}")
"""Names that a pilot may have (:class:`werkzorg.pilot.Pilot`)."""

ACCOUNTABILITY = FILE_NAMES[0]
CODEBOOK = "codeboek.html"
WORKBOOKS = {
    "formulier-ggz.xlsx": ("intake_ggz",),
    "formulier-werk-en-inkomen.xlsx": ("intake_wi",),
    "zorgverzekeraar.xlsx": ("insurer",),
    "deelnemers.xlsx": ("cases", "months", "support", "jobs", "quality_of_life", "client_manager"),
    "tellingen.xlsx": ("counts", "aggregates"),
}
"""Files to fill in and their tables: one file per party, so that nobody receives columns that are not theirs."""

DECLARED = ("cases", "months")
"""Tables that a new pilot reads at once; the others stand in the pilot file behind a #."""

SUPPLIERS = {"intake_ggz": "ggz_institution", "insurer": "insurer", "quality_of_life": "ggz_institution"}
PROGRAMME_YEARS = 2


@dataclass(frozen=True)
class NewPilot:
    """What was written.

    Parameters
    ----------
    folder : Path
        The new pilot's folder.
    files : tuple of Path
        All files in it.
    """

    folder: Path
    files: tuple[Path, ...]

    def render(self, lang: str | None = None) -> str:
        """The files with what they are for, and what to do next."""
        lang = lang or language()
        lines = [say("cases.new.done", lang, folder=self.folder)]
        lines += [f"  {file.name}: {_purpose(file.name, lang)}" for file in self.files]
        return "\n".join([*lines, say("cases.new.next_records" if len(self.files) > 1 else "cases.new.next", lang)])


def new(
    name: str, folder: Path | str, *, lang: str = "nl", start: date | None = None, only_counts: bool = False
) -> NewPilot:
    """Write a folder for a new pilot: pilot file, accountability file, Excel files to fill in and code book.

    Parameters
    ----------
    name : str
        Name of the pilot, as `werk-en-zorg-utrecht`.
    folder : Path or str
        Folder to write to; it is made when it is not there. Its owner alone can read it afterwards.
    lang : {"nl", "en"}
        Language of menus and questions.
    start : date, optional
        First day of the pilot; 1 January of this year when left out.
    only_counts : bool
        The pilot file alone, without data about people: nothing to account for, and no forms.

    Returns
    -------
    NewPilot
        Folder and files.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION: a name that cannot be, a folder that cannot be written to, or a file that is there
        already (then nothing is written).
    """
    if not NAME.fullmatch(name):
        raise _error("name", name=name)
    target = Path(folder)
    wanted = (PILOT_FILE,) if only_counts else (PILOT_FILE, ACCOUNTABILITY, *WORKBOOKS, CODEBOOK)
    existing = [file for file in wanted if (target / file).exists() or (target / file).is_symlink()]
    if existing:
        raise _error("exists", str(target), files=", ".join(existing))
    first = start or date.today().replace(month=1, day=1)
    try:
        is_new = not target.exists()
        target.mkdir(parents=True, exist_ok=True)
        (target / PILOT_FILE).write_text(pilot_text(name, first, only_counts), encoding="utf8")
        if not only_counts:
            _write_forms(target, lang)
        _keep_private(target, wanted, is_new)
    except OSError:
        # None of these files was here before, see above.
        for file in wanted:
            with suppress(OSError):
                (target / file).unlink(missing_ok=True)
        raise _error("folder", str(target)) from None
    return NewPilot(target, tuple(target / file for file in wanted))


def _write_forms(target: Path, lang: str) -> None:
    """What a pilot with data about people needs beside its pilot file."""
    (target / ACCOUNTABILITY).write_text(template(lang), encoding="utf8")
    for file, tables in WORKBOOKS.items():
        write_template(target / file, tables, lang)
    write_codebook(target / CODEBOOK)


def pilot_text(name: str, start: date, only_counts: bool = False) -> str:
    """The pilot file of a new pilot, with the data block for the Excel files unless there are counts only."""
    last = date(start.year + PROGRAMME_YEARS - 1, 12, 31)
    parts = ("pilot_template.yaml",) if only_counts else ("pilot_template.yaml", "pilot_template_data.yaml")
    text = "\n".join((resources.files("werkzorg.cases") / part).read_text(encoding="utf8") for part in parts)
    return Template(text).substitute(
        id=name,
        start=start,
        enrolment_closes=date(start.year, 12, 31),
        end=last,
        valuation_date=date(start.year, 1, 1),
        # Months before the start belong to the window: the sum per case compares before and after.
        first_month=f"{start.year - 1}-01",
        last_month=f"{last.year}-12",
        files="\n".join(_declared(file, name) for file, tables in WORKBOOKS.items() for name in tables),
    )


def _declared(file: str, name: str) -> str:
    mark = "" if name in DECLARED else "# "
    supplier = SUPPLIERS.get(name, "municipality")
    return (
        f'  {mark}- {{table: {name}, path: {file}, format: xlsx, sheet: {name}, decimal: ",", thousands: none, '
        f"date_order: ymd, money_unit: euro, supplier: {supplier}}}"
    )


def _keep_private(target: Path, files: tuple[str, ...], is_new: bool) -> None:
    """Owner-only rights: for the whole folder when it is new, else for what was written."""
    if is_new:
        protect(target)
    else:
        for file in files:
            (target / file).chmod(0o600)


def _purpose(file: str, lang: str) -> str:
    if file in WORKBOOKS:
        titles = ", ".join(getattr(table(name).title, lang) for name in WORKBOOKS[file])
        return say("cases.new.file.workbook", lang, tables=titles)
    kind = {PILOT_FILE: "pilot", ACCOUNTABILITY: "accountability", CODEBOOK: "codebook"}[file]
    return say(f"cases.new.file.{kind}", lang)


def _error(problem: str, where: str = "", **values: object) -> WerkzorgError:
    return WerkzorgError(ExitCode.CONFIGURATION, Problem(f"cases.new.{problem}", where=where, values=values))
