"""Shares of people or jobs that would show a count of a few: prior and number of people are known to everybody.

The posterior of a share is that count and the prior together. Whoever knows the prior (it is published) and how many
people there are, takes the prior out again: one percent of forty people is less than half a person.
"""

from __future__ import annotations

from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.inference.record_data import RecordData, Share
from werkzorg.inference.updates import household_name
from werkzorg.pilot import HOUSEHOLDS
from werkzorg.release.gate import Cell, refused_by

ABOUT_HEALTH = ("care.severe_share", "p_crisis_first_quarter")
"""Shares by which nobody should be known (SDC-05)."""


def share_cells(data: RecordData) -> dict[str, Cell]:
    """What the gate must know of every parameter that is a share of people or jobs, by its name.

    Parameters
    ----------
    data : RecordData
        Reduced records.

    Returns
    -------
    dict of Cell
        Without parameters of which the records say nothing: these stay as they were published.
    """
    simple, care = data.simple, data.care
    shares = {
        "care.severe_share": simple.severe,
        "jobs.share_lks": simple.subsidised,
        "jobs.share_jobcoach": simple.coached,
        "jobs.share_no_risk": simple.no_risk,
        "p_crisis_first_quarter": Share(care.crisis_events, care.crisis_at_risk),
        "wmo.use_share": Share(float(care.wmo_users.sum()), float(care.wmo_people.sum())),
    }
    found = {
        name: Cell("share", round(share.n), events=round(share.events), sensitive=name in ABOUT_HEALTH)
        for name, share in shares.items()
        if share.n > 0
    }
    # Shares that add up to one: whoever sees all but one sees that one too, so all stand or fall together.
    levels = tuple(round(simple.households.get(name, 0.0)) for name in HOUSEHOLDS)
    if sum(levels):
        found |= {household_name(name): Cell("model", sum(levels), levels=levels) for name in HOUSEHOLDS}
    return found


def few_shares(data: RecordData, threshold: int = THRESHOLD) -> frozenset[str]:
    """Names of the parameters of which nothing that the data say may leave (SDC-04, SDC-05, SDC-11).

    Parameters
    ----------
    data : RecordData
    threshold : int
        Fewest people.
    """
    return frozenset(name for name, cell in share_cells(data).items() if refused_by(cell, threshold))
