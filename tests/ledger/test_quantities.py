"""Prices on sums over years give what the settlement month by month gives, for every change that reuses the sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.appraise import appraise
from werkzorg.appraisal.scenarios import Bench
from werkzorg.inference.redraw import redraw
from werkzorg.inference.updates import OWN_LEVEL, PAID_RATIO, household_name
from werkzorg.ledger.quantities import BLOCKS, ONLY_PRICED, gather, is_only_priced, price_block
from werkzorg.ledger.settlement import settle
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.scenarios import BASE, Variant
from werkzorg.params.variation import vary
from werkzorg.pilot import Changes
from werkzorg.projection.trajectory import project

MIX = {"single": 0.4, "single_parent": 0.3, "couple": 0.2, "cost_sharer": 0.1}

SAME = 1e-9
"""Relative to the largest amount of any party: the same terms in another order. A forgotten month is 1e-2."""


@pytest.fixture(scope="module")
def bench(drechtsteden, few):
    return Bench(drechtsteden, lambda pilot: few, all_horizons=True)


def variant_of(pilot, **changes) -> Variant:
    return Variant("other", None, BASE, vary(pilot, Changes.model_validate(changes)))


def plainly(variant, posterior):
    """The same scenario by way of the whole projection and the settlement month by month."""
    return appraise(variant.pilot, settle(variant.pilot, project(variant.pilot, posterior)))


def assert_same(bench, variant):
    posterior = bench.posterior(variant)
    expected = plainly(variant, posterior)
    found = bench.value(variant)
    net = expected["net"].transpose("party", "draw", "horizon", "view")
    assert found.net["party"].values.tolist() == net["party"].values.tolist()
    assert found.net["horizon"].values.tolist() == net["horizon"].values.tolist()
    assert np.abs(found.net - net).max() < SAME * np.abs(net).max()
    worked = expected["outcome"].sel(memo="months_worked", horizon=variant.pilot.main_horizon_months)
    assert np.allclose(found.outcome["months_worked"], worked, rtol=SAME)


# Entry by entry


@pytest.fixture(scope="module")
def gathered(drechtsteden, made):
    return gather(drechtsteden, catalogue_of(drechtsteden), made.trajectory)


def blocks_of(pilot, draws, quantities, **level):
    done = {}
    for block in BLOCKS:
        done[block] = price_block(block, pilot, catalogue_of(pilot), draws, quantities, done, **level)
    return done


def priced(*given, **level):
    return {name: amount for entries in blocks_of(*given, **level).values() for name, amount in entries.items()}


def test_every_block_holds_its_own_entries(drechtsteden, few, gathered):
    """A change of price makes one block again and those after it: an entry in another one would stay as it was."""
    found = blocks_of(drechtsteden, few, gathered)
    for block, name in (
        ("work", "wage_net"), ("care", "ggz_outpatient"), ("support", "support_employers_lunch"),
        ("budget", "budget_own"), ("freed", "ggz_refill"),
    ):  # fmt: skip
        assert [where for where, entries in found.items() if name in entries] == [block]


def test_every_entry_of_every_year_is_that_of_the_ledger(drechtsteden, few, made, gathered):
    found = priced(drechtsteden, few, gathered)
    yearly = made.ledger["entry_year"]
    assert set(found) == set(yearly["entry"].values.tolist())
    assert (gathered.step, gathered.steps_per_year) == (12, 1)
    change = yearly.sel(arm="programme") - yearly.sel(arm="without")
    # Ten years of amounts up to 1e4: the same terms in another order.
    for name, amount in found.items():
        np.testing.assert_allclose(amount, change.sel(entry=name).transpose("draw", "year"), atol=1e-7, err_msg=name)
    for memo in ("months_worked", "first_jobs"):
        years = made.ledger["memo_year"].sel(memo=memo).transpose("arm", "draw", "year")
        np.testing.assert_allclose(gathered.counted[memo], years.sel(arm="programme"), atol=1e-10)
        expected = years.sel(arm="programme") - years.sel(arm="without")
        np.testing.assert_allclose(gathered.outcome[memo], expected, atol=1e-10)


def test_first_years_alone_are_priced_as_they_are_among_more(drechtsteden, few, gathered):
    """Later years change nothing before them, also in budgets that follow with a delay."""
    whole, short = (priced(drechtsteden, few, part) for part in (gathered, gathered.up_to(36)))
    for name, amount in whole.items():
        assert short[name].shape == (few.sizes["draw"], 3)
        np.testing.assert_allclose(short[name], amount[:, :3], atol=1e-9, err_msg=name)
    for part in (gathered.up_to(36).outcome, gathered.up_to(36).counted):
        assert {amount.shape[1] for amount in part.values()} == {3}


def test_cost_level_of_each_draw_is_a_factor_on_care_outside_admissions(drechtsteden, few, gathered):
    level = np.linspace(0.5, 1.5, few.sizes["draw"])
    one, other = (priced(drechtsteden, few, gathered, **given) for given in ({}, {"level": level}))
    np.testing.assert_allclose(other["ggz_outpatient"], one["ggz_outpatient"] * level[:, None], rtol=1e-12)
    assert np.abs(one["ggz_outpatient"]).min() > 0
    for name in ("ggz_admission", "budget_own"):
        assert np.array_equal(other[name], one[name])


@pytest.mark.parametrize(("first", "step"), [(1.0, 12), (1.5, 6), (1.75, 3)])
def test_steps_are_as_long_as_the_law_at_enrolment_lets_them(drechtsteden, made, first, step):
    """The longest of which a year and the delay are whole numbers; another delay that begins later does not matter."""
    delay = {
        "id": "buig.lag_years",
        "values": [{"from": "2015-01-01", "value": first}, {"from": "2019-01-01", "value": 1.25}],
        "source": {"title": "Own books", "publisher": "Municipality", "year": 2018},
        "status": "verified",
    }
    changed = drechtsteden.model_copy(update={"parameters": (*drechtsteden.parameters, delay)})
    found = gather(changed, catalogue_of(changed), made.trajectory)
    assert (found.step, found.steps_per_year) == (step, 12 // step)


def test_what_is_only_priced_is_listed_or_belongs_to_a_package():
    assert is_only_priced("ggz.fact_year") and is_only_priced("staff.hour")
    assert not is_only_priced("p_logrr_programme_nl") and not is_only_priced("bijstand.net.single")


# By way of a bench

CHANGES = {
    "nothing": {},
    "size": {"participants_planned": 137},
    "one participant": {"participants_planned": 1},
    "scale": {"scale": "national"},
    "shorter": {"horizon_months": 36, "main_horizon_months": 24},
    "one year": {"horizon_months": 12, "main_horizon_months": 12},
    "further": {"horizon_months": 156, "main_horizon_months": 144},
    "coach": {"support": {"variants": {"jobcoach": "own_counsellor"}}},
    "no key officers": {"support": {"without": ["key_officer_municipality", "key_officer_ggz"]}},
    "nothing paid for": {"support": {"without": []}, "parameters": {"staff.hour": {"factor": 1e-9}}},
    "all filled": {
        "parameters": {
            "care.refilled": {
                "values": [{"from": "2015-01-01", "value": 1.0}],
                "source": {"title": "test"},
                "status": "assumption",
            }
        }
    },
    "later budgets": {
        # A delay that is no whole year makes the steps shorter.
        "parameters": {
            "buig.lag_years": {
                "values": [{"from": "2015-01-01", "value": 1.5}],
                "source": {"title": "test"},
                "status": "assumption",
            }
        }
    },
}


@pytest.mark.parametrize("case", CHANGES)
def test_sums_over_years_give_what_months_give(case, bench, drechtsteden):
    assert_same(bench, variant_of(drechtsteden, **CHANGES[case]))


PRICED = sorted(
    name for name in (entry.id for entry in catalogue() if is_only_priced(entry.id)) if catalogue().get(name).values
)


@pytest.mark.parametrize("name", PRICED)
def test_every_parameter_that_is_only_priced_needs_no_projection(name, bench, drechtsteden):
    bench.value(variant_of(drechtsteden))
    before = bench.made["projection"]
    assert_same(bench, variant_of(drechtsteden, parameters={name: {"factor": 1.1}}))
    assert bench.made["projection"] == before


@pytest.mark.parametrize("name", sorted(name for name in ONLY_PRICED if not catalogue().get(name).values))
def test_a_share_that_is_only_priced_needs_no_projection(name, bench, drechtsteden):
    bench.value(variant_of(drechtsteden))
    before = bench.made["projection"]
    other = {
        "distribution": {"name": "Uniform", "low": 0.2, "high": 0.4},
        "source": {"title": "t"},
        "status": "derived",
    }
    assert_same(bench, variant_of(drechtsteden, parameters={name: other}))
    assert bench.made["projection"] == before


@settings(max_examples=15, deadline=None)
@given(
    size=st.integers(1, 5000),
    years=st.integers(1, 10),
    coach=st.floats(0.1, 5),
    care=st.floats(0.1, 5),
    scale=st.sampled_from(["local", "national"]),
)
def test_any_price_size_and_horizon(bench, drechtsteden, size, years, coach, care, scale):
    factors = {"jobcoach.hour_uwv": {"factor": coach}, "ggz.fact_year": {"factor": care}}
    changed = {"participants_planned": size, "scale": scale, "parameters": factors}
    assert_same(bench, variant_of(drechtsteden, horizon_months=12 * years, main_horizon_months=12 * years, **changed))


def test_a_projection_without_the_prices_is_the_same_projection(drechtsteden, few):
    """What is left out for the projection is really not read by it."""
    seen = few.drop_vars([name for name in few.data_vars if is_only_priced(name)])
    assert len(seen.data_vars) < len(few.data_vars)
    known = catalogue_of(drechtsteden)
    one, other = (gather(drechtsteden, known, project(drechtsteden, draws)) for draws in (few, seen))
    for name, amount in one.work.items():
        assert np.array_equal(amount, other.work[name])


def test_what_is_drawn_again_is_what_a_fit_would_draw(drechtsteden, sampled):
    from werkzorg.inference.fit import first_answer

    other = variant_of(
        drechtsteden, parameters={"jobcoach.hour_uwv": {"factor": 2.0}, "wmo.guidance.series": {"factor": 0.5}}
    ).pilot
    known = catalogue_of(other)
    found = redraw(sampled, other, known, ["jobcoach.hour_uwv", "wmo.guidance.series"])
    wanted = first_answer(other)
    assert set(found.data_vars) == set(wanted.data_vars)
    for name in wanted.data_vars:
        assert np.array_equal(found[name], wanted[name]), name


def test_what_only_records_know_goes_both_ways(drechtsteden, few):
    """Own cost level, own mix of households and benefit paid, as a posterior with records has them."""
    draws = few.sizes["draw"]
    spread = np.linspace(0.9, 1.1, draws)
    mix = {household_name(name): ("draw", share * np.ones(draws)) for name, share in MIX.items()}
    own = few.assign({OWN_LEVEL: ("draw", np.ones(draws)), PAID_RATIO: ("draw", spread), **mix})
    bench = Bench(drechtsteden, lambda pilot: own, all_horizons=True)
    assert_same(bench, variant_of(drechtsteden, participants_planned=137))
    # With records the level is that of the participants themselves, whatever the size.
    sizes = [bench.value(variant_of(drechtsteden, participants_planned=size)) for size in (10, 1000)]
    assert np.array_equal(sizes[0].main("insurer"), sizes[1].main("insurer"))


def test_with_records_another_price_of_care_is_another_prior(drechtsteden, few):
    pilot = drechtsteden.model_copy(update={"data": {"files": []}})
    bench = Bench(pilot, lambda other: few)
    base = bench.keys(variant_of(pilot)).fit
    assert bench.keys(variant_of(pilot, parameters={"ggz.fact_year": {"factor": 1.1}})).fit != base
    assert bench.keys(variant_of(pilot, parameters={"staff.hour": {"factor": 1.1}})).fit == base
    assert bench.keys(variant_of(pilot, participants_planned=100)).fit == base
    without = Bench(drechtsteden, lambda other: few)
    kept = without.keys(variant_of(drechtsteden, parameters={"ggz.fact_year": {"factor": 1.1}})).fit
    assert kept == without.keys(variant_of(drechtsteden)).fit
