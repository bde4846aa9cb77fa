"""The benchmark of reading reads what was made, both ways; measuring itself is not a test."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks import reading
from benchmarks.reading import FORMS, WAYS, largest_memory, main, make_folder


@pytest.mark.parametrize("form", FORMS)
def test_both_ways_read_every_row_of_the_same_files(form, tmp_path):
    rows = make_folder(tmp_path / "pilot", 20, form)
    assert {name: read(str(tmp_path / "pilot"), form) for name, read in WAYS.items()} == dict.fromkeys(WAYS, rows)
    assert rows > 20 * 18


@pytest.mark.parametrize(("seconds", "code"), [(59.0, 0), (61.0, 1)])
def test_the_full_size_fails_above_its_limit_and_the_table_says_how_many_times_pandas(
    seconds, code, capsys, tmp_path, monkeypatch
):
    times = {"pandas": 2.0, "werkzorg": seconds}
    monkeypatch.setattr(reading, "make_folder", lambda folder, cases, form: _touch(folder, form))
    monkeypatch.setattr(reading, "measure", lambda way, folder, form: (7, times[way], 1500.0))
    assert main(["--full", "--repeat", "1", "--json", str(tmp_path / "x.json")]) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == f"| csv | 7 | 0.0 | werkzorg | {seconds:.2f} | 1500 | {seconds / 2:.1f} |"
    assert len(lines) == 6 and len(pd.read_json(tmp_path / "x.json")) == 4
    assert largest_memory() > 10


def _touch(folder, form) -> int:
    folder.mkdir()
    (folder / f"months.{form}").touch()
    return 7
