"""First on record, then for anybody to see: what left stands in the ledger, and what never appeared does not.

A release is written in the ledger with the place where it is about to appear, and appears by one rename. Whoever kills
the program in between leaves an entry and a draft; the next command that writes in the ledger sees from the two
whether anybody could have seen the release, and takes out of the ledger what nobody could.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from werkzorg.cases.release_ledger import Entry, Ledger, alone, read_ledger, write_ledger
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.run.faults import uninterrupted
from werkzorg.run.publish import draft_of
from werkzorg.run.record import digest_of_file

NOTE = "UITGIFTE.json"
"""What was released by whom, and under which rules; stands with what left."""


def settled_ledger(folder: Path) -> Ledger:
    """The ledger, after putting right what was killed on its way. Call it with the ledger held (`alone`).

    Parameters
    ----------
    folder : Path
        Confidential zone.
    """
    ledger = read_ledger(folder)
    found = [entry if entry.coming is None else _settled(entry) for entry in ledger.entries]
    entries = tuple(entry for entry in found if entry is not None)
    if entries == ledger.entries:
        return ledger
    settled = Ledger(ledger.folder, entries, ledger.events)
    write_ledger(settled)
    return settled


@contextlib.contextmanager
def put_on_record(read: Ledger, entries: tuple[Entry, ...], coming: Path | None = None) -> Iterator[None]:
    """Write releases in the ledger and hold it while the last of them appears; take that out when it does not.

    Parameters
    ----------
    read : Ledger
        What the releases were held against.
    entries : tuple of Entry
        All that is on record from now on; the last one is new.
    coming : Path, optional
        Folder or file that is about to appear; its draft is there already. None for what is shown in a notebook.

    Raises
    ------
    WerkzorgError
        Code BUSY when the ledger is no longer what the release was held against.
    """
    with alone(read.folder):
        now = read_ledger(read.folder)
        if [vars(entry) for entry in now.entries] != [vars(entry) for entry in read.entries]:
            raise WerkzorgError(ExitCode.BUSY, Problem("release.meanwhile"))
        *before, new = entries
        write_ledger(Ledger(read.folder, (*before, replace(new, coming=coming and str(coming.absolute()))), now.events))
        try:
            yield
        finally:
            # What cannot be written now, the next command puts right: until then the release counts as one that left.
            with uninterrupted(), contextlib.suppress(OSError):
                settled_ledger(read.folder)


def refuse_unrecorded(target: Path, ledger: Ledger) -> None:
    """Stop when the ledger does not hold the release that stands where the new one will: it is not the one it was.

    Parameters
    ----------
    target : Path
    ledger : Ledger

    Raises
    ------
    WerkzorgError
        Code RELEASE.
    """
    facts = _facts_in(target)
    if facts is not None and facts not in [entry.facts for entry in ledger.entries]:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.not_on_record", where=str(target)))


def _settled(entry: Entry) -> Entry | None:
    """An entry that was on its way: as released, unless its draft still waits and nothing of it is where it would be.

    Without a draft nobody can tell whether the release was there and was taken away; then it counts.
    """
    place, is_of = Path(str(entry.coming)), _page_is_of if entry.given else _folder_is_of
    draft = draft_of(place)
    if is_of(place, entry) or not is_of(draft, entry):
        return replace(entry, coming=None)
    if entry.given:
        draft.unlink(missing_ok=True)
    return None


def _folder_is_of(folder: Path, entry: Entry) -> bool:
    return _facts_in(folder) == entry.facts


def _page_is_of(page: Path, entry: Entry) -> bool:
    return page.is_file() and digest_of_file(page) == entry.given["digest"]


def _facts_in(folder: Path) -> dict[str, str] | None:
    """What the note in a folder with a release says that it is; None without one."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf8"))
        return {name: str(note[name]) for name in ("pilot", "by", "at", "run_id", "stamp")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
