"""Machines that lack something: a kernel that does not start, processes that stay behind, places with long names."""

from __future__ import annotations

import contextlib
import json
import os
import time
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from run_fakes import go

import werkzorg
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.reporting import execute
from werkzorg.run.real import real_steps
from werkzorg.run.record import MANIFEST, is_complete
from werkzorg.wording import LANGUAGES

unix = pytest.mark.skipif(os.name != "posix", reason="stand-ins for a kernel are scripts of a shell")

PERSON = "Zoë Müller-Łukasiewicz (日本) d'Été"
"""A name of a user as home folders have it: accents, spaces, quotes, another script."""


def gone(process: int) -> bool:
    """Whether a process has ended; ten seconds are given to it."""
    for _ in range(100):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, 0)
            time.sleep(0.1)
            continue
        return True
    return False


@unix
@pytest.mark.parametrize(("does", "seconds"), [("exit 1", 30), ("exec sleep 600", 2)], ids=["absent", "slow"])
def test_a_kernel_that_does_not_start_is_one_message_and_leaves_no_process(tmp_path, monkeypatch, does, seconds):
    script, number = tmp_path / "python", tmp_path / "number"
    script.write_text(f"#!/bin/sh\necho $$ > '{number}'\n{does}\n", encoding="utf8")
    script.chmod(0o700)
    monkeypatch.setattr(execute, "sys", SimpleNamespace(executable=str(script)))
    monkeypatch.setattr(execute, "_START_SECONDS", seconds)
    with pytest.raises(WerkzorgError) as caught:
        execute.run_notebook("client", tmp_path / "out.ipynb", {})
    assert caught.value.exit_code == ExitCode.RUN
    assert "startte niet" in caught.value.render("nl") and not (tmp_path / "out.ipynb").exists()
    assert gone(int(number.read_text()))


@unix
def test_a_run_works_below_the_home_of_anybody(tmp_path, monkeypatch):
    home = tmp_path / PERSON
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("WERKZORG_CACHE", str(home / "cache é"))
    outcome, _ = go(home / "Documenten van de pilot" / "uit")
    assert is_complete(outcome.target) and PERSON in str(outcome.target)


@unix
def test_a_run_works_at_a_path_of_hundreds_of_signs(tmp_path):
    place = tmp_path.joinpath(*["een map met een heel lange naam die niemand ooit zou kiezen"] * 8)
    outcome, _ = go(place / "uit")
    assert is_complete(outcome.target) and len(str(outcome.target)) > 450


@unix
@pytest.mark.parametrize("folder", ["/tmp/" + "x" * 100, "/tmp/" + "é" * 50], ids=["long", "long in bytes"])
def test_a_kernel_in_a_long_place_is_reached_without_a_socket_there(folder):
    assert execute._kernel_manager_class(folder)().transport == "tcp"
    assert execute._kernel_manager_class("/tmp/é")().transport == "ipc"


def test_a_sampler_that_cannot_start_is_named_with_what_it_was_about(monkeypatch):
    pilot = SimpleNamespace(id="proef", parameters=({"id": "ggz.fact_year"},))

    def fails(*arguments, **options):
        raise RuntimeError("Initialization failed after 10 attempts at 77777.77")

    monkeypatch.setattr(werkzorg, "fit", fails)
    with pytest.raises(WerkzorgError) as caught:
        real_steps().fit(pilot, 1, None)
    assert caught.value.exit_code == ExitCode.STATISTICS
    for lang in LANGUAGES:
        text = caught.value.render(lang)
        # The model and the values of the pilot itself; nothing of what the sampler said, which may hold data.
        assert "proef" in text and "ggz.fact_year" in text and "77777" not in text


@unix
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_the_moment_of_a_run_is_that_of_amsterdam_wherever_the_clock_stands(tmp_path, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        outcome, _ = go(tmp_path / "uit")
    finally:
        monkeypatch.undo()
        time.tzset()
    created = datetime.fromisoformat(json.loads((outcome.target / MANIFEST).read_text(encoding="utf8"))["created"])
    here = datetime.now(ZoneInfo("Europe/Amsterdam"))
    assert created.utcoffset() == here.utcoffset() and abs(created - here) < timedelta(hours=1)


@pytest.mark.slow
@pytest.mark.sampling
def test_an_estimate_needs_no_compiler(drechtsteden):
    """Compilation is by numba, which brings its own; PyTensor without g++ is what a computer of an office has."""
    import pytensor

    with pytensor.config.change_flags(cxx=""):
        posterior = werkzorg.fit(drechtsteden, seed=1)
    assert posterior.sizes["draw"] >= 4000
    assert {gate["verdict"] for gate in json.loads(posterior.attrs["gates"])} == {"ok"}
