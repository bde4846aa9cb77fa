"""The tables: valid by the rules of the Table Schema standard, complete in two languages, one with the rest."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from werkzorg.cases.privacy import Pseudonym, find_identifiers
from werkzorg.cases.schema import schema_files, table, tables
from werkzorg.contract import GROUPS, STATES
from werkzorg.params.catalogue import catalogue
from werkzorg.params.parties import parties
from werkzorg.pilot import HOUSEHOLDS

DESCRIPTORS = {path.stem: json.loads(path.read_text(encoding="utf8")) for path in schema_files()}
COLUMNS = [(name, field) for name, data in DESCRIPTORS.items() for field in data["fields"]]
IDS = [f"{name}.{field['name']}" for name, field in COLUMNS]

# Properties of a table and of a field, and the constraints that each type may have, in the Table Schema standard.
TABLE_KEYS = {"$schema", "name", "title", "description", "fields", "missingValues", "primaryKey", "foreignKeys"}
FIELD_KEYS = {"name", "type", "title", "description", "example", "constraints", "trueValues", "falseValues"}
BOUNDS = {"minimum", "maximum"}
CONSTRAINTS = {
    "string": {"required", "unique", "pattern", "enum", "minLength", "maxLength"},
    "integer": {"required", "unique", "enum"} | BOUNDS,
    "number": {"required", "unique", "enum"} | BOUNDS,
    "yearmonth": {"required", "unique", "enum"} | BOUNDS,
    "date": {"required", "unique", "enum"} | BOUNDS,
    "year": {"required", "unique", "enum"} | BOUNDS,
    "boolean": {"required", "enum"},
}
OWN_TABLE_KEYS = {"title_en", "description_en", "order", "cardinality", "supplier"}
OWN_FIELD_KEYS = {"title_en", "description_en", "labels", "unit", "soft_maximum", "privacy", "allow_negative"}

ISSUE = {
    "intake_ggz": "pseudonym target_group diagnosis_group treatment_phase need_job_coach wish_for_work",
    "intake_wi": "pseudonym household benefit_kind months_on_benefit education last_job distance_to_work obligations",
    "insurer": "pseudonym month component amount",
    "cases": "pseudonym group enrolment_month end_month end_reason",
    "months": "pseudonym month state hours wage benefit wage_subsidy disregard treatment_contacts treatment_minutes "
    "treatment_amount guidance_contacts guidance_minutes guidance_amount admission_days crisis_contacts wmo_product "
    "wmo_hours wmo_amount",
    "support": "pseudonym component hours amount payer",
    "jobs": "pseudonym start_month end_month hours wage contract end_reason coach_kind",
    "quality_of_life": "pseudonym month eq_mobility eq_self_care eq_usual_activities eq_pain eq_anxiety mansa_mean",
    "client_manager": "pseudonym month",
    "counts": "date group quantity count",
    "aggregates": "group n mean low high interval_width",
}
"""What the records must hold at least, by table."""

PARSE = {
    "integer": int,
    "year": int,
    "number": float,
    "date": date.fromisoformat,
    "yearmonth": lambda text: date.fromisoformat(f"{text}-01"),
}


def _own(data: dict) -> set[str]:
    return {key.removeprefix("werkzorg:") for key in data if key.startswith("werkzorg:")}


def _standard(data: dict) -> set[str]:
    return {key for key in data if not key.startswith("werkzorg:")}


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_table_is_a_table_schema(name):
    data = DESCRIPTORS[name]
    names = [field["name"] for field in data["fields"]]
    assert _standard(data) <= TABLE_KEYS
    assert _own(data) == OWN_TABLE_KEYS
    assert data["name"] == name
    assert len(names) == len(set(names))
    assert data["missingValues"][0] == "", "an empty cell is unknown"
    assert set(data["primaryKey"]) <= set(names)


@pytest.mark.parametrize(("name", "field"), COLUMNS, ids=IDS)
def test_a_field_is_a_table_schema_field(name, field):
    limits = field.get("constraints", {})
    assert _standard(field) <= FIELD_KEYS
    assert _own(field) <= OWN_FIELD_KEYS
    assert re.fullmatch(r"[a-z][a-z0-9_]*", field["name"])
    assert field["type"] in CONSTRAINTS
    assert set(limits) <= CONSTRAINTS[field["type"]]
    assert ("trueValues" in field) == ("falseValues" in field) == (field["type"] == "boolean")
    for bound in BOUNDS & set(limits):
        expected = str if field["type"] in ("yearmonth", "date") else int | float
        assert isinstance(limits[bound], expected)
        PARSE[field["type"]](limits[bound])


@pytest.mark.parametrize(("name", "field"), COLUMNS, ids=IDS)
def test_every_field_is_described_in_both_languages(name, field):
    for key in ("title", "description", "werkzorg:title_en", "werkzorg:description_en", "example"):
        assert field[key].strip() == field[key] != ""
    assert field["werkzorg:privacy"] in ("key", "sensitive", "ordinary")
    codes = field.get("constraints", {}).get("enum", [])
    assert set(field.get("werkzorg:labels", {})) == set(codes)
    for labels in field.get("werkzorg:labels", {}).values():
        assert set(labels) == {"nl", "en"}
        assert all(text.strip() == text != "" for text in labels.values())


@pytest.mark.parametrize(("name", "field"), COLUMNS, ids=IDS)
def test_numbers_and_times_have_unit_and_range(name, field):
    if field["type"] in PARSE:
        limits = field["constraints"]
        assert {"minimum", "maximum"} <= set(limits)
        low, high = (PARSE[field["type"]](limits[bound]) for bound in ("minimum", "maximum"))
        assert low < high
        assert "werkzorg:unit" in field or field["name"] == "job_number"
        soft = field.get("werkzorg:soft_maximum")
        assert soft is None or low < soft < high
        assert field.get("werkzorg:allow_negative", False) == (field["type"] == "number" and low < 0)


@pytest.mark.parametrize(("name", "field"), COLUMNS, ids=IDS)
def test_the_example_is_a_value_that_is_allowed(name, field):
    limits, example = field.get("constraints", {}), field["example"]
    assert "enum" not in limits or example in limits["enum"]
    assert "pattern" not in limits or re.fullmatch(limits["pattern"], example)
    assert field["type"] != "boolean" or example in field["trueValues"] + field["falseValues"]
    assert field["type"] != "string" or {"enum", "pattern"} & set(limits), "no free text in any table"
    if field["type"] in PARSE:
        parse = PARSE[field["type"]]
        assert parse(limits["minimum"]) <= parse(example) <= parse(limits["maximum"])
        assert "werkzorg:soft_maximum" not in field or parse(example) <= field["werkzorg:soft_maximum"]


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_keys_refer_to_keys(name):
    for key in table(name).foreign_keys:
        assert key.reference == table(key.table).primary_key
        assert set(key.fields) <= set(table(name).columns)
    for column in table(name).primary_key:
        assert table(name).field(column).required


def test_every_table_about_participants_belongs_to_a_case_or_is_a_source_of_cases():
    sources = {"intake_ggz", "intake_wi", "insurer", "cases"}
    for entry in tables().values():
        if entry.cardinality != "aggregate" and entry.name not in sources:
            assert [key.table for key in entry.foreign_keys] == ["cases"]


def test_the_reader_gives_what_the_files_hold():
    benefit = table("months").field("benefit")
    assert (benefit.type, benefit.unit, benefit.minimum, benefit.maximum, benefit.soft_maximum) == (
        "number", "EUR/month", 0, 3000, 2100,
    )  # fmt: skip
    month = table("months").field("month")
    assert (month.type, month.minimum, month.required) == ("month", "2000-01", True)
    assert table("months").primary_key == ("pseudonym", "month")
    assert table("insurer").field("amount").allow_negative
    assert not table("months").field("treatment_amount").allow_negative
    announced = table("client_manager").field("announced")
    assert {"ja", "1"} <= set(announced.true_values)
    assert not set(announced.true_values) & set(announced.false_values)
    assert list(tables())[:3] == ["intake_ggz", "intake_wi", "insurer"]
    with pytest.raises(KeyError):
        table("cases").field("bsn")


def test_all_tables_of_the_issue_are_there_with_their_columns():
    assert set(ISSUE) == set(tables())
    for name, columns in ISSUE.items():
        assert set(columns.split()) <= set(table(name).columns)


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_words_in_closed_lists_mean_one_thing(name):
    for field in table(name).fields:
        texts = [(text.casefold(), entry.code) for entry in field.enum for text in (entry.code, entry.nl, entry.en)]
        meanings = {text: {code for other, code in texts if other == text} for text, _ in texts}
        assert all(len(codes) == 1 for codes in meanings.values()), field.name
        assert set(field.codes()) == set(meanings)
        assert not set(meanings) & {word.casefold() for word in field.missing_values}
        booleans = set(field.true_values) | set(field.false_values)
        assert not booleans & {word.casefold() for word in field.missing_values}


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_the_door_lets_through_what_the_tables_ask_for(name):
    """A word from a menu or an example must not be taken for a name, a diagnosis or a free text."""
    declared = Pseudonym(prefix="P-")
    for field in table(name).fields:
        cells = [field.example, *(text for entry in field.enum for text in (entry.code, entry.nl, entry.en))]
        # Eight of each: some finders look only at columns that are mostly of one kind.
        assert find_identifiers(field.name, cells * 8, pseudonym=declared, known_column=True) == [], field.name


def test_a_column_on_a_form_means_the_same_in_the_joined_table():
    """Definitions are written out in each file; only whether a column is required may differ."""
    joined = table("cases")
    for form in ("intake_ggz", "intake_wi"):
        for field in table(form).fields:
            if field.name not in ("form_month", "consent_recorded"):
                assert joined.field(field.name).model_copy(update={"required": field.required}) == field


def test_codes_are_those_of_the_rest_of_the_package():
    def codes(name, column):
        return tuple(entry.code for entry in table(name).field(column).enum)

    assert codes("months", "state") == STATES
    assert codes("cases", "diagnosis_group") == GROUPS
    assert codes("cases", "household") == HOUSEHOLDS
    assert {party.id for party in parties()} - {"society"} == set(codes("support", "payer"))
    assert set(codes("counts", "target_group")) == {"all", *codes("cases", "target_group")}


def test_no_column_asks_for_more_than_is_needed():
    """Times of participants are months, age is a year, and only the participant number is a key (PRI-01, PRI-05)."""
    for entry in tables().values():
        keys = [field.name for field in entry.fields if field.privacy == "key"]
        assert keys == ([] if entry.cardinality == "aggregate" else ["pseudonym"])
        assert entry.cardinality == "aggregate" or all(field.type != "date" for field in entry.fields)


def test_usual_benefit_covers_the_norm_of_a_couple_in_every_year():
    """Above the soft limit people are asked to look; the highest norm itself must not be asked about."""
    norms = [catalogue().value("bijstand.net.couple", date(year, 12, 31)) for year in range(2018, 2027)]
    assert max(norms) < table("months").field("benefit").soft_maximum
    # 5% above the highest norm at most: a yearly amount or a wrong currency unit must stand out.
    assert table("months").field("benefit").soft_maximum < 1.05 * max(norms)


def test_a_group_mean_rests_on_at_least_ten_people():
    assert table("aggregates").field("n").minimum == 10


def test_pseudonyms_of_digits_alone_or_without_prefix_do_not_fit():
    pattern = table("cases").field("pseudonym").pattern
    assert re.fullmatch(pattern, "P-7K4M9QZX")
    assert not re.fullmatch(pattern, "123456782")
    assert not re.fullmatch(pattern, "P-1")
