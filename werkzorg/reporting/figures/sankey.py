"""Who gives up and who gets: bands from the parties on the left to those on the right, drawn with plain patches."""

from __future__ import annotations

from typing import Any

from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from werkzorg.reporting.figures.flows import ORDER, Band, bands, flow_rows, flows_alt, flows_table
from werkzorg.reporting.figures.style import BLACK, NARROW, WIDE, Figure, draw_both, text_lines
from werkzorg.reporting.numbers import euro, months_span, sensible_step
from werkzorg.reporting.parties import party_colour, party_name, party_short
from werkzorg.reporting.results import Results
from werkzorg.wording import say

_GAP, _ROOM = 0.012, 0.068
"""Empty height between two parties, and height of a label of two lines, as a share of the drawing."""

_HAIR = 0.006
"""Height below which a band is no more than a line, in the same share."""


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

    svg, narrow = draw_both("sankey", draw, [(WIDE, 4.9), (NARROW, 6.2)])
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
    axis.set_ylim(1.02, -0.06)
    scale = _scale(found)
    left, right = _stack(found, "giver", scale), _stack(found, "taker", scale)
    axis.text(left_edge, -0.03, say("figure.sankey.givers", lang), ha="right", va="center", fontweight="bold")
    axis.text(right_edge, -0.03, say("figure.sankey.takers", lang), ha="left", va="center", fontweight="bold")
    thickness = 0.022
    for side, edge, align, shift in ((left, left_edge, "right", -1), (right, right_edge, "left", 1)):
        for party, (top, height, amount) in side.items():
            start = edge - thickness if shift < 0 else edge
            axis.add_patch(Rectangle((start, top), thickness, height, facecolor=party_colour(party), linewidth=0))
            money = euro(amount, lang, sensible_step(0.0, amount))
            name = party_short(party, lang) if narrow else party_name(party, lang)
            x = edge + shift * (thickness + 0.012)
            text_lines(axis, (x, top + height / 2), [name, money], align)
    _bands(axis, found, left, right, left_edge, right_edge)


def _stack(found: list[Band], side: str, scale: float) -> dict[str, tuple[float, float, float]]:
    """Top, height and amount of each party on one side, spread over the full height."""
    sums = _sums(found, side)
    parties = [party for party in ORDER if party in sums]
    blocks = [max(sums[party] * scale, _ROOM) for party in parties]
    gap = max(0.0, 1 - sum(blocks)) / max(1, len(parties) - 1)
    stack, top = {}, 0.0
    for party, block in zip(parties, blocks, strict=True):
        height = sums[party] * scale
        stack[party] = (top + (block - height) / 2, height, sums[party])
        top += block + gap
    return stack


def _sums(found: list[Band], side: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for band in found:
        sums[getattr(band, side)] = sums.get(getattr(band, side), 0.0) + band.amount
    return sums


def _scale(found: list[Band]) -> float:
    """Height per euro with which both sides fit, each party at least as high as its label."""
    sides = [list(_sums(found, side).values()) for side in ("giver", "taker")]
    low, high = 0.0, 1.0 / max(sum(sides[0]), 1e-9)
    for _ in range(50):
        middle = (low + high) / 2
        needed = max(sum(max(amount * middle, _ROOM) + _GAP for amount in side) for side in sides)
        low, high = (middle, high) if needed <= 1 else (low, middle)
    return low


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
        look = {"facecolor": colour, "alpha": 0.55, "linewidth": 0.6, "edgecolor": colour}
        if band.less:
            look |= {"facecolor": "none", "hatch": "/////", "alpha": 0.8}
        if band.prior:
            # Of a hairline both edges fall together.
            look |= {"edgecolor": BLACK, "linestyle": (0, (3, 2)), "linewidth": 1.0 if a1 - a0 > _HAIR else 0.5}
        axis.add_patch(PathPatch(Path(points, codes), **look))
