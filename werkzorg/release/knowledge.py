"""Rows about what is known: prior beside posterior, the first answer, what drives the results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import xarray as xr

from werkzorg.appraisal.drivers import find_drivers
from werkzorg.inference.fit import SHARE_APPLYING
from werkzorg.inference.record_priors import on_prior_scale
from werkzorg.inference.transitions import PARAMETERS
from werkzorg.inference.updates import HOURS_SHIFT, OWN_LEVEL
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.money import AT_THE_TABLE
from werkzorg.release.results import ORDER_OF_THE_REST
from werkzorg.release.rows import PRIOR, Row, join, rests_on_of, row
from werkzorg.release.sources import DISCOUNTING
from werkzorg.wording import LANGUAGES, say

TINY = np.finfo(float).tiny

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


BEHIND = {
    "effect.": ("hazard.effect_scale",),
    "household.": ("households.prior_people",),
    HOURS_SHIFT: ("jobs.hours_location_sd",),
}
"""Assumptions behind what is no parameter itself, by the start of its name."""


def labels(pilot: Pilot, name: str) -> dict[str, str]:
    """Label of a parameter as columns; what only records speak of has its name in the catalogue of words."""
    known = catalogue_of(pilot)
    if name not in known:
        return {f"label_{lang}": say(f"parameter.{name}", lang) for lang in LANGUAGES}
    label = known.get(name).label
    return {"label_nl": label.nl, "label_en": label.en}


def unit_of(pilot: Pilot, name: str) -> str:
    """Unit of a parameter, or of what only records speak of."""
    known = catalogue_of(pilot)
    return known.get(name).unit if name in known else "fraction" if name.startswith("household.") else "log ratio"


def parameter_rows(
    pilot: Pilot, prior: Mapping[str, np.ndarray], posterior: xr.Dataset, first: xr.Dataset | None, with_data: list[str]
) -> Iterator[Row]:
    """Prior and posterior of each parameter, how much of the prior's spread is left, and the sampler-free answer."""
    catalogue, rests_with = catalogue_of(pilot), rests_on_of(posterior)
    for order, name in shown_parameters(with_data):
        rests_on = rests_with if name in with_data else PRIOR
        behind = next((ids for start, ids in BEHIND.items() if name.startswith(start)), (name,))
        common = {"parameter": name, "parameters": join(behind), "order": order, **labels(pilot, name)}
        unit, before = unit_of(pilot, name), np.asarray(prior[name])
        after = posterior[name].values if name in with_data else before
        for stage, draws in (("prior", before), ("posterior", after)):
            yield row(f"parameter.{name}.{stage}", "parameter", unit, rests_on, stage=stage, draws=draws, **common)
        left = on_prior_scale(catalogue, name, after).std() / max(on_prior_scale(catalogue, name, before).std(), TINY)
        yield row(f"prior_weight.{name}", "prior_weight", "ratio", rests_on, value=float(left), **common)
        if first is not None and name in with_data:
            yield row(f"first_answer.{name}", "first_answer", unit, rests_on, draws=first[name].values, **common)


def shown_parameters(with_data: list[str]) -> list[tuple[int, str]]:
    """Parameters in the order of the reports: work, what decides much, and then all others with data."""
    leading = [name for name in (*PARAMETERS, SHARE_APPLYING) if name in with_data or name in PARAMETERS]
    leading += SHOWN_PRIOR_ONLY
    rest = [name for name in with_data if name not in leading and name != OWN_LEVEL]
    return [*enumerate(leading), *enumerate(rest, start=ORDER_OF_THE_REST)]


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
    """Every parameter used, with value on the valuation date (discount rates: now), interval, source and status."""
    catalogue = catalogue_of(pilot)
    rows = []
    for name in identifiers:
        parameter = catalogue.get(name)
        on = pilot.valuation_date
        if parameter.values and not parameter.is_money:
            on = max(on, parameter.values[-1 if name in DISCOUNTING else 0].start)
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


def sources_of(rows: list[Row]) -> dict[str, str]:
    """Parameter ids behind the net result of each party, in one cell."""
    return {str(made["party"]): str(made["parameters"]) for made in rows if made["quantity"] == "net"}
