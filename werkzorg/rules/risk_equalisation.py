"""Risk equalisation: part of an insurer's saving on care flows to the fund and so to all insurers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.rules.lagging import delayed
from werkzorg.rules.law import Law

Array = NDArray[np.float64] | float


def lost_saving(
    saving: ArrayLike, law: Law, loss_share: ArrayLike | None = None, steps_per_year: int = MONTHS_PER_YEAR
) -> Array:
    """What the insurer receives less from the fund, because its insured used less care.

    Parameters
    ----------
    saving : array, shape (..., time)
        Care cost saved per step; may be negative, then the insurer receives more.
    law : Law
        Delay and, unless given, share lost.
    loss_share : array, shape (...), optional
        Draws of the share lost from the second year.
    steps_per_year : int
        Steps of the time axis per year.

    Returns
    -------
    array, shape (..., time)
        ``loss share x S[t - lag]``, paid by the insurer to the fund.
    """
    share = law.equalisation.loss_share if loss_share is None else loss_share
    return np.asarray(share, float)[..., None] * delayed(saving, law.equalisation.lag, steps_per_year)
