"""The support package: quantity times price, variants, spread, subsidy."""

from __future__ import annotations

import numpy as np
import pytest

from werkzorg.ledger.accounts import component_accounts
from werkzorg.ledger.settlement import settle
from werkzorg.ledger.support import support_entries
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Component
from werkzorg.projection.trajectory import project

EXACT = 1e-12
"""Products of a handful of numbers."""


@pytest.fixture(scope="module")
def entries(drechtsteden, made):
    return support_entries(drechtsteden, catalogue_of(drechtsteden), made.trajectory)


def with_support(pilot, **update):
    return pilot.model_copy(update={"support": pilot.support.model_copy(update=update)})


def supported(pilot, trajectory):
    return support_entries(pilot, catalogue_of(pilot), trajectory)


def test_support_is_paid_in_the_programme_arm_only(made):
    package = made.ledger["item"].str.startswith("support_") | made.ledger["item"].str.startswith("subsidy_")
    without = made.ledger["entry_year"].sel(arm="without").where(package, 0.0)
    assert float(np.abs(without).max()) == 0.0


def test_key_officer_costs_half_a_share_of_the_caseload_over_a_year(entries, made):
    t = made.trajectory
    total = t["keyofficer.fte"] * t["keyofficer.months"] / 12 / t["keyofficer.caseload"] * 0.5
    amount = entries["support_key_officer_municipality"]
    assert amount.sum(axis=1) == pytest.approx(total.values, rel=EXACT)
    assert amount[:, 1:13] == pytest.approx(np.repeat(total.values[:, None] / 12, 12, axis=1), rel=EXACT)
    assert (amount[:, 13:] == 0).all() and (amount[:, 0] == 0).all()


def test_lunch_is_shared_by_the_planned_participants_and_intake_is_not(entries, made, drechtsteden):
    lunch = entries["support_employers_lunch"]
    assert lunch.sum(axis=1) * drechtsteden.participants_planned == pytest.approx(
        made.trajectory["employers_lunch.event"].values, rel=EXACT
    )
    intake = (made.trajectory["staff.hour"] * made.trajectory["intake.hours"]).values
    assert entries["support_intake_municipality"][:, 1] == pytest.approx(intake, rel=EXACT)


def test_coach_hours_fall_with_the_year_of_the_job(entries, made):
    coached = made.trajectory["coached"].sel(arm="programme")
    price = (made.trajectory["jobcoach.hour_uwv"] * made.trajectory["jobs.share_jobcoach"]).values[:, None]
    for year, (hours, bands) in {1: (60, [0, 3, 6]), 2: (36, [12, 18]), 3: (18, [24])}.items():
        expected = coached.sel(tenure=bands).sum("tenure").values * hours / 12 * price
        assert entries[f"support_jobcoach_year{year}"] == pytest.approx(expected, rel=EXACT, abs=1e-12)


def test_case_meetings_only_while_searching_with_support(entries, made):
    months = made.trajectory["searching_supported"].sel(arm="programme").values.copy()
    months[:, 0] = 0.0
    price = (made.trajectory["staff.hour"] * made.trajectory["casemeeting.hours_month"]).values[:, None]
    assert entries["support_case_meetings_municipality"] == pytest.approx(months * price, rel=EXACT)


# Variants


def test_new_person_is_bought_and_own_counsellor_goes_through_the_institution(drechtsteden, few, made):
    own = with_support(drechtsteden, variants={"jobcoach": "own_counsellor"})
    ledger = settle(own, project(own, few))
    names = set(ledger["entry"].values.tolist())
    assert {"support_own_coach_year1", "support_own_coach_year1_cost"} <= names
    assert not any(name.startswith("support_jobcoach") for name in names)
    assert not any("own_coach" in name for name in made.ledger["entry"].values.tolist())
    sides = {
        name: (str(ledger["payer"].sel(entry=name).item()), str(ledger["payee"].sel(entry=name).item()))
        for name in ("support_own_coach_year1", "support_own_coach_year1_cost")
    }
    assert list(sides.values()) == [("municipality", "ggz_institution"), ("ggz_institution", "outside")]
    paid, spent = (ledger["entry_year"].sel(entry=name) for name in sides)
    np.testing.assert_array_equal(paid, spent)
    # The same hours at another price.
    ratio = (few["ggz.counsellor_hour"] / few["jobcoach.hour_uwv"]).values[:, None]
    bought = made.ledger["entry_year"].sel(arm="programme", entry="support_jobcoach_year1")
    np.testing.assert_allclose(paid.sel(arm="programme"), bought * ratio, rtol=EXACT, atol=1e-12)


def test_accounts_of_a_component():
    part = {"id": "coach", "label": {"nl": "a", "en": "a"}, "driver": "participant", "price": "staff.hour"}
    direct = component_accounts(Component(**part, payer="uwv"))
    assert [(a.payer, a.payee, a.kind) for a in direct] == [("uwv", "outside", "resource")]
    through = component_accounts(Component(**part, payer="uwv", provider="ggz_institution"))
    assert [(a.payer, a.payee, a.kind) for a in through] == [
        ("uwv", "ggz_institution", "transfer"),
        ("ggz_institution", "outside", "resource"),
    ]
    assert {a.item for a in through} == {"support_coach"}


# Subsidy


def subsidised(entries):
    cost = entries["support_key_officer_municipality"] + entries["support_key_officer_ggz"]
    repaid = entries["subsidy_szw_key_officers_municipality"] + entries["subsidy_szw_key_officers_ggz_institution"]
    return cost.sum(axis=1), repaid.sum(axis=1)


def test_subsidy_is_the_cost_up_to_its_maximum(drechtsteden, entries):
    cost, repaid = subsidised(entries)
    maximum = catalogue_of(drechtsteden).amount("region.subsidy_2017", drechtsteden.valuation_date).value
    per_participant = maximum / drechtsteden.participants_planned
    assert repaid == pytest.approx(np.minimum(cost, per_participant), rel=EXACT)
    assert (cost > per_participant).any() and (cost < per_participant).any()  # both sides of the maximum are met


@pytest.mark.parametrize(("participants", "capped"), [(2, False), (400, True)])
def test_a_small_pilot_is_repaid_in_full_and_a_large_one_the_maximum(drechtsteden, made, participants, capped):
    pilot = drechtsteden.model_copy(update={"participants_planned": participants})
    cost, repaid = subsidised(supported(pilot, made.trajectory))
    maximum = catalogue_of(pilot).amount("region.subsidy_2017", pilot.valuation_date).value
    expected = np.full_like(cost, maximum / participants) if capped else cost
    assert repaid == pytest.approx(expected, rel=EXACT)


def test_subsidy_is_shared_in_proportion_to_what_each_pays(drechtsteden, made):
    components = tuple(
        part.model_copy(update={"times": (*part.times, 3.0)}) if part.id == "key_officer_ggz" else part
        for part in drechtsteden.support.components
    )
    entries = supported(with_support(drechtsteden, components=components), made.trajectory)
    own, other = (
        entries[f"subsidy_szw_key_officers_{payer}"].sum(axis=1) for payer in ("municipality", "ggz_institution")
    )
    assert other == pytest.approx(3 * own, rel=EXACT)


def test_without_components_there_is_nothing_to_pay(drechtsteden, few):
    bare = with_support(drechtsteden, components=(), subsidies=(), variants={})
    ledger = settle(bare, project(bare, few))
    assert not any(name.startswith(("support_", "subsidy_")) for name in ledger["entry"].values.tolist())
