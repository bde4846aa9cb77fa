"""Acceptability curves: how likely it is that the pilot costs a party no more than an amount per participant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator

from werkzorg.reporting.figures.style import BLACK, GREY, NARROW, PALE, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import chance, euro, months_span, percent
from werkzorg.reporting.parties import AT_THE_TABLE, party_colour, party_name, party_short
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import mark
from werkzorg.reporting.verdicts_decision import acceptability_curve, acceptability_verdict, same_curve
from werkzorg.wording import say

OPEN = (0.005, 0.995)
"""Probabilities between which an amount still tells something."""

_WIDER = 4.0
"""How many times as wide an axis may be as the curve of the party itself needs."""

_DASHES = {
    "municipality": "-", "insurer": (0, (7, 2)), "ggz_institution": (0, (1, 1.4)), "client": (0, (6, 2, 1, 2)),
    "society": "-", "all": (0, (3, 2)),
}  # fmt: skip


def acceptability(results: Results, party: str, lang: str) -> Figure | None:
    """Curve of a party and of all four at once; of every party for society as a whole. None without a curve of its own.

    All four at once are left out where their curve is that of the party, or where it needs an axis so wide that the
    curve of the party would be a stroke.

    Parameters
    ----------
    results : Results
        Reads `acceptability`.
    party : str
    lang : {"nl", "en"}
    """
    wanted = (*AT_THE_TABLE, "society", "all") if party == "society" else (party, "all")
    found = {name: acceptability_curve(results, name) for name in wanted}
    curves = {name: rows for name, rows in found.items() if rows}
    if party not in curves:
        return None
    if party != "society" and "all" in curves and not _beside(curves[party], curves["all"]):
        del curves["all"]
    name = f"acceptability-{party}"

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, curves, lang, narrow)

    tall = len(curves) > 2
    kind = "_all" if tall else "" if "all" in curves else "_own"
    svg, narrow = draw_both(name, draw, [(WIDE, 3.6 if tall else 2.7), (NARROW, 4.6 if tall else 3.1)])
    rows = [row for curve in curves.values() for row in curve]
    return Figure(
        name, svg, narrow, alt=acceptability_verdict(results, party, lang), rows=tuple(rows),
        caption=_caption(party, rows[0].horizon, tall, lang),
        data=_table([row for row in rows if _telling(row)], lang),
        notes=(say(f"figure.acceptability.note{kind}", lang, all=party_name("all", lang)),),
    )  # fmt: skip


def _beside(own: Sequence[Any], together: Sequence[Any]) -> bool:
    """Whether a curve of all four tells something beside that of a party, on an axis for both."""
    width, both = (high - low for low, high in map(acceptability_window, ([own], [own, together])))
    return not same_curve(own, together) and both <= _WIDER * width


def _caption(party: str, horizon: int, tall: bool, lang: str) -> str:
    span = months_span(horizon, lang)
    if tall:
        return say("figure.acceptability.caption_all", lang, horizon=span)
    return say("figure.acceptability.caption", lang, party=party_name(party, lang), horizon=span)


def _telling(row: Any) -> bool:
    """Whether an amount is no foregone conclusion; nothing always stands in the table."""
    return OPEN[0] < row.value < OPEN[1] or row.threshold == 0


def acceptability_window(curves: Sequence[Sequence[Any]]) -> tuple[float, float]:
    """Amounts between which the curves go up, with zero; with room for the names of two curves beside them."""
    amounts = [row.threshold for rows in curves for row in rows if _telling(row)]
    low, high = min(amounts), max(amounts)
    room = (0.3 if len(curves) > 1 else 0.12) * (high - low) or 1.0
    return low - room, high + room


def _draw(canvas: Any, curves: dict[str, list[Any]], lang: str, narrow: bool) -> None:
    """One panel with the curves by name; more than two curves get a panel each."""
    if len(curves) > 2:
        columns = 2 if narrow else 3
        panels = canvas.subplots(-(-len(curves) // columns), columns, squeeze=False).ravel()
        for place, (axis, (name, rows)) in enumerate(zip(panels, curves.items(), strict=False)):
            _panel(axis, {name: rows}, lang, most_ticks=2 if narrow else 3)
            axis.set_title(_name(name, lang, narrow), loc="left", fontweight="bold")
            axis.tick_params(labelleft=place % columns == 0, left=False)
        for axis in panels[len(curves) :]:
            axis.set_axis_off()
        sides = "  |  ".join(say(f"figure.acceptability.{side}", lang) for side in ("left", "right"))
        canvas.supxlabel(f"{say('figure.acceptability.axis', lang)}\n{sides}", fontsize=8.5)
        return
    axis = canvas.add_subplot()
    _panel(axis, curves, lang, most_ticks=5)
    axis.set_xlabel(say("figure.acceptability.axis", lang))
    for side, align in (("left", "right"), ("right", "left")):
        axis.annotate(
            say(f"figure.acceptability.{side}", lang), (0, 1.03), xytext=(-4 if side == "left" else 4, 3),
            textcoords="offset points", ha=align, va="bottom", color=GREY,
        )  # fmt: skip
    _names(axis, curves, lang, narrow)


def _panel(axis: Any, curves: dict[str, list[Any]], lang: str, most_ticks: int) -> None:
    low, high = acceptability_window(list(curves.values()))
    for level in (0, 0.5, 1):
        axis.axhline(level, color=PALE, linewidth=0.8)
    axis.axvline(0, color=GREY, linewidth=1)
    for name, rows in curves.items():
        # Beyond its first and last amount a curve stays where it is: there it is as good as certain.
        inside = [row for row in rows if low < row.threshold < high]
        amounts = [low, *(row.threshold for row in inside), high]
        values = [inside[0].value, *(row.value for row in inside), inside[-1].value]
        axis.plot(amounts, values, color=party_colour(name), linestyle=_DASHES[name], linewidth=2.0)
    axis.set_xlim(low, high)
    axis.set_ylim(-0.03, 1.03)
    shown = _ticks(low, high, most_ticks)
    axis.set_xticks(shown, [euro(abs(amount), lang) for amount in shown])
    axis.set_yticks([0, 0.5, 1], [percent(value, lang) for value in (0, 0.5, 1)])
    axis.spines["left"].set_visible(False)


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Amounts under an axis, at least two: with one there is no scale."""
    edge = 0.07 * (high - low)
    shown: list[float] = []
    for bins in (most, 2 * most, 4 * most):
        amounts = MaxNLocator(nbins=bins, steps=[1, 2, 5, 10]).tick_values(low, high)
        shown = [amount for amount in amounts if low + edge <= amount <= high - edge]
        if len(shown) > 1:
            break
    return shown if len(shown) <= most else [0.0, max(shown, key=abs)]


