"""Pictures of the certificate: rank plots per kind of data, and how often gains come true."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from scipy import stats

from benchmarks.calibration.judge import BINS, FAMILY, GAIN_BINS, rank_band
from werkzorg.reporting.figures.style import BLUE, GREY, PALE, VERMILLION

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "img"
COLUMNS = 6
LOOK = {"font.size": 8, "svg.hashsalt": "werkzorg", "svg.fonttype": "none", "font.family": "DejaVu Sans",
        "axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": False}  # fmt: skip


def draw_figures(certificate: Mapping[str, dict], folder: Path = IMAGES) -> list[Path]:
    """Draw all pictures of a certificate.

    Parameters
    ----------
    certificate : dict
        From `certificate.make_certificate`.
    folder : Path
        Where the pictures go.

    Returns
    -------
    list of Path
        One rank plot per kind of data that was measured, and one picture of gains.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with mpl.rc_context(LOOK):
        for kind, quantities in certificate["pooled"].items():
            made.append(_save(_rank_plots(quantities), folder / f"calibration-ranks-{kind}.svg"))
        if certificate["gains"]:
            made.append(_save(_gain_plots(certificate["gains"]), folder / "calibration-gains.svg"))
    return made


def _save(figure: Figure, path: Path) -> Path:
    FigureCanvasSVG(figure)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    # No spaces at line ends: checks of the repository look for them.
    path.write_text("\n".join(line.rstrip() for line in path.read_text(encoding="utf8").splitlines()) + "\n",
                    encoding="utf8")  # fmt: skip
    return path


def _rank_plots(quantities: Mapping[str, dict]) -> Figure:
    """Per quantity: share of ranks below each point, less what is expected, with the band that holds for all points."""
    rows = -(-len(quantities) // COLUMNS)
    figure = Figure(figsize=(11, 1.45 * rows), layout="constrained")
    axes = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
    share = np.arange(1, BINS) / BINS
    for axis, (name, entry) in zip(axes, quantities.items(), strict=False):
        sets = entry["sets"]
        low, high = (bound / sets - share for bound in rank_band(sets, FAMILY))
        axis.fill_between(share, low, high, color=PALE, linewidth=0)
        colour = BLUE if entry["in_band"] else VERMILLION
        axis.plot(share, np.cumsum(entry["ranks"])[:-1] / sets - share, color=colour, linewidth=1.2)
        axis.axhline(0, color=GREY, linewidth=0.5)
        axis.set_title(name, fontsize=6.5)
    for axis in axes[len(quantities) :]:
        axis.set_visible(False)
    figure.supxlabel("rank of the truth among the draws")
    figure.supylabel("share below, less expected")
    return figure


def _gain_plots(gains: Mapping[str, dict]) -> Figure:
    """Per kind of data: how often a gain came true, by the probability that was stated."""
    figure = Figure(figsize=(3.4 * len(gains), 3.3), layout="constrained")
    axes = figure.subplots(1, len(gains), sharey=True, squeeze=False)[0]
    for axis, (kind, entry) in zip(axes, gains.items(), strict=True):
        axis.plot([0, 1], [0, 1], color=GREY, linewidth=0.6)
        for n, total, true in entry["table"]:
            if n:
                mean = total / n
                tail = FAMILY / 2 / GAIN_BINS
                low, high = stats.binom.ppf(tail, n, mean) / n, stats.binom.isf(tail, n, mean) / n
                axis.plot([mean, mean], [low, high], color=PALE, linewidth=6, solid_capstyle="butt")
                axis.plot(mean, true / n, "o", color=BLUE if low <= true / n <= high else VERMILLION, markersize=4)
        axis.set(title=kind, xlabel="stated probability of a gain")
    axes[0].set_ylabel("share that gained")
    return figure
