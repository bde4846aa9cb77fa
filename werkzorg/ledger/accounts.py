"""The chart of accounts: every kind of entry with its payer, payee and nature.

An entry is a real resource when one side is the outside world (care, coaching, production), else a transfer.
Labels stand in the catalogue of words as `item.<item>`.
"""

from __future__ import annotations

from dataclasses import dataclass

from werkzorg.pilot import Component, Pilot, Subsidy

OUTSIDE = "outside"
"""The party through which real resources enter and leave society."""


@dataclass(frozen=True)
class Account:
    """One kind of entry.

    Parameters
    ----------
    id : str
        Unique name of the entry.
    payer, payee : str
        Parties; a negative amount flows the other way.
    item : str
        What it is for; entries of one item are shown together.
    """

    id: str
    payer: str
    payee: str
    item: str

    @property
    def kind(self) -> str:
        """`resource` when it crosses the border with the outside world, else `transfer`."""
        return "resource" if OUTSIDE in (self.payer, self.payee) else "transfer"


FIXED = (
    Account("bijstand_net", "municipality", "client", "bijstand"),
    Account("bijstand_tax", "municipality", "state", "bijstand_tax"),
    Account("bijstand_levy", "municipality", "zvw_fund", "bijstand_tax"),
    Account("other_income", "state", "client", "other_income"),
    Account("budget_own", "municipality", "state", "budget_correction"),
    Account("budget_others", "other_municipalities", "state", "budget_correction"),
    Account("wage_net", "employer", "client", "wage"),
    Account("wage_tax", "employer", "state", "wage_tax"),
    Account("wage_levy", "employer", "zvw_fund", "wage_tax"),
    Account("wage_premiums", "employer", "uwv", "wage_premiums"),
    Account("production", OUTSIDE, "employer", "production"),
    Account("loonkostensubsidie", "municipality", "employer", "loonkostensubsidie"),
    Account("loonkostensubsidie_refund", "state", "municipality", "loonkostensubsidie_refund"),
    Account("lkv", "state", "employer", "employer_benefits"),
    Account("liv", "state", "employer", "employer_benefits"),
    Account("no_risk", "uwv", "employer", "no_risk"),
    Account("ggz_outpatient", "insurer", "ggz_institution", "ggz_outpatient"),
    Account("ggz_outpatient_cost", "ggz_institution", OUTSIDE, "ggz_outpatient"),
    Account("ggz_admission", "insurer", "ggz_institution", "ggz_admission"),
    Account("ggz_admission_cost", "ggz_institution", OUTSIDE, "ggz_admission"),
    Account("ggz_refill", "insurer", "ggz_institution", "ggz_refill"),
    Account("ggz_refill_cost", "ggz_institution", OUTSIDE, "ggz_refill"),
    Account("risk_equalisation", "insurer", "zvw_fund", "risk_equalisation"),
    Account("wmo", "municipality", "wmo_provider", "wmo"),
    Account("wmo_cost", "wmo_provider", OUTSIDE, "wmo"),
)
"""Accounts that every pilot has."""


def component_accounts(component: Component) -> tuple[Account, ...]:
    """Accounts of one support component: paid to its provider, who spends it; or spent directly."""
    name = component.item
    if component.provider == OUTSIDE:
        return (Account(name, component.payer, OUTSIDE, name),)
    return (
        Account(name, component.payer, component.provider, name),
        Account(f"{name}_cost", component.provider, OUTSIDE, name),
    )


def subsidy_accounts(subsidy: Subsidy, pilot: Pilot) -> tuple[Account, ...]:
    """Accounts of a subsidy: one per party whose components it covers."""
    payers = dict.fromkeys(part.payer for part in pilot.support.active() if part.id in subsidy.covers)
    name = f"subsidy_{subsidy.id}"
    return tuple(Account(f"{name}_{payer}", subsidy.payer, payer, name) for payer in payers)


def employed_accounts(pilot: Pilot) -> tuple[Account, ...]:
    """Account of the wages of those whom the programme employs: that part of their pay does not leave society."""
    if pilot.employed is None:
        return ()
    parts = [part for part in pilot.support.active() if part.id == pilot.employed.pay]
    return tuple(Account(f"{part.item}_wages", part.provider, OUTSIDE, part.item) for part in parts)


def chart(pilot: Pilot) -> tuple[Account, ...]:
    """All accounts of a pilot, in the order in which reports list them."""
    support = [account for part in pilot.support.active() for account in component_accounts(part)]
    support += employed_accounts(pilot)
    subsidies = [account for subsidy in pilot.support.subsidies for account in subsidy_accounts(subsidy, pilot)]
    return (*FIXED, *support, *subsidies)
