"""Share in work by month: what was seen in the band that the model expects."""

from __future__ import annotations

from typing import Any

from werkzorg.reporting.basis import say_basis
from werkzorg.reporting.figures.style import BLACK, BLUE, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import is_missing, percent
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables_checks import check_table
from werkzorg.reporting.verdicts import label
from werkzorg.wording import say


def nothing_seen(results: Results, check: str, lang: str) -> str:
    """Sentence for a check of which no month may be shown: dots are what its figure is about; else empty.

    Parameters
    ----------
    results : Results
        Reads `check_line`.
    check : {"work_programme", "work_comparison"}
    lang : {"nl", "en"}
    """
    if any(not is_missing(row.value) for row in results.rows(quantity="check_line", item=check)):
        return ""
    return say("figure.check_work.none", lang, caption=say(f"figure.check_work.caption.{check}", lang))


def check_work(results: Results, check: str, lang: str) -> Figure:
    """Band of 99% for the share in work, with what was seen where it may be shown.

    Parameters
    ----------
    results : Results
        Reads `check` and `check_line`.
    check : {"work_programme", "work_comparison"}
    lang : {"nl", "en"}
    """
    rows = results.rows(quantity="check_line", item=check)

    def draw(canvas: Any, narrow: bool) -> None:
        axis = canvas.add_subplot()
        months = [row.month for row in rows]
        axis.fill_between(
            months, [r.low99 for r in rows], [r.high99 for r in rows], color=BLUE, alpha=0.25, linewidth=0
        )
        axis.plot(months, [row.mean for row in rows], color=BLUE, linewidth=1.8)
        seen = [row for row in rows if not is_missing(row.value)]
        marker = {"linestyle": "none", "marker": "o", "markersize": 4.5, "color": BLACK}
        axis.plot([row.month for row in seen], [row.value for row in seen], **marker)
        axis.set_xlim(0, max(months) + 1)
        axis.set_ylim(0, 1)
        tidy_axis(axis, lambda value: percent(value, lang))
        tidy_axis(axis, lambda value: f"{value:.0f}", "x")
        axis.set_xlabel(say("figure.months_short" if narrow else "figure.months", lang))

    wide, phone = draw_both(check.replace("_", "-"), draw, [(WIDE, 2.6), (NARROW, 2.6)])
    return Figure(
        check.replace("_", "-"),
        wide,
        phone,
        alt=label(results.one(quantity="check", item=check), lang),
        caption=say(f"figure.check_work.caption.{check}", lang),
        data=check_table(results, check, lang).data,
        rows=tuple(rows),
        notes=(say_basis(results, "figure.check_work.note", lang),),
    )
