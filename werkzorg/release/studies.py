"""Rows about studies: what more participants and longer follow-up are worth, what they cost, and who should pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from werkzorg.appraisal.decision import benefit_of_increment
from werkzorg.appraisal.draws import DRAW
from werkzorg.appraisal.population import population_size
from werkzorg.appraisal.regression import FEWEST
from werkzorg.appraisal.sampling import STATISTIC, evsi, split_bill
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.forecast import follow_counted, follow_new
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.rows import PRIOR, Row, join, party_name, row

CLIENTS = (20, 40, 100)
MONTHS = (12, 24, 36)
"""Designs: so many more participants, or so many more months of the same participants."""

PAYERS = ("municipality", "insurer", "ggz_institution")
"""Parties among which the bill of a study can be split; participants do not pay."""

MOST_DRAWS = 2000
"""Draws for which studies are simulated; their number is in the standard error."""

SELECTION = "care.work_selection"
LENGTH = "decision.study_months"
COST = ("decision.study_fixed", "decision.study_client", "decision.study_client_month")
METHOD = "spline"


@dataclass(frozen=True)
class Population:
    """For how many participants a decision is made.

    Parameters
    ----------
    people : float
        Participants per year.
    years : float
        Years for which the decision holds.
    rate : float
        Real discount rate per year.
    """

    people: float
    years: float
    rate: float

    PARAMETERS = ("decision.groups_year", "decision.years", "disc.mkba.standard")

    @classmethod
    def of(cls, pilot: Pilot, rate: float) -> Population:
        """The population of a pilot.

        Parameters
        ----------
        pilot : Pilot
        rate : float
            Real discount rate per year.
        """
        catalogue = catalogue_of(pilot)
        groups, years = (catalogue.amount(name, pilot.valuation_date).value for name in cls.PARAMETERS[:2])
        return cls(groups * pilot.participants_planned, years, rate)

    @property
    def now(self) -> float:
        """Discounted number of participants when all is known at once."""
        return self.after(0.0)

    def after(self, months: float) -> float:
        """Discounted number of participants who start later than a number of months from now."""
        return float(population_size(self.people, self.years, self.rate, months / MONTHS_PER_YEAR))


def study_rows(
    pilot: Pilot, posterior: xr.Dataset, net: xr.DataArray, population: Population, common: Mapping[str, Any]
) -> Iterator[Row]:
    """Worth and cost of each design, per party, and the split of the bill.

    Parameters
    ----------
    pilot : Pilot
    posterior : Dataset
        Dims (draw,).
    net : DataArray (draw, party)
        Net result per participant of the parties whose decision is not certain.
    population : Population
    common : mapping
        `unit`, `rests_on` and `sources` (parameter ids behind each party), and columns that all rows have.
    """
    fields = dict(common)
    unit, rests_on, sources = (fields.pop(name) for name in ("unit", "rests_on", "sources"))
    chosen = np.linspace(0, net.sizes[DRAW] - 1, min(MOST_DRAWS, net.sizes[DRAW])).astype(int)
    if chosen.size < FEWEST:
        return
    found, delays, costs = _values(pilot, posterior.isel(draw=chosen), net.isel(draw=chosen))
    for item, value in found.items():
        for size in value[item].values.tolist():
            one, where = value.sel({item: size}, drop=True), {"item": item, "count": size, **fields}
            number, cost = population.after(delays[item, size]), costs[item, size]
            worth = one["value"] * number
            ident = f"{item}.{size}"
            yield row(f"study_cost.{ident}", "study_cost", unit, PRIOR, value=cost, parameters=join((*COST, LENGTH)),
                      names={"count": size}, **where)  # fmt: skip
            for party in net["party"].values.tolist():
                about = {"party": party, "names": {"party": party_name(party), "count": size}, **where}
                behind = join([*Population.PARAMETERS, SELECTION, *sources[party].split("; ")])
                error = float(one["standard_error"].sel(party=party))
                yield row(f"evsi.{party}.{ident}", "evsi", unit, rests_on, per="participant", standard_error=error,
                          value=float(one["value"].sel(party=party)), parameters=behind, **about)  # fmt: skip
                yield row(f"evsi_worth.{party}.{ident}", "evsi_worth", unit, rests_on, standard_error=error * number,
                          value=float(worth.sel(party=party)), parameters=behind, **about)  # fmt: skip
                yield row(f"enbs.{party}.{ident}", "enbs", unit, rests_on, standard_error=error * number,
                          value=float(worth.sel(party=party)) - cost,
                          parameters=join([behind, *COST, LENGTH]), **about)  # fmt: skip
            yield from _bill(worth, cost, unit, rests_on, ident, where)


def _bill(
    worth: xr.DataArray, cost: float, unit: str, rests_on: str, ident: str, where: Mapping[str, Any]
) -> Iterator[Row]:
    """What each party would pay, in proportion to what knowing is worth to it; all of them together are `all`."""
    payers = [name for name in PAYERS if name in worth["party"].values]
    if not payers:
        return
    split = split_bill(worth.sel(party=payers), cost)
    behind = join([*COST, LENGTH, *Population.PARAMETERS])
    for party in payers:
        names = {"party": party_name(party), "count": where["count"]}
        for quantity, shown in (("study_share", "fraction"), ("study_pays", unit)):
            value = float(split[quantity.removeprefix("study_")].sel(party=party))
            yield row(f"{quantity}.{party}.{ident}", quantity, shown, rests_on, party=party, value=value,
                      parameters=behind, names=names, **where)  # fmt: skip
    yield row(f"payers_worth.{ident}", "payers_worth", unit, rests_on, party="all", parameters=behind,
              value=float(worth.sel(party=payers).sum()), names={"count": where["count"]}, **where)  # fmt: skip


def _values(
    pilot: Pilot, posterior: xr.Dataset, net: xr.DataArray
) -> tuple[dict[str, xr.Dataset], dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Worth per participant of each design; months until its answer; its cost in euros."""
    catalogue, seed = catalogue_of(pilot), int(posterior.attrs["seed"])
    fixed, client, client_month = (catalogue.amount(name, pilot.valuation_date).value for name in COST)
    length = round(catalogue.amount(LENGTH, pilot.valuation_date).value)
    people = pilot.participants_planned
    benefit = benefit_of_increment(net)
    seen = {
        "clients": _with_care(pilot, posterior, follow_new(posterior, CLIENTS, length, seed=seed), seed),
        "months": _with_care(pilot, posterior, follow_counted(pilot, posterior, MONTHS, seed=seed), seed),
    }
    found = {item: evsi(benefit, statistics, method=METHOD) for item, statistics in seen.items()}
    delays = {("clients", size): float(length) for size in CLIENTS} | {("months", k): float(k) for k in MONTHS}
    costs = {("clients", size): fixed + size * (client + length * client_month) for size in CLIENTS}
    costs |= {("months", k): fixed + people * (client + k * client_month) for k in MONTHS}
    return found, delays, costs


