"""`verantwoording.yml` is there and complete, or nothing is read; every missing field is named at once."""

from __future__ import annotations

from datetime import date

import pytest
from accountability_example import FULL
from ruamel.yaml import YAML

from werkzorg.cases.accountability import REQUIRED, missing_fields, read_accountability, template
from werkzorg.errors import ExitCode, WerkzorgError


@pytest.fixture
def write(tmp_path):
    def write(text):
        (tmp_path / "verantwoording.yml").write_text(text, encoding="utf8")
        return tmp_path

    return write


def test_complete_file_is_read(write):
    account = read_accountability(write(FULL))
    assert account.retention_until == date(2025, 12, 31)
    assert account.threshold == 15
    assert account.suppliers[0].smallest_group == 10
    assert not account.expired(date(2025, 12, 31))
    assert account.expired(date(2026, 1, 1))


def test_the_cost_per_client_is_shown_to_whom_every_supplier_of_amounts_named(write):
    assert read_accountability(write(FULL)).cost_readers == ()
    amounts = FULL.replace("[intake_wi]", "[months]").replace("[intake_ggz]", "[insurer]")
    one = amounts.replace("  smallest_group: 15", "  cost_per_client_to: [ggz_institution, municipality]")
    assert read_accountability(write(one)).cost_readers == ()
    both = one.replace("onder j\n", "onder j\n  cost_per_client_to: [ggz_institution]\n")
    assert read_accountability(write(both)).cost_readers == ("ggz_institution",)


def test_absent_file_stops_with_code_8(tmp_path):
    with pytest.raises(WerkzorgError) as stop:
        read_accountability(tmp_path)
    assert stop.value.exit_code == ExitCode.CONFIGURATION == 8
    assert [problem.identifier for problem in stop.value.problems] == ["cases.accountability.absent"]


@pytest.mark.parametrize("text", ["", "[]", "purpose:"])
def test_every_field_of_an_empty_file_is_named(write, text):
    with pytest.raises(WerkzorgError) as stop:
        read_accountability(write(text))
    assert stop.value.exit_code == ExitCode.CONFIGURATION
    assert [problem.values["key"] for problem in stop.value.problems] == list(REQUIRED)
    assert "functionaris gegevensbescherming" in stop.value.render("nl")


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ("outcome: akkoord", "outcome: ''", "dpia.outcome", 15),
        ("legal_basis: artikel 6 lid 1 onder e", "legal_basis: INVULLEN", "suppliers.0.legal_basis", 8),
        ("  special_category_exception: artikel 9 lid 2 onder a\n", "", "suppliers.1.special_category_exception", 10),
        ("consent: {text_version: versie 2}", "consent: {text_version: ...}", "consent", 17),
        ("role: opdrachtgever", "role: '?'", "controllers.0.role", 4),
        ("2025-12-31", "''", "retention_until", 19),
    ],
)
def test_one_empty_field_is_named_with_its_line(write, old, new, key, line):
    assert old in FULL
    with pytest.raises(WerkzorgError) as stop:
        read_accountability(write(FULL.replace(old, new)))
    (problem,) = stop.value.problems
    assert problem.values["key"] == key
    assert problem.where.startswith(f"verantwoording.yml:{line} ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2025-12-31", "eind 2025"),
        ("key_holder", "key_owner: x\nkey_holder"),
        ("smallest_group: 15", "smallest_group: 5"),
        ("smallest_group: 15", "cost_per_client_to: [krant]"),
        ("key_holder", "releases_per_year: 0\nkey_holder"),
    ],
)
def test_wrong_content_stops_with_code_8(write, old, new):
    with pytest.raises(WerkzorgError) as stop:
        read_accountability(write(FULL.replace(old, new)))
    assert stop.value.exit_code == ExitCode.CONFIGURATION
    assert len(stop.value.problems) == 1


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_template_is_refused_until_it_is_filled_in(lang):
    data = YAML(typ="safe").load(template(lang))
    missing = set(missing_fields(data))
    # Of lists the empty fields of each entry are named, not the list as well.
    assert set(REQUIRED) - {"controllers", "suppliers"} == missing & set(REQUIRED)
    assert {"suppliers.0.legal_basis", "controllers.0.name"} <= missing
