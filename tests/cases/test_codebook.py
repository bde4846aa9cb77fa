"""The code book: complete in both languages, readable without sight, and nothing from outside."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest

from werkzorg.cases.codebook import allowed, codebook_html, example, number, unit, write_codebook
from werkzorg.cases.schema import table, tables
from werkzorg.wording import LANGUAGES

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Elements with attributes, and the text of each table row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.language = ""
        self.table = ""
        self.rows: dict[tuple[str, str], list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.elements.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.language = found["lang"]
        if tag == "h2":
            self.table = found["id"].removeprefix(f"{self.language}-")
        if tag == "tr":
            self.rows.setdefault((self.language, self.table), []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, "every element is closed in its own place"

    def handle_data(self, data):
        if "tr" in self.open:
            self.rows[self.language, self.table][-1] += data + "|"


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(codebook_html())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", list(tables()))
def test_every_column_has_its_row_with_all_that_is_known(page, lang, name):
    rows = page.rows[lang, name][1:]
    fields = table(name).fields
    assert len(rows) == len(fields)
    for row, field in zip(rows, fields, strict=True):
        labels = [text for entry in field.enum for text in (entry.code, getattr(entry, lang))]
        expected = [field.name, getattr(field.title, lang), getattr(field.description, lang), example(field, lang)]
        for text in (*expected, *allowed(field, lang), *labels):
            assert text in row


def test_nothing_runs_and_nothing_comes_from_outside(page):
    html = codebook_html()
    assert {tag for tag, _ in page.elements} & {"script", "img", "link", "iframe", "object", "form", "input"} == set()
    assert "http" not in html.replace("http-equiv", "")
    assert "//" not in html
    assert "url(" not in html
    assert not any(key.startswith("on") or key == "style" for _, found in page.elements for key in found)


def test_links_lead_somewhere_and_names_are_unique(page):
    ids = Counter(found["id"] for _, found in page.elements if "id" in found)
    assert max(ids.values()) == 1
    links = [found["href"] for tag, found in page.elements if tag == "a"]
    assert len(links) >= 2 * len(tables())
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    labelled = [found["aria-labelledby"] for _, found in page.elements if "aria-labelledby" in found]
    assert set(labelled) <= set(ids)


def test_tables_can_be_read_aloud(page):
    tags = Counter(tag for tag, _ in page.elements)
    assert tags["table"] == tags["caption"] == 2 * len(tables())
    assert all(found.get("scope") in ("col", "row") for tag, found in page.elements if tag == "th")
    assert next(found for tag, found in page.elements if tag == "html")["lang"] == "nl"
    scrolling = [found for _, found in page.elements if found.get("class") == "scroll"]
    # A region that scrolls must be reachable with the keyboard and have a name.
    assert all(found["tabindex"] == "0" and "aria-labelledby" in found for found in scrolling)
    assert tags["main"] == 1
    assert page.open == []


def test_words_of_units_and_numbers():
    benefit = table("months").field("benefit")
    assert allowed(benefit, "nl") == [
        "getal", "van 0 tot en met 3.000", "euro per maand", "boven 2.100 vragen we om na te kijken",
    ]  # fmt: skip
    assert allowed(benefit, "en")[1] == "from 0 to 3,000"
    assert (number(0.95, "nl"), number(0.95, "en"), number(2012, "nl", "year")) == ("0,95", "0.95", "2012")
    assert (example(benefit, "nl"), example(benefit, "en")) == ("412,30", "412.30")
    for entry in tables().values():
        for field in entry.fields:
            assert all(bool(unit(field, lang)) == bool(field.unit) for lang in LANGUAGES)


def test_text_from_the_tables_is_escaped(monkeypatch):
    import werkzorg.cases.codebook as codebook

    dangerous = table("counts").model_copy(
        update={"title": table("counts").title.model_copy(update={"nl": "<script>alert(1)</script>"})}
    )
    monkeypatch.setattr(codebook, "tables", lambda: {"counts": dangerous})
    assert "<script" not in codebook.codebook_html()
    assert "&lt;script&gt;" in codebook.codebook_html()


def test_the_file_is_the_page(tmp_path):
    assert write_codebook(tmp_path / "codeboek.html").read_text(encoding="utf8") == codebook_html()
