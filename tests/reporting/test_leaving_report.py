"""Page one when more participants stopped in one month than drop-out explains: no gain of the municipality in words."""

from __future__ import annotations

import re

import pytest
from results_example import example, front_words, with_check, words

from werkzorg.reporting.front import headline
from werkzorg.reporting.verdicts_leaving import KEYS, leaving_verdict
from werkzorg.wording import LANGUAGES


def with_leaving(value, month=None, item="leaving"):
    """The example with the check, and the month when it may be named."""
    return with_check(item, value, {"mean": 0.02, "low99": 0.0, "high99": 0.2, "month": month})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_municipality_is_told_in_place_of_its_gain(lang):
    results = with_leaving(0.0, 15)
    text, plain = (front_words(each, "municipality", lang) for each in (results, example()))
    gain = words(headline(results, "municipality", lang))
    assert gain in plain and gain not in text
    told = words(leaving_verdict(results, lang))
    assert told in text and "15" in told and "data.follow_up_months" in told


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reader", ["insurer", "ggz", "technical"])
def test_others_keep_their_answer_and_read_of_it(reader, lang):
    results = with_leaving(0.0, 15)
    text = front_words(results, reader, lang)
    assert words(headline(results, reader, lang)) in text and words(leaving_verdict(results, lang)) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_month_that_tells_of_few_people_is_not_named(lang):
    found = leaving_verdict(with_leaving(0.0), lang)
    assert found and not re.search(r"[0-9]", found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_end_of_a_programme_on_one_date_asks_for_another_key(lang):
    found = {item: leaving_verdict(with_leaving(0.0, item=item), lang) for item in KEYS}
    for item, key in KEYS.items():
        assert [key in text for text in found.values()] == [name == item for name in KEYS]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_check_that_is_passed_says_nothing_on_page_one(lang):
    assert leaving_verdict(with_leaving(1.0), lang) == leaving_verdict(example(), lang) == ""
