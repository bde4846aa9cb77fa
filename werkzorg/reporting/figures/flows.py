"""Flows between parties put together from the results table, for matrix and Sankey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from werkzorg.reporting.numbers import euro, gain, sensible_step
from werkzorg.reporting.parties import AT_THE_TABLE, party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import label, listing, mark
from werkzorg.wording import say

ORDER = (
    "client", "municipality", "other_municipalities", "insurer", "zvw_fund", "ggz_institution", "wmo_provider",
    "employer", "uwv", "state", "outside",
)  # fmt: skip


@dataclass(frozen=True)
class Band:
    """Money that goes from one party to another because of the pilot.

    Parameters
    ----------
    giver, taker : str
        Who ends up with less and who with more. When a payer pays less than without the pilot, the payer is the taker.
    amount : float
        Euros, positive.
    less : bool
        Whether it is a payment that falls away.
    prior : bool
        Whether every line in it rests on prior knowledge alone.
    """

    giver: str
    taker: str
    amount: float
    less: bool
    prior: bool


def flow_rows(results: Results) -> list[Any]:
    """Rows of quantity `flow` at the main horizon, by size."""
    rows = results.rows(quantity="flow", horizon=results.meta["main_horizon"])
    return sorted(rows, key=lambda row: -abs(row.value or 0.0))


def bands(rows: list[Any]) -> list[Band]:
    """Flows added up per pair of parties and direction, largest first: every euro, so that a party adds up."""
    sums: dict[tuple[str, str, bool], float] = {}
    prior: dict[tuple[str, str, bool], bool] = {}
    for row in rows:
        if not row.value:
            continue
        less = row.value < 0
        key = (row.payee, row.payer, True) if less else (row.payer, row.payee, False)
        sums[key] = sums.get(key, 0.0) + abs(row.value)
        prior[key] = prior.get(key, True) and row.rests_on == "prior"
    found = [Band(*key[:2], amount, key[2], prior[key]) for key, amount in sums.items()]
    return sorted(found, key=lambda band: -band.amount)


def flows_alt(results: Results, rows: list[Any], lang: str) -> str:
    """Message of the flow figures: net result of the parties at the table, and the largest line."""
    end = results.meta["main_horizon"]
    nets = [
        results.one(quantity="net", party=party, horizon=end, per="pilot", view="society") for party in AT_THE_TABLE
    ]
    parts = [
        say(
            "figure.flows.net",
            lang,
            party=party_name(row.party, lang),
            gain=gain(row.value, lang, sensible_step(row.low80, row.high80)) + mark(row, lang),
        )
        for row in nets
    ]
    text = say("figure.flows.alt", lang, parts=listing(parts, lang))
    if not rows:
        return text
    top = rows[0]
    kind = "more" if top.value > 0 else "less"
    values = {
        "payer": party_name(top.payer, lang),
        "payee": party_name(top.payee, lang),
        "item": label(top, lang, "item_label"),
        "amount": euro(abs(top.value), lang, sensible_step(top.low80, top.high80)),
    }
    return f"{text} {say(f'figure.flows.largest_{kind}', lang, **values)}"


def flows_table(rows: list[Any], lang: str) -> pd.DataFrame:
    """Every line: item, payer, payee, difference and its 80% interval."""
    data: dict[str, list[str]] = {}
    steps = [sensible_step(row.low80, row.high80) for row in rows]
    data[say("column.item", lang)] = [label(row, lang, "item_label") + mark(row, lang) for row in rows]
    data[say("column.payer", lang)] = [party_name(row.payer, lang) for row in rows]
    data[say("column.payee", lang)] = [party_name(row.payee, lang) for row in rows]
    data[say("column.difference", lang)] = [euro(row.value, lang, s) for row, s in zip(rows, steps, strict=True)]
    data[say("column.low80", lang)] = [euro(row.low80, lang, s) for row, s in zip(rows, steps, strict=True)]
    data[say("column.high80", lang)] = [euro(row.high80, lang, s) for row, s in zip(rows, steps, strict=True)]
    return pd.DataFrame(data)
