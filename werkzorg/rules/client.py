"""Net income of the participant by hours worked, so that the part-time trap shows.

Before housing and care allowance and municipal schemes: those make the gain at 24 to 36 hours smaller
(`client.net_gain_24h_after_allowances`, `client.net_gain_36h_after_allowances`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.rules.bijstand import disregard, net_norm, supplement
from werkzorg.rules.law import Household, Law
from werkzorg.rules.wage import wage

Array = NDArray[np.float64] | float


@dataclass(frozen=True)
class ClientIncome:
    """Net income, EUR/month: bijstand without work; with work the wage, what of it is disregarded, the supplement."""

    bijstand: Array
    wage: Array
    disregarded: Array
    supplement: Array

    @property
    def total(self) -> Array:
        """Income with work: wage plus supplement."""
        return self.wage + self.supplement

    @property
    def gain(self) -> Array:
        """Income with work less bijstand without work."""
        return self.total - self.bijstand


def net_income(
    hours_week: ArrayLike,
    household: Household,
    month_in_job: ArrayLike,
    law: Law,
    hour_wage: ArrayLike | None = None,
    lks: ArrayLike = False,
    applied: ArrayLike = True,
) -> ClientIncome:
    """Net income of a participant's household with a job.

    Parameters
    ----------
    hours_week : array
        Contract hours a week; zero gives bijstand only.
    household : str
        Household type.
    month_in_job : array of int
        From 1; disregards end.
    law : Law
        Norms, tax, disregards.
    hour_wage : array, optional
        EUR/hour; default the minimum wage.
    lks, applied : array of bool
        As in :func:`werkzorg.rules.bijstand.supplement`.
    """
    paid = law.wage.minimum_hour if hour_wage is None else hour_wage
    net = wage(hours_week, paid, law).net / MONTHS_PER_YEAR
    extra = supplement(net, month_in_job, household, lks, law, applied)
    free = np.where(np.asarray(applied, bool), disregard(net, month_in_job, household, lks, law), 0.0)
    norm = np.broadcast_to(np.asarray(net_norm(household, law), float), np.shape(extra))
    return ClientIncome(norm, net, np.where(extra > 0, free, 0.0), extra)
