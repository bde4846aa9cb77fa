"""What leaves: a table held against every earlier release, and documents made anew from that table alone.

Nothing is copied from the results of a run. The table is checked and rounded, the ledger says whether it may leave
beside what left before, the reports are made from it in a folder that holds nothing else, and what was made is looked
through byte by byte. Only then does it appear, by one rename, while the ledger is held (`run.recording`).
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

from werkzorg.cases.accountability import RELEASES_PER_YEAR
from werkzorg.cases.place import find_place
from werkzorg.cases.release_ledger import (
    Entry,
    Ledger,
    alone,
    keyed,
    refused_by_ledger,
    secret_of,
    seed_of,
)
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.pilots import load_pilot
from werkzorg.pilot import Pilot
from werkzorg.release.final import Amounts, final_results, hidden_sets, shown_counts
from werkzorg.release.results import Results, read_results
from werkzorg.reporting.shipped_notebooks import changed_notebooks
from werkzorg.run.checks import resolve_target
from werkzorg.run.places import ledger_folder
from werkzorg.run.progress import Display
from werkzorg.run.record import (
    MANIFEST,
    digest_of_mapping,
    digests_of_folder,
    is_complete,
    write_completion,
    write_json,
)
from werkzorg.run.recording import NOTE, put_on_record, refuse_unrecorded, settled_ledger
from werkzorg.run.records import CaseRecords, read_records
from werkzorg.run.runner import TIME_ZONE, draft_for, guarded, publish_draft
from werkzorg.run.scanning import look_for_people

RELEASED = "vrijgegeven"
"""Folder of what left, below the working folder."""

READERS = ("municipality", "insurer", "ggz", "client")
"""Readers of what leaves; the technical report reads draws and stays inside."""

PUBLISHED = ("aggregates", "counts")
"""Tables with numbers of groups instead of rows of people."""

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
    """What was released: its folder, its stamp, how many numbers stay hidden, folders for one reader alone."""

    target: Path
    stamp: str
    withheld: int
    apart: tuple[str, ...] = ()


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
    changed = changed_notebooks(order.readers)
    if changed:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.notebook", values={"names": ", ".join(changed)}))
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
        with alone(folder):
            read = settled_ledger(folder)
        ledger = _recalled(read, pilot, order)
        entry = make_entry(order.by, pilot, records, str(results.meta["run_id"]), secret)
        final, entry = checked(pilot, results, entry, ledger, records, secret)
    target = resolve_target(order.out or str(Path(RELEASED) / pilot.id), pilot.id)
    if records is not None and not records.made_up:
        refuse_unrecorded(target, read)
    draft = draft_for(target, display, resources)
    with display.step("write"):
        write_documents(final, draft, order, make_reports)
        _write_note(draft, entry, final)
    with display.step("scan"):
        look_for_people(draft, records, [folder, source, *_data_folder(order.pilot, records)], final)
    # The folder of a reader with numbers of its own is a release by itself.
    for place in (*(path for path in draft.iterdir() if path.is_dir()), draft):
        write_completion(place, entry.run_id)
    with put_on_record(read, (*ledger.entries, entry), target):
        publish_draft(draft, target, "ok", False, display)
    hidden = int((final.table["checks"] == "withheld").sum())
    return Released(target, entry.stamp, hidden, tuple(own_readers(final, order.readers)))


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


def make_entry(by: str, pilot: Pilot, records: CaseRecords | None, run_id: str, secret: bytes) -> Entry:
    """The record of a release, with the people behind every number as keyed digests.

    Parameters
    ----------
    by : str
        Who releases.
    pilot : Pilot
    records : CaseRecords or None
    run_id : str
        Of the run.
    secret : bytes
        Of the project.
    """
    facts = {"pilot": pilot.id, "by": by.strip(), "at": datetime.now(TIME_ZONE).isoformat(timespec="seconds")}
    data = digest_of_mapping({} if records is None else dict(records.digests))
    entry = Entry(**facts, run_id=run_id, stamp=keyed(secret, f"{pilot.id} {data}", 8))
    if records is None or not records.participants or "months" not in records.tables:
        return entry
    from werkzorg.release.persons import keyed_sets, keyed_states, person_sets

    use_comparison = records.compared >= records.threshold
    sets = keyed_sets(person_sets(pilot, records.tables, use_comparison=use_comparison), secret)
    states = keyed_states(records.tables, secret)
    everybody = frozenset().union(*sets.values())
    return replace(entry, sets=sets, states={person: states[person] for person in sorted(everybody)})


def checked(
    pilot: Pilot, results: Results, entry: Entry, ledger: Ledger, records: CaseRecords | None, secret: bytes
) -> tuple[Results, Entry]:
    """The table as it may leave beside all earlier releases, and the record of it.

    Raises
    ------
    WerkzorgError
        Code RELEASE, naming the rules and no person.
    """
    threshold = THRESHOLD if records is None else records.threshold
    entry = replace(entry, hidden=hidden_sets(results, entry.sets))
    refuse_beside(entry, ledger, records)
    entry = replace(entry, shown=shown_counts(results, entry))
    persons = len(entry.sets.get("people", ()))
    suppliers: Mapping[str, Mapping[str, frozenset[str]]] = {}
    amounts: Amounts = {}
    few: frozenset[str] = frozenset()
    if persons:
        from werkzorg.release.persons import keyed_amounts, person_amounts, suppliers_of, unnamed_files
        from werkzorg.release.shares import few_shares

        unnamed = unnamed_files(records.files)
        if unnamed:
            raise WerkzorgError(ExitCode.RELEASE, Problem("release.unnamed", values={"files": ", ".join(unnamed)}))
        suppliers = suppliers_of(records.tables, secret, records.files)
        use_comparison = records.compared >= threshold
        amounts = keyed_amounts(person_amounts(pilot, records.tables, use_comparison=use_comparison), secret)
        data = records.reduced(pilot)
        few = frozenset() if data is None else few_shares(data, threshold)
    prices = [str(given["id"]) for given in pilot.parameters if given.get("confidential")]
    final, hidden = final_results(results, entry, ledger.entries, persons, threshold, suppliers, amounts, prices, few)
    if hidden is None:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.derivable"))
    shown = {name: limits for name, limits in entry.shown.items() if name not in hidden}
    return final, replace(entry, hidden=hidden, shown=shown)


def refuse_beside(entry: Entry, ledger: Ledger, records: CaseRecords | None) -> None:
    """Stop when a release may not stand beside those before it.

    Parameters
    ----------
    entry : Entry
    ledger : Ledger
    records : CaseRecords or None
        Know by how many people releases differ at least, and how many there may be in a year.

    Raises
    ------
    WerkzorgError
        Code RELEASE, naming the rules and no person.
    """
    threshold = THRESHOLD if records is None else records.threshold
    answers = None if records is None else records.accountability
    releases = RELEASES_PER_YEAR if answers is None else answers.releases_per_year
    refused = refused_by_ledger(entry, ledger, threshold, releases=releases)
    problems = []
    if set(refused) - {"SDC-24"}:
        rules = ", ".join(name for name in refused if name != "SDC-24")
        problems.append(Problem("release.differs", values={"rules": rules}))
    if "SDC-24" in refused:
        problems.append(Problem("release.budget", values={"most": releases}))
    if problems:
        raise WerkzorgError(ExitCode.RELEASE, *problems)


def _current_results(source: Path, pilot: Pilot, records: CaseRecords | None) -> Results:
    """Results of a run that is whole, that passed its checks, and was made with the data as they are."""
    if not is_complete(source):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.no_results", where=str(source)))
    results = read_results(source)
    # No record, no release (SDC-01): scenarios beside each other, for one, never went through the gate.
    if results.table["checks"].isna().any():
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.no_record", where=str(source)))
    manifest = json.loads((source / MANIFEST).read_text(encoding="utf8"))
    inputs = manifest.get("inputs", {})
    used, rules = ({}, {}) if records is None else (dict(records.digests), records.rules)
    now = {"records": used, "rules": rules, "pilot": pilot.model_dump(mode="json")}
    if any(inputs.get(name) != value for name, value in now.items()):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.outdated", where=str(source)))
    if results.meta["gates_verdict"] == "stop":
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.stopped"))
    undeclared = [s.date.isoformat() for s in pilot.snapshots if not (s.source.publisher or s.source.url)]
    if undeclared and not (records is not None and records.made_up):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.undeclared", values={"dates": ", ".join(undeclared)}))
    private = unpublished(records)
    if private:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.unpublished", values={"files": ", ".join(private)}))
    return results


def unpublished(records: CaseRecords | None) -> list[str]:
    """Files with means and counts that nobody says are public, when there are no people to hold a release against.

    Parameters
    ----------
    records : CaseRecords or None

    Returns
    -------
    list of str
        As declared.
    """
    if records is None or records.made_up or records.participants:
        return []
    return [file.path for file in records.files if file.table in PUBLISHED and file.published is None]


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

    A reader with numbers of its own has a folder of its own: it is for that reader alone.

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

    own = own_readers(final, order.readers)
    everybody = tuple(reader for reader in order.readers if reader not in own)
    parts = [(draft, "all", everybody), *((draft / reader, party, (reader,)) for reader, party in own.items())]
    for folder, party, readers in parts:
        folder.mkdir(exist_ok=True)
        write_results(final.visible_to(party), folder)
        with tempfile.TemporaryDirectory() as apart:
            bare = Path(apart)
            shutil.copyfile(folder / "results.json", bare / "results.json")
            make_reports(bare, bare, readers, order.langs)
            copy_pages(bare, folder)


def own_readers(final: Results, readers: Sequence[str]) -> dict[str, str]:
    """Readers who see numbers that are not for everybody, with their party: what is theirs goes in a folder apart."""
    from werkzorg.reporting.front import PARTY_OF

    named = {name for names in final.table["parties"].dropna() for name in str(names).split("; ")} - {"all"}
    return {reader: PARTY_OF[reader] for reader in readers if PARTY_OF.get(reader) in named}


def copy_pages(made: Path, draft: Path) -> None:
    """Take the pages and nothing else of what the reports left behind."""
    for page in sorted(made.glob("*.html")):
        shutil.copyfile(page, draft / page.name)


def _write_note(draft: Path, entry: Entry, final: Results) -> None:
    rules = sorted({rule for checks in final.table["checks"].dropna() for rule in str(checks).split("; ")})
    note = {
        "class": "vrijgegeven", "pilot": entry.pilot, "by": entry.by, "at": entry.at, "run_id": entry.run_id,
        "stamp": entry.stamp, "rules": rules,
        "apart": sorted(own_readers(final, READERS)), "files": sorted(digests_of_folder(draft)),
    }  # fmt: skip
    write_json(draft / NOTE, note)


def _data_folder(name: str, records: CaseRecords | None) -> list[Path]:
    return [] if records is None else [find_place(name).folder]


def _real_reports(folder: Path, out: Path, readers: Sequence[str], langs: Sequence[str]) -> Mapping[str, Any]:
    from werkzorg.reporting import make_reports

    return make_reports(folder, out, readers, langs)
