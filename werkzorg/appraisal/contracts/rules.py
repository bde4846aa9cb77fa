"""Payment rules as data, and what they move in every draw.

A rule is simple enough for one sentence in a report; :mod:`werkzorg.reporting.contracts` writes that sentence. An
agreement is a tuple of rules. Rules move money between parties and nothing else: society as a whole is unchanged.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr
from pydantic import BaseModel, ConfigDict, Field, model_validator

from werkzorg.constants import NEVER_PAY

Kind = Literal["upfront", "placement", "month", "saving"]
Saving = Literal["bijstand", "ggz"]
Basis = Literal["causal", "claimed"]

COUNTED = {"upfront": "participants", "placement": "placements", "month": "months_worked"}
"""Quantity that each kind of rule multiplies its amount with; a share multiplies the measured saving."""


class Rule(BaseModel):
    """One payment rule between two named parties.

    Parameters
    ----------
    kind : {"upfront", "placement", "month", "saving"}
        A sum per participant at the start, whatever comes of it; a sum per participant who gets a job; a sum per month
        worked; or a share of the measured saving.
    payer, payee : str
        Parties.
    amount : float
        Euros per unit, in the money of the quantities; for a share a fraction of 0 to 1.
    saving : {"bijstand", "ggz"}, optional
        Which measured saving is shared; shares only.
    basis : {"causal", "claimed"}
        The saving due to the programme (against people without it), or the claimed difference between before and
        after, which also counts what would have happened anyway; shares only.
    cap : float, optional
        Most that a share pays, euros.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    payer: str = Field(pattern=r"^[a-z_]+$")
    payee: str = Field(pattern=r"^[a-z_]+$")
    amount: float = Field(ge=0, allow_inf_nan=False)
    saving: Saving | None = None
    basis: Basis = "causal"
    cap: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _makes_sense(self) -> Rule:
        if self.payer == self.payee:
            raise ValueError("a party cannot pay itself")
        if self.payer in NEVER_PAY or self.payee == "outside":
            raise ValueError(f"payer may not be {' or '.join(NEVER_PAY)}, payee not outside")
        if (self.kind == "saving") != (self.saving is not None):
            raise ValueError("a share names a saving, and nothing else does")
        if self.kind == "saving" and self.amount > 1:
            raise ValueError("a share is at most 1")
        if self.kind != "saving" and (self.cap is not None or self.basis != "causal"):
            raise ValueError("only a share has a cap and a basis")
        return self

    def priced(self, amount: float) -> Rule:
        """The same rule at another amount; a cap moves along, as it limits how much saving counts."""
        cap = None if self.cap is None or self.amount == 0 else self.cap * amount / self.amount
        return self.model_copy(update={"amount": float(amount), "cap": cap})


Agreement = tuple[Rule, ...]


def pay(rule: Rule, quantities: xr.Dataset) -> xr.DataArray:
    """What the payer pays under a rule, in every draw.

    Parameters
    ----------
    rule : Rule
    quantities : Dataset
        `participants`, `placements`, `months_worked` (draw,) and `saving` (draw, item, basis) for the whole pilot;
        those of which the time matters discounted to the start. See
        :func:`werkzorg.appraisal.contracts.quantities.measure`.

    Returns
    -------
    DataArray (draw,)
        Euros for the whole pilot, never negative: a negative saving is not paid back.
    """
    if rule.kind != "saving":
        return rule.amount * quantities[COUNTED[rule.kind]]
    saved = quantities["saving"].sel(item=rule.saving, basis=rule.basis, drop=True).clip(min=0)
    paid = rule.amount * saved
    return paid if rule.cap is None else paid.clip(max=rule.cap)


def transfers(agreement: Agreement, quantities: xr.Dataset, parties: list[str]) -> xr.DataArray:
    """What an agreement brings to each party: payee plus, payer minus, so nil over all parties in every draw.

    Parameters
    ----------
    agreement : tuple of Rule
    quantities : Dataset
        As for :func:`pay`.
    parties : list of str
        Parties of the result; each payer and payee must be among them.

    Returns
    -------
    DataArray (draw, party)
        Euros for the whole pilot.

    Raises
    ------
    ValueError
        A rule names a party that is not in the list.
    """
    moved = np.zeros((quantities.sizes["draw"], len(parties)))
    for rule in agreement:
        flow = pay(rule, quantities).values
        moved[:, parties.index(rule.payer)] -= flow
        moved[:, parties.index(rule.payee)] += flow
    return xr.DataArray(
        moved, dims=("draw", "party"), coords={"draw": quantities["draw"].values, "party": parties}, name="transfer"
    )
