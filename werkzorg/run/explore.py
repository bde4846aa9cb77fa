"""From the name of a pilot to the file of its scenario explorer; fits are kept and used again as in a run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzorg.cases.release_ledger import Entry, Ledger, alone, secret_of
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.scenarios import Variant, load_variants
from werkzorg.release.annotate import ALL_PEOPLE
from werkzorg.run.cache import cache_folder
from werkzorg.run.compare import PROBABILITY, Comparison, Fits, bench_of
from werkzorg.run.negotiation import negotiate_fitted
from werkzorg.run.places import ledger_folder
from werkzorg.run.progress import Display
from werkzorg.run.record import digest_of_bytes
from werkzorg.run.recording import put_on_record, settled_ledger
from werkzorg.run.releasing import make_entry, refuse_beside
from werkzorg.run.runner import guarded
from werkzorg.run.scratch import scratch_folder
from werkzorg.run.steps import Steps

if TYPE_CHECKING:
    from werkzorg.explorer.content import Source
    from werkzorg.explorer.settings import Settings

EXPLORER = "verkenner"
"""What a file with draws is called in the ledger of releases."""

USUAL = (
    *("coach-own", "no-key-officer", "scale-national", "labour-weak", "labour-strong"),
    *("evidence-sceptical", "evidence-optimistic"),
)
"""Scenarios in a file when none are named, as far as they fit the pilot."""


@dataclass(frozen=True)
class Exploration(Comparison):
    """What the user asked for, as for a comparison; no scenarios means :data:`USUAL`, `out` is a file.

    Without `out` the file is `PILOT-verkenner.html` here.

    Parameters
    ----------
    analyst : str or None
        Who may work with the file; must be named when case records are behind it.
    """

    analyst: str | None = None


@dataclass(frozen=True)
class Explored:
    """What was made: the file, its size in bytes, and the draws in it."""

    path: Path
    size: int
    draws: int


def explore(order: Exploration, steps: Steps, display: Display) -> Explored:
    """Make the file.

    Parameters
    ----------
    order : Exploration
    steps : Steps
        The steps of a run.
    display : Display
        Where progress goes.

    Raises
    ------
    WerkzorgError
        For every fault; code RELEASE when too few people stand behind the draws.
    """
    return guarded(display, lambda resources: _work(order, steps, display, resources))


def _work(order: Exploration, steps: Steps, display: Display, resources: contextlib.ExitStack) -> Explored:
    resources.enter_context(display.showing())
    source = gather_source(order, steps, display, resources)
    from werkzorg.explorer.page import fitting_page, write_page

    with display.step("write"):
        page, draws = fitting_page(source, order.langs)
        pilot = source.parts[0].variant.pilot.id
        path = Path(order.out or f"{pilot}-verkenner.html")
        if source.analyst is None:
            write_page(page, path)
        else:
            read, entries = _entries(order, steps, source, path.name, page, draws)
            with _in_book(read.folder):
                write_page(page, path, put_on_record(read, entries, path))
    return Explored(path, len(page.encode()), draws)


def open_explorer(
    pilot: str, lang: str, seed: int, settings: Settings | None = None, analyst: str | None = None
) -> Any:
    """The explorer of a pilot in JupyterLab, with the usual scenarios.

    Parameters
    ----------
    pilot : str
        Shipped name, path of a YAML file or of its folder.
    lang : {"nl", "en"}
    seed : int
        Seed of all draws; that of the report gives the numbers of the report.
    settings : Settings, optional
        Where the levers stand at the start.
    analyst : str, optional
        Who works with it; must be named when case records are behind it.

    Returns
    -------
    anywidget.AnyWidget
        See :func:`werkzorg.explorer.widget.make_widget`.

    Raises
    ------
    WerkzorgError
        As for :func:`explore`; also when anywidget is not installed.
    """
    from rich.console import Console

    from werkzorg.run.real import real_steps

    display, order = Display(Console(stderr=True)), Exploration(pilot, (), None, (lang,), seed, analyst)
    return guarded(display, lambda resources: _show(order, real_steps(), display, resources, settings))


def _show(
    order: Exploration, steps: Steps, display: Display, resources: contextlib.ExitStack, settings: Settings | None
) -> Any:
    resources.enter_context(display.showing())
    source = gather_source(order, steps, display, resources)
    from werkzorg.explorer.content import make_content
    from werkzorg.explorer.widget import make_widget

    if source.analyst is not None:
        shown = json.dumps(make_content(source, order.langs, source.most_draws))
        read, entries = _entries(order, steps, source, "notebook", shown, source.most_draws)
        with _in_book(read.folder), put_on_record(read, entries):
            return make_widget(source, order.langs, settings)
    return make_widget(source, order.langs, settings)


def _entries(
    order: Exploration, steps: Steps, source: Source, file: str, content: str, draws: int
) -> tuple[Ledger, tuple[Entry, ...]]:
    """The ledger of releases, and what stands in it once the file is made.

    Draws of all people together leave the house: the ledger holds them against what left before and after.
    """
    pilot = source.parts[0].variant.pilot
    records, folder = steps.read_records(order.pilot, pilot), ledger_folder(order.pilot, pilot)
    with _in_book(folder):
        with alone(folder):
            ledger = settled_ledger(folder)
        entry = make_entry(source.analyst, pilot, records, EXPLORER, secret_of(folder))
    given = {"analyst": source.analyst, "file": file, "digest": digest_of_bytes(content.encode()), "draws": draws}
    people = {name: group for name, group in entry.sets.items() if name == ALL_PEOPLE}
    # Files of the same data tell the same: together they are one run.
    entry = replace(entry, run_id=f"{EXPLORER} {entry.stamp}", sets=people, given=given)
    refuse_beside(entry, ledger, records)
    return ledger, (*ledger.entries, entry)


@contextlib.contextmanager
def _in_book(folder: Path) -> Iterator[None]:
    """A file that cannot be put on record is not made."""
    try:
        yield
    except OSError:
        raise WerkzorgError(ExitCode.RELEASE, Problem("explorer.no_book", where=folder.name)) from None


def gather_source(order: Exploration, steps: Steps, display: Display, resources: contextlib.ExitStack) -> Source:
    """Everything that the page and the widget are made of.

    Parameters
    ----------
    order : Exploration
    steps : Steps
    display : Display
    resources : ExitStack
        What must be cleaned up.
    """
    with display.step("read_scenarios"):
        variants = _variants(order)
        pilot = variants[0].pilot
        _refuse_agreed(variants)
        records = steps.read_records(order.pilot, pilot)
        most_draws, analyst = _allowed(order, pilot, records)
        seed = steps.seed(order.pilot, pilot, records, order.seed)
    resources.enter_context(scratch_folder(cache_folder()))
    with display.step("imports"):
        steps.prepare()
    from werkzorg.explorer.content import Source

    bench = bench_of(variants, Fits(steps, seed, records, display))
    with display.step("fit"):
        posterior = bench.posterior(variants[0])
    with display.step("blocks"):
        parts = [bench.parts(variant) for variant in variants]
    with display.step("negotiate"):
        negotiation = negotiate_fitted(pilot, posterior, steps, PROBABILITY)
    return Source(bench, parts, negotiation, most_draws, pilot.data is not None, analyst)


def _variants(order: Exploration) -> tuple[Variant, ...]:
    """The pilot and the scenarios of the file; ancestors of what was chosen are there as well."""
    if order.scenarios:
        return load_variants(order.pilot, order.scenarios)
    fitting = {variant.id for variant in load_variants(order.pilot)}
    return load_variants(order.pilot, [name for name in USUAL if name in fitting])


def _refuse_agreed(variants: Sequence[Variant]) -> None:
    """Payments are levers of the page, so no scenario may bring its own."""
    for variant in variants:
        if variant.contract:
            raise WerkzorgError(ExitCode.CONFIGURATION, Problem("explorer.agreed", values={"name": variant.id}))


def _allowed(order: Exploration, pilot: Any, records: Any) -> tuple[int, str | None]:
    """Draws that the file may hold, and for whom it is; None without case records."""
    from werkzorg.explorer.disclosure import allowed_draws
    from werkzorg.explorer.handing import checked_name

    groups = () if records is None else tuple(size for size in (records.participants, records.compared) if size)
    draws = allowed_draws(pilot, groups)
    return draws, None if pilot.data is None else checked_name(order.analyst)
