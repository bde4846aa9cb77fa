"""Rows of the acceptability curves: how likely it is that the pilot costs a party no more than an amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import xarray as xr

from werkzorg.appraisal.agreement import PARTY, all_win
from werkzorg.appraisal.thresholds import THRESHOLD
from werkzorg.pilot import Pilot
from werkzorg.release.gate import step_at_least
from werkzorg.release.money import AT_THE_TABLE
from werkzorg.release.rows import Row, party_name, row

FINE, COARSE = 20, 5
"""Amounts on each side of zero: of the grid of one curve, and of the grid that all curves share."""

TAIL = 0.025
"""Part of the draws at each end that a grid need not reach."""


def acceptability_rows(pilot: Pilot, appraisal: xr.Dataset, sources: Mapping[str, str], rests_on: str) -> Iterator[Row]:
    """Probability that the net result per participant is above minus an amount, for each party and for all four.

    Parameters
    ----------
    pilot : Pilot
    appraisal : Dataset
        From :func:`werkzorg.appraisal.appraise.appraise`.
    sources : mapping
        Parameter ids behind the net result of each party, in one cell.
    rests_on : str
        What the estimates rest on.

    Notes
    -----
    At zero each curve is the probability of a gain. A party whose result is zero in every draw has no curve. The
    curve of `all` asks it of the four parties at once, each with the same amount.
    """
    main = pilot.main_horizon_months
    net = appraisal["net"].sel(horizon=main, view="society", drop=True)
    members = {party: [party] for party in (*AT_THE_TABLE, "society")} | {"all": list(AT_THE_TABLE)}
    widths = {name: width(net.sel(party=parties).min(PARTY).values) for name, parties in members.items()}
    shared = max(widths[party] for party in AT_THE_TABLE)
    for name, parties in members.items():
        if not widths[name]:
            continue
        accepted = grid(widths[name], shared)
        chances = all_win(net.sel(party=parties), at_least=-accepted)["together"]
        for amount, chance in zip(accepted.values.tolist(), chances.values.tolist(), strict=True):
            yield row(
                f"acceptability.{name}.{amount:g}", "acceptability", "probability", rests_on, party=name,
                threshold=amount, horizon=main, per="participant", view="society", value=chance, probability=chance,
                parameters=sources["society" if name == "all" else name],
                names={"party": party_name(name), "months": main, "amount": f"{amount:g}"},
            )  # fmt: skip


def width(net: np.ndarray) -> float:
    """How far a grid must reach on both sides of zero.

    It is 1, 2 or 5 times a power of ten, so that the amounts of a curve say next to nothing by themselves.

    Parameters
    ----------
    net : ndarray (draw,)
        Net result, euros.
    """
    return step_at_least(float(np.abs(np.quantile(net, [TAIL, 1 - TAIL])).max()))


def grid(own: float, shared: float) -> xr.DataArray:
    """Amounts of one curve: fine as far as it needs, coarse as far as any curve of the same figure goes.

    Parameters
    ----------
    own, shared : float
        From :func:`width`, euros.

    Returns
    -------
    DataArray (threshold,)
        Ascending, with zero, each amount once.
    """
    sides = ((own, FINE), (shared, COARSE))
    amounts = sorted({float(f"{k * reach / count:.10g}") for reach, count in sides for k in range(-count, count + 1)})
    return xr.DataArray(amounts, dims=THRESHOLD, coords={THRESHOLD: amounts})
