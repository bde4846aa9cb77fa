"""An explained claim in words, as a page, as a picture and on a terminal."""

import re
from io import StringIO

import pytest
from rich.console import Console

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.claim import CAUSES, explain_claim
from werkzorg.inference.claim_input import make_claim
from werkzorg.params import catalogue
from werkzorg.reporting import claim_words as words
from werkzorg.reporting.claim_page import check_page_path, claim_page, write_claim_page
from werkzorg.reporting.claim_terminal import claim_terminal
from werkzorg.reporting.sanitise import dangers

KNOWN = catalogue()
CLAIMS = {
    "plain": {"placed": 50, "change": -0.4},
    "whole": {
        "placed": 50, "change": -0.405, "before": 7500.0, "after": 5200.0, "comparison_change": -0.25, "comparison": 60,
        "off_benefit": 55, "hours": 20, "still_working": 22, "enrolled": 130, "after_crisis": True, "months": 9,
    },
    "lottery": {
        "placed": 30, "enrolled": 30, "change": 0.2, "comparison_change": 0.1, "comparison": 12, "randomised": True,
    },
    "one": {"placed": 1, "change": 0.0, "before": 90_000.0, "after": 20_000.0, "diagnosis": "severe"},
    "many": {"placed": 20_000, "change": -0.3, "diagnosis": "common"},
}  # fmt: skip

ENGLISH = re.compile(r"\b(the|and|with|for|cost|fall|rise|chance|because|treatment|year|assumption)\b", re.IGNORECASE)
DUTCH = re.compile(r"\b(de|het|een|en|kosten|daling|stijging|kans|behandeling|jaar|aanname)\b", re.IGNORECASE)


@pytest.fixture(scope="module", params=sorted(CLAIMS))
def found(request):
    return explain_claim(make_claim(**CLAIMS[request.param]), seed=1)


@pytest.fixture(scope="module")
def whole():
    return explain_claim(make_claim(**CLAIMS["whole"]), seed=1)


def visible(page):
    """Text that a reader sees, also inside the drawings."""
    body = re.sub(r"<(style|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def terminal(found, lang):
    console = Console(file=StringIO(), width=80)
    console.print(claim_terminal(found, KNOWN, lang))
    return console.file.getvalue()


@pytest.mark.parametrize(("lang", "foreign"), [("nl", ENGLISH), ("en", DUTCH)])
def test_page_and_terminal_speak_one_language(found, lang, foreign):
    for text in (visible(claim_page(found, KNOWN, lang, "1.0")), terminal(found, lang)):
        assert not foreign.findall(text)
        assert not re.search(r"[{}]|\bnan\b|\binf\b|None", text)


def test_nothing_in_the_page_loads_or_runs(found):
    page = claim_page(found, KNOWN, "nl", "1.0")
    assert dangers(page) == []
    assert "default-src 'none'" in page and "<script" not in page and " src=" not in page
    assert page.count("<svg") == 2 and page.count('role="img"') == 2
    assert page.count("<h1") == 1


def test_the_shown_parts_add_up_to_the_shown_change(found):
    table = words.parts_table(found, "nl")
    shown = {name: float(text) for name, text in zip(words.ALL_CAUSES, table.iloc[:-1, 1], strict=True)}
    total = float(table.iloc[-1, 1])
    # Five numbers rounded to whole points differ from their rounded sum by at most 3; a forgotten part by more.
    assert abs(sum(shown[cause] for cause in CAUSES) - total) <= 3
    assert abs(shown["use_in_work"] + shown["crisis_at_start"] - shown["work"]) <= 1


def test_contradictions_stand_before_the_picture(whole):
    page = claim_page(whole, KNOWN, "nl", "1.0")
    assert page.index('id="contradictions"') < page.index('id="figure-claim"') < page.index('id="weak"')
    text = visible(page)
    for part in ("€ 7.500", "daling van 31%", "(55)", "20 uur", "24 uur", "40,5%"):
        assert part in text.replace("\u00a0", " ")


def test_a_claim_with_amounts_shows_euros(whole):
    table = words.parts_table(whole, "nl")
    assert table.iloc[-1, -1].replace("\u00a0", " ") == "-€ 3.040"
    assert "7.500" in words.in_euros(whole, KNOWN, "nl")


def test_the_headline_says_which_way_it_went(found):
    work, changed = found.parts["work"].mean, found.claim.observed
    text = words.headline(found, "nl")
    assert {1: "stijging van", -1: "daling van", 0: "bleven gelijk"}[(changed > 0) - (changed < 0)] in text
    opposite = changed and round(100 * abs(work)) and (work > 0) != (changed > 0)
    assert ("komt niet door werk" in text) == bool(opposite)


def test_a_page_has_its_file_and_its_place(whole, tmp_path):
    path = write_claim_page(whole, KNOWN, tmp_path / "uitleg.html", "nl", "1.0")
    assert path.read_text(encoding="utf8").startswith("<!DOCTYPE html>")
    for wrong, problem in (("uitleg.txt", "file_ending"), ("geen/map/uitleg.html", "no_folder")):
        with pytest.raises(WerkzorgError) as caught:
            check_page_path(tmp_path / wrong)
        assert caught.value.exit_code == ExitCode.CONFIGURATION
        assert caught.value.problems[0].identifier == f"claim.{problem}"


def test_a_folder_in_place_of_a_file_is_said_without_a_traceback(whole, tmp_path):
    (tmp_path / "map.html").mkdir()
    with pytest.raises(WerkzorgError) as caught:
        write_claim_page(whole, KNOWN, tmp_path / "map.html", "nl", "1.0")
    assert caught.value.exit_code == ExitCode.RUN
