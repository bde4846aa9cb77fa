"""Rows of the checks of the model: verdict and sentence of each, and what it compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from werkzorg.appraisal.checks import HARD_SHARE, Check
from werkzorg.cases.doubts import OF_AMOUNTS, OF_COMPARISON
from werkzorg.inference.record_data import RecordData
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.rows import Row, row
from werkzorg.wording import LANGUAGES, say

FROM_BANDS = (
    "work_programme",
    "work_comparison",
    "exits",
    "leaving",
    "leaving_calendar",
    "care",
    "cost",
    "cost_change",
    "snapshots",
)
"""Checks that compare what was seen with what the model expects."""


MOST_MISSING = 0.5
"""Share of the expected months from which on the answer is one about who was followed: then there is none."""

PERCENT = 0.01

OTHER_UNIT = 50.0
"""So many times away from the shipped price is another unit, and no other contract."""


def check_rows(checks: Sequence[Check], rests_on: str) -> Iterator[Row]:
    """One row per check, and one per line of it."""
    for order, check in enumerate(checks):
        named = {f"item_label_{lang}": say(f"check.{check.id}", lang) for lang in LANGUAGES}
        value = None if check.passed is None else float(check.passed)
        yield row(
            f"check.{check.id}", "check", "ratio", rests_on, item=check.id, value=value, order=order, **named,
            **{f"label_{lang}": check.sentence(lang) for lang in LANGUAGES},
        )  # fmt: skip
        for place, line in enumerate(check.lines):
            yield row(
                f"check_line.{check.id}.{place}", "check_line", line.unit, rests_on, item=check.id, order=place,
                value=line.observed, mean=line.expected, low99=line.low, high99=line.high, inside=int(line.inside),
                month=line.month, party=line.party, **named,
                **{f"label_{lang}": line.label(lang) for lang in LANGUAGES},
            )  # fmt: skip


def check_gates(checks: Sequence[Check]) -> list[Row]:
    """Gates that follow from the checks.

    A misfit is a warning, and so is an answer that rests on one person; a prior that allows nonsense is a stop.
    """
    failed = sum(check.passed is False for check in checks if check.id in FROM_BANDS)
    sane = all(check.passed for check in checks if check.id == "prior")
    gates = [
        {"id": "model.fit", "value": float(failed), "warn": 0.0, "stop": None, "verdict": "warn" if failed else "ok"},
        {"id": "model.prior", "value": float(not sane), "warn": None, "stop": 0.0, "verdict": "ok" if sane else "stop"},
    ]
    for check in checks:
        if check.id == "extremes" and check.passed is not None:
            verdict = "ok" if check.passed else "warn"
            value = float(not check.passed)
            gates.append({"id": "model.extremes", "value": value, "warn": 0.0, "stop": None, "verdict": verdict})
    return [gate | {f"label_{lang}": say(f"gate.{gate['id']}", lang, share=f"{HARD_SHARE:.0%}") for lang in LANGUAGES}
            for gate in gates]  # fmt: skip


def price_gates(pilot: Pilot) -> list[Row]:
    """A gate that stops when a price of the pilot itself is in another unit, such as thousands of euros or cents.

    Parameters
    ----------
    pilot : Pilot
    """
    own, shipped = catalogue_of(pilot), catalogue()
    named = [str(override["id"]) for override in pilot.parameters if shipped.get(str(override["id"])).is_money]
    ratios = [own.amount(name, pilot.valuation_date).value / shipped.amount(name, pilot.valuation_date).value
              for name in named if shipped.amount(name, pilot.valuation_date).value > 0]  # fmt: skip
    far = sum(ratio > 0 and not 1 / OTHER_UNIT < ratio < OTHER_UNIT for ratio in ratios)
    verdict = "stop" if far else "ok"
    gate = {"id": "data.prices", "value": float(far), "warn": None, "stop": 0.0, "verdict": verdict}
    labels = {f"label_{lang}": say("gate.data.prices", lang, times=int(OTHER_UNIT)) for lang in LANGUAGES}
    return [gate | labels] if named else []


def data_gates(records: RecordData | None, doubts: Collection[str] = ()) -> list[Row]:
    """Gates that follow from the delivery: too many months missing is a stop, something to look at a warning.

    The label is the same whatever there is to look at: it may not tell what nobody should be known by.

    Parameters
    ----------
    records : RecordData or None
    doubts : collection of str
        Names from `cases.doubts`.
    """
    if records is None or not sum(records.persons.values()):
        return []
    missing = round(records.missing.months / PERCENT) * PERCENT
    stop = "stop" if missing >= MOST_MISSING else "ok"
    gates = [{"id": "data.missing", "value": missing, "warn": None, "stop": MOST_MISSING, "verdict": stop}]
    for name, about in (("amounts", OF_AMOUNTS), ("comparison", OF_COMPARISON)):
        found = any(doubt in about for doubt in doubts)
        verdict = "warn" if found else "ok"
        gates.append({"id": f"data.{name}", "value": float(found), "warn": 0.0, "stop": None, "verdict": verdict})
    return [gate | {f"label_{lang}": say(f"gate.{gate['id']}", lang) for lang in LANGUAGES} for gate in gates]
