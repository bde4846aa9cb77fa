"""Bijstand (Participatiewet): net norm, gross cost to the municipality, earnings disregard, supplement.

Sources: Participatiewet art. 20-22a (norms), 31 (disregards), 69 (the budget bears net plus tax plus Zvw levy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.rules.law import Disregard, Household, Law
from werkzorg.rules.wage import gross_for_net

Array = NDArray[np.float64] | float


@dataclass(frozen=True)
class BijstandCost:
    """What bijstand costs the municipality, EUR/year: net to the client, tax to the state, levy to the Zvw fund."""

    net: Array
    tax: Array
    zvw_levy: Array

    @property
    def gross(self) -> Array:
        """Net plus tax: the taxable amount."""
        return self.net + self.tax

    @property
    def total(self) -> Array:
        """Everything the municipality books."""
        return self.net + self.tax + self.zvw_levy


def net_norm(household: Household, law: Law) -> float:
    """Net norm of a household (for a cost sharer: per person), EUR/month, holiday pay included.

    A single parent has the norm of a single person; the norm per cost sharer is (fixed + n x part) / n of the
    couple norm: 50% with two, 43.33% with three people.
    """
    rules = law.bijstand
    if household == "couple":
        return rules.net_couple
    if household == "cost_sharer":
        return rules.net_couple * (rules.sharer_fixed + rules.sharers * rules.sharer_per_person) / rules.sharers
    if household in ("single", "single_parent"):
        return rules.net_single
    raise ValueError(f"unknown household {household!r}")


def gross_up(net_per_year: ArrayLike, wage_per_year: ArrayLike, household: Household, law: Law) -> BijstandCost:
    """Gross cost of a net amount of bijstand, on top of a wage.

    Parameters
    ----------
    net_per_year : array
        Net bijstand of the household, EUR/year.
    wage_per_year : array
        Gross wage of the participant, EUR/year, zero without work; broadcasts.
    household : str
        Partners of a couple each receive half and each have a general tax credit; the wage is the participant's.
    law : Law
        Tax and levy.

    Returns
    -------
    BijstandCost
        The taxable amount is such that net = gross - the extra tax; the levy is on the taxable amount.
    """
    net = np.asarray(net_per_year, float)
    if household == "couple":
        gross = gross_for_net(net / 2, wage_per_year, law) + gross_for_net(net / 2, 0.0, law)
    else:
        gross = gross_for_net(net, wage_per_year, law)
    return BijstandCost(net, gross - net, gross * law.wage.zvw_levy)


def disregard(net_wage: ArrayLike, month_in_job: ArrayLike, household: Household, lks: ArrayLike, law: Law) -> Array:
    """Part of the net wage that does not count, EUR/month.

    Parameters
    ----------
    net_wage : array
        EUR/month, holiday pay included.
    month_in_job : array of int
        From 1.
    household : str
        Only single parents (with a child under 12) have the second disregard.
    lks : array of bool
        Job with loonkostensubsidie.
    law : Law
        Shares, maxima and durations on the law date.
    """
    rules = law.bijstand
    total = _apply(rules.disregard, net_wage, month_in_job)
    if household == "single_parent":
        total = np.maximum(total, _apply(rules.disregard_single_parent, net_wage, month_in_job))
    if rules.disregard_lks is not None:
        extra = _apply(rules.disregard_lks, net_wage, month_in_job)
        total = np.maximum(total, np.where(np.asarray(lks, bool), extra, 0.0))
    return total


def supplement(
    net_wage: ArrayLike,
    month_in_job: ArrayLike,
    household: Household,
    lks: ArrayLike,
    law: Law,
    applied: ArrayLike = True,
) -> Array:
    """Supplementary bijstand next to a wage, EUR/month net; zero means off bijstand.

    Parameters
    ----------
    net_wage, month_in_job, household, lks, law
        As in :func:`disregard`. Other income of the household is taken as zero.
    applied : array of bool
        Whether the municipality applies the disregard.
    """
    free = np.where(np.asarray(applied, bool), disregard(net_wage, month_in_job, household, lks, law), 0.0)
    return np.maximum(net_norm(household, law) - (np.asarray(net_wage, float) - free), 0.0)


def _apply(rule: Disregard, net_wage: ArrayLike, month_in_job: ArrayLike) -> Array:
    month = np.asarray(month_in_job)
    amount = np.minimum(rule.share * np.asarray(net_wage, float), rule.maximum)
    return np.where((month >= rule.first) & (month <= rule.last), amount, 0.0)
