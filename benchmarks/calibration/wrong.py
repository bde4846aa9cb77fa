"""Worlds that break the model: how far off the answer is, and how often intervals still hold the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.calibration.cells import Cell
from benchmarks.calibration.generator import Twist
from benchmarks.calibration.judge import covered
from benchmarks.calibration.measure import WATCHED
from werkzorg.params import read_yaml

FILE = Path(__file__).with_name("limits.yaml")
CELL = Cell("records", 100, 30, 50, True)
"""Many people and a comparison group: with few people the priors hide what is wrong."""

PLAIN = "as-the-model-says"
"""The same cell in a world that the model knows, to compare with."""


def wrong_models() -> list[dict[str, object]]:
    """Entries of the catalogue of limits."""
    return read_yaml(FILE)[0]["wrong_models"]


def interval_limits() -> list[dict[str, object]]:
    """Quantities with intervals that are known to be somewhat too wide or too narrow, and why."""
    return read_yaml(FILE)[0]["intervals"]


def twist_of(name: str) -> Twist:
    """What the world of an entry does."""
    if name == PLAIN:
        return Twist()
    return Twist(**next(entry["twist"] for entry in wrong_models() if entry["id"] == name))


def names() -> list[str]:
    """The plain world and all others."""
    return [PLAIN, *(str(entry["id"]) for entry in wrong_models())]


def limits_table(
    rows: Sequence[Mapping[str, object]], plain: Sequence[Mapping[str, object]]
) -> dict[str, dict[str, object]]:
    """By quantity: bias in posterior standard deviations, in its own unit, and coverage.

    Parameters
    ----------
    rows : sequence of dict
        Data sets of one world.
    plain : sequence of dict
        Data sets of the plain world: those with the same number have the same truth and the same luck, so that their
        difference is that of the worlds alone.

    Returns
    -------
    dict
        `bias` (mean of posterior mean less truth), `bias_sd` (the same in mean posterior standard deviations), `spread`
        (mean posterior standard deviation), `covered` (share of intervals of 50, 80 and 95%), `moved_sd` (mean change
        against the plain world, in its posterior standard deviations) over `pairs` data sets.
    """
    found, known = {}, {row["index"]: row["error"] for row in plain}
    pairs = [(row["error"], known[row["index"]]) for row in rows if row["index"] in known]
    for name in WATCHED:
        error, spread = np.array([row["error"][name] for row in rows]).T
        ranks = np.array([row["ranks"][name] for row in rows])
        found[name] = {
            "bias": float(f"{error.mean():.3g}"),
            "spread": float(f"{spread.mean():.3g}"),
            "bias_sd": round(float((error / spread).mean()), 2),
            "covered": [round(count / len(rows), 2) for count in covered(ranks)],
            "pairs": len(pairs),
            "moved_sd": round(
                float(np.mean([(own[name][0] - other[name][0]) / other[name][1] for own, other in pairs])), 2
            )
            if pairs
            else None,
        }
    return found
