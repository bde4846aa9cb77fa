"""Commands that help to decide: what must be paid between parties so that nobody is worse off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from werkzorg.cli_options import DEFAULT_SEED, PilotName, Seed, ShownLang, help_of, progress
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

if TYPE_CHECKING:
    from werkzorg.appraisal.contracts.negotiate import Negotiation


COMMANDS = ("contract",)
"""Commands of this module."""

OPTIONS = ("--probability", "--out")
"""Options that only these commands have, for the suggestion at a misspelt one."""


def register(app: typer.Typer) -> None:
    """Add the command `contract` to the command line."""
    app.command("contract", help=help_of("contract"))(contract)


def contract(
    pilot: PilotName,
    probability: Annotated[float, typer.Option("--probability", help=help_of("probability"), metavar="P")] = 0.8,
    lang: ShownLang = "nl",
    out: Annotated[str | None, typer.Option("--out", help=help_of("contract_out"), metavar="FILE.html")] = None,
    seed: Seed = DEFAULT_SEED,
) -> int:
    """Find the simplest contract under which no party is worse off; the last line is the verdict."""
    from werkzorg.reporting.claim_page import check_page_path
    from werkzorg.reporting.contract_page import write_contract_page
    from werkzorg.run.checks import parse_language, parse_seed
    from werkzorg.run.negotiation import negotiate_pilot, parse_probability
    from werkzorg.run.real import real_steps
    from werkzorg.run.record import own_version

    parse_language(lang)
    target = None if out is None else check_page_path(out)
    chance = parse_probability(probability)
    answer = negotiate_pilot(pilot, chance, parse_seed(seed), real_steps(), progress())
    spoken = language()
    if target is not None:
        name, note = answer.name[spoken], answer.note[spoken]
        write_contract_page(answer.result, name, note, target, spoken, own_version(), answer.stop)
        typer.echo(say("contract.written", spoken, path=target), err=True)
    print_negotiation(answer.result, answer.note[spoken], spoken)
    if answer.stop:
        raise WerkzorgError(ExitCode.STATISTICS, Problem("run.gates_stop"))
    return ExitCode.OK


def print_negotiation(result: Negotiation, note: str, lang: str) -> None:
    """Print tables, proof and claims, and the verdict as the last line, unbroken.

    Parameters
    ----------
    result : Negotiation
    note : str
        In what money the amounts are.
    lang : {"nl", "en"}
    """
    from werkzorg.reporting.contracts import (
        claim_sentences,
        negotiation_tables,
        proof_sentences,
        verdict_sentence,
    )

    console = Console()
    for shown in negotiation_tables(result, lang):
        table = Table(title=Text(shown.title), title_justify="left", box=None, pad_edge=False, header_style="bold")
        for place, column in enumerate(shown.columns):
            table.add_column(Text(column), justify="right" if place else "left", overflow="fold")
        for row in shown.rows:
            table.add_row(*map(Text, row))
        console.print(table)
        console.print()
    console.print(Text(say("contract.title.claims", lang), style="bold"))
    for text in (*claim_sentences(result.claims, lang), "", *proof_sentences(result, lang), note, ""):
        console.print(Text(text))
    typer.echo(verdict_sentence(result, lang))
