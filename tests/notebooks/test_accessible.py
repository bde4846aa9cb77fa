"""Every report, in both languages, on a screen and on a phone: nothing for axe-core to object to, nothing cut off."""

from __future__ import annotations

import pytest
from accessibility import findings

from werkzorg.reporting.make import READERS

pytestmark = pytest.mark.slow

PAGES = (*READERS, "leeswijzer")
WIDTHS = (1280, 320)
"""A screen, and what is left of it at 400% zoom (WCAG 1.4.10)."""

TOO_WIDE = """[...document.querySelectorAll('.scroll')]
  .filter((one) => one.querySelector('table') && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.scrollWidth + ' ' + one.getAttribute('aria-label'))"""
"""Tables that do not fit in their place."""


@pytest.fixture
def reports(all_reports):
    return all_reports[0]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_at_every_width(browser, reports, name, lang):
    page = browser.new_page()
    page.goto((reports / f"{name}.{lang}.html").as_uri())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert findings(page) == [], width
        # A figure of two dimensions that needs more room scrolls by itself; the page does not.
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    # On the phone, with everything folded out: no table is cut off, none needs to be scrolled.
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[-1]
    assert page.evaluate(TOO_WIDE) == []
    page.close()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_report_links_to_the_guide_beside_it(browser, reports, lang):
    for name in READERS:
        page = browser.new_page()
        page.goto((reports / f"{name}.{lang}.html").as_uri())
        link = page.locator("p.guide a").get_attribute("href")
        assert (reports / link).is_file()
        page.close()
