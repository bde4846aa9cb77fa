"""Forecast of the number of participants ever placed, and at work, at the end of the pilot.

Participants are simulated one by one per draw of the posterior, so chance and parameter uncertainty are both
in. Somebody already counted is simulated up to the snapshot, again until in the counted state, which gives the right
mix of time since enrolment, time in the job and jobs lost before. Each has a past of his own: to choose all from a few
simulated people would make them alike, and the forecast too wide.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from werkzorg.compiled import compiled
from werkzorg.inference.counts import count_data
from werkzorg.inference.transitions import CHAIN, EARLY_MONTHS, chance, entry_hazards, loss_probabilities
from werkzorg.pilot import Pilot, months_between

TRIES = 2000
"""Times that a past is simulated until it ends in the counted state; for draws that hold this state all but
impossible."""

SEARCHING, WORKING, AWAY = 0, 1, 2

STATISTICS = ("placed", "working", "months_worked")
"""What a follow-up counts."""


def forecast(pilot: Pilot, posterior: xr.Dataset, *, seed: int = 1) -> xr.Dataset:
    """Predictive distribution of the numbers placed and at work at the end of the pilot.

    Parameters
    ----------
    pilot : Pilot
        Gives the last snapshot, the planned number and the dates.
    posterior : Dataset
        From :func:`werkzorg.inference.fit.fit` or `first_answer`, dims (draw,).
    seed : int
        Seed of the simulation.

    Returns
    -------
    Dataset
        `placed` (ever in a job since enrolment) and `working` (in a job at the end), persons, dims (draw,). Whoever
        left the programme and found a job alone counts as well.
    """
    end = months_between(pilot.start, pilot.end)
    closes = months_between(pilot.start, pilot.enrolment_closes)
    last = pilot.last_snapshot
    snapshot = 0.0 if last is None else months_between(pilot.start, last.date)
    # The months since enrolment of those counted are spread as in the likelihood of the last count.
    elapsed = np.ones(1) if last is None else np.cumsum(count_data(pilot).weights[-1])
    months = int(np.ceil(end)) + 1
    monthly, loss = _monthly_chances(posterior, months)
    cells, members = _cells(pilot)
    new = max(pilot.participants_planned - (0 if last is None else last.enrolled), 0)
    result = _simulate(
        monthly, loss["supported"], loss["alone"], posterior["programme.support_months"].values,
        cells, members, elapsed, np.array([snapshot, max(closes, snapshot), end]), new, seed,
    )  # fmt: skip
    return xr.Dataset(
        {"placed": ("draw", result[:, 0], {"unit": "persons"}), "working": ("draw", result[:, 1], {"unit": "persons"})}
    )


def _monthly_chances(posterior: xr.Dataset, months: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Chances per month (draw, 8) of each event, and of losing a job by its age (draw, month) with and without support.

    In order: first job early, late and without support; next job with and without support; leaving the programme;
    leaving bijstand without work; returning to it.
    """
    theta = {name: posterior[name].values for name in CHAIN}
    hazards = entry_hazards(theta)
    monthly = np.stack(
        [chance(hazards[name]) for name in ("early", "late", "alone", "next", "next_alone")]
        + [chance(theta["p_dropout_hazard"]), chance(theta["exit_other.month"])]
        + [chance(posterior["exit_other.return_month"].values)],
        axis=1,
    )
    return monthly, loss_probabilities(theta, months)


def _cells(pilot: Pilot) -> tuple[np.ndarray, np.ndarray]:
    """Participants per cell of the last snapshot, and the states (searching, working, away) of each cell."""
    last = pilot.last_snapshot
    if last is None:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 3), dtype=np.bool_)
    may_be = set(last.unaccounted_may_be)
    rows = [
        (last.applying + last.in_mediation, (True, False, False)),
        (last.working, (False, True, False)),
        (last.left, (False, False, True)),
        (last.unaccounted, (bool(may_be & {"applying", "in_mediation"}), "working" in may_be, "left" in may_be)),
    ]
    return np.array([row[0] for row in rows], dtype=np.int64), np.array([row[1] for row in rows], dtype=np.bool_)


