"""From the name of a pilot to its negotiation table; the fit is kept and used again as in a run."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.pilot import Pilot
from werkzorg.run import runner
from werkzorg.run.cache import cache_folder
from werkzorg.run.progress import Display
from werkzorg.run.scratch import scratch_folder
from werkzorg.run.steps import Made, Steps
from werkzorg.wording import LANGUAGES

if TYPE_CHECKING:
    from werkzorg.appraisal.contracts.negotiate import Negotiation


@dataclass(frozen=True)
class Answer:
    """What `werkzorg contract` shows.

    Parameters
    ----------
    result : Negotiation
        All numbers.
    name : dict of str
        Name of the pilot, per language.
    note : dict of str
        In what money, per language.
    stop : bool
        Whether a statistical gate says that the fit is not to be trusted.
    """

    result: Negotiation
    name: dict[str, str]
    note: dict[str, str]
    stop: bool


def parse_probability(probability: float) -> float:
    """A chance above 0 and at most 1.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when it is none.
    """
    if not 0 < probability <= 1:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("contract.bad_probability"))
    return probability


def negotiate_pilot(name: str, probability: float, seed: int, steps: Steps, display: Display) -> Answer:
    """Load, fit (or take the kept fit), project, settle, appraise and negotiate.

    Parameters
    ----------
    name : str
        Shipped pilot or path of a pilot file.
    probability : float
        Chance not to be worse off, for every party that must gain (`release.money.AT_THE_TABLE`).
    seed : int
        Seed of all draws.
    steps : Steps
        The steps of a run.
    display : Display
        Where progress goes.

    Raises
    ------
    WerkzorgError
        A wrong pilot, or one that cannot be calculated.
    """
    order = runner.Order(name, None, (), (), seed)
    return runner.guarded(display, lambda resources: _work(order, probability, steps, display, resources))


def _work(
    order: runner.Order, probability: float, steps: Steps, display: Display, resources: contextlib.ExitStack
) -> Answer:
    resources.enter_context(display.showing())
    with display.step("read"):
        pilot = steps.load(order.pilot)
        records = steps.read_records(order.pilot, pilot)
    runner.tell_of_records(records, pilot, display)
    resources.enter_context(scratch_folder(cache_folder()))
    with display.step("imports"):
        steps.prepare()
    made, _, _ = runner.estimate(order, pilot, records, steps, display)
    runner.value(made, pilot, steps, display)
    with display.step("negotiate"):
        return _answer(pilot, made, probability)


def negotiate_fitted(pilot: Pilot, posterior: object, steps: Steps, probability: float) -> Negotiation:
    """The negotiation of a pilot that was fitted already, by way of the whole projection and ledger.

    Parameters
    ----------
    pilot : Pilot
    posterior : Dataset
    steps : Steps
    probability : float
        Chance not to be worse off, for every party that must gain.
    """
    trajectory = steps.project(pilot, posterior)
    ledger = steps.settle(pilot, trajectory)
    return _negotiate(pilot, Made(trajectory=trajectory, ledger=ledger, appraisal=steps.appraise(pilot, ledger)),
                      probability)  # fmt: skip


def _negotiate(pilot: Pilot, made: Made, probability: float) -> Negotiation:
    from werkzorg.appraisal.contracts.negotiate import negotiate
    from werkzorg.appraisal.contracts.quantities import measure
    from werkzorg.release.money import AT_THE_TABLE

    bargain = measure(pilot, made.trajectory, made.ledger, made.appraisal)
    return negotiate(bargain["net"], bargain, probability, AT_THE_TABLE)


def _answer(pilot: Pilot, made: Made, probability: float) -> Answer:
    from werkzorg.release.release import gate_rows
    from werkzorg.reporting.contracts import note_sentence

    facts = (pilot.price_year, pilot.participants_planned, pilot.main_horizon_months)
    return Answer(
        _negotiate(pilot, made, probability),
        {lang: getattr(pilot.name, lang) for lang in LANGUAGES},
        {lang: note_sentence(*facts, lang) for lang in LANGUAGES},
        any(gate["verdict"] == "stop" for gate in gate_rows(made.posterior, made.appraisal, pilot)),
    )
