"""Wage-cost benefits for the employer, paid by the state: LKV jobs agreement and LIV (Wtl)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.constants import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from werkzorg.rules.law import Law

Array = NDArray[np.float64] | float


def lkv_month(hours_week: ArrayLike, month_in_job: ArrayLike, law: Law) -> Array:
    """Wage-cost benefit for the jobs-agreement group, EUR/month: per paid hour, a maximum a year, three years."""
    rules = law.employer
    year = np.minimum(np.asarray(hours_week, float) * WEEKS_PER_YEAR * rules.lkv_hour, rules.lkv_maximum)
    return np.where(np.asarray(month_in_job) <= rules.lkv_months, year / MONTHS_PER_YEAR, 0.0)


def liv_month(hours_week: ArrayLike, wage_factor: ArrayLike, law: Law) -> Array:
    """Low-income benefit, EUR/month.

    Parameters
    ----------
    hours_week : array
        Nothing below 1,248 paid hours a year (24 a week).
    wage_factor : array
        Hourly wage over the minimum wage; two bands, nothing outside 1.00 to 1.25.
    law : Law
        Zero when the benefit does not exist on the law date.
    """
    hours_year = np.asarray(hours_week, float) * WEEKS_PER_YEAR
    factor = np.asarray(wage_factor, float)
    rules = law.employer.liv
    if rules is None:
        return np.zeros(np.broadcast_shapes(hours_year.shape, factor.shape))
    lower = np.minimum(hours_year * rules.hour, rules.maximum)
    upper = np.minimum(hours_year * rules.upper_hour, rules.upper_maximum)
    amount = np.where(factor <= rules.wage_middle, lower, upper)
    entitled = (hours_year >= rules.hours_least) & (factor >= 1.0) & (factor <= rules.wage_high)
    return np.where(entitled, amount / MONTHS_PER_YEAR, 0.0)
