"""Runs of the calibration go on where they stopped; certificate, pictures and page come from the store alone."""

from __future__ import annotations

import json
import re
from datetime import date

import numpy as np
import pytest

from benchmarks.calibration import __main__ as runner
from benchmarks.calibration import wrong
from benchmarks.calibration.cells import Cell, all_cells, pilot_of
from benchmarks.calibration.certificate import LEAST_JUDGED, PLACE, make_certificate, name_of, write_certificate
from benchmarks.calibration.figures import draw_figures
from benchmarks.calibration.measure import PARTIES, WATCHED, measure, parameters_of
from benchmarks.calibration.page import PAGE, page_text, summary_line
from benchmarks.calibration.store import Store
from werkzorg.params.pilots import catalogue_of

CELL = "counts-n40-zero30-placed50"


def made_up(index, spread=1.0):
    """A data set with uniform ranks."""
    rng = np.random.default_rng(index)
    names = (*parameters_of(all_cells()[CELL]), *WATCHED)
    ranks = {name: int(rng.integers(0, 200)) for name in dict.fromkeys(names)}
    return {
        "index": index,
        "method": "first answer",
        "efficiency": 0.5,
        "seconds": 2.0,
        "ranks": ranks,
        "error": {name: [float(rng.normal()), spread] for name in WATCHED},
        "gain": {party: [0.7, int(rng.random() < 0.7)] for party in PARTIES},
    }


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store", "abc")


def test_a_store_knows_what_is_missing_and_forgets_other_versions(store):
    for index in (0, 2):
        store.add(CELL, made_up(index))
    Store(store.folder, "older").add(CELL, made_up(1))
    with (store.folder / f"{CELL}.jsonl").open("a", encoding="utf8") as file:
        file.write('{"code": "abc", "index": 3, "ra')
    assert store.missing(CELL, 5) == [1, 3, 4]
    assert [row["index"] for row in store.read(CELL)] == [0, 2]


def test_a_line_that_was_cut_off_costs_at_most_the_next_which_is_then_done_again(store):
    store.add(CELL, made_up(0))
    path = store.folder / f"{CELL}.jsonl"
    path.write_text(path.read_text(encoding="utf8") + '{"cut', encoding="utf8")
    store.add(CELL, made_up(1))
    store.add(CELL, made_up(2))
    assert {row["index"] for row in store.read(CELL)} == {0, 2} and store.missing(CELL, 3) == [1]


def test_cells_take_turns_and_nothing_is_done_twice(store):
    store.add(CELL, made_up(0))
    other = "counts-n20-zero30-placed50"
    jobs = list(runner.jobs_of(store, [CELL, other], runner.TURN + 2, False))
    assert [name for name, *_ in jobs] == [CELL, other, CELL, other]
    done = [(name, index) for name, _, indices, _ in jobs for index in indices]
    assert len(done) == len(set(done)) == 2 * (runner.TURN + 2) - 1 and (CELL, 0) not in done
    assert max(len(indices) for _, _, indices, _ in jobs) == runner.TURN


def test_a_run_stores_what_it_measured_and_prints_what_the_cell_says(store, monkeypatch, capsys):
    monkeypatch.setattr(runner, "measure", lambda cell, indices, **_: [made_up(index) for index in indices])
    monkeypatch.setattr(runner, "model_hash", lambda: "abc")
    arguments = ["--cell", CELL, "--sets", "8", "--workers", "1", "--store", str(store.folder)]
    assert runner.main(arguments) == 0
    assert f"{CELL}: 8 data sets" in capsys.readouterr().out
    assert runner.main(arguments) == 0
    assert "0 data sets in" in capsys.readouterr().out
    assert runner.main([*arguments, "--cells"]) == 0
    assert capsys.readouterr().out.strip() == f"{CELL}: 8"
    with pytest.raises(SystemExit):
        runner.main(["--cell", "counts-n41"])


