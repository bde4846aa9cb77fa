"""No-riskpolis (Ziektewet art. 29b): expected sick pay that UWV pays and the state bears."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.rules.law import Law

Array = NDArray[np.float64] | float


def expected_month(
    gross_month: ArrayLike,
    month_in_job: ArrayLike,
    law: Law,
    sickness_rate: ArrayLike | None = None,
    take_up: ArrayLike | None = None,
) -> Array:
    """Expected payment to the employer, EUR/month.

    Parameters
    ----------
    gross_month : array
        Gross wage, EUR/month with holiday pay.
    month_in_job : array of int
        From 1; in the first year in the job sick pay is taken as first-year sick pay, after that at the lower share.
    law : Law
        Shares of sick pay and, unless given, sickness rate and take-up.
    sickness_rate, take_up : array, optional
        Share of working time lost to sickness; share of sick reports for which the employer claims.
    """
    rules = law.no_risk
    rate = rules.sickness_rate if sickness_rate is None else np.asarray(sickness_rate, float)
    claimed = rules.take_up if take_up is None else np.asarray(take_up, float)
    first_year = np.asarray(month_in_job) <= MONTHS_PER_YEAR
    share = np.where(first_year, rules.share_first_year, rules.share_after)
    return np.asarray(gross_month, float) * rate * claimed * share
