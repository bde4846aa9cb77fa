"""The draws of a peer (BCEA), read from where the user has them: every printed digit.

The files are GPL and stay out of this tree. Set `WERKZORG_BCEA` to the folder `data` of giabaio/BCEA and install
`rdata`.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from werkzorg.appraisal.decision import net_benefit
from werkzorg.appraisal.icer import compare_arms
from werkzorg.appraisal.information import evppi
from werkzorg.appraisal.thresholds import trace_thresholds

FOLDER = os.environ.get("WERKZORG_BCEA")
pytestmark = [
    pytest.mark.golden,
    pytest.mark.skipif(not FOLDER, reason="needs the GPL data files of BCEA: set WERKZORG_BCEA to their folder"),
]


def read(name):
    rdata = pytest.importorskip("rdata", reason="needs the package rdata to read files of R")
    return rdata.read_rda(Path(FOLDER) / f"{name}.RData")


def arms(values, names):
    return xr.DataArray(np.asarray(values, dtype=float), dims=("draw", "arm"), coords={"arm": names})


def test_vaccine():
    data = read("Vaccine")
    effect, cost = (arms(data[key], ["status quo", "vaccine"]) for key in ("eff", "cost"))
    assert compare_arms(effect, cost, "status quo", "vaccine")["icer"] == pytest.approx(20097.59148, abs=5.1e-6)
    thresholds = xr.DataArray([0, 20_000, 20_100, 25_000, 30_000, 50_000], dims="threshold")
    found = trace_thresholds(effect, cost, thresholds)
    assert found["evpi"].values == pytest.approx(
        [0.05621, 2.5056271, 2.526826, 2.414467, 2.3735717, 2.5533257], abs=5.1e-6
    )
    assert found["acceptability"].sel(arm="vaccine").values == pytest.approx([0.02, 0.457, 0.46, 0.529, 0.586, 0.697])
    assert found["expected_benefit"].sel(threshold=25_000).values == pytest.approx(
        [-36.0541234, -34.8256953], abs=5.1e-8
    )


def test_the_second_sample_of_vaccine_is_another_one():
    data = read("Vaccine")
    effect, cost = (arms(data[key], ["status quo", "vaccine"]) for key in ("e.pts", "c.pts"))
    assert compare_arms(effect, cost, "status quo", "vaccine")["icer"] == pytest.approx(20387.97, abs=0.0051)
    matrix = data["vaccine_mat"]
    names = [str(name) for name in matrix[matrix.dims[1]].values]
    parameters = xr.DataArray(np.asarray(matrix.values, float), dims=("draw", "parameter"), coords={"parameter": names})
    groups = {"pair": ["beta.1.", "beta.2."], "one": ["beta.1."]}
    # Fits by mgcv of the same draws; GAM against GAM agrees within 3%.
    for threshold, mgcv in ((20_000, [1.0196, 0.9864]), (20_100, [1.0347, 1.0015]), (25_000, [0.7154, 0.6733])):
        found = evppi(net_benefit(effect, cost, float(threshold)), parameters, groups)
        assert found["value"].values == pytest.approx(mgcv, rel=0.03)


def test_smoking():
    data = read("Smoking")
    effect, cost = (arms(data[key], ["1", "2", "3", "4"]) for key in ("eff", "cost"))
    found = trace_thresholds(effect, cost, xr.DataArray([200.0, 250, 500, 25_000], dims="threshold"))
    assert found["evpi"].values == pytest.approx([37.093905, 45.774078, 54.495251, 1545.1272], rel=5e-8, abs=5.1e-7)
    assert found["best"].values.tolist() == ["2", "4", "4", "4"]
    assert found["acceptability"].sel(threshold=250).values == pytest.approx([0.054, 0.264, 0.278, 0.404])
