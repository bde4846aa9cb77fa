"""What kinds of jobs and households there are: weights per draw, and the supplement that each combination gives.

Nothing in the hazards differs between profiles, so the chain is followed once and the profiles enter as weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.contract import TENURE
from werkzorg.inference.updates import HOURS_SHIFT, household_name
from werkzorg.params import Catalogue
from werkzorg.pilot import HOUSEHOLDS, Pilot, months_between
from werkzorg.rules import Law, law_on
from werkzorg.rules.bijstand import supplement
from werkzorg.rules.wage import wage

HOURS = (8, 12, 16, 20, 24, 28, 32, 36)
"""Contract hours a week of the hours classes; a class reaches half-way to its neighbours, the ends to 4 and 40."""

EDGES = (4, 10, 14, 18, 22, 26, 30, 34, 40)

LOCATION_STREAM = 3
"""Random stream of the pilot's own median hours."""


@dataclass(frozen=True)
class Profiles:
    """All combinations of household, subsidy, disregard and hours, in one fixed order.

    Attributes
    ----------
    table : DataFrame
        One row per profile: household, lks (bool), disregard (bool), hours.
    weight : ndarray (draw, profile)
        Share of the placed participants; rows add up to one.
    """

    table: pd.DataFrame
    weight: np.ndarray


def build_profiles(pilot: Pilot, catalogue: Catalogue, posterior: xr.Dataset) -> Profiles:
    """Profiles of a pilot and their weights in each draw.

    Hours are log-normal between jobs (`p_hours_week`); the median of this pilot lies around that of the evidence with
    `jobs.hours_location_sd`. Instruments that the pilot does not use get weight zero.
    """
    rows = list(product(HOUSEHOLDS, (True, False), (True, False), HOURS))
    table = pd.DataFrame(rows, columns=["household", "lks", "disregard", "hours"])
    draws = posterior.sizes["draw"]
    instruments = pilot.support.instruments
    lks = posterior["jobs.share_lks"].values if "loonkostensubsidie" in instruments else np.zeros(draws)
    applied = posterior["jobs.disregard_applied"].values if "disregard" in instruments else np.zeros(draws)
    mix = np.column_stack([household_mix(pilot, posterior)[name] for name in table["household"]])
    hours = hours_weights(catalogue, posterior)[:, table["hours"].map(HOURS.index).to_numpy()]
    weight = (
        mix
        * np.where(table["lks"], lks[:, None], 1 - lks[:, None])
        * np.where(table["disregard"], applied[:, None], 1 - applied[:, None])
        * hours
    )
    return Profiles(table, weight)


def household_mix(pilot: Pilot, posterior: xr.Dataset) -> dict[str, np.ndarray]:
    """Share of each household type, (draw,): from records, or as the pilot file says."""
    draws = np.ones(posterior.sizes["draw"])
    return {
        name: posterior[household_name(name)].values if household_name(name) in posterior else share * draws
        for name, share in pilot.households.shares().items()
    }


def hours_weights(catalogue: Catalogue, posterior: xr.Dataset) -> np.ndarray:
    """Share of jobs per hours class, shape (draw, hours class)."""
    prior = catalogue.distribution("p_hours_week").params
    shift = _hours_shift(catalogue, posterior)
    standard = (np.log(EDGES)[None, :] - prior["mu"] - shift[:, None]) / prior["sigma"]
    share = np.diff(stats.norm.cdf(standard), axis=1)
    return share / share.sum(axis=1, keepdims=True)


def _hours_shift(catalogue: Catalogue, posterior: xr.Dataset) -> np.ndarray:
    """Logarithm of the pilot's median hours relative to the evidence: from its records, or as far as pilots differ."""
    if HOURS_SHIFT in posterior:
        return posterior[HOURS_SHIFT].values
    rng = np.random.default_rng([int(posterior.attrs.get("seed", 0)), LOCATION_STREAM])
    labels = posterior["draw"].values
    # The random number belongs to the label of the draw: choosing or reordering draws changes none of them.
    spread = posterior_or_value(catalogue, posterior, "jobs.hours_location_sd")
    return rng.standard_normal(labels.max() + 1)[labels] * spread


def posterior_or_value(catalogue: Catalogue, posterior: xr.Dataset, name: str) -> np.ndarray | float:
    """Draws of a parameter, or its value when it carries no uncertainty."""
    return posterior[name].values if name in posterior else catalogue.value(name)


@dataclass(frozen=True)
class Regimes:
    """The law along the calendar of the pilot.

    Attributes
    ----------
    laws : tuple of Law
        Distinct laws, in order of time.
    of_month : ndarray (month 0..T,) of int
        Which law holds in each month since enrolment.
    """

    laws: tuple[Law, ...]
    of_month: np.ndarray


def law_regimes(pilot: Pilot, catalogue: Catalogue) -> Regimes:
    """Laws on 1 January of each year that the horizon reaches, counted from the middle of the enrolment period.

    Month t runs from t - 1 to t months after enrolment; it has the law of the year in which its middle lies.
    """
    years = [_year_of_month(pilot, month) for month in range(pilot.horizon_months + 1)]
    distinct = sorted(set(years))
    laws = tuple(_law_of_year(pilot, catalogue, year) for year in distinct)
    return Regimes(laws, np.array([distinct.index(year) for year in years]))


def first_law(pilot: Pilot, catalogue: Catalogue) -> Law:
    """The first of :func:`law_regimes`, without the others."""
    return _law_of_year(pilot, catalogue, _year_of_month(pilot, 0))


def _year_of_month(pilot: Pilot, month: int) -> int:
    middle = pilot.start + (pilot.enrolment_closes - pilot.start) / 2
    since_january = months_between(date(middle.year, 1, 1), middle)
    return middle.year + int((since_january + max(month, 1) - 0.5) // MONTHS_PER_YEAR)


def _law_of_year(pilot: Pilot, catalogue: Catalogue, year: int) -> Law:
    return law_on(catalogue, max(date(year, 1, 1), pilot.valuation_date), pilot.valuation_date)


def supplements(profiles: Profiles, regimes: Regimes, wage_factor: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
    """Net supplementary bijstand per profile while at work.

    Parameters
    ----------
    profiles : Profiles
    regimes : Regimes
    wage_factor : ndarray (draw,)
        Hourly wage over the minimum wage.

    Returns
    -------
    dict
        ``{(law, tenure band): ndarray (draw, profile)}``, EUR/month; zero means off bijstand. Equal cases share one
        array.
    """
    found: dict[tuple, np.ndarray] = {}
    result = {}
    for number, law in enumerate(regimes.laws):
        for band, first in enumerate(TENURE):
            key = (law.bijstand, law.tax, _active_disregards(law, first + 1))
            if key not in found:
                found[key] = _supplement(profiles, law, first + 1, wage_factor)
            result[number, band] = found[key]
    return result


def _active_disregards(law: Law, month_in_job: int) -> tuple[bool, ...]:
    rules = (law.bijstand.disregard, law.bijstand.disregard_single_parent, law.bijstand.disregard_lks)
    return tuple(rule is not None and rule.first <= month_in_job <= rule.last for rule in rules)


def _supplement(profiles: Profiles, law: Law, month_in_job: int, wage_factor: np.ndarray) -> np.ndarray:
    table = profiles.table
    amount = np.zeros_like(profiles.weight)
    net = {hours: wage(hours, wage_factor * law.wage.minimum_hour, law).net / MONTHS_PER_YEAR for hours in HOURS}
    for i, row in enumerate(table.itertuples()):
        amount[:, i] = supplement(net[row.hours], month_in_job, row.household, row.lks, law, row.disregard)
    return amount
