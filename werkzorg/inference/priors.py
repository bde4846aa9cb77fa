"""Priors of the chain's parameters on the log scale, where they are one vector of normal variables."""

from __future__ import annotations

import numpy as np

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.transitions import ON_LOG_SCALE, PARAMETERS
from werkzorg.params import Catalogue


def prior_on_log_scale(catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each parameter's logarithm.

    Parameters
    ----------
    catalogue : Catalogue
        Parameters with the pilot's local values and evidence set.

    Returns
    -------
    tuple of ndarray (parameter,)
        In the order of `PARAMETERS`.

    Raises
    ------
    WerkzorgError
        A parameter whose prior is not log-normal (normal, for one that is a logarithm itself).
    """
    moments, problems = [], []
    for name in PARAMETERS:
        distribution = catalogue.distribution(name)
        wanted = "Normal" if name in ON_LOG_SCALE else "LogNormal"
        if distribution is None or distribution.name != wanted or distribution.truncated:
            problems.append(Problem("inference.prior_family", where=name, values={"id": name, "family": wanted}))
        else:
            moments.append((distribution.params["mu"], distribution.params["sigma"]))
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    mu, sigma = np.array(moments).T
    return mu, sigma


def natural_scale(z: np.ndarray) -> dict[str, np.ndarray]:
    """Parameters by name from their logarithms, shape (..., parameter) to (...)."""
    return {name: z[..., i] if name in ON_LOG_SCALE else np.exp(z[..., i]) for i, name in enumerate(PARAMETERS)}
