"""Contracts in words and tables: each rule in one sentence, the verdict, the proof, and the negotiation table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from werkzorg.appraisal.contracts.limits import AnyContract
from werkzorg.appraisal.contracts.negotiate import Claim, Negotiation, Outcome
from werkzorg.appraisal.contracts.rules import Agreement, Rule
from werkzorg.reporting.numbers import chance, euro, euro_in_text, months_span, number, percent, sensible_step
from werkzorg.reporting.parties import party_short
from werkzorg.reporting.verdicts import listing, sentence
from werkzorg.wording import say

PLURAL = ("client", "employer", "other_municipalities")
"""Parties whose name is plural in both languages."""

SMALL = 100.0
"""Euros from which an amount in a rule is rounded to whole euros: less than one percent of it."""


@dataclass(frozen=True)
class TextTable:
    """A small table of texts.

    Parameters
    ----------
    title : str
    columns : tuple of str
    rows : tuple of tuple of str
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def rule_clause(rule: Rule, lang: str, rounded: bool = False) -> str:
    """A rule as a clause without capital or full stop; sums below 100 euros with cents, shares with a decimal.

    Parameters
    ----------
    rule : Rule
    lang : {"nl", "en"}
    rounded : bool
        Whether amounts and shares are told in two digits, as about so much.
    """
    names = {side: say(f"party.{getattr(rule, side)}.the", lang) for side in ("payer", "payee")}
    pays = say("contract.pays.more" if rule.payer in PLURAL else "contract.pays.one", lang)
    if rule.kind != "saving":
        return say(f"contract.rule.{rule.kind}", lang, pays=pays, amount=_sum(rule.amount, lang, rounded), **names)
    cap = "" if rule.cap is None else say("contract.cap", lang, amount=_sum(math.ceil(rule.cap), lang, rounded))
    share = percent(rule.amount, lang, 0 if rounded else 1)
    amount = say("contract.about", lang, amount=share) if rounded else share
    return say(
        "contract.rule.saving", lang, pays=pays, cap=cap, amount=amount,
        saving=say(f"contract.saving.{rule.saving}", lang), basis=say(f"contract.basis.{rule.basis}", lang), **names,
    )  # fmt: skip


def _sum(amount: float, lang: str, rounded: bool) -> str:
    """A sum in a rule: rounded up to euros or cents, as just below what is needed would not do, or about so much."""
    if rounded and amount > 0:
        step = 10.0 ** (math.floor(math.log10(amount)) - 1)
        return say("contract.about", lang, amount=euro_in_text(amount, lang, max(step, 1.0)))
    step = 1.0 if amount >= SMALL else 0.01
    return euro_in_text(math.ceil(amount / step - 1e-9) * step, lang)


def agreement_clause(agreement: Agreement, lang: str) -> str:
    """All rules of an agreement in one clause."""
    return say("contract.rules_and", lang).join(rule_clause(rule, lang) for rule in agreement)


def verdict_sentence(result: Negotiation, lang: str) -> str:
    """The answer: the simplest contract, or that there is none, who blocks, and what can be reached.

    Parameters
    ----------
    result : Negotiation
    lang : {"nl", "en"}
    """
    values = {"target": _target(result, lang)}
    if result.verdict == "none":
        values |= {
            "guests": _guests(result, lang),
            "blocked": _blocked(result, lang),
            "highest": _highest(result, lang),
        }
    else:
        values |= {
            "rules": agreement_clause(result.chosen.agreement, lang),
            "cost": euro_in_text(result.chosen.cost, lang, 100.0),
            "chances": _chances(result.chosen, lang),
            "count": number(len(result.chosen.agreement), lang),
        }
    return say(f"contract.verdict.{result.verdict}", lang, **values)


