"""The steps of a run as one object: the real ones, or fakes in a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Made:
    """What the steps of one run have made so far, in the order of the way of a number."""

    records: Any = None
    first_answer: Any = None
    posterior: Any = None
    trajectory: Any = None
    ledger: Any = None
    appraisal: Any = None


@dataclass(frozen=True)
class RunFacts:
    """What the results must say about the run itself.

    Parameters
    ----------
    run_id : str
        Identifier of the run.
    created : str
        Date and time with zone, ISO 8601.
    seed : int
        Seed of all draws.
    reused_fit : bool
        Whether the posterior came from the cache.
    """

    run_id: str
    created: str
    seed: int
    reused_fit: bool


@dataclass(frozen=True)
class Steps:
    """Callables that the runner calls in order.

    Parameters
    ----------
    load : callable
        ``load(name_or_path) -> pilot`` with an attribute `id`.
    read_records : callable
        ``read_records(name_or_path, pilot) -> records``, None when the pilot has none.
    prepare : callable
        ``prepare()`` imports what the steps other than the fit need, so that its time is named apart.
    prepare_fit : callable
        ``prepare_fit()`` imports what the fit needs.
    fit_ingredients : callable
        ``fit_ingredients(pilot, seed, records) -> dict``: everything that the fit depends on, as JSON-like values.
    inputs : callable
        ``inputs(pilot, records) -> dict`` of digests of pilot, records and parameter files, for the manifest.
    first_answer : callable
        ``first_answer(pilot, records) -> answer`` without a sampler.
    tell_first_answer : callable
        ``tell_first_answer(pilot, answer) -> str`` in the language of messages.
    fit : callable
        ``fit(pilot, seed, records) -> posterior``.
    fit_parts : callable
        ``fit_parts(posterior) -> dict`` of seconds of parts of the fit (compilation, sampling).
    save_posterior, read_posterior : callable
        ``save_posterior(posterior, path)`` and ``read_posterior(path) -> posterior``.
    project, settle, appraise : callable
        ``project(pilot, posterior)``, ``settle(pilot, trajectory)``, ``appraise(pilot, ledger)``.
    release : callable
        ``release(pilot, made, facts) -> results``.
    verdict : callable
        ``verdict(results) -> str``: "ok", "warn" or "stop" of the statistical gates.
    write_results : callable
        ``write_results(results, folder)``.
    save_technical : callable
        ``save_technical(made, folder)``: files that only the technical notebook reads, and `posterior.nc`.
    make_reports : callable
        ``make_reports(folder, readers, langs) -> dict`` of seconds of parts (kernels, export), may be empty.
    case_sums : callable
        ``case_sums(pilot, made, facts, folder, lang)``: the sum per case in the confidential zone of the folder; only
        with records, and last, so that nothing that leaves can have read it.
    seed : callable
        ``seed(name_or_path, pilot, records, given) -> int``: with records of people it follows from the data.
    changed_notebooks : callable
        ``changed_notebooks(readers) -> sequence of str``: readers whose notebook is not the one that was shipped.
    """

    load: Callable[[str], Any]
    read_records: Callable[[str, Any], Any]
    prepare: Callable[[], None]
    prepare_fit: Callable[[], None]
    fit_ingredients: Callable[[Any, int, Any], dict[str, Any]]
    inputs: Callable[[Any, Any], dict[str, Any]]
    first_answer: Callable[[Any, Any], Any]
    tell_first_answer: Callable[[Any, Any], str]
    fit: Callable[[Any, int, Any], Any]
    fit_parts: Callable[[Any], Mapping[str, float]]
    save_posterior: Callable[[Any, Path], None]
    read_posterior: Callable[[Path], Any]
    project: Callable[[Any, Any], Any]
    settle: Callable[[Any, Any], Any]
    appraise: Callable[[Any, Any], Any]
    release: Callable[[Any, Made, RunFacts], Any]
    verdict: Callable[[Any], str]
    write_results: Callable[[Any, Path], None]
    save_technical: Callable[[Made, Path], None]
    make_reports: Callable[[Path, Sequence[str], Sequence[str]], Mapping[str, float] | None]
    case_sums: Callable[[Any, Made, RunFacts, Path, str], None]
    seed: Callable[[str, Any, Any, int], int] = lambda name, pilot, records, given: given
    changed_notebooks: Callable[[Sequence[str]], Sequence[str]] = lambda readers: ()
