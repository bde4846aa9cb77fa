"""Faults: one clear message, the right exit code, no traceback, the last good results untouched."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import run_fakes
from run_fakes import FAKE, go, text_of

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.run import checks, publish
from werkzorg.run.record import digests_of_folder, is_complete, write_completion

FAKES = Path(run_fakes.__file__)
MIDDLE_STEPS = ["fit", "project", "release", "write_results", "make_reports"]


def _fails(error):
    def step(*arguments):
        raise error

    return step


def _start(out, *options):
    """Start the fakes as a process of their own."""
    command = [sys.executable, str(FAKES), str(out), *options]

    def hear_ctrl_c() -> None:
        # Tests that were started in the background pass on that Ctrl-C is to be ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)

    # The same package as this process has, whether it comes from the source tree or from a wheel.
    environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, preexec_fn=hear_ctrl_c, **pipes)


def _hang(out, step, signal_file):
    """Start a run and wait until it is inside a step."""
    process = _start(out, "--hang", step, "--signal", str(signal_file), "--seed", "99")
    deadline = time.monotonic() + 60
    while not signal_file.exists():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "the run never reached the step"
        time.sleep(0.02)
    return process


@pytest.fixture
def good(tmp_path):
    """An output folder with good results, and their digests."""
    target = tmp_path / "uit"
    go(target)
    return target, digests_of_folder(target)


def _assert_untouched(good):
    target, before = good
    assert digests_of_folder(target) == before
    assert is_complete(target)
    assert {path.name for path in target.parent.iterdir() if path.name.startswith(".uit")} <= {".uit.lock"}


@pytest.mark.parametrize("step", MIDDLE_STEPS)
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("secret detail"), "onverwachte fout"),
        (MemoryError(), "geheugen"),
        (OSError(errno.ENOSPC, "No space left on device"), "schijf is vol"),
        (OSError("Can't write data (file write failed: errno = 28, error message = 'x')"), "schijf is vol"),
        (PermissionError(errno.EACCES, "Permission denied", "map/x"), "Geen toegang"),
        (KeyboardInterrupt(), "Gestopt"),
    ],
    ids=["unexpected", "memory", "full", "full-hdf5", "access", "ctrl-c"],
)
def test_a_fault_in_a_step_is_one_message_with_exit_code_run(good, step, error, words, own_folders):
    with pytest.raises(WerkzorgError) as caught:
        go(good[0], seed=2, **{step: _fails(error)})
    assert caught.value.exit_code == ExitCode.RUN
    message = caught.value.render("nl")
    assert words in message
    assert len(message.splitlines()) == 2
    assert "secret detail" not in message
    assert "Traceback" not in message
    _assert_untouched(good)
    assert list(own_folders.iterdir()) == []


def test_the_message_names_the_step(good):
    with pytest.raises(WerkzorgError, match="saldo per partij bepalen"):
        go(good[0], appraise=_fails(ValueError()))


def test_an_explained_error_keeps_its_own_code(good):
    from werkzorg.errors import Problem

    with pytest.raises(WerkzorgError) as caught:
        go(good[0], settle=_fails(WerkzorgError(ExitCode.STATISTICS, Problem("run.gates_stop"))))
    assert caught.value.exit_code == ExitCode.STATISTICS
    _assert_untouched(good)


def test_traceback_only_in_a_log_and_only_when_asked(good, tmp_path, monkeypatch):
    with pytest.raises(WerkzorgError):
        go(good[0], settle=_fails(ValueError("detail")))
    assert not (tmp_path / "cache" / "log").exists()
    monkeypatch.setenv("WERKZORG_DEBUG", "1")
    with pytest.raises(WerkzorgError) as caught:
        go(good[0], settle=_fails(ValueError("detail")))
    (log,) = (tmp_path / "cache" / "log").iterdir()
    assert str(log) in caught.value.render()
    assert "Traceback" in log.read_text(encoding="utf8")
    assert "ValueError: detail" in log.read_text(encoding="utf8")


@pytest.mark.parametrize("step", ["fit", "write_results", "make_reports"])
def test_killed_half_way(good, tmp_path, step):
    process = _hang(good[0], step, tmp_path / "in-step")
    process.kill()
    process.communicate(timeout=30)
    target, before = good
    assert digests_of_folder(target) == before
    assert is_complete(target)
    assert (target.parent / ".uit.new").exists()
    outcome, display = go(target, seed=99)
    assert "halverwege afgebroken" in text_of(display)
    assert json.loads((target / "results.json").read_text(encoding="utf8"))["total"] == 2 * (99 + 1 + 2)
    assert outcome.kept is None
    assert sorted(path.name for path in target.parent.iterdir() if "uit" in path.name) == [".uit.lock", "uit"]


def test_killed_between_the_two_renames(good):
    target, before = good
    target.rename(publish._aside_of(target))
    (publish.draft_of(target)).mkdir()
    with pytest.raises(WerkzorgError):
        go(target, fit_ingredients=_fails(ValueError()))
    assert digests_of_folder(target) == before


def test_killed_while_the_earlier_results_were_removed(good):
    # Half-removed earlier results must neither be taken for results nor be kept as somebody's work.
    target, _ = good
    waste = publish._waste_of(target)
    waste.mkdir()
    (waste / "results.json").write_text("{}", encoding="utf8")
    outcome, _ = go(target)
    assert outcome.kept is None
    assert not waste.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_a_request_to_stop_leaves_nothing_behind(good, tmp_path, number, own_folders):
    process = _hang(good[0], "make_reports", tmp_path / "in-step")
    process.send_signal(number)
    _, message = process.communicate(timeout=30)
    assert process.returncode == ExitCode.RUN
    assert "Er is niets veranderd" in message
    assert "Traceback" not in message
    _assert_untouched(good)
    assert list(own_folders.iterdir()) == []


def test_stopping_twice_still_cleans_up(good, tmp_path, monkeypatch, own_folders):
    """A second Ctrl-C arrives in the middle of the clean-up."""
    import shutil

    remove = shutil.rmtree

    def interrupted_remove(*arguments, **options):
        os.kill(os.getpid(), signal.SIGINT)
        return remove(*arguments, **options)

    monkeypatch.setattr(shutil, "rmtree", interrupted_remove)
    with pytest.raises(WerkzorgError, match="Gestopt"):
        go(good[0], seed=5, make_reports=_fails(KeyboardInterrupt()))
    monkeypatch.undo()
    _assert_untouched(good)
    assert list(own_folders.iterdir()) == []


def test_two_runs_at_once(good, tmp_path):
    process = _hang(good[0], "fit", tmp_path / "in-step")
    try:
        second = _start(good[0])
        _, message = second.communicate(timeout=60)
        assert second.returncode == ExitCode.BUSY
        assert str(process.pid) in message
        assert "loopt al een run" in message
        assert "Traceback" not in message
        assert digests_of_folder(good[0]) == good[1]
    finally:
        process.kill()
        process.communicate(timeout=30)


def test_the_lock_of_a_killed_run_is_no_obstacle(good, tmp_path):
    process = _hang(good[0], "fit", tmp_path / "in-step")
    process.kill()
    process.communicate(timeout=30)
    assert (good[0].parent / ".uit.holder.json").exists()
    go(good[0])
    assert not (good[0].parent / ".uit.holder.json").exists()


@pytest.mark.parametrize("damage", ["flip", "truncate", "no-data", "bad-record"])
def test_a_damaged_fit_is_made_again_with_a_notice(tmp_path, damage):
    go(tmp_path / "uit")
    (data,) = (tmp_path / "cache" / "fits").glob("*.nc")
    content = bytearray(data.read_bytes())
    if damage == "flip":
        # A digit becomes another digit: still valid JSON, so only the checksum can tell.
        content[content.index(b"2")] ^= 1
        data.write_bytes(content)
    elif damage == "truncate":
        data.write_bytes(content[:5])
    elif damage == "no-data":
        data.unlink()
    else:
        data.with_suffix(".json").write_text("{", encoding="utf8")
    outcome, display = go(tmp_path / "uit")
    assert not outcome.reused_fit
    assert "beschadigd" in text_of(display)
    assert json.loads((tmp_path / "uit" / "results.json").read_text(encoding="utf8"))["total"] == 8
    again, _ = go(tmp_path / "uit")
    assert again.reused_fit


def test_a_fit_that_cannot_be_kept_does_not_stop_the_run(tmp_path):
    outcome, display = go(
        tmp_path / "uit",
        save_posterior=_fails(OSError(errno.ENOSPC, "full")),
    )
    assert "niet worden bewaard" in text_of(display)
    assert not outcome.reused_fit
    assert is_complete(tmp_path / "uit")


def test_output_below_a_file_is_refused_before_any_work(tmp_path):
    (tmp_path / "bestand").write_text("x", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        go(tmp_path / "bestand" / "uit", prepare=_fails(AssertionError("work was begun")))
    assert caught.value.exit_code == ExitCode.RUN
    assert "kan niet worden geschreven" in caught.value.render("nl")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_is_refused_before_any_work(tmp_path):
    closed = tmp_path / "dicht"
    closed.mkdir(mode=0o500)
    with pytest.raises(WerkzorgError) as caught:
        go(closed / "uit", prepare=_fails(AssertionError("work was begun")))
    assert caught.value.exit_code == ExitCode.RUN


def test_a_folder_without_rights_is_refused_also_when_the_test_is_root(tmp_path, monkeypatch):
    def refuse(dir):
        raise PermissionError(errno.EACCES, "Permission denied", str(dir))

    monkeypatch.setattr(checks.tempfile, "TemporaryFile", refuse)
    with pytest.raises(WerkzorgError) as caught:
        go(tmp_path / "uit", prepare=_fails(AssertionError("work was begun")))
    assert caught.value.exit_code == ExitCode.RUN
    assert "kan niet worden geschreven" in caught.value.render("nl")


def test_a_nearly_full_disk_is_refused_before_any_work(tmp_path, monkeypatch):
    usage = checks.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: usage._replace(free=199 * 10**6))
    with pytest.raises(WerkzorgError) as caught:
        go(tmp_path / "uit", prepare=_fails(AssertionError("work was begun")))
    assert caught.value.exit_code == ExitCode.RUN
    assert "199 MB" in caught.value.render("nl")
    assert "300 MB" in caught.value.render("nl")


def test_a_disk_that_fills_up_during_the_run(good):
    """A real failing write: files of this process may not grow beyond 64 kB."""

    def write_much(results, folder):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
        try:
            (folder / "results.json").write_bytes(b"x" * 1_000_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with pytest.raises(WerkzorgError) as caught:
        go(good[0], write_results=write_much)
    assert caught.value.exit_code == ExitCode.RUN
    assert "schijf is vol" in caught.value.render("nl")
    _assert_untouched(good)


def test_a_folder_with_other_files_is_never_replaced(tmp_path):
    target = tmp_path / "documenten"
    target.mkdir()
    (target / "brief.txt").write_text("van mij", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        go(target)
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert (target / "brief.txt").read_text(encoding="utf8") == "van mij"


def test_a_file_as_target_is_refused(tmp_path):
    (tmp_path / "uit").write_text("x", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        go(tmp_path / "uit")
    assert caught.value.exit_code == ExitCode.CONFIGURATION


def test_earlier_results_that_cannot_be_moved_stay(good, monkeypatch):
    """As on Windows when a report is open in another program."""
    rename = Path.rename

    def refuse(self, destination):
        if self == good[0]:
            raise PermissionError(errno.EACCES, "in use", str(self))
        return rename(self, destination)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(WerkzorgError, match="kan niet worden vervangen"):
        go(good[0], seed=2)
    monkeypatch.undo()
    _assert_untouched(good)


def test_earlier_results_come_back_when_the_draft_cannot_be_moved(good, monkeypatch):
    rename = Path.rename

    def refuse(self, destination):
        if self == publish.draft_of(good[0]):
            raise PermissionError(errno.EACCES, "in use", str(self))
        return rename(self, destination)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(WerkzorgError, match="kan niet worden vervangen"):
        go(good[0], seed=2)
    monkeypatch.undo()
    _assert_untouched(good)


def test_a_draft_that_changed_after_its_record_is_not_published(tmp_path):
    draft = tmp_path / ".uit.new"
    draft.mkdir()
    (draft / "results.json").write_text("{}", encoding="utf8")
    write_completion(draft, "run")
    (draft / "results.json").write_text("{1", encoding="utf8")
    with pytest.raises(WerkzorgError, match="niet volledig"):
        publish.publish(draft, tmp_path / "uit")
    assert not (tmp_path / "uit").exists()


def test_temporary_folders_of_killed_runs_are_swept_and_others_are_not(tmp_path, own_folders):
    killed, other = own_folders / "werkzorg-run-killed", own_folders / "other-program"
    for folder in (killed, other):
        (folder / "jupyter").mkdir(parents=True)
        (folder / ".in-use").touch()
    go(tmp_path / "uit", steps=FAKE)
    assert not killed.exists()
    assert other.exists()


def test_the_temporary_folder_of_a_run_that_goes_on_is_left_alone_by_any_clock(tmp_path, own_folders):
    process = _hang(tmp_path / "other", "fit", tmp_path / "in-step")
    try:
        (alive,) = own_folders.iterdir()
        os.utime(alive / ".in-use", (0, 0))
        go(tmp_path / "uit")
        assert alive.exists()
    finally:
        process.kill()
        process.communicate(timeout=30)
    go(tmp_path / "uit")
    assert list(own_folders.iterdir()) == []
