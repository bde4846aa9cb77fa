"""When the people behind a published number enrolled, and how much it weighs beside other evidence of the same people.

The rule that nobody counts twice. All counts, shares and records of one group are looks at the same people. Records
count in full. Of the others, a look with n people weighs ``n (N - R) / L``, where N is the largest number of people
ever counted, R the people with records and L the sum of people over all looks: together as one count of the people
without records. A mean of n people beside R records has the variance of a mean of ``n - R``; with ``n <= R`` it says
nothing.
"""

from __future__ import annotations

import numpy as np

from werkzorg.inference.counts import enrolment_weights
from werkzorg.inference.published_means import Mean, start_month
from werkzorg.inference.record_data import MAX_PERIODS, PERIOD_MONTHS
from werkzorg.pilot import Pilot, months_between

Waves = list[tuple[float, float, float]]


def enrolment_waves(pilot: Pilot) -> Waves:
    """Months since the start between which so many people enrolled: by the counts, later as planned, evenly."""
    closes = months_between(pilot.start, pilot.enrolment_closes)
    waves, last, enrolled = [], 0.0, 0
    for snapshot in pilot.snapshots:
        end = max(last, min(months_between(pilot.start, snapshot.date), closes))
        if snapshot.enrolled > enrolled:
            waves.append((last, end, snapshot.enrolled - enrolled))
        last, enrolled = max(last, months_between(pilot.start, snapshot.date)), snapshot.enrolled
    planned = pilot.participants_planned
    if closes > last and planned > enrolled:
        waves.append((last, closes, planned - enrolled))
    return waves or [(0.0, 0.0, 1.0)]


def weights_on(waves: Waves, moment: float) -> np.ndarray:
    """Weight of each month since enrolment at a moment, months since the start, among those enrolled by then."""
    begun = []
    for first, last, people in waves:
        if first < moment and last > moment:
            begun.append((first, moment, people * (moment - first) / (last - first)))
        elif last <= moment:
            begun.append((first, last, people))
    return enrolment_weights(begun, moment) if begun else np.ones(1)


def weights_over(waves: Waves, pilot: Pilot, mean: Mean) -> np.ndarray:
    """Weight of each month since enrolment over a period after the start, each calendar month equally."""
    start = start_month(pilot) + months_between(pilot.start.replace(day=1), pilot.start)
    moments = np.arange(mean.first, mean.last + 1) + 0.5 - start
    rows = [weights_on(waves, max(moment, 0.0)) for moment in moments]
    return padded(rows).mean(axis=0)


def padded(rows: list[np.ndarray]) -> np.ndarray:
    """Rows of different length below each other, filled up with zeros."""
    width = max((len(row) for row in rows), default=1)
    return np.array([np.pad(row, (0, width - len(row))) for row in rows]).reshape(len(rows), width)


def half_years(weights: np.ndarray) -> np.ndarray:
    """Weights of months since enrolment as weights of half years, adding up to one; zeros when none lies in them."""
    month = np.arange(1, len(weights))
    used = month <= PERIOD_MONTHS * MAX_PERIODS
    total = np.zeros(MAX_PERIODS)
    np.add.at(total, (month[used] - 1) // PERIOD_MONTHS, weights[1:][used])
    return total / total.sum() if total.sum() > 0 else total


def without_records(n: float, recorded: float) -> float:
    """Part of a mean of n people that records of some of them leave over, as a number of people."""
    return max(n - recorded, 0.0)
