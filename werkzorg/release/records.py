"""Rows that case records give: who was followed, what is missing, and the observed change of care cost in parts.

Small numbers stay hidden (`cases.small_cells`): a count below the threshold has no value, and reports write
"< 10" (or the threshold of the suppliers). Counts are rounded to five, money by the release rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from werkzorg.cases.small_cells import THRESHOLD, rounded_count
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.record_data import CareChange, RecordData
from werkzorg.ledger.decomposition import CAUSES, TIPPING, decompose
from werkzorg.pilot import Pilot
from werkzorg.release.rows import RECORDS, RECORDS_PRIOR, Row, join, row
from werkzorg.release.sources import ADMISSION, CARE, OUTPATIENT
from werkzorg.wording import LANGUAGES, say

PERCENT = 0.01
"""Shares of months are rounded to whole percentages."""

SOURCES = {
    "planned_end": CARE,
    "regression_to_mean": OUTPATIENT,
    "selection_time": ("care.work_selection", "care.trend_year"),
    "crisis_at_start": ADMISSION,
    "work": ("p_log_ggz_cost_ratio_work", "p_logor_admission_in_work"),
}


def has_people(records: RecordData | None) -> bool:
    """Whether there are records of people, not only published numbers."""
    return records is not None and sum(records.persons.values()) > 0


def refuse_small(records: RecordData | None, threshold: int = THRESHOLD) -> None:
    """Stop when there are records of so few participants that no number may rest on them."""
    if has_people(records) and records.persons.get("programme", 0) < threshold:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.too_few", values={"threshold": threshold}))


def record_rows(
    pilot: Pilot, records: RecordData | None, posterior: xr.Dataset, threshold: int = THRESHOLD
) -> Iterator[Row]:
    """All rows that only a pilot with records has."""
    if not has_people(records):
        return
    yield from fact_rows(records, threshold)
    for group, change in records.change.items():
        yield from cost_rows(pilot, group, change, threshold)
    found = decompose(pilot, records, posterior, threshold=threshold)
    if found is not None:
        yield from decomposition_rows(pilot, found)


def groups_of(records: RecordData) -> list[str]:
    """Groups that have people."""
    return [group for group, persons in records.persons.items() if persons]


def fact_rows(records: RecordData, threshold: int = THRESHOLD) -> Iterator[Row]:
    """People, follow-up and what is missing; a count too small to show has no value."""
    missing = records.missing
    whole = {
        "has_comparison": (float(records.has_comparison), "ratio"),
        "months_missing": (round(missing.months / PERCENT) * PERCENT, "fraction"),
        "amounts_missing": (round(missing.amounts / PERCENT) * PERCENT, "fraction"),
    }
    for order, (item, (value, unit)) in enumerate(whole.items()):
        yield row(f"record_fact.{item}", "record_fact", unit, RECORDS, item=item, value=value, order=order)
    for place, group in enumerate(groups_of(records), start=1):
        persons = records.persons[group]
        counts = {"persons": persons, "lost": _times(missing.lost.get(group), persons),
                  "withdrawn": _times(missing.withdrawn.get(group), persons)}  # fmt: skip
        if group == "programme":
            counts |= {"not_in_care": _times(missing.not_in_care, persons), "in_work": _times(missing.in_work, persons)}
        for order, (item, count) in enumerate(counts.items()):
            yield row(
                f"record_fact.{item}.{group}", "record_fact", "persons", RECORDS, item=item, group=group,
                value=rounded_count(count, threshold), order=10 * place + order,
            )  # fmt: skip
        if persons >= threshold:
            # The month of enrolment itself is no follow-up.
            months = float(records.seen[group][1:].sum() / persons)
            yield row(
                f"record_fact.follow_up.{group}", "record_fact", "months", RECORDS, item="follow_up", group=group,
                value=float(round(months)), order=10 * place + 9,
            )  # fmt: skip


def _times(share: float | None, persons: int) -> int:
    return 0 if share is None or np.isnan(share) else round(share * persons)


def cost_rows(pilot: Pilot, group: str, change: CareChange, threshold: int = THRESHOLD) -> Iterator[Row]:
    """Mean cost of a group before and after enrolment, when it may be shown."""
    if change.persons < threshold or change.dominated:
        return
    for order, item in enumerate(("before", "after")):
        value = round(getattr(change, item) / change.base) * change.base
        yield row(
            f"observed_cost.{group}.{item}", "observed_cost", pilot.money_unit, RECORDS, item=item, group=group,
            value=value, horizon=MONTHS_PER_YEAR * change.year, per="participant", order=order,
            names={"group": _group_name(group)},
        )  # fmt: skip


def _group_name(group: str) -> dict[str, str]:
    return {lang: say(f"group.{group}", lang) for lang in LANGUAGES}


def decomposition_rows(pilot: Pilot, found: xr.Dataset) -> Iterator[Row]:
    """Parts of the observed change, and how large another cause must be for the effect of work to vanish."""
    common = {"horizon": MONTHS_PER_YEAR * found.attrs["year"], "per": "participant"}
    sources = SOURCES | {"chance": tuple(name for names in SOURCES.values() for name in names)}
    for order, cause in enumerate(CAUSES):
        yield row(
            f"decomposition.{cause}", "decomposition", pilot.money_unit, RECORDS_PRIOR, item=cause, order=order,
            draws=found["part"].sel(cause=cause).values, parameters=join(sources[cause]), **common,
        )  # fmt: skip
    observed = float(found.attrs["after"] - found.attrs["before"])
    yield row("decomposition.observed", "decomposition", pilot.money_unit, RECORDS, item="observed", value=observed,
              order=len(CAUSES), **common)  # fmt: skip
    for order, item in enumerate(TIPPING):
        names = SOURCES["selection_time" if item == "selection" else "regression_to_mean"]
        for quantity in ("needed", "assumed"):
            made = row(
                f"vanishing.{item}.{quantity}", f"vanishing_{quantity}", "fraction", RECORDS_PRIOR, item=item,
                draws=found[quantity].sel(tipping=item).values, parameters=join(names), order=order, **common,
            )  # fmt: skip
            yield made | {"value": made["median"], "probability": float(found["thought"].sel(tipping=item))}
