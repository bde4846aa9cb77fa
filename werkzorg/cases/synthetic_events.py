"""What happened to made-up people: support, jobs, quality of life, changes of client manager, medication."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from werkzorg.cases.synthetic import SEARCHING
from werkzorg.cases.synthetic_world import PRICES, Coded, World, as_table
from werkzorg.params.catalogue import catalogue

HOURS_OF = date(2026, 1, 1)
"""Hours of support do not follow an index: those of this day hold for every year."""


def support(world: World) -> pa.Table:
    """Intake once at both organisations, case meetings while searching, a job coach in the first year of a job."""
    people, lives, seen, calendar = world.people, world.lives, world.seen, world.calendar
    month = np.arange(calendar.months)
    visible = (month <= seen.until[:, None]) & people.programme[:, None]
    start = visible & (month == people.enrolment[:, None])
    coached = visible & (lives.job_month >= 1) & (lives.job_month <= 12)
    value = {name: catalogue().value(name, HOURS_OF) for name in ("intake.hours", "casemeeting.hours_month")}
    coach = catalogue().value("jobcoach.hours.middle", HOURS_OF) / 12
    parts = (
        (start, "intake", "municipality", value["intake.hours"], "staff_hour"),
        (start, "intake", "ggz_institution", value["intake.hours"], "counsellor"),
        (visible & (lives.state == SEARCHING), "case_meeting", "municipality",
         value["casemeeting.hours_month"], "staff_hour"),
        (coached, "job_coach", "municipality", coach, "coach_hour"),
    )  # fmt: skip
    tables = []
    for where, component, payer, hours, price in parts:
        who, when = np.nonzero(where)
        columns = {
            "pseudonym": world.pseudonyms.take(pa.array(who)),
            "month": Coded(when, calendar.names()),
            "component": Coded(np.zeros(len(who)), np.array([component])),
            "payer": Coded(np.zeros(len(who)), np.array([payer])),
            "hours": np.full(len(who), hours),
            "amount": hours * calendar.price(PRICES[price])[when],
        }
        tables.append(as_table("support", columns))
    return pa.concat_tables(tables)


def jobs(world: World, wage: np.ndarray) -> pa.Table:
    """One row per job that began while the person was in view."""
    lives, seen, names = world.lives, world.seen, world.calendar.names()
    who, start = np.nonzero(lives.job_month == 1)
    follows = np.zeros_like(lives.working)
    follows[:, :-1] = lives.job_month[:, 1:] > 1
    # Every job has one first and one last month, in the same order of people and months.
    end = np.nonzero(lives.working & ~follows)[1]
    keep = start <= seen.until[who]
    who, start, end = who[keep], start[keep], end[keep]
    ongoing = end >= seen.until[who]
    random = world.random("jobs")
    reasons = np.array(["contract_ended", "own_choice", "other_job", "employer", "health", "other"])
    coached = world.people.programme[who]
    columns = {
        "pseudonym": world.pseudonyms.take(pa.array(who)),
        "job_number": lives.spell[who, start],
        "start_month": names[start],
        "end_month": (names[end], ongoing),
        "hours": lives.hours[who, start],
        "wage": wage[who, start],
        "contract": np.where(random.random(len(who)) < 0.8, "fixed_term", "trial"),
        "end_reason": (reasons[random.integers(0, len(reasons), len(who))], ongoing),
        "coach_kind": np.where(coached, "new_person", "none"),
        "wage_subsidy_used": world.people.lks[who],
        "no_risk_policy": coached,
    }
    return as_table("jobs", columns)


def quality(world: World) -> pa.Table:
    """Quality of life at enrolment and every year after."""
    people, lives, seen, truth = world.people, world.lives, world.seen, world.truth
    month = np.arange(world.calendar.months)
    since = month - people.enrolment[:, None]
    who, when = np.nonzero((since >= 0) & (since % 12 == 0) & (month <= seen.until[:, None]))
    random, n = world.random("quality"), len(who)
    now = lives.working[who, when]
    own = 0.6 * people.satisfaction[who]
    mansa = truth.mansa_mean + own + truth.mansa_work_gain * now + 0.3 * random.standard_normal(n)
    columns: dict[str, object] = {
        "pseudonym": world.pseudonyms.take(pa.array(who)),
        "month": Coded(when, world.calendar.names()),
        "mansa_mean": np.clip(mansa, 1, 7),
        "mansa_items": np.full(n, 12),
        "eq_vas": np.clip(np.round(55 + 15 * own + 5 * now + 5 * random.standard_normal(n)), 0, 100),
    }
    middles = {"eq_mobility": 1.3, "eq_self_care": 1.2, "eq_usual_activities": 2.4, "eq_pain": 1.8, "eq_anxiety": 2.9}
    for name, middle in middles.items():
        level = middle - own - truth.mansa_work_gain * now + 0.5 * random.standard_normal(n)
        columns[name] = np.clip(np.round(level), 1, 5)
    return as_table("quality_of_life", columns)


def managers(world: World) -> pa.Table:
    """Changes of client manager while in view."""
    people, seen = world.people, world.seen
    random, month = world.random("manager"), np.arange(world.calendar.months)
    changes = random.random((len(people), world.calendar.months)) < world.truth.manager_change
    inside = (month > people.enrolment[:, None]) & (month <= seen.until[:, None])
    who, when = np.nonzero(changes & inside)
    n = len(who)
    columns = {
        "pseudonym": world.pseudonyms.take(pa.array(who)),
        "month": Coded(when, world.calendar.names()),
        "organisation": np.where(random.random(n) < 0.5, "municipality", "ggz_institution"),
        "reason": np.array(["left", "absence", "reorganisation", "other"])[random.integers(0, 4, n)],
        "announced": random.random(n) < 0.5,
        "gap_weeks": random.integers(0, 8, n),
    }
    return as_table("client_manager", columns)


def insurer(world: World) -> pa.Table:
    """Medication, once per quarter; the cost of treatment comes from the institution, so nothing stands twice."""
    lives, seen, months = world.lives, world.seen, world.calendar.months
    quarter = np.arange(months) % 3 == 2
    who, when = np.nonzero(lives.in_care & quarter & (np.arange(months) <= seen.until[:, None]))
    columns = {
        "pseudonym": world.pseudonyms.take(pa.array(who)),
        "month": Coded(when, world.calendar.names()),
        "component": Coded(np.zeros(len(who)), np.array(["medication"])),
        "claims": np.full(len(who), 3),
        "amount": 3 * world.truth.medication_month * world.random("medication").gamma(2, 0.5, len(who)),
        "complete": ~seen.late[who, when],
    }
    return as_table("insurer", columns)
