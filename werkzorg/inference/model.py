"""The PyMC model of a pilot with counts: build, check and sample are separate calls.

The prior of every parameter is (log-)normal, so that all of them are one vector of random variables on the
log scale, and the likelihood is one node with its own gradient (`counts.log_likelihood`). Data and
priors are shared variables of unknown length: another pilot, or another evidence set, compiles nothing.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pymc as pm

from werkzorg import constants
from werkzorg.inference import counts, dual
from werkzorg.inference.counts import CountData, log_likelihood
from werkzorg.inference.node import LogLikelihood
from werkzorg.inference.transitions import PARAMETERS

counts_likelihood = LogLikelihood(log_likelihood, counts, dual)
"""Likelihood of dated counts as a node."""


def build_model(data: CountData, mu: np.ndarray, sigma: np.ndarray) -> pm.Model:
    """The model, with its data set; nothing is compiled or sampled.

    Parameters
    ----------
    data : CountData
        Counts of the pilot.
    mu, sigma : ndarray (parameter,)
        Prior on the log scale.
    """
    with pm.Model(coords={"parameter": list(PARAMETERS)}) as model:
        prior_mu = pm.Data("prior_mu", mu, dims="parameter")
        prior_sigma = pm.Data("prior_sigma", sigma, dims="parameter")
        z = pm.Normal("z", prior_mu, prior_sigma, dims="parameter")
        weights, mask, persons = (
            pm.Data(name, values)
            for name, values in (("weights", data.weights), ("mask", data.mask), ("counts", data.counts))
        )
        pm.Potential("log_likelihood", counts_likelihood(z, weights, mask, persons)[0])
    return model


def sample(model: pm.Model, seed: int) -> tuple[Any, dict[str, float]]:
    """Sample with nutpie, with `pm.sample` where nutpie is missing.

    Parameters
    ----------
    model : pymc.Model
        From :func:`build_model`.
    seed : int
        Seed of the sampler.

    Returns
    -------
    DataTree, dict
        The trace as the sampler gives it (only `diagnostics` reads it), and the seconds of compilation and sampling.
    """
    settings = {
        "draws": constants.DRAWS_PER_CHAIN,
        "tune": constants.TUNE_PER_CHAIN,
        "chains": constants.CHAINS,
        "target_accept": constants.TARGET_ACCEPT,
    }
    start = time.perf_counter()
    try:
        import nutpie
    except ImportError:
        with model:
            trace = pm.sample(
                **settings,
                nuts_sampler="pymc",
                cores=1,
                random_seed=seed,
                progressbar=False,
                compute_convergence_checks=False,
            )
        return trace, {"sampling": time.perf_counter() - start}
    compiled_model = nutpie.compile_pymc_model(model)
    ready = time.perf_counter()
    trace = nutpie.sample(compiled_model, **settings, seed=seed, progress_bar=False)
    return trace, {"compile": ready - start, "sampling": time.perf_counter() - ready}
