"""Cells of the calibration: which kind of data, how many people, how many without care cost, how many placed.

A cell is a shift of priors that generator and model share, written as local values of a pilot. So the truth of every
data set is a draw from the prior that the model is given, and a right model covers it exactly as often as it says.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import log

from werkzorg.params import catalogue
from werkzorg.params.pilots import load_pilot
from werkzorg.pilot import Pilot

KINDS = ("counts", "aggregates", "records")
PEOPLE = (20, 40, 100)
ZERO = (0, 30, 90)
PLACED = (5, 50)

START, CLOSES, COUNTED, END = date(2018, 1, 1), date(2018, 4, 1), date(2019, 1, 1), date(2020, 1, 1)
"""Start, last enrolment, the one count of the cells with counts, and end of the made-up pilots."""

ENROLLING_MONTHS = 3
COUNTED_MONTH = 12
FOLLOWED_MONTHS = 24
"""Months from the start to the count and to the end."""

HORIZON_MONTHS = 60

LEAVING = {0: (1.0, 99.0), 30: (6.0, 14.0), 90: (18.0, 2.0)}
"""Beta prior of the chance of leaving care in a year (both diagnosis groups), by percentage without care cost."""

PLACED_BY_NATURE = 28
"""Percentage placed within a year at the centre of the shipped priors."""

TEXT = {"source": {"title": "Cell of the calibration", "year": 2026}, "status": "assumption", "grade": "D"}


@dataclass(frozen=True)
class Cell:
    """One kind of pilot.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    people : int
        Participants; as many others in the comparison group.
    zero : int
        Percentage of people without care cost after a year, at the centre of the prior.
    placed : int
        Percentage of participants placed within a year, at the centre of the prior.
    comparison : bool
        Whether there is a comparison group.
    """

    kind: str
    people: int
    zero: int
    placed: int
    comparison: bool = False

    @property
    def name(self) -> str:
        """Name on the command line."""
        ending = {True: "-comparison", False: ""}[self.comparison]
        return f"{self.kind}-n{self.people}-zero{self.zero}-placed{self.placed}{ending}"

    def seed(self, index: int) -> list[int]:
        """Seed of a data set: depends on nothing but the name of the cell and its number."""
        return [zlib.crc32(self.name.encode()), index]


def all_cells() -> dict[str, Cell]:
    """All cells by name, cheapest first."""
    cells = [
        Cell(kind, people, zero, placed, comparison)
        for kind in KINDS
        for comparison in ((False,) if kind == "counts" else (True, False))
        for people in (40, 20, 100)
        for zero in (30, 0, 90)
        for placed in (50, 5)
    ]
    return {cell.name: cell for cell in cells}


@cache
def pilot_of(cell: Cell) -> Pilot:
    """The pilot of a cell, without any data: households, support and towns as in the shipped one."""
    shape = load_pilot("drechtsteden")
    return shape.model_copy(
        update={
            "id": "calibration",
            "start": START,
            "enrolment_closes": CLOSES,
            "end": END,
            "valuation_date": START,
            "participants_planned": cell.people,
            "horizon_months": HORIZON_MONTHS,
            "main_horizon_months": HORIZON_MONTHS,
            "snapshots": (),
            "criterion": None,
            "scenarios": (),
            "parameters": tuple(_shifted_priors(cell)),
        }
    )


def _shifted_priors(cell: Cell) -> list[dict[str, object]]:
    """Local priors: the chance of work, the chance of leaving care, and the fall of cost that leaving explains.

    Support lasts as long as the data, because the likelihoods take everybody in the programme to be supported.
    """
    known = catalogue()
    entry = dict(known.distribution("p_baseline_entry_hazard").params)
    more = log(log(1 - cell.placed / 100) / log(1 - PLACED_BY_NATURE / 100))
    fall = dict(known.distribution("p_log_rtm_ggz_cost").params)
    alpha, beta = LEAVING[cell.zero]
    severe = known.distribution("care.severe_share").mean()
    usual = severe * known.distribution("p_leave_care_epa").mean()
    usual += (1 - severe) * known.distribution("p_leave_care_cmd").mean()
    shift = log(beta / (alpha + beta)) - log(1 - usual)
    return [
        _local("p_baseline_entry_hazard", name="LogNormal", mu=entry["mu"] + more, sigma=entry["sigma"]),
        _local("p_log_rtm_ggz_cost", name="Normal", mu=fall["mu"] + shift, sigma=fall["sigma"]),
        _local("programme.support_months", name="PERT", low=FOLLOWED_MONTHS + 1.0, mode=30.0, high=36.0),
        _local("p_leave_care_epa", name="Beta", alpha=alpha, beta=beta),
        _local("p_leave_care_cmd", name="Beta", alpha=alpha, beta=beta),
    ]


def _local(parameter: str, **distribution: object) -> dict[str, object]:
    return {"id": parameter, "distribution": distribution, **TEXT}
