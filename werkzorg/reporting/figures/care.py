"""What makes the cost of care change: parts with their ranges, expected or of the measured change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.bars import (
    bar_names,
    bar_range,
    bar_text,
    bars_height,
    cause_look,
    line_at_nil,
    money_below,
)
from werkzorg.reporting.figures.style import BLACK, NARROW, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import euro, is_missing
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import care_verdict, label, mark, money_step
from werkzorg.reporting.verdicts_records import decomposition_verdict
from werkzorg.wording import say

WHOLE = ("total", "observed")
"""Items that are the whole change."""


def care_parts(results: Results, lang: str) -> Figure:
    """Bars of the parts of the change of GGZ cost with their 80% ranges; the whole change last.

    Parameters
    ----------
    results : Results
        Reads `decomposition` (the measured change of a pilot with case records), else `care_change` (what the model
        expects).
    lang : {"nl", "en"}
    """
    rows = results.rows(quantity="decomposition")
    kind = "observed" if rows else "expected"
    rows = rows or results.rows(quantity="care_change")
    rows.sort(key=lambda row: row.item in WHOLE)

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, lang, narrow)

    count = len(rows)
    tall = 0.7 + bars_height(_names(rows, lang), 0.52)
    svg, phone = draw_both("care", draw, [(WIDE, 0.55 + 0.40 * count), (NARROW, tall)])
    if kind == "observed":
        alt = " ".join(decomposition_verdict(results, lang))
    else:
        parts = {row.item: row for row in rows}
        alt = care_verdict(parts["total"], parts["work"], lang, results.meta.get("basis", "counts"))
    caption, note = (say(f"figure.care.{part}.{kind}", lang) for part in ("caption", "note"))
    return Figure("care", svg, phone, alt, caption, _table(rows, lang), tuple(rows), (note,))


def _names(rows: list[Any], lang: str) -> list[str]:
    return [label(row, lang, "item_label") + mark(row, lang) for row in rows]


def _draw(canvas: Any, rows: list[Any], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    reach = [0.0]
    for place, row in enumerate(rows):
        low, high = (row.value if is_missing(end) else end for end in (row.low80, row.high80))
        look = {"color": BLACK} if row.item in WHOLE else cause_look(row.item, row.value)
        axis.barh(place, row.value, height=0.4 if narrow else 0.56, **look)
        if low != high:
            bar_range(axis, low, high, place)
        text = euro(row.value, lang, None if is_missing(row.low80) else money_step(row))
        bar_text(axis, text, max(row.value, high, 0.0), place)
        reach += [row.value, low, high]
    bar_names(axis, _names(rows, lang), narrow, 32, bold=[place for place, row in enumerate(rows) if row.item in WHOLE])
    span = (max(reach) - min(reach)) or 1.0
    axis.set_xlim(min(reach) - 0.04 * span, max(reach) + (0.36 if narrow else 0.18) * span)
    axis.set_ylim(len(rows) - 0.4, -0.75)
    line_at_nil(axis, narrow, len(rows))
    money_below(axis, lang, narrow)


def _table(rows: list[Any], lang: str) -> pd.DataFrame:
    steps = [None if is_missing(row.low80) else money_step(row) for row in rows]
    return pd.DataFrame(
        {
            say("column.item", lang): _names(rows, lang),
            **{
                say(f"column.{name}", lang): [
                    euro(getattr(row, end), lang, step) for row, step in zip(rows, steps, strict=True)
                ]
                for name, end in (("expected", "value"), ("low80", "low80"), ("high80", "high80"))
            },
        }
    )
