"""Sentences about deciding: what knowing more is worth and to whom, who should pay, budgets per calendar year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.reporting.basis import rests_on_nothing
from werkzorg.reporting.numbers import chance, euro_in_text, months_span, number, percent, round_to
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import chance_phrase, label, listing, money_step, sentence, the_party
from werkzorg.reporting.verdicts_data import uncertain_name
from werkzorg.reporting.verdicts_records import prior_mostly_verdict
from werkzorg.wording import say

MUCH = 0.25
"""Share of the worth of knowing everything from which a subject is said to count most."""

NOTHING = 100.0
"""Euros for all participants below which knowing is said to be worth next to nothing."""


def rough_step(value: float) -> float:
    """Rounding step that leaves two digits of an amount: the worth of knowing is known no better."""
    return 10.0 ** max(0, math.floor(math.log10(abs(value))) - 1) if value else 1.0


def rough_euro(value: float, lang: str) -> str:
    """An amount for running text with two digits."""
    return euro_in_text(value, lang, rough_step(value))


def knowing_verdict(results: Results, party: str, lang: str) -> list[str]:
    """What knowing more is worth to a party and to all together, what to know, and which study pays.

    Parameters
    ----------
    results : Results
        Reads `evpi_worth`, `evppi`, `evsi_worth`, `study_cost`, `enbs`, `payers_worth` and `probability_gain`.
    party : str
    lang : {"nl", "en"}

    Returns
    -------
    list of str
        Two paragraphs, or one when no study is worth anything to anybody.
    """
    if not results.rows(quantity="evpi_worth"):
        return []
    first = [_certain(results, name, lang) for name in (party, "society")]
    first.append(_population(results, lang))
    first += [text for text in (_subject(results, name, lang) for name in (party, "society")) if text]
    study = best_study(results)
    return [" ".join(first)] if study is None else [" ".join(first), " ".join(_study(results, study, lang))]


def best_study(results: Results) -> Any | None:
    """Row `enbs` of society of the design that leaves most; None when there is none."""
    rows = results.rows(quantity="enbs", party="society")
    return max(rows, key=lambda row: row.value) if rows else None


def nearest_study(results: Results) -> Any | None:
    """Row `evsi_worth` of society of the design with most worth per euro; None when no worth is beyond its error."""
    costs = {(row.item, row.count): row.value for row in results.rows(quantity="study_cost")}
    rows = results.rows(quantity="evsi_worth", party="society")
    known = [row for row in rows if row.value > 2 * row.standard_error]
    return max(known, key=lambda row: row.value / costs[row.item, row.count], default=None)


def studies_matter(results: Results) -> bool:
    """Whether any study is worth something to society: else an amount for each, or a figure of them, says nothing."""
    return max(row.value for row in results.rows(quantity="evsi_worth", party="society")) >= NOTHING


def study_name(results: Results, item: str, count: int, lang: str) -> str:
    """A design in words, without capital; where nobody was followed yet there is nothing to add to."""
    first = ".nothing" if rests_on_nothing(results) else ""
    return say(f"study.{item}{first}", lang, n=number(count, lang))


def _certain(results: Results, party: str, lang: str) -> str:
    """What it is worth to know everything, and why that is much or little."""
    row = results.one(quantity="evpi_worth", party=party)
    odds = results.one(quantity="probability_gain", party=party, horizon=results.meta["main_horizon"])
    values = {"the": the_party(party, lang), "chance": chance(odds.value, lang)}
    if row.value < NOTHING:
        return sentence(say("deciding.certain.nothing", lang, **values))
    return sentence(say("deciding.certain", lang, worth=rough_euro(row.value, lang), **values))


def _population(results: Results, lang: str) -> str:
    """For how many participants a decision is made, from the assumptions of the run."""
    known = {row.id: row.value for row in results.assumption_rows()}
    people = known["decision.groups_year"] * results.meta["participants_planned"]
    return say(
        "deciding.population", lang, people=number(people, lang),
        span=months_span(MONTHS_PER_YEAR * known["decision.years"], lang),
    )  # fmt: skip


def _subject(results: Results, party: str, lang: str) -> str:
    """The subject that is worth most to know; empty when no subject alone changes the decision, or is much of it."""
    rows = [row for row in results.rows(quantity="evppi", party=party) if row.item]
    best = max(rows, key=lambda row: row.value, default=None)
    if best is None or best.value <= 2 * best.standard_error or best.value < 1:
        return ""
    share = best.value / results.one(quantity="evpi", party=party).value
    if share < MUCH:
        return ""
    return say(
        "deciding.subject", lang, the=the_party(party, lang), subject=label(best, lang, "item_label"),
        share=chance(share, lang),
    )  # fmt: skip


def _study(results: Results, best: Any, lang: str) -> list[str]:
    """The study that leaves most: its worth, its cost, and whether those who decide would pay for it."""
    kind = "worth" if best.value > best.standard_error else "not" if best.value < -best.standard_error else "even"
    if kind == "not":
        best = nearest_study(results)
        if not studies_matter(results):
            return [say("deciding.study.nothing", lang)]
        if best is None:
            return [say("deciding.study.none", lang)]
    same = {"item": best.item, "count": best.count}
    cost = results.one(quantity="study_cost", **same).value
    worth = results.one(quantity="evsi_worth", party="society", **same)
    name = study_name(results, best.item, best.count, lang)
    values = {"study": name, "worth": rough_euro(worth.value, lang), "cost": rough_euro(cost, lang)}
    parts = [say(f"deciding.study.{kind}", lang, **values)]
    if kind == "not":
        return parts  # nobody is asked to pay for what is not worth it
    payers = results.maybe(quantity="payers_worth", **same)
    parts.append(_payers(results, None if payers is None else payers.value, cost, same, lang))
    return parts


def _payers(results: Results, worth: float | None, cost: float, same: dict[str, Any], lang: str) -> str:
    if worth is None or worth < NOTHING:
        return say("deciding.payers.nothing", lang)
    if worth < cost:
        return say("deciding.payers.less", lang, worth=rough_euro(worth, lang))
    pays = [row for row in results.rows(quantity="study_pays", **same) if row.value > 0]
    shares = [
        say("deciding.payers.part", lang, the=the_party(row.party, lang), pays=rough_euro(row.value, lang))
        for row in pays
    ]
    return say("deciding.payers.split", lang, worth=rough_euro(worth, lang), parts=listing(shares, lang))


def budget_step(results: Results, party: str) -> float:
    """Rounding step of all years of a budget, in text and table: one step, so that a column adds up to its sum."""
    rows = results.rows(quantity="budget_year", party=party)
    return max(1.0, max(money_step(row) for row in rows) / 10)


def budget_verdict(results: Results, party: str, lang: str) -> str:
    """The heaviest year of a party in cash, and the chance that its costs come back in cash; empty without rows."""
    rows = results.rows(quantity="budget_year", party=party, item="cash")
    if not rows:
        return ""
    back = results.one(quantity="cash_back", party=party)
    worst = min(rows, key=lambda row: row.value)
    values = {"the": the_party(party, lang), "last": int(back.year), "chance": chance_phrase(back.value, lang)}
    if worst.value >= 0:
        return sentence(say("deciding.budget.never_short", lang, **values))
    amount = euro_in_text(worst.value, lang, budget_step(results, party))
    return sentence(say("deciding.budget", lang, year=int(worst.year), amount=amount, **values))


def risk_verdict(results: Results, lang: str) -> str:
    """What the uncertain result is worth to a small municipality; empty without the row."""
    row = results.maybe(quantity="certainty", party="municipality")
    if row is None:
        return ""
    net = results.one(quantity="net", party="municipality", horizon=row.horizon, per="pilot", view="society")
    step = money_step(net)
    premium = net.value - row.value
    values = {"premium": euro_in_text(premium, lang, min(step, rough_step(premium)))}
    kind = "gain" if row.value > 0 else "tips" if net.value > 0 else "loss"
    if round_to(row.value, step) == 0:
        kind = "none"
    return say(f"deciding.certainty.{kind}", lang, sure=euro_in_text(row.value, lang, step), **values)


def prior_share_verdict(results: Results, party: str, lang: str) -> str:
    """Which part of the uncertainty is about what no data speak of; empty without the row or without any data.

    Where the first page says that the answer rests mainly on prior knowledge, that share (which also counts what data
    say little of) stands alone: two shares in one report would seem to contradict each other.
    """
    if rests_on_nothing(results) or prior_mostly_verdict(results, party, lang):
        return ""
    row = results.maybe(quantity="prior_share", party=party)
    return "" if row is None else sentence(
        say("deciding.prior_share", lang, share=percent(row.value, lang), the=the_party(party, lang))
    )  # fmt: skip


def tornado_verdict(rows: Sequence[Any], lang: str) -> str:
    """The value that moves a result most, from rows `tornado` of one party, largest bar first."""
    name = rows[0].parameter
    low, high = sorted(row.value for row in rows if row.parameter == name)
    step = rough_step(high - low)
    return say(
        "deciding.tornado", lang, the=the_party(rows[0].party, lang), name=uncertain_name(rows[0], lang),
        width=euro_in_text(high - low, lang, step),
    )  # fmt: skip


SURE = 0.8
"""Probability at which an amount is called enough: that of the headline interval."""


def acceptability_verdict(results: Results, party: str, lang: str) -> str:
    """What the pilot may cost a party, and each of the four where that is another amount; empty without rows.

    Parameters
    ----------
    results : Results
        Reads `acceptability` of the party and of all four at once.
    party : str
    lang : {"nl", "en"}
    """
    together = acceptability_curve(results, "all")
    if not together:
        return ""
    values = {"the": the_party(party, lang), "horizon": months_span(together[0].horizon, lang)}
    own = acceptability_curve(results, party)
    if not results.rows(quantity="acceptability", party=party):
        return say("acceptability.zero", lang, **values)
    parts = [
        say("acceptability.nothing", lang, chance=chance_phrase(row.value, lang), **values)
        for row in own
        if row.threshold == 0
    ]
    parts.append(_sure_amount(own, "acceptability", lang, party))
    if not same_curve(own, together):
        parts.append(_sure_amount(together, "acceptability.all", lang))
    return " ".join(filter(None, parts))


WHOLE_PERCENT = 0.01
"""Two probabilities that differ less than this are printed as the same whole percent, or as neighbours."""


def same_curve(own: Sequence[Any], together: Sequence[Any]) -> bool:
    """Whether all four at once have the curve of one party, as far as whole percents tell."""
    mine = {row.threshold: row.value for row in own}
    both = [(mine[row.threshold], row.value) for row in together if row.threshold in mine]
    return bool(both) and all(abs(one - other) < WHOLE_PERCENT for one, other in both)


def acceptability_curve(results: Results, party: str) -> list[Any]:
    """Rows of the curve of a party, or of `all`, from what it must yield to what it may cost."""
    rows = results.rows(quantity="acceptability", party=party)
    return sorted((row for row in rows if row.value is not None), key=lambda row: row.threshold)


def _sure_amount(rows: list[Any], key: str, lang: str, party: str | None = None) -> str:
    """The most demanding amount that is sure enough; empty when that is nothing, or no amount is."""
    found = next((row for row in rows if row.value >= SURE), None)
    if found is None:
        return ""
    values = {"chance": chance(found.value, lang), "amount": euro_in_text(found.threshold, lang)}
    values |= {} if party is None else {"the": the_party(party, lang)}
    if found.threshold == 0:
        return "" if party else say(f"{key}.nothing", lang, **values)
    return say(f"{key}.pays" if found.threshold > 0 else f"{key}.keeps", lang, **values)
