"""Where the shipped files are, in an installed wheel and in the repository."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Literal

from werkzorg.errors import ExitCode, Problem, WerkzorgError

Kind = Literal["params", "notebooks", "data_schema"]


def shipped(kind: Kind) -> Path:
    """Folder with the shipped files of one kind.

    Parameters
    ----------
    kind : {"params", "notebooks", "data_schema"}
        What is looked for.

    Returns
    -------
    Path
        `werkzorg/shipped/<kind>` of an installed wheel, else `<kind>` in the repository next to the package.

    Raises
    ------
    WerkzorgError
        When neither exists: the installation is not complete.
    """
    package = Path(str(resources.files("werkzorg.params"))).parent
    for folder in (package / "shipped" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise WerkzorgError(ExitCode.CONFIGURATION, Problem("params.files_missing", values={"kind": kind}))


def is_shipped(path: Path) -> bool:
    """Whether a file or folder came with the package."""
    return path.resolve().is_relative_to(shipped("params").resolve())


def display_name(path: Path) -> str:
    """Name of a file for messages: from `params/` on for shipped files, as given for others."""
    try:
        return str(Path("params") / path.resolve().relative_to(shipped("params").resolve()))
    except ValueError:
        return str(path)
