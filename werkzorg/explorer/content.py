"""Everything that the page and the widget show, as plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from werkzorg.appraisal.contracts.negotiate import Negotiation
from werkzorg.appraisal.scenarios import Bench, Parts
from werkzorg.explorer.blocks import BIJSTAND, scenario_blocks
from werkzorg.explorer.evaluate import net_result
from werkzorg.explorer.levers import SIZES, make_levers
from werkzorg.explorer.packing import Pool
from werkzorg.explorer.settings import MOST_RULES, Settings
from werkzorg.params import parties
from werkzorg.params.scenarios import BASE, Variant
from werkzorg.pilot import Pilot
from werkzorg.release.rows import PRIOR, rests_on_of
from werkzorg.reporting.contracts import told_shortly
from werkzorg.reporting.numbers import number, percent
from werkzorg.version import version
from werkzorg.wording import LANGUAGES, catalogue, say

WORDS = ("explorer.", "number.", "probability.", "verdict.net.", "verdict.together", "mark.prior_text", "party.")
"""Beginnings of the texts that the page needs."""

NEVER_PAYS = ("client",)
"""Parties inside society that a contract may not make pay."""

LEAST_SPREAD = 1e-9
"""EUR per participant; a party with the same result in every draw has no say in which draws are kept."""


@dataclass(frozen=True)
class Source:
    """What a content is made of.

    Parameters
    ----------
    bench : Bench
    parts : sequence of Parts
        Scenarios; the pilot as it is first.
    negotiation : Negotiation or None
        Searched for the pilot as it is.
    most_draws : int
        Draws that the file may hold.
    coarse : bool
        Round as case records ask for.
    analyst : str or None
        For whom it is, when case records are behind it.
    """

    bench: Bench
    parts: Sequence[Parts]
    negotiation: Negotiation | None
    most_draws: int
    coarse: bool
    analyst: str | None = None


def make_content(source: Source, langs: Sequence[str], draws: int) -> dict[str, Any]:
    """All data of an explorer.

    Parameters
    ----------
    source : Source
    langs : sequence of str
        Languages of the texts; the first one is shown first.
    draws : int
        Draws to keep, `most_draws` at most.
    """
    base = source.parts[0]
    pilot = base.variant.pilot
    pool = Pool(kept_draws(source.bench, base, min(draws, source.most_draws)), source.coarse)
    scenarios = [
        {
            "id": one.variant.id,
            **_names(one.variant),
            **scenario_blocks(source.bench, one, pool, SIZES),
        }
        for one in source.parts
    ]
    kept = len(pool.order)
    inside = [party.id for party in parties() if party.inside]
    return {
        "pilot": pilot.id,
        "name": {lang: getattr(pilot.name, lang) for lang in LANGUAGES},
        "langs": list(langs),
        "draws": kept,
        "unit": pilot.money_unit,
        "facts": {lang: _facts(pilot, kept, base.posterior.sizes["draw"], lang) for lang in LANGUAGES},
        "origin": {lang: _origin(source, base, lang) for lang in LANGUAGES},
        "precision": {lang: say("explorer.coarse" if source.coarse else "explorer.fine", lang) for lang in LANGUAGES},
        "prior_only": rests_on_of(base.posterior) == PRIOR,
        "parties": [{"id": party.id, "inside": party.inside, "colour": party.colour} for party in parties()],
        "payers": [party for party in inside if party not in NEVER_PAYS],
        "payees": inside,
        "levers": make_levers(source.parts, SIZES),
        "scenarios": scenarios,
        "negotiation": None if source.negotiation is None else _negotiation(source.negotiation),
        "words": _words(langs),
        "arrays": pool.arrays,
        "pack": pool.packed(),
    }


def kept_draws(bench: Bench, base: Parts, count: int) -> np.ndarray:
    """Draws of a posterior that say together what all of them say, in the order of what the pilot saves.

    One of each few neighbours in that order: the one that keeps the mean result of every party nearest to that of all
    draws, so that the page opens with the numbers of the report. The order says nothing about chains; it is the same
    for all arrays and scenarios, so that draws stay paired.

    Parameters
    ----------
    bench : Bench
    base : Parts
        The pilot as it is.
    count : int
        How many to keep.

    Returns
    -------
    ndarray of int (kept,)
    """
    saving = -sum(base.quantities.work[name] for name in BIJSTAND).sum(axis=1)
    order = np.argsort(saving, kind="stable")
    net = net_result(bench, base, Settings()).transpose("draw", "party").values
    scaled = net / np.maximum(net.std(axis=0), LEAST_SPREAD)
    kept, gap = [], np.zeros(scaled.shape[1])
    for near in np.array_split(order, min(count, len(order))):
        gaps = gap + scaled[near] - scaled[near].mean(axis=0)
        best = int(np.argmin((gaps**2).sum(axis=1)))
        kept.append(near[best])
        gap = gaps[best]
    return np.array(kept)


def _names(variant: Variant) -> dict[str, object]:
    scenario = variant.scenario
    if scenario is None:
        return {"name": {lang: say("explorer.base", lang) for lang in LANGUAGES}, "kind": BASE, "note": None}
    note = scenario.note and {lang: getattr(scenario.note, lang) for lang in LANGUAGES}
    return {"name": {lang: getattr(scenario.name, lang) for lang in LANGUAGES}, "kind": scenario.kind, "note": note}


def _facts(pilot: Pilot, draws: int, all_draws: int, lang: str) -> str:
    values = {"year": pilot.price_year, "draws": number(draws, lang)}
    text = say("explorer.facts", lang, participants=number(pilot.participants_planned, lang), **values)
    more = [say("explorer.facts.fewer", lang, draws=values["draws"], all=number(all_draws, lang))]
    uncounted = pilot.last_snapshot is None and pilot.data is None
    parts = [*(more if draws < all_draws else []), *([say("explorer.facts.prior", lang)] if uncounted else [])]
    return f"{text}. {' '.join(parts)}" if parts else text


def _origin(source: Source, base: Parts, lang: str) -> str:
    text = say("explorer.origin", lang, version=version(), seed=int(base.posterior.attrs["seed"]))
    if source.coarse:
        text += " " + say("explorer.origin_records", lang, most=number(source.most_draws, lang))
    if source.analyst is not None:
        text += " " + say("explorer.origin_analyst", lang, analyst=source.analyst)
    return text


def _negotiation(result: Negotiation) -> dict[str, object]:
    """The answer in words, and its contract as the levers have it: the simplest one, or that with the best chance.

    The page knows no claimed savings and a few rules: any other contract is left in words.
    """
    outcome = result.at_highest if result.verdict == "none" else result.chosen
    rules = () if outcome is None else outcome.agreement
    rules = () if len(rules) > MOST_RULES or any(rule.basis != "causal" for rule in rules) else rules
    keys = ("kind", "payer", "payee", "amount", "saving", "cap")
    return {
        "text": {lang: told_shortly(result, lang) for lang in LANGUAGES},
        "apply": {lang: _apply(result, len(rules), lang) for lang in LANGUAGES},
        "contract": [{k: v for k, v in rule.model_dump().items() if k in keys and v is not None} for rule in rules],
    }


def _apply(result: Negotiation, rules: int, lang: str) -> str:
    """What the button says: which of the contracts, and that it does not do what was asked, when it does not."""
    many = say("contract.short.rule" if rules == 1 else "contract.short.rules", lang, count=number(rules, lang))
    if result.verdict != "none":
        return say("explorer.apply", lang, rules=many)
    asked = ", ".join(percent(level, lang) for level in sorted(set(result.target.values())))
    reached = percent(math.floor(100 * result.highest) / 100, lang)
    return say("explorer.apply_best", lang, rules=many, reached=reached, asked=asked)


def _words(langs: Sequence[str]) -> dict[str, dict[str, str]]:
    return {name: {lang: text[lang] for lang in langs} for name, text in catalogue().items() if name.startswith(WORDS)}
