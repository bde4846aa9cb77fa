"""A page for each kind of figure, as fresh as the words, rows and functions it names."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
from pathlib import Path

import pytest

import werkzorg
from werkzorg.reporting.guide import formula_in, guide_page, page_of
from werkzorg.reporting.kinds import KINDS
from werkzorg.wording import say

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(werkzorg.__file__).parent


@pytest.fixture(scope="module")
def pages():
    spec = importlib.util.spec_from_file_location("make_figures", ROOT / "docs" / "make_figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def found(function: str) -> object:
    place, _, name = f"werkzorg.{function}".rpartition(".")
    return getattr(importlib.import_module(place), name)


def target(link: str) -> Path:
    """File of a link on a page; the package may be installed elsewhere."""
    path = (ROOT / "docs" / "figures" / link).resolve()
    own = ROOT / "werkzorg"
    return PACKAGE / path.relative_to(own) if path.is_relative_to(own) else path


def test_every_page_is_fresh_and_there_is_no_other(pages):
    there = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf8") for path in ROOT.glob("docs/figures/*")}
    assert there == pages, "python docs/make_figures.py"


def test_every_kind_has_its_page(pages):
    assert {page_of(name) for name in KINDS} | {"docs/figures/README.md"} == set(pages)


@pytest.mark.parametrize("name", KINDS)
def test_links_lead_to_files(pages, name):
    links = re.findall(r"\]\(([^)]+)\)", pages[page_of(name)])
    assert links and all(target(link).is_file() for link in links)


@pytest.mark.parametrize("name", KINDS)
def test_functions_are_there_and_the_last_one_draws_the_figure(name):
    functions = [found(function) for function in KINDS[name].functions]
    assert all(callable(function) and function.__doc__ for function in functions)
    assert functions[-1].__name__ == name


@pytest.mark.parametrize("name", KINDS)
def test_rows_are_those_that_the_figure_asks_for(name):
    """Every kind of row that the module of the drawing names is told, and every row told has a maker."""
    source = inspect.getsource(inspect.getmodule(found(KINDS[name].functions[-1])))
    asked = set(re.findall(r'quantity="(\w+)"', source)) - {"{measure}_pmf"}
    assert asked <= set(KINDS[name].quantities)
    makers = " ".join(path.read_text(encoding="utf8") for path in (PACKAGE / "release").glob("*.py"))
    for quantity in KINDS[name].quantities:
        # Some names are put together from a stem and the measure.
        assert f'"{quantity}"' in makers, quantity


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_beside_the_reports_holds_the_same(lang):
    page = guide_page(lang, "1").replace("&lt;", "<").replace("&gt;", ">")
    for name, kind in KINDS.items():
        assert formula_in(kind.formula, lang) in page and page_of(name) in page
        assert all(function in page for function in kind.functions)
    assert page.count(f"<summary>{say('guide.exact', lang)}</summary>") == len(KINDS)
