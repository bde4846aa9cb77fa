"""The command `werkzorg pool`: reads options, calls the rooms, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

COMMANDS = ("pool",)
"""Commands of this module."""


def _help(name: str) -> str:
    return say(f"cli.help.{name}", language())


def register(app: typer.Typer, default_seed: int) -> None:
    """Add the command `pool` to the command line.

    Parameters
    ----------
    app : typer.Typer
    default_seed : int
        Seed when none is given.
    """

    @app.command("pool", help=_help("pool"))
    def pool_command(
        pilots: Annotated[list[str], typer.Argument(help=_help("pool_pilots"), metavar="PILOT...")],
        out: Annotated[str | None, typer.Option("--out", help=_help("pool_out"), metavar="FILE.csv|FILE.json")] = None,
        lang: Annotated[str, typer.Option("--lang", help=_help("lang_show"), metavar="nl|en")] = "nl",
        seed: Annotated[int, typer.Option("--seed", help=_help("seed"), metavar="N")] = default_seed,
    ) -> int:
        """Pool pilots and predict a new site; code STATISTICS when a check failed."""
        from werkzorg.params import catalogue
        from werkzorg.reporting.pooled import check_table_path, pool_terminal, write_pooled
        from werkzorg.run.checks import parse_language, parse_seed
        from werkzorg.run.pooling import pool_pilots
        from werkzorg.run.progress import Display
        from werkzorg.run.real import real_steps

        parse_language(lang)
        target = None if out is None else check_table_path(out)
        display = Display(Console(stderr=True))
        made = pool_pilots(pilots, seed=parse_seed(seed), steps=real_steps(), display=display)
        Console(highlight=False).print(pool_terminal(made.pooled, language()))
        if target is not None:
            typer.echo(say("pool.written", language(), path=write_pooled(made.pooled, catalogue(), target)))
        if made.stopped:
            raise WerkzorgError(ExitCode.STATISTICS, Problem("pool.stopped", values={"names": ", ".join(made.stopped)}))
        if not made.pooled.passed:
            raise WerkzorgError(ExitCode.STATISTICS, Problem("pool.failed"))
        return ExitCode.OK
