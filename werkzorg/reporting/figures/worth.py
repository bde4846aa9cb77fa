"""What each study is worth to all together and to those who can pay, beside what it costs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.bars import bar_names, bars_height, line_at_nil, money_below
from werkzorg.reporting.figures.style import BLACK, BLUE, GREEN, GREY, NARROW, VERMILLION, WIDE, Figure, draw_both
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables_decision import studies_table
from werkzorg.reporting.verdicts import listing, sentence
from werkzorg.reporting.verdicts_decision import rough_euro, studies_matter, study_name
from werkzorg.wording import say


def study_worth(results: Results, lang: str) -> Figure | None:
    """Bars of the worth of each study with a line at its cost; None without rows, and when no study is worth anything.

    Parameters
    ----------
    results : Results
        Reads `evsi_worth` of society, `payers_worth` and `study_cost`.
    lang : {"nl", "en"}
    """
    table = studies_table(results, lang)
    if table is None or not studies_matter(results):
        return None
    rows = results.rows(quantity="evsi_worth", party="society")
    cost = {(row.item, row.count): row for row in results.rows(quantity="study_cost")}
    payers = {(row.item, row.count): row for row in results.rows(quantity="payers_worth")}

    names = [sentence(study_name(results, row.item, row.count, lang)) for row in rows]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, rows, names, cost, payers, lang, narrow)

    count = len(rows)
    svg, narrow = draw_both("worth", draw, [(WIDE, 0.95 + 0.32 * count), (NARROW, 1.4 + bars_height(names, 0.5))])
    parts = [
        say(
            "figure.worth.part", lang, study=study_name(results, row.item, row.count, lang),
            worth=rough_euro(row.value, lang), cost=rough_euro(cost[row.item, row.count].value, lang),
        )
        for row in rows
    ]  # fmt: skip
    return Figure(
        "worth",
        svg,
        narrow,
        alt=say("figure.worth.alt", lang, parts=listing(parts, lang)),
        caption=say("figure.worth.caption", lang),
        data=pd.DataFrame(table.data),
        rows=table.rows,
        notes=(say("figure.worth.note", lang),),
    )


def _draw(canvas: Any, rows: list[Any], names: list[str], cost: dict, payers: dict, lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    high = 0.42 if narrow else 0.52
    for place, row in enumerate(rows):
        key = row.item, row.count
        axis.barh(place, row.value, height=high, color=BLUE, linewidth=0)
        low = max(row.value - 2 * row.standard_error, 0.0)
        axis.plot([low, row.value + 2 * row.standard_error], [place, place], color=BLACK, linewidth=1.2)
        if key in payers:
            axis.barh(place + high / 3, payers[key].value, height=high / 3, color=GREEN, linewidth=0)
        spent = cost[key].value
        axis.plot([spent, spent], [place - 0.36, place + 0.36], color=VERMILLION, linewidth=2.6)
    bar_names(axis, names, narrow, 36)
    line_at_nil(axis, narrow, len(rows))
    axis.set_ylim(len(rows) - 0.5, -0.75)
    axis.set_xlim(left=0)
    axis.spines["left"].set_visible(False)
    money_below(axis, lang, narrow)
    _legend(axis, bool(payers), lang, narrow)


def _legend(axis: Any, payers: bool, lang: str, narrow: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    signs = [Patch(color=BLUE, label=say("figure.worth.society", lang))]
    if payers:
        signs.append(Patch(color=GREEN, label=say("figure.worth.payers", lang)))
    signs.append(Line2D([], [], color=VERMILLION, linewidth=2.6, label=say("figure.worth.cost", lang)))
    axis.figure.legend(
        handles=signs, loc="outside upper left", frameon=False, ncols=1 if narrow else len(signs), labelcolor=GREY,
        handlelength=1.2, borderpad=0.1, labelspacing=0.25,
    )  # fmt: skip
