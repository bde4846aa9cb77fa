"""Any number of rules at once on few draws, exactly: a chance constraint as a mixed-integer programme (HiGHS).

Minimise the mean of all payments over amounts ``a >= 0``, with a binary per party and draw that says whether the party
must be at least as well off there:

    net[i, d] + sum over rules r of sign[i, r] a[r] counted[r, d] >= -M[i, d] (1 - z[i, d])
    sum over d of z[i, d] >= needed[i]

The effort grows steeply with the number of draws, so this is for small sets and as a check of the faster ways.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from werkzorg.appraisal.contracts.bargain import Bargain, Candidate
from werkzorg.appraisal.contracts.rules import Agreement

FEW_DRAWS = 8
"""Draws up to which the mixed-integer programme is used to settle a pair of rules."""

SECONDS = 5.0
"""Time limit of one programme."""


def cheapest_mix(bargain: Bargain, candidates: Sequence[Candidate], largest: float) -> Agreement | None:
    """Cheapest amounts of all these rules together; rules with amount nil are left out.

    Parameters
    ----------
    bargain : Bargain
    candidates : sequence of Candidate
        Rules that may be used, any number.
    largest : float
        No rule moves more than this on average, euros; keeps the programme bounded.

    Returns
    -------
    tuple of Rule or None
        None when it is proven that no amounts up to `largest` will do.

    Raises
    ------
    RuntimeError
        The solver stopped before it was done.
    """
    scale = max(float(np.abs(values).max()) for values in bargain.net.values()) or 1.0
    counted = np.array([candidate.counted / candidate.mean for candidate in candidates])
    most = np.array([min(candidate.most * candidate.mean, largest) for candidate in candidates]) / scale
    rules, draws = counted.shape
    named = [
        name for name in bargain.net if name in bargain.table or any(candidate.sign(name) for candidate in candidates)
    ]
    rows, lower = [], []
    for place, name in enumerate(named):
        signed = np.array([candidate.sign(name) for candidate in candidates])[:, None] * counted
        net = bargain.net[name] / scale
        # The worst that amounts within bounds can do, so that a draw that does not count is free.
        slack = np.maximum(0.0, -net + (np.maximum(-signed, 0) * most[:, None]).sum(axis=0))
        block = np.zeros((draws, rules + len(named) * draws))
        block[:, :rules] = signed.T
        block[np.arange(draws), rules + place * draws + np.arange(draws)] = -slack
        rows.append(block)
        lower.append(-net - slack)
        enough = np.zeros((1, rules + len(named) * draws))
        enough[0, rules + place * draws : rules + (place + 1) * draws] = 1
        rows.append(enough)
        lower.append(np.array([float(bargain.needed(name))]))
    binaries = len(named) * draws
    solved = milp(
        np.concatenate([np.ones(rules), np.zeros(binaries)]),
        integrality=np.concatenate([np.zeros(rules), np.ones(binaries)]),
        bounds=Bounds(0, np.concatenate([most, np.ones(binaries)])),
        constraints=LinearConstraint(np.concatenate(rows), np.concatenate(lower)),
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-9},
    )
    if solved.status == 2:
        return None
    if solved.status != 0:
        raise RuntimeError(f"the mixed-integer solver stopped: {solved.message}")
    amounts = solved.x[:rules] * scale
    return tuple(
        candidate.rule.priced(min(amount / candidate.mean, candidate.most))
        for candidate, amount in zip(candidates, amounts, strict=True)
        if amount > 1e-7 * scale
    )
