"""The command `compare`: publishes as a run does, uses the fits that runs keep, and says what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import typer
from run_fakes import quiet, text_of

from werkzorg import cli_compare
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.fit import first_answer
from werkzorg.run.compare import Comparison, compare
from werkzorg.run.explore import Exploration, explore
from werkzorg.run.real import fit_ingredients, real_steps
from werkzorg.run.record import is_complete, is_only_ours

DRAWS = 80


def steps(**changes):
    """Real steps with a quick posterior, and reports that only leave a file."""

    def make_reports(folder, readers, langs):
        for lang in langs:
            (folder / f"{readers[0]}.{lang}.html").write_text("<p>", encoding="utf8")
        return {}

    quick = {
        "fit": lambda pilot, seed, *records: first_answer(pilot, seed=seed).isel(draw=slice(0, DRAWS)),
        "prepare_fit": lambda: None,
        "make_reports": make_reports,
    }
    return replace(real_steps(), **(quick | changes))


def order(out, *scenarios):
    return Comparison("drechtsteden", scenarios, str(out), ("nl",), 1)


def test_results_appear_complete_with_manifest_and_answer(tmp_path):
    target = tmp_path / "out"
    made = compare(order(target, "coach-own", "horizon-2"), steps(), quiet())
    assert made.outcome.target == target and is_complete(target) and is_only_ours(target)
    assert {"results.json", "results.xlsx", "results.csv", "scenarios.nl.html", "manifest.json"} <= {
        path.name for path in target.iterdir()
    }
    note = json.loads((target / "manifest.json").read_text(encoding="utf8"))
    assert set(note["scenarios"]) == {"coach-own", "horizon-2"}
    assert note["scenarios"]["coach-own"]["changes"]["support"]["variants"] == {"jobcoach": "own_counsellor"}
    content = json.loads((target / "results.json").read_text(encoding="utf8"))
    assert list(content["meta"]["scenarios"]) == ["base", "coach-own", "horizon-2"]
    assert note["verdict"] == content["meta"]["gates_verdict"]
    assert made.answer.startswith("Vergeleken met de pilot zoals hij is")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith((".new", ".old", ".waste"))]


def test_a_second_comparison_fits_nothing_and_gives_the_same_numbers(tmp_path):
    def never(*arguments):
        raise AssertionError("fitted again")

    first = compare(order(tmp_path / "one", "place-refilled"), steps(), quiet())
    display = quiet()
    second = compare(order(tmp_path / "two", "place-refilled"), steps(fit=never), display)
    assert not first.outcome.reused_fit and second.outcome.reused_fit
    # No choice was asked for: the answer says what this shows, and which choices there are.
    assert "de omstandigheden anders zijn" in first.answer and "(coach-own)" in first.answer
    assert "hergebruikt" in text_of(display)
    tables = [
        json.loads((tmp_path / name / "results.json").read_text(encoding="utf8"))["table"] for name in ("one", "two")
    ]
    assert tables[0] == tables[1]


def test_the_fit_of_a_run_is_the_fit_of_the_comparison(drechtsteden):
    """Scenarios in the pilot file, and files of scenarios, do not make a fit out of date."""
    from werkzorg.pilot import Scenario

    own = Scenario.model_validate({"id": "own", "name": {"nl": "eigen", "en": "own"}, "kind": "choice"})
    changed = drechtsteden.model_copy(update={"scenarios": (own,)})
    assert fit_ingredients(changed, 1) == fit_ingredients(drechtsteden, 1)
    assert not [name for name in fit_ingredients(drechtsteden, 1)["parameters"] if name.startswith("scenarios/")]


def test_a_comparison_that_a_check_stopped_is_no_last_good_one(tmp_path):
    """Without its verdict on record a stopped comparison would hold the place of the next good one."""
    target = tmp_path / "out"
    stopped = compare(order(target, "scale-local"), steps(verdict=lambda results: "stop"), quiet())
    assert stopped.outcome.target == target
    assert json.loads((target / "manifest.json").read_text(encoding="utf8"))["verdict"] == "stop"
    again = compare(order(target, "scale-local"), steps(verdict=lambda results: "stop"), quiet())
    assert again.outcome.target == target


def test_a_failure_leaves_the_last_good_comparison(tmp_path):
    target = tmp_path / "out"
    compare(order(target, "scale-local"), steps(), quiet())
    before = (target / "results.json").read_bytes()

    def fails(folder, readers, langs):
        raise OSError(28, "No space left on device")

    with pytest.raises(WerkzorgError) as caught:
        compare(order(target, "scale-local"), steps(make_reports=fails), quiet())
    assert caught.value.exit_code == ExitCode.RUN
    assert (target / "results.json").read_bytes() == before and is_complete(target)


def test_an_unknown_scenario_stops_before_any_work(tmp_path):
    def never(*arguments):
        raise AssertionError("worked")

    with pytest.raises(WerkzorgError) as caught:
        compare(order(tmp_path / "out", "coach-onw"), steps(fit=never, prepare=never), quiet())
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert "coach-own" in caught.value.render("nl")
    assert not (tmp_path / "out").exists()


def test_the_explorer_takes_no_scenario_with_payments(tmp_path):
    """Payments are levers of its page: one that a scenario fixes would be lost without a word."""
    asked = Exploration("drechtsteden", ("paid-per-month",), str(tmp_path / "x.html"), ("nl",), 1)
    with pytest.raises(WerkzorgError) as caught:
        explore(asked, steps(), quiet())
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert "paid-per-month" in caught.value.render("nl")
    assert not (tmp_path / "x.html").exists()


def test_another_folder_is_not_replaced(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    (target / "mine.txt").write_text("mine", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        compare(order(target, "scale-local"), steps(), quiet())
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert [path.name for path in target.iterdir()] == ["mine.txt"]


def test_the_command_prints_the_answer_last(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("werkzorg.run.real.real_steps", steps)
    app = typer.Typer(add_completion=False)
    app.callback()(lambda: None)
    cli_compare.register(app)
    code = app(args=["compare", "drechtsteden", "coach-own", "--out", str(tmp_path / "out")], standalone_mode=False)
    assert code == ExitCode.OK
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[-1].startswith("Vergeleken met de pilot zoals hij is")
    assert any("scenarios.nl.html" in line for line in lines)
