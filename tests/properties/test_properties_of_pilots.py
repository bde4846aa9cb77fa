"""What holds for every pilot and every posterior, whatever the numbers are.

Where each property that we hold to is tested:

| property | where |
|:--|:--|
| parties add up to society, transfers to nothing, in each draw | `test_every_euro_has_a_payer_and_a_payee` |
| a transfer changes who pays and not what society gains | `test_a_transfer_is_no_gain_of_society` |
| a higher price never helps who pays | `test_a_higher_price_never_helps_who_pays` |
| more months worked never cost more bijstand | `test_more_work_never_costs_more_bijstand` |
| a higher wage never costs the client or more bijstand | `test_a_higher_wage_never_costs_the_client_or_more_bijstand` |
| a longer horizon never makes less work | `test_looking_further_never_makes_less_work_or_a_cheaper_package` |
| order of components, members, parties, entries, arms changes nothing | `test_order_changes_nothing` |
| order, company and chunks of draws change nothing | `test_a_draw_does_not_depend_on_the_others` |
| swapping the arms turns the sign and nothing else | `test_swapped_arms_turn_every_sign` |
| a component in two halves is the same component | `test_a_component_in_two_halves_is_the_same` |
| number of participants: only what is bought once is shared | `test_a_larger_pilot_shares_what_is_bought_once` |
| horizons add up; a later horizon changes nothing before it | `test_horizons_add_up` |
| other units of money: all prices twice, all euros twice | `test_twice_all_prices_is_twice_all_euros` |
| price year up and down is the identity | `tests/params/test_catalogue.py`, indexing up and down |
| price year: an amount in other euros is moved by one index | `test_properties_of_scenarios.py` |
| price year: care of people in other euros, too | `test_properties_of_records.py` |
| other pseudonyms; everybody and the pilot later by some months | `test_properties_of_records.py` |
| other names of pilot, region and municipalities | `test_properties_of_scenarios.py` |
| parties add up in every scenario, view and horizon | `test_properties_of_scenarios.py` |
| a scenario with no change differs by exactly nothing | `test_properties_of_scenarios.py` |
| order of changes, and steps by way of a parent | `test_properties_of_scenarios.py` |
| EVPI >= EVPPI of a set >= of a part of it >= 0, per party | `test_properties_of_choices.py` |
| EVSI between nothing and EVPPI, growing with n | `tests/appraisal/test_sampling.py` |
| the same amount for each arm changes no decision; renamed and reordered arms | `test_properties_of_choices.py` |
| a duplicate arm leaves EVPI as it is; ties share probability | `test_properties_of_choices.py` |
| deviations to nothing: EVPI nothing, acceptability nought or one | `test_properties_of_choices.py` |
| discount rate to nothing is the plain sum; a vector call is a loop of calls | `test_properties_of_choices.py` |
| monthly and yearly steps agree; finer steps tend to the closed form | `test_properties_of_choices.py` |
| number of threads changes no bit | `tests/projection/test_multistate.py`, `test_number_of_threads_changes_no_bit` |
| steps of time: sums over years are those over months | `tests/ledger/test_quantities.py` |
| no hidden cell can be found again | `tests/release` |
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from any_pilot import COMPONENTS, changes, moved, pilot_with, seeds
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from werkzorg.appraisal.appraise import appraise
from werkzorg.ledger.accounts import OUTSIDE
from werkzorg.ledger.settlement import settle
from werkzorg.ledger.support import support_entries
from werkzorg.params import parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.variation import vary
from werkzorg.pilot import Changes
from werkzorg.projection.trajectory import project

# Without making a failing example smaller: that takes minutes here.
SOME = settings(max_examples=6, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
FEW = settings(SOME, max_examples=4)

INSIDE = [party.id for party in parties() if party.inside]

SAME = 1e-9
"""Relative to the largest amount of any party: the same terms in another order. A forgotten month is 1e-2."""


def ledger_of(pilot, posterior):
    return settle(pilot, project(pilot, posterior))


def close(one, other):
    """Whether two arrays are the same but for rounding, whatever the order of their labels."""
    size = float(np.abs(other).max())
    xr.testing.assert_allclose(one.reindex_like(other), other, rtol=0, atol=SAME * size + 1e-12)


def net_of(pilot, posterior):
    """Present value and sum per party and horizon."""
    return appraise(pilot, ledger_of(pilot, posterior))["net"]


# Conservation


@SOME
@given(chosen=changes, seed=seeds)
def test_every_euro_has_a_payer_and_a_payee(drechtsteden, few, chosen, seed):
    ledger = ledger_of(pilot_with(drechtsteden, chosen), moved(few, seed))
    size = float(np.abs(ledger["entry_year"]).max())
    assert float(np.abs(ledger["net"].sum("party")).max()) < SAME * size
    # What society has is what comes in from outside less what goes there, by the name of every entry.
    society = ledger["net"].sel(party=INSIDE).sum(("party", "month"))
    entries = ledger["entry_year"].sum("year")
    spent = [
        name for name in entries["entry"].values.tolist() if str(ledger["payee"].sel(entry=name).item()) == OUTSIDE
    ]
    real = entries.sel(entry="production") - entries.sel(entry=spent).sum("entry")
    close(society, real.drop_vars(LABELS, errors="ignore"))
    assert all(name.endswith("_cost") or name.startswith("support_") for name in spent)


BIJSTAND = ("bijstand_net", "bijstand_tax", "bijstand_levy")
LABELS = ("entry", "payer", "payee", "item", "kind")

TRANSFERS = ("scale", "inhabitants", "subsidies", "employer_benefits", "no_risk")


@SOME
@given(chosen=changes, seed=seeds, which=st.sampled_from(TRANSFERS))
def test_a_transfer_is_no_gain_of_society(drechtsteden, few, chosen, seed, which):
    """Another scale or size of municipality, no subsidy, no benefit for employers: others pay, nothing is won."""
    posterior = moved(few, seed)
    chosen = chosen | {"without": chosen["without"] - {"key_officer_municipality"}}
    pilot = pilot_with(drechtsteden, chosen | {"instruments": {*chosen["instruments"], "employer_benefits", "no_risk"}})
    if which == "subsidies":
        other = pilot.model_copy(update={"support": pilot.support.model_copy(update={"subsidies": ()})})
    elif which in pilot.support.instruments:
        kept = tuple(name for name in pilot.support.instruments if name != which)
        other = pilot.model_copy(update={"support": pilot.support.model_copy(update={"instruments": kept})})
    else:
        swapped = {"local": "national", "national": "local"}[pilot.scale]
        members = tuple(part.model_copy(update={"inhabitants": 20_000}) for part in pilot.municipalities)
        other = pilot.model_copy(update={"scale": swapped} if which == "scale" else {"municipalities": members})
    one, two = net_of(pilot, posterior), net_of(other, posterior)
    close(one.sel(party="society"), two.sel(party="society"))
    # Somebody does notice, unless the horizon ends before budgets follow.
    if which in ("subsidies", "no_risk"):
        assert float(np.abs(one - two).max()) > 0.01


# Directions


@SOME
@given(chosen=changes, seed=seeds, component=st.sampled_from(COMPONENTS), factor=st.floats(1.01, 5))
def test_a_higher_price_never_helps_who_pays(drechtsteden, few, chosen, seed, component, factor):
    pilot = pilot_with(drechtsteden, chosen | {"without": chosen["without"] - {component}})
    part = next(part for part in pilot.support.components if part.id == component)
    dearer = tuple(
        each.model_copy(update={"times": (*each.times, factor)}) if each.id == component else each
        for each in pilot.support.components
    )
    other = pilot.model_copy(update={"support": pilot.support.model_copy(update={"components": dearer})})
    posterior = moved(few, seed)
    change = net_of(other, posterior) - net_of(pilot, posterior)
    size = SAME * (1 + float(np.abs(change).max()))
    assert (change.sel(party=part.payer) <= size).all()
    assert (change.sel(party="society") <= size).all()
    # Nobody but who pays, and the state by its subsidy, has anything to do with it.
    others = [party for party in INSIDE if party not in (part.payer, "state", "municipality", "ggz_institution")]
    assert float(np.abs(change.sel(party=others)).max()) < size


@SOME
@given(chosen=changes, seed=seeds, share=st.floats(0.01, 1), band=st.sampled_from([0, 3, 6, 12, 18, 24, 36]))
def test_more_work_never_costs_more_bijstand(drechtsteden, few, chosen, seed, share, band):
    """A part of those who search work instead, from the first month, for any time in the job."""
    pilot, posterior = pilot_with(drechtsteden, chosen), moved(few, seed)
    trajectory = project(pilot, posterior)
    more = trajectory.copy(deep=True)
    part = share * trajectory["occupancy"].sel(state="searching").where(trajectory["month"] > 0, 0.0)
    more["occupancy"].loc[{"state": "searching"}] -= part.transpose("arm", "draw", "month")
    tenure = trajectory["tenure"].values.tolist()
    assert band in tenure, tenure
    more["at_work"].loc[{"tenure": band}] += part.transpose("arm", "draw", "month")
    names = list(BIJSTAND)
    before, after = (settle(pilot, each)["entry_year"].sel(entry=names).sum("entry") for each in (trajectory, more))
    assert (after <= before + SAME * float(before.max())).all()
    assert float((before - after).max()) > 0


@SOME
@given(chosen=changes, seed=seeds, factor=st.floats(1.0, 1.5))
def test_a_higher_wage_never_costs_the_client_or_more_bijstand(drechtsteden, few, chosen, seed, factor):
    """The same months at work for a higher wage an hour: month by month, in both arms."""
    pilot = pilot_with(drechtsteden, chosen)
    trajectory = project(pilot, moved(few, seed))
    name = "jobs.wage_factor"
    one, two = (settle(pilot, trajectory.assign({name: trajectory[name] * part})) for part in (1.0, factor))
    size = SAME * float(np.abs(one["net"]).max())
    assert (two["net"].sel(party="client") >= one["net"].sel(party="client") - size).all()
    bijstand = [each["entry_year"].sel(entry=list(BIJSTAND)).sum("entry") for each in (two, one)]
    assert (bijstand[0] <= bijstand[1] + 12 * size).all()
    # What is worth more is made by it: society has the whole difference.
    worth = (two["entry_year"] - one["entry_year"]).sel(entry="production").sum("year")
    close((two["net"] - one["net"]).sel(party=INSIDE).sum(("party", "month")), worth.drop_vars(LABELS, errors="ignore"))


@FEW
@given(chosen=changes, seed=seeds)
def test_looking_further_never_makes_less_work_or_a_cheaper_package(drechtsteden, few, chosen, seed):
    pilot = pilot_with(drechtsteden, chosen | {"years": 3})
    ledger = ledger_of(pilot, moved(few, seed))
    found = appraise(pilot, ledger)
    horizons = found["horizon"].values.tolist()
    assert horizons == sorted(horizons) and len(horizons) > 1
    for memo in ("months_worked", "first_jobs", "job_starts"):
        assert (found["outcome_programme"].sel(memo=memo).diff("horizon") >= -1e-12).all(), memo
    costs = [
        appraise(pilot.model_copy(update={"main_horizon_months": months}), ledger)["support_cost"]
        for months in (12, 24, 36)
    ]
    for earlier, later in pairwise(costs):
        assert (later.sel(party="society") >= earlier.sel(party="society") - 1e-9).all()


# Order


@FEW
@given(chosen=changes, seed=seeds)
def test_order_changes_nothing(drechtsteden, few, chosen, seed):
    rng, posterior = np.random.default_rng(seed), moved(few, seed)
    pilot = pilot_with(drechtsteden, chosen)
    support = pilot.support
    turned = support.model_copy(
        update={
            "components": tuple(support.components[k] for k in rng.permutation(len(support.components))),
            "instruments": support.instruments[::-1],
        }
    )
    other = pilot.model_copy(update={"support": turned, "municipalities": pilot.municipalities[::-1]})
    ledger = ledger_of(pilot, posterior)
    found = ledger_of(other, posterior)
    close(found["entry_year"], ledger["entry_year"])
    shuffled = found.isel(
        arm=[1, 0], party=rng.permutation(found.sizes["party"]), entry=rng.permutation(found.sizes["entry"])
    )
    one, two = appraise(pilot, ledger), appraise(pilot, shuffled)
    for name in ("net", "net_cumulative", "flow", "support_cost"):
        close(two[name], one[name])


@FEW
@given(chosen=changes, seed=seeds)
def test_a_draw_does_not_depend_on_the_others(drechtsteden, few, chosen, seed):
    """In another order, alone, and in two chunks: the same but for rounding."""
    pilot, posterior = pilot_with(drechtsteden, chosen), moved(few, seed, draws=5)
    whole = net_of(pilot, posterior)
    order = np.random.default_rng(seed).permutation(5)
    for parts in ([order], [[2]], [[0, 1, 2], [3, 4]]):
        found = xr.concat([net_of(pilot, posterior.isel(draw=list(part))) for part in parts], dim="draw")
        expected = whole.isel(draw=[int(k) for part in parts for k in part])
        assert np.allclose(found, expected, rtol=1e-13, atol=1e-9)


@FEW
@given(chosen=changes, seed=seeds)
def test_swapped_arms_turn_every_sign(drechtsteden, few, chosen, seed):
    pilot = pilot_with(drechtsteden, chosen)
    ledger = ledger_of(pilot, moved(few, seed))
    one = appraise(pilot, ledger)
    two = appraise(pilot, ledger.assign_coords(arm=ledger["arm"].values[::-1]))
    for name in ("net", "net_cumulative", "flow", "outcome"):
        assert np.array_equal(two[name], -one[name]), name


# Size


@SOME
@given(chosen=changes, seed=seeds, component=st.sampled_from(COMPONENTS))
def test_a_component_in_two_halves_is_the_same(drechtsteden, few, chosen, seed, component):
    pilot = pilot_with(drechtsteden, chosen | {"without": chosen["without"] - {component}})
    part = next(part for part in pilot.support.components if part.id == component)
    half = part.model_copy(update={"times": (*part.times, 0.5)})
    parts = [each for each in pilot.support.components if each.id != component]
    subsidies = tuple(
        subsidy.model_copy(update={"covers": (*subsidy.covers, "second_half")})
        if component in subsidy.covers
        else subsidy
        for subsidy in pilot.support.subsidies
    )
    support = pilot.support.model_copy(
        update={"components": (*parts, half, half.model_copy(update={"id": "second_half"})), "subsidies": subsidies}
    )
    posterior = moved(few, seed)
    close(net_of(pilot.model_copy(update={"support": support}), posterior), net_of(pilot, posterior))


@SOME
@given(chosen=changes, seed=seeds, times=st.integers(2, 20))
def test_a_larger_pilot_shares_what_is_bought_once(drechtsteden, few, chosen, seed, times):
    """Per participant everything is the same, but for the lunch, and the subsidy that has a maximum for all."""
    pilot, posterior = pilot_with(drechtsteden, chosen | {"without": set()}), moved(few, seed)
    larger = pilot.model_copy(update={"participants_planned": times * pilot.participants_planned})
    trajectory = project(pilot, posterior)
    one, two = (support_entries(each, catalogue_of(each), trajectory) for each in (pilot, larger))
    assert one.keys() == two.keys()
    for name, amount in one.items():
        if name == "support_employers_lunch":
            assert two[name] * times == pytest.approx(amount, rel=1e-12)
        elif name.startswith("subsidy_"):
            assert (two[name] <= amount * (1 + 1e-12)).all()
            assert (times * two[name] >= amount * (1 - 1e-12)).all()
        else:
            assert np.array_equal(two[name], amount), name


# Time


@FEW
@given(chosen=changes, seed=seeds, more=st.integers(1, 4))
def test_horizons_add_up(drechtsteden, few, chosen, seed, more):
    posterior = moved(few, seed)
    short = pilot_with(drechtsteden, chosen)
    months, longer = short.horizon_months, short.horizon_months + 12 * more
    long = vary(short, Changes.model_validate({"horizon_months": longer, "main_horizon_months": longer}))
    one, two = (appraise(pilot, ledger_of(pilot, posterior)) for pilot in (short, long))
    # Looking further changes nothing of the years before.
    close(two["net_cumulative"].isel(month=slice(0, months + 1)), one["net_cumulative"])
    if months in two["horizon"].values:
        close(two["net"].sel(horizon=months), one["net"].sel(horizon=months))
    # What the later years add is their own sum, each with its factor.
    monthly = two["net_cumulative"].diff("month")
    rate, year = two.attrs["discount_rate"], xr.DataArray(np.arange(longer) // 12, dims="month")
    for view, factor in (("budget", 1.0), ("society", (1 + rate) ** -year.astype(float))):
        found = (monthly * factor).sum("month")
        close(found, two["net"].sel(horizon=longer, view=view, drop=True).transpose(*found.dims))


# Units


@FEW
@given(chosen=changes, seed=seeds, factor=st.floats(0.2, 5))
def test_twice_all_prices_is_twice_all_euros(drechtsteden, few, chosen, seed, factor):
    """Norms, wages, limits of tax, prices of care and support: an amount that stands in the code would stay behind."""
    pilot, posterior = pilot_with(drechtsteden, chosen), moved(few, seed)
    known = catalogue_of(pilot)
    money = [entry.id for entry in known if entry.is_money and entry.values]
    other = vary(pilot, Changes.model_validate({"parameters": {name: {"factor": factor} for name in money}}))
    drawn = [name for name in posterior.data_vars if name in known and known.get(name).is_money]
    assert "ggz.fact_year" in drawn and "bijstand.net.single" in money
    scaled = posterior.assign({name: posterior[name] * factor for name in drawn})
    before, after = ledger_of(pilot, posterior), ledger_of(other, scaled)
    close(after["entry_year"], before["entry_year"] * factor)
    # Months and hours are no euros.
    close(after["memo_year"], before["memo_year"])
