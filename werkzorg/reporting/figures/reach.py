"""Result per person reached against the number of people who find work because of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.style import BLACK, GREY, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import euro, number, sensible_step
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.practices import reach_verdict
from werkzorg.reporting.results import Results
from werkzorg.wording import say

_SHADES = (("low95", "high95", "#D6E6F2"), ("low80", "high80", "#A3C8E2"), ("low50", "high50", "#5FA2CF"))


def reach_curve(results: Results, party: str, lang: str) -> Figure:
    """Fan of the result of a party by effect, with the effect that is expected.

    Parameters
    ----------
    results : Results
        Reads `reach_curve` of the party, and `reach_placed`.
    party : str
    lang : {"nl", "en"}
    """
    rows = _shown(sorted(results.rows(quantity="reach_curve", party=party), key=lambda row: row.count))
    expected = results.one(quantity="reach_placed")
    name = f"reach-{party}"

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, expected, lang, narrow)

    svg, narrow = draw_both(name, draw, [(WIDE, 3.2), (NARROW, 3.0)])
    return Figure(
        name, svg, narrow, alt=" ".join(reach_verdict(results, lang)), rows=(*rows, expected),
        caption=say("figure.reach.caption", lang, party=party_name(party, lang)), data=_table(rows, lang),
        notes=(say("figure.reach.note", lang),),
    )  # fmt: skip


def _shown(rows: list[Any]) -> list[Any]:
    """Effects up to the first that is surely worth its money: beyond it there is nothing new to see."""
    sure = [place for place, row in enumerate(rows) if row.low95 > 0]
    return rows[: sure[0] + 1] if sure else rows


def _draw(canvas: Any, rows: list[Any], expected: Any, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    places = [row.count for row in rows]
    for low, high, shade in _SHADES:
        axis.fill_between(
            places, [getattr(row, low) for row in rows], [getattr(row, high) for row in rows], color=shade, linewidth=0
        )
    axis.plot(places, [row.median for row in rows], color=BLACK, linewidth=1.8)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.axvspan(expected.low80, expected.high80, facecolor="none", edgecolor=GREY, hatch="////", linewidth=0)
    axis.set_xlim(places[0], places[-1])
    label = say("figure.reach.x", lang)
    axis.set_xlabel(label.replace(" per ", "\nper ", 1) if narrow else label)
    tidy_axis(axis, lambda value: euro(value, lang), "y")
    tidy_axis(axis, lambda value: number(value, lang), "x")


def _table(rows: list[Any], lang: str) -> pd.DataFrame:
    steps = [sensible_step(row.low80, row.high80) for row in rows]
    ends = {"column.median": "median", "column.low80": "low80", "column.high80": "high80"}
    columns = {say("column.placed_thousand", lang): [number(row.count, lang) for row in rows]}
    for key, field in ends.items():
        columns[say(key, lang)] = [euro(getattr(row, field), lang, step) for row, step in zip(rows, steps, strict=True)]
    return pd.DataFrame(columns)
