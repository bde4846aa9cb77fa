"""Reports as PDF: tagged, in its language, every figure with its message, the words of the page, nothing loaded."""

import base64
import builtins
import re
import sys

import nbformat
import pytest
from pypdf import PdfReader

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.reporting import export_html
from werkzorg.reporting.pdf import export_pdf, for_paper
from werkzorg.reporting.report import Report


def page_of(report, folder, lang):
    pieces = [report.title(), report.front_page(), report.figure("placed_forecast"), report.table("effects")]
    cells = [
        nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", {"text/html": piece.markup})])
        for piece in pieces
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "in.ipynb")
    return export_html(folder / "in.ipynb", folder / "report.html", lang, "Titel & meer", "Voet")


@pytest.fixture(scope="module", params=["nl", "en"])
def made(request, results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pdf")
    html = page_of(Report(results, "municipality", request.param), folder, request.param)
    return request.param, html, PdfReader(export_pdf(html, folder / "report.pdf"))


def tags_of(element, depth=0):
    """Kinds of elements of the structure tree, with their alternative texts."""
    element = element.get_object()
    if not isinstance(element, dict):
        return
    if "/S" in element:
        yield str(element["/S"]), element.get("/Alt")
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        if not isinstance(child, int):
            yield from tags_of(child, depth + 1)


def test_the_pdf_says_what_it_is(made):
    lang, _, pdf = made
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Titel & meer"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert pdf.outline


def test_no_label_of_a_figure_is_a_group_of_transparency(made):
    """A viewer of such a group cuts the first letter of the label when the page is small."""
    _, _, pdf = made
    forms = [
        form.get_object()
        for page in pdf.pages
        for form in page["/Resources"].get("/XObject", {}).values()
        if form.get_object()["/Subtype"] == "/Form"
    ]
    labels = [form for form in forms if b"BT" in form.get_data().split()]
    assert labels and not any("/Group" in form for form in labels)


def test_headings_tables_and_figures_are_tagged(made):
    _, html, pdf = made
    tags = list(tags_of(pdf.trailer["/Root"]["/StructTreeRoot"]))
    kinds = {kind for kind, _ in tags}
    assert {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/Figure"} <= kinds
    page = html.read_text(encoding="utf8")
    wanted = re.findall(r'class="picture page" role="img" aria-label="([^"]+)"', page)
    alts = [alt for kind, alt in tags if kind == "/Figure" and alt]
    assert len(wanted) == len(alts) > 0
    assert not set(alts) - {text.replace("&amp;", "&").replace("&#x27;", "'") for text in wanted}


def test_all_fonts_are_inside(made):
    _, _, pdf = made
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert any(name.startswith("/FontFile") for name in inner["/FontDescriptor"])


def test_the_front_is_one_sheet_of_a4_with_the_words_of_the_page(made):
    _, html, pdf = made
    first = pdf.pages[0]
    # A4 is 210 by 297 mm; a point is 1/72 inch. US letter differs by 16 points.
    assert float(first.mediabox.width) == pytest.approx(595.3, abs=1)
    assert float(first.mediabox.height) == pytest.approx(841.9, abs=1)
    front = re.search(r'<div class="front.*?(?=<div class="section|<figure|$)', html.read_text(encoding="utf8"), re.S)[
        0
    ]
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<details.*?</details>", " ", front, flags=re.S)).split()
    text = re.sub(r"\s+", "", first.extract_text())
    shown = [word for word in words if re.fullmatch(r"[a-zA-Z]{6,}", word)]
    found = [word for word in shown if word in text]
    # Words broken by the setting of lines may be missed by the reader; a page that runs over would miss far more.
    assert len(shown) > 50
    assert len(found) >= 0.97 * len(shown)


def test_the_footer_counts_pages(made):
    _, _, pdf = made
    assert f"{len(pdf.pages)} / {len(pdf.pages)}" in pdf.pages[-1].extract_text()


def test_figures_become_pictures_that_stand_alone():
    svg = '<svg width="2"><text>a&nbsp;b</text></svg>'
    page = f'<div class="picture page" role="img" aria-label="Een &amp; ander">{svg}</div>'
    page += '<div class="picture phone" role="img" aria-label="x" style="display:none"><svg></svg></div>'
    paper = for_paper(page)
    assert "phone" not in paper
    assert 'alt="Een &amp; ander"' in paper
    svg = base64.b64decode(re.search('base64,([^"]+)', paper)[1]).decode("utf8")
    assert svg == '<svg xmlns="http://www.w3.org/2000/svg" width="2"><text>a\u00a0b</text></svg>'


def test_nothing_outside_the_page_is_read(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">CANARY</text></svg>', encoding="utf8")
    html = tmp_path / "in.html"
    html.write_text(f'<html lang="nl"><title>t</title><img alt="x" src="{secret.as_uri()}"></html>', encoding="utf8")
    pdf = PdfReader(export_pdf(html, tmp_path / "out.pdf"))
    assert "CANARY" not in pdf.pages[0].extract_text()


@pytest.mark.parametrize("fault", [ImportError, OSError])
def test_without_the_libraries_the_user_hears_what_to_do(tmp_path, monkeypatch, fault):
    def fail(name, *rest, **options):
        if name.startswith("weasyprint"):
            raise fault(name)
        return real(name, *rest, **options)

    real = builtins.__import__
    for name in [name for name in sys.modules if name.startswith("weasyprint")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", fail)
    with pytest.raises(WerkzorgError) as caught:
        export_pdf(tmp_path / "x.html", tmp_path / "x.pdf")
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert "pip install weasyprint" in caught.value.render()
