"""What axe-core finds in an open page, as lines to read: shared by the tests of pages."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
"""Rules that are checked: WCAG 2.1, level A and AA, and what axe-core calls good practice."""


def findings(page: Page, within: str | None = None) -> list[str]:
    """Everything axe-core objects to in the page as it is now.

    Parameters
    ----------
    page : Page
        Open in a browser; a strict content policy of the page stays in force.
    within : str, optional
        Selector of the part to check; the whole document when there is none.

    Returns
    -------
    list of str
        Rule, what is wrong, and where; empty when there is nothing.
    """
    options = {"runOnly": {"type": "tag", "values": list(STANDARD)}, "resultTypes": ["violations"]}
    found = Axe().run(page, within, options).response
    return [
        f"{rule['id']}: {rule['help']}: {node['target']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
