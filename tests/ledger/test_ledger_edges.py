"""Edges of the ledger: a year that is not full, a horizon that just reaches the second year."""

from __future__ import annotations

import numpy as np
import pytest

from werkzorg.errors import WerkzorgError
from werkzorg.ledger.care_change import CAUSES, split_change
from werkzorg.ledger.settlement import check_balance, settle
from werkzorg.params.pilots import catalogue_of
from werkzorg.projection.profiles import law_regimes
from werkzorg.projection.trajectory import project

# Sums of the same amounts in another order, of some thousands.
CENT = 1e-8


@pytest.mark.parametrize(("months", "years"), [(12, 1), (13, 2), (24, 2), (25, 3), (35, 3)])
def test_a_year_that_has_only_begun_is_a_year(drechtsteden, few, months, years):
    pilot = drechtsteden.model_copy(update={"horizon_months": months, "main_horizon_months": 12})
    ledger = settle(pilot, project(pilot, few.isel(draw=slice(0, 2))))
    assert ledger["year"].values.tolist() == list(range(1, years + 1))
    # The last year holds its months, however few.
    last = ledger["net"].sel(party="client").isel(month=slice(12 * (years - 1) + 1, None)).sum("month")
    entries = ledger["entry_year"].sel(year=years)
    received = entries.where(ledger["payee"] == "client", 0).sum("entry")
    paid = entries.where(ledger["payer"] == "client", 0).sum("entry")
    np.testing.assert_allclose(received - paid, last, atol=CENT)
    assert float(last.min()) > 0


@pytest.mark.parametrize("months", [24, 36])
def test_split_of_care_does_not_depend_on_how_far_is_looked(drechtsteden, few, made, months):
    pilot = drechtsteden.model_copy(update={"horizon_months": months, "main_horizon_months": 12})
    found = split_change(project(pilot, few), 40)
    assert found["change"].dims == ("draw", "cause") and found["cause"].values.tolist() == list(CAUSES)
    np.testing.assert_allclose(found["change"], split_change(made.trajectory, 40)["change"], atol=CENT)


def test_a_ledger_without_a_euro_is_in_balance(made):
    assert check_balance(made.ledger.assign({name: made.ledger[name] * 0 for name in ("net", "entry_year")})) == 0


def test_balance_is_a_share_of_what_there_is_also_of_very_little(made):
    little = made.ledger.assign({name: made.ledger[name] * 1e-12 for name in ("net", "entry_year")})
    assert check_balance(little) == pytest.approx(check_balance(made.ledger), abs=1e-12)
    little["net"].loc[{"party": "client"}] *= 1.001
    with pytest.raises(WerkzorgError):
        check_balance(little)


def test_nothing_is_paid_in_the_month_of_enrolment(made):
    assert not made.ledger["net"].isel(month=0).values.any()


def test_budgets_follow_with_the_delay_of_the_law_at_enrolment(drechtsteden, few):
    """A longer delay that begins a year later concerns later pilots."""
    two = few.isel(draw=slice(0, 2))
    short = drechtsteden.model_copy(update={"horizon_months": 36, "main_horizon_months": 12})
    later = {
        "id": "buig.lag_years",
        "values": [{"from": "2015-01-01", "value": 1.0}, {"from": "2019-01-01", "value": 2.0}],
        "source": {"title": "Own books", "publisher": "Municipality", "year": 2018},
        "status": "verified",
    }
    changed = short.model_copy(update={"parameters": (*short.parameters, later)})
    assert [law.buig.macro_lag for law in law_regimes(changed, catalogue_of(changed)).laws[:2]] == [1, 2]
    found, plain = (settle(pilot, project(pilot, two))["entry_year"] for pilot in (changed, short))
    np.testing.assert_array_equal(found.sel(entry="budget_own"), plain.sel(entry="budget_own"))
    assert float(np.abs(plain.sel(arm="programme", entry="budget_own", year=2)).min()) > 0


def test_a_pilot_within_one_calendar_year_has_one_law(drechtsteden, few):
    two, year = few.isel(draw=slice(0, 2)), {"horizon_months": 12, "main_horizon_months": 12}
    usual = drechtsteden.model_copy(update=year)
    day = drechtsteden.start.replace(month=1, day=1)
    within = drechtsteden.model_copy(update={**year, "start": day, "enrolment_closes": day})
    assert len(law_regimes(within, catalogue_of(within)).laws) == 1 < len(law_regimes(usual, catalogue_of(usual)).laws)
    # Prices are those of the valuation date; of the rules of 2019 only the benefits for employers are others.
    found, plain = (settle(pilot, project(pilot, two))["entry_year"] for pilot in (within, usual))
    other = np.abs(found - plain).max(("arm", "draw", "year")) > CENT
    assert set(found["entry"].values[other.values].tolist()) == {"lkv", "liv"}