def follow_counted(pilot: Pilot, posterior: xr.Dataset, months: Sequence[int], *, seed: int = 1) -> xr.DataArray:
    """What later counts of the planned participants would show, each draw a pilot of its own.

    Parameters
    ----------
    pilot : Pilot
        Gives the last snapshot, the planned number and the dates.
    posterior : Dataset
        Dims (draw,).
    months : sequence of int
        Months after the last snapshot (without one: after the start) at which is counted, ascending.
    seed : int
        Seed of the simulation.

    Returns
    -------
    DataArray (draw, months, statistic)
        `placed` (ever in a job), `working` (in a job at that time), persons, and `months_worked` since the snapshot.
    """
    last = pilot.last_snapshot
    snapshot = 0.0 if last is None else months_between(pilot.start, last.date)
    closes = max(months_between(pilot.start, pilot.enrolment_closes) - snapshot, 0.0)
    elapsed = np.ones(1) if last is None else np.cumsum(count_data(pilot).weights[-1])
    monthly, loss = _monthly_chances(posterior, int(np.ceil(snapshot)) + max(months) + 1)
    cells, members = _cells(pilot)
    new = max(pilot.participants_planned - (0 if last is None else last.enrolled), 0)
    result = _count_later(
        monthly, loss["supported"], loss["alone"], posterior["programme.support_months"].values,
        cells, members, elapsed, np.asarray(months), closes, new, seed,
    )  # fmt: skip
    return xr.DataArray(
        result, dims=("draw", "months", "statistic"), coords={"months": list(months), "statistic": list(STATISTICS)}
    )


def follow_new(posterior: xr.Dataset, clients: Sequence[int], months: int, *, seed: int = 1) -> xr.DataArray:
    """What the follow-up of new participants of the programme would show; a larger group holds the smaller ones.

    Parameters
    ----------
    posterior : Dataset
        Dims (draw,).
    clients : sequence of int
        Sizes of the group, persons, ascending.
    months : int
        Months for which each of them is followed.
    seed : int
        Seed of the simulation.

    Returns
    -------
    DataArray (draw, clients, statistic)
        As :func:`follow_counted`.
    """
    monthly, loss = _monthly_chances(posterior, months + 1)
    nobody = np.zeros(0, dtype=np.int64), np.zeros((0, 3), dtype=np.bool_)
    more = [
        _count_later(
            monthly, loss["supported"], loss["alone"], posterior["programme.support_months"].values,
            *nobody, np.ones(1), np.array([months]), 0.0, int(added), seed + step,
        )
        for step, added in enumerate(np.diff([0, *clients]))
    ]  # fmt: skip
    result = np.cumsum(np.concatenate(more, axis=1), axis=1)
    return xr.DataArray(
        result, dims=("draw", "clients", "statistic"), coords={"clients": list(clients), "statistic": list(STATISTICS)}
    )


@compiled()
def _follow(person, months, monthly, loss, loss_alone, support):
    """Simulate one person for some months.

    `person` = (at work, supported, off benefit, ever placed, age of job, month), changed in place.

    The order of events within a month is that of the likelihood and of the projection.
    """
    for _ in range(months):
        supported = person[1] == 1
        ended = supported and person[5] >= support
        moved = False
        if person[0] == 1:
            table = loss if supported else loss_alone
            moved = np.random.random() < table[person[4]]
            if moved:
                person[0] = 0
            else:
                person[4] += 1
        elif person[2] == 1:
            if np.random.random() < monthly[7]:
                person[2] = 0
        elif np.random.random() < monthly[6]:
            person[1], person[2], moved = 0, 1, True
        elif np.random.random() < _entry_chance(person, monthly, supported and not ended):
            person[0], person[3], person[4], moved = 1, 1, 0, True
            person[1] = 1 if supported and not ended else 0
        if supported and not moved and (ended or np.random.random() < monthly[5]):
            person[1] = 0
        person[5] += 1


