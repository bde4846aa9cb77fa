"""Who pays whom more or less because of the pilot: payers in rows, receivers in columns."""

from __future__ import annotations

import textwrap
from typing import Any

from werkzorg.reporting.figures.flows import ORDER, flow_rows, flows_alt, flows_table
from werkzorg.reporting.figures.style import GAIN, LOSS, PALE, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import euro, months_span, sensible_step
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.wording import say

_MARKER = 620.0
"""Area of the largest square in square points."""


def pay_matrix(results: Results, lang: str) -> Figure:
    """Matrix of the differences between parties, whole pilot, up to the main horizon.

    Parameters
    ----------
    results : Results
        Reads `flow` and `net`.
    lang : {"nl", "en"}
    """
    rows = flow_rows(results)
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        sums[row.payer, row.payee] = sums.get((row.payer, row.payee), 0.0) + (row.value or 0.0)
    payers = [party for party in ORDER if any(party == pair[0] for pair in sums)]
    payees = [party for party in ORDER if any(party == pair[1] for pair in sums)]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, sums, payers, payees, lang)

    svg, _ = draw_both("matrix", draw, [(WIDE + 0.2, 1.1 + 0.46 * len(payers)), None])
    return Figure(
        "matrix",
        svg,
        "",
        alt=flows_alt(results, rows, lang),
        caption=say("figure.matrix.caption", lang, horizon=months_span(results.meta["main_horizon"], lang)),
        data=flows_table(rows, lang),
        rows=tuple(rows),
        notes=(say("figure.matrix.note", lang),),
    )


def _draw(canvas: Any, sums: dict, payers: list[str], payees: list[str], lang: str) -> None:
    axis = canvas.add_subplot()
    largest = max(map(abs, sums.values()), default=1.0) or 1.0
    for (payer, payee), amount in sums.items():
        x, y = payees.index(payee), payers.index(payer)
        size = max(4.0, _MARKER * abs(amount) / largest)
        if amount >= 0:
            axis.scatter([x], [y - 0.16], s=size * 0.45, marker="s", color=GAIN, linewidths=0)
        else:
            axis.scatter([x], [y - 0.16], s=size * 0.45, marker="s", facecolor="none", edgecolor=LOSS, linewidths=1.6)
        axis.text(x, y + 0.32, _short(amount, lang), ha="center", va="center")
    axis.set_xlim(-0.5, len(payees) - 0.5)
    axis.set_ylim(len(payers) - 0.45, -0.55)
    wrap = [textwrap.fill(party_name(party, lang), 10, break_long_words=False) for party in payees]
    axis.set_xticks(range(len(payees)), [_broken(text) for text in wrap])
    axis.set_yticks(range(len(payers)), [textwrap.fill(party_name(party, lang), 22) for party in payers])
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    axis.set_ylabel(say("figure.matrix.payers", lang), fontweight="bold")
    axis.xaxis.set_label_position("top")
    axis.set_xlabel(say("figure.matrix.payees", lang), fontweight="bold")
    for line in range(len(payers) + 1):
        axis.axhline(line - 0.5, color=PALE, linewidth=0.8)
    for line in range(len(payees) + 1):
        axis.axvline(line - 0.5, color=PALE, linewidth=0.8)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _broken(text: str, longest: int = 11) -> str:
    """Long words split with a hyphen, so that column headings stay beside each other."""
    parts = []
    for word in text.split("\n"):
        while len(word) > longest:
            cut = longest - 1
            parts.append(word[:cut].rstrip("-") + "-")
            word = word[cut:].lstrip("-")
        parts.append(word)
    return "\n".join(parts)


def _short(amount: float, lang: str) -> str:
    sign = "+" if amount > 0 else ""
    return sign + euro(amount, lang, sensible_step(0.0, abs(amount)))
