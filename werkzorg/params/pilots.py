"""Reading a pilot: shipped by name, or any YAML file or folder by path; every problem of the file in one report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from werkzorg import constants
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.catalogue import Catalogue, catalogue
from werkzorg.params.files import display_name, shipped
from werkzorg.params.mistakes import build, nearest
from werkzorg.params.packages import with_packages
from werkzorg.params.parties import parties
from werkzorg.params.reader import read_yaml, where
from werkzorg.pilot import Pilot

PILOT_FILE = "pilot.yaml"
"""Name of the pilot file in a folder."""

ENDINGS = (".yaml", ".yml")
ACCOUNTABILITY = "verantwoording"
"""Stem of the file in the same folder that is no pilot."""


def shipped_pilots() -> dict[str, Path]:
    """File of each shipped pilot by name, in alphabetical order: one file, or a folder with records."""
    home = shipped("params") / "pilots"
    found = {path.stem: path for path in home.glob("*.yaml")}
    found |= {path.parent.name: path for path in home.glob(f"*/{PILOT_FILE}")}
    return dict(sorted(found.items()))


def pilot_names() -> list[str]:
    """Names of the shipped pilots, in alphabetical order."""
    return list(shipped_pilots())


def names_pilot(name: str) -> bool:
    """Whether a name can only be meant as a pilot: a shipped one, a YAML file, or a folder that is there."""
    return name in pilot_names() or name.endswith(ENDINGS) or Path(name).is_dir()


def pilot_file(name_or_path: str | Path) -> Path:
    """File of a pilot: a shipped name, a path that ends in .yaml or .yml, or a folder that holds such a file.

    Raises
    ------
    WerkzorgError
        An unknown name (the nearest is suggested), an address on a network, a file or folder that is not there, a
        folder with no or several pilot files, or a name that is both a shipped pilot and a folder here.
    """
    text, known = str(name_or_path), shipped_pilots()
    if "://" in text:
        raise _error("pilot.remote", values={"path": text})
    path = Path(text)
    if text in known:
        own = path / PILOT_FILE
        if own.is_file() and not own.samefile(known[text]):
            raise _error("pilot.two_of_a_name", values={"name": text})
        return known[text]
    if path.is_dir():
        return _file_in(path)
    if text.endswith(ENDINGS):
        if not path.is_file():
            raise _error("pilot.no_file", where=text)
        return path
    if len(path.parts) > 1 or text.startswith(("~", ".")):
        raise _error("pilot.no_folder", where=text)
    near = nearest(text, list(known))
    values = {"name": text, "nearest": near, "known": ", ".join(known)}
    raise _error("pilot.unknown" if near in known else "pilot.unknown_far", values=values)


def _file_in(folder: Path) -> Path:
    """The pilot file of a folder: `pilot.yaml`, or the only YAML file in it that can be one."""
    if (folder / PILOT_FILE).is_file():
        return folder / PILOT_FILE
    found = sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and path.stem != ACCOUNTABILITY)
    if len(found) == 1:
        return found[0]
    problem = "pilot.several_files" if found else "pilot.none_in_folder"
    raise _error(problem, where=str(folder), values={"files": ", ".join(path.name for path in found)})


def load_pilot(name_or_path: str | Path) -> Pilot:
    """Read and check a pilot.

    Parameters
    ----------
    name_or_path : str or Path
        Shipped name (`pilot_names`), path of a YAML file, or a folder that holds one.

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
    pilot = build(Pilot, with_packages(data, name, lines), name, lines, "")
    problems = [
        Problem(f"pilot.{problem}", where=where(name, lines, key), values=values)
        for problem, key, values in _contradictions(pilot)
    ]
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    catalogue_of(pilot, name)
    return pilot.placed_in(path.parent)


def of_size(pilot: Pilot, inhabitants: int) -> Pilot:
    """The pilot of a survey for a municipality with another number of inhabitants.

    Parameters
    ----------
    pilot : Pilot
        With a survey and one municipality.
    inhabitants : int

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION for a pilot without survey, or of several municipalities.
    """
    if pilot.survey is None or len(pilot.municipalities) != 1:
        raise _error("pilot.no_size", where="--inhabitants", values={"pilot": pilot.id})
    (town,) = pilot.municipalities
    update = {
        "survey": pilot.survey.model_copy(update={"inhabitants": inhabitants}),
        "municipalities": (town.model_copy(update={"inhabitants": inhabitants}),),
    }
    return pilot.model_copy(update=update)


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
    yield from _wrong_rates(pilot)
    for key in ("horizon_months", "main_horizon_months"):
        # The ledger keeps entries per year: a part of a year would stand in the net results and not in the flows.
        if getattr(pilot, key) % constants.MONTHS_PER_YEAR:
            yield "whole_years", key, {"months": getattr(pilot, key)}


def _wrong_rates(pilot: Pilot) -> Iterator[Contradiction]:
    """Local discount rates that nobody uses: below nil, or so high that it is a percentage without its sign."""
    highest = constants.DISCOUNT_RATE_MAX
    for i, parameter in enumerate(pilot.parameters):
        if not str(parameter.get("id", "")).startswith("disc."):
            continue
        dated = parameter.get("values")
        # What has another form is refused when the parameter itself is read.
        values = [entry.get("value") for entry in dated if isinstance(entry, dict)] if isinstance(dated, list) else []
        if any(isinstance(value, int | float) and not 0 <= value <= highest for value in values):
            yield "discount", f"parameters.{i}.values", {"high": f"{highest:.2f}"}


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
    if pilot.employed:
        named.append(("employed.number", pilot.employed.number, known))
        named.append(("employed.pay", pilot.employed.pay, [part.id for part in pilot.support.active()]))
        named += [
            (f"support.components.{i}.provider", part.provider, ["employer"])
            for i, part in enumerate(pilot.support.components)
            if part.id == pilot.employed.pay
        ]
    if pilot.reach:
        named += [(f"reach.{field}", getattr(pilot.reach, field), known) for field in ("effect", "contacts")]
    if pilot.survey:
        named += [(f"survey.{field}", getattr(pilot.survey, field), known) for field in ("intraclass", "association")]
    if pilot.client_manager:
        named += [(f"client_manager.{field}", name, known) for field, name in pilot.client_manager]
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
