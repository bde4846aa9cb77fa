"""What the likelihood needs of case records: sufficient statistics, no rows of persons.

The reduction (`inference.reduction`) makes it; the likelihood (`inference.record_likelihood`) reads it. Every array is
a count, a sum or a matrix of cross products over persons, so its size does not grow with their number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from werkzorg.errors import Problem

HAZARDS = ("entry_early", "entry_late", "entry_alone", "next", "next_alone", "dropout", "exit_other")
"""Monthly hazards of :class:`TransitionCells`, in the order of its `kind`.

First job with support in the first months and later, first job without support, next job with and without support,
leaving the programme, off benefit without work. Without support: the comparison group only. Participants who left are
not counted: less motivated people leave sooner, and taking their jobs for what all would do without support makes the
programme look better than it is.
"""

ENTRY_EFFECTS = ("entry.severe", "entry.long_benefit", "entry.manager_changed")
LOSS_EFFECTS = ("loss.severe", "loss.own_counsellor", "loss.manager_changed")
EFFECTS = (*ENTRY_EFFECTS, *LOSS_EFFECTS)
"""Group effects on the hazards of a job and of losing it; covariates are 1 or 0 minus their mean over those at risk."""

PERIOD_MONTHS = 6
"""Care costs are compared by half years since enrolment."""

MAX_PERIODS = 10
"""Half years after enrolment that the cost model looks at: five years."""

COST_COLUMNS = (
    "level",
    "severe",
    "comparison",
    "worker",
    "work",
    "work_within",
    "trend",
    *(f"after_{period}" for period in range(MAX_PERIODS)),
    *(f"comparison_after_{period}" for period in range(MAX_PERIODS)),
)
"""Columns of the cost regression.

