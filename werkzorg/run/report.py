"""Reports made again from the results of a run, for a folder to hand out: HTML, tables, and PDF when asked."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.run.checks import resolve_target
from werkzorg.run.progress import Display
from werkzorg.run.publish import publish
from werkzorg.run.record import COMPLETION, MANIFEST, is_complete, write_completion
from werkzorg.run.runner import draft_for, guarded

TABLES = ("results.json", "results.csv", "results_machine.csv")
"""Files with the numbers of the reports, handed out beside them, as is the workbook in each language."""

RECORDS, DRAWS = "records", "posterior.nc"
"""What results rest on that are about people; the file that the technical report reads."""


@dataclass(frozen=True)
class Handout:
    """What the user asked for.

    Parameters
    ----------
    source : str
        Pilot of which the results stand in `results/PILOT`, or a folder with results.
    to : str
        Folder for the reports.
    langs, readers : tuple of str
        Languages and readers of the reports.
    pdf : bool
        Whether each report is made as PDF too.
    interactive : bool
        Whether a page with figures that answer the pointer is made too.
    """

    source: str
    to: str
    langs: tuple[str, ...]
    readers: tuple[str, ...]
    pdf: bool
    interactive: bool = False


def hand_out(
    order: Handout,
    make_reports: Callable[..., object],
    export_pdf: Callable[[Path, Path], Path],
    display: Display,
) -> list[Path]:
    """Make the reports of a finished run in a folder of their own.

    Parameters
    ----------
    order : Handout
        What to make.
    make_reports : callable
        ``make_reports(results, out, readers, langs)``, with ``interactive=True`` when asked for.
    export_pdf : callable
        ``export_pdf(html, pdf)``.
    display : Display
        Where progress and times go.

    Returns
    -------
    list of Path
        Reports to open, HTML and PDF.

    Raises
    ------
    WerkzorgError
        When there are no complete results, when they are about people and were not released (code RELEASE), or when a
        report cannot be made. What stood in the folder is then untouched.
    """
    return guarded(display, lambda resources: _work(order, make_reports, export_pdf, display, resources))


def _work(
    order: Handout,
    make_reports: Callable[..., object],
    export_pdf: Callable[[Path, Path], Path],
    display: Display,
    resources: contextlib.ExitStack,
) -> list[Path]:
    from werkzorg.reporting.results_files import WORKBOOKS

    resources.enter_context(display.showing())
    with display.step("read"):
        source = find_results(order.source)
        refuse_unreleased(source)
        readers = _readers_of(source, order.readers)
    target = resolve_target(order.to, source.name)
    if target in (source, *source.parents):
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("report.same_folder", values={"path": target}))
    draft = draft_for(target, display, resources)
    with display.step("reports"):
        more = {"interactive": True} if order.interactive else {}
        make_reports(source, draft, readers, order.langs, **more)
        # The executed notebooks stay with the run: a handed-out folder holds what readers read.
        shutil.rmtree(draft / "notebooks", ignore_errors=True)
        for name in (*TABLES, *(WORKBOOKS[lang] for lang in order.langs)):
            # Results of an earlier version have one workbook.
            if (source / name).is_file():
                shutil.copyfile(source / name, draft / name)
    if order.pdf:
        with display.step("pdf"):
            # What answers the pointer says nothing more on paper.
            for page in sorted(page for page in draft.glob("*.html") if b"<script" not in page.read_bytes()):
                export_pdf(page, page.with_suffix(".pdf"))
    write_completion(draft, source.name)
    with display.step("publish"):
        publish(draft, target)
    return sorted([*target.glob("*.html"), *target.glob("*.pdf")])


def refuse_unreleased(source: Path) -> None:
    """Stop when results are not for everybody and were not released: what is handed out is the released table alone.

    That is so for results that rest on people who exist, and for those with a confidential price. Those who may see
    these find the reports of a run in its own folder.

    Parameters
    ----------
    source : Path
        Folder with complete results.

    Raises
    ------
    WerkzorgError
        Code RELEASE.
    """
    meta = json.loads((source / TABLES[0]).read_text(encoding="utf8"))["meta"]
    if meta.get("released_by"):
        return
    file = source / MANIFEST
    manifest = json.loads(file.read_text(encoding="utf8")) if file.is_file() else {}
    prices = manifest.get("inputs", {}).get("pilot", {}).get("parameters", ())
    of_people = meta["basis"] == RECORDS and not manifest.get("made_up")
    if of_people or any(given.get("confidential") for given in prices):
        identifier = "report.not_released" if of_people else "report.confidential"
        raise WerkzorgError(ExitCode.RELEASE, Problem(identifier, str(source), {"pilot": meta["pilot"]}))


def _readers_of(source: Path, readers: tuple[str, ...]) -> tuple[str, ...]:
    """Readers whose report can be made; that for the technical reader needs draws, which stay with the run."""
    if (source / DRAWS).is_file():
        return readers
    left = tuple(reader for reader in readers if reader != "technical")
    if not left:
        raise WerkzorgError(ExitCode.RELEASE, Problem("report.no_draws", where=str(source)))
    return left


def find_results(source: str) -> Path:
    """Folder with complete results: `results/PILOT` below the working directory, or the folder itself.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when there is none, code RUN when its files were changed or are incomplete.
    """
    places: Sequence[Path] = (Path("results") / source, Path(source).expanduser())
    for place in places:
        if (place / COMPLETION).is_file():
            if not is_complete(place):
                raise WerkzorgError(ExitCode.RUN, Problem("report.changed", values={"path": place}))
            return place.resolve()
    raise WerkzorgError(ExitCode.CONFIGURATION, Problem("report.no_results", values={"source": source}))
