"""The page `docs/calibration.md`, written from the certificate alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.calibration import wrong
from benchmarks.calibration.cells import KINDS
from benchmarks.calibration.judge import INTERVALS, band

PAGE = Path(__file__).resolve().parents[2] / "docs" / "calibration.md"

HEAD = """# Calibration

*Written by `python -m benchmarks.calibration --report` from `params/calibration/certificate.json`; do not edit.*

How do you know that an 80% interval is one? By making up pilots of which the true answer is known, giving their data
to the model, and counting how often its intervals hold that answer.

One cell, by anybody, in some minutes:

```
python -m benchmarks.calibration --cell counts-n40-zero30-placed50 --sets 50
```

`--minutes 60 --workers 2` goes on with all cells where the last run stopped, `--wrong` with the worlds that break the
model, `--report` makes this page.

## How

- **Truth.** Each data set draws every uncertain parameter from the prior of its cell. A cell shifts the priors of the
  chance of work and of leaving care, for generator and model alike: a right model is exactly as often right as it says.
- **Made-up people** live person by person and month by month as [model.md](model.md) says
  (`benchmarks/calibration/generator.py`), written from that document and sharing no code with the model.
- **Data**: one count after a year (`counts`); share at work and mean GGZ cost per half year, 24 months (`aggregates`);
  case records of 24 months (`records`); with or without a comparison group of the same size.
- **Fit**: `first_answer`, with as many draws as 300 that count in full take; when ten times the usual number is not
  enough, the full sampler. Then projection, ledger and appraisal as in a run.
- **Judged**: the rank of the truth among 199 draws, of parameters and of what reports say: net result per party after
  one, two and five years, more months of work, shares of the causes of a change in care cost, the number placed. The
  truth of a reported number is what the projection makes of the true parameters; the number placed comes from the
  made-up people.
- **Bands**: 99% of the binomial distribution. Over all cells of a kind together, a failure is what a right model shows
  in fewer than 1 in 100 certificates. Rank plots have bands that hold at all points together (99%).
"""

LEFT_OUT = """## What this does not test

- Records without jobs, hours, wages, bijstand paid and questionnaires: what is not delivered stays prior. Ranks of
  these parameters, which are settled one by one, are tested in `tests/inference/test_single_calibration.py`.
- Support that ends within the follow-up: the likelihood of records takes whoever is recorded as `left` to have left by
  choice, so in these cells support lasts as long as the data.
- The level of cost at the start is drawn with the prices of the institution, not from the prior of `care.level`.
- `werkzorg simulate` makes richer worlds than the model knows: `tests/inference/test_record_recovery.py` holds what the
  model finds there.
