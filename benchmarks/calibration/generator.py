"""Made-up people who live as `docs/model.md` says, person by person and month by month.

Written from that document and sharing no code with the model (not even its formulas), so that a slip in either shows
as ranks that are not uniform. Unlike `werkzorg simulate`, whose people live in a richer world than the model knows,
these follow the model itself, for any values of its parameters; `twists` then breaks its assumptions one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

SEARCH, JOB, OFF = 0, 1, 2
EARLY, SPAN = 9, 24
HALF_YEAR = 6
PERIODS_BEFORE = 2
CRISIS_WINDOW = 3
PAUSE = 3
"""Months without contact that do not yet end care: nobody comes back sooner."""

LEAST_MONTHS = 3
ADMISSION_DAYS = 14
ROUNDING = 0.05

Values = Mapping[str, float]


@dataclass(frozen=True)
class Twist:
    """What the world does that the model does not know; by default nothing.

    Attributes
    ----------
    motivation : float
        Standard deviation between people of the logarithm of the chance of work, unmeasured; the mean chance stays.
    heavy_tail : float
        Degrees of freedom of the noise of cost instead of a normal one; 0: normal.
    most : float
        What a person's care costs in a month at most, EUR.
    drift : float
        Correlation of the noise of a half year with that of the one before.
    lost : float
        Monthly chance that somebody without work is lost to follow-up; people in work are not.
    shock : float
        Factor on all chances of work from month 10 on.
    misdated : int
        Months that recorded starts come too late.
    fading : float
        Part of the effect of the programme on finding work that is lost each month.
    support : float
        Months after which support ends as planned, within the follow-up; 0: as the truth says.
    """

    motivation: float = 0.0
    heavy_tail: float = 0.0
    most: float = np.inf
    drift: float = 0.0
    lost: float = 0.0
    shock: float = 1.0
    misdated: int = 0
    fading: float = 0.0
    support: float = 0.0


@dataclass(frozen=True)
class People:
    """Who they are, each (person,)."""

    programme: np.ndarray
    severe: np.ndarray
    long_benefit: np.ndarray
    motivation: np.ndarray
    support_months: float

    def __len__(self) -> int:
        return len(self.programme)


@dataclass(frozen=True)
class Work:
    """Courses of work, each (person, month 0..)."""

    status: np.ndarray
    supported: np.ndarray
    placed: np.ndarray

    @property
    def working(self) -> np.ndarray:
        """Whether a month is one in work."""
        return self.status == JOB


@dataclass(frozen=True)
class Care:
    """Use of care; `in_care`, `admitted`, `crisis`, `guidance` (person, month 0..); `cost` (person, month -14..)."""

    in_care: np.ndarray
    admitted: np.ndarray
    crisis: np.ndarray
    guidance: np.ndarray
    cost: np.ndarray


def per_month(yearly: float) -> float:
    """Chance in a month of what has a chance in a year."""
    return 1 - (1 - yearly) ** (1 / 12)


def draw_people(truth: Values, cases: int, others: int, rng: np.random.Generator, twist: Twist) -> People:
    """Draw who they are; participants first."""
    n = cases + others
    return People(
        programme=np.arange(n) < cases,
        severe=rng.random(n) < truth["care.severe_share"],
        long_benefit=rng.random(n) < 0.5,
        # Less half the variance: the mean chance of work stays what the truth says.
        motivation=twist.motivation * rng.standard_normal(n) - twist.motivation**2 / 2,
        support_months=twist.support or truth["programme.support_months"],
    )


def live_work(truth: Values, people: People, months: int, rng: np.random.Generator, twist: Twist) -> Work:
    """Let everybody go through the months: off benefit, else job or loss of it, else end of support."""
    n = len(people)
    status, age = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    helped, ever = people.programme.copy(), np.zeros(n, dtype=bool)
    tilt, tilt_loss = _group_effects(truth, people)
    kept = [(status.copy(), helped.copy(), ever.copy())]
    for month in range(months):
        luck = rng.random((3, n))
        with_help = helped & (month < people.support_months)
        ended = helped & ~with_help
        rate = _entry_rate(truth, people, month, with_help, ever, twist) * np.exp(tilt + people.motivation)
        leaves = (status == SEARCH) & (luck[0] < 1 - np.exp(-truth["exit_other.month"]))
        returns = (status == OFF) & (luck[0] < 1 - np.exp(-truth["exit_other.return_month"]))
        finds = (status == SEARCH) & ~leaves & (luck[1] < 1 - np.exp(-rate))
        loses = (status == JOB) & (luck[1] < 1 - np.exp(-_loss_rate(truth, age, helped) * np.exp(tilt_loss)))
        drops = luck[2] < 1 - np.exp(-truth["p_dropout_hazard"])
        stays = ~(leaves | finds | loses)
        helped = np.where(finds, with_help, helped & ~leaves & ~(stays & (ended | drops)))
        age = np.where(finds, 0, age + 1)
        status = np.select([leaves, returns | loses, finds], [OFF, SEARCH, JOB], status)
        ever = ever | finds
        kept.append((status.copy(), helped.copy(), ever.copy()))
    return Work(*(np.stack(parts, axis=1) for parts in zip(*kept, strict=True)))


def _group_effects(truth: Values, people: People) -> tuple[np.ndarray, np.ndarray]:
    """Shifts of log hazards of entry and of loss, centred over people; nil where the truth has no such effects."""
    severe, long = (values - values.mean() for values in (people.severe, people.long_benefit))
    entry = truth.get("effect.entry.severe", 0.0) * severe + truth.get("effect.entry.long_benefit", 0.0) * long
    return entry, truth.get("effect.loss.severe", 0.0) * severe


def _entry_rate(
    truth: Values, people: People, month: int, with_help: np.ndarray, ever: np.ndarray, twist: Twist
) -> np.ndarray:
    """Hazard of a job of who searches."""
    effect = truth["p_logrr_programme_nl"] * (1 - twist.fading) ** month
    alone = truth["p_baseline_entry_hazard"] * np.exp(truth["p_selection_shift"])
    late = truth["p_programme_entry_hazard_late_ratio"]
    early = alone * np.exp(effect) * SPAN / (EARLY + (SPAN - EARLY) * late)
    again = truth["p_reentry_after_loss"]
    first = np.where(with_help, early if month < EARLY else early * late, alone)
    full = truth["p_logrr_programme_nl"]
    later = np.where(with_help, again * np.exp(effect - full), again * np.exp(-full))
    behind = np.where(people.programme, 1.0, np.exp(-truth.get("selection.comparison_gap", 0.0)))
    return np.where(ever, later, first) * behind * (twist.shock if month >= 9 else 1.0)


def _loss_rate(truth: Values, age: np.ndarray, helped: np.ndarray) -> np.ndarray:
    """Hazard of losing a job after so many months in it."""
    shape, scale = truth["p_job_survival_weibull_shape"], truth["p_job_survival_weibull_scale"]
    rate = ((age + 1.0) ** shape - age.astype(float) ** shape) / scale**shape
    return np.where(helped, rate, rate / truth["p_hr_coach_retention"])


def live_care(truth: Values, people: People, work: Work, years: np.ndarray, rng: np.random.Generator, twist: Twist):
    """Care, admissions, crises at job starts, guidance, and cost.

    Parameters
    ----------
    truth : mapping of float
        True values; `level.severe` and `level.common` are the true cost per month in care before the start, EUR.
    people, work : People, Work
        Who they are and how they worked.
    years : ndarray (person,)
        Calendar years from the start of the pilot to the enrolment of each.
    rng : Generator
        Luck.
    twist : Twist
        What the model does not know.

    Returns
    -------
    Care
        Cost in euros of the price year.
    """
    working = work.working
    in_care = _in_care(truth, people, working.shape[1], rng)
    idle = np.where(people.severe, truth["care.admission_year_severe"], truth["care.admission_year_common"])
    quarter = 1 - (1 - idle) ** 0.25
    odds = quarter / (1 - quarter) * np.exp(truth["p_logor_admission_in_work"])
    busy = 1 - (1 - odds / (1 + odds)) ** 4
    chance = np.where(working, per_month(busy)[:, None], per_month(idle)[:, None])
    admitted = in_care & (rng.random(working.shape) < chance)
    starts = np.zeros_like(working)
    starts[:, 1:] = working[:, 1:] & ~working[:, :-1]
    crisis = np.zeros_like(working)
    who, when = np.nonzero(starts & (rng.random(working.shape) < truth["p_crisis_first_quarter"]))
    crisis[who, np.minimum(when + rng.integers(0, CRISIS_WINDOW, len(who)), working.shape[1] - 1)] = True
    use = truth["wmo.use_share"]
    at_work = use / (1 - use) * np.exp(truth["p_logor_wmo_in_work"])
    luck = rng.random((len(people), 2))
    guidance = np.where(working, (luck[:, 1] < at_work / (1 + at_work))[:, None], (luck[:, 0] < use)[:, None])
    return Care(in_care, admitted, crisis, guidance, _cost(truth, people, working, in_care, years, rng, twist))


def _in_care(truth: Values, people: People, months: int, rng: np.random.Generator) -> np.ndarray:
    leave = np.where(people.severe, per_month(truth["p_leave_care_epa"]), per_month(truth["p_leave_care_cmd"]))
    back = per_month(truth["care.return_year"])
    here, out, kept = np.ones(len(people), dtype=bool), np.zeros(len(people), dtype=int), []
    for month in range(months):
        luck = rng.random(len(people))
        if month:
            here = np.where(here, luck >= leave, (luck < back) & (out > PAUSE))
        out = np.where(here, 0, out + 1)
        kept.append(here)
    return np.stack(kept, axis=1)


def fall_by_itself(truth: Values, severe: float, periods: int) -> np.ndarray:
    """Logarithm of cost per month in care in each half year after enrolment, relative to before, (half year,)."""
    still = 0.0
    for share, name in ((severe, "p_leave_care_epa"), (1 - severe, "p_leave_care_cmd")):
        inside, leave, back = 1.0, per_month(truth[name]), per_month(truth["care.return_year"])
        for _ in range(12):
            inside = inside * (1 - leave) + (1 - inside) * back
        still += share * inside
    net = net_change(truth["p_log_rtm_ggz_cost"] - np.log(still))
    left = truth["care.reversion_left"]
    month = np.arange(1, HALF_YEAR * periods + 1)
    return net * ((1 - left ** (month / 12)) / (1 - left)).reshape(periods, HALF_YEAR).mean(axis=1)


def net_change(change: float) -> float:
    """Regression to the mean never makes cost rise; the corner of that rule is rounded off."""
    return float(-ROUNDING * np.logaddexp(0.0, -change / ROUNDING))


def _cost(truth, people, working, in_care, years, rng, twist):
    """Cost per month from month -14 on, EUR; nil outside care."""
    n, months = working.shape
    periods = -(-(months - 1) // HALF_YEAR)
    inside, worked = np.zeros((2, n, PERIODS_BEFORE + periods))
    inside[:, :PERIODS_BEFORE] = HALF_YEAR
    for period in range(periods):
        columns = slice(HALF_YEAR * period + 1, HALF_YEAR * (period + 1) + 1)
        inside[:, PERIODS_BEFORE + period] = in_care[:, columns].sum(axis=1)
        worked[:, PERIODS_BEFORE + period] = (in_care & working)[:, columns].sum(axis=1)
    share = worked / np.maximum(inside, 1)
    counted = inside >= LEAST_MONTHS
    mean = np.zeros_like(share)
    for group in (people.programme, ~people.programme):
        seen = np.maximum((counted & group[:, None]).sum(axis=0), 1)
        mean[group] = (share * (counted & group[:, None])).sum(axis=0) / seen
    course = np.concatenate([np.zeros(PERIODS_BEFORE), fall_by_itself(truth, float(people.severe.mean()), periods)])
    compared = ~people.programme[:, None]
    speed = _course(truth, periods)
    middles = years[:, None] + _middles(periods) / 12
    level = np.log(np.where(people.severe, truth["level.severe"], truth["level.common"]))
    variance = truth["p_cost_sigma"] ** 2
    case = truth["p_cost_autocorr"] * variance
    noise = 2 * (variance - case)
    worker = working[:, 1:].mean(axis=1)
    log_cost = (
        (level - (case + noise) / 2)[:, None]
        + truth["care.level_comparison"] * compared
        + truth["care.level_worker"] * (worker - worker[people.programme].mean())[:, None]
        + course
        + truth["care.rtm_gap"] * speed * compared
        + truth["care.trend_year"] * (middles - middles[:, :PERIODS_BEFORE].mean())
        + truth["p_log_ggz_cost_ratio_work"] * share
        + truth["care.work_selection"] * (share - mean)
        + np.sqrt(case) * rng.standard_normal(n)[:, None]
        + np.sqrt(noise) * _noise(rng, (n, PERIODS_BEFORE + periods), twist)
    )
    monthly = np.repeat(np.exp(log_cost), HALF_YEAR, axis=1)
    # The first half year before holds months -11 to -6; three older months are as it was.
    monthly = np.concatenate([np.repeat(monthly[:, :1], 3, axis=1), monthly], axis=1)[:, : 14 + months]
    present = np.concatenate([np.ones((n, 14), dtype=bool), in_care], axis=1)
    return np.where(present, np.minimum(monthly, twist.most), 0.0)


def _course(truth: Values, periods: int) -> np.ndarray:
    """Part of a year's change that has come by each half year, nil before enrolment."""
    left, month = truth["care.reversion_left"], np.arange(1, HALF_YEAR * periods + 1)
    after = ((1 - left ** (month / 12)) / (1 - left)).reshape(periods, HALF_YEAR).mean(axis=1)
    return np.concatenate([np.zeros(PERIODS_BEFORE), after])


def _middles(periods: int) -> np.ndarray:
    """Middle of each half year in months since enrolment."""
    return HALF_YEAR * np.arange(-PERIODS_BEFORE, periods) + 4.0


def _noise(rng: np.random.Generator, shape: tuple[int, int], twist: Twist) -> np.ndarray:
    """Noise of half years with variance one: normal, with heavy tails, or drifting."""
    if twist.heavy_tail:
        return rng.standard_t(twist.heavy_tail, shape) * np.sqrt((twist.heavy_tail - 2) / twist.heavy_tail)
    noise = rng.standard_normal(shape)
    for period in range(1, shape[1]):
        noise[:, period] = twist.drift * noise[:, period - 1] + np.sqrt(1 - twist.drift**2) * noise[:, period]
    return noise
