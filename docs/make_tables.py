"""Write the generated tables into the documents: `python docs/make_tables.py`.

A block stands between `<!-- generated: NAME -->` and `<!-- end -->`; a test sees when one is out of date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import werkzorg
from werkzorg.appraisal.appraise import APPRAISAL
from werkzorg.contract import Contract
from werkzorg.errors import ExitCode
from werkzorg.ledger.settlement import LEDGER
from werkzorg.projection.trajectory import TRAJECTORY
from werkzorg.wording import say

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("employed", "reach", "survey", "flows", "client_manager")
"""Keys of a pilot that add something to its report."""

CONTRACTS = (TRAJECTORY, LEDGER, APPRAISAL)
OPTIONS = (
    ("run", "--out DIR", "out"),
    ("run", "--lang nl\\|en\\|both", "lang"),
    ("run", "--for LIST", "for"),
    ("run", "--seed N", "seed"),
    ("run", "--inhabitants N", "inhabitants"),
    ("check", "--report FILE", "report"),
    ("run, check, link, release, scan", "--confirm-place", "confirm_place"),
    ("release", "--by NAME", "release_by"),
    ("release", "--results DIR", "release_results"),
    ("release", "--out DIR", "release_out"),
    ("release", "--recall", "release_recall"),
    ("scan", "--pilot PILOT", "scan_pilot"),
    ("link", "--out FOLDER", "link_out"),
    ("link", "--pilot PILOT", "link_pilot"),
    ("new", "--out FOLDER", "new_out"),
    ("new", "--counts", "counts"),
    ("new", "--start DATE", "start"),
    ("simulate", "--cases N", "cases"),
    ("simulate", "--comparison N", "comparison"),
    ("simulate", "--months N", "months"),
    ("simulate", "--seed N", "seed"),
    ("simulate", "--name NAME", "simulated_name"),
    ("simulate", "--form csv\\|parquet", "form"),
    ("clean", "--remove", "remove"),
    ("clean", "--early", "early"),
    ("forget", "--pilot PILOT", "of_pilot"),
    ("compare", "--out DIR", "out_compare"),
    ("compare, explore", "--lang nl\\|en\\|both", "lang"),
    ("compare, explore, contract, pool, explain-claim", "--seed N", "seed"),
    ("report", "--to DIR", "report_to"),
    ("report", "--for LIST", "for"),
    ("report", "--lang nl\\|en\\|both", "lang"),
    ("report", "--pdf", "report_pdf"),
    ("report", "--interactive", "report_interactive"),
    ("pool", "--out FILE.csv\\|FILE.json", "pool_out"),
    ("explore", "--out FILE", "out_explore"),
    ("explore", "--scenario SCENARIO", "scenario_explore"),
    ("explore", "--analyst NAME", "analyst_explore"),
    ("questions", "--out FILE.html\\|FILE.xlsx", "questions_out"),
    ("contract", "--probability P", "probability"),
    ("contract", "--out FILE.html", "contract_out"),
    *(
        ("explain-claim", f"--{name} {form}".strip(), "claim_" + name.replace("-", "_"))
        for name, form in (
            *(("placed", "N"), ("change", "%"), ("months", "N"), ("before", "EUR"), ("after", "EUR")),
            *(("comparison-change", "%"), ("comparison", "N"), ("randomised", ""), ("after-crisis", "")),
            *(("enrolled", "N"), ("still-working", "N"), ("off-benefit", "N"), ("hours", "N")),
            *(("diagnosis", "severe\\|common\\|mixed"), ("year", "YEAR"), ("out", "FILE.html")),
        )
    ),
    ("all but run, report, compare and explore", "--lang nl\\|en", "lang_show"),
    ("", "--version", "version"),
)
"""Command, option, and the word of the catalogue that explains it."""


def contracts_table() -> str:
    """Every promised variable of every step, with dims and unit."""
    lines = ["| structure | variable | dims | unit |", "|:--|:--|:--|:--|"]
    lines += [line for contract in CONTRACTS for line in _lines(contract)]
    return "\n".join(lines)


def _lines(contract: Contract) -> list[str]:
    return [
        f"| {contract.name} | `{name}` | {', '.join(dims)} | {unit} |"
        for name, (dims, unit) in contract.variables.items()
    ]


def labels_table() -> str:
    """Labels that the contracts fix along their dims."""
    found = {dim: labels for contract in CONTRACTS for dim, labels in contract.coordinates.items()}
    lines = ["| dim | labels |", "|:--|:--|"]
    return "\n".join(lines + [f"| `{dim}` | {', '.join(map(str, labels))} |" for dim, labels in found.items()])


def options_table() -> str:
    """Options of the command line."""
    lines = ["| command | option | meaning |", "|:--|:--|:--|"]
    lines += [f"| {name} | `{option}` | {say(f'cli.help.{word}', 'en')} |" for name, option, word in OPTIONS]
    return "\n".join(lines)


def codes_line() -> str:
    """Exit codes in one line."""
    codes = ", ".join(f"{code.value} {code.name.lower()}" for code in ExitCode)
    return f"Exit codes: {codes}; see [docs/errors.md](docs/errors.md)."


def counts_line() -> str:
    """The published counts of the shipped pilot."""
    last = werkzorg.load_pilot("drechtsteden").last_snapshot
    return (
        f"The example that comes with it is *Werk is de beste zorg* in the Drechtsteden. All that was published are "
        f"the counts of {last.date.day} {last.date:%B %Y}: {last.enrolled} people enrolled, {last.working} at work, "
        f"{last.applying} applying, {last.in_mediation} in mediation."
    )


def calibration_line() -> str:
    """What the certificate of calibration says, in one sentence."""
    # From the top, where Python finds the benchmarks, only when the block is made.
    from benchmarks.calibration.page import summary_line

    return summary_line(json.loads((ROOT / "params" / "calibration" / "certificate.json").read_text(encoding="utf8")))


def practices_table() -> str:
    """Every shipped pilot: what it is, about how many people, what it rests on, what its report adds."""
    lines = ["| practice | what it is | people | rests on | its report adds |", "|:--|:--|--:|:--|:--|"]
    for name in werkzorg.pilot_names():
        pilot = werkzorg.load_pilot(name)
        basis = "case records" if pilot.data is not None else "prior knowledge" if not pilot.snapshots else "counts"
        adds = [say(f"practice.adds.{part}", "en") for part in PARTS if getattr(pilot, part) is not None]
        lines.append(
            f"| `{name}` | {pilot.name.en} | {pilot.participants_planned:,} | {basis} | {', '.join(adds) or '-'} |"
        )
    return "\n".join(lines)


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {
        "counts": counts_line,
        "practices": practices_table,
        "options": options_table,
        "codes": codes_line,
        "calibration": calibration_line,
    },
    "docs/architecture.md": {"contracts": contracts_table, "labels": labels_table},
}
"""Document -> block -> maker."""


def fill(text: str, makers: dict[str, Callable[[], str]]) -> str:
    """The text with each of its blocks made anew; a block that is missing is an error."""
    for name, make in makers.items():
        pattern = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        block = make()
        text, found = pattern.subn(lambda match, block=block: f"{match[1]}{block}\n{match[2]}", text)
        if found != 1:
            raise ValueError(f"block {name} stands {found} times in the text")
    return text


def main() -> None:
    """Write all blocks."""
    for name, makers in BLOCKS.items():
        path = ROOT / name
        path.write_text(fill(path.read_text(encoding="utf8"), makers), encoding="utf8")


if __name__ == "__main__":
    main()
