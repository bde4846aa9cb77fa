"""The description of a pilot file: complete, right about what is required, and with an example that loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import werkzorg
from werkzorg import pilot as written
from werkzorg.cases.declaration import Declaration, FileEntry, Window
from werkzorg.cases.privacy import Pseudonym
from werkzorg.errors import WerkzorgError
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot_parts import SurveyShare

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "pilots.md").read_text(encoding="utf8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[1]

SECTIONS = {
    "The pilot": written.Pilot,
    "A snapshot": written.Snapshot,
    "The criterion": written.Criterion,
    "A municipality": written.Municipality,
    "Households": written.HouseholdMix,
    "The support package": written.SupportPackage,
    "A component": written.Component,
    "A subsidy": written.Subsidy,
    "People employed by the programme": written.Employed,
    "A programme that reaches many": written.Reach,
    "A survey": written.Survey,
    "A share of a survey": SurveyShare,
    "Inflow and outflow": written.Flows,
    "Changes of client manager": written.ClientManager,
    "The data": Declaration,
    "A data file": FileEntry,
    "Pseudonyms": Pseudonym,
    "The window": Window,
    "Accountability": written.Accountability,
    "A source": written.Source,
    "A scenario": written.Scenario,
    "Changes": written.Changes,
    "Changes of the support package": written.SupportChanges,
    "Another value": written.ValueChange,
}


def _section(title: str) -> str:
    return TEXT.split(f"### {title}\n")[1].split("\n### ")[0]


@pytest.fixture
def example(tmp_path):
    path = tmp_path / "voorbeeld.yaml"
    path.write_text(EXAMPLE, encoding="utf8")
    return path


@pytest.mark.parametrize("title", SECTIONS)
def test_every_key_is_explained_with_whether_it_is_required(title):
    fields = SECTIONS[title].model_fields
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", _section(title), re.MULTILINE)
    assert [name for name, _ in rows] == list(fields)
    assert {name for name, need in rows if need == "required"} == {
        name for name, field in fields.items() if field.is_required()
    }


@pytest.mark.parametrize("title", SECTIONS)
def test_defaults_are_those_of_the_code(title):
    fields = SECTIONS[title].model_fields
    for name, need in re.findall(r"^\| `(\w+)` \| `(.*?)` \|", _section(title), re.MULTILINE):
        default = fields[name].get_default(call_default_factory=True)
        assert need == {"()": "[]", "True": "true"}.get(str(default), str(default)), name


def test_the_example_loads_and_says_what_the_text_says(example):
    pilot = werkzorg.load_pilot(example)
    assert len(pilot.municipalities) == 2
    assert len(pilot.snapshots) == 2
    assert pilot.last_snapshot.unaccounted == 3
    assert [part.id for part in pilot.support.active()] == ["key_officer", "jobcoach_year1"]
    catalogue = catalogue_of(pilot)
    assert catalogue.get("keyofficer.fte").local
    assert catalogue.amount("keyofficer.fte", pilot.valuation_date).value == 88000
    # The note of the example speaks of 22 hours; the log-normal is cut off at 40, so its median is not exp(mu).
    assert catalogue.distribution("p_hours_week").quantile(0.5) == pytest.approx(22, abs=0.1)


def test_a_misspelt_key_of_the_example_is_named_with_its_line(example):
    text = EXAMPLE.replace("  enrolled: 55", "  enroled: 55")
    example.write_text(text, encoding="utf8")
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "enroled" in row)
    with pytest.raises(WerkzorgError) as caught:
        werkzorg.load_pilot(example)
    assert any(f":{line}" in problem.where and "enroled" in problem.where for problem in caught.value.problems)


def test_dates_years_and_horizons_fit_the_limits_of_the_code():
    from werkzorg.constants import HORIZON_MONTHS_MAX, HORIZON_MONTHS_MIN

    assert f"{HORIZON_MONTHS_MIN} to {HORIZON_MONTHS_MAX}" in _section("The pilot")


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("A component", "driver"), ("The support package", "instruments"), ("The criterion", "measure"),
        ("A source", "status"), ("The pilot", "evidence_set"),
    ],
)  # fmt: skip
def test_every_choice_is_named(title, key):
    choices = set(re.findall(r"'([a-z_0-9]+)'", str(SECTIONS[title].model_fields[key].annotation)))
    row = re.search(rf"^\| `{key}` .*$", _section(title), re.MULTILINE)[0]
    assert len(choices) >= 2
    assert choices <= set(re.findall(r"`([a-z_0-9]+)`", row))