def _with_care(pilot: Pilot, posterior: xr.Dataset, counted: xr.DataArray, seed: int) -> xr.DataArray:
    """The counts, and the difference in the change of care cost between who works and who does not.

    The logarithm of the ratio that a study would see: effect of work plus selection (who finds work was getting better
    already), with the spread of a difference of two yearly costs of a person, over the numbers in each group.
    """
    size = counted["clients"] if "clients" in counted.dims else xr.full_like(counted["months"], 1) * (
        pilot.participants_planned
    )  # fmt: skip
    working = counted.sel(statistic="working", drop=True).clip(min=0.5)
    rest = (size - working).clip(min=0.5)
    between = posterior["p_cost_sigma"] * np.sqrt(2 * (1 - posterior["p_cost_autocorr"]).clip(min=0.0))
    spread = between.drop_vars(DRAW, errors="ignore") * np.sqrt(1 / working + 1 / rest)
    if SELECTION in posterior:
        selection = posterior[SELECTION].values
    else:
        selection = catalogue_of(pilot).draw(SELECTION, posterior.sizes[DRAW], seed)
    effect = posterior["p_log_ggz_cost_ratio_work"].values + selection
    noise = np.random.default_rng(seed).standard_normal(posterior.sizes[DRAW])
    gap = xr.DataArray(effect, dims=DRAW) + spread * xr.DataArray(noise, dims=DRAW)
    gap = gap.expand_dims({STATISTIC: ["care_gap"]}).transpose(*counted.dims)
    return xr.concat([counted, gap], dim=STATISTIC)
