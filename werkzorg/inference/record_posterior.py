"""Log posterior density of a pilot with records on unbounded parameters, compiled, with its gradient.

The same density as the PyMC model of `record_model` (a test holds the two equal), without its minutes of compilation:
normal parameters as they are, then group effects, the normal score of the effect of work, and log odds of the bounded
parameters. The normal score has the chance below it that the effect of work has by its prior: so the heavy tails of
that prior are no tails of the density, and importance weights find them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import special

from werkzorg.inference.counts import CountData
from werkzorg.inference.priors import BoundedPrior
from werkzorg.inference.record_data import EFFECTS
from werkzorg.inference.record_kernel import WORK, log_density
from werkzorg.inference.record_likelihood import ARRAYS, BOUNDED

FARTHEST = 20.0
"""Normal score beyond which nothing is drawn: below 1e-88 by the prior."""


@dataclass(frozen=True)
class RecordPrior:
    """Priors of the model on records.

    Attributes
    ----------
    mu, sigma : ndarray (parameter,)
        Normal priors in the order of `record_likelihood.NORMAL`.
    student : tuple of float
        Degrees of freedom, location and scale of the effect of work on cost.
    bounded : BoundedPrior
        In the order of `record_likelihood.BOUNDED`.
    """

    mu: np.ndarray
    sigma: np.ndarray
    student: tuple[float, float, float]
    bounded: BoundedPrior


Density = Callable[[np.ndarray], tuple[float, np.ndarray]]


def log_posterior(data: dict[str, np.ndarray], counts: CountData, prior: RecordPrior) -> Density:
    """The log density as a function of the unbounded vector.

    Parameters
    ----------
    data : dict of ndarray
        From `record_likelihood.arrays`.
    counts : CountData
        Dated counts of people of whom there are no records.
    prior : RecordPrior
        Priors.

    Returns
    -------
    callable
        Vector (parameter,) to value and gradient.
    """
    bounded = prior.bounded
    return partial(
        _evaluate,
        prior=prior,
        bounds=np.array([bounded.low, bounded.width, bounded.alpha, bounded.beta]),
        data=tuple(np.ascontiguousarray(data[name]) for name in ARRAYS),
        counts=tuple(
            np.ascontiguousarray(array, dtype=float) for array in (counts.weights, counts.mask, counts.counts)
        ),
    )


def log_likelihood_of(data: dict[str, np.ndarray], counts: CountData, prior: RecordPrior, vector: np.ndarray) -> float:
    """Log likelihood alone at an unbounded vector, for power-scaling."""
    density = log_posterior(data, counts, prior)
    empty = tuple(np.zeros_like(array)[:0] if name not in ("care", "within", "facts") else np.zeros_like(array)
                  for name, array in ((name, data[name]) for name in ARRAYS))  # fmt: skip
    none = tuple(array[:0] for array in density.keywords["counts"])
    return density(vector)[0] - _evaluate(vector, **{**density.keywords, "data": empty, "counts": none})[0]


def _evaluate(vector: np.ndarray, *, prior: RecordPrior, bounds: np.ndarray, data: tuple, counts: tuple):
    work = np.array(work_effect(vector[WORK], prior.student))
    return log_density(np.ascontiguousarray(vector), prior.mu, prior.sigma, work, bounds, *counts, *data)


def work_effect(score: np.ndarray, student: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Effect of work on cost at its normal score, and the derivative there, in the shape of `score`.

    Parameters
    ----------
    score : ndarray
        Standard normal by the prior.
    student : tuple of float
        Degrees of freedom, location and scale of the Student t prior of the effect.
    """
    degrees, centre, scale = student
    # By the lower tail on both sides: next to one a chance has no digits left.
    score = np.clip(score, -FARTHEST, FARTHEST)
    distance = -np.sign(score) * special.stdtrit(degrees, special.ndtr(-np.abs(score)))
    constant = special.gammaln((degrees + 1) / 2) - special.gammaln(degrees / 2) - np.log(degrees / 2) / 2
    log_slope = -(score**2) / 2 - constant + (degrees + 1) / 2 * np.log1p(distance**2 / degrees)
    return centre + scale * distance, scale * np.exp(log_slope)


def work_score(effect: np.ndarray, student: tuple[float, float, float]) -> np.ndarray:
    """Normal score of an effect of work on cost, the inverse of :func:`work_effect`."""
    degrees, centre, scale = student
    distance = (effect - centre) / scale
    return -np.sign(distance) * special.ndtri(special.stdtr(degrees, -np.abs(distance)))


def starting_point(prior: RecordPrior) -> np.ndarray:
    """The centre of the prior as an unbounded vector."""
    bounded = prior.bounded
    share = bounded.alpha / (bounded.alpha + bounded.beta)
    return np.concatenate([prior.mu, np.zeros(len(EFFECTS)), [0.0], special.logit(share)])


def natural(vectors: np.ndarray, prior: RecordPrior) -> np.ndarray:
    """Unbounded vectors (..., parameter) with the effect of work and the bounded parameters on their own scale."""
    result = np.array(vectors, dtype=float)
    result[..., WORK] = work_effect(result[..., WORK], prior.student)[0]
    first = result.shape[-1] - len(BOUNDED)
    result[..., first:] = prior.bounded.low + prior.bounded.width * special.expit(result[..., first:])
    return result
