"""Probability of a gain per party."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.bars import line_at_nil, upright
from werkzorg.reporting.figures.style import GREY, NARROW, PALE, WIDE, Figure, draw_both, name_above, row_names
from werkzorg.reporting.numbers import chance, months_span, percent
from werkzorg.reporting.parties import AT_THE_TABLE, party_colour, party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import chance_phrase, listing, mark
from werkzorg.wording import probability_word, say

SHOWN = (*AT_THE_TABLE, "society", "all")


def gain_probabilities(results: Results, lang: str) -> Figure:
    """Bars with the probability of a gain at the main horizon.

    Parameters
    ----------
    results : Results
        Reads `probability_gain` of the parties at the table, society, and all four at once.
    lang : {"nl", "en"}
    """
    end = results.meta["main_horizon"]
    rows = [results.one(quantity="probability_gain", party=party, horizon=end) for party in SHOWN]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, lang, narrow)

    svg, narrow = draw_both("chances", draw, [(WIDE, 2.3), (NARROW, 3.4)])
    parts = [
        say("figure.chances.part", lang, party=party_name(r.party, lang), chance=chance_phrase(r.value, lang))
        for r in rows
    ]
    return Figure(
        "chances",
        svg,
        narrow,
        alt=say("figure.chances.alt", lang, horizon=months_span(end, lang), parts=listing(parts, lang)),
        caption=say("figure.chances.caption", lang, horizon=months_span(end, lang)),
        data=pd.DataFrame(
            {
                say("column.party", lang): [party_name(row.party, lang) + mark(row, lang) for row in rows],
                say("column.chance", lang): [chance(row.value, lang) for row in rows],
                say("column.word", lang): [probability_word(row.value, lang) for row in rows],
            }
        ),
        rows=tuple(rows),
        notes=(say("figure.chances.note", lang),),
    )


def _draw(canvas: Any, rows: list[Any], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    for place, row in enumerate(rows):
        axis.barh(place, 1, height=0.36 if narrow else 0.56, color="none", edgecolor=PALE, linewidth=0.8)
        axis.barh(place, row.value, height=0.36 if narrow else 0.56, color=party_colour(row.party), linewidth=0)
        phrase = chance(row.value, lang) + ("" if narrow else mark(row, lang))
        axis.annotate(phrase, (1.0, place), xytext=(5, 0), textcoords="offset points", va="center", fontweight="bold")
    names = [party_name(row.party, lang) for row in rows]
    if narrow:
        axis.set_yticks([])
        for place, (name, row) in enumerate(zip(names, rows, strict=True)):
            name_above(axis, name + mark(row, lang), place - 0.37)
    else:
        row_names(axis, names, 26)
    upright(axis, 0.5, narrow, len(rows), color=GREY, linewidth=1, linestyle=(0, (3, 2)))
    line_at_nil(axis, narrow, len(rows))
    axis.set_xlim(0, 1.06 if narrow else 1.12)
    axis.set_ylim(len(rows) - 0.6, -0.7)
    ticks = (0, 1) if narrow else (0, 0.5, 1)
    axis.set_xticks(ticks, [percent(value, lang) for value in ticks])
    axis.spines["left"].set_visible(False)
    axis.spines["bottom"].set_visible(False)
