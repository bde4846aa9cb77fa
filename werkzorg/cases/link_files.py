"""Linking the files of two or three suppliers, read as the pilot file says, behind the same door as every read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from werkzorg.cases.declaration import FileEntry
from werkzorg.cases.link import LinkReport, link
from werkzorg.cases.place import Place, find_place
from werkzorg.cases.problems import as_error
from werkzorg.cases.reading import check_records
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

WRITTEN = 'format: csv, delimiter: ";", decimal: ",", date_order: ymd, money_unit: euro'
"""How `link` writes, in the words of a pilot file."""


@dataclass(frozen=True)
class LinkedFiles:
    """What was linked and written.

    Parameters
    ----------
    report : LinkReport
        Who found a partner, per side.
    out : Path
        Folder that was written to.
    files : tuple of str
        Files in it.
    data_folder : Path
        Data folder of the pilot.
    """

    report: LinkReport
    out: Path
    files: tuple[str, ...]
    data_folder: Path

    def render(self, lang: str | None = None) -> str:
        """The report, the files, and how to go on with them."""
        lang = lang or language()
        lines = [self.report.render(lang), say("cases.link.written", lang, folder=self.out)]
        lines += [f"  {name}" for name in self.files]
        if not self.out.resolve().is_relative_to(self.data_folder.resolve()):
            return "\n".join([*lines, say("cases.link.outside", lang, folder=self.data_folder)])
        place = self.out.resolve().relative_to(self.data_folder.resolve())
        lines.append(say("cases.link.declare", lang))
        for name in self.files:
            path = (place / name).as_posix()
            lines.append(f"  - {{table: {Path(name).stem}, path: {path}, {WRITTEN}}}")
        return "\n".join(lines)


def link_files(
    ggz: Path | str,
    wi: Path | str,
    insurer: Path | str | None = None,
    *,
    out: Path | str,
    pilot: Path | str | None = None,
    confirmed: bool = False,
) -> LinkedFiles:
    """Read two forms, and the insurer's file, and write the joined cases.

    Parameters
    ----------
    ggz, wi, insurer : Path or str
        Files with the tables `intake_ggz`, `intake_wi` and `insurer`; the pilot file declares how they are written.
    out : Path or str
        Folder for the joined data.
    pilot : Path or str, optional
        Pilot that declares the files; the folder of the first file when left out.
    confirmed : bool
        The user confirmed that the place of the data is right.

    Raises
    ------
    WerkzorgError
        All problems of the files; code INPUT for a file that is not there; code CONFIGURATION when one is not declared;
        as :func:`werkzorg.cases.link.link`.
    """
    given = {"intake_ggz": ggz, "intake_wi": wi} | ({"insurer": insurer} if insurer is not None else {})
    absent = [Problem("cases.link.absent", where=str(path)) for path in given.values() if not Path(path).is_file()]
    if absent:
        raise WerkzorgError(ExitCode.INPUT, *absent)
    place = _place(ggz, pilot)
    chosen = place.declaration.model_copy(update={"files": _declared(place, given), "use_comparison": True})
    reading = check_records(place.file, chosen, confirmed=confirmed)
    if reading.exit_code != ExitCode.OK:
        raise as_error(reading.problems)
    threshold = reading.accountability.threshold if reading.accountability else THRESHOLD
    linked = link(reading.tables, folder=out, threshold=threshold)
    return LinkedFiles(linked.report, Path(out), linked.files, place.folder)


def _place(first: Path | str, pilot: Path | str | None) -> Place:
    if pilot is not None:
        return find_place(pilot)
    try:
        return find_place(Path(first).absolute().parent)
    except WerkzorgError as error:
        if any(problem.identifier in ("pilot.none_in_folder", "pilot.unknown_far") for problem in error.problems):
            raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cases.link.no_pilot", where=str(first))) from None
        raise


def _declared(place: Place, given: Mapping[str, Path | str]) -> tuple[FileEntry, ...]:
    """The declaration of each file that was given."""
    entries, problems = [], []
    for table, path in given.items():
        wanted = Path(path).resolve()
        found = [
            entry
            for entry in place.declaration.files
            if entry.table == table and (place.folder / entry.path).resolve() == wanted
        ]
        entries += found
        if not found:
            values = {"pilot": place.file.name, "table": table}
            problems.append(Problem("cases.link.undeclared", where=str(path), values=values))
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    return tuple(entries)
