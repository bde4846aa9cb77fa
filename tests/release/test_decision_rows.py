"""Rows about deciding and about budgets per calendar year: they add up, keep their order, and follow the draws."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from werkzorg.inference.forecast import follow_counted, follow_new, forecast
from werkzorg.params import catalogue
from werkzorg.pilot import months_between
from werkzorg.release.calendar import calendar_impact, enrolment_by_month
from werkzorg.release.decisions import DECIDERS, SHOWN, decision_rows
from werkzorg.release.money import AT_THE_TABLE
from werkzorg.release.release import release
from werkzorg.release.studies import CLIENTS, MONTHS, PAYERS, Population
from werkzorg.wording import say

CENT = 0.01
"""Euros for the whole pilot; amounts up to 1e6 are stored with ten digits."""


@pytest.fixture(scope="module")
def run(drechtsteden, posterior, steps):
    return steps(drechtsteden, posterior)


@pytest.fixture(scope="module")
def results(drechtsteden, posterior, run):
    return release(drechtsteden, run.appraisal, posterior=posterior, trajectory=run.trajectory, ledger=run.ledger)


def by_party(results, quantity, **where):
    return {row.party: row.value for row in results.rows(quantity=quantity, **where)}


# Worth of knowing


def test_worth_of_knowing_everything_is_the_mean_of_the_best_less_the_best_mean(drechtsteden, results, run):
    known = by_party(results, "evpi")
    assert set(known) == set(DECIDERS)
    for party, value in known.items():
        net = run.appraisal["net"].sel(party=party, horizon=60, view="society").values
        # Written with ten digits.
        assert value == pytest.approx(np.maximum(net, 0).mean() - max(net.mean(), 0), rel=1e-8, abs=1e-8)


def test_no_part_is_worth_more_than_all(results):
    known = by_party(results, "evpi")
    parts = results.rows(quantity="evppi") + results.rows(quantity="evsi")
    assert parts
    for row in parts:
        assert 0 <= row.value <= known[row.party] * (1 + 1e-9)
        assert row.standard_error >= 0


def test_a_larger_study_is_worth_at_least_as_much_per_participant(results):
    for item, sizes in (("clients", CLIENTS), ("months", MONTHS)):
        for party in {row.party for row in results.rows(quantity="evsi")}:
            rows = sorted(results.rows(quantity="evsi", item=item, party=party), key=lambda row: row.count)
            assert [row.count for row in rows] == list(sizes)
            assert np.all(np.diff([row.value for row in rows]) >= 0)


def test_worth_less_cost_is_what_a_study_leaves(drechtsteden, results):
    cost = {(row.item, row.count): row.value for row in results.rows(quantity="study_cost")}
    known = catalogue()
    on = drechtsteden.valuation_date
    fixed, client, month = (
        known.amount(f"decision.study_{name}", on).value for name in ("fixed", "client", "client_month")
    )
    # Twenty people for 24 months; the planned forty for 12.
    assert cost["clients", 20] == pytest.approx(fixed + 20 * (client + 24 * month), abs=CENT)
    assert cost["months", 12] == pytest.approx(fixed + 40 * (client + 12 * month), abs=CENT)
    worth = {(row.party, row.item, row.count): row.value for row in results.rows(quantity="evsi_worth")}
    for row in results.rows(quantity="enbs"):
        assert row.value == pytest.approx(worth[row.party, row.item, row.count] - cost[row.item, row.count], abs=CENT)


def test_the_bill_is_split_in_full_or_not_at_all(results):
    for cost in results.rows(quantity="study_cost"):
        pays = by_party(results, "study_pays", item=cost.item, count=cost.count)
        worth = by_party(results, "evsi_worth", item=cost.item, count=cost.count)
        assert set(pays) <= set(PAYERS)
        together = results.one(quantity="payers_worth", item=cost.item, count=cost.count).value
        assert together == pytest.approx(sum(worth[party] for party in pays), abs=CENT)
        assert sum(pays.values()) == pytest.approx(cost.value if together > 0 else 0.0, abs=CENT)


def test_who_starts_before_the_answer_does_not_profit_from_it():
    population = Population(40, 5, 0.0)
    assert population.now == 200
    assert population.after(24) == 120
    assert population.after(72) == 0


def test_too_few_draws_give_no_rows(drechtsteden, posterior, run):
    few = slice(0, 50)
    made = decision_rows(drechtsteden, posterior.isel(draw=few), run.appraisal.isel(draw=few), [], {}, "prior")
    assert list(made) == []


# Studies


def test_a_later_count_of_the_pilot_is_its_forecast(drechtsteden, posterior):
    later = months_between(drechtsteden.last_snapshot.date, drechtsteden.end)
    counted = follow_counted(drechtsteden, posterior, (round(later),), seed=3).mean("draw")
    ahead = forecast(drechtsteden, posterior, seed=4).mean()
    # Two hundred draws of forty people: the mean of a count has a standard error of about 0.4; a month too much or an
    # enrolment left out moves it by 1 or more.
    assert float(counted.sel(statistic="placed").squeeze()) == pytest.approx(float(ahead["placed"]), abs=1.5)
    assert float(counted.sel(statistic="working").squeeze()) == pytest.approx(float(ahead["working"]), abs=1.5)


def test_a_longer_follow_up_holds_the_shorter(drechtsteden, posterior):
    counted = follow_counted(drechtsteden, posterior, (6, 12, 30), seed=2)
    for name in ("placed", "months_worked"):
        assert (counted.sel(statistic=name).diff("months") >= 0).all()
    # Forty people cannot work more than forty months a month.
    assert (counted.sel(statistic="months_worked") <= 40 * counted["months"]).all()


def test_a_larger_group_holds_the_smaller(posterior):
    counted = follow_new(posterior, (5, 10, 30), 12, seed=2)
    assert (counted.diff("clients") >= 0).all()
    share = counted.sel(statistic="placed").mean("draw") / counted["clients"]
    # Standard error of a share of 5 x 200 people below 0.02, with the spread between draws below 0.03.
    assert float(share.max() - share.min()) < 0.1


def test_new_participants_do_as_the_projection_says(drechtsteden, posterior, run):
    working = follow_new(posterior, (60,), 24, seed=5).sel(statistic="working", clients=60).mean() / 60
    states = run.trajectory["occupancy"].sel(arm="programme", state=["work_off", "work_supplement"])
    expected = states.isel(month=24).sum("state").mean()
    # 12,000 simulated people: standard error 0.004.
    assert float(working) == pytest.approx(float(expected), abs=0.02)


# Sensitivity and risk


def test_tornado_has_its_largest_bar_first(results):
    for party in DECIDERS:
        rows = results.rows(quantity="tornado", party=party)
        ends = {(row.parameter, row.item): row.value for row in rows}
        order = list(dict.fromkeys(row.parameter for row in rows))
        swing = [abs(ends[name, "at_high"] - ends[name, "at_low"]) for name in order]
        assert 0 < len(order) <= SHOWN
        assert swing == sorted(swing, reverse=True)
        inputs = {(row.parameter, row.item): row.value for row in results.rows(quantity="tornado_input", party=party)}
        assert all(inputs[name, "at_low"] < inputs[name, "at_high"] for name in order)


def test_risk_only_takes_away(results):
    row = results.one(quantity="certainty", party="municipality")
    net = results.one(quantity="net", party="municipality", horizon=60, per="pilot", view="society")
    assert row.mean == pytest.approx(net.value, abs=CENT)
    assert row.value < row.mean


def test_who_blocks_is_the_only_one_without_a_gain(results, run):
    net = run.appraisal["net"].sel(party=list(AT_THE_TABLE), horizon=60, view="society")
    for party in AT_THE_TABLE:
        others = [name for name in AT_THE_TABLE if name != party]
        alone = (net.sel(party=party) <= 0) & (net.sel(party=others) > 0).all("party")
        assert results.one(quantity="blocks", party=party).value == pytest.approx(float(alone.mean()), abs=1e-9)


def test_every_subject_of_the_catalogue_has_a_name():
    for group in {parameter.group for parameter in catalogue()}:
        assert say(f"subject.{group}", "nl") != say(f"subject.{group}", "en")


# Calendar years


def test_years_add_up_to_the_undiscounted_result(results):
    for party in AT_THE_TABLE:
        years = results.rows(quantity="budget_year", party=party, item="booked")
        net = results.one(quantity="net", party=party, horizon=60, per="pilot", view="budget")
        assert sum(row.value for row in years) == pytest.approx(net.value, abs=CENT)


def test_cash_at_once_and_in_full_is_what_is_booked(drechtsteden, run, monkeypatch):
    monkeypatch.setattr("werkzorg.release.calendar.catalogue_of", lambda pilot: _Plain())
    impact = calendar_impact(drechtsteden, run.appraisal, run.ledger)
    xr.testing.assert_allclose(impact["cash"], impact["booked"], atol=1e-6)


class _Plain:
    """A catalogue in which everything is cash at once."""

    def amount(self, identifier, on):
        class Amount:
            value = 1.0 if ".share." in identifier else 0.0

        return Amount


def test_cash_comes_later_not_more(drechtsteden, run):
    impact = calendar_impact(drechtsteden, run.appraisal, run.ledger).sel(party="insurer")
    known = catalogue()
    share = known.amount("cash.share.ggz", drechtsteden.valuation_date).value
    flow = run.appraisal["flow"]
    slow = run.ledger["item"].isin(["ggz_outpatient", "ggz_admission", "ggz_refill"])
    assert flow.sizes["entry"] == slow.size
    yearly = run.ledger["entry_year"].sel(year=slice(1, 5))
    change = (yearly.sel(arm="programme") - yearly.sel(arm="without")).sum("year")
    own = (run.ledger["payee"] == "insurer") * 1.0 - (run.ledger["payer"] == "insurer")
    care = (change * own).where(slow, 0.0).sum("entry") * drechtsteden.participants_planned
    lost = impact["booked"].sum("year") - impact["cash"].sum("year")
    # What is booked and never becomes cash is the part of care that is not cashable: rounding only.
    np.testing.assert_allclose(lost.values, (1 - share) * care.values, rtol=1e-6, atol=1e-6)


def test_enrolment_adds_up_and_follows_the_counts(drechtsteden):
    enrolled = enrolment_by_month(drechtsteden)
    assert float(enrolled.sum()) == pytest.approx(drechtsteden.participants_planned, abs=1e-9)
    assert str(enrolled["start"].values[0]) == "2018-01"
    # 29 on the 29th of June, and after it five a month: a month too early or too late would show.
    assert float(enrolled[:6].sum()) == pytest.approx(29, abs=1)
