"""From the trajectory to the ledger: every euro with its payer and payee, month by month."""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg import constants
from werkzorg.contract import ARMS, GROUPS, TENURE, Contract
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.updates import PAID_RATIO
from werkzorg.ledger.accounts import OUTSIDE, chart, employed_accounts
from werkzorg.ledger.jobs import bijstand_without_work, job_amounts
from werkzorg.ledger.pricing import law_with_draws, price_budget, price_care, price_freed
from werkzorg.ledger.support import prevented_care, support_entries
from werkzorg.params import Catalogue, parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.projection.profiles import HOURS, Regimes, build_profiles, hours_weights, law_regimes

MEMO = ("months_worked", "hours_worked", "months_off_benefit", "job_starts", "first_jobs", "ggz_episodes", "qaly")
"""Lines without euros that are kept beside the money: months, hours, persons, episodes, quality-adjusted life years."""

LEDGER = Contract(
    name="ledger",
    variables={
        "net": (("arm", "draw", "party", "month"), "EUR per participant and month"),
        "entry_year": (("arm", "draw", "entry", "year"), "EUR per participant and year"),
        "memo_year": (("arm", "draw", "memo", "year"), "per participant and year"),
    },
    coordinates={"arm": ARMS, "memo": MEMO},
)
"""Contract of :func:`settle`; year y holds months 12(y-1)+1 to 12y; amounts undiscounted, euros of the price year."""

WAGE_ENTRIES = ("wage_net", "wage_tax", "wage_levy", "wage_premiums")
"""What an employer pays for a month at work."""

MARKET_ENTRIES = ("production", "loonkostensubsidie", "loonkostensubsidie_refund", "lkv", "liv", "no_risk")
"""What an employer receives for a month at work, but not for one that the programme itself pays."""


def settle(pilot: Pilot, trajectory: xr.Dataset) -> xr.Dataset:
    """Settle everything that the participants use, earn and receive between the parties.

    Parameters
    ----------
    pilot : Pilot
    trajectory : Dataset
        From :func:`werkzorg.projection.trajectory.project`, which carries the draws of all prices.

    Returns
    -------
    Dataset
        As promised by :data:`LEDGER`; coordinates `payer`, `payee`, `item`, `kind` along `entry`; attribute
        `balance_error` is the largest relative error of the identity in any draw.

    Raises
    ------
    WerkzorgError
        The parties do not add up to the resource balance: the run stops.
    """
    catalogue = catalogue_of(pilot)
    accounts = chart(pilot)
    amounts = entry_amounts(pilot, catalogue, trajectory)
    names = [party.id for party in parties()]
    shape = (len(ARMS), trajectory.sizes["draw"], trajectory.sizes["month"])
    years = (trajectory.sizes["month"] - 1 + constants.MONTHS_PER_YEAR - 1) // constants.MONTHS_PER_YEAR
    net = np.zeros((shape[0], shape[1], len(names), shape[2]))
    entry_year = np.empty((shape[0], shape[1], len(accounts), years))
    for position, account in enumerate(accounts):
        amount = np.broadcast_to(amounts[account.id], shape)
        net[:, :, names.index(account.payer)] -= amount
        net[:, :, names.index(account.payee)] += amount
        entry_year[:, :, position] = per_year(amount)
    ledger = xr.Dataset(
        {
            "net": (("arm", "draw", "party", "month"), net),
            "entry_year": (("arm", "draw", "entry", "year"), entry_year),
            "memo_year": (("arm", "draw", "memo", "year"), memo_lines(pilot, catalogue, trajectory)),
        },
        coords={
            "arm": list(ARMS),
            "party": names,
            "entry": [account.id for account in accounts],
            "memo": list(MEMO),
            "year": np.arange(1, years + 1),
            **{
                field: ("entry", [getattr(account, field) for account in accounts])
                for field in ("payer", "payee", "item", "kind")
            },
        },
        attrs={**trajectory.attrs},
    )
    ledger.attrs["balance_error"] = check_balance(ledger)
    return LEDGER.check(ledger)


def memo_lines(pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset) -> np.ndarray:
    """The lines without euros, shape (arm, draw, memo, year).

    QALYs are years at work times `p_utility_gain_in_work`: apart from money, and from the prior alone.
    """
    working = trajectory["at_work"].sum("tenure")
    hours = (hours_weights(catalogue, trajectory) * np.array(HOURS)).sum(axis=1)
    weeks = constants.WEEKS_PER_YEAR / constants.MONTHS_PER_YEAR
    lines = {
        "months_worked": working,
        "hours_worked": working * xr.DataArray(hours * weeks, dims="draw"),
        "months_off_benefit": trajectory["occupancy"].sel(state=["work_off", "off_no_work"]).sum("state"),
        "job_starts": trajectory["job_starts"],
        "first_jobs": trajectory["first_jobs"],
        "ggz_episodes": trajectory["episodes"],
        "qaly": working * trajectory["p_utility_gain_in_work"] / constants.MONTHS_PER_YEAR,
    }
    return np.stack([per_year(lines[name].transpose("arm", "draw", "month").values) for name in MEMO], axis=2)


