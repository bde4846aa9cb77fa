"""The command `werkzorg explore`: reads options, calls the room `run`, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer

from werkzorg.cli_options import DEFAULT_SEED, PilotName, ReportLang, Seed, help_of, progress
from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

COMMANDS = ("explore",)
"""Commands of this module."""

OPTIONS = ("--scenario", "--analyst")
"""Options of this module alone."""


def register(app: typer.Typer) -> None:
    """Add the command `explore` to the command line."""
    app.command("explore", help=help_of("explore"))(explore_scenarios)


def explore_scenarios(
    pilot: PilotName,
    out: Annotated[str | None, typer.Option("--out", help=help_of("out_explore"), metavar="FILE")] = None,
    scenarios: Annotated[
        list[str] | None, typer.Option("--scenario", help=help_of("scenario_explore"), metavar="SCENARIO")
    ] = None,
    analyst: Annotated[str | None, typer.Option("--analyst", help=help_of("analyst_explore"), metavar="NAME")] = None,
    lang: ReportLang = "nl",
    seed: Seed = DEFAULT_SEED,
) -> int:
    """Make the scenario explorer of a pilot: one file that opens without Python."""
    from werkzorg.reporting.numbers import number
    from werkzorg.run.checks import parse_languages, parse_seed
    from werkzorg.run.explore import Exploration, explore
    from werkzorg.run.real import real_steps

    order = Exploration(pilot, tuple(scenarios or ()), out, parse_languages(lang), parse_seed(seed), analyst)
    display = progress()
    made = explore(order, real_steps(), display)
    display.print_times()
    values = {"path": made.path, "size": number(made.size / 1e6, language(), 1)}
    typer.echo(say("explorer.done", language(), draws=number(made.draws, language()), **values))
    return ExitCode.OK
