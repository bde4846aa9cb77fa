"""Splitting a change into causes: the one additive scheme of the package.

Each cause gets the mean of what it adds over all orders in which the causes can be switched on (Shapley value, 1953).
No cause is favoured by coming first or last, and the parts add up to the whole change in every draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

MOST_CAUSES = 12
"""The work doubles with every cause; more than this is a mistake."""


def split(value: Callable[[frozenset[str]], np.ndarray], causes: Sequence[str]) -> np.ndarray:
    """Parts of a change, the same in whichever order the causes are named.

    Parameters
    ----------
    value : callable
        ``value(active)`` gives the outcome, shape (draw,) or any other, when exactly the causes in the set `active` are
        at work and all others are not. It is called once for each of the ``2**len(causes)`` sets.
    causes : sequence of str
        Names of the causes, at most `MOST_CAUSES`.

    Returns
    -------
    ndarray (cause, ...)
        Part of each cause; the parts add up to ``value(all) - value(none)``.

    Raises
    ------
    ValueError
        Doubled, missing or too many causes.
    """
    count = len(causes)
    if not 0 < count <= MOST_CAUSES or len(set(causes)) != count:
        raise ValueError(f"between 1 and {MOST_CAUSES} different causes are needed")
    weights = [math.factorial(k) * math.factorial(count - k - 1) / math.factorial(count) for k in range(count)]
    parts: np.ndarray | None = None
    for mask in range(2**count):
        active = [bool(mask >> k & 1) for k in range(count)]
        worth = np.asarray(value(frozenset(name for name, on in zip(causes, active, strict=True) if on)), dtype=float)
        parts = np.zeros((count, *worth.shape)) if parts is None else parts
        for k, on in enumerate(active):
            parts[k] += weights[sum(active) - 1] * worth if on else -weights[sum(active)] * worth
    return parts


def split_factors(before: np.ndarray | float, factors: Mapping[str, np.ndarray]) -> np.ndarray:
    """Parts of a change that is a product of factors, one for each cause.

    Parameters
    ----------
    before : ndarray (draw,) or float
        Outcome with no cause at work.
    factors : mapping of str to ndarray (draw,)
        By what each cause multiplies the outcome; 1 is no effect.

    Returns
    -------
    ndarray (cause, draw)
        In the order of `factors`; adds up to ``before * (product of factors - 1)``.
    """

    def value(active: frozenset[str]) -> np.ndarray:
        product = np.ones(np.broadcast_shapes(*(np.shape(factor) for factor in factors.values())))
        for name in factors:
            product = product * factors[name] if name in active else product
        return before * product

    return split(value, tuple(factors))