def per_year(amount: np.ndarray, step: int = constants.MONTHS_PER_YEAR) -> np.ndarray:
    """Sum of each programme year along the last axis, which is months 0..T; month 0 holds nothing.

    Parameters
    ----------
    amount : ndarray (..., month)
    step : int
        Months in a step, when sums over other steps than years are wanted.
    """
    months = amount.shape[-1] - 1
    starts = np.arange(0, months, step)
    return np.add.reduceat(amount[..., 1:], starts, axis=-1)


def check_balance(ledger: xr.Dataset) -> float:
    """Largest relative error of: sum over the parties inside society = resource balance, per arm, draw and year.

    Raises
    ------
    WerkzorgError
        When it is above `constants.BALANCE_TOLERANCE`.
    """
    inside = [party.id for party in parties() if party.inside]
    society = per_year(ledger["net"].sel(party=inside).sum("party").values)
    entries = ledger["entry_year"]
    incoming = entries.where(ledger["payer"] == OUTSIDE, 0.0).sum("entry").values
    outgoing = entries.where(ledger["payee"] == OUTSIDE, 0.0).sum("entry").values
    size = np.abs(entries).sum("entry").values
    error = np.abs(society - (incoming - outgoing)) / np.where(size > 0, size, 1.0)
    worst = float(error.max(initial=0.0))
    if not worst <= constants.BALANCE_TOLERANCE:
        raise WerkzorgError(ExitCode.RUN, Problem("ledger.unbalanced", values={"error": f"{worst:.1e}"}))
    return worst


def entry_amounts(pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset) -> dict[str, np.ndarray]:
    """Amount of every entry, EUR per participant and month, broadcastable to (arm, draw, month)."""
    regimes = law_regimes(pilot, catalogue)
    entries = {**work_and_bijstand(pilot, catalogue, trajectory, regimes), **_care(trajectory)}
    gross = sum(entries[f"bijstand_{part}"] for part in ("net", "tax", "levy"))
    care = entries["ggz_outpatient"] + entries["ggz_admission"]
    law = law_with_draws(regimes.laws[0], trajectory)
    support = support_entries(pilot, catalogue, trajectory)
    programme_only = {
        **support,
        **price_budget(pilot, law, gross[1] - gross[0]),
        **price_freed(trajectory, law, care[1] - care[0] + prevented_care(pilot, support)),
    }
    programme_only["ggz_refill_cost"] = programme_only["ggz_refill"]
    return entries | {name: np.stack([amount, np.zeros_like(amount)]) for name, amount in programme_only.items()}


def work_and_bijstand(
    pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset, regimes: Regimes
) -> dict[str, np.ndarray]:
    """Entries that follow from work and bijstand, EUR per participant and month, shape (arm, draw, month)."""
    profiles = build_profiles(pilot, catalogue, trajectory)
    per_month = job_amounts(pilot, catalogue, trajectory, profiles, regimes)
    at_work, employed = trajectory["at_work"].values, employed_months(pilot, trajectory)

    def paid(name: str, months: np.ndarray = at_work) -> np.ndarray:
        return np.einsum("admb,dmb->adm", months, per_month[name][:, regimes.of_month])

    full = bijstand_without_work(pilot, regimes.laws[0], trajectory)
    elapsed = trajectory["month"].values > 0
    idle = trajectory["occupancy"].sel(state=["searching", "left"]).sum("state").values * elapsed
    elsewhere = trajectory["occupancy"].sel(state="off_no_work").values * elapsed
    entries = {name: paid(name) for name in WAGE_ENTRIES}
    entries |= {name: paid(name, at_work - employed) for name in MARKET_ENTRIES}
    for account in employed_accounts(pilot):
        entries[account.id] = -sum(paid(name, employed) for name in WAGE_ENTRIES)
    ratio = trajectory[PAID_RATIO].values[:, None] if PAID_RATIO in trajectory else 1.0
    for part in ("net", "tax", "levy"):
        entries[f"bijstand_{part}"] = ratio * (idle * full[part][:, None] + paid(f"supplement_{part}"))
    # Whoever leaves bijstand without work lives on something else (pension, other benefit, partner): taken as the same
    # amount, booked as a transfer of the state, so that no arm gains resources from it.
    entries["other_income"] = elsewhere * full["net"][:, None]
    return entries


def employed_months(pilot: Pilot, trajectory: xr.Dataset) -> np.ndarray:
    """Months at work that the programme itself pays, a part of `at_work`, shape (arm, draw, month, tenure)."""
    months = np.zeros(trajectory["at_work"].shape)
    if pilot.employed is None:
        return months
    share = np.clip(trajectory[pilot.employed.number].values / pilot.participants_planned, 0.0, 1.0)
    # Everybody works from the first month; in month t of the contract t - 1 months of the job are complete.
    for done in range(min(pilot.employed.months, months.shape[2] - 1)):
        months[ARMS.index("programme"), :, done + 1, np.searchsorted(TENURE, done, side="right") - 1] = share
    return months


def _care(trajectory: xr.Dataset) -> dict[str, np.ndarray]:
    outpatient = {group: trajectory["outpatient"].sel(group=group).values for group in GROUPS}
    priced = price_care(trajectory, outpatient, trajectory["episodes"].values, trajectory["wmo_hours"].values)
    return {**priced, **{f"{name}_cost": amount for name, amount in priced.items()}}
