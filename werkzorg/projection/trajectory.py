"""From a posterior to the trajectory of the participants: months in each state, both arms, and what they use."""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.contract import ARMS, GROUPS, STATES, TENURE, Contract
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.projection.care import follow_care
from werkzorg.projection.chain import FIRST_JOBS, JOB_STARTS, follow_arms
from werkzorg.projection.employed import with_employed
from werkzorg.projection.profiles import build_profiles, law_regimes, supplements

MONTHLY = ("arm", "draw", "month")

TRAJECTORY = Contract(
    name="trajectory",
    variables={
        "occupancy": ((*MONTHLY, "state"), "share of participants"),
        "at_work": ((*MONTHLY, "tenure"), "share of participants"),
        "coached": ((*MONTHLY, "tenure"), "share of participants"),
        "searching_supported": (MONTHLY, "share of participants"),
        "job_starts": (MONTHLY, "per participant"),
        "first_jobs": (MONTHLY, "per participant"),
        "outpatient": ((*MONTHLY, "group"), "months of care at the cost of enrolment, per participant"),
        "episodes": (MONTHLY, "per participant"),
        "crisis": (MONTHLY, "per participant"),
        "wmo_hours": (MONTHLY, "hours per participant"),
    },
    coordinates={"arm": ARMS, "state": STATES, "tenure": TENURE, "group": GROUPS},
)
"""Contract of :func:`project`; months 0..horizon since enrolment, month 0 is enrolment itself."""


def project(pilot: Pilot, posterior: xr.Dataset) -> xr.Dataset:
    """Follow the participants of a pilot with and without the programme.

    Parameters
    ----------
    pilot : Pilot
        Horizon, households, instruments.
    posterior : Dataset
        From :func:`werkzorg.inference.fit.fit`, dims (draw,).

    Returns
    -------
    Dataset
        As promised by :data:`TRAJECTORY`; the posterior's variables come along under their ids, because the ledger
        prices every quantity with the same draw.
    """
    draws = {name: posterior[name].values for name in posterior.data_vars}
    # A draw keeps its label: everything below is put together by label, whatever draws were chosen and in what order.
    chain = follow_arms(draws, pilot.horizon_months).assign_coords(draw=posterior["draw"])
    if pilot.employed is not None:
        chain = with_employed(pilot, draws, draws[pilot.employed.number], chain)
    banded = chain["banded"].rename(cycle="month", band="tenure")
    occupancy = chain["occupancy"].rename(cycle="month")
    moves = chain["moves"].rename(cycle="month")
    at_work = banded.sum("clocked_state").transpose(*MONTHLY, "tenure")
    states = xr.Dataset(
        {
            "occupancy": _reported(pilot, posterior, occupancy, at_work),
            "at_work": at_work,
            "coached": banded.sel(clocked_state="job", drop=True).transpose(*MONTHLY, "tenure"),
            "searching_supported": occupancy.sel(state=["search_first", "search_next"]).sum("state"),
            "job_starts": moves.sel(transition=list(JOB_STARTS)).sum("transition"),
            "first_jobs": moves.sel(transition=list(FIRST_JOBS)).sum("transition"),
        }
    )
    seed = int(posterior.attrs.get("seed", 0))
    care = follow_care(draws, at_work, participants=pilot.participants_planned, seed=seed)
    trajectory = states.merge(care, compat="override", join="override").assign(posterior.data_vars)
    trajectory.attrs = {"pilot": pilot.id, "seed": seed, "price_year": pilot.price_year}
    return TRAJECTORY.check(trajectory)


def _reported(pilot: Pilot, posterior: xr.Dataset, engine: xr.DataArray, at_work: xr.DataArray) -> xr.DataArray:
    """The five reported states, dims (arm, draw, month, state).

    Whoever works is off bijstand when the supplement of the profile is nil; without the programme nobody can leave it.
    """
    off = (at_work * off_benefit(pilot, posterior)).sum("tenure").transpose(*MONTHLY)
    working = at_work.sum("tenure")
    alone = engine.sel(state=["alone_first", "alone_next"]).sum("state")
    supported = engine.sel(state=["search_first", "search_next"]).sum("state")
    left = alone.where(alone.arm == "programme", 0.0)
    parts = {
        "searching": supported + alone - left,
        "work_supplement": working - off,
        "work_off": off,
        "off_no_work": engine.sel(state=["off_first", "off_next"]).sum("state"),
        "left": left,
    }
    return xr.concat(
        [parts[name] for name in STATES], dim=xr.DataArray(list(STATES), dims="state", name="state")
    ).transpose(*MONTHLY, "state")


def off_benefit(pilot: Pilot, posterior: xr.Dataset) -> xr.DataArray:
    """Share of those at work that is off bijstand, by month and time in the job, dims (draw, month, tenure)."""
    catalogue = catalogue_of(pilot)
    profiles = build_profiles(pilot, catalogue, posterior)
    regimes = law_regimes(pilot, catalogue)
    amounts = supplements(profiles, regimes, posterior["jobs.wage_factor"].values)
    shares: dict[int, np.ndarray] = {}
    table = np.empty((posterior.sizes["draw"], len(regimes.laws), len(TENURE)))
    for (law, band), amount in amounts.items():
        if id(amount) not in shares:
            shares[id(amount)] = (profiles.weight * (amount <= 0)).sum(axis=1)
        table[:, law, band] = shares[id(amount)]
    return xr.DataArray(
        table[:, regimes.of_month, :], dims=("draw", "month", "tenure"), coords={"tenure": list(TENURE)}
    )
