"""What each scenario changes for one party, against the pilot as it is."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd

from werkzorg.reporting.basis import compared
from werkzorg.reporting.figures.bars import LIFT, money_below
from werkzorg.reporting.figures.style import (
    BLACK,
    GREY,
    LINE_HEIGHT,
    NARROW,
    WIDE,
    Figure,
    draw_both,
    name_above,
    text_lines,
)
from werkzorg.reporting.numbers import euro, euro_range, is_missing
from werkzorg.reporting.parties import party_colour, party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import listing, the_party
from werkzorg.reporting.verdicts_scenarios import cell_text, chance_text, difference_step, differences
from werkzorg.wording import say

KINDS = ("place", "choice", "circumstance", "evidence")
"""Kinds of scenarios that are drawn: a longer or shorter look is no other result, but more or fewer years of it."""

_NAME_WIDTH, _PHONE_NAME = 44, 40
"""Characters of a name on a line, left of its bar on a page and above it on a phone."""

_PHONE_ROW = 0.37
"""Inches from a bar to the next one on a phone, with a name of one line between them."""

_PHONE_LINE = LINE_HEIGHT / 72 / _PHONE_ROW
"""Room for one more line of a name, in bars."""


def scenario_differences(results: Results, party: str, lang: str) -> Figure:
    """Mean and 80% interval of the difference from the pilot as it is, per scenario.

    Parameters
    ----------
    results : Results
        Of a comparison; reads `scenario_difference`.
    party : str
    lang : {"nl", "en"}
    """
    groups = [(kind, differences(results, party, kind)) for kind in KINDS]
    groups = [(kind, rows) for kind, rows in groups if rows]
    lines = [entry for kind, rows in groups for entry in (say(f"scenario.kind.{kind}", lang), *rows)]
    names = {key: facts[f"name_{lang}"] for key, facts in results.meta["scenarios"].items()}
    rows = [line for line in lines if not isinstance(line, str)]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, lines, names, party, lang, narrow)

    name = f"scenarios-{party}"
    sizes = [(WIDE, 0.7 + 0.2 * len(lines)), (NARROW, 0.7 + _PHONE_ROW * (_phone_places(lines, names)[-1] + 1))]
    svg, narrow = draw_both(name, draw, sizes)
    parts = [say("figure.scenarios.part", lang, name=names[r.scenario], value=cell_text(r, lang)) for r in rows]
    the, kind = the_party(party, lang), compared(results.meta)
    return Figure(
        name,
        svg,
        narrow,
        alt=say(f"figure.{kind}.alt", lang, the=the, parts=listing(parts, lang)),
        caption=say(f"figure.{kind}.caption", lang, party=party_name(party, lang)),
        data=pd.DataFrame(
            {
                say("column.scenario", lang): [names[row.scenario] for row in rows],
                say("column.scenario_difference", lang): [euro(row.value, lang, difference_step(row)) for row in rows],
                say("column.range80", lang): [_interval(row, lang) for row in rows],
                say("column.chance_better", lang): [chance_text(row, lang) for row in rows],
            }
        ),
        rows=tuple(rows),
        notes=(say("figure.scenarios.note", lang),),
    )


def _interval(row: Any, lang: str) -> str:
    if is_missing(row.low80):
        return say("number.missing", lang)
    return euro_range(row.low80, row.high80, lang, difference_step(row))


def _phone_places(lines: list[Any], names: dict[str, str]) -> list[float]:
    """Heights of headings and bars on a phone: a bar stands lower for every further line of its name."""
    places, extra = [], 0.0
    for place, line in enumerate(lines):
        if not isinstance(line, str):
            extra += _PHONE_LINE * (len(textwrap.wrap(names[line.scenario], _PHONE_NAME)) - 1)
        places.append(place + extra)
    return places


def _draw(canvas: Any, lines: list[Any], names: dict[str, str], party: str, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    colour = party_colour(party)
    places = _phone_places(lines, names) if narrow else list(range(len(lines)))
    for place, line in zip(places, lines, strict=True):
        if isinstance(line, str):
            _heading(axis, line, place, narrow)
            continue
        if not is_missing(line.low80):
            axis.plot([line.low80, line.high80], [place, place], color=colour, linewidth=3.5, solid_capstyle="butt")
        face = "white" if is_missing(line.low80) else colour
        axis.plot([line.value], [place], marker="o", markersize=6.5, markerfacecolor=face, markeredgecolor=colour)
        if narrow:
            for rank, text in enumerate(reversed(textwrap.wrap(names[line.scenario], _PHONE_NAME))):
                name_above(axis, text, place - LIFT, shift=rank * LINE_HEIGHT)
        else:
            text = textwrap.wrap(names[line.scenario], _NAME_WIDTH)
            text_lines(axis, (-0.015, place), text, "right", ("axes fraction", "data"))
        axis.annotate(
            chance_text(line, lang), (1.0, place), xycoords=("axes fraction", "data"), xytext=(5, 0),
            textcoords="offset points", va="center",
        )  # fmt: skip
    axis.annotate(
        say("figure.scenarios.chance", lang), (1.0, -0.95), xycoords=("axes fraction", "data"), xytext=(5, 0),
        textcoords="offset points", va="center", ha="left" if not narrow else "center", color=GREY,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip
    axis.axvline(0, color=BLACK, linewidth=0.8)
    axis.set_yticks([])
    axis.set_ylim(places[-1] + 0.5, -1.3)
    axis.margins(x=0.06)
    money_below(axis, lang, narrow)
    axis.tick_params(axis="x", rotation=0)
    axis.spines["left"].set_visible(False)


def _heading(axis: Any, text: str, place: float, narrow: bool) -> None:
    if narrow:
        name_above(axis, text, place, bold=True)
        return
    axis.annotate(
        text, (-0.015, place), xycoords=("axes fraction", "data"), xytext=(0, -LINE_HEIGHT / 4),
        textcoords="offset points", ha="right", va="center", fontweight="bold",
    )  # fmt: skip
