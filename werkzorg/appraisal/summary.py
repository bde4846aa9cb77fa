"""From draws to what is shown: mean, median, intervals of stated width and kind, probability."""

from __future__ import annotations

import numpy as np

from werkzorg.constants import INTERVAL_WIDTHS


def summarise(draws: np.ndarray) -> dict[str, float]:
    """Mean, median and equal-tailed intervals of one quantity.

    Parameters
    ----------
    draws : ndarray (draw,)
        Draws; NaN are left out, all NaN gives NaN throughout.

    Returns
    -------
    dict
        `mean`, `median`, `low50`, `high50`, ... for each width of `INTERVAL_WIDTHS`, `probability` (share above zero).
    """
    values = np.asarray(draws, dtype=float)
    values = values[~np.isnan(values)]
    if values.size == 0:
        return dict.fromkeys(("mean", "median", *_bounds(), "probability"), float("nan"))
    shares = [share for width in INTERVAL_WIDTHS for share in ((1 - width) / 2, (1 + width) / 2)]
    quantiles = np.quantile(values, shares)
    return {
        "mean": float(values.mean()),
        "median": float(np.median(values)),
        **dict(zip(_bounds(), quantiles.tolist(), strict=True)),
        "probability": float((values > 0).mean()),
    }


def _bounds() -> list[str]:
    return [f"{side}{round(100 * width)}" for width in INTERVAL_WIDTHS for side in ("low", "high")]


def ratio(numerator: np.ndarray, denominator: np.ndarray) -> dict[str, float] | None:
    """Ratio of means, with the median and intervals of the ratio per draw.

    Returns
    -------
    dict or None
        As :func:`summarise` but with `mean` the ratio of means; None when the denominator is not above zero in 95% of
        the draws: the ratio then means nothing and the balance is shown instead.
    """
    positive = denominator > 0
    if positive.mean() < max(INTERVAL_WIDTHS):
        return None
    return summarise(numerator[positive] / denominator[positive]) | {
        "mean": float(numerator.mean() / denominator.mean())
    }
