"""From a pilot and the changes of a scenario to another pilot."""

from __future__ import annotations

from collections.abc import Iterator

from werkzorg import constants
from werkzorg.errors import Problem, WerkzorgError
from werkzorg.params.catalogue import Catalogue, in_force
from werkzorg.params.loading import merge_override
from werkzorg.params.mistakes import nearest
from werkzorg.params.packages import components_of, package_names
from werkzorg.params.parties import parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.schema import DatedValue, Parameter
from werkzorg.pilot import Changes, Pilot, SupportChanges, SupportPackage, ValueChange

PLAIN = ("participants_planned", "scale", "horizon_months", "main_horizon_months", "evidence_set")
"""Keys of a pilot that a scenario replaces as they are."""

LOG_RATIO = "log ratio"

Mistake = tuple[str, Problem]
"""Key path below the changes, and the problem without its place."""


def vary(pilot: Pilot, changes: Changes) -> Pilot:
    """The pilot with the changes of a scenario; what is not named stays.

    The counts stay those of the pilot, so that a scenario of another size learns from the same people.

    Parameters
    ----------
    pilot : Pilot
        The pilot itself, or that of the parent.
    changes : Changes
        Checked by :func:`mistakes_in`.

    Returns
    -------
    Pilot
    """
    update: dict[str, object] = {name: getattr(changes, name) for name in PLAIN if getattr(changes, name) is not None}
    if changes.parameters:
        own = {str(entry["id"]): entry for entry in pilot.parameters}
        catalogue = catalogue_of(pilot)
        own |= {name: local_value(catalogue.get(name), change) for name, change in changes.parameters.items()}
        update["parameters"] = tuple(own.values())
    if changes.support != SupportChanges():
        update["support"] = _vary_support(pilot.support, changes)
    return pilot.model_copy(update=update)


def _vary_support(package: SupportPackage, changes: Changes) -> SupportPackage:
    wanted = changes.support
    offered = (*package.components, *components_of(wanted.packages))
    kept = tuple(part for part in offered if part.id not in wanted.without)
    left = {part.id for part in kept}
    subsidies = tuple(
        subsidy.model_copy(update={"covers": tuple(name for name in subsidy.covers if name in left)})
        for subsidy in package.subsidies
        if left & set(subsidy.covers)
    )
    instruments = package.instruments if wanted.instruments is None else wanted.instruments
    variants = {**package.variants, **wanted.variants}
    return package.model_copy(
        update={"components": kept, "subsidies": subsidies, "variants": variants, "instruments": instruments}
    )


def local_value(parameter: Parameter, change: ValueChange) -> dict[str, object]:
    """A changed value in the form of a local value of a pilot."""
    given = change.model_dump(exclude={"held_at", "factor"}, exclude_none=True)
    if change.held_at is None and change.factor is None:
        return {"id": parameter.id, **given}
    if change.held_at is not None:
        entry = in_force(parameter, change.held_at).model_dump(by_alias=True, exclude_none=True)
        entry["from"] = parameter.values[0].start
        entry.pop("until", None)
        values = [entry]
    else:
        values = [_times(entry, change.factor) for entry in parameter.values]
    status = parameter.status if change.factor is None else "assumption"
    kept = {"source": parameter.source.model_dump(exclude_none=True), "status": status}
    kept |= {key: getattr(parameter, key) for key in ("grade", "note") if getattr(parameter, key) is not None}
    return {"id": parameter.id, "values": values, **kept, **given}


def _times(entry: DatedValue, factor: float) -> dict[str, object]:
    given = entry.model_dump(by_alias=True, exclude_none=True)
    return given | {key: given[key] * factor for key in ("value", "low", "high") if key in given}


def mistakes_in(pilot: Pilot, changes: Changes) -> Iterator[Mistake]:
    """What in the changes does not fit the pilot, each with its key.

    Parameters
    ----------
    pilot : Pilot
        The pilot of the parent.
    changes : Changes
        To be checked.
    """
    catalogue = catalogue_of(pilot)
    yield from _unknown_support(pilot.support, changes)
    for name, change in changes.parameters.items():
        yield from _wrong_value(catalogue, name, change)
    for name, shift in changes.after_counts.items():
        yield from _wrong_shift(catalogue, name, shift)
    yield from _wrong_contract(changes)
    yield from _wrong_horizon(pilot, changes)


