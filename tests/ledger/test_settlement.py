"""Settlement: balance, no effect, prices, who pays, variants of support, the calendar, sizes of municipality."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from werkzorg import constants
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.transitions import CHAIN, programme_without_effect
from werkzorg.ledger.accounts import FIXED, chart
from werkzorg.ledger.settlement import LEDGER, check_balance, entry_amounts, per_year, settle
from werkzorg.params import parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.projection.trajectory import project
from werkzorg.rules import law_on
from werkzorg.rules.buig import kept_share, objective_weight

CENT = 1e-7
"""EUR per participant. Amounts are some ten thousands a year, rounding 1e-11; a line that is forgotten is above 1."""

EXACT = 1e-12
"""Relative, for a price that is doubled: a power of two, so nothing but the order of sums can differ."""


def changed(posterior: xr.Dataset, **factors: float) -> xr.Dataset:
    """Draws of some parameters times a factor; underscores in names stand for themselves."""
    return posterior.assign({name: posterior[name] * factor for name, factor in factors.items()})


def with_support(pilot, **update):
    return pilot.model_copy(update={"support": pilot.support.model_copy(update=update)})


def increment(ledger):
    return ledger.sel(arm="programme") - ledger.sel(arm="without")


# Balance


def test_parties_with_the_outside_add_up_to_nothing_in_every_month(made):
    total = made.ledger["net"].sum("party").values
    assert np.abs(total).max() < CENT


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_balance_holds_for_any_draws(drechtsteden, few, seed):
    """Every parameter of three draws moved at random, far beyond its prior."""
    rng = np.random.default_rng(seed)
    three = few.isel(draw=slice(0, 3))
    shares = {name for name in three.data_vars if (three[name] > 0).all() and (three[name] < 1).all()}
    # Shares stay shares; amounts, hazards and logs go up and down by half.
    moved = {
        name: ("draw", rng.beta(2, 2, 3) if name in shares else three[name].values * rng.uniform(0.5, 1.5, 3))
        for name in three.data_vars
        if name != "jobs.wage_factor"
    }
    pilot = drechtsteden.model_copy(update={"horizon_months": 24, "main_horizon_months": 24})
    ledger = settle(pilot, project(pilot, three.assign(moved)))
    assert ledger.attrs["balance_error"] <= constants.BALANCE_TOLERANCE
    inside = [party.id for party in parties() if party.inside]
    society = ledger["net"].sel(party=inside).sum(("party", "month"))
    entries = ledger["entry_year"].sum("year")
    resources = entries.where(ledger["payer"] == "outside", 0).sum("entry") - entries.where(
        ledger["payee"] == "outside", 0
    ).sum("entry")
    # The independent sum: what came from outside less what went there.
    np.testing.assert_allclose(society, resources, rtol=1e-9, atol=1e-9 * float(np.abs(entries).sum("entry").max()))


@pytest.mark.parametrize("party", ["client", "insurer", "state"])
def test_an_entry_with_one_side_stops_the_run(made, party):
    planted = made.ledger.copy(deep=True)
    planted["net"].loc[{"party": party, "month": 7, "draw": 4, "arm": "without"}] += 0.01
    with pytest.raises(WerkzorgError) as error:
        check_balance(planted)
    assert error.value.exit_code == ExitCode.RUN


def test_a_lost_resource_entry_stops_the_run(made):
    planted = made.ledger.copy(deep=True)
    planted["entry_year"].loc[{"entry": "wmo_cost", "year": 3}] = 0.0
    with pytest.raises(WerkzorgError):
        check_balance(planted)


def test_an_entry_is_a_resource_when_it_crosses_the_border_and_only_then(made, drechtsteden):
    known = {party.id for party in parties()}
    for account in chart(drechtsteden):
        assert (account.kind == "resource") == ("outside" in {account.payer, account.payee})
        assert {account.payer, account.payee} <= known
        assert account.payer != account.payee
    assert made.ledger["kind"].values.tolist() == [account.kind for account in chart(drechtsteden)]
    names = [account.id for account in chart(drechtsteden)]
    assert len(set(names)) == len(names) == made.ledger.sizes["entry"]


@pytest.mark.parametrize(
    ("entry", "payer", "payee"),
    [
        ("bijstand_net", "municipality", "client"),
        ("bijstand_levy", "municipality", "zvw_fund"),
        ("loonkostensubsidie", "municipality", "employer"),
        ("loonkostensubsidie_refund", "state", "municipality"),
        ("lkv", "state", "employer"),
        ("no_risk", "uwv", "employer"),
        ("budget_own", "municipality", "state"),
        ("budget_others", "other_municipalities", "state"),
        ("ggz_outpatient", "insurer", "ggz_institution"),
        ("risk_equalisation", "insurer", "zvw_fund"),
        ("wmo", "municipality", "wmo_provider"),
        ("wage_net", "employer", "client"),
        ("production", "outside", "employer"),
    ],
)
def test_who_pays_whom(entry, payer, payee):
    account = next(account for account in FIXED if account.id == entry)
    assert (account.payer, account.payee) == (payer, payee)


def test_net_per_party_is_the_sum_of_its_entries(made):
    for party in made.ledger["party"].values.tolist():
        sign = (made.ledger["payee"] == party).astype(float) - (made.ledger["payer"] == party)
        expected = (made.ledger["entry_year"] * sign).sum("entry").transpose("arm", "draw", "year")
        found = per_year(made.ledger["net"].sel(party=party).values)
        np.testing.assert_allclose(found, expected, rtol=0, atol=CENT, err_msg=party)


def test_years_hold_twelve_months_from_month_one():
    amount = np.arange(25.0)
    assert per_year(amount).tolist() == [sum(range(1, 13)), sum(range(13, 25))]
    assert per_year(np.ones((2, 3, 31))).tolist() == [[[12, 12, 6]] * 3] * 2


def test_month_zero_holds_nothing(made):
    assert (made.ledger["net"].isel(month=0) == 0).all()


def test_contract_refuses_a_ledger_without_an_arm(made):
    with pytest.raises(ValueError, match="arm"):
        LEDGER.check(made.ledger.isel(arm=[0]))


# No effect


@pytest.fixture(scope="module")
def without_effect(drechtsteden, few):
    null = programme_without_effect({name: few[name].values for name in CHAIN})
    posterior = few.assign({name: ("draw", values) for name, values in null.items()})
    return settle(drechtsteden, project(drechtsteden, posterior))


def test_without_effect_only_the_support_package_differs(without_effect):
    difference = increment(without_effect)["entry_year"]
    package = without_effect["entry"].str.startswith("support_") | without_effect["entry"].str.startswith("subsidy_")
    other = difference.where(~package, 0.0)
    # Not exactly zero: 1 - p(support) - p(alone) is summed in another order in the two arms.
    assert float(np.abs(other).max()) < CENT
    assert float(difference.where(package, 0.0).sum(("entry", "year")).min()) > 100


def test_without_effect_parties_differ_by_what_they_pay_for_support(without_effect):
    net = increment(without_effect)["net"].sum("month")
    entries = increment(without_effect)["entry_year"].sum("year")
    package = without_effect["entry"].str.startswith("support_") | without_effect["entry"].str.startswith("subsidy_")
    entries = entries.where(package, 0.0)
    paying = set()
    for party in without_effect["party"].values.tolist():
        sign = (without_effect["payee"] == party).astype(float) - (without_effect["payer"] == party)
        expected = (entries * sign).sum("entry")
        np.testing.assert_allclose(net.sel(party=party), expected, rtol=0, atol=CENT, err_msg=party)
        if np.abs(expected).max() > 1:
            paying.add(party)
    assert paying == {"municipality", "ggz_institution", "state", "outside"}


# Prices


@pytest.mark.parametrize(
    ("parameter", "doubled"),
    [
        ("jobcoach.hour_uwv", {"support_jobcoach_year1", "support_jobcoach_year2", "support_jobcoach_year3"}),
        ("wmo.guidance.series", {"wmo", "wmo_cost"}),
        ("staff.hour", {"support_intake_municipality", "support_case_meetings_municipality"}),
        ("ggz.counsellor_hour", {"support_intake_ggz", "support_case_meetings_ggz"}),
        ("employers_lunch.event", {"support_employers_lunch"}),
        ("ggz.crisis_admission", {"ggz_admission", "ggz_admission_cost"}),
        ("jobs.share_no_risk", {"no_risk"}),
    ],
)
def test_doubling_a_price_doubles_its_lines_and_only_them(drechtsteden, few, made, parameter, doubled):
    ledger = settle(drechtsteden, project(drechtsteden, changed(few, **{parameter: 2.0})))
    # What follows from the care that is saved moves along, and the mean of all care per client holds less outpatient
    # care when admissions are dearer; both have their own tests.
    moved = {"ggz_refill", "ggz_refill_cost", "risk_equalisation", "ggz_outpatient", "ggz_outpatient_cost"}
    follows = moved if parameter.startswith("ggz.crisis") else set()
    for entry in ledger["entry"].values.tolist():
        if entry in follows:
            continue
        before = made.ledger["entry_year"].sel(entry=entry)
        expected = before * (2.0 if entry in doubled else 1.0)
        np.testing.assert_allclose(
            ledger["entry_year"].sel(entry=entry), expected, rtol=EXACT, atol=1e-12, err_msg=entry
        )
        if entry in doubled:
            assert float(np.abs(before).max()) > 1
    assert doubled <= set(ledger["entry"].values.tolist())


def test_doubling_the_cost_of_fact_doubles_the_part_of_the_severe_group(drechtsteden, few, made):
    twice = settle(drechtsteden, project(drechtsteden, changed(few, **{"ggz.fact_year": 2.0})))
    none = settle(drechtsteden, project(drechtsteden, changed(few, **{"ggz.fact_year": 0.0})))
    line = [ledger["entry_year"].sel(entry="ggz_outpatient") for ledger in (none, made.ledger, twice)]
    np.testing.assert_allclose(line[2] - line[1], line[1] - line[0], rtol=1e-9)
    assert float((line[1] - line[0]).min()) > 1
    untouched = [name for name in twice["entry"].values if not name.startswith(("ggz_out", "ggz_refill", "risk_"))]
    np.testing.assert_allclose(
        twice["entry_year"].sel(entry=untouched), made.ledger["entry_year"].sel(entry=untouched), rtol=EXACT, atol=1e-12
    )


def local(identifier, value, start="2015-01-01", **more):
    """A local parameter of a pilot."""
    source = {"title": "Own books", "publisher": "Municipality", "year": 2018}
    return {
        "id": identifier,
        "values": [{"from": start, "value": value}],
        "source": source,
        "status": "verified",
        **more,
    }


def test_doubling_a_price_in_the_pilot_file_doubles_its_lines(drechtsteden, few, made):
    """A parameter that carries no uncertainty is read from the catalogue: the local value of the pilot."""
    hours = drechtsteden.model_copy(update={"parameters": (local("jobcoach.hours.middle", 120, "2023-01-01"),)})
    ledger = settle(hours, project(hours, few))
    for entry in ledger["entry"].values.tolist():
        expected = made.ledger["entry_year"].sel(entry=entry) * (2.0 if entry == "support_jobcoach_year1" else 1.0)
        np.testing.assert_allclose(
            ledger["entry_year"].sel(entry=entry), expected, rtol=EXACT, atol=1e-12, err_msg=entry
        )


# Budgets of municipalities


def with_inhabitants(pilot, *inhabitants):
    first = pilot.municipalities[0]
    members = tuple(
        first.model_copy(update={"name": f"M{i}", "inhabitants": number}) for i, number in enumerate(inhabitants)
    )
    return pilot.model_copy(update={"municipalities": members})


@pytest.fixture(scope="module")
def sure(few):
    """All kept at first, as the rule says; the uncertain first share below one would already cost in year 1."""
    return few.assign(
        {name: few[name] * 0 + 1.0 for name in ("buig.retention.objective.year1", "buig.retention.historical.year1_2")}
    )


def budget(pilot, posterior):
    ledger = settle(pilot, project(pilot, posterior))
    lines = {
        name: ledger["entry_year"].sel(arm="programme", entry=name, drop=True)
        for name in ("budget_own", "budget_others")
    }
    names = ["bijstand_net", "bijstand_tax", "bijstand_levy"]
    saving = -increment(ledger)["entry_year"].sel(entry=names).sum("entry")
    return lines["budget_own"], lines["budget_others"], saving


def test_no_budget_follows_in_the_first_year(drechtsteden, sure):
    own, others, saving = budget(drechtsteden, sure)
    assert float(np.abs(own.sel(year=1)).max()) < CENT
    assert float(np.abs(others.sel(year=1)).max()) < CENT
    assert float(np.abs(own.sel(year=2)).min()) > 0.01 and float(np.abs(saving.sel(year=1)).min()) > 10


def test_what_is_settled_at_once_concerns_the_own_municipality_only(drechtsteden, few):
    own, others, _ = budget(drechtsteden, few)
    assert float(np.abs(others.sel(year=1)).max()) < CENT
    assert float(own.sel(year=1).max()) > 1


def test_the_state_gets_back_what_was_saved_a_year_before(drechtsteden, sure):
    own, others, saving = budget(drechtsteden, sure)
    np.testing.assert_allclose((own + others).isel(year=slice(1, None)), saving.isel(year=slice(0, -1)), atol=CENT)
    assert float(np.abs((own + others).sel(year=1)).max()) < CENT


def test_a_large_municipality_keeps_its_drawn_share_and_a_small_one_loses_it_after_two_years(drechtsteden, sure):
    own, _, saving = budget(with_inhabitants(drechtsteden, 118_000), sure)
    kept = sure["p_buig_retained_large"].drop_vars("draw")
    np.testing.assert_allclose(
        own.isel(year=slice(1, None)),
        ((1 - kept) * saving.isel(year=slice(0, -1))).transpose("draw", "year"),
        atol=CENT,
    )
    own, _, saving = budget(with_inhabitants(drechtsteden, 10_000), sure)
    later = sure["buig.retention.historical.year3plus"].drop_vars("draw")
    np.testing.assert_allclose(
        own.isel(year=slice(2, None)),
        ((1 - later) * saving.isel(year=slice(0, -2))).transpose("draw", "year"),
        atol=CENT,
    )
    assert float(np.abs(own.isel(year=slice(0, 2))).max()) < CENT


def test_members_count_by_their_inhabitants(drechtsteden, sure):
    mixed, large, small = (
        budget(with_inhabitants(drechtsteden, *numbers), sure)[0]
        for numbers in ((90_000, 10_000), (90_000,), (10_000,))
    )
    np.testing.assert_allclose(mixed, 0.9 * large + 0.1 * small, atol=CENT)
    assert float(np.abs(large - small).max()) > 1


def test_at_national_scale_almost_nothing_stays(drechtsteden, sure):
    national = drechtsteden.model_copy(update={"scale": "national"})
    own, _, saving = budget(national, sure)
    kept = sure["buig.retention.national_rollout.year2plus"].drop_vars("draw")
    np.testing.assert_allclose(
        own.isel(year=slice(1, None)),
        ((1 - kept) * saving.isel(year=slice(0, -1))).transpose("draw", "year"),
        atol=CENT,
    )


def test_kept_share_of_the_rule_is_what_the_ledger_keeps(drechtsteden):
    law = law_on(catalogue_of(drechtsteden), drechtsteden.valuation_date, drechtsteden.valuation_date)
    assert objective_weight([10_000, 27_500, 118_000], law).tolist() == [0, 0.5, 1]
    assert float(kept_share(118_000, 1, law)) == 1.0 and float(kept_share(118_000, 2, law)) < 1.0
    assert float(kept_share(10_000, 2, law)) == 1.0 and float(kept_share(10_000, 3, law)) < 0.5


def test_higher_kept_share_is_better_for_the_municipality_and_worse_for_the_others(drechtsteden, few, made):
    more = few.assign({"p_buig_retained_large": 0.5 + 0.5 * few["p_buig_retained_large"]})
    before, after = (
        increment(ledger)["net"].sum("month")
        for ledger in (made.ledger, settle(drechtsteden, project(drechtsteden, more)))
    )
    change = after - before
    saved = (
        -increment(made.ledger)["entry_year"].sel(entry=["bijstand_net", "bijstand_tax", "bijstand_levy"]).sum("entry")
    )
    # With a saving throughout; the state's budget does not depend on who loses it.
    gains = (saved.isel(year=slice(0, -1)) > 0).all("year").values
    assert gains.any()
    assert (change.sel(party="municipality").values[gains] > 0).all()
    np.testing.assert_allclose(change.sel(party="other_municipalities"), -change.sel(party="municipality"), atol=CENT)
    np.testing.assert_allclose(change.sel(party="state"), 0, atol=CENT)


# Care


def test_all_places_refilled_leaves_the_insurer_nothing(drechtsteden, few):
    full = few.assign({"care.refilled": few["care.refilled"] * 0 + 1.0})
    net = increment(settle(drechtsteden, project(drechtsteden, full)))["net"].sum("month")
    assert float(np.abs(net.sel(party="insurer")).max()) < CENT
    assert float(np.abs(net.sel(party="zvw_fund")).max()) > 1  # its levies on wages and bijstand do change


def test_insurer_keeps_the_saving_of_the_first_year_and_then_its_share(drechtsteden, few):
    open_places = few.assign({"care.refilled": few["care.refilled"] * 0})
    ledger = settle(drechtsteden, project(drechtsteden, open_places))
    difference = increment(ledger)["entry_year"]
    saving = -difference.sel(entry=["ggz_outpatient", "ggz_admission"]).sum("entry")
    lost = difference.sel(entry="risk_equalisation")
    share = 1 - few["p_insurer_retained"].drop_vars("draw")
    assert float(np.abs(lost.sel(year=1)).max()) == 0.0
    expected = (share * saving.isel(year=slice(0, -1))).transpose("draw", "year")
    np.testing.assert_allclose(lost.isel(year=slice(1, None)), expected, atol=CENT)


# Instruments and their calendar


def test_state_refunds_loonkostensubsidie_from_2022_only(drechtsteden, few):
    """Enrolment half-way 3 May 2018: months 1 to 44 lie before 2022. A shift of one month shows in month 44 or 45."""
    ledger = settle(drechtsteden, project(drechtsteden, few))
    amounts = entry_months(drechtsteden, few)
    paid, refund = amounts["loonkostensubsidie"], amounts["loonkostensubsidie_refund"]
    assert (paid[:, :, 1:] > 0).all()
    assert (refund[:, :, :45] == 0).all()
    assert (refund[:, :, 45:] > 0).all()
    refunded = refund[:, :, 45:] / paid[:, :, 45:]
    # One part per draw for all later months; the municipality keeps between nothing and 30% (the rule's interval).
    np.testing.assert_allclose(refunded, np.broadcast_to(refunded[:1, :, :1], refunded.shape), rtol=EXACT)
    assert ((refunded > 0.7) & (refunded < 1)).all()
    assert np.ptp(refunded[0, :, 0]) > 0.01
    assert float(ledger["entry_year"].sel(entry="loonkostensubsidie_refund", year=3).max()) == 0.0


def entry_months(pilot, posterior):
    """Entries by month, (arm, draw, month)."""
    return entry_amounts(pilot, catalogue_of(pilot), project(pilot, posterior))


def test_low_income_benefit_ends_with_its_law(drechtsteden, few):
    """LIV ended on 1 January 2025: month 81 after May 2018."""
    liv = entry_months(drechtsteden, few)["liv"]
    assert (liv[:, :, 80] > 0).any() and (liv[:, :, 81:] == 0).all()


def test_price_of_a_law_is_never_used_as_a_year_for_a_month(drechtsteden, few, made):
    """Known size: nobody works, so each month costs the norm; a year is twelve norms with tax and levy on top."""
    idle = few.assign({"p_baseline_entry_hazard": few["p_baseline_entry_hazard"] * 1e-12,
                       "exit_other.month": few["exit_other.month"] * 1e-12})  # fmt: skip
    ledger = settle(drechtsteden, project(drechtsteden, idle))
    catalogue, on = catalogue_of(drechtsteden), drechtsteden.valuation_date
    single, couple = (catalogue.amount(f"bijstand.net.{name}", on).value for name in ("single", "couple"))
    sharer = couple * (catalogue.value("bijstand.kostendeler.fixed", on) / catalogue.value("bijstand.sharers", on)
                       + catalogue.value("bijstand.kostendeler.per_person", on))  # fmt: skip
    mix = drechtsteden.households.shares()
    norm = (mix["single"] + mix["single_parent"]) * single + mix["couple"] * couple + mix["cost_sharer"] * sharer
    # 1e-9 of the people may still have work or another income.
    found = ledger["entry_year"].sel(arm="without", entry="bijstand_net").values
    assert found == pytest.approx(12 * norm, rel=1e-6)
    assert 10_000 < 12 * norm < 15_000


def test_income_of_client_without_work_is_bijstand_or_the_same_from_elsewhere(made):
    """Leaving bijstand without work is no gain to the client in the model: what the client gets does not change."""
    entries = made.ledger["entry_year"].sel(arm="without")
    idle = entries.sel(entry="other_income")
    assert (idle > 0).all()
    share = made.trajectory["occupancy"].sel(arm="without", state="off_no_work").values
    net = idle.values / per_year(share)
    assert net == pytest.approx(float(net.flat[0]), rel=1e-9)


@pytest.mark.parametrize(
    ("instrument", "entries"),
    [
        ("loonkostensubsidie", {"loonkostensubsidie", "loonkostensubsidie_refund"}),
        ("no_risk", {"no_risk"}),
        ("employer_benefits", {"lkv", "liv"}),
    ],
)
def test_an_instrument_that_is_not_used_costs_nothing(drechtsteden, few, instrument, entries):
    kept = tuple(name for name in drechtsteden.support.instruments if name != instrument)
    pilot = with_support(drechtsteden, instruments=kept)
    ledger = settle(pilot, project(pilot, few))
    assert float(np.abs(ledger["entry_year"].sel(entry=list(entries))).max()) == 0.0


# Memo


def test_memo_lines_count_what_they_say(made):
    memo = made.ledger["memo_year"].sum("year")
    worked = made.trajectory["at_work"].sum(("tenure", "month"))
    np.testing.assert_allclose(memo.sel(memo="months_worked"), worked, rtol=EXACT)
    np.testing.assert_allclose(
        memo.sel(memo="qaly"), worked * made.trajectory["p_utility_gain_in_work"] / 12, rtol=EXACT
    )
    hours = (memo.sel(memo="hours_worked") / memo.sel(memo="months_worked")).values
    # Eight hours classes between 8 and 36 hours a week, 52 weeks a year.
    assert ((hours > 8 * 52 / 12) & (hours < 36 * 52 / 12)).all()
    np.testing.assert_allclose(hours[0], hours[1], rtol=EXACT)
    assert (memo.sel(memo="first_jobs") <= 1).all()
    assert (memo.sel(memo="job_starts") >= memo.sel(memo="first_jobs")).all()
