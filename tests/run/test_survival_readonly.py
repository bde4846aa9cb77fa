"""Folders that may not be written to: what is wrong, where, what to do; and the last good results stay as they were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import closed_folders
import pytest
from disturbed_releases import FIRST

from werkzorg.errors import ExitCode
from werkzorg.run import checks


@pytest.fixture(scope="module")
def told():
    """What each case tells, by name."""
    # The superuser steps back to somebody who may not enter the folder of the tests.
    place = Path(tempfile.mkdtemp(prefix="werkzorg-dicht-", dir="/tmp"))
    place.chmod(0o755)
    environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
    command = [sys.executable, closed_folders.__file__, str(place)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    for path in (place, *place.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(place)
    assert done.returncode == 0, done.stderr
    found = {row["case"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert set(found) == set(closed_folders.CASES)
    assert not [row["broke"] for row in found.values() if "broke" in row]
    return found


@pytest.mark.parametrize("closed", ["werk", "cache"])
def test_a_run_says_which_folder_is_closed_and_leaves_the_last_results(told, closed):
    row = told[f"run into {closed}"]
    assert row["code"] == ExitCode.RUN and row["untouched"] and row["whole"]
    what, remedy = row["message"].splitlines()
    assert f"{row['place']}/{closed} " in what and remedy.strip().startswith("->")


def test_a_fit_that_cannot_be_kept_is_no_reason_to_lose_the_run(told):
    row = told["run into cache/fits"]
    assert (row["code"], row["whole"], row["untouched"]) == (0, True, False)


def test_closed_results_make_way_for_the_next_run_and_leave_nothing_behind(told):
    assert told["run over closed"]["left"] == [] and told["run over closed"]["whole"]


@pytest.mark.parametrize("closed", ["vertrouwelijk", "."])
def test_a_release_that_cannot_be_put_on_record_or_cannot_appear_does_not_leave(told, closed):
    row = told[f"release into {closed}"]
    assert row["code"] == ExitCode.RUN and row["untouched"] and row["whole"]
    assert row["record"] == [FIRST] and row["left"] == []
    what, remedy = row["message"].splitlines()
    assert f"{row['place']}/werk/{closed}".rstrip("/.") in what and remedy.strip().startswith("->")


def test_a_run_goes_on_without_a_place_for_the_secret(told):
    """It cannot be released then: its seed does not follow from a secret."""
    assert told["seed"]["seed"] == 7
