"""Sentences about case records: who was followed, and what made the cost of care change."""

from __future__ import annotations

from typing import Any

from werkzorg.reporting.basis import say_basis
from werkzorg.reporting.numbers import (
    chance,
    euro,
    euro_in_text,
    gain,
    gain_range,
    is_missing,
    months_span,
    number,
    percent,
    round_to,
)
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import money_step, the_party
from werkzorg.wording import probability_word, say

FALLS_BY_ITSELF = ("planned_end", "regression_to_mean")

MOSTLY = 0.5
"""From this share on a result is said to rest mainly on prior knowledge."""


def fact(results: Results, item: str, group: str | None = None) -> Any | None:
    """Row of one fact about the records."""
    return results.maybe(quantity="record_fact", item=item, group=group)


def persons_text(results: Results, row: Any, lang: str) -> str:
    """A count of people: about so many, or that it is not shown; never why, since that tells how many (SDC-15)."""
    if is_missing(row.value):
        return say("small.fewer", lang)
    return say("small.about", lang, n=number(row.value, lang))


def records_verdict(results: Results, lang: str) -> str:
    """How many people were followed, for how long, whether there is a comparison group, and what is missing."""
    persons, months = fact(results, "persons", "programme"), fact(results, "follow_up", "programme")
    texts = [
        say("verdict.records", lang, persons=number(persons.value, lang), months=months_span(months.value, lang)),
        comparison_verdict(results, lang),
    ]
    missing = [percent(fact(results, item).value, lang) for item in ("months_missing", "amounts_missing")]
    texts.append(say("verdict.records.missing", lang, months=missing[0], amounts=missing[1]))
    return " ".join(texts)


def comparison_verdict(results: Results, lang: str) -> str:
    """Whether there is a comparison group, and what that means."""
    found = fact(results, "persons", "comparison")
    if found is None:
        return say("verdict.no_comparison", lang)
    if is_missing(found.value):
        return say_basis(results, "verdict.records.small_comparison", lang)
    return say("verdict.records.comparison", lang, n=number(found.value, lang))


def year_text(row: Any, lang: str) -> str:
    """Name of the year after enrolment that a row is about."""
    return say("year.first" if row.horizon == 12 else "year.second", lang)


def decomposition_verdict(results: Results, lang: str) -> list[str]:
    """What was measured, what is due to work, what falls by itself; empty when the split may not be shown."""
    work = results.maybe(quantity="decomposition", item="work")
    if work is None:
        return []
    before, after = (
        results.one(quantity="observed_cost", group="programme", item=item) for item in ("before", "after")
    )
    kind = "same" if before.value == after.value else "fall" if after.value < before.value else "rise"
    values = {"before": euro_in_text(before.value, lang), "year": year_text(work, lang)}
    if kind != "same":
        values["after"] = euro_in_text(after.value, lang)
    step = money_step(work)
    saves = "saves" if work.value <= 0 else "costs"
    measured = [say(f"verdict.decomposition.{kind}", lang, **values), _compared(results, lang)]
    due = [say(
        f"verdict.decomposition.work_{saves}", lang, work=euro_in_text(work.value, lang, step),
        range=change_range(work.low80, work.high80, lang, step),
    )]  # fmt: skip
    start = results.maybe(quantity="decomposition", item="crisis_at_start")
    if work.value <= 0 and start is not None and round_to(start.value, money_step(start)) > 0:
        due.append(say("verdict.decomposition.start", lang, start=euro_in_text(start.value, lang, money_step(start))))
    if work.low95 <= 0 <= work.high95:
        due.append(say("verdict.care.work_uncertain", lang))
    natural = sum(results.one(quantity="decomposition", item=item).value for item in FALLS_BY_ITSELF)
    if natural < 0:
        due.append(say("verdict.decomposition.itself", lang, natural=euro_in_text(natural, lang, 100.0)))
    return [" ".join(measured), " ".join(due)]


def _compared(results: Results, lang: str) -> str:
    rows = {row.item: row for row in results.rows(quantity="observed_cost", group="comparison")}
    if not rows:
        return say("verdict.decomposition.no_comparison", lang)
    values = {item: euro_in_text(row.value, lang) for item, row in rows.items()}
    return say("verdict.decomposition.comparison", lang, **values)


