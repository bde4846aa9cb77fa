"""Runs that are killed or find a full disk, at every moment there is: a rerun gives the numbers of a quiet run."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import disturbed_runs
import pytest
from run_fakes import go

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.reporting.html import save
from werkzorg.reporting.results_files import write_results
from werkzorg.run import checks

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))

from results_example import example

DRAWS_TOTAL = {"good": 2 * (1 + 1 + 2), "other": 2 * (2 + 1 + 2)}
"""Totals of the two fakes by hand: the draws (seed, 1, 2), doubled and added."""


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory):
    """What was found at every moment of a run that was disturbed in some way."""
    made = {}

    def run(how, verdict):
        if (how, verdict) not in made:
            folder = tmp_path_factory.mktemp(f"{how}-{verdict}") / "w"
            command = [sys.executable, disturbed_runs.__file__, str(folder), how, verdict]
            environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            made[how, verdict] = [json.loads(line) for line in done.stdout.splitlines()]
        return made[how, verdict]

    return run


WAYS = [("kill", "ok"), ("kill", "stop"), ("kill", "ok-after-stop"), ("full", "ok")]


@pytest.mark.parametrize(("how", "verdict"), WAYS)
def test_every_moment_was_tried(disturbed, how, verdict):
    first, *moments = disturbed(how, verdict)
    assert [row["moment"] for row in moments] == list(range(1, first["moments"] + 1))
    # Locks, draft, fit, results, reports, records, renames and clean-up: fewer would not be a whole run.
    assert len(moments) > 40
    assert first["numbers"] == {"total": DRAWS_TOTAL["other"]}
    if how == "kill":
        assert not [row for row in moments if "code" in row], "a child outlived its own kill"
    else:
        assert all("code" in row for row in moments)


@pytest.mark.parametrize(("how", "verdict"), WAYS)
def test_results_are_the_last_good_ones_untouched_or_the_new_ones_whole(disturbed, how, verdict):
    _, *moments = disturbed(how, verdict)
    for row in moments:
        assert row["whole"], row
        expected = DRAWS_TOTAL["good" if row["untouched"] else "other"]
        assert row["numbers"] == {"total": expected}, row
    replaced = [row["moment"] for row in moments if not row["untouched"]]
    if verdict == "stop":
        assert replaced == []
    else:
        # Once they are replaced they stay so: the change is one moment, near the end.
        assert replaced == list(range(replaced[0], len(moments) + 1))
        assert replaced[0] > len(moments) / 2


@pytest.mark.parametrize(("how", "verdict"), WAYS)
def test_the_same_command_again_gives_the_numbers_of_a_quiet_run_and_leaves_no_litter(disturbed, how, verdict):
    first, *moments = disturbed(how, verdict)
    for row in moments:
        assert row["again"] == "ok", row
        assert row["numbers_again"] == first["numbers"], row
        assert row["whole_again"] and row["good_again"], row
        assert row["left_again"] == [], row
        assert row["left_last"] == [] and not row["stopped_last"], row


def test_between_the_two_renames_the_last_good_results_stand_aside(disturbed):
    """The one moment at which their name is gone; the next run puts them back before it does anything else."""
    _, *moments = disturbed("kill", "ok")
    assert [row["here"] for row in moments].count(".uit.old") == 1


def test_a_full_disk_says_what_where_and_what_to_do(disturbed):
    _, *moments = disturbed("full", "ok")
    failed = [row for row in moments if row["code"] != 0]
    assert len(failed) > 30
    for row in failed:
        assert row["code"] == 5 and row["untouched"], row
        what, remedy = row["message"].splitlines()
        assert what.startswith("De schijf is vol: /") and "Er is niets veranderd" in what, row
        assert "MB vrij" in remedy, row
        assert row["left"] == [], row
    # What fails once the new results are there is no failure of the run.
    assert {row["code"] for row in moments if not row["untouched"]} == {0}


def save_a_page(results, folder):
    save(folder / "client.nl.html", b"<!DOCTYPE html>")


def save_the_tables(results, folder):
    write_results(example(), folder)


@pytest.mark.parametrize("step", [save_a_page, save_the_tables])
def test_real_tables_and_pages_on_a_full_disk_give_the_same_message(tmp_path, monkeypatch, step):
    """Found with a real disk that was full: each said it in words of its own, with another remedy."""

    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    def on_a_full_disk(results, folder):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "write_text", full)
            patch.setattr(Path, "write_bytes", full)
            step(results, folder)

    with pytest.raises(WerkzorgError) as caught:
        go(tmp_path / "uit", write_results=on_a_full_disk)
    assert caught.value.exit_code == ExitCode.RUN
    assert caught.value.render("nl").startswith("De schijf is vol: ")
