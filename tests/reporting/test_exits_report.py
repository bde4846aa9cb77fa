"""Page one when fewer people in work left benefit than the rules say: no gain of the municipality in words."""

from __future__ import annotations

import pytest
from results_example import example, front_words, with_check, words

from werkzorg.reporting.front import headline
from werkzorg.reporting.verdicts import payback_verdict
from werkzorg.reporting.verdicts_exits import exits_verdict
from werkzorg.wording import LANGUAGES


def with_exits(value, seen=None):
    """The example with the check, and what it compared when `seen` may be shown."""
    return with_check("exits", value, {"value": seen, "mean": 0.27, "low99": 0.1, "high99": 0.4})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_municipality_is_told_in_place_of_its_gain(lang):
    results = with_exits(0.0, 0.1)
    text, plain = (front_words(each, "municipality", lang) for each in (results, example()))
    payback = payback_verdict(results.one(quantity="payback_month", party="municipality"), lang)
    for gain in (headline(results, "municipality", lang), payback):
        assert words(gain) in plain and words(gain) not in text
    assert words(exits_verdict(results, lang)) in text
    for number in ("10", "27"):
        assert f"{number}%" in exits_verdict(results, lang) or f"{number} %" in exits_verdict(results, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reader", ["insurer", "ggz", "technical"])
def test_others_keep_their_answer_and_read_of_it(reader, lang):
    results = with_exits(0.0)
    text = front_words(results, reader, lang)
    assert words(headline(results, reader, lang)) in text
    assert words(exits_verdict(results, lang)) in text and "%" not in exits_verdict(results, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_check_that_is_passed_says_nothing_on_page_one(lang):
    assert exits_verdict(with_exits(1.0, 0.3), lang) == exits_verdict(example(), lang) == ""
