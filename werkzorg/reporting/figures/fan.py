"""Cumulative net result of a party month by month, as a fan, with the payback month."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from werkzorg.reporting.figures.style import BLACK, BLUE, GREY, NARROW, WIDE, Figure, draw_both, spread, tidy_axis
from werkzorg.reporting.numbers import euro, is_missing, months_span, number, sensible_step
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import net_verdict, payback_verdict
from werkzorg.wording import say

MARKED = 0.8
"""Share of the calculations with a payback month from which that month is marked."""

_PHONE_LINE = 20
"""Characters of a line of text beside the mark of a month on a phone."""

SHADES = (("low95", "high95", "#D6E6F2"), ("low80", "high80", "#A3C8E2"), ("low50", "high50", "#5FA2CF"))
"""Ends and colours of the bands of a fan, the widest first."""


def cumulative_fan(results: Results, party: str, lang: str) -> Figure:
    """Fan of the cumulative net result for the whole pilot, undiscounted, up to the main horizon.

    Parameters
    ----------
    results : Results
        Reads `net_cumulative`, `payback_month` and `net` of the party.
    party : str
    lang : {"nl", "en"}
    """
    end = results.meta["main_horizon"]
    rows = [row for row in results.rows(quantity="net_cumulative", party=party) if row.month <= end]
    rows.sort(key=lambda row: row.month)
    payback = results.one(quantity="payback_month", party=party)
    net = results.one(quantity="net", party=party, horizon=end, per="pilot", view="budget")
    name = f"fan-{party}"

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, payback, lang, narrow)

    svg, narrow = draw_both(name, draw, [(WIDE, 2.8), (NARROW, 2.9)])
    return Figure(
        name,
        svg,
        narrow,
        alt=f"{net_verdict(net, lang)} {payback_verdict(payback, lang)}",
        caption=say("figure.fan.caption", lang, party=party_name(party, lang), horizon=months_span(end, lang)),
        data=_table(rows, lang),
        rows=(*rows, payback),
        notes=(say("figure.fan.note", lang),),
    )


def _draw(canvas: Any, rows: list[Any], payback: Any, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    months = [row.month for row in rows]
    for low, high, shade in SHADES:
        lows, highs = [getattr(row, low) for row in rows], [getattr(row, high) for row in rows]
        axis.fill_between(months, lows, highs, color=shade, linewidth=0)
    axis.plot(months, [row.median for row in rows], color=BLACK, linewidth=1.8)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.set_xlim(0, months[-1])
    low, high = min(row.low95 for row in rows), max(row.high95 for row in rows)
    pad = 0.06 * (high - low) or 1.0
    axis.set_ylim(low - pad, high + pad)
    axis.set_xticks(range(0, int(months[-1]) + 1, 12))
    axis.set_xlabel(say("figure.months", lang))
    tidy_axis(axis, lambda value: euro(value, lang, 1.0))
    label_ends(axis, rows[-1], lang, high - low + 2 * pad)
    # A month is only marked when nearly all calculations get there: else the mark would promise what the band denies.
    if (payback.probability or 0.0) >= MARKED and not is_missing(payback.median) and 1 < payback.median <= months[-1]:
        axis.axvline(payback.median, color=GREY, linewidth=1, linestyle=(0, (4, 2)))
        text = say("figure.fan.payback", lang, month=number(payback.median, lang))
        right = payback.median > months[-1] * 0.6
        axis.annotate(
            textwrap.fill(text, _PHONE_LINE) if narrow else text,
            (payback.median, high + pad),
            xytext=(-4 if right else 4, -2),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top",
        )


def label_ends(axis: Any, last: Any, lang: str, height: float) -> None:
    """Names of the bands and of the line, right of the axes.

    Parameters
    ----------
    axis : matplotlib axes
    last : row
        Where the bands end.
    lang : {"nl", "en"}
    height : float
        Of the axes, in its own unit.
    """
    wanted = [last.high95, last.high80, last.median, last.low80, last.low95]
    texts = ["95%", "80%", say("figure.fan.median", lang), "80%", "95%"]
    for position, text in zip(spread(wanted, height * 0.07), texts, strict=True):
        axis.annotate(
            text,
            (1.0, position),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontweight="bold" if text not in ("80%", "95%") else "normal",
            color=BLACK if text not in ("80%", "95%") else BLUE,
        )


def fan_step(last: Any) -> float:
    """Rounding step of all months: that of the last."""
    return sensible_step(last.low80, last.high80)


def _table(rows: list[Any], lang: str) -> pd.DataFrame:
    step = fan_step(rows[-1])
    kept = [row for row in rows if row.month % 12 == 0]
    return pd.DataFrame(
        {
            say("column.month", lang): [number(row.month, lang) for row in kept],
            say("column.median", lang): [euro(row.median, lang, step) for row in kept],
            say("column.low80", lang): [euro(row.low80, lang, step) for row in kept],
            say("column.high80", lang): [euro(row.high80, lang, step) for row in kept],
            say("column.low95", lang): [euro(row.low95, lang, step) for row in kept],
            say("column.high95", lang): [euro(row.high95, lang, step) for row in kept],
        }
    )
