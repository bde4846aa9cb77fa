"""Malformed files: the message names file, line and key, and what was meant."""

import textwrap

import pytest

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params import catalogue, read_yaml
from werkzorg.params.loading import load_folder

GOOD = """\
kind: price
parameters:
- id: coach.hour
  group: support
  label:
    nl: Uur jobcoach
    en: Hour of a jobcoach
  unit: EUR/hour
  index: contract_wage
  values:
  - {from: 2018-01-01, value: 78.0, low: 70.0, high: 85.0}
  - {from: 2019-01-01, value: 80.0}
  source:
    title: Somewhere
  status: recalled
"""


def write(tmp_path, text, name="own.yaml"):
    folder = tmp_path / "prices"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf8")
    return tmp_path


def failure(tmp_path, text):
    with pytest.raises(WerkzorgError) as caught:
        load_folder(write(tmp_path, text))
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    for lang in ("nl", "en"):
        assert caught.value.render(lang)
    return caught.value.render("en")


def test_the_good_file_is_read(tmp_path):
    assert load_folder(write(tmp_path, GOOD))["coach.hour"].values[0].low == 70.0


VALUES = GOOD[GOOD.index("  - {from: 2018") : GOOD.index("  source")]

CASES = {
    # what is wrong: (text to replace, by what, line, key, words of the message)
    "unknown key": ("  unit: EUR/hour", "  unit: EUR/hour\n  indx: cpi", 9, "parameters.0.indx", "mean index?"),
    "unknown key in a value": ("value: 80.0}", "value: 80.0, hihg: 90.0}", 12, "values.1.hihg", "mean high?"),
    "unknown key in the source": ("    title: Somewhere", "    titel: Somewhere", 14, "source.titel", "mean title?"),
    "unknown key of the file": ("kind: price", "kind: price\nparameter: x", 2, "parameter", "mean parameters?"),
    "missing unit": ("  unit: EUR/hour\n", "", 3, "parameters.0.unit", "unit is missing"),
    "missing kind": ("kind: price\n", "", "", "kind", "kind is missing"),
    "unknown kind": ("kind: price", "kind: prise", 3, "parameters.0.kind", "'price'"),
    "wrong unit": ("  unit: EUR/hour", "  unit: EUR/hours", 8, "parameters.0.unit", "mean EUR/hour?"),
    "no index for money": ("  index: contract_wage\n", "", 3, "parameters.0.index", "grows with"),
    "unknown index": ("index: contract_wage", "index: contract_wages", 9, "parameters.0.index", "'care_wage'"),
    "value outside its interval": ("value: 78.0", "value: 87.0", 11, "values.0.high", "87.0 does not lie between 70.0"),
    "half an interval": (", high: 85.0", "", 11, "values.0.high", "lacks high"),
    "dates out of order": ("2019-01-01", "2017-01-01", 12, "values.1.from", "2017-01-01 does not come after"),
    "same date twice": ("2019-01-01", "2018-01-01", 12, "values.1.from", "does not come after"),
    "date gap": ("high: 85.0}", "high: 85.0, until: 2018-07-01}", 11, "values.0.until", "does not meet"),
    "impossible date": ("2019-01-01", "2019-02-30", 12, "values.1.from", "2019-02-30 is not an existing date"),
    "text for a number": ("value: 80.0", "value: '80,0'", 12, "values.1.value", "must be a number"),
    "euro sign": ("value: 80.0", "value: € 80", 12, "values.1.value", "must be a number"),
    "not a number": ("value: 80.0", "value: .nan", 12, "values.1.value", "must be a number"),
    "text for a date": ("from: 2019-01-01", "from: january", 12, "values.1.from", "must be a date"),
    "unknown status": ("status: recalled", "status: certain", 15, "parameters.0.status", "'verified'"),
    "empty label": ("    nl: Uur jobcoach", '    nl: ""', 6, "label.nl", "must be text"),
    "no url": ("title: Somewhere", "title: Somewhere\n    url: www.cbs.nl", 15, "source.url", "https://"),
    "id with a space": ("id: coach.hour", "id: coach hour", 3, "parameters.0.id", "must be text"),
    "double key": ("  index: contract_wage", "  index: contract_wage\n  index: cpi", 10, "parameters.0.index", "twice"),
    "tab": ("  unit: EUR/hour", "\tunit: EUR/hour", 8, "", "tab"),
    "tag": ("value: 80.0", "value: !!python/name:os.system x", 12, "values.1.value", "tag"),
    "anchor": ("unit: EUR/hour", "unit: &u EUR/hour", 8, "parameters.0.unit", "Anchors"),
    "syntax": ("    nl: Uur jobcoach", "    nl: [Uur", 7, "", "not valid YAML"),
    "list instead of keys": ("source:\n    title: Somewhere", "source: [Somewhere]", 13, "source", "hold keys"),
    "values not a list": (
        GOOD[GOOD.index("  - {from: 2018") : GOOD.index("  source")],
        "    a: 1\n",
        10,
        "values",
        "list",
    ),
}


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_malformed_file(tmp_path, case):
    old, new, line, key, words = CASES[case]
    assert GOOD.count(old) >= 1
    message = failure(tmp_path, GOOD.replace(old, new, 1))
    place = f"own.yaml:{line}" if line else "own.yaml"
    assert place in message, message
    assert key in message, message
    assert words in message, message


