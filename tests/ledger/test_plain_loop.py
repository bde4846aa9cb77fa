"""The whole way of a number, from hazards to euros per party, against a simulation of one draw in plain loops."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from plain_loop import PlainRun, present_value

from werkzorg.ledger.accounts import chart
from werkzorg.params import catalogue
from werkzorg.projection.care import cost_level
from werkzorg.projection.profiles import LOCATION_STREAM

MONTHS = 72
"""Six years from 2018: loonkostensubsidie changes in 2022, wage-cost benefits in 2020, 2021 and 2024."""

REL = 1e-9
"""Some ten thousand sums and products of doubles: rounding is about 1e-13; a slip of one month in any line, a wrong
payer or a wrong unit changes a yearly amount by more than 1e-3."""


@pytest.fixture(scope="module")
def both(drechtsteden, few, steps):
    """Package and plain loop for one draw, with every kind of component and both kinds of municipality."""
    small = drechtsteden.municipalities[0].model_copy(update={"name": "small", "inhabitants": 10_000})
    support = drechtsteden.support.model_copy(update={"variants": {"jobcoach": "own_counsellor"}})
    pilot = drechtsteden.model_copy(
        update={
            "horizon_months": MONTHS,
            "main_horizon_months": 60,
            "municipalities": (*drechtsteden.municipalities, small),
            "support": support,
        }
    )
    position = 3
    posterior = few.isel(draw=[position])
    draw = {name: float(values.item()) for name, values in posterior.data_vars.items()}
    seed = int(few.attrs["seed"])
    normal = np.random.default_rng([seed, LOCATION_STREAM]).standard_normal(position + 1)[-1]
    level = cost_level({"p_cost_sigma": few["p_cost_sigma"].values}, few["draw"].values, 40, seed)[position]
    part = catalogue().draw("lks.funding.municipal_net_share", position + 1, seed, on=date(2022, 1, 1))[position]
    random = {"hours_shift": 0.15 * normal, "cost_level": level, "subsidy_part": part}
    plain = PlainRun(pilot, draw, **random, months=MONTHS)
    return pilot, steps(pilot, posterior), plain, plain.entries()


def test_states_are_those_of_the_plain_loop(both):
    _, made, plain, _ = both
    for arm, history in plain.history.items():
        share = made.trajectory["occupancy"].sel(arm=arm).isel(draw=0)
        for month in (0, 1, 2, 9, 10, 24, 40, 72):
            now = history[month]
            working = sum(now["job"]) + sum(now["job_alone"])
            off = sum(
                share_at * plain.job_month(month, completed)["off_benefit"]
                for jobs in (now["job"], now["job_alone"])
                for completed, share_at in enumerate(jobs)
                if share_at
            )
            alone = sum(now["alone"].values())
            expected = {
                "searching": sum(now["search"].values()) + (alone if arm == "without" else 0.0),
                "left": alone if arm == "programme" else 0.0,
                "work_off": off,
                "work_supplement": working - off,
                "off_no_work": sum(now["off"].values()),
            }
            found = {state: float(share.sel(state=state, month=month)) for state in expected}
            assert found == pytest.approx(expected, abs=1e-12)
        assert float(made.trajectory["first_jobs"].sel(arm=arm).sum()) == pytest.approx(
            sum(now["first_starts"] for now in history), rel=1e-12
        )


def test_every_entry_of_every_year_is_that_of_the_plain_loop(both):
    _, made, _, books = both
    for arm, book in books.items():
        assert set(book) == set(made.ledger["entry"].values.tolist())
        for name, amounts in book.items():
            expected = [sum(amounts[12 * year + 1 : 12 * year + 13]) for year in range(MONTHS // 12)]
            found = made.ledger["entry_year"].sel(arm=arm, entry=name).isel(draw=0).values
            # Absolute part: budget and refill are differences of amounts of some thousands of euros.
            assert found == pytest.approx(expected, rel=REL, abs=1e-9), name


def test_present_value_of_every_party_is_that_of_the_plain_loop(both):
    pilot, made, _, books = both
    rate = made.appraisal.attrs["discount_rate"]
    assert rate == 0.0225
    society = dict.fromkeys(pilot.horizons(), 0.0)
    for party in made.ledger["party"].values.tolist():
        if party == "outside":
            continue
        for horizon in pilot.horizons():
            for view, used in (("society", rate), ("budget", 0.0)):
                net = 0.0
                for account in chart(pilot):
                    sign = (account.payee == party) - (account.payer == party)
                    for arm, factor in (("programme", 1), ("without", -1)):
                        if sign:
                            net += factor * sign * present_value(books[arm][account.id], used, horizon)
                found = float(made.appraisal["net"].isel(draw=0).sel(party=party, horizon=horizon, view=view))
                assert found == pytest.approx(net, rel=REL, abs=1e-7), (party, horizon, view)
                if view == "society":
                    society[horizon] += net
    for horizon, net in society.items():
        found = float(made.appraisal["net"].isel(draw=0).sel(party="society", horizon=horizon, view="society"))
        assert found == pytest.approx(net, rel=REL, abs=1e-7)
