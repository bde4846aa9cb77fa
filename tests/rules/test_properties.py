"""What must hold for every wage, household and year."""

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkzorg.params import catalogue
from werkzorg.rules import bijstand, buig, client, employer_benefits, law_on, loonkostensubsidie, no_riskpolis
from werkzorg.rules import risk_equalisation as equalisation
from werkzorg.rules import wage as wages

YEARS = range(2018, 2027)
LAWS = {year: law_on(catalogue(), date(year, 1, 1), date(year, 1, 1)) for year in YEARS}
HOUSEHOLDS = ("single", "single_parent", "couple", "cost_sharer")
any_law = st.sampled_from(list(LAWS.values()))
any_household = st.sampled_from(HOUSEHOLDS)
money = st.floats(0, 40_000)
# Sums and differences of amounts below 1e5 in doubles.
CENT = 1e-6

GROSS_TABLE = {
    # year: gross single, gross + Zvw single, gross + Zvw couple; published in whole euros
    2018: (15194, 16242, 21023),
    2019: (15562, 16644, 21388),
    2020: (15893, 16958, 21587),
    2021: (16038, 17161, 21757),
    2022: (16228, 17324, 21949),
    2023: (18081, 19289, 24588),
    2024: (19343, 20613, 26200),
    2025: (20597, 21938, 28430),
    2026: (21328, 22629, 29387),
}


@pytest.mark.parametrize("year", YEARS)
def test_gross_table(year):
    mean = {
        kind: 6 * sum(catalogue().value(f"bijstand.net.{kind}", date(year, month, 1)) for month in (1, 12))
        for kind in ("single", "couple")
    }
    single = bijstand.gross_up(mean["single"], 0.0, "single", LAWS[year])
    couple = bijstand.gross_up(mean["couple"], 0.0, "couple", LAWS[year])
    found = (single.gross, single.total, couple.total)
    # Whole euros in the table; a slip in the month of a norm change gives 30 or more.
    np.testing.assert_allclose(found, GROSS_TABLE[year], atol=1.0)


@pytest.mark.parametrize("year", YEARS)
def test_computed_gross_agrees_with_the_shipped_series(year):
    entry = catalogue().value("bijstand.gross.single", date(year, 1, 1))
    assert entry == GROSS_TABLE[year][0]


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021, 2025])
def test_work_credit_reaches_the_published_maximum(year):
    law = LAWS[year]
    # Published in whole euros, thresholds too.
    assert wages.work_credit(law.tax.work_limits[2], law) == pytest.approx(
        catalogue().value("tax.ak_max", date(year, 1, 1)), abs=1.0
    )


@given(money, money, any_law)
def test_gross_up_is_the_inverse_of_tax(net, gross_wage, law):
    cost = bijstand.gross_up(net, gross_wage, "single", law)
    extra = wages.tax_year(gross_wage + cost.gross, gross_wage, law) - wages.tax_year(gross_wage, gross_wage, law)
    assert cost.gross - extra == pytest.approx(net, abs=CENT)
    assert cost.tax >= -CENT
    assert cost.total == pytest.approx(cost.net + cost.tax + cost.zvw_levy)


@given(money, money, any_law)
def test_gross_up_rises_with_the_net_amount(net, gross_wage, law):
    less, more = (bijstand.gross_up(amount, gross_wage, "couple", law).gross for amount in (net, net + 1))
    assert more - less >= 1 - CENT


@given(money, any_law)
def test_couple_without_wage_uses_two_credits(net, law):
    couple = bijstand.gross_up(2 * net, 0.0, "couple", law)
    single = bijstand.gross_up(net, 0.0, "single", law)
    assert couple.total == pytest.approx(2 * single.total, abs=CENT)


@given(st.floats(0, 3000), st.integers(1, 40), any_household, st.booleans(), any_law)
def test_supplement_falls_with_the_wage_and_income_does_not(net, month, household, lks, law):
    low, high = (bijstand.supplement(amount, month, household, lks, law) for amount in (net, net + 10))
    assert low >= high - CENT
    assert high >= 0
    # Total income never falls within a month in the job when the wage rises.
    assert net + 10 + high >= net + low - CENT


@given(st.floats(0, 3000), any_household, st.booleans(), any_law)
def test_supplement_never_exceeds_the_norm_and_falls_when_the_disregard_ends(net, household, lks, law):
    months = np.array([1, 6, 7, 18, 19, 36, 37, 120])
    found = bijstand.supplement(net, months, household, lks, law)
    assert (found <= bijstand.net_norm(household, law) + CENT).all()
    assert found[-1] == pytest.approx(max(bijstand.net_norm(household, law) - net, 0.0))
    assert (found >= found[-1] - CENT).all()


def test_disregard_not_applied_is_none_at_all():
    law = LAWS[2018]
    assert bijstand.supplement(700.0, 1, "single", False, law, applied=False) == pytest.approx(992.12 - 700)


def test_part_time_trap_shows():
    hours = np.arange(0, 37)
    income = client.net_income(hours, "single", 12, LAWS[2018])
    gain = income.gain
    # At the norm of 2018 the first hours bring nothing at all; full time brings more than 500 a month.
    assert (np.abs(gain[:23]) < CENT).all()
    assert gain[24] > 0
    assert gain[36] > 500
    early = client.net_income(hours, "single", 1, LAWS[2018])
    assert (early.gain[1:23] > 0).all()
    # At 28 hours the first months leave less of an advantage than at 20 hours: more work, no more income.
    assert early.gain[28] <= early.gain[20] + 1


