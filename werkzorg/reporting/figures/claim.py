"""From the cost before to the cost after, cause by cause: what a claimed change is made of."""

from __future__ import annotations

import textwrap
from typing import Any

from werkzorg.inference.claim import CAUSES, Explanation
from werkzorg.reporting.claim_words import HEADLINE, answer, headline, parts_table, signed
from werkzorg.reporting.figures.style import (
    BLACK,
    GAIN,
    GREY,
    LOSS,
    LOSS_HATCH,
    NARROW,
    PALE,
    WIDE,
    Figure,
    draw_both,
    name_above,
    row_names,
    tidy_axis,
)
from werkzorg.reporting.numbers import number
from werkzorg.wording import say


def claim_waterfall(found: Explanation, lang: str) -> Figure:
    """Waterfall of the parts of a claimed change, with their 80% ranges.

    Parameters
    ----------
    found : Explanation
    lang : {"nl", "en"}
    """

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, found, lang, narrow)

    count = len(CAUSES) + 2
    svg, phone = draw_both("claim", draw, [(WIDE, 0.55 + 0.42 * count), (NARROW, 0.7 + 0.55 * count)])
    return Figure(
        "claim",
        svg,
        phone,
        alt=" ".join([headline(found, lang), answer(found, lang)[0]]),
        caption=say("claim.figure.caption", lang),
        data=parts_table(found, lang),
        notes=(say("claim.figure.note", lang),),
    )


def _draw(canvas: Any, found: Explanation, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    height = 0.4 if narrow else 0.56
    last = len(CAUSES) + 1
    after = 1 + found.claim.observed
    reach = [1.0, after]
    for place, value in ((0, 1.0), (last, after)):
        axis.barh(place, value, height=height, color=BLACK)
        _write(axis, number(100 * value, lang), value, place)
    start = 1.0
    for place, cause in enumerate(CAUSES, start=1):
        estimate = found.parts[cause]
        end = start + estimate.mean
        low, high = (start + edge for edge in estimate.intervals[HEADLINE])
        axis.barh(place, estimate.mean, left=start, height=height, **_look(cause, estimate.mean))
        axis.plot([low, high], [place, place], color=BLACK, linewidth=1.1, solid_capstyle="butt")
        for edge in (low, high):
            axis.plot([edge, edge], [place - 0.1, place + 0.1], color=BLACK, linewidth=1.1)
        axis.plot([end, end], [place, place + 1], color=GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        _write(axis, signed(estimate.mean, lang), max(start, end, high), place)
        reach += [low, high]
        start = end
    axis.plot([1.0, 1.0], [0, 1], color=GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
    names = [say(f"claim.cause.{name}", lang) for name in ("before", *CAUSES, "after")]
    _names(axis, names, narrow)
    left = min(0.0, *reach)
    axis.set_xlim(left, max(reach) + (0.14 if narrow else 0.08) * (max(reach) - left))
    axis.set_ylim(last + 0.5, -0.75)
    tidy_axis(axis, lambda value: number(100 * value, lang), "x")


def _look(cause: str, value: float) -> dict[str, Any]:
    if cause != "work":
        # Chance is no cause: an open bar.
        return {"facecolor": "white", "edgecolor": GREY, "linewidth": 1.0} if cause == "chance" else {"color": PALE}
    if value <= 0:
        return {"color": GAIN}
    return {"facecolor": "white", "edgecolor": LOSS, "hatch": LOSS_HATCH, "linewidth": 1.2}


def _write(axis: Any, text: str, place_x: float, place_y: float) -> None:
    axis.annotate(text, (place_x, place_y), xytext=(4, 0), textcoords="offset points", va="center")


def _names(axis: Any, names: list[str], narrow: bool) -> None:
    if not narrow:
        row_names(axis, names, 30)
        return
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    for place, name in enumerate(names):
        name_above(axis, textwrap.shorten(name, 52, placeholder="…"), place - 0.42, place in (0, len(names) - 1))
