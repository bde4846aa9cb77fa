"""Chance in the change of a mean cost of few people: log-normal costs, correlated in time, some out of care."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR

MOST_SIMULATED = 1000
"""People up to which every person is simulated. The logarithm of a mean of more people is taken as normal, with the
moments of the persons (delta method)."""

CHUNK = 2_000_000
"""Persons simulated at once, to bound the memory."""


@dataclass(frozen=True)
class Chance:
    """Logarithm of what chance does to the ratio of two means, as the sum of two independent terms.

    Attributes
    ----------
    rest : ndarray (draw,)
        Simulated; minus infinity when everybody happens to be out of care. In a large group only its mean.
    sd : ndarray (draw,)
        Standard deviation of a normal term with mean nil: the mean of the logarithms of the costs of n people, in a
        large group all of chance. It is kept apart because an observed change can be conditioned on exactly through it.
    """

    rest: np.ndarray
    sd: np.ndarray


def spread(sigma: np.ndarray, correlation: np.ndarray, months: int) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviations of log cost over a period: between persons, and of a person around itself.

    `p_cost_sigma` and `p_cost_autocorr` speak of whole years; the mean over m months varies 12/m times as much around
    its person (the same rule as in the model on records).

    Parameters
    ----------
    sigma, correlation : ndarray (draw,)
        Spread of log yearly cost between persons, and its correlation between years.
    months : int
        Length of a period.
    """
    between = np.sqrt(correlation) * sigma
    return between, np.sqrt((1 - correlation) * MONTHS_PER_YEAR / months) * sigma


def simulate_chance(
    persons: int, between: np.ndarray, within: np.ndarray, in_care: np.ndarray, rng: np.random.Generator
) -> Chance:
    """Draw what chance does to the ratio of mean cost after and before in a group.

    A person costs ``exp(b z + w e)`` in each period, z the same in both; after, the person is still in care with a
    chance and costs nothing otherwise. The mean of the e of all persons is independent of their deviations from it, so
    its part, normal with variance ``2 w^2 / n``, is left out here and returned as `sd`: the mean cost itself is never
    taken as normal.

    Parameters
    ----------
    persons : int
        Size of the group.
    between, within : ndarray (draw,)
        From :func:`spread`.
    in_care : ndarray (draw,)
        Chance to be still in care in the period after.
    rng : numpy.random.Generator
    """
    if persons > MOST_SIMULATED:
        return large_group(persons, between, within, in_care)
    rest = np.empty(len(between))
    rows = max(1, CHUNK // persons)
    for first in range(0, len(rest), rows):
        part = slice(first, first + rows)
        b, w, stay = between[part, None], within[part, None], in_care[part, None]
        shape = (len(b), persons)
        level = b * rng.standard_normal(shape)
        means = []
        for present in (1.0, (rng.random(shape) < stay) / stay):
            own = rng.standard_normal(shape)
            own -= own.mean(axis=1, keepdims=True)
            means.append(np.mean(present * np.exp(level + w * own), axis=1))
        with np.errstate(divide="ignore"):
            rest[part] = np.log(means[1] / means[0])
    return Chance(rest, within * np.sqrt(2 / persons))


def large_group(persons: int, between: np.ndarray, within: np.ndarray, in_care: np.ndarray) -> Chance:
    """Chance in a large group: normal on the log scale, mean and variance from those of one person.

    With unit means, ``var before = exp(b^2 + w^2) - 1``, ``var after = exp(b^2 + w^2) / stay - 1`` and covariance
    ``exp(b^2) - 1``; the logarithm of the ratio of means has ``(var after + var before - 2 cov) / n`` around
    ``(var before - var after) / 2n``.
    """
    square = np.exp(between**2 + within**2)
    before, after = square - 1, square / in_care - 1
    variance = (after + before - 2 * np.expm1(between**2)) / persons
    return Chance((before - after) / (2 * persons), np.sqrt(variance))
