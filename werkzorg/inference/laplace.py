"""The posterior of the counts without a sampler: Laplace approximation, corrected by importance resampling."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from werkzorg.inference.counts import CountData, log_likelihood

DEGREES_OF_FREEDOM = 8
"""Tails of the proposal: heavier than those of the posterior (normal on the log scale), so that weights are bounded."""

PROPOSALS_PER_DRAW = 2
STEP = 1e-4


def approximate(
    data: CountData, mu: np.ndarray, sigma: np.ndarray, *, draws: int, seed: int
) -> tuple[np.ndarray, float]:
    """Draws from the posterior by importance resampling around its mode.

    Parameters
    ----------
    data : CountData
        Counts of the pilot.
    mu, sigma : ndarray (parameter,)
        Prior on the log scale.
    draws : int
        Number of draws wanted.
    seed : int
        Seed.

    Returns
    -------
    ndarray (draw, parameter), float
        Draws on the log scale, and the effective share of the proposals (1 = the approximation is exact).
    """

    def negative(z: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = log_likelihood(z, data.weights, data.mask, data.counts)
        standard = (z - mu) / sigma
        return 0.5 * standard @ standard - value, standard / sigma - gradient

    mode = optimize.minimize(negative, mu, jac=True, method="L-BFGS-B").x
    covariance = np.linalg.inv(_hessian(negative, mode))
    rng = np.random.default_rng([seed, 2])
    proposal = stats.multivariate_t(mode, covariance, df=DEGREES_OF_FREEDOM, seed=rng)
    candidates = proposal.rvs(draws * PROPOSALS_PER_DRAW)
    target = np.array([-negative(z)[0] for z in candidates])
    weights = _normalise(target - proposal.logpdf(candidates))
    chosen = rng.choice(len(candidates), size=draws, replace=True, p=weights)
    return candidates[chosen], float(1 / np.sum(weights**2) / len(weights))


def _hessian(negative, mode: np.ndarray) -> np.ndarray:
    """Second derivatives by central differences of the exact gradient."""
    columns = [(negative(mode + step)[1] - negative(mode - step)[1]) / (2 * STEP) for step in STEP * np.eye(len(mode))]
    hessian = np.array(columns)
    return (hessian + hessian.T) / 2


def _normalise(log_weights: np.ndarray) -> np.ndarray:
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()