def test_money_without_price_year(tmp_path):
    start, end = GOOD.index("  values:"), GOOD.index("  source:")
    text = GOOD[:start] + "  distribution: {name: LogNormal, mu: 4.3, sigma: 0.1}\n" + GOOD[end:]
    message = failure(tmp_path, text)
    assert "own.yaml:3 parameters.0.price_year" in message
    assert "without a price year" in message
    with_year = text.replace("  index:", "  price_year: 2018\n  index:")
    assert load_folder(write(tmp_path, with_year))["coach.hour"].price_year == 2018


@pytest.mark.parametrize(
    "written",
    ["{name: Normal, mu: 1.0}", "{name: Normal, mu: 1.0, sigma: -1.0}", "{name: PERT, low: 2.0, mode: 1.0, high: 3.0}"],
)
def test_impossible_distribution(tmp_path, written):
    text = GOOD.replace("  source:", f"  distribution: {written}\n  source:")
    message = failure(tmp_path, text)
    assert "own.yaml:13 parameters.0.distribution.name" in message
    assert "distribution is not possible" in message


def test_the_same_id_in_two_files(tmp_path):
    write(tmp_path, GOOD, "another.yaml")
    assert "own.yaml:3 parameters.0.id" in failure(tmp_path, GOOD)


def test_all_mistakes_of_a_file_in_one_message(tmp_path):
    second = GOOD[GOOD.index("- id") :].replace("coach.hour", "other.hour").replace("index: ", "indx: ")
    message = failure(tmp_path, GOOD.replace("status: recalled", "status: sure") + second)
    assert "own.yaml:15 parameters.0.status" in message
    assert "own.yaml:22 parameters.1.indx" in message


def read(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
    return read_yaml(path)


def test_scalars_are_what_they_look_like(tmp_path):
    data, lines = read(tmp_path, "a: no\nb: 012\nc: 1e3\nd: 2018-01-31\ne: '1'\nf: ~\ng: true\nh: 1_000\n")
    assert {k: v for k, v in data.items() if k != "d"} == {
        "a": "no",
        "b": "012",
        "c": 1000.0,
        "e": "1",
        "f": None,
        "g": True,
        "h": "1_000",
    }
    assert str(data["d"]) == "2018-01-31"
    assert lines["h"] == 8


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"a: \xff\xfe", "UTF-8"),
        (b"a: 1\n---\nb: 2\n", "not valid YAML"),
        (b"[" * 5000, "not valid YAML"),
        (b"[" * 60 + b"1" + b"]" * 60, "nested deeper"),
        (b"a: \x00", "not valid YAML"),
        (b"? [a, b]\n: 1\n", "key is not plain text"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "Anchors"),
        (b"a: *nobody\n", "not valid YAML"),
        (b"a: " + b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_hostile_yaml(tmp_path, text, words):
    with pytest.raises(WerkzorgError) as caught:
        read(tmp_path, text)
    assert words in caught.value.render("en")
    assert "x.yaml" in caught.value.render("en")


def test_missing_file_is_one_message(tmp_path):
    with pytest.raises(WerkzorgError) as caught:
        read_yaml(tmp_path / "nothing.yaml")
    assert "nothing.yaml" in caught.value.render("nl")


def test_unknown_id_and_set_suggest_the_nearest():
    with pytest.raises(WerkzorgError) as caught:
        catalogue().get("wml.mnth")
    assert "wml.month" in caught.value.render("en")
    with pytest.raises(WerkzorgError) as caught:
        catalogue().with_evidence_set("optimist")
    assert "optimistic" in caught.value.render("en")
