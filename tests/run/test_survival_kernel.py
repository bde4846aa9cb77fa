"""Real processes and kernels, killed, stopped or asleep: nothing is left behind, and the next run is as always."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import kernel_runs
import nbformat
import psutil
import pytest
from run_fakes import go

from werkzorg.errors import ExitCode
from werkzorg.run import checks
from werkzorg.run.record import digests_of_folder, is_complete

pytestmark = pytest.mark.slow

PATIENCE = 180
"""Seconds after which something is taken to hang; what is waited for takes one or two on a quiet machine."""

MARK = "from werkzorg.reporting.marks import finished_mark\nfinished_mark('client', '', 0, 0)"


def until(true, what):
    """Wait for something, on a machine of any speed."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture
def place(tmp_path):
    """Good results, and a notebook that tells its process and then waits until it may go on."""
    go(tmp_path / "uit")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    waits = f"""
import os, pathlib, time
here = pathlib.Path({str(tmp_path)!r})
(here / "kernel.part").write_text(str(os.getpid()))
(here / "kernel.part").rename(here / "kernel")
while not (here / "go-on").exists():
    time.sleep(0.05)
"""
    parameters = 'results: str = ""\nlang: str = "nl"'
    cells = [nbformat.v4.new_code_cell(parameters), *map(nbformat.v4.new_code_cell, (waits, MARK))]
    cells[0].metadata["tags"] = ["parameters"]
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, folder / "client.ipynb")
    return tmp_path


@pytest.fixture
def started(place):
    """A run that is inside its notebook, and the process of its kernel."""
    environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
    command = [sys.executable, kernel_runs.__file__, str(place / "uit"), str(place / "notebooks")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    until(lambda: (place / "kernel").exists() or process.poll() is not None, "the notebook was never reached")
    assert process.poll() is None, process.stderr.read()
    kernel = psutil.Process(int((place / "kernel").read_text()))
    yield process, kernel
    process.kill()
    process.wait()
    process.stderr.close()


def gone(kernel):
    return not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE


def end_of(process):
    _, told = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in told
    return process.returncode, told


def assert_nothing_left(place):
    assert {path.name for path in place.iterdir() if "uit" in path.name} == {"uit", ".uit.lock"}
    assert list((place / "tmp").iterdir()) == []


def assert_untouched_and_a_rerun_is_as_if_nothing_was(place, before):
    assert digests_of_folder(place / "uit") == before and is_complete(place / "uit")
    go(place / "uit", seed=2)
    assert json.loads((place / "uit" / "results.json").read_text(encoding="utf8"))["total"] == 10
    assert_nothing_left(place)


def test_a_killed_run_leaves_no_kernel_and_no_litter_after_the_next(place, started):
    before = digests_of_folder(place / "uit")
    process, kernel = started
    process.kill()
    process.communicate()
    # The kernel looks once a second whether its parent is there.
    until(lambda: gone(kernel), "the kernel outlived its run")
    assert_untouched_and_a_rerun_is_as_if_nothing_was(place, before)


def test_a_killed_kernel_is_one_message_and_the_rest_is_cleaned_up(place, started):
    before = digests_of_folder(place / "uit")
    process, kernel = started
    kernel.kill()
    code, told = end_of(process)
    assert code == ExitCode.RUN
    assert "rekenkern stopte" in told
    assert_nothing_left(place)
    assert_untouched_and_a_rerun_is_as_if_nothing_was(place, before)


def test_a_run_that_is_asked_to_stop_does_not_wait_for_its_notebook(place, started):
    before = digests_of_folder(place / "uit")
    process, kernel = started
    process.send_signal(signal.SIGTERM)
    # The notebook would wait for ever: only a kernel that is ended lets the run end.
    code, told = end_of(process)
    assert code == ExitCode.RUN
    assert "Er is niets veranderd" in told
    assert gone(kernel)
    assert_nothing_left(place)
    assert_untouched_and_a_rerun_is_as_if_nothing_was(place, before)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot suspend a process by a signal")
def test_a_run_that_slept_goes_on(place, started):
    """As a laptop that is closed: first everything stands still, then only the kernel, then all go on."""
    process, kernel = started
    process.send_signal(signal.SIGSTOP)
    kernel.suspend()
    time.sleep(1.5)
    process.send_signal(signal.SIGCONT)
    time.sleep(1.5)
    kernel.resume()
    (place / "go-on").touch()
    code, told = end_of(process)
    assert code == 0, told
    assert json.loads((place / "uit" / "results.json").read_text(encoding="utf8"))["total"] == 10
    assert is_complete(place / "uit") and (place / "uit" / "notebooks" / "client.nl.ipynb").exists()
    assert_nothing_left(place)
    until(lambda: gone(kernel), "the kernel outlived its run")
