"""Positions of the levers, as page, widget and Python share them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from werkzorg.appraisal.contracts.rules import Rule

FACTORS = {
    "jobcoach": ("jobcoach.hour_uwv",),
    "keyofficer": ("keyofficer.fte",),
    "counsellor": ("ggz.counsellor_hour",),
    "ggz": ("ggz.fact_year", "ggz.cost_per_client"),
    "wmo": ("wmo.guidance.series",),
}
"""Levers that multiply prices, in every draw: lever, and the parameters it multiplies."""

MOST_RULES = 3
"""Rules in a contract at most."""


class Settings(BaseModel):
    """Positions of all levers; None leaves a lever as each scenario has it.

    Parameters
    ----------
    jobcoach, keyofficer, counsellor, ggz, wmo : float, optional
        Factor on a price.
    lks : float, optional
        Factor on the wage-cost subsidy and what the state refunds of it.
    clients : int, optional
        Participants.
    years : int, optional
        Horizon.
    rate : float, optional
        Real discount rate, fraction a year.
    causal : float, optional
        Part of the computed effect of work on outpatient mental-health care and on guidance that counts.
    kept_municipality, kept_insurer : float, optional
        Share of saved bijstand and of saved care that is kept in the end, certain instead of estimated.
    contract : tuple of Rule
        Payments between parties; shares on the causal saving only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    jobcoach: float | None = Field(default=None, ge=0, le=10)
    keyofficer: float | None = Field(default=None, ge=0, le=10)
    counsellor: float | None = Field(default=None, ge=0, le=10)
    ggz: float | None = Field(default=None, ge=0, le=10)
    wmo: float | None = Field(default=None, ge=0, le=10)
    lks: float | None = Field(default=None, ge=0, le=10)
    clients: int | None = Field(default=None, ge=1)
    years: int | None = Field(default=None, ge=1, le=50)
    rate: float | None = Field(default=None, ge=0, le=0.5)
    causal: float | None = Field(default=None, ge=0, le=10)
    kept_municipality: float | None = Field(default=None, ge=0, le=1)
    kept_insurer: float | None = Field(default=None, ge=0, le=1)
    contract: tuple[Rule, ...] = Field(default=(), max_length=MOST_RULES)

    @field_validator("contract")
    @classmethod
    def _causal(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if any(rule.basis != "causal" for rule in rules):
            raise ValueError("shares on the causal saving only")
        return rules

    def factor(self, lever: str) -> float:
        """Factor of a lever, one when it is untouched."""
        value = getattr(self, lever)
        return 1.0 if value is None else value
