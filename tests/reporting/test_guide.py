"""The page on how to read a report: complete, in plain words, linked from every report."""

import json
import re
from pathlib import Path

import pytest

from werkzorg.reporting import figures, guide
from werkzorg.reporting.kinds import KINDS
from werkzorg.reporting.sanitise import dangers
from werkzorg.wording import catalogue, probability_word

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
    shown = {int(re.sub(r"\D", "", text)): word for text, word in table.itertuples(index=False, name=None)}
    for percent in range(101):
        limit = max(limit for limit in shown if limit <= percent)
        assert shown[limit] == probability_word(percent / 100, lang)


def test_sentences_are_short():
    texts = [words["nl"] for name, words in catalogue().items() if name.startswith("guide.")]
    sentences = [part for text in texts for part in re.split(r"(?<=[.:])\s", text) if part.endswith(".")]
    lengths = [len(sentence.split()) for sentence in sentences]
    # Plain Dutch: at most fifteen words on average (ACC-11), and none that has to be read twice.
    assert sum(lengths) / len(lengths) <= 15
    assert max(lengths) <= 30
