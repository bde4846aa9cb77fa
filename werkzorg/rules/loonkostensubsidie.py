"""Loonkostensubsidie (Participatiewet art. 10d): amount, forfait, cap, and who bears it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.rules.law import Law

Array = NDArray[np.float64] | float


def subsidy_month(
    wage_value: ArrayLike, hours_week: ArrayLike, month_in_job: ArrayLike, law: Law, forfait: ArrayLike = True
) -> Array:
    """Wage-cost subsidy, EUR/month to the employer.

    Parameters
    ----------
    wage_value : array
        Loonwaarde: measured output as a share of the minimum wage, 0 to 1.
    hours_week : array
        Contract hours; the amount is in proportion to the reference hours (36).
    month_in_job : array of int
        From 1; the forfait holds in the first months, then the measured value.
    law : Law
        Amounts on the law date.
    forfait : array of bool
        Whether the job starts with the forfait.

    Returns
    -------
    array
        ``min(1 - wage_value, cap) x minimum wage with holiday pay x (1 + uplift) x hours / 36``.
    """
    rules = law.subsidy
    base = law.wage.minimum_month * (1 + law.wage.holiday)
    measured = np.clip(1 - np.asarray(wage_value, float), 0.0, rules.cap)
    first = np.asarray(forfait, bool) & (np.asarray(month_in_job) <= rules.forfait_months)
    share = np.where(first, rules.forfait_share, measured)
    return share * base * (1 + rules.uplift) * np.asarray(hours_week, float) / rules.reference_hours


def subsidy_year(wage_value: ArrayLike, hours_week: ArrayLike, law: Law) -> Array:
    """Measured subsidy, EUR/year: twelve months without the forfait."""
    return MONTHS_PER_YEAR * subsidy_month(wage_value, hours_week, 1, law, forfait=False)


def municipal_share(law: Law) -> float:
    """Share that the municipality bears in the end, the rest is the state's.

    Until 2021 all of it (inside the distribution model); since 1 January 2022 the money follows realised
    spending, so the municipality only advances it (Stb. 2021, 442).
    """
    return law.subsidy.municipal_share
