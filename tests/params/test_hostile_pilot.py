"""Pilot files with names, horizons, keys and shares that cannot be: code 8, with file, line and key."""

from __future__ import annotations

import pytest

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.pilots import load_pilot, pilot_file

TEXT = pilot_file("drechtsteden").read_text(encoding="utf8")


def refused(tmp_path, old, new):
    """The refusal of the shipped pilot with one line changed."""
    assert TEXT.count(old) == 1
    path = tmp_path / "own.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        load_pilot(path)
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    line = TEXT[: TEXT.index(old)].count("\n") + 1 + old.startswith("\n")
    assert any(f"own.yaml:{line} " in problem.where for problem in caught.value.problems)
    return caught.value.render("nl")


NAMES = [
    "a/b",
    "../weg",
    "..",
    "/etc",
    "C:",
    "\U0001f600",
    "x" * 300,
    "CON",
    "con",
    "prn",
    "aux",
    "nul",
    "com1",
    "lpt9",
    "{id}",
    "=1+1",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_no_file_name(name, tmp_path):
    assert "id" in refused(tmp_path, "\nid: drechtsteden", f"\nid: '{name}'")


@pytest.mark.parametrize("months", [-12, 0, 192, 600])
def test_a_horizon_outside_its_bounds(months, tmp_path):
    assert "12 en 180 maanden" in refused(tmp_path, "\nhorizon_months: 120", f"\nhorizon_months: {months}")


def test_a_misspelt_key_gets_the_nearest(tmp_path):
    assert "Bedoelt u horizon_months?" in refused(tmp_path, "\nhorizon_months: 120", "\nhorizn_months: 120")


def test_shares_of_households_add_up(tmp_path):
    old = "households:\n  single: 0.75"
    assert "households" in refused(tmp_path, old, "households:\n  single: 0.76")


@pytest.mark.parametrize("address", ["https://voorbeeld.nl/pilot.yaml", "s3://emmer/pilot.yaml", "file:///etc/x.yaml"])
def test_a_pilot_on_a_network_is_not_fetched(address):
    with pytest.raises(WerkzorgError) as caught:
        load_pilot(address)
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert [problem.identifier for problem in caught.value.problems] == ["pilot.remote"]


@pytest.mark.parametrize(("rate", "good"), [(-0.02, False), (0.5, False), (2.25, False), (0.0, True), (0.1, True)])
def test_a_discount_rate_that_cannot_be(rate, good, tmp_path):
    own = (
        f"parameters:\n- {{id: disc.mkba.standard, values: [{{from: 2018-01-01, value: {rate}}}], "
        "source: {title: Eigen opgave, year: 2026}, status: assumption, note: eigen}\n\nassumed:"
    )
    path = tmp_path / "own.yaml"
    path.write_text(TEXT.replace("\nassumed:", f"\n{own}", 1), encoding="utf8")
    if good:
        assert load_pilot(path).parameters
        return
    with pytest.raises(WerkzorgError) as caught:
        load_pilot(path)
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert [problem.identifier for problem in caught.value.problems] == ["pilot.discount"]
