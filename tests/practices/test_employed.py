"""Participants whom the programme employs: at work for the contract, mixed with all others, nothing else changed."""

import numpy as np
import pytest

import werkzorg
from werkzorg.errors import WerkzorgError
from werkzorg.inference.fit import draw_prior
from werkzorg.ledger.quantities import BLOCKS, gather, price_block
from werkzorg.ledger.settlement import MARKET_ENTRIES, employed_months
from werkzorg.params import shipped
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Employed
from werkzorg.projection.chain import follow_arms
from werkzorg.projection.employed import with_employed

MONTHS, LENGTH = 36, 12


@pytest.fixture(scope="module")
def made():
    pilot = werkzorg.load_pilot("limburg")
    posterior = draw_prior(pilot, seed=3).isel(draw=slice(50))
    draws = {name: posterior[name].values for name in posterior.data_vars}
    return pilot, draws, follow_arms(draws, MONTHS)


def working(chain, arm):
    return chain["banded"].sum(("band", "clocked_state")).sel(arm=arm).values


def test_nobody_employed_changes_nothing(made):
    pilot, draws, chain = made
    mixed = with_employed(pilot, draws, 0.0, chain)
    for name in chain.data_vars:
        np.testing.assert_array_equal(mixed[name].sel(arm="programme"), chain[name].sel(arm="programme"))


def test_when_all_are_employed_all_work_for_the_contract_and_no_longer(made):
    pilot, draws, chain = made
    mixed = with_employed(pilot, draws, float(pilot.participants_planned), chain)
    found = working(mixed, "programme")
    # Shares of a whole; rounding of sums is about 1e-15.
    assert found[:, 0] == pytest.approx(0.0, abs=1e-12)
    assert found[:, 1 : LENGTH + 1] == pytest.approx(1.0, abs=1e-12)
    assert found[:, LENGTH + 1] == pytest.approx(0.0, abs=1e-12)
    assert (found[:, LENGTH + 2] > 0).all()
    assert mixed["banded"].sel(arm="programme", clocked_state="job").values.max() == 0.0


def test_the_mixture_is_linear_in_the_number_and_leaves_the_other_arm(made):
    pilot, draws, chain = made
    number = draws["reach.experts"]
    mixed = with_employed(pilot, draws, number, chain)
    share = (number / pilot.participants_planned)[:, None]
    expected = (1 - share) * working(chain, "programme") + share * working(
        with_employed(pilot, draws, 1000.0, chain), "programme"
    )
    np.testing.assert_allclose(working(mixed, "programme"), expected, rtol=1e-12)
    for name in chain.data_vars:
        np.testing.assert_array_equal(mixed[name].sel(arm="without"), chain[name].sel(arm="without"))
    assert mixed["occupancy"].sum("state").values == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("length", [1, 6, 24])
def test_the_contract_lasts_as_long_as_it_says(made, length):
    pilot, draws, chain = made
    other = pilot.model_copy(update={"employed": Employed(number="reach.experts", pay="experts_pay", months=length)})
    found = working(with_employed(other, draws, 1000.0, chain), "programme")
    full = np.flatnonzero(np.isclose(found[0], 1.0, atol=1e-12))
    assert full.tolist() == list(range(1, length + 1))


def test_the_way_from_trajectory_to_ledger_takes_them_along(made):
    pilot, _, _ = made
    posterior = draw_prior(pilot, seed=3).isel(draw=slice(50))
    alone = pilot.model_copy(update={"employed": None})
    net = {}
    for name, one in (("with", pilot), ("alone", alone)):
        trajectory = werkzorg.project(one, posterior)
        net[name] = werkzorg.appraise(one, werkzorg.settle(one, trajectory))["net"].sel(view="society", horizon=60)
        worked = trajectory["at_work"].sum("tenure").sel(arm="programme").values[:, 1:13].sum(axis=1)
        net[name, "months"] = worked
    extra = net["with", "months"] - net["alone", "months"]
    # An expert works twelve months instead of a few: at most twelve per expert.
    assert (extra > 0).all()
    assert (extra <= 12 * posterior["reach.experts"].values / pilot.participants_planned).all()
    gained = (net["with"] - net["alone"]).mean("draw")
    assert float(gained.sel(party="municipality")) > 0
    assert float(gained.sel(party="client")) > 0


