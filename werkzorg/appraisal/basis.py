"""Columns in which the mean of a result given some uncertain values is written: splines (GAM) or a Gaussian process.

References
----------
Wood SN (2017), Generalized Additive Models, chapter 5 (penalised splines, tensor products). Rasmussen CE, Williams CKI
(2006), Gaussian Processes for Machine Learning, chapter 8 (a process on a subset of its points).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import block_diag, cholesky, solve_triangular

DEGREE = 3
COLUMNS_ALONE, COLUMNS_TOGETHER, COLUMNS_SMALL = 14, 8, 5
"""Splines of one value alone, of each value in a pair, and of each value in the pairs of a larger group."""

MOST_IN_PAIRS = 5
"""Values in a group up to which all pairs get products; larger groups are a plain sum of curves (GAM)."""

INDUCING, TUNING, TUNING_STEPS = 150, 250, 30
"""Points on which a Gaussian process rests, draws from which its length scales are found, and steps."""


@dataclass(frozen=True)
class Basis:
    """Columns, and what it costs to bend them.

    Attributes
    ----------
    columns : ndarray (draw, column)
        Values of the columns at the draws.
    penalty : ndarray (column, column)
        Roughness of the function with coefficients b is ``b' penalty b``.
    evaluate : callable
        The columns at other points, ndarray (point, parameter) -> (point, column); outside the draws as at their edge.
    """

    columns: np.ndarray
    penalty: np.ndarray
    evaluate: Callable[[np.ndarray], np.ndarray]


def splines(values: np.ndarray) -> Basis:
    """Cubic splines of one value, a tensor product for two, all pairs added up for a few, a sum of curves for many.

    Parameters
    ----------
    values : ndarray (draw, parameter)
        Draws, not all equal in any column.
    """
    draws, parameters = values.shape
    if parameters == 1:
        return _margin(values, 0, min(COLUMNS_ALONE, _most(draws)))
    if parameters == 2:
        return _tensor(values, (0, 1), min(COLUMNS_TOGETHER, _most(draws)))
    pairs = combinations(range(parameters), 2) if parameters <= MOST_IN_PAIRS else ()
    parts = [_tensor(values, pair, min(COLUMNS_SMALL, _most(draws))) for pair in pairs]
    parts += [_margin(values, column, min(COLUMNS_ALONE, _most(draws))) for column in range(parameters)]
    return Basis(
        np.hstack([part.columns for part in parts]),
        block_diag(*(part.penalty for part in parts)),
        lambda points: np.hstack([part.evaluate(points) for part in parts]),
    )


def _most(draws: int) -> int:
    """Columns per value that this number of draws can carry."""
    return max(DEGREE + 1, draws // 25)


def _margin(values: np.ndarray, column: int, columns: int) -> Basis:
    """Splines of one column, with the integral of the squared second derivative as penalty."""
    x = values[:, column]
    levels = np.unique(x) if len(x) < 1000 or len(np.unique(x[:1000])) <= columns else None
    if levels is not None and len(levels) <= columns:
        return _levels(values, column, levels)
    centre, scale = x.mean(), x.std()
    low, high = (x.min() - centre) / scale, (x.max() - centre) / scale
    inner = np.unique(np.quantile((x - centre) / scale, np.linspace(0, 1, columns - DEGREE + 1)[1:-1]))
    inner = inner[(inner > low) & (inner < high)]
    knots = np.concatenate([np.full(DEGREE + 1, low), inner, np.full(DEGREE + 1, high)])

    def evaluate(points: np.ndarray) -> np.ndarray:
        inside = np.clip((points[:, column] - centre) / scale, low, high)
        return BSpline.design_matrix(inside, knots, DEGREE).toarray()

    return Basis(evaluate(values), _roughness(knots), evaluate)


def _roughness(knots: np.ndarray) -> np.ndarray:
    """Integral of the products of second derivatives: straight lines per interval, so two Gauss points are exact."""
    size = len(knots) - DEGREE - 1
    edges = np.unique(knots)
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    points = np.concatenate([middle - half / np.sqrt(3), middle + half / np.sqrt(3)])
    bend = BSpline(knots, np.eye(size), DEGREE).derivative(2)(points)
    return bend.T @ (np.concatenate([half, half])[:, None] * bend)


def _levels(values: np.ndarray, column: int, levels: np.ndarray) -> Basis:
    """One column per value, for a parameter that takes few: means per value, nothing to smooth."""

    def evaluate(points: np.ndarray) -> np.ndarray:
        nearest = np.abs(points[:, column, None] - levels).argmin(axis=1)
        return np.eye(len(levels))[nearest]

    # The identity by way of searchsorted, as draws are many and equal to a level.
    return Basis(np.eye(len(levels))[np.searchsorted(levels, values[:, column]).clip(0, len(levels) - 1)],
                 np.zeros((len(levels), len(levels))), evaluate)  # fmt: skip


def _tensor(values: np.ndarray, pair: tuple[int, int], columns: int) -> Basis:
    """Products of the splines of two columns; free of penalty are 1, x, y and xy."""
    one, other = (_margin(values, column, columns) for column in pair)
    penalty = np.kron(one.penalty, np.eye(len(other.penalty))) + np.kron(np.eye(len(one.penalty)), other.penalty)

    def evaluate(points: np.ndarray) -> np.ndarray:
        return _products(one.evaluate(points), other.evaluate(points))

    return Basis(_products(one.columns, other.columns), penalty, evaluate)


def _products(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)


def gaussian_process(values: np.ndarray, results: np.ndarray) -> Basis:
    """A Gaussian process with a length scale per value around a plane, on a subset of the draws.

    Parameters
    ----------
    values : ndarray (draw, parameter)
        Draws, not all equal in any column.
    results : ndarray (draw, result)
        What is to be explained; only the length scales are learned from it.

    Notes
    -----
    Subset and tuning draws are evenly spread in the order of the first parameter, so that the order of the draws does
    not count.
    """
    centre, scale = values.mean(axis=0), values.std(axis=0)
    scaled = (values - centre) / scale
    order = np.lexsort(scaled.T[::-1])
    tuning = order[np.linspace(0, len(order) - 1, min(TUNING, len(order))).astype(int)]
    lengths = _length_scales(scaled[tuning], results[tuning])
    points = scaled[order[np.linspace(0, len(order) - 1, min(INDUCING, len(order) // 4)).astype(int)]]
    kernel = _kernel(points, points, lengths)
    root = cholesky(kernel + 1e-8 * np.eye(len(points)), lower=True)
    low, high = scaled.min(axis=0), scaled.max(axis=0)

    def evaluate(at: np.ndarray) -> np.ndarray:
        inside = np.clip((at - centre) / scale, low, high)
        bent = solve_triangular(root, _kernel(points, inside, lengths), lower=True).T
        return np.hstack([np.ones((len(at), 1)), inside, bent])

    flat = 1 + values.shape[1]
    return Basis(evaluate(values), block_diag(np.zeros((flat, flat)), np.eye(len(points))), evaluate)


LENGTH = 2.0
"""Length scale to start from, in standard deviations of the value."""


def _kernel(one: np.ndarray, other: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    one, other = one / lengths, other / lengths
    squared = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    return np.exp(-0.5 * np.maximum(squared, 0.0))


def _length_scales(values: np.ndarray, results: np.ndarray) -> np.ndarray:
    """Length scales by marginal likelihood, one per value; long ones for values that do not matter."""
    plane = np.column_stack([np.ones(len(values)), values])
    bent = results - plane @ np.linalg.lstsq(plane, results, rcond=None)[0]
    if np.square(bent).sum() <= 1e-12 * np.square(results).sum():
        # The plane says it all, so there is nothing to learn a length from.
        return np.full(values.shape[1], LENGTH)
    from scipy.optimize import minimize
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    def search(target: Callable, start: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, float]:
        found = minimize(target, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": TUNING_STEPS})
        return found.x, found.fun

    curve = ConstantKernel(1.0) * RBF(np.full(values.shape[1], LENGTH), (0.1, 100.0))
    process = GaussianProcessRegressor(curve + WhiteKernel(0.5, (1e-6, 10.0)), optimizer=search, normalize_y=True)
    with warnings.catch_warnings():
        # A value that does not matter ends at the longest length: that is an answer, not a failure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(values, bent)
    return np.atleast_1d(process.kernel_.k1.k2.length_scale)
