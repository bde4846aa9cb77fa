"""Sentences about what the numbers rest on, about the checks of the calculation, and about income by hours."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from typing import Any

from werkzorg.constants import PRIOR_DOMINANCE
from werkzorg.reporting.basis import has_records, say_basis
from werkzorg.reporting.numbers import euro_in_text, in_unit, is_missing, long_date, number, round_to
from werkzorg.reporting.results import ORDER_OF_THE_REST, Results
from werkzorg.reporting.verdicts import label, listing
from werkzorg.reporting.verdicts_records import records_verdict
from werkzorg.wording import catalogue, say

_INCOME_STEP = 10.0
"""Euros to which monthly incomes are rounded in sentences."""

_TRAP_BELOW = 0.25
"""Share of the steepest gain per hour below which a step up in hours counts as hardly paying."""


def data_verdict(results: Results, lang: str) -> str:
    """What was counted, on which date, and that there is no comparison group."""
    if has_records(results):
        return records_verdict(results, lang)
    meta = results.meta
    known = {name: count for name, count in meta["counts"].items() if count is not None}
    if not known:
        return f"{say_basis(results, 'verdict.no_counts', lang)} {say('verdict.no_comparison', lang)}"
    words = catalogue()
    named = [
        f"{number(n, lang)} " + (words[f"count.{k}"][lang] if f"count.{k}" in words else k) for k, n in known.items()
    ]
    text = say(
        "verdict.data",
        lang,
        date=long_date(meta["snapshot_date"], lang),
        counts=listing(named, lang),
        enrolled=number(meta["enrolled"], lang),
    )
    alike = {0: "nobody", meta["enrolled"]: "everybody"}.get(known.get("working", -1))
    if alike:
        text += " " + say(f"verdict.placed.{alike}", lang)
    return f"{text} {say('verdict.no_comparison', lang)}"


def prior_verdict(results: Results, lang: str) -> str:
    """Which estimated quantities rest on prior knowledge alone, and about which the counts say little."""
    rows = [row for row in results.rows(quantity="parameter", stage="posterior") if is_leading(row)]
    alone = [row for row in rows if row.rests_on == "prior"]
    if not alone:
        text = say_basis(results, "verdict.prior_none", lang, n=number(len(rows), lang))
    else:
        names = _few(alone, lang)
        text = say("verdict.prior_share", lang, n=number(len(rows), lang), prior=number(len(alone), lang), names=names)
    weights = [row for row in results.rows(quantity="prior_weight") if is_leading(row)]
    little = [row for row in weights if row.rests_on != "prior" and row.value and row.value > PRIOR_DOMINANCE]
    if little:
        text += " " + say_basis(results, "verdict.little", lang, names=_few(little, lang))
    return text


def is_leading(row: Any) -> bool:
    """Whether a row is about one of the quantities that every report shows, not only the technical one."""
    return row.order is None or row.order < ORDER_OF_THE_REST


def _few(rows: Sequence[Any], lang: str, most: int = 2) -> str:
    """Labels of the first rows, and how many others there are."""
    named = [_quoted(label(row, lang)) for row in rows[:most]]
    rest = len(rows) - most
    if rest > 0:
        named.append(say("list.others" if rest > 1 else "list.other", lang, n=number(rest, lang)))
    return listing(named, lang)


def _quoted(text: str) -> str:
    """Label in the middle of a sentence: in quotes, because labels hold commas; what stands in brackets is left out."""
    return f"‘{re.sub(r' *\([^()]*\)$', '', text)}’"


def driver_verdict(results: Results, party: str, lang: str, most: int = 2) -> str:
    """The assumptions on which the result of a party turns, from `finding` rows of item `driver`; empty without."""
    rows = results.rows(quantity="finding", item="driver", party=party)
    rows = sorted(rows, key=lambda row: -abs(row.value or 0.0))[:most]
    if not rows:
        return ""
    text = say("verdict.driver", lang, names=listing([_quoted(label(row, lang)) for row in rows], lang))
    return f"{text} {_tipping(results, party, [row.parameter for row in rows], lang)}"


def _tipping(results: Results, party: str, parameters: Sequence[str], lang: str) -> str:
    rows = results.rows(quantity="finding", item="tipping", party=party, parameter=list(parameters))
    known = [row for row in rows if row.value is not None]
    if not known:
        return say("verdict.tipping.none", lang)
    points = [
        say("verdict.tipping.point", lang, name=_quoted(label(row, lang)), value=tipping_text(row, lang))
        for row in known
    ]
    return say("verdict.tipping", lang, points=listing(points, lang))


def tipping_text(row: Any, lang: str) -> str:
    """Value at which a result turns."""
    return uncertain_value(row.value, row.unit, lang)


def uncertain_value(value: float | None, unit: str | None, lang: str) -> str:
    """A value of the model in its unit; a logarithm is shown as the factor that it stands for."""
    if is_missing(value):
        return say("number.missing", lang)
    if (unit or "").startswith("log"):
        return say("report.factor", lang, value=number(math.exp(value), lang, 2))
    # Of an end of an interval of a large amount no more than three digits say something.
    large = (unit or "").startswith("EUR") and abs(value) >= 1000
    return in_unit(value, unit, lang, 10.0 ** (math.floor(math.log10(abs(value))) - 2) if large else None)


def uncertain_name(row: Any, lang: str) -> str:
    """Name that goes with :func:`uncertain_value`: nothing is said of a logarithm that the reader does not see."""
    return re.sub(r" *\(log[^()]*\)$", "", label(row, lang))


def gates_verdict(results: Results, lang: str) -> str:
    """Verdict on the checks of the calculation, with the names of those that were not passed."""
    verdict = results.meta["gates_verdict"]
    if verdict == "ok":
        return say("verdict.gates.ok", lang)
    failed = [_quoted(label(row, lang)) for row in results.gate_rows() if row.verdict != "ok"]
    return say(f"verdict.gates.{verdict}", lang, names=listing(failed, lang))


def local_verdict(results: Results, lang: str) -> str:
    """How many values the pilot replaced by its own; empty when none."""
    count = sum(bool(row.local) for row in results.assumption_rows())
    identifier = "verdict.local" if count != 1 else "verdict.local_one"
    return say_basis(results, identifier, lang, n=number(count, lang)) if count else ""


def income_verdict(row: Any, lang: str) -> str:
    """What one number of hours leaves a person above assistance alone, from a row `client_gain`."""
    kind = "zero" if round_to(row.value, _INCOME_STEP) == 0 else "gain" if row.value > 0 else "loss"
    values = {"hours": number(row.hours, lang), "gain": euro_in_text(row.value, lang, _INCOME_STEP)}
    return say(f"verdict.income.{kind}", lang, household=say(f"household.{row.household}", lang), **values)


def flat_until(rows: Sequence[Any]) -> int:
    """Most hours of work a week with which a household keeps nothing above assistance; 0 when each hour pays.

    Parameters
    ----------
    rows : sequence of namedtuples
        Rows `client_gain` of one household.
    """
    ordered = sorted(rows, key=lambda row: row.hours)
    flat = list(itertools.takewhile(lambda row: round_to(row.value, _INCOME_STEP) <= 0, ordered))
    return int(flat[-1].hours) if len(flat) > 1 else 0


def trap_verdict(rows: Sequence[Any], lang: str) -> str:
    """The step up in hours that pays least, when it pays clearly less than others; empty when every step pays.

    Parameters
    ----------
    rows : sequence of namedtuples
        Rows `client_gain` of one household.
    lang : {"nl", "en"}
    """
    ordered = sorted(rows, key=lambda row: row.hours)
    if hours := flat_until(rows):
        household = say(f"household.{ordered[0].household}", lang)
        return say("verdict.income.flat", lang, to=number(hours, lang), household=household)
    steps = [
        ((after.value - before.value) / (after.hours - before.hours), before, after)
        for before, after in itertools.pairwise(ordered)
    ]
    if not steps:
        return ""
    worst, before, after = min(steps, key=lambda step: step[0])
    if worst > _TRAP_BELOW * max(pay for pay, *_ in steps):
        return ""
    extra = after.value - before.value
    kind = "_zero" if round_to(extra, _INCOME_STEP) == 0 else "_loss" if extra < 0 else ""
    return say(
        f"verdict.income.trap{kind}",
        lang,
        **{"from": number(before.hours, lang), "to": number(after.hours, lang)},
        extra=euro_in_text(extra, lang, _INCOME_STEP),
        household=say(f"household.{before.household}", lang),
    )
