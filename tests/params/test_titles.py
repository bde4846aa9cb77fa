"""Titles of sources: descriptions of our own are in the language of the reader, publications as they are."""

from __future__ import annotations

import re

import pytest

from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import catalogue_of, load_pilot, pilot_names
from werkzorg.params.titles import OWN, title_in
from werkzorg.wording import catalogue as words

ENGLISH = re.compile(
    r"\b(the|and|per year|news|coverage|[Jj]udgement|assumption|as quoted|as reported|to be checked|with|from|study)\b"
)
PUBLISHED = (
    "Acta", "Am J", "BMC", "BMJ", "Br J", "Cochrane", "Front", "J Nerv", "JECH", "N Engl", "PLoS", "Psychiatr",
)  # fmt: skip
"""Names of journals: an article keeps its title."""


def shown():
    """Titles and publishers of all shipped parameters, and of those of shipped pilots."""
    everything = [entry for name in pilot_names() for entry in catalogue_of(load_pilot(name))] + list(catalogue())
    return sorted({text for entry in everything for text in (entry.source.title, entry.source.publisher) if text})


def test_no_description_of_our_own_is_english_in_a_dutch_report():
    left = [
        text
        for text in shown()
        if title_in(text, "nl") == text and ENGLISH.search(text) and not any(name in text for name in PUBLISHED)
    ]
    assert left == []


def test_what_has_no_address_and_no_publisher_is_a_description_of_our_own():
    own = {entry.source.title for entry in catalogue() if not entry.source.url and not entry.source.publisher}
    known = {text[lang] for name, text in words().items() if name.startswith(OWN) for lang in ("nl", "en")}
    assert own <= known


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_title_is_found_in_either_language_and_others_stay(lang):
    nl, en = "Aanname van werkzorg", "Modelling assumption of werkzorg"
    assert title_in(nl, lang) == title_in(en, lang) == {"nl": nl, "en": en}[lang]
    assert title_in("Participatiewet art. 31", lang) == "Participatiewet art. 31"


def test_every_translation_is_of_a_title_that_is_used():
    # The household mix of a pilot is no parameter, a value of a scenario is none yet: neither is among those shown.
    elsewhere = {"source.own.model_households", "source.own.model_pilot_households", "source.own.scenario"}
    used = set(shown())
    own = {name: set(text.values()) for name, text in words().items() if name.startswith(OWN)}
    unused = [name for name, texts in own.items() if not used & texts and name not in elsewhere]
    assert unused == []
