"""One run, from a pilot to published results."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from werkzorg.cases.rights import CONFIDENTIAL
from werkzorg.run.cache import FitCache, cache_folder, fit_key
from werkzorg.run.checks import before_work, resolve_target
from werkzorg.run.faults import debugging, explain, stoppable, uninterrupted
from werkzorg.run.lock import output_lock
from werkzorg.run.progress import Display
from werkzorg.run.publish import check_target, draft_folder, place_of, publish, recover, remove_stopped, stopped_of
from werkzorg.run.record import (
    COMPLETION,
    MANIFEST,
    describe_platform,
    digest_of_mapping,
    digests_of_folder,
    package_versions,
    write_completion,
    write_json,
)
from werkzorg.run.scratch import scratch_folder
from werkzorg.run.steps import Made, RunFacts, Steps
from werkzorg.run.watchdog import watched

TIME_ZONE = ZoneInfo("Europe/Amsterdam")
"""Zone of every date and time in the results."""


@dataclass(frozen=True)
class Order:
    """What the user asked for.

    Parameters
    ----------
    pilot : str
        Shipped name or path of a YAML file.
    out : str or None
        Output folder; None is `results/PILOT`.
    langs, readers : tuple of str
        Languages and readers of the reports.
    seed : int
        Seed of all draws.
    """

    pilot: str
    out: str | None
    langs: tuple[str, ...]
    readers: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What a run gave.

    Parameters
    ----------
    target : Path
        Folder of the results.
    reports : tuple of Path
        Report files to open.
    verdict : str
        "ok", "warn" or "stop" of the statistical gates.
    reused_fit : bool
        Whether the posterior came from the cache.
    kept : Path or None
        Where earlier results went, when they were kept.
    """

    target: Path
    reports: tuple[Path, ...]
    verdict: str
    reused_fit: bool
    kept: Path | None


def run(order: Order, steps: Steps, display: Display) -> Outcome:
    """Carry out one run; results appear by one rename at the end.

    Parameters
    ----------
    order : Order
        What to make.
    steps : Steps
        The steps.
    display : Display
        Where progress and times go.

    Returns
    -------
    Outcome
        The published results.

    Raises
    ------
    WerkzorgError
        For every fault, foreseen or not. The last good results are then untouched.
    """
    return guarded(display, lambda resources: _work(order, steps, display, resources))


def guarded[Made](display: Display, work: Callable[[contextlib.ExitStack], Made]) -> Made:
    """Do work that may be stopped at any moment, and make one message of whatever goes wrong.

    Parameters
    ----------
    display : Display
        Names the step that was going on.
    work : callable
        ``work(resources)``; what it enters in `resources` is cleaned up whatever happens.

    Raises
    ------
    WerkzorgError
        For every fault, foreseen or not.
    """
    with contextlib.ExitStack() as last:
        dog = None
        try:
            with stoppable(), watched(display) as dog, contextlib.ExitStack() as resources:
                try:
                    return work(resources)
                except BaseException:
                    # From here only clean-up: a second Ctrl-C must not leave half of it.
                    last.enter_context(uninterrupted())
                    raise
        except BaseException as error:
            if dog is not None and dog.overdue is not None:
                raise dog.overdue from error
            log = cache_folder() / "log" if debugging() else None
            raise explain(error, display.current, log, display.folders) from error


def draft_for(target: Path, display: Display, resources: contextlib.ExitStack) -> Path:
    """A draft folder for a target that is checked, locked and cleared of what a killed run left behind."""
    cache = cache_folder()
    display.folders = (target.parent, cache, Path(tempfile.gettempdir()))
    before_work(target, cache)
    resources.enter_context(output_lock(target))
    if any([recover(target), recover(stopped_of(target))]):
        display.notice("run.recovered")
    resources.enter_context(scratch_folder(cache, lambda: display.notice("run.compiled_damaged")))
    return resources.enter_context(draft_folder(target))


def _work(order: Order, steps: Steps, display: Display, resources: contextlib.ExitStack) -> Outcome:
    resources.enter_context(display.showing())
    with display.step("read"):
        pilot = steps.load(order.pilot)
        records = steps.read_records(order.pilot, pilot)
    tell_of_records(records, pilot, display)
    order = replace(order, seed=steps.seed(order.pilot, pilot, records, order.seed))
    target = resolve_target(order.out, pilot.id)
    draft = draft_for(target, display, resources)
    facts, verdict = _fill(draft, order, pilot, records, steps, display)
    return publish_draft(draft, target, verdict, facts.reused_fit, display)


def tell_of_records(records: object, pilot: object, display: Display) -> None:
    """Say what of the records and published numbers is not used."""
    if records is None:
        return
    for identifier, values in records.notices:
        display.notice(identifier, **values)
    for problem in records.notes(pilot):
        display.tell(problem.render())


def is_made_up(records: object) -> bool:
    """Whether nobody in the records exists; False without records."""
    return bool(getattr(records, "made_up", False))


def note_of_notebooks(readers: Sequence[str], steps: Steps, display: Display) -> dict[str, object]:
    """Say which reports come from a notebook that was changed, for the screen and the manifest."""
    changed = list(steps.changed_notebooks(readers))
    if changed:
        display.notice("run.changed_notebook", names=", ".join(changed))
    return {"changed_notebooks": changed}


