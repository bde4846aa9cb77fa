"""Errors of published means of a log-normal amount, correlated in time: exact moments, on the log scale.

A person's amount over a period is log-normal with variance ``case + residual * 12 / months`` of its logarithm, times
one or nil: still in care or not. All periods share the case effect (`p_cost_sigma`, `p_cost_autocorr`, as in
`record_likelihood.variances`). The mean of n people has the relative variance ``(exp(variance) / in_care - 1) / n`` and
two means of the same people the relative covariance ``(exp(case) - 1) / n``. The logarithm of a mean is taken to be
normal with variance ``log(1 + relative variance)``: exact for one person, and in the limit of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.published_means import Mean

MEDIAN_VARIANCE = np.pi / 2
"""Variance of the median of a normal sample relative to that of the mean."""


@dataclass(frozen=True)
class Spread:
    """Spread of the amount between people.

    Attributes
    ----------
    case : float
        Variance of the case effect, logarithm.
    year : float
        Variance of one year around it, logarithm.
    """

    case: float
    year: float

    def over(self, months: int) -> float:
        """Variance of the logarithm over a period."""
        return self.case + self.year * MONTHS_PER_YEAR / months


def log_covariance(means: Sequence[Mean], in_care: np.ndarray, spread: Spread) -> np.ndarray:
    """Covariance of the logarithms of means of one group over periods that do not overlap.

    Parameters
    ----------
    means : sequence of Mean
        Of the same people, as far as their numbers allow.
    in_care : ndarray (mean,)
        Share of the people in care in each period; the others cost nothing.
    spread : Spread
        Between people and years.

    Returns
    -------
    ndarray (mean, mean)
        A published interval sets the variance; the correlation between periods stays that of the model.
    """
    n = np.array([mean.n for mean in means], dtype=float)
    total = np.array([spread.over(mean.months) for mean in means])
    median = np.array([mean.median for mean in means])
    variance = np.where(median, MEDIAN_VARIANCE * total / (n * in_care), np.log1p((np.exp(total) / in_care - 1) / n))
    common = np.minimum.outer(n, n) / np.multiply.outer(n, n)
    covariance = np.log1p(np.expm1(spread.case) * common)
    both = np.logical_and.outer(median, median)
    sd = np.sqrt(total)
    correlation = np.clip(spread.case / np.multiply.outer(sd, sd), -1, 1)
    covariance = np.where(both, np.arcsin(correlation) * np.multiply.outer(sd, sd) * common, covariance)
    correlation = covariance / np.sqrt(np.multiply.outer(variance, variance))
    np.fill_diagonal(correlation, 1.0)
    stated = np.array([np.nan if mean.error is None else (mean.error / mean.value) ** 2 for mean in means])
    scale = np.sqrt(np.where(np.isnan(stated), variance, stated))
    return correlation * np.multiply.outer(scale, scale)


def whitening(covariance: np.ndarray) -> np.ndarray:
    """Matrix that makes errors with this covariance independent with variance one, (row, row)."""
    return np.linalg.inv(np.linalg.cholesky(covariance))


def effective_people(mean: Mean, extra: float = 0.0) -> float:
    """People whose binomial share would be as uncertain as the published one, never more than there are.

    Parameters
    ----------
    mean : Mean
        A share.
    extra : float
        Further variance of what the share stands for.
    """
    binomial = mean.value * (1 - mean.value)
    if binomial == 0:
        return float(mean.n)
    # In parts of the binomial variance, which may itself be too small to divide.
    error = 0.0 if mean.error is None else mean.error**2 / binomial
    return 1 / (max(1 / mean.n, error) + extra / binomial)
