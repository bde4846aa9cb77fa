"""Prior against posterior: what was thought beforehand and what is left after the counts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import pandas as pd

from werkzorg.reporting.basis import say_basis
from werkzorg.reporting.figures.style import BLUE, GREY, NARROW, WIDE, Figure, draw_both, text_lines
from werkzorg.reporting.numbers import is_missing
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import mark
from werkzorg.reporting.verdicts_data import is_leading, prior_verdict, uncertain_name, uncertain_value
from werkzorg.wording import say

_LONE = (0.84, 0.74)
"""Height of a row with one bar beside that of a row with two, on a page and on a phone."""


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
        _draw(canvas, list(pairs.values()), stages, lang, narrow)

    page, phone = (sum(_heights(pairs.values(), narrow)) for narrow in (False, True))
    svg, narrow = draw_both("priors", draw, [(WIDE, 0.5 + 0.48 * page), (NARROW, 0.5 + 0.92 * phone)])
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


def _heights(pairs: Iterable[dict[str, Any]], narrow: bool) -> list[float]:
    return [_LONE[narrow] if _is_lone(pair) else 1.0 for pair in pairs]


def _draw(canvas: Any, pairs: list[dict[str, Any]], stages: dict[str, str], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    axis.axis("off")
    x0, x1 = (0.0, 0.56) if narrow else (0.40, 0.80)
    lift = 0.30 if narrow else 0.0
    heights = _heights(pairs, narrow)
    for pair, place in zip(pairs, accumulate(heights[:-1], initial=0.0), strict=True):
        low = min(row.low95 for row in pair.values())
        width = (max(row.high95 for row in pair.values()) - low) or 1.0
        name = uncertain_name(pair["posterior"], lang)
        lone = _is_lone(pair)
        if narrow:
            axis.text(0.0, place - 0.17, textwrap.fill(name, 46), va="bottom", fontweight="bold")
        else:
            text_lines(axis, (0.385, place + (0.0 if lone else 0.13)), textwrap.wrap(name, 36), "right")
        for stage, colour, offset in (("prior", GREY, 0.0), ("posterior", BLUE, 0.26))[: 1 if lone else 2]:
            row, y = pair[stage], place + offset + lift * 0.2
            ends = [
                x0 + (x1 - x0) * (value - low) / width
                for value in (row.low95, row.low80, row.median, row.high80, row.high95)
            ]
            axis.plot([ends[0], ends[4]], [y, y], color=colour, linewidth=1)
            thick = {"linewidth": 5, "solid_capstyle": "butt"}
            axis.plot([ends[1], ends[3]], [y, y], color=colour, alpha=1 if stage == "posterior" else 0.75, **thick)
            marker = {"marker": "o", "markersize": 5.5, "markerfacecolor": "white", "markeredgecolor": colour}
            axis.plot([ends[2]], [y], markeredgewidth=1.5, **marker)
            value = uncertain_value(row.median, row.unit, lang)
            text = say("figure.priors.lone", lang, value=value) if lone else f"{stages[stage]}: {value}"
            axis.text(x1 + 0.02, y, text, va="center", color=colour if stage == "posterior" else "#555555")
    axis.set_xlim(0, 1.02)
    axis.set_ylim(sum(heights) - 0.4, -0.55 if narrow else -0.35)


def _table(pairs: dict[str, dict[str, Any]], results: Results, lang: str) -> pd.DataFrame:
    lines = []
    for pair in pairs.values():
        for stage in ("prior", "posterior"):
            row = pair[stage]
            lines.append(
                {
                    say("column.quantity", lang): uncertain_name(row, lang) + mark(row, lang),
                    say("column.stage", lang): say_basis(results, f"stage.{stage}", lang),
                    say("column.median", lang): uncertain_value(row.median, row.unit, lang),
                    say("column.low80", lang): uncertain_value(row.low80, row.unit, lang),
                    say("column.high80", lang): uncertain_value(row.high80, row.unit, lang),
                    say("column.low95", lang): uncertain_value(row.low95, row.unit, lang),
                    say("column.high95", lang): uncertain_value(row.high95, row.unit, lang),
                }
            )
    return pd.DataFrame(lines)
