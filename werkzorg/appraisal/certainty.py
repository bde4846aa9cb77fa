"""What an uncertain result is worth to a party that cannot shrug off a loss.

References
----------
Pratt JW (1964), Econometrica 32:122-136 (constant absolute risk aversion).
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.special import logsumexp

from werkzorg.appraisal.draws import DRAW, check_draws, check_positive


def certainty_equivalent(net: xr.DataArray, tolerance: float | xr.DataArray) -> xr.DataArray:
    """Sure amount that a risk-averse party finds as good as the uncertain result.

    Parameters
    ----------
    net : DataArray (draw, ...)
        Net result of the whole decision (a pilot, not one participant), euros.
    tolerance : float or DataArray (party)
        Risk tolerance in euros, above zero: about the amount at which the party would just accept to win it or lose
        half of it on the toss of a coin. Infinite for a party that goes by the mean. A small municipality has a small
        one, a large insurer a large one.

    Returns
    -------
    DataArray (...)
        Euros: ``-tolerance * log(mean(exp(-net / tolerance)))``, at most the mean, which it reaches as the tolerance
        grows. For a normal result: mean less variance over twice the tolerance.
    """
    net = check_draws(net, "net")
    tolerance = xr.DataArray(tolerance).astype(float)
    check_positive(tolerance.fillna(0.0), "tolerance", zero=False)
    mean = net.mean(DRAW)
    finite = np.isfinite(tolerance)
    used = tolerance.where(finite, 1.0)
    # Around the mean, and without the one in exp, so that a large tolerance does not lose the difference in rounding.
    spread = ((net - mean) / -used).transpose(DRAW, ...)
    small = np.log1p(np.expm1(np.clip(spread.values, -1, 1)).mean(axis=0))
    large = logsumexp(spread.values, axis=0) - np.log(net.sizes[DRAW])
    log_mean = spread.isel(draw=0, drop=True).copy(data=np.where(np.abs(spread.values).max(axis=0) < 1, small, large))
    return (mean - xr.where(finite, used * log_mean.clip(min=0.0), 0.0)).transpose(*mean.dims, ...)


def risk_premium(net: xr.DataArray, tolerance: float | xr.DataArray) -> xr.DataArray:
    """What a party would give up to be rid of the uncertainty: mean less certainty equivalent, never below zero.

    Parameters
    ----------
    net, tolerance
        As in :func:`certainty_equivalent`.
    """
    return check_draws(net, "net").mean(DRAW) - certainty_equivalent(net, tolerance)
