"""All agreements of at most two rules: the cheapest of each, and whether none can exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from operator import itemgetter

import numpy as np

from werkzorg.appraisal.contracts.amounts import cheapest_capped_share, least_amount, most_amount
from werkzorg.appraisal.contracts.bargain import Bargain, Candidate
from werkzorg.appraisal.contracts.pairs import cheapest_pair
from werkzorg.appraisal.contracts.rules import Agreement

MOST_RULES = 2
"""Rules in an agreement at most."""

SHOWN = 5
"""Agreements of two rules that are kept, per number of caps."""

WORTH = 1e-3
"""Relative saving from which an agreement with more terms is worth having next to a simpler one."""


@dataclass(frozen=True)
class Found:
    """What a search gave.

    Parameters
    ----------
    agreements : tuple of Agreement
        Feasible on all draws; fewest terms first (rules and caps), then smallest mean payment. An empty agreement when
        none is needed.
    bound : float
        No agreement of the kinds searched moves less, euros for the whole pilot on average; infinite when it is proven
        that none exists.
    """

    agreements: tuple[Agreement, ...]
    bound: float

    @property
    def exists(self) -> bool:
        """Whether there is an agreement (or none is needed)."""
        return bool(self.agreements)


def search(bargain: Bargain, any_will_do: bool = False) -> Found:
    """The cheapest agreements of one and of two rules.

    Parameters
    ----------
    bargain : Bargain
    any_will_do : bool
        Stop at the first that is found.

    Returns
    -------
    Found

    Notes
    -----
    Rules that cannot help are not looked at: each party that falls short must be paid by some rule, and every
    rule must pay a party that falls short or one that pays it. Without them an agreement would be cheaper.
    """
    short = bargain.short
    if not short:
        return Found(((),), 0.0)
    if len(short) > MOST_RULES:
        return Found((), np.inf)
    found = _best(bargain, _singles(bargain, short[0])) if len(short) == 1 else []
    if found and any_will_do:
        return Found((found[0],), 0.0)
    bound = limit = min((bargain.cost(one) for one in found), default=np.inf)
    for caps in range(MOST_RULES + 1):
        # What takes more to agree on is of interest only when it is really cheaper.
        pairs, least = _search_pairs(bargain, caps, limit * (1 - WORTH), any_will_do)
        found += pairs
        if pairs and any_will_do:
            return Found((pairs[0],), 0.0)
        limit = min([limit, *(bargain.cost(one) for one in pairs)])
        bound = min(bound, least)
    return Found(tuple(sorted(found, key=lambda one: (terms(one), bargain.cost(one)))), bound)


def terms(agreement: Agreement) -> int:
    """What must be agreed on: the rules, and the caps in them."""
    return len(agreement) + sum(rule.cap is not None for rule in agreement)


def _search_pairs(bargain: Bargain, caps: int, limit: float, any_will_do: bool) -> tuple[list[Agreement], float]:
    """Cheapest agreements of two rules with so many caps below a limit, one per pair of kinds and parties.

    Returns
    -------
    (list of Agreement, float)
        Cheapest first; and what no such agreement can undercut.
    """
    found: dict[tuple, tuple[float, Agreement]] = {}
    bound = limit
    for first, second in _pairs(bargain):
        if sum(one.rule.cap is not None for one in (first, second)) != caps:
            continue
        costs = sorted(cost for cost, _ in found.values())
        pair = cheapest_pair(bargain, first, second, costs[SHOWN - 1] if len(costs) >= SHOWN else limit)
        bound = min(bound, pair.bound)
        # An amount of nil is one rule: that one is among the singles already.
        if pair.amounts is None or min(pair.amounts) <= 0:
            continue
        agreement = tuple(one.rule.priced(amount) for one, amount in zip((first, second), pair.amounts, strict=True))
        if not bargain.accepts(agreement):
            continue
        if any_will_do:
            return [agreement], 0.0
        signature = tuple((rule.kind, rule.payer, rule.payee) for rule in agreement)
        made = (bargain.cost(agreement), agreement)
        found[signature] = min(found.get(signature, made), made, key=itemgetter(0))
    ranked = sorted(found.values(), key=itemgetter(0))[:SHOWN]
    return [agreement for _, agreement in ranked], bound


def _best(bargain: Bargain, agreements: Iterator[Agreement]) -> list[Agreement]:
    return sorted((one for one in agreements if bargain.accepts(one)), key=bargain.cost)


def _singles(bargain: Bargain, payee: str) -> Iterator[Agreement]:
    """The cheapest amount of each single rule that satisfies its payee; a share also with the cheapest cap."""
    for payer in bargain.payers():
        if payer == payee:
            continue
        for candidate in bargain.candidates(payer, payee):
            if candidate.rule.cap is not None:
                continue
            amount = float(least_amount(bargain.net[payee], candidate.counted, bargain.needed(payee)))
            if amount <= candidate.most and np.isfinite(amount):
                yield (candidate.rule.priced(amount),)
            if candidate.rule.kind == "saving":
                needed = (bargain.needed(payee), bargain.needed(payer))
                capped = cheapest_capped_share(bargain.net[payee], bargain.net[payer], candidate.counted, needed)
                if capped is not None:
                    yield (candidate.rule.model_copy(update={"amount": capped[0], "cap": capped[1]}),)


def _pairs(bargain: Bargain) -> Iterator[tuple[Candidate, Candidate]]:
    """Pairs of rules that could help, each once."""
    short = bargain.short
    if len(short) == MOST_RULES:
        routes = product(_routes(bargain, short[0]), _routes(bargain, short[1]))
    else:
        payers = _routes(bargain, short[0])
        together = [(one, other) for place, one in enumerate(payers) for other in payers[place:]]
        behind = [(one, other) for one in payers for other in _routes(bargain, one[0]) if other[0] not in one]
        routes = (*together, *behind)
    for one, other in routes:
        if one == other[::-1]:
            continue
        for first, second in product(bargain.candidates(*one), bargain.candidates(*other)):
            if one != other or first.rule.kind < second.rule.kind:
                yield first, second


def _routes(bargain: Bargain, payee: str) -> list[tuple[str, str]]:
    return [(payer, payee) for payer in bargain.payers() if payer != payee]


def attainable(bargain: Bargain) -> dict[str, float]:
    """Highest probability that each party at the table can get from one rule whose payer keeps its own probability.

    Returns
    -------
    dict of float
        For a party that pays nothing and needs nothing: its probability without a contract.
    """
    return {party: max(_reach(bargain, party), _chance(bargain, party, 0.0)) for party in bargain.table}


def _chance(bargain: Bargain, party: str, moved: np.ndarray | float) -> float:
    return float((bargain.net[party] + moved >= 0).mean())


def _reach(bargain: Bargain, payee: str) -> float:
    best = 0.0
    for payer, _ in _routes(bargain, payee):
        for candidate in bargain.candidates(payer, payee):
            most = float(most_amount(bargain.net[payer], candidate.counted, bargain.needed(payer)))
            amount = min(most, candidate.most)
            if amount > 0:
                moved = np.where(candidate.counted > 0, amount * candidate.counted, 0.0)
                best = max(best, _chance(bargain, payee, moved))
    return best


def highest(bargain_at: Callable[[float], Bargain], steps: int = 8) -> tuple[float, Agreement | None]:
    """Highest probability, the same for all, at which an agreement exists, and the simplest one there.

    Parameters
    ----------
    bargain_at : callable
        ``bargain_at(probability) -> Bargain``.
    steps : int
        Halvings; the answer is exact to ``2**-steps``.

    Returns
    -------
    (float, Agreement or None)
        The largest probability found to be reachable, and its agreement; 0 and None when none is.
    """
    low, high, reached = 0.0, 1.0, False
    for _ in range(steps):
        middle = (low + high) / 2
        if search(bargain_at(middle), any_will_do=True).exists:
            low, reached = middle, True
        else:
            high = middle
    if not reached:
        return 0.0, None
    return low, search(bargain_at(low)).agreements[0]
