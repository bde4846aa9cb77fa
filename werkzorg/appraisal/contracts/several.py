"""More than two rules: a search by linear programmes, for when no one or two rules will do.

A chance constraint asks that a party does not lose in enough draws, but not in which. Given the draws that count for
each party, the amounts of any number of rules follow from a linear programme (HiGHS) that loses as little as possible
in them; given the amounts, the draws that count are those in which the party is best off. Taken by turns neither step
makes it worse, so that this ends, though not always at the best there is. What is found is checked on all draws, and
its chances are those on all draws: it is sure. That nothing is found is no proof.

Payments go from parties that do not fall short to those that do, and from nobody else: with rules to and fro everyone
could bet, win small sums in most draws and lose large ones in the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack

from werkzorg.appraisal.contracts.amounts import draws_needed
from werkzorg.appraisal.contracts.bargain import Bargain, Candidate
from werkzorg.appraisal.contracts.rules import Agreement

DRAWS = 800
"""Draws, evenly spaced, that the programmes see: a second for each search."""

TURNS = 12
"""Programmes in a row at most; on the shipped pilot the amounts stand still after some ten."""

ROUNDS = 5
"""Searches at most for one set of rules, each asking more of those who fell short of their chance on all draws."""

MORE = 0.002
"""What is asked above that, so that a search in five rounds ends."""

PRICE = 1e-4
"""Weight of what changes hands beside what is lost: it only chooses among amounts that lose the same."""

STILL = 1e-3
"""Gain of a turn, relative, below which the search has come to rest."""

NOTHING = 1e-6
"""Amount and loss, over the mean size of the results, that are nil: the tolerance of the solver and some more."""

Array = np.ndarray
Priced = list[tuple[Candidate, float]]
"""Rules with their amounts."""


def search_several(bargain: Bargain) -> Agreement | None:
    """An agreement of as few rules as this search finds, any number of them.

    Parameters
    ----------
    bargain : Bargain

    Returns
    -------
    tuple of Rule or None
        It is accepted on all draws; None when none is found, which is no proof that there is none.
    """
    if not bargain.short:
        return ()
    found = _simplest(bargain)
    return None if found is None else _agreement(_fewer(bargain, found))


def highest_several(
    bargain_at: Callable[[float], Bargain], low: float, steps: int = 5
) -> tuple[float, Agreement | None]:
    """Highest probability, the same for all, at which :func:`search_several` finds an agreement.

    Parameters
    ----------
    bargain_at : callable
        ``bargain_at(probability) -> Bargain``.
    low : float
        A probability that one or two rules reach.
    steps : int
        Halvings of what lies between that and one.

    Returns
    -------
    (float, Agreement or None)
        The probability and its agreement; `low` and None when no more is found than there was.
    """
    found, high = None, 1.0
    for _ in range(steps):
        middle = (low + high) / 2
        bargain = bargain_at(middle)
        priced = _simplest(bargain)
        if priced is None:
            high = middle
        else:
            low, found = middle, (bargain, priced)
    return low, None if found is None else _agreement(_fewer(*found))


def direct(bargain: Bargain) -> list[Candidate]:
    """Rules from those who do not fall short to those who do."""
    payers = [name for name in bargain.payers() if bargain.satisfied(name)]
    return [one for payee in bargain.short for payer in payers for one in bargain.candidates(payer, payee)]


def _simplest(bargain: Bargain) -> Priced | None:
    """Amounts of sums alone when these will do, else of sums and shares, else with caps on shares as well."""
    candidates = direct(bargain)
    sums = [one for one in candidates if one.rule.kind != "saving"]
    plain = [one for one in candidates if one.rule.cap is None]
    return _attempt(bargain, sums) or _attempt(bargain, plain) or _attempt(bargain, candidates)


def _agreement(priced: Priced) -> Agreement:
    return tuple(candidate.rule.priced(amount) for candidate, amount in priced)


def _fewer(bargain: Bargain, priced: Priced) -> Priced:
    """Leave out rules, those that move least first, as long as the rest will do."""
    left = sorted(priced, key=lambda one: one[0].mean * one[1])
    for candidate, _ in left:
        rest = [other for other, _ in priced if other is not candidate]
        if len(rest) < len(priced) and rest:
            priced = _attempt(bargain, rest) or priced
    return priced


def _attempt(bargain: Bargain, candidates: Sequence[Candidate]) -> Priced | None:
    """Amounts of these rules that everyone accepts on all draws; rules with amount nil are left out."""
    asked = dict(bargain.target)
    for _ in range(ROUNDS if candidates else 0):
        amounts = _amounts(bargain, candidates, asked)
        if amounts is None:
            return None
        priced = [(one, float(amount)) for one, amount in zip(candidates, amounts, strict=True) if amount > 0]
        agreement = _agreement(priced)
        if priced and bargain.accepts(agreement):
            return priced
        for name in asked:
            missing = bargain.target[name] - bargain.chance(agreement, name)
            asked[name] += missing + MORE if missing > 0 else 0.0
    return None


def _amounts(bargain: Bargain, candidates: Sequence[Candidate], asked: Mapping[str, float]) -> Array | None:
    """Amounts at which the search comes to rest, on some of the draws; None when someone then still loses too often."""
    seen = np.unique(np.linspace(0, bargain.draws - 1, min(DRAWS, bargain.draws)).round().astype(int))
    parties = dict.fromkeys((*bargain.short, *(one.rule.payer for one in candidates)))
    scale = max(float(np.abs(bargain.net[name]).mean()) for name in parties) or 1.0
    net = {name: bargain.net[name][seen] / scale for name in parties}
    flow = np.array([one.counted[seen] / one.mean for one in candidates])
    signed = {name: np.array([one.sign(name) for one in candidates])[:, None] * flow for name in parties}
    needed = {name: draws_needed(min(asked[name], 1.0), len(seen)) for name in parties}
    most = np.array([one.most * one.mean for one in candidates]) / scale
    moved, least = np.zeros(len(candidates)), np.inf
    for _ in range(TURNS):
        counted = {name: np.argsort(-(net[name] + moved @ signed[name]))[: needed[name]] for name in parties}
        rows = csr_array(np.concatenate([-signed[name][:, places].T for name, places in counted.items()]))
        moved, lost = _least_lost(rows, np.concatenate([net[name][places] for name, places in counted.items()]), most)
        if lost <= NOTHING:
            return np.where(moved > NOTHING, moved, 0.0) * scale / np.array([one.mean for one in candidates])
        if least - lost <= STILL * lost:
            break
        least = lost
    return None


def _least_lost(rows: csr_array, limits: Array, most: Array) -> tuple[Array, float]:
    """Amounts ``0 <= a <= most`` with the smallest sum of what ``rows a <= limits`` falls short, and that sum."""
    count, kinds = rows.shape
    solved = linprog(
        np.concatenate([np.full(kinds, PRICE), np.ones(count) / count]),
        A_ub=hstack([rows, -eye_array(count)]),
        b_ub=limits,
        bounds=[*((0, one) for one in most), *([(0, None)] * count)],
        method="highs",
    )
    if solved.status != 0:
        return np.zeros(kinds), np.inf
    return solved.x[:kinds], float(solved.x[kinds:].sum())
