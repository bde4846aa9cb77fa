"""Mean of results given some uncertain values, by penalised regression over the draws, with its uncertainty.

References
----------
Strong M, Oakley JE, Brennan A (2014), Medical Decision Making 34:311-326: partial perfect information by regression.
Wood SN (2011), JRSS B 73:3-36: smoothness by restricted maximum likelihood.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cholesky, eigh, solve_triangular

from werkzorg.appraisal.basis import Basis, gaussian_process, splines
from werkzorg.appraisal.draws import refuse

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

METHODS = ("auto", "spline", "gp")
"""`auto`: splines for one and two values, a Gaussian process for more."""

FEWEST = 100
"""Draws below which no curve is fitted."""

SIMULATIONS = 200
"""Curves that are drawn from the uncertainty of a fit to get the error of what is made of it."""

_GRID = np.logspace(-6, 10, 65)
"""Strengths of smoothing that are tried, relative to the middle of the penalties."""

_RANK = 1e-10
"""Directions of the results with less than this part of the largest variance are copies of others."""


def single_threaded[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Run a function with one thread for linear algebra: its matrices are many and small.

    Handing them to several threads takes longer than working them out, by a factor of three on a busy machine.

    Parameters
    ----------
    function : callable
    """

    @functools.wraps(function)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with _pools().limit(limits=1):
            return function(*args, **kwargs)

    return alone


@functools.cache
def _pools() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@dataclass(frozen=True)
class Smoother:
    """A basis turned so that its columns are orthonormal and each has its own penalty.

    Attributes
    ----------
    basis : Basis or None
        None when no value varies: every mean is then the overall one.
    turn : ndarray (column, column)
    penalties : ndarray (column,)
        Zero for what is not smoothed.
    """

    basis: Basis | None
    turn: np.ndarray
    penalties: np.ndarray

    def fit(self, results: np.ndarray) -> Fit:
        """Regress results on the basis, all with one smoothness, so that their linear combinations fit in.

        Parameters
        ----------
        results : ndarray (draw, result)
            Results of one decision or one party.
        """
        centre = results.mean(axis=0)
        if self.basis is None:
            return Fit(self, np.zeros((0, results.shape[1])), np.zeros(0), np.zeros((results.shape[1],) * 2), centre)
        centred = results - centre
        directions, lengths = _directions(centred)
        if not len(lengths):
            return Fit(
                self,
                np.zeros((len(self.penalties), results.shape[1])),
                np.ones(len(self.penalties)),
                np.zeros((results.shape[1],) * 2),
                centre,
            )
        unit = centred @ (directions / lengths)
        turned = self.turn.T @ (self.basis.columns.T @ unit)
        kept = self._kept(turned, len(unit))
        back = (directions * lengths).T
        free = len(unit) - kept.sum()
        left = np.eye(len(lengths)) - turned.T @ ((2 * kept - kept**2)[:, None] * turned)
        return Fit(self, (kept[:, None] * turned) @ back, kept, back.T @ (left / max(free, 1.0)) @ back, centre)

    def _kept(self, turned: np.ndarray, draws: int) -> np.ndarray:
        """Part of each column that is kept, at the smoothness with the largest restricted likelihood."""
        bent = self.penalties > 0
        if not bent.any():
            return np.ones(len(self.penalties))
        free = draws - (~bent).sum()
        strengths = _GRID / np.median(self.penalties[bent])
        scaled = strengths[:, None] * self.penalties
        kept = 1 / (1 + scaled)
        left = np.eye(turned.shape[1]) - np.einsum("gc,ci,cj->gij", kept, turned, turned)
        values = np.maximum(np.linalg.eigvalsh(left), 1e-14)
        score = free * np.log(values).sum(axis=1) + turned.shape[1] * np.log1p(1 / scaled[:, bent]).sum(axis=1)
        return kept[score.argmin()]


