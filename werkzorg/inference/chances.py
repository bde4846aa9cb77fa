"""Chances over different lengths of time, for numbers, arrays and symbolic variables alike (operators only)."""

from __future__ import annotations

from werkzorg.constants import MONTHS_PER_YEAR

QUARTERS = 4
"""The effect of work on admission is an odds ratio per quarter."""


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
