"""The PyMC model of a pilot with case records: the reference of the compiled density, and its fallback.

The parameters that counts speak of keep their names, priors and likelihood (`inference.model`), so counts and
records of one pilot go together. All data are shared variables of unknown length: another pilot compiles nothing.
"""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from werkzorg.inference import chances, dual, published_kernel, record_kernel
from werkzorg.inference.counts import CountData
from werkzorg.inference.model import counts_likelihood
from werkzorg.inference.node import LogLikelihood
from werkzorg.inference.record_data import EFFECTS
from werkzorg.inference.record_likelihood import ARRAYS, BOUNDED, NORMAL
from werkzorg.inference.record_posterior import RecordPrior
from werkzorg.inference.transitions import PARAMETERS

records_likelihood = LogLikelihood(record_kernel.record_log_likelihood, record_kernel, published_kernel, dual, chances)
"""Likelihood of reduced case records as a node."""

SAMPLED = ("z", "effects", "work", "unit")
"""Variables of the sampler."""


def build_record_model(data: dict[str, np.ndarray], counts: CountData, prior: RecordPrior) -> pm.Model:
    """The model, with its data set; nothing is compiled or sampled.

    Parameters
    ----------
    data : dict of ndarray
        From `record_likelihood.arrays`.
    counts : CountData
        Dated counts of people of whom there are no records; without rows when there are none.
    prior : RecordPrior
        Priors.
    """
    coords = {"parameter": list(NORMAL), "effect": list(EFFECTS), "share": list(BOUNDED)}
    with pm.Model(coords=coords) as model:
        z = pm.Normal("z", pm.Data("mu", prior.mu), pm.Data("sigma", prior.sigma), dims="parameter")
        effects = pm.Normal("effects", 0.0, 1.0, dims="effect")
        nu, centre, scale = (
            pm.Data(name, value) for name, value in zip(("nu", "centre", "scale"), prior.student, strict=True)
        )
        work = pm.StudentT("work", nu=nu, mu=centre, sigma=scale)
        alpha, beta = pm.Data("alpha", prior.bounded.alpha), pm.Data("beta", prior.bounded.beta)
        unit = pm.Beta("unit", alpha, beta, dims="share")
        bounded = pm.Data("low", prior.bounded.low) + pm.Data("width", prior.bounded.width) * unit
        values = pt.concatenate([z, effects, pt.reshape(work, (1,)), bounded])
        pm.Potential("records", records_likelihood(values, *(pm.Data(name, data[name]) for name in ARRAYS))[0])
        rows = [pm.Data(f"counts_{name}", getattr(counts, name)) for name in ("weights", "mask", "counts")]
        pm.Potential("counts", counts_likelihood(z[: len(PARAMETERS)], *rows)[0])
    return model