def test_the_certificate_says_how_much_was_done_and_the_page_shows_it(store, tmp_path):
    for index in range(60):
        store.add(CELL, made_up(index))
    for index in range(5):
        store.add(name_of(wrong.PLAIN), made_up(index, spread=2.0))
    made = make_certificate(store, date(2026, 11, 22))
    assert made["summary"]["sets"] == 60 and made["summary"]["complete"] == 0 and made["summary"]["passed"]
    assert made["cells"][CELL]["per_minute"] == 30.0
    assert made["kinds"]["counts"] == {"sets": 60, "cells": 18, "complete": 0, "judged": False, "failures": 0}
    assert made["wrong"][wrong.PLAIN]["limits"][WATCHED[0]]["spread"] == 2.0
    path = write_certificate(made, tmp_path / "certificate.json")
    assert json.loads(path.read_text(encoding="utf8")) == json.loads(json.dumps(made))
    text = page_text(json.loads(path.read_text(encoding="utf8")))
    assert "60 (short)" in text and "| not run |" in text and "Not run for this version." in text
    for name in ("calibration-ranks-counts.svg", "calibration-gains.svg"):
        assert f"img/{name}" in text
    drawn = draw_figures(made, tmp_path / "img")
    assert sorted(each.name for each in drawn) == ["calibration-gains.svg", "calibration-ranks-counts.svg"]
    assert all("<svg" in each.read_text(encoding="utf8") for each in drawn)


def test_reports_speak_of_a_kind_of_data_once_there_is_enough_of_it(store):
    for index in range(LEAST_JUDGED):
        store.add(CELL, made_up(index))
    kinds = make_certificate(store, date(2026, 11, 22))["kinds"]
    assert kinds["counts"]["judged"] and not kinds["records"]["judged"]


def test_intervals_that_fail_are_named(store):
    for index in range(60):
        row = made_up(index)
        row["ranks"] = {name: 0 if name == "p_dropout_hazard" else rank for name, rank in row["ranks"].items()}
        store.add(CELL, row)
    made = make_certificate(store, date(2026, 11, 22))
    assert not made["summary"]["passed"]
    assert {each["quantity"] for each in made["summary"]["failures"]} == {"p_dropout_hazard"}
    assert "| counts | `p_dropout_hazard` | 80% | 0.0% |" in page_text(made)
    assert re.search(r"allows in 3 of \d+ comparisons, named", summary_line(made))


def test_the_shipped_page_is_that_of_the_shipped_certificate():
    certificate = json.loads(PLACE.read_text(encoding="utf8"))
    assert PAGE.read_text(encoding="utf8") == page_text(certificate)
    pictures = [PAGE.parent / "img" / f"calibration-ranks-{kind}.svg" for kind in certificate["pooled"]]
    assert all(path.is_file() for path in pictures)


def test_cells_are_all_combinations_and_shift_priors_for_generator_and_model_alike():
    cells = all_cells()
    assert len(cells) == 18 + 36 + 36
    zero, nine = (catalogue_of(pilot_of(Cell("counts", 40, zero, 50))) for zero in (0, 90))
    assert nine.distribution("p_leave_care_epa").mean() == pytest.approx(0.9)
    assert zero.distribution("p_leave_care_epa").mean() == pytest.approx(0.01)
    few, many = (catalogue_of(pilot_of(Cell("counts", 40, 30, placed))) for placed in (5, 50))
    entry = [known.distribution("p_baseline_entry_hazard").mean() for known in (few, many)]
    # Hazards that place 5 and 50% of people within a year.
    assert entry[1] / entry[0] == pytest.approx(np.log(0.5) / np.log(0.95))


def test_every_world_that_breaks_the_model_has_its_words():
    for entry in wrong.wrong_models():
        assert wrong.twist_of(entry["id"]) != wrong.twist_of(wrong.PLAIN)
        assert entry["what"] and entry["watch"] and entry["title"]


def test_worlds_are_compared_on_the_same_data_sets():
    plain = [made_up(index, spread=2.0) for index in range(3)]
    moved = [
        row | {"error": {name: [error + 1.0, spread] for name, (error, spread) in row["error"].items()}}
        for row in (*plain[1:], made_up(9))
    ]
    facts = wrong.limits_table(moved, plain)["net.insurer.60"]
    # Data sets 1 and 2 are in both; each moved by half a standard deviation of the plain world.
    assert (facts["pairs"], facts["moved_sd"]) == (2, 0.5)
    assert wrong.limits_table(moved, [])["net.insurer.60"]["moved_sd"] is None


def test_a_data_set_is_the_same_alone_and_among_others():
    """Records too: what comes after the fits is worked out for all data sets of a job at once."""
    for cell in (Cell("counts", 20, 0, 5), Cell("records", 20, 30, 50, True)):
        (alone,), (first, again) = measure(cell, [4]), measure(cell, [3, 4])
        assert again == alone and first["ranks"] != again["ranks"]
        assert set(first["ranks"]) >= {"net.insurer.60", "forecast.placed", "part.work", "entry.with_support"}
        assert all(0 <= rank <= 199 for rank in first["ranks"].values())