def told_shortly(result: Negotiation, lang: str) -> list[str | list[str]]:
    """The answer and what is proven in short sentences, with the rules of a contract as a list and rounded sums.

    Parameters
    ----------
    result : Negotiation
    lang : {"nl", "en"}

    Returns
    -------
    list
        Sentences, and lists of rules.
    """
    target = _target(result, lang)
    if result.verdict == "none":
        told: list[str | list[str]] = [say("contract.short.no", lang, target=target, guests=_guests(result, lang))]
        best = result.at_highest
        if best is not None and best.agreement:
            level = _whole(result.highest, math.floor, lang)
            told += [say("contract.short.best", lang, level=level, rules=_count(best, lang)), _rules(best, lang)]
        else:
            told.append(f"{_highest(result, lang)}.")
    elif result.verdict == "none_needed":
        told = [verdict_sentence(result, lang)]
    else:
        values = {"target": target, "chances": _chances(result.chosen, lang)}
        cost = euro_in_text(result.chosen.cost, lang, 100.0)
        told = [say("contract.short.yes", lang, rules=_count(result.chosen, lang)), _rules(result.chosen, lang)]
        told.append(say("contract.short.then", lang, cost=cost, **values))
    more = _more(result, lang)
    for text in proof_sentences(result, lang):
        if text != more or result.at_most is None:
            told.append(text)
        else:
            level = _whole(result.most, math.floor, lang)
            told.append(say("contract.short.more", lang, level=level, rules=_count(result.at_most, lang)))
            told.append(_rules(result.at_most, lang))
    return told


def _rules(outcome: Outcome, lang: str) -> list[str]:
    return [sentence(rule_clause(rule, lang, rounded=True)) for rule in outcome.agreement]


def _count(outcome: Outcome, lang: str) -> str:
    many = len(outcome.agreement)
    return say("contract.short.rule" if many == 1 else "contract.short.rules", lang, count=number(many, lang))


def proof_sentences(result: Negotiation, lang: str) -> list[str]:
    """What is proven beyond simple rules, and what is not."""
    sentences = []
    for bound, identifier in ((result.table_only, "table"), (result.with_all, "all")):
        if bound.impossible:
            sentences.append(_excluded(bound, identifier, lang))
    if result.with_all.impossible:
        return sentences
    sentences += _sums(result, lang)
    if result.verdict == "none":
        sentences.append(_more(result, lang))
        if math.isfinite(result.bound):
            sentences.append(say("contract.proof.undecided", lang, least=euro_in_text(result.bound, lang, 100.0)))
    return sentences


def _sums(result: Negotiation, lang: str) -> list[str]:
    """That fixed sums cannot do it, however many: a proof, as sums add up; nothing when they could."""
    needs = sum(one.needs for one in result.standings if one.party in result.table)
    spares = sum(one.spares for one in result.standings)
    if result.verdict not in ("none", "several") or needs <= spares:
        return []
    values = {"needs": euro_in_text(needs, lang, 100.0), "spares": euro_in_text(spares, lang, 100.0)}
    return [say("contract.proof.sums", lang, **values)]


def _more(result: Negotiation, lang: str) -> str:
    """What more than two rules were found to give, which is no proof that there is nothing better."""
    if result.at_most is None:
        return say("contract.proof.more.nothing", lang)
    values = {"count": number(len(result.at_most.agreement), lang), "level": _whole(result.most, math.floor, lang)}
    return say("contract.proof.more", lang, rules=agreement_clause(result.at_most.agreement, lang), **values)


def claim_sentences(claims: Iterable[Claim], lang: str) -> list[str]:
    """Per payer: what a share costs on what is claimed and on what the programme caused."""
    return [
        sentence(
            say(
                "contract.claim", lang, payer=say(f"party.{claim.causal.payer}.the", lang),
                share=percent(claim.causal.amount, lang), saving=say(f"contract.saving.{claim.causal.saving}", lang),
                claimed=euro_in_text(claim.paid_claimed, lang, 100.0),
                causal=euro_in_text(claim.paid_causal, lang, 100.0),
                over=euro_in_text(claim.paid_claimed - claim.paid_causal, lang, 100.0),
                chance_claimed=chance(claim.probability_claimed, lang),
                chance_causal=chance(claim.probability_causal, lang),
            )
        )
        for claim in claims
    ]  # fmt: skip


def note_sentence(year: int, participants: int, months: int, lang: str) -> str:
    """In what money the amounts are, and by which criterion a contract is chosen."""
    values = {"year": year, "participants": number(participants, lang), "span": months_span(months, lang)}
    return say("contract.note", lang, **values)


def negotiation_tables(result: Negotiation, lang: str) -> list[TextTable]:
    """The tables for the negotiation: where each party stands, the contracts, what one does, the front.

    Parameters
    ----------
    result : Negotiation
    lang : {"nl", "en"}
    """
    tables = [_standing_table(result, lang)]
    if result.options and result.options[0].agreement:
        tables.append(_contracts_table("contract.title.options", result.options, lang))
    shown = result.chosen or result.at_highest
    if shown is not None and shown.agreement:
        tables.append(_effects_table(shown, result, lang))
    if any(one.agreement for one in result.front):
        tables.append(_contracts_table("contract.title.front", result.front, lang))
    return tables


