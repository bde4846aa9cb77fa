"""Rows about people: states, placement, months worked, income of the participant, care."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from werkzorg.ledger.care_change import CAUSES
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import HOUSEHOLDS, Pilot, months_between
from werkzorg.release.rows import PRIOR, RECORDS_PRIOR, RULE, Row, join, row
from werkzorg.release.sources import ADMISSION, BIJSTAND, CARE, JOBS, MINIMUM_WAGE, OUTPATIENT, WORK
from werkzorg.rules import law_on
from werkzorg.rules.client import net_income
from werkzorg.wording import LANGUAGES, say

SHOWN_HOURS = (0, 8, 12, 16, 20, 24, 28, 32, 36)
FUNNEL_MONTHS = (12, 24)
AFTER_DISREGARD = 37
"""Month in the job in which no temporary disregard holds any more: the lasting situation."""

MEMO_UNITS = {
    "months_worked": "months",
    "hours_worked": "hours",
    "months_off_benefit": "months",
    "job_starts": "persons",
    "qaly": "QALY",
}


def state_rows(trajectory: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """Share of participants in each state by month, in both arms."""
    occupancy = trajectory["occupancy"]
    for arm in occupancy["arm"].values.tolist():
        for state in occupancy["state"].values.tolist():
            shares = occupancy.sel(arm=arm, state=state).values
            names = {
                key: {lang: say(f"{key}.{value}", lang) for lang in LANGUAGES}
                for key, value in (("arm", arm), ("state", state))
            }
            for month in range(shares.shape[1]):
                yield row(
                    f"state_share.{arm}.{state}.{month}", "state_share", "fraction", rests_on, arm=arm, state=state,
                    month=month, draws=shares[:, month], parameters=join(WORK), names=names | {"month": month},
                )  # fmt: skip


def funnel_rows(pilot: Pilot, trajectory: xr.Dataset, appraisal: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """Shares of participants who ever started a job, are at work, and are at work and off benefit, after a while."""
    occupancy = trajectory["occupancy"].sel(arm="programme")
    for month in (month for month in FUNNEL_MONTHS if month in pilot.horizons()):
        off = occupancy.sel(state="work_off", month=month)
        shares = {
            "funnel_placed": appraisal["outcome_programme"].sel(memo="first_jobs", horizon=month),
            "funnel_working": occupancy.sel(state="work_supplement", month=month) + off,
            "funnel_off_benefit": off,
        }
        for order, (item, draws) in enumerate(shares.items()):
            yield row(
                f"funnel.{item}.{month}", "funnel", "fraction", rests_on, arm="programme", item=item, month=month,
                order=order, draws=draws.values, parameters=join(WORK), names={"month": month},
            )  # fmt: skip


def placement_rows(pilot: Pilot, numbers: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """Predicted numbers ever placed and at work at the end, their distribution, and the chance of the criterion."""
    month = round(months_between(pilot.start, pilot.end))
    for item, variable in (("ever", "placed"), ("working", "working")):
        yield row(
            f"placed.{item}", "placed", "persons", rests_on, item=item, month=month, per="pilot",
            draws=numbers[variable].values, parameters=join(WORK), names={"planned": pilot.participants_planned},
        )  # fmt: skip
    for item, variable in (("ever", "placed"), ("working", "working")):
        shares = np.bincount(numbers[variable].values.astype(int), minlength=pilot.participants_planned + 1)
        quantity = "placed_pmf" if item == "ever" else "working_pmf"
        for count, share in enumerate(shares / shares.sum()):
            yield row(
                f"{quantity}.{count}", quantity, "probability", rests_on, item=item, count=count, month=month,
                value=float(share), parameters=join(WORK), names={"count": count},
            )  # fmt: skip
    if pilot.criterion is not None:
        own = pilot.criterion.measure
        other = "working" if own == "placed" else "placed"
        for quantity, variable in (("probability_criterion", own), ("probability_criterion_other", other)):
            chance = float((numbers[variable] >= pilot.criterion.at_least).mean())
            item = "ever" if variable == "placed" else "working"
            yield row(
                quantity, quantity, "probability", rests_on, item=item, month=month, per="pilot", value=chance,
                probability=chance, parameters=join(WORK),
                names={"least": pilot.criterion.at_least, "of": pilot.criterion.of},
            )  # fmt: skip


def outcome_rows(pilot: Pilot, appraisal: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """Extra months and hours worked, months off benefit, job starts and QALYs per participant, by horizon."""
    for memo, unit in MEMO_UNITS.items():
        sources = (*WORK, "p_utility_gain_in_work") if memo == "qaly" else (*WORK, *JOBS)
        for horizon in pilot.horizons():
            yield row(
                f"{memo}.{horizon}", memo, unit, rests_on, horizon=horizon, per="participant",
                draws=appraisal["outcome"].sel(memo=memo, horizon=horizon).values, parameters=join(sources),
                names={"months": horizon},
            )  # fmt: skip
    main = pilot.main_horizon_months
    yield row(
        f"qaly_care.{main}", "qaly_care", MEMO_UNITS["qaly"], rests_on, horizon=main, per="participant", view="care",
        draws=appraisal["outcome_care"].sel(memo="qaly").values,
        parameters=join((*WORK, "p_utility_gain_in_work", "disc.zin.effects")), names={"months": main},
    )  # fmt: skip


def income_rows(pilot: Pilot) -> Iterator[Row]:
    """Net income by household and hours, at the minimum wage, after temporary disregards have ended."""
    law = law_on(catalogue_of(pilot), pilot.valuation_date, pilot.valuation_date)
    unit = f"{pilot.money_unit}/month"
    # After the disregards have ended they play no part.
    sources = join((*BIJSTAND, *MINIMUM_WAGE))
    for household in HOUSEHOLDS:
        name = {lang: say(f"household.{household}", lang) for lang in LANGUAGES}
        for hours in SHOWN_HOURS:
            income = net_income(hours, household, AFTER_DISREGARD, law)
            parts = {
                "bijstand": float(income.bijstand) if hours == 0 else 0.0,
                "wage": float(income.wage),
                "supplement": float(income.supplement) if hours else 0.0,
            }
            parts["total"] = sum(parts.values())
            common = {"household": household, "hours": hours, "parameters": sources,
                      "names": {"household": name, "hours": hours}}  # fmt: skip
            for item, value in parts.items():
                yield row(
                    f"client_income.{household}.{hours}.{item}",
                    "client_income",
                    unit,
                    RULE,
                    item=item,
                    value=value,
                    **common,
                )
            gain = parts["total"] - float(income.bijstand)
            yield row(f"client_gain.{household}.{hours}", "client_gain", unit, RULE, value=gain, **common)


def care_rows(pilot: Pilot, change: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """Before-after change of GGZ cost in the programme arm, split into its causes."""
    sources = {
        "planned_end": CARE,
        "regression_to_mean": OUTPATIENT,
        "crisis_at_start": (*ADMISSION, *WORK[:4]),
        "work": (*OUTPATIENT, *ADMISSION, *WORK[:4]),
    }
    sources["total"] = tuple(name for names in sources.values() for name in names)
    draws = {cause: change["change"].sel(cause=cause).values for cause in CAUSES} | {"total": change["total"].values}
    for order, (item, values) in enumerate(draws.items()):
        # Counts say something of work, and nothing of care; records say something of both.
        of_work = item in ("work", "crisis_at_start", "total")
        rests = rests_on if of_work or rests_on == RECORDS_PRIOR else PRIOR
        yield row(
            f"care_change.{item}", "care_change", pilot.money_unit, rests, arm="programme", item=item, order=order,
            per="participant", draws=values, parameters=join(sources[item]),
        )  # fmt: skip
    yield row(
        "care_before", "care_before", pilot.money_unit, rests_on if rests_on == RECORDS_PRIOR else PRIOR,
        per="participant", draws=change["before"].values, parameters=join((*OUTPATIENT, *ADMISSION)),
    )  # fmt: skip
