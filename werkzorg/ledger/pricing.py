"""Prices on quantities: care, what budgets lose later, and freed places, for any length of the steps of time.

The settlement uses these month by month, the comparison of scenarios on sums over longer steps (`ledger.quantities`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.contract import GROUPS
from werkzorg.pilot import Pilot
from werkzorg.projection.care import outpatient_price
from werkzorg.rules import Law
from werkzorg.rules.buig import corrections, objective_weight
from werkzorg.rules.risk_equalisation import lost_saving

Array = np.ndarray


def price_care(draws: xr.Dataset, outpatient: Mapping[str, Array], episodes: Array, wmo_hours: Array) -> dict:
    """Care in euros.

    Parameters
    ----------
    draws : Dataset
        Prices by id, dims (draw,).
    outpatient : mapping of str to ndarray (..., draw, time)
        Months of outpatient care at the cost level of enrolment, per diagnosis group.
    episodes, wmo_hours : ndarray (..., draw, time)
        Admissions and crises; hours of guidance.

    Returns
    -------
    dict of ndarray (..., draw, time)
        `ggz_outpatient`, `ggz_admission`, `wmo`, EUR.
    """
    names = ("care.admission_year_common", "ggz.crisis_admission", "ggz.fact_year", "ggz.cost_per_client")
    prices = outpatient_price({name: draws.variables[name].values for name in names})
    return {
        "ggz_outpatient": sum(outpatient[group] * prices[group][:, None] / MONTHS_PER_YEAR for group in GROUPS),
        "ggz_admission": episodes * draws.variables["ggz.crisis_admission"].values[:, None],
        "wmo": wmo_hours * draws.variables["wmo.guidance.series"].values[:, None],
    }


def law_with_draws(law: Law, draws: xr.Dataset) -> Law:
    """The law with its uncertain kept shares replaced by draws."""
    names = {
        "objective_first": "buig.retention.objective.year1",
        "objective_later": "p_buig_retained_large",
        "historical_first": "buig.retention.historical.year1_2",
        "historical_later": "buig.retention.historical.year3plus",
        "national_later": "buig.retention.national_rollout.year2plus",
    }
    return replace(
        law, buig=replace(law.buig, **{field: draws.variables[name].values for field, name in names.items()})
    )


def price_budget(pilot: Pilot, law: Law, saving: Array, steps_per_year: int = MONTHS_PER_YEAR) -> dict[str, Array]:
    """Budgets that follow saved bijstand, weighted over the member municipalities.

    Parameters
    ----------
    pilot : Pilot
        Members and scale.
    law : Law
        Kept shares with draws (:func:`law_with_draws`).
    saving : ndarray (draw, time)
        Gross bijstand saved, EUR.
    steps_per_year : int
        Steps of the time axis per year.

    Returns
    -------
    dict of ndarray (draw, time)
        `budget_own`, `budget_others`.
    """
    inhabitants = np.array([member.inhabitants for member in pilot.municipalities], dtype=float)
    weight = float(np.average(objective_weight(inhabitants, law), weights=inhabitants))
    correction = corrections(saving, np.full(len(saving), weight), law, pilot.scale, steps_per_year)
    return {"budget_own": correction.own, "budget_others": correction.others}


def price_freed(draws: xr.Dataset, law: Law, saving: Array, steps_per_year: int = MONTHS_PER_YEAR) -> dict[str, Array]:
    """Freed places that others fill, and what the insurer loses in risk equalisation.

    Parameters
    ----------
    draws : Dataset
        `care.refilled` and `p_insurer_retained`.
    law : Law
        Delay of the risk equalisation.
    saving : ndarray (draw, time)
        GGZ care saved, EUR.
    steps_per_year : int
        Steps of the time axis per year.

    Returns
    -------
    dict of ndarray (draw, time)
        `ggz_refill`, `risk_equalisation`.
    """
    refill = draws.variables["care.refilled"].values[:, None] * saving
    lost = lost_saving(saving - refill, law, 1 - draws.variables["p_insurer_retained"].values, steps_per_year)
    return {"ggz_refill": refill, "risk_equalisation": lost}
