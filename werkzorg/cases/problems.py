"""What is wrong in case records, and where: file, sheet, column, rows; never a value.

Equal problems of one column are one problem with a count and the first rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

ROWS_SHOWN = 10
"""Rows that a problem names; the others are counted."""

Severity = Literal["stop", "warn"]

GRAVITY = (ExitCode.PRIVACY, ExitCode.INPUT, ExitCode.CONFIGURATION, ExitCode.RUN)
"""Which exit code wins when there are several kinds of problems."""


@dataclass(frozen=True)
class CaseProblem(Problem):
    """A problem with its place in parts, so that reports can sort and group.

    Parameters
    ----------
    identifier, where, values
        As :class:`werkzorg.errors.Problem`; `where` is made from the parts when it is left empty.
    file : str
        File as written in the pilot file.
    sheet : str
        Sheet of a workbook, else empty.
    column : str
        Column as delivered or as in the schema, else empty.
    rows : tuple of int
        First rows of the file (the header is row 1), at most `ROWS_SHOWN`.
    count : int
        Number of rows or cells with this problem; 0 when it is about the file or column as a whole.
    exit_code : ExitCode
        Kind of problem.
    severity : {"stop", "warn"}
        Whether reading fails.
    """

    file: str = ""
    sheet: str = ""
    column: str = ""
    rows: tuple[int, ...] = ()
    count: int = 0
    exit_code: ExitCode = ExitCode.INPUT
    severity: Severity = "stop"

    def __post_init__(self) -> None:
        if not self.where:
            object.__setattr__(self, "where", self.place())

    def place(self, lang: str | None = None) -> str:
        """File, sheet, column and rows as text."""
        lang = lang or language()
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(say("cases.reading.place.sheet", lang, sheet=self.sheet))
        if self.column:
            parts.append(say("cases.reading.place.column", lang, column=self.column))
        if self.rows:
            parts.append(self._row_text(lang))
        return ", ".join(parts)

    def _row_text(self, lang: str) -> str:
        rows = ", ".join(str(row) for row in self.rows)
        more = self.count - len(self.rows)
        kind = "row" if len(self.rows) == 1 and more <= 0 else "rows"
        text = say(f"cases.reading.place.{kind}", lang, rows=rows)
        return text + say("cases.reading.place.more", lang, more=more) if more > 0 else text

    def render(self, lang: str | None = None) -> str:
        """Place, what and remedy in the language asked for."""
        place = self.place(lang) or self.where
        return (
            f"{place}: {self.what(lang)}\n  -> {self.do(lang)}" if place else f"{self.what(lang)}\n  -> {self.do(lang)}"
        )


def from_problem(problem: Problem, exit_code: ExitCode) -> CaseProblem:
    """A problem of another room with its exit code."""
    if isinstance(problem, CaseProblem):
        return problem
    return CaseProblem(problem.identifier, where=problem.where, values=problem.values, exit_code=exit_code)


def from_error(error: WerkzorgError) -> list[CaseProblem]:
    """All problems of an error."""
    return [from_problem(problem, error.exit_code) for problem in error.problems]


def verdict(problems: Iterable[CaseProblem]) -> ExitCode:
    """Exit code of all problems together: privacy before input before configuration before run."""
    codes = {problem.exit_code for problem in problems if problem.severity == "stop"}
    return next((code for code in GRAVITY if code in codes), ExitCode.OK)


def as_error(problems: Sequence[CaseProblem]) -> WerkzorgError:
    """One error with all problems that stop, the gravest kind first."""
    stops = [problem for problem in problems if problem.severity == "stop"]
    stops.sort(key=lambda problem: GRAVITY.index(problem.exit_code) if problem.exit_code in GRAVITY else len(GRAVITY))
    return WerkzorgError(verdict(stops), *stops)


class FileError(Exception):
    """Ends the reading of one file; the other files are still read. Holds problems, never values."""

    def __init__(self, *problems: CaseProblem) -> None:
        self.problems = problems
        super().__init__(", ".join(problem.identifier for problem in problems))
