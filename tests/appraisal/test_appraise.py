"""Appraisal of the pilot: sums, views, symmetry of arms, draws and parties, directions."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from werkzorg.appraisal import appraise as module
from werkzorg.appraisal.appraise import APPRAISAL, appraise, care_rates, discount_rate
from werkzorg.appraisal.summary import summarise
from werkzorg.inference.transitions import CHAIN, programme_without_effect
from werkzorg.ledger.settlement import settle
from werkzorg.params import parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.projection.trajectory import project

CENT = 1e-7
"""EUR per participant; amounts up to 1e5 over ten years, rounding 1e-11."""

VALUES = (
    *("net", "net_cumulative", "flow", "outcome", "outcome_programme", "support_cost"),
    *("net_care", "outcome_care"),
)
SIGNED = ("net", "net_cumulative", "flow", "outcome", "net_care", "outcome_care")


def same(found, expected):
    for name in VALUES:
        np.testing.assert_allclose(found[name], expected[name].transpose(*found[name].dims), atol=CENT, err_msg=name)


def test_society_is_the_sum_of_the_parties_inside(made):
    net = made.appraisal["net"]
    inside = [party.id for party in parties() if party.inside]
    assert set(net["party"].values.tolist()) == {*inside, "society"}
    np.testing.assert_allclose(net.sel(party=inside).sum("party"), net.sel(party="society"), atol=CENT)


def test_budget_view_is_the_undiscounted_sum_and_the_running_sum_ends_there(made, drechtsteden):
    net, running = made.appraisal["net"], made.appraisal["net_cumulative"]
    for horizon in drechtsteden.horizons():
        np.testing.assert_allclose(
            net.sel(horizon=horizon, view="budget"), running.isel(month=horizon), atol=CENT, err_msg=str(horizon)
        )
    # The first year is not discounted; later years are.
    np.testing.assert_allclose(net.sel(horizon=12, view="budget"), net.sel(horizon=12, view="society"), atol=CENT)
    later = net.sel(horizon=60)
    assert float(np.abs(later.sel(view="budget") - later.sel(view="society")).max()) > 1
    assert (running.isel(month=0) == 0).all()


def test_present_value_is_the_closed_sum_over_years(made):
    rate = made.appraisal.attrs["discount_rate"]
    ledger = made.ledger["net"].sel(party="municipality")
    monthly = (ledger.sel(arm="programme") - ledger.sel(arm="without")).values
    for horizon in (12, 24, 36, 60, 120):
        expected = sum(
            monthly[:, 12 * year + 1 : 12 * year + 13].sum(axis=1) / (1 + rate) ** year for year in range(horizon // 12)
        )
        found = made.appraisal["net"].sel(party="municipality", horizon=horizon, view="society")
        assert found.values == pytest.approx(expected, rel=1e-10, abs=CENT)


def test_evaluation_of_care_discounts_costs_and_effects_by_its_own_rates(made, drechtsteden):
    # Guideline of 2024: 3% for costs and 1.5% for effects; the years before it had 4%.
    costs, effects = care_rates(catalogue_of(drechtsteden))
    assert (costs, effects) == (0.03, 0.015)
    years = range(drechtsteden.main_horizon_months // 12)
    net = made.ledger["net"].sel(party="insurer")
    monthly = (net.sel(arm="programme") - net.sel(arm="without")).values
    expected = sum(monthly[:, 12 * year + 1 : 12 * year + 13].sum(axis=1) / 1.03**year for year in years)
    assert made.appraisal["net_care"].sel(party="insurer").values == pytest.approx(expected, rel=1e-10, abs=CENT)
    health = made.ledger["memo_year"].sel(memo="qaly")
    yearly = health.sel(arm="programme") - health.sel(arm="without")
    expected = sum(yearly.sel(year=year + 1).values / 1.015**year for year in years)
    assert made.appraisal["outcome_care"].sel(memo="qaly").values == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_adding_up_budgets_is_not_the_gain_of_society(made, drechtsteden):
    # Benefit saved is a gain of one budget and a loss of the client: three budgets together count it as if it were new.
    budgets = made.appraisal["net"].sel(horizon=60, view="budget", party=["municipality", "insurer", "ggz_institution"])
    society = made.appraisal["net"].sel(horizon=60, view="budget", party="society")
    assert float(np.abs(budgets.sum("party") - society).mean()) > 100


def test_rate_is_the_one_in_force_now(drechtsteden):
    # The pilot is valued in 2018, when 3% held; the appraisal is made today.
    assert discount_rate(catalogue_of(drechtsteden)) == 0.0225


def test_rate_zero_makes_the_views_equal(made, drechtsteden, monkeypatch):
    monkeypatch.setattr(module, "discount_rate", lambda catalogue: 0.0)
    plain = appraise(drechtsteden, made.ledger)
    np.testing.assert_allclose(plain["net"].sel(view="society"), plain["net"].sel(view="budget"), atol=CENT)
    entries = made.ledger["entry_year"].sel(year=slice(1, 5)).sum("year")
    np.testing.assert_allclose(plain["flow"], entries.sel(arm="programme") - entries.sel(arm="without"), atol=CENT)


def test_flows_of_each_party_add_up_to_its_net(made, drechtsteden):
    for party in made.appraisal["party"].values.tolist():
        if party == "society":
            sign = (made.ledger["payer"] == "outside").astype(float) - (made.ledger["payee"] == "outside")
        else:
            sign = (made.ledger["payee"] == party).astype(float) - (made.ledger["payer"] == party)
        total = (made.appraisal["flow"] * sign).sum("entry")
        net = made.appraisal["net"].sel(party=party, horizon=drechtsteden.main_horizon_months, view="society")
        np.testing.assert_allclose(total, net, atol=CENT, err_msg=party)


def test_other_labels_of_the_arms_flip_the_signs(made, drechtsteden):
    swapped = appraise(drechtsteden, made.ledger.assign_coords(arm=["without", "programme"]))
    for name in SIGNED:
        np.testing.assert_array_equal(swapped[name], -made.appraisal[name].values, err_msg=name)
    assert float(np.abs(made.appraisal["net"]).max()) > 1


def test_order_of_arms_parties_and_entries_does_not_matter(made, drechtsteden):
    rng = np.random.default_rng(5)
    shuffled = made.ledger.isel(
        arm=[1, 0],
        party=rng.permutation(made.ledger.sizes["party"]),
        entry=rng.permutation(made.ledger.sizes["entry"]),
        memo=rng.permutation(made.ledger.sizes["memo"]),
    )
    found = appraise(drechtsteden, shuffled)
    for name in VALUES:
        xr.testing.assert_allclose(found[name], made.appraisal[name].reindex_like(found[name]), atol=CENT)


def test_permuted_draws_permute_everything_and_change_no_summary(drechtsteden, few, made, steps):
    order = np.random.default_rng(6).permutation(few.sizes["draw"])
    found = steps(drechtsteden, few.isel(draw=order)).appraisal
    same(found, made.appraisal.isel(draw=order))
    for party in ("municipality", "society"):
        net = [a["net"].sel(party=party, horizon=60, view="society").values for a in (found, made.appraisal)]
        assert summarise(net[0]) == pytest.approx(summarise(net[1]), rel=1e-10)


def test_without_effect_nothing_is_left_but_the_cost_of_the_programme(drechtsteden, few, steps):
    null = programme_without_effect({name: few[name].values for name in CHAIN})
    found = steps(drechtsteden, few.assign({name: ("draw", values) for name, values in null.items()})).appraisal
    net = found["net"].sel(horizon=60, view="society")
    np.testing.assert_allclose(net, -found["support_cost"], atol=CENT)
    for party in ("client", "insurer", "zvw_fund", "employer", "uwv", "other_municipalities", "wmo_provider"):
        assert float(np.abs(net.sel(party=party)).max()) < CENT, party
    assert (net.sel(party="society") < -100).all()
    np.testing.assert_allclose(found["outcome"], 0, atol=1e-10)


def test_cost_of_the_package_of_society_is_what_all_parties_pay_together(made):
    cost = made.appraisal["support_cost"]
    np.testing.assert_allclose(cost.drop_sel(party="society").sum("party"), cost.sel(party="society"), atol=CENT)
    assert (cost.sel(party="society") > 0).all()
    assert (cost.sel(party="state") > 0).all()  # the subsidy


def test_institution_that_coaches_itself_pays_nothing_for_it(drechtsteden, few, made, steps):
    support = drechtsteden.support.model_copy(update={"variants": {"jobcoach": "own_counsellor"}})
    found = steps(drechtsteden.model_copy(update={"support": support}), few).appraisal["support_cost"]
    before = made.appraisal["support_cost"]
    np.testing.assert_allclose(found.sel(party="ggz_institution"), before.sel(party="ggz_institution"), atol=CENT)
    extra = found - before
    np.testing.assert_allclose(extra.sel(party="municipality"), extra.sel(party="society"), atol=CENT)
    assert float(np.abs(extra.sel(party="society")).max()) > 1


def test_outcomes_are_sums_over_the_horizon(made):
    memo = made.ledger["memo_year"]
    for horizon in (12, 60, 120):
        part = memo.isel(year=slice(0, horizon // 12)).sum("year")
        np.testing.assert_allclose(
            made.appraisal["outcome"].sel(horizon=horizon),
            part.sel(arm="programme") - part.sel(arm="without"),
            atol=1e-10,
        )
        np.testing.assert_allclose(
            made.appraisal["outcome_programme"].sel(horizon=horizon), part.sel(arm="programme"), atol=1e-10
        )


def test_payback_is_that_of_the_running_sum(made):
    running, months = made.appraisal["net_cumulative"].values, made.appraisal["payback"].values
    for draw in range(running.shape[0]):
        for party in range(running.shape[1]):
            line, month = running[draw, party, 1:], months[draw, party]
            if np.isnan(month):
                assert line[-1] < 0
            else:
                assert (line[int(month) - 1 :] >= 0).all()
                assert month == 1 or line[int(month) - 2] < 0


def test_more_effect_is_more_months_worked_and_more_wage(drechtsteden, few, made, steps):
    more = steps(drechtsteden, few.assign({"p_logrr_programme_nl": few["p_logrr_programme_nl"] + 0.3})).appraisal
    before = made.appraisal
    # Not months off benefit: whoever works part-time is on bijstand and not exposed to another exit.
    for memo in ("months_worked", "hours_worked", "first_jobs"):
        name = {"memo": memo, "horizon": 60}
        assert (more["outcome"].sel(name) > before["outcome"].sel(name)).all(), memo
    assert (more["net"].sel(party="client", horizon=60) > before["net"].sel(party="client", horizon=60)).all()


def test_whole_horizon_of_a_year(drechtsteden, few, made, steps):
    short = drechtsteden.model_copy(update={"horizon_months": 12, "main_horizon_months": 12})
    found = steps(short, few).appraisal
    assert found["horizon"].values.tolist() == [12]
    np.testing.assert_allclose(found["net"], made.appraisal["net"].sel(horizon=[12]), atol=CENT)


def test_contract_refuses_an_appraisal_without_a_view(made):
    with pytest.raises(ValueError, match="view"):
        APPRAISAL.check(made.appraisal.isel(view=[0]))


def test_ledger_of_another_pilot_gives_other_values(drechtsteden, few, made):
    """The posterior of a pilot is settled by its own municipalities: the answer is not cached by accident."""
    one = drechtsteden.model_copy(update={"municipalities": drechtsteden.municipalities[-1:]})
    other = appraise(one, settle(one, project(one, few)))["net"].sel(party="municipality", horizon=60, view="society")
    mine = made.appraisal["net"].sel(party="municipality", horizon=60, view="society")
    assert float(np.abs(other - mine).max()) > 1


def test_what_is_of_the_programme_alone_carries_no_arm(made):
    """Results are differences, or of the programme: nothing in them may be read as one of two arms."""
    assert "arm" not in made.appraisal.coords and "arm" not in made.appraisal.dims