`work`: share of the half year in work; `work_within`: the same minus the mean of the group in that half year; `worker`:
the person's mean share in work after enrolment (in all half years); `trend`: calendar years since the start of the
pilot; `after_k`: one in half year k after enrolment; `comparison_after_k`: the same for the comparison group.
"""

DIAGNOSES = ("severe", "common")

WORK_STEPS = np.linspace(0, 1, PERIOD_MONTHS + 1)
"""Shares of a half year in work."""


@dataclass(frozen=True)
class TransitionCells:
    """Months at risk and events of the hazards without a clock, by cell of equal covariates.

    Attributes
    ----------
    kind : ndarray (cell,) of int
        Position in `HAZARDS`.
    comparison : ndarray (cell,)
        One for a job entry in the comparison group; nil for the other hazards, which both groups share.
    effects : ndarray (cell, effect)
        Covariates in the order of `ENTRY_EFFECTS`; zero where they do not apply or are unknown.
    at_risk, events : ndarray (cell,)
        Person-months at risk, and events in them.
    """

    kind: np.ndarray
    comparison: np.ndarray
    effects: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray


@dataclass(frozen=True)
class LossCells:
    """Months in a job and losses, by month of the job.

    Attributes
    ----------
    tenure : ndarray (cell,)
        Full months in the job at the start of the month at risk: 0 for the first month after that of the start.
    alone : ndarray (cell,)
        One where nobody coaches the job.
    effects : ndarray (cell, effect)
        Covariates in the order of `LOSS_EFFECTS`.
    at_risk, events : ndarray (cell,)
        Person-months at risk, and losses.
    """

    tenure: np.ndarray
    alone: np.ndarray
    effects: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray


@dataclass(frozen=True)
class CareCells:
    """Binomial counts of care after enrolment.

    Attributes
    ----------
    leave_at_risk, leave_events : ndarray (diagnosis,)
        Months in care with the next month known, and ends of care, in the order of `DIAGNOSES`; without the last months
        of a person, in which an end would not have been known.
    return_at_risk, return_events : float
        The same for months out of care and returns; without the first, in which a return would have been a pause.
    admission_at_risk, admission_events : ndarray (diagnosis, working)
        Months in care without an admission the month before, and starts of an admission, not at work and at work.
    crisis_at_risk, crisis_events : float
        Job starts followed for three months, and those with a crisis in these months.
    wmo_users, wmo_people : ndarray (working,)
        Weighted people with Wmo support and all of them, not at work and at work; each person weighs one in all.
    """

    leave_at_risk: np.ndarray
    leave_events: np.ndarray
    return_at_risk: float
    return_events: float
    admission_at_risk: np.ndarray
    admission_events: np.ndarray
    crisis_at_risk: float
    crisis_events: float
    wmo_users: np.ndarray
    wmo_people: np.ndarray


@dataclass(frozen=True)
class CostStatistics:
    """Cross products of the cost regression, one row per person and half year in care with known cost.

    With W the matrix (outcome, `COST_COLUMNS`) of a person's rows; the outcome is the logarithm of outpatient GGZ cost
    per month in care, in euros of the price year. A normal case effect is integrated out exactly from these.

    Attributes
    ----------
    within : ndarray (1 + column, 1 + column)
        Sum over persons of ``W' W``.
    rows : ndarray (size,)
        The different numbers of rows of a person.
    persons : ndarray (size,)
        Persons with that number of rows.
    between : ndarray (size, 1 + column, 1 + column)
        Per size, sum over its persons of ``(1' W)' (1' W)``.
    """

    within: np.ndarray
    rows: np.ndarray
    persons: np.ndarray
    between: np.ndarray


@dataclass(frozen=True)
class Measured:
    """A mean with its number, for what is updated outside the sampler.

    Attributes
    ----------
    n : float
        Observations.
    mean, sd : float
        Mean and standard deviation between observations; NaN where there are none.
    """

    n: float
    mean: float
    sd: float


@dataclass(frozen=True)
class Share:
    """Events among a number.

    Attributes
    ----------
    events, n : float
        Count and number.
    """

    events: float
    n: float


@dataclass(frozen=True)
class SimpleStatistics:
    """What is known of the participants and their jobs, each independent of the sampled parameters.

    Attributes
    ----------
    severe, subsidised, coached, no_risk : Share
        Participants with a severe illness; jobs with wage-cost subsidy, with a coach, with no-risk policy.
    returns_to_benefit : Share
        Returns among person-months off benefit without work.
    log_hours : Measured
        Logarithm of contract hours a week at the start of the job.
    wage_factor : Measured
        Hourly wage relative to the minimum wage of its month.
    wmo_hours : Measured
        Hours of Wmo guidance a week of persons who have it, before work.
    benefit_ratio : Measured
        Benefit paid relative to the norm of the household, months without work, one value per person.
    utility_change : Measured
        Change of EQ-5D-5L utility of persons from a moment without work to one in work, minus that of persons who
        stayed without work.
    households : dict of float
        Participants per household type.
    base_cost : dict of Measured
        Outpatient GGZ cost per year in care in the year before enrolment, EUR of the price year, one value per
        participant, by diagnosis.
    """

    severe: Share
    subsidised: Share
    coached: Share
    no_risk: Share
    returns_to_benefit: Share
    log_hours: Measured
    wage_factor: Measured
    wmo_hours: Measured
    benefit_ratio: Measured
    utility_change: Measured
    households: dict[str, float]
    base_cost: dict[str, Measured]


@dataclass(frozen=True)
class CareChange:
    """GGZ cost of a group in the year before enrolment and in a year after it, and the work in that year.

    Attributes
    ----------
    persons : int
        People whose cost is known in at least half of both years.
    year : int
        Year after enrolment that is compared: the second, or the first when too few have been seen so long.
    before, after : float
        Mean cost per person and year, EUR of the price year; people without care in it count as zero.
    outpatient : float
        Part of `before` that is not for admissions and crises.
    episodes : bool
        Whether amounts for admissions and crises were delivered.
    base : float
        EUR to which both means are rounded before anyone may see them, by the release rules.
    dominated : bool
        Whether one or two people make up so much of a sum that it may not be shown.
    weight : ndarray (half year,)
        Part of the known months in each half year of that year, weighted by cost before.
    shares : ndarray (half year, step)
        Part of the cost before that is of people with each share of the half year in work, in steps of `WORK_STEPS`.
    mean_share : ndarray (half year,)
        Mean share in work.
    fresh : float
        Share of months in the first three of a job.
    """

    persons: int
    year: int
    before: float
    after: float
    outpatient: float
    episodes: bool
    base: float
    dominated: bool
    weight: np.ndarray
    shares: np.ndarray
    mean_share: np.ndarray
    fresh: float


@dataclass(frozen=True)
class Missing:
    """What is not there, as shares: never filled in, always told.

    Attributes
    ----------
    months, amounts : float
        Share of person-months between enrolment and end of follow-up without a row; without a GGZ amount.
    lost : dict of float
        Share of people lost to follow-up before the end of the data, by group.
    withdrawn : dict of float
        Share of people whose consent was withdrawn, by group.
    not_in_care : float
        Share of participants without GGZ care at enrolment.
    in_work : float
        Share of people at work in the month of enrolment; how long is unknown, so that job is in no loss cell.
    """

    months: float
    amounts: float
    lost: dict[str, float]
    withdrawn: dict[str, float]
    not_in_care: float
    in_work: float = 0.0


RATIO_FACTS = 4
"""Columns of a published change of mean cost before the weights of the half years."""


@dataclass(frozen=True)
class Published:
    """What is published of groups: means, shares and counts, in the form of the likelihood.

    Attributes
    ----------
    shares : ndarray (row, SHARE_COLUMNS + month)
        Shares and counts of people, columns as in `published_chain.shares_log_likelihood`.
    ratios : ndarray (row, RATIO_FACTS + MAX_PERIODS + row)
        Changes of mean GGZ cost after enrolment against before: logarithm of the ratio in euros of one year, comparison
        group, share at work, calendar years in between, weights of the half years since enrolment; then the rows of
        the matrix that makes the errors independent with variance one (inverse of the Cholesky factor).
    measured : dict of Measured
        Estimates by name of a single parameter: mean, and `sd` such that ``sd / sqrt(n)`` is the standard error.
    persons : dict of int
        People behind it by group.
    looks : float
        Sum of people over the shares and counts of the programme group: how often the same people were counted.
    notes : tuple of Problem
        What was not used, where it stands, why, and what would help.
    """

    shares: np.ndarray = field(default_factory=lambda: np.zeros((0, 11)))
    ratios: np.ndarray = field(default_factory=lambda: np.zeros((0, RATIO_FACTS + MAX_PERIODS)))
    measured: dict[str, Measured] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    looks: float = 0.0
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Exits:
    """Months in work of participants after enrolment, and how many of them were recorded as off benefit.

    Attributes
    ----------
    months, off : int
        Months in work; those of them off benefit.
    persons, persons_off, persons_on : int
        People with such a month; with one off benefit; with one beside benefit.
    """

    months: int = 0
    off: int = 0
    persons: int = 0
    persons_off: int = 0
    persons_on: int = 0


@dataclass(frozen=True)
class RecordData:
    """Case records of a pilot, reduced.

    Attributes
    ----------
    persons : dict of int
        People by group (`programme`, `comparison`).
    transitions, losses, care, cost, simple, missing
        See the classes.
    working : dict of ndarray
        By group, share in work among those seen per month since enrolment, month 0 first; NaN where nobody is seen.
    seen : dict of ndarray
        By group, people seen per month since enrolment.
    change : dict of CareChange
        By group, cost before and after enrolment; without a group of which too little is known.
    published : Published or None
        What is published beside the records (`inference.aggregates`).
    exits : Exits
        Who in work was off benefit, as recorded: the rules decide in the model, and this is held against them.
    """

    persons: dict[str, int]
    transitions: TransitionCells
    losses: LossCells
    care: CareCells
    cost: CostStatistics
    simple: SimpleStatistics
    missing: Missing
    working: dict[str, np.ndarray]
    seen: dict[str, np.ndarray]
    change: dict[str, CareChange] = field(default_factory=dict)
    published: Published | None = None
    exits: Exits = Exits()

    @property
    def has_comparison(self) -> bool:
        """Whether there is a comparison group, in records or published."""
        published = {} if self.published is None else self.published.persons
        return self.persons.get("comparison", 0) + published.get("comparison", 0) > 0
