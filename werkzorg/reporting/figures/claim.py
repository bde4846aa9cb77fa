"""From the cost before to the cost after, cause by cause: what a claimed change is made of."""

from __future__ import annotations

from typing import Any

from werkzorg.inference.claim import CAUSES, Explanation
from werkzorg.reporting.claim_words import HEADLINE, answer, headline, parts_table, signed
from werkzorg.reporting.figures.bars import bar_names, bar_range, bar_text, bars_height, cause_look, step_line
from werkzorg.reporting.figures.style import BLACK, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import number
from werkzorg.wording import say

_PHONE_NAME = 52
"""Characters of a name that fit above a bar on a phone: these names have narrow letters."""


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
    tall = 0.7 + bars_height(_names(lang), 0.55, _PHONE_NAME)
    svg, phone = draw_both("claim", draw, [(WIDE, 0.55 + 0.42 * count), (NARROW, tall)])
    return Figure(
        "claim",
        svg,
        phone,
        alt=" ".join([headline(found, lang), answer(found, lang)[0]]),
        caption=say("claim.figure.caption", lang),
        data=parts_table(found, lang),
        notes=(say("claim.figure.note", lang),),
    )


def _names(lang: str) -> list[str]:
    return [say(f"claim.cause.{name}", lang) for name in ("before", *CAUSES, "after")]


def _draw(canvas: Any, found: Explanation, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    height = 0.4 if narrow else 0.56
    last = len(CAUSES) + 1
    after = 1 + found.claim.observed
    reach = [1.0, after]
    for place, value in ((0, 1.0), (last, after)):
        axis.barh(place, value, height=height, color=BLACK)
        bar_text(axis, number(100 * value, lang), value, place)
    start = 1.0
    for place, cause in enumerate(CAUSES, start=1):
        estimate = found.parts[cause]
        end = start + estimate.mean
        low, high = (start + edge for edge in estimate.intervals[HEADLINE])
        axis.barh(place, estimate.mean, left=start, height=height, **cause_look(cause, estimate.mean))
        bar_range(axis, low, high, place)
        step_line(axis, end, place, narrow)
        bar_text(axis, signed(estimate.mean, lang), max(start, end, high), place)
        reach += [low, high]
        start = end
    step_line(axis, 1.0, 0, narrow)
    bar_names(axis, _names(lang), narrow, 30, _PHONE_NAME, (0, last))
    left = min(0.0, *reach)
    axis.set_xlim(left, max(reach) + (0.14 if narrow else 0.08) * (max(reach) - left))
    axis.set_ylim(last + 0.5, -0.75)
    tidy_axis(axis, lambda value: number(100 * value, lang), "x")
