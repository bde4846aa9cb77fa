"""Made-up people, month by month: work, benefit, care, and what the records miss.

A plain simulation that shares nothing with the models that are fitted to its output: for each month it draws for
each person what happens next. Random numbers come from one stream per subject (entry, loss, care, ...), so that
the same people can be lived again without the programme: the difference is the true effect.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from werkzorg.cases.truth import Truth

BEFORE, SEARCHING, SUPPLEMENT, OFF, EXIT_OTHER, LEFT = range(6)
"""States of a month: not enrolled yet, searching, working with benefit, working without, off benefit without work, left
the programme."""

HOUSEHOLDS = ("single", "single_parent", "couple", "cost_sharer")
EDUCATION = ("basic", "vmbo", "mbo", "higher")
"""Codes of the tables, in the order of the numbers below."""

DAYS_OF_MONTH = 28


class Streams:
    """One random stream per subject, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, subject: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(subject.encode())])


@dataclass(frozen=True)
class People:
    """Who they are; every array has shape (people,)."""

    programme: np.ndarray
    severe: np.ndarray
    motivation: np.ndarray
    frailty: np.ndarray
    enrolment: np.ndarray
    birth_year: np.ndarray
    household: np.ndarray
    benefit_months: np.ndarray
    education: np.ndarray
    female: np.ndarray
    lks: np.ndarray
    satisfaction: np.ndarray
    wmo_hours: np.ndarray

    def __len__(self) -> int:
        return len(self.programme)


@dataclass(frozen=True)
class Lives:
    """What happened; arrays have shape (people, months).

    `state` as above; `job_month` counts months in the present job (0: none); `spell` numbers the jobs of a person;
    `hours` a week; `wage_factor` times the minimum wage; `contact` whether mental-health contacts took place;
    `outpatient` their cost in euros of the simulated price level; `admission_days`, `crisis`, `wmo_hours` a month.
    """

    state: np.ndarray
    job_month: np.ndarray
    spell: np.ndarray
    hours: np.ndarray
    wage_factor: np.ndarray
    in_care: np.ndarray
    outpatient: np.ndarray
    admission_days: np.ndarray
    crisis: np.ndarray
    wmo_hours: np.ndarray

    @property
    def working(self) -> np.ndarray:
        """Whether a month is a month in work."""
        return (self.state == SUPPLEMENT) | (self.state == OFF)


@dataclass(frozen=True)
class Seen:
    """What the records show of it.

    `until` (people,): last month seen; `reason` (people,): 0 end of the window, 1 lost, 2 consent withdrawn;
    `row` (people, months): the month was delivered; `late` (people, months): amounts of care have not come in; `form`
    (people,): the mental-health form is there.
    """

    until: np.ndarray
    reason: np.ndarray
    row: np.ndarray
    late: np.ndarray
    form: np.ndarray


def draw_people(
    cases: int, comparison: int, before: int, enrolling: int, start_year: int, truth: Truth, seed: int
) -> People:
    """Draw who they are.

    Parameters
    ----------
    cases, comparison : int
        People in the programme and in the comparison group.
    before : int
        Months of the window before the first enrolment.
    enrolling : int
        Months in which people enrol, evenly.
    start_year : int
        Year of the first month.
    truth : Truth
        True parameters.
    seed : int
        Same seed, same people.
    """
    streams, n = Streams(seed), cases + comparison
    programme = np.arange(n) < cases
    random = streams("person")
    severe = random.random(n) < truth.severe_share
    motivation = random.standard_normal(n) + truth.selection_shift * programme
    frailty = random.standard_normal(n)
    return People(
        programme=programme,
        severe=severe,
        motivation=motivation,
        frailty=frailty,
        enrolment=before + random.integers(0, enrolling, n),
        birth_year=start_year - random.integers(20, 63, n),
        household=random.choice(len(HOUSEHOLDS), n, p=_households(truth)),
        benefit_months=np.minimum(random.geometric(1 / truth.benefit_months_mean, n), 240),
        education=random.integers(0, len(EDUCATION), n),
        female=random.random(n) < 0.5,
        lks=random.random(n) < truth.lks_share,
        satisfaction=random.standard_normal(n),
        wmo_hours=np.where(random.random(n) < truth.wmo_share, random.gamma(2, truth.wmo_hours_week / 2, n), 0.0),
    )


