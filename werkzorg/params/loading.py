"""From YAML files to checked parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import display_name, shipped
from werkzorg.params.mistakes import build, nearest
from werkzorg.params.reader import read_yaml, where
from werkzorg.params.schema import Parameter

FOLDERS = ("prices", "rules", "evidence")
"""Folders of `params/` with parameter files, in reading order."""

FILE_KEYS = ("kind", "parameters", "examples")
"""Keys at the top of a parameter file; `examples` only in rule files, read by the tests and the documentation."""

REPLACED = ("values", "distribution", "sets", "finding", "price_year", "source", "status", "grade", "note")
"""What a local entry replaces as a whole: it never keeps the interval, source or grade of the shipped one."""


def load_folder(root: Path | None = None) -> dict[str, Parameter]:
    """All parameters under a folder, by id.

    Parameters
    ----------
    root : Path, optional
        Folder with `prices/`, `rules/` and `evidence/`; default the shipped one.

    Raises
    ------
    WerkzorgError
        With file, line and key of the first file that is wrong, or of an id that occurs twice.
    """
    root = root or shipped("params")
    found: dict[str, Parameter] = {}
    for path in sorted(path for folder in FOLDERS for path in (root / folder).glob("*.yaml")):
        for position, parameter in enumerate(load_file(path)):
            if parameter.id in found:
                place = f"{display_name(path)} parameters.{position}.id"
                raise WerkzorgError(
                    ExitCode.CONFIGURATION, Problem("params.double_id", where=place, values={"id": parameter.id})
                )
            found[parameter.id] = parameter
    return found


def load_file(path: Path) -> list[Parameter]:
    """Parameters of one file; the file's `kind` holds for every entry."""
    data, lines = read_yaml(path)
    name = display_name(path)
    if not isinstance(data, dict) or not isinstance(data.get("parameters"), list):
        place = where(name, lines, "parameters")
        raise WerkzorgError(
            ExitCode.CONFIGURATION, Problem("params.missing_key", where=place, values={"key": "parameters"})
        )
    for key in data:
        if key not in FILE_KEYS:
            values = {"key": key, "nearest": nearest(key, FILE_KEYS)}
            raise WerkzorgError(
                ExitCode.CONFIGURATION, Problem("params.unknown_key", where=where(name, lines, key), values=values)
            )
    parameters, problems = [], []
    for position, entry in enumerate(data["parameters"]):
        full = {"kind": data.get("kind"), **entry} if isinstance(entry, dict) else entry
        try:
            parameters.append(build(Parameter, full, name, lines, f"parameters.{position}"))
        except WerkzorgError as error:
            problems.extend(error.problems)
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    return parameters


def merge_override(shipped_entry: Parameter, override: Mapping[str, object], name: str) -> Parameter:
    """A shipped parameter with local values in it, marked `local`.

    Label, unit and index stay as shipped unless given; value, interval, source, status and grade are the local
    ones or absent.
    """
    kept = shipped_entry.model_dump(by_alias=True, exclude=set(REPLACED), exclude_none=True)
    place = name or "local"
    entry = {**kept, **override, "local": True}
    return build(Parameter, entry, place, {}, shipped_entry.id)
