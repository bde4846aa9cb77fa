"""A programme that reaches many with little: from what effect per person reached it is worth its money.

The net result is worked out at a row of effects, the same for all draws; between them it is a straight line per draw.
The tipping point of each draw is where that line crosses zero (:mod:`werkzorg.appraisal.switching`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from werkzorg.appraisal.appraise import appraise
from werkzorg.appraisal.draws import DRAW
from werkzorg.appraisal.switching import rank_ends, summarise_switch, switch_between
from werkzorg.ledger.settlement import settle
from werkzorg.pilot import Pilot
from werkzorg.projection.trajectory import project

EFFECTS = (-0.5, 0.0, 0.25, 0.5, 1.0, 1.6, 2.5)
"""Logarithms of the risk ratio at which the result is worked out: from 0.6 to 12 times the chance of a job."""

PARTIES = ("society", "municipality")
PLACED_MONTHS = 24
"""Months after which people with a job are counted, as far as the horizon of the pilot goes."""

NO_EFFECT = 0.0


def follow_effects(pilot: Pilot, posterior: xr.Dataset, effects: Sequence[float] = EFFECTS) -> xr.Dataset:
    """Net result and people who got a job, at each effect per person reached.

    Parameters
    ----------
    pilot : Pilot
        Its `reach.effect` names the parameter.
    posterior : Dataset
        Dims (draw,).
    effects : sequence of float
        Values of the parameter, increasing, with 0 among them.

    Returns
    -------
    Dataset
        `net` (effect, draw, party): EUR per person reached at the main horizon, discounted; `placed` (effect, draw):
        people who got a first job because of the effect, per person reached.
    """
    horizon = min(PLACED_MONTHS, pilot.main_horizon_months)
    net, placed = [], []
    for effect in effects:
        changed = posterior.assign({pilot.reach.effect: xr.full_like(posterior[pilot.reach.effect], effect)})
        changed.attrs = dict(posterior.attrs)
        appraisal = appraise(pilot, settle(pilot, project(pilot, changed)))
        net.append(appraisal["net"].sel(party=list(PARTIES), horizon=pilot.main_horizon_months, view="society"))
        placed.append(appraisal["outcome"].sel(memo="first_jobs", horizon=horizon))
    along = xr.DataArray(list(effects), dims="effect", name="effect")
    jobs = xr.concat(placed, dim=along, coords="minimal", compat="override").drop_vars(["memo", "horizon"])
    money = xr.concat(net, dim=along, coords="minimal", compat="override").drop_vars(["view", "horizon"])
    return xr.Dataset({"net": money, "placed": jobs - jobs.sel(effect=NO_EFFECT, drop=True)})


def at_effect(curve: xr.DataArray, effect: xr.DataArray | float) -> xr.DataArray:
    """Value of a curve at an effect per draw, on the straight line between its neighbours.

    Parameters
    ----------
    curve : DataArray (effect, draw, ...)
    effect : DataArray (draw) or float
        Outside the worked-out effects the nearest one holds.
    """
    points = curve["effect"].values
    wanted = np.clip(np.broadcast_to(np.asarray(effect, dtype=float), curve.sizes[DRAW]), points[0], points[-1])
    left = np.clip(np.searchsorted(points, wanted, side="right") - 1, 0, len(points) - 2)
    weight = (wanted - points[left]) / (points[left + 1] - points[left])
    places = {name: xr.DataArray(place, dims=DRAW) for name, place in (("left", left), ("right", left + 1))}
    draws = xr.DataArray(np.arange(curve.sizes[DRAW]), dims=DRAW)
    plain = curve.drop_vars(DRAW, errors="ignore")
    ends = {name: plain.isel(effect=place, draw=draws).drop_vars("effect") for name, place in places.items()}
    share = xr.DataArray(weight, dims=DRAW)
    return (1 - share) * ends["left"] + share * ends["right"]


def tipping_points(curve: xr.Dataset, actual: xr.DataArray) -> tuple[xr.Dataset, xr.Dataset, xr.DataArray]:
    """From what effect on a party gains.

    Parameters
    ----------
    curve : Dataset
        From :func:`follow_effects`.
    actual : DataArray (draw)
        The effect itself in the same draws.

    Returns
    -------
    tuple
        Switching value per draw and party (`switching.switch_between`); its summary with the probability that the
        effect lies beyond it; and the people placed per person reached at the tipping point (draw, party), missing
        where a draw has none.
    """
    points = curve["effect"].values

    def net(effect: xr.DataArray) -> xr.DataArray:
        return at_effect(curve["net"], effect)

    found = switch_between(net, float(points[0]), float(points[-1]))
    bare = xr.DataArray(actual.values, dims=DRAW)
    placed = [
        at_effect(curve["placed"], found["value"].sel(party=party).fillna(NO_EFFECT)).where(
            found["value"].sel(party=party, drop=True).notnull()
        )
        for party in found["party"].values
    ]
    return found, summarise_switch(found, bare), xr.concat(placed, dim=found["party"]).transpose(DRAW, "party")


def rank_placed(placed: xr.DataArray, found: xr.Dataset) -> xr.DataArray:
    """Median and intervals of the people placed at the tipping point, over all draws.

    Parameters
    ----------
    placed, found
        From :func:`tipping_points`.

    Returns
    -------
    DataArray (summary, party)
        As :func:`werkzorg.appraisal.switching.rank_ends`.
    """
    return rank_ends(placed, (found["at_low"] > 0) & (found["at_high"] > 0))
