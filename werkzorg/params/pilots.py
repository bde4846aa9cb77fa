"""Reading a pilot: shipped by name, or any YAML file by path; every problem of the file in one report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from werkzorg import constants
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.catalogue import Catalogue, catalogue
from werkzorg.params.files import display_name, shipped
from werkzorg.params.mistakes import build, nearest
from werkzorg.params.parties import parties
from werkzorg.params.reader import read_yaml, where
from werkzorg.pilot import Pilot


def pilot_names() -> list[str]:
    """Names of the shipped pilots, in alphabetical order."""
    return sorted(path.stem for path in (shipped("params") / "pilots").glob("*.yaml"))


def pilot_file(name_or_path: str | Path) -> Path:
    """File of a pilot: a shipped name, or a path that ends in .yaml or .yml.

    Raises
    ------
    WerkzorgError
        An unknown name (the nearest is suggested), an address on a network, or a file that is not there.
    """
    text = str(name_or_path)
    if "://" in text:
        raise _error("pilot.remote", values={"path": text})
    if text.endswith((".yaml", ".yml")):
        if not Path(text).is_file():
            raise _error("pilot.no_file", where=text)
        return Path(text)
    if text not in pilot_names():
        known = pilot_names()
        near = nearest(text, known)
        values = {"name": text, "nearest": near, "known": ", ".join(known)}
        raise _error("pilot.unknown" if near in known else "pilot.unknown_far", values=values)
    return shipped("params") / "pilots" / f"{text}.yaml"


def load_pilot(name_or_path: str | Path) -> Pilot:
    """Read and check a pilot.

    Parameters
    ----------
    name_or_path : str or Path
        Shipped name (`pilot_names`) or path of a YAML file.

    Returns
    -------
    Pilot
        Checked; its local parameters fit the catalogue.

    Raises
    ------
    WerkzorgError
        Everything that is wrong with the file, each with line and key.
    """
    path = pilot_file(name_or_path)
    data, lines = read_yaml(path)
    name = display_name(path)
    pilot = build(Pilot, data, name, lines, "")
    problems = [
        Problem(f"pilot.{problem}", where=where(name, lines, key), values=values)
        for problem, key, values in _contradictions(pilot)
    ]
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    catalogue_of(pilot, name)
    return pilot


def catalogue_of(pilot: Pilot, name: str = "") -> Catalogue:
    """The shipped catalogue with the pilot's local values and evidence set."""
    return catalogue().with_overrides(pilot.parameters, name or pilot.id).with_evidence_set(pilot.evidence_set)


Contradiction = tuple[str, str, dict[str, object]]


def _contradictions(pilot: Pilot) -> Iterator[Contradiction]:
    """What cannot be true together, as (problem, key, values)."""
    yield from _wrong_dates(pilot)
    yield from _wrong_counts(pilot)
    yield from _unknown_names(pilot)
    low, high = constants.HORIZON_MONTHS_MIN, constants.HORIZON_MONTHS_MAX
    if not low <= pilot.horizon_months <= high:
        yield "horizon", "horizon_months", {"low": low, "high": high}
    if not low <= pilot.main_horizon_months <= pilot.horizon_months:
        yield "main_horizon", "main_horizon_months", {"low": low, "high": pilot.horizon_months}
    for key in ("horizon_months", "main_horizon_months"):
        # The ledger keeps entries per year: a part of a year would stand in the net results and not in the flows.
        if getattr(pilot, key) % constants.MONTHS_PER_YEAR:
            yield "whole_years", key, {"months": getattr(pilot, key)}


def _wrong_dates(pilot: Pilot) -> Iterator[Contradiction]:
    if pilot.enrolment_closes < pilot.start:
        yield "date_order", "enrolment_closes", {"first": "start", "second": "enrolment_closes"}
    if pilot.end <= pilot.start:
        yield "date_order", "end", {"first": "start", "second": "end"}
    before = pilot.start
    for i, snapshot in enumerate(pilot.snapshots):
        if snapshot.date <= before:
            yield "snapshot_order", f"snapshots.{i}.date", {"before": before}
        if snapshot.date > pilot.end:
            yield "date_order", f"snapshots.{i}.date", {"first": f"snapshots.{i}.date", "second": "end"}
        before = snapshot.date


def _wrong_counts(pilot: Pilot) -> Iterator[Contradiction]:
    before = 0
    for i, snapshot in enumerate(pilot.snapshots):
        key = f"snapshots.{i}.enrolled"
        if snapshot.unaccounted < 0:
            counted = snapshot.enrolled - snapshot.unaccounted
            yield "too_many", key, {"counted": counted, "enrolled": snapshot.enrolled}
        if snapshot.enrolled < before:
            yield "goes_down", key, {"before": before, "now": snapshot.enrolled}
        if snapshot.unaccounted > 0 and not snapshot.unaccounted_may_be:
            yield "nowhere", f"snapshots.{i}.unaccounted_may_be", {"persons": snapshot.unaccounted}
        before = snapshot.enrolled
    last = pilot.last_snapshot
    if last is not None and last.enrolled > pilot.participants_planned:
        values = {"enrolled": last.enrolled, "planned": pilot.participants_planned}
        yield "more_than_planned", f"snapshots.{len(pilot.snapshots) - 1}.enrolled", values
    if pilot.criterion and not pilot.criterion.at_least <= pilot.criterion.of == pilot.participants_planned:
        yield "criterion", "criterion.of", {"planned": pilot.participants_planned}


def _unknown_names(pilot: Pilot) -> Iterator[Contradiction]:
    inside = [party.id for party in parties() if party.inside]
    known = [parameter.id for parameter in catalogue()]
    named: list[tuple[str, str, list[str]]] = []
    for i, part in enumerate(pilot.support.components):
        key = f"support.components.{i}"
        named += [(f"{key}.payer", part.payer, inside), (f"{key}.provider", part.provider, [*inside, "outside"])]
        named += [(f"{key}.price", part.price, known)]
        factors = (("times", part.times), ("divided_by", part.divided_by))
        named += [
            (f"{key}.{field}", name, known) for field, names in factors for name in names if isinstance(name, str)
        ]
    components = [part.id for part in pilot.support.components]
    for i, subsidy in enumerate(pilot.support.subsidies):
        key = f"support.subsidies.{i}"
        named += [(f"{key}.payer", subsidy.payer, inside), (f"{key}.maximum", subsidy.maximum, known)]
        named += [(f"{key}.covers", name, components) for name in subsidy.covers]
    variants = {name: value for part in pilot.support.components for name, value in part.variant.items()}
    named += [(f"support.variants.{name}", name, list(variants)) for name in pilot.support.variants]
    for key, name, allowed in named:
        if name not in allowed:
            yield "unknown_name", key, {"name": name, "nearest": nearest(name, allowed)}
    covered = [name for subsidy in pilot.support.subsidies for name in subsidy.covers]
    for name in sorted({name for name in covered if covered.count(name) > 1}):
        yield "double_subsidy", "support.subsidies", {"name": name}
    doubles = {name for name in components if components.count(name) > 1}
    for name in sorted(doubles):
        yield "double_component", "support.components", {"name": name}


def _error(identifier: str, *, where: str = "", values: dict[str, object] | None = None) -> WerkzorgError:
    return WerkzorgError(ExitCode.CONFIGURATION, Problem(identifier, where=where, values=values or {}))
