"""One way to say what is wrong, where, and what to do.

Every mistake a user can make ends in a :class:`WerkzorgError` that holds one or more
:class:`Problem`; the command line prints them and leaves with the error's exit code. Texts come
from the catalogue (`werkzorg/words/errors.yaml`), as ``<identifier>.what`` and ``<identifier>.do``.
A problem never holds a value that was read from case data.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from enum import IntEnum

from werkzorg.wording import language, say

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FULL_TEXTS = (*(f"errno = {number}" for number in sorted(_FULL)), "No space left on device")


class ExitCode(IntEnum):
    """Exit codes of the command line."""

    OK = 0
    INPUT = 2
    PRIVACY = 3
    STATISTICS = 4
    RUN = 5
    RELEASE = 6
    BUSY = 7
    CONFIGURATION = 8


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    identifier : str
        Key in the catalogue without `.what` or `.do`.
    where : str
        File, line, key, sheet, row or column; empty when there is no place.
    values : dict
        Values for the named places of the text. Never personal data.
    """

    identifier: str
    where: str = ""
    values: dict[str, object] = field(default_factory=dict)

    def what(self, lang: str | None = None) -> str:
        """What is wrong, in one sentence."""
        return say(f"{self.identifier}.what", lang or language(), **self.values)

    def do(self, lang: str | None = None) -> str:
        """What to do about it, in one sentence."""
        return say(f"{self.identifier}.do", lang or language(), **self.values)

    def render(self, lang: str | None = None) -> str:
        """Place, what and remedy as one text of at most three lines."""
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what(lang)}\n  -> {self.do(lang)}"


class WerkzorgError(Exception):
    """A mistake that can be explained to the user.

    Parameters
    ----------
    exit_code : ExitCode
        Kind of mistake, see `docs/errors.md`.
    *problems : Problem
        All problems found, in reading order.
    """

    def __init__(self, exit_code: ExitCode, *problems: Problem) -> None:
        self.exit_code = exit_code
        self.problems = problems
        super().__init__("\n".join(problem.render() for problem in problems))

    def render(self, lang: str | None = None) -> str:
        """All problems as text in one language."""
        return "\n".join(problem.render(lang) for problem in self.problems)


def is_full_disk(error: OSError) -> bool:
    """Whether an error means a full disk or a used-up quota; HDF5 tells it only in its text."""
    return error.errno in _FULL or any(text in str(error) for text in _FULL_TEXTS)
