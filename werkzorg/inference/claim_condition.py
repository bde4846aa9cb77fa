"""Conditioning draws on observed changes, exactly, through the terms that are normal.

For each draw of all other causes the observed changes are normal, because some terms are (selection, time, the mean of
the logarithms of cost). Their density is the weight of the draw; the normal terms are then drawn given the changes, so
that every draw reproduces the claim to the last digit. There is no tolerance and no kernel.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from werkzorg.inference.claim_model import Straight

FAR = 1e6
"""Stands for an infinite logarithm."""


def condition(straight: Straight, observed: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Log weights of the draws, and the normal terms given what was observed.

    Parameters
    ----------
    straight : Straight
    observed : ndarray (change,)
        Logarithm of after over before, of the people placed and of the comparison group.
    rng : numpy.random.Generator

    Returns
    -------
    tuple of ndarray
        Log weight (draw,), minus infinity where the change is impossible; terms (draw, term).
    """
    possible = np.isfinite(straight.offset).all(axis=1)
    offset = np.where(possible[:, None], straight.offset, observed)
    slopes, variance = straight.slopes, straight.sd**2
    # Matheron's rule: a draw from the prior plus the gain times what it misses is a draw given the observation.
    drawn = straight.mean + straight.sd * rng.standard_normal(variance.shape)
    crossed = slopes * variance[:, None, :]
    covariance = crossed @ slopes.transpose(0, 2, 1)
    missed = observed - offset - np.einsum("dct,dt->dc", slopes, drawn)
    terms = drawn + np.einsum("dct,dc->dt", crossed, np.linalg.solve(covariance, missed[..., None])[..., 0])
    residual = observed - offset - slopes @ straight.mean
    squares = np.einsum("dc,dc->d", residual, np.linalg.solve(covariance, residual[..., None])[..., 0])
    density = -0.5 * (squares + np.linalg.slogdet(2 * np.pi * covariance)[1])
    return np.where(possible, density, -np.inf), terms


def tail_probability(straight: Straight, observed: np.ndarray, weight: np.ndarray) -> float:
    """Smallest chance, two-sided, of a change at least as far out: of each group, and of their difference.

    Parameters
    ----------
    straight : Straight
    observed : ndarray (change,)
    weight : ndarray (draw,)
        Weights before the changes are looked at.
    """
    looks = [*np.eye(len(observed))]
    if len(observed) > 1:
        looks.append(np.array([1.0, -1.0]))
    smallest = 1.0
    for look in looks:
        slopes = np.einsum("c,dct->dt", look, straight.slopes)
        sd = np.sqrt(((slopes * straight.sd) ** 2).sum(axis=1))
        # A mean of nil is below every observed change.
        with np.errstate(invalid="ignore"):
            centre = np.nan_to_num(_combine(straight.offset, look), posinf=FAR, neginf=-FAR)
            below = special.ndtr((look @ observed - centre - slopes @ straight.mean) / sd)
        share = float(np.average(below, weights=weight))
        smallest = min(smallest, 2 * min(share, 1 - share))
    return smallest


def _combine(offset: np.ndarray, look: np.ndarray) -> np.ndarray:
    """Weighted sum over the changes in which a change that is not looked at cannot spoil the sum."""
    return sum(factor * offset[:, k] for k, factor in enumerate(look) if factor)
