"""Rounding of the table that leaves: so coarse that one person more or less, or another seed, prints the same.

A step is the first of 1, 2, 5 x 10^k that is at least twice the spread between persons over their number (SDC-09), and
at least four times the error of the calculation (SDC-20). Totals are rounded apart from their parts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from werkzorg.cases.small_cells import MONEY_BASE, THRESHOLD
from werkzorg.release.annotate import ALL_PEOPLE, withheld
from werkzorg.release.gate import ERROR_PART, RULES, WITHHELD, Cell, Rule, refused_by, step_at_least
from werkzorg.release.rows import Row

ENDS = ("value", "mean", "median", "low50", "high50", "low80", "high80", "low95", "high95", "low99", "high99")

WIDTH_80 = 2.563
"""Width of a central 80% interval of a normal distribution, in standard deviations."""

ERROR_OF_END = 2.67
"""Error of the 2.5% and 97.5% points of normal draws, in standard deviations over the square root of their number."""

LEAST_STEP_OF_CHANCE = 0.01
DIGITS = 2
"""Figures kept of a number that has neither an interval nor an error of its own."""

MONEY_UNIT = "EUR_"


def spread(row: Mapping[str, object]) -> float | None:
    """Standard deviation of the draws behind a row, from its 80% interval; None without one."""
    low, high = row.get("low80"), row.get("high80")
    return None if low is None or high is None else (float(high) - float(low)) / WIDTH_80


def cell_of_estimate(row: Mapping[str, object], persons: int, draws: int) -> Cell:
    """What the gate must know of an estimate: the step it needs, the step it gets, and its error.

    Parameters
    ----------
    row : mapping
        Unrounded row.
    persons, draws : int
        People and draws behind it.
    """
    sd = spread(row)
    if sd is None:
        error = row.get("standard_error")
        least, error = 0.0, None if error is None else float(error)
    else:
        # The spread of a mean over n persons is that between persons over the root of n: SD / n = spread / root n.
        least, error = 2 * sd / math.sqrt(persons), ERROR_OF_END * sd / math.sqrt(draws)
    floor = MONEY_BASE if str(row.get("unit")).startswith(MONEY_UNIT) else 0.0
    needed = max(least, 4 * (error or 0.0), floor)
    if sd is None:
        needed = max(needed, _digits_step(row.get("value")))
    base = step_at_least(needed) or None
    value = row.get("value")
    value = None if value is None or base is None else _to_step(float(value), base)
    return Cell("model", persons, value=value, base=base, least_base=max(least, floor), error=error)


def rounded_table(
    rows: Sequence[Row], persons: int, draws: int, *, threshold: int = THRESHOLD, rules: Mapping[str, Rule] = RULES
) -> list[Row]:
    """Rows as they leave: estimates from records rounded, what cannot be made safe withheld.

    Parameters
    ----------
    rows : sequence of Row
        Annotated rows of a run.
    persons, draws : int
        People and draws behind the estimates.
    threshold : int
        Fewest people.
    rules : mapping of callable
        Rules that hold.
    """
    made = []
    for row in rows:
        if row.get("set_id") != ALL_PEOPLE or row.get("checks") == WITHHELD or row.get("number_class") != "model":
            made.append(dict(row))
            continue
        cell = cell_of_estimate(row, persons, draws)
        refused = refused_by(cell, threshold, rules)
        if refused:
            made.append(withheld(row, refused))
            continue
        made.append(_rounded(row, cell.base, draws) | {"checks": f"{row['checks']}; SDC-09; SDC-20"})
    return made


def _rounded(row: Row, base: float | None, draws: int) -> Row:
    found = dict(row)
    if row.get("standard_error") is not None and base is not None:
        # The error itself is a function of the draws, and so of the data: the step gives its bound.
        found["standard_error"] = ERROR_PART * base
    chance = row.get("unit") == "probability" and spread(row) is None
    for name in ENDS:
        if row.get(name) is not None:
            value = float(row[name])
            found[name] = round_chance(value, draws) if chance else value if base is None else _to_step(value, base)
    if row.get("probability") is not None:
        found["probability"] = round_chance(float(row["probability"]), draws)
    return found


def round_chance(chance: float, draws: int) -> float:
    """A share of draws, in steps of at least four times its error and one percent."""
    step = max(step_at_least(4 * math.sqrt(max(chance * (1 - chance), 0.0) / draws)), LEAST_STEP_OF_CHANCE)
    return min(max(_to_step(chance, step), 0.0), 1.0)


def _digits_step(value: object) -> float:
    """Step that leaves so many figures of a number."""
    size = abs(float(value)) if value is not None else 0.0
    return 10.0 ** (math.floor(math.log10(size)) - DIGITS + 1) if size > 0 else 0.0


def _to_step(value: float, base: float) -> float:
    # Ten figures: a multiple of 0.05 is written as such.
    return float(f"{round(value / base) * base:.10g}") + 0.0