"""


def write_page(certificate: Mapping[str, dict], path: Path = PAGE) -> Path:
    """Write the page."""
    path.write_text(page_text(certificate), encoding="utf8")
    return path


def page_text(certificate: Mapping[str, dict]) -> str:
    """The whole page."""
    parts = [HEAD, _verdict(certificate), *_pooled(certificate), _gains(certificate), _cells(certificate)]
    return "\n".join([*parts, _limits(certificate), LEFT_OUT])


def summary_line(certificate: Mapping[str, dict]) -> str:
    """The outcome in a few sentences, for README."""
    facts = certificate["summary"]
    off = f"{len(facts['failures'])} of {facts['pooled']:,} comparisons"
    held = f"intervals were right more or less often than chance allows in {off}, named in the certificate"
    if facts["passed"]:
        so_far = "" if facts["complete"] == facts["cells"] else "so far "
        held = f"{so_far}no interval was right more or less often than chance allows"
    elif not facts["pooled"]:
        held = "too few to say anything"
    return (
        f"On {certificate['date']} the model (`{certificate['code']}`) was held against {facts['sets']:,} made-up\n"
        f"pilots of which the truth was known, in {facts['started']} of {facts['cells']} kinds of pilots, "
        f"{facts['complete']} of them with the full {certificate['wanted']}:\n{held}."
    )


def _verdict(certificate: Mapping[str, dict]) -> str:
    facts = certificate["summary"]
    plots = [entry for quantities in certificate["pooled"].values() for entry in quantities.values()]
    outside = [entry for entry in plots if not entry["in_band"]]
    lines = [
        "## Outcome\n",
        summary_line(certificate),
        "",
        "| | |",
        "|:--|:--|",
        f"| version | {certificate['version']} |",
        f"| hash of model and priors | `{certificate['code']}` |",
        f"| date | {certificate['date']} |",
        f"| data sets | {facts['sets']:,} |",
        f"| cells with {certificate['wanted']} data sets | {facts['complete']} of {facts['cells']} |",
        f"| comparisons per cell, all cells | {facts['comparisons']:,} |",
        f"| outside their 99% band | {facts['outside']:,} |",
        f"| expected outside by chance | {facts['expected']:,} |",
        f"| comparisons over a kind | {facts['pooled']:,} |",
        f"| that cannot be chance | {len(facts['failures'])} |",
        f"| rank plots outside their band | {len(outside)} of {len(plots)} |",
        "",
    ]
    if facts["failures"]:
        lines += ["What cannot be chance:\n", "| data | quantity | interval | held the truth | data sets |",
                  "|:--|:--|--:|--:|--:|"]  # fmt: skip
        lines += [
            f"| {entry['kind']} | `{entry['quantity']}` | {entry['level']}% | {100 * entry['share']:.1f}% "
            f"| {entry['sets']:,} |"
            for entry in facts["failures"]
        ]
        lines += ["", *_reasons(facts["failures"]), ""]
    return "\n".join(lines)


def _reasons(failures: list[dict]) -> list[str]:
    """One line per quantity that failed; what nobody looked into yet says so."""
    failed = list(dict.fromkeys((entry["kind"], entry["quantity"]) for entry in failures))
    known = {(one["kind"], name): one["why"] for one in wrong.interval_limits() for name in one["quantities"]}
    return [f"- `{name}` ({kind}): {known.get((kind, name), 'Not looked into yet.')}" for kind, name in failed]


def _pooled(certificate: Mapping[str, dict]) -> list[str]:
    parts = []
    for kind in KINDS:
        if kind not in certificate["pooled"]:
            continue
        quantities = certificate["pooled"][kind]
        sets = max(entry["sets"] for entry in quantities.values())
        lines = [
            f"## {kind.capitalize()}\n",
            f"Share of intervals that hold the truth, over up to {sets:,} data sets.\n",
            f"![Rank plots of {kind}; a line outside the grey band is orange.](img/calibration-ranks-{kind}.svg)\n",
            "| quantity | data sets | 50% | 80% | 95% | ranks in band |",
            "|:--|--:|--:|--:|--:|:--|",
        ]
        lines += [
            f"| `{name}` | {entry['sets']:,} | {_shares(entry)} | {'yes' if entry['in_band'] else 'no'} |"
            for name, entry in quantities.items()
        ]
        parts.append("\n".join([*lines, ""]))
    return parts


def _shares(entry: Mapping) -> str:
    cells = []
    for level, count in zip(INTERVALS, entry["covered"], strict=True):
        low, high = band(entry["sets"], level)
        text = f"{100 * count / entry['sets']:.0f}"
        cells.append(text if low <= count <= high else f"**{text}**")
    return " | ".join(cells)


def _gains(certificate: Mapping[str, dict]) -> str:
    if not certificate["gains"]:
        return ""
    lines = [
        "## Probabilities of a gain\n",
        "How often a party really gained over five years, by the stated probability; six parties per data set.\n",
        "![Share that gained by stated probability, per kind of data, with 99% bands.](img/calibration-gains.svg)\n",
    ]
    lines += [
        f"- {kind}: {'within' if entry['fits'] else 'outside'} the bands, {sum(row[0] for row in entry['table']):,} "
        "statements."
        for kind, entry in certificate["gains"].items()
    ]
    return "\n".join([*lines, ""])


def _cells(certificate: Mapping[str, dict]) -> str:
    lines = [
        "## Cells\n",
        "n: participants; zero: without care cost after a year; placed: within a year. *Outside*: comparisons outside "
        "their 99% band. *Per minute*: data sets of one process on a machine that had other work; *efficient*: median "
        "effective share of the proposals of the first answer; *sampler*: data sets fitted by the full sampler.\n",
        "| data | comparison | n | zero | placed | data sets | outside | sampler | efficient | per minute |",
        "|:--|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, cell in certificate["cells"].items():
        facts = f"| {cell['kind']} | {'yes' if cell['comparison'] else 'no'} | {cell['people']} | {cell['zero']}% "
        facts += f"| {cell['placed']}% "
        if not cell["sets"]:
            lines.append(facts + "| not run | | | | |")
            continue
        short = "" if cell["sets"] >= certificate["wanted"] else " (short)"
        outside = sum(_outside(certificate, name))
        lines.append(
            f"{facts}| {cell['sets']}{short} | {outside} of {3 * len(cell['covered'])} | {cell['sampler']} "
            f"| {cell['efficiency']} | {cell['per_minute']} |"
        )
    return "\n".join([*lines, ""])


def _outside(certificate: Mapping[str, dict], name: str) -> list[bool]:
    cell, found = certificate["cells"][name], []
    for counts in cell["covered"].values():
        for level, count in zip(INTERVALS, counts, strict=True):
            low, high = band(cell["sets"], level)
            found.append(not low <= count <= high)
    return found


LEAST_SHOWN = 20
"""Data sets of a world from which its coverage is told."""

NAMES = {
    "p_log_ggz_cost_ratio_work": "effect of work on care cost (log)",
    "p_logrr_programme_nl": "effect of the programme (log)",
    "net.insurer.60": "net result of the insurer, five years (EUR)",
    "net.municipality.60": "net result of the municipality, five years (EUR)",
}


def _limits(certificate: Mapping[str, dict]) -> str:
    """Worlds that break the model."""
    cell = wrong.CELL
    lines = [
        "## Known limits: worlds that break the model\n",
        f"Records of {cell.people} participants and {cell.people} others. Bias: mean of posterior mean less truth; "
        "between brackets in posterior standard deviations. *Moved*: how far the answer moves, in posterior standard "
        "deviations, against the plain world with the same truth and the same luck. Coverage of the 50, 80 and 95% "
        f"intervals is told where there are at least {LEAST_SHOWN} data sets.\n",
    ]
    for name in wrong.names():
        entry = certificate["wrong"].get(name, {"sets": 0})
        known = next((found for found in wrong.wrong_models() if found["id"] == name), None)
        lines.append(f"### {known['title'] if known else 'As the model says (to compare with)'}\n")
        if known:
            lines += [f"{known['what']} *Watch for:* {known['watch']}\n"]
        if "limits" not in entry:
            lines.append("Not run for this version.\n")
            continue
        lines += [f"{entry['sets']} data sets.\n", "| quantity | bias | moved | 50% | 80% | 95% |",
                  "|:--|--:|--:|--:|--:|--:|"]  # fmt: skip
        for quantity, facts in entry["limits"].items():
            told = [f"{100 * share:.0f}" if entry["sets"] >= LEAST_SHOWN else "-" for share in facts["covered"]]
            moved = f"{facts['moved_sd']:+.2f}" if known and facts["pairs"] else "-"
            bias = f"{facts['bias']:g} ({facts['bias_sd']:+.2f})"
            lines.append(f"| {NAMES[quantity]} | {bias} | {moved} | {' | '.join(told)} |")
        lines.append("")
    return "\n".join(lines)


def cell_lines(certificate: Mapping[str, dict], name: str) -> list[str]:
    """What one cell says, for the terminal."""
    cell = certificate["cells"][name]
    if not cell["sets"]:
        return [f"{name}: not run"]
    outside = _outside(certificate, name)
    lines = [f"\n{name}: {cell['sets']} data sets, {sum(outside)} of {len(outside)} comparisons outside their 99% band",
             f"{'quantity':42} {'50%':>5} {'80%':>5} {'95%':>5}"]  # fmt: skip
    for quantity, counts in cell["covered"].items():
        shares = "".join(f" {100 * count / cell['sets']:5.0f}" for count in counts)
        lines.append(f"{quantity:42}{shares}")
    return lines
