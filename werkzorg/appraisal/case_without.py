"""What the model says of life without the programme, per draw and for no person in particular.

The same chain, laws and prices as the projection of the group (`projection`, `ledger.jobs`), laid out so that a
participant's own household, benefit, diagnosis and care can be put in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from werkzorg.appraisal.case_own import Own
from werkzorg.contract import TENURE
from werkzorg.inference.chances import monthly_chance, odds_changed, quarterly_odds_changed
from werkzorg.inference.priors import is_logarithm
from werkzorg.inference.record_data import DIAGNOSES
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, WORK_EFFECT, coefficients, variances
from werkzorg.inference.transitions import chance, entry_hazards, loss_probabilities
from werkzorg.inference.updates import PAID_RATIO
from werkzorg.params.catalogue import Catalogue
from werkzorg.pilot import HOUSEHOLDS, Pilot
from werkzorg.projection.care import ADMISSION, CRISIS_MONTHS, LEAVE
from werkzorg.projection.profiles import HOURS, build_profiles, household_mix, law_regimes, supplements
from werkzorg.rules.bijstand import net_norm
from werkzorg.rules.loonkostensubsidie import subsidy_month

WMO_STREAM = 21
"""Random stream of the chances of starting and stopping with Wmo support."""

JEFFREYS = 0.5
"""Weight of the prior on both sides of such a chance: a Beta(1/2, 1/2)."""

Array = np.ndarray


@dataclass(frozen=True)
class Jobs:
    """What jobs without the programme bring, by kind of job (`projection.profiles`).

    Attributes
    ----------
    weight : ndarray (draw, profile)
        Share of each kind.
    household, hours : ndarray (profile,) of int
        Places in `HOUSEHOLDS` and `HOURS`.
    subsidised : ndarray (profile,) of bool
        With wage-cost subsidy.
    supplement : ndarray (law, band, draw, profile)
        Net supplementary bijstand, EUR/month.
    subsidy : ndarray (law, band, draw, hours)
        Wage-cost subsidy of a subsidised job, EUR/month.
    """

    weight: Array
    household: Array
    hours: Array
    subsidised: Array
    supplement: Array
    subsidy: Array


@dataclass(frozen=True)
class Without:
    """Everything about life without the programme; time runs over months 1..T since enrolment.

    Attributes
    ----------
    idle : ndarray (draw, month)
        Chance of being on benefit without work.
    at_work : ndarray (draw, month, band)
        Chance of being at work, by time in the job.
    chances : dict of ndarray (draw,)
        Monthly: `first`, `next` job; `other` exit and `back`.
    loss : ndarray (draw, month)
        Chance of losing the job by completed months in it.
    law : ndarray (month,) of int
        Which law holds.
    jobs : Jobs
        Kinds of jobs.
    norm : ndarray (draw, 1 + household)
        Benefit of a month without work per household, of the mix in the last place, EUR/month.
    paid_ratio : ndarray (draw,)
        Benefit paid relative to the norm.
    leave : ndarray (draw, diagnosis)
        Monthly chance of the planned end of treatment.
    returns : ndarray (draw,)
        Monthly chance of coming back into care.
    admitted : ndarray (2, draw, diagnosis)
        Monthly chance of an admission in care, without and at work.
    crisis_start, episode : ndarray (draw,)
        Monthly chance of an episode in the first months of a job; price of an episode, EUR.
    severe : ndarray (draw,)
        Share with a severe illness.
    coefficients : ndarray (draw, column)
        Of the cost regression.
    residual, case : ndarray (draw,)
        Variance of a half year around its case, and of the case effect.
    work_effect : ndarray (draw,)
        Causal effect of work on the logarithm of cost.
    wmo_start, wmo_stop, wmo_at_work, wmo_share : ndarray (draw,)
        Monthly chance of starting and stopping with Wmo support; use at work relative to that without; share with it.
    """

    idle: Array
    at_work: Array
    chances: dict[str, Array]
    loss: Array
    law: Array
    jobs: Jobs
    norm: Array
    paid_ratio: Array
    leave: Array
    returns: Array
    admitted: Array
    crisis_start: Array
    episode: Array
    severe: Array
    coefficients: Array
    residual: Array
    case: Array
    work_effect: Array
    wmo_start: Array
    wmo_stop: Array
    wmo_at_work: Array
    wmo_share: Array

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.idle)

    @property
    def months(self) -> int:
        """Number of months."""
        return self.idle.shape[1]


def life_without(
    pilot: Pilot, catalogue: Catalogue, trajectory: xr.Dataset, facts: Array, own: Own, months: int
) -> Without:
    """Take apart what the model says of life without the programme.

    Parameters
    ----------
    pilot : Pilot
        Instruments, households, dates.
    catalogue : Catalogue
        Its parameters.
    trajectory : Dataset
        From :func:`werkzorg.projection.trajectory.project`, with the draws of all parameters; the draws wanted.
    facts : ndarray
        `facts` of `record_likelihood.arrays`.
    own : Own
        For the changes in Wmo support that were seen.
    months : int
        Months after enrolment, at most the horizon.
    """
    draws = {name: trajectory[name].values for name in trajectory.data_vars if trajectory[name].dims == ("draw",)}
    arm = trajectory.sel(arm="without")
    time = slice(1, months + 1)
    hazards = entry_hazards(draws)
    regimes = law_regimes(pilot, catalogue)
    theta, shares = _likelihood_scale(draws)
    residual, case = variances(theta, shares)
    start, stop = _wmo_changes(own, len(draws[WORK_EFFECT]), int(trajectory.attrs.get("seed", 0)))
    use = draws["wmo.use_share"]
    idle_year = np.stack([draws[ADMISSION[name]] for name in DIAGNOSES], axis=1)
    busy_year = quarterly_odds_changed(idle_year, np.exp(draws["p_logor_admission_in_work"])[:, None])
    return Without(
        idle=arm["occupancy"].sel(state=["searching", "left"]).sum("state").transpose("draw", "month").values[:, time],
        at_work=arm["at_work"].transpose("draw", "month", "tenure").values[:, time],
        chances={
            "first": chance(hazards["alone"]),
            "next": chance(hazards["next_alone"]),
            "other": chance(draws["exit_other.month"]),
            "back": chance(draws["exit_other.return_month"]),
        },
        loss=loss_probabilities(draws, months)["alone"],
        law=regimes.of_month[time],
        jobs=_jobs(pilot, catalogue, trajectory, regimes, draws, int(regimes.of_month[months]) + 1),
        norm=_norms(pilot, regimes.laws[0], trajectory),
        paid_ratio=draws.get(PAID_RATIO, np.ones(len(use))),
        leave=np.stack([monthly_chance(draws[LEAVE[name]]) for name in DIAGNOSES], axis=1),
        returns=monthly_chance(draws["care.return_year"]),
        admitted=monthly_chance(np.stack([idle_year, busy_year])),
        crisis_start=1 - (1 - draws["p_crisis_first_quarter"]) ** (1 / CRISIS_MONTHS),
        episode=draws["ggz.crisis_admission"],
        severe=draws["care.severe_share"],
        coefficients=_coefficients(theta, shares, draws[WORK_EFFECT], facts),
        residual=residual,
        case=case,
        work_effect=draws[WORK_EFFECT],
        wmo_start=start,
        wmo_stop=stop,
        wmo_at_work=odds_changed(use, np.exp(draws["p_logor_wmo_in_work"])) / use,
        wmo_share=use,
    )


def _likelihood_scale(draws: dict[str, Array]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Parameters as the likelihood takes them; nil for what a posterior without comparison group or fit lacks."""
    theta = dict.fromkeys(NORMAL, np.zeros(len(draws[WORK_EFFECT])))
    theta |= {name: draws[name] if is_logarithm(name) else np.log(draws[name]) for name in NORMAL if name in draws}
    return theta, {name: draws[name] for name in BOUNDED}


