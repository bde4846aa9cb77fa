"""The answer if people who were lost were without work: exact when nothing changes, and told as it is."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from werkzorg.appraisal import dropout
from werkzorg.appraisal.checks import PARTIES, check_dropout
from werkzorg.appraisal.dropout import THIN, Dropout, bound_dropout, says_the_same
from werkzorg.cases.reading import check_records
from werkzorg.inference.fit import first_answer
from werkzorg.inference.follow_up import FollowUp, readings_of_loss
from werkzorg.inference.reduction import reduce_records
from werkzorg.params.pilots import load_pilot, pilot_file
from werkzorg.release.lost import lost_rows
from werkzorg.wording import LANGUAGES

FOLLOWED = {"programme": FollowUp(40, 4, 762, 25), "comparison": FollowUp(40, 7, 714, 6)}
NOBODY = {"programme": FollowUp(40, 0, 800, 0)}


@pytest.fixture(scope="module")
def net():
    draws = np.random.default_rng(1).normal(100.0, 300.0, (2000, len(PARTIES)))
    return xr.DataArray(draws, dims=("draw", "party"), coords={"party": list(PARTIES)})


def moved(by, reading="all_idle"):
    return Dropout(FOLLOWED, {reading: dict.fromkeys(PARTIES, 0.0) | by})


def test_readings_that_change_nothing_leave_the_answer_exactly_as_it_is():
    """The same records under another name: the difference of the same draws is nil, not nearly nil."""
    pilot = load_pilot("voorbeeld")
    tables = check_records(pilot_file("voorbeeld")).tables
    data = reduce_records(pilot, tables)
    first = first_answer(pilot, records=data)
    _, readings = readings_of_loss(tables, data)
    found = bound_dropout(pilot, FOLLOWED, {"same": data, "programme_idle": readings["programme_idle"]}, first, first)
    assert set(found.shift["same"].values()) == {0.0}
    assert set(PARTIES) <= set(found.shift["same"])
    # Fewer months at work with the programme: worse for its participants, and less is saved on benefit.
    assert found.shift["programme_idle"]["client"] < -5
    assert found.shift["programme_idle"]["municipality"] < -5
    assert first.sizes["draw"] % THIN == 0


@pytest.mark.parametrize("poor", ["run", "reading"])
def test_where_the_quick_answer_is_poor_both_answers_are_those_of_the_sampler(monkeypatch, poor):
    """The quick one is off by far here, in the answer of the run or in that of the reading."""
    net = {"run": 0.0, "reading": 1e6, "sampled": 30.0, "posterior": 50.0}

    def answer(name):
        return xr.Dataset(
            coords={"draw": range(1000)},
            attrs={"name": name, "seed": 1, "approximation": 0.39 if name == poor else 0.41},
        )

    monkeypatch.setattr(dropout, "first_answer", lambda *_, **__: answer("reading"))
    monkeypatch.setattr(dropout, "fit", lambda *_, **__: answer("sampled"))
    monkeypatch.setattr(
        dropout, "_mean_net", lambda _, found: xr.DataArray([net[found.attrs["name"]]], coords={"party": ["client"]})
    )
    found = bound_dropout(load_pilot("voorbeeld"), FOLLOWED, {"lost": None}, answer("run"), answer("posterior"))
    assert found.shift == {"lost": {"client": -20.0}}
    poor = "neither"
    found = bound_dropout(load_pilot("voorbeeld"), FOLLOWED, {"lost": None}, answer("run"), answer("posterior"))
    assert found.shift == {"lost": {"client": 1e6}}


def test_with_nobody_lost_there_is_no_second_answer(net):
    nothing = bound_dropout(load_pilot("voorbeeld"), NOBODY, {}, xr.Dataset(), xr.Dataset())
    assert nothing.shift == {} and nothing.net(net) == {}
    assert check_dropout(nothing, net).passed is None
    for lang in LANGUAGES:
        assert check_dropout(nothing, net).sentence(lang)


def test_the_answer_moves_as_a_whole(net):
    found = moved({"insurer": -25.0}).net(net)["all_idle"]
    difference = found - net
    assert difference.sel(party="insurer").values == pytest.approx(-25.0)
    assert not difference.sel(party=[name for name in PARTIES if name != "insurer"]).values.any()


@pytest.mark.parametrize(("by", "turned"), [({"insurer": -5.0}, 0), ({"insurer": -250.0}, 1), ({"client": 400.0}, 1)])
def test_the_check_fails_when_sign_or_word_of_a_party_changes(net, by, turned):
    found = check_dropout(moved(by), net)
    assert found.passed is (turned == 0) and found.values["n"] == turned
    for lang in LANGUAGES:
        assert str(found.values["of"]) in found.sentence(lang)


def test_one_word_and_one_sign_say_the_same():
    draws = np.linspace(-1.0, 3.0, 1001)
    # 75%: "more likely than not"; 70% the same word, 85% another one; a mean below nil the other sign.
    assert says_the_same(draws, draws - 0.2)
    assert not says_the_same(draws, draws + 0.4)
    assert not says_the_same(np.array([1.0, 1.0, -1.5]), np.array([1.0, 1.0, -2.5]))


def test_rows_show_no_few_people_and_the_mean_of_the_moved_draws(net):
    pilot = load_pilot("voorbeeld")
    whole = net.expand_dims(horizon=[pilot.main_horizon_months], view=["society"])
    rows = {
        row["id"]: row
        for row in lost_rows(pilot, moved({"insurer": -25.0}), xr.Dataset({"net": whole}), {"insurer": "p"}, "prior")
    }
    assert len([name for name in rows if name.startswith("dropout.")]) == len(PARTIES)
    expected = float(net.sel(party="insurer").mean()) - 25.0
    assert rows["dropout.all_idle.insurer"]["value"] == pytest.approx(expected)
    assert rows["dropout.all_idle.insurer"]["parameters"] == "p"
    assert rows["missing_months.programme.gap_share"]["value"] == pytest.approx(0.03)
    assert rows["missing_months.programme.gap_count"]["value"] == 25
    # Six months: fewer than ten are not shown.
    assert rows["missing_months.comparison.gap_count"]["value"] is None
    higher = list(lost_rows(pilot, moved({}), xr.Dataset({"net": whole}), {}, "prior", threshold=41))
    assert not [row for row in higher if row["quantity"] == "missing_months"]
    assert list(lost_rows(pilot, None, xr.Dataset(), {}, "prior")) == []