def _names(axis: Any, curves: dict[str, list[Any]], lang: str, narrow: bool) -> None:
    """Name of each curve on the curve, each at a height of its own: the first to the left of it, the last right."""
    order = sorted(curves, key=lambda name: _reached(curves[name], 0.5))
    count = len(order)
    for place, name in enumerate(order):
        level = 0.5 if count == 1 else 0.82 - 0.64 * place / (count - 1)
        side = "right" if place == 0 else "left" if place == count - 1 else "center"
        shift = {"right": -7, "left": 7, "center": 0}[side]
        axis.annotate(
            _name(name, lang, narrow), (_reached(curves[name], level), level), xytext=(shift, 0),
            textcoords="offset points", ha=side, va="center", fontweight="bold", color=BLACK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _name(party: str, lang: str, narrow: bool) -> str:
    return party_short(party, lang) if narrow else party_name(party, lang)


def _reached(rows: list[Any], level: float) -> float:
    """Amount at which a curve reaches a probability, on the straight line between two amounts."""
    for before, after in pairwise(rows):
        if before.value < level <= after.value:
            part = (level - before.value) / (after.value - before.value)
            return before.threshold + part * (after.threshold - before.threshold)
    return rows[0].threshold if rows[0].value >= level else rows[-1].threshold


def _table(rows: list[Any], lang: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("column.party", lang): [party_name(row.party, lang) for row in rows],
            say("column.amount_participant", lang): [amount_phrase(row.threshold, lang) for row in rows],
            say("column.chance", lang): [chance(row.value, lang) + mark(row, lang) for row in rows],
        }
    )


def amount_phrase(threshold: float, lang: str) -> str:
    """What the pilot may cost or must yield, in words."""
    if threshold == 0:
        return say("figure.acceptability.nothing", lang)
    key = "costs" if threshold > 0 else "yields"
    return say(f"figure.acceptability.{key}", lang, amount=euro(abs(threshold), lang))
