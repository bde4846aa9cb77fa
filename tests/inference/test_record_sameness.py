"""Characteristics that are the same for all, or always go together: the prior keeps what data cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

import werkzorg
from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.inference.reduction import reduce_records

EFFECT = "effect.entry.severe"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("same") / "pilot"
    simulate(folder, cases=40, comparison=40, seed=5, form="parquet")
    return werkzorg.load_pilot(folder), read_tables(folder)


@pytest.mark.parametrize("kind", ["the same for all", "together"])
def test_what_data_cannot_tell_apart_stays_with_the_prior(small, kind):
    pilot, tables = small
    cases = tables["cases"].copy()
    if kind == "the same for all":
        cases["diagnosis_group"] = "severe"
    else:
        cases["months_on_benefit"] = np.where(cases["diagnosis_group"] == "severe", 60, 3)
    posterior = werkzorg.first_answer(pilot, records=reduce_records(pilot, {**tables, "cases": cases}))
    assert all(np.isfinite(posterior[name]).all() for name in posterior)
    if kind == "the same for all":
        usual = werkzorg.first_answer(pilot, records=reduce_records(pilot, tables))
        # Centred, so nothing is left of it: the mean of the prior is nil, and the spread is not made smaller.
        assert abs(float(posterior[EFFECT].mean())) < 0.1 * float(posterior[EFFECT].std())
        assert float(posterior[EFFECT].std()) > 1.02 * float(usual[EFFECT].std())
