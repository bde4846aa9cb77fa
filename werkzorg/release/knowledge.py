"""Rows about what is known: prior beside posterior, the first answer, what drives the results."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from werkzorg.appraisal.drivers import find_drivers
from werkzorg.inference.fit import SHARE_APPLYING
from werkzorg.inference.transitions import ON_LOG_SCALE, PARAMETERS
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.money import AT_THE_TABLE
from werkzorg.release.rows import COUNTS, PRIOR, Row, row

SHOWN_PRIOR_ONLY = (
    *(
        "p_hr_coach_retention",
        "p_log_ggz_cost_ratio_work",
        "p_log_rtm_ggz_cost",
        "p_logor_admission_in_work",
        "p_crisis_first_quarter",
    ),
    *("p_logor_wmo_in_work", "p_buig_retained_large", "p_insurer_retained", "care.refilled", "p_utility_gain_in_work"),
)
"""Parameters without data that decide much; shown beside those the counts speak of."""


def labels(pilot: Pilot, name: str) -> dict[str, str]:
    """Label of a parameter as columns."""
    label = catalogue_of(pilot).get(name).label
    return {"label_nl": label.nl, "label_en": label.en}


def parameter_rows(
    pilot: Pilot, prior: xr.Dataset, posterior: xr.Dataset, first: xr.Dataset | None, with_data: list[str]
) -> Iterator[Row]:
    """Prior and posterior of each parameter, how much of the prior's spread is left, and the sampler-free answer."""
    catalogue = catalogue_of(pilot)
    names = [name for name in (*PARAMETERS, SHARE_APPLYING) if name in with_data or name in PARAMETERS]
    for order, name in enumerate((*names, *SHOWN_PRIOR_ONLY)):
        rests_on = COUNTS if name in with_data else PRIOR
        common = {"parameter": name, "parameters": name, "order": order, **labels(pilot, name)}
        unit = catalogue.get(name).unit
        after = posterior[name].values if name in with_data else prior[name].values
        for stage, draws in (("prior", prior[name].values), ("posterior", after)):
            yield row(f"parameter.{name}.{stage}", "parameter", unit, rests_on, stage=stage, draws=draws, **common)
        weight = spread_left(name, prior[name].values, after)
        yield row(f"prior_weight.{name}", "prior_weight", "ratio", rests_on, value=weight, **common)
        if first is not None and name in with_data:
            yield row(f"first_answer.{name}", "first_answer", unit, rests_on, draws=first[name].values, **common)


def spread_left(name: str, prior: np.ndarray, posterior: np.ndarray) -> float:
    """Standard deviation of the posterior over that of the prior, on the scale on which the prior is normal.

    A hazard that turns out higher has a wider spread in itself although more is known about it: its logarithm has not.
    """
    if name in PARAMETERS and name not in ON_LOG_SCALE:
        prior, posterior = np.log(prior), np.log(posterior)
    return float(posterior.std() / prior.std()) if prior.std() > 0 else 0.0


def driver_rows(
    pilot: Pilot, posterior: xr.Dataset, appraisal: xr.Dataset, used: list[str], rests_on: str
) -> Iterator[Row]:
    """The uncertain values that explain most of each party's spread, and where the result tips."""
    parameters = {name: posterior[name].values for name in used if name in posterior}
    for party in (*AT_THE_TABLE, "society"):
        net = appraisal["net"].sel(party=party, horizon=pilot.main_horizon_months, view="society").values
        if np.ptp(net) == 0:
            continue
        for order, driver in enumerate(find_drivers(net, parameters)):
            unit = catalogue_of(pilot).get(driver.parameter).unit
            common = {"party": party, "parameter": driver.parameter, "parameters": driver.parameter, "order": order,
                      "horizon": pilot.main_horizon_months, **labels(pilot, driver.parameter)}  # fmt: skip
            ident = f"{party}.{driver.parameter}"
            yield row(f"driver.{ident}", "finding", "fraction", rests_on, item="driver", value=driver.share, **common)
            tipping = {"item": "tipping", "value": driver.tipping, "probability": driver.probability}
            yield row(f"tipping.{ident}", "finding", unit, rests_on, **tipping, **common)


def assumption_rows(pilot: Pilot, identifiers: list[str]) -> list[Row]:
    """Every parameter used, with value on the valuation date, interval, source and status."""
    catalogue = catalogue_of(pilot)
    rows = []
    for name in identifiers:
        parameter = catalogue.get(name)
        on = pilot.valuation_date
        if parameter.values and not parameter.is_money:
            on = max(on, parameter.values[0].start)
        amount = catalogue.amount(name, on)
        rows.append(
            {
                "id": name, "label_nl": parameter.label.nl, "label_en": parameter.label.en, "value": amount.value,
                "low": amount.low, "high": amount.high, "unit": parameter.unit, "date": on.isoformat(),
                "price_year": amount.price_year, "status": parameter.status, "grade": parameter.grade,
                "source_title": parameter.source.title, "publisher": parameter.source.publisher,
                "year": parameter.source.year, "url": parameter.source.url, "note": parameter.note,
                "local": parameter.local, "group": parameter.group,
            }
        )  # fmt: skip
    return rows


def source_ids(rows: list[Row]) -> set[str]:
    """All parameter ids named in the rows."""
    return {name for made in rows for name in str(made.get("parameters") or "").split("; ") if name}
