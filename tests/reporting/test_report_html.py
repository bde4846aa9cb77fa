"""Reports as HTML: nothing loaded, nothing run, readable by screen readers, hostile text harmless."""

import re
from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
from results_example import example

from werkzorg.errors import WerkzorgError
from werkzorg.reporting import export_html
from werkzorg.reporting.document import data_table
from werkzorg.reporting.report import Report
from werkzorg.reporting.sanitise import clean, dangers

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> & co"


def notebook_of(pieces, hidden=()):
    cells = []
    for k, markup in enumerate(pieces):
        output = nbformat.v4.new_output("display_data", {"text/html": markup, "text/plain": "SECRET-TEXT"})
        cell = nbformat.v4.new_code_cell("SECRET_SOURCE = 1", outputs=[output])
        cell.outputs.append(nbformat.v4.new_output("stream", name="stderr", text="SECRET-STDERR"))
        if k in hidden:
            cell.metadata["tags"] = ["hidden"]
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def page_of(report, tmp_path, lang="nl"):
    pieces = [report.title(), report.front_page(), report.section("work"), report.figure("placed_forecast")]
    pieces += [report.figure("pay_matrix"), report.table("effects"), report.section("flows"), report.assumptions()]
    path = tmp_path / "in.ipynb"
    nbformat.write(notebook_of([piece.markup for piece in pieces]), path)
    return export_html(path, tmp_path / "out.html", lang, "Titel", "Voet").read_text(encoding="utf8")


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    return page_of(Report(results, "municipality", "nl"), tmp_path_factory.mktemp("page"))


class Outline(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.levels = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def test_nothing_is_loaded_or_run(page):
    assert dangers(page) == []
    outline = Outline(page)
    assert (
        not outline.all("script") and not outline.all("link") and not outline.all("img") and not outline.all("iframe")
    )
    for tag, attrs in outline.tags:
        assert not any(name.startswith("on") or name in ("src", "srcset", "action") for name in attrs), tag
        address = attrs.get("href", "#")
        # The only addresses outside are sources that a reader may click.
        assert address.startswith("#") or (tag == "a" and attrs["rel"] == "noreferrer noopener")
    assert "Content-Security-Policy" in page and "default-src 'none'" in page
    assert "url(" not in re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)


def test_inputs_text_copies_and_errors_stay_behind(page):
    assert "SECRET" not in page


def test_hidden_cells_stay_behind(tmp_path):
    nbformat.write(notebook_of(["<h1>A</h1>", "<p>HIDDEN-CELL</p>", "<p>shown</p>"], hidden=(1,)), tmp_path / "n.ipynb")
    page = export_html(tmp_path / "n.ipynb", tmp_path / "n.html", "en", "T").read_text(encoding="utf8")
    assert "HIDDEN-CELL" not in page and "shown" in page


def test_structure(page):
    outline = Outline(page)
    assert outline.all("html") == [{"lang": "nl"}]
    assert outline.levels.count(1) == 1 and outline.levels[0] == 1
    assert all(b - a <= 1 for a, b in zip(outline.levels, outline.levels[1:], strict=False))
    assert len(outline.all("main")) == len(outline.all("header")) == len(outline.all("footer")) == 1
    assert outline.all("a")[0] == {"class": "skip", "href": "#content"}
    assert "<title>Titel</title>" in page


def test_identifiers_are_unique_and_links_lead_somewhere(page):
    outline = Outline(page)
    names = [attrs["id"] for _tag, attrs in outline.tags if "id" in attrs]
    assert len(names) == len(set(names))
    for attrs in outline.all("a"):
        if attrs["href"].startswith("#"):
            assert attrs["href"][1:] in names


def test_tables_have_caption_and_scopes(page):
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        assert "<caption>" in table
        heads = re.findall(r"<th\b[^>]*>", table)
        assert heads and all('scope="col"' in head or 'scope="row"' in head for head in heads)
        assert "colspan" not in table and "rowspan" not in table