def _standing_table(result: Negotiation, lang: str) -> TextTable:
    rows = tuple(
        (
            party_short(one.party, lang), euro(one.mean, lang, _step(one.mean, one.worst)),
            chance(one.probability, lang), euro(one.worst, lang, _step(one.mean, one.worst)),
            euro(one.needs, lang, 100.0), euro(one.spares, lang, 100.0),
            "" if one.attainable is None else chance(one.attainable, lang),
        )
        for one in result.standings
    )  # fmt: skip
    return _table(
        "contract.title.standing", ("party", "mean", "chance", "worst", "needs", "spares", "reach"), rows, lang
    )


def _step(mean: float, worst: float) -> float:
    """Rounding step of a result, from how far its worst cases lie from its mean."""
    return sensible_step(worst, 2 * mean - worst)


def _contracts_table(title: str, outcomes: Iterable[Outcome], lang: str) -> TextTable:
    rows = tuple(
        (sentence(agreement_clause(one.agreement, lang)), euro(one.cost, lang, 100.0), chance(one.least, lang))
        for one in outcomes
        if one.agreement
    )
    return _table(title, ("contract", "cost", "least"), rows, lang)


def _effects_table(outcome: Outcome, result: Negotiation, lang: str) -> TextTable:
    before = {one.party: one.worst for one in result.standings}
    means = {one.party: one.mean for one in result.standings}
    rows = tuple(
        (
            party_short(party, lang), euro(outcome.mean[party], lang, _step(outcome.mean[party], outcome.worst[party])),
            chance(outcome.probability[party], lang), euro(before[party], lang, _step(means[party], before[party])),
            euro(outcome.worst[party], lang, _step(outcome.mean[party], outcome.worst[party])),
        )
        for party in outcome.probability
    )  # fmt: skip
    rules = agreement_clause(outcome.agreement, lang)
    return _table("contract.title.effects", ("party", "mean", "chance", "before", "after"), rows, lang, rules=rules)


def _table(title: str, columns: tuple[str, ...], rows: tuple, lang: str, **values: str) -> TextTable:
    return TextTable(say(title, lang, **values), tuple(say(f"contract.column.{name}", lang) for name in columns), rows)


def _target(result: Negotiation, lang: str) -> str:
    levels = set(result.target.values())
    if len(levels) > 1:
        return say("contract.target.own", lang)
    return say("contract.target.same", lang, level=percent(levels.pop(), lang))


def _guests(result: Negotiation, lang: str) -> str:
    if not result.guests:
        return ""
    names = listing([say(f"party.{name}.the", lang) for name in result.guests], lang)
    many = len(result.guests) > 1 or result.guests[0] in PLURAL
    return say("contract.guests" if many else "contract.guest", lang, guests=names)


def _blocked(result: Negotiation, lang: str) -> str:
    standing = {one.party: one for one in result.standings}
    alone = [name for name in result.blockers if standing[name].attainable < result.target[name]]
    if not alone:
        names = listing([say(f"party.{name}.the", lang) for name in result.blockers], lang)
        return say("contract.blocked.together", lang, parties=names)
    parts = [
        say(
            "contract.blocked.one",
            lang,
            party=say(f"party.{name}.the", lang),
            reach=chance(standing[name].attainable, lang),
        )
        for name in alone
    ]
    return say("contract.blocked.alone", lang, parts=listing(parts, lang))


def _highest(result: Negotiation, lang: str) -> str:
    if result.at_highest is None:
        return say("contract.highest.none", lang)
    # Rounded down: what is said to be within reach is within reach.
    level = _whole(result.highest, math.floor, lang)
    if not result.at_highest.agreement:
        return say("contract.highest.free", lang, level=level)
    return say("contract.highest.some", lang, level=level, rules=agreement_clause(result.at_highest.agreement, lang))


def _whole(probability: float, rounding, lang: str) -> str:
    return percent(rounding(100 * probability) / 100, lang)


def _chances(outcome: Outcome, lang: str) -> str:
    return ", ".join(
        say("contract.chance_of", lang, party=party_short(party, lang), chance=chance(value, lang))
        for party, value in outcome.probability.items()
    )


def _excluded(bound: AnyContract, identifier: str, lang: str) -> str:
    values = {"losing": _whole(bound.losing, math.floor, lang), "allowed": _whole(bound.allowed, math.ceil, lang)}
    return say(f"contract.proof.{identifier}", lang, **values)
