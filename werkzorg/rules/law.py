"""What the law says on a date, in euros of a valuation year: one frozen object that every rule takes.

Made by :func:`werkzorg.rules.lawbook.law_on`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Household = Literal["single", "single_parent", "couple", "cost_sharer"]
Number = float
"""A number; where a field is uncertain, an array of draws may take its place (`dataclasses.replace`)."""


@dataclass(frozen=True)
class Disregard:
    """An earnings disregard: share of net earnings, EUR/month at most, from month `first` to `last` in the job."""

    share: Number
    maximum: Number
    first: int
    last: int


@dataclass(frozen=True)
class BijstandLaw:
    """Net norms (EUR/month, holiday pay included) and disregards; a disregard that does not exist yet is None."""

    net_single: Number
    net_couple: Number
    sharers: Number
    sharer_fixed: Number
    sharer_per_person: Number
    disregard: Disregard
    disregard_single_parent: Disregard
    disregard_lks: Disregard | None


@dataclass(frozen=True)
class WageLaw:
    """Minimum wage (EUR/hour and EUR/month, without holiday pay), holiday share, employer charges (shares of gross)."""

    minimum_hour: Number
    minimum_month: Number
    holiday: Number
    charges_total: Number
    zvw_levy: Number


@dataclass(frozen=True)
class TaxLaw:
    """Income tax: two brackets, general credit, employed person's credit (EUR/year, shares); numbers, never draws."""

    rate1: Number
    limit1: Number
    rate2: Number
    general_maximum: Number
    general_start: Number
    general_down: Number
    work_rates: tuple[Number, Number, Number]
    work_limits: tuple[Number, Number, Number]
    work_down: Number


@dataclass(frozen=True)
class SubsidyLaw:
    """Loonkostensubsidie: cap, uplift for employer charges, forfait, reference hours, share the municipality bears."""

    cap: Number
    uplift: Number
    forfait_share: Number
    forfait_months: Number
    reference_hours: Number
    municipal_share: Number


@dataclass(frozen=True)
class EmployerLaw:
    """LKV jobs agreement and LIV (EUR/hour, EUR/year); `liv` is None when it does not exist on the law date."""

    lkv_hour: Number
    lkv_maximum: Number
    lkv_months: Number
    liv: LivLaw | None


@dataclass(frozen=True)
class LivLaw:
    """Low-income benefit: two wage bands relative to the minimum wage, each with EUR/hour and EUR/year at most."""

    hour: Number
    maximum: Number
    upper_hour: Number
    upper_maximum: Number
    hours_least: Number
    wage_middle: Number
    wage_high: Number


@dataclass(frozen=True)
class NoRiskLaw:
    """No-riskpolis: sick pay as share of the wage, first year and after; sickness rate and take-up (shares)."""

    share_first_year: Number
    share_after: Number
    sickness_rate: Number
    take_up: Number


@dataclass(frozen=True)
class BuigLaw:
    """Funding of bijstand: size limits (inhabitants), kept shares first and later, delays (years)."""

    historical_below: Number
    objective_above: Number
    objective_first: Number
    objective_later: Number
    historical_first: Number
    historical_later: Number
    national_later: Number
    macro_lag: Number
    historical_lag: Number


@dataclass(frozen=True)
class EqualisationLaw:
    """Risk equalisation of health insurers: share of a saving lost, and after how many years."""

    loss_share: Number
    lag: Number


@dataclass(frozen=True)
class Law:
    """The rules in force on `law_date`, with money in euros of the year of `valuation_date`."""

    law_date: date
    valuation_date: date
    bijstand: BijstandLaw
    wage: WageLaw
    tax: TaxLaw
    subsidy: SubsidyLaw
    employer: EmployerLaw
    no_risk: NoRiskLaw
    buig: BuigLaw
    equalisation: EqualisationLaw
