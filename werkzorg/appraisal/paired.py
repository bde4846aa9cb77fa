"""Differences between two scenarios in the same draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from werkzorg.appraisal.scenarios import Valued

ROUNDING = 1e-6
"""EUR per participant: a smaller difference is the order in which the same amounts were added, and counts as nil."""


def difference(one: Valued, other: Valued, party: str, per: str = "participant") -> np.ndarray:
    """What a party gains by one scenario over another, in every draw, each at its own main horizon.

    Parameters
    ----------
    one, other : Valued
        Of the same bench.
    party : str
    per : {"participant", "pilot"}
        Per participant, or for all participants of each scenario together.

    Returns
    -------
    ndarray (draw,)
        EUR; exactly zero where both give the same.
    """
    first, second = (of.main(party) for of in (one, other))
    if per == "pilot":
        sizes = (one.variant.pilot.participants_planned, other.variant.pilot.participants_planned)
        first, second = first * sizes[0], second * sizes[1]
    gap = first - second
    limit = ROUNDING * (1 if per == "participant" else one.variant.pilot.participants_planned)
    return np.where(np.abs(gap) <= limit, 0.0, gap)


def is_paired(one: Valued, other: Valued) -> bool:
    """Whether a draw of one scenario is the same state of the world as that draw of the other.

    Another evidence set needs another fit, whose draws are no counterparts: only means can then be compared. Without
    counts every parameter has its own stream of random numbers, so that even evidence sets are paired.
    """
    pilots = (one.variant.pilot, other.variant.pilot)
    uncounted = all(pilot.last_snapshot is None and pilot.data is None for pilot in pilots)
    return one.keys.fit == other.keys.fit or uncounted


def probability_all_gain(valued: Valued, parties: Sequence[str]) -> float:
    """Chance that each of some parties gains by the programme in a scenario."""
    return float(np.all([valued.main(party) > ROUNDING for party in parties], axis=0).mean())


def probability_nobody_worse(one: Valued, other: Valued, parties: Sequence[str]) -> float:
    """Chance that one scenario leaves none of some parties worse off than another, and at least one better off."""
    gaps = np.array([difference(one, other, party) for party in parties])
    return float(((gaps >= 0).all(axis=0) & (gaps > 0).any(axis=0)).mean())
