"""A page beside the reports with figures that answer the pointer: an addition, with the static figures underneath.

Plotly's library weighs about five megabytes, more than all reports together. That is why it stands in one page of its
own, made only when asked for, and not in each report. The page loads nothing and runs only the scripts in it.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting.basis import facts_line
from werkzorg.reporting.document import heading, paragraph
from werkzorg.reporting.figures.acceptability import acceptability_window
from werkzorg.reporting.figures.fan import fan_step
from werkzorg.reporting.front import gate_notice, is_stopped
from werkzorg.reporting.html import Script, render, save
from werkzorg.reporting.numbers import chance, euro
from werkzorg.reporting.parties import AT_THE_TABLE, party_colour, party_name
from werkzorg.reporting.report import Report
from werkzorg.reporting.results import Results
from werkzorg.reporting.sanitise import clean, dangers
from werkzorg.reporting.verdicts_decision import acceptability_curve
from werkzorg.wording import say

SHOWN = (*AT_THE_TABLE, "society")
"""Parties with a course over time, in this order."""

_BANDS = (("low95", "high95", "#D6E6F2"), ("low80", "high80", "#A3C8E2"), ("low50", "high50", "#5FA2CF"))
_SIGNS = {
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€\u00a0", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}
_FONT = {"family": "Arial, Helvetica, 'Liberation Sans', Roboto, sans-serif", "size": 13, "color": "#1a1a1a"}


def interactive_name(lang: str) -> str:
    """Name of the file, beside the reports."""
    return f"interactief.{lang}.html"


def write_interactive(results: Results, folder: str | Path, lang: str, footer: str) -> Path:
    """Write the page beside the reports, from rows that every reader may see.

    Parameters
    ----------
    results : Results
        The release table.
    folder : str or pathlib.Path
        Folder of the reports.
    lang : {"nl", "en"}
    footer : str
        Last line of the page.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION without Plotly, code RUN when the page would load something.
    """
    shown = results.visible_to("all")
    report = Report(shown, "technical", lang)
    title = say("interactive.title", lang, pilot=results.meta[f"name_{lang}"])
    pieces = [heading(title, 1) + paragraph(facts_line(shown, lang), lang, "facts") + gate_notice(shown, lang)]
    pieces += [paragraph(say("front.stopped", lang), lang, "lead")] if is_stopped(shown) else _pictures(report)
    pieces = [clean(piece) for piece in pieces]
    page = _page(pieces, lang, title, footer, ())
    found = dangers(page)
    if found:
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.html_unsafe", values={"found": ", ".join(found)}))
    scripts = (
        Script(json.dumps(content(shown, lang), ensure_ascii=False).replace("<", "\\u003c"), "werkzorg-figures"),
        Script(_plotly()),
        Script((resources.files("werkzorg.reporting") / "template" / "interactive.js").read_text(encoding="utf8")),
    )
    page = _page(pieces, lang, title, footer, scripts)
    return save(Path(folder) / interactive_name(lang), page.encode("utf8"))


def _pictures(report: Report) -> list[str]:
    """The static figures, which the script replaces, and the assumptions on which they rest."""
    lang, shown = report.lang, report.results
    pieces = [paragraph(say("interactive.lead", lang), lang, "lead"), report.section("cumulative").markup]
    pieces += [report.figure("cumulative_fan", party).markup for party in SHOWN if _pays(shown, party)]
    if acceptability_curve(shown, "all"):
        pieces += [report.section("acceptability").markup]
        pieces += [report.figure("acceptability", party).markup for party in AT_THE_TABLE]
    return [*pieces, report.assumptions().markup]


def _page(pieces: list[str], lang: str, title: str, footer: str, scripts: tuple[Script, ...]) -> str:
    import nbformat

    return render(nbformat.v4.new_notebook(), pieces, lang, title, footer, scripts=scripts)


def _plotly() -> str:
    try:
        return (resources.files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf8")
    except (ModuleNotFoundError, FileNotFoundError):
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("reporting.plotly_missing")) from None


def content(results: Results, lang: str) -> dict[str, Any]:
    """What the script draws: for each figure its name, its lines with the numbers of the rows, and its axes.

    The lines lie where the rows have them; what the pointer tells is rounded as in the reports.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    """
    if is_stopped(results):
        return {"format": _SIGNS[lang], "figures": []}
    made = [fan(results, party, lang) for party in SHOWN if _pays(results, party)]
    if acceptability_curve(results, "all"):
        made += [curves_of(results, party, lang) for party in AT_THE_TABLE]
    return {"format": _SIGNS[lang], "figures": made}


def _pays(results: Results, party: str) -> bool:
    """Whether a party has any entries: without them a flat line would look like a finding."""
    return bool(results.rows(quantity="payback_month", party=party))


def fan(results: Results, party: str, lang: str) -> dict[str, Any]:
    """Lines of the course over time of a party, up to the main horizon."""
    end = results.meta["main_horizon"]
    rows = [row for row in results.rows(quantity="net_cumulative", party=party) if row.month <= end]
    rows.sort(key=lambda row: row.month)
    months = [row.month for row in rows]
    step = fan_step(rows[-1])
    lines = []
    for low, high, colour in _BANDS:
        share = f"{low.removeprefix('low')}%"
        for name, column in (("from", low), ("to", high)):
            told = say(f"interactive.{name}", lang, share=share)
            lines.append(
                _told(rows, column, told, step, lang) | {
                    "x": months, "mode": "lines", "line": {"width": 0}, "fill": "tonexty" if name == "to" else "none",
                    "fillcolor": colour, "showlegend": name == "to", "name": share, "legendgroup": share,
                }
            )  # fmt: skip
    middle = say("figure.fan.median", lang)
    lines.append(
        _told(rows, "median", middle, step, lang)
        | {"x": months, "mode": "lines", "line": {"width": 2.5, "color": "#000000"}, "name": middle}
    )
    axes = {
        "xaxis": {"title": {"text": say("figure.months", lang), "font": _FONT}, "dtick": 12, "range": [0, end],
                  "unifiedhovertitle": {"text": say("interactive.month", lang, month="%{x}")}},
        "yaxis": {"tickformat": "$,.0f", "zeroline": True, "zerolinecolor": "#000000", "zerolinelayer": "above traces"},
    }  # fmt: skip
    return {"name": f"fan-{party}", "data": lines, "layout": _layout(axes)}


def _told(rows: list[Any], column: str, name: str, step: float, lang: str) -> dict[str, Any]:
    """Heights of a line, and what the pointer tells of each: in the steps of the table below the figure."""
    heights = [getattr(row, column) for row in rows]
    texts = [euro(height, lang, step) for height in heights]
    return {"y": heights, "customdata": texts, "hovertemplate": f"{name}: %{{customdata}}<extra></extra>"}


def curves_of(results: Results, party: str, lang: str) -> dict[str, Any]:
    """Lines of what the pilot may cost a party, and each of the four."""
    found = {name: acceptability_curve(results, name) for name in (party, "all")}
    curves = {name: rows for name, rows in found.items() if rows}
    lines = [
        {
            "x": [row.threshold for row in rows], "y": [row.value for row in rows], "mode": "lines+markers",
            "marker": {"size": 5}, "name": party_name(name, lang),
            "customdata": [chance(row.value, lang) for row in rows],
            "hovertemplate": f"{party_name(name, lang)}: %{{customdata}}<extra></extra>",
            "line": {"width": 2.5, "color": party_colour(name), "dash": "dash" if name == "all" else "solid"},
        }
        for name, rows in curves.items()
    ]  # fmt: skip
    axes = {
        "xaxis": {
            "title": {"text": say("figure.acceptability.axis", lang), "font": _FONT}, "tickformat": "$,.0f",
            "nticks": 6, "tickangle": 0, "zerolinecolor": "#000000",
            "range": list(acceptability_window(list(curves.values()))),
        },
        "yaxis": {"tickformat": ".0%", "range": [-0.02, 1.02]},
    }  # fmt: skip
    return {"name": f"acceptability-{party}", "data": lines, "layout": _layout(axes)}


def _layout(axes: dict[str, Any]) -> dict[str, Any]:
    common = {"gridcolor": "#D9D9D9", "automargin": False, "fixedrange": True}
    return {
        "font": _FONT, "height": 420, "margin": {"l": 84, "r": 28, "t": 10, "b": 110}, "hovermode": "x unified",
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        "paper_bgcolor": "#ffffff", "plot_bgcolor": "#ffffff",
        **{name: common | axis for name, axis in axes.items()},
    }  # fmt: skip
