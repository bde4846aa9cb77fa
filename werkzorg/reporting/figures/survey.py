"""Shares of a survey, each with its interval."""

from __future__ import annotations

import textwrap
from typing import Any

from werkzorg.reporting.figures.style import BLUE, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import percent
from werkzorg.reporting.practices import survey_table, survey_verdict
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import label
from werkzorg.wording import say


def survey_shares(results: Results, lang: str) -> Figure:
    """What people value, what they get, and the gap.

    Parameters
    ----------
    results : Results
        Reads `survey_share` and `survey_gap`.
    lang : {"nl", "en"}
    """
    rows = [*results.rows(quantity="survey_share"), results.one(quantity="survey_gap")]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, lang, narrow)

    svg, narrow = draw_both("survey", draw, [(WIDE, 2.3), (NARROW, 2.8)])
    return Figure(
        "survey", svg, narrow, alt=survey_verdict(results, lang)[0], caption=say("figure.survey.caption", lang),
        data=survey_table(results, lang).data, rows=tuple(rows), notes=(say("figure.survey.note", lang),),
    )  # fmt: skip


def _draw(canvas: Any, rows: list[Any], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    for place, row in enumerate(rows):
        axis.plot([row.low95, row.high95], [place, place], color=BLUE, linewidth=1)
        axis.plot([row.low80, row.high80], [place, place], color=BLUE, linewidth=6, solid_capstyle="butt")
        axis.plot([row.median], [place], marker="o", markersize=6, markerfacecolor="white", markeredgecolor=BLUE)
        name = label(row, lang, "item_label") if row.item else label(row, lang)
        text = f"{name}: {percent(row.value, lang)}"
        axis.text(0.0, place - 0.2, textwrap.fill(text, 44 if narrow else 90), va="bottom")
    axis.set_xlim(0, 1)
    axis.set_ylim(len(rows) - 0.6, -0.85)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    tidy_axis(axis, lambda value: percent(value, lang), "x")
