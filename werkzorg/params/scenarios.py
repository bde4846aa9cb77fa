"""Scenarios: read from `params/scenarios/` and from the pilot file, checked together, worked out to pilots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import display_name, shipped
from werkzorg.params.mistakes import build, nearest
from werkzorg.params.pilots import load_pilot, pilot_file
from werkzorg.params.reader import read_yaml, where
from werkzorg.params.variation import mistakes_in, vary
from werkzorg.pilot import Part, Payment, Pilot, Scenario, Text

BASE = "base"
"""Id of the pilot as it is, the parent of every scenario that names none."""


class ScenarioFile(Part):
    """A file of `params/scenarios/`."""

    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class Written:
    """A scenario and where it stands."""

    scenario: Scenario
    file: str
    lines: dict[str, int]
    position: int

    def at(self, key: str) -> str:
        """Place of a key of the scenario, for a message."""
        return where(self.file, self.lines, f"scenarios.{self.position}.{key}")


@dataclass(frozen=True)
class Variant:
    """A scenario worked out.

    Parameters
    ----------
    id : str
        Id of the scenario; `BASE` for the pilot itself.
    scenario : Scenario or None
        As written; None for the pilot itself.
    parent : str or None
        Id of what it is compared with; None for the pilot itself.
    pilot : Pilot
        The pilot with all changes of the scenario and its ancestors.
    shifts : tuple of (str, str)
        Parameters whose logarithm is shifted after the counts, and the parameters that shift them.
    contract : tuple of Payment
        What parties agreed to pay each other: that of the scenario, or else of its nearest ancestor that has one.
    name : Text or None
        Name of the pilot itself when other pilots stand beside it.
    """

    id: str
    scenario: Scenario | None
    parent: str | None
    pilot: Pilot
    shifts: tuple[tuple[str, str], ...] = ()
    contract: tuple[Payment, ...] = ()
    name: Text | None = None


def load_variants(name_or_path: str | Path, chosen: Sequence[str] = ()) -> tuple[Variant, ...]:
    """A pilot and its scenarios, worked out.

    Parameters
    ----------
    name_or_path : str or Path
        As for :func:`werkzorg.params.pilots.load_pilot`.
    chosen : sequence of str
        Ids of scenarios; none means all that fit the pilot.

    Returns
    -------
    tuple of Variant
        The pilot itself first, parents before their children; ancestors of what was chosen are there as well.

    Raises
    ------
    WerkzorgError
        Everything that is wrong with the pilot, or else with the scenarios, each with file, line and key.
    """
    pilot = load_pilot(name_or_path)
    path = pilot_file(name_or_path)
    own = tuple(
        Written(scenario, display_name(path), read_yaml(path)[1], position)
        for position, scenario in enumerate(pilot.scenarios)
    )
    return work_out(pilot, (*shipped_scenarios(pilot), *own), chosen)


def load_checked(name_or_path: str | Path) -> Pilot:
    """A pilot of which the scenarios that it writes down itself are right too.

    Raises
    ------
    WerkzorgError
        As :func:`load_variants`.
    """
    pilot = load_pilot(name_or_path)
    return load_variants(name_or_path)[0].pilot if pilot.scenarios else pilot


def shipped_scenarios(pilot: Pilot | None = None, folder: Path | None = None) -> tuple[Written, ...]:
    """Scenarios of `params/scenarios/`, all of them or those that fit a pilot, in the order of files and lines."""
    found: list[Written] = []
    problems: list[Problem] = []
    for path in sorted((folder or shipped("params") / "scenarios").glob("*.yaml")):
        data, lines = read_yaml(path)
        name = display_name(path)
        try:
            scenarios = build(ScenarioFile, data, name, lines, "").scenarios
        except WerkzorgError as error:
            problems.extend(error.problems)
            continue
        found += [Written(scenario, name, lines, position) for position, scenario in enumerate(scenarios)]
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    return tuple(written for written in found if pilot is None or _fits(written.scenario, pilot))


def work_out(pilot: Pilot, written: Sequence[Written], chosen: Sequence[str] = ()) -> tuple[Variant, ...]:
    """Check scenarios against a pilot and apply their changes; see :func:`load_variants`."""
    problems = list(_wrong_names(written))
    known = {entry.scenario.id: entry for entry in written}
    problems += _wrong_parents(written, known)
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    made = {BASE: Variant(BASE, None, None, pilot)}
    for entry in _parents_first(written, known):
        scenario, parent = entry.scenario, made[entry.scenario.parent or BASE]
        mistakes = mistakes_in(parent.pilot, scenario.changes)
        found = [replace(problem, where=entry.at(f"changes.{key}")) for key, problem in mistakes]
        problems += found
        changed = parent.pilot if found else vary(parent.pilot, scenario.changes)
        shifts = (*parent.shifts, *scenario.changes.after_counts.items())
        own = scenario.changes.contract
        made[scenario.id] = Variant(
            scenario.id, scenario, parent.id, changed, shifts, parent.contract if own is None else own
        )
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    return tuple(made[name] for name in made if name in _wanted(made, chosen))


def _fits(scenario: Scenario, pilot: Pilot) -> bool:
    named = scenario.pilots is None or pilot.id in scenario.pilots
    return named and all(getattr(pilot, part) is None for part in scenario.not_with)


def _wrong_names(written: Sequence[Written]) -> list[Problem]:
    problems, seen = [], {BASE}
    for entry in written:
        name = entry.scenario.id
        if name in seen:
            problem = "scenario.reserved" if name == BASE else "params.double_id"
            problems.append(Problem(problem, where=entry.at("id"), values={"id": name}))
        seen.add(name)
    return problems


def _wrong_parents(written: Sequence[Written], known: dict[str, Written]) -> list[Problem]:
    problems = []
    for entry in written:
        parent = entry.scenario.parent
        if parent is not None and parent not in known:
            values = {"parent": parent, "nearest": nearest(parent, known)}
            problems.append(Problem("scenario.no_parent", where=entry.at("parent"), values=values))
            continue
        way = _ancestors(entry.scenario.id, known)
        if way[-1] == entry.scenario.id and len(way) > 1:
            values = {"way": " -> ".join(way)}
            problems.append(Problem("scenario.cycle", where=entry.at("parent"), values=values))
    return problems


def _ancestors(name: str, known: dict[str, Written]) -> list[str]:
    """The scenario, its parent, and so on, until there is none or one comes a second time."""
    way = [name]
    while way[-1] in known and known[way[-1]].scenario.parent is not None:
        following = known[way[-1]].scenario.parent
        way.append(following)
        if following in way[:-1]:
            break
    return way


def _parents_first(written: Sequence[Written], known: dict[str, Written]) -> list[Written]:
    return sorted(written, key=lambda entry: len(_ancestors(entry.scenario.id, known)))


def _wanted(made: dict[str, Variant], chosen: Sequence[str]) -> set[str]:
    """Ids of what was chosen and all its ancestors; nothing chosen means everything."""
    unknown = [name for name in chosen if name not in made]
    if unknown:
        problems = [
            Problem("scenario.unknown", values={"name": name, "nearest": nearest(name, made), "known": ", ".join(made)})
            for name in unknown
        ]
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    if not chosen:
        return set(made)
    wanted = {BASE}
    for name in chosen:
        while name is not None and name not in wanted:
            wanted.add(name)
            name = made[name].parent
    return wanted
