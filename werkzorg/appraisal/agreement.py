"""Whether all parties gain at once, and who stands in the way."""

from __future__ import annotations

import xarray as xr

from werkzorg.appraisal.draws import DRAW, check_draws

PARTY = "party"


def all_win(net: xr.DataArray, at_least: float | xr.DataArray = 0.0, strict: bool = True) -> xr.Dataset:
    """Probability that every party gains.

    Parameters
    ----------
    net : DataArray (draw, party, ...)
        Net result of each party, programme less without, in any unit.
    at_least : float or DataArray (party)
        What each party wants, in that unit.
    strict : bool
        More than that (the default: nobody is talked into a draw), or at least that.

    Returns
    -------
    Dataset
        `together` (...): share of draws in which every party gains; `alone` (party, ...): share in which that party
        does; `blocks` (party, ...): share in which it is the only one that does not; `without` (party, ...): the
        probability that all others gain.

    Notes
    -----
    ``together`` is at most the smallest and at least ``1 - sum of (1 - alone)``; how close to either depends on how the
    results go together, which is why it is counted in the draws and not made from the single probabilities.
    """
    net = check_draws(net, "net", (PARTY,))
    wins = net > at_least if strict else net >= at_least
    together = wins.all(PARTY)
    only = ~wins & (wins.sum(PARTY) == wins.sizes[PARTY] - 1)
    return xr.Dataset(
        {
            "together": together.mean(DRAW),
            "alone": wins.mean(DRAW),
            "blocks": only.mean(DRAW),
            "without": (together | only).mean(DRAW),
        }
    )
