"""First and last months, limits that are just met, and values by hand: the edges that a small slip moves.

The laws are made anew in every test, so that a slip in `lawbook` shows as well.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from werkzorg.params import catalogue
from werkzorg.rules import bijstand, buig, client, employer_benefits, law_on, no_riskpolis
from werkzorg.rules import risk_equalisation as equalisation
from werkzorg.rules.examples import Example, outcome, read_examples
from werkzorg.rules.lagging import delayed
from werkzorg.rules.wage import work_credit

# Products of a few numbers below 1e5.
EXACT = 1e-9


def law_of(year):
    return law_on(catalogue(), date(year, 1, 1), date(year, 1, 1))


# Disregards


def test_months_of_the_disregards():
    law = law_of(2018)
    first, parent = law.bijstand.disregard, law.bijstand.disregard_single_parent
    assert (first.share, first.maximum, first.first, first.last) == (0.25, 203, 1, 6)
    assert (parent.share, parent.maximum, parent.first, parent.last) == (0.125, 126.83, 7, 36)
    lks = law_of(2023).bijstand.disregard_lks
    assert (lks.share, lks.maximum, lks.first, lks.last) == (0.15, 155.56, 7, 18)


@pytest.mark.parametrize(
    ("household", "month", "wage", "free"),
    [
        ("single", 1, 400, 100),  # a quarter
        ("single", 6, 400, 100),  # the last month counts
        ("single", 7, 400, 0),
        ("single", 6, 1000, 203),  # the maximum
        ("single_parent", 6, 400, 100),  # the higher of the two
        ("single_parent", 7, 400, 50),  # an eighth
        ("single_parent", 36, 400, 50),
        ("single_parent", 36, 1100, 126.83),
        ("single_parent", 37, 400, 0),
    ],
)
def test_disregard_by_hand(household, month, wage, free):
    assert bijstand.disregard(wage, month, household, False, law_of(2018)) == pytest.approx(free, abs=EXACT)


@pytest.mark.parametrize(
    ("month", "lks", "free"), [(6, True, 200), (7, True, 120), (18, True, 120), (19, True, 0), (7, False, 0)]
)
def test_disregard_with_wage_cost_subsidy_by_hand(month, lks, free):
    # 2023: a quarter for six months, then 15% for twelve with the subsidy; both below their maximum.
    assert bijstand.disregard(800, month, "single", lks, law_of(2023)) == pytest.approx(free, abs=EXACT)


def test_norm_of_three_who_share_a_home():
    law = law_of(2018)
    three = replace(law, bijstand=replace(law.bijstand, sharers=3))
    # Art. 22a: 43 1/3 percent of the norm of a couple.
    assert bijstand.net_norm("cost_sharer", three) == pytest.approx(law.bijstand.net_couple * 130 / 300, rel=1e-12)


# Client


def test_what_is_disregarded_is_shown_as_long_as_there_is_a_supplement():
    law = law_of(2018)
    early = client.net_income(20, "single", 1, law)
    # A quarter of about 910 a month is above the maximum.
    assert early.disregarded == 203
    assert early.supplement == pytest.approx(992.12 - early.wage + 203, abs=EXACT)
    assert client.net_income(36, "single", 1, law).disregarded == 0  # off bijstand: nothing to disregard
    assert client.net_income(20, "single", 1, law, applied=False).disregarded == 0
    assert client.net_income(20, "single", 7, law).disregarded == 0


def test_a_supplement_of_less_than_a_euro_is_one():
    law = law_of(2018)
    # A wage that, less the maximum of 203, is half a euro below the norm; found by halving.
    wage = 992.12 + 203 - 0.5
    hours = 36
    paid = law.wage.minimum_hour
    low, high = paid / 2, paid
    for _ in range(80):
        paid = (low + high) / 2
        low, high = (paid, high) if client.net_income(hours, "single", 1, law, paid).wage < wage else (low, paid)
    found = client.net_income(hours, "single", 1, law, paid)
    assert found.supplement == pytest.approx(0.5, abs=1e-6)
    assert found.disregarded == 203


def test_without_a_word_on_subsidy_there_is_none():
    law = law_of(2023)
    plain = client.net_income(20, "single", 8, law)
    assert plain.total == client.net_income(20, "single", 8, law, lks=False).total
    assert plain.total < client.net_income(20, "single", 8, law, lks=True).total


# Tax


@pytest.mark.parametrize(
    ("income", "credit"),
    [
        (0, 0),
        (5000, 88.2),  # 1.764%
        (9468, 167.02),
        (15000, 1719.5),  # and 28.064% of what is above
        (20450, 3249),  # the published maximum
        (30000, 3249),
        (33112, 3249),
        (50000, 2641.0),  # less 3.6% of what is above
        (130000, 0),
    ],
)
def test_work_credit_of_2018_by_hand(income, credit):
    # Rates are published to 0.001%, which makes a few cents at these incomes; limits in whole euros.
    assert work_credit(income, law_of(2018)) == pytest.approx(credit, abs=0.6)


def test_work_credit_of_2025_between_and_above_its_corners():
    law = law_of(2025)
    (rate1, rate2, rate3), (limit1, limit2, limit3) = law.tax.work_rates, law.tax.work_limits
    assert rate3 > 0
    assert work_credit(limit2, law) == pytest.approx(rate1 * limit1 + rate2 * (limit2 - limit1), abs=EXACT)
    top = work_credit(limit3, law)
    assert top == pytest.approx(work_credit(limit2, law) + rate3 * (limit3 - limit2), abs=EXACT)
    assert work_credit(limit3 + 1000, law) == pytest.approx(top - 1000 * law.tax.work_down, abs=EXACT)


# Employer


@pytest.mark.parametrize(
    ("factor", "month"),
    [
        (0.999, 0.0),
        (1.0, 1.01 * 1248 / 12),  # both bands include their limits
        (1.1, 1.01 * 1248 / 12),
        (1.101, 0.51 * 1248 / 12),
        (1.25, 0.51 * 1248 / 12),
        (1.251, 0.0),
    ],
)
def test_low_income_benefit_by_hand(factor, month):
    assert employer_benefits.liv_month(24, factor, law_of(2018)) == pytest.approx(month, abs=EXACT)


def test_low_income_benefit_has_a_maximum_in_each_band():
    assert employer_benefits.liv_month(40, np.array([1.05, 1.2]), law_of(2018)) == pytest.approx([2000 / 12, 1000 / 12])


def test_sick_pay_is_that_of_the_first_year_up_to_and_including_month_twelve():
    law = law_of(2018)
    months = no_riskpolis.expected_month(1000.0, np.array([1, 12, 13]), law, sickness_rate=0.1, take_up=0.5)
    first, later = law.no_risk.share_first_year, law.no_risk.share_after
    assert first != later
    assert months == pytest.approx([50 * first, 50 * first, 50 * later], rel=1e-12)


# Budgets


def test_a_delay_of_nothing_is_the_same_series_and_a_copy():
    series = np.array([1.0, 2.0, 3.0])
    found = delayed(series, 0.0, 12)
    assert found.tolist() == [1, 2, 3]
    found[0] = 9.0
    assert series[0] == 1.0
    assert delayed(series, 1 / 12, 12).tolist() == [0, 1, 2]
    assert delayed(series, 2, 1).tolist() == [0, 0, 1]


@pytest.mark.parametrize("scale", ["local", "national"])
def test_what_follows_in_the_first_year_by_hand(scale):
    """Kept at first 50% of what the objective model divides and 80% of the rest, at equal weight: 35% goes at once."""
    law = law_of(2018)
    shares = replace(
        law.buig, objective_first=0.5, historical_first=0.8, objective_later=0.4, historical_later=0.3,
        national_later=0.1, macro_lag=1, historical_lag=2,
    )  # fmt: skip
    found = buig.corrections(np.full(3, 100.0), 0.5, replace(law, buig=shares), scale, steps_per_year=1)
    # Local: 35, then half of 50 - 40 more, then half of 80 - 30 more. National: 35, then 65 - 10 more.
    assert found.own == pytest.approx([35, 40, 65] if scale == "local" else [35, 90, 90])
    # The state has the 35 at once and the rest of the national sum a year later.
    assert found.state == pytest.approx([35, 135, 135])


def test_share_that_equalisation_takes_by_hand():
    lost = equalisation.lost_saving(np.array([10.0, 20.0, 30.0]), law_of(2018), np.array(0.4), steps_per_year=1)
    assert lost == pytest.approx([0, 4, 8])


# Worked examples


def test_examples_are_read_in_full_with_their_numbers_checked():
    found = read_examples()
    assert len(found) > 20 and all(isinstance(example, Example) for example in found)
    assert any(example.tolerance < 1 for example in found)


def test_an_example_has_its_law_of_one_date_and_its_prices_of_another():
    example = Example(
        name={"nl": "a", "en": "a"}, rule="loonkostensubsidie.municipal_share", date=date(2022, 1, 1),
        valuation=date(2018, 1, 1), input={}, output={"value": 0.05}, tolerance=0.0, reason="Who pays is law.",
    )  # fmt: skip
    # Since 2022 the state bears it, whatever the price year.
    assert outcome(example, catalogue()) == {"value": 0.05}
