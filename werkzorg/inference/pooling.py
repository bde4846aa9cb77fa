"""Partial pooling of what several sites say, as a second stage on their posteriors: normal on the (log) scale.

Model. Site k has parameters ``theta_k ~ N(mu, T)`` with T diagonal (one spread per parameter, each with a half-normal
prior). The shipped prior is one of a single site, mean and spread together; in its units ``mu ~ N(0, (I + T)^-1)``, so
that a site has variance ``1/(1+t) + t = 1 + t^2/(1+t)``: nearly the prior it was fitted with, as long as the spread is
smaller than that prior, and wider when the sites show it. What a site's data say is its posterior with its own prior
divided out, taken to be normal: ``exp(b' theta - theta' A theta / 2)``, A of any rank. Given T everything is normal and
exact (no draw of a site is reweighted, and a site without data on a parameter says nothing of it); T is drawn by
importance resampling around the mode of its marginal density, which is known in closed form with its gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from werkzorg.inference.laplace import approximate

LEAST_INFORMATION = 0.05
"""Information of a site in a direction, relative to the prior, below which it is Monte Carlo noise of its posterior."""


FARTHEST = 7.0
"""Normal score beyond which the half-normal quantile is no longer exact in double precision."""

LEAST_SPREAD = 1e-9
"""Spread below which sites are equal to the last digit that matters."""


@dataclass(frozen=True)
class Message:
    """What the data of a site say: ``exp(vector' theta - theta' precision theta / 2)`` up to a constant.

    Attributes
    ----------
    precision : ndarray (parameter, parameter)
        Never negative; zero for what the data say nothing of.
    vector : ndarray (parameter,)
        Precision times location.
    """

    precision: np.ndarray
    vector: np.ndarray


@dataclass(frozen=True)
class Drawn:
    """Draws of the pooled model, in units of the shipped prior.

    Attributes
    ----------
    mean, spread, new : ndarray (draw, parameter)
        Mean of all sites, spread between them (standard deviation), a new site.
    sites : ndarray (site, draw, parameter)
        The sites themselves, drawn towards the others.
    weight : ndarray (site, parameter)
        Weight of the mean of all sites in the estimate of the site (shrinkage), mean over the draws.
    efficiency : float
        Effective share of the proposals for the spreads.
    """

    mean: np.ndarray
    spread: np.ndarray
    new: np.ndarray
    sites: np.ndarray
    weight: np.ndarray
    efficiency: float


def divide_out(
    mean: np.ndarray, covariance: np.ndarray, prior_mean: np.ndarray, prior_precision: np.ndarray
) -> Message:
    """A normal posterior with its normal prior divided out.

    Parameters
    ----------
    mean, covariance : ndarray (parameter,), (parameter, parameter)
        Posterior.
    prior_mean, prior_precision : ndarray (parameter,)
        Prior, independent between parameters.

    Returns
    -------
    Message
        Directions with less than `LEAST_INFORMATION` are left out.
    """
    scale = 1 / np.sqrt(prior_precision)
    inverse = np.linalg.inv(covariance)
    information = scale[:, None] * (inverse - np.diag(prior_precision)) * scale
    vector = scale * (inverse @ mean - prior_precision * prior_mean)
    values, axes = np.linalg.eigh((information + information.T) / 2)
    axes, values = axes[:, values > LEAST_INFORMATION], values[values > LEAST_INFORMATION]
    precision = (axes * values) @ axes.T
    return Message(precision / scale[:, None] / scale, (axes @ (axes.T @ vector)) / scale)


def pool_messages(messages: Sequence[Message], scale: np.ndarray, *, draws: int, seed: int) -> Drawn:
    """Draws of the mean, the spread, a new site and the sites themselves.

    Parameters
    ----------
    messages : sequence of Message
        One per site, in units in which the prior of a site is standard normal. Their order changes nothing but the
        last bits.
    scale : ndarray (parameter,)
        Scale of the half-normal prior of the spread of each parameter, same units.
    draws : int
        Number of draws.
    seed : int
        Seed.
    """
    a = np.array([message.precision for message in messages])
    b = np.array([message.vector for message in messages])
    order = np.lexsort((*b.T[::-1], *a.reshape(len(a), -1).T[::-1]))
    a, b = a[order], b[order]
    scores, efficiency = approximate(
        lambda x: log_marginal(x, a, b, scale), np.zeros_like(scale), draws=draws, seed=seed
    )
    spread = _spreads(scores, scale)[0]
    rng = np.random.default_rng([seed, 5])
    mean, kept, noise = _given_spread(spread, a, b, rng)
    new = mean + spread * rng.standard_normal(spread.shape)
    sites = np.empty((len(a), *spread.shape))
    weight = np.empty(b.shape)
    for place, site in enumerate(order):
        c = kept[place]
        centre = mean + np.einsum("dij,dj->di", c, b[place] - mean @ a[place])
        sites[site] = centre + np.einsum("dij,dj->di", noise[place], rng.standard_normal(spread.shape))
        weight[site] = 1 - np.einsum("dij,ji->i", c, a[place]) / len(spread)
    return Drawn(mean, spread, new, sites, weight, efficiency)


def _spreads(scores: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spreads of their normal scores, and derivatives: half-normal where the scores are standard normal."""
    scores = np.clip(scores, -FARTHEST, FARTHEST)
    ratio = np.sqrt(2) * special.erfinv(special.ndtr(scores))
    slope = np.exp((ratio**2 - scores**2) / 2) / 2
    return np.maximum(scale * ratio, LEAST_SPREAD), scale * slope


