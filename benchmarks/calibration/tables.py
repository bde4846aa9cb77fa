"""What pilots would hand in of made-up people: one count, published means and shares, or case records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.calibration.cells import COUNTED, COUNTED_MONTH, ENROLLING_MONTHS, FOLLOWED_MONTHS, START, Cell
from benchmarks.calibration.generator import (
    ADMISSION_DAYS,
    JOB,
    OFF,
    SEARCH,
    Care,
    People,
    Twist,
    Values,
    Work,
    draw_people,
    live_care,
    live_work,
)
from werkzorg.cases.schema import table
from werkzorg.params import Catalogue
from werkzorg.pilot import Pilot, Snapshot

BEFORE = 14
FIRST = START.year * 12 + START.month - 1
SOURCE = {"title": "Made-up count", "year": 2026, "status": "assumption"}
PERIODS = ((6, 11), (12, 17), (18, 23))
"""Months since the start of the pilot over which means after enrolment are published."""


@dataclass(frozen=True)
class World:
    """Made-up people and what happened to them."""

    people: People
    work: Work
    care: Care
    enrolment: np.ndarray
    twist: Twist


def make_world(cell: Cell, truth: Values, rng: np.random.Generator, twist: Twist) -> World:
    """Let the people of a cell live; months count from enrolment, which is spread evenly over the first months.

    Only records tell groups of participants apart, so only there do groups differ.
    """
    if cell.kind != "records":
        truth = {name: value for name, value in truth.items() if not name.startswith("effect.")}
    others = cell.people if cell.comparison else 0
    people = draw_people(truth, cell.people, others, rng, twist)
    months = FOLLOWED_MONTHS + 1
    work = live_work(truth, people, months, rng, twist)
    enrolment = rng.random(len(people)) * ENROLLING_MONTHS
    if cell.kind == "records":
        enrolment = np.floor(enrolment)
    care = live_care(truth, people, work, enrolment / 12, rng, twist)
    return World(people, work, care, enrolment, twist)


def since_enrolment(world: World, moment: float, rng: np.random.Generator) -> np.ndarray:
    """Whole months since enrolment at a moment, months since the start; rounded by chance so that the mean is right."""
    exact = np.maximum(moment - world.enrolment, 0.0)
    whole = np.floor(exact)
    return (whole + (rng.random(len(exact)) < exact - whole)).astype(int)


def count_people(world: World, share_applying: float, rng: np.random.Generator) -> Snapshot:
    """The count of all participants on one day."""
    who = np.arange(len(world.people))
    month = since_enrolment(world, (COUNTED - START).days / (365.2425 / 12), rng)
    status, helped = world.work.status[who, month], world.work.supported[who, month]
    searching = int(((status == SEARCH) & helped).sum())
    working = int(((status == JOB) & helped).sum())
    applying = int(rng.binomial(searching, share_applying))
    return Snapshot(
        date=COUNTED,
        enrolled=len(who),
        working=working,
        applying=applying,
        in_mediation=searching - applying,
        left=len(who) - searching - working,
        source=SOURCE,
    )


def publish(world: World, pilot: Pilot, prices: Catalogue, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Table `aggregates`: share at work and mean GGZ cost, per group and period, without intervals."""
    rows = []
    shift = since_enrolment(world, COUNTED_MONTH + 0.5, rng) - COUNTED_MONTH
    for group, who in (("programme", world.people.programme), ("comparison", ~world.people.programme)):
        if not who.any():
            continue
        for first, last in ((-12, -1), *PERIODS):
            months = np.maximum(np.arange(first, last + 1)[None, :] + shift[who][:, None], -BEFORE)
            cost = np.take_along_axis(world.care.cost[who], months + BEFORE, axis=1)
            factor = [_factor(prices, pilot, FIRST + month) for month in range(first, last + 1)]
            span = {"group": group, "first_month": FIRST + first, "last_month": FIRST + last, "n": int(who.sum())}
            rows.append(span | {"quantity": "ggz_amount", "mean": float((cost / factor).mean())})
            if first >= 0:
                at_work = np.take_along_axis(world.work.working[who], np.maximum(months, 0), axis=1)
                rows.append(span | {"quantity": "share_working", "mean": float(at_work.mean())})
    frame = pd.DataFrame(rows).assign(target_group="all", statistic="mean", low=None, high=None, interval_width=None)
    for column in ("first_month", "last_month"):
        frame[column] = [pd.Period(year=month // 12, month=month % 12 + 1, freq="M") for month in frame[column]]
    return {"aggregates": frame}


def hand_in(world: World, pilot: Pilot, prices: Catalogue, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Tables `cases` and `months`: what is not made up here (jobs, hours, benefit, forms) is not delivered."""
    people, n = world.people, len(world.people)
    names = np.array([f"P{number:04d}" for number in range(n)])
    last, lost = _last_seen(world, rng)
    enrolled = FIRST + world.enrolment.astype(int) + world.twist.misdated * people.programme
    cases = _empty("cases", n).assign(
        pseudonym=names,
        group=np.where(people.programme, "programme", "comparison"),
        enrolment_month=_periods(enrolled),
        end_month=_periods(FIRST + world.enrolment.astype(int) + last),
        end_reason=np.where(lost, "no_contact", "end_of_data"),
        diagnosis_group=np.where(people.severe, "severe", "common"),
        months_on_benefit=np.where(people.long_benefit, 60.0, 12.0),
    )
    month = np.arange(-BEFORE, world.work.status.shape[1])
    who, column = np.nonzero(month[None, :] <= last[:, None])
    since = month[column]
    after, at = since >= 0, (who, np.maximum(since, 0))
    calendar = FIRST + world.enrolment.astype(int)[who] + since
    factor = np.array([_factor(prices, pilot, number) for number in range(calendar.min(), calendar.max() + 1)])
    amount = world.care.cost[who, column] / factor[calendar - calendar.min()]
    months = _empty("months", len(who)).assign(
        pseudonym=names[who],
        month=_periods(calendar),
        state=_states(world)[at],
        treatment_amount=amount,
        admission_days=np.where(after & world.care.admitted[at], ADMISSION_DAYS, 0).astype(float),
        crisis_contacts=(after & world.care.crisis[at]).astype(float),
        wmo_product=np.where(world.care.guidance[at], "guidance", "none"),
    )
    return {"cases": cases, "months": months}


def _last_seen(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Last month of each person, and whether somebody is lost before the end."""
    shape = world.work.status[:, : FOLLOWED_MONTHS + 1].shape
    gone = (rng.random(shape) < world.twist.lost) & ~world.work.working[:, : shape[1]]
    gone[:, :2] = False
    lost = gone.any(axis=1)
    return np.where(lost, gone.argmax(axis=1), FOLLOWED_MONTHS), lost


def _states(world: World) -> np.ndarray:
    """State in the words of the records, (person, month)."""
    status = world.work.status
    left = (status == SEARCH) & world.people.programme[:, None] & ~world.work.supported
    return np.select([status == JOB, status == OFF, left], ["work_off", "off_no_work", "left"], "searching")


def _empty(name: str, rows: int) -> pd.DataFrame:
    """A table of the schema in which nothing is known."""
    return pd.DataFrame({column: np.full(rows, np.nan) for column in table(name).columns})


def _periods(numbers: np.ndarray) -> pd.PeriodIndex:
    return pd.PeriodIndex.from_ordinals(np.asarray(numbers) - 1970 * 12, freq="M")


def _factor(prices: Catalogue, pilot: Pilot, month: int) -> float:
    """What a GGZ amount of a calendar month is multiplied by to be in euros of the price year."""
    return prices.index_factor(prices.get("ggz.fact_year").index, month // 12, pilot.price_year)
