"""Which uncertain values move the expected result of a party most, one at a time."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.patches import Patch

from werkzorg.reporting.figures.bars import bar_names, bars_height, money_below, upright
from werkzorg.reporting.figures.style import BLACK, BLUE, GREY, NARROW, PALE_BLUE, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import euro, months_span
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import mark, money_step
from werkzorg.reporting.verdicts_data import tipping_text, uncertain_name
from werkzorg.reporting.verdicts_decision import rough_step, tornado_verdict
from werkzorg.wording import say

_PHONE_NAME = 44
"""Characters of a name that fit above a bar on a phone."""

_LOOKS = {"at_low": {"facecolor": PALE_BLUE, "edgecolor": BLUE}, "at_high": {"facecolor": BLUE, "edgecolor": BLUE}}
"""Light for a low value and dark for a high one: a low value may well be a gain, so it has no look of a loss."""


def tornado(results: Results, party: str, lang: str) -> Figure | None:
    """Expected result of a party at a low and a high value of each of the values that move it most; None without rows.

    Parameters
    ----------
    results : Results
        Reads `tornado`, `tornado_input` and `net` of the party.
    party : str
    lang : {"nl", "en"}
    """
    rows = results.rows(quantity="tornado", party=party)
    if not rows:
        return None
    ends = {(row.parameter, row.item): row for row in rows}
    inputs = {(row.parameter, row.item): row for row in results.rows(quantity="tornado_input", party=party)}
    order = list(dict.fromkeys(row.parameter for row in rows))
    net = results.one(quantity="net", party=party, horizon=results.meta["main_horizon"], per="pilot", view="society")

    names = [uncertain_name(ends[key, "at_low"], lang) + mark(ends[key, "at_low"], lang) for key in order]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, names, order, ends, inputs, net.value, lang, narrow)

    name = f"tornado-{party}"
    tall = 1.1 + bars_height(names, 0.56, _PHONE_NAME)
    svg, narrow = draw_both(name, draw, [(WIDE, 0.9 + 0.385 * len(order)), (NARROW, tall)])
    span = months_span(results.meta["main_horizon"], lang)
    step = min(money_step(net), rough_step(max(abs(row.value) for row in rows)))
    data = [
        (
            name_of,
            *(tipping_text(inputs[key, end], lang) for end in ("at_low", "at_high")),
            *(euro(ends[key, end].value, lang, step) for end in ("at_low", "at_high")),
        )
        for name_of, key in zip(names, order, strict=True)
    ]
    columns = ("assumption", "low_value", "high_value", "at_low", "at_high")
    return Figure(
        name,
        svg,
        narrow,
        alt=tornado_verdict(rows, lang),
        caption=say("figure.tornado.caption", lang, party=party_name(party, lang), horizon=span),
        data=pd.DataFrame(data, columns=[say(f"column.{key}", lang) for key in columns]),
        rows=(*rows, net),
        notes=tuple(say(name, lang, base=euro(net.value, lang, step)) for name in _notes(rows)),
    )


def _notes(rows: list[Any]) -> list[str]:
    zero = ["figure.tornado.zero"] if min(row.value for row in rows) < 0 < max(row.value for row in rows) else []
    return ["figure.tornado.note", *zero]


def _draw(
    canvas: Any,
    names: list[str],
    order: list[str],
    ends: dict,
    inputs: dict,
    base: float,
    lang: str,
    narrow: bool,
) -> None:
    axis = canvas.add_subplot()
    high = 0.28 if narrow else 0.55
    for place, key in enumerate(order):
        for end in ("at_low", "at_high"):
            value = ends[key, end].value
            axis.barh(place, value - base, left=base, height=high, linewidth=0.8, **_LOOKS[end])
            right = value >= base
            axis.annotate(
                tipping_text(inputs[key, end], lang), (value, place), xytext=(3 if right else -3, 0),
                textcoords="offset points", va="center", ha="left" if right else "right", fontsize=8,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.6},
            )  # fmt: skip
    bar_names(axis, names, narrow, 46, _PHONE_NAME)
    values = [row.value for row in ends.values()]
    width = (max(values) - min(values)) or 1.0
    room = 0.32 if narrow else 0.29
    axis.set_xlim(min(values) - room * width, max(values) + room * width)
    axis.set_ylim(len(order) - 0.5, -0.85 if narrow else -0.75)
    upright(axis, base, narrow, len(order), color=BLACK, linewidth=0.9)
    if min(values) < 0 < max(values):
        upright(axis, 0, narrow, len(order), color=GREY, linewidth=0.9, linestyle=(0, (3, 2)))
    axis.spines["left"].set_visible(False)
    money_below(axis, lang, narrow)
    canvas.legend(
        handles=[Patch(linewidth=0.8, label=say(f"figure.tornado.{end}", lang), **_LOOKS[end]) for end in _LOOKS],
        loc="outside upper right", frameon=False, ncols=2, handlelength=1.2, borderpad=0.1,
    )  # fmt: skip
