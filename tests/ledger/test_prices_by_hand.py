"""Prices on quantities, and the support package, with two draws and three months that can be done by hand."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from werkzorg.contract import GROUPS, TENURE
from werkzorg.ledger.pricing import law_with_draws, price_budget, price_care, price_freed
from werkzorg.ledger.support import amount_of, price_support, support_entries, unit_cost, usage
from werkzorg.params.catalogue import catalogue
from werkzorg.rules.lawbook import law_on

ON = date(2018, 1, 1)
EXACT = 1e-12
"""A product of a handful of numbers."""


def draws_of(**values):
    return xr.Dataset({name.replace("__", "."): ("draw", np.array(value, float)) for name, value in values.items()})


@pytest.fixture(scope="module")
def law():
    return law_on(catalogue(), ON, ON)


# Care


def test_care_is_quantity_times_price():
    draws = draws_of(
        care__admission_year_common=[0.1, 0.0], ggz__crisis_admission=[1000, 2000], ggz__fact_year=[2400, 1200],
        ggz__cost_per_client=[700, 1200], wmo__guidance__series=[50, 60],
    )  # fmt: skip
    outpatient = {group: np.full((1, 2, 3), months) for group, months in zip(GROUPS, (0.5, 0.25), strict=True)}
    found = price_care(draws, outpatient, np.array([[[1, 0, 2], [0, 3, 0]]]), np.array([[[2, 0, 0], [1, 1, 0]]]))
    months = dict(zip(GROUPS, (0.5, 0.25), strict=True))
    # Severe: the price of a year over twelve; common: the mean of all care less the admissions of that group.
    wanted = [months["severe"] * 200 + months["common"] * 50, months["severe"] * 100 + months["common"] * 100]
    assert found["ggz_outpatient"].shape == (1, 2, 3)
    assert found["ggz_outpatient"][0] == pytest.approx(np.repeat(np.array(wanted)[:, None], 3, axis=1), rel=EXACT)
    assert found["ggz_admission"].tolist() == [[[1000, 0, 2000], [0, 6000, 0]]]
    assert found["wmo"].tolist() == [[[100, 0, 0], [60, 60, 0]]]


def test_places_that_others_fill_save_nothing_and_the_rest_is_lost_a_year_later(law):
    draws = draws_of(care__refilled=[0.25, 1.0], p_insurer_retained=[0.6, 0.1])
    assert law.equalisation.lag == 1
    found = price_freed(draws, law, np.array([[100.0, 200.0, 0.0], [100.0, 100.0, 100.0]]), 1)
    assert found["ggz_refill"].tolist() == [[25, 50, 0], [100, 100, 100]]
    assert found["risk_equalisation"] == pytest.approx(np.array([[0, 0.4 * 75, 0.4 * 150], [0, 0, 0]]), rel=EXACT)


# Budgets

KEPT = {
    "buig__retention__objective__year1": [0.9, 0.8], "p_buig_retained_large": [0.5, 0.4],
    "buig__retention__historical__year1_2": [1.0, 0.7], "buig__retention__historical__year3plus": [0.3, 0.2],
    "buig__retention__national_rollout__year2plus": [0.1, 0.05],
}  # fmt: skip


def members(*inhabitants, scale="local"):
    return SimpleNamespace(municipalities=[SimpleNamespace(inhabitants=number) for number in inhabitants], scale=scale)


def test_each_kept_share_of_the_law_gets_its_own_draws(law):
    drawn = law_with_draws(law, draws_of(**KEPT)).buig
    found = [getattr(drawn, name).tolist() for name in ("objective_first", "objective_later", "historical_first",
                                                        "historical_later", "national_later")]  # fmt: skip
    assert found == list(KEPT.values())
    changed = {"objective_first", "objective_later", "historical_first", "historical_later", "national_later"}
    for field in fields(law.buig):
        if field.name not in changed:
            assert getattr(drawn, field.name) == getattr(law.buig, field.name)


def test_budget_of_members_by_hand(law):
    """A large and a small municipality, a saving of 100 in the first year only; the small one loses it a year later."""
    drawn = law_with_draws(law, draws_of(**KEPT))
    saving = np.array([[100.0, 0.0, 0.0], [100.0, 0.0, 0.0]])
    assert (law.buig.macro_lag, law.buig.historical_lag) == (1, 2)
    large, small = (price_budget(members(number), drawn, saving, 1) for number in (200_000, 5_000))
    assert large["budget_own"] == pytest.approx(np.array([[10, 40, 0], [20, 40, 0]]), abs=1e-9)
    assert small["budget_own"] == pytest.approx(np.array([[0, 0, 70], [30, 0, 50]]), abs=1e-9)
    # The state gets back the whole saving in the end; what the own municipality does not lose, others do.
    assert large["budget_others"] == pytest.approx(np.array([[0, 60, 0], [0, 60, 0]]), abs=1e-9)
    both = price_budget(members(200_000, 5_000), drawn, saving, 1)
    for name, amount in both.items():
        assert amount == pytest.approx((200 * large[name] + 5 * small[name]) / 205, abs=1e-9)
    national = price_budget(members(200_000, scale="national"), drawn, saving, 1)
    assert national["budget_own"] == pytest.approx(np.array([[10, 80, 0], [20, 75, 0]]), abs=1e-9)


def test_without_a_number_of_steps_they_are_months(law):
    saving = np.zeros((2, 25))
    saving[:, 0] = 100.0
    draws = draws_of(care__refilled=[0.0, 0.0], p_insurer_retained=[0.5, 0.5])
    assert np.flatnonzero(price_freed(draws, law, saving)["risk_equalisation"][0]).tolist() == [12]
    own = price_budget(members(200_000), law_with_draws(law, draws_of(**KEPT)), saving)["budget_own"]
    assert np.flatnonzero(np.abs(own[0]) > 1e-9).tolist() == [0, 12]


# The support package


class Prices:
    """A catalogue of three numbers: an amount, one that is no money and starts late, one without dated values."""

    def get(self, name):
        late = SimpleNamespace(start=date(2023, 1, 1))
        return SimpleNamespace(values=[] if name == "undated" else [late], is_money=name == "money")

    def amount(self, name, on):
        return SimpleNamespace(value={"money": 10.0, "hours": 3.0, "undated": 7.0}[name] + (on.year - 2018) / 100)


def component(identifier, driver, price="money", spread=1, payer="municipality", times=(), divided_by=()):
    return SimpleNamespace(id=identifier, item=f"support_{identifier}", driver=driver, price=price, payer=payer,
                           spread_months=spread, provider="outside", times=times, divided_by=divided_by)  # fmt: skip


def package(*parts, subsidies=(), participants=4):
    support = SimpleNamespace(active=lambda: parts, subsidies=subsidies)
    return SimpleNamespace(support=support, participants_planned=participants, valuation_date=ON)


NO_DRAWS = xr.Dataset({"drawn": ("draw", [2.0, 5.0])})


def test_amounts_come_from_draws_or_the_catalogue_and_hours_from_their_first_date():
    pilot = package()
    assert amount_of("drawn", pilot, Prices(), NO_DRAWS).tolist() == [2, 5]
    assert amount_of("money", pilot, Prices(), NO_DRAWS).tolist() == [10]
    assert amount_of("hours", pilot, Prices(), NO_DRAWS).tolist() == [3.05]
    assert amount_of("undated", pilot, Prices(), NO_DRAWS).tolist() == [7]


def test_a_unit_is_price_times_and_divided_by():
    part = component("a", "participant", times=("drawn", "hours", 3), divided_by=("undated", 2))
    wanted = [10 * draw * 3.05 * 3 / (7 * 2) for draw in (2, 5)]
    assert unit_cost(part, package(), Prices(), NO_DRAWS) == pytest.approx(wanted, rel=EXACT)
    assert unit_cost(component("b", "participant"), package(), Prices(), NO_DRAWS).tolist() == [10]


def test_components_by_use_by_participant_and_by_pilot():
    parts = (component("use", "search_month"), component("start", "participant", spread=2),
             component("once", "pilot", price="drawn", spread=3))  # fmt: skip
    used = {"search_month": np.array([[0, 1, 0.5, 0.25], [0, 1, 1, 1]])}
    found = price_support(package(*parts), Prices(), NO_DRAWS, used, spread_over(4))
    assert found["support_use"].tolist() == [[0, 10, 5, 2.5], [0, 10, 10, 10]]
    assert found["support_start"].tolist() == [[0, 5, 5, 0]] * 2
    assert found["support_once"] == pytest.approx(np.array([[0, *[2 / 12] * 3], [0, *[5 / 12] * 3]]), rel=EXACT)
    assert list(found) == ["support_use", "support_start", "support_once"]


def spread_over(length):
    """One spread over the first months, of two draws; month 0 holds nothing."""

    def at_start(months):
        count = np.zeros((2, length))
        count[:, 1 : months + 1] = 1 / months
        return count

    return at_start


def test_a_subsidy_repays_in_proportion_up_to_its_maximum():
    parts = (component("use", "search_month"), component("other", "search_month", price="drawn", payer="insurer"),
             component("apart", "search_month"))  # fmt: skip
    used = {"search_month": np.array([[0, 1.0], [0, 2.0]])}
    subsidy = SimpleNamespace(id="esf", payer="state", covers=("use", "other"), maximum="undated")
    found = price_support(package(*parts, subsidies=(subsidy,)), Prices(), NO_DRAWS, used, spread_over(2))
    # For four participants: 4 * (10 + 2) = 48 and 4 * 2 * (10 + 5) = 120, of which seven are repaid.
    assert found["subsidy_esf_municipality"][:, 1] == pytest.approx([10 * 7 / 48, 20 * 7 / 120], rel=EXACT)
    assert found["subsidy_esf_insurer"][:, 1] == pytest.approx([2 * 7 / 48, 10 * 7 / 120], rel=EXACT)
    ample = SimpleNamespace(id="esf", payer="state", covers=("apart",), maximum="money")
    little = {"search_month": np.array([[0, 0.0], [0, 0.001], [0, 2.5]])}
    less = price_support(package(parts[2], subsidies=(ample,)), Prices(), NO_DRAWS, little, spread_over(2))
    # Never more than there is, also when there is nothing, and also of less than a euro.
    assert less["subsidy_esf_municipality"] == pytest.approx(np.array([[0, 0], [0, 0.01], [0, 2.5]]), rel=EXACT)


def trajectory_of(months=4):
    """Both arms, two draws; the programme has another number in every cell."""
    shape = (2, 2, months)
    searching = np.arange(np.prod(shape), dtype=float).reshape(shape) + 1
    coached = np.arange(np.prod(shape) * len(TENURE), dtype=float).reshape(*shape, len(TENURE)) + 1
    return xr.Dataset(
        {"searching_supported": (("arm", "draw", "month"), searching),
         "coached": (("arm", "draw", "month", "tenure"), coached), "drawn": ("draw", [2.0, 5.0])},
        coords={"arm": ["programme", "without"], "month": np.arange(months), "tenure": list(TENURE)},
    )  # fmt: skip


def test_use_is_that_of_the_programme_after_month_nil_and_by_year_of_the_job():
    found = usage(trajectory_of())
    assert found["search_month"].tolist() == [[0, 2, 3, 4], [0, 6, 7, 8]]
    coached = trajectory_of()["coached"].sel(arm="programme")
    years = {name: np.zeros((2, 4)) for name in ("work_month_year1", "work_month_year2", "work_month_year3")}
    for band, first in enumerate(TENURE):
        # Coaching is for three years at most.
        if first < 36:
            years[f"work_month_year{first // 12 + 1}"] += coached.isel(tenure=band).values
    assert set(found) == {"search_month", *years}
    for name, amount in years.items():
        assert found[name].tolist() == amount.tolist()


def test_what_is_spent_at_the_start_is_spread_from_month_one():
    parts = (component("start", "participant", spread=2), component("use", "search_month"))
    found = support_entries(package(*parts), Prices(), trajectory_of())
    assert found["support_start"].tolist() == [[0, 5, 5, 0]] * 2
    assert found["support_use"].tolist() == [[0, 20, 30, 40], [0, 60, 70, 80]]
