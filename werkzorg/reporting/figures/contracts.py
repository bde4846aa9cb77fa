"""Contracts in pictures: what more certainty for all costs, and what a claimed saving costs beside the causal one."""

from __future__ import annotations

from typing import Any

import pandas as pd

from werkzorg.appraisal.contracts.negotiate import Claim, Negotiation
from werkzorg.reporting.contracts import agreement_clause, claim_sentences
from werkzorg.reporting.figures.bars import LOSS_LOOK, bar_names, bar_text, bars_height, line_at_nil, money_below
from werkzorg.reporting.figures.style import BLUE, GREY, NARROW, WIDE, Figure, draw_both
from werkzorg.reporting.numbers import chance, euro, percent
from werkzorg.reporting.parties import party_short
from werkzorg.reporting.verdicts import listing, sentence
from werkzorg.wording import say


def contract_front(result: Negotiation, lang: str) -> Figure | None:
    """Smallest probability of all parties against what changes hands; None when no contract does anything.

    Parameters
    ----------
    result : Negotiation
    lang : {"nl", "en"}
    """
    points = [one for one in result.front if one.agreement]
    if not points:
        return None

    def draw(canvas: Any, narrow: bool) -> None:
        axis = canvas.add_subplot()
        axis.plot([one.cost for one in points], [one.least for one in points], color=BLUE, linewidth=1.4, marker="o")
        for one in points:
            axis.annotate(chance(one.least, lang), (one.cost, one.least), xytext=(0, 7), textcoords="offset points",
                          ha="center", fontweight="bold")  # fmt: skip
        axis.set_ylim(0, 1.04)
        axis.set_yticks([0, 0.5, 1], [percent(value, lang) for value in (0, 0.5, 1)])
        axis.set_xlim(0, 1.12 * max(one.cost for one in points))
        target = set(result.target.values())
        if len(target) == 1:
            level = target.pop()
            axis.axhline(level, color=GREY, linewidth=1, linestyle=(0, (3, 2)))
            axis.annotate(say("figure.front.target", lang, level=percent(level, lang)), (0, level), xytext=(4, 4),
                          textcoords="offset points", color=GREY)  # fmt: skip
        money_below(axis, lang, narrow)
        axis.set_xlabel(say("figure.front.axis", lang))

    svg, narrow = draw_both("front", draw, [(WIDE, 2.7), (NARROW, 2.7)])
    parts = [
        say("figure.front.part", lang, cost=euro(one.cost, lang, 100.0), chance=chance(one.least, lang))
        for one in points
    ]
    data = [
        (sentence(agreement_clause(one.agreement, lang)), euro(one.cost, lang, 100.0), chance(one.least, lang))
        for one in points
    ]
    names = ("contract", "cost", "least")
    none = ("figure.front.none",) if result.verdict == "none" else ()
    return Figure(
        "front",
        svg,
        narrow,
        alt=say("figure.front.alt", lang, parts=listing(parts, lang)),
        caption=say("figure.front.caption", lang),
        data=pd.DataFrame(data, columns=[say(f"contract.column.{name}", lang) for name in names]),
        notes=tuple(say(name, lang) for name in ("figure.front.note", *none)),
    )


def contract_claims(result: Negotiation, lang: str) -> Figure | None:
    """Mean payment on the claimed saving beside that on the causal saving, per payer; None without a payer.

    Parameters
    ----------
    result : Negotiation
    lang : {"nl", "en"}
    """
    if not result.claims:
        return None
    bars = [(claim, kind) for claim in result.claims for kind in ("claimed", "causal")]

    names = [_claim_name(claim, kind, lang) for claim, kind in bars]

    def draw(canvas: Any, narrow: bool) -> None:
        _draw_claims(canvas, bars, names, lang, narrow)

    svg, narrow = draw_both("claims", draw, [(WIDE, 0.7 + 0.4 * len(bars)), (NARROW, 0.8 + bars_height(names, 0.56))])
    data = [(name, euro(_paid(*bar), lang, 100.0)) for name, bar in zip(names, bars, strict=True)]
    return Figure(
        "claims",
        svg,
        narrow,
        alt=" ".join(claim_sentences(result.claims, lang)),
        caption=say("figure.claims.caption", lang, share=percent(result.claims[0].causal.amount, lang)),
        data=pd.DataFrame(data, columns=[say(f"contract.column.{name}", lang) for name in ("payment", "mean")]),
        notes=(say("figure.claims.note", lang),),
    )


def _draw_claims(canvas: Any, bars: list[tuple[Claim, str]], names: list[str], lang: str, narrow: bool) -> None:
    axis = canvas.add_subplot()
    high = 0.34 if narrow else 0.52
    for place, (claim, kind) in enumerate(bars):
        value = _paid(claim, kind)
        look = {"facecolor": BLUE, "linewidth": 0} if kind == "causal" else LOSS_LOOK
        axis.barh(place, value, height=high, **look)
        bar_text(axis, euro(value, lang, 100.0), max(value, 0.0), place)
    bar_names(axis, names, narrow, 40)
    values = [_paid(*bar) for bar in bars]
    axis.set_xlim(min(0.0, *values), (1.35 if narrow else 1.16) * max(1.0, *values))
    axis.set_ylim(len(bars) - 0.5, -0.75)
    line_at_nil(axis, narrow, len(bars))
    axis.spines["left"].set_visible(False)
    money_below(axis, lang, narrow)


def _paid(claim: Claim, kind: str) -> float:
    return claim.paid_claimed if kind == "claimed" else claim.paid_causal


def _claim_name(claim: Claim, kind: str, lang: str) -> str:
    return say(f"figure.claims.{kind}", lang, party=party_short(claim.causal.payer, lang))