def test_figures_have_text_and_numbers(page):
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 2
    for figure in figures:
        for alt in re.findall(r'role="img" aria-label="([^"]*)"', figure):
            assert re.search(r"\d", alt) and len(alt) > 40
        assert "<details>" in figure and "<table" in figure and "<figcaption>" in figure
        # Outside a report only one of the two drawings may show.
        assert figure.count('style="display:none"') == figure.count("picture phone")


def test_every_number_has_its_source_in_two_clicks(page):
    for block in re.findall(r'<div class="sources">.*?</div>', page, re.DOTALL):
        assert re.search(r'href="#a-\d+"|href="#assumptions"', block) or "annames" not in block
    rows = re.findall(r'<tr id="a-\d+">.*?</tr>', page, re.DOTALL)
    assert rows and any('rel="noreferrer noopener" href="https://' in row for row in rows)


def test_numbers_stand_at_the_right(page):
    assert re.search(r'<td class="num"[^>]*>[^<]*<span class="nb">€', page)


@pytest.mark.parametrize(
    ("columns", "cell", "stacked"),
    [
        # Two short columns fit in 288 px; a word of forty letters does not, nor do five columns of any width.
        (2, "€ 100", False),
        (2, "arbeidsongeschiktheidsverzekeringsmaatschappij", True),
        (5, "1", True),
        # A column of words breaks at its spaces, so its length says nothing.
        (2, "een twee drie vier vijf zes zeven acht negen tien elf twaalf", False),
    ],
)
def test_table_too_wide_for_a_phone_stacks_its_rows(columns, cell, stacked):
    data = pd.DataFrame({f"k{n}": [cell] for n in range(columns)})
    table = data_table(data, "Titel", "nl")
    assert ('class="stack"' in table) is stacked
    assert re.findall(r'<td[^>]* data-label="([^"]*)"', table) == list(data.columns[1:])


def test_a_bare_number_is_named_where_it_heads_a_block():
    table = data_table(pd.DataFrame({"Maand": ["0", "12"], "Midden": ["€ 0", "€ 100"]}), "Titel", "nl")
    assert table.count('<th scope="row" class="bare" data-label="Maand">') == 2
    assert "bare" not in data_table(pd.DataFrame({"Wie": ["Gemeente"], "Midden": ["€ 0"]}), "Titel", "nl")


def test_a_range_stays_on_one_line_and_goes_below_its_name_on_a_phone():
    data = pd.DataFrame({"Wie": ["Gemeente"], "Band": ["tussen -€ 95.000 en -€ 45.000"], "Kans": ["18%"]})
    table = data_table(data, "Van jaar 1 naar jaar 2", "nl")
    assert '<td class="span" data-label="Band">' in table
    assert 'class="stack"' in table
    # No line begins with a lone number.
    assert "jaar\u00a01" in table and "jaar\u00a02" in table
    sentence = data.assign(Band=["dat hangt er van af hoe het in 2018 en 2019 met de uitkering gaat"])
    assert 'class="span"' not in data_table(sentence, "Titel", "nl").split('data-label="Kans"')[0]


def test_signs_of_no_difference_stand_where_the_amounts_stand():
    data = pd.DataFrame({"scenario": ["een", "twee"], "GGZ": ["=", "="], "Bron": ["a", "–"]})
    assert re.findall(r'<th scope="col"( class="num")?>', data_table(data, "Titel", "nl")) == ["", ' class="num"', ""]


@pytest.mark.parametrize(("columns", "look"), [(7, "stack"), (8, "stack many")])
def test_a_table_of_many_columns_is_set_smaller(columns, look):
    data = pd.DataFrame({f"jaar {n}": ["-€ 16.500"] for n in range(columns)})
    assert f'class="{look}"' in data_table(data, "Titel", "nl")


