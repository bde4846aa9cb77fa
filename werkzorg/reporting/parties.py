"""Names, colours and order of the parties as they are shown."""

from __future__ import annotations

import functools

from werkzorg.params.parties import Party, parties
from werkzorg.wording import catalogue, say

AT_THE_TABLE = ("municipality", "insurer", "ggz_institution", "client")
"""Parties that the first page names, before society as a whole."""

BLACK = "#000000"


@functools.cache
def _by_id() -> dict[str, Party]:
    return {party.id: party for party in parties()}


def party_colour(party: str) -> str:
    """Colour of a party from `params/parties.yaml`; black for what is no single party (society, all)."""
    return _by_id()[party].colour if party in _by_id() else BLACK


def party_name(party: str, lang: str) -> str:
    """Name of a party without article, with a capital; an unknown party keeps its identifier."""
    identifier = f"party.{party}.name"
    name = say(identifier, lang) if identifier in catalogue() else party
    return name[:1].upper() + name[1:]


def party_short(party: str, lang: str) -> str:
    """Short name of a party for a narrow place, from `params/parties.yaml`."""
    return getattr(_by_id()[party].short, lang) if party in _by_id() else party_name(party, lang)
