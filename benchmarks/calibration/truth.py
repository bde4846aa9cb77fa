"""The truth of a data set: one draw of every parameter from the priors of its cell."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from contextlib import contextmanager

import numpy as np
import xarray as xr

from benchmarks.calibration.cells import Cell, pilot_of
from werkzorg.inference import fit
from werkzorg.inference.record_data import EFFECTS
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, WORK_EFFECT
from werkzorg.inference.updates import OWN_LEVEL
from werkzorg.params import Catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

SPREAD = "hazard.effect_scale"
YEAR = 12


@contextmanager
def drawing(draws: int, distinct: int | None = None):
    """Let the package make so many draws instead of its usual number: speed is all that changes.

    Parameters
    ----------
    draws : int
        Draws of a fit.
    distinct : int, optional
        Draws of parameters without data that differ; after these the same come again. Who looks at no more than the
        first so many sees no difference.
    """
    usual, usual_draw = fit.DRAWS, fit.draw_parameter

    def draw_few(catalogue: Catalogue, name: str, pilot: Pilot, seed: int) -> np.ndarray:
        fit.DRAWS = distinct
        try:
            return np.resize(usual_draw(catalogue, name, pilot, seed), draws)
        finally:
            fit.DRAWS = draws

    fit.DRAWS = draws
    if distinct is not None:
        fit.draw_parameter = draw_few
    try:
        yield
    finally:
        fit.DRAWS, fit.draw_parameter = usual, usual_draw


def draw_truth(cell: Cell, seed: int) -> dict[str, float]:
    """One value of every uncertain parameter, and of what only the model on records has.

    Besides parameters there are `level.severe` and `level.common`: cost per month in care before the start, EUR. With
    records the cost level of the institution is part of the truth and sits in the prices of care.
    """
    pilot, rng = pilot_of(cell), np.random.default_rng([seed, 1])
    known = catalogue_of(pilot)
    with drawing(1):
        truth = {name: float(fit.draw_parameter(known, name, pilot, seed)[0]) for name in fit.uncertain(known)}
    names = sorted({*NORMAL, *BOUNDED, WORK_EFFECT} - set(truth))
    truth |= {name: _drawn(known, name, seed) for name in names}
    truth |= {f"effect.{name}": truth[SPREAD] * float(rng.standard_normal()) for name in EFFECTS}
    if cell.kind == "records":
        truth |= _own_prices(truth, known, rng)
    admissions = truth["care.admission_year_common"] * truth["ggz.crisis_admission"]
    common = max(truth["ggz.cost_per_client"] - admissions, 1.0)
    return truth | {"level.severe": truth["ggz.fact_year"] / YEAR, "level.common": common / YEAR}


def _drawn(known: Catalogue, name: str, seed: int) -> float:
    rng = np.random.default_rng([seed, 2, zlib.crc32(name.encode())])
    return float(known.distribution(name).sample(1, rng)[0])


def _own_prices(truth: Mapping[str, float], known: Catalogue, rng: np.random.Generator) -> dict[str, float]:
    """Prices at the level of this institution: the national ones times a log-normal factor."""
    spread = known.distribution("care.institution_spread").params["sigma"]
    severe, common = np.exp(spread * rng.standard_normal(2))
    admissions = truth["care.admission_year_common"] * truth["ggz.crisis_admission"]
    outpatient = max(truth["ggz.cost_per_client"] - admissions, 1.0)
    return {
        "ggz.fact_year": float(truth["ggz.fact_year"] * severe),
        "ggz.cost_per_client": float(outpatient * common + admissions),
        OWN_LEVEL: 1.0,
    }


def beside(posterior: xr.Dataset, truth: Mapping[str, float]) -> xr.Dataset:
    """The draws with the truth as one more, the last: everything after the fit is then worked out for both at once.

    Raises
    ------
    KeyError
        The posterior holds a parameter that has no truth: the calibration must learn of it.
    """
    draws = posterior.sizes["draw"]
    joined = {
        name: ("draw", np.append(values.values, truth[name]), values.attrs)
        for name, values in posterior.data_vars.items()
    }
    return xr.Dataset(joined, coords={"draw": np.arange(draws + 1)}, attrs=posterior.attrs)


def side_by_side(joints: Mapping[int, xr.Dataset], seed: int) -> xr.Dataset:
    """Draws of several data sets of one cell after each other, as if of one.

    Parameters
    ----------
    joints : mapping of int to Dataset, (draw,)
        By number of the data set, all with as many draws. The label of a draw follows from that number, and what is
        left to chance after the fit from label and seed: so it is the same whichever data sets stand beside it.
    seed : int
        Seed of what is left to chance after the fit.
    """
    first = next(iter(joints.values()))
    joined = {
        name: ("draw", np.concatenate([joint[name].values for joint in joints.values()]), values.attrs)
        for name, values in first.data_vars.items()
    }
    labels = [np.arange(joint.sizes["draw"]) + number * joint.sizes["draw"] for number, joint in joints.items()]
    return xr.Dataset(joined, coords={"draw": np.concatenate(labels)}, attrs=first.attrs | {"seed": seed})