def _households(truth: Truth) -> tuple[float, ...]:
    rest = (truth.share_single_parent, truth.share_couple, truth.share_cost_sharer)
    return (1 - sum(rest), *rest)


def live(people: People, months: int, truth: Truth, seed: int, programme: bool = True) -> Lives:
    """Let everybody live month by month.

    Parameters
    ----------
    people : People
        Who they are.
    months : int
        Length of the window.
    truth : Truth
        True parameters.
    seed : int
        The same seed gives the same luck, with and without the programme.
    programme : bool
        False: the same people without the programme.
    """
    work = _work(people, months, truth, Streams(seed), programme)
    working = (work["state"] == SUPPLEMENT) | (work["state"] == OFF)
    care = _care(people, working, work["job_month"], truth, Streams(seed))
    return Lives(**work, **care)


def _work(people: People, months: int, truth: Truth, streams: Streams, programme: bool) -> dict[str, np.ndarray]:
    n = len(people)
    names = ("entry", "leave", "other", "loss", "kind", "hours", "wage")
    random = {name: streams(name) for name in names}
    helped = people.programme & programme
    state = np.full(n, BEFORE, dtype=np.int8)
    job_month, spell = np.zeros(n, dtype=np.int16), np.zeros(n, dtype=np.int16)
    hours, wage = np.zeros(n), np.zeros(n)
    kept = {
        "state": np.empty((n, months), dtype=np.int8),
        "job_month": np.empty((n, months), dtype=np.int16),
        "spell": np.empty((n, months), dtype=np.int16),
        "hours": np.empty((n, months)),
        "wage_factor": np.empty((n, months)),
    }
    for month in range(months):
        draw = {name: random[name].random(n) for name in ("entry", "leave", "other", "loss", "kind")}
        new_hours, new_wage = random["hours"].standard_normal(n), random["wage"].standard_normal(n)
        since = month - people.enrolment
        state[since == 0] = SEARCHING
        active = since >= 1
        at_work = (state == SUPPLEMENT) | (state == OFF)
        loss = np.where(job_month <= truth.early_months, truth.job_loss_early, truth.job_loss_later)
        lost = active & at_work & (draw["loss"] < loss)
        free = active & ((state == SEARCHING) | (state == LEFT))
        found = free & (draw["entry"] < _entry_chance(people, since, spell, helped & (state == SEARCHING), truth))
        leaving = truth.leave_programme * np.exp(truth.leave_motivation * people.motivation)
        left = (state == SEARCHING) & active & ~found & helped & (draw["leave"] < leaving)
        gone = free & ~found & ~left & (draw["other"] < truth.exit_other)
        back = active & (state == EXIT_OTHER) & (draw["other"] < truth.exit_other_return)

        full = draw["kind"] < truth.full_exit_share
        mean = np.where(full, truth.hours_full_log_mean, truth.hours_part_log_mean)
        weekly = np.clip(np.round(np.exp(mean + truth.hours_log_sd * new_hours)), 4, 40)
        state[lost] = SEARCHING
        state[left] = LEFT
        state[gone] = EXIT_OTHER
        state[back] = SEARCHING
        state[found] = np.where(full, OFF, SUPPLEMENT)[found]
        still = at_work & ~lost
        job_month = np.where(found, 1, np.where(still, job_month + 1, 0)).astype(np.int16)
        spell = (spell + found).astype(np.int16)
        hours = np.where(found, weekly, np.where(still, hours, 0.0))
        wage = np.where(found, np.exp(truth.wage_log_sd * np.abs(new_wage)), np.where(still, wage, 0.0))
        for name, value in (
            ("state", state), ("job_month", job_month), ("spell", spell), ("hours", hours), ("wage_factor", wage),
        ):  # fmt: skip
            kept[name][:, month] = value
    return kept


def _entry_chance(people: People, since: np.ndarray, spell: np.ndarray, helped: np.ndarray, truth: Truth) -> np.ndarray:
    late = since >= truth.late_from_month
    ratio = np.where(helped, np.where(late, truth.entry_ratio_programme_late, truth.entry_ratio_programme), 1.0)
    chance = truth.entry_base * np.exp(truth.entry_motivation * people.motivation) * ratio
    return np.minimum(chance * np.where(spell > 0, truth.reentry_ratio, 1.0), 0.9)