def _wrong_contract(changes: Changes) -> Iterator[Mistake]:
    known = [party.id for party in parties()]
    for place, payment in enumerate(changes.contract or ()):
        key = f"contract.{place}"
        for side in ("payer", "payee"):
            name = getattr(payment, side)
            if name not in known:
                values = {"name": name, "nearest": nearest(name, known)}
                yield f"{key}.{side}", Problem("pilot.unknown_name", values=values)
        if payment.payer in constants.NEVER_PAY:
            yield f"{key}.payer", Problem("scenario.never_pays", values={"name": payment.payer})
        if payment.payee in ("outside", payment.payer):
            yield f"{key}.payee", Problem("scenario.no_payee", values={"name": payment.payee})


def _unknown_support(package: SupportPackage, changes: Changes) -> Iterator[Mistake]:
    sets = package_names()
    wrong = [(f"support.packages.{i}", name, sets) for i, name in enumerate(changes.support.packages)]
    added = components_of([name for _, name, _ in wrong if name in sets])
    own = {part.id for part in package.components}
    for key, name, _ in wrong:
        if name in sets and own & {part.id for part in components_of([name])}:
            yield key, Problem("scenario.package_there", values={"name": name})
    known: dict[str, set[str]] = {}
    for part in (*package.components, *added):
        for name, value in part.variant.items():
            known.setdefault(name, set()).add(value)
    named = [(f"support.variants.{name}", name, list(known)) for name in changes.support.variants]
    named += [
        (f"support.variants.{name}", value, list(known[name]))
        for name, value in changes.support.variants.items()
        if name in known
    ]
    components = [part.id for part in (*package.components, *added)]
    named += wrong
    named += [(f"support.without.{i}", name, components) for i, name in enumerate(changes.support.without)]
    for key, name, allowed in named:
        if name not in allowed:
            yield key, Problem("pilot.unknown_name", values={"name": name, "nearest": nearest(name, allowed)})


def _wrong_value(catalogue: Catalogue, name: str, change: ValueChange) -> Iterator[Mistake]:
    key = f"parameters.{name}"
    if name not in catalogue:
        yield key, Problem("params.unknown_id", values={"id": name, "nearest": nearest(name, _ids(catalogue))})
        return
    parameter = catalogue.get(name)
    if change.held_at is not None or change.factor is not None:
        way = "held_at" if change.factor is None else "factor"
        if not parameter.values:
            yield f"{key}.{way}", Problem("scenario.no_dated_value", values={"id": name, "key": way})
            return
        if change.held_at is not None and in_force(parameter, change.held_at) is None:
            values = {"id": name, "date": change.held_at, "first": parameter.values[0].start}
            yield f"{key}.{way}", Problem("params.not_in_force", values=values)
            return
    try:
        merge_override(parameter, local_value(parameter, change), path=key)
    except WerkzorgError as error:
        for problem in error.problems:
            # The place says file and line of nothing here: what is left of it is the key.
            yield problem.where.removeprefix("local").strip(), Problem(problem.identifier, values=problem.values)


def _wrong_shift(catalogue: Catalogue, name: str, shift: str) -> Iterator[Mistake]:
    key = f"after_counts.{name}"
    for wanted in (name, shift):
        if wanted not in catalogue:
            values = {"id": wanted, "nearest": nearest(wanted, _ids(catalogue))}
            yield key, Problem("params.unknown_id", values=values)
    if name in catalogue and not is_shiftable(catalogue, name):
        yield key, Problem("scenario.not_shiftable", values={"id": name})
    if shift in catalogue and (catalogue.get(shift).unit != LOG_RATIO or catalogue.distribution(shift) is None):
        yield key, Problem("scenario.no_log_ratio", values={"id": shift})


def is_shiftable(catalogue: Catalogue, name: str) -> bool:
    """Whether a shift of the logarithm of a parameter means something: it is positive, or a logarithm itself."""
    distribution = catalogue.distribution(name)
    return distribution is not None and (distribution.name == "LogNormal" or catalogue.get(name).unit == LOG_RATIO)


def _wrong_horizon(pilot: Pilot, changes: Changes) -> Iterator[Mistake]:
    whole = changes.horizon_months or pilot.horizon_months
    main = changes.main_horizon_months or pilot.main_horizon_months
    low, high = constants.HORIZON_MONTHS_MIN, constants.HORIZON_MONTHS_MAX
    if not low <= whole <= high:
        yield "horizon_months", Problem("pilot.horizon", values={"low": low, "high": high})
    if not low <= main <= whole:
        key = "main_horizon_months" if changes.main_horizon_months else "horizon_months"
        yield key, Problem("pilot.main_horizon", values={"low": low, "high": whole})
    for key, months in (("horizon_months", whole), ("main_horizon_months", main)):
        if months % constants.MONTHS_PER_YEAR:
            yield key, Problem("pilot.whole_years", values={"months": months})


def _ids(catalogue: Catalogue) -> list[str]:
    return [parameter.id for parameter in catalogue]
