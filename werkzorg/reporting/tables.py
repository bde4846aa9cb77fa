"""Tables of the reports: from rows of the results table to text in cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from werkzorg.reporting.basis import rests_on_nothing
from werkzorg.reporting.numbers import (
    LEAST_QALY,
    PER_THOUSAND,
    about,
    euro,
    euro_range,
    health_decimals,
    in_unit,
    is_missing,
    months_span,
    number,
    percent,
    range_in_unit,
    shared_step,
)
from werkzorg.reporting.parties import AT_THE_TABLE, party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import chance_phrase, label, mark, money_step, sentence
from werkzorg.reporting.verdicts_data import is_leading, tipping_text, uncertain_name
from werkzorg.wording import say

WHO = (*AT_THE_TABLE, "society")
EFFECTS = (
    ("months_worked", None),
    ("months_off_benefit", None),
    ("programme_cost", None),
    ("cost_per_placement", None),
    ("cost_per_extra_placement", None),
    ("cost_per_month_worked", None),
    ("benefit_per_euro", "municipality"),
    ("benefit_per_euro", "insurer"),
    ("qaly", None),
)
LEAST = {"months_worked": 0.5, "months_off_benefit": 0.5, "qaly": LEAST_QALY}
"""Of a quantity that stays below this at every horizon the table shows what a thousand participants have together."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table ready for a page.

    Parameters
    ----------
    name : str
        Short name, unique in a report.
    caption : str
    data : pandas.DataFrame
        Formatted text; the first column names the row.
    rows : tuple
        Rows of the results table behind it.
    notes : tuple of str
        Lines under the table.
    """

    name: str
    caption: str
    data: pd.DataFrame
    rows: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()


def interval(row: Any, lang: str) -> str:
    """80% interval of a row in its unit, in words."""
    if is_missing(row.low80) or is_missing(row.high80):
        return say("number.missing", lang)
    unit = (row.unit or "").upper()
    if unit.startswith("EUR"):
        return euro_range(row.low80, row.high80, lang, money_step(row))
    return range_in_unit(row.low80, row.high80, row.unit, lang)


def money(row: Any, lang: str) -> str:
    """Value of a money row, rounded to the width of its interval."""
    return euro(row.value, lang, money_step(row))


def who_table(results: Results, lang: str) -> Table:
    """Net result per participant at the main horizon of the parties at the table and society."""
    end = results.meta["main_horizon"]
    rows = [results.one(quantity="net", party=party, horizon=end, per="participant", view="society") for party in WHO]
    data = pd.DataFrame(
        {
            say("column.party", lang): [party_name(row.party, lang) + mark(row, lang) for row in rows],
            say("column.result", lang): [money(row, lang) for row in rows],
            say("column.range80", lang): [interval(row, lang) for row in rows],
            say("column.chance_gain", lang): [chance_phrase(row.probability, lang) for row in rows],
        }
    )
    caption = say("table.who.caption", lang, horizon=months_span(end, lang))
    return Table("who", caption, data, tuple(rows), (say("table.who.note", lang),))


def horizons_table(results: Results, party: str, lang: str) -> Table:
    """Net result of one party at all horizons: discounted with interval and chance, and the plain sum."""
    rows = results.rows(quantity="net", party=party, per="pilot", view="society")
    rows.sort(key=lambda row: row.horizon)
    plain = {row.horizon: row for row in results.rows(quantity="net", party=party, per="pilot", view="budget")}
    steps = {row.horizon: _step_beside(row, plain[row.horizon]) for row in rows}
    data = pd.DataFrame(
        {
            say("column.horizon", lang): [months_span(row.horizon, lang) + mark(row, lang) for row in rows],
            say("column.result", lang): [euro(row.value, lang, steps[row.horizon]) for row in rows],
            say("column.range80", lang): [interval(row, lang) for row in rows],
            say("column.chance_gain", lang): [chance_phrase(row.probability, lang) for row in rows],
            say("column.budget", lang): [euro(plain[row.horizon].value, lang, steps[row.horizon]) for row in rows],
        }
    )
    caption = say("table.horizons.caption", lang, party=party_name(party, lang))
    return Table(f"horizons-{party}", caption, data, tuple(rows))


def _step_beside(row: Any, other: Any) -> float:
    """Step for two amounts of one line, in which a reader sees what the difference between two ways of counting is."""
    return shared_step(row.value, other.value, min(money_step(row), money_step(other)))


def party_lines_table(results: Results, party: str, lang: str) -> Table:
    """Every flow from or to a party, with the sign that it has for that party."""
    end = results.meta["main_horizon"]
    flows = results.rows(quantity="flow", horizon=end)
    rows = sorted((row for row in flows if party in (row.payer, row.payee)), key=lambda row: -abs(row.value or 0.0))
    lines = []
    for row in rows:
        sign = 1 if row.payee == party else -1
        low, high = sorted((sign * row.low80, sign * row.high80))
        step = money_step(row)
        other = row.payer if row.payee == party else row.payee
        lines.append(
            {
                say("column.item", lang): label(row, lang, "item_label") + mark(row, lang),
                say("column.result", lang): euro(sign * row.value, lang, step),
                say("column.range80", lang): euro_range(low, high, lang, step),
                say("column.other_party", lang): party_name(other, lang),
            }
        )
    caption = say("table.party_lines.caption", lang, party=party_name(party, lang), horizon=months_span(end, lang))
    notes = (say("table.party_lines.note", lang), say("table.gross_note", lang))
    return Table(f"lines-{party}", caption, pd.DataFrame(lines), tuple(rows), notes)


def care_table(results: Results, lang: str) -> Table:
    """Before-after change of care cost taken apart."""
    rows = results.rows(quantity="care_change")
    rows.sort(key=lambda row: row.item == "total")
    data = pd.DataFrame(
        {
            say("column.item", lang): [label(row, lang, "item_label") + mark(row, lang) for row in rows],
            say("column.expected", lang): [money(row, lang) for row in rows],
            say("column.range80", lang): [interval(row, lang) for row in rows],
        }
    )
    return Table("care", say("table.care.caption", lang), data, tuple(rows), (say("table.care.note", lang),))


def effects_table(results: Results, lang: str, horizons: Sequence[int] = (12, 24, 60)) -> Table:
    """Work, cost and yield per participant at a few horizons; the interval belongs to the last of them."""
    rows, lines = [], []
    for quantity, party in EFFECTS:
        found = {r.horizon: r for r in results.rows(quantity=quantity, party=party) if r.per in ("participant", None)}
        mine = [found[horizon] for horizon in horizons if horizon in found]
        # Without placement most jobs would have been found anyway: their number is no measure of what was paid for.
        if not mine or (quantity == "cost_per_placement" and "help" in results.meta):
            continue
        rows += mine
        small = all(abs(row.value) < LEAST.get(quantity, 0) for row in mine)
        name = say(f"quantity.{quantity}", lang, party=party_name(party, lang) if party else "")
        name = say("quantity.per_thousand", lang, name=name) if small else name
        line = {say("column.quantity", lang): name + mark(mine[-1], lang)}
        widest = mine[-1] if small else None
        for horizon in horizons:
            row = found.get(horizon)
            line[months_span(horizon, lang)] = _effect(row, widest, lang) if row else say("number.missing", lang)
        ends = _thousand_range if small else interval
        line[say("column.range80_at", lang, span=months_span(horizons[-1], lang))] = ends(mine[-1], lang)
        lines.append(line)
    return Table("effects", say("table.effects.caption", lang), pd.DataFrame(lines), tuple(rows))


def _effect(row: Any, widest: Any | None, lang: str) -> str:
    """Value of one horizon; of a thousand participants together, in the decimals of the widest row of the line."""
    if widest is not None:
        return _thousand(row.value, widest, lang)
    # A yield near nothing in as many decimals as its interval.
    return number(row.value, lang, 2) if row.unit == "ratio" else in_unit(row.value, row.unit, lang, money_step(row))


def _thousand(value: float, row: Any, lang: str) -> str:
    """Value for a thousand participants together, as precise as the interval of the row."""
    total = value * PER_THOUSAND
    if not row.unit.startswith("QALY"):
        return about(total, lang)
    return number(total, lang, health_decimals(row.low80 * PER_THOUSAND, row.high80 * PER_THOUSAND))


def _thousand_range(row: Any, lang: str) -> str:
    low, high = (_thousand(end, row, lang) for end in (row.low80, row.high80))
    return say("number.between", lang, low=low, high=high)


def income_table(results: Results, lang: str, hours: Sequence[int] = (12, 24, 36)) -> Table:
    """What each household keeps above assistance alone, at a few numbers of hours, rounded to ten euros."""
    rows = [row for row in results.rows(quantity="client_gain") if row.hours in hours]
    lines = []
    for household in dict.fromkeys(row.household for row in rows):
        line = {say("column.household", lang): sentence(say(f"household.{household}", lang))}
        for hour in hours:
            found = [row for row in rows if row.household == household and row.hours == hour]
            line[say("column.hours_n", lang, n=number(hour, lang))] = (
                euro(found[0].value, lang, 10.0) if found else say("number.missing", lang)
            )
        lines.append(line)
    caption = say("table.income.caption", lang, year=results.meta["price_year"])
    return Table("income-gain", caption, pd.DataFrame(lines), tuple(rows))


def drivers_table(results: Results, party: str, lang: str) -> Table | None:
    """Assumptions on which the result of a party turns most; None when the run did not look for them."""
    rows = results.rows(quantity="finding", item="driver", party=party)
    if not rows:
        return None
    turns = {row.parameter: row for row in results.rows(quantity="finding", item="tipping", party=party)}
    missing = say("number.missing", lang)
    data = pd.DataFrame(
        {
            say("column.assumption", lang): [uncertain_name(row, lang) + mark(row, lang) for row in rows],
            say("column.driver_share", lang): [percent(row.value, lang) for row in rows],
            say("column.tipping", lang): [
                tipping_text(turns[row.parameter], lang) if row.parameter in turns else missing for row in rows
            ],
        }
    )
    caption = say("table.drivers.caption", lang, party=party_name(party, lang))
    return Table(f"drivers-{party}", caption, data, tuple(rows))


def first_answer_table(results: Results, lang: str) -> Table:
    """Sampler-free answer beside the posterior."""
    quick = [row for row in results.rows(quantity="first_answer") if is_leading(row)]
    full = {row.parameter: row for row in results.rows(quantity="parameter", stage="posterior")}
    rows = [row for row in quick if row.parameter in full]
    data = pd.DataFrame(
        {
            say("column.quantity", lang): [label(row, lang) + mark(row, lang) for row in rows],
            say("column.quick", lang): [in_unit(row.value, row.unit, lang) for row in rows],
            say("column.full", lang): [in_unit(full[row.parameter].value, row.unit, lang) for row in rows],
            say("column.range80", lang): [interval(full[row.parameter], lang) for row in rows],
        }
    )
    return Table("first-answer", say("table.first_answer.caption", lang), data, tuple(rows))


def prior_weight_table(results: Results, lang: str) -> Table:
    """How much of the uncertainty beforehand is left after the data, for the quantities that every report shows."""
    rows = results.rows(quantity="prior_weight")
    return _prior_weights([] if rests_on_nothing(results) else [row for row in rows if is_leading(row)], lang)


def all_prior_weights_table(results: Results, lang: str) -> Table:
    """The same for every quantity that the data speak of."""
    return _prior_weights([] if rests_on_nothing(results) else results.rows(quantity="prior_weight"), lang)


def _prior_weights(rows: Sequence[Any], lang: str) -> Table:
    data = pd.DataFrame(
        {
            say("column.quantity", lang): [uncertain_name(row, lang) + mark(row, lang) for row in rows],
            say("column.prior_weight", lang): [
                # Only what may not leave is missing.
                say("number.hidden", lang) if is_missing(row.value) else percent(row.value, lang)
                for row in rows
            ],
        }
    )
    notes = (say("table.prior_weight.note", lang),)
    return Table("prior-weight", say("column.prior_weight", lang), data, tuple(rows), notes)


def gates_table(results: Results, lang: str) -> Table:
    """Checks on the calculation with their limits and verdicts."""
    rows = results.gate_rows()

    def limit(row: Any, value: float | None) -> str:
        # Gates of the model are counts.
        decimals = 3 if not row.id.startswith("model.") and not is_missing(value) and abs(value) < 10 else 0
        return number(value, lang, decimals)

    data = pd.DataFrame(
        {
            say("column.check", lang): [label(row, lang) for row in rows],
            say("column.value", lang): [limit(row, row.value) for row in rows],
            say("column.warn", lang): [limit(row, row.warn) for row in rows],
            say("column.stop", lang): [limit(row, row.stop) for row in rows],
            say("column.verdict", lang): [say(f"verdict.word.{row.verdict}", lang) for row in rows],
        }
    )
    return Table("gates", say("table.gates.caption", lang), data)


def run_table(results: Results, lang: str) -> Table:
    """Facts with which the run can be repeated."""
    meta = results.meta
    shown = {
        "pilot": meta["pilot"],
        "region": meta[f"region_{lang}"] or say("number.missing", lang),
        "evidence_set": say(f"evidence.{meta['evidence_set']}", lang),
        "seed": str(meta["seed"]),
        "draws": number(meta["draws"], lang),
        "discount_rate": percent(meta["discount_rate"], lang, 2),
        "horizon": months_span(meta["horizon"], lang),
        "version": meta["version"],
        "run_id": meta["run_id"],
        "reused_fit": say("meta.yes" if meta["reused_fit"] else "meta.no", lang),
    }
    data = pd.DataFrame(
        {
            say("column.key", lang): [say(f"meta.{key}", lang) for key in shown],
            say("column.value", lang): list(shown.values()),
        }
    )
    return Table("run", say("table.run.caption", lang), data)
