"""What the fitted model expects of the data, as bands of 99%, beside what was seen.

What was seen is shown only where the rules for small numbers allow it; whether it lies in its band is always told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from werkzorg.cases.small_cells import THRESHOLD, rounded_count
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.chances import monthly_chance, odds_changed, quarterly_odds_changed, still_in_care
from werkzorg.inference.claim_noise import simulate_chance, spread
from werkzorg.inference.record_data import RecordData
from werkzorg.inference.record_fit import likelihood_arrays
from werkzorg.inference.record_likelihood import coefficients
from werkzorg.ledger.decomposition import decompose
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot, months_between
from werkzorg.projection.chain import follow_arms
from werkzorg.wording import say

BAND = (0.005, 0.995)
"""Ends of the bands."""

SHARE_BASE = 0.05
"""Shares of people are shown in steps of five percentage points."""

STREAM = 31


@dataclass(frozen=True)
class Line:
    """One comparison.

    Attributes
    ----------
    name : str
        Party id, or key of the words `check.line.<name>`.
    inside : bool
        Whether it is as it should be.
    observed : float or None
        What was seen, as far as it may be shown.
    expected, low, high : float or None
        Mean and 99% band of what is expected.
    unit : str
    month : int or None
        Month since enrolment.
    party : str or None
        Party that the line is about.
    """

    name: str
    inside: bool
    observed: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = "persons"
    month: int | None = None
    party: str | None = None

    def label(self, lang: str) -> str:
        """Name in words."""
        if self.party is not None:
            return say(f"party.{self.party}.name", lang)
        return say("check.line.month", lang, month=self.month) if self.month is not None else self._words(lang)

    def _words(self, lang: str) -> str:
        return say(f"check.line.{self.name}", lang)

    def as_row(self, lang: str) -> dict[str, object]:
        """Line of a table."""
        keys = ("observed", "expected", "low", "high", "inside")
        return {"name": self.label(lang), **{key: getattr(self, key) for key in keys}}


def _compare(name: str, seen: float, draws: np.ndarray, unit: str, shown: float | None, **more: int) -> Line:
    low, high = np.quantile(draws, BAND)
    expected = float(draws.mean())
    return Line(name, bool(low <= seen <= high), shown, expected, float(low), float(high), unit, **more)


def work_lines(
    posterior: xr.Dataset, records: RecordData, group: str, seed: int, threshold: int = THRESHOLD
) -> tuple[Line, ...]:
    """Share in work by month since enrolment; months with fewer people seen than the threshold are left out."""
    draws = {str(name): posterior[name].values for name in posterior.data_vars}
    arm = "programme"
    if group == "comparison":
        arm = "without"
        draws["p_selection_shift"] = draws["p_selection_shift"] - draws["selection.comparison_gap"]
    seen, shares = records.seen[group], records.working[group]
    months = [month for month in range(1, len(seen)) if seen[month] >= threshold]
    if not months:
        return ()
    chain = follow_arms(draws, max(months))["banded"].sum(("band", "clocked_state")).sel(arm=arm)
    expected = chain.transpose("draw", "cycle").values.clip(0, 1)
    rng = np.random.default_rng([seed, STREAM, len(group)])
    lines = []
    for month in months:
        people, working = int(seen[month]), round(seen[month] * shares[month])
        drawn = rng.binomial(people, expected[:, month]) / people
        # Both those in work and those not in work must reach the threshold (SDC-04).
        may_show = min(working, people - working) >= threshold
        shown = round(shares[month] / SHARE_BASE) * SHARE_BASE if may_show else None
        lines.append(_compare("work", float(shares[month]), drawn, "fraction", shown, month=month))
    return tuple(lines)


def care_lines(posterior: xr.Dataset, records: RecordData, seed: int, threshold: int = THRESHOLD) -> tuple[Line, ...]:
    """Ends of care, returns, admissions, crises at job starts and Wmo support: counts against the model."""
    d, care = {str(name): posterior[name].values for name in posterior.data_vars}, records.care
    ratio = np.exp(d["p_logor_admission_in_work"])
    idle = [d["care.admission_year_severe"], d["care.admission_year_common"]]
    busy = [quarterly_odds_changed(chance, ratio) for chance in idle]
    use = d["wmo.use_share"]
    at_work = odds_changed(use, np.exp(d["p_logor_wmo_in_work"]))
    leave = [monthly_chance(d["p_leave_care_epa"]), monthly_chance(d["p_leave_care_cmd"])]
    admission = [monthly_chance(chance) for pair in zip(idle, busy, strict=True) for chance in pair]
    parts = {
        "leave": (care.leave_at_risk, care.leave_events, leave),
        "return": ([care.return_at_risk], [care.return_events], [monthly_chance(d["care.return_year"])]),
        "admission": (care.admission_at_risk.ravel(), care.admission_events.ravel(), admission),
        "crisis": ([care.crisis_at_risk], [care.crisis_events], [d["p_crisis_first_quarter"]]),
        "wmo": (care.wmo_people, care.wmo_users, [use, at_work]),
    }
    rng = np.random.default_rng([seed, STREAM, 1])
    lines = []
    for name, (at_risk, events, chances) in parts.items():
        number = np.round(np.asarray(at_risk, dtype=float)).astype(int)
        if number.sum() == 0:
            continue
        drawn = sum(rng.binomial(size, chance) for size, chance in zip(number, chances, strict=True))
        seen = float(np.sum(events))
        lines.append(_compare(f"care.{name}", round(seen), drawn, "persons", rounded_count(round(seen), threshold)))
    return tuple(lines)


def cost_lines(
    pilot: Pilot, posterior: xr.Dataset, records: RecordData, seed: int, threshold: int = THRESHOLD
) -> tuple[Line, ...]:
    """Mean and spread of the logarithm of cost per month in care over half years.

    The replicated sums follow exactly from the cross products: with rows y = X b + e, a normal case effect in e, the
    sums of e and of its squares per size of a person are a normal and chi-square variables.
    """
    cost = records.cost
    rows = cost.within[1, 1]
    if rows < threshold or cost.persons.sum() < threshold:
        return ()
    d = {str(name): posterior[name].values for name in posterior.data_vars}
    beta, residual, case = _cost_draws(pilot, records, d)
    rng = np.random.default_rng([seed, STREAM, 2])
    cross, between = cost.within[1:, 1:], cost.between[:, 1:, 1:]
    count, size, middle = cost.persons.astype(int), cost.rows, cross[0] / rows
    centred = cross - rows * np.outer(middle, middle)
    # Sums per person around the mean row; the first column is one in every row, so its products are sums.
    moved = between[:, 0] / size[:, None]
    shift = (size[:, None] * moved)[:, :, None] * middle
    around = between - shift - shift.transpose(0, 2, 1) + (count * size**2)[:, None, None] * np.outer(middle, middle)
    of_sum = residual[:, None] + case[:, None] * size
    noise = (np.sqrt(of_sum * size * count) * rng.standard_normal(of_sum.shape)).sum(axis=1)
    squares = (of_sum * rng.chisquare(count, of_sum.shape)).sum(axis=1)
    squares += residual * rng.chisquare(max(rows - count.sum(), 1), len(beta))
    mixed = residual * _form(beta, centred) + case * _form(beta, around.sum(axis=0))
    mean = beta @ middle + noise / rows
    square = _form(beta, centred) + squares - noise**2 / rows
    square += 2 * np.sqrt(np.maximum(mixed, 0.0)) * rng.standard_normal(len(beta))
    sd = np.sqrt(np.maximum(square / rows, 0.0))
    seen_mean = cost.within[0, 1] / rows
    seen_sd = np.sqrt(cost.within[0, 0] / rows - seen_mean**2)
    return tuple(
        _compare(f"cost.{name}", seen, drawn, "log", round(float(seen), 1))
        for name, seen, drawn in (("mean", seen_mean, mean), ("sd", seen_sd, sd))
    )


def _form(beta: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Quadratic form of each draw, (draw,)."""
    return ((beta @ matrix) * beta).sum(axis=1)


