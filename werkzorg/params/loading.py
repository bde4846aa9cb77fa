"""From YAML files to checked parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import display_name, shipped
from werkzorg.params.mistakes import build, nearest
from werkzorg.params.reader import Data, read_yaml, where
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
        for parameter, place in load_file(path):
            if parameter.id in found:
                problem = Problem("params.double_id", where=place, values={"id": parameter.id})
                raise WerkzorgError(ExitCode.CONFIGURATION, problem)
            found[parameter.id] = parameter
    return found


def load_file(path: Path) -> list[tuple[Parameter, str]]:
    """Parameters of one file with their place; the file's `kind` holds for every entry."""
    data, lines = read_yaml(path)
    name = display_name(path)
    problems = _file_problems(data, name, lines)
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    parameters = []
    for position, entry in enumerate(data["parameters"]):
        full = {"kind": data["kind"], **entry} if isinstance(entry, dict) else entry
        at = f"parameters.{position}"
        try:
            parameters.append((build(Parameter, full, name, lines, at), where(name, lines, f"{at}.id")))
        except WerkzorgError as error:
            problems.extend(error.problems)
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    return parameters


def _file_problems(data: Data, name: str, lines: dict[str, int]) -> list[Problem]:
    """What is wrong with the keys at the top of a file."""
    if not isinstance(data, dict):
        return [Problem("params.missing_key", where=name, values={"key": "parameters"})]
    problems = [
        Problem("params.missing_key", where=where(name, lines, key), values={"key": key})
        for key in ("kind", "parameters")
        if key not in data
    ]
    for key in data:
        if key not in FILE_KEYS:
            values = {"key": key, "nearest": nearest(key, FILE_KEYS)}
            problems.append(Problem("params.unknown_key", where=where(name, lines, key), values=values))
    if not problems and not isinstance(data["parameters"], list):
        values = {"key": "parameters"}
        problems.append(Problem("params.expected_list", where=where(name, lines, "parameters"), values=values))
    return problems


def merge_override(
    shipped_entry: Parameter,
    override: Mapping[str, object],
    name: str = "",
    lines: Mapping[str, int] | None = None,
    path: str = "",
) -> Parameter:
    """A shipped parameter with local values in it, marked `local`.

    Label, unit and index stay as shipped unless given; value, interval, source, status and grade are the local
    ones or absent.
    """
    kept = shipped_entry.model_dump(by_alias=True, exclude=set(REPLACED), exclude_none=True)
    entry = {**kept, **override, "local": True}
    return build(Parameter, entry, name or "local", dict(lines or {}), path or shipped_entry.id)
