"""The example pilots with records: generated, marked as made up, sound, and one without its comparison group."""

from __future__ import annotations

import importlib.util
import json
from datetime import date
from pathlib import Path

import pytest

from werkzorg import cli
from werkzorg.cases.accountability import read_accountability
from werkzorg.cases.checks import without_comparison
from werkzorg.cases.place import find_place
from werkzorg.cases.reading import check_records
from werkzorg.errors import ExitCode
from werkzorg.params.files import shipped
from werkzorg.params.pilots import load_pilot, pilot_file

ROOT = Path(__file__).resolve().parents[2]
NAME, VARIANT = "voorbeeld", "voorbeeld-zonder-vergelijking"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_example", ROOT / "docs" / "make_example.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def whole():
    return check_records(pilot_file(NAME)).tables


@pytest.fixture(scope="module")
def part():
    return check_records(pilot_file(VARIANT)).tables


def test_making_them_again_gives_the_same_bytes(maker, tmp_path):
    maker.write(tmp_path)
    home = shipped("params") / "pilots"
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    there = {path.relative_to(home).as_posix() for path in home.glob(f"{NAME}*/*")} | {f"{VARIANT}.yaml"}
    assert made == there
    for name in sorted(made):
        assert (tmp_path / name).read_bytes() == (home / name).read_bytes(), f"{name}: python docs/make_example.py"


def test_every_file_says_that_it_is_made_up():
    place = find_place(NAME)
    for entry in place.declaration.files:
        lines = (place.folder / entry.path).read_text(encoding="utf8").splitlines()[1:]
        assert lines
        assert all(line.startswith("VERZONNEN-") for line in lines)
    for file in (pilot_file(NAME), pilot_file(VARIANT), place.folder / "verantwoording.yml"):
        assert file.read_text(encoding="utf8").startswith("# VERZONNEN")
    assert json.loads((place.folder / "truth.json").read_text(encoding="utf8"))["mark"] == "VERZONNEN"
    assert read_accountability(place.folder).synthetic
    for name in (NAME, VARIANT):
        assert load_pilot(name).name.nl.startswith("Verzonnen")
        assert load_pilot(name).region.nl == "Verzonnen"


def test_forty_and_forty_over_three_years(whole):
    assert whole["cases"]["group"].value_counts().to_dict() == {"programme": 40, "comparison": 40}
    months = whole["months"]["month"]
    assert (str(months.min()), str(months.max())) == ("2017-01", "2019-12")
    assert load_pilot(NAME).start == date(2018, 1, 1)


def test_the_variant_differs_in_name_and_in_the_comparison_group_only():
    first, second = (load_pilot(name).model_dump(mode="json") for name in (NAME, VARIANT))
    differing = {key for key in first if first[key] != second[key]}
    assert differing == {"id", "name", "data"}
    changed = {key for key in second["data"] if second["data"][key] != first["data"].get(key)}
    assert changed == {"folder", "use_comparison"}


def test_without_the_comparison_group_every_table_is_that_of_the_programme(whole, part):
    programme = set(whole["cases"].loc[whole["cases"]["group"] == "programme", "pseudonym"])
    assert set(part) == set(whole)
    for name, table in part.items():
        expected = whole[name][whole[name]["pseudonym"].isin(programme)]
        assert len(table) == len(expected) > 0, name
        assert set(table["pseudonym"]) <= programme
        assert list(table.index) == list(range(len(table)))


def test_counts_of_the_comparison_group_are_left_out_too():
    import pandas as pd

    groups = pd.Categorical(["programme", "comparison", None], ["programme", "comparison"])
    counts = pd.DataFrame({"group": groups, "count": [1, 2, 3]})
    assert without_comparison({"counts": counts})["counts"]["count"].tolist() == [1, 3]


@pytest.mark.parametrize("name", [NAME, VARIANT])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_check_finds_them_sound(name, lang, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    # `--lang` sets the language of the process: it is put back after the test.
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    assert cli.execute(["check", name, "--lang", lang]) == ExitCode.OK
    told = capsys.readouterr().out
    assert {"nl": "ongeveer 40 deelnemers", "en": "about 40 participants"}[lang] in told
    assert ({"nl": "vergelijkingsgroep: ", "en": "comparison group: "}[lang] in told) == (name == NAME)
    assert ("use_comparison: false" in told) == (name == VARIANT)
