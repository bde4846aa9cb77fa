"""Why no agreement exists, and who blocks: bounds that hold for rules of every form, and for each party alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from werkzorg.appraisal.contracts.amounts import least_amount, most_amount
from werkzorg.appraisal.contracts.bargain import Bargain
from werkzorg.appraisal.contracts.rules import NEVER_PAY
from werkzorg.appraisal.contracts.search import attainable

WORST = 0.10
"""Share of the draws in a party's worst cases."""


@dataclass(frozen=True)
class AnyContract:
    """Whether a contract of any form at all could do it.

    Parameters
    ----------
    losing : float
        Share of the draws in which those who may pay lose together; whatever they pay each other, one of them then
        loses.
    allowed : float
        Share of the draws in which some of them may lose: the sum of what each is allowed.
    impossible : bool
        `losing` is larger than `allowed`, whoever of the guests joins.
    """

    losing: float
    allowed: float
    impossible: bool


def any_contract(bargain: Bargain) -> AnyContract:
    """Bound for every contract, however clever, in which only the payers pay.

    Returns
    -------
    AnyContract
        The numbers are those of the group (payers at the table with some of the guests, or none) that comes nearest
        to being possible.

    Notes
    -----
    Transfers within a group leave its sum as it is. Where the sum is below nil a member ends below nil, and member i
    may do so in at most ``draws - needed[i]`` draws. So no contract exists when the sum is below nil in more draws
    than these numbers add up to.
    """
    own = [name for name in bargain.table if name not in NEVER_PAY]
    groups = chain.from_iterable(combinations(bargain.guests, size) for size in range(len(bargain.guests) + 1))
    margins = []
    for guests in groups:
        group = [*own, *guests]
        total = sum((bargain.net[name] for name in group), np.zeros(bargain.draws))
        # Rounding must not make a proof: a sum that is nil but for rounding does not count as a loss.
        size = sum((np.abs(bargain.net[name]) for name in group), np.zeros(bargain.draws))
        losing = int((total < -1e-9 * size).sum())
        allowed = sum(bargain.draws - bargain.needed(name) for name in group)
        margins.append((losing - allowed, losing, allowed))
    margin, losing, allowed = min(margins)
    return AnyContract(losing / bargain.draws, allowed / bargain.draws, margin > 0)


@dataclass(frozen=True)
class Standing:
    """Where a party stands before any contract.

    Parameters
    ----------
    party : str
    mean : float
        Mean net result, euros for the whole pilot.
    probability : float
        Chance to be at least as well off.
    worst : float
        Mean of its worst tenth of the draws, euros.
    needs : float
        Smallest sum, certain and at the start, that brings it to the probability asked for, euros.
    spares : float
        Largest such sum that it can pay and still keep that probability, euros; nil when it needs one.
    attainable : float or None
        Highest probability that one rule can give it without pushing the payer below its own; None for guests.
    """

    party: str
    mean: float
    probability: float
    worst: float
    needs: float
    spares: float
    attainable: float | None


def standings(bargain: Bargain) -> tuple[Standing, ...]:
    """Where every party at the table, and every guest, stands before any contract."""
    reach = attainable(bargain)
    one = np.ones(bargain.draws)
    return tuple(
        Standing(
            party=name,
            mean=float(net.mean()),
            probability=float((net >= 0).mean()),
            worst=worst_mean(net),
            needs=float(least_amount(net, one, bargain.needed(name))),
            spares=0.0 if name in NEVER_PAY else max(0.0, float(most_amount(net, one, bargain.needed(name)))),
            attainable=reach.get(name),
        )
        for name, net in bargain.net.items()
    )


def blockers(bargain: Bargain, found: tuple[Standing, ...]) -> tuple[str, ...]:
    """Parties that fall short and that no single rule can help; all that fall short when it is only together."""
    short = bargain.short
    alone = [one.party for one in found if one.party in short and one.attainable < bargain.target[one.party]]
    return tuple(alone) or short


def worst_mean(values: np.ndarray, share: float = WORST) -> float:
    """Mean of the worst share of the draws (conditional value at risk); a draw on the edge counts in part.

    Parameters
    ----------
    values : ndarray (draw,)
        Net results, more is better.
    share : float
        Above 0, at most 1.
    """
    ordered = np.sort(values)
    count = share * len(ordered)
    weights = np.clip(count - np.arange(len(ordered)), 0, 1)
    return float((ordered * weights).sum() / count)
