"""Exits from benefit: what was recorded of people in work, beside what the rules say of their hours and households.

In the model nobody leaves bijstand by a share: hours, wage and household do. Where fewer people in work are recorded as
off benefit than the rules expect, the saving on bijstand is counted too high, whatever the reason (hours that vary,
income that comes late, a disregard that goes on). The calculation is not bent; the check says so.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from werkzorg.appraisal.predictive import BAND, SHARE_BASE, STREAM, Line
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.inference.record_data import RecordData
from werkzorg.pilot import Pilot
from werkzorg.projection.chain import follow_arms
from werkzorg.projection.trajectory import off_benefit

KIND = 4
"""Random stream among those of the checks."""


def exit_line(pilot: Pilot, posterior: xr.Dataset, records: RecordData, seed: int) -> Line | None:
    """Share of months in work off benefit, against rules and chance; None with fewer than ten people in work.

    Parameters
    ----------
    pilot : Pilot
        Households, instruments and dates.
    posterior : Dataset
        Gives hours, households and wage per draw.
    records : RecordData
        What was recorded.
    seed : int
        Seed.

    Returns
    -------
    Line or None
        `inside` is false only when fewer are off benefit than rules and chance allow. Months of one person go together,
        so chance is that of as many people as worked.
    """
    exits = records.exits
    if exits.persons < THRESHOLD:
        return None
    seen = exits.off / exits.months
    expected = ruled_share(pilot, posterior, records)
    rng = np.random.default_rng([seed, STREAM, KIND])
    low, high = np.quantile(rng.binomial(exits.persons, expected) / exits.persons, BAND)
    shown = round(seen / SHARE_BASE) * SHARE_BASE if min(exits.persons_off, exits.persons_on) >= THRESHOLD else None
    return Line("exits", bool(seen >= low), shown, float(expected.mean()), float(low), float(high), "fraction")


def ruled_share(pilot: Pilot, posterior: xr.Dataset, records: RecordData) -> np.ndarray:
    """Share of the months in work that the rules put off benefit, over the months that participants were seen, (draw,).

    Parameters as :func:`exit_line`.
    """
    weight = records.seen["programme"][1 : pilot.horizon_months + 1]
    draws = {str(name): posterior[name].values for name in posterior.data_vars}
    chain = follow_arms(draws, len(weight))["banded"].sel(arm="programme").sum("clocked_state")
    at_work = chain.transpose("draw", "cycle", "band").values[:, 1:]
    off = off_benefit(pilot, posterior).transpose("draw", "month", "tenure").values[:, 1 : len(weight) + 1]
    at_work = at_work * weight[None, :, None]
    return ((at_work * off).sum((1, 2)) / at_work.sum((1, 2))).clip(0, 1)
