"""The command `werkzorg explore`: reads options, calls the room `run`, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

COMMANDS = ("explore",)
"""Commands of this module."""

OPTIONS = ("--scenario",)
"""Options of this module alone."""


def _help(name: str) -> str:
    return say(f"cli.help.{name}", language())


def register(app: typer.Typer, default_seed: int) -> None:
    """Add the command `explore` to the command line.

    Parameters
    ----------
    app : typer.Typer
    default_seed : int
        Seed when none is given.
    """

    @app.command("explore", help=_help("explore"))
    def explore_scenarios(
        pilot: Annotated[str, typer.Argument(help=_help("pilot"), metavar="PILOT")],
        out: Annotated[str | None, typer.Option("--out", help=_help("out_explore"), metavar="FILE")] = None,
        scenarios: Annotated[
            list[str] | None, typer.Option("--scenario", help=_help("scenario_explore"), metavar="SCENARIO")
        ] = None,
        lang: Annotated[str, typer.Option("--lang", help=_help("lang"), metavar="nl|en|both")] = "nl",
        seed: Annotated[int, typer.Option("--seed", help=_help("seed"), metavar="N")] = default_seed,
    ) -> int:
        """Make the scenario explorer of a pilot: one file that opens without Python."""
        from werkzorg.reporting.numbers import number
        from werkzorg.run.checks import parse_languages, parse_seed
        from werkzorg.run.explore import Exploration, explore
        from werkzorg.run.progress import Display
        from werkzorg.run.real import real_steps

        order = Exploration(pilot, tuple(scenarios or ()), out, parse_languages(lang), parse_seed(seed))
        display = Display(Console(stderr=True))
        made = explore(order, real_steps(), display)
        display.print_times()
        values = {"path": made.path, "size": number(made.size / 1e6, language(), 1)}
        typer.echo(say("explorer.done", language(), draws=number(made.draws, language()), **values))
        return ExitCode.OK
