"""From the ledger to the net result per party and horizon, per draw."""

from __future__ import annotations

import xarray as xr

from werkzorg.appraisal.value import cumulative, discount_factors, increment, payback_month, present_value
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.contract import Contract
from werkzorg.params import Catalogue, parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

VIEWS = ("society", "budget")
"""Real present value at the social discount rate, and the undiscounted budget view."""

APPRAISAL = Contract(
    name="appraisal",
    variables={
        "net": (("draw", "party", "horizon", "view"), "EUR per participant"),
        "net_cumulative": (("draw", "party", "month"), "EUR per participant"),
        "flow": (("draw", "entry"), "EUR per participant"),
        "outcome": (("draw", "memo", "horizon"), "per participant"),
        "outcome_programme": (("draw", "memo", "horizon"), "per participant"),
        "support_cost": (("draw", "party"), "EUR per participant"),
        "net_care": (("draw", "party"), "EUR per participant"),
        "outcome_care": (("draw", "memo"), "per participant"),
    },
    coordinates={"view": VIEWS},
)
"""Contract of :func:`appraise`, which also gives `payback` (draw, party): month, NaN where it is never.

All but `outcome_programme` and `support_cost` are programme less without; party includes `society`. `net_care` and
`outcome_care` are discounted as the guideline for economic evaluation of care has it, up to the main horizon.
"""


def discount_rate(catalogue: Catalogue) -> float:
    """Real social discount rate, fraction per year: the one in force now, whatever the price year."""
    return catalogue.value("disc.mkba.standard")


def care_rates(catalogue: Catalogue) -> tuple[float, float]:
    """Rates for costs and for effects in an economic evaluation of care, fraction per year: those in force now."""
    return catalogue.value("disc.zin.costs"), catalogue.value("disc.zin.effects")


def appraise(pilot: Pilot, ledger: xr.Dataset) -> xr.Dataset:
    """Net result per party and horizon in every draw; every summary starts here.

    Parameters
    ----------
    pilot : Pilot
    ledger : Dataset
        From :func:`werkzorg.ledger.settlement.settle`.

    Returns
    -------
    Dataset
        As promised by :data:`APPRAISAL`. `flow` and `support_cost` are discounted sums up to the main horizon.
    """
    rate = discount_rate(catalogue_of(pilot))
    care_costs, care_effects = care_rates(catalogue_of(pilot))
    inside = [party.id for party in parties() if party.inside]
    flow = increment(ledger["net"].sel(party=inside))
    society = flow.sum("party").expand_dims(party=["society"])
    net = xr.concat([flow, society], dim="party").transpose("draw", "party", "month")
    horizons = list(pilot.horizons())
    running = cumulative(net)
    values = xr.concat(
        [
            xr.concat(
                [present_value(net, used, months) for months in horizons],
                dim=xr.DataArray(horizons, dims="horizon", name="horizon"),
            )
            for used in (rate, 0.0)
        ],
        dim=xr.DataArray(list(VIEWS), dims="view", name="view"),
    )
    memo = ledger["memo_year"]
    appraisal = xr.Dataset(
        {
            "net": values.transpose("draw", "party", "horizon", "view"),
            "net_cumulative": running,
            "payback": payback_month(running),
            "flow": _discounted(increment(ledger["entry_year"]), rate, pilot.main_horizon_months),
            "outcome": _up_to(increment(memo), horizons),
            "outcome_programme": _up_to(memo.sel(arm="programme", drop=True), horizons),
            "support_cost": _support_cost(ledger, rate, pilot.main_horizon_months, [*inside, "society"]),
            "net_care": present_value(net, care_costs, pilot.main_horizon_months),
            "outcome_care": _discounted(increment(memo), care_effects, pilot.main_horizon_months),
        },
        attrs={**ledger.attrs, "discount_rate": rate, "care_rates": [care_costs, care_effects]},
    )
    return APPRAISAL.check(appraisal)


def _discounted(yearly: xr.DataArray, rate: float, horizon: int) -> xr.DataArray:
    """Discounted sum of the years up to a horizon, which is rounded down to whole years."""
    return (
        (yearly * discount_factors(yearly.sizes["year"], rate))
        .sel(year=slice(1, horizon // MONTHS_PER_YEAR))
        .sum("year")
    )


def _up_to(yearly: xr.DataArray, horizons: list[int]) -> xr.DataArray:
    sums = [yearly.sel(year=slice(1, months // MONTHS_PER_YEAR)).sum("year") for months in horizons]
    return xr.concat(sums, dim=xr.DataArray(horizons, dims="horizon", name="horizon")).transpose(
        "draw", "memo", "horizon"
    )


def _support_cost(ledger: xr.Dataset, rate: float, horizon: int, names: list[str]) -> xr.DataArray:
    """Cost of the support package after subsidies; for society that of all components; dims (draw, party).

    The first entry of a component, which carries its name, is what is paid for it; providers pass it on in others.
    What the programme prevents is no part of it: that is yield, under items of its own.
    """
    entries = _discounted(ledger["entry_year"].sel(arm="programme", drop=True), rate, horizon)
    package = ledger["item"].str.startswith("support_") | ledger["item"].str.startswith("subsidy_")
    entries = entries.where(package, 0.0)
    parts = []
    for name in names:
        if name == "society":
            spent = entries.where(ledger["entry"] == ledger["item"], 0.0).sum("entry")
        else:
            spent = entries.where(ledger["payer"] == name, 0.0).sum("entry") - entries.where(
                ledger["payee"] == name, 0.0
            ).sum("entry")
        parts.append(spent)
    return xr.concat(parts, dim=xr.DataArray(names, dims="party", name="party")).transpose("draw", "party")
