"""Releases that are killed or find a full disk: what left is in the ledger, and what nobody could see is not."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import disturbed_releases
import pytest
from disturbed_releases import FIRST, SECOND

from werkzorg.cases.release_ledger import Entry, Ledger, alone, read_ledger, write_ledger
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.explorer.page import write_page
from werkzorg.run import checks
from werkzorg.run.recording import NOTE, put_on_record, refuse_unrecorded, settled_ledger


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory):
    """What was found at every moment of a release that was disturbed in some way."""
    made = {}

    def run(how):
        if how not in made:
            folder = tmp_path_factory.mktemp(how) / "w"
            command = [sys.executable, disturbed_releases.__file__, str(folder), how]
            environment = os.environ | {"PYTHONPATH": str(Path(checks.__file__).parents[2])}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            made[how] = [json.loads(line) for line in done.stdout.splitlines()]
        return made[how]

    return run


@pytest.mark.parametrize("how", ["kill", "full"])
def test_every_moment_of_a_release_was_tried(disturbed, how):
    first, *moments = disturbed(how)
    assert (first["seen"], first["record"], first["coming"]) == (SECOND, [FIRST, SECOND], [False, False])
    assert [row["moment"] for row in moments] == list(range(1, first["moments"] + 1))
    # Locks, key, draft, documents, ledger twice, renames and clean-up: fewer would not be a whole release.
    assert len(moments) > 30
    seen = [row["seen"] for row in moments]
    assert {FIRST, SECOND} == set(seen) and seen == sorted(seen)


@pytest.mark.parametrize("how", ["kill", "full"])
def test_what_can_be_seen_is_whole_and_on_record(disturbed, how):
    _, *moments = disturbed(how)
    for row in moments:
        for found in (row, row["again"], row["third"]):
            assert found["whole"] and found["seen"] in found["record"], row


@pytest.mark.parametrize("how", ["kill", "full"])
def test_the_same_command_again_is_not_stopped_and_leaves_nothing_on_its_way(disturbed, how):
    _, *moments = disturbed(how)
    for row in moments:
        assert row["again"]["refused"] is None and row["again"]["seen"] == SECOND, row
        assert not any(row["again"]["coming"]) and row["again"]["left"] == [], row


def test_a_release_that_nobody_could_see_stands_in_nobodys_way(disturbed):
    """Beside the killed release the third shows one person: refused when somebody saw that one, and only then."""
    _, *moments = disturbed("kill")
    assert any(row["seen"] == FIRST and SECOND in row["record"] for row in moments), "no kill between ledger and rename"
    for row in moments:
        assert row["third"]["refused"] == ("release.differs" if row["seen"] == SECOND else None), row
        if row["seen"] == FIRST:
            assert SECOND not in row["third"]["record"] and SECOND not in row["again"]["record"][:-1], row


def entry(**more) -> Entry:
    facts = {"pilot": "proef", "by": "A", "at": "2026-01-01T10:00:00+01:00", "run_id": "r", "stamp": "0a"}
    return Entry(**(facts | more))


def placed(folder: Path, of: Entry) -> Path:
    """A folder with the note of a release."""
    folder.mkdir()
    (folder / NOTE).write_text(json.dumps(of.facts), encoding="utf8")
    return folder


def test_without_a_draft_nobody_can_tell_so_the_release_counts(tmp_path):
    write_ledger(Ledger(tmp_path, (entry(coming=str(tmp_path / "weg" / "uit")),)))
    assert [one.coming for one in settled_ledger(tmp_path).entries] == [None]
    assert [one.coming for one in read_ledger(tmp_path).entries] == [None]


def test_another_release_in_the_same_place_is_not_taken_for_it(tmp_path):
    mine = entry(coming=str(tmp_path / "uit"))
    placed(tmp_path / "uit", entry(run_id="eerder"))
    placed(tmp_path / ".uit.new", mine)
    write_ledger(Ledger(tmp_path, (mine,)))
    assert settled_ledger(tmp_path).entries == ()


def test_a_second_release_at_once_is_not_forgotten_and_not_skipped(tmp_path):
    """Both were held against the same ledger; the second one to be written was never held against the first."""
    read = Ledger(tmp_path)
    draft = placed(tmp_path / ".uit.new", entry())
    with put_on_record(read, (entry(),), tmp_path / "uit"):
        draft.rename(tmp_path / "uit")
    other = entry(run_id="ander")
    with pytest.raises(WerkzorgError) as error, put_on_record(read, (other,), tmp_path / "uit2"):
        pytest.fail("went on")
    assert error.value.exit_code == ExitCode.BUSY and error.value.problems[0].identifier == "release.meanwhile"
    assert [one.run_id for one in read_ledger(tmp_path).entries] == ["r"]


def test_a_ledger_that_is_held_is_waited_for_and_then_said(tmp_path, monkeypatch):
    monkeypatch.setattr("werkzorg.cases.release_ledger.LOCK_SECONDS", 0)
    with alone(tmp_path), pytest.raises(WerkzorgError) as error, alone(tmp_path):
        pytest.fail("went on")
    assert error.value.exit_code == ExitCode.BUSY


@pytest.mark.parametrize("appears", [True, False])
def test_a_page_with_draws_is_on_record_when_it_is_there(tmp_path, appears):
    page, digest = tmp_path / "verkenner.html", hashlib.sha256(b"trekkingen").hexdigest()
    if not appears:
        page.mkdir()
    given = entry(given={"analyst": "P", "file": page.name, "digest": digest, "draws": 9})
    if appears:
        write_page("trekkingen", page, put_on_record(Ledger(tmp_path), (given,), page))
    else:
        with pytest.raises(WerkzorgError):
            write_page("trekkingen", page, put_on_record(Ledger(tmp_path), (given,), page))
    assert len(read_ledger(tmp_path).entries) == appears
    assert not (tmp_path / f".{page.name}.new").exists()


def test_a_release_that_the_ledger_does_not_hold_stops_the_next(tmp_path):
    """A ledger that was lost or put back from an old copy: what left before is not in it."""
    target = placed(tmp_path / "uit", entry())
    refuse_unrecorded(target, Ledger(tmp_path, (entry(),)))
    refuse_unrecorded(tmp_path / "leeg", Ledger(tmp_path))
    with pytest.raises(WerkzorgError) as error:
        refuse_unrecorded(target, Ledger(tmp_path, (replace(entry(), run_id="ander"),)))
    assert error.value.exit_code == ExitCode.RELEASE
