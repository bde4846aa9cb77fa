"""Other pilots beside a pilot, in the form of scenarios, so that one comparison shows them on the same draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.pilots import load_pilot, names_pilot
from werkzorg.params.scenarios import BASE, Variant, load_variants
from werkzorg.pilot import Pilot, Scenario, Text
from werkzorg.wording import LANGUAGES, say

PLACE = "place"
"""Kind of a scenario that is another pilot."""

STATED = (
    *("snapshots", "participants_planned", "municipalities", "households", "support", "parameters", "start", "end"),
    *("valuation_date", "scale", "evidence_set", "employed"),
)
"""Keys of a pilot file that may make the amounts of two pilots differ."""


def load_compared(name_or_path: str | Path, chosen: Sequence[str] = ()) -> tuple[Variant, ...]:
    """A pilot, its scenarios, and other pilots that are named in their place.

    Parameters
    ----------
    name_or_path : str or Path
        As for :func:`werkzorg.params.pilots.load_pilot`.
    chosen : sequence of str
        Ids of scenarios, or names and paths of other pilots; none means all scenarios that fit the pilot.

    Returns
    -------
    tuple of Variant
        The pilot itself first, then the scenarios, then the other pilots, each with the horizons of the first.

    Raises
    ------
    WerkzorgError
        As :func:`werkzorg.params.scenarios.load_variants`; or pilots that cannot stand beside each other.
    """
    named = [name for name in chosen if names_pilot(name)]
    known = {variant.id for variant in load_variants(name_or_path)} if named else set()
    places = [name for name in named if name not in known]
    scenarios = [name for name in chosen if name not in places]
    if not places:
        return load_variants(name_or_path, scenarios)
    variants = load_variants(name_or_path, scenarios or [BASE])
    root = variants[0].pilot
    others = [load_pilot(name) for name in places]
    problems = list(_refusals(root, others))
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    first = replace(variants[0], name=root.name)
    return (first, *variants[1:], *(_beside(root, other) for other in others))


def _refusals(root: Pilot, others: Sequence[Pilot]) -> Iterator[Problem]:
    """What keeps pilots from standing beside each other."""
    ids = [root.id, *(other.id for other in others)]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        yield Problem("place.twice", values={"pilot": twice})
    for pilot in (root, *others):
        if pilot.data is not None:
            yield Problem("place.records", values={"pilot": pilot.id})
        if pilot.price_year != root.price_year:
            values = {"pilot": pilot.id, "year": pilot.price_year, "other": root.id, "wanted": root.price_year}
            yield Problem("place.price_year", values=values)


def _beside(root: Pilot, other: Pilot) -> Variant:
    """Another pilot as a scenario; its note says what its file states differently."""
    scenario = Scenario(id=other.id, name=other.name, kind=PLACE, note=_note(root, other))
    update = {"horizon_months": root.horizon_months, "main_horizon_months": root.main_horizon_months}
    return Variant(other.id, scenario, BASE, other.model_copy(update=update))


def _note(root: Pilot, other: Pilot) -> Text:
    differing = [key for key in STATED if getattr(root, key) != getattr(other, key)]
    texts = {}
    for lang in LANGUAGES:
        parts = ", ".join(say(f"place.stated.{key}", lang) for key in differing)
        texts[lang] = say("place.note" if differing else "place.note_same", lang, parts=parts)
    return Text(**texts)
