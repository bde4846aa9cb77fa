"""From gross to kept: the steps that lead to the net result of one party."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.bars import (
    LOSS_LOOK,
    bar_names,
    bar_text,
    bars_height,
    line_at_nil,
    money_below,
    step_line,
)
from werkzorg.reporting.figures.style import BLACK, GAIN, NARROW, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import adds_up, euro, months_span
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import kept_verdict, label, mark, money_step, waterfall_step
from werkzorg.wording import say


def kept_waterfall(results: Results, party: str, lang: str) -> Figure:
    """Waterfall of one party, whole pilot, main horizon, discounted; the last bar is what is kept.

    Parameters
    ----------
    results : Results
        Reads `waterfall` of the party, in order; the step `kept` is the total.
    party : {"municipality", "insurer"}
    lang : {"nl", "en"}
    """
    rows = results.rows(quantity="waterfall", party=party)
    name = f"waterfall-{party}"

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, lang, narrow)

    count = len(rows)
    tall = 0.9 + bars_height(_names(rows, lang), 0.52)
    svg, narrow = draw_both(name, draw, [(WIDE, 0.8 + 0.38 * count), (NARROW, tall)])
    span = months_span(results.meta["main_horizon"], lang)
    return Figure(
        name,
        svg,
        narrow,
        alt=kept_verdict(rows, lang),
        caption=say("figure.waterfall.caption", lang, party=party_name(party, lang), horizon=span),
        data=_table(rows, lang),
        rows=tuple(rows),
        notes=(say("figure.waterfall.note", lang), *_rounding(rows, lang)),
    )


def _rounding(rows: list[Any], lang: str) -> list[str]:
    """What a reader must know who compares an amount with another table, or adds up what is printed."""
    *parts, kept = rows
    step = waterfall_step(rows)
    notes = [say("note.finer", lang)] if step < money_step(kept) else []
    adds = adds_up([row.value for row in parts], kept.value, step)
    return notes if adds else [*notes, say("note.rounded", lang)]


def _names(rows: list[Any], lang: str) -> list[str]:
    return [label(row, lang, "item_label") + mark(row, lang) for row in rows]


def _draw(canvas: Any, rows: list[Any], lang: str, narrow: bool) -> None:
    axis, step = canvas.add_subplot(), waterfall_step(rows)
    start, ends = 0.0, [0.0]
    starts = []
    for row in rows:
        base = 0.0 if row.item == "kept" else start
        starts.append(base)
        start = base + row.value
        ends.append(start)
    span = (max(*ends, *starts) - min(*ends, *starts)) or 1.0
    for place, (row, base) in enumerate(zip(rows, starts, strict=True)):
        end = base + row.value
        kept, height = row.item == "kept", 0.42 if narrow else 0.55
        filled = {"facecolor": BLACK if kept else GAIN, "linewidth": 0}
        look = filled if kept or row.value >= 0 else LOSS_LOOK
        axis.barh(place, row.value, left=base, height=height, **look)
        if place + 1 < len(rows) and rows[place + 1].item != "kept":
            step_line(axis, end, place, narrow)
        bar_text(axis, euro(row.value, lang, step), max(base, end), place)
    kept = [place for place, row in enumerate(rows) if row.item == "kept"]
    bar_names(axis, _names(rows, lang), narrow, 34, bold=kept)
    low, high = min(*ends, *starts), max(*ends, *starts)
    axis.set_xlim(low - 0.04 * span, high + (0.34 if narrow else 0.2) * span)
    axis.set_ylim(len(rows) - 0.5, -0.7)
    axis.spines["left"].set_visible(False)
    line_at_nil(axis, narrow, len(rows))
    money_below(axis, lang, narrow)


def _table(rows: list[Any], lang: str) -> pd.DataFrame:
    step = waterfall_step(rows)
    return pd.DataFrame(
        {
            say("column.item", lang): _names(rows, lang),
            say("column.expected", lang): [euro(row.value, lang, step) for row in rows],
            say("column.low80", lang): [euro(row.low80, lang, step) for row in rows],
            say("column.high80", lang): [euro(row.high80, lang, step) for row in rows],
        }
    )