def monthly(yearly: float | np.ndarray) -> float | np.ndarray:
    """Chance per month that gives a chance per year."""
    return 1 - (1 - yearly) ** (1 / 12)


def _care(
    people: People, working: np.ndarray, job_month: np.ndarray, truth: Truth, streams: Streams
) -> dict[str, np.ndarray]:
    n, months = working.shape
    names = ("care", "outpatient", "admission", "days", "crisis")
    random = {name: streams(name) for name in names}
    end = np.where(people.severe, monthly(truth.leave_care_year_severe), monthly(truth.leave_care_year_common))
    admitted_base = np.where(people.severe, monthly(truth.admission_year_severe), monthly(truth.admission_year_common))
    # Divided by its mean over people, so that the yearly chance is the mean of the group.
    tilt = np.exp(truth.admission_frailty * people.frailty - truth.admission_frailty**2 / 2)
    kept = {
        "in_care": np.empty((n, months), dtype=bool),
        "outpatient": np.empty((n, months)),
        "admission_days": np.empty((n, months), dtype=np.int16),
        "crisis": np.empty((n, months), dtype=bool),
        "wmo_hours": np.empty((n, months)),
    }
    in_care = np.ones(n, dtype=bool)
    for month in range(months):
        draw = {name: random[name].random(n) for name in ("care", "admission", "crisis")}
        noise = random["outpatient"].standard_normal(n)
        days = np.minimum(random["days"].geometric(1 / max(truth.admission_days_mean, 1), n), DAYS_OF_MONTH)
        since = month - people.enrolment
        # Everybody enrols while in treatment; the planned end comes later, with or without work.
        ends, returns = draw["care"] < end, draw["care"] < monthly(truth.return_care_year)
        in_care = np.where(since < 1, True, np.where(in_care, ~ends, returns))
        now = working[:, month]
        fading = np.power(truth.excess_decay, np.maximum(since, 0))
        level = truth.cost_log_mean + truth.cost_person_log_sd * people.frailty + truth.enrolment_excess * fading
        level = level + truth.work_cost_log_ratio * now + truth.cost_month_log_sd * noise
        kept["in_care"][:, month] = in_care
        kept["outpatient"][:, month] = np.where(in_care, np.minimum(np.exp(level), truth.cost_month_maximum), 0.0)
        admission = admitted_base * tilt * np.exp(truth.work_admission_log_ratio * now)
        kept["admission_days"][:, month] = np.where(in_care & (draw["admission"] < admission), days, 0)
        new_job = (job_month[:, month] >= 1) & (job_month[:, month] <= truth.early_months)
        crisis = truth.crisis_month * np.where(new_job, truth.crisis_ratio_new_job, 1.0)
        kept["crisis"][:, month] = draw["crisis"] < crisis
        kept["wmo_hours"][:, month] = people.wmo_hours * np.exp(truth.work_wmo_log_ratio * now) * 52 / 12
    return kept


def observe(people: People, months: int, truth: Truth, seed: int) -> Seen:
    """Decide what the records show: lost to follow-up, withdrawn consent, missing months, late amounts.

    Who is lost is not a matter of chance: less motivated people and heavy users of care are lost more often.
    """
    streams, n = Streams(seed), len(people)
    random = streams("seen")
    tilt = np.exp(truth.dropout_motivation * people.motivation + truth.dropout_frailty * people.frailty)
    chance = np.clip(truth.dropout_month * tilt, 1e-12, 0.9)
    lost_after = random.geometric(chance)
    withdrawn = random.random(n) < truth.consent_withdrawn
    withdrawn_after = random.integers(1, max(months // 2, 2), n)
    last = months - 1
    lost_at = people.enrolment + lost_after
    gone_at = np.where(withdrawn, people.enrolment + withdrawn_after, months + 1)
    until = np.minimum(np.minimum(lost_at, gone_at), last)
    reason = np.where(until == last, 0, np.where(gone_at <= lost_at, 2, 1))
    month = np.arange(months)
    delivered = random.random((n, months)) >= truth.missing_month
    # The month of enrolment always exists: the case begins with it.
    row = (month <= until[:, None]) & (delivered | (month == people.enrolment[:, None]))
    late = (month > last - truth.late_months) & (random.random((n, months)) < truth.late_share)
    form = random.random(n) >= truth.form_missing
    return Seen(until, reason, row, late, form)
