"""Draws with known answers for the tests of decision analysis."""

from __future__ import annotations

import numpy as np
import xarray as xr
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import qmc

from werkzorg.appraisal.decision import benefit_of_increment


def normal_points(values: int, log_size: int = 14) -> np.ndarray:
    """Standard normal draws (draw, value) that fill the space evenly: errors of 1e-4 where random ones have 1e-2."""
    return ndtri(qmc.Sobol(values, seed=7).random_base2(log_size))


def labelled(columns: np.ndarray, names: list[str], dim: str) -> xr.DataArray:
    return xr.DataArray(columns, dims=("draw", dim), coords={dim: names})


def toy(k: float = 1.0, log_size: int = 14) -> tuple[xr.DataArray, xr.DataArray]:
    """p1 ~ N(1, 1), p2 ~ N(0, 2), incremental benefit k p1 - p2: benefit (draw, arm) and the parameters."""
    points = normal_points(2, log_size) * [1.0, 2.0] + [1.0, 0.0]
    increment = xr.DataArray(k * points[:, 0] - points[:, 1], dims="draw")
    return benefit_of_increment(increment), labelled(points, ["p1", "p2"], "parameter")


def random_benefit(
    seed: int, arms: int = 3, draws: int = 300, parameters: int = 3
) -> tuple[xr.DataArray, xr.DataArray]:
    """Benefit with a curved dependence on parameters, and noise that no parameter explains."""
    rng = np.random.default_rng(seed)
    known = rng.standard_normal((draws, parameters))
    slopes, bends = rng.normal(size=(2, parameters, arms))
    values = known @ slopes + (known**2) @ bends / 2 + rng.normal(size=(draws, arms))
    benefit = labelled(values, [f"arm{k}" for k in range(arms)], "arm")
    return benefit, labelled(known, [f"p{k}" for k in range(parameters)], "parameter")


seeds = st.integers(0, 2**31)
