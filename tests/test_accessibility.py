"""The check of pages itself: it finds what is wrong, and nothing where all is well."""

from __future__ import annotations

import pytest
from accessibility import findings

PAGE = """<!doctype html><html lang="{lang}"><head><title>Toets</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head>
<body><main><h1>Toets</h1><p {style}>tekst</p><input type="text" {label}></main></body></html>"""


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({}, []),
        ({"lang": ""}, ["html-has-lang"]),
        ({"label": ""}, ["label"]),
        ({"style": 'bgcolor="x"><font color="#bbbbbb">flets</font><p'}, ["color-contrast"]),
    ],
)
def test_faults_are_found_and_nothing_else(browser, tmp_path, changed, rules):
    values = {"lang": "nl", "label": 'aria-label="naam"', "style": ""} | changed
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(**values), encoding="utf8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert [line.split(":")[0] for line in findings(page)] == rules
    page.close()
