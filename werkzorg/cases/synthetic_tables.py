"""The forms, the joined cases and the months of made-up people, with the prices and rules of the time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from werkzorg.cases.synthetic import EDUCATION, EXIT_OTHER, HOUSEHOLDS, OFF, SUPPLEMENT
from werkzorg.cases.synthetic_events import insurer, jobs, managers, quality, support
from werkzorg.cases.synthetic_world import PRICES, Coded, World, as_table
from werkzorg.params.catalogue import catalogue

STATE_CODES = np.array(["searching", "searching", "work_supplement", "work_off", "off_no_work", "left"])
COMPONENTS = {"treatment": 0.6, "guidance": 0.3, "day_activity": 0.1}
"""Parts of the cost of contacts; the sum is what the truth describes."""

NORMS = {"single": "bijstand.net.single", "single_parent": "bijstand.net.single", "couple": "bijstand.net.couple",
         "cost_sharer": "bijstand.net.kostendeler2"}  # fmt: skip


def table_makers(world: World) -> dict[str, Callable[[], pa.Table]]:
    """Makers of all tables of a pilot with records, by name; one table at a time need be in memory."""
    norm, benefit, disregard, wage = _benefits(world)
    return {
        "intake_ggz": lambda: _intake_ggz(world),
        "intake_wi": lambda: _intake_wi(world, norm),
        "cases": lambda: _cases(world, norm),
        "months": lambda: _months(world, benefit, disregard, wage),
        "support": lambda: support(world),
        "jobs": lambda: jobs(world, wage),
        "quality_of_life": lambda: quality(world),
        "client_manager": lambda: managers(world),
        "insurer": lambda: insurer(world),
    }


def _benefits(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Norm, benefit paid, disregard and gross wage, each (people, months), EUR a month."""
    people, lives, truth, calendar = world.people, world.lives, world.truth, world.calendar
    norms = np.stack([calendar.price(NORMS[household]) for household in HOUSEHOLDS])
    norm = norms[people.household]
    wage = lives.hours * 52 / 12 * lives.wage_factor * calendar.price(PRICES["wage_hour"])
    share = catalogue().amount("bijstand.exempt.25pct.share", calendar.first).value
    allowed = lives.job_month <= catalogue().amount("bijstand.exempt.25pct.months", calendar.first).value
    net = truth.net_wage_share * wage
    part = lives.state == SUPPLEMENT
    disregard = np.where(part & allowed, np.minimum(share * net, calendar.price(PRICES["disregard"])), 0.0)
    benefit = np.where(part, np.maximum(norm - net + disregard, 0.0), norm)
    benefit = np.where((lives.state == OFF) | (lives.state == EXIT_OTHER), 0.0, benefit)
    return norm, benefit, disregard, wage


def _months(world: World, benefit: np.ndarray, disregard: np.ndarray, wage: np.ndarray) -> pa.Table:
    people, lives, seen, calendar = world.people, world.lives, world.seen, world.calendar
    who, month = np.nonzero(seen.row)
    at = (who, month)
    late = seen.late[at]

    def price(name: str) -> np.ndarray:
        return calendar.price(PRICES[name])[month]

    columns: dict[str, object] = {
        "pseudonym": world.pseudonyms.take(pa.array(who)),
        "month": Coded(month, calendar.names()),
        "state": Coded(lives.state[at], STATE_CODES),
        "hours": lives.hours[at],
        "wage": wage[at],
        "benefit": benefit[at],
        "wage_subsidy": world.truth.lks_part * wage[at] * people.lks[who],
        "disregard": disregard[at],
        "admission_days": lives.admission_days[at],
        "admission_amount": (lives.admission_days[at] * price("admission_day"), late),
        "crisis_contacts": lives.crisis[at],
        "crisis_amount": (lives.crisis[at] * price("crisis"), late),
        "wmo_product": Coded(lives.wmo_hours[at] > 0, np.array(["none", "guidance"])),
        "wmo_hours": lives.wmo_hours[at],
        "wmo_amount": lives.wmo_hours[at] * price("wmo_hour"),
    }
    for name, part in COMPONENTS.items():
        amount = part * lives.outpatient[at]
        minutes = np.ceil(amount / price("counsellor") * 60)
        columns[f"{name}_amount"] = (amount, late)
        columns[f"{name}_minutes"] = minutes
        columns[f"{name}_contacts"] = np.clip(np.ceil(minutes / 60), 0, 31)
    return as_table("months", columns)


