"""What leaves: a table held against every earlier release, and documents made anew from that table alone.

Nothing is copied from the results of a run. The table is checked and rounded, the ledger says whether it may leave
beside what left before, the reports are made from it in a folder that holds nothing else, and what was made is looked
through byte by byte. Only then does it appear, by one rename; the ledger was written just before.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from werkzorg.cases.place import find_place
from werkzorg.cases.release_ledger import (
    Entry,
    Ledger,
    keyed,
    ledger_zone,
    read_ledger,
    refused_by_ledger,
    secret_of,
    seed_of,
    write_ledger,
)
from werkzorg.cases.rights import CONFIDENTIAL
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import is_shipped
from werkzorg.params.pilots import load_pilot, pilot_file
from werkzorg.pilot import Pilot
from werkzorg.release.final import final_results, hidden_sets, shown_counts
from werkzorg.release.results import Results, read_results
from werkzorg.run.cache import cache_folder
from werkzorg.run.checks import resolve_target
from werkzorg.run.progress import Display
from werkzorg.run.record import (
    MANIFEST,
    digest_of_mapping,
    digests_of_folder,
    is_complete,
    write_completion,
    write_json,
)
from werkzorg.run.records import CaseRecords, read_records
from werkzorg.run.runner import TIME_ZONE, draft_for, guarded, publish_draft
from werkzorg.run.scanning import look_for_people

RELEASED = "vrijgegeven"
"""Folder of what left, below the working folder."""

NOTE = "UITGIFTE.json"
"""What was released by whom, and under which rules; stands with what left."""

READERS = ("municipality", "insurer", "ggz", "client")
"""Readers of what leaves; the technical report reads draws and stays inside."""

MakeReports = Callable[[Path, Path, Sequence[str], Sequence[str]], object]


@dataclass(frozen=True)
class ReleaseOrder:
    """What the user asked for.

    Parameters
    ----------
    pilot : str
        Name or file.
    by : str
        Who releases.
    results, out : str or None
        Results of the run; folder of what leaves.
    langs, readers : tuple of str
    recall : bool
        Earlier releases of this pilot were taken back and never left the steering group: that is put on record.
    confirmed : bool
        The place of the records is right.
    """

    pilot: str
    by: str
    results: str | None = None
    out: str | None = None
    langs: tuple[str, ...] = ("nl",)
    readers: tuple[str, ...] = READERS
    recall: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class Released:
    """What was released: its folder, its stamp, and how many numbers stay hidden."""

    target: Path
    stamp: str
    withheld: int


def release_pilot(order: ReleaseOrder, display: Display, make_reports: MakeReports | None = None) -> Released:
    """Check, round, write and put on record what may leave of the results of a pilot.

    Parameters
    ----------
    order : ReleaseOrder
    display : Display
    make_reports : callable, optional
        ``make_reports(folder, out, readers, langs)``; the real one when left out.

    Raises
    ------
    WerkzorgError
        Code RELEASE when something may not leave; code PRIVACY when something of a person was found in what was made.
    """
    return guarded(display, lambda resources: _release(order, display, make_reports or _real_reports, resources))


def _release(
    order: ReleaseOrder, display: Display, make_reports: MakeReports, resources: contextlib.ExitStack
) -> Released:
    if not order.by.strip():
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("release.no_name"))
    resources.enter_context(display.showing())
    with display.step("read"):
        pilot = load_pilot(order.pilot)
        source = resolve_target(order.results, pilot.id)
        records = read_records(order.pilot, pilot, confirmed=order.confirmed)
        results = _current_results(source, pilot, records)
    with display.step("release"):
        folder = ledger_folder(order.pilot, pilot)
        secret = secret_of(folder)
        if records is not None and not records.made_up and results.meta["seed"] != seed_of(secret, records.digests):
            raise WerkzorgError(ExitCode.RELEASE, Problem("release.seed"))
        ledger = _recalled(read_ledger(folder), pilot, order)
        entry = make_entry(order.by, pilot, records, results, secret)
        final, entry = checked(results, entry, ledger, records, secret)
    target = resolve_target(order.out or str(Path(RELEASED) / pilot.id), pilot.id)
    draft = draft_for(target, display, resources)
    with display.step("write"):
        write_documents(final, draft, order, make_reports)
        _write_note(draft, entry, final)
    with display.step("scan"):
        look_for_people(draft, records, [folder, source, *_data_folder(order.pilot, records)], final)
    write_completion(draft, entry.run_id)
    # What left cannot be taken back: a release that fails from here on is on record although nobody saw it.
    write_ledger(Ledger(ledger.folder, (*ledger.entries, entry), ledger.events))
    publish_draft(draft, target, "ok", False, display)
    return Released(target, entry.stamp, int((final.table["checks"] == "withheld").sum()))


def ledger_folder(name: str, pilot: Pilot) -> Path:
    """Confidential zone with the ledger of a pilot.

    That of its data folder, or the one that `verantwoording.yml` names for pilots that share people; for what came with
    the package, which is made up or published, a place of the user.
    """
    file = pilot_file(name)
    if is_shipped(file):
        return cache_folder() / CONFIDENTIAL
    if pilot.data is None:
        return file.parent / CONFIDENTIAL
    return ledger_zone(find_place(name))


def own_seed(name: str, pilot: Pilot, records: CaseRecords | None, given: int) -> int:
    """Seed of a run: that of the data and the secret of the project when there are records of people, else as given.

    Without a place to keep a secret the run goes on with the given seed, and cannot be released.

    Parameters
    ----------
    name : str
        Name or file of the pilot.
    pilot : Pilot
    records : CaseRecords or None
    given : int
        Seed that the user asked for.
    """
    if records is None or records.made_up:
        return given
    try:
        return seed_of(secret_of(ledger_folder(name, pilot)), records.digests)
    except OSError:
        return given


def make_entry(by: str, pilot: Pilot, records: CaseRecords | None, results: Results, secret: bytes) -> Entry:
    """The record of a release, with the people behind every number as keyed digests.

    Parameters
    ----------
    by : str
        Who releases.
    pilot : Pilot
    records : CaseRecords or None
    results : Results
        Of the run.
    secret : bytes
        Of the project.
    """
    facts = {"pilot": pilot.id, "by": by.strip(), "at": datetime.now(TIME_ZONE).isoformat(timespec="seconds")}
    facts["run_id"] = str(results.meta["run_id"])
    data = digest_of_mapping({} if records is None else dict(records.digests))
    entry = Entry(**facts, stamp=keyed(secret, f"{pilot.id} {data}", 8))
    if records is None or not records.participants or "months" not in records.tables:
        return entry
    from werkzorg.release.persons import keyed_sets, keyed_states, person_sets

    use_comparison = records.compared >= records.threshold
    sets = keyed_sets(person_sets(pilot, records.tables, use_comparison=use_comparison), secret)
    states = keyed_states(records.tables, secret)
    everybody = frozenset().union(*sets.values())
    return replace(entry, sets=sets, states={person: states[person] for person in sorted(everybody)})


def checked(
    results: Results, entry: Entry, ledger: Ledger, records: CaseRecords | None, secret: bytes
) -> tuple[Results, Entry]:
    """The table as it may leave beside all earlier releases, and the record of it.

    Raises
    ------
    WerkzorgError
        Code RELEASE, naming the rules and no person.
    """
    threshold = THRESHOLD if records is None else records.threshold
    entry = replace(entry, hidden=hidden_sets(results, entry.sets))
    refused = refused_by_ledger(entry, ledger, threshold)
    if refused:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.differs", values={"rules": ", ".join(refused)}))
    entry = replace(entry, shown=shown_counts(results, entry))
    persons = len(entry.sets.get("people", ()))
    suppliers: Mapping[str, frozenset[str]] = {}
    if persons:
        from werkzorg.release.persons import suppliers_of

        suppliers = suppliers_of(records.tables, secret)
    final, hidden = final_results(results, entry, ledger.entries, persons, threshold, suppliers)
    if hidden is None:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.derivable"))
    shown = {name: limits for name, limits in entry.shown.items() if name not in hidden}
    return final, replace(entry, hidden=hidden, shown=shown)


def _current_results(source: Path, pilot: Pilot, records: CaseRecords | None) -> Results:
    """Results of a run that is whole, that passed its checks, and was made with the data as they are."""
    if not is_complete(source):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.no_results", where=str(source)))
    results = read_results(source)
    manifest = json.loads((source / MANIFEST).read_text(encoding="utf8"))
    inputs = manifest.get("inputs", {})
    used = {} if records is None else dict(records.digests)
    if inputs.get("records") != used or inputs.get("pilot") != pilot.model_dump(mode="json"):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.outdated", where=str(source)))
    if results.meta["gates_verdict"] == "stop":
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.stopped"))
    undeclared = [s.date.isoformat() for s in pilot.snapshots if not (s.source.publisher or s.source.url)]
    if undeclared and not (records is not None and records.made_up):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.undeclared", values={"dates": ", ".join(undeclared)}))
    return results


def _recalled(ledger: Ledger, pilot: Pilot, order: ReleaseOrder) -> Ledger:
    """The ledger with the earlier releases of a pilot marked as taken back, when the user says so."""
    if not order.recall:
        return ledger
    note = {"by": order.by.strip(), "at": datetime.now(TIME_ZONE).isoformat(timespec="seconds")}
    entries = tuple(
        replace(entry, recalled=note) if entry.pilot == pilot.id and entry.recalled is None else entry
        for entry in ledger.entries
    )
    return Ledger(ledger.folder, entries, ledger.events)


def write_documents(final: Results, draft: Path, order: ReleaseOrder, make_reports: MakeReports) -> None:
    """Table and reports of what leaves; the notebooks run in a folder that is thrown away.

    Parameters
    ----------
    final : Results
        The table that leaves.
    draft : Path
        Where its documents go.
    order : ReleaseOrder
        Readers and languages.
    make_reports : callable
    """
    from werkzorg.reporting.results_files import write_results

    write_results(final, draft)
    with tempfile.TemporaryDirectory() as apart:
        bare = Path(apart)
        shutil.copyfile(draft / "results.json", bare / "results.json")
        make_reports(bare, bare, order.readers, order.langs)
        copy_pages(bare, draft)


def copy_pages(made: Path, draft: Path) -> None:
    """Take the pages and nothing else of what the reports left behind."""
    for page in sorted(made.glob("*.html")):
        shutil.copyfile(page, draft / page.name)


def _write_note(draft: Path, entry: Entry, final: Results) -> None:
    rules = sorted({rule for checks in final.table["checks"].dropna() for rule in str(checks).split("; ")})
    note = {
        "class": "vrijgegeven", "pilot": entry.pilot, "by": entry.by, "at": entry.at, "run_id": entry.run_id,
        "stamp": entry.stamp, "rules": rules, "files": sorted(digests_of_folder(draft)),
    }  # fmt: skip
    write_json(draft / NOTE, note)


def _data_folder(name: str, records: CaseRecords | None) -> list[Path]:
    return [] if records is None else [find_place(name).folder]


def _real_reports(folder: Path, out: Path, readers: Sequence[str], langs: Sequence[str]) -> Mapping[str, Any]:
    from werkzorg.reporting import make_reports

    return make_reports(folder, out, readers, langs)
