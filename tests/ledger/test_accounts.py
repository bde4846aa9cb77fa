"""The chart of accounts, as a table of who pays whom, and the accounts of components and subsidies."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from werkzorg.ledger.accounts import FIXED, Account, chart, component_accounts, subsidy_accounts

FLOWS = {
    ("municipality", "client"): {"bijstand_net"},
    ("municipality", "state"): {"bijstand_tax", "budget_own"},
    ("municipality", "zvw_fund"): {"bijstand_levy"},
    ("municipality", "employer"): {"loonkostensubsidie"},
    ("municipality", "wmo_provider"): {"wmo"},
    ("other_municipalities", "state"): {"budget_others"},
    ("state", "client"): {"other_income"},
    ("state", "municipality"): {"loonkostensubsidie_refund"},
    ("state", "employer"): {"lkv", "liv"},
    ("employer", "client"): {"wage_net"},
    ("employer", "state"): {"wage_tax"},
    ("employer", "zvw_fund"): {"wage_levy"},
    ("employer", "uwv"): {"wage_premiums"},
    ("uwv", "employer"): {"no_risk"},
    ("insurer", "ggz_institution"): {"ggz_outpatient", "ggz_admission", "ggz_refill"},
    ("insurer", "zvw_fund"): {"risk_equalisation"},
    ("outside", "employer"): {"production"},
    ("ggz_institution", "outside"): {"ggz_outpatient_cost", "ggz_admission_cost", "ggz_refill_cost"},
    ("wmo_provider", "outside"): {"wmo_cost"},
}
"""Payer and payee as the law and the contracts have them (`docs/model.md`)."""


def part(identifier, payer, provider="outside"):
    return SimpleNamespace(id=identifier, item=f"support_{identifier}", payer=payer, provider=provider)


def pilot_of(parts, *subsidies):
    support = SimpleNamespace(active=lambda: tuple(parts), subsidies=subsidies)
    return SimpleNamespace(support=support, employed=None)


def test_who_pays_whom():
    found = {}
    for account in chart(pilot_of([])):
        found.setdefault((account.payer, account.payee), set()).add(account.id)
    assert found == FLOWS


def test_what_crosses_the_border_is_real():
    real = {account.id for account in FIXED if account.kind == "resource"}
    assert real == {"production", "ggz_outpatient_cost", "ggz_admission_cost", "ggz_refill_cost", "wmo_cost"}
    assert {account.kind for account in FIXED if account.id not in real} == {"transfer"}


def test_a_provider_gets_the_money_and_spends_it():
    assert component_accounts(part("coach", "municipality", "ggz_institution")) == (
        Account("support_coach", "municipality", "ggz_institution", "support_coach"),
        Account("support_coach_cost", "ggz_institution", "outside", "support_coach"),
    )
    assert component_accounts(part("lunch", "insurer")) == (
        Account("support_lunch", "insurer", "outside", "support_lunch"),
    )


@pytest.mark.parametrize("covers", [("coach", "intake"), ("coach", "intake", "lunch")])
def test_a_subsidy_repays_each_payer_once_and_only_what_it_covers(covers):
    parts = [part("coach", "municipality"), part("intake", "municipality"), part("lunch", "insurer")]
    subsidy = SimpleNamespace(id="esf", payer="state", covers=covers)
    payers = ["municipality", "insurer"][: len(covers) - 1]
    wanted = tuple(Account(f"subsidy_esf_{payer}", "state", payer, "subsidy_esf") for payer in payers)
    assert subsidy_accounts(subsidy, pilot_of(parts)) == wanted
    found = chart(pilot_of(parts, subsidy))
    assert found[: len(FIXED)] == FIXED
    assert [account.id for account in found[len(FIXED) :]] == [
        "support_coach", "support_intake", "support_lunch", *(account.id for account in wanted),
    ]  # fmt: skip
