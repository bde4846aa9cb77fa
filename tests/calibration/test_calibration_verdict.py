"""Reports call the model calibrated only when the certificate speaks of this very version."""

from __future__ import annotations

import ast

import pytest

from werkzorg.params import catalogue
from werkzorg.reporting import calibration
from werkzorg.reporting.calibration import PRIORS, calibration_state, calibration_verdict, model_hash


def certificate(**changes):
    """A certificate of the present version, complete and without a failure; changes are those of counts."""
    kind = {"sets": 18_000, "cells": 18, "complete": 18, "judged": True, "failures": 0}
    code = changes.pop("code", model_hash())
    kinds = {"counts": kind | changes, "records": kind, "aggregates": kind | {"judged": False}}
    return {"code": code, "date": "2026-11-22", "wanted": 200, "kinds": kinds}


@pytest.mark.parametrize(
    ("changes", "state", "dutch", "english"),
    [
        ({}, "full", "Gekalibreerd: op 22 november 2026", "Calibrated: on 22 November 2026"),
        ({"complete": 12}, "partly", "Deels gekalibreerd: op", "Partly calibrated: on"),
        ({"failures": 2}, "limits", "Getoetst met voorbehoud", "Tested with reservations"),
        ({"judged": False}, "none", "Niet gekalibreerd", "Not calibrated"),
        ({"code": "0" * 16}, "none", "Niet gekalibreerd voor deze versie", "Not calibrated for this version"),
    ],
)
def test_the_sentence_follows_the_certificate(changes, state, dutch, english):
    made = certificate(**changes)
    assert calibration_state(made, "counts") == state
    assert calibration_verdict("nl", "technical", "counts", made).startswith(dutch)
    assert calibration_verdict("en", "technical", "counts", made).startswith(english)
    # Other readers get one short sentence, and never the word without its reservation.
    short = calibration_verdict("nl", "insurer", "counts", made)
    assert ("is gekalibreerd" in short) == (state == "full")


def test_a_report_speaks_of_pilots_with_its_own_kind_of_data():
    made = certificate(sets=77)
    assert "77 made-up pilots with counts" in calibration_verdict("en", "technical", "counts", made)
    assert "77 made-up pilots with counts" in calibration_verdict("en", "technical", "nothing", made)
    assert "18,000 made-up pilots with records" in calibration_verdict("en", "technical", "records", made)
    assert calibration_verdict("en", "technical", "aggregates", made).startswith("Not calibrated")


def test_without_a_certificate_nothing_is_called_calibrated(tmp_path):
    assert calibration.read_certificate(tmp_path / "none.json") is None
    assert calibration_state(None, "counts") == "none"


def test_comments_and_docstrings_are_not_the_model_but_code_is():
    plain = ast.parse("def f(x):\n    return x + 1\n")
    told = ast.parse(
        '"""Module."""\n\n\ndef f(x):\n    """Add one."""\n    # Why not.\n    return x + 1\n\n\n"""After."""\n'
    )
    other = ast.parse("def f(x):\n    return x - 1\n")
    assert calibration._written(plain) == calibration._written(told) != calibration._written(other)


def test_all_priors_of_the_model_are_in_the_hash():
    found = calibration._priors()
    assert set(found) == set(PRIORS)
    # Read as text for speed; here held against the catalogue.
    for name, text in found.items():
        prior = catalogue().distribution(name)
        assert f"name: {prior.name}" in text
        assert all(f"{key}: " in text for key in prior.params)


def test_another_prior_or_another_line_of_code_is_another_hash(monkeypatch):
    usual = model_hash()
    changed = calibration._priors() | {"p_cost_sigma": "{name: LogNormal, mu: 0.3, sigma: 0.15}"}
    monkeypatch.setattr(calibration, "_priors", lambda: changed)
    assert model_hash.__wrapped__() != usual
    monkeypatch.undo()
    monkeypatch.setattr(calibration, "ROOMS", calibration.ROOMS[:1])
    assert model_hash.__wrapped__() != usual
    monkeypatch.undo()
    assert model_hash.__wrapped__() == usual
