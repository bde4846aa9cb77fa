"""GGZ care that a component prevents: the rules of any other care saved, in the ledger, scenarios and cash."""

import numpy as np
import pytest

import werkzorg
from werkzorg.appraisal.scenarios import Bench
from werkzorg.ledger.quantities import BLOCKS, gather, price_block
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.scenarios import BASE, Variant
from werkzorg.params.variation import vary
from werkzorg.pilot import Changes
from werkzorg.release.calendar import calendar_impact
from werkzorg.release.sources import item_sources

RELAPSES = "saved_fewer_relapses"


def without_relapses(pilot):
    changes = Changes.model_validate({"support": {"without": ["fewer_relapses"]}})
    return Variant("other", None, BASE, vary(pilot, changes))


@pytest.fixture(scope="module")
def made(practice):
    """Ledger of the plea for experts with and without the relapses that it prevents."""
    pilot, posterior, _ = practice("movisie")
    trajectory = werkzorg.project(pilot, posterior)
    less = without_relapses(pilot).pilot
    return pilot, posterior, trajectory, less, *(werkzorg.settle(one, trajectory) for one in (pilot, less))


def test_half_of_the_places_is_filled_again_and_part_of_the_rest_is_lost_later(made):
    pilot, posterior, _, _, more, less = made

    def yearly(ledger, entry):
        return ledger["entry_year"].sel(arm="programme", entry=entry).values

    prevented = -yearly(more, RELAPSES)
    # All of it is in the first year: an assumption about changes of client manager in one year.
    assert (prevented[:, 0] > 0).all() and not prevented[:, 1:].any()
    refilled = posterior["care.refilled"].values[:, None] * prevented
    found = yearly(more, "ggz_refill") - yearly(less, "ggz_refill")
    np.testing.assert_allclose(found, refilled, atol=1e-9)
    lost = yearly(more, "risk_equalisation") - yearly(less, "risk_equalisation")
    lag = round(catalogue().value("zvw.risk_equalisation.lag_years", pilot.valuation_date))
    kept = posterior["p_insurer_retained"].values
    np.testing.assert_allclose(lost[:, lag], (1 - kept) * (prevented - refilled)[:, 0], atol=1e-9)
    assert "manager.relapse" in item_sources(pilot, "ggz_refill")


def test_scenarios_price_it_as_the_ledger_does(made):
    pilot, posterior, trajectory, less, ledger, _ = made
    quantities, done = gather(pilot, catalogue_of(pilot), trajectory), {}
    for block in BLOCKS:
        done[block] = price_block(block, pilot, catalogue_of(pilot), posterior, quantities, done)
    change = ledger["entry_year"].sel(arm="programme") - ledger["entry_year"].sel(arm="without")
    found = {name: amount for entries in done.values() for name, amount in entries.items()}
    # Amounts up to 1e4, the same terms in another order.
    for name, amount in found.items():
        np.testing.assert_allclose(amount, change.sel(entry=name).transpose("draw", "year"), atol=1e-7, err_msg=name)
    # Without the component the freed places are worked out anew, though no price of care changed.
    bench = Bench(pilot, lambda _: posterior)
    bench.value(Variant(BASE, None, BASE, pilot))
    net = bench.value(without_relapses(pilot)).net.sel(party="insurer", view="society").isel(horizon=0)
    plain = werkzorg.appraise(less, werkzorg.settle(less, trajectory))["net"]
    expected = plain.sel(party="insurer", view="society", horizon=pilot.main_horizon_months)
    np.testing.assert_allclose(net.values, expected.values, atol=1e-8)


def test_it_becomes_cash_as_other_care_does(made):
    """Part of it, and later: in money the first calendar year has less of it than the books have."""
    pilot, _, _, less, *ledgers = made
    booked, cash = {}, {}
    for name, one, ledger in (("more", pilot, ledgers[0]), ("less", less, ledgers[1])):
        impact = calendar_impact(one, werkzorg.appraise(one, ledger), ledger).sel(party="insurer").mean("draw")
        booked[name], cash[name] = impact["booked"].values, impact["cash"].values
    first = (booked["more"] - booked["less"])[0]
    assert first > 0
    # The share that becomes cash is below one and comes a year later: next to nothing in the first year.
    assert (cash["more"] - cash["less"])[0] == pytest.approx(0.0, abs=0.01 * first)
