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
    norm = model.norm.T[households(own)]
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
    level, ratio = benefit_levels(model, own)
    supplement, subsidy = _job_means(model)
    result = np.zeros((len(own.rows), model.draws, len(MODELLED)))
    result[..., 0] = level * (months["benefit"] @ model.idle.T)
    for kind in np.unique(households(own)):
        who = households(own) == kind
        result[who, :, 0] += ratio[who] * (months["benefit"][who] @ supplement[kind].T)
    result[..., 1] = months["wage_subsidy"] @ subsidy.T
    for start, diagnosis in dict.fromkeys(zip(own.in_care, own.diagnosis, strict=True)):
        who = (own.in_care == start) & (own.diagnosis == diagnosis)
        here = own.part(who)
        inside = _in_care(model, start, diagnosis)
        result[who, :, 2] = _outpatient(model, here, inside.sum(axis=2), months["ggz_outpatient"][who])
        result[who, :, 3] = months["ggz_admission"][who] @ _episodes(model, inside).T * model.episode
    for start in np.unique(own.wmo_on):
        who = np.isnan(own.wmo_on) if np.isnan(start) else own.wmo_on == start
        result[who, :, 4] = months["wmo"][who] @ _wmo_use(model, start).T * own.wmo_level[who, None]
    return result


def households(own: Own) -> Array:
    """Place of each person's household in the columns of `Without.norm`, (person,)."""
    return np.where(own.household < 0, MIX, own.household)


def _outpatient(model: Without, own: Own, inside: Array, months: Array) -> Array:
    """Expected outpatient cost over the known months, of people with the same chance of care, (person, draw)."""
    mean, variance = case_effect(model, own)
    factor = inside * (1 + model.at_work.sum(axis=2) * np.expm1(model.work_effect)[:, None])
    periods = np.array([half_year(month + 1) for month in range(model.months)])
    total = np.zeros(mean.shape)
    for period in np.unique(periods):
        chosen = periods == period
        log_mean = own.after[:, period] @ model.coefficients.T + mean + (variance + model.residual) / 2
        total += months[:, chosen] @ factor[:, chosen].T * np.exp(log_mean)
    return total


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


def _in_care(model: Without, start: float, diagnosis: int) -> Array:
    """Chance of being in care and of a diagnosis group, (draw, month, diagnosis)."""
    leave, back = model.leave, model.returns[:, None]
    stationary = back / (leave + back)
    left = (1 - leave - back)[:, None, :] ** np.arange(1, model.months + 1)[None, :, None]
    inside = stationary[:, None, :] + (start - stationary)[:, None, :] * left
    weight = np.stack([model.severe, 1 - model.severe], axis=1)[:, None, :]
    return inside * (weight if diagnosis < 0 else np.eye(2)[diagnosis])


def _episodes(model: Without, inside: Array) -> Array:
    """Expected episodes, (draw, month): admissions in care, and crises in the first months of a job."""
    idle, busy = (np.einsum("dtg,dg->dt", inside, chance) for chance in model.admitted)
    working, fresh = model.at_work.sum(axis=2), model.at_work[:, :, 0]
    return idle * (1 - working) + busy * (working - fresh) + fresh * model.crisis_start[:, None]


def _wmo_use(model: Without, start: float) -> Array:
    """Expected Wmo support relative to a month with it, (draw, month); `start` as `Own.wmo_on`."""
    change = model.wmo_start + model.wmo_stop
    stationary = model.wmo_start / change
    begin = model.wmo_share if np.isnan(start) else start
    left = (1 - change)[:, None] ** np.arange(1, model.months + 1)[None, :]
    use = stationary[:, None] + (begin - stationary)[:, None] * left
    return use * (1 + model.at_work.sum(axis=2) * (model.wmo_at_work - 1)[:, None])


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
        self.care = self._random() < own.in_care[:, None]
        start = np.where(np.isnan(own.wmo_on)[:, None], model.wmo_share[None, :], own.wmo_on[:, None])
        self.wmo, self.keeps_wmo = self._random() < start, self._random() < model.wmo_at_work
        self.profile = self._profiles()
        self.leave = np.where(self.severe, model.leave[:, 0], model.leave[:, 1])
        mean, variance = case_effect(model, own)
        self.effect = mean + np.sqrt(variance) * rng.standard_normal(self.shape)
        self.benefit_luck, self.wmo_luck = (self._luck(spread) for spread in own.spread)

    def _random(self) -> Array:
        return self.rng.random(self.shape, dtype=np.float32)

    def _luck(self, spread: float) -> Array:
        """How a person's own amounts after the start differ from those before it; mean one."""
        return np.exp(spread * self.rng.standard_normal(self.shape) - spread**2 / 2)

    def _profiles(self) -> Array:
        """Kind of job that a person would have, (person, draw)."""
        jobs, chosen = self.model.jobs, np.zeros(self.shape, dtype=np.int16)
        place = households(self.own)
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
        level, ratio = (amount * self.benefit_luck for amount in benefit_levels(model, self.own))
        support = self.own.wmo_level[:, None] * self.wmo_luck
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
                np.where(self.wmo & (~working | self.keeps_wmo), support, 0.0),
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
