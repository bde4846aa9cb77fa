"""Chances over different lengths of time; by operators only, for numbers, arrays and symbolic variables alike.

:func:`net_reversion` is for numbers and arrays alone, real or complex.
"""

from __future__ import annotations

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR

QUARTERS = 4
"""The effect of work on admission is an odds ratio per quarter."""

SOFTNESS = 0.05
"""Log ratio over which "no rise" bends: 0.035 too low at the corner itself, below 0.001 at four times this width."""


def monthly_chance(yearly):
    """Monthly chance with the same chance over a year."""
    return 1 - (1 - yearly) ** (1 / MONTHS_PER_YEAR)


def odds_changed(chance, ratio):
    """Chance after its odds have been multiplied by a ratio."""
    odds = chance / (1 - chance) * ratio
    return odds / (1 + odds)


def quarterly_odds_changed(chance_year, ratio):
    """Yearly chance after an odds ratio per quarter has been applied."""
    quarter = 1 - (1 - chance_year) ** (1 / QUARTERS)
    return 1 - (1 - odds_changed(quarter, ratio)) ** QUARTERS


def still_in_care(leave_year, return_year, months):
    """Share in care after some months, all in care at the start.

    Two-state chain in closed form: ``s + (1 - s) * (1 - leave - back)^t`` with s the stationary share.
    """
    leave, back = monthly_chance(leave_year), monthly_chance(return_year)
    stationary = back / (leave + back)
    return stationary + (1 - stationary) * (1 - leave - back) ** months


def reversion(correlation, years):
    """How much of a year's regression to the mean has come after some years: ``(1 - r^years) / (1 - r)``."""
    return (1 - correlation**years) / (1 - correlation)


def net_reversion(change, still):
    """Log change after a year of cost per month in care: that of all people, less those who left care.

    People enrol after a heavier period than their own average, so it is no rise. A hard bound would put a kink in the
    density, where no sampler is at home; so it bends over `SOFTNESS`: ``-s log(1 + exp(-x / s))``, a negative number
    that has become x itself well below nil.

    Parameters
    ----------
    change : float or ndarray
        Log change of the mean of all people after a year (`p_log_rtm_ggz_cost`).
    still : float or ndarray
        Share of them in care after a year.
    """
    net = change - np.log(still)
    rises = np.real(net) > 0
    # The exponential of a negative number only; absolute value without `abs`, which has no complex derivative.
    return np.where(rises, 0.0 * net, net) - SOFTNESS * np.log1p(np.exp(np.where(rises, -net, net) / SOFTNESS))