def _cost_draws(pilot: Pilot, records: RecordData, d: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients (draw, column), variance of a half year around its case, and of the case effect, (draw,)."""
    facts = likelihood_arrays(pilot, catalogue_of(pilot), records)["facts"]
    nil = np.zeros_like(d["p_cost_sigma"])
    names = ("care.level", "care.level_severe", "care.level_comparison", "care.level_worker", "care.work_selection",
             "care.trend_year", "p_log_rtm_ggz_cost", "care.rtm_gap")  # fmt: skip
    shares = ("p_leave_care_epa", "p_leave_care_cmd", "care.return_year", "care.reversion_left")
    table = {name: d.get(name, nil) for name in (*names, *shares)}
    beta = np.array([
        coefficients({name: table[name][i] for name in names}, {name: table[name][i] for name in shares}, work, facts)
        for i, work in enumerate(d["p_log_ggz_cost_ratio_work"])
    ])  # fmt: skip
    total = d["p_cost_sigma"] ** 2
    case = d["p_cost_autocorr"] * total
    return beta, 2 * (total - case), case


def change_line(
    pilot: Pilot, posterior: xr.Dataset, records: RecordData, seed: int, threshold: int = THRESHOLD
) -> tuple[Line, ...]:
    """What is left of the observed change of mean cost, against what chance does in a group of this size."""
    found = decompose(pilot, records, posterior, threshold=threshold)
    if found is None or found.attrs["after"] <= 0:
        return ()
    d = {str(name): posterior[name].values for name in posterior.data_vars}
    between, within = spread(d["p_cost_sigma"], d["p_cost_autocorr"], MONTHS_PER_YEAR)
    severe = records.simple.severe
    mix = severe.events / severe.n if severe.n else 0.5
    months = MONTHS_PER_YEAR * (found.attrs["year"] - 0.5)
    stay = sum(
        part * still_in_care(d[name], d["care.return_year"], months)
        for name, part in (("p_leave_care_epa", mix), ("p_leave_care_cmd", 1 - mix))
    )
    rng = np.random.default_rng([seed, STREAM, 3])
    noise = simulate_chance(found.attrs["persons"], between, within, stay, rng)
    drawn = noise.rest + noise.sd * rng.standard_normal(len(noise.sd))
    expected = found.attrs["before"] + found["part"].drop_sel(cause="chance").sum("cause").values
    possible = expected * np.expm1(drawn)
    seen = float(found["part"].sel(cause="chance").mean())
    return (_compare("change", seen, possible, pilot.money_unit, seen),)


def snapshot_lines(pilot: Pilot, posterior: xr.Dataset, seed: int) -> tuple[Line, ...]:
    """People in work in each dated count; published counts are shown as they are."""
    if not pilot.snapshots:
        return ()
    d = {str(name): posterior[name].values for name in posterior.data_vars}
    # Enrolled at an even pace: the chain averaged over the months since enrolment.
    longest = max(int(np.ceil(months_between(pilot.start, each.date))) for each in pilot.snapshots) + 1
    chain = follow_arms(d, longest)["banded"].sum(("band", "clocked_state")).sel(arm="programme")
    working = chain.transpose("draw", "cycle").values.clip(0, 1)
    rng = np.random.default_rng([seed, STREAM, 4])
    lines = []
    for each in pilot.snapshots:
        since = months_between(pilot.start, each.date)
        closed = max(since - months_between(pilot.start, pilot.enrolment_closes), 0.0)
        first, last = int(np.floor(closed)), int(np.ceil(since))
        share = working[:, first : last + 1].mean(axis=1)
        drawn = rng.binomial(each.enrolled, share)
        lines.append(_compare("snapshot", each.working, drawn, "persons", float(each.working)))
    return tuple(lines)
