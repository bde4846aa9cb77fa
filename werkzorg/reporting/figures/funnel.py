"""From enrolled to placed, at work, and off benefit: how many are left at each step."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.basis import say_help
from werkzorg.reporting.figures.bars import bar_names, bar_range, bar_text, bars_height
from werkzorg.reporting.figures.style import GAIN, GREY, NARROW, PALE, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import months_span, percent
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import label, mark
from werkzorg.wording import say


def funnel(results: Results, lang: str) -> Figure | None:
    """Bars that each are a part of the one above, with 80% interval, after one year and after two.

    Parameters
    ----------
    results : Results
        Reads `funnel`; None when there are no such rows.
    lang : {"nl", "en"}
    """
    rows = sorted(results.rows(quantity="funnel"), key=lambda row: (row.month, row.order))
    if not rows:
        return None

    names = [say_help(results, "figure.funnel.enrolled", lang), *(_name(row, lang) + mark(row, lang) for row in rows)]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, names, lang, narrow)

    svg, narrow = draw_both(
        "funnel", draw, [(WIDE, 0.5 + 0.36 * (len(rows) + 1)), (NARROW, 0.5 + bars_height(names, 0.56))]
    )
    # Without placement nearly all of them would have found it anyway.
    helped = [say("figure.funnel.help", lang)] if "help" in results.meta else []
    parts = "; ".join(f"{_name(row, lang)}: {percent(row.value, lang)}" for row in rows)
    return Figure(
        "funnel",
        svg,
        narrow,
        alt=say("figure.funnel.alt", lang, parts=parts),
        caption=say_help(results, "figure.funnel.caption", lang),
        data=pd.DataFrame(
            {
                say("column.step", lang): names[1:],
                say("column.expected", lang): [percent(row.value, lang) for row in rows],
                say("column.range80", lang): [
                    say("number.between", lang, low=percent(row.low80, lang), high=percent(row.high80, lang))
                    for row in rows
                ],
            }
        ),
        rows=tuple(rows),
        notes=(say("figure.funnel.note", lang), *helped),
    )


def _name(row: Any, lang: str) -> str:
    return say("figure.funnel.step", lang, step=label(row, lang, "item_label"), time=months_span(row.month, lang))


def _draw(canvas: Any, rows: list[Any], names: list[str], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    height = 0.36 if narrow else 0.56
    axis.barh(0, 1, height=height, color=GREY, linewidth=0)
    bar_text(axis, percent(1, lang), 1.0, 0)
    for place, row in enumerate(rows, start=1):
        axis.barh(place, 1, height=height, color="none", edgecolor=PALE, linewidth=0.8)
        axis.barh(place, row.value, height=height, color=GAIN, linewidth=0)
        bar_range(axis, row.low80, row.high80, place)
        bar_text(axis, percent(row.value, lang), max(row.high80, row.value), place)
    bar_names(axis, names, narrow, 34)
    axis.set_xlim(0, 1.22 if narrow else 1.12)
    axis.set_ylim(len(rows) + 0.4, -0.7)
    axis.set_xticks([0, 0.5, 1], [percent(value, lang) for value in (0, 0.5, 1)])
    axis.spines["left"].set_visible(False)
