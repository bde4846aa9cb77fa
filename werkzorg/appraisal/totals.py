"""From entries per step of time to the net result of each party, in present value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from werkzorg import constants
from werkzorg.appraisal.appraise import VIEWS
from werkzorg.appraisal.value import discount_factors
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.ledger.accounts import OUTSIDE, Account
from werkzorg.ledger.quantities import Entries, Quantities
from werkzorg.params import parties


def step_weights(horizons: Sequence[int], rate: float, quantities: Quantities) -> np.ndarray:
    """Weight of each step in each horizon and view.

    Parameters
    ----------
    horizons : sequence of int
        Months.
    rate : float
        Real discount rate of the view `society`; `budget` counts every step in full.
    quantities : Quantities
        Gives the steps.

    Returns
    -------
    ndarray (step, horizon x view)
        Discount factor of the programme year of the step, zero beyond the horizon.
    """
    steps = quantities.episodes.shape[1]
    ends = (np.arange(steps) + 1) * quantities.step
    year = (ends - 1) // constants.MONTHS_PER_YEAR
    inside = ends[:, None] <= np.asarray(horizons)[None, :]
    society = discount_factors(int(year[-1]) + 1, rate).values[year]
    return np.stack([inside * society[:, None], inside], axis=2).reshape(steps, len(horizons) * len(VIEWS))


def add_by_party(entries: Entries, accounts: Sequence[Account], columns: np.ndarray) -> tuple[np.ndarray, float]:
    """What entries come to for each party.

    Parameters
    ----------
    entries : dict of ndarray (draw, step)
        EUR per participant, programme less without.
    accounts : sequence of Account
        Payer and payee of each entry; accounts without an entry are passed over.
    columns : ndarray (step, column)
        From :func:`step_weights`.

    Returns
    -------
    ndarray (party, draw, column)
        Net result, in the order of `params.parties`; one draw when there are no entries.
    float
        Largest relative error of: the parties inside society together gain what comes in from outside.

    Raises
    ------
    WerkzorgError
        The error is above `constants.BALANCE_TOLERANCE`.
    """
    names = [party.id for party in parties()]
    used = [account for account in accounts if account.id in entries]
    values = {account.id: entries[account.id] @ columns for account in used}
    shape = next((amount.shape for amount in values.values()), (1, columns.shape[1]))
    net, size, resources = np.zeros((len(names), *shape)), np.full(shape, np.finfo(float).tiny), np.zeros(shape)
    for account in used:
        amount = values[account.id]
        net[names.index(account.payer)] -= amount
        net[names.index(account.payee)] += amount
        size += np.abs(amount)
        resources += amount * ((account.payer == OUTSIDE) - (account.payee == OUTSIDE))
    inside = [position for position, party in enumerate(parties()) if party.inside]
    error = float((np.abs(net[inside].sum(axis=0) - resources) / size).max())
    if not error <= constants.BALANCE_TOLERANCE:
        raise WerkzorgError(ExitCode.RUN, Problem("ledger.unbalanced", values={"error": f"{error:.1e}"}))
    return net, error


def label_net(blocks: Sequence[np.ndarray], horizons: Sequence[int], posterior: xr.Dataset) -> xr.DataArray:
    """Net result per party, society included, dims (party, draw, horizon, view), EUR per participant.

    Parameters
    ----------
    blocks : sequence of ndarray (party, draw, horizon x view)
        From :func:`add_by_party`; they are added up.
    horizons : sequence of int
        Months.
    posterior : Dataset
        Gives the labels of the draws.
    """
    names = [party.id for party in parties() if party.inside]
    inside = [position for position, party in enumerate(parties()) if party.inside]
    shape = (len(inside) + 1, posterior.sizes["draw"], len(horizons), len(VIEWS))
    values = np.zeros((shape[0], shape[1], shape[2] * shape[3]))
    for block in blocks:
        for row, position in enumerate(inside):
            values[row] += block[position]
    values[-1] = values[:-1].sum(axis=0)
    coords = {
        "party": [*names, "society"], "draw": posterior["draw"].values, "horizon": list(horizons), "view": list(VIEWS)
    }  # fmt: skip
    return xr.DataArray(values.reshape(shape), dims=tuple(coords), coords=coords, attrs={"unit": "EUR per participant"})
