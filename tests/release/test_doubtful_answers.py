"""Answers that rest on the wrong thing: a price in another unit, a prior that the counts contradict, one person."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from werkzorg.appraisal.appraise import appraise
from werkzorg.appraisal.checks import PARTIES, check_extremes, check_model
from werkzorg.appraisal.dropout import Dropout
from werkzorg.appraisal.extremes import without_largest
from werkzorg.cases.simulate import simulate
from werkzorg.inference.fit import draw_prior, first_answer
from werkzorg.ledger.settlement import settle
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import load_pilot
from werkzorg.projection.trajectory import project
from werkzorg.release.checks import check_gates, check_rows, price_gates
from werkzorg.release.results import Results, as_frame
from werkzorg.reporting.tables_checks import checks_table
from werkzorg.run.records import CaseRecords, read_records
from werkzorg.wording import LANGUAGES, say

PRICE = "ggz.fact_year"


def with_price(pilot, times):
    """The pilot with a price of its own, so many times the shipped one."""
    value = catalogue().amount(PRICE, pilot.valuation_date).value * times
    own = {
        "id": PRICE, "values": [{"from": pilot.valuation_date.isoformat(), "value": value}], "status": "assumption",
        "source": {"title": "Contract", "publisher": "Verzonnen", "year": pilot.valuation_date.year},
    }  # fmt: skip
    return pilot.model_copy(update={"parameters": (own,)})


@pytest.mark.parametrize(
    ("times", "verdict"), [(0.001, "stop"), (1000, "stop"), (100, "stop"), (0.2, "ok"), (1, "ok"), (5, "ok")]
)
def test_a_price_in_another_unit_stops_the_run(drechtsteden, times, verdict):
    (gate,) = price_gates(with_price(drechtsteden, times))
    assert gate["verdict"] == verdict
    assert "50" in gate["label_nl"]


def test_without_prices_of_its_own_a_pilot_has_no_such_gate(drechtsteden):
    assert price_gates(drechtsteden.model_copy(update={"parameters": ()})) == []


def shown(checks):
    """The table of checks as the technical report shows it, as text."""
    empty = (as_frame([], kind) for kind in ("assumptions", "gates"))
    results = Results({}, as_frame(check_rows(checks, "counts+prior"), "table"), *empty)
    return {lang: " ".join(checks_table(results, lang).data.to_numpy().ravel().tolist()) for lang in LANGUAGES}


def power_of(pilot):
    posterior = first_answer(pilot).isel(draw=slice(None, None, 4))
    appraisal = appraise(pilot, settle(pilot, project(pilot, posterior)))
    seed = int(posterior.attrs["seed"])
    prior = {str(name): values.values for name, values in draw_prior(pilot, seed=seed).data_vars.items()}
    checks = check_model(pilot, posterior, appraisal, prior=prior)
    return next(check for check in checks if check.id.startswith("power")), checks


def test_counts_that_contradict_the_prior_are_told_in_the_report(drechtsteden):
    """Of fifty people forty-nine at work after half a year: nothing that is known of such programmes allows that."""
    last = drechtsteden.last_snapshot
    everybody = last.model_copy(update={"working": last.enrolled - 1, "applying": 0, "in_mediation": 0, "left": 0})
    pilot = drechtsteden.model_copy(update={"snapshots": (everybody,)})
    check, checks = power_of(pilot)
    assert check.passed is False and check.values["n"] > 0
    for lang, text in shown(checks).items():
        assert say("check.power.failed", lang, **check.values) in text


@pytest.mark.parametrize(("by", "turned"), [(0.0, 0), (-2000.0, len(PARTIES))])
def test_an_answer_that_turns_without_one_person_is_a_warning_and_no_number(by, turned):
    draws = np.random.default_rng(1).normal(1000, 300, (2000, len(PARTIES)))
    net = xr.DataArray(draws, dims=("draw", "party"), coords={"party": list(PARTIES)})
    check = check_extremes(Dropout({}, {"without_largest": dict.fromkeys(PARTIES, by)}), net)
    assert check.passed is (turned == 0) and check.values == {"n": turned, "of": len(PARTIES)} and check.lines == ()
    gate = next(gate for gate in check_gates([check]) if gate["id"] == "model.extremes")
    assert gate["verdict"] == ("warn" if turned else "ok")
    # The second answer would give the person away beside the first: none of it stands in a row.
    assert [row["id"] for row in check_rows([check], "records+prior")] == ["check.extremes"]
    for text in shown([check]).values():
        assert not any(sign in text for sign in ("000", "€"))


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """A made-up pilot in which one person had a third of a million of care before enrolment."""
    folder = tmp_path_factory.mktemp("pilot")
    simulate(folder, cases=24, months=18, seed=2)
    pilot = load_pilot(str(folder))
    records = read_records(str(folder), pilot)
    months = records.tables["months"].copy()
    who = records.tables["cases"]["pseudonym"].iloc[3]
    months.loc[months["pseudonym"] == who, "treatment_amount"] = 20_000.0
    return pilot, CaseRecords(records.tables | {"months": months}, records.digests, records.threshold), who


def test_it_is_the_one_with_the_highest_cost_who_is_left_out(made_up):
    pilot, records, who = made_up
    rest = without_largest(pilot, records.tables)
    assert not any(who in set(rows["pseudonym"]) for rows in rest.values() if "pseudonym" in rows)
    assert len(rest["cases"]) == len(records.tables["cases"]) - 1


def test_of_the_fewest_people_nobody_is_left_out(made_up):
    pilot, records, _ = made_up
    few = CaseRecords(records.tables, records.digests, 24)
    assert few.extremes(pilot, SimpleNamespace(), SimpleNamespace()) is None


def test_one_person_moves_the_answer(made_up):
    pilot, records, _ = made_up
    first = first_answer(pilot, records=records.reduced(pilot))
    shift = records.extremes(pilot, first, first).shift["without_largest"]
    assert abs(shift["insurer"]) > 1.0
    assert dataclasses.is_dataclass(records.extremes(pilot, first, first))
