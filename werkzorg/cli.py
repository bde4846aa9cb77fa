"""Command line: reads options, calls the rooms, prints. No calculation."""

from __future__ import annotations

import difflib
import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from werkzorg import (
    cli_cases,
    cli_claim,
    cli_compare,
    cli_decide,
    cli_explore,
    cli_pool,
    cli_questions,
    cli_release,
    cli_report,
)
from werkzorg.cli_options import DEFAULT_SEED, PilotName, ReportLang, Seed, ShownLang, help_of, progress
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.run.faults import debugging, explain
from werkzorg.wording import language, say

COMMANDS = (
    *("run", "list", "show"),
    *cli_cases.COMMANDS,
    *cli_compare.COMMANDS,
    *cli_decide.COMMANDS,
    *cli_claim.COMMANDS,
    *cli_explore.COMMANDS,
    *cli_pool.COMMANDS,
    *cli_questions.COMMANDS,
    *cli_release.COMMANDS,
    *cli_report.COMMANDS,
)
OPTIONS = (
    *("--out", "--lang", "--for", "--seed", "--inhabitants", "--version", "--help"),
    *cli_cases.OPTIONS,
    *cli_decide.OPTIONS,
    *cli_claim.OPTIONS,
    *cli_explore.OPTIONS,
    *cli_questions.OPTIONS,
    *cli_release.OPTIONS,
    *cli_report.OPTIONS,
)

LANGUAGE_NAME = "WERKZORG_LANG"
"""Environment variable that holds the language of messages."""

app = typer.Typer(
    help=say("cli.help", language()),
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from werkzorg.run.record import own_version

        typer.echo(f"werkzorg {own_version()}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", help=help_of("version"), callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command("run", help=help_of("run"))
def run_pilot(
    pilot: PilotName,
    out: Annotated[str | None, typer.Option("--out", help=help_of("out"), metavar="DIR")] = None,
    lang: ReportLang = "nl",
    readers: Annotated[str, typer.Option("--for", help=help_of("for"), metavar="LIST")] = "all",
    seed: Seed = DEFAULT_SEED,
    inhabitants: Annotated[int | None, typer.Option("--inhabitants", help=help_of("inhabitants"), metavar="N")] = None,
    confirm_place: Annotated[bool, typer.Option("--confirm-place", help=help_of("confirm_place"))] = False,
) -> int:
    """Evaluate a pilot and make the reports."""
    from werkzorg.run.checks import parse_inhabitants, parse_languages, parse_readers, parse_seed
    from werkzorg.run.real import real_steps
    from werkzorg.run.runner import Order, run

    order = Order(pilot, out, parse_languages(lang), parse_readers(readers), parse_seed(seed))
    display = progress()
    steps = real_steps(confirmed=confirm_place, inhabitants=parse_inhabitants(inhabitants))
    outcome = run(order, steps, display)
    display.print_times()
    if outcome.kept:
        display.notice("run.kept", path=outcome.kept)
    if outcome.reports:
        typer.echo(say("run.done", language()))
        for report in outcome.reports:
            typer.echo(f"  {report}")
        typer.echo(say("run.results_in", language(), path=outcome.target))
    else:
        typer.echo(say("run.done_without_reports", language(), path=outcome.target))
    if outcome.verdict == "stop":
        raise WerkzorgError(ExitCode.STATISTICS, Problem("run.gates_stop"))
    return ExitCode.OK


@app.command("list", help=help_of("list"))
def list_pilots(lang: ShownLang = "nl") -> int:
    """List the pilots that come with the package."""
    from werkzorg.run.checks import parse_language
    from werkzorg.run.show import pilot_table

    parse_language(lang)
    _print(pilot_table(language()))
    return ExitCode.OK


@app.command("show", help=help_of("show"))
def show(
    name: Annotated[str, typer.Argument(help=help_of("name"), metavar="PILOT|PARAMETER")],
    lang: ShownLang = "nl",
) -> int:
    """Show a pilot or a parameter."""
    from werkzorg.run.checks import parse_language
    from werkzorg.run.show import describe

    parse_language(lang)
    _print(describe(name, language()))
    return ExitCode.OK


cli_cases.register(app)
cli_compare.register(app)
cli_decide.register(app)
cli_claim.register(app)
cli_explore.register(app)
cli_pool.register(app)
cli_questions.register(app)
cli_release.register(app)
cli_report.register(app)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the command `werkzorg`; leaves with an exit code of `docs/errors.md`."""
    sys.exit(int(execute(sys.argv[1:] if arguments is None else arguments)))


def execute(arguments: list[str]) -> int:
    """Carry out one command and give its exit code; every fault ends as one message on standard error.

    Parameters
    ----------
    arguments : list of str
        What stands behind `werkzorg` on the command line.
    """
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character must not end a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    before = os.environ.get(LANGUAGE_NAME)
    _choose_language(arguments)
    try:
        return app(args=arguments or ["--help"], prog_name="werkzorg", standalone_mode=False) or ExitCode.OK
    except BaseException as error:
        if isinstance(error, SystemExit):
            return error.code if isinstance(error.code, int) else ExitCode.RUN
        problem = _usage(error, arguments) if hasattr(error, "format_message") else _explain(error)
        sys.stderr.write(problem.render() + "\n")
        return problem.exit_code
    finally:
        # Whoever calls this from Python keeps the language of before.
        if before is None:
            os.environ.pop(LANGUAGE_NAME, None)
        else:
            os.environ[LANGUAGE_NAME] = before


def _explain(error: BaseException) -> WerkzorgError:
    from werkzorg.run.cache import cache_folder

    return explain(error, say("run.step.start", language()), cache_folder() / "log" if debugging() else None)


def _choose_language(arguments: list[str]) -> None:
    """Let `--lang en` and `--lang nl` choose the language of messages too, also of those about wrong options."""
    for index, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or (arguments[index + 1] if index + 1 < len(arguments) else "")
            if value in ("nl", "en"):
                os.environ[LANGUAGE_NAME] = value


def _usage(error: BaseException, arguments: list[str]) -> WerkzorgError:
    """Message about a command line that cannot be read, with the nearest name when there is one."""
    kind = type(error).__name__
    lang = language()
    name, known = "", ()
    if kind == "NoSuchOption":
        name, known, reason = getattr(error, "option_name", ""), OPTIONS, "unknown_option"
    elif arguments and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        name, known, reason = arguments[0], COMMANDS, "unknown_command"
    elif kind == "MissingParameter":
        name, reason = "/".join(_names(error)), "missing"
    elif kind == "BadParameter":
        name, reason = "/".join(_names(error)), "bad_value"
    else:
        reason = "other"
    message = say(f"cli.usage.{reason}", lang, name=name)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        problem = Problem("cli.usage_near", values={"message": message, "nearest": near[0]})
    else:
        problem = Problem("cli.usage", values={"message": message})
    return WerkzorgError(ExitCode.CONFIGURATION, problem)


def _names(error: BaseException) -> list[str]:
    """Name of the option or argument that a usage error is about."""
    parameter = getattr(error, "param", None)
    names = getattr(parameter, "opts", None) or []
    metavar = getattr(parameter, "metavar", None)
    return [name for name in names if name.startswith("-")] or [metavar or "?"]


def _print(shown: object) -> None:
    Console(soft_wrap=False).print(shown)
