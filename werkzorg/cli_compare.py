"""The command `werkzorg compare`: reads options, calls the room `run`, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

COMMANDS = ("compare",)
"""Commands of this module."""


def _help(name: str) -> str:
    return say(f"cli.help.{name}", language())


def register(app: typer.Typer, default_seed: int) -> None:
    """Add the command `compare` to the command line.

    Parameters
    ----------
    app : typer.Typer
    default_seed : int
        Seed when none is given.
    """

    @app.command("compare", help=_help("compare"))
    def compare_scenarios(
        pilot: Annotated[str, typer.Argument(help=_help("pilot"), metavar="PILOT")],
        scenarios: Annotated[list[str] | None, typer.Argument(help=_help("scenarios"), metavar="SCENARIO")] = None,
        out: Annotated[str | None, typer.Option("--out", help=_help("out_compare"), metavar="DIR")] = None,
        lang: Annotated[str, typer.Option("--lang", help=_help("lang"), metavar="nl|en|both")] = "nl",
        seed: Annotated[int, typer.Option("--seed", help=_help("seed"), metavar="N")] = default_seed,
    ) -> int:
        """Work out scenarios of a pilot and compare them; the last line is the answer."""
        from werkzorg.run.checks import parse_languages, parse_seed
        from werkzorg.run.compare import Comparison, compare
        from werkzorg.run.progress import Display
        from werkzorg.run.real import real_steps

        order = Comparison(pilot, tuple(scenarios or ()), out, parse_languages(lang), parse_seed(seed))
        display = Display(Console(stderr=True))
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
