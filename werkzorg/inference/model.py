"""The PyMC model of a pilot with counts: build, check and sample are separate calls.

The prior of every parameter is (log-)normal, so that all of them are one vector of random variables on the
log scale, and the likelihood is one node with its own gradient (`counts.log_likelihood`). Data and
priors are shared variables of unknown length: another pilot, or another evidence set, compiles nothing.
"""

from __future__ import annotations

import hashlib
import inspect
import time
from typing import Any

import numba
import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pytensor.gradient import disconnected_type
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import register_funcify_default_op_cache_key

from werkzorg import constants
from werkzorg.inference import counts as counts_module
from werkzorg.inference.counts import CountData, log_likelihood
from werkzorg.inference.transitions import PARAMETERS


class CountsLogLikelihood(Op):
    """Log likelihood of the counts as one node of the graph, with its gradient as second output."""

    __props__ = ()

    def make_node(self, z, weights, mask, counts) -> Apply:
        """Symbolic call: a scalar log likelihood and a vector of derivatives."""
        return Apply(self, [pt.as_tensor(x) for x in (z, weights, mask, counts)], [pt.dscalar(), pt.dvector()])

    def perform(self, node, inputs, outputs) -> None:
        """Evaluate (used by backends other than numba)."""
        value, gradient = log_likelihood(*inputs)
        outputs[0][0], outputs[1][0] = np.asarray(value), gradient

    def connection_pattern(self, node) -> list[list[bool]]:
        """Only the first output depends differentiably on the first input."""
        return [[True, False], [False, False], [False, False], [False, False]]

    def pullback(self, inputs, outputs, cotangents) -> list:
        """Gradient with respect to the parameters; data have none."""
        return [cotangents[0] * outputs[1], *(disconnected_type() for _ in range(3))]


CODE_VERSION = int.from_bytes(hashlib.sha256(inspect.getsource(counts_module).encode()).digest()[:6], "big")
"""Stands in the key of the compile cache: a changed likelihood is never served from an old compilation."""


@register_funcify_default_op_cache_key(CountsLogLikelihood)
def _compile_with_numba(op, node, **kwargs):
    # No cache of numba's own here: it would look at this file only, not at the one with the likelihood.
    @numba.njit
    def evaluate(z, weights, mask, counts):
        value, gradient = log_likelihood(z, weights, mask, counts)
        return np.asarray(value), gradient

    return evaluate, CODE_VERSION


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
        weights, mask, counts = (
            pm.Data(name, values)
            for name, values in (("weights", data.weights), ("mask", data.mask), ("counts", data.counts))
        )
        pm.Potential("log_likelihood", CountsLogLikelihood()(z, weights, mask, counts)[0])
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
