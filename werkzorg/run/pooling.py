"""Several pilots estimated, each as in a run (saved fits are used again), and pooled."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.run import runner
from werkzorg.run.cache import cache_folder
from werkzorg.run.progress import Display
from werkzorg.run.scratch import scratch_folder
from werkzorg.run.steps import Steps

if TYPE_CHECKING:
    from werkzorg.inference.pool import Pooled
    from werkzorg.run.records import CaseRecords


@dataclass(frozen=True)
class PooledPilots:
    """Pooled pilots, and those whose own estimate failed its checks (`stopped`, ids)."""

    pooled: Pooled
    stopped: tuple[str, ...]


def pool_pilots(names: Sequence[str], *, seed: int, steps: Steps, display: Display) -> PooledPilots:
    """Estimate pilots and pool them.

    Parameters
    ----------
    names : sequence of str
        Shipped pilots or paths of pilot files.
    seed : int
        Seed of all draws.
    steps : Steps
        The steps of a run.
    display : Display
        Where progress goes.

    Raises
    ------
    WerkzorgError
        A wrong pilot, the same one twice, pilots that share people, or none with data on a pooled parameter.
    """
    return runner.guarded(display, lambda resources: _work(names, seed, steps, display, resources))


def refuse_shared(records: Mapping[str, CaseRecords]) -> None:
    """Stop when two pilots hold records of the same people, who would count twice; how many is nobody's business.

    Parameters
    ----------
    records : mapping of str to CaseRecords
        Records per pilot id.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION, with every pair of pilots that share people.
    """
    people = {name: _people(own) for name, own in records.items()}
    problems = [
        Problem("pool.shared", values={"one": one, "other": other})
        for one, other in combinations(people, 2)
        if people[one] & people[other]
    ]
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)


def _people(own: CaseRecords) -> set[str]:
    from werkzorg.cases.summary import KEY

    return {who for table in own.tables.values() if KEY in table for who in table[KEY].dropna()}


def _work(
    names: Sequence[str], seed: int, steps: Steps, display: Display, resources: contextlib.ExitStack
) -> PooledPilots:
    from werkzorg.inference.diagnostics import verdict_of
    from werkzorg.inference.pool import pool, refuse

    resources.enter_context(display.showing())
    with display.step("read"):
        pilots = [steps.load(name) for name in names]
        refuse([pilot.id for pilot in pilots])
        records = [steps.read_records(name, pilot) for name, pilot in zip(names, pilots, strict=True)]
        refuse_shared({pilot.id: own for pilot, own in zip(pilots, records, strict=True) if own is not None})
    resources.enter_context(scratch_folder(cache_folder()))
    sites = []
    for name, pilot, own in zip(names, pilots, records, strict=True):
        runner.tell_of_records(own, pilot, display)
        made, _, _ = runner.estimate(runner.Order(name, None, (), (), seed), pilot, own, steps, display)
        sites.append((pilot, made.posterior))
    with display.step("pool"):
        stopped = tuple(pilot.id for pilot, posterior in sites if verdict_of(posterior.attrs["gates"]) == "stop")
        return PooledPilots(pool(sites, seed=seed), stopped)
