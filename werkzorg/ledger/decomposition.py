"""The change of care cost that was really seen, split into its causes.

`ledger.care_change` splits the change that the model expects. Here the change is that of the participants themselves:
their mean cost in the year before enrolment and in a year after it. What the causes do not explain is chance.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import special

from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.chances import (
    monthly_chance,
    net_reversion,
    quarterly_odds_changed,
    reversion,
    still_in_care,
)
from werkzorg.inference.priors import prior_on_log_scale
from werkzorg.inference.record_data import PERIOD_MONTHS, WORK_STEPS, CareChange, RecordData
from werkzorg.inference.split import split
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.projection.care import CRISIS_MONTHS

EXPECTED = ("planned_end", "regression_to_mean", "selection_time", "crisis_at_start", "work")
"""Causes with an expected part. Selection: those who find work were getting better anyway. Time: calendar years."""

CAUSES = (*EXPECTED, "chance")

TIPPING = ("selection", "natural")
"""What may take the place of the effect of work: more selection of who finds work, or a larger fall by itself."""

SHARE_STEP = 0.05
"""The part of the cost before that is outpatient is rounded to this: the parts must tell nothing of one person."""

Draws = dict[str, np.ndarray]


def decompose(
    pilot: Pilot, records: RecordData, posterior: xr.Dataset, *, threshold: int = THRESHOLD
) -> xr.Dataset | None:
    """Split the observed before-after change of mean GGZ cost of the participants into its causes.

    Every cause gets its Shapley value (`inference.split`), so no cause is favoured by its place. A comparison group
    enters through the posterior: it tells what falls by itself.

    Parameters
    ----------
    pilot : Pilot
        Gives the price year and the priors.
    records : RecordData
        Gives the observed cost, rounded here by the release rules.
    posterior : Dataset
        From `inference.fit.fit` with these records.
    threshold : int
        Fewest people behind it.

    Returns
    -------
    Dataset or None
        `part` (draw, cause): EUR per participant and year; the parts add up to ``after - before`` in every draw.
        `needed` and `assumed` (draw, tipping): change of cost (-0.2 is a fall of 20%) by selection, and by what comes
        by itself, at which nothing is left for work, and as estimated; `thought` (tipping,): how likely one at least
        that large was thought beforehand. Attributes `before`, `after`, `base` (EUR), `year`, `persons`. None when
        nothing may be shown: too few people, or one who costs too much of all.
    """
    change = records.change.get("programme")
    if change is None or change.persons < threshold or change.dominated:
        return None
    before, after = (round(value / change.base) * change.base for value in (change.before, change.after))
    if before <= 0:
        return None
    severe = records.simple.severe
    mix = severe.events / severe.n if severe.n else 0.5
    draws = {name: posterior[name].values for name in posterior.data_vars}
    outpatient = before * round(change.outpatient / change.before / SHARE_STEP) * SHARE_STEP
    expected = _Expected(draws, change, mix, outpatient)
    part = split(expected.cost, EXPECTED)
    chance = (after - before) - part.sum(axis=0)
    needed, assumed, thought = _tipping(pilot, expected, draws)
    return xr.Dataset(
        {
            "part": (("cause", "draw"), np.concatenate([part, chance[None]])),
            "needed": (("tipping", "draw"), needed),
            "assumed": (("tipping", "draw"), assumed),
            "thought": ("tipping", thought),
        },
        coords={"cause": list(CAUSES), "tipping": list(TIPPING), "draw": posterior["draw"]},
        attrs={"before": before, "after": after, "base": change.base, "year": change.year, "persons": change.persons},
    ).transpose("draw", ...)


class _Expected:
    """Expected cost per participant in the year after enrolment, with any set of causes at work.

    Parameters
    ----------
    draws : dict of ndarray (draw,)
    change : CareChange
    severe : float
        Share of participants with a severe illness.
    outpatient : float
        Outpatient cost per participant in the year before, EUR.
    """

    def __init__(self, draws: Draws, change: CareChange, severe: float, outpatient: float) -> None:
        self.draws, self.change, self.severe, self.outpatient = draws, change, severe, outpatient
        halves = (change.year - 1) * 2 + np.arange(len(change.weight))
        middle = PERIOD_MONTHS * (halves + 0.5)
        self.months = PERIOD_MONTHS * halves[:, None] + np.arange(1, PERIOD_MONTHS + 1)
        # From the middle of the year before enrolment to the middle of each half year.
        self.years = (middle + MONTHS_PER_YEAR / 2) / MONTHS_PER_YEAR
        self.care = self._still(middle[None, :])

    def _still(self, months: np.ndarray) -> np.ndarray:
        """Share still in care, (draw, month)."""
        back = self.draws["care.return_year"][:, None]
        leave = {"p_leave_care_epa": self.severe, "p_leave_care_cmd": 1 - self.severe}
        return sum(part * still_in_care(self.draws[name][:, None], back, months) for name, part in leave.items())

    def regressed(self) -> np.ndarray:
        """Cost per month in care relative to enrolment by regression to the mean, (draw, half year).

        As in the likelihood: the change of a year less those who left care, and no rise (`chances.net_reversion`).
        """
        year = np.array([[float(MONTHS_PER_YEAR)]])
        net = net_reversion(self.draws["p_log_rtm_ggz_cost"], self._still(year)[:, 0])
        left = self.draws["care.reversion_left"][:, None, None]
        come = reversion(left, self.months[None] / MONTHS_PER_YEAR).mean(axis=2)
        return np.exp(net[:, None] * come)

    def mixed(self, work: np.ndarray, selection: np.ndarray) -> np.ndarray:
        """Factor on outpatient cost by who works how much, (draw, half year); effects are log ratios (draw,)."""
        effect = (work + selection)[:, None, None] * WORK_STEPS
        factor = (np.exp(effect) * self.change.shares).sum(axis=2)
        return factor * np.exp(-selection[:, None] * self.change.mean_share)

    def cost(self, active: frozenset[str]) -> np.ndarray:
        """Mean cost per participant and year, EUR (draw,)."""
        draws, change, nil = self.draws, self.change, np.zeros_like(self.draws["care.trend_year"])
        care = self.care if "planned_end" in active else np.ones_like(self.care)
        factor = care * (self.regressed() if "regression_to_mean" in active else 1.0)
        chosen = "selection_time" in active
        work = draws["p_log_ggz_cost_ratio_work"] if "work" in active else nil
        factor = factor * self.mixed(work, draws["care.work_selection"] if chosen else nil)
        if chosen:
            factor = factor * np.exp(draws["care.trend_year"][:, None] * self.years)
        cost = self.outpatient * (factor @ change.weight)
        return cost + self._episodes(care, active) if change.episodes else cost

    def _episodes(self, care: np.ndarray, active: frozenset[str]) -> np.ndarray:
        """Cost of admissions and of crises at job starts, EUR (draw,)."""
        draws, present = self.draws, care @ self.change.weight
        ratio = np.exp(draws["p_logor_admission_in_work"])
        yearly = [draws["care.admission_year_severe"], draws["care.admission_year_common"]]
        idle, busy = (
            self.severe * monthly_chance(part[0]) + (1 - self.severe) * monthly_chance(part[1])
            for part in (yearly, [quarterly_odds_changed(chance, ratio) for chance in yearly])
        )
        at_work = self.change.mean_share.mean() if "work" in active else 0.0
        episodes = present * (idle * (1 - at_work) + busy * at_work)
        if "crisis_at_start" in active:
            start = 1 - (1 - draws["p_crisis_first_quarter"]) ** (1 / CRISIS_MONTHS)
            episodes = episodes + self.change.fresh * (start - present * busy)
        return episodes * MONTHS_PER_YEAR * draws["ggz.crisis_admission"]

    def natural(self) -> np.ndarray:
        """Log change of outpatient cost that comes by itself: planned end and regression to the mean, (draw,)."""
        return np.log((self.care * self.regressed()) @ self.change.weight)


def _tipping(pilot: Pilot, expected: _Expected, draws: Draws) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Changes at which the same change would have been seen while work does nothing, per draw."""
    work, selection = draws["p_log_ggz_cost_ratio_work"], draws["care.work_selection"]
    natural = expected.natural()
    weight = expected.change.weight
    idle = expected.mixed(np.zeros_like(work), selection)
    effect = np.log((expected.mixed(work, selection) @ weight) / (idle @ weight))
    needed = np.stack([selection + work, natural + effect])
    mu, sigma = (each[0] for each in prior_on_log_scale(catalogue_of(pilot), ["care.work_selection"]))
    before = np.sort(_prior_natural(pilot, expected, len(work), seed=1))
    thought = np.array(
        [special.ndtr((needed[0] - mu) / sigma).mean(), (np.searchsorted(before, needed[1]) / len(before)).mean()]
    )
    return np.expm1(needed), np.expm1(np.stack([selection, natural])), thought


def _prior_natural(pilot: Pilot, expected: _Expected, size: int, seed: int) -> np.ndarray:
    """The change that comes by itself as thought before the records, (draw,)."""
    catalogue = catalogue_of(pilot)
    names = ("p_log_rtm_ggz_cost", "p_leave_care_epa", "p_leave_care_cmd", "care.return_year", "care.reversion_left")
    prior = {name: catalogue.draw(name, size, seed) for name in names}
    return _Expected(prior, expected.change, expected.severe, expected.outpatient).natural()
