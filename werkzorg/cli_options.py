"""Arguments and options that several commands share, and where they show their progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from werkzorg.wording import language, say

if TYPE_CHECKING:
    from werkzorg.run.progress import Display

DEFAULT_SEED = 20180629
"""Seed when none is given: any fixed number does; this one is the date of the first counts."""


def help_of(name: str) -> str:
    """Help text of an argument, option or command, in the language of the command line."""
    return say(f"cli.help.{name}", language())


PilotName = Annotated[str, typer.Argument(help=help_of("pilot"), metavar="PILOT")]
ReportLang = Annotated[str, typer.Option("--lang", help=help_of("lang"), metavar="nl|en|both")]
ShownLang = Annotated[str, typer.Option("--lang", help=help_of("lang_show"), metavar="nl|en")]
Seed = Annotated[int, typer.Option("--seed", help=help_of("seed"), metavar="N")]


def progress() -> Display:
    """Display of steps on the standard error, so that the standard output holds answers only."""
    from rich.console import Console

    from werkzorg.run.progress import Display

    return Display(Console(stderr=True))
