"""How far the answer moves when people who were lost to follow-up are without work, instead of as their group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from werkzorg.appraisal.appraise import appraise
from werkzorg.appraisal.leaving import Leaving
from werkzorg.constants import ESS_WARN
from werkzorg.inference.fit import first_answer, fit
from werkzorg.inference.follow_up import FollowUp
from werkzorg.inference.record_data import RecordData
from werkzorg.ledger.settlement import settle
from werkzorg.pilot import Pilot
from werkzorg.projection.trajectory import project
from werkzorg.wording import probability_word

THIN = 4
"""One in so many draws is used: the same draws under each reading, so that their difference has little noise."""


@dataclass(frozen=True)
class Dropout:
    """What became of follow-up, and what it may do to the answer.

    Attributes
    ----------
    followed : dict of FollowUp
        By group.
    shift : dict of dict of float
        By reading of a loss (`follow_up.WHEN_LOST`) and party: change of the mean net result per participant at the
        main horizon, view of society, EUR. Empty when nobody was lost.
    leaving : tuple of Leaving
        Who left the programme, month by month.
    """

    followed: Mapping[str, FollowUp]
    shift: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    leaving: tuple[Leaving, ...] = ()

    def net(self, net: xr.DataArray) -> dict[str, xr.DataArray]:
        """The answer of the run under each reading, by its name.

        Parameters
        ----------
        net : DataArray (draw, party)
            The answer of the run.

        Returns
        -------
        dict of DataArray (draw, party)
            The same draws, moved: the spread is that of the run.
        """
        return {
            name: net + xr.DataArray([moved[party] for party in net["party"].values.tolist()], dims="party")
            for name, moved in self.shift.items()
        }


def bound_dropout(
    pilot: Pilot,
    followed: Mapping[str, FollowUp],
    readings: Mapping[str, RecordData],
    first: xr.Dataset,
    posterior: xr.Dataset,
    leaving: tuple[Leaving, ...] = (),
) -> Dropout:
    """Answer under each reading of a loss against the one that takes the lost to be as their group.

    Both without the sampler, in the same draws: what counts is the difference between them. Where that approximation is
    poor, both with the sampler.

    Parameters
    ----------
    pilot : Pilot
    followed, readings : dict
        From `inference.follow_up.readings_of_loss`.
    first : Dataset
        First answer of the run, with the records as they are.
    posterior : Dataset
        Answer of the run, by the sampler.
    leaving : tuple of Leaving
        From `leaving.count_leaving`.
    """
    if not readings:
        return Dropout(followed, leaving=leaving)
    seed, base = int(first.attrs["seed"]), _mean_net(pilot, first)
    shift = {}
    for name, data in readings.items():
        quick = first_answer(pilot, records=data, seed=seed)
        if is_precise(first) and is_precise(quick):
            moved = _mean_net(pilot, quick) - base
        else:
            moved = _mean_net(pilot, fit(pilot, records=data, seed=seed)) - _mean_net(pilot, posterior)
        shift[name] = {str(party): float(moved.sel(party=party)) for party in moved["party"].values}
    return Dropout(followed, shift, leaving)


def is_precise(first: xr.Dataset) -> bool:
    """Whether an answer without a sampler has as many effective draws as are asked of one with it (`ESS_WARN`).

    Parameters
    ----------
    first : Dataset (draw)
        From `inference.fit.first_answer`.
    """
    return first.sizes["draw"] * float(first.attrs["approximation"]) >= ESS_WARN


def _mean_net(pilot: Pilot, posterior: xr.Dataset) -> xr.DataArray:
    trajectory = project(pilot, posterior.isel(draw=slice(None, None, THIN)))
    net = appraise(pilot, settle(pilot, trajectory))["net"]
    return net.sel(horizon=pilot.main_horizon_months, view="society").mean("draw")


def says_the_same(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two answers (draw,) have a mean of the same sign and the same word for the probability of a gain."""
    signs = {bool(draws.mean() > 0) for draws in (first, second)}
    words = {probability_word(float((draws > 0).mean()), "nl") for draws in (first, second)}
    return len(signs) == len(words) == 1
