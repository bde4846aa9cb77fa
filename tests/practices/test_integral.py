"""Shipped sets of components, and the two regions with an integral approach."""

import numpy as np
import pytest

import werkzorg
from werkzorg.errors import WerkzorgError
from werkzorg.inference.fit import draw_prior
from werkzorg.params.packages import package_names, with_packages
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.scenarios import load_variants
from werkzorg.params.variation import mistakes_in
from werkzorg.pilot import Changes, SupportChanges

REGIONS = ("rijk-van-nijmegen", "haaglanden")


@pytest.mark.parametrize("name", REGIONS)
def test_components_of_the_sets_stand_in_the_pilot(name):
    pilot = werkzorg.load_pilot(name)
    ids = [part.id for part in pilot.support.components]
    assert pilot.support.packages == ("integral", "experts", "jobcoach")
    assert ids[0] == "shared_plan" and ids[-1] == "jobcoach_year3" and len(set(ids)) == len(ids)
    assert not any(part.variant for part in pilot.support.active())


def test_own_components_come_first_and_the_set_on_top():
    own = {"id": "own"}
    made = with_packages({"support": {"packages": ["jobcoach"], "components": [own]}}, "x.yaml", {})
    assert made["support"]["components"][0] == own
    assert [part["id"] for part in made["support"]["components"][1:]] == [f"jobcoach_year{year}" for year in (1, 2, 3)]


@pytest.mark.parametrize("data", [None, [], {"support": None}, {"support": {"packages": "jobcoach"}}, {"support": {}}])
def test_what_has_no_sets_or_another_shape_stays_as_it_is(data):
    assert with_packages(data, "x.yaml", {}) is data


def test_an_unknown_set_is_named_with_its_line_and_the_nearest():
    with pytest.raises(WerkzorgError) as caught:
        with_packages({"support": {"packages": ["integral", "jobcoch"]}}, "x.yaml", {"support.packages.1": 7})
    text = caught.value.render("en")
    assert "x.yaml:7" in text and "jobcoch" in text and "jobcoach" in text


def test_a_set_that_is_named_twice_is_refused(tmp_path):
    from werkzorg.params import shipped

    text = (shipped("params") / "pilots" / "haaglanden.yaml").read_text(encoding="utf8")
    path = tmp_path / "twice.yaml"
    path.write_text(text.replace("[integral, experts, jobcoach]", "[integral, experts, integral]"), encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        werkzorg.load_pilot(path)
    assert any(problem.identifier == "pilot.double_component" for problem in caught.value.problems)


def test_every_set_is_used_by_a_shipped_pilot_and_every_price_is_known():
    used = {name for pilot in werkzorg.pilot_names() for name in werkzorg.load_pilot(pilot).support.packages}
    assert used == set(package_names())


@pytest.fixture(scope="module")
def worked_out():
    variants = {variant.id: variant for variant in load_variants("haaglanden")}
    draws = draw_prior(variants["base"].pilot, seed=5).isel(draw=slice(400))
    return variants, draws


def _support(variant, trajectory):
    from werkzorg.ledger.support import support_entries

    entries = support_entries(variant.pilot, catalogue_of(variant.pilot), trajectory)
    return {name: amount.sum(axis=1).mean() for name, amount in entries.items()}


def test_fewer_professionals_save_time_and_each_scenario_costs_what_it_says(worked_out):
    variants, draws = worked_out
    trajectory = werkzorg.project(variants["base"].pilot, draws)
    costs = {name: _support(variants[name], trajectory) for name in ("base", "no-key-person", "paid-experts")}
    base = costs["base"]
    assert base["saved_fewer_professionals"] < 0 < base["support_key_person_municipality"]
    assert set(base) - set(costs["no-key-person"]) >= {"support_key_person_municipality"}
    added = set(costs["paid-experts"]) - set(base)
    assert added == {f"support_experts_{what}" for what in ("search", "at_work", "employers", "training")}
    # Hours a month x wage of a full-time month x loading / hours for others, over the months of searching.
    searching = trajectory["searching_supported"].sel(arm="programme").values[:, 1:].sum(axis=1)
    price = draws["peerworker.fwg40.mid"] * draws["peerworker.loading"] / draws["peer.hours_fte_month"]
    by_hand = float((draws["peer.hours_month"] * price * searching).mean())
    # The same draws in the same order: only rounding differs.
    assert costs["paid-experts"]["support_experts_search"] == pytest.approx(by_hand, rel=1e-12)


def test_scenarios_shift_the_effect_and_never_upwards_without_a_key_person(worked_out):
    variants, draws = worked_out
    for name in ("no-key-person", "as-many-professionals"):
        (target, shift), *rest = variants[name].shifts
        assert target == "p_logrr_programme_nl" and not rest
        assert float(draws[shift].max()) <= 0.0
    assert variants["paid-experts"].shifts == (("p_logrr_programme_nl", "p_loghr_peer_job_entry"),)


def test_the_regions_differ_in_municipalities_only():
    first, second = (werkzorg.load_pilot(name) for name in REGIONS)
    same = {"id", "name", "region", "municipalities"}
    assert first.model_dump(exclude=same) == second.model_dump(exclude=same)
    towns = [sum(town.inhabitants for town in pilot.municipalities) for pilot in (first, second)]
    assert np.argsort(towns).tolist() == [0, 1]


def test_experts_come_on_top_of_a_support_package_that_does_not_name_them():
    base, experts = load_variants("drechtsteden", ["paid-experts"])
    added = {part.id for part in experts.pilot.support.active()} - {part.id for part in base.pilot.support.active()}
    assert added == {"experts_search", "experts_at_work", "experts_employers", "experts_training"}
    trajectory = werkzorg.project(base.pilot, draw_prior(base.pilot, seed=2).isel(draw=slice(20)))
    costs = _support(experts, trajectory)
    assert all(float(costs[f"support_{name}"].mean()) > 0 for name in added)
    assert {f"support_{part.id}" for part in base.pilot.support.active()} <= set(costs)


@pytest.mark.parametrize(
    ("package", "problem"), [("expert", "pilot.unknown_name"), ("integral", "scenario.package_there")]
)
def test_a_set_that_is_not_there_or_there_already_is_refused(package, problem):
    pilot = werkzorg.load_pilot("haaglanden")
    found = [one.identifier for _, one in mistakes_in(pilot, Changes(support=SupportChanges(packages=(package,))))]
    assert found == [problem]


def test_a_programme_that_reaches_many_is_offered_scenarios_of_its_own_size():
    ids = {variant.id for variant in load_variants("limburg")}
    assert {"reach-500", "reach-2000", "scale-national"} <= ids
    assert not any(name.startswith("clients-") for name in ids)
    with pytest.raises(WerkzorgError) as caught:
        load_variants("limburg", ["clients-20"])
    assert [one.identifier for one in caught.value.problems] == ["scenario.unknown"]
