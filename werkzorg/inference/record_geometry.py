"""The posterior of records in coordinates in which it is close to a standard normal: easy to sample and to approximate.

Two steps, both exact (the density carries the Jacobian):

* Group effects share a scale. With little data they vary freely of it (effect / scale is the natural coordinate), with
  much data the effect itself is known, and the scale moves against effect / scale. In between, with i the information
  of the data on effect / scale at the mode, ``effect / scale * (scale / scale0)^w`` with ``w = i / (i + 1)`` is nearly
  free of the scale (partial centring: Papaspiliopoulos, Roberts and Skold, Statistical Science 2007).
* Around the mode the coordinates are turned and stretched to the axes of the Laplace covariance, which takes out what
  parameters trade against each other (baseline against selection) and differences of size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from werkzorg.inference.laplace import Density, find_mode
from werkzorg.inference.record_data import EFFECTS
from werkzorg.inference.record_likelihood import NORMAL

SCALE = NORMAL.index("hazard.effect_scale")
SHARED = slice(len(NORMAL), len(NORMAL) + len(EFFECTS))
"""Places of the logarithm of the common scale, and of the standardised effects."""


@dataclass(frozen=True)
class Geometry:
    """Coordinates around the mode.

    Attributes
    ----------
    density : callable
        Log posterior of the unbounded vector of `record_posterior`, with gradient.
    weights : ndarray (effect,)
        How far each effect is centred: 0 not, 1 wholly.
    scale : float
        Logarithm of the scale at the first mode.
    mode : ndarray (parameter,)
        Mode after centring.
    factor : ndarray (parameter, parameter)
        Its product with its transpose is the Laplace covariance there.
    """

    density: Density
    weights: np.ndarray
    scale: float
    mode: np.ndarray
    factor: np.ndarray

    def __call__(self, standard: np.ndarray) -> tuple[float, np.ndarray]:
        """Log density and gradient in these coordinates, (parameter,) each."""
        # Far out nothing is finite; the caller turns back, and must not be warned of every such step.
        with np.errstate(invalid="ignore", over="ignore"):
            value, gradient = _centred(self.density, self.weights, self.scale, self.mode + self.factor @ standard)
        return (value, self.factor.T @ gradient) if np.isfinite(gradient).all() else (-np.inf, gradient)

    def vectors(self, standard: np.ndarray) -> np.ndarray:
        """The unbounded vectors (..., parameter) of some coordinates."""
        result = self.mode + np.asarray(standard) @ self.factor.T
        result[..., SHARED] *= np.exp(-self.weights * (result[..., SCALE, None] - self.scale))
        return result


def find_geometry(density: Density, start: np.ndarray) -> Geometry:
    """Coordinates of a posterior, found in two searches of its mode.

    Parameters
    ----------
    density : callable
        Unbounded vector (parameter,) to log density and gradient.
    start : ndarray (parameter,)
        Where the search begins.
    """
    mode, covariance = find_mode(density, start)
    # The prior of a standardised effect is a standard normal, which gives one of the second derivative.
    information = np.maximum(np.diag(np.linalg.inv(covariance))[SHARED] - 1, 0)
    weights, scale = information / (information + 1), float(mode[SCALE])
    mode, covariance = find_mode(lambda vector: _centred(density, weights, scale, vector), mode)
    return Geometry(density, weights, scale, mode, _factor(covariance))


def _factor(covariance: np.ndarray) -> np.ndarray:
    """Square root of a covariance along its axes."""
    spread, axes = np.linalg.eigh(covariance)
    return axes * np.sqrt(spread)


def _centred(density: Density, weights: np.ndarray, scale: float, vector: np.ndarray) -> tuple[float, np.ndarray]:
    distance = vector[SCALE] - scale
    shrunk = np.exp(-weights * distance)
    natural = vector.copy()
    natural[SHARED] *= shrunk
    value, slopes = density(natural)
    gradient = slopes.copy()
    gradient[SCALE] -= weights @ (natural[SHARED] * slopes[SHARED]) + weights.sum()
    gradient[SHARED] *= shrunk
    return value - weights.sum() * distance, gradient
