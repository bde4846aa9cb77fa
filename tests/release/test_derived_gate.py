"""Chains that agree on every parameter and not on a result: the result has gates of its own."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from werkzorg import constants
from werkzorg.release.release import gate_rows

PILOT = SimpleNamespace(main_horizon_months=60)
SOUND = '[{"id": "sampling.rhat", "value": 1.0, "warn": 1.01, "stop": 1.05, "verdict": "ok"}]'


def appraisal(shift, party):
    """Net results of which one party has another mean in the last chain."""
    draws = np.random.default_rng(1).standard_normal((constants.CHAINS, 500, len(PARTIES)))
    draws[-1, :, PARTIES.index(party)] += shift
    values = draws.reshape(-1, len(PARTIES))[:, :, None, None]
    coords = {"party": PARTIES, "horizon": [60], "view": ["society"]}
    return xr.Dataset({"net": (("draw", "party", "horizon", "view"), values)}, coords)


PARTIES = ["client", "municipality", "insurer", "ggz_institution", "society"]


@pytest.mark.parametrize("party", PARTIES)
def test_chains_that_disagree_on_one_result_stop_the_run(party):
    posterior = xr.Dataset(attrs={"gates": SOUND})
    for shift, verdict in ((0.0, "ok"), (3.0, "stop")):
        gates = {gate["id"]: gate["verdict"] for gate in gate_rows(posterior, appraisal(shift, party), PILOT)}
        assert gates["sampling.rhat"] == "ok" and gates["net.rhat"] == verdict
