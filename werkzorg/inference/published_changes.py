"""Published changes of mean GGZ cost as rows of the likelihood: after enrolment against before, per group."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.errors import Problem
from werkzorg.inference.care_costs import PRICE
from werkzorg.inference.chances import still_in_care
from werkzorg.inference.priors import prior_on_log_scale
from werkzorg.inference.published_chain import AT_WORK, CHAIN_PARAMETERS, CHAIN_STATES, chain_shares
from werkzorg.inference.published_means import GROUPS, Mean, start_month
from werkzorg.inference.published_moments import Spread, log_covariance, whitening
from werkzorg.inference.published_weights import enrolment_waves, half_years, weights_over
from werkzorg.inference.record_data import MAX_PERIODS, PERIOD_MONTHS, RATIO_FACTS
from werkzorg.params.catalogue import Catalogue
from werkzorg.pilot import Pilot

COST = "ggz_amount"


def changes_of_cost(
    pilot: Pilot, catalogue: Catalogue, means: list[Mean], recorded: Mapping[str, int]
) -> tuple[np.ndarray, list[Problem]]:
    """Rows of the likelihood, and what could not be used.

    Parameters
    ----------
    pilot : Pilot
        Start, enrolment and price year.
    catalogue : Catalogue
        Centre of the priors that the errors rest on, and the price index of care.
    means : list of Mean
        Everything that is published.
    recorded : mapping of int
        People with records of cost, by group: their part of the means is left out.

    Returns
    -------
    ndarray (row, RATIO_FACTS + MAX_PERIODS + row), list of Problem
        As `record_data.Published.ratios`.
    """
    blocks, notes = [], []
    for group in GROUPS:
        costs = [mean for mean in means if mean.quantity == COST and mean.group == group]
        before, after, more = _before_and_after(pilot, costs)
        notes += more
        left = min([mean.n for mean in (before, *after) if mean is not None], default=0) - recorded.get(group, 0)
        if before is None or not after:
            continue
        if left < 1:
            notes.append(Problem("aggregates.recorded", where=before.place))
            continue
        rows, covariance = _changes(pilot, catalogue, before, after, means)
        scale = (left + recorded.get(group, 0)) / left
        blocks.append((rows, whitening(covariance * scale)))
    size = sum(len(rows) for rows, _ in blocks)
    table, place = np.zeros((size, RATIO_FACTS + MAX_PERIODS + size)), 0
    for rows, white in blocks:
        end = place + len(rows)
        table[place:end, : RATIO_FACTS + MAX_PERIODS] = rows
        table[place:end, RATIO_FACTS + MAX_PERIODS + place : RATIO_FACTS + MAX_PERIODS + end] = white
        place = end
    return table, notes


def _before_and_after(pilot: Pilot, costs: list[Mean]) -> tuple[Mean | None, list[Mean], list[Problem]]:
    """The last period before the start, and the periods after it that do not overlap; the others are noted."""
    notes = [Problem("aggregates.no_amount", where=mean.place) for mean in costs if mean.value <= 0]
    costs = [mean for mean in costs if mean.value > 0]
    before = [mean for mean in costs if mean.last < start_month(pilot)]
    chosen = max(before, key=lambda mean: (mean.last, mean.n), default=None)
    after: list[Mean] = []
    for mean in sorted((m for m in costs if m.first >= start_month(pilot)), key=lambda m: (m.last, -m.first)):
        same_kind = chosen is None or mean.median == chosen.median
        if same_kind and (not after or mean.first > after[-1].last):
            after.append(mean)
        else:
            notes.append(Problem("aggregates.overlap", where=mean.place))
    notes += [Problem("aggregates.overlap", where=mean.place) for mean in before if mean is not chosen]
    if chosen is None:
        notes += [Problem("aggregates.no_before", where=mean.place) for mean in after]
    elif not after:
        notes.append(Problem("aggregates.no_after", where=chosen.place))
    return chosen, after, notes


def _changes(
    pilot: Pilot, catalogue: Catalogue, before: Mean, after: list[Mean], means: list[Mean]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows without whitening, and the covariance of their errors."""
    waves, index = enrolment_waves(pilot), catalogue.get(PRICE).index
    price = {mean.year: catalogue.index_factor(index, mean.year, pilot.price_year) for mean in (before, *after)}
    periods = [half_years(weights_over(waves, pilot, mean)) for mean in after]
    middles = PERIOD_MONTHS * (np.arange(MAX_PERIODS) + 0.5)
    in_care = np.array([1.0, *(weights @ _still(catalogue, middles) for weights in periods)])
    rows = []
    for place, (mean, weights) in enumerate(zip(after, periods, strict=True), start=1):
        change = np.log(mean.value * price[mean.year] / (before.value * price[before.year]))
        # A median says nothing of those who left care, while the likelihood expects the mean over everybody.
        change += np.log(in_care[place]) if mean.median else 0.0
        years = (mean.middle - before.middle) / MONTHS_PER_YEAR
        at_work = _at_work(pilot, catalogue, mean, means)
        rows.append([change, mean.group == "comparison", at_work, years, *weights])
    covariance = log_covariance([before, *after], in_care, _spread(catalogue))
    contrast = np.column_stack([-np.ones(len(after)), np.eye(len(after))])
    return np.array(rows, dtype=float), contrast @ covariance @ contrast.T


def _spread(catalogue: Catalogue) -> Spread:
    """Spread of cost between people and years at the centre of its prior."""
    total = np.exp(2 * prior_on_log_scale(catalogue, ["p_cost_sigma"])[0][0])
    case = catalogue.distribution("p_cost_autocorr").mean() * total
    return Spread(case, total - case)


def _still(catalogue: Catalogue, months: np.ndarray) -> np.ndarray:
    """Share in care after some months at the centre of the priors, half of the people in each diagnosis group."""
    back = catalogue.distribution("care.return_year").mean()
    leave = [catalogue.distribution(name).mean() for name in ("p_leave_care_epa", "p_leave_care_cmd")]
    return np.mean([still_in_care(chance, back, months) for chance in leave], axis=0)


def _at_work(pilot: Pilot, catalogue: Catalogue, cost: Mean, means: list[Mean]) -> float:
    """Share at work in the period of a cost: published of the nearest period, else as the chain expects beforehand."""
    shares = [
        m for m in means if (m.quantity, m.group) == ("share_working", cost.group) and m.first >= start_month(pilot)
    ]
    if shares:
        return min(shares, key=lambda mean: abs(mean.middle - cost.middle)).value
    mu, _ = prior_on_log_scale(catalogue, CHAIN_PARAMETERS)
    weights = weights_over(enrolment_waves(pilot), pilot, cost)
    back = catalogue.distribution("exit_other.return_month").mean()
    theta = dict(zip(CHAIN_PARAMETERS, mu, strict=True))
    chances = chain_shares(theta, back, len(weights) - 1, comparison=cost.group == "comparison").real
    return float(weights @ chances[:, [CHAIN_STATES.index(state) for state in AT_WORK]].sum(axis=1))
