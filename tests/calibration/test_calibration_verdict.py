"""Reports call the model calibrated only when the certificate speaks of this very version."""

from __future__ import annotations

import ast

import pytest

from werkzorg.params import catalogue
from werkzorg.reporting import calibration
from werkzorg.reporting.calibration import PRIORS, calibration_state, calibration_verdict, model_hash

FAILURE = {"kind": "counts", "quantity": "net.insurer.60", "level": 80, "share": 0.6, "sets": 400}


def certificate(**changes):
    """A certificate of the present version, complete and without a failure."""
    summary = {"sets": 18_000, "cells": 90, "complete": 90, "pooled": 500, "passed": True, "failures": []}
    whole = {"code": model_hash(), "date": "2026-11-22", "wanted": 200}
    return whole | {key: changes[key] for key in changes if key in whole} | {"summary": summary | changes}


@pytest.mark.parametrize(
    ("changes", "state", "dutch", "english"),
    [
        ({}, "full", "Gekalibreerd: op 22 november 2026", "Calibrated: on 22 November 2026"),
        ({"complete": 12}, "partly", "Deels gekalibreerd: op", "Partly calibrated: on"),
        ({"passed": False, "failures": [FAILURE]}, "limits", "Getoetst met voorbehoud", "Tested with reservations"),
        ({"pooled": 0, "passed": False}, "none", "Niet gekalibreerd", "Not calibrated"),
        ({"code": "0" * 16}, "none", "Niet gekalibreerd voor deze versie", "Not calibrated for this version"),
    ],
)
def test_the_sentence_follows_the_certificate(changes, state, dutch, english):
    made = certificate(**changes)
    assert calibration_state(made) == state
    assert calibration_verdict("nl", certificate=made).startswith(dutch)
    assert calibration_verdict("en", certificate=made).startswith(english)
    # Other readers get one short sentence, and never the word without its reservation.
    short = calibration_verdict("nl", "insurer", made)
    assert ("is gekalibreerd" in short) == (state == "full")


def test_without_a_certificate_nothing_is_called_calibrated(tmp_path):
    assert calibration.read_certificate(tmp_path / "none.json") is None
    assert calibration_state(None) == "none"


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
