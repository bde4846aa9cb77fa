"""What case records say of participants and their jobs, apart from what the sampler estimates; and what is missing.

Levels (severity, households, jobs, use of Wmo) are those of participants of the programme. What happens to people
(return to benefit, change of quality of life) is counted over everybody.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from werkzorg.cases.quality_of_life import COLUMNS, dutch_tariff, utility
from werkzorg.cases.schema import table
from werkzorg.constants import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from werkzorg.contract import STATES
from werkzorg.errors import WerkzorgError
from werkzorg.inference.person_months import BEFORE, LEFT, OFF_NO_WORK, SEARCHING, PersonMonths, Tables, codes, numbers
from werkzorg.inference.record_data import Exits, Measured, Share
from werkzorg.params.catalogue import Catalogue
from werkzorg.pilot import HOUSEHOLDS, Pilot
from werkzorg.rules.bijstand import net_norm
from werkzorg.rules.lawbook import law_on

WEEKS_PER_MONTH = WEEKS_PER_YEAR / MONTHS_PER_YEAR
MINIMUM_WAGE = "wml.hour36"
WITH_SUPPLEMENT, WORK_OFF = STATES.index("work_supplement"), STATES.index("work_off")
ON_BENEFIT = (SEARCHING, WITH_SUPPLEMENT, LEFT)


def measured(values: np.ndarray) -> Measured:
    """Number, mean and standard deviation of what is known, (any shape); NaN where there is too little."""
    known = values[~np.isnan(values)]
    mean = float(known.mean()) if known.size else np.nan
    return Measured(float(known.size), mean, float(known.std(ddof=1)) if known.size > 1 else np.nan)


def share(values: np.ndarray) -> Share:
    """How many of what is known (not NaN) are one, (any shape)."""
    known = values[~np.isnan(values)]
    return Share(float(known.sum()), float(known.size))


def returns_to_benefit(records: PersonMonths) -> Share:
    """Months off benefit without work of which the next is seen, and those that end on benefit again."""
    now, before = records.state[:, BEFORE + 1 :], records.state[:, BEFORE:-1]
    at_risk = (before == OFF_NO_WORK) & records.seen[:, BEFORE + 1 :]
    return Share(float((at_risk & np.isin(now, ON_BENEFIT)).sum()), float(at_risk.sum()))


def exits_from_benefit(records: PersonMonths) -> Exits:
    """Months in work after enrolment of participants, and those of them off benefit, as recorded."""
    state = records.state[records.programme, BEFORE + 1 :]
    off, beside = state == WORK_OFF, state == WITH_SUPPLEMENT
    who_off, who_beside = off.any(axis=1), beside.any(axis=1)
    return Exits(
        months=int(off.sum() + beside.sum()),
        off=int(off.sum()),
        persons=int((who_off | who_beside).sum()),
        persons_off=int(who_off.sum()),
        persons_on=int(who_beside.sum()),
    )


def severe_share(records: PersonMonths) -> Share:
    """Participants with a severe illness among those whose diagnosis group is known."""
    group = codes(records.people["diagnosis_group"], ("common", "severe"))[records.programme]
    return share(np.where(group < 0, np.nan, group))


def households(records: PersonMonths) -> dict[str, float]:
    """Participants per household type; those of unknown type are left out."""
    kind = codes(records.people["household"], HOUSEHOLDS)[records.programme]
    return {name: float((kind == place).sum()) for place, name in enumerate(HOUSEHOLDS)}


def job_facts(records: PersonMonths, tables: Tables, parameters: Catalogue) -> dict[str, Share | Measured]:
    """Jobs of participants that began in the month of enrolment or later: shares, hours and wages at their start."""
    jobs = tables.get("jobs")
    if jobs is None or jobs.empty:
        nothing, none = Share(0.0, 0.0), measured(np.array([]))
        return {"subsidised": nothing, "coached": nothing, "no_risk": nothing, "log_hours": none, "wage_factor": none}
    who, since = records.find(jobs, "start_month")
    rows = np.flatnonzero((who >= 0) & records.programme[who] & (since >= 0))
    # In order of person and job, so that sums do not depend on the order of the file.
    rows = rows[np.lexsort((numbers(jobs["job_number"])[rows], since[rows], who[rows]))]
    jobs, month = jobs.iloc[rows], (records.enrolment[who] + np.nan_to_num(since))[rows].astype(int)
    kinds = [entry.code for entry in table("jobs").field("coach_kind").enum]
    kind = codes(jobs["coach_kind"], kinds)
    hours = numbers(jobs["hours"])
    hours = np.where(hours > 0, hours, np.nan)
    factor = numbers(jobs["wage"]) / (hours * WEEKS_PER_MONTH) / _minimum_wage(month, parameters)
    return {
        "subsidised": share(numbers(jobs["wage_subsidy_used"])),
        "coached": share(np.where(kind < 0, np.nan, kind != kinds.index("none"))),
        "no_risk": share(numbers(jobs["no_risk_policy"])),
        "log_hours": measured(np.log(hours)),
        "wage_factor": measured(np.where(factor > 0, factor, np.nan)),
    }


def _first_day(month: int) -> date:
    return date(month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)


def _minimum_wage(months: np.ndarray, parameters: Catalogue) -> np.ndarray:
    """Hourly minimum wage in force in calendar months, EUR/hour."""
    different, place = np.unique(months, return_inverse=True)
    amounts = [parameters.amount(MINIMUM_WAGE, _first_day(int(month))).value for month in different]
    return np.array(amounts, dtype=float)[place]


def wmo_hours(records: PersonMonths) -> Measured:
    """Hours of Wmo guidance a week, mean over the months with guidance before the first work, per participant."""
    hours, working = records.column("wmo_hours"), records.working
    before_work = ~np.logical_or.accumulate(working, axis=1)
    return measured(_mean_per_person(hours / WEEKS_PER_MONTH, before_work & (hours > 0))[records.programme])


def benefit_ratio(records: PersonMonths, parameters: Catalogue) -> Measured:
    """Benefit paid relative to the norm in months on benefit without work after enrolment, mean per participant."""
    paid = records.column("benefit")
    kind = codes(records.people["household"], HOUSEHOLDS)
    other = records.people["benefit_kind"]
    bijstand = (other.isna() | (other == "bijstand")).to_numpy(dtype=bool)
    idle = np.isin(records.state, (SEARCHING, LEFT)) & (records.since >= 1) & ~np.isnan(paid)
    idle &= ((kind >= 0) & bijstand & records.programme)[:, None]
    norm = np.full(paid.shape, np.nan)
    calendar = records.enrolment[:, None] + records.since[None, :]
    for month in np.unique(calendar[idle]):
        of_month = idle & (calendar == month)
        norm[of_month] = _norms(int(month), parameters)[np.broadcast_to(kind[:, None], paid.shape)[of_month]]
    return measured(_mean_per_person(paid / norm, idle & ~np.isnan(norm)))


def _norms(month: int, parameters: Catalogue) -> np.ndarray:
    """Net norm per household in a calendar month, EUR/month; NaN before the first law of the catalogue."""
    day = _first_day(month)
    try:
        law = law_on(parameters, day, day)
    except WerkzorgError:
        return np.full(len(HOUSEHOLDS), np.nan)
    return np.array([net_norm(household, law) for household in HOUSEHOLDS])


def _mean_per_person(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Mean over the months of each person for which `where` holds, (person,); NaN without any."""
    months = where.sum(axis=1)
    total = np.where(where, values, 0.0).sum(axis=1)
    return np.where(months > 0, total / np.maximum(months, 1), np.nan)


