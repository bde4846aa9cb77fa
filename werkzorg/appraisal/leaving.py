"""Participants who stop: whether so many stop in one month that it was an end by plan and no drop-out.

In the model people leave the programme by a chance that is the same every month, and support of all ends after the
months that the pilot agreed on. Records say only that somebody left. Where support ended as planned within the
follow-up, everybody who was still searching is in the state `left` from one month on; counted as drop-out, that makes
support look shorter, and cheaper, than it was. The calculation is not bent; the check says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import betabinom

from werkzorg.appraisal.predictive import SHARE_BASE, Line
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.inference.person_months import BEFORE, LEFT, OFF_NO_WORK, SEARCHING, UNSEEN, PersonMonths

EARLIEST = 3
"""First month since enrolment that is looked at: who stops before it never really began."""

FALSE_ALARM = 0.01
"""Chance, at most, that a check fails when everybody leaves with the same chance in every month."""

LEAST = 5
"""Fewest people who leave in one month that are taken for a plan."""

LEAST_SHARE = 0.2
"""Smallest share of those still searching that is taken for a plan: drop-out that falls with time has months above the
others too, and a plan for fewer people changes little."""


@dataclass(frozen=True)
class Leaving:
    """Participants who were searching, and those of them who left, month by month.

    Attributes
    ----------
    name : str
        Clock of the months: `leaving` since enrolment (the first is month 0), `leaving_calendar` calendar months.
    at_risk, left : ndarray (month,) of int
        People searching the month before of whom the month is seen, without those who found work or left benefit in
        it; those who left in it.
    """

    name: str
    at_risk: np.ndarray
    left: np.ndarray


def count_leaving(records: PersonMonths) -> tuple[Leaving, Leaving]:
    """Who left, by month since enrolment and by calendar month; from month `EARLIEST` on.

    Parameters
    ----------
    records : PersonMonths
        The comparison group has no programme to leave.
    """
    state = records.state[records.programme, BEFORE:]
    before, now = state[:, :-1], state[:, 1:]
    elsewhere = (now == UNSEEN) | (now == OFF_NO_WORK) | records.working[records.programme, BEFORE + 1 :]
    at_risk = (before == SEARCHING) & ~elsewhere
    at_risk[:, : EARLIEST - 1] = False
    left = at_risk & (now == LEFT)
    since = np.broadcast_to(np.arange(1, state.shape[1]), now.shape)
    enrolment = records.enrolment[records.programme]
    calendar = since + (enrolment - enrolment.min(initial=records.last_month))[:, None]
    return _count("leaving", since, at_risk, left), _count("leaving_calendar", calendar, at_risk, left)


def _count(name: str, month: np.ndarray, at_risk: np.ndarray, left: np.ndarray) -> Leaving:
    size = int(month.max(initial=0)) + 1
    return Leaving(name, *(np.bincount(month[which], minlength=size) for which in (at_risk, left)))


def leaving_line(found: Iterable[Leaving], threshold: int = THRESHOLD) -> Line | None:
    """The month in which most left, against what the other months make plausible.

    The chance to leave per month has a uniform prior; after the other months the number that leaves in this one is
    beta-binomial. Its tail is held against `FALSE_ALARM` divided by the number of months that are looked at; fewer than
    `LEAST` people, or than `LEAST_SHARE` of those who could leave, are never too many.

    Parameters
    ----------
    found : iterable of Leaving
        From :func:`count_leaving`.
    threshold : int
        Fewest people behind a number that is shown.

    Returns
    -------
    Line or None
        `inside` is false when so many people in one month are no drop-out. None when nobody left, or could in one month
        only.
    """
    months = [(each, int(month)) for each in found for month in np.flatnonzero(each.at_risk)]
    if len(months) < 2 or not any(each.left.any() for each, _ in months):
        return None
    limit = FALSE_ALARM / len(months)
    each, month, most, _ = min((_judge(*place, limit) for place in months), key=_unlikely)
    people, gone = int(each.at_risk[month]), int(each.left[month])
    # Both those who left and those who stayed must reach the threshold, and so must those who left in a month we name.
    shown = round(gone / people / SHARE_BASE) * SHARE_BASE if min(gone, people - gone) >= threshold else None
    named = month if each.name == "leaving" and gone >= threshold else None
    a, b = _others(each, month)
    # Up to the next step: the exact part would tell how few people there were.
    high = math.ceil(round(most / people / SHARE_BASE, 6)) * SHARE_BASE
    return Line(each.name, gone <= most, shown, a / (a + b), 0.0, high, "fraction", named)


def _judge(each: Leaving, month: int, limit: float) -> tuple[Leaving, int, int, float]:
    """The month, most who may leave in it by dropping out (at most everybody), and the chance of as many as left."""
    people, gone = int(each.at_risk[month]), int(each.left[month])
    chances = betabinom.pmf(np.arange(people + 1), people, *_others(each, month))
    tail = chances[::-1].cumsum()[::-1]
    # The smallest number of which more have no more than this chance.
    most = max(int((tail > limit).sum()) - 1, LEAST - 1, math.ceil(LEAST_SHARE * people) - 1)
    return each, month, min(most, people), float(tail[gone])


def _unlikely(judged: tuple[Leaving, int, int, float]) -> tuple[bool, float]:
    """Months without a plausible explanation first, then by the chance of as many."""
    each, month, most, chance = judged
    return bool(each.left[month] <= most), chance


def _others(each: Leaving, month: int) -> tuple[int, int]:
    """Both parameters of the beta distribution of the chance to leave, by what is known of the other months."""
    gone = int(each.left.sum() - each.left[month])
    return gone + 1, int(each.at_risk.sum() - each.at_risk[month]) - gone + 1
