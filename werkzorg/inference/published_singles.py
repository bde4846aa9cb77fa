"""What published means say of single parameters: hours, wage, Wmo, benefit, quality of life; and jobs off benefit.

Each becomes an estimate with its standard error, for the exact update on a grid (`inference.updates`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from werkzorg.errors import Problem, WerkzorgError
from werkzorg.inference.participants import MINIMUM_WAGE
from werkzorg.inference.published_means import Mean, start_month
from werkzorg.inference.published_moments import MEDIAN_VARIANCE
from werkzorg.inference.record_data import Measured, RecordData
from werkzorg.inference.updates import HOURS_SHIFT, PAID_RATIO
from werkzorg.params.catalogue import Catalogue
from werkzorg.pilot import Pilot
from werkzorg.rules.bijstand import net_norm, supplement
from werkzorg.rules.law import Law
from werkzorg.rules.lawbook import law_on
from werkzorg.rules.wage import wage

WEEKS_PER_MONTH = WEEKS_PER_YEAR / MONTHS_PER_YEAR
HOURS_POINTS = 200
AFTER_DISREGARDS = 36
"""Month of the job in which temporary disregards have ended."""

WMO_PRICE = "wmo.guidance.series"
VARIATION = "published.variation"
UTILITY_SD = "published.utility_sd"


def measured_singles(
    pilot: Pilot, catalogue: Catalogue, means: list[Mean], records: RecordData
) -> tuple[dict[str, Measured], list[Problem]]:
    """Estimates by name of the parameter, and what could not be used.

    Parameters
    ----------
    pilot : Pilot
        Start, household mix and dates.
    catalogue : Catalogue
        Priors, prices and law.
    means : list of Mean
        Everything that is published.
    records : RecordData
        Records of the same pilot; a mean of people who have records of the same thing is left out.
    """
    simple, found, notes = records.simple, {}, []
    makers: tuple[tuple[str, str, Callable, bool], ...] = (
        (HOURS_SHIFT, "hours", _hours, simple.log_hours.n > 0),
        ("jobs.wage_factor", "wage", _wage, simple.wage_factor.n > 0),
        ("wmo.hours_week", "wmo_amount", _wmo, simple.wmo_hours.n > 0),
        (PAID_RATIO, "benefit", _benefit, simple.benefit_ratio.n > 0),
        ("p_utility_gain_in_work", "utility", _utility, simple.utility_change.n > 0),
    )
    for name, quantity, make, in_records in makers:
        own = [mean for mean in means if mean.quantity == quantity]
        made = make(pilot, catalogue, means)
        recorded = records.persons.get("programme", 0) if in_records else 0
        if made is None:
            notes += [Problem(f"aggregates.single.{quantity}", where=mean.place) for mean in own]
        elif made.n - recorded < 1:
            notes += [Problem("aggregates.recorded", where=mean.place) for mean in own]
        else:
            # Fewer people with the same spread: the standard error of those without records.
            found[name] = Measured(made.n - recorded, made.mean, made.sd)
    return found, notes


def _rows(means: list[Mean], quantity: str, group: str = "programme") -> list[Mean]:
    return [mean for mean in means if (mean.quantity, mean.group) == (quantity, group)]


def _after(pilot: Pilot, means: list[Mean], quantity: str, group: str = "programme") -> Mean | None:
    """The published mean after the start of most people, the latest of these."""
    rows = [mean for mean in _rows(means, quantity, group) if mean.first >= start_month(pilot)]
    return max(rows, key=lambda mean: (mean.n, mean.last), default=None)


def _before(pilot: Pilot, means: list[Mean], quantity: str, group: str = "programme") -> Mean | None:
    """The last published mean before the start."""
    rows = [mean for mean in _rows(means, quantity, group) if mean.last < start_month(pilot)]
    return max(rows, key=lambda mean: (mean.last, mean.n), default=None)


def _same_period(mean: Mean, rows: list[Mean]) -> Mean | None:
    return next((row for row in rows if (row.first, row.last) == (mean.first, mean.last)), None)


def _relative_error(mean: Mean, variation: float) -> float:
    """Relative standard error: as published, else from the spread between people."""
    if mean.error is not None:
        return mean.error / mean.value
    return variation * np.sqrt((MEDIAN_VARIANCE if mean.median else 1.0) / mean.n)


def _estimate(n: float, mean: float, error: float) -> Measured:
    return Measured(float(n), float(mean), float(error * np.sqrt(n)))


def _hours(pilot: Pilot, catalogue: Catalogue, means: list[Mean]) -> Measured | None:
    """Logarithm of median hours relative to the evidence.

    A mean over more people than can be at work is one over everybody: it is divided by the share at work.
    """
    hours = _after(pilot, means, "hours")
    if hours is None or hours.value <= 0:
        return None
    prior = catalogue.distribution("p_hours_week").params
    at_work = _same_period(hours, _rows(means, "share_working"))
    value, n, further = hours.value, hours.n, 0.0
    if at_work is None:
        counted = 0 if pilot.last_snapshot is None else pilot.last_snapshot.enrolled
        if hours.n >= max(counted, pilot.participants_planned):
            return None
    elif hours.n > at_work.n * at_work.value + 0.5:
        if hours.median or at_work.value == 0:
            return None
        value, n = value / at_work.value, at_work.n * at_work.value
        # The published error is that of the mean; the share it is divided by has its own.
        further = 0.0 if hours.error is None else (1 - at_work.value) / n
    variance = prior["sigma"] ** 2
    if hours.error is not None:
        error = np.sqrt((hours.error / hours.value) ** 2 + further)
    else:
        error = np.sqrt(MEDIAN_VARIANCE * variance / n if hours.median else np.log1p(np.expm1(variance) / n))
    centre = np.log(value) - (0.0 if hours.median else variance / 2)
    return _estimate(n, centre - prior["mu"], error)


def _wage(pilot: Pilot, catalogue: Catalogue, means: list[Mean]) -> Measured | None:
    """Mean wage over mean hours of the same people, relative to the minimum wage."""
    paid = _after(pilot, means, "wage")
    hours = None if paid is None else _same_period(paid, _rows(means, "hours"))
    if hours is None or hours.n != paid.n or hours.median or paid.median or min(hours.value, paid.value) <= 0:
        return None
    minimum = catalogue.amount(MINIMUM_WAGE, date(paid.year, 1, 1)).value
    factor = paid.value / (hours.value * WEEKS_PER_MONTH) / minimum
    return _estimate(paid.n, factor, factor * _relative_error(paid, catalogue.value(VARIATION)))


def _wmo(pilot: Pilot, catalogue: Catalogue, means: list[Mean]) -> Measured | None:
    """Hours a week of those who have Wmo guidance, from the mean amount over everybody before the start."""
    amount = _before(pilot, means, "wmo_amount")
    if amount is None or amount.median or amount.value <= 0:
        return None
    use = catalogue.distribution("wmo.use_share")
    price = catalogue.amount(WMO_PRICE, date(amount.year, 1, 1)).value
    hours = amount.value / (use.mean() * price * WEEKS_PER_MONTH)
    # A mean over users and others, with the share of users known as well as its prior says.
    own = np.sqrt((1 + catalogue.value(VARIATION) ** 2) / use.mean() - 1)
    relative = np.hypot(_relative_error(amount, own), use.sd() / use.mean())
    return _estimate(amount.n, hours, hours * relative)


def _benefit(pilot: Pilot, catalogue: Catalogue, means: list[Mean]) -> Measured | None:
    """Mean benefit before the start relative to the mean norm of the household mix of the pilot file."""
    paid = _before(pilot, means, "benefit")
    if paid is None or paid.median or paid.value <= 0:
        return None
    day = date(paid.year, 1, 1)
    try:
        law = law_on(catalogue, day, day)
    except WerkzorgError:
        # The catalogue has no norms of that year.
        return None
    norm = sum(share * net_norm(name, law) for name, share in pilot.households.shares().items())
    ratio = paid.value / norm
    return _estimate(paid.n, ratio, ratio * _relative_error(paid, catalogue.value(VARIATION)))


def _utility(pilot: Pilot, catalogue: Catalogue, means: list[Mean]) -> Measured | None:
    """Gain in work: change of the programme group less that of the comparison group, per difference in share at work.

    Without a comparison group a change over time is no effect of work, and nothing is used. Nothing is taken off for
    selection into work: groups are compared, not those at work with the others.
    """
    changes, variances, at_work = [], [], []
    for group in ("programme", "comparison"):
        before, after = _before(pilot, means, "utility", group), _after(pilot, means, "utility", group)
        share = None if after is None else _same_period(after, _rows(means, "share_working", group))
        if before is None or share is None or before.median or after.median:
            return None
        sd = catalogue.value(UTILITY_SD)
        changes.append(after.value - before.value)
        variances += [mean.error**2 if mean.error is not None else sd**2 / mean.n for mean in (before, after)]
        at_work.append(share)
    difference = at_work[0].value - at_work[1].value
    spread = np.sqrt(sum(mean.value * (1 - mean.value) / mean.n for mean in at_work))
    if abs(difference) < 2 * spread:
        return None
    gain = (changes[0] - changes[1]) / difference
    error = np.hypot(np.sqrt(sum(variances)), gain * spread) / abs(difference)
    return _estimate(at_work[0].n, gain, error)


def share_off_benefit(pilot: Pilot, catalogue: Catalogue, year: int, published: float) -> tuple[float, float]:
    """Share of the jobs that leave nothing to supplement, and the variance this adds to a share off benefit.

    By the rules at the law of a year, for the household mix and hours of the pilot at the centre of their priors; the
    median of the hours varies between pilots (`jobs.hours_location_sd`).
    """
    law = law_on(catalogue, max(date(year, 1, 1), pilot.valuation_date), pilot.valuation_date)
    spread = catalogue.value("jobs.hours_location_sd")
    low, centre, high = (_jobs_off(pilot, catalogue, law, shift) for shift in (-spread, 0.0, spread))
    return centre, (published * (high - low) / 2) ** 2


def _jobs_off(pilot: Pilot, catalogue: Catalogue, law: Law, shift: float) -> float:
    middle = (np.arange(HOURS_POINTS) + 0.5) / HOURS_POINTS
    hours = np.exp(shift) * catalogue.distribution("p_hours_week").quantile(middle)
    factor = catalogue.distribution("jobs.wage_factor").mean()
    net = wage(hours, factor * law.wage.minimum_hour, law).net / MONTHS_PER_YEAR
    return float(
        sum(
            share * np.mean(supplement(net, AFTER_DISREGARDS, household, False, law) == 0)
            for household, share in pilot.households.shares().items()
        )
    )
