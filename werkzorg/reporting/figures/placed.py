"""Forecast of the number of participants that get a job, against the pilot's own criterion."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.style import BLACK, BLUE, GREY, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import chance, number, percent
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import criterion_verdict, placed_verdict, working_verdict
from werkzorg.wording import say

_TAIL = 0.001
"""Counts with a smaller probability at both ends are left out of the drawing; the table adds them up."""

_MANY, _TOGETHER = 40, 5
"""Numbers in the table from which they are taken together, and how many."""


def placed_forecast(results: Results, lang: str) -> Figure:
    """Bars with the probability of each number placed at the end; counts that meet the criterion are filled.

    Parameters
    ----------
    results : Results
        Reads `placed`, `placed_pmf` or `working_pmf`, `probability_criterion` and `meta.criterion`; the figure shows
        the number that the criterion is about.
    lang : {"nl", "en"}
    """
    criterion = results.meta["criterion"]
    measure = criterion["measure"] if criterion else "placed"
    rows = sorted(results.rows(quantity=f"{measure}_pmf"), key=lambda row: row.count)
    used = [k for k, row in enumerate(rows) if row.value > _TAIL] or [0]
    shown = rows[used[0] : used[-1] + 1]
    least = criterion["placed_at_least"] if criterion else None
    total = results.one(quantity="placed", item="ever" if measure == "placed" else "working")

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, shown, least, measure, lang, narrow)

    svg, narrow = draw_both("placed", draw, [(WIDE, 2.4), (NARROW, 2.5)])
    alt = [placed_verdict(total, lang) if measure == "placed" else working_verdict(total, lang)]
    if criterion:
        alt.append(criterion_verdict(results.one(quantity="probability_criterion"), None, criterion, lang))
    return Figure(
        "placed",
        svg,
        narrow,
        alt=" ".join(alt),
        caption=say(f"figure.placed.caption.{measure}", lang),
        data=_table(shown, lang),
        rows=(total, *shown),
        notes=(say("figure.placed.note", lang),) if criterion else (),
    )


def _table(shown: list[Any], lang: str) -> pd.DataFrame:
    """Probability of each number; of numbers in fives where there are so many that a row of its own says little."""
    width = _TOGETHER if len(shown) > _MANY else 1
    groups: dict[int, list[Any]] = {}
    for row in shown:
        groups.setdefault(int(row.count) // width * width, []).append(row)
    names = [
        number(rows[0].count, lang) if len(rows) == 1
        else say("figure.placed.from_to", lang, low=number(rows[0].count, lang), high=number(rows[-1].count, lang))
        for rows in groups.values()
    ]  # fmt: skip
    return pd.DataFrame(
        {
            say("column.placed", lang): names,
            say("column.chance", lang): [chance(sum(row.value for row in rows), lang) for rows in groups.values()],
        }
    )


def _draw(canvas: Any, rows: list[Any], least: int | None, measure: str, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    top = max(row.value for row in rows)
    for row in rows:
        met = least is None or row.count >= least
        look = {"facecolor": BLUE} if met else {"facecolor": "white", "hatch": "////", "edgecolor": GREY}
        axis.bar(row.count, row.value, width=0.78, linewidth=0.8, **look)
    first, last = rows[0].count - 0.7, rows[-1].count + 0.7
    axis.set_ylim(0, top * 1.25)
    if least is not None:
        first, last = min(first, least - 1.5), max(last, least + 0.7)
        axis.axvline(least - 0.5, color=BLACK, linewidth=1.5)
        right = least - 0.5 > (first + last) / 2
        axis.annotate(
            say("figure.placed.criterion", lang, least=least),
            (least - 0.5, top * 1.24),
            xytext=(-5 if right else 5, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top",
            fontweight="bold",
        )
    axis.set_xlim(first, last)
    axis.set_xlabel(say(f"figure.placed.axis.{measure}", lang))
    # Many people: many small bars, and ticks that whole percentages would not tell apart.
    tidy_axis(axis, lambda value: percent(value, lang, 1 if top < 0.05 else 0))
    axis.locator_params(axis="x", integer=True, nbins=5 if narrow else 10)
