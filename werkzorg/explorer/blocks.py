"""The linear blocks of one scenario: quantities per draw and year, and what multiplies them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from werkzorg.appraisal.appraise import discount_rate
from werkzorg.appraisal.scenarios import Bench, Parts
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.explorer.packing import Pool
from werkzorg.ledger.accounts import chart
from werkzorg.ledger.pricing import law_with_draws
from werkzorg.ledger.support import amount_of, unit_cost
from werkzorg.projection.profiles import first_law
from werkzorg.rules.buig import objective_weight

BIJSTAND = ("bijstand_net", "bijstand_tax", "bijstand_levy")
"""Entries that together are the gross assistance of the municipality."""

SUBSIDISED = ("loonkostensubsidie", "loonkostensubsidie_refund")
"""Entries that the lever on the wage-cost subsidy moves."""

ITEM_GROUPS = {
    "bijstand": "benefit", "bijstand_tax": "benefit", "other_income": "benefit",
    "wage": "wage", "wage_tax": "wage", "wage_premiums": "wage", "production": "production",
    "employer_benefits": "employer", "no_risk": "employer",
    "loonkostensubsidie": "lks", "loonkostensubsidie_refund": "lks",
}  # fmt: skip
"""Group of each item of work and bijstand in the matrix of who pays and who gains; pay by the package is support."""

SCALARS = {
    "fact": "ggz.fact_year",
    "per_client": "ggz.cost_per_client",
    "admission_year": "care.admission_year_common",
    "crisis": "ggz.crisis_admission",
    "wmo_hour": "wmo.guidance.series",
    "refilled": "care.refilled",
    "kept_insurer": "p_insurer_retained",
}
"""Prices and shares per draw: name in the file, and parameter."""

PAID = 1_000.0
"""Payment per counted job or month, in euros, up to which counts are kept as finely as money."""

KEPT = ("objective_first", "objective_later", "historical_first", "historical_later", "national_later")
"""Kept shares of saved bijstand: fields of the law."""


def scenario_blocks(bench: Bench, parts: Parts, pool: Pool, sizes: Sequence[int]) -> dict[str, object]:
    """Everything from which the result of a scenario follows by adding and multiplying.

    Parameters
    ----------
    bench : Bench
        Gives the cost level of groups of other sizes.
    parts : Parts
    pool : Pool
        Where the arrays go.
    sizes : sequence of int
        Numbers of participants that may be chosen.

    Returns
    -------
    dict
        Numbers of arrays in the pool, and plain values.
    """
    pilot, quantities, posterior = parts.variant.pilot, parts.quantities, parts.posterior
    law = law_with_draws(first_law(pilot, parts.known), posterior)
    per_year = quantities.steps_per_year
    inhabitants = np.array([member.inhabitants for member in pilot.municipalities], dtype=float)
    levels = {
        size: bench.level(pilot.model_copy(update={"participants_planned": size}), posterior)
        for size in sorted({*sizes, pilot.participants_planned})
    }
    return {
        "month_step": quantities.step,
        "persons": pilot.participants_planned,
        "main": pilot.main_horizon_months // MONTHS_PER_YEAR,
        "rate": discount_rate(parts.known),
        "scale": pilot.scale,
        "weight": float(np.average(objective_weight(inhabitants, law), weights=inhabitants)),
        "lags": {
            "macro": round(law.buig.macro_lag * per_year),
            "historical": round(law.buig.historical_lag * per_year),
            "equalisation": round(law.equalisation.lag * per_year),
        },
        "kept": {name: pool.add(np.atleast_1d(getattr(law.buig, name))) for name in KEPT},
        "scalar": {name: pool.add(posterior.variables[id_].values) for name, id_ in SCALARS.items()},
        "level": {str(size): pool.add(np.atleast_1d(level)) for size, level in levels.items()},
        "care": _care(parts, pool, levels[pilot.participants_planned]),
        "counted": {name: pool.add(amount, PAID) for name, amount in quantities.counted.items()},
        **_work(parts, pool),
        **_support(parts, pool),
    }


def _care(parts: Parts, pool: Pool, level: np.ndarray) -> dict[str, int]:
    """Care used, kept as finely as its price asks for."""
    quantities, posterior = parts.quantities, parts.posterior
    price = {name: float(posterior.variables[id_].values.mean()) for name, id_ in SCALARS.items()}
    worth = {"severe": price["fact"], "common": price["per_client"]}
    month = float(np.mean(level)) / MONTHS_PER_YEAR
    return {
        **{group: pool.add(amount, worth[group] * month) for group, amount in quantities.outpatient.items()},
        "episodes": pool.add(quantities.episodes, price["crisis"]),
        "wmo_hours": pool.add(quantities.wmo_hours, price["wmo_hour"]),
    }


def _work(parts: Parts, pool: Pool) -> dict[str, object]:
    """Work and bijstand: per party what no lever touches, and the means of each entry for the matrix."""
    work = parts.quantities.work
    rest: dict[str, np.ndarray] = {}
    means = []
    for account in chart(parts.variant.pilot):
        if account.id not in work:
            continue
        amount = work[account.id]
        means.append(
            {
                "group": ITEM_GROUPS.get(account.item, "support"), "payer": account.payer, "payee": account.payee,
                "lks": account.id in SUBSIDISED, "mean": np.asarray(pool_mean(pool, amount)).tolist(),
            }
        )  # fmt: skip
        if account.id in SUBSIDISED:
            continue
        rest[account.payee] = rest.get(account.payee, 0.0) + amount
        rest[account.payer] = rest.get(account.payer, 0.0) - amount
    # Assistance is kept apart: budgets follow it.
    saving = -sum(work[name] for name in BIJSTAND)
    rest["municipality"] = rest["municipality"] - saving
    rest = {party: amount for party, amount in rest.items() if party != "outside" and np.abs(amount).max() > 1e-9}
    return {
        "saving": pool.add(saving, 1.0),
        "rest": {party: pool.add(amount, 1.0) for party, amount in rest.items()},
        "lks": pool.add(work["loonkostensubsidie"], 1.0),
        "lks_refund": pool.add(work["loonkostensubsidie_refund"], 1.0),
        "means": means,
    }


def pool_mean(pool: Pool, amount: np.ndarray) -> np.ndarray:
    """Mean over the draws that are kept; rounded where case records are behind them."""
    mean = amount[pool.order].mean(axis=0)
    return np.round(mean) if pool.coarse else np.round(mean, 3)


def _support(parts: Parts, pool: Pool) -> dict[str, object]:
    """The support package: unit cost of each component, and how often it is used."""
    pilot, quantities = parts.variant.pilot, parts.quantities
    begin = np.arange(quantities.episodes.shape[1]) * quantities.step
    used: dict[str, int] = {}
    components = []
    for part in pilot.support.active():
        unit = unit_cost(part, pilot, parts.known, parts.posterior)
        made = {
            "id": part.id, "payer": part.payer, "provider": part.provider, "price": part.price,
            "unit": pool.add(unit), "prevents_care": part.saves_ggz_care,
        }  # fmt: skip
        if part.driver in quantities.used:
            used[part.driver] = pool.add(quantities.used[part.driver], float(np.mean(unit)))
            made["used"] = used[part.driver]
        else:
            spread = np.clip(part.spread_months - begin, 0, quantities.step) / part.spread_months
            made |= {"spread": spread.tolist(), "once": part.driver == "pilot"}
        components.append(made)
    subsidies = [
        {
            "payer": subsidy.payer,
            "covers": list(subsidy.covers),
            "maximum": pool.add(amount_of(subsidy.maximum, pilot, parts.known, parts.posterior)),
        }
        for subsidy in pilot.support.subsidies
    ]
    return {"components": components, "subsidies": subsidies}
