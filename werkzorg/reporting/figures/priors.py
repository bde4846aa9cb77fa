"""Prior against posterior: what was thought beforehand and what is left after the counts."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.patches import Patch

from werkzorg.reporting.basis import rests_on_nothing, say_basis
from werkzorg.reporting.figures.style import BLUE, GREY, NARROW, WIDE, Figure, draw_both, text_lines
from werkzorg.reporting.numbers import is_missing
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import mark
from werkzorg.reporting.verdicts_data import is_leading, prior_verdict, uncertain_name, uncertain_value
from werkzorg.wording import say

_WRAP = (36, 42)
"""Characters of a line of a name, on a page and on a phone."""

_COLOURS = {"prior": GREY, "posterior": BLUE}

_LINE, _BAR, _ROOM = 0.157, 0.15, (0.09, 0.15)
"""Inches for a line of a name and for a bar with its value, and between rows on a page and on a phone."""


def prior_posterior(results: Results, lang: str) -> Figure:
    """Bars of 80% (thick) and 95% (thin) for each estimated quantity, each row on its own scale.

    A quantity of which no data speak has one bar: what is left after the data is what was thought beforehand.

    Parameters
    ----------
    results : Results
        Reads `parameter` of both stages.
    lang : {"nl", "en"}
    """
    rows = [row for row in results.rows(quantity="parameter") if is_leading(row)]
    pairs: dict[str, dict[str, Any]] = {}
    for row in rows:
        pairs.setdefault(row.parameter, {})[row.stage] = row
    both = {name: pair for name, pair in pairs.items() if {"prior", "posterior"} <= set(pair)}
    # What may not leave has no posterior to draw.
    pairs = {name: pair for name, pair in both.items() if not is_missing(pair["posterior"].median)}

    stages = {stage: say_basis(results, f"stage.{stage}", lang) for stage in ("prior", "posterior")}

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, _labelled(pairs, bare, narrow, lang), stages, bare, lang, narrow)

    bare = rests_on_nothing(results)
    page, phone = (_tall(_labelled(pairs, bare, narrow, lang), narrow) for narrow in (False, True))
    svg, narrow = draw_both("priors", draw, [(WIDE, 0.12 + page), (NARROW, (0.12 if bare else 0.34) + phone)])
    return Figure(
        "priors",
        svg,
        narrow,
        alt=prior_verdict(results, lang),
        caption=say_basis(results, "figure.priors.caption", lang),
        data=_table(pairs, results, lang),
        rows=tuple(rows),
        notes=(say_basis(results, "figure.priors.note", lang),),
    )


def _is_lone(pair: dict[str, Any]) -> bool:
    return pair["posterior"].rests_on == "prior"


def _labelled(
    pairs: dict[str, dict[str, Any]], bare: bool, narrow: bool, lang: str
) -> list[tuple[list[str], dict[str, Any]]]:
    """Lines of the name of each row, and its bars; without any data a phone has the value behind the name."""
    found = []
    for pair in pairs.values():
        row = pair["posterior"]
        name = uncertain_name(row, lang)
        if bare and narrow:
            name = f"{name}: {uncertain_value(row.median, row.unit, lang)}"
        found.append((textwrap.wrap(name, _WRAP[narrow]), pair))
    return found


def _height(row: tuple[list[str], dict[str, Any]], narrow: bool) -> float:
    """Inches of a row: on a phone the name stands above the bars, on a page beside them."""
    lines, bars = _LINE * len(row[0]), _BAR * (1 if _is_lone(row[1]) else 2)
    return _ROOM[narrow] + (lines + bars if narrow else max(lines, bars))


def _tall(rows: list[tuple[list[str], dict[str, Any]]], narrow: bool) -> float:
    return sum(_height(row, narrow) for row in rows)


def _draw(
    canvas: Any,
    rows: list[tuple[list[str], dict[str, Any]]],
    stages: dict[str, str],
    bare: bool,
    lang: str,
    narrow: bool,
) -> None:
    axis = canvas.add_subplot()
    axis.axis("off")
    ends = (0.0, 1.0 if bare else 0.70) if narrow else (0.40, 0.80)
    top = 0.0
    for row in rows:
        lines, pair = row
        middle = top + _height(row, narrow) / 2
        if narrow:
            for rank, line in enumerate(lines):
                axis.text(0.0, top + _LINE * (rank + 0.5), line, va="center")
            middle += _LINE * len(lines) / 2
        else:
            text_lines(axis, (0.385, middle), lines, "right")
        lone = _is_lone(pair)
        for rank, stage in enumerate(("prior",) if lone else ("prior", "posterior")):
            place = middle + (0.0 if lone else _BAR * (rank - 0.5))
            _bar(axis, pair, stage, ends, place)
            value = uncertain_value(pair[stage].median, pair[stage].unit, lang)
            text = say("figure.priors.lone", lang, value=value) if lone else f"{stages[stage]}: {value}"
            if not (bare and narrow):
                colour = BLUE if stage == "posterior" else "#555555"
                axis.text(ends[1] + 0.03, place, value if bare or narrow else text, va="center", color=colour)
        top += _height(row, narrow)
    axis.set_xlim(-0.01, 1.02)
    axis.set_ylim(top, 0.0)
    if narrow and not bare:
        signs = [Patch(color=colour, label=stages[stage]) for stage, colour in _COLOURS.items()]
        look = {"frameon": False, "handlelength": 1.2, "borderpad": 0.1, "ncols": 2}
        canvas.legend(handles=signs, loc="outside upper left", **look)


def _bar(axis: Any, pair: dict[str, Any], stage: str, ends: tuple[float, float], place: float) -> None:
    """Bar of 80% with a line of 95% and a dot, between two places, on the scale of both stages."""
    low = min(row.low95 for row in pair.values())
    width = (max(row.high95 for row in pair.values()) - low) or 1.0
    row, colour = pair[stage], _COLOURS[stage]
    at = [
        ends[0] + (ends[1] - ends[0]) * (value - low) / width
        for value in (row.low95, row.low80, row.median, row.high80, row.high95)
    ]
    axis.plot([at[0], at[4]], [place, place], color=colour, linewidth=1)
    thick = {"linewidth": 5, "solid_capstyle": "butt"}
    axis.plot([at[1], at[3]], [place, place], color=colour, alpha=1 if stage == "posterior" else 0.75, **thick)
    marker = {"marker": "o", "markersize": 5.5, "markerfacecolor": "white", "markeredgecolor": colour}
    axis.plot([at[2]], [place], markeredgewidth=1.5, **marker)


def _table(pairs: dict[str, dict[str, Any]], results: Results, lang: str) -> pd.DataFrame:
    lines = []
    bare = rests_on_nothing(results)
    for pair in pairs.values():
        # Without data nothing comes after: each quantity has one row.
        for stage in ("posterior",) if bare else ("prior", "posterior"):
            row = pair[stage]
            when = {} if bare else {say("column.stage", lang): say_basis(results, f"stage.{stage}", lang)}
            lines.append(
                {
                    say("column.quantity", lang): uncertain_name(row, lang) + mark(row, lang),
                    **when,
                    say("column.median", lang): uncertain_value(row.median, row.unit, lang),
                    say("column.low80", lang): uncertain_value(row.low80, row.unit, lang),
                    say("column.high80", lang): uncertain_value(row.high80, row.unit, lang),
                    say("column.low95", lang): uncertain_value(row.low95, row.unit, lang),
                    say("column.high95", lang): uncertain_value(row.high95, row.unit, lang),
                }
            )
    return pd.DataFrame(lines)
