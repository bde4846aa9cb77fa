"""Checks whether the model fits the data, and where the answer comes from.

Each check is an object with a verdict, a table and a sentence; the technical report is a list of them. None of them
shows a number of fewer people than the threshold, or anything of one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from werkzorg.appraisal.dropout import Dropout, says_the_same
from werkzorg.appraisal.exits import exit_line
from werkzorg.appraisal.leaving import leaving_line
from werkzorg.appraisal.predictive import Line, care_lines, change_line, cost_lines, snapshot_lines, work_lines
from werkzorg.appraisal.prior_knowledge import prior_knowledge_shares
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.inference import power_scaling
from werkzorg.inference.record_data import RecordData
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.projection.chain import follow_arms
from werkzorg.wording import say

PARTIES = ("client", "municipality", "insurer", "ggz_institution", "society")
"""Parties whose answer is looked at."""

ALLOWED_OUTSIDE = 0.05
"""Part of the months in work that may lie outside their 99% bands; at least one month."""

HARD_SHARE = 0.05
"""Part of the prior draws that may lie beyond hard bounds."""

WORK_BOUNDS = (0.005, 0.98)
"""Hard bounds of the share in work two years after enrolment."""

COST_BOUNDS = (1 / 20, 20.0)
"""Hard bounds of mean cost in care relative to the national price."""

SANITY_MONTHS = 24


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes
    ----------
    id : str
        Name; its words are `check.<id>...` in the catalogue.
    passed : bool or None
        None when the check cannot be made.
    lines : tuple of Line
        What it compared.
    values : dict
        Values of the sentence.
    """

    id: str
    passed: bool | None
    lines: tuple[Line, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """What the check found."""
        kind = {True: "passed", False: "failed", None: "none"}[self.passed]
        return say(f"check.{self.id}.{kind}", lang, **self.values)

    def table(self, lang: str) -> pd.DataFrame:
        """What it compared, one line each."""
        return pd.DataFrame([line.as_row(lang) for line in self.lines])


def check_model(
    pilot: Pilot,
    posterior: xr.Dataset,
    appraisal: xr.Dataset,
    *,
    prior: Mapping[str, np.ndarray],
    records: RecordData | None = None,
    dropout: Dropout | None = None,
    extremes: Dropout | None = None,
    threshold: int = THRESHOLD,
) -> list[Check]:
    """All checks of a run.

    Parameters
    ----------
    pilot : Pilot
    posterior : Dataset
        From `inference.fit.fit`.
    appraisal : Dataset
        From `appraisal.appraise.appraise`.
    prior : mapping of ndarray (draw,)
        Prior draws by parameter id.
    records : RecordData, optional
        The records that the posterior was made with.
    dropout : Dropout, optional
        Answer under other readings of what became of people who were lost, and who left the programme when.
    extremes : Dropout, optional
        Answer without the person of whom care cost most.
    threshold : int
        Fewest people behind a number that is shown.
    """
    seed = int(posterior.attrs["seed"])
    made = [*_predictive(pilot, posterior, records, seed, threshold), prior_sanity(pilot, prior)]
    net = appraisal["net"].sel(horizon=pilot.main_horizon_months, view="society")
    values = {party: net.sel(party=party).values for party in PARTIES}
    made += [_power(pilot, posterior, records, values), _prior_knowledge(posterior, prior, values)]
    made += [] if dropout is None else [check_dropout(dropout, net), *check_leaving(dropout, threshold)]
    made += [] if extremes is None else [check_extremes(extremes, net)]
    return [*made, Check("loo", None)]


def check_dropout(dropout: Dropout, net: xr.DataArray) -> Check:
    """Whether sign and word of the answer hold for every party whatever became of people who were lost.

    Parameters
    ----------
    dropout : Dropout
    net : DataArray (draw, party)
        Net result of the run at the main horizon.
    """
    return _same_answer("dropout", dropout, net)


def check_extremes(extremes: Dropout, net: xr.DataArray) -> Check:
    """Whether sign and word of the answer hold for every party without the person of whom care cost most.

    Parameters
    ----------
    extremes : Dropout
        The answer without that person (`appraisal.extremes`).
    net : DataArray (draw, party)
        Net result of the run at the main horizon.
    """
    return _same_answer("extremes", extremes, net)


def _same_answer(name: str, readings: Dropout, net: xr.DataArray) -> Check:
    if not readings.shift:
        return Check(name, None)
    found = readings.net(net)
    turned = [
        party
        for party in PARTIES
        if not all(
            says_the_same(net.sel(party=party).values, other.sel(party=party).values) for other in found.values()
        )
    ]
    return Check(name, not turned, values={"n": len(turned), "of": len(PARTIES)})


def check_leaving(dropout: Dropout, threshold: int = THRESHOLD) -> Iterator[Check]:
    """Whether those who left the programme dropped out, or stopped together by plan.

    Parameters as `leaving.leaving_line`; nothing when nobody left.
    """
    line = leaving_line(dropout.leaving, threshold)
    if line is not None:
        yield Check(line.name, line.inside, (line,))


def _predictive(
    pilot: Pilot, posterior: xr.Dataset, records: RecordData | None, seed: int, threshold: int
) -> Iterator[Check]:
    if records is not None and sum(records.persons.values()):
        for group in (name for name, persons in records.persons.items() if persons):
            lines = work_lines(posterior, records, group, seed, threshold)
            if lines:
                outside = sum(not line.inside for line in lines)
                passed = outside <= max(1, ALLOWED_OUTSIDE * len(lines))
                yield Check(f"work_{group}", passed, lines, {"inside": len(lines) - outside, "of": len(lines)})
        yield from check_exits(pilot, posterior, records, seed)
        for name, lines in (
            ("care", care_lines(posterior, records, seed, threshold)),
            ("cost", cost_lines(pilot, posterior, records, seed, threshold)),
            ("cost_change", change_line(pilot, posterior, records, seed, threshold)),
        ):
            if lines:
                yield _of_lines(name, lines)
    lines = snapshot_lines(pilot, posterior, seed)
    if lines:
        yield _of_lines("snapshots", lines)


def check_exits(pilot: Pilot, posterior: xr.Dataset, records: RecordData, seed: int) -> Iterator[Check]:
    """Whether as many people in work left benefit as the rules say; named apart when there are more of them.

    Parameters as `exits.exit_line`; nothing with too few people in work.
    """
    line = exit_line(pilot, posterior, records, seed)
    if line is not None:
        more = records.exits.off > line.high * records.exits.months
        yield Check("exits_more" if more else "exits", line.inside, (line,))


def _of_lines(name: str, lines: tuple[Line, ...]) -> Check:
    inside = sum(bool(line.inside) for line in lines)
    return Check(name, inside == len(lines), lines, {"inside": inside, "of": len(lines)})


def prior_sanity(pilot: Pilot, prior: Mapping[str, np.ndarray]) -> Check:
    """Whether the prior alone already excludes nonsense: work after two years, and cost in care."""
    occupancy = follow_arms(dict(prior), SANITY_MONTHS)["banded"].isel(cycle=-1).sum(("band", "clocked_state"))
    found = {f"work_{arm}": (occupancy.sel(arm=arm).values, WORK_BOUNDS) for arm in ("programme", "without")}
    catalogue = catalogue_of(pilot)
    rng = np.random.default_rng([int(pilot.start.toordinal()), len(prior)])
    level = catalogue.distribution("care.level").sample(len(prior["p_cost_sigma"]), rng)
    found["cost"] = (np.exp(level + prior["p_cost_sigma"] ** 2 / 2), COST_BOUNDS)
    lines = tuple(_sane(name, values, bounds) for name, (values, bounds) in found.items())
    return Check("prior", all(line.inside for line in lines), lines)


def _sane(name: str, values: np.ndarray, bounds: tuple[float, float]) -> Line:
    beyond = float(((values < bounds[0]) | (values > bounds[1])).mean())
    unit = "ratio" if name == "cost" else "fraction"
    low, high = np.quantile(values, [0.005, 0.995])
    return Line(f"prior.{name}", beyond <= HARD_SHARE, None, float(values.mean()), float(low), float(high), unit)


def _power(pilot: Pilot, posterior: xr.Dataset, records: RecordData | None, values: dict[str, np.ndarray]) -> Check:
    """Sensitivity of the net result per party to the weight of prior and of data."""
    prior, data = power_scaling.log_densities(pilot, posterior, records)
    if not np.ptp(data) > 0:
        return Check("power", None)
    step = power_scaling.STEP
    k = max(power_scaling.pareto_k(sign * step * each) for each in (prior, data) for sign in (1, -1))
    if k > power_scaling.LARGEST_K:
        return Check("power_weights", None)
    limit = power_scaling.SENSITIVE
    lines = []
    for party, net in values.items():
        if np.ptp(net) > 0:
            of_prior, of_data = (power_scaling.sensitivity(net, each) for each in (prior, data))
            conflict = of_prior >= limit
            lines.append(Line(party, not conflict, of_prior, of_data, unit="distance", party=party))
    return Check("power", all(line.inside for line in lines), tuple(lines), _outside(lines))


def _prior_knowledge(posterior: xr.Dataset, prior: Mapping[str, np.ndarray], values: dict[str, np.ndarray]) -> Check:
    """Which part of the uncertainty per party is about what the data say little or nothing of."""
    shares = prior_knowledge_shares(posterior, prior, values)
    lines = tuple(Line(party, share < 0.5, share, unit="fraction", party=party) for party, share in shares.items())
    return Check("prior_knowledge", all(line.inside for line in lines), lines, _outside(lines))


def _outside(lines: Sequence[Line]) -> dict[str, int]:
    return {"n": sum(not line.inside for line in lines), "of": len(lines)}
