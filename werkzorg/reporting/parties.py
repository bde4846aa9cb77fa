"""Names, colours and order of the parties as they are shown."""

from __future__ import annotations

import functools
from typing import Any

from ruamel.yaml import YAML

from werkzorg.params.files import shipped
from werkzorg.wording import catalogue, say

AT_THE_TABLE = ("municipality", "insurer", "ggz_institution", "client")
"""Parties that the first page names, before society as a whole."""

BLACK = "#000000"


@functools.cache
def _shipped_parties() -> dict[str, dict[str, Any]]:
    content = YAML(typ="safe").load((shipped("params") / "parties.yaml").read_text(encoding="utf8"))
    return {entry["id"]: entry for entry in content["parties"]}


def party_colour(party: str) -> str:
    """Colour of a party from `params/parties.yaml`; black for what is no single party (society, all)."""
    return str(_shipped_parties().get(party, {}).get("colour", BLACK))


def party_name(party: str, lang: str) -> str:
    """Name of a party without article, with a capital; an unknown party keeps its identifier."""
    identifier = f"party.{party}.name"
    name = say(identifier, lang) if identifier in catalogue() else party
    return name[:1].upper() + name[1:]


def party_short(party: str, lang: str) -> str:
    """Short name of a party for a narrow place, from `params/parties.yaml`."""
    return str(_shipped_parties().get(party, {}).get("short", {}).get(lang) or party_name(party, lang))