@pytest.mark.parametrize(("name", "stacked"), [("kans op werk", False), ("een lange naam in woorden " * 8, True)])
def test_numbers_go_below_a_name_of_many_lines(name, stacked):
    data = pd.DataFrame({"wat": [name], "deel": ["21%"], "waarde": ["€ 100"]})
    assert ('class="stack"' in data_table(data, "Titel", "nl")) is stacked


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_hostile_pilot_name_is_only_text(lang, tmp_path):
    page = page_of(Report(example(pilot_name=HOSTILE), "municipality", lang), tmp_path, lang)
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_hostile_label_address_and_note_are_only_text(results, tmp_path):
    table = results.assumptions.copy()
    table.loc[0, "label_nl"] = HOSTILE
    table.loc[0, "url"] = "javascript:alert(1)"
    table.loc[1, "url"] = 'https://a.nl/"onclick="alert(1)'
    changed = type(results)(results.meta, results.table, table, results.gates)
    page = page_of(Report(changed, "municipality", "nl"), tmp_path)
    assert "<script" not in page
    assert 'href="javascript' not in page and "onclick=" not in re.sub(r">[^<]*<", "><", page)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a<script>b</script>c</p>", "<p>ac</p>"),
        ("<p onclick='x'>a</p>", "<p>a</p>"),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        ('<a href="https://a.nl/b">a</a>', '<a href="https://a.nl/b">a</a>'),
        ("<iframe src='x'>y</iframe>z", "z"),
        ('<p style="background:url(//x.nl)">a</p>', "<p>a</p>"),
        (
            '<svg viewBox="0 0 1 1"><clipPath id="a"/></svg>',
            '<svg viewBox="0 0 1 1"><clipPath id="a"></clipPath></svg>',
        ),
        ("<p>a<b>c", "<p>ac</p>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<style>p{}</style><p>a</p>", "<p>a</p>"),
        ('<svg><rect fill="url(http://x.nl)"/></svg>', "<svg><rect></rect></svg>"),
    ],
)
def test_only_the_fixed_list_passes(markup, expected):
    assert clean(markup) == expected


@pytest.mark.parametrize(
    "tag",
    [
        "<script>x</script>",
        '<img src="a.png">',
        '<link rel="stylesheet" href="a.css">',
        '<p onload="x">',
        '<a href="javascript:x">',
        '<use href="other.svg#a">',
        "<style>@import 'a.css'</style>",
        "<style>p{background:url(a.png)}</style>",
    ],
)
def test_dangers_are_seen(tag):
    assert dangers(f"<html>{tag}</html>")


def test_unsafe_page_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr("werkzorg.reporting.html.clean", lambda markup: markup)
    nbformat.write(notebook_of(["<h1>A</h1>", '<img src="//x.nl/a.png">']), tmp_path / "n.ipynb")
    with pytest.raises(WerkzorgError):
        export_html(tmp_path / "n.ipynb", tmp_path / "n.html", "nl", "T")
    assert not (tmp_path / "n.html").exists()


@pytest.mark.parametrize("verdict", ["warn", "stop"])
@pytest.mark.parametrize("reader", ["municipality", "client"])
def test_failed_gate_is_on_the_first_page(verdict, reader):
    report = Report(example(f"gate_{verdict}"), reader, "nl")
    page = report.client_page() if reader == "client" else report.front_page()
    assert f'class="notice {verdict}"' in page.markup
    # Participants need the warning, not the name of the check.
    assert ("R-hat" in page.markup) == (reader == "municipality")


def test_check_finds_a_changed_number(results):
    report = Report(results, "municipality", "nl")
    report.front_page()
    report.check()
    changed = results.table.copy()
    chosen = changed["id"] == "net.municipality.60.participant.society"
    changed.loc[chosen, "value"] += 1e5
    report.results = type(results)(results.meta, changed, results.assumptions, results.gates)
    with pytest.raises(WerkzorgError):
        report.check()


def test_check_finds_a_waterfall_that_does_not_add_up(results):
    changed = results.table.copy()
    changed.loc[changed["id"] == "waterfall.insurer.equalisation", "value"] += 50
    report = Report(type(results)(results.meta, changed, results.assumptions, results.gates), "municipality", "nl")
    report.front_page()
    with pytest.raises(WerkzorgError, match="waterfall insurer"):
        report.check()