def chance_verdict(results: Results, lang: str) -> str:
    """What chance alone does to the change of mean cost in a group of this size (99%); empty when it is not known."""
    line = results.maybe(quantity="check_line", item="cost_change")
    if line is None:
        return ""
    kind = "chance" if line.inside else "no_chance"
    span = change_range(line.low99, line.high99, lang, 100.0)
    return say(f"verdict.decomposition.{kind}", lang, range=span)


def change_range(low: float, high: float, lang: str, step: float) -> str:
    """Range of a change of cost in words: `tussen een daling van € 250 en een daling van € 70`."""
    return say("number.between", lang, low=change(low, lang, step), high=change(high, lang, step))


def change(value: float, lang: str, step: float) -> str:
    """A change of cost in words."""
    if round_to(value, step) == 0:
        return say("number.no_difference", lang)
    return say("number.fall" if value < 0 else "number.rise", lang, amount=euro_in_text(value, lang, step))


def relative(value: float, lang: str) -> str:
    """A relative change of cost: `21% lager`."""
    return say("number.lower" if value < 0 else "number.higher", lang, share=percent(abs(value), lang))


def vanishing_verdict(results: Results, lang: str) -> str:
    """How large another cause must be for the effect of work to vanish; empty when work saves nothing."""
    work = results.maybe(quantity="decomposition", item="work")
    if work is None or work.value >= 0:
        return ""
    texts = []
    for item in ("selection", "natural"):
        needed, assumed = (results.one(quantity=f"vanishing_{kind}", item=item) for kind in ("needed", "assumed"))
        values = {"needed": relative(needed.value, lang), "assumed": relative(assumed.value, lang)}
        texts.append(say(f"verdict.vanishing.{item}", lang, **values))
        texts.append(say("verdict.vanishing.thought", lang, chance=chance(needed.probability, lang)))
    return " ".join(texts)


def lost_verdict(results: Results, party: str, lang: str) -> str:
    """What people who were lost may do to the answer for a party; empty when nobody was lost."""
    rows = results.rows(quantity="dropout", party=party)
    if not rows:
        return ""
    run = results.one(quantity="net", party=party, horizon=rows[0].horizon, per="participant", view="society")
    step, values = money_step(run), {"the": the_party(party, lang), "chance": chance(run.probability, lang)}
    values["gain"] = gain(run.value, lang, step)
    low, high = (round_to(end(row.value for row in rows), step) for end in (min, max))
    values["range"] = gain(low, lang, step) if low == high else gain_range(low, high, lang, step)
    first, last = (chance(end(row.probability for row in rows), lang) for end in (min, max))
    values["chances"] = first if first == last else say("number.between", lang, low=first, high=last)
    amounts = [round_to(row.value, step) for row in (run, *rows)]
    words = {probability_word(row.probability, lang) for row in (run, *rows)}
    # An amount that rounds to nothing is no loss beside a gain.
    if min(amounts) < 0 < max(amounts):
        kind = "turns"
    elif len(words) > 1:
        kind = "odds"
    else:
        kind = "size" if 0 in amounts and any(amounts) else "stands"
    same = low == high == round_to(run.value, step)
    found = say("verdict.lost.same" if same else "verdict.lost.range", lang, **values)
    return " ".join([say("verdict.lost", lang), found, say(f"verdict.lost.{kind}", lang)])


def prior_mostly_verdict(results: Results, party: str, lang: str) -> str:
    """That the answer for a party rests mainly on prior knowledge; empty when it does not, or is not known."""
    row = results.maybe(quantity="check_line", item="prior_knowledge", party=party)
    if row is None or row.value < MOSTLY:
        return ""
    return say("front.prior_mostly", lang, the=the_party(party, lang), share=chance(row.value, lang))


def signed(row: Any, lang: str) -> str:
    """A part of a change for a table, rounded to the width of its interval; a measured one as it is."""
    return euro(row.value, lang, None if is_missing(row.low80) else money_step(row))
