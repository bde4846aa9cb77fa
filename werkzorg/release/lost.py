"""Rows about people who were lost: months that are missing, and the answer under other readings of a loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import xarray as xr

from werkzorg.appraisal.checks import PARTIES
from werkzorg.appraisal.dropout import Dropout
from werkzorg.cases.small_cells import THRESHOLD, rounded_count
from werkzorg.pilot import Pilot
from werkzorg.release.rows import RECORDS, Row, party_name, row
from werkzorg.wording import LANGUAGES, say

PERCENT = 0.01
"""Shares of months are rounded to whole percentages."""


def lost_rows(
    pilot: Pilot,
    dropout: Dropout | None,
    appraisal: xr.Dataset,
    sources: Mapping[str, str],
    rests_on: str,
    threshold: int = THRESHOLD,
) -> Iterator[Row]:
    """Missing person-months per group, and net result per party under each reading of a loss.

    The results rest on everybody with a record, as those of the run do; nothing is shown of the people who were lost.

    Parameters
    ----------
    pilot : Pilot
    dropout : Dropout or None
        None when there are no records.
    appraisal : Dataset
        Gives the net result of the run.
    sources : mapping
        Parameter ids behind the net result of each party, in one cell.
    rests_on : str
        What the estimates rest on.
    threshold : int
        Fewest people, and months, behind a number.
    """
    if dropout is None:
        return
    for order, (group, known) in enumerate(dropout.followed.items()):
        if known.persons < threshold:
            continue
        found = {
            "gap_share": (
                round(known.unseen / known.expected / PERCENT) * PERCENT if known.expected else np.nan,
                "fraction",
            ),
            "gap_count": (rounded_count(known.unseen, threshold), "person-months"),
        }
        for item, (value, unit) in found.items():
            yield row(
                f"missing_months.{group}.{item}", "missing_months", unit, RECORDS, item=item, group=group, value=value,
                order=order, names={"group": {lang: say(f"group.{group}", lang) for lang in LANGUAGES}},
            )  # fmt: skip
    net = appraisal["net"].sel(horizon=pilot.main_horizon_months, view="society")
    for place, (reading, moved) in enumerate(dropout.net(net).items()):
        for order, party in enumerate(PARTIES):
            yield row(
                f"dropout.{reading}.{party}", "dropout", pilot.money_unit, rests_on, item=reading, party=party,
                horizon=pilot.main_horizon_months, per="participant", view="society", order=100 * place + order,
                draws=moved.sel(party=party).values, parameters=sources.get(party, ""),
                names={"party": party_name(party)},
            )  # fmt: skip
