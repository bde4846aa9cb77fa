"""A posterior without a sampler: Laplace approximation, corrected by importance resampling."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize, stats

DEGREES_OF_FREEDOM = 15
"""Tails of the proposal: heavier than those of a posterior that is normal on its scale, so that weights are bounded."""

LEAST_CURVATURE = 0.01
"""Second derivative of minus the log density below which a direction is taken to be ten wide; priors are narrower."""

PROPOSALS_PER_DRAW = 2
STEP = 1e-4

Density = Callable[[np.ndarray], tuple[float, np.ndarray]]


def find_mode(density: Density, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mode and covariance of the normal approximation around it.

    Parameters
    ----------
    density : callable
        Vector (parameter,) to log density and gradient.
    start : ndarray (parameter,)
        Where the search begins.

    Returns
    -------
    ndarray (parameter,), ndarray (parameter, parameter)
        Mode, and inverse of minus the second derivatives there; always a covariance, also at a kink of the density.
    """

    def negative(z: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = density(z)
        return -value, -gradient

    mode = optimize.minimize(negative, start, jac=True, method="L-BFGS-B").x
    curvature, axes = np.linalg.eigh(_hessian(negative, mode))
    width = axes / np.sqrt(np.maximum(np.abs(curvature), LEAST_CURVATURE))
    return mode, width @ width.T


def approximate(density: Density, start: np.ndarray, *, draws: int, seed: int) -> tuple[np.ndarray, float]:
    """Draws from the posterior by importance resampling around its mode.

    Parameters
    ----------
    density : callable
        Vector (parameter,) to log density and gradient.
    start : ndarray (parameter,)
        Where the search for the mode begins.
    draws : int
        Number of draws wanted.
    seed : int
        Seed.

    Returns
    -------
    ndarray (draw, parameter), float
        Draws, and the effective share of the proposals (1 = the approximation is exact).
    """
    mode, covariance = find_mode(density, start)
    rng = np.random.default_rng([seed, 2])
    proposal = stats.multivariate_t(mode, covariance, df=DEGREES_OF_FREEDOM, seed=rng)
    candidates = np.reshape(proposal.rvs(draws * PROPOSALS_PER_DRAW), (-1, len(mode)))
    target = np.array([density(z)[0] for z in candidates])
    weights = _normalise(target - proposal.logpdf(candidates))
    chosen = rng.choice(len(candidates), size=draws, replace=True, p=weights)
    return candidates[chosen], float(1 / np.sum(weights**2) / len(weights))


def _hessian(negative: Density, mode: np.ndarray) -> np.ndarray:
    """Second derivatives by central differences of the exact gradient."""
    columns = [(negative(mode + step)[1] - negative(mode - step)[1]) / (2 * STEP) for step in STEP * np.eye(len(mode))]
    hessian = np.array(columns)
    return (hessian + hessian.T) / 2


def _normalise(log_weights: np.ndarray) -> np.ndarray:
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()
