"""The commands `release` and `scan`: read options, call the room `run`, print. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer

from werkzorg.cli_options import PilotName, ReportLang, ShownLang, help_of, progress
from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

COMMANDS = ("release", "scan")
"""Commands of this module."""

OPTIONS = ("--by", "--results", "--recall")
"""Options that only these commands have, for the suggestion at a misspelt one."""

ConfirmPlace = Annotated[bool, typer.Option("--confirm-place", help=help_of("confirm_place"))]


def register(app: typer.Typer) -> None:
    """Add the commands `release` and `scan` to the command line."""
    app.command("release", help=help_of("release"))(release_results)
    app.command("scan", help=help_of("scan"))(scan_released)


def release_results(
    pilot: PilotName,
    by: Annotated[str, typer.Option("--by", help=help_of("release_by"), metavar="NAME")],
    results: Annotated[str | None, typer.Option("--results", help=help_of("release_results"), metavar="DIR")] = None,
    out: Annotated[str | None, typer.Option("--out", help=help_of("release_out"), metavar="DIR")] = None,
    lang: ReportLang = "nl",
    recall: Annotated[bool, typer.Option("--recall", help=help_of("release_recall"))] = False,
    confirm_place: ConfirmPlace = False,
) -> int:
    """Check, round and release the results of a pilot."""
    from werkzorg.run.checks import parse_languages
    from werkzorg.run.releasing import ReleaseOrder, release_pilot

    order = ReleaseOrder(
        pilot, by, results, out, parse_languages(lang), recall=recall, confirmed=confirm_place
    )  # fmt: skip
    made = release_pilot(order, progress())
    typer.echo(say("release.done", language(), path=made.target))
    for folder in made.apart:
        typer.echo(say("release.apart", language(), folder=made.target / folder, reader=folder))
    typer.echo(say("release.stamp", language(), stamp=made.stamp, withheld=made.withheld))
    return ExitCode.OK


def scan_released(
    folder: Annotated[str, typer.Argument(help=help_of("scan_folder"), metavar="DIR")],
    pilot: Annotated[str | None, typer.Option("--pilot", help=help_of("scan_pilot"), metavar="PILOT")] = None,
    lang: ShownLang = "nl",
    confirm_place: ConfirmPlace = False,
) -> int:
    """Look through a folder for people; code PRIVACY when there is anything."""
    from werkzorg.run.checks import parse_language
    from werkzorg.run.scanning import scan_pilot_folder

    parse_language(lang)
    scanned, with_records = scan_pilot_folder(folder, pilot, confirmed=confirm_place)
    if not with_records:
        typer.echo(say("release.scan.no_records", language()))
    typer.echo(say("release.scan.clean", language(), files=scanned.files, layers=scanned.layers))
    if scanned.given:
        typer.echo("\n".join([say("release.scan.given", language()), *(f"  {name}" for name in scanned.given)]))
    return ExitCode.OK
