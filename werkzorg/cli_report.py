"""The command `werkzorg report`: reads options, calls the room `run`, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer

from werkzorg.cli_options import ReportLang, help_of, progress
from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

COMMANDS = ("report",)
"""Commands of this module."""

OPTIONS = ("--to", "--pdf", "--interactive")
"""Options of this module alone."""


def register(app: typer.Typer) -> None:
    """Add the command `report` to the command line."""
    app.command("report", help=help_of("report_command"))(make_handout)


def make_handout(
    source: Annotated[str, typer.Argument(help=help_of("report_source"), metavar="PILOT|DIR")],
    to: Annotated[str, typer.Option("--to", help=help_of("report_to"), metavar="DIR")],
    lang: ReportLang = "nl",
    readers: Annotated[str, typer.Option("--for", help=help_of("for"), metavar="LIST")] = "all",
    pdf: Annotated[bool, typer.Option("--pdf", help=help_of("report_pdf"))] = False,
    interactive: Annotated[bool, typer.Option("--interactive", help=help_of("report_interactive"))] = False,
) -> int:
    """Make the reports of a finished run in a folder to hand out."""
    from werkzorg.reporting.make import make_reports
    from werkzorg.reporting.pdf import export_pdf
    from werkzorg.run.checks import parse_languages, parse_readers
    from werkzorg.run.report import Handout, hand_out

    order = Handout(source, to, parse_languages(lang), parse_readers(readers), pdf, interactive)
    display = progress()
    reports = hand_out(order, make_reports, export_pdf, display)
    display.print_times()
    typer.echo(say("run.done", language()))
    for report in reports:
        typer.echo(f"  {report}")
    return ExitCode.OK
