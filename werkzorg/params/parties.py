"""The parties between which money moves: names, order, colour. Same party, same colour everywhere."""

from __future__ import annotations

import functools
from typing import Annotated

from pydantic import Field

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import display_name, shipped
from werkzorg.params.mistakes import build
from werkzorg.params.reader import read_yaml, where
from werkzorg.params.schema import Label, Strict, Text


class Party(Strict):
    """One party of the ledger.

    Parameters
    ----------
    id : str
        Name in code and data.
    label, short : Label
        Full and short name, nl and en.
    order : int
        Place in tables and figures, from 1.
    inside : bool
        Part of society; False for the outside world, where real resources come from and go to.
    colour : str
        Hexadecimal RGB, contrast at least 3:1 on white.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: Label
    short: Label
    order: int = Field(ge=1)
    inside: bool
    colour: Annotated[str, Field(pattern=r"^#[0-9A-F]{6}$")]
    note: Text | None = None


@functools.cache
def parties() -> tuple[Party, ...]:
    """All parties, in order.

    Raises
    ------
    WerkzorgError
        When `params/parties.yaml` is not right.
    """
    path = shipped("params") / "parties.yaml"
    data, lines = read_yaml(path)
    name = display_name(path)
    entries = data.get("parties") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        problem = Problem("params.missing_key", where=where(name, lines, "parties"), values={"key": "parties"})
        raise WerkzorgError(ExitCode.CONFIGURATION, problem)
    found = [build(Party, entry, name, lines, f"parties.{index}") for index, entry in enumerate(entries)]
    seen: set[str] = set()
    for index, party in enumerate(found):
        if party.id in seen:
            problem = Problem(
                "params.double_id", where=where(name, lines, f"parties.{index}.id"), values={"id": party.id}
            )
            raise WerkzorgError(ExitCode.CONFIGURATION, problem)
        seen.add(party.id)
    return tuple(sorted(found, key=lambda party: party.order))
