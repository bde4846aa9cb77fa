"""Exits from benefit as recorded, held against the rules: counts, bands, and what a report says of a misfit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from werkzorg.appraisal.checks import Check, check_exits
from werkzorg.appraisal.exits import exit_line, ruled_share
from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.contract import STATES
from werkzorg.inference.fit import first_answer
from werkzorg.inference.participants import exits_from_benefit
from werkzorg.inference.person_months import BEFORE, person_months
from werkzorg.inference.record_data import Exits
from werkzorg.inference.reduction import reduce_records
from werkzorg.params.pilots import load_pilot
from werkzorg.projection.trajectory import project
from werkzorg.release.checks import check_gates
from werkzorg.wording import LANGUAGES


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exits") / "pilot"
    simulate(folder, cases=60, comparison=20, seed=4, form="parquet")
    pilot, tables = load_pilot(folder), read_tables(folder)
    records = reduce_records(pilot, tables)
    return pilot, tables, records, first_answer(pilot, records=records).isel(draw=slice(0, 300))


def test_exits_are_counted_month_by_month(fitted):
    _, tables, records, _ = fitted
    rectangle = person_months(tables)
    months = {"work_off": [], "work_supplement": []}
    for person, row in enumerate(rectangle.state):
        for code in row[BEFORE + 1 :]:
            if rectangle.programme[person] and code >= 0 and STATES[code] in months:
                months[STATES[code]].append(person)
    off, on = months["work_off"], months["work_supplement"]
    assert records.exits == Exits(len(off) + len(on), len(off), len({*off, *on}), len(set(off)), len(set(on)))
    assert records.exits.off > 0 and records.exits == exits_from_benefit(rectangle)


def test_the_ruled_share_is_that_of_the_projection(fitted):
    pilot, _, records, posterior = fitted
    months = project(pilot, posterior)["occupancy"].sel(arm="programme")
    seen = records.seen["programme"]
    last = min(len(seen), months.sizes["month"])
    off, on = ((months.sel(state=state).values[:, 1:last] * seen[1:last]).sum(1) for state in
               ("work_off", "work_supplement"))  # fmt: skip
    # The same numbers by two ways: rounding only.
    np.testing.assert_allclose(ruled_share(pilot, posterior, records), off / (off + on), rtol=1e-9)


def line_of(fitted, **exits):
    pilot, _, records, posterior = fitted
    people = exits.pop("persons", 100)
    found = Exits(1000, persons=people, **{"persons_off": 50, "persons_on": 50} | exits)
    return exit_line(pilot, posterior, dataclasses.replace(records, exits=found), seed=1)


def test_only_too_few_exits_fail(fitted):
    ruled = line_of(fitted, off=0).expected
    assert not line_of(fitted, off=0).inside
    assert line_of(fitted, off=round(1000 * ruled)).inside
    assert line_of(fitted, off=1000).inside


def test_chance_is_that_of_persons_and_not_of_months(fitted):
    few, many = (line_of(fitted, off=300, persons=n) for n in (20, 20_000))
    assert many.high - many.low < 0.8 * (few.high - few.low)
    assert few.expected == many.expected


def test_a_share_that_tells_of_few_people_is_not_shown(fitted):
    assert line_of(fitted, off=304).observed == pytest.approx(0.3)
    assert line_of(fitted, off=304, persons_off=9).observed is None
    assert line_of(fitted, off=304, persons_on=9).observed is None
    assert line_of(fitted, off=304, persons=9) is None


def test_a_misfit_is_a_warning_of_the_run():
    for passed, verdict in ((False, "warn"), (True, "ok")):
        gates = {gate["id"]: gate["verdict"] for gate in check_gates([Check("exits", passed), Check("prior", True)])}
        assert gates["model.fit"] == verdict


@pytest.mark.parametrize("off", [0, 1000])
def test_the_check_says_which_way_it_is(fitted, off):
    pilot, _, records, posterior = fitted
    changed = dataclasses.replace(records, exits=Exits(1000, off, 100, 50, 50))
    found = {check.id: check for check in check_exits(pilot, posterior, changed, 1)}
    assert list(found) == ["exits" if off == 0 else "exits_more"]
    check = found["exits" if off == 0 else "exits_more"]
    assert check.passed is (off > 0)
    assert len({check.sentence(lang) for lang in LANGUAGES}) == 2
