"""Two rules together: the cheapest pair of amounts, exact where the structure allows, else within a stated distance.

For a given first amount, every party's chance constraint leaves an interval for the second amount, exact by order
(:mod:`werkzorg.appraisal.contracts.amounts`). The ends of that interval rise or fall with the first amount, so
between two first amounts they are known to lie between two values. That is used in two ways. When the two rules share
no party, share only a payer, or form a chain, the cheapest pair follows at once. Otherwise the range of the first
amount is divided again and again, and parts that cannot hold anything feasible and cheaper are dropped.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import numpy as np

from werkzorg.appraisal.contracts.amounts import least_amount, most_amount
from werkzorg.appraisal.contracts.bargain import Bargain, Candidate
from werkzorg.appraisal.contracts.mixed_integer import FEW_DRAWS, cheapest_mix

CLOSE = 1e-4
"""Relative distance to the cheapest pair at which the division stops."""

NARROW = 1e-7
"""Width, relative to the largest amount, of a part of the range that is not divided further."""

PARTS, BATCH, ROUNDS = 8, 16, 120
"""Parts that a part is divided into; parts taken at once; rounds at most."""

LARGEST = 10.0
"""No rule moves more on average than this many times the largest results of all parties together."""

Array = np.ndarray


@dataclass(frozen=True)
class Pair:
    """Cheapest amounts of two rules.

    Parameters
    ----------
    amounts : (float, float) or None
        None when no pair is feasible.
    bound : float
        No feasible pair below the limit has a smaller mean payment; infinite when it is proven that there is none.
    """

    amounts: tuple[float, float] | None
    bound: float


NONE = Pair(None, np.inf)


def cheapest_pair(bargain: Bargain, first: Candidate, second: Candidate, limit: float = np.inf) -> Pair:
    """Amounts of two rules with the smallest mean payment under which everyone reaches their probability.

    Parameters
    ----------
    bargain : Bargain
    first, second : Candidate
    limit : float
        Pairs that cost as much or more are of no interest.

    Returns
    -------
    Pair
        Feasible on all draws; `bound` is its own cost where the structure is exact.
    """
    signs = {
        name: (first.sign(name), second.sign(name))
        for name in dict.fromkeys((first.rule.payer, first.rule.payee, second.rule.payer, second.rule.payee))
    }
    if not set(bargain.short) <= set(signs):
        return NONE
    coupled = {name: both for name, both in signs.items() if all(both)}
    ranges = [_alone(bargain, candidate, place, signs) for place, candidate in enumerate((first, second))]
    if any(low > high for low, high in ranges):
        return NONE
    if set(coupled.values()) <= {(-1, -1)} and len(coupled) <= 1:
        return _exact(bargain, (first, second), (ranges[0][0], ranges[1][0]), ranges, limit)
    if list(coupled.values()) in ([(1, -1)], [(-1, 1)]):
        return _chain(bargain, (first, second), next(iter(coupled.items())), ranges, limit)
    return _divide(bargain, (first, second), coupled, ranges, limit)


def _alone(bargain: Bargain, candidate: Candidate, place: int, signs: dict) -> tuple[float, float]:
    """Range of one amount from the parties that only this rule touches."""
    low, high = 0.0, candidate.most
    for name, both in signs.items():
        if both[place] and not both[1 - place]:
            own = _limits(bargain, name, both[place], bargain.net[name], candidate.counted)
            low, high = max(low, float(own[0])), min(high, float(own[1]))
    return low, high


def _limits(bargain: Bargain, party: str, sign: int, net: Array, counted: Array) -> tuple[Array, Array]:
    """Range of an amount in which one party reaches its probability."""
    if sign > 0:
        low = least_amount(net, counted, bargain.needed(party))
        return low, np.full(np.shape(low), np.inf)
    high = most_amount(net, counted, bargain.needed(party))
    return np.where(high < 0, np.inf, 0.0), high


def _exact(bargain: Bargain, pair: tuple, amounts: tuple, ranges: list, limit: float) -> Pair:
    """Both amounts as small as they can be; whoever pays both must bear them together."""
    priced = tuple(candidate.rule.priced(amount) for candidate, amount in zip(pair, amounts, strict=True))
    cost = sum(candidate.mean * amount for candidate, amount in zip(pair, amounts, strict=True))
    within = all(low <= amount <= high for amount, (low, high) in zip(amounts, ranges, strict=True))
    if not within or not np.isfinite(cost) or cost >= limit or not bargain.accepts(priced):
        return NONE
    return Pair(amounts, cost)


def _chain(bargain: Bargain, pair: tuple, coupled: tuple, ranges: list, limit: float) -> Pair:
    """Someone is paid by one rule and pays by the other: passes on the least, and is paid what is then needed."""
    name, both = coupled
    paying = both.index(-1)
    passed = ranges[paying][0]
    if not np.isfinite(passed):
        return NONE
    left = bargain.net[name] - passed * pair[paying].counted
    received = float(least_amount(left, pair[1 - paying].counted, bargain.needed(name)))
    amounts = [0.0, 0.0]
    amounts[paying], amounts[1 - paying] = passed, max(received, ranges[1 - paying][0])
    return _exact(bargain, pair, tuple(amounts), ranges, limit)


def _divide(bargain: Bargain, pair: tuple, coupled: dict, ranges: list, limit: float) -> Pair:
    """Divide the range of the first amount, the most promising parts first, until no part can be cheaper by more."""
    if bargain.draws <= FEW_DRAWS:
        # A programme that is not done in time is no answer: then dividing gives it.
        with contextlib.suppress(RuntimeError):
            return _settle(bargain, pair, limit)
    first, second = pair
    low, high = ranges[0][0], min(ranges[0][1], _largest(bargain, first, coupled))
    if low > high:
        return NONE
    best, known, too_narrow = None, limit, np.inf
    parts, least = np.array([[low, high]]), np.array([0.0])
    for _ in range(ROUNDS):
        order = np.argsort(least, kind="stable")
        parts, least = parts[order], least[order]
        grid = parts[:BATCH, :1] + np.diff(parts[:BATCH], axis=1) * np.linspace(0, 1, PARTS + 1)
        bottom, top, loose_low, loose_high = _second(bargain, pair, coupled, ranges[1], grid)
        cost = np.where(bottom <= top, first.mean * grid + second.mean * bottom, np.inf)
        place = np.unravel_index(np.argmin(cost), grid.shape)
        if cost[place] < known:
            known, best = float(cost[place]), (float(grid[place]), float(bottom[place]))
        under = np.where(loose_low <= loose_high, first.mean * grid[:, :-1] + second.mean * loose_low, np.inf).ravel()
        fresh = np.stack([grid[:, :-1].ravel(), grid[:, 1:].ravel()], axis=1)
        narrow = np.diff(fresh, axis=1)[:, 0] <= NARROW * high
        too_narrow = min(too_narrow, under[narrow].min(initial=np.inf))
        parts, least = np.concatenate([parts[BATCH:], fresh[~narrow]]), np.concatenate([least[BATCH:], under[~narrow]])
        going = least < known * (1 - CLOSE)
        parts, least = parts[going], least[going]
        if not least.size:
            break
    bound = min(too_narrow, least.min(initial=np.inf), known * (1 - CLOSE))
    return Pair(best, float(bound) if best or bound < limit * (1 - CLOSE) else np.inf)


def _settle(bargain: Bargain, pair: tuple, limit: float) -> Pair:
    """The same on few draws, by a mixed-integer programme."""
    largest = LARGEST * sum(float(np.abs(values).max()) for values in bargain.net.values())
    agreement = cheapest_mix(bargain, pair, largest)
    if agreement is None or bargain.cost(agreement) >= limit:
        return NONE
    amounts = tuple(
        next((rule.amount for rule in agreement if candidate.rule.priced(rule.amount) == rule), 0.0)
        for candidate in pair
    )
    return Pair(amounts, bargain.cost(agreement))


def _largest(bargain: Bargain, first: Candidate, coupled: dict) -> float:
    """Upper end of the first amount that need be looked at."""
    most = LARGEST * sum(float(np.abs(bargain.net[name]).max()) for name in bargain.net) / first.mean
    for name, both in coupled.items():
        if both == (-1, -1):
            most = min(most, float(most_amount(bargain.net[name], first.counted, bargain.needed(name))))
        if both == (1, 1):
            # Beyond what satisfies the payee alone the first rule only costs more.
            most = min(most, float(least_amount(bargain.net[name], first.counted, bargain.needed(name))))
    return most


def _second(bargain: Bargain, pair: tuple, coupled: dict, own: tuple, grid: Array) -> tuple[Array, ...]:
    """Range of the second amount at each first amount, and the widest that it can be within each part between them."""
    first, second = pair
    bottom, top = np.full(grid.shape, own[0]), np.full(grid.shape, own[1])
    parts = (grid.shape[0], grid.shape[1] - 1)
    loose_low, loose_high = np.full(parts, own[0]), np.full(parts, own[1])
    for name, both in coupled.items():
        net = bargain.net[name] + both[0] * grid[..., None] * first.counted
        if both[1] > 0:
            low = least_amount(net, second.counted, bargain.needed(name))
            bottom, loose_low = np.maximum(bottom, low), np.maximum(loose_low, np.minimum(low[:, :-1], low[:, 1:]))
        else:
            high = most_amount(net, second.counted, bargain.needed(name))
            top, loose_high = np.minimum(top, high), np.minimum(loose_high, np.maximum(high[:, :-1], high[:, 1:]))
    return bottom, top, loose_low, loose_high
