"""What figures of horizontal bars share: names, ranges and amounts at the bars, the line at nil, money below."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence
from typing import Any

from werkzorg.reporting.figures.style import (
    BLACK,
    GAIN,
    GREY,
    LINE_HEIGHT,
    LOSS,
    LOSS_HATCH,
    PALE,
    name_above,
    row_names,
    tidy_axis,
)
from werkzorg.reporting.numbers import euro

LOSS_LOOK = {"facecolor": "white", "edgecolor": LOSS, "hatch": LOSS_HATCH, "linewidth": 1.2}
"""A loss, also where colours cannot be told apart."""

BY_WORK = ("work", "use_in_work", "crisis_at_start")
"""Causes of a change of care cost that would not be there without work."""

PHONE_NAME = 48
"""Characters of a name that fit on a line above a bar on a phone."""

LIFT = 0.42
"""How far above the middle of a bar its name stands, in bars."""

_MORE = 0.24
"""Inches that every bar takes more for one more line of its name, so that no name touches a bar."""


_BESIDE = 0.24
"""How far a line on a phone reaches above and below the middle of a bar, in bars: up to the name of the bar."""


def bars_height(names: Sequence[str], least: float, longest: int = PHONE_NAME) -> float:
    """Height of all bars together on a phone, where no name above a bar is cut.

    Parameters
    ----------
    names : sequence of str
    least : float
        Inches for a bar with a name of one line.
    longest : int
        Characters of a name that fit on a line.

    Returns
    -------
    float
        Inches.
    """
    lines = max((len(textwrap.wrap(name, longest)) for name in names), default=1)
    return len(names) * (least + _MORE * (lines - 1))


def bar_names(
    axis: Any,
    names: Sequence[str],
    narrow: bool,
    width: int,
    longest: int = PHONE_NAME,
    bold: Collection[int] = (),
) -> None:
    """Names of bars: left of the axes on a page, above each bar on a phone.

    Parameters
    ----------
    axis : matplotlib axes
    names : sequence of str
        From the first bar down.
    narrow : bool
        Whether this is the drawing for a phone.
    width : int
        Characters at which a name is wrapped on a page.
    longest : int
        Characters of a name that fit above a bar.
    bold : collection of int
        Places of names in bold, on a phone.
    """
    if not narrow:
        row_names(axis, names, width)
        return
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    for place, name in enumerate(names):
        wrapped = textwrap.wrap(name, longest)
        for rank, line in enumerate(wrapped):
            shift = ((len(wrapped) - 1) / 2 - rank) * LINE_HEIGHT
            name_above(axis, line, place - LIFT, place in bold, shift)


def bar_range(axis: Any, low: float, high: float, place: float) -> None:
    """Line over a bar from the low to the high end of its range, with an edge at each; on a dark bar white shows it."""
    for look in ({"color": "white", "linewidth": 3.0}, {"color": BLACK, "linewidth": 1.1}):
        axis.plot([low, high], [place, place], solid_capstyle="butt", **look)
        for edge in (low, high):
            axis.plot([edge, edge], [place - 0.1, place + 0.1], **look)


def bar_text(axis: Any, text: str, right: float, place: float) -> None:
    """Text at the right of all that is drawn of a bar, never over it."""
    axis.annotate(text, (right, place), xytext=(4, 0), textcoords="offset points", va="center")


def step_line(axis: Any, at: float, place: float, narrow: bool) -> None:
    """Dotted line from a bar to the next one, which begins where this one ends; a phone has a name between them."""
    if narrow:
        return
    axis.plot([at, at], [place, place + 1], color=GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)


def cause_look(cause: str, value: float) -> dict[str, Any]:
    """Look of a cause of a change of cost: work saves or costs, chance is no cause, and the rest would be anyway."""
    if cause == "chance":
        return {"facecolor": "white", "edgecolor": GREY, "linewidth": 1.0}
    if cause not in BY_WORK:
        return {"color": PALE}
    return {"color": GAIN} if value <= 0 else LOSS_LOOK


def money_below(axis: Any, lang: str, narrow: bool) -> None:
    """Whole euros under the figure, few of them on a phone."""
    tidy_axis(axis, lambda value: euro(value, lang, 1.0), "x")
    if narrow:
        axis.locator_params(axis="x", nbins=3)


def upright(axis: Any, at: float, narrow: bool, bars: int, **look: Any) -> None:
    """Upright line through all bars; on a phone only beside each bar, because the names stand between them.

    Parameters
    ----------
    axis : matplotlib axes
    at : float
        Amount.
    narrow : bool
        Whether this is the drawing for a phone.
    bars : int
        Number of bars.
    **look
        Of the line, as matplotlib wants it.
    """
    if not narrow:
        axis.axvline(at, **look)
        return
    for place in range(bars):
        axis.plot([at, at], [place - _BESIDE, place + _BESIDE], **look)


def line_at_nil(axis: Any, narrow: bool, bars: int) -> None:
    """Upright line where nothing is gained or lost."""
    upright(axis, 0, narrow, bars, color=BLACK, linewidth=0.8)
