"""Priors as vectors: normal on the (log) scale, StudentT for the effect of work on cost, Beta between bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.transitions import ON_LOG_SCALE, PARAMETERS
from werkzorg.params import Catalogue
from werkzorg.params.distributions import Distribution, beta_shapes

RECORD_LOGARITHMS = (
    "p_log_rtm_ggz_cost",
    "p_logor_admission_in_work",
    "p_logor_wmo_in_work",
    "selection.comparison_gap",
    "care.work_selection",
    "care.rtm_gap",
    "care.trend_year",
    "care.level",
    "care.level_severe",
    "care.level_comparison",
    "care.level_worker",
)
"""Parameters of the records that are logarithms themselves."""


def is_logarithm(name: str) -> bool:
    """Whether a parameter is a logarithm itself; the others enter the likelihood as their logarithm."""
    return name in ON_LOG_SCALE or name in RECORD_LOGARITHMS


def prior_on_log_scale(catalogue: Catalogue, names: Sequence[str] = PARAMETERS) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each parameter's logarithm.

    Parameters
    ----------
    catalogue : Catalogue
        Parameters with the pilot's local values and evidence set.
    names : sequence of str
        Parameter ids, in the order wanted.

    Returns
    -------
    tuple of ndarray (parameter,)
        In the order of `names`.

    Raises
    ------
    WerkzorgError
        A parameter whose prior is not log-normal (normal, for one that is a logarithm itself).
    """
    wanted = {name: ("Normal",) if is_logarithm(name) else ("LogNormal",) for name in names}
    distributions = _distributions(catalogue, wanted)
    mu, sigma = np.array([(each.params["mu"], each.params["sigma"]) for each in distributions]).T
    return mu, sigma


def student_prior(catalogue: Catalogue, name: str) -> tuple[float, float, float]:
    """Degrees of freedom, location and scale of a StudentT prior.

    Raises
    ------
    WerkzorgError
        A prior of another family.
    """
    (distribution,) = _distributions(catalogue, {name: ("StudentT",)})
    return tuple(distribution.params[key] for key in ("nu", "mu", "sigma"))


@dataclass(frozen=True)
class BoundedPrior:
    """Beta variables between bounds: ``low + width * Beta(alpha, beta)``, each (parameter,)."""

    low: np.ndarray
    width: np.ndarray
    alpha: np.ndarray
    beta: np.ndarray


def bounded_prior(catalogue: Catalogue, names: Sequence[str]) -> BoundedPrior:
    """Beta and PERT priors as Beta variables between bounds.

    Raises
    ------
    WerkzorgError
        A prior of another family.
    """
    rows = []
    for distribution in _distributions(catalogue, dict.fromkeys(names, ("Beta", "PERT"))):
        q = distribution.params
        if distribution.name == "Beta":
            rows.append((0.0, 1.0, q["alpha"], q["beta"]))
        else:
            rows.append((q["low"], q["high"] - q["low"], *beta_shapes(q)))
    return BoundedPrior(*np.array(rows, dtype=float).T)


def _distributions(catalogue: Catalogue, wanted: dict[str, tuple[str, ...]]) -> list[Distribution]:
    found, problems = [], []
    for name, families in wanted.items():
        distribution = catalogue.distribution(name)
        if distribution is None or distribution.name not in families or distribution.truncated:
            family = " / ".join(families)
            problems.append(Problem("inference.prior_family", where=name, values={"id": name, "family": family}))
        else:
            found.append(distribution)
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    return found


def natural_scale(z: np.ndarray, names: Sequence[str] = PARAMETERS) -> dict[str, np.ndarray]:
    """Parameters by name from their logarithms, shape (..., parameter) to (...)."""
    return {name: z[..., i] if is_logarithm(name) else np.exp(z[..., i]) for i, name in enumerate(names)}
