"""Look of all figures: palette, canvas, SVG that stands inside a page.

Each figure is drawn twice: for a page (about 160 mm) and for a phone (288 px inside 320 px). Text stays text in the
SVG. It is laid out with DejaVu Sans, which is wider than the fonts that browsers put in its place, so it is never cut.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

BLUE, VERMILLION, GREEN, PURPLE, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"
PALE_BLUE = "#A3C8E2"
GREY, PALE, TEXT = "#6B6B6B", "#D9D9D9", "#1A1A1A"
GAIN, LOSS = BLUE, VERMILLION
LOSS_HATCH = "////"
FONTS = "Arial, Helvetica, 'Liberation Sans', Roboto, 'DejaVu Sans', sans-serif"
LINE_HEIGHT = 11.0
"""Distance in points between two lines of text."""
WIDE, NARROW = 6.6, 3.0
"""Width in inches on a page and on a phone."""

_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "hatch.linewidth": 0.7,
    "svg.fonttype": "none",
    "svg.hashsalt": "werkzorg",
    "axes.unicode_minus": False,
}


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure ready for a page.

    Parameters
    ----------
    name : str
        Short name, unique in a report; becomes the anchor.
    svg, svg_narrow : str
        Drawing for a page and for a phone (`svg_narrow` empty: the wide one scrolls sideways).
    alt : str
        The message with its numbers, for who does not see the figure.
    caption : str
        Title above the figure.
    data : pandas.DataFrame
        What is drawn, as formatted text; first column names the row.
    rows : tuple
        Rows of the results table behind the figure.
    notes : tuple of str
        How to read it, shown under the figure.
    """

    name: str
    svg: str
    svg_narrow: str
    alt: str
    caption: str
    data: pd.DataFrame
    rows: tuple[Any, ...] = ()
    notes: tuple[str, ...] = field(default=())


def draw_both(
    name: str, draw: Callable[[Canvas, bool], None], sizes: Sequence[tuple[float, float] | None]
) -> list[str]:
    """Draw a figure for a page and for a phone.

    Parameters
    ----------
    name : str
        Prefix of all identifiers inside the SVG, so that several figures can stand in one page.
    draw : callable
        `draw(canvas, narrow)` puts the axes on an empty canvas.
    sizes : sequence of (width, height) in inches or None
        For page and phone; None leaves that drawing out.

    Returns
    -------
    list of str
        SVG texts; empty where the size is None.
    """
    drawings = []
    with matplotlib.rc_context(_RC):
        for narrow, size in enumerate(sizes):
            if size is None:
                drawings.append("")
                continue
            canvas = Canvas(figsize=size, layout="constrained")
            FigureCanvasSVG(canvas)
            draw(canvas, bool(narrow))
            drawings.append(_inline_svg(canvas, f"{name}-{'n' if narrow else 'w'}-"))
    return drawings


def _inline_svg(canvas: Canvas, prefix: str) -> str:
    """SVG for the inside of an HTML page: no prologue, no metadata, no namespaces, own identifiers, scalable."""
    buffer = StringIO()
    empty = {"Date": None, "Creator": None, "Format": None, "Type": None}
    canvas.savefig(buffer, format="svg", transparent=True, metadata=empty)
    text = buffer.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    text = text.replace("xlink:href", "href")
    text = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{prefix}", text)
    text = re.sub(r"font-family: 'DejaVu Sans'[^;\"]*;? ?", "", text)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text).groups()
    # Matplotlib's style sheet holds these two lines; inside a page it would hold for the whole page.
    lines = f'style="stroke-linejoin: round; stroke-linecap: butt; font-family: {FONTS}"'
    # The drawing's own size in CSS pixels (1 pt = 4/3 px); style sheets let it shrink with the page.
    size = f'width="{float(width) * 4 / 3:.0f}" height="{float(height) * 4 / 3:.0f}"'
    text = re.sub(
        r"<svg[^>]*>", f'<svg viewBox="0 0 {width} {height}" {size} focusable="false" {lines}>', text, count=1
    )
    return re.sub(r"\s*\n\s*", "\n", text)


def tidy_axis(axis: Any, lang_format: Callable[[float], str], which: str = "y") -> None:
    """Let an axis write its ticks in the language of the report."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    side = axis.yaxis if which == "y" else axis.xaxis
    side.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    side.set_major_formatter(FuncFormatter(lambda value, _position: lang_format(value)))


def text_lines(axis: Any, place: tuple[float, float], lines: Sequence[str], align: str, coords: Any = "data") -> None:
    """Write lines under each other, centred on a place.

    Each line is a text of its own, because SVG text keeps its alignment only per line.

    Parameters
    ----------
    axis : matplotlib axes
    place : (x, y)
    lines : sequence of str
    align : {"left", "right"}
        At which side of the place the text ends: "right" ends at it.
    coords : str or tuple of str
        Coordinate system of the place, as for `annotate`.
    """
    for rank, line in enumerate(lines):
        shift = ((len(lines) - 1) / 2 - rank) * LINE_HEIGHT
        axis.annotate(
            line, place, xycoords=coords, xytext=(0, shift), textcoords="offset points", ha=align, va="center"
        )


def row_names(axis: Any, names: Sequence[str], width: int) -> None:
    """Names of horizontal bars, right-aligned at the left of the axes, wrapped at a number of characters."""
    axis.set_yticks([])
    for place, name in enumerate(names):
        text_lines(axis, (-0.015, place), textwrap.wrap(name, width), "right", ("axes fraction", "data"))


def name_above(axis: Any, name: str, place: float, bold: bool = False, shift: float = 0.0) -> None:
    """Name of a horizontal bar above it, on a phone; a white ground keeps lines away from the letters.

    Parameters
    ----------
    axis : matplotlib axes
    name : str
    place : float
        Height, in bars.
    bold : bool
    shift : float
        Points above that height.
    """
    axis.annotate(
        name,
        (0.0, place),
        xycoords=("axes fraction", "data"),
        xytext=(2, shift),
        textcoords="offset points",
        va="center",
        fontweight="bold" if bold else "normal",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Positions moved apart until neighbours are at least `gap` from each other, keeping their order and centre.

    Parameters
    ----------
    positions : sequence of float
        Wanted positions, any order.
    gap : float
        Smallest distance.
    """
    order = sorted(range(len(positions)), key=lambda k: positions[k])
    groups: list[tuple[float, list[int]]] = []
    for k in order:
        groups.append((positions[k], [k]))
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < gap * (len(groups[-1][1]) + len(groups[-2][1])) / 2:
            (centre_b, part_b), (centre_a, part_a) = groups.pop(), groups.pop()
            weight = len(part_a) + len(part_b)
            groups.append(((centre_a * len(part_a) + centre_b * len(part_b)) / weight, part_a + part_b))
    placed = list(positions)
    for centre, part in groups:
        for rank, k in enumerate(part):
            placed[k] = centre + gap * (rank - (len(part) - 1) / 2)
    return placed
