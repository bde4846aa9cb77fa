"""The page on how to read a report: complete, in plain words, linked from every report."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from werkzorg.params.schema import Status
from werkzorg.reporting import figures, guide
from werkzorg.reporting.kinds import KINDS
from werkzorg.reporting.sanitise import dangers
from werkzorg.wording import catalogue, probability_word, say

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def kinds_in_reports():
    source = " ".join(
        "".join(cell["source"])
        for path in NOTEBOOKS.glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf8"))["cells"]
    )
    return set(re.findall(r'report\.figure\("(\w+)"', source))


def test_every_kind_of_figure_is_explained():
    assert kinds_in_reports() | (set(figures.__all__) - {"Figure"}) <= set(KINDS)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_stands_alone_and_has_one_heading_per_figure(lang):
    page = guide.guide_page(lang, "1")
    assert dangers(page) == []
    assert page.count("<h1") == 1
    assert len(re.findall(r'<h3 id="figure-', page)) == len(KINDS)
    assert f'<html lang="{lang}"' in page


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_words_for_probabilities_are_those_of_the_reports(lang):
    table = guide.chances(lang)
    *rows, (least, lowest) = table.itertuples(index=False, name=None)
    shown = {int(re.sub(r"\D", "", text)): word for text, word in rows}
    assert re.sub(r"\D", "", least) == str(min(shown)) and least.startswith(("minder dan", "less than"))
    shown[0] = lowest
    for percent in range(101):
        limit = max(limit for limit in shown if limit <= percent)
        assert shown[limit] == probability_word(percent / 100, lang)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_it_says_what_every_status_and_letter_of_an_assumption_means(lang):
    page = guide.guide_page(lang, "1")
    for status in get_args(Status):
        word = say(f"status.{status}", lang)
        assert say(f"guide.certainty.{status}", lang).lower().startswith(f"{word}:")
        assert say(f"guide.certainty.{status}", lang) in page
    assert say("guide.certainty.grades", lang) in page


def test_a_table_has_no_caption_that_repeats_its_heading():
    page = guide.guide_page("nl", "1")
    captions = {re.sub("<[^>]+>", "", text) for text in re.findall(r"<caption[^>]*>(.*?)</caption>", page)}
    headings = {re.sub("<[^>]+>", "", text) for text in re.findall(r"<h\d[^>]*>(.*?)</h\d>", page)}
    assert captions and not captions & headings


def test_numbers_in_formulas_have_the_decimal_sign_of_the_language():
    assert guide.formula_in("Q_d: 2.5, 10, 97.5%;  f(a, b)", "nl") == "Q_d: 2,5; 10; 97,5%;  f(a, b)"
    assert guide.formula_in("Q_d: 2.5, 10, 97.5%", "en") == "Q_d: 2.5, 10, 97.5%"
    assert not any(re.search(r"\d\.\d", guide.formula_in(kind.formula, "nl")) for kind in KINDS.values())


def test_sentences_are_short():
    texts = [words["nl"] for name, words in catalogue().items() if name.startswith("guide.")]
    sentences = [part for text in texts for part in re.split(r"(?<=[.:])\s", text) if part.endswith(".")]
    lengths = [len(sentence.split()) for sentence in sentences]
    # Plain Dutch: at most fifteen words on average (ACC-11), and none that has to be read twice.
    assert sum(lengths) / len(lengths) <= 15
    assert max(lengths) <= 30
