"""Data go when their time is over, a person who withdraws leaves every file, and others cannot reach the folder."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

import openpyxl
import pandas as pd
import pytest
from accountability_example import FULL

from werkzorg.cases.accountability import read_accountability
from werkzorg.cases.privacy import Pseudonym, check_pseudonyms
from werkzorg.cases.retention import CONFIDENTIAL, clean, deny_list, forget, is_outdated, retention_problems
from werkzorg.cases.rights import in_cloud, protect, rights_problems
from werkzorg.errors import ExitCode, WerkzorgError

GONE, STAYS = "P-7K4M9QZX", "P-AAAABBBB"
CSV = f'pseudonym;note\r\n{GONE};"Å\r\ntwee regels"\r\n{STAYS};"één"\r\n {GONE.lower()} ;x\r\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "verantwoording.yml").write_text(FULL, encoding="utf8")
    (tmp_path / "pilot.yaml").write_text("id: x\n")
    (tmp_path / "months.csv").write_bytes(CSV.encode("utf8"))
    (tmp_path / "wide.csv").write_bytes(CSV.replace("Å", "A").encode("utf-16"))
    pd.DataFrame({"pseudonym": [GONE, STAYS, GONE], "hours": [1, 2, 3]}).to_parquet(tmp_path / "jobs.parquet")
    book = openpyxl.Workbook()
    for row in (["pseudonym", "x"], [GONE, 1], [STAYS, 2], [GONE, 3]):
        book.active.append(row)
    book.save(tmp_path / "cases.xlsx")
    (tmp_path / CONFIDENTIAL).mkdir()
    (tmp_path / CONFIDENTIAL / "per_case.json").write_text("{}")
    (tmp_path / CONFIDENTIAL / "ledger.json").write_text("{}")
    return tmp_path


def test_nothing_is_listed_before_the_date(folder):
    found = clean(folder, today=date(2025, 12, 31))
    assert (found.files, found.removed, found.days_late) == ((), False, 0)
    assert retention_problems(read_accountability(folder), date(2025, 12, 31)) == []


def test_after_the_date_everything_of_persons_is_listed_and_then_removed(folder):
    names = ("cases.xlsx", "jobs.parquet", "months.csv", f"{CONFIDENTIAL}/per_case.json", "wide.csv")
    listed = clean(folder, today=date(2026, 1, 10))
    assert listed.files == names
    assert listed.days_late == 10
    assert all((folder / name).exists() for name in names)
    assert clean(folder, today=date(2026, 1, 10), remove=True).removed
    left = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert left == ["pilot.yaml", "verantwoording.yml", f"{CONFIDENTIAL}/ledger.json"]
    (problem,) = retention_problems(read_accountability(folder), date(2026, 1, 10))
    assert "10 dagen" in problem.what("nl")


def test_links_are_not_followed(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "other.csv").write_text("x")
    (folder / "link").symlink_to(outside)
    clean(folder, today=date(2026, 1, 10), remove=True)
    assert (outside / "other.csv").exists()


def test_forgetting_takes_a_person_out_of_every_file(folder):
    done = forget(GONE, folder, now=datetime(2018, 7, 1))
    assert done.files == ("cases.xlsx", "jobs.parquet", "months.csv", "wide.csv")
    assert (folder / "months.csv").read_bytes() == f'pseudonym;note\r\n{STAYS};"één"\r\n'.encode()
    assert (folder / "wide.csv").read_bytes().decode("utf-16") == f'pseudonym;note\r\n{STAYS};"één"\r\n'
    assert pd.read_parquet(folder / "jobs.parquet")["hours"].tolist() == [2]
    rows = list(openpyxl.load_workbook(folder / "cases.xlsx").active.values)
    assert rows == [("pseudonym", "x"), (STAYS, 2)]
    assert not (folder / CONFIDENTIAL / "per_case.json").exists()
    assert is_outdated(folder, datetime(2018, 6, 30))
    assert not is_outdated(folder, datetime(2018, 7, 2))


def test_who_withdrew_is_refused_later_and_stands_nowhere(folder):
    forget(f" {GONE.lower()}", folder)
    denied = deny_list(folder)
    assert denied([GONE, STAYS, GONE.lower()]) == [True, False, True]
    findings = check_pseudonyms([STAYS, GONE], Pseudonym(prefix="P-"), denied=denied)
    assert [(finding.kind, finding.rows, finding.exit_code) for finding in findings] == [
        ("pseudonym_withdrawn", (1,), ExitCode.PRIVACY)
    ]
    for path in folder.rglob("*"):
        if path.is_file():
            assert GONE.encode() not in path.read_bytes().upper()
    assert (folder / ".teruggetrokken.key").stat().st_mode & 0o077 == 0
    again = forget(GONE, folder)
    assert again.already
    assert not again.found


def test_digest_cannot_be_made_without_the_key(folder):
    forget(GONE, folder)
    (folder / ".teruggetrokken.key").unlink()
    with pytest.raises(WerkzorgError) as stop:
        deny_list(folder)
    assert stop.value.exit_code == ExitCode.PRIVACY


def test_a_file_that_cannot_be_read_is_said_without_its_content(folder):
    (folder / "cases.xlsx").write_bytes(GONE.encode())
    with pytest.raises(WerkzorgError) as stop:
        forget(GONE, folder)
    assert GONE not in str(stop.value)
    assert stop.value.__cause__ is None
    assert deny_list(folder)([GONE]) == [True]


def test_forget_needs_a_data_folder_and_a_pseudonym(folder, tmp_path_factory):
    with pytest.raises(WerkzorgError) as stop:
        forget(GONE, tmp_path_factory.mktemp("empty"))
    assert stop.value.exit_code == ExitCode.CONFIGURATION
    with pytest.raises(WerkzorgError) as stop:
        forget("  ", folder)
    assert stop.value.exit_code == ExitCode.INPUT


@pytest.mark.skipif(os.name != "posix", reason="mode bits say nothing on Windows")
def test_folder_of_others_is_refused_until_it_is_protected_or_confirmed(folder):
    folder.chmod(0o755)
    assert [problem.identifier for problem in rights_problems(folder)] == ["cases.rights.open_folder"]
    assert rights_problems(folder, confirmed=True) == []
    protect(folder)
    assert rights_problems(folder) == []
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PureWindowsPath(r"C:\Users\x\OneDrive - Gemeente\pilot"), True),
        (PurePosixPath("/home/x/Dropbox/pilot"), True),
        (PurePosixPath("/Users/x/Library/Mobile Documents/pilot"), True),
        (PurePosixPath("/srv/pilot"), False),
    ],
)
def test_cloud_folder_is_known_by_its_name(path, expected):
    assert in_cloud(path) is expected


def test_cloud_folder_is_known_by_its_mark_and_environment(tmp_path, monkeypatch):
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert not in_cloud(inside)
    monkeypatch.setenv("OneDrive", str(tmp_path))
    assert in_cloud(inside)
    monkeypatch.delenv("OneDrive")
    Path(tmp_path / "a" / ".owncloudsync.log").touch()
    assert in_cloud(inside)
