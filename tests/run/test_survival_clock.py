"""Clocks that jump, steps that hang, machines that sleep: nothing is decided by the clock on the wall."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import run_fakes
from filelock import FileLock
from run_fakes import FAKE, go, quiet, text_of

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.run import cache, checks, lock, publish, runner
from werkzorg.run.cache import FitCache
from werkzorg.run.record import is_complete
from werkzorg.run.watchdog import GRACE_SECONDS, LIMIT_NAME, STEP_MINUTES, Watchdog, watched

DAY = 86_400


def total(target):
    return json.loads((target / "results.json").read_text(encoding="utf8"))["total"]


@pytest.fixture
def jumping(monkeypatch):
    """Every reading of the wall clock is a day before or after the last one."""
    jumps = itertools.cycle([DAY, -DAY, -DAY, DAY])
    now, real = [time.time()], time.time

    def jump():
        now[0] += next(jumps)
        return now[0]

    class Jumping(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(jump(), tz)

    for module in (runner, publish, lock):
        monkeypatch.setattr(module, "datetime", Jumping)
    monkeypatch.setattr(time, "time", jump)
    assert abs(time.time() - real()) > DAY / 2
    return jump


def test_a_clock_that_jumps_a_day_at_every_look_changes_no_number_and_no_time_of_a_step(tmp_path, jumping):
    for seed in (1, 2, 1):
        _, display = go(tmp_path / "uit", seed=seed)
        assert total(tmp_path / "uit") == 2 * (seed + 3)
        assert is_complete(tmp_path / "uit")
        assert all(0 <= step.seconds < DAY / 2 for step in display.times)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".uit.lock", "cache", "tmp", "uit"]
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("days", [-1, 1])
def test_a_lock_file_of_another_day_neither_blocks_nor_gives_way(tmp_path, days):
    target = tmp_path / "uit"
    go(target)
    file = tmp_path / ".uit.lock"
    file.touch()
    other_day = time.time() + days * DAY
    os.utime(file, (other_day, other_day))
    go(target, seed=2)
    with FileLock(file):
        os.utime(file, (other_day, other_day))
        with pytest.raises(WerkzorgError) as caught:
            go(target, seed=3)
        assert caught.value.exit_code == ExitCode.BUSY
    assert total(target) == 10


def test_own_work_is_kept_twice_in_the_same_second(tmp_path, monkeypatch):
    """As when the clock is set back: the name with the time is taken."""

    class Standing(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 10, 25, 2, 30, tzinfo=tz) + timedelta()

    monkeypatch.setattr(publish, "datetime", Standing)
    kept = []
    for text in ("een", "twee", "drie"):
        go(tmp_path / "uit")
        (tmp_path / "uit" / "notitie.txt").write_text(text, encoding="utf8")
        outcome, _ = go(tmp_path / "uit")
        kept.append(outcome.kept)
    assert [(path / "notitie.txt").read_text(encoding="utf8") for path in kept] == ["een", "twee", "drie"]
    assert [path.name.removeprefix("uit-vorige-2026-10-25-023000") for path in kept] == ["", "-2", "-3"]


class Clock:
    """A clock that is moved by hand."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def dog():
    """A watchdog of ten seconds per step, its clock, its display, and what it did."""
    clock, display, did = Clock(), quiet(), []
    watching = Watchdog(display, 10, lambda: did.append("ask"), lambda error: did.append(error.render("nl")), clock)

    def after(seconds, looks):
        for _ in range(looks):
            clock.seconds += seconds
            watching.look()

    return watching, display, did, after


def test_a_step_that_hangs_is_asked_to_stop_and_then_ended(dog):
    watching, display, did, after = dog
    display.current = "rapporten maken"
    after(1, 10)
    assert did == []
    after(1, 1)
    assert did == ["ask"] and watching.overdue.exit_code == ExitCode.RUN
    after(1, GRACE_SECONDS - 1)
    assert did == ["ask"]
    after(1, 1)
    assert len(did) == 2 and "rapporten maken" in did[1] and LIMIT_NAME in did[1]