def log_marginal(scores: np.ndarray, a: np.ndarray, b: np.ndarray, scale: np.ndarray) -> tuple[float, np.ndarray]:
    """Log density of the normal scores of the spreads, means and sites integrated out, and its gradient.

    Parameters
    ----------
    scores : ndarray (parameter,)
        Standard normal by the prior; the prior chance of a smaller spread is the normal one of a smaller score.
    a, b : ndarray (site, parameter, parameter), (site, parameter)
        What the sites say.
    scale : ndarray (parameter,)
        Scale of the half-normal priors.
    """
    spread, slope = _spreads(scores, scale)
    c, log_det = _site_covariance(spread[None], a)
    c, log_det = c[:, 0], log_det[:, 0]
    # Given mu a site says exp(h' mu - mu' m mu / 2), its own parameters integrated out.
    m = a - a @ c @ a
    h = b - np.einsum("kij,kjl,kl->ki", a, c, b)
    total = np.diag(1 + spread**2) + m.sum(axis=0)
    covariance = np.linalg.inv(total)
    mu = covariance @ h.sum(axis=0)
    value = 0.5 * (np.einsum("ki,kij,kj->", b, c, b) - log_det.sum() + h.sum(axis=0) @ mu)
    value += 0.5 * (np.log1p(spread**2).sum() - np.linalg.slogdet(total)[1] - scores @ scores)
    rest = h - m @ mu
    by_variance = 0.5 * (rest**2 + np.einsum("kij,jl,kli->ki", m, covariance, m) - np.einsum("kii->ki", m)).sum(axis=0)
    by_variance += 0.5 * (1 / (1 + spread**2) - mu**2 - np.diag(covariance))
    return value, by_variance * 2 * spread * slope - scores


def _site_covariance(spread: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of sites given the mean, ``(A + T^-1)^-1``, and ``log det(1 + T A)``; spreads (draw, parameter)."""
    size = a.shape[-1]
    scaled = spread[None, :, :, None] * a[:, None] * spread[None, :, None, :] + np.eye(size)
    covariance = spread[None, :, :, None] * np.linalg.inv(scaled) * spread[None, :, None, :]
    return covariance, np.linalg.slogdet(scaled)[1]


def _given_spread(
    spread: np.ndarray, a: np.ndarray, b: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws of the mean given the spreads; covariance of each site given both, and a root of it."""
    c, _ = _site_covariance(spread, a)
    m = a[:, None] - a[:, None] @ c @ a[:, None]
    h = b[:, None] - np.einsum("kij,kdjl,kl->kdi", a, c, b)
    prior = np.eye(a.shape[-1]) * (1 + spread[:, None, :] ** 2)
    covariance = np.linalg.inv(prior + m.sum(axis=0))
    centre = np.einsum("dij,dj->di", covariance, h.sum(axis=0))
    root = np.linalg.cholesky((covariance + covariance.transpose(0, 2, 1)) / 2)
    mean = centre + np.einsum("dij,dj->di", root, rng.standard_normal(centre.shape))
    scaled = c / spread[None, :, :, None] / spread[None, :, None, :]
    noise = spread[None, :, :, None] * np.linalg.cholesky((scaled + scaled.transpose(0, 1, 3, 2)) / 2)
    return mean, c, noise
