"""Reading what the simulator wrote, and what happens when such a file is damaged in one place."""

from __future__ import annotations

import pandas as pd
import pytest

from werkzorg.cases.declaration import Declaration
from werkzorg.cases.reading import check_records, read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.pilots import load_pilot

CANARY = "KANARIE77777"


def declared(folder):
    return Declaration.model_validate(load_pilot(folder / "pilot.yaml").data)


@pytest.fixture
def folder(tmp_path):
    return simulate(tmp_path / "pilot", cases=30, comparison=30, months=24, seed=3).folder


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_row_that_was_written_is_read(tmp_path, form):
    made = simulate(tmp_path / "pilot", cases=30, comparison=30, months=24, seed=3, form=form)
    tables = read_tables(made.folder, declared(made.folder))
    assert {name: len(table) for name, table in tables.items()} == dict(made.rows)


def test_csv_and_parquet_give_the_same_tables(tmp_path):
    read = []
    for form in ("csv", "parquet"):
        made = simulate(tmp_path / form, cases=30, comparison=30, months=24, seed=3, form=form)
        read.append(read_tables(made.folder, declared(made.folder)))
    for name, table in read[0].items():
        # Csv holds two decimals: half a cent. A shifted decimal or column differs by far more.
        pd.testing.assert_frame_equal(table, read[1][name], check_dtype=False, check_categorical=False, atol=0.0051)


def spoil(folder, name, change):
    path = folder / f"{name}.csv"
    lines = path.read_text(encoding="utf8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf8")


def first_cell(lines, text):
    cells = lines[1].split(";")
    return [lines[0], ";".join([text, *cells[1:]]), *lines[2:]]


SPOILED = {
    "ragged row": (lambda lines: [*lines[:2], f"{lines[2]};{CANARY}", *lines[3:]], ExitCode.INPUT),
    "missing column": (lambda lines: [line.split(";", 1)[1] for line in lines], ExitCode.INPUT),
    "column twice": (lambda lines: [f"{line};{line.split(';')[0]}" for line in lines], ExitCode.INPUT),
    "unknown column": (
        lambda lines: [f"{lines[0]};kolom", *(f"{line};{CANARY}" for line in lines[1:])],
        ExitCode.INPUT,
    ),
    "only the header": (lambda lines: lines[:1], ExitCode.INPUT),
    "citizen service numbers": (
        lambda lines: [f"{lines[0]};bsn", *(f"{line};111222333" for line in lines[1:])],
        ExitCode.PRIVACY,
    ),
    "key that is no pseudonym": (lambda lines: first_cell(lines, CANARY), None),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_damaged_file_is_refused_without_repeating_a_cell(folder, name, capfd):
    change, code = SPOILED[name]
    assert check_records(folder, declared(folder)).exit_code == ExitCode.OK
    spoil(folder, "cases", change)
    with pytest.raises(WerkzorgError) as caught:
        read_tables(folder, declared(folder))
    assert caught.value.exit_code == code if code else caught.value.exit_code in (ExitCode.INPUT, ExitCode.PRIVACY)
    told = caught.value.render("nl") + caught.value.render("en") + str(caught.value) + "".join(capfd.readouterr())
    assert "cases.csv" in told
    assert CANARY not in told and "111222333" not in told
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_missing_file_is_named(folder):
    (folder / "months.csv").unlink()
    reading = check_records(folder, declared(folder))
    assert reading.exit_code == ExitCode.INPUT
    assert any("months.csv" in problem.render("nl") for problem in reading.problems)
