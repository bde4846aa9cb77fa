"""All reports of a run: notebooks in two threads, then one HTML file for each reader and language."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting.basis import report_name
from werkzorg.reporting.execute import run_notebook, stop_kernels
from werkzorg.reporting.guide import guide_name, write_guide
from werkzorg.reporting.html import export_html
from werkzorg.reporting.interactive import interactive_name, write_interactive
from werkzorg.reporting.numbers import long_date
from werkzorg.reporting.results import Results, read_results
from werkzorg.reporting.results_files import write_results
from werkzorg.reporting.shipped_notebooks import changed_notebooks
from werkzorg.wording import say

READERS = ("municipality", "insurer", "ggz", "client", "technical")
"""Readers of the reports of a run."""

ANALYSES = ("scenarios",)
"""Reports of other commands than `run`, each with a notebook of its own on results of its own."""

_THREADS = 2
_PAUSE_SECONDS = 0.1


def make_reports(
    results_folder: str | Path,
    out: str | Path,
    readers: Sequence[str] = READERS,
    langs: Sequence[str] = ("nl",),
    *,
    timeout: int = 120,
    tell: Callable[[str], None] | None = None,
    interactive: bool = False,
) -> dict[str, float]:
    """Run the notebooks of the readers and write their HTML.

    Parameters
    ----------
    results_folder : str or pathlib.Path
        Folder with `results.json`, and for the technical report `posterior.nc` and `ledger.nc`.
    out : str or pathlib.Path
        Folder for the reports; the executed notebooks go into `notebooks/` below it.
    readers : sequence of str
        Any of :data:`READERS`, or one of :data:`ANALYSES`.
    langs : sequence of {"nl", "en"}
    timeout : int
        Seconds that one cell of a notebook may take.
    tell : callable, optional
        Called with the name of each report when it is done, for a progress display.
    interactive : bool
        Whether a page with figures that answer the pointer stands beside the reports, which then link to it.

    Returns
    -------
    dict
        Seconds of the parts, added up over the threads: `{"notebooks": ..., "html": ...}`. The files are named
        `<reader>.<lang>.html`.

    Raises
    ------
    WerkzorgError
        Of the first report that fails.
    """
    for reader in readers:
        if reader not in (*READERS, *ANALYSES):
            near = difflib.get_close_matches(reader, READERS, n=1)
            values = {"reader": reader, "near": near[0] if near else "-", "names": ", ".join(READERS)}
            raise WerkzorgError(ExitCode.CONFIGURATION, Problem("reporting.reader_unknown", values=values))
    folder, target = Path(results_folder).resolve(), Path(out)
    results = read_results(folder)
    meta = results.meta
    target.mkdir(parents=True, exist_ok=True)
    for lang in langs:
        write_guide(target, lang, meta["version"])
        if interactive:
            write_interactive(results, target, lang, footer(lang, meta))
    # The technical notebook takes longest, so it starts first.
    jobs = [(reader, lang) for reader in sorted(readers, key=lambda name: name != "technical") for lang in langs]
    with ThreadPoolExecutor(_THREADS) as pool:
        futures = {job: pool.submit(_make_one, *job, folder, target, meta, timeout, tell) for job in jobs}
        try:
            seconds = [future.result() for future in futures.values()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            # A notebook that goes on would be waited for.
            while any(future.running() for future in futures.values()):
                stop_kernels()
                time.sleep(_PAUSE_SECONDS)
            raise
    return {"notebooks": sum(pair[0] for pair in seconds), "export": sum(pair[1] for pair in seconds)}


def report(
    results: Results, folder: str | Path, readers: Sequence[str] = READERS, langs: Sequence[str] = ("nl",)
) -> list[Path]:
    """Write the results table and the reports of one run.

    Parameters
    ----------
    results : Results
        The release table.
    folder : str or pathlib.Path
        Folder for all files; it is made when it does not exist.
    readers : sequence of str
        Any of :data:`READERS`.
    langs : sequence of {"nl", "en"}

    Returns
    -------
    list of pathlib.Path
        The HTML files, in the order of readers and languages.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    write_results(results, target)
    make_reports(target, target, readers, langs)
    return [target / f"{reader}.{lang}.html" for reader in readers for lang in langs]


def _make_one(
    reader: str, lang: str, folder: Path, target: Path, meta: dict, timeout: int, tell: Callable[[str], None] | None
) -> tuple[float, float]:
    parameters: dict[str, object] = {"results": str(folder / "results.json"), "lang": lang}
    if reader == "technical":
        parameters |= {"posterior": str(folder / "posterior.nc"), "ledger": str(folder / "ledger.nc")}
    name = f"{reader}.{lang}"
    start = time.perf_counter()
    executed = run_notebook(reader, target / "notebooks" / f"{name}.ipynb", parameters, timeout=timeout)
    middle = time.perf_counter()
    page = target / f"{name}.html"
    last = footer(lang, meta)
    if changed_notebooks((reader,)):
        last += " " + say("report.footer_changed", lang)
    beside = interactive_name(lang) if (target / interactive_name(lang)).is_file() else ""
    export_html(executed, page, lang, page_title(reader, lang, meta), last, guide_name(lang), beside)
    if tell:
        tell(name)
    return middle - start, time.perf_counter() - middle


def page_title(reader: str, lang: str, meta: dict) -> str:
    """Title of the window: pilot, reader and date."""
    return f"{report_name(reader, lang, meta)} ({long_date(meta['created'], lang)})"


def footer(lang: str, meta: dict) -> str:
    """Last line of a report: version, run, and what it is made of."""
    return say("report.footer", lang, version=meta["version"], run=meta["run_id"])
