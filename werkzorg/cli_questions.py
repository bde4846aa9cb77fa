"""The command `werkzorg questions`: reads options, calls the rooms, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer

from werkzorg.cli_options import ShownLang, help_of
from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

COMMANDS = ("questions",)
"""Commands of this module."""

OPTIONS: tuple[str, ...] = ()
"""Options of this module alone."""


def register(app: typer.Typer) -> None:
    """Add the command `questions` to the command line."""
    app.command("questions", help=help_of("questions"))(bundle)


def bundle(
    file: Annotated[str, typer.Argument(help=help_of("questions_file"), metavar="FILE")],
    lang: ShownLang = "nl",
    out: Annotated[
        str | None, typer.Option("--out", help=help_of("questions_out"), metavar="FILE.html|FILE.xlsx")
    ] = None,
) -> int:
    """Bundle questions of clients by theme, region, channel and month."""
    from werkzorg.cases.questions import bundle_questions
    from werkzorg.reporting.questions_page import check_target, findings, rules, write_questions
    from werkzorg.run.checks import parse_language
    from werkzorg.run.record import own_version

    parse_language(lang)
    target = None if out is None else check_target(out)
    found = bundle_questions(file)
    for line in (*findings(found, language()), "", *rules(found, language())):
        typer.echo(line)
    if target is not None:
        written = write_questions(found, target, language(), own_version())
        typer.echo(say("questions.written", language(), path=written))
    return ExitCode.OK
