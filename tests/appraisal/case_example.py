"""A made-up pilot with records in a folder, its tables, and a projection from draws of the prior: quick to make."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from werkzorg.cases.simulate import simulate
from werkzorg.cases.truth import default_truth
from werkzorg.inference.fit import draw_prior
from werkzorg.params.pilots import load_pilot
from werkzorg.pilot import Pilot
from werkzorg.projection.trajectory import project
from werkzorg.run.records import CaseRecords, read_records

MONTHS = 36
NO_EFFECT = {
    "entry_ratio_programme": 1.0,
    "entry_ratio_programme_late": 1.0,
    "work_cost_log_ratio": 0.0,
    "work_admission_log_ratio": 0.0,
    "work_wmo_log_ratio": 0.0,
    # Whoever is lost sooner weighs less in a sum over cases than in the mean of the group.
    "dropout_month": 0.0,
    "consent_withdrawn": 0.0,
}
"""A truth in which the programme does nothing and nobody is lost."""


def make_pilot(folder: Path, cases: int = 40, comparison: int = 20, **truth: float) -> tuple[Pilot, CaseRecords]:
    """Pilot and records; the projection goes no further than the records."""
    stated = default_truth().model_copy(update=truth)
    simulate(folder, cases=cases, comparison=comparison, months=MONTHS, seed=5, truth=stated, form="parquet")
    pilot = load_pilot(str(folder / "pilot.yaml")).model_copy(update={"horizon_months": MONTHS})
    return pilot, read_records(str(folder / "pilot.yaml"), pilot)


def prior_trajectory(pilot: Pilot, draws: int = 40) -> xr.Dataset:
    """A projection from the prior: enough for everything that does not need the right parameters."""
    return project(pilot, draw_prior(pilot).isel(draw=slice(0, draws)))
