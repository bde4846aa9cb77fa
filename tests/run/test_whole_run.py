"""The command as a user gives it, with the real steps: published, tidy, and quick the second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from werkzorg.run import checks
from werkzorg.run.record import is_complete

pytestmark = [pytest.mark.slow, pytest.mark.sampling]


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    """Two runs of the same command, one after the other, with compiled code from the cache of the tests."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "tmp").mkdir()
    environment = os.environ | {
        "PYTHONPATH": str(Path(checks.__file__).parents[2]),
        "TMPDIR": str(folder / "tmp"),
        "WERKZORG_CACHE": str(folder / "cache"),
        "WERKZORG_LANG": "nl",
    }
    command = [sys.executable, "-m", "werkzorg", "run", "drechtsteden", "--for", "municipality,technical"]
    runs = [
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    return folder, runs


def test_both_runs_end_well_and_name_the_reports(two_runs):
    folder, runs = two_runs
    for done in runs:
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert str(folder / "results" / "drechtsteden") in done.stdout
        assert ".html" in done.stdout


def test_the_first_shows_the_first_answer_and_the_second_reuses_the_fit(two_runs):
    _, (first, second) = two_runs
    assert first.stderr.index("Eerste antwoord") < first.stderr.index("kansen schatten")
    assert "opnieuw gebruikt" in second.stderr
    assert "kansen schatten" not in second.stderr


def test_results_are_complete_and_on_record(two_runs):
    folder, _ = two_runs
    target = folder / "results" / "drechtsteden"
    assert is_complete(target)
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf8"))
    assert manifest["reused_fit"] is True
    assert {"results.json", "results.csv", "results.xlsx", "posterior.nc"} <= manifest["outputs"].keys()


def test_nothing_is_left_in_the_temporary_folder(two_runs):
    folder, _ = two_runs
    assert list((folder / "tmp").iterdir()) == []


def test_a_run_fits_the_space_that_it_asks_for(two_runs):
    folder, _ = two_runs
    used = sum(path.stat().st_size for path in (folder / "results").rglob("*") if path.is_file())
    # A run is asked to have three times what it writes. This run has one language; a second adds only documents, less
    # than what the first wrote in all.
    assert 3 * 2 * used < checks.FREE_DISK_MB * 10**6
