"""Small bargains for the tests of contracts, and their answer by brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import xarray as xr

from werkzorg.appraisal.contracts.amounts import as_well_off
from werkzorg.appraisal.contracts.bargain import Bargain, Candidate

TABLE = ("client", "municipality", "insurer", "ggz_institution")
GUESTS = ("state",)
MEANS = {"client": 9.0, "municipality": 4.0, "insurer": 2.0, "ggz_institution": -3.0, "state": 6.0}
SPREAD = 4.0


def quantities_of(rng: np.random.Generator, draws: int) -> xr.Dataset:
    """Placements, months and savings with continuous draws, so that ties have no chance."""
    placements = rng.gamma(4, 1, draws)
    causal = rng.normal(4, 4, (draws, 2))
    saving = np.stack([causal, causal + rng.gamma(4, 5, (draws, 2))], axis=2)
    return xr.Dataset(
        {
            "participants": ("draw", np.full(draws, 10.0)),
            "placements": ("draw", placements),
            "months_worked": ("draw", placements * rng.gamma(4, 1, draws)),
            "saving": (("draw", "item", "basis"), saving),
        },
        coords={"draw": np.arange(draws), "item": ["bijstand", "ggz"], "basis": ["causal", "claimed"]},
    )


def net_of(rng: np.random.Generator, draws: int, means: dict[str, float] | None = None) -> xr.DataArray:
    """Net results around given means."""
    means = means or MEANS
    values = np.stack([mean + SPREAD * rng.normal(size=draws) for mean in means.values()], axis=1)
    return xr.DataArray(
        values, dims=("draw", "party"), coords={"draw": np.arange(draws), "party": list(means)}, name="net"
    )


def bargain_of(seed: int, draws: int, probability: float, means: dict[str, float] | None = None) -> Bargain:
    """A bargain with a table of four and the state as guest."""
    rng = np.random.default_rng(seed)
    return Bargain.of(net_of(rng, draws, means), quantities_of(rng, draws), probability, TABLE, GUESTS)


def cheapest_by_corners(bargain: Bargain, first: Candidate, second: Candidate) -> float:
    """Smallest mean payment of two rules, by trying every corner.

    Each party and draw gives a line in the plane of the two amounts on one side of which the party does not lose. A
    smallest cost over any union of such parts of the plane lies where two of these lines, or the axes, cross.
    """
    parties = {*bargain.table, first.rule.payer, first.rule.payee, second.rule.payer, second.rule.payee}
    lines = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
    lines += [line for line in ((1.0, 0.0, first.most), (0.0, 1.0, second.most)) if np.isfinite(line[2])]
    for name in parties:
        for draw, net in enumerate(bargain.net[name]):
            slope = (first.sign(name) * first.counted[draw], second.sign(name) * second.counted[draw])
            if any(slope):
                lines.append((*slope, -net))
    best = np.inf
    for one, other in combinations(lines, 2):
        matrix = np.array([one[:2], other[:2]])
        if abs(np.linalg.det(matrix)) < 1e-12:
            continue
        amounts = np.linalg.solve(matrix, [one[2], other[2]])
        if (amounts < -1e-12).any() or amounts[0] > first.most + 1e-12 or amounts[1] > second.most + 1e-12:
            continue
        cost = first.mean * amounts[0] + second.mean * amounts[1]
        if cost < best and all(_keeps(bargain, name, (first, second), amounts) for name in parties):
            best = cost
    return best


def _keeps(bargain: Bargain, name: str, pair: tuple[Candidate, Candidate], amounts: np.ndarray) -> bool:
    flows = [one.sign(name) * amount * one.counted for one, amount in zip(pair, amounts, strict=True)]
    after = as_well_off(bargain.net[name], sum(flows), sum(np.abs(flow) for flow in flows))
    return int(after.sum()) >= bargain.needed(name)
