"""Structure of the PDFs, as far as the rules of PDF/UA can be read without a validator.

veraPDF, the independent validator, comes neither with Debian nor from PyPI. These are rules of its kind that pypdf can
see: all content has a tag or is an artefact, tags stand where they may, no heading is skipped, links are described.
"""

from itertools import pairwise

import nbformat
import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from werkzorg.reporting import export_html
from werkzorg.reporting.pdf import export_pdf
from werkzorg.reporting.report import Report

PAINTING = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"sh", b"Do"}
"""Operators that put something on the page."""

PARENTS = {
    "/TR": {"/Table", "/THead", "/TBody"}, "/TH": {"/TR"}, "/TD": {"/TR"}, "/THead": {"/Table"}, "/TBody": {"/Table"},
    "/LI": {"/L"},
}  # fmt: skip
"""In what a tag may stand."""


@pytest.fixture(scope="module")
def pdf(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tags")
    report = Report(results, "municipality", "nl")
    pieces = [report.title(), report.front_page(), report.section("chances"), report.figure("gain_probabilities")]
    pieces += [report.acceptability("municipality"), report.table("effects"), report.assumptions()]
    cells = [
        nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", {"text/html": piece.markup})])
        for piece in pieces
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")
    html = export_html(folder / "n.ipynb", folder / "r.html", "nl", "Titel", "Voet", "leeswijzer.nl.html")
    return PdfReader(export_pdf(html, folder / "r.pdf"))


def tags(element, parent=""):
    """Pairs of a tag and the one it stands in, in reading order."""
    element = element.get_object()
    if not isinstance(element, dict):
        return
    own = str(element.get("/S", parent))
    if "/S" in element:
        yield own, parent
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        if not isinstance(child, int):
            yield from tags(child, own)


def test_all_that_is_painted_has_a_tag_or_is_an_artefact(pdf):
    for page in pdf.pages:
        depth, painted = 0, 0
        for _arguments, operator in ContentStream(page["/Contents"].get_object(), pdf).operations:
            depth += (operator in (b"BDC", b"BMC")) - (operator == b"EMC")
            painted += operator in PAINTING
            assert depth > 0 or operator not in PAINTING, operator
        assert depth == 0 and painted


def test_parts_of_tables_and_lists_stand_where_they_may(pdf):
    found = set(tags(pdf.trailer["/Root"]["/StructTreeRoot"]))
    assert {"/TR", "/TH", "/TD"} <= {tag for tag, _ in found}
    assert {(tag, parent) for tag, parent in found if parent not in PARENTS.get(tag, {parent})} == set()


def test_no_level_of_headings_is_skipped(pdf):
    levels = [int(tag[2]) for tag, _ in tags(pdf.trailer["/Root"]["/StructTreeRoot"]) if tag[:2] == "/H" and tag[2:]]
    assert levels[0] == 1 and levels.count(1) == 1 and len(levels) > 5
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_pages_are_read_in_the_order_of_the_tags_and_links_are_described(pdf):
    links = 0
    for page in pdf.pages:
        assert page["/Tabs"] == "/S" and "/StructParents" in page
        for annotation in page.get("/Annots", []):
            annotation = annotation.get_object()
            links += 1
            assert annotation["/Subtype"] == "/Link" and annotation["/Contents"] and "/StructParent" in annotation
    assert links
