"""Names, colours and order of the parties as they are shown."""

from __future__ import annotations

import functools

from ruamel.yaml import YAML

from werkzorg.reporting.places import shipped
from werkzorg.wording import catalogue, say

AT_THE_TABLE = ("municipality", "insurer", "ggz_institution", "client")
"""Parties that the first page names, before society as a whole."""

BLACK = "#000000"


@functools.cache
def _shipped_parties() -> dict[str, dict[str, object]]:
    content = YAML(typ="safe").load((shipped("params") / "parties.yaml").read_text(encoding="utf8"))
    entries = content.get("parties", content) if isinstance(content, dict) else content
    if isinstance(entries, dict):
        return entries
    return {entry["id"]: entry for entry in entries}


def party_colour(party: str) -> str:
    """Colour of a party from `params/parties.yaml`; black for what is no single party (society, all)."""
    return str(_shipped_parties().get(party, {}).get("colour", BLACK))


def party_name(party: str, lang: str) -> str:
    """Name of a party without article, with a capital; an unknown party keeps its identifier."""
    identifier = f"party.{party}.name"
    name = say(identifier, lang) if identifier in catalogue() else party
    return name[:1].upper() + name[1:]
