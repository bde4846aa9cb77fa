"""A small explorer of the shipped pilot, and a browser without a network to open it in."""

from __future__ import annotations

import pytest

from werkzorg.appraisal.scenarios import Bench
from werkzorg.explorer.content import Source, make_content
from werkzorg.explorer.page import make_page
from werkzorg.inference.fit import first_answer
from werkzorg.params.scenarios import load_variants

DRAWS = 240
SCENARIOS = ("coach-own", "scale-national", "evidence-sceptical")

READY = "document.getElementById('werkzorg-explorer').ready"


@pytest.fixture(scope="session")
def source(drechtsteden) -> Source:
    bench = Bench(drechtsteden, lambda pilot: first_answer(pilot).isel(draw=slice(0, DRAWS)))
    parts = [bench.parts(variant) for variant in load_variants("drechtsteden", SCENARIOS)]
    return Source(bench, parts, None, DRAWS, coarse=False)


CONTRACT = [
    {"kind": "placement", "payer": "state", "payee": "municipality", "amount": 2_900.0},
    {"kind": "saving", "payer": "municipality", "payee": "ggz_institution", "amount": 0.2, "saving": "bijstand",
     "cap": 36_000.0},
]  # fmt: skip
"""As the search for a contract gives it: here made up, because the search takes long."""


@pytest.fixture(scope="session")
def content(source) -> dict:
    """All data of the page, with an answer about contracts as long as a real one."""
    words = {lang: [f"Contract {n}. " + "Lorem ipsum dolor sit amet. " * 12 for n in range(4)] for lang in ("nl", "en")}
    for told in words.values():
        told.insert(1, ["Rule one", "Rule two"])
    apply = dict.fromkeys(words, "Put the contract with two rules into the levers")
    answer = {"text": words, "contract": CONTRACT, "apply": apply}
    return make_content(source, ("nl", "en"), DRAWS) | {"negotiation": answer}


@pytest.fixture(scope="session")
def page_file(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("explorer") / "page.html"
    path.write_text(make_page(content), encoding="utf8")
    return path


@pytest.fixture
def opened(browser, page_file):
    """The page, opened from the file; afterwards nothing was asked of a network and nothing complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, accept_downloads=True)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(page_file.as_uri())
    page.evaluate(READY)
    yield page
    local = [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]
    context.close()
    assert local == []
    assert complaints == []
