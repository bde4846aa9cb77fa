"""A comparison of scenarios, from a pilot to published results."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzorg.params.places import PLACE, load_compared
from werkzorg.params.scenarios import BASE, Variant, load_variants
from werkzorg.pilot import Pilot
from werkzorg.run.cache import FitCache, cache_folder, fit_key
from werkzorg.run.checks import resolve_target
from werkzorg.run.negotiation import negotiate_fitted
from werkzorg.run.progress import Display
from werkzorg.run.record import describe_platform, digest_of_mapping, package_versions
from werkzorg.run.runner import (
    TIME_ZONE,
    Outcome,
    close_draft,
    draft_for,
    guarded,
    is_made_up,
    keep_fit,
    new_run_id,
    note_of_notebooks,
    publish_draft,
    tell_of_records,
)
from werkzorg.run.steps import RunFacts, Steps
from werkzorg.wording import language

if TYPE_CHECKING:
    from werkzorg.appraisal.contracts.negotiate import Negotiation
    from werkzorg.appraisal.scenarios import Bench
    from werkzorg.reporting.results import Results

NOTEBOOK = "scenarios"

PROBABILITY = 0.8
"""Chance not to be worse off that the contract in the report is looked for at; `werkzorg contract` takes any other."""


@dataclass(frozen=True)
class Comparison:
    """What the user asked for.

    Parameters
    ----------
    pilot : str
        Shipped name, path of a YAML file or of its folder.
    scenarios : tuple of str
        Ids of scenarios or names of other pilots; none means all scenarios that fit the pilot.
    out : str or None
        Output folder; None is `results/PILOT-scenarios`.
    langs : tuple of str
        Languages of the report.
    seed : int
        Seed of all draws.
    """

    pilot: str
    scenarios: tuple[str, ...]
    out: str | None
    langs: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Compared:
    """What a comparison gave: where it is, and the answer in one paragraph."""

    outcome: Outcome
    answer: str


def compare(order: Comparison, steps: Steps, display: Display) -> Compared:
    """Work out scenarios, compare them, and publish; results appear by one rename at the end.

    Parameters
    ----------
    order : Comparison
        What to make.
    steps : Steps
        For the fit, its cache, and the reports.
    display : Display
        Where progress and times go.

    Raises
    ------
    WerkzorgError
        For every fault, foreseen or not. The last good results are then untouched.
    """
    return guarded(display, lambda resources: _work(order, steps, display, resources))


def _work(order: Comparison, steps: Steps, display: Display, resources: contextlib.ExitStack) -> Compared:
    resources.enter_context(display.showing())
    with display.step("read_scenarios"):
        variants = load_compared(order.pilot, order.scenarios)
        pilot = variants[0].pilot
        records = steps.read_records(order.pilot, pilot)
        seed = steps.seed(order.pilot, pilot, records, order.seed)
    tell_of_records(records, pilot, display)
    target = resolve_target(order.out, f"{pilot.id}-{NOTEBOOK}")
    draft = draft_for(target, display, resources)
    created = datetime.now(TIME_ZONE)
    fits = Fits(steps, seed, records, display)
    valued, posteriors = _work_out(variants, fits, steps, display)
    facts = RunFacts(new_run_id(created), created.isoformat(timespec="seconds"), seed, not fits.fresh)
    found = None
    # Pilots beside each other ask for no contract of the first of them.
    if {variant.scenario.kind for variant in variants if variant.scenario is not None} != {PLACE}:
        with display.step("negotiate"):
            found = negotiate_fitted(pilot, posteriors[BASE], steps, PROBABILITY)
    with display.step("release"):
        about = asdict(facts) | {"choices_left": _choices_left(order, variants)}
        results = _release(valued, posteriors, about, found)
    with display.step("write"):
        steps.write_results(results, draft)
    with display.step("reports") as taken:
        taken.parts = dict(steps.make_reports(draft, (NOTEBOOK,), order.langs) or {})
    verdict = steps.verdict(results)
    note = _manifest(order, variants, records, steps, facts, fits)
    note |= note_of_notebooks((NOTEBOOK,), steps, display)
    close_draft(draft, note | {"verdict": verdict}, display)
    outcome = publish_draft(draft, target, verdict, facts.reused_fit, display)
    return Compared(outcome, _answer(results))


class Fits:
    """Fits of a comparison, from the cache that runs share or made and kept there.

    Parameters
    ----------
    steps : Steps
    seed : int
    records : CaseRecords or None
    display : Display
    """

    def __init__(self, steps: Steps, seed: int, records: Any, display: Display) -> None:
        self._steps, self._seed, self._records, self._display = steps, seed, records, display
        self._cache = FitCache(cache_folder() / "fits", steps.save_posterior, steps.read_posterior)
        self.keys: list[str] = []
        self.fresh = 0

    def __call__(self, pilot: Pilot) -> Any:
        """Posterior of a pilot."""
        steps, display = self._steps, self._display
        key = fit_key(steps.fit_ingredients(pilot, self._seed, self._records))
        self.keys.append(key)
        found = self._cache.find(key, on_damage=lambda: display.notice("run.cache_damaged"))
        if found is not None:
            return found
        self.fresh += 1
        steps.prepare_fit()
        fresh = steps.fit(pilot, self._seed, self._records)
        return keep_fit(lambda: self._cache.keep(key, fresh), fresh, display)


def _work_out(
    variants: Sequence[Variant], fits: Callable[[Pilot], Any], steps: Steps, display: Display
) -> tuple[list[Any], dict[str, Any]]:
    """Values of all scenarios, and the posterior of each fit under the first scenario that has it."""
    with display.step("imports"):
        steps.prepare()
    bench = bench_of(variants, fits)
    posteriors: dict[str, Any] = {}
    seen: set[str] = set()
    with display.step("fit"):
        for variant in variants:
            key = bench.keys(variant).fit
            if key not in seen:
                seen.add(key)
                posteriors[variant.id] = bench.posterior(variant)
    if fits.fresh < len(seen):
        display.notice("compare.fits_reused", reused=len(seen) - fits.fresh, all=len(seen))
    with display.step("scenarios"):
        valued = [bench.value(variant) for variant in variants]
    return valued, posteriors


def bench_of(variants: Sequence[Variant], fits: Callable[[Pilot], Any]) -> Bench:
    """Where scenarios are worked out, on projections as long as the longest of them needs."""
    from werkzorg.appraisal.scenarios import Bench

    return Bench(variants[0].pilot, fits, months=max(variant.pilot.horizon_months for variant in variants))


def _choices_left(order: Comparison, variants: Sequence[Variant]) -> list[dict[str, str]]:
    """Choices that fit the pilot and were not asked for, with their names."""
    worked_out = {variant.id for variant in variants}
    known = load_variants(order.pilot) if order.scenarios else ()
    return [
        {"id": one.id, "name_nl": one.scenario.name.nl, "name_en": one.scenario.name.en}
        for one in known
        if one.scenario is not None and one.scenario.kind == "choice" and one.id not in worked_out
    ]


def _release(
    valued: Sequence[Any], posteriors: dict[str, Any], about: dict[str, Any], found: Negotiation | None
) -> Results:
    from werkzorg.release.scenarios import release_scenarios

    return release_scenarios(valued, posteriors, about, found)


def _answer(results: Results) -> str:
    from werkzorg.reporting.verdicts_scenarios import paragraph_of

    return paragraph_of(results, language())


def _manifest(
    order: Comparison, variants: Sequence[Variant], records: Any, steps: Steps, facts: RunFacts, fits: Fits
) -> dict[str, object]:
    inputs = steps.inputs(variants[0].pilot, records)
    scenarios = {v.id: v.scenario.model_dump(mode="json", exclude_none=True) for v in variants if v.scenario}
    return {
        "run_id": facts.run_id,
        "created": facts.created,
        "pilot": variants[0].pilot.id,
        "scenarios": scenarios,
        "seed": facts.seed,
        "languages": list(order.langs),
        "reused_fit": facts.reused_fit,
        "fit_keys": fits.keys,
        "inputs": inputs,
        "inputs_digest": digest_of_mapping([inputs, scenarios]),
        "made_up": is_made_up(records),
        "packages": package_versions(),
        "platform": describe_platform(),
        "steps": [],
        "outputs": {},
    }