def test_every_step_has_its_own_time(dog):
    _, display, did, after = dog
    for name in ("read", "fit", "release"):
        with display.step(name):
            after(1, 9)
    assert did == []


def test_time_that_the_machine_slept_does_not_count(dog):
    _, _, did, after = dog
    after(DAY, 4)
    assert did == []
    # Each look after a sleep counts for two ticks at most.
    after(DAY, 2)
    assert did == ["ask"]


def test_a_run_that_hangs_ends_with_a_message_and_code_5(tmp_path):
    go(tmp_path / "uit")
    before = (tmp_path / "uit" / "KLAAR.json").read_bytes()
    command = [sys.executable, run_fakes.__file__, str(tmp_path / "uit"), "--hang", "make_reports"]
    environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2]), LIMIT_NAME: "0.1"}
    done = subprocess.run(
        [*command, "--signal", str(tmp_path / "in-step")],
        env=environment, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == ExitCode.RUN, done.stderr
    assert "duurde langer dan 0.1 minuten" in done.stderr and "rapporten maken" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "uit" / "KLAAR.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".uit.lock", "cache", "in-step", "tmp", "uit"]
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("text", ["0", "-5", "veel", "inf", "nan"])
def test_a_limit_that_is_no_time_is_refused(tmp_path, monkeypatch, text):
    monkeypatch.setenv(LIMIT_NAME, text)
    with pytest.raises(WerkzorgError) as caught:
        go(tmp_path / "uit")
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert LIMIT_NAME in caught.value.render("nl")
    assert not (tmp_path / "uit").exists()


def test_without_a_limit_a_step_has_an_hour(monkeypatch):
    monkeypatch.delenv(LIMIT_NAME, raising=False)
    with watched(quiet()) as watching:
        assert watching._limit == 60 * STEP_MINUTES == 3600


def fits_in(folder):
    return FitCache(folder, FAKE.save_posterior, FAKE.read_posterior)


def test_what_killed_runs_left_among_the_fits_is_removed_by_the_next_that_saves(tmp_path):
    folder = tmp_path / "fits"
    fits = fits_in(folder)
    fits.keep("good", {"draws": [1]})
    for litter in ("half.draft", "old.1234.draft", "unrecorded.nc"):
        (folder / litter).write_text("{", encoding="utf8")
    fits.keep("new", {"draws": [2]})
    names = {path.name for path in folder.iterdir()} - {".lock"}
    assert names == {"good.nc", "good.json", "new.nc", "new.json"}


def test_a_fit_that_another_run_is_replacing_is_not_taken_for_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "LOCK_SECONDS", 0.05)
    folder = tmp_path / "fits"
    fits = fits_in(folder)
    fits.keep("key", {"draws": [1]})
    (folder / "key.nc").write_text("half", encoding="utf8")
    with FileLock(folder / ".lock"):
        assert fits.find("key", on_damage=lambda: pytest.fail("was called damaged")) is None
        with pytest.raises(OSError):
            fits.keep("key", {"draws": [1]})
    assert (folder / "key.nc").exists()


def test_two_runs_at_once_into_two_folders_share_the_fits(tmp_path):
    """Both begin without a fit; whoever is second finds one or makes the same one."""
    environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
    runs = [
        subprocess.Popen([sys.executable, run_fakes.__file__, str(tmp_path / name)], env=environment) for name in "ab"
    ]
    assert [process.wait(timeout=300) for process in runs] == [0, 0]
    assert [total(tmp_path / name) for name in "ab"] == [8, 8]
    assert len(list((tmp_path / "cache" / "fits").glob("*.nc"))) == 1
    outcome, display = go(tmp_path / "a")
    assert outcome.reused_fit and "beschadigd" not in text_of(display)
