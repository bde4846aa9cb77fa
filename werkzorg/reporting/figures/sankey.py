"""Who gives up and who gets: bands from the parties on the left to those on the right, drawn with plain patches."""

from __future__ import annotations

import textwrap
from typing import Any

from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from werkzorg.reporting.figures.flows import ORDER, Band, bands, flow_rows, flows_alt, flows_table
from werkzorg.reporting.figures.style import BLACK, NARROW, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import euro, months_span, sensible_step
from werkzorg.reporting.parties import party_colour, party_name
from werkzorg.reporting.results import Results
from werkzorg.wording import say

_GAP = 0.035
"""Empty height between two parties, as a share of the drawing."""


def sankey(results: Results, lang: str) -> Figure:
    """Difference that the pilot makes to what parties pay each other, up to the main horizon, whole pilot.

    Parameters
    ----------
    results : Results
        Reads `flow` and `net`.
    lang : {"nl", "en"}
    """
    rows = flow_rows(results)
    found = bands(rows)

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, found, lang, narrow)

    svg, narrow = draw_both("sankey", draw, [(WIDE, 4.6), (NARROW, 5.2)])
    span = months_span(results.meta["main_horizon"], lang)
    return Figure(
        "sankey",
        svg,
        narrow,
        alt=flows_alt(results, rows, lang),
        caption=say("figure.sankey.caption", lang, horizon=span),
        data=flows_table(rows, lang),
        rows=tuple(rows),
        notes=(say("figure.sankey.note", lang),),
    )


def _draw(canvas: Any, found: list[Band], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    axis.axis("off")
    left_edge, right_edge = (0.36, 0.64) if narrow else (0.27, 0.73)
    axis.set_xlim(0, 1)
    axis.set_ylim(1.0, -0.06)
    left = _stack(found, "giver", len({band.taker for band in found}))
    right = _stack(found, "taker", len({band.giver for band in found}))
    axis.text(left_edge, -0.03, say("figure.sankey.givers", lang), ha="right", va="center", fontweight="bold")
    axis.text(right_edge, -0.03, say("figure.sankey.takers", lang), ha="left", va="center", fontweight="bold")
    thickness = 0.022
    for side, edge, align, shift in ((left, left_edge, "right", -1), (right, right_edge, "left", 1)):
        for party, (top, height, amount) in side.items():
            start = edge - thickness if shift < 0 else edge
            axis.add_patch(Rectangle((start, top), thickness, height, facecolor=party_colour(party), linewidth=0))
            money = euro(amount, lang, sensible_step(0.0, amount))
            name = "\n".join(textwrap.wrap(party_name(party, lang), 15 if narrow else 24))
            x = edge + shift * (thickness + 0.012)
            axis.text(x, top + height / 2, f"{name}\n{money}", ha=align, va="center", linespacing=1.15)
    _bands(axis, found, left, right, left_edge, right_edge)


def _stack(found: list[Band], side: str, others: int) -> dict[str, tuple[float, float, float]]:
    """Top, height and amount of each party on one side; both sides share one scale."""
    sums: dict[str, float] = {}
    for band in found:
        sums[getattr(band, side)] = sums.get(getattr(band, side), 0.0) + band.amount
    total = sum(sums.values()) or 1.0
    # Labels take two or three lines, so a small party still gets the room of its label.
    room, parties = 0.105, [party for party in ORDER if party in sums]
    scale = (1 - max(len(parties), others) * (_GAP + room * 0.55)) / total
    stack, top = {}, 0.02
    for party in parties:
        height = sums[party] * scale
        block = max(height, room)
        stack[party] = (top + (block - height) / 2, height, sums[party])
        top += block + _GAP
    # What is left over is shared out, so that both sides fill the same height.
    free = max(0.0, 1.0 - (top - _GAP)) / max(1, len(parties) - 1) if len(parties) > 1 else 0.0
    factor = min(1.0, 0.98 / (top - _GAP))
    return {
        party: ((y + free * k) * factor, height * factor, amount)
        for k, (party, (y, height, amount)) in enumerate(stack.items())
    }


def _bands(axis: Any, found: list[Band], left: dict, right: dict, x0: float, x1: float) -> None:
    used = {("l", party): 0.0 for party in left} | {("r", party): 0.0 for party in right}
    ordered = sorted(found, key=lambda band: (ORDER.index(band.giver), ORDER.index(band.taker)))
    for band in ordered:
        top_l, height_l, sum_l = left[band.giver]
        top_r, height_r, sum_r = right[band.taker]
        a0 = top_l + used["l", band.giver]
        a1 = a0 + height_l * band.amount / sum_l
        b0 = top_r + used["r", band.taker]
        b1 = b0 + height_r * band.amount / sum_r
        used["l", band.giver] += a1 - a0
        used["r", band.taker] += b1 - b0
        middle = (x0 + x1) / 2
        points = [(x0, a0), (middle, a0), (middle, b0), (x1, b0), (x1, b1), (middle, b1), (middle, a1), (x0, a1)]
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
        colour = party_colour(band.giver)
        look = {"facecolor": colour, "alpha": 0.45, "linewidth": 0.6, "edgecolor": colour}
        if band.less:
            look |= {"facecolor": "none", "hatch": "/////", "alpha": 0.8}
        if band.prior:
            look |= {"edgecolor": BLACK, "linestyle": (0, (3, 2)), "linewidth": 1.0}
        axis.add_patch(PathPatch(Path(points, codes), **look))
