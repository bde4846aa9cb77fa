"""The command `werkzorg pool`: reads options, calls the rooms, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from werkzorg.cli_options import DEFAULT_SEED, Seed, ShownLang, help_of, progress
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

COMMANDS = ("pool",)
"""Commands of this module."""


def register(app: typer.Typer) -> None:
    """Add the command `pool` to the command line."""
    app.command("pool", help=help_of("pool"))(pool_command)


def pool_command(
    pilots: Annotated[list[str], typer.Argument(help=help_of("pool_pilots"), metavar="PILOT...")],
    out: Annotated[str | None, typer.Option("--out", help=help_of("pool_out"), metavar="FILE.csv|FILE.json")] = None,
    lang: ShownLang = "nl",
    seed: Seed = DEFAULT_SEED,
) -> int:
    """Pool pilots and predict a new site; code STATISTICS when a check failed."""
    from werkzorg.params import catalogue
    from werkzorg.reporting.pooled import check_table_path, pool_terminal, write_pooled
    from werkzorg.run.checks import parse_language, parse_seed
    from werkzorg.run.pooling import pool_pilots
    from werkzorg.run.real import real_steps

    parse_language(lang)
    target = None if out is None else check_table_path(out)
    made = pool_pilots(pilots, seed=parse_seed(seed), steps=real_steps(), display=progress())
    Console(highlight=False).print(pool_terminal(made.pooled, language()))
    if target is not None:
        typer.echo(say("pool.written", language(), path=write_pooled(made.pooled, catalogue(), target)))
    if made.stopped:
        raise WerkzorgError(ExitCode.STATISTICS, Problem("pool.stopped", values={"names": ", ".join(made.stopped)}))
    if not made.pooled.passed:
        raise WerkzorgError(ExitCode.STATISTICS, Problem("pool.failed"))
    return ExitCode.OK
