"""Share of participants in each state over time, with and without the pilot."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.reporting.figures.style import BLACK, BLUE, GREY, NARROW, WIDE, Figure, draw_both, tidy_axis
from werkzorg.reporting.numbers import months_span, number, percent
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import sentence, share_working_verdict
from werkzorg.wording import catalogue, say

STATES = ("work_off", "work_supplement", "searching", "off_no_work", "left")
WORKING = ("work_off", "work_supplement")


def state_shares(results: Results, lang: str) -> Figure:
    """One small panel per state: solid line with the pilot, dashed without, 80% bands.

    Parameters
    ----------
    results : Results
        Reads `state_share` of both arms up to the main horizon.
    lang : {"nl", "en"}
    """
    end = results.meta["main_horizon"]
    rows = [row for row in results.rows(quantity="state_share") if row.month <= end]
    lines: dict[tuple[str, str], list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.month):
        lines.setdefault((row.arm, row.state), []).append(row)
    last = lines["programme", STATES[0]][-1].month
    names = _names(results, lang)

    def draw(canvas: Any, narrow: bool) -> None:
        _draw(canvas, lines, names, lang, narrow)

    svg, narrow = draw_both("states", draw, [(WIDE, 3.5), (NARROW, 5.4)])
    with_pilot, without = ([lines[arm, state][-1] for state in WORKING] for arm in ("programme", "without"))
    return Figure(
        "states",
        svg,
        narrow,
        alt=share_working_verdict(with_pilot, without, lang),
        caption=say("figure.states.caption", lang, horizon=months_span(last, lang)),
        data=_table(lines, names, lang),
        rows=tuple(rows),
        notes=_notes(lines, lang),
    )


def _notes(lines: dict[tuple[str, str], list[Any]], lang: str) -> tuple[str, ...]:
    prior = all(row.rests_on == "prior" for state in STATES for row in lines["without", state])
    first = (say("figure.states.note", lang),)
    return (*first, say("figure.states.note_prior", lang)) if prior else first


def _names(results: Results, lang: str) -> dict[str, str]:
    """Names of the states; where support of a limited time ended, nobody left."""
    kind = results.meta.get("help", "")
    own = {state: f"state.{state}.{kind}" for state in STATES}
    return {state: say(own[state] if own[state] in catalogue() else f"state.{state}", lang) for state in STATES}


def _draw(canvas: Any, lines: dict[tuple[str, str], list[Any]], names: dict[str, str], lang: str, narrow: bool) -> None:
    axes = canvas.subplots(3 if narrow else 2, 2 if narrow else 3, sharex=True, sharey=True).ravel()
    for axis, state in zip(axes, STATES, strict=False):
        for arm, colour, dash in (("without", GREY, (0, (4, 2))), ("programme", BLUE, "-")):
            rows = lines[arm, state]
            months = [row.month for row in rows]
            axis.fill_between(months, [r.low80 for r in rows], [r.high80 for r in rows], color=colour, alpha=0.22, lw=0)
            axis.plot(months, [row.value for row in rows], color=colour, linestyle=dash, linewidth=1.8)
        title = sentence(names[state])
        axis.set_title(_wrapped(title, 18 if narrow else 26), loc="left", fontweight="bold")
        axis.set_xlim(0, months[-1])
        axis.set_ylim(0, 1)
        axis.set_xticks(range(0, int(months[-1]) + 1, 24 if narrow else 12))
        tidy_axis(axis, lambda value: percent(value, lang))
    _legend(axes[5], lang)
    for position in range(3, 5) if not narrow else range(4, 5):
        axes[position].set_xlabel(say("figure.months_short", lang))
    if not narrow:
        axes[2].tick_params(labelbottom=True)
    else:
        axes[3].tick_params(labelbottom=True)


def _legend(axis: Any, lang: str) -> None:
    axis.axis("off")
    entries = (("programme", BLUE, "-", 0.72), ("without", GREY, (0, (4, 2)), 0.42))
    for arm, colour, dash, height in entries:
        axis.plot([0.02, 0.2], [height, height], color=colour, linestyle=dash, linewidth=1.8, transform=axis.transAxes)
        axis.text(0.26, height, say(f"arm.{arm}", lang), va="center", color=BLACK, transform=axis.transAxes)


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def _table(lines: dict[tuple[str, str], list[Any]], names: dict[str, str], lang: str) -> pd.DataFrame:
    """Every year a row with the pilot and one without: side by side they would be more columns than a page takes."""
    months = [row.month for row in lines["programme", STATES[0]] if row.month % 12 == 0]
    shown = {key: {row.month: row.value for row in rows} for key, rows in lines.items()}
    return pd.DataFrame(
        [
            {
                say("column.month", lang): number(month, lang),
                say("column.arm", lang): say(f"arm.{arm}", lang),
                **{sentence(names[state]): percent(shown[arm, state][month], lang) for state in STATES},
            }
            for month in months
            for arm in ("programme", "without")
        ]
    )
