"""What the model expects for each participant without the programme: in closed form, and as lives drawn month by month.

The closed form gives the expected amount. The lives give how far one person's amount lies from it by chance: each has
its own course of work, care, admissions and Wmo support, and its own luck per half year, under one draw of the
parameters. A test holds the two to the same mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from werkzorg.appraisal.case_own import Own
from werkzorg.appraisal.case_without import Without
from werkzorg.contract import TENURE
from werkzorg.inference.record_data import MAX_PERIODS, PERIOD_MONTHS
from werkzorg.pilot import HOUSEHOLDS
from werkzorg.projection.care import CRISIS_MONTHS

MODELLED = ("benefit", "wage_subsidy", "ggz_outpatient", "ggz_admission", "wmo")
"""Items of which the model expects something without the programme, in the order of the last axis below."""

FIRST, NEXT, JOB, OFF_FIRST, OFF_NEXT = range(5)
"""Course of work without support: before the first job, between jobs, at work, off benefit without work."""

MIX = len(HOUSEHOLDS)
"""Place of the mix of households, for somebody whose household is unknown."""

Array = np.ndarray


def half_year(month: int) -> int:
    """Half year of a month since enrolment (from 1); the last one goes on."""
    return min((month - 1) // PERIOD_MONTHS, MAX_PERIODS - 1)


def case_effect(model: Without, own: Own) -> tuple[Array, Array]:
    """Posterior of the case effect given the person's own half years before the start.

    With n rows, residuals r, variances `residual` and `case`: normal with variance
    ``case * residual / (residual + n * case)`` and mean ``case / (residual + n * case) * sum(r)``.

    Returns
    -------
    mean, variance : ndarray (person, draw)
    """
    residuals = own.outcome[:, None] - own.columns @ model.coefficients.T
    joint = model.residual[None, :] + own.rows[:, None] * model.case[None, :]
    return model.case / joint * residuals, model.case * model.residual / joint


def benefit_levels(model: Without, own: Own) -> tuple[Array, Array]:
    """Benefit of a month without work, and that relative to the norm of the household, each (person, draw)."""
    place = np.where(own.household < 0, MIX, own.household)
    norm = model.norm.T[place]
    level = np.where(np.isnan(own.benefit)[:, None], norm * model.paid_ratio, own.benefit[:, None])
    return level, level / norm


def expected(model: Without, own: Own, known: Mapping[str, Array]) -> Array:
    """Expected amounts without the programme over the known months.

    Parameters
    ----------
    model : Without
        Life without the programme.
    own : Own
        Facts of the participants.
    known : mapping of ndarray (person, month)
        Per item of `MODELLED` the months 1..T that count.

    Returns
    -------
    ndarray (person, draw, item)
        EUR of the price year.
    """
    months = {name: values.astype(float) for name, values in known.items()}
    working = model.at_work.sum(axis=2)
    level, ratio = benefit_levels(model, own)
    supplement, subsidy = _job_means(model)
    household = np.where(own.household < 0, MIX, own.household)
    result = np.empty((len(own.rows), model.draws, len(MODELLED)))
    result[..., 0] = level * (months["benefit"] @ model.idle.T)
    result[..., 0] += ratio * np.einsum("pt,pdt->pd", months["benefit"], supplement[household])
    result[..., 1] = months["wage_subsidy"] @ subsidy.T
    inside = _in_care(model, own)
    mean, variance = case_effect(model, own)
    factor = 1 + working * np.expm1(model.work_effect)[:, None]
    result[..., 2] = 0.0
    for period in range(half_year(model.months) + 1):
        chosen = [half_year(t + 1) == period for t in range(model.months)]
        total = np.einsum("pt,pdt->pd", months["ggz_outpatient"][:, chosen], (inside * factor)[:, :, chosen])
        log_mean = own.after[:, period] @ model.coefficients.T + mean + (variance + model.residual) / 2
        result[..., 2] += total * np.exp(log_mean)
    result[..., 3] = np.einsum("pt,pdt->pd", months["ggz_admission"], _episodes(model, own, inside)) * model.episode
    at_work = 1 + working * (model.wmo_at_work - 1)[:, None]
    result[..., 4] = np.einsum("pt,pdt->pd", months["wmo"], _wmo_use(model, own) * at_work) * own.wmo_level[:, None]
    return result


def _job_means(model: Without) -> tuple[Array, Array]:
    """Mean supplement per household and month, (household or mix, draw, month), and mean subsidy, (draw, month)."""
    jobs, means = model.jobs, []
    for place in range(MIX + 1):
        chosen = np.ones(len(jobs.household), dtype=bool) if place == MIX else jobs.household == place
        weight = jobs.weight[:, chosen]
        # A kind of household that no draw expects: its jobs weigh the same.
        weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, 1.0)
        mean = np.einsum("dk,lbdk->dlb", weight / weight.sum(axis=1, keepdims=True), jobs.supplement[..., chosen])
        means.append(np.einsum("dtb,dtb->dt", model.at_work, mean[:, model.law]))
    subsidy = np.einsum("dk,lbdk->dlb", jobs.weight * jobs.subsidised, jobs.subsidy[..., jobs.hours])
    return np.array(means), np.einsum("dtb,dtb->dt", model.at_work, subsidy[:, model.law])


def _diagnosis_weights(model: Without, own: Own) -> Array:
    """Weight of each diagnosis group, (person, draw, diagnosis): known, or the shares of the group."""
    mix = np.stack([model.severe, 1 - model.severe], axis=1)
    known = np.eye(2)[np.maximum(own.diagnosis, 0)][:, None, :]
    return np.where((own.diagnosis < 0)[:, None, None], mix[None], known)


def _in_care_by_diagnosis(model: Without, own: Own) -> Array:
    """Chance of being in care, (person, draw, month, diagnosis)."""
    leave, back = model.leave, model.returns[:, None]
    stationary = back / (leave + back)
    left = (1 - leave - back)[:, None, :] ** np.arange(1, model.months + 1)[None, :, None]
    start = care_at_start(own)[:, None, None, None]
    return stationary[None, :, None, :] + (start - stationary[None, :, None, :]) * left[None]


def care_at_start(own: Own) -> Array:
    """Chance of being in care at enrolment, (person,): seen, or the share of those seen."""
    seen = own.in_care >= 0
    share = float(own.in_care[seen].mean()) if seen.any() else 1.0
    return np.where(seen, own.in_care, share).astype(float)


def _in_care(model: Without, own: Own) -> Array:
    return np.einsum("pdtg,pdg->pdt", _in_care_by_diagnosis(model, own), _diagnosis_weights(model, own))


def _episodes(model: Without, own: Own, inside: Array) -> Array:
    """Expected episodes, (person, draw, month): admissions in care, and crises in the first months of a job."""
    weighted = np.einsum("pdtg,pdg->pdtg", _in_care_by_diagnosis(model, own), _diagnosis_weights(model, own))
    idle = np.einsum("pdtg,dg->pdt", weighted, model.admitted[0])
    busy = np.einsum("pdtg,dg->pdt", weighted, model.admitted[1])
    working, fresh = model.at_work.sum(axis=2), model.at_work[:, :, 0]
    return idle * (1 - working) + busy * (working - fresh) + fresh * model.crisis_start[:, None]


def _wmo_use(model: Without, own: Own) -> Array:
    """Chance of Wmo support without work, (person, draw, month)."""
    change = model.wmo_start + model.wmo_stop
    stationary = (model.wmo_start / change)[None, :]
    start = np.where(np.isnan(own.wmo_on)[:, None], model.wmo_share[None, :], own.wmo_on[:, None])
    left = (1 - change)[:, None] ** np.arange(1, model.months + 1)[None, :]
    return stationary[:, :, None] + (start - stationary)[:, :, None] * left[None]


class Lives:
    """Lives without the programme of some participants, one per draw of the parameters.

    Parameters
    ----------
    model : Without
        Life without the programme.
    own : Own
        Facts of the participants.
    rng : Generator
        Source of chance.
    """

    def __init__(self, model: Without, own: Own, rng: np.random.Generator) -> None:
        self.model, self.own, self.rng = model, own, rng
        self.shape = (len(own.rows), model.draws)
        self.state = np.full(self.shape, FIRST, dtype=np.int8)
        self.in_job = np.zeros(self.shape, dtype=np.int16)
        self.severe = np.where((own.diagnosis < 0)[:, None], self._random() < model.severe, own.diagnosis[:, None] == 0)
        self.care = self._random() < care_at_start(own)[:, None]
        start = np.where(np.isnan(own.wmo_on)[:, None], model.wmo_share[None, :], own.wmo_on[:, None])
        self.wmo, self.keeps_wmo = self._random() < start, self._random() < model.wmo_at_work
        self.profile = self._profiles()
        self.leave = np.where(self.severe, model.leave[:, 0], model.leave[:, 1])
        mean, variance = case_effect(model, own)
        self.effect = mean + np.sqrt(variance) * rng.standard_normal(self.shape)

    def _random(self) -> Array:
        return self.rng.random(self.shape, dtype=np.float32)

    def _profiles(self) -> Array:
        """Kind of job that a person would have, (person, draw)."""
        jobs, chosen = self.model.jobs, np.zeros(self.shape, dtype=np.int16)
        place = np.where(self.own.household < 0, MIX, self.own.household)
        for kind in np.unique(place):
            which = np.flatnonzero((jobs.household == kind) | (kind == MIX))
            weight = jobs.weight[:, which]
            weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, 1.0)
            total = np.cumsum(weight, axis=1)
            people = np.flatnonzero(place == kind)
            drawn = self.rng.random((len(people), self.shape[1])) * total[:, -1]
            at = (drawn[:, :, None] > total[None, :, :-1]).sum(axis=2)
            chosen[people] = which[at]
        return chosen

    def totals(self, known: Mapping[str, Array]) -> Array:
        """Amounts over the known months, (person, draw, item), EUR; parameters as :func:`expected`."""
        model, result = self.model, np.zeros((*self.shape, len(MODELLED)))
        level, ratio = benefit_levels(model, self.own)
        draw = np.arange(self.shape[1])[None, :]
        hours, subsidised = model.jobs.hours[self.profile], model.jobs.subsidised[self.profile]
        working_cost = np.exp(model.work_effect)
        for month in range(model.months):
            if month % PERIOD_MONTHS == 0:
                cost = self._cost(half_year(month + 1))
            working = self._work(month)
            band = np.searchsorted(TENURE, self.in_job, side="right") - 1
            law = model.law[month]
            beside = ratio * model.jobs.supplement[law, band, draw, self.profile]
            idle = (self.state == FIRST) | (self.state == NEXT)
            subsidy = np.where(subsidised, model.jobs.subsidy[law, band, draw, hours], 0.0)
            self._move_care()
            self.wmo = np.where(self.wmo, self._random() >= model.wmo_stop, self._random() < model.wmo_start)
            amounts = (
                np.where(idle, level, np.where(working, beside, 0.0)),
                np.where(working, subsidy, 0.0),
                np.where(self.care, np.where(working, cost * working_cost, cost), 0.0),
                self._episode(working) * model.episode,
                np.where(self.wmo & (~working | self.keeps_wmo), self.own.wmo_level[:, None], 0.0),
            )
            for place, name in enumerate(MODELLED):
                result[..., place] += known[name][:, month, None] * amounts[place]
        return result

    def _cost(self, period: int) -> Array:
        """Cost of a month in care without work in a half year, with the luck of that half year."""
        luck = np.sqrt(self.model.residual) * self.rng.standard_normal(self.shape)
        return np.exp(self.own.after[:, period] @ self.model.coefficients.T + self.effect + luck)

    def _work(self, month: int) -> Array:
        """Move everybody one month on; whether they are at work then."""
        chances, state, draw = self.model.chances, self.state, self._random()
        free, job = (state == FIRST) | (state == NEXT), state == JOB
        gone = free & (draw < chances["other"])
        entry = np.where(state == FIRST, chances["first"], chances["next"])
        found = free & ~gone & (draw < chances["other"] + (1 - chances["other"]) * entry)
        lost = job & (draw < self.model.loss[np.arange(self.shape[1])[None, :], np.minimum(self.in_job, month)])
        back = (state >= OFF_FIRST) & (draw < chances["back"])
        moved = np.where(gone, state + OFF_FIRST, np.where(back, state - OFF_FIRST, state))
        self.state = np.where(found, JOB, np.where(lost, NEXT, moved)).astype(np.int8)
        self.in_job = np.where(job & ~lost, self.in_job + 1, 0).astype(np.int16)
        return self.state == JOB

    def _move_care(self) -> None:
        draw = self._random()
        self.care = np.where(self.care, draw >= self.leave, draw < self.model.returns)

    def _episode(self, working: Array) -> Array:
        """Whether an admission or crisis begins."""
        group = np.where(self.severe, 0, 1)
        draw = np.arange(self.shape[1])[None, :]
        ordinary = self.model.admitted[working.astype(np.int8), draw, group]
        chance = np.where(working & (self.in_job < CRISIS_MONTHS), self.model.crisis_start, self.care * ordinary)
        return self._random() < chance
