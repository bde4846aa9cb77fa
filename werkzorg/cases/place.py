"""Where a pilot keeps its records, found without opening a data file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from werkzorg.cases.datafile import find_folder
from werkzorg.cases.declaration import Declaration
from werkzorg.cases.problems import FileError, as_error
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import is_shipped
from werkzorg.params.mistakes import build
from werkzorg.params.pilots import pilot_file
from werkzorg.params.reader import read_yaml


def read_declaration(file: Path) -> Declaration:
    """The part `data` of a pilot file.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION: YAML that cannot be read, no such part, or everything that is wrong with it.
    """
    data, lines = read_yaml(file)
    if not isinstance(data, dict) or data.get("data") is None:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cases.reading.no_declaration", where=file.name))
    return build(Declaration, data["data"], file.name, lines, "data")


@dataclass(frozen=True)
class Place:
    """Where a pilot with records keeps them.

    Parameters
    ----------
    file : Path
        Pilot file.
    folder : Path
        Data folder.
    declaration : Declaration
        How the files are written.
    """

    file: Path
    folder: Path
    declaration: Declaration

    @property
    def home(self) -> Path:
        """Folder of the pilot file."""
        return self.file.parent


def find_place(pilot: Path | str) -> Place:
    """Data folder and declaration of a pilot, without opening a data file.

    Parameters
    ----------
    pilot : Path or str
        Shipped name, pilot file, or folder that holds one.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION: no such pilot, no records declared, or a data folder that cannot be used.
    """
    file = pilot_file(pilot)
    declaration = read_declaration(file)
    try:
        return Place(file, find_folder(file.parent, declaration.folder), declaration)
    except FileError as error:
        raise as_error(error.problems) from None


def own_place(pilot: Path | str) -> Place:
    """As :func:`find_place`, for data that will be changed: those that came with the package are refused."""
    place = find_place(pilot)
    if is_shipped(place.folder):
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cases.shipped", where=str(pilot)))
    return place
