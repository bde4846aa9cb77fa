"""Braces in names: a sentence that is filled in never fills in what it was given."""

from __future__ import annotations

import pytest
from results_example import example

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting.report import Report

BRACES = "{meta} {0} {value.__class__} {{x}} %s %(name)s ${HOME}"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_braces_in_a_name_are_only_text(lang):
    for reader in ("municipality", "technical"):
        report = Report(example(pilot_name=BRACES), reader, lang)
        assert BRACES in report.title().markup + report.front_page().markup
    error = WerkzorgError(ExitCode.CONFIGURATION, Problem("pilot.remote", values={"path": BRACES}))
    assert BRACES in error.render(lang)
