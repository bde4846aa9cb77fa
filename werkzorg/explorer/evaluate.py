"""The same results by the ledger itself: what page and widget must agree with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from werkzorg.appraisal.appraise import discount_rate
from werkzorg.appraisal.contracts.rules import transfers
from werkzorg.appraisal.scenarios import Bench, Parts
from werkzorg.appraisal.totals import add_by_party, label_net, step_weights
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.explorer.blocks import BIJSTAND, SUBSIDISED
from werkzorg.explorer.settings import FACTORS, Settings
from werkzorg.ledger.accounts import chart
from werkzorg.ledger.quantities import BLOCKS, Entries, Quantities, price_block
from werkzorg.ledger.support import amount_of

KEPT_PARAMETERS = (
    "p_buig_retained_large",
    "buig.retention.historical.year3plus",
    "buig.retention.national_rollout.year2plus",
)
"""Shares of saved bijstand that are kept in later years."""


def net_result(bench: Bench, parts: Parts, settings: Settings) -> xr.DataArray:
    """Net result per party in every draw at some positions of the levers.

    Parameters
    ----------
    bench : Bench
        For the cost level of a group of another size.
    parts : Parts
        From :meth:`werkzorg.appraisal.scenarios.Bench.parts`.
    settings : Settings

    Returns
    -------
    DataArray (party, draw)
        Present value at the horizon, EUR per participant, programme less without; party includes `society`.
    """
    pilot = parts.variant.pilot
    pilot = pilot if settings.clients is None else pilot.model_copy(update={"participants_planned": settings.clients})
    draws, quantities = _draws(parts, settings), _quantities(parts.quantities, settings)
    months = pilot.main_horizon_months if settings.years is None else settings.years * MONTHS_PER_YEAR
    rate = discount_rate(parts.known) if settings.rate is None else settings.rate
    columns = step_weights((months,), rate, quantities)
    level = bench.level(pilot, parts.posterior)
    done: dict[str, Entries] = {}
    for name in BLOCKS:
        done[name] = price_block(name, pilot, parts.known, draws, quantities, done, level)
    accounts = chart(pilot)
    blocks = [add_by_party(entries, accounts, columns)[0] for entries in done.values()]
    net = label_net(blocks, (months,), parts.posterior).isel(horizon=0).sel(view="society", drop=True)
    return net + _moved(settings, quantities, done, columns[:, 0], net, pilot.participants_planned)


def _draws(parts: Parts, settings: Settings) -> xr.Dataset:
    changed = {}
    for lever, names in FACTORS.items():
        if getattr(settings, lever) is not None:
            for name in names:
                central = amount_of(name, parts.variant.pilot, parts.known, parts.posterior)
                changed[name] = central * settings.factor(lever)
    fixed = dict.fromkeys(KEPT_PARAMETERS, settings.kept_municipality) | {"p_insurer_retained": settings.kept_insurer}
    changed |= {name: np.full(1, share) for name, share in fixed.items() if share is not None}
    size = parts.posterior.sizes["draw"]
    return parts.posterior.assign({name: ("draw", np.broadcast_to(value, size)) for name, value in changed.items()})


def _quantities(quantities: Quantities, settings: Settings) -> Quantities:
    lks, causal = settings.factor("lks"), settings.factor("causal")
    work = {name: amount * (lks if name in SUBSIDISED else 1.0) for name, amount in quantities.work.items()}
    outpatient = {group: amount * causal for group, amount in quantities.outpatient.items()}
    return replace(quantities, work=work, outpatient=outpatient, wmo_hours=quantities.wmo_hours * causal)


def _moved(
    settings: Settings, quantities: Quantities, done: dict[str, Entries], weights: np.ndarray, net: xr.DataArray,
    persons: int,
) -> xr.DataArray | float:  # fmt: skip
    """What the contract brings to each party, EUR per participant."""
    if not settings.contract:
        return 0.0
    work, care = done["work"], done["care"]
    saved = {
        "bijstand": -sum(work[name] for name in BIJSTAND),
        "ggz": -(care["ggz_outpatient"] + care["ggz_admission"]),
    }
    counted = quantities.counted
    measured = xr.Dataset(
        {
            "participants": ("draw", np.full(net.sizes["draw"], float(persons))),
            "placements": ("draw", counted["first_jobs"] @ weights * persons),
            "months_worked": ("draw", counted["months_worked"] @ weights * persons),
            "saving": (
                ("item", "basis", "draw"),
                np.array([[saved[item] @ weights * persons] for item in saved]),
            ),
        },
        coords={"item": list(saved), "basis": ["causal"], "draw": net["draw"].values},
    )
    names = [name for name in net["party"].values.tolist() if name != "society"]
    moved = transfers(settings.contract, measured, names) / persons
    return moved.reindex(party=net["party"].values, fill_value=0.0).transpose("party", "draw")