@dataclass(frozen=True)
class Fit:
    """Mean of results as a function of the uncertain values.

    Attributes
    ----------
    smoother : Smoother
    coefficients : ndarray (column, result)
        Of the turned columns.
    kept : ndarray (column,)
        Part of each turned column that smoothing leaves; their sum is the number of degrees of freedom used.
    residual : ndarray (result, result)
        Covariance of what is not explained.
    centre : ndarray (result,)
        Overall mean.
    """

    smoother: Smoother
    coefficients: np.ndarray
    kept: np.ndarray
    residual: np.ndarray
    centre: np.ndarray

    def fitted(self, draws: int) -> np.ndarray:
        """Mean of the results given the values of each draw, ndarray (draw, result)."""
        if self.smoother.basis is None:
            return np.broadcast_to(self.centre, (draws, len(self.centre)))
        return self.smoother.basis.columns @ (self.smoother.turn @ self.coefficients) + self.centre

    def predict(self, points: np.ndarray) -> np.ndarray:
        """Mean of the results at other values, ndarray (point, parameter) -> (point, result)."""
        if self.smoother.basis is None:
            return np.broadcast_to(self.centre, (len(points), len(self.centre)))
        return self.smoother.basis.evaluate(points) @ (self.smoother.turn @ self.coefficients) + self.centre

    def simulate(self, points: np.ndarray) -> np.ndarray:
        """What the mean of the results may be as well, given the draws: ndarray (simulation, point, result).

        Parameters
        ----------
        points : ndarray of int (point,)
            Numbers of the draws at whose values it is wanted.
        """
        if self.smoother.basis is None:
            return np.broadcast_to(self.centre, (SIMULATIONS, len(points), len(self.centre)))
        columns = self.smoother.basis.columns[points] @ (self.smoother.turn * np.sqrt(self.kept))
        values, vectors = np.linalg.eigh(self.residual)
        noise = np.random.default_rng(1).standard_normal((len(self.kept), SIMULATIONS, len(values)))
        spread = np.tensordot(columns, noise @ (np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T), axes=1)
        middle = columns @ (self.coefficients / np.sqrt(self.kept)[:, None]) + self.centre
        return middle + np.moveaxis(spread, 1, 0)


def make_smoother(values: np.ndarray, method: str = "auto", results: np.ndarray | None = None) -> Smoother:
    """Choose and turn the basis for a group of uncertain values.

    Parameters
    ----------
    values : ndarray (draw, parameter)
        Draws; columns that do not vary are left out.
    method : {"auto", "spline", "gp"}
    results : ndarray (draw, result), optional
        Needed for the length scales of a Gaussian process.

    Raises
    ------
    WerkzorgError
        Unknown method.
    """
    if method not in METHODS:
        raise refuse("method_unknown", "method", method=method, known=", ".join(METHODS))
    varies = np.ptp(values, axis=0) > 0
    if not varies.any():
        return Smoother(None, np.zeros((0, 0)), np.zeros(0))
    used = values[:, varies]
    process = method == "gp" or (method == "auto" and used.shape[1] > 2)
    if process and results is not None:
        directions, lengths = _directions(results - results.mean(axis=0))
        process = len(lengths) > 0
        results = (results - results.mean(axis=0)) @ (directions / lengths)
    basis = gaussian_process(used, results) if process and results is not None else splines(used)
    if not varies.all():
        inner = basis.evaluate
        basis = Basis(basis.columns, basis.penalty, lambda points: inner(points[:, varies]))
    return _turned(basis)


def _turned(basis: Basis) -> Smoother:
    gram = basis.columns.T @ basis.columns
    # Columns without a draw, or equal to others, get no weight instead of an infinite one.
    root = cholesky(gram + 1e-9 * np.trace(gram) / len(gram) * np.eye(len(gram)), lower=True)
    half = solve_triangular(root, basis.penalty, lower=True)
    penalties, vectors = eigh(solve_triangular(root, half.T, lower=True))
    penalties = np.where(penalties > 1e-11 * max(penalties.max(), 0.0), penalties, 0.0)
    return Smoother(basis, solve_triangular(root.T, vectors, lower=False), penalties)


def _directions(centred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Independent directions of the results (result, direction) and the length of each."""
    values, vectors = np.linalg.eigh(centred.T @ centred)
    used = values > _RANK * max(values.max(), 0.0)
    return vectors[:, used], np.sqrt(values[used])
