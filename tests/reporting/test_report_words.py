"""The catalogue of the reports: complete in both languages, with the same places, and without double meanings."""

import re
from pathlib import Path
from string import Formatter

import pytest

import werkzorg
from werkzorg.wording import catalogue

ROOT = Path(werkzorg.__file__).parent / "reporting"


def places(text):
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("identifier", sorted(catalogue()))
def test_both_languages_have_the_same_places(identifier):
    texts = catalogue()[identifier]
    assert places(texts["nl"]) == places(texts["en"])
    assert all(isinstance(text, str) and text for text in texts.values())


def test_every_word_that_reports_ask_for_exists():
    asked = set()
    for path in ROOT.rglob("*.py"):
        asked |= set(re.findall(r'say\(\s*"([\w.+]+)"', path.read_text(encoding="utf8")))
        asked |= {f"{name}.what" for name in re.findall(r'Problem\("([\w.]+)"', path.read_text(encoding="utf8"))}
    assert asked and asked <= set(catalogue())


@pytest.mark.parametrize("word", ["posterior", "credible", "prior ", "saldo", "nulalternatief", "patiënt", "gevallen"])
def test_first_pages_avoid_jargon(word):
    texts = [
        text["nl"]
        for name, text in catalogue().items()
        if name.startswith(("front.", "client.", "verdict.", "figure.")) and name != "figure.sankey.note"
    ]
    assert not [text for text in texts if word in text.lower()]