def utility_change(records: PersonMonths, tables: Tables, pilot: Pilot, parameters: Catalogue) -> Measured:
    """Change of utility from the last moment without work to the first in work, minus that without work.

    Moments are filled-in questionnaires since enrolment in months of known state. The second change is that per
    interval between moments of people who are never seen in work.

    Returns
    -------
    Measured
        `n` people who went to work; `sd` such that ``sd / sqrt(n)`` is the standard error of the difference between
        both groups. Nothing when either group has fewer than two people.
    """
    nothing = Measured(0.0, np.nan, np.nan)
    forms = tables.get("quality_of_life")
    if forms is None or forms.empty:
        return nothing
    worth = utility(forms[list(COLUMNS)].to_numpy(dtype=float, na_value=np.nan),
                    dutch_tariff(pilot.valuation_date, parameters))  # fmt: skip
    who, since = records.find(forms)
    column = np.nan_to_num(since, nan=-1).astype(int) + BEFORE
    keep = (since >= 0) & (column < records.state.shape[1]) & ~np.isnan(worth)
    keep[keep] &= records.seen[who[keep], column[keep]]
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((column[rows], who[rows]))]
    who, column, worth = who[rows], column[rows], worth[rows]
    moments = pd.DataFrame({"who": who, "worth": worth, "working": records.working[who, column]})
    by_person = moments.groupby("who")
    first_work = moments["working"] & (by_person["working"].cumsum() == 1)
    gained = by_person["worth"].diff()[first_work].dropna().to_numpy()
    never = ~records.working[:, BEFORE:].any(axis=1)
    spans = by_person["worth"].agg(["first", "last", "size"])
    spans = spans[never[spans.index.to_numpy()] & (spans["size"] > 1).to_numpy()]
    stayed = ((spans["last"] - spans["first"]) / (spans["size"] - 1)).to_numpy()
    if min(len(gained), len(stayed)) < 2:
        return nothing
    error = gained.var(ddof=1) / len(gained) + stayed.var(ddof=1) / len(stayed)
    return Measured(float(len(gained)), float(gained.mean() - stayed.mean()), float(np.sqrt(error * len(gained))))