def _coefficients(theta: dict[str, Array], shares: dict[str, Array], work: Array, facts: Array) -> Array:
    rows = [
        coefficients({k: v[i] for k, v in theta.items()}, {k: v[i] for k, v in shares.items()}, work[i], facts)
        for i in range(len(work))
    ]
    return np.array(rows)


def _jobs(pilot, catalogue, trajectory, regimes, draws, laws: int) -> Jobs:
    """Kinds of jobs with what each brings, for the first so many laws."""
    profiles = build_profiles(pilot, catalogue, trajectory)
    amounts = supplements(profiles, regimes, draws["jobs.wage_factor"])
    bands, hours = range(len(TENURE)), np.array(HOURS)
    value = draws["lks.loonwaarde"][:, None]
    subsidy = [[subsidy_month(value, hours, first + 1, law) for first in TENURE] for law in regimes.laws[:laws]]
    table = profiles.table
    return Jobs(
        weight=profiles.weight,
        household=table["household"].map(HOUSEHOLDS.index).to_numpy(),
        hours=table["hours"].map(HOURS.index).to_numpy(),
        subsidised=table["lks"].to_numpy(dtype=bool),
        supplement=np.array([[amounts[law, band] for band in bands] for law in range(laws)], dtype=np.float32),
        subsidy=np.array(subsidy, dtype=np.float32),
    )


def _norms(pilot: Pilot, law, trajectory: xr.Dataset) -> Array:
    mix = household_mix(pilot, trajectory)
    norms = np.array([net_norm(household, law) for household in HOUSEHOLDS])
    mean = sum(mix[name] * norm for name, norm in zip(HOUSEHOLDS, norms, strict=True))
    return np.column_stack([np.broadcast_to(norms, (len(mean), len(norms))), mean])


def _wmo_changes(own: Own, draws: int, seed: int) -> tuple[Array, Array]:
    """Draws of the monthly chance of starting and of stopping, from the changes seen."""
    rng = np.random.default_rng([seed, WMO_STREAM])
    return tuple(rng.beta(JEFFREYS + events, JEFFREYS + n - events, draws) for n, events in own.wmo_pairs)
