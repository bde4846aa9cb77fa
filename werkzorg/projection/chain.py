"""The two arms through the states, month by month.

Both arms are the same chain (`docs/model.md`): without support the programme arm becomes the other one. States of
the engine: `search_first` and `search_next` (supported, before the first and between jobs), `job` (supported),
`alone_first`, `alone_next`, `job_alone` (without support) and `off_first`, `off_next` (off bijstand without work).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from werkzorg.contract import ARMS, TENURE
from werkzorg.inference.transitions import EARLY_MONTHS, chance, entry_hazards, loss_probabilities
from werkzorg.projection.multistate import Transition, propagate

ENGINE_STATES = (
    *("search_first", "search_next", "job"),
    *("alone_first", "alone_next", "job_alone"),
    *("off_first", "off_next"),
)
START = {"programme": "search_first", "without": "alone_first"}


def follow_arms(theta: Mapping[str, np.ndarray], months: int) -> xr.Dataset:
    """Occupancy, moves and time in the job of both arms.

    Parameters
    ----------
    theta : mapping of ndarray (draw,)
        Hazards (`inference.transitions.PARAMETERS`), `exit_other.return_month` and `programme.support_months`.
    months : int
        Horizon.

    Returns
    -------
    Dataset
        As :func:`werkzorg.projection.multistate.propagate`, with a first dim `arm`; shares of all participants.
    """
    moves = transitions(theta, months)
    arms = [
        propagate(ENGINE_STATES, {START[arm]: 1.0}, moves, cycles=months, clocked=("job", "job_alone"), bands=TENURE)
        for arm in ARMS
    ]
    return xr.concat(arms, dim=xr.DataArray(list(ARMS), dims="arm", name="arm"))


def transitions(theta: Mapping[str, np.ndarray], months: int) -> list[Transition]:
    """The moves of the chain; per month at most one: off bijstand without work; job or job loss; support ends.

    Support ends by leaving the programme, or for all who are left when `programme.support_months` are over.
    """
    month = np.arange(months)[None, :]
    over = month >= np.asarray(theta["programme.support_months"])[:, None]
    hazard = {name: chance(values)[:, None] for name, values in entry_hazards(dict(theta)).items()}
    first = np.where(month < EARLY_MONTHS, hazard["early"], hazard["late"])
    loss = loss_probabilities(dict(theta), months)
    other = chance(theta["exit_other.month"])[:, None]
    back = chance(theta["exit_other.return_month"])[:, None]
    leave = np.where(over, 1.0, chance(theta["p_dropout_hazard"])[:, None])
    return [
        Transition("search_first", "off_first", "other exit, first", other),
        Transition("search_first", "job", "first job", np.where(over, 0.0, first)),
        Transition("search_first", "job_alone", "first job, support over", np.where(over, hazard["alone"], 0.0)),
        Transition("search_first", "alone_first", "support ends, first", leave),
        Transition("search_next", "off_next", "other exit, next", other),
        Transition("search_next", "job", "next job", np.where(over, 0.0, hazard["next"])),
        Transition("search_next", "job_alone", "next job, support over", np.where(over, hazard["next_alone"], 0.0)),
        Transition("search_next", "alone_next", "support ends, next", leave),
        Transition("job", "search_next", "job lost", loss["supported"], by="duration"),
        Transition("job", "job_alone", "support ends, at work", leave, keep_clock=True),
        Transition("alone_first", "off_first", "other exit, alone first", other),
        Transition("alone_first", "job_alone", "first job alone", hazard["alone"]),
        Transition("alone_next", "off_next", "other exit, alone next", other),
        Transition("alone_next", "job_alone", "next job alone", hazard["next_alone"]),
        Transition("job_alone", "alone_next", "job lost alone", loss["alone"], by="duration"),
        Transition("off_first", "alone_first", "back, first", back),
        Transition("off_next", "alone_next", "back, next", back),
    ]


FIRST_JOBS = ("first job", "first job, support over", "first job alone")
"""Moves that are somebody's first job in the model."""

JOB_STARTS = (*FIRST_JOBS, "next job", "next job, support over", "next job alone")
"""All moves into a job."""