@given(st.floats(0, 40), any_household, st.integers(1, 60), any_law)
def test_client_parts_add_up(hours, household, month, law):
    income = client.net_income(hours, household, month, law)
    assert income.total == pytest.approx(income.wage + income.supplement)
    assert income.gain >= -CENT
    assert 0 <= income.disregarded <= income.wage + CENT


@given(st.floats(0, 40), st.floats(1, 2), any_law)
def test_wage_parts_add_up(hours, factor, law):
    job = wages.wage(hours, factor * law.wage.minimum_hour, law)
    assert job.gross == pytest.approx(job.net + job.tax)
    assert job.zvw_levy + job.other_premiums == pytest.approx(job.gross * law.wage.charges_total)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 60), any_law)
def test_subsidy_falls_with_wage_value_and_never_passes_the_cap(one, other, month, law):
    low, high = sorted((one, other))
    more, less = (loonkostensubsidie.subsidy_month(value, 36, month, law) for value in (low, high))
    assert more >= less - CENT
    top = law.subsidy.cap * law.wage.minimum_month * (1 + law.wage.holiday) * (1 + law.subsidy.uplift)
    assert more <= top + CENT


def test_who_pays_the_subsidy_turns_on_one_january_2022():
    prices = date(2018, 1, 1)
    before, after = (law_on(catalogue(), day, prices) for day in (date(2021, 12, 31), date(2022, 1, 1)))
    assert (loonkostensubsidie.municipal_share(before), loonkostensubsidie.municipal_share(after)) == (1.0, 0.05)
    assert before.wage == after.wage
    assert before.bijstand.net_single == after.bijstand.net_single == 992.12


def test_fixed_amounts_lose_value_with_prices():
    later = law_on(catalogue(), date(2022, 1, 1), date(2018, 1, 1)).employer
    # 2,000 of 2022 in euros of 2018: CPI 103.43 against 121.45.
    assert later.lkv_maximum == pytest.approx(2000 * 103.43 / 121.45)


def test_law_far_ahead_is_todays_law():
    ahead = law_on(catalogue(), date(2033, 1, 1), date(2018, 1, 1))
    assert ahead.employer.liv is None
    assert ahead.bijstand.disregard_lks is not None


saving_series = st.lists(st.floats(-1000, 1000), min_size=1, max_size=8).map(np.array)


@given(saving_series, st.floats(0, 1), any_law, st.sampled_from(["local", "national"]))
def test_what_the_state_gains_is_what_budgets_lose(saving, weight, law, scale):
    found = buig.corrections(saving, weight, law, scale, steps_per_year=2)
    np.testing.assert_allclose(found.own + found.others, found.state, atol=CENT)


@given(saving_series, st.floats(0, 1), any_law)
def test_corrections_are_linear_and_start_with_nothing(saving, weight, law):
    one = buig.corrections(saving, weight, law)
    twice = buig.corrections(2 * saving, weight, law)
    np.testing.assert_allclose(twice.own, 2 * one.own, atol=CENT)
    # Shorter than a year of months: nothing has followed yet, and nobody else has lost or gained anything.
    np.testing.assert_allclose(one.others, 0, atol=CENT)


def test_draws_of_kept_shares_broadcast_over_time():
    law = LAWS[2018]
    uncertain = replace(law, buig=replace(law.buig, objective_later=np.array([0.5, 0.9, 1.0])))
    found = buig.corrections(np.full((3, 4), 100.0), 1.0, uncertain, steps_per_year=1)
    np.testing.assert_allclose(found.own[:, -1], [50, 10, 0], atol=CENT)


@given(st.floats(1000, 100_000))
def test_kept_share_rises_with_size_and_falls_with_time(inhabitants):
    law = LAWS[2018]
    shares = [buig.kept_share(inhabitants, year, law) for year in (1, 2, 3, 10)]
    assert all(earlier >= later - CENT for earlier, later in itertools.pairwise(shares))
    assert buig.kept_share(inhabitants + 1000, 3, law) >= shares[2] - CENT


def test_equalisation_takes_nothing_in_the_first_year():
    lost = equalisation.lost_saving(np.full(36, 10.0), LAWS[2018], loss_share=np.array(0.4))
    assert (lost[:12] == 0).all()
    np.testing.assert_allclose(lost[12:], 4.0)


@given(st.floats(0, 5000), st.integers(1, 60), any_law)
def test_no_risk_cost_is_a_small_part_of_the_wage(gross, month, law):
    found = no_riskpolis.expected_month(gross, month, law)
    assert 0 <= found <= gross * law.no_risk.sickness_rate


@given(st.floats(0, 40), st.floats(0.9, 1.5), any_law)
def test_liv_needs_hours_and_a_low_wage(hours, factor, law):
    found = employer_benefits.liv_month(hours, factor, law)
    entitled = law.employer.liv is not None and hours * 52 >= 1248 and 1.0 <= factor <= 1.25
    assert (found > 0) == entitled


def test_unknown_household_is_refused():
    with pytest.raises(ValueError, match="castle"):
        bijstand.net_norm("castle", LAWS[2018])
