"""Where people of each target group are a year later: on assistance, left to work, left otherwise."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from werkzorg.reporting.basis import group_name
from werkzorg.reporting.figures.style import BLUE, GREEN, NARROW, PALE, TEXT, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import percent
from werkzorg.reporting.practices import flow_verdict, share_with_range, with_origin
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import label
from werkzorg.wording import say

LOOK = {
    "flow_assistance": (PALE, ""),
    "flow_left_to_work": (BLUE, ""),
    "flow_left_otherwise": (GREEN, "////"),
}
"""Colour and hatch of each state; the hatch tells the last two apart without colour."""

READABLE = 0.06
"""The number of a narrower part of a bar stands below it: the smallest part may be what matters most."""


def flow_shares(results: Results, lang: str) -> Figure:
    """Bar per target group.

    Parameters
    ----------
    results : Results
        Reads `flow_share`.
    lang : {"nl", "en"}
    """
    rows = results.rows(quantity="flow_share")
    found = {(group_name(results, row.state, lang), row.item): row for row in rows}
    groups = list(dict.fromkeys(group for group, _ in found))

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, groups, found, lang, narrow)

    height = 0.9 + 0.62 * len(groups)
    svg, narrow = draw_both("flows", draw, [(WIDE, height), (NARROW, height + 0.6)])
    return Figure(
        "flows", svg, narrow, alt=" ".join(flow_verdict(results, lang)),
        caption=with_origin(results, say("figure.flows.caption", lang), lang),
        data=_table(groups, found, lang), rows=tuple(rows), notes=(say("figure.flows.note", lang),),
    )  # fmt: skip


def _draw(canvas: Any, groups: list[str], found: dict[Any, Any], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    for place, group in enumerate(groups):
        start = 0.0
        for item, (colour, hatch) in LOOK.items():
            row = found[group, item]
            name = label(row, lang, "item_label") if place == 0 else None
            axis.barh(
                place, row.value, left=start, height=0.42, color=colour, hatch=hatch, edgecolor="white", label=name
            )
            (_write_in if row.value >= READABLE else _write_below)(axis, row, start, place, lang)
            start += row.value
        axis.text(0.0, place - 0.27, textwrap.shorten(group, 44 if narrow else 80, placeholder="…"), va="bottom")
    axis.set_xlim(0, 1)
    axis.set_ylim(len(groups) - 0.5, -0.75)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    tidy_axis(axis, lambda value: percent(value, lang), "x")
    canvas.legend(loc="outside lower center", ncols=1 if narrow else 3, frameon=False)


def _write_in(axis: Any, row: Any, start: float, place: int, lang: str) -> None:
    colour, hatch = LOOK[row.item]
    dark = TEXT if row.item == "flow_assistance" else "white"
    box = {"facecolor": colour, "edgecolor": "none", "pad": 1.0} if hatch else None
    middle = start + row.value / 2
    axis.text(middle, place, percent(row.value, lang), ha="center", va="center", color=dark, bbox=box)


def _write_below(axis: Any, row: Any, start: float, place: int, lang: str) -> None:
    """To the left of its end or to the right of its start, so that two narrow parts beside each other stay apart."""
    last = row.item == list(LOOK)[-1]
    edge = start + 0.004 if last else start + row.value - 0.004
    axis.text(edge, place + 0.23, percent(row.value, lang), ha="left" if last else "right", va="top")


def _table(groups: list[str], found: dict[Any, Any], lang: str) -> pd.DataFrame:
    columns = {say("column.target_group", lang): groups}
    for item in LOOK:
        rows = [found[group, item] for group in groups]
        name = label(rows[0], lang, "item_label")
        columns[name] = [share_with_range(row, lang) for row in rows]
    return pd.DataFrame(columns)
