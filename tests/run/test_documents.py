"""Documents that must agree with the code: exit codes, error texts, package metadata."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from werkzorg.errors import ExitCode
from werkzorg.run import checks
from werkzorg.wording import LANGUAGES, catalogue

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_exit_codes_is_the_one_of_the_code():
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf8")
    rows = dict(re.findall(r"^\| (\d+) \| ([A-Z]+) \|", text, flags=re.MULTILINE))
    assert {int(code): name for code, name in rows.items()} == {code.value: code.name for code in ExitCode}


def test_every_environment_variable_of_the_code_is_documented():
    package = Path(checks.__file__).parents[1]
    sources = [*package.rglob("*.py"), *(ROOT / ".ci").rglob("*.sh")]
    used = {name for path in sources for name in re.findall(r"\bWERKZORG_[A-Z_]+\b", path.read_text(encoding="utf8"))}
    # For the scripts among themselves.
    inner = {"WERKZORG_TEST_HOME"}
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf8")
    assert used - inner <= set(re.findall(r"`(WERKZORG_[A-Z_]+)`", text))
    assert used >= {"WERKZORG_LANG", "WERKZORG_CACHE", "WERKZORG_DEBUG"}


def test_every_error_says_what_and_what_to_do():
    words = catalogue()
    whats = {name.removesuffix(".what") for name in words if name.endswith(".what")}
    assert whats == {name.removesuffix(".do") for name in words if name.endswith(".do")}


def test_both_languages_have_the_same_places_to_fill():
    for name, texts in catalogue().items():
        places = [set(re.findall(r"{(\w+)}", texts[lang])) for lang in LANGUAGES]
        assert places[0] == places[1], name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_space_that_a_message_asks_for_is_the_space_that_is_checked(lang):
    assert f"{checks.FREE_DISK_MB} MB" in catalogue()["run.disk_full.do"][lang]


def test_publiccode_has_what_version_0_4_demands():
    published = YAML(typ="safe").load((ROOT / "publiccode.yml").read_text(encoding="utf8"))
    assert published["publiccodeYmlVersion"] == "0.4"
    assert {"name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal", "maintenance"} <= (
        published.keys()
    )
    assert published["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert published["maintenance"]["contacts"][0]["name"]
    assert published["localisation"]["availableLanguages"] == list(LANGUAGES)
    for texts in published["description"].values():
        assert len(texts["shortDescription"]) <= 150
        assert 500 <= len(texts["longDescription"]) <= 10_000


def test_publiccode_and_licence_agree_with_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    published = YAML(typ="safe").load((ROOT / "publiccode.yml").read_text(encoding="utf8"))
    assert published["softwareVersion"] == project["version"]
    assert published["legal"]["license"] == project["license"] == "EUPL-1.2"
    licence = (ROOT / "LICENSE").read_text(encoding="utf8")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "15.Applicable Law" in licence
    assert "Appendix" in licence


def test_tested_versions_lie_within_the_bounds_of_the_package():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    pinned = dict(
        re.findall(
            r"^([\w.-]+)==([^ ;\n]+)", (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf8"), re.MULTILINE
        )
    )
    optional = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(name for extra in optional.values() for name in extra)]
    for requirement in map(Requirement, wanted):
        if requirement.name == project["name"]:
            assert requirement.extras <= optional.keys()
            continue
        name = requirement.name.lower().replace(".", "-").replace("_", "-")
        assert pinned[name] in requirement.specifier, name
        assert any(part.operator.startswith("<") for part in requirement.specifier), f"{name} has no upper bound"
