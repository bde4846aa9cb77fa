"""Who pays whom more or less because of the pilot: payers in rows, receivers in columns; on a phone a list."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from werkzorg.reporting.figures.flows import ORDER, flow_rows, flows_alt
from werkzorg.reporting.figures.style import GAIN, LOSS, NARROW, PALE, WIDE, Figure, draw_both, row_names
from werkzorg.reporting.numbers import euro, months_span, number, round_to
from werkzorg.reporting.parties import party_name, party_short
from werkzorg.reporting.results import Results
from werkzorg.wording import say

_MARKER = 620.0
"""Area of the largest square in square points."""

_LINE, _GAP = 0.185, 0.5
"""Height in inches of a line of the list on a phone, and the room above each payer in lines."""


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
        (_draw_list if narrow else _draw)(canvas, sums, payers, payees, lang)

    tall = 0.2 + _LINE * (len(sums) + (1 + _GAP) * len(payers))
    svg, phone = draw_both("matrix", draw, [(WIDE + 0.6, 1.1 + 0.37 * len(payers)), (NARROW, tall)])
    return Figure(
        "matrix",
        svg,
        phone,
        alt=flows_alt(results, rows, lang),
        caption=say("figure.matrix.caption", lang, horizon=months_span(results.meta["main_horizon"], lang)),
        data=_table(sums, payers, payees, lang),
        rows=tuple(rows),
        notes=(say("figure.matrix.note", lang),),
    )


def _draw(canvas: Any, sums: dict, payers: list[str], payees: list[str], lang: str) -> None:
    axis = canvas.add_subplot()
    largest = max(map(abs, sums.values()), default=1.0) or 1.0
    for (payer, payee), amount in sums.items():
        x, y = payees.index(payee), payers.index(payer)
        _square(axis, x, y - 0.16, amount, 0.45 * max(4.0, _MARKER * abs(amount) / largest))
        axis.text(x, y + 0.32, _thousands(amount, lang), ha="center", va="center")
    axis.set_xlim(-0.5, len(payees) - 0.5)
    axis.set_ylim(len(payers) - 0.45, -0.55)
    axis.set_xticks(range(len(payees)), [_stacked(party_short(party, lang)) for party in payees])
    row_names(axis, [party_short(party, lang) for party in payers], 24)
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    # The longest name of a column is as wide as its column.
    axis.tick_params(axis="x", labelsize=8.0)
    axis.annotate(
        say("figure.matrix.payers", lang),
        (-0.015, 1.0),
        xycoords="axes fraction",
        xytext=(0, 6),
        textcoords="offset points",
        ha="right",
        fontweight="bold",
    )
    axis.xaxis.set_label_position("top")
    axis.set_xlabel(say("figure.matrix.payees", lang), fontweight="bold")
    for line in range(len(payers) + 1):
        axis.axhline(line - 0.5, color=PALE, linewidth=0.8)
    for line in range(len(payees) + 1):
        axis.axvline(line - 0.5, color=PALE, linewidth=0.8)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _draw_list(canvas: Any, sums: dict, payers: list[str], payees: list[str], lang: str) -> None:
    """The same squares and amounts under each other: a payer, and below it whom it pays more or less."""
    axis = canvas.add_subplot()
    largest = max(map(abs, sums.values()), default=1.0) or 1.0
    place = 0.0
    for payer in payers:
        place += _GAP
        axis.text(0.0, place, party_name(payer, lang), va="center", fontweight="bold")
        axis.plot([0.0, 1.0], [place + 0.5] * 2, color=PALE, linewidth=0.8)
        for payee in payees:
            if (payer, payee) not in sums:
                continue
            place += 1.0
            amount = sums[payer, payee]
            axis.text(0.04, place, say("figure.matrix.to", lang, party=party_short(payee, lang)), va="center")
            # A square fits in its line.
            _square(axis, 0.74, place, amount, max(3.0, 90.0 * abs(amount) / largest))
            axis.text(0.98, place, _thousands(amount, lang), va="center", ha="right")
        place += 1.0
    axis.set_xlim(0.0, 1.0)
    axis.set_ylim(place, -0.3)
    axis.axis("off")


def _square(axis: Any, x: float, y: float, amount: float, size: float) -> None:
    """Filled for more, open for less; the size is in square points."""
    look = {"color": GAIN, "linewidths": 0} if amount >= 0 else {"facecolor": "none", "edgecolor": LOSS}
    axis.scatter([x], [y], s=size, marker="s", **{"linewidths": 1.6, **look})


def _stacked(name: str) -> str:
    """Name of a column on two lines when it is long."""
    return "\n".join(textwrap.wrap(name, 10, break_long_words=False))


def _decimals(amount: float) -> int:
    """Decimals of an amount in thousands of euros: one below ten."""
    return 1 if abs(amount) < 10_000 else 0


def _thousands(amount: float, lang: str) -> str:
    """Amount in thousands of euros with its sign."""
    decimals = _decimals(amount)
    rounded = round_to(amount / 1000.0, 10.0**-decimals)
    sign = "+" if rounded > 0 else "-" if rounded < 0 else ""
    return sign + number(abs(rounded), lang, decimals)


def _table(sums: dict, payers: list[str], payees: list[str], lang: str) -> pd.DataFrame:
    """The sums that are drawn, payer by payer; the items behind them stand with the flows."""
    pairs = [(payer, payee) for payer in payers for payee in payees if (payer, payee) in sums]
    amounts = [sums[pair] for pair in pairs]
    return pd.DataFrame(
        {
            say("column.payer", lang): [party_name(payer, lang) for payer, _ in pairs],
            say("column.payee", lang): [party_name(payee, lang) for _, payee in pairs],
            say("column.difference", lang): [euro(a, lang, 1000.0 * 10.0 ** -_decimals(a)) for a in amounts],
        }
    )
