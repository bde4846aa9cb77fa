"""Shipped sets of support components, which any pilot file may name instead of writing them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import shipped
from werkzorg.params.mistakes import nearest
from werkzorg.params.reader import read_yaml, where
from werkzorg.pilot import Component

FOLDER = "components"


def package_names() -> list[str]:
    """Names of the shipped sets of components, in alphabetical order."""
    return sorted(path.stem for path in (shipped("params") / FOLDER).glob("*.yaml"))


def components_of(names: Sequence[str]) -> tuple[Component, ...]:
    """Components of shipped sets, in order."""
    return tuple(Component.model_validate(part) for name in names for part in _components(name))


def with_packages(data: Any, name: str, lines: Mapping[str, int]) -> Any:
    """The content of a pilot file with the components of the sets that it names behind its own.

    Parameters
    ----------
    data : object
        As read; what is not of the expected shape stays as it is and is refused later.
    name : str
        File, for messages.
    lines : mapping of str to int
        Key path -> line.

    Raises
    ------
    WerkzorgError
        A set that does not exist; the nearest is suggested.
    """
    support = data.get("support") if isinstance(data, dict) else None
    named = support.get("packages") if isinstance(support, dict) else None
    own = support.get("components", []) if isinstance(support, dict) else None
    if not named or not isinstance(named, list) or not isinstance(own, list):
        return data
    known = package_names()
    problems = [
        Problem(
            "pilot.unknown_name",
            where=where(name, lines, f"support.packages.{position}"),
            values={"name": wanted, "nearest": nearest(str(wanted), known)},
        )
        for position, wanted in enumerate(named)
        if wanted not in known
    ]
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    extra = [part for wanted in named for part in _components(wanted)]
    return {**data, "support": {**support, "components": [*own, *extra]}}


def _components(name: str) -> list[dict[str, Any]]:
    data, _ = read_yaml(shipped("params") / FOLDER / f"{name}.yaml")
    return data["components"]
