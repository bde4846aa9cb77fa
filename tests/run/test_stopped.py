"""A fit that fails its checks: tried once more, no answer in any report, exit code 4, the last good results stay."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest
from run_fakes import FAKE, go, text_of

from werkzorg import cli, constants
from werkzorg.cases.simulate import simulate
from werkzorg.errors import ExitCode
from werkzorg.inference import record_fit
from werkzorg.reporting import open_report
from werkzorg.run.checks import READERS
from werkzorg.run.publish import STOPPED
from werkzorg.run.record import MANIFEST, is_complete
from werkzorg.wording import say

STOP = replace(FAKE, verdict=lambda results: "stop")
RECORDS = {"read_records": lambda name, pilot: Nobody()}


class Nobody:
    notices = ()

    def notes(self, pilot):
        return ()


def seeds(target):
    return json.loads((target / MANIFEST).read_text(encoding="utf8"))["seed"]


def test_a_stopped_run_leaves_the_last_good_results(tmp_path):
    target, stopped = tmp_path / "uit", tmp_path / f"uit{STOPPED}"
    go(target, seed=1)
    for seed in (2, 3):
        outcome, told = go(target, seed=seed, verdict=STOP.verdict)
        assert (outcome.verdict, outcome.target) == ("stop", stopped)
        shown = text_of(told).replace("\n", "")
        assert str(target) in shown and str(stopped) in shown
        assert seeds(target) == 1 and seeds(stopped) == seed
        assert is_complete(target) and is_complete(stopped)
    # A good run clears away what the stopped one left.
    go(target, seed=4)
    assert seeds(target) == 4 and not stopped.exists()


def test_without_good_results_the_stopped_ones_are_where_they_were_asked_for(tmp_path):
    target = tmp_path / "map" / "uit"
    for seed in (1, 2):
        outcome, _ = go(target, seed=seed, verdict=STOP.verdict)
        assert outcome.target == target and seeds(target) == seed
    outcome, _ = go(target, seed=3)
    assert seeds(target) == 3 and outcome.verdict == "ok"
    assert sorted(path.name for path in target.parent.iterdir()) == [".uit.lock", "uit"]


def test_own_work_beside_a_stopped_run_is_not_removed(tmp_path):
    target, stopped = tmp_path / "uit", tmp_path / f"uit{STOPPED}"
    go(target)
    go(target, seed=2, verdict=STOP.verdict)
    (stopped / "notitie.txt").write_text("van mij", encoding="utf8")
    go(target, seed=3)
    assert (stopped / "notitie.txt").exists()


def test_no_sum_per_case_rests_on_a_stopped_fit(tmp_path):
    good, _ = go(tmp_path / "uit", **RECORDS)
    assert (good.target / "vertrouwelijk").is_dir()
    outcome, _ = go(tmp_path / "uit", seed=2, verdict=STOP.verdict, **RECORDS)
    assert not (outcome.target / "vertrouwelijk").exists()


@pytest.mark.slow
@pytest.mark.sampling
def test_a_fit_that_really_fails_is_tried_again_and_then_gives_no_answer(tmp_path, monkeypatch, capsys):
    """Hardly a warm-up, short steps and a start far away: the chains do not meet, not even the second time."""
    folder, target = tmp_path / "pilot", tmp_path / "uit"
    simulate(folder, cases=20, months=24, seed=3)
    monkeypatch.setenv("WERKZORG_CACHE", str(tmp_path / "cache"))
    go(target)
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    for settings in (constants.SAMPLER, constants.STRICT_SAMPLER):
        monkeypatch.setitem(settings, "tune", 2)
        monkeypatch.setitem(settings, "maxdepth", 2)
    monkeypatch.setattr(constants, "START_SPREAD", 4.0)
    tries, plain = [], record_fit.sample_density
    monkeypatch.setattr(
        record_fit,
        "sample_density",
        lambda *args, **more: tries.append(more.get("strict", False)) or plain(*args, **more),
    )
    code = cli.execute(["run", str(folder), "--out", str(target), "--for", "client"])
    assert code == ExitCode.STATISTICS == 4
    assert tries == [False, True]
    assert "niet betrouwbaar genoeg" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    stopped = target.with_name(target.name + STOPPED)
    failed = json.loads((stopped / "results.json").read_text(encoding="utf8"))
    assert failed["meta"]["gates_verdict"] == "stop"
    assert any(gate["id"].startswith("sampling.") and gate["verdict"] == "stop" for gate in failed["gates"])
    assert not (stopped / "vertrouwelijk").exists()
    assert say("front.stopped", "nl") in (stopped / "client.nl.html").read_text(encoding="utf8")
    for reader in READERS:
        report = open_report(str(stopped / "results.json"), reader, "nl")
        page = report.client_page() if reader == "client" else report.front_page()
        first = html.unescape(re.sub(r"<[^>]+>", " ", page.markup))
        assert say("front.stopped", "nl") in first
        # No amount, no gain or loss.
        assert not re.search(r"€|voordeel|nadeel", first), reader
