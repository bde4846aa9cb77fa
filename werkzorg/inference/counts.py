"""Likelihood of dated counts: coarsened multinomial over states, unknown enrolment dates integrated out.

For each snapshot the share of participants in a state is the mean, over the possible enrolment dates, of
the chance to be in that state so many months after enrolment. A cell of the snapshot may cover several
states (participants that are not accounted for), which makes the multinomial a coarsened one.

Snapshots of the same people are not independent. Together they get the weight of the last one
(``enrolled_last / sum(enrolled)`` each): a composite likelihood that never claims more information than
one count of all participants holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from werkzorg.compiled import compiled
from werkzorg.inference.dual import complement, exponential, multiply
from werkzorg.inference.transitions import EARLY_MONTHS, RATIO_MONTHS
from werkzorg.pilot import Pilot, months_between

STATES = ("working", "searching", "left")
"""States the chain tells apart in a count; applying and in mediation are both searching."""


@dataclass(frozen=True)
class CountData:
    """Counts in the form of the likelihood.

    Attributes
    ----------
    weights : ndarray (row, month)
        Weight of each month since enrolment in the snapshot of the row; rows add up to one.
    mask : ndarray (row, state)
        One where the cell of the row covers the state (`STATES`).
    counts : ndarray (row,)
        Participants in the cell times the weight of its snapshot.
    applying : tuple of float
        Weighted participants applying, and searching otherwise, for the share of applying.
    observed : int
        Participants whose state is known in the last snapshot.
    """

    weights: np.ndarray
    mask: np.ndarray
    counts: np.ndarray
    applying: tuple[float, float]
    observed: int


def enrolment_weights(waves: list[tuple[float, float, float]], snapshot: float) -> np.ndarray:
    """Weight of each whole month since enrolment, enrolment being uniform within each wave.

    Parameters
    ----------
    waves : list of (first, last, persons)
        Months since the start of the pilot between which so many persons enrolled.
    snapshot : float
        Month of the snapshot; not before the last wave ends.

    Returns
    -------
    ndarray (month,)
        Weights for 0..ceil(snapshot) months since enrolment, adding up to one. Between whole months the
        chance of a state is interpolated linearly, so each weight is the integral of a hat function.
    """
    months = int(np.ceil(snapshot)) + 1
    grid = np.arange(months + 1, dtype=float)
    weights = np.zeros(months + 1)
    for first, last, persons in waves:
        low, high = snapshot - last, snapshot - first
        if high - low < 1e-9:
            position = min(max(low, 0.0), months)
            hat = np.clip(1 - np.abs(grid - position), 0, None)
            weights += persons * hat
        else:
            weights += persons * (_hat_integral(grid, high) - _hat_integral(grid, low)) / (high - low)
    return weights[:-1] / weights.sum() if weights[-1] < 1e-12 else weights / weights.sum()


def _hat_integral(grid: np.ndarray, upper: float) -> np.ndarray:
    """Integral from minus infinity to `upper` of the unit hat function around each grid point (half at 0)."""
    distance = np.clip(upper - grid, -1, 1)
    area = np.where(distance <= 0, 0.5 * (1 + distance) ** 2, 1 - 0.5 * (1 - distance) ** 2)
    area[0] = area[0] - 0.5 if upper >= 0 else 0.0
    return area


def count_data(pilot: Pilot) -> CountData:
    """Rows of the likelihood from the snapshots of a pilot; no rows when it has none."""
    snapshots = pilot.snapshots
    total = sum(snapshot.enrolled for snapshot in snapshots)
    rows: list[tuple[np.ndarray, list[float], float]] = []
    applying = np.zeros(2)
    waves: list[tuple[float, float, float]] = []
    previous_month, previous_enrolled = 0.0, 0
    for snapshot in snapshots:
        month = months_between(pilot.start, snapshot.date)
        closes = max(previous_month, min(month, months_between(pilot.start, pilot.enrolment_closes)))
        if snapshot.enrolled > previous_enrolled:
            waves.append((previous_month, closes, snapshot.enrolled - previous_enrolled))
        weights = enrolment_weights(waves, month)
        power = snapshots[-1].enrolled / total
        searching = snapshot.applying + snapshot.in_mediation
        for state, persons in (("working", snapshot.working), ("searching", searching), ("left", snapshot.left)):
            rows.append((weights, [float(name == state) for name in STATES], persons * power))
        may_be = {
            "working" if c == "working" else "left" if c == "left" else "searching" for c in snapshot.unaccounted_may_be
        }
        rows.append((weights, [float(name in may_be) for name in STATES], snapshot.unaccounted * power))
        applying += np.array([snapshot.applying, snapshot.in_mediation]) * power
        previous_month, previous_enrolled = month, snapshot.enrolled
    width = max((len(row[0]) for row in rows), default=1)
    padded = np.array([np.pad(row[0], (0, width - len(row[0]))) for row in rows]).reshape(len(rows), width)
    last = pilot.last_snapshot
    return CountData(
        weights=padded,
        mask=np.array([row[1] for row in rows]).reshape(len(rows), len(STATES)),
        counts=np.array([row[2] for row in rows], dtype=float),
        applying=(float(applying[0]), float(applying[1])),
        observed=0 if last is None else last.enrolled - last.unaccounted,
    )


@compiled()
def _stay(log_hazard: np.ndarray) -> np.ndarray:
    """Chance that nothing happens in a month, ``exp(-hazard)``, from the dual of the log hazard."""
    return exponential(-exponential(log_hazard))


@compiled()
def state_shares(z: np.ndarray, months: int) -> np.ndarray:
    """Chance of each state by month since enrolment, with derivatives, for participants of the programme.

    Parameters
    ----------
    z : ndarray (parameter,)
        Parameters in the order of `PARAMETERS`, logarithms throughout.
    months : int
        Number of months.

    Returns
    -------
    ndarray (month 0..months, state, 1 + parameter)
        Value and derivatives with respect to `z`, states as in `STATES`.

    Notes
    -----
    Per month, in this order and at most one of them: off bijstand without work (searching only); job entry or job
    loss; leaving the programme. The engine of the projection uses the same order; a test compares the two.
    """
    size = z.size + 1
    unit = np.zeros((z.size, size))
    for i in range(z.size):
        unit[i, 0] = z[i]
        unit[i, i + 1] = 1.0
    late_ratio = exponential(unit[3])
    spread = (RATIO_MONTHS - EARLY_MONTHS) * late_ratio
    spread[0] += EARLY_MONTHS
    log_spread = spread / spread[0]
    log_spread[0] = np.log(spread[0] / RATIO_MONTHS)
    log_early = unit[0] + unit[1] + unit[2] - log_spread
    remain, stay_on_benefit = _stay(unit[4]), _stay(unit[8])
    no_entry = _stay(log_early), _stay(log_early + unit[3])
    no_next = _stay(unit[7])
    keep = np.zeros((months, size))
    before = np.zeros(size)
    for age in range(months):
        log_hazard = -unit[6]
        log_hazard[0] += np.log(age + 1.0)
        cumulative = exponential(multiply(exponential(unit[5]), log_hazard))
        keep[age] = exponential(before - cumulative)
        before = cumulative
    first, again = np.zeros(size), np.zeros(size)
    first[0] = 1.0
    jobs = np.zeros((months + 1, size))
    shares = np.zeros((months + 1, 3, size))
    shares[0, 1, 0] = 1.0
    for month in range(months):
        stay_first = no_entry[0] if month < EARLY_MONTHS else no_entry[1]
        first, again = multiply(first, stay_on_benefit), multiply(again, stay_on_benefit)
        started = multiply(first, complement(stay_first)) + multiply(again, complement(no_next))
        lost = np.zeros(size)
        for age in range(month, 0, -1):
            kept = multiply(jobs[age - 1], keep[age - 1])
            lost += jobs[age - 1] - kept
            jobs[age] = multiply(kept, remain)
        jobs[0] = started
        first = multiply(multiply(first, stay_first), remain)
        again = multiply(multiply(again, no_next), remain) + lost
        for age in range(month + 1):
            shares[month + 1, 0] += jobs[age]
        shares[month + 1, 1] = first + again
        shares[month + 1, 2] = complement(shares[month + 1, 0] + shares[month + 1, 1])
    return shares


@compiled()
def log_likelihood(
    z: np.ndarray, weights: np.ndarray, mask: np.ndarray, counts: np.ndarray
) -> tuple[float, np.ndarray]:
    """Log likelihood of the counts and its gradient.

    Parameters
    ----------
    z : ndarray (parameter,)
        Parameters in the order of `PARAMETERS`, logarithms throughout.
    weights, mask, counts : ndarray
        See :class:`CountData`.

    Returns
    -------
    float, ndarray (parameter,)
        ``sum(counts * log(share of the cell))`` and its derivatives.
    """
    shares = state_shares(z, weights.shape[1] - 1)
    value = 0.0
    gradient = np.zeros(z.size)
    for row in range(counts.size):
        if counts[row] == 0.0:
            continue
        cell = np.zeros(z.size + 1)
        for month in range(weights.shape[1]):
            for state in range(mask.shape[1]):
                cell += weights[row, month] * mask[row, state] * shares[month, state]
        value += counts[row] * np.log(cell[0])
        gradient += counts[row] * cell[1:] / cell[0]
    return value, gradient


def log_posterior(
    data: CountData, mu: np.ndarray, sigma: np.ndarray
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Log density of the chain's parameters given counts, up to a constant, as a function of `z`, with its gradient.

    Parameters
    ----------
    data : CountData
        Counts of the pilot.
    mu, sigma : ndarray (parameter,)
        Normal prior on the log scale.
    """

    def density(z: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = log_likelihood(z, data.weights, data.mask, data.counts)
        standard = (z - mu) / sigma
        return value - 0.5 * standard @ standard, gradient - standard / sigma

    return density
