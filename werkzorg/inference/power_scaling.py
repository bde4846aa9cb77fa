"""How the answer moves when the prior, or the likelihood, weighs a little more or less.

Power-scaling (Kallioinen, Paananen, Burkner and Vehtari, Statistics and Computing 2024): the draws are weighed by the
prior (or the likelihood) to a power close to zero, and the distance between the weighed and the plain distribution of a
quantity is measured by the cumulative Jensen-Shannon distance, per doubling of the power.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import special, stats

from werkzorg.inference.counts import count_data, log_likelihood
from werkzorg.inference.priors import is_logarithm, prior_on_log_scale
from werkzorg.inference.record_data import EFFECTS, RecordData
from werkzorg.inference.record_fit import COMPARISON_ONLY, counts_beside, likelihood_arrays, record_prior
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, WORK_EFFECT
from werkzorg.inference.record_posterior import log_likelihood_of, work_score
from werkzorg.inference.transitions import PARAMETERS
from werkzorg.inference.updates import single_evidence
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

STEP = 0.01
"""The power is one plus and one minus this."""

SENSITIVE = 0.05
"""Distance per doubling from which on a quantity counts as sensitive; the threshold of the paper."""

LARGEST_K = 0.7
"""Pareto k above which importance weights say nothing (Vehtari et al., JMLR 2024)."""

TINY = 1e-300


def log_densities(pilot: Pilot, posterior: xr.Dataset, records: RecordData | None) -> tuple[np.ndarray, np.ndarray]:
    """Log prior and log likelihood of every draw, of the parameters that the data speak of.

    Parameters
    ----------
    pilot : Pilot
        Priors and counts.
    posterior : Dataset
        From `inference.fit.fit` or `first_answer`.
    records : RecordData or None
        The records that it was made with.

    Returns
    -------
    tuple of ndarray (draw,)
        Up to constants. Zero throughout without data.
    """
    catalogue = catalogue_of(pilot)
    draws = {str(name): posterior[name].values for name in posterior.data_vars}
    size = posterior.sizes["draw"]
    if records is None:
        data = count_data(pilot)
        if data.counts.sum() == 0:
            return np.zeros(size), np.zeros(size)
        z = _on_log_scale(draws, PARAMETERS)
        mu, sigma = prior_on_log_scale(catalogue)
        said = np.array([log_likelihood(row, data.weights, data.mask, data.counts)[0] for row in z])
        return stats.norm.logpdf(z, mu, sigma).sum(axis=1), said
    prior = record_prior(catalogue)
    missing = [name for name in NORMAL if name not in draws]
    z = _on_log_scale(draws | {name: np.full(size, prior.mu[NORMAL.index(name)]) for name in missing}, NORMAL)
    effects = np.column_stack([draws[f"effect.{name}"] / draws["hazard.effect_scale"] for name in EFFECTS])
    work = draws[WORK_EFFECT][:, None]
    bounded = prior.bounded
    unit = (np.column_stack([draws[name] for name in BOUNDED]) - bounded.low) / bounded.width
    free = [place for place, name in enumerate(NORMAL) if name not in COMPARISON_ONLY or name not in missing]
    thought = stats.norm.logpdf(z[:, free], prior.mu[free], prior.sigma[free]).sum(axis=1)
    thought += stats.norm.logpdf(effects).sum(axis=1) + stats.t.logpdf(work[:, 0], *prior.student)
    thought += stats.beta.logpdf(unit, bounded.alpha, bounded.beta).sum(axis=1)
    enrolled = 0 if pilot.last_snapshot is None else pilot.last_snapshot.enrolled
    counts = counts_beside(count_data(pilot), enrolled, records.persons.get("programme", 0), records.published)
    arrays = likelihood_arrays(pilot, catalogue, records)
    vectors = np.hstack([z, effects, work_score(work, prior.student), special.logit(unit)])
    said = np.array([log_likelihood_of(arrays, counts, prior, vector) for vector in vectors])
    for name, (distribution, evidence) in single_evidence(records, catalogue).items():
        thought, said = thought + distribution.logpdf(draws[name]), said + evidence(draws[name])
    return thought, said


def _on_log_scale(draws: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    """Logarithms of parameters, (draw, parameter)."""
    return np.column_stack([draws[name] if is_logarithm(name) else np.log(draws[name]) for name in names])


def sensitivity(values: np.ndarray, log_density: np.ndarray) -> float:
    """Distance per doubling of the power of a density.

    Parameters
    ----------
    values : ndarray (draw,)
        A quantity of the posterior.
    log_density : ndarray (draw,)
        Log prior or log likelihood of the draws.
    """
    centred = log_density - log_density.mean()
    distances = []
    for step in (STEP, -STEP):
        weight = special.softmax(step * centred)
        distances.append(max(distance(values, weight), distance(-values, weight)))
    return float(sum(distances) / (2 * np.log2(1 + STEP)))


def distance(values: np.ndarray, weight: np.ndarray) -> float:
    """Cumulative Jensen-Shannon distance between draws as they are and with weights, between 0 and 1."""
    order = np.argsort(values)
    width = np.diff(values[order])
    plain = np.arange(1, len(values)) / len(values)
    weighed = np.cumsum(weight[order])[:-1]
    both = np.dot(plain + weighed, width)
    if both <= 0:
        return 0.0
    return float(np.sqrt(max(_divergence(plain, weighed, width) + _divergence(weighed, plain, width), 0.0) / both))


def _divergence(p: np.ndarray, q: np.ndarray, width: np.ndarray) -> float:
    """Cumulative Kullback-Leibler divergence of p from the middle of p and q, in bits."""
    ratio = np.log2(np.maximum(p, TINY)) - np.log2(np.maximum((p + q) / 2, TINY))
    return float(np.dot(width, p * ratio) + np.dot(width, q - p) / (2 * np.log(2)))


def pareto_k(log_weight: np.ndarray) -> float:
    """Shape of a generalised Pareto distribution of the largest weights (Zhang and Stephens, Technometrics 2009).

    Parameters
    ----------
    log_weight : ndarray (draw,)
        Logarithms of importance weights, up to a constant.
    """
    size = len(log_weight)
    count = int(np.ceil(min(size / 5, 3 * np.sqrt(size))))
    ordered = np.sort(np.exp(log_weight - log_weight.max()))
    excess = ordered[-count:] - ordered[-count - 1]
    if excess[-1] <= 0 or not excess[0] > 0:
        return -np.inf
    grid = 30 + int(np.sqrt(count))
    quarter = excess[int(count / 4 + 0.5) - 1]
    b = 1 / excess[-1] + (1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / (3 * quarter)
    k = np.log1p(-b[:, None] * excess).mean(axis=1)
    fit = count * (np.log(-b / k) - k - 1)
    mean = np.dot(special.softmax(fit), b)
    shape = np.log1p(-mean * excess).mean()
    # A weak prior around one half, worth ten of the largest weights.
    return float((shape * count + 5) / (count + 10))
