"""Sampling of a compiled log density, or of a PyMC model where the sampler for densities is missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from werkzorg import constants
from werkzorg.inference.record_posterior import Density

VARIABLE = "vector"
"""Name of the sampled vector in the trace."""


def sample_density(
    density: Density,
    start: np.ndarray,
    *,
    seed: int,
    strict: bool = False,
    expand: Callable[[np.ndarray], np.ndarray] = np.asarray,
) -> tuple[Any, dict]:
    """Sample an unbounded vector with nutpie.

    Parameters
    ----------
    density : callable
        Vector to log density and gradient.
    start : ndarray (parameter,)
        Where chains begin, each a little aside.
    seed : int
        Seed of the sampler.
    strict : bool
        Smaller steps and a longer warm-up, for a second try.
    expand : callable
        What to keep of a sampled vector, of the same length: that is judged.

    Returns
    -------
    DataTree, dict
        The trace, its variable called `VARIABLE`, and the seconds it took.

    Raises
    ------
    ImportError
        nutpie is missing.
    """
    import nutpie
    from nutpie.compiled_pyfunc import from_pyfunc

    def make_density():
        def evaluate(vector, **_):
            value, gradient = density(vector)
            if np.isfinite(value) and np.isfinite(gradient).all():
                return value, gradient
            return -np.inf, np.zeros_like(vector)

        return evaluate

    def make_expand(*_):
        return lambda vector, **_: {VARIABLE: np.asarray(expand(vector), dtype=np.float64)}

    def begin(chain_seed):
        return start + constants.START_SPREAD * np.random.default_rng(chain_seed).standard_normal(start.size)

    began = time.perf_counter()
    model = from_pyfunc(
        start.size,
        make_density,
        make_expand,
        [np.dtype(float)],
        [(start.size,)],
        [VARIABLE],
        make_initial_point_fn=begin,
    )
    settings = constants.STRICT_SAMPLER if strict else constants.SAMPLER
    trace = nutpie.sample(model, **settings, seed=seed, progress_bar=False)
    return trace, {"sampling": time.perf_counter() - began}
