"""Distributions of uncertain values: one small class, inverse-CDF sampling, exact quantiles.

Sampling goes through the quantile function, so that one uniform stream gives monotone draws in every
distribution: two evidence sets of one parameter are compared on common random numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FAMILIES: dict[str, tuple[str, ...]] = {
    "Normal": ("mu", "sigma"),
    "LogNormal": ("mu", "sigma"),
    "StudentT": ("nu", "mu", "sigma"),
    "Beta": ("alpha", "beta"),
    "PERT": ("low", "mode", "high"),
    "Uniform": ("low", "high"),
}
"""Known families with their parameters (names and meaning as in PyMC; log scale for LogNormal)."""

QUADRATURE_POINTS = 4000
"""Midpoints for moments of truncated distributions: error below 1e-5 of the standard deviation for bounded ones."""


@dataclass(frozen=True)
class Distribution:
    """A univariate distribution, optionally truncated to ``[lower, upper]``.

    Parameters
    ----------
    name : str
        One of :data:`FAMILIES`.
    params : dict
        Its parameters.
    lower, upper : float or None
        Truncation bounds.
    """

    name: str
    params: dict[str, float] = field(default_factory=dict)
    lower: float | None = None
    upper: float | None = None

    def __post_init__(self) -> None:
        if set(self.params) != set(FAMILIES.get(self.name, ())):
            raise ValueError(f"{self.name} needs exactly the parameters {FAMILIES.get(self.name)}")
        problem = _why_impossible(self.name, self.params)
        if problem:
            raise ValueError(problem)
        if self.lower is not None and self.upper is not None and not self.lower < self.upper:
            raise ValueError("lower must be below upper")

    def quantile(self, p: ArrayLike) -> NDArray[np.float64] | float:
        """Value below which a share `p` of the probability lies; any shape."""
        low, high = self._cdf_bounds
        p = np.asarray(p, dtype=float)
        result = _quantile(self.name, self.params, low + p * (high - low))
        if self.truncated:
            # Guards the last bits: a rounded quantile may fall just outside the bounds.
            result = np.clip(result, self.lower, self.upper)
        return float(result) if np.ndim(result) == 0 else result

    def sample(self, size: int | tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
        """Independent draws of shape `size`."""
        # Uniform draws in (0, 1): zero itself would give minus infinity.
        return np.asarray(self.quantile(rng.random(size) * (1 - 2**-53) + 2**-54))

    def logpdf(self, x: ArrayLike) -> NDArray[np.float64] | float:
        """Log density at `x`, minus infinity outside the support."""
        x = np.asarray(x, dtype=float)
        low, high = self._cdf_bounds
        result = _logpdf(self.name, self.params, x) - math.log(high - low)
        outside = (x < self._or(self.lower, -np.inf)) | (x > self._or(self.upper, np.inf))
        result = np.where(outside, -np.inf, result)
        return float(result) if result.ndim == 0 else result

    def mean(self) -> float:
        """Expected value."""
        return self._moments[0]

    def sd(self) -> float:
        """Standard deviation (infinite for a StudentT with nu of 2 or less)."""
        return self._moments[1]

    @property
    def truncated(self) -> bool:
        """Whether bounds cut the distribution."""
        return self.lower is not None or self.upper is not None

    @cached_property
    def _cdf_bounds(self) -> tuple[float, float]:
        low = 0.0 if self.lower is None else float(_cdf(self.name, self.params, self.lower))
        high = 1.0 if self.upper is None else float(_cdf(self.name, self.params, self.upper))
        return low, high

    @cached_property
    def _moments(self) -> tuple[float, float]:
        if not self.truncated:
            return _moments(self.name, self.params)
        grid = self.quantile((np.arange(QUADRATURE_POINTS) + 0.5) / QUADRATURE_POINTS)
        return float(np.mean(grid)), float(np.std(grid))

    @staticmethod
    def _or(bound: float | None, otherwise: float) -> float:
        return otherwise if bound is None else bound


def pert(low: float, mode: float, high: float) -> Distribution:
    """PERT distribution of an interval with a most likely value."""
    return Distribution("PERT", {"low": low, "mode": mode, "high": high})


def _why_impossible(name: str, q: dict[str, float]) -> str | None:
    if not all(math.isfinite(value) for value in q.values()):
        return "parameters must be finite"
    if any(q.get(key, 1.0) <= 0 for key in ("sigma", "nu", "alpha", "beta")):
        return "sigma, nu, alpha and beta must be above zero"
    if name == "PERT" and not (q["low"] <= q["mode"] <= q["high"] and q["low"] < q["high"]):
        return "low <= mode <= high, and low < high"
    if name == "Uniform" and not q["low"] < q["high"]:
        return "low must be below high"
    return None


def beta_shapes(q: dict[str, float]) -> tuple[float, float]:
    """Beta shapes of a PERT: modal weight 4, as in the original method."""
    width = q["high"] - q["low"]
    return 1 + 4 * (q["mode"] - q["low"]) / width, 1 + 4 * (q["high"] - q["mode"]) / width


def _quantile(name: str, q: dict[str, float], p: NDArray[np.float64]) -> NDArray[np.float64]:
    match name:
        case "Normal":
            return q["mu"] + q["sigma"] * special.ndtri(p)
        case "LogNormal":
            return np.exp(q["mu"] + q["sigma"] * special.ndtri(p))
        case "StudentT":
            return q["mu"] + q["sigma"] * special.stdtrit(q["nu"], p)
        case "Beta":
            return special.betaincinv(q["alpha"], q["beta"], p)
        case "PERT":
            return q["low"] + (q["high"] - q["low"]) * special.betaincinv(*beta_shapes(q), p)
        case _:
            return q["low"] + (q["high"] - q["low"]) * p


def _cdf(name: str, q: dict[str, float], x: float) -> float:
    match name:
        case "Normal":
            return special.ndtr((x - q["mu"]) / q["sigma"])
        case "LogNormal":
            return special.ndtr((math.log(x) - q["mu"]) / q["sigma"]) if x > 0 else 0.0
        case "StudentT":
            return special.stdtr(q["nu"], (x - q["mu"]) / q["sigma"])
        case "Beta":
            return special.betainc(q["alpha"], q["beta"], min(max(x, 0.0), 1.0))
        case "PERT":
            return special.betainc(*beta_shapes(q), min(max((x - q["low"]) / (q["high"] - q["low"]), 0.0), 1.0))
        case _:
            return min(max((x - q["low"]) / (q["high"] - q["low"]), 0.0), 1.0)


def _logpdf(name: str, q: dict[str, float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        match name:
            case "Normal":
                return -0.5 * ((x - q["mu"]) / q["sigma"]) ** 2 - math.log(q["sigma"] * math.sqrt(2 * math.pi))
            case "LogNormal":
                safe = np.where(x > 0, x, 1.0)
                inside = _logpdf("Normal", q, np.log(safe)) - np.log(safe)
                return np.where(x > 0, inside, -np.inf)
            case "StudentT":
                nu, z = q["nu"], (x - q["mu"]) / q["sigma"]
                constant = special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2)
                constant -= 0.5 * math.log(nu * math.pi) + math.log(q["sigma"])
                return constant - (nu + 1) / 2 * np.log1p(z**2 / nu)
            case "Beta":
                return _log_beta_density(q["alpha"], q["beta"], x)
            case "PERT":
                width = q["high"] - q["low"]
                return _log_beta_density(*beta_shapes(q), (x - q["low"]) / width) - math.log(width)
            case _:
                inside = (x >= q["low"]) & (x <= q["high"])
                return np.where(inside, -math.log(q["high"] - q["low"]), -np.inf)


def _log_beta_density(a: float, b: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b)
    return np.where((x >= 0) & (x <= 1), inside, -np.inf)


def _moments(name: str, q: dict[str, float]) -> tuple[float, float]:
    match name:
        case "Normal":
            return q["mu"], q["sigma"]
        case "LogNormal":
            mean = math.exp(q["mu"] + q["sigma"] ** 2 / 2)
            return mean, mean * math.sqrt(math.expm1(q["sigma"] ** 2))
        case "StudentT":
            nu = q["nu"]
            return q["mu"], q["sigma"] * math.sqrt(nu / (nu - 2)) if nu > 2 else math.inf
        case "Beta":
            return _beta_moments(q["alpha"], q["beta"])
        case "PERT":
            mean, sd = _beta_moments(*beta_shapes(q))
            width = q["high"] - q["low"]
            return q["low"] + width * mean, width * sd
        case _:
            return (q["low"] + q["high"]) / 2, (q["high"] - q["low"]) / math.sqrt(12)


def _beta_moments(a: float, b: float) -> tuple[float, float]:
    return a / (a + b), math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
