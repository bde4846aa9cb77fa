"""What may stand in a file that leaves the house when case records are behind it."""

from __future__ import annotations

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.pilot import Pilot

MOST_DRAWS = 2_000
"""Draws in a file at most."""

MOST_DRAWS_RECORDS = 1_000
"""The same for a pilot with case records."""

FEWEST_PEOPLE = 20
"""People in each group of which draws may leave the house."""


def allowed_draws(pilot: Pilot, groups: tuple[int, ...]) -> int:
    """How many draws of group-level results a file may hold.

    Parameters
    ----------
    pilot : Pilot
    groups : tuple of int
        People per group in the case records that the fit used; empty without records.

    Raises
    ------
    WerkzorgError
        Code RELEASE: a group is too small.
    """
    if pilot.data is None:
        return MOST_DRAWS
    if not groups or min(groups) < FEWEST_PEOPLE:
        raise WerkzorgError(ExitCode.RELEASE, Problem("explorer.too_few", values={"least": FEWEST_PEOPLE}))
    return MOST_DRAWS_RECORDS