def test_their_pay_is_paid_once_and_received_once(made):
    """The payer pays the employer, the employer pays the wage; no subsidy or output on top for the same months."""
    pilot, _, _ = made
    posterior = draw_prior(pilot, seed=3).isel(draw=slice(50))
    everybody = {"reach.experts": posterior["reach.experts"] * 0.0 + pilot.participants_planned}
    posterior = posterior.assign(everybody).assign_attrs(posterior.attrs)
    trajectory = werkzorg.project(pilot, posterior)
    # The months that the ledger takes for those of the contract are those of the projection.
    found = employed_months(pilot, trajectory)
    worked = trajectory["at_work"].transpose("arm", "draw", "month", "tenure").values
    np.testing.assert_allclose(found[0, :, : LENGTH + 1], worked[0, :, : LENGTH + 1], atol=1e-12)
    assert not found[1].any() and not found[0, :, LENGTH + 1 :].any()
    ledger = werkzorg.settle(pilot, trajectory)
    first = ledger["entry_year"].sel(arm="programme", year=1)
    for name in MARKET_ENTRIES:
        np.testing.assert_allclose(first.sel(entry=name), 0.0, atol=1e-9, err_msg=name)
    # What the employer receives is spent on wages and on what the pay costs besides.
    inside = first.where(ledger["payee"] == "employer", 0.0).sum("entry")
    out = first.where(ledger["payer"] == "employer", 0.0).sum("entry")
    np.testing.assert_allclose(inside, first.sel(entry="support_experts_pay"), rtol=1e-12)
    np.testing.assert_allclose(out, inside, rtol=1e-9)
    assert float(first.sel(entry="wage_net").mean()) > 0
    # The cost of the package is what is paid for it, also where a part of that ends up with participants.
    cost = werkzorg.appraise(pilot, ledger)["support_cost"].sel(party="society")
    own = [f"support_{part.id}" for part in pilot.support.active()]
    # All of the package is in the first year, which counts in full.
    np.testing.assert_allclose(cost, first.sel(entry=own).sum("entry"), rtol=1e-12)


def test_sums_over_years_have_the_same_entries(made):
    pilot, _, _ = made
    posterior = draw_prior(pilot, seed=3).isel(draw=slice(20))
    trajectory = werkzorg.project(pilot, posterior)
    yearly = werkzorg.settle(pilot, trajectory)["entry_year"]
    change = yearly.sel(arm="programme") - yearly.sel(arm="without")
    quantities, done = gather(pilot, catalogue_of(pilot), trajectory), {}
    for block in BLOCKS:
        done[block] = price_block(block, pilot, catalogue_of(pilot), posterior, quantities, done)
    found = {name: amount for entries in done.values() for name, amount in entries.items()}
    assert set(found) == set(yearly["entry"].values.tolist())
    # Amounts up to 1e3 per person reached: the same terms in another order.
    for name, amount in found.items():
        np.testing.assert_allclose(amount, change.sel(entry=name).transpose("draw", "year"), atol=1e-8, err_msg=name)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [("pay: experts_pay", "pay: expert_pay", "employed.pay"), ("provider: employer", "provider: uwv", "provider")],
)
def test_pay_without_component_or_through_another_party_is_told(tmp_path, old, new, where):
    text = (shipped("params") / "pilots" / "limburg.yaml").read_text(encoding="utf8")
    assert text.count(old) == 1
    path = tmp_path / "own.yaml"
    path.write_text(text.replace(old, new), encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        werkzorg.load_pilot(path)
    assert where in caught.value.render("en")


def test_an_unknown_parameter_is_named(tmp_path):
    text = (shipped("params") / "pilots" / "limburg.yaml").read_text(encoding="utf8")
    path = tmp_path / "own.yaml"
    path.write_text(
        text.replace("employed: {number: reach.experts", "employed: {number: reach.expert"), encoding="utf8"
    )
    with pytest.raises(WerkzorgError) as caught:
        werkzorg.load_pilot(path)
    assert "reach.expert" in caught.value.render("en") and "employed.number" in caught.value.render("en")
