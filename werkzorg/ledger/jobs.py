"""What a month at work moves between parties: mean over the profiles, per draw, law and time in the job."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.contract import TENURE
from werkzorg.params import Catalogue
from werkzorg.pilot import HOUSEHOLDS, Pilot
from werkzorg.projection.profiles import HOURS, Profiles, Regimes, household_mix, supplements
from werkzorg.rules import Law
from werkzorg.rules.bijstand import gross_up, net_norm
from werkzorg.rules.employer_benefits import liv_month, lkv_month
from werkzorg.rules.loonkostensubsidie import subsidy_month
from werkzorg.rules.no_riskpolis import expected_month
from werkzorg.rules.wage import gross_year, wage

MUNICIPAL_PART = "lks.funding.municipal_net_share"
"""Parameter with the share of the wage-cost subsidy that the municipality bears in the end."""

Array = np.ndarray
Table = dict[str, Array]


def bijstand_without_work(pilot: Pilot, law: Law, posterior: xr.Dataset) -> dict[str, Array]:
    """Bijstand of a month without work, mean over the household mix: `net`, `tax`, `levy`, EUR/month, each (draw,)."""
    parts = {"net": 0.0, "tax": 0.0, "levy": 0.0}
    for household, share in household_mix(pilot, posterior).items():
        cost = gross_up(net_norm(household, law) * MONTHS_PER_YEAR, 0.0, household, law)
        for name, amount in (("net", cost.net), ("tax", cost.tax), ("levy", cost.zvw_levy)):
            parts[name] += share * float(amount) / MONTHS_PER_YEAR
    return parts


def job_amounts(
    pilot: Pilot, catalogue: Catalogue, posterior: xr.Dataset, profiles: Profiles, regimes: Regimes
) -> dict[str, Array]:
    """Expected amounts of a month at work.

    Returns
    -------
    dict of ndarray (draw, law, tenure)
        EUR/month: `supplement_net`, `supplement_tax`, `supplement_levy`, `wage_net`, `wage_tax`, `wage_levy`,
        `wage_premiums`, `production`, `loonkostensubsidie`, `loonkostensubsidie_refund`, `lkv`, `liv`, `no_risk`.
    """
    draws = {name: posterior[name].values for name in posterior.data_vars}
    law = regimes.laws[0]
    result = _supplement_parts(profiles, regimes, draws)
    shape = (posterior.sizes["draw"], len(regimes.laws), len(TENURE))
    for name, amount in _wages(profiles, law, draws, catalogue).items():
        result[name] = np.broadcast_to(amount[:, None, None], shape)
    instruments = {
        "loonkostensubsidie": ("loonkostensubsidie", "loonkostensubsidie_refund"),
        "employer_benefits": ("lkv", "liv"),
        "no_risk": ("no_risk",),
    }
    calculated = _instruments(profiles, regimes, draws)
    stays = np.stack([municipal_part(law, catalogue, posterior) for law in regimes.laws], axis=1)[:, :, None]
    calculated["loonkostensubsidie_refund"] = calculated["loonkostensubsidie"] * (1 - stays)
    for instrument, names in instruments.items():
        for name in names:
            used = instrument in pilot.support.instruments
            result[name] = calculated[name] if used else np.zeros(shape)
    return result


def _by_hours(profiles: Profiles, chosen: Array) -> Array:
    """Weight per hours class of the chosen profiles, shape (draw, hours class)."""
    hours = profiles.table["hours"].to_numpy()
    return np.stack([profiles.weight[:, chosen & (hours == value)].sum(axis=1) for value in HOURS], axis=1)


def _supplement_parts(profiles: Profiles, regimes: Regimes, draws: Table) -> Table:
    """Net, tax and levy of the supplementary bijstand; equal supplements are grossed up once."""
    names = ("supplement_net", "supplement_tax", "supplement_levy")
    shape = (len(profiles.weight), len(regimes.laws), len(TENURE))
    result = {name: np.zeros(shape) for name in names}
    done: dict[int, tuple[Array, Array, Array]] = {}
    for (number, band), amount in supplements(profiles, regimes, draws["jobs.wage_factor"]).items():
        if id(amount) not in done:
            done[id(amount)] = _gross_parts(profiles, regimes.laws[number], amount, draws["jobs.wage_factor"])
        for name, part in zip(names, done[id(amount)], strict=True):
            result[name][:, number, band] = part
    return result


def _gross_parts(profiles: Profiles, law: Law, supplement: Array, wage_factor: Array) -> tuple[Array, Array, Array]:
    hours = profiles.table["hours"].to_numpy()
    hour_wage = wage_factor[:, None] * law.wage.minimum_hour
    parts = np.zeros((3, len(profiles.weight)))
    for household in HOUSEHOLDS:
        chosen = (profiles.table["household"] == household).to_numpy() & (supplement > 0).any(axis=0)
        earned = gross_year(hours[chosen], hour_wage, law)
        cost = gross_up(supplement[:, chosen] * MONTHS_PER_YEAR, earned, household, law)
        for part, amount in zip(parts, (cost.net, cost.tax, cost.zvw_levy), strict=True):
            part += (profiles.weight[:, chosen] * amount).sum(axis=1) / MONTHS_PER_YEAR
    return parts[0], parts[1], parts[2]


def _wages(profiles: Profiles, law: Law, draws: Table, catalogue: Catalogue) -> Table:
    """Wage parts and production, shape (draw,), EUR/month.

    Output of an unsubsidised job equals its labour cost at ordinary sickness, that of a subsidised one the measured
    loonwaarde of the labour cost at the minimum wage; both shrink with the group's own sickness.
    """
    lks = profiles.table["lks"].to_numpy()
    subsidised, ordinary = _by_hours(profiles, lks), _by_hours(profiles, ~lks)
    minimum = law.wage.minimum_hour
    paid = wage(np.array(HOURS), draws["jobs.wage_factor"][:, None] * minimum, law)
    at_minimum = wage(np.array(HOURS), minimum, law)
    cost = paid.gross + paid.zvw_levy + paid.other_premiums
    minimum_cost = at_minimum.gross + at_minimum.zvw_levy + at_minimum.other_premiums
    healthy = (1 - draws["sickness.rate_group"]) / (1 - catalogue.value("sickness.rate_nl"))
    output = (ordinary * cost + subsidised * draws["lks.loonwaarde"][:, None] * minimum_cost).sum(axis=1) * healthy
    share = subsidised + ordinary
    yearly = {
        "wage_net": (share * paid.net).sum(axis=1),
        "wage_tax": (share * paid.tax).sum(axis=1),
        "wage_levy": (share * paid.zvw_levy).sum(axis=1),
        "wage_premiums": (share * paid.other_premiums).sum(axis=1),
        "production": output,
    }
    return {name: amount / MONTHS_PER_YEAR for name, amount in yearly.items()}


def _instruments(profiles: Profiles, regimes: Regimes, draws: Table) -> Table:
    """Subsidies and benefits for the employer, shape (draw, law, tenure), EUR/month."""
    lks = profiles.table["lks"].to_numpy()
    subsidised, ordinary = _by_hours(profiles, lks), _by_hours(profiles, ~lks)
    hours, factor = np.array(HOURS), draws["jobs.wage_factor"][:, None]
    value = draws["lks.loonwaarde"][:, None]

    def gross(law: Law) -> Array:
        return gross_year(hours, factor * law.wage.minimum_hour, law) / MONTHS_PER_YEAR

    def sick_pay(law: Law, month: int) -> Array:
        sickness, claimed = draws["sickness.rate_group"][:, None], draws["norisk.take_up_wajong"][:, None]
        return (subsidised + ordinary) * expected_month(gross(law), month, law, sickness, claimed)

    calculations: dict[str, Callable[[Law, int], Array]] = {
        "loonkostensubsidie": lambda law, month: subsidised * subsidy_month(value, hours, month, law),
        "lkv": lambda law, month: subsidised * lkv_month(hours, month, law),
        "liv": lambda law, month: ordinary * liv_month(hours, factor, law),
        "no_risk": lambda law, month: draws["jobs.share_no_risk"][:, None] * sick_pay(law, month),
    }
    result = {
        name: np.stack(
            [np.stack([rule(law, first + 1).sum(axis=1) for first in TENURE], axis=1) for law in regimes.laws], axis=1
        )
        for name, rule in calculations.items()
    }
    return result


def municipal_part(law: Law, catalogue: Catalogue, posterior: xr.Dataset) -> Array:
    """Share of the wage-cost subsidy that stays with the municipality under a law, shape (draw,).

    Before 2022 all of it; since then a small uncertain rest. The random number belongs to the label of the draw and
    is the same for all later laws.
    """
    labels = posterior["draw"].values
    seed = int(posterior.attrs.get("seed", 0))
    return catalogue.draw(MUNICIPAL_PART, labels.max() + 1, seed, on=law.law_date)[labels]
