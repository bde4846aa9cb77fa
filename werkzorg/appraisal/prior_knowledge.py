"""Which part of the uncertainty of a result rests on prior knowledge."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import xarray as xr

NEGLIGIBLE = 1e-12
SINGULAR = 1e-9


def prior_knowledge_shares(
    posterior: xr.Dataset, prior: Mapping[str, np.ndarray], values: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Part of the spread of each result that is about what the data say little or nothing of.

    The variance of a result is divided over the uncertain values by a linear regression: value j gets
    ``b_j cov(x_j, result) / var(result)`` (the product measure of Pratt; negative parts count as nil, the parts are
    scaled to add up to one). Of each, the part of its precision that comes from the prior is the variance afterwards
    over the variance beforehand: one for a value without data.

    Parameters
    ----------
    posterior : Dataset
        Draws of all uncertain values.
    prior : mapping of ndarray (draw,)
        Prior draws by name.
    values : mapping of ndarray (draw,)
        Results.

    Returns
    -------
    dict of float
        Between 0 and 1, by name of the result; a result without spread is left out.
    """
    with_data = json.loads(posterior.attrs["with_data"])
    names = [str(name) for name in posterior.data_vars if posterior[name].values.std() > NEGLIGIBLE]
    draws = np.column_stack([posterior[name].values for name in names])
    from_prior = np.array([_from_prior(name, posterior, prior) if name in with_data else 1.0 for name in names])
    standard = (draws - draws.mean(axis=0)) / draws.std(axis=0)
    # Shares that add up to one make the correlations singular: the pseudo-inverse divides what they share evenly.
    inverse = np.linalg.pinv(standard.T @ standard / len(standard), hermitian=True, rcond=SINGULAR)
    shares = {}
    for name, result in values.items():
        if np.ptp(result) == 0:
            continue
        along = standard.T @ (result - result.mean()) / len(standard)
        parts = np.maximum((inverse @ along) * along, 0.0)
        shares[name] = float(parts @ from_prior / parts.sum())
    return shares


def _from_prior(name: str, posterior: xr.Dataset, prior: Mapping[str, np.ndarray]) -> float:
    before, after = (values.astype(float) for values in (np.asarray(prior[name]), posterior[name].values))
    if min(before.min(), after.min()) > 0:
        # A positive value is compared on the log scale: higher values have a wider spread though more is known.
        before, after = np.log(before), np.log(after)
    return float(min(after.var() / max(before.var(), NEGLIGIBLE), 1.0))
