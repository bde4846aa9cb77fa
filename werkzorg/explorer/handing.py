"""To whom a file with draws of case records was given: on record beside the data, before the file is there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from werkzorg.cases.rights import protect, write_private
from werkzorg.errors import ExitCode, Problem, WerkzorgError

BOOK = "verkenners.jsonl"
"""One line per file, the oldest first; for the owner of the data only."""

LONGEST_NAME = 80


@dataclass(frozen=True)
class Handing:
    """A file that was made for somebody.

    Parameters
    ----------
    pilot, analyst : str
        Which pilot, and who may work with the file.
    at : str
        Moment in UTC, ISO 8601.
    file, digest : str
        Name of the file, and SHA-256 of its content.
    draws, seed : int
        Draws in it, and where they come from.
    """

    pilot: str
    analyst: str
    at: str
    file: str
    digest: str
    draws: int
    seed: int


def checked_name(analyst: str | None) -> str:
    """Name of the analyst as it goes into the file and the book.

    Raises
    ------
    WerkzorgError
        Code RELEASE: nobody is named, or not in one short line.
    """
    name = " ".join((analyst or "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise WerkzorgError(ExitCode.RELEASE, Problem("explorer.no_analyst", values={"most": LONGEST_NAME}))
    return name


def handing_of(pilot: str, analyst: str, file: str, page: str, draws: int, seed: int) -> Handing:
    """What the book says about a page that is about to be written."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Handing(pilot, analyst, at, file, hashlib.sha256(page.encode()).hexdigest(), draws, seed)


def note_handing(folder: Path, handing: Handing) -> None:
    """Add a line to the book in a confidential folder; made when it is not there.

    Raises
    ------
    WerkzorgError
        Code RELEASE: it cannot be written, so the file may not be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        protect(folder)
        book = folder / BOOK
        before = book.read_bytes() if book.is_file() else b""
        write_private(book, before + json.dumps(asdict(handing), ensure_ascii=False).encode() + b"\n")
    except OSError:
        raise WerkzorgError(ExitCode.RELEASE, Problem("explorer.no_book", where=folder.name)) from None
