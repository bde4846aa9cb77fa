"""Commands on case records: read options, call the rooms, print. No calculation."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from werkzorg.cli_options import PilotName, ShownLang, help_of
from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

ConfirmPlace = Annotated[bool, typer.Option("--confirm-place", help=help_of("confirm_place"))]


def check_pilot(
    pilot: PilotName,
    report: Annotated[str | None, typer.Option("--report", help=help_of("report"), metavar="FILE")] = None,
    lang: ShownLang = "nl",
    confirm_place: ConfirmPlace = False,
) -> int:
    """Check a pilot and its data."""
    from werkzorg.cases.check import check
    from werkzorg.cases.report import write_report
    from werkzorg.run.checks import parse_language
    from werkzorg.run.outdated import outdated_results

    parse_language(lang)
    found = check(pilot, confirmed=confirm_place)
    if found.exit_code == ExitCode.OK:
        _check_practice(pilot)
    typer.echo(found.render())
    if found.folder is not None and found.pilot_id:
        path = outdated_results(found.pilot_id, found.folder)
        if path is not None:
            typer.echo(say("cases.check.outdated", language(), path=path))
    if report is not None:
        written = write_report(found.reading, report, language(), found.summary)
        typer.echo(say("cases.check.report", language(), path=written))
    return found.exit_code


def _check_practice(name: str) -> None:
    """Read the files of a survey or of flows that stand beside a pilot; every mistake in them is told at once."""
    from werkzorg.params.pilots import load_pilot

    pilot = load_pilot(name)
    if pilot.survey is not None or pilot.flows is not None:
        from werkzorg.release.practices import check_files

        check_files(pilot)


def link_forms(
    ggz: Annotated[str, typer.Argument(help=help_of("ggz"), metavar="GGZ")],
    wi: Annotated[str, typer.Argument(help=help_of("wi"), metavar="WI")],
    insurer: Annotated[str | None, typer.Argument(help=help_of("insurer"), metavar="INSURER")] = None,
    out: Annotated[str, typer.Option("--out", help=help_of("link_out"), metavar="FOLDER")] = ...,
    pilot: Annotated[str | None, typer.Option("--pilot", help=help_of("link_pilot"), metavar="PILOT")] = None,
    lang: ShownLang = "nl",
    confirm_place: ConfirmPlace = False,
) -> int:
    """Join the forms of two suppliers."""
    from werkzorg.cases.link_files import link_files
    from werkzorg.run.checks import parse_language

    parse_language(lang)
    typer.echo(link_files(ggz, wi, insurer, out=out, pilot=pilot, confirmed=confirm_place).render())
    return ExitCode.OK


def new_pilot(
    name: Annotated[str, typer.Argument(help=help_of("new_name"), metavar="PILOT")],
    out: Annotated[str | None, typer.Option("--out", help=help_of("new_out"), metavar="FOLDER")] = None,
    start: Annotated[
        datetime | None, typer.Option("--start", help=help_of("start"), metavar="DATE", formats=["%Y-%m-%d"])
    ] = None,
    counts: Annotated[bool, typer.Option("--counts", help=help_of("counts"))] = False,
    lang: Annotated[str, typer.Option("--lang", help=help_of("lang_new"), metavar="nl|en")] = "nl",
) -> int:
    """Make a folder for a new pilot."""
    from werkzorg.cases.new import new
    from werkzorg.run.checks import parse_language

    first = start.date() if start else None
    made = new(name, out or name, lang=parse_language(lang), start=first, only_counts=counts)
    typer.echo(made.render())
    return ExitCode.OK


def simulate_pilot(
    folder: Annotated[str, typer.Argument(help=help_of("folder"), metavar="FOLDER")],
    cases: Annotated[int, typer.Option("--cases", help=help_of("cases"), metavar="N")] = 40,
    comparison: Annotated[int, typer.Option("--comparison", help=help_of("comparison"), metavar="N")] = 0,
    months: Annotated[int, typer.Option("--months", help=help_of("months"), metavar="N")] = 36,
    seed: Annotated[int, typer.Option("--seed", help=help_of("seed"), metavar="N")] = 1,
    name: Annotated[str, typer.Option("--name", help=help_of("simulated_name"), metavar="NAME")] = "verzonnen",
    form: Annotated[str, typer.Option("--form", help=help_of("form"), metavar="csv|parquet")] = "csv",
    lang: ShownLang = "nl",
) -> int:
    """Make a folder with a made-up pilot."""
    from werkzorg.cases.simulate import simulate
    from werkzorg.run.checks import parse_language

    parse_language(lang)
    made = simulate(folder, cases=cases, comparison=comparison, months=months, seed=seed, name=name, form=form)
    typer.echo(made.render())
    return ExitCode.OK


def clean_data(
    pilot: PilotName,
    remove: Annotated[bool, typer.Option("--remove", help=help_of("remove"))] = False,
    early: Annotated[bool, typer.Option("--early", help=help_of("early"))] = False,
    lang: ShownLang = "nl",
) -> int:
    """List or remove data whose time is over."""
    from werkzorg.cases.removal import clean_pilot, tell_cleaned
    from werkzorg.run.checks import parse_language

    parse_language(lang)
    done = clean_pilot(pilot, remove=remove, early=early)
    typer.echo(tell_cleaned(done, early=early))
    if done.removed:
        _remove_case_sums(pilot)
    return ExitCode.OK


def forget_person(
    pseudonym: Annotated[str, typer.Argument(help=help_of("pseudonym"), metavar="PSEUDONYM")],
    pilot: Annotated[str, typer.Option("--pilot", help=help_of("of_pilot"), metavar="PILOT")],
    lang: ShownLang = "nl",
) -> int:
    """Take a person who withdrew out of the data."""
    from werkzorg.cases.removal import forget_in_pilot, tell_forgotten
    from werkzorg.run.checks import parse_language

    parse_language(lang)
    wanted = sys.stdin.readline() if pseudonym == "-" else pseudonym
    typer.echo(tell_forgotten(forget_in_pilot(wanted, pilot)))
    _remove_case_sums(pilot)
    return ExitCode.OK


def _remove_case_sums(pilot: str) -> None:
    """What earlier results hold per person goes with the data it was made of."""
    from werkzorg.params.pilots import load_pilot
    from werkzorg.run.outdated import remove_case_sums

    path = remove_case_sums(load_pilot(pilot).id)
    if path is not None:
        typer.echo(say("run.case_sums_removed", language(), path=path))


COMMANDS = {
    "check": check_pilot,
    "link": link_forms,
    "new": new_pilot,
    "simulate": simulate_pilot,
    "clean": clean_data,
    "forget": forget_person,
}
"""Commands of this module by name."""

OPTIONS = (
    "--report", "--confirm-place", "--pilot", "--start", "--counts", "--cases", "--comparison", "--months", "--name",
    "--form", "--remove", "--early",
)  # fmt: skip
"""Options that only these commands have, for the suggestion at a misspelt one."""


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for name, command in COMMANDS.items():
        app.command(name, help=help_of(name))(command)
