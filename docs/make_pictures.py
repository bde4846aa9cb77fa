"""Draw the pictures of the documents: `python docs/make_pictures.py [way] [chain] [report]`.

`way` and `chain` are drawn from the package itself (names of the steps, states and moves), so that a test can see
when they are out of date. `report` photographs finished reports for the README and the two guides, with playwright
(extra `test`) and a Chromium of the system, without a network. The reports come from

    werkzorg run drechtsteden --lang both
    werkzorg run voorbeeld --lang both
    werkzorg explore drechtsteden --out results/drechtsteden/verkenner.nl.html
    werkzorg explore drechtsteden --lang en --out results/drechtsteden/verkenner.en.html

A page that is not there is named and skipped.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from werkzorg.projection.chain import ENGINE_STATES

DOCS = Path(__file__).resolve().parent
IMAGES = DOCS / "img"
RESULTS = DOCS.parent / "results"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")

TOP = ""
"""In place of a selector: the top of the page."""

WIDTH, HEIGHT, COLOURS = 760, 1330, 48
"""Size of the window in CSS pixels, and colours that are kept: enough for text and lines, and a light file."""

PHOTOGRAPHS = {
    f"{name}.{lang}.png": (f"{page}.{lang}.html", selector)
    for lang in ("nl", "en")
    for name, page, selector in (
        ("report", "drechtsteden/municipality", TOP),
        ("fan", "drechtsteden/municipality", "#figure-fan-municipality"),
        ("drivers", "drechtsteden/municipality", ".block:has(#table-drivers-municipality)"),
        ("care", "voorbeeld/insurer", "#figure-care"),
        ("explorer", "drechtsteden/verkenner", TOP),
    )
}
"""Picture: page below the folder of results, and the part of it that is shown."""

BLUE, GREEN, ORANGE, INK, PALE, LINE = "#0072B2", "#009E73", "#B84E00", "#1A1A1A", "#F4F6F8", "#7A8590"

STEPS = (
    ("fit", "posterior", "chances of work and\nall prices, per draw", "R-hat, ESS, divergences"),
    ("project", "trajectory", "months in each state,\nwith and without", "shares add up to 1"),
    ("settle", "ledger", "each euro: payer, payee,\nitem, kind", "parties = resources, each draw"),
    ("appraise", "appraisal", "net result per party\nand horizon, per draw", "dims, units, no gaps"),
    ("release", "results table", "value, interval, source,\nwhat it rests on", "schema, steps = total"),
    ("report", "reports", "per reader, Dutch and\nEnglish, offline", "text = numbers"),
)
"""Step, what it gives, in words, and what is checked there."""

PLACES = {
    "search_first": (0.0, 2.0, "searching\nfirst job"),
    "job": (2.6, 2.0, "working"),
    "search_next": (5.2, 2.0, "searching\nnext job"),
    "alone_first": (0.0, 0.0, "searching\nfirst job"),
    "job_alone": (2.6, 0.0, "working"),
    "alone_next": (5.2, 0.0, "searching\nnext job"),
    "off_first": (-2.5, 1.0, "off bijstand\nwithout work"),
    "off_next": (7.7, 1.0, "off bijstand\nwithout work"),
}
"""Where each state of the engine stands in the picture of the chain."""


def _box(axes: Axes, x: float, y: float, size: tuple[float, float], text: str, edge: str, face: str = "white") -> None:
    width, height = size
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.02,rounding_size=0.08",
            linewidth=1.4, edgecolor=edge, facecolor=face, zorder=2,
        )
    )  # fmt: skip
    axes.text(x, y, text, ha="center", va="center", fontsize=9, color=INK, zorder=3)


def _arrow(axes: Axes, start: tuple, end: tuple, colour: str = LINE, bend: float = 0.0) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=11, linewidth=1.3, color=colour, zorder=1,
            connectionstyle=f"arc3,rad={bend}", shrinkA=0, shrinkB=0,
        )
    )  # fmt: skip


def _canvas(width: float, height: float, limits: tuple[float, float, float, float]) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=limits[:2], ylim=limits[2:])
    axes.axis("off")
    return figure, axes


def _save(figure: Figure, path: Path, title: str) -> None:
    # Fixed salt and no date: the same drawing gives the same file.
    with mpl.rc_context({"svg.hashsalt": "werkzorg", "svg.fonttype": "path"}):
        figure.savefig(path, metadata={"Date": None, "Title": title, "Creator": None})


def draw_way(path: Path) -> None:
    """The way of a number: from pilot and parameters to the reports, with the check that guards each step."""
    figure, axes = _canvas(11.4, 4.0, (-1.05, 13.25, -1.9, 3.1))
    middles = [1.0 + 2.25 * number for number in range(len(STEPS))]
    _box(axes, 1.9, 2.55, (4.6, 0.85), "pilot file\ndates, counts, support package, own local values", BLUE, PALE)
    _box(axes, 8.6, 2.55, (7.6, 0.85), "params/  prices, rules by date, evidence, parties\n"
         "every value with date, unit, price year, source, status, interval", BLUE, PALE)  # fmt: skip
    axes.plot([middles[0], middles[3]], [1.8, 1.8], color=BLUE, linewidth=1.3, zorder=1)
    for x in (1.9, 5.9):
        axes.plot([x, x], [1.8, 2.1], color=BLUE, linewidth=1.3, zorder=1)
    for x in middles[:4]:
        _arrow(axes, (x, 1.8), (x, 1.22), BLUE)
    for number, (step, gives, words, check) in enumerate(STEPS):
        x = middles[number]
        last = number == len(STEPS) - 1
        _box(axes, x, 0.55, (1.9, 1.2), "", GREEN if last else INK)
        axes.text(x, 0.93, gives, ha="center", va="center", fontsize=10, weight="bold", color=INK, zorder=3)
        axes.text(x, 0.38, words, ha="center", va="center", fontsize=7.6, color=INK, zorder=3)
        axes.text(x, -0.42, f"werkzorg.{step}", ha="center", va="center", fontsize=8.4, family="monospace", color=BLUE)
        axes.text(x, -0.95, "checked:", ha="center", va="center", fontsize=7.2, color=LINE)
        axes.text(x, -1.25, check, ha="center", va="center", fontsize=7.2, color=ORANGE)
        if not last:
            _arrow(axes, (x + 0.98, 0.55), (middles[number + 1] - 0.98, 0.55), INK)
    axes.text(
        6.6, -1.72, "One direction, no way back. Every step gives one labelled structure: stop anywhere and look.",
        ha="center", va="center", fontsize=8.4, color=INK,
    )  # fmt: skip
    _save(figure, path, "The way of a number")


def draw_chain(path: Path) -> None:
    """The chain of one participant, with and without support, one arrow per kind of move."""
    figure, axes = _canvas(11.0, 4.4, (-4.1, 9.3, -1.35, 3.35))
    size = (1.55, 0.8)
    for state in ENGINE_STATES:
        x, y, text = PLACES[state]
        edge = GREEN if y == 2.0 else LINE if y == 1.0 else BLUE
        _box(axes, x, y, size, text, edge, PALE if "job" in state.split("_")[0] else "white")
    right, half = 0.8, 0.42
    for y, colour in ((2.0, GREEN), (0.0, BLUE)):
        _arrow(axes, (0 + right, y), (2.6 - right, y), colour)
        _arrow(axes, (2.6 + right, y + 0.15), (5.2 - right, y + 0.15), ORANGE)
        _arrow(axes, (5.2 - right, y - 0.15), (2.6 + right, y - 0.15), colour)
    for x in (0.0, 2.6, 5.2):
        _arrow(axes, (x, 2.0 - half), (x, half), LINE)
    for x, off, sign in ((0.0, -2.5, -1), (5.2, 7.7, 1)):
        _arrow(axes, (x + sign * right, 1.85), (off - sign * 0.3, 1.0 + half), LINE, bend=0.12 * sign)
        _arrow(axes, (x + sign * right, 0.15), (off - sign * 0.1, 1.0 - half), LINE, bend=-0.12 * sign)
        _arrow(axes, (off + sign * 0.3, 1.0 - half), (x + sign * right, -0.15), LINE, bend=-0.3 * sign)
    for x, y, text in (
        (1.3, 2.17, "job"), (3.9, 2.36, "job lost"), (3.9, 1.68, "next job"),
        (1.3, 0.17, "job"), (3.9, 0.36, "job lost"), (3.9, -0.32, "next job"),
        (-1.6, 1.62, "other exit"), (6.85, 1.62, "other exit"), (-2.35, 0.0, "back"), (7.55, 0.0, "back"),
        (1.32, 1.0, "support ends"), (3.9, 1.0, "clock of the job runs on"),
    ):  # fmt: skip
        axes.text(x, y, text, ha="center", va="center", fontsize=7.6, color=INK)
    axes.text(-3.95, 2.55, "arm with the programme\nstarts here", fontsize=8.6, color=GREEN, weight="bold", va="center")
    _arrow(axes, (-1.75, 2.5), (-0.8, 2.15), GREEN)
    axes.text(
        -3.95, -0.75, "arm without the programme\nstarts here", fontsize=8.6, color=BLUE, weight="bold", va="center"
    )
    _arrow(axes, (-1.3, -0.75), (-0.5, -0.42), BLUE)
    axes.text(2.6, 2.85, "with support of the programme", ha="center", fontsize=9, color=GREEN)
    axes.text(2.6, -0.85, "without support", ha="center", fontsize=9, color=BLUE)
    _save(figure, path, "The chain of one participant")


def photograph(names: list[str], results: Path = RESULTS, folder: Path = IMAGES) -> list[str]:
    """Photograph pages or parts of them.

    Parameters
    ----------
    names : list of str
        Keys of :data:`PHOTOGRAPHS`.
    results : Path
        Folder with the results of the pilots.
    folder : Path
        Where the pictures go.

    Returns
    -------
    list of str
        Pictures that were not made, because their page or a browser is missing.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    there = [name for name in names if browser and (results / PHOTOGRAPHS[name][0]).is_file()]
    if there:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as driver:
            window = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            page = window.new_context(offline=True, viewport={"width": WIDTH, "height": HEIGHT}).new_page()
            for name in there:
                address, selector = PHOTOGRAPHS[name]
                page.goto((results / address).as_uri())
                part: Any = page.locator(selector) if selector else page
                _save_light(part.screenshot(), folder / name)
            window.close()
    return [name for name in names if name not in there]


def _save_light(picture: bytes, path: Path) -> None:
    """Few colours make a picture of text several times smaller."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main(arguments: list[str] | None = None) -> None:
    """Draw what was asked for, or everything."""
    names = arguments if arguments is not None else sys.argv[1:]
    IMAGES.mkdir(exist_ok=True)
    if not names or "way" in names:
        draw_way(IMAGES / "way-of-a-number.svg")
    if not names or "chain" in names:
        draw_chain(IMAGES / "chain.svg")
    if not names or "report" in names:
        for name in photograph(list(PHOTOGRAPHS)):
            print(f"not made: {name} needs Chromium and results/{PHOTOGRAPHS[name][0]}")


if __name__ == "__main__":
    main()
