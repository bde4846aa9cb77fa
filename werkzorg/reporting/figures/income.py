"""Net income of a participant by hours of work: bijstand, wage and supplement stacked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from werkzorg.reporting.figures.style import BLACK, BLUE, GREY, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import euro, number
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import sentence
from werkzorg.reporting.verdicts_data import income_verdict, trap_verdict
from werkzorg.wording import say

PARTS = ("bijstand", "supplement", "wage")
_LOOKS = {
    "bijstand": {"facecolor": GREY},
    "supplement": {"facecolor": "white", "hatch": "////", "edgecolor": GREY},
    "wage": {"facecolor": BLUE},
}
_STEP = 10.0
"""Euros to which monthly incomes are rounded."""


def income_by_hours(results: Results, lang: str, households: Sequence[str] = ("single",)) -> Figure:
    """Stacked bars of net income a month by hours a week, one panel per household.

    Parameters
    ----------
    results : Results
        Reads `client_income` and `client_gain`.
    lang : {"nl", "en"}
    households : sequence of str
    """
    rows = results.rows(quantity="client_income", household=list(households))
    gains = results.rows(quantity="client_gain", household=list(households))
    name = f"income-{'-'.join(households)}"

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, households, lang, narrow)

    count = len(households)
    wide_rows = (count + 1) // 2
    svg, narrow = draw_both(name, draw, [(WIDE, 2.5 * wide_rows), (NARROW, 2.9 * count)])
    return Figure(
        name,
        svg,
        narrow,
        alt=_alt(gains, households, lang),
        caption=say("figure.income.caption", lang),
        data=_table(rows, gains, households, lang),
        rows=(*rows, *gains),
        notes=(say("figure.income.note", lang, year=results.meta["price_year"]),),
    )


def _draw(canvas: Any, rows: list[Any], households: Sequence[str], lang: str, narrow: bool) -> None:
    count = len(households)
    shape = (count, 1) if narrow or count == 1 else ((count + 1) // 2, 2)
    axes = canvas.subplots(*shape, squeeze=False, sharey=True).ravel()
    top = max(row.value for row in rows if row.item == "total")
    for axis, household in zip(axes, households, strict=False):
        mine = {(row.item, row.hours): row.value for row in rows if row.household == household}
        hours = sorted({hour for _item, hour in mine})
        places = range(len(hours))
        base = [0.0] * len(hours)
        for part in PARTS:
            heights = [mine.get((part, hour)) or 0.0 for hour in hours]
            axis.bar(places, heights, bottom=base, width=0.72, linewidth=0.8, **_LOOKS[part])
            base = [low + height for low, height in zip(base, heights, strict=True)]
        for place, hour in enumerate(hours):
            small = narrow or count > 1
            text = euro(mine["total", hour], lang, _STEP)
            axis.text(
                place, mine["total", hour] + top * 0.02, text, ha="center", va="bottom", rotation=90 if small else 0
            )
        axis.set_xticks(list(places), [number(hour, lang) for hour in hours])
        axis.set_ylim(0, top * (1.32 if narrow or count > 1 else 1.15))
        tidy_axis(axis, lambda value: euro(value, lang, 1.0))
        axis.set_xlabel(say("figure.income.axis", lang))
        axis.set_title(sentence(say(f"household.{household}", lang)), loc="left", fontweight="bold")
    for axis in axes[count:]:
        axis.axis("off")
    _legend(canvas, lang, narrow)


def _legend(canvas: Any, lang: str, narrow: bool) -> None:
    from matplotlib.patches import Patch

    boxes = [
        Patch(**({"edgecolor": BLACK} | _LOOKS[part]), linewidth=0.8, label=say(f"income.{part}", lang))
        for part in PARTS
    ]
    canvas.legend(handles=boxes, loc="outside upper left", ncols=1 if narrow else 3, frameon=False, handlelength=1.4)


def _alt(gains: list[Any], households: Sequence[str], lang: str) -> str:
    parts = []
    for household in households:
        mine = [row for row in gains if row.household == household]
        some = [row for row in mine if row.hours in (12, 24, 36)]
        parts += [income_verdict(row, lang) for row in some]
        parts.append(trap_verdict(mine, lang))
    return " ".join(part for part in parts if part)


def _table(rows: list[Any], gains: list[Any], households: Sequence[str], lang: str) -> pd.DataFrame:
    values = {(row.household, row.item, row.hours): row.value for row in rows}
    gain = {(row.household, row.hours): row.value for row in gains}
    lines = []
    for household in households:
        for hour in sorted({key[2] for key in values if key[0] == household}):
            line = {say("column.hours", lang): number(hour, lang)}
            if len(households) > 1:
                line[say("column.household", lang)] = sentence(say(f"household.{household}", lang))
            for part in (*PARTS, "total"):
                line[sentence(say(f"income.{part}", lang))] = euro(values.get((household, part, hour)), lang, _STEP)
            line[say("column.more_than_benefit", lang)] = euro(gain.get((household, hour)), lang, _STEP)
            lines.append(line)
    return pd.DataFrame(lines)
