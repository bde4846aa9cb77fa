"""Results of the shipped practices from a few draws of the prior: quick, and made once."""

from __future__ import annotations

import functools

import pytest

import werkzorg
from werkzorg.release.practices import practice_facts, practice_rows
from werkzorg.release.results import Results, as_frame
from werkzorg.release.rows import rests_on_of

FEW = 120


@functools.cache
def _made(name):
    pilot = werkzorg.load_pilot(name)
    posterior = werkzorg.first_answer(pilot).isel(draw=slice(FEW))
    ledger = werkzorg.settle(pilot, werkzorg.project(pilot, posterior))
    appraisal = werkzorg.appraise(pilot, ledger)
    return pilot, posterior, list(practice_rows(pilot, posterior, appraisal, rests_on_of(posterior)))


@pytest.fixture(scope="session")
def practice():
    """`practice(name)` gives pilot, draws and the rows that are special to it."""
    return _made


@pytest.fixture(scope="session")
def table():
    """`table(name)` gives those rows as a results table, with the facts that tables and sentences read."""

    def make(name):
        pilot, _, rows = _made(name)
        facts = {"main_horizon": pilot.main_horizon_months, "basis": "nothing", **practice_facts(pilot)}
        facts["gates_verdict"] = "ok"
        facts["participants_planned"] = pilot.participants_planned
        return Results(facts, as_frame(rows, "table"), as_frame([], "assumptions"), as_frame([], "gates"))

    return make
