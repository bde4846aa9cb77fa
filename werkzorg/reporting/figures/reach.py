"""Result per person reached against the number of people who find work because of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.fan import SHADES, label_ends
from werkzorg.reporting.figures.style import BLACK, GREY, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import euro, is_missing, number, sensible_step
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.reach import reach_verdict
from werkzorg.reporting.results import Results
from werkzorg.wording import say

_FAR = 3.0
"""How many times the tipping point the figure reaches, where no effect is surely worth its money before that."""


CURVES = {"municipality": ("society", "municipality")}
"""Whose curves a reader sees; others see that of society."""


def reach_curve(results: Results, party: str, lang: str) -> Figure:
    """Fan of the result of a party by effect, with the effect that is expected and the tipping point.

    Parameters
    ----------
    results : Results
        Reads `reach_curve` and `tipping_placed` of the party, and `reach_placed`.
    party : str
    lang : {"nl", "en"}
    """
    turn = results.one(quantity="tipping_placed", party=party)
    rows = _shown(sorted(results.rows(quantity="reach_curve", party=party), key=lambda row: row.count), turn)
    expected = results.one(quantity="reach_placed")
    name = f"reach-{party}"

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, expected, turn, lang, narrow)

    svg, narrow = draw_both(name, draw, [(WIDE, 3.2), (NARROW, 3.0)])
    return Figure(
        name, svg, narrow, alt=" ".join(reach_verdict(results, lang)), rows=(*rows, expected, turn),
        caption=say("figure.reach.caption", lang, party=party_name(party, lang)), data=_table(rows, lang),
        notes=(say("figure.reach.note", lang),),
    )  # fmt: skip


def _shown(rows: list[Any], turn: Any) -> list[Any]:
    """Effects up to the first that is surely worth its money, or far beyond the tipping point: then nothing is new."""
    far = float("inf") if is_missing(turn.median) else _FAR * turn.median
    last = [place for place, row in enumerate(rows) if row.low95 > 0 or row.count >= far]
    return rows[: last[0] + 1] if last else rows


def _draw(canvas: Any, rows: list[Any], expected: Any, turn: Any, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    places = [row.count for row in rows]
    for low, high, shade in SHADES:
        axis.fill_between(
            places, [getattr(row, low) for row in rows], [getattr(row, high) for row in rows], color=shade, linewidth=0
        )
    axis.plot(places, [row.median for row in rows], color=BLACK, linewidth=1.8)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.axvspan(expected.low80, expected.high80, facecolor="none", edgecolor=GREY, hatch="////", linewidth=0)
    axis.set_xlim(places[0], places[-1])
    label = say("figure.reach.x", lang)
    axis.set_xlabel(label.replace(" per ", "\nper ", 1) if narrow else label)
    axis.set_ylabel(say("figure.reach.y", lang))
    tidy_axis(axis, lambda value: euro(value, lang), "y")
    tidy_axis(axis, lambda value: number(value, lang), "x")
    low, high = axis.get_ylim()
    label_ends(axis, rows[-1], lang, high - low)
    _tipping_point(axis, turn, lang)


def _tipping_point(axis: Any, turn: Any, lang: str) -> None:
    """Dot on the line at nil with its 80% range; an arrow where an end is open or lies outside the figure."""
    if is_missing(turn.low80) and is_missing(turn.high80):
        return
    left, right = axis.get_xlim()
    ends = (
        left if is_missing(turn.low80) else max(turn.low80, left),
        right if is_missing(turn.high80) else min(turn.high80, right),
    )
    axis.plot(ends, [0, 0], color=BLACK, linewidth=3.4, solid_capstyle="butt")
    for at, edge, arrow in zip(ends, (left, right), "<>", strict=True):
        if at == edge:
            axis.plot([at], [0], marker=arrow, markersize=8, color=BLACK, clip_on=False)
    if is_missing(turn.median) or not left < turn.median < right:
        return
    dot = {"markersize": 7.5, "markerfacecolor": "white", "markeredgecolor": BLACK, "markeredgewidth": 1.8}
    axis.plot([turn.median], [0], marker="o", **dot)
    axis.annotate(
        number(turn.median, lang), (turn.median, 0), xytext=(0, 7), textcoords="offset points", ha="center",
        va="bottom", fontweight="bold", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


def _table(rows: list[Any], lang: str) -> pd.DataFrame:
    steps = [sensible_step(row.low80, row.high80) for row in rows]
    ends = {"column.median": "median", "column.low80": "low80", "column.high80": "high80"}
    columns = {say("column.placed_thousand", lang): [number(row.count, lang) for row in rows]}
    for key, field in ends.items():
        columns[say(key, lang)] = [euro(getattr(row, field), lang, step) for row, step in zip(rows, steps, strict=True)]
    return pd.DataFrame(columns)
