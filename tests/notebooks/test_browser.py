"""Reports in a real browser, with no network: they open whole, and print on A4."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from werkzorg.reporting import make_reports

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

pytestmark = pytest.mark.slow

A4 = (595, 842)
"""Points."""


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no Chromium found: .ci/system-packages.sh installs it where it can")
    return found


@pytest.fixture(scope="module")
def reports(results_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    make_reports(results_folder, folder, ("municipality", "client"), ("nl",))
    return folder


def browse(browser, tmp_path, page, *options) -> str:
    """Open a page without any network (a proxy that nobody serves) and give what the browser prints."""
    fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    network = ["--no-first-run", "--disable-component-update", "--proxy-server=127.0.0.1:9"]
    command = [browser, *fixed, *network, f"--user-data-dir={tmp_path / 'profile'}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.mark.parametrize("reader", ["municipality", "client"])
def test_report_opens_whole_without_a_network(browser, reports, tmp_path, reader):
    page = reports / f"{reader}.nl.html"
    shown = browse(browser, tmp_path, page, "--dump-dom")
    written = page.read_text(encoding="utf8")
    for tag in ("<h1", "<figure", "<table", "<svg"):
        assert shown.count(tag) == written.count(tag) > 0
    assert "<script" not in shown


@pytest.mark.parametrize("reader", ["municipality", "client"])
def test_report_prints_on_a4(browser, reports, tmp_path, reader):
    paper = tmp_path / "page.pdf"
    browse(browser, tmp_path, reports / f"{reader}.nl.html", f"--print-to-pdf={paper}")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", paper.read_bytes())
    assert boxes
    for width, height in boxes:
        # Browsers round A4 to whole points or thousandths; US Letter is 612 x 792.
        assert (round(float(width)), round(float(height))) == A4
