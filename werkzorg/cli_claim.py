"""The command that explains a claim about care cost: reads options, calls the rooms, prints. No calculation."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from werkzorg.cli_options import DEFAULT_SEED, Seed, ShownLang, help_of
from werkzorg.errors import ExitCode
from werkzorg.wording import language, say

COMMANDS = ("explain-claim",)

OPTIONS = (
    "--placed", "--change", "--months", "--before", "--after", "--comparison-change", "--comparison", "--randomised",
    "--after-crisis", "--enrolled", "--still-working", "--off-benefit", "--hours", "--diagnosis", "--year",
)  # fmt: skip
"""Options of this command, for the suggestion at a misspelt one."""


def _option(name: str, metavar: str) -> typer.models.OptionInfo:
    return typer.Option(f"--{name}", help=help_of("claim_" + name.replace("-", "_")), metavar=metavar)


def register(app: typer.Typer) -> None:
    """Add the command `explain-claim` to the command line."""
    app.command("explain-claim", help=help_of("explain_claim"))(explain)


def explain(
    placed: Annotated[int, _option("placed", "N")],
    change: Annotated[str | None, _option("change", "%")] = None,
    months: Annotated[int, _option("months", "N")] = 12,
    before: Annotated[str | None, _option("before", "EUR")] = None,
    after: Annotated[str | None, _option("after", "EUR")] = None,
    comparison_change: Annotated[str | None, _option("comparison-change", "%")] = None,
    comparison: Annotated[int | None, _option("comparison", "N")] = None,
    randomised: Annotated[bool, typer.Option("--randomised", help=help_of("claim_randomised"))] = False,
    after_crisis: Annotated[bool, typer.Option("--after-crisis", help=help_of("claim_after_crisis"))] = False,
    enrolled: Annotated[int | None, _option("enrolled", "N")] = None,
    still_working: Annotated[int | None, _option("still-working", "N")] = None,
    off_benefit: Annotated[int | None, _option("off-benefit", "N")] = None,
    hours: Annotated[float | None, _option("hours", "N")] = None,
    diagnosis: Annotated[str, _option("diagnosis", "severe|common|mixed")] = "mixed",
    year: Annotated[int, _option("year", "YEAR")] = 2018,
    lang: ShownLang = "nl",
    out: Annotated[str | None, typer.Option("--out", help=help_of("claim_out"), metavar="FILE.html")] = None,
    seed: Seed = DEFAULT_SEED,
) -> int:
    """Explain a claim: what part of a change in care cost is due to work."""
    from werkzorg.inference.claim import explain_claim
    from werkzorg.inference.claim_input import make_claim, read_euros, read_percentage
    from werkzorg.params import catalogue
    from werkzorg.reporting.claim_page import check_page_path, write_claim_page
    from werkzorg.reporting.claim_terminal import claim_terminal
    from werkzorg.run.checks import parse_language, parse_seed
    from werkzorg.run.record import own_version

    spoken = parse_language(lang)
    target = None if out is None else check_page_path(out)
    percentages = {"change": change, "comparison_change": comparison_change}
    amounts = {"before": before, "after": after}
    claim = make_claim(
        placed=placed, months=months, comparison=comparison, randomised=randomised, after_crisis=after_crisis,
        enrolled=enrolled, still_working=still_working, off_benefit=off_benefit, hours=hours, diagnosis=diagnosis,
        year=year,
        **{name: read_percentage(text, _as_option(name)) for name, text in percentages.items() if text is not None},
        **{name: read_euros(text, _as_option(name), spoken) for name, text in amounts.items() if text is not None},
    )  # fmt: skip
    found = explain_claim(claim, seed=parse_seed(seed))
    Console(soft_wrap=False, highlight=False).print(claim_terminal(found, catalogue(), language()))
    if target is not None:
        written = write_claim_page(found, catalogue(), target, language(), own_version())
        typer.echo(say("claim.written", language(), path=written))
    return ExitCode.OK


def _as_option(name: str) -> str:
    return "--" + name.replace("_", "-")