@compiled()
def _entry_chance(person, monthly, supported):
    """Chance of a job this month for someone on bijstand."""
    if person[3] == 1:
        return monthly[3] if supported else monthly[4]
    if supported:
        return monthly[0] if person[5] < EARLY_MONTHS else monthly[1]
    return monthly[2]


@compiled()
def _whole_months(months):
    """Whole months, rounded up or down by chance so that the mean is right."""
    whole = int(np.floor(months))
    return whole + (1 if np.random.random() < months - whole else 0)


@compiled()
def _simulate(monthly, loss, loss_alone, support, cells, members, elapsed, times, new, seed):
    """Numbers placed and at work at the end, per draw; see :func:`forecast`."""
    np.random.seed(seed)
    snapshot, closes, end = times[0], times[1], times[2]
    result = np.zeros((monthly.shape[0], 2))
    for d in range(monthly.shape[0]):
        for cell in range(cells.size):
            for _ in range(cells[cell]):
                person = _counted(members[cell], elapsed, monthly[d], loss[d], loss_alone[d], support[d])
                _follow(person, _whole_months(end - snapshot), monthly[d], loss[d], loss_alone[d], support[d])
                result[d, 0] += person[3]
                result[d, 1] += person[0]
        for _ in range(new):
            person = np.zeros(6, dtype=np.int64)
            person[1] = 1
            enrolled = snapshot + np.random.random() * (closes - snapshot)
            _follow(person, _whole_months(end - enrolled), monthly[d], loss[d], loss_alone[d], support[d])
            result[d, 0] += person[3]
            result[d, 1] += person[0]
    return result


@compiled()
def _tally(person, months, monthly, loss, loss_alone, support):
    """Follow one person for some months; months in work among them."""
    worked = 0
    for _ in range(months):
        _follow(person, 1, monthly, loss, loss_alone, support)
        worked += person[0]
    return worked


@compiled()
def _count_later(monthly, loss, loss_alone, support, cells, members, elapsed, times, closes, new, seed):
    """Statistics per draw and time; see :func:`follow_counted`."""
    np.random.seed(seed)
    result = np.zeros((monthly.shape[0], times.size, 3))
    for d in range(monthly.shape[0]):
        for cell in range(cells.size):
            for _ in range(cells[cell]):
                person = _counted(members[cell], elapsed, monthly[d], loss[d], loss_alone[d], support[d])
                _add_later(result[d], person, 0, times, monthly[d], loss[d], loss_alone[d], support[d])
        for _ in range(new):
            person = np.zeros(6, dtype=np.int64)
            person[1] = 1
            starts = _whole_months(np.random.random() * closes)
            _add_later(result[d], person, starts, times, monthly[d], loss[d], loss_alone[d], support[d])
    return result


@compiled()
def _add_later(result, person, starts, times, monthly, loss, loss_alone, support):
    """Add one person, who starts some months after the snapshot, to the statistics (time, statistic)."""
    before, worked = starts, 0
    for t in range(times.size):
        worked += _tally(person, max(times[t] - before, 0), monthly, loss, loss_alone, support)
        before = max(times[t], before)
        result[t, 0] += person[3]
        result[t, 1] += person[0]
        result[t, 2] += worked


@compiled()
def _counted(member, elapsed, monthly, loss, loss_alone, support):
    """Someone at the snapshot, in one of the states of the cell."""
    person = np.zeros(6, dtype=np.int64)
    for _ in range(TRIES):
        person[:] = 0
        person[1] = 1
        gone = min(np.searchsorted(elapsed, np.random.random()), elapsed.size - 1)
        _follow(person, gone, monthly, loss, loss_alone, support)
        supported = person[1] == 1 and person[2] == 0
        if member[AWAY if not supported else WORKING if person[0] == 1 else SEARCHING]:
            return person
    return _someone(member)


@compiled()
def _someone(member):
    """A freshly enrolled person put into the state of the cell, for draws in which nobody got there."""
    person = np.zeros(6, dtype=np.int64)
    person[1] = 1
    if member[WORKING] and not member[SEARCHING]:
        person[0], person[3] = 1, 1
    elif member[AWAY] and not member[SEARCHING]:
        person[1] = 0
    return person
