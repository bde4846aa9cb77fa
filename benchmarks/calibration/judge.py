"""Whether intervals hold the truth as often as they say: binomial bands, ranks, probabilities of a gain.

Ranks of the truth among 199 draws are uniform on 0..199 when the model is right (Talts e.a. 2018, simulation-based
calibration). Bands around their distribution function hold at all points together (Säilynoja e.a. 2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from scipy import stats

INTERVALS = (50, 80, 95)
RANKS = 200
BINS = 20
BAND = 0.99
FAMILY = 0.01
"""Chance that a right model fails any of the pooled comparisons."""

GAIN_BINS = 10
SIMULATED = 4000

Rows = Sequence[Mapping[str, object]]


def covered(ranks: np.ndarray) -> list[int]:
    """How many equal-tailed intervals of each width hold the truth."""
    return [
        int(((ranks >= round(RANKS * (50 - level / 2) / 100)) & (ranks < round(RANKS * (50 + level / 2) / 100))).sum())
        for level in INTERVALS
    ]


def band(sets: int, level: int, width: float = BAND) -> tuple[int, int]:
    """Fewest and most intervals that hold the truth, for a right model, with a probability of at least `width`."""
    tail = (1 - width) / 2
    return int(stats.binom.ppf(tail, sets, level / 100)), int(stats.binom.isf(tail, sets, level / 100))


def chance_outside(sets: int, level: int) -> float:
    """Probability that a right model falls outside the band: counts are whole, so a little less than 1%."""
    low, high = band(sets, level)
    return float(stats.binom.cdf(low - 1, sets, level / 100) + stats.binom.sf(high, sets, level / 100))


def histogram(ranks: np.ndarray) -> list[int]:
    """Number of ranks in each of `BINS` equal bins."""
    return np.bincount(ranks * BINS // RANKS, minlength=BINS).tolist()


@cache
def rank_band(sets: int, miss: float = FAMILY) -> tuple[np.ndarray, np.ndarray]:
    """Bounds on how many ranks lie below each edge between bins, kept at all edges together with probability 1 - miss.

    Parameters
    ----------
    sets : int
        Number of data sets.
    miss : float
        Probability that a right model leaves the band somewhere.

    Returns
    -------
    ndarray (BINS - 1,), ndarray (BINS - 1,)
        Least and most.
    """
    share = np.arange(1, BINS) / BINS
    below = np.random.default_rng(1).multinomial(sets, np.full(BINS, 1 / BINS), SIMULATED).cumsum(axis=1)[:, :-1]
    tail = np.minimum(stats.binom.cdf(below, sets, share), stats.binom.sf(below - 1, sets, share))
    limit = np.quantile(tail.min(axis=1), miss)
    return stats.binom.ppf(limit, sets, share), stats.binom.isf(limit, sets, share)


def in_rank_band(bins: Sequence[int], miss: float = FAMILY) -> bool:
    """Whether the distribution function of the ranks stays within its band."""
    low, high = rank_band(int(sum(bins)), miss)
    below = np.cumsum(bins)[:-1]
    return bool(((below >= low) & (below <= high)).all())


def cell_table(rows: Rows) -> dict[str, list[int]]:
    """By quantity, how many intervals of each width hold the truth."""
    return {name: covered(ranks) for name, ranks in ranks_of(rows).items()}


def ranks_of(rows: Rows) -> dict[str, np.ndarray]:
    """By quantity, the ranks of all data sets that have it."""
    names = dict.fromkeys(name for row in rows for name in row["ranks"])
    return {name: np.array([row["ranks"][name] for row in rows if name in row["ranks"]]) for name in names}


def count_outside(cells: Mapping[str, Mapping[str, object]]) -> tuple[int, int, float]:
    """Comparisons over all cells, how many lie outside their band, and how many would by chance."""
    comparisons, outside, expected = 0, 0, 0.0
    for cell in cells.values():
        for counts in cell["covered"].values():
            for level, count in zip(INTERVALS, counts, strict=True):
                low, high = band(cell["sets"], level)
                comparisons += 1
                outside += not low <= count <= high
                expected += chance_outside(cell["sets"], level)
    return comparisons, outside, expected


def pooled_failures(pooled: Mapping[str, Mapping[str, Mapping[str, object]]]) -> list[dict[str, object]]:
    """Quantities whose coverage over all cells of a kind cannot be chance, over all comparisons together.

    Parameters
    ----------
    pooled : mapping
        Kind -> quantity -> `sets` and `covered`.

    Returns
    -------
    list of dict
        `kind`, `quantity`, `level`, `share` (found) and `sets`; empty when all could be chance.
    """
    tests = [
        (kind, quantity, level, entry["covered"][place], entry["sets"])
        for kind, quantities in pooled.items()
        for quantity, entry in quantities.items()
        for place, level in enumerate(INTERVALS)
    ]
    found = []
    for kind, quantity, level, count, sets in tests:
        low, high = band(sets, level, 1 - FAMILY / len(tests))
        if not low <= count <= high:
            share = round(count / sets, 3)
            found.append({"kind": kind, "quantity": quantity, "level": level, "share": share, "sets": sets})
    return found


def gain_table(gains: Iterable[tuple[float, int]]) -> list[list[float]]:
    """Probabilities of a gain in tenths: how many statements, their sum, and how many gains there were."""
    table = np.zeros((GAIN_BINS, 3))
    for chance, gain in gains:
        table[min(int(chance * GAIN_BINS), GAIN_BINS - 1)] += (1, chance, gain)
    return [[int(n), round(float(total), 3), int(gains)] for n, total, gains in table]


def gains_fit(table: Sequence[Sequence[float]]) -> bool:
    """Whether gains come true as often as was said, in every tenth within its share of the 1%.

    Within a tenth chances differ a little; the variance of their mean is that of the mean chance at most.
    """
    used = [row for row in table if row[0]]
    tail = FAMILY / 2 / max(len(used), 1)
    for n, total, gains in used:
        mean = total / n
        if not stats.binom.ppf(tail, n, mean) <= gains <= stats.binom.isf(tail, n, mean):
            return False
    return True
