"""What a contract may count: participants, placements, months worked, and the measured saving in two ways."""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.appraisal.value import discount_factors
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.contract import Contract
from werkzorg.ledger.care_change import split_change
from werkzorg.ledger.jobs import bijstand_without_work
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.projection.profiles import law_regimes

SAVED = {"bijstand": ("bijstand", "bijstand_tax"), "ggz": ("ggz_outpatient", "ggz_admission")}
"""Items of the ledger behind each saving that a contract may share; each entry once, at its first payer."""

BARGAIN = Contract(
    name="bargain",
    variables={
        "net": (("draw", "party"), "EUR per pilot"),
        "participants": (("draw",), "persons"),
        "placements": (("draw",), "persons, discounted"),
        "months_worked": (("draw",), "months, discounted"),
        "saving": (("draw", "item", "basis"), "EUR per pilot"),
    },
    coordinates={"item": tuple(SAVED), "basis": ("causal", "claimed")},
)
"""Contract of :func:`measure`: all that the negotiation reads. A payment is discounted by counting discounted units."""


def measure(pilot: Pilot, trajectory: xr.Dataset, ledger: xr.Dataset, appraisal: xr.Dataset) -> xr.Dataset:
    """Net result per party and everything a payment rule can count, for the whole pilot up to the main horizon.

    Parameters
    ----------
    pilot : Pilot
    trajectory, ledger, appraisal : Dataset
        From the steps before.

    Returns
    -------
    Dataset
        As promised by :data:`BARGAIN`. Placements and months worked are those that a contract sees: all of the
        programme, not the difference with people without it. The claimed saving compares the programme with the level
        at enrolment; the causal saving compares it with the same people without the programme.
    """
    rate, persons = float(appraisal.attrs["discount_rate"]), pilot.participants_planned
    years = pilot.main_horizon_months // MONTHS_PER_YEAR
    factors = discount_factors(years, rate)
    memo = ledger["memo_year"].sel(arm="programme", year=slice(1, years), drop=True)
    counted = (memo * factors).sum("year") * persons
    draws = ledger["draw"].values
    before = _before(pilot, trajectory, draws)
    savings = [_saving(ledger, item, before[item], factors) * persons for item in SAVED]
    net = appraisal["net"].sel(horizon=pilot.main_horizon_months, view="society", drop=True).drop_sel(party="society")
    bargain = xr.Dataset(
        {
            "net": net * persons,
            "participants": ("draw", np.full(len(draws), float(persons))),
            "placements": counted.sel(memo="first_jobs", drop=True),
            "months_worked": counted.sel(memo="months_worked", drop=True),
            "saving": xr.concat(savings, dim=xr.DataArray(list(SAVED), dims="item", name="item")).transpose(
                "draw", "item", "basis"
            ),
        },
        coords={"draw": draws},
        attrs={"horizon": pilot.main_horizon_months, "participants": persons, "unit": pilot.money_unit},
    )
    return BARGAIN.check(bargain)


def _before(pilot: Pilot, trajectory: xr.Dataset, draws: np.ndarray) -> dict[str, np.ndarray]:
    """Yearly level at enrolment, EUR per participant: everyone on bijstand without work; care as it was then."""
    law = law_regimes(pilot, catalogue_of(pilot)).laws[0]
    bijstand = sum(bijstand_without_work(pilot, law, trajectory).values()) * MONTHS_PER_YEAR
    care = split_change(trajectory, pilot.participants_planned)["before"].values
    return {"bijstand": bijstand, "ggz": care}


def _saving(ledger: xr.Dataset, item: str, before: np.ndarray, factors: xr.DataArray) -> xr.DataArray:
    """Discounted saving in both ways, EUR per participant; dims (basis, draw)."""
    # Care passes the institution on its way to the outside world: what the insurer pays is counted, not both.
    paid = ledger["item"].isin(SAVED[item]) & ledger["payer"].isin(["municipality", "insurer"])
    spent = ledger["entry_year"].sel(year=factors["year"]).where(paid, 0.0).sum("entry")
    programme, without = (spent.sel(arm=arm, drop=True) for arm in ("programme", "without"))
    causal = ((without - programme) * factors).sum("year")
    claimed = ((xr.DataArray(before, dims="draw") - programme) * factors).sum("year")
    return xr.concat([causal, claimed], dim=xr.DataArray(["causal", "claimed"], dims="basis", name="basis"))
