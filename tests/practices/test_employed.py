"""Participants whom the programme employs: at work for the contract, mixed with all others, nothing else changed."""

import numpy as np
import pytest

import werkzorg
from werkzorg.errors import WerkzorgError
from werkzorg.inference.fit import draw_prior
from werkzorg.params import shipped
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
    other = pilot.model_copy(update={"employed": Employed(number="reach.experts", months=length)})
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


def test_an_unknown_parameter_is_named(tmp_path):
    text = (shipped("params") / "pilots" / "limburg.yaml").read_text(encoding="utf8")
    path = tmp_path / "own.yaml"
    path.write_text(
        text.replace("employed: {number: reach.experts", "employed: {number: reach.expert"), encoding="utf8"
    )
    with pytest.raises(WerkzorgError) as caught:
        werkzorg.load_pilot(path)
    assert "reach.expert" in caught.value.render("en") and "employed.number" in caught.value.render("en")