def publish_draft(draft: Path, target: Path, verdict: str, reused_fit: bool, display: Display) -> Outcome:
    """Make a complete draft the results, and say what is there."""
    place = place_of(target, verdict)
    with display.step("publish"):
        if place != target:
            check_target(place)
        kept = publish(draft, place)
        if verdict != "stop":
            remove_stopped(target)
    if place != target:
        display.notice("run.last_good_kept", path=target, stopped=place)
    target = place
    confidential = target / CONFIDENTIAL
    if confidential.is_dir():
        display.notice("run.case_sums", path=confidential)
    reports = tuple(sorted(path for path in target.rglob("*.html") if confidential not in path.parents))
    return Outcome(target, reports, verdict, reused_fit, kept)


def close_draft(draft: Path, note: dict[str, object], display: Display) -> None:
    """Write the manifest with times and digests, and then the completion record."""
    note["steps"] = [asdict(time) for time in display.times]
    # The manifest travels with the results: nothing in it tells of what is confidential.
    note["outputs"] = {
        name: digest
        for name, digest in digests_of_folder(draft).items()
        if name not in (MANIFEST, COMPLETION) and not name.startswith(f"{CONFIDENTIAL}/")
    }
    write_json(draft / MANIFEST, note)
    write_completion(draft, str(note["run_id"]))


def _fill(
    draft: Path, order: Order, pilot: object, records: object, steps: Steps, display: Display
) -> tuple[RunFacts, str]:
    """Make everything of a run in the draft folder."""
    created = datetime.now(TIME_ZONE)
    with display.step("imports"):
        steps.prepare()
    made, reused, key = estimate(order, pilot, records, steps, display)
    facts = RunFacts(new_run_id(created), created.isoformat(timespec="seconds"), order.seed, reused)
    value(made, pilot, steps, display)
    with display.step("release"):
        results = steps.release(pilot, made, facts)
    with display.step("write"):
        steps.write_results(results, draft)
        steps.save_technical(made, draft)
        note = _manifest(order, pilot, records, steps, facts, key)
        note |= note_of_notebooks(order.readers, steps, display)
        # The technical notebook shows it; it is written again with the digests and times at the end.
        write_json(draft / MANIFEST, note)
    with display.step("reports") as taken:
        taken.parts = dict(steps.make_reports(draft, order.readers, order.langs) or {})
    verdict = steps.verdict(results)
    # A sum per case would rest on the estimate that failed its checks.
    if records is not None and verdict != "stop":
        with display.step("case_sums"):
            steps.case_sums(pilot, made, facts, draft, order.langs[0])
    close_draft(draft, note | {"verdict": verdict}, display)
    return facts, verdict


def new_run_id(created: datetime) -> str:
    """Identifier of a run: its time, and some letters for two runs in one second."""
    return f"{created:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def estimate(order: Order, pilot: object, records: object, steps: Steps, display: Display) -> tuple[Made, bool, str]:
    """Posterior from the cache or from a fit, with the first answer shown before a fit.

    Returns
    -------
    Made, bool, str
        Records, first answer and posterior; whether the posterior came from the cache; its key there.
    """
    made = Made(records=records)
    fits = FitCache(cache_folder() / "fits", steps.save_posterior, steps.read_posterior)
    with display.step("first_answer"):
        key = fit_key(steps.fit_ingredients(pilot, order.seed, records))
        made.posterior = fits.find(key, on_damage=lambda: display.notice("run.cache_damaged"))
        made.first_answer = steps.first_answer(pilot, records)
    if made.posterior is not None:
        display.notice("run.fit_reused")
        return made, True, key
    display.tell(steps.tell_first_answer(pilot, made.first_answer))
    with display.step("imports_fit"):
        steps.prepare_fit()
    with display.step("fit") as taken:
        fresh = steps.fit(pilot, order.seed, records)
        taken.parts = dict(steps.fit_parts(fresh))
        made.posterior = keep_fit(lambda: fits.keep(key, fresh), fresh, display)
    return made, False, key


def value(made: Made, pilot: object, steps: Steps, display: Display) -> None:
    """Project, settle and appraise what was estimated."""
    with display.step("project"):
        made.trajectory = steps.project(pilot, made.posterior)
    with display.step("settle"):
        made.ledger = steps.settle(pilot, made.trajectory)
    with display.step("appraise"):
        made.appraisal = steps.appraise(pilot, made.ledger)


def keep_fit(keep: Callable[[], object], fresh: object, display: Display) -> object:
    """A fit that cannot be kept is not lost: the run goes on with it."""
    try:
        return keep()
    except OSError:
        display.notice("run.fit_not_kept")
        return fresh


def _manifest(
    order: Order, pilot: object, records: object, steps: Steps, facts: RunFacts, key: str
) -> dict[str, object]:
    inputs = steps.inputs(pilot, records)
    return {
        "run_id": facts.run_id,
        "created": facts.created,
        "pilot": pilot.id,
        "seed": order.seed,
        "languages": list(order.langs),
        "readers": list(order.readers),
        "reused_fit": facts.reused_fit,
        "fit_key": key,
        "inputs": inputs,
        "inputs_digest": digest_of_mapping(inputs),
        "made_up": is_made_up(records),
        "packages": package_versions(),
        "platform": describe_platform(),
        "steps": [],
        "outputs": {},
    }