def _forms(world: World) -> tuple[dict[str, object], dict[str, object]]:
    """What each of the two forms says, for all people."""
    people, lives, calendar = world.people, world.lives, world.calendar
    random, n = world.random("forms"), len(people)
    eagerness = people.motivation + 0.5 * random.standard_normal(n)
    wish = np.array(["no", "later", "with_support", "yes"])[np.digitize(eagerness, (-1.2, -0.3, 0.8))]
    months = np.arange(calendar.months)
    ended = ~lives.in_care & (months > people.enrolment[:, None])
    end = np.where(ended.any(axis=1), ended.argmax(axis=1), -1)
    known = (end >= 0) & (end - people.enrolment <= 18)
    shared = {
        "birth_year": people.birth_year,
        "sex": np.where(people.female, "female", "male"),
    }
    ggz = {
        "target_group": np.where(random.random(n) < 0.1, "addiction", "mental_health"),
        "diagnosis_group": np.where(people.severe, "severe", "common"),
        "treatment_phase": np.where(known, "finishing", "active"),
        "planned_end_month": (calendar.names()[np.maximum(end, 0)], ~known),
        "need_job_coach": random.random(n) < 0.6,
        "need_own_counsellor": random.random(n) < 0.3,
        "need_treatment_at_work": random.random(n) < 0.2,
        "need_daily_structure": random.random(n) < 0.4,
        "need_peer_expert": random.random(n) < 0.4,
        "wish_for_work": wish,
        "hours_possible": np.clip(np.round(16 + 5 * eagerness), 4, 40),
        **shared,
    }
    distance = np.array(["very_long", "long", "medium", "short"])[np.digitize(eagerness, (-1.0, 0.2, 1.3))]
    wi = {
        "household": np.array(HOUSEHOLDS)[people.household],
        "benefit_kind": np.full(n, "bijstand"),
        "months_on_benefit": people.benefit_months,
        "education": np.array(EDUCATION)[people.education],
        "last_job": np.where(people.benefit_months < 24, "under_two_years", "over_five_years"),
        "years_worked": random.integers(0, 15, n),
        "distance_to_work": distance,
        "obligations": np.where(eagerness < -0.5, "exempt", "partial"),
        "job_agreement_register": people.lks,
        **shared,
    }
    return ggz, wi


def _pick(values: object, keep: np.ndarray) -> object:
    return (values[0][keep], values[1][keep]) if isinstance(values, tuple) else values[keep]


def _intake_ggz(world: World) -> pa.Table:
    keep = np.flatnonzero(world.seen.form)
    columns = {name: _pick(values, keep) for name, values in _forms(world)[0].items()}
    columns |= {
        "pseudonym": world.pseudonyms.take(pa.array(keep)),
        "form_month": world.calendar.names()[world.people.enrolment[keep]],
        "consent_recorded": np.ones(len(keep), dtype=bool),
    }
    return as_table("intake_ggz", columns)


def _intake_wi(world: World, norm: np.ndarray) -> pa.Table:
    people = world.people
    everybody = np.arange(len(people))
    columns = _forms(world)[1] | {
        "pseudonym": world.pseudonyms,
        "form_month": world.calendar.names()[people.enrolment],
        "group": np.where(people.programme, "programme", "comparison"),
        "benefit_at_start": norm[everybody, people.enrolment],
    }
    return as_table("intake_wi", columns)


def _cases(world: World, norm: np.ndarray) -> pa.Table:
    people, seen, names = world.people, world.seen, world.calendar.names()
    ggz, wi = _forms(world)
    gone = ~seen.form
    joined = {
        name: (values[0], values[1] | gone) if isinstance(values, tuple) else (values, gone)
        for name, values in ggz.items()
    }
    columns = joined | wi
    columns |= {
        "pseudonym": world.pseudonyms,
        "group": np.where(people.programme, "programme", "comparison"),
        "enrolment_month": names[people.enrolment],
        "end_month": names[seen.until],
        "end_reason": np.array(["end_of_data", "no_contact", "consent_withdrawn"])[seen.reason],
        "benefit_at_start": norm[np.arange(len(people)), people.enrolment],
    }
    return as_table("cases", columns)
