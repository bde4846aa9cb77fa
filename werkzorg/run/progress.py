"""What the user sees of a run: the step that is going on, notices, and the time used."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from werkzorg.wording import language, say


@dataclass
class StepTime:
    """Time of one step, by a clock that does not jump.

    Parameters
    ----------
    step : str
        Identifier of the step.
    seconds : float
        Duration.
    parts : dict
        Seconds of named parts; they need not add up to the whole.
    """

    step: str
    seconds: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)


class Display:
    """Shows a run on a console: live on a terminal, one line per step elsewhere.

    Parameters
    ----------
    console : rich.console.Console
        Where progress goes; the command line gives standard error, so that output can be piped.

    Attributes
    ----------
    folders : tuple of Path
        Where the run writes, for a message about a full disk.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self.times: list[StepTime] = []
        self.folders: tuple[Path, ...] = ()
        self.current = say("run.step.start", language())
        self._live: Progress | None = None

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Keep the live part on the screen for the time of a run."""
        if not self.console.is_terminal:
            yield
            return
        columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as live:
            self._live = live
            try:
                yield
            finally:
                self._live = None

    @contextmanager
    def step(self, name: str) -> Iterator[StepTime]:
        """Name a step while it goes on, and put its time on record."""
        self.current = say(f"run.step.{name}", language())
        taken = StepTime(name)
        self.times.append(taken)
        task = self._live.add_task(escape(self.current), total=1) if self._live else None
        if task is None:
            self.console.print(f"- {escape(self.current)} …", highlight=False)
        begin = time.perf_counter()
        try:
            yield taken
        finally:
            taken.seconds = time.perf_counter() - begin
        if self._live and task is not None:
            self._live.update(task, completed=1)

    def notice(self, identifier: str, **values: object) -> None:
        """Print a sentence of the catalogue."""
        self.tell(say(identifier, language(), **values))

    def tell(self, text: str) -> None:
        """Print plain text."""
        self.console.print(escape(text), highlight=False, soft_wrap=True)

    def print_times(self) -> None:
        """Print the time of every step and of its parts."""
        lang = language()
        table = Table(title=say("run.times", lang), title_justify="left", box=None, show_header=False, pad_edge=False)
        table.add_column()
        table.add_column(justify="right")
        for taken in self.times:
            table.add_row(escape(say(f"run.step.{taken.step}", lang)), seconds_text(taken.seconds, lang))
            for part, seconds in taken.parts.items():
                table.add_row(f"[dim]  {escape(part_label(part, lang))}[/dim]", f"[dim]{seconds_text(seconds, lang)}")
        total = sum(taken.seconds for taken in self.times)
        table.add_row(say("run.times_total", lang), seconds_text(total, lang), style="bold")
        self.console.print(table)


def part_label(part: str, lang: str) -> str:
    """Label of a part of a step."""
    return say(f"run.part.{part}", lang)


def seconds_text(seconds: float, lang: str) -> str:
    """Seconds with one decimal, with the decimal mark of the language."""
    text = f"{seconds:.1f} s"
    return text.replace(".", ",") if lang == "nl" else text
