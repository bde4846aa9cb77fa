"""Small numbers of people stay hidden: the rules by which a count or a sum may be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from werkzorg.wording import say

THRESHOLD = 10
"""Fewest persons behind a shown number (release rule SDC-02)."""

COUNT_BASE = 5
"""Counts are rounded to this (SDC-10), so that the difference of two counts gives no person away."""

MONEY_BASE = 100
"""Money is rounded to at least this many euros (SDC-09)."""

DOMINANCE_SHARE, DOMINANCE_REST = 0.5, 0.15
"""Nothing is shown when one person has half of a sum, or the others beside the two largest less than 15% of the largest
(SDC-06)."""


def rounded_count(persons: int, threshold: int = THRESHOLD) -> int | None:
    """A count rounded to five, or None when it is too small to show; nobody is too small as well."""
    return None if persons < threshold else round(persons / COUNT_BASE) * COUNT_BASE


def count_text(persons: int, lang: str, threshold: int = THRESHOLD) -> str:
    """A count as a reader sees it: about so many, or fewer than ten."""
    shown = rounded_count(persons, threshold)
    if shown is None:
        return say("cases.small.fewer", lang, threshold=threshold)
    return say("cases.small.about", lang, count=shown)


@dataclass(frozen=True)
class MoneyShape:
    """A sum over persons as it may be shown; None is not shown.

    Parameters
    ----------
    mean, low, middle, high : float or None
        Mean, and quartiles over the persons who have any, EUR per person per year.
    base : float
        Rounding base of all of them.
    """

    mean: float | None
    low: float | None
    middle: float | None
    high: float | None
    base: float


def money_shape(amounts: np.ndarray, threshold: int = THRESHOLD) -> MoneyShape:
    """Mean and quartiles of money per person under the release rules.

    Parameters
    ----------
    amounts : ndarray, (persons,)
        Amount per person, EUR per year; zero for who has none.
    threshold : int
        Fewest persons.

    Returns
    -------
    MoneyShape
        The mean over all persons; quartiles over those who have any, or over all persons when
        only a few have none. No smallest or largest value.
    """
    amounts = np.asarray(amounts, dtype=float)
    users = np.sort(amounts[amounts != 0])
    base = rounding_base(amounts)
    nothing = MoneyShape(None, None, None, None, base)
    if len(amounts) < threshold or len(users) < threshold or is_dominated(users):
        return nothing
    # Who has none is a group too: a few of them would show as the difference of two person sets (SDC-03).
    shown = users if len(amounts) - len(users) in (0, *range(threshold, len(amounts))) else np.sort(amounts)
    quartiles: list[float | None] = []
    for chance in (0.25, 0.5, 0.75):
        value = float(np.quantile(shown, chance))
        beyond = min((shown <= value).sum(), (shown >= value).sum())
        quartiles.append(_round(value, base) if beyond >= threshold else None)
    return MoneyShape(_round(float(amounts.mean()), base), *quartiles, base)


def rounding_base(amounts: np.ndarray) -> float:
    """Smallest of 1, 2, 5 x 10^k that is at least twice SD / n, and at least EUR 100 (SDC-09)."""
    if len(amounts) < 2:
        return float(MONEY_BASE)
    wanted = max(2 * float(np.std(amounts, ddof=1)) / len(amounts), MONEY_BASE)
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted - 1e-9))


def is_dominated(amounts: np.ndarray) -> bool:
    """Whether one or two people make up so much of a sum that it would show theirs (SDC-06), amounts (persons,)."""
    sizes = np.sort(np.abs(amounts))[::-1]
    total = sizes.sum()
    rest = total - sizes[:2].sum()
    return bool(sizes[0] > DOMINANCE_SHARE * total or rest < DOMINANCE_REST * sizes[0])


def _round(value: float, base: float) -> float:
    return float(np.round(value / base) * base)
