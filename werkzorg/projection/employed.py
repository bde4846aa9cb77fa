"""People from the group itself whom the programme employs: in work from the first month, for the length of a contract.

They are a part of the participants. In the arm with the programme they follow their own chain; without it they are like
all others. What they are paid is a component of the support package; what work does to their benefit and care follows
here, as for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from werkzorg.contract import TENURE
from werkzorg.pilot import Pilot
from werkzorg.projection.chain import ENGINE_STATES, START, transitions
from werkzorg.projection.multistate import Transition, propagate

CERTAIN, END = "first job", "job lost"
"""Moves with another chance: into the job in the first month, and out of it when the contract ends."""


def with_employed(
    pilot: Pilot, draws: Mapping[str, np.ndarray], number: np.ndarray | float, chain: xr.Dataset
) -> xr.Dataset:
    """The chain of all participants, of whom a few are employed by the programme.

    Parameters
    ----------
    pilot : Pilot
        Its `employed` says for how many months.
    draws : mapping of ndarray (draw,)
        Hazards, as for :func:`werkzorg.projection.chain.follow_arms`.
    number : ndarray (draw,) or float
        People employed, persons.
    chain : Dataset
        From :func:`werkzorg.projection.chain.follow_arms`.

    Returns
    -------
    Dataset
        As `chain`: the arm with the programme is the mixture, the other arm stays as it is.
    """
    months = chain.sizes["cycle"] - 1
    own = _contract(draws, months, pilot.employed.months).assign_coords(draw=chain["draw"])
    share = np.clip(np.broadcast_to(number, chain.sizes["draw"]) / pilot.participants_planned, 0.0, 1.0)
    weight = xr.DataArray(share, dims="draw", coords={"draw": chain["draw"]})
    mixed = {
        name: ((1 - weight) * values.sel(arm="programme") + weight * own[name])
        .expand_dims(arm=["programme"])
        .transpose(*values.dims)
        for name, values in chain.data_vars.items()
    }
    return xr.concat([xr.Dataset(mixed), chain.sel(arm=["without"])], dim="arm")


def _contract(draws: Mapping[str, np.ndarray], months: int, length: int) -> xr.Dataset:
    """The chain of those who are employed: at work in months 1 to `length`, then as anybody without support."""
    # The chance of duration d is faced d + 1 months after the start of the job.
    ends = np.zeros(months + 1)
    ends[length - 1] = 1.0
    moves = [_changed(move, ends) for move in transitions(draws, months)]
    start = {START["programme"]: 1.0}
    own = propagate(ENGINE_STATES, start, moves, cycles=months, clocked=("job", "job_alone"), bands=TENURE)
    # Nobody coaches them: their months at work are months without support.
    banded = own["banded"].sum("clocked_state").expand_dims(clocked_state=["job_alone"])
    return own.assign(banded=banded.reindex(clocked_state=own["clocked_state"], fill_value=0.0))


def _changed(move: Transition, ends: np.ndarray) -> Transition:
    if move.name == CERTAIN:
        return replace(move, probability=np.array([1.0]))
    if move.name == END:
        return replace(move, probability=ends, target="alone_next")
    if move.source in ("search_first", "job"):
        return replace(move, probability=np.array([0.0]))
    return move
