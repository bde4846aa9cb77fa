"""One data set: draw a truth, let people live it, fit as reports do, and see where the truth lies among the draws."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import xarray as xr

import werkzorg
from benchmarks.calibration.cells import ENROLLING_MONTHS, FOLLOWED_MONTHS, Cell, pilot_of
from benchmarks.calibration.generator import SPAN, Twist, draw_people, live_work
from benchmarks.calibration.tables import World, count_people, hand_in, make_world, publish, since_enrolment
from benchmarks.calibration.truth import beside, draw_truth, drawing, side_by_side
from werkzorg.inference.aggregates import reduce_aggregates
from werkzorg.inference.fit import SHARE_APPLYING
from werkzorg.inference.laplace import PROPOSALS_PER_DRAW
from werkzorg.inference.record_data import RecordData
from werkzorg.inference.record_fit import CHANGE_OF_COST, COMPARISON_ONLY
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, WORK_EFFECT
from werkzorg.inference.reduction import reduce_records
from werkzorg.inference.transitions import CHAIN, PARAMETERS
from werkzorg.ledger.care_change import split_change
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

LEVELS = 199
"""Draws among which the truth is ranked: ranks 0..199, so that 50, 80 and 95% are whole numbers of ranks."""

FITTED = {"counts": 400, "aggregates": 600, "records": 900}
"""Draws of a fit without the sampler, by kind of data."""

EFFECTIVE = 300
MORE = 10
MARGIN = 1.25
"""A first answer that rests on fewer effective draws is made anew with as many times more as that takes, with a margin,
and at most `MORE` times; when that is not enough the full sampler takes over."""

PARTIES = ("client", "municipality", "insurer", "ggz_institution", "state", "society")
HORIZONS = (12, 24, 60)
LEVEL_PARAMETERS = ("care.level", "care.level_severe")
"""Where cost starts; not drawn from its prior but from the prices, so that prices and records agree."""

PLAIN = Twist()


def measure(
    cell: Cell, indices: Sequence[int], *, sampler: bool = False, twist: Twist = PLAIN
) -> list[dict[str, object]]:
    """Data sets of a cell.

    Parameters
    ----------
    cell : Cell
        Which kind of pilot.
    indices : sequence of int
        Numbers of the data sets; with the name of the cell a number fixes every random number of its data set. What
        comes after the fits is worked out for all of them at once, which changes no outcome.
    sampler : bool
        Fit with the full sampler instead of the first answer.
    twist : Twist
        What the world does that the model does not know.

    Returns
    -------
    list of dict
        By data set: `ranks` (quantity: rank of the truth among the draws, 0..`LEVELS`), `error` (quantity: posterior
        mean less truth, and the posterior standard deviation), `gain` (party: probability of a gain, and whether there
        is one), `method`, `efficiency` of the first answer.
    """
    seen = {index: fit_world(cell, index, sampler=sampler, twist=twist) for index in indices}
    reported = reported_draws(cell, seen)
    return [
        {"index": index} | _judged(one, parameter_draws(cell, one.joint) | reported[index])
        for index, one in seen.items()
    ]


def _judged(seen: Seen, draws: Mapping[str, np.ndarray]) -> dict[str, object]:
    """What is kept of a data set."""
    errors = {name: _error(values) for name, values in draws.items() if name in WATCHED}
    gains = {party: _gain(draws[f"net.{party}.{HORIZONS[-1]}"]) for party in PARTIES}
    return {**seen.fitted, "ranks": ranks_among(draws, seen.seed), "error": errors, "gain": gains}


@dataclass(frozen=True)
class Seen:
    """A data set after its fit: the pilot, the draws with the truth as the last, how many were placed, and a seed."""

    pilot: Pilot
    joint: xr.Dataset
    placed: int
    fitted: dict[str, object]
    seed: int


def fit_world(cell: Cell, index: int, *, sampler: bool = False, twist: Twist = PLAIN) -> Seen:
    """Draw a truth, let people live it, and fit; parameters as :func:`measure`."""
    seeds = np.random.SeedSequence(cell.seed(index)).generate_state(4)
    truth = draw_truth(cell, int(seeds[0]))
    rng = np.random.default_rng(seeds[1])
    world = make_world(cell, truth, rng, twist)
    pilot, records = observe(cell, truth, world, rng)
    posterior, fitted = fit_pilot(cell, pilot, records, int(seeds[2]), sampler)
    joint = beside(posterior, judged_truth(truth, twist))
    return Seen(pilot, joint, true_placed(cell, truth, world, rng), fitted, int(seeds[3]))


def ranks_among(draws: Mapping[str, np.ndarray], seed: int) -> dict[str, int]:
    """By quantity, how many draws lie below the truth (the last value); equal ones by chance."""
    rng, ranks = np.random.default_rng(seed), {}
    for name, values in draws.items():
        less, equal = (values[:-1] < values[-1]).sum(), (values[:-1] == values[-1]).sum()
        ranks[name] = int(less + rng.integers(0, equal + 1))
    return ranks


ENTRY = "entry.with_support"
"""Logarithm of baseline, selection and effect together: what counts see of the chance of a job."""


def entry_of(joint: xr.Dataset) -> np.ndarray:
    """Draws of `ENTRY`."""
    shifts = joint["p_selection_shift"] + joint["p_logrr_programme_nl"]
    return (np.log(joint["p_baseline_entry_hazard"]) + shifts).values


def judged_truth(truth: Mapping[str, float], twist: Twist) -> Mapping[str, float]:
    """The truth that answers are held against: an effect that fades counts as its mean over the span of its definition.

    A shock of the labour market is taken to be over after the pilot; all other twists change what is seen, not what is.
    """
    mean = float(np.mean((1 - twist.fading) ** np.arange(SPAN)))
    return {**truth, "p_logrr_programme_nl": truth["p_logrr_programme_nl"] * mean}


WATCHED = ("p_log_ggz_cost_ratio_work", "net.insurer.60", "net.municipality.60", "p_logrr_programme_nl")
"""Quantities of which bias is told as well."""


def observe(cell: Cell, truth: Mapping[str, float], world: World, rng) -> tuple[Pilot, RecordData | None]:
    """The pilot as its owner would hand it in, and reduced records or published means."""
    pilot = pilot_of(cell)
    prices = catalogue_of(pilot)
    if cell.kind == "counts":
        snapshot = count_people(world, truth[SHARE_APPLYING], rng)
        return pilot.model_copy(update={"snapshots": (snapshot,)}), None
    if cell.kind == "aggregates":
        return pilot, reduce_aggregates(pilot, publish(world, pilot, prices, rng))
    return pilot, reduce_records(pilot, hand_in(world, pilot, prices, rng))


def fit_pilot(
    cell: Cell, pilot: Pilot, records: RecordData | None, seed: int, sampler: bool
) -> tuple[xr.Dataset, dict[str, object]]:
    """Draws as the reports get them, thinned to `LEVELS`, and how they came about."""
    chosen = np.arange(LEVELS)
    if sampler:
        posterior = werkzorg.fit(pilot, records=records, seed=seed)
        gates = [gate["verdict"] for gate in json.loads(posterior.attrs["gates"])]
        # Draws of a chain stand in its order; those of the first answer in none.
        chosen = np.linspace(0, posterior.sizes["draw"] - 1, LEVELS).astype(int)
        fitted = {"method": "sampler", "efficiency": None, "gates": "stop" if "stop" in gates else "ok"}
    else:
        draws, most = FITTED[cell.kind], MORE * FITTED[cell.kind]
        while True:
            with drawing(draws, LEVELS):
                posterior = werkzorg.first_answer(pilot, records=records, seed=seed)
            share = float(posterior.attrs["approximation"])
            effective = share * PROPOSALS_PER_DRAW * draws
            if effective >= EFFECTIVE:
                break
            if draws == most:
                return fit_pilot(cell, pilot, records, seed, True)
            draws = min(most, draws * ceil(MARGIN * EFFECTIVE / effective))
        fitted = {"method": "first answer", "efficiency": round(share, 4)}
    return posterior.isel(draw=chosen), fitted


def parameters_of(cell: Cell) -> tuple[str, ...]:
    """Parameters that the data of a cell speak of."""
    if cell.kind == "counts":
        return (*PARAMETERS, SHARE_APPLYING)
    if cell.kind == "aggregates":
        names = (*CHAIN, *sorted(CHANGE_OF_COST))
    else:
        names = (*NORMAL, WORK_EFFECT, *BOUNDED, "care.severe_share", "p_crisis_first_quarter", "ggz.fact_year")
    extra = COMPARISON_ONLY[:2] if cell.comparison and cell.kind == "aggregates" else ()
    left_out = LEVEL_PARAMETERS if cell.comparison else (*LEVEL_PARAMETERS, *COMPARISON_ONLY)
    return tuple(name for name in dict.fromkeys((*names, *extra)) if name not in left_out)


def parameter_draws(cell: Cell, joint: xr.Dataset) -> dict[str, np.ndarray]:
    """Draws of the parameters that are judged, the truth last."""
    return {name: joint[name].values for name in parameters_of(cell)} | {ENTRY: entry_of(joint)}


def reported_draws(cell: Cell, seen: Mapping[int, Seen]) -> dict[int, dict[str, np.ndarray]]:
    """By data set, draws of what reports say, the truth last: net results, work, shares of causes, forecast."""
    pilot = pilot_of(cell)
    joint = side_by_side({index: one.joint for index, one in seen.items()}, cell.seed(0)[0])
    trajectory = werkzorg.project(pilot, joint)
    appraisal = werkzorg.appraise(pilot, werkzorg.settle(pilot, trajectory))
    net = appraisal["net"].sel(view="society")
    found = {f"net.{party}.{h}": net.sel(party=party, horizon=h).values for party in PARTIES for h in HORIZONS}
    outcome = appraisal["outcome"].sel(horizon=HORIZONS[-1])
    found |= {f"more.{name}": outcome.sel(memo=name).values for name in ("months_worked", "months_off_benefit")}
    split = split_change(trajectory, cell.people)
    total = split["total"].values
    found |= {f"part.{cause}": split["change"].sel(cause=cause).values / total for cause in split["cause"].values}
    apart = {name: np.split(values, len(seen)) for name, values in found.items()}
    return {
        index: {name: parts[place] for name, parts in apart.items()} | {"forecast.placed": _forecast(one)}
        for place, (index, one) in enumerate(seen.items())
    }


def _forecast(seen: Seen) -> np.ndarray:
    ahead = werkzorg.forecast(seen.pilot, seen.joint.isel(draw=slice(0, LEVELS)), seed=seen.seed % 2**31)
    return np.append(ahead["placed"].values, seen.placed)


def true_placed(cell: Cell, truth: Mapping[str, float], world: World, rng: np.random.Generator) -> int:
    """Participants ever placed by the end: of those counted, or, where nobody is counted, of as many new ones."""
    if cell.kind == "counts":
        people, work = world.people, world.work
        who = since_enrolment(world, FOLLOWED_MONTHS, rng)
    else:
        people = draw_people(truth, cell.people, 0, rng, PLAIN)
        plain = {name: value for name, value in truth.items() if not name.startswith("effect.")}
        work = live_work(plain, people, FOLLOWED_MONTHS + 1, rng, PLAIN)
        who = np.minimum(since_enrolment(_evenly(world, cell, rng), FOLLOWED_MONTHS, rng), FOLLOWED_MONTHS)
    return int(work.placed[np.arange(len(people)), who].sum())


def _evenly(world: World, cell: Cell, rng: np.random.Generator) -> World:
    """The same with new dates of enrolment, of participants only."""
    return replace(world, enrolment=rng.random(cell.people) * ENROLLING_MONTHS)


def _error(values: np.ndarray) -> tuple[float, float]:
    draws, true = values[:-1], values[-1]
    return float(draws.mean() - true), float(draws.std())


def _gain(values: np.ndarray) -> tuple[float, int]:
    return round(float((values[:-1] > 0).mean()), 4), int(values[-1] > 0)
