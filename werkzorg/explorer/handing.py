"""For whom a file with draws of case records is: one named analyst."""

from __future__ import annotations

from werkzorg.errors import ExitCode, Problem, WerkzorgError

LONGEST_NAME = 80


def checked_name(analyst: str | None) -> str:
    """Name of the analyst as it goes into the file and the ledger.

    Raises
    ------
    WerkzorgError
        Code RELEASE: nobody is named, or not in one short line.
    """
    name = " ".join((analyst or "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise WerkzorgError(ExitCode.RELEASE, Problem("explorer.no_analyst", values={"most": LONGEST_NAME}))
    return name
