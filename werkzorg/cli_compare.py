"""The command `werkzorg compare`: reads options, calls the room `run`, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer

from werkzorg.cli_options import DEFAULT_SEED, PilotName, ReportLang, Seed, help_of, progress
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

COMMANDS = ("compare",)
"""Commands of this module."""


def register(app: typer.Typer) -> None:
    """Add the command `compare` to the command line."""
    app.command("compare", help=help_of("compare"))(compare_scenarios)


def compare_scenarios(
    pilot: PilotName,
    scenarios: Annotated[list[str] | None, typer.Argument(help=help_of("scenarios"), metavar="SCENARIO")] = None,
    out: Annotated[str | None, typer.Option("--out", help=help_of("out_compare"), metavar="DIR")] = None,
    lang: ReportLang = "nl",
    seed: Seed = DEFAULT_SEED,
) -> int:
    """Work out scenarios of a pilot and compare them; the last line is the answer."""
    from werkzorg.run.checks import parse_languages, parse_seed
    from werkzorg.run.compare import Comparison, compare
    from werkzorg.run.real import real_steps

    order = Comparison(pilot, tuple(scenarios or ()), out, parse_languages(lang), parse_seed(seed))
    display = progress()
    made = compare(order, real_steps(), display)
    display.print_times()
    if made.outcome.kept:
        display.notice("run.kept", path=made.outcome.kept)
    typer.echo(say("compare.done", language()))
    for report in made.outcome.reports:
        typer.echo(f"  {report}")
    typer.echo(say("run.results_in", language(), path=made.outcome.target))
    typer.echo(made.answer)
    if made.outcome.verdict == "stop":
        raise WerkzorgError(ExitCode.STATISTICS, Problem("run.gates_stop"))
    return ExitCode.OK
