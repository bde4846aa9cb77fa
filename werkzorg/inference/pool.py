"""What several pilots say together, and what that predicts for a new site: evidence accumulates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.fit import DRAWS
from werkzorg.inference.pooling import Drawn, Message, divide_out, pool_messages
from werkzorg.inference.priors import is_logarithm, prior_on_log_scale, student_prior
from werkzorg.inference.record_likelihood import WORK_EFFECT
from werkzorg.params import Catalogue
from werkzorg.params.catalogue import catalogue as shipped_catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

POOLED = (
    "p_logrr_programme_nl",
    "p_baseline_entry_hazard",
    "p_job_survival_weibull_scale",
    "p_hr_coach_retention",
    WORK_EFFECT,
    "p_log_rtm_ggz_cost",
)
"""Effect of the programme, baseline, retention of jobs, and by a coach, effect of work on cost, regression to the mean.

All other parameters of a site stay its own, with their own priors."""

LOGARITHMS = tuple(name for name in POOLED if is_logarithm(name) or name == WORK_EFFECT)
"""Pooled parameters that are logarithms of a ratio themselves."""

SPREAD = "pool.spread"
"""Scale of the half-normal prior of the spread between sites, relative to the prior of a site."""

LEAST_EFFECTIVE = 400
"""Effective number of draws of the spreads, and of the posterior draws in the check, that an answer needs."""

FAR = 0.25
"""Distance in standard deviations between the normal answer and the reweighted draws above which the check fails."""

Site = tuple[Pilot, xr.Dataset]


@dataclass(frozen=True)
class Pooled:
    """Pooled parameters.

    Attributes
    ----------
    table : DataFrame
        One row per parameter and `what`: `mean` (of all sites), `spread` (between them), `new` (a new site), and per
        pilot `site` (drawn towards the others) and `own` (by itself). Columns parameter, what, pilot, value (median),
        low95, high95, sd (on the log scale), weight (of the other sites and the shipped evidence in `site`).
    draws : Dataset
        A new site: one variable per parameter, dims (draw,), on its own scale.
    pilots : tuple of str
        Ids of the pilots, in the order given.
    checks : dict of dict
        `spread` (effective draws) and one per pilot (largest distance in standard deviations between the normal answer
        and its own draws, reweighted): value, limit, passed. A check that cannot be made has value None.
    """

    table: pd.DataFrame
    draws: xr.Dataset
    pilots: tuple[str, ...]
    checks: dict[str, dict[str, object]]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(check["passed"] for check in self.checks.values())


def pool(sites: Sequence[Site], *, catalogue: Catalogue | None = None, seed: int = 1) -> Pooled:
    """Pool the posteriors of several pilots partially.

    Parameters
    ----------
    sites : sequence of (Pilot, Dataset)
        Pilots with their posteriors (:func:`werkzorg.fit`). Their order changes nothing.
    catalogue : Catalogue, optional
        Evidence on the mean of all sites; the shipped one when left out.
    seed : int
        Seed.

    Returns
    -------
    Pooled
        With one pilot: its own posterior, widened by the spread between sites.

    Raises
    ------
    WerkzorgError
        No pilots, the same one twice, or none with data on a pooled parameter.

    Notes
    -----
    Method and limits: `inference.pooling` and `docs/model.md`. Limits: a site's likelihood is normal on the log scale;
    the spreads of parameters are independent; a study that the shipped evidence rests on must not be pooled again.
    """
    refuse([pilot.id for pilot, _ in sites])
    known = catalogue or shipped_catalogue()
    informed = [_informed(posterior) for _, posterior in sites]
    names = [name for name in POOLED if any(name in own for own in informed)]
    if not names:
        raise WerkzorgError(ExitCode.STATISTICS, Problem("pool.no_data"))
    of_work = [posterior for (_, posterior), own in zip(sites, informed, strict=True) if WORK_EFFECT in own]
    centre, unit = _shipped(known, names, of_work)
    messages = []
    for (pilot, posterior), own in zip(sites, informed, strict=True):
        messages.append(_message(pilot, posterior, [name for name in names if name in own], names, centre, unit))
    drawn = pool_messages(messages, np.full(len(names), known.value(SPREAD)), draws=DRAWS, seed=seed)
    pilots = tuple(pilot.id for pilot, _ in sites)
    new = {name: ("draw", _natural(centre[i] + unit[i] * drawn.new[:, i], name)) for i, name in enumerate(names)}
    checks = {"spread": _check(drawn.efficiency, LEAST_EFFECTIVE / DRAWS, low_is_bad=True)}
    for place, ((pilot, posterior), own) in enumerate(zip(sites, informed, strict=True)):
        used = [i for i, name in enumerate(names) if name in own]
        far = _distance(pilot, posterior, names, used, messages[place], drawn.sites[place], centre, unit)
        checks[pilot.id] = _check(far, FAR)
    return Pooled(_table(sites, informed, names, drawn, centre, unit), xr.Dataset(new), pilots, checks)


def refuse(ids: Sequence[str]) -> None:
    """Stop when there is no pilot, or one twice: the same people would count twice."""
    if not ids:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("pool.nothing"))
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("pool.twice", values={"pilot": twice}))


def _informed(posterior: xr.Dataset) -> set[str]:
    """Pooled parameters that the data of a pilot speak of; a basis in aggregates or records may say all of them."""
    return set(POOLED) & set(json.loads(posterior.attrs.get("with_data", "[]")))


def _log_scale(values: np.ndarray, name: str) -> np.ndarray:
    return values if name in LOGARITHMS else np.log(values)


def _natural(values: np.ndarray, name: str) -> np.ndarray:
    return values if name in LOGARITHMS else np.exp(values)


def _shipped(
    catalogue: Catalogue, names: Sequence[str], of_work: Sequence[xr.Dataset]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the shipped prior on the log scale; `of_work`: posteriors of the work effect."""
    found = []
    for name in names:
        values = np.concatenate([posterior[name].values for posterior in of_work]) if name == WORK_EFFECT else None
        centre, precision = _normal_prior(catalogue, name, values)
        found.append((centre, 1 / np.sqrt(precision)))
    centre, unit = np.array(found).T
    return centre, unit


def _normal_prior(catalogue: Catalogue, name: str, values: np.ndarray | None) -> tuple[float, float]:
    """Mean and precision of a prior; a StudentT by the normal one that pulls as hard, on average over some values."""
    if name != WORK_EFFECT:
        mu, sigma = prior_on_log_scale(catalogue, [name])
        return float(mu[0]), float(1 / sigma[0] ** 2)
    nu, mu, sigma = student_prior(catalogue, name)
    return mu, float(np.mean((nu + 1) / (nu * sigma**2 + (values - mu) ** 2)))


def _draws(posterior: xr.Dataset, names: Sequence[str]) -> np.ndarray:
    return np.column_stack([_log_scale(posterior[name].values, name) for name in names])


def _log_prior(pilot: Pilot, name: str, values: np.ndarray) -> np.ndarray:
    catalogue = catalogue_of(pilot)
    if name == WORK_EFFECT:
        nu, mu, sigma = student_prior(catalogue, name)
        return stats.t(nu, mu, sigma).logpdf(values)
    mu, sigma = prior_on_log_scale(catalogue, [name])
    return stats.norm(mu[0], sigma[0]).logpdf(values)


def _message(
    pilot: Pilot, posterior: xr.Dataset, own: list[str], names: list[str], centre: np.ndarray, unit: np.ndarray
) -> Message:
    """What a pilot says of all pooled parameters, in units of the shipped prior."""
    precision, vector = np.zeros((len(names), len(names))), np.zeros(len(names))
    if own:
        used = [names.index(name) for name in own]
        values = _draws(posterior, own)
        catalogue = catalogue_of(pilot)
        prior = np.array([_normal_prior(catalogue, name, values[:, i]) for i, name in enumerate(own)])
        standard = (values - centre[used]) / unit[used]
        said = divide_out(
            standard.mean(axis=0),
            np.atleast_2d(np.cov(standard.T)),
            (prior[:, 0] - centre[used]) / unit[used],
            prior[:, 1] * unit[used] ** 2,
        )
        precision[np.ix_(used, used)], vector[used] = said.precision, said.vector
    return Message(precision, vector)


def _distance(
    pilot: Pilot,
    posterior: xr.Dataset,
    names: list[str],
    used: list[int],
    message: Message,
    site: np.ndarray,
    centre: np.ndarray,
    unit: np.ndarray,
) -> float | None:
    """How far the normal answer for a site lies from its own draws, reweighted to what the others say.

    What the others say is the pooled answer with the site's message divided out. The draws carry the true shape of the
    posterior and the exact prior; None where too few of them have weight, or the site says nothing.
    """
    if not used:
        return None
    mean, covariance = site[:, used].mean(axis=0), np.atleast_2d(np.cov(site[:, used].T))
    rest = np.linalg.inv(covariance) - message.precision[np.ix_(used, used)]
    if np.linalg.eigvalsh(rest).min() <= 0:
        return None
    location = np.linalg.solve(rest, np.linalg.solve(covariance, mean) - message.vector[used])
    own = [names[i] for i in used]
    values = _draws(posterior, own)
    away = (values - centre[used]) / unit[used] - location
    log_weight = -0.5 * np.einsum("di,ij,dj->d", away, rest, away)
    log_weight -= sum(_log_prior(pilot, name, values[:, i]) for i, name in enumerate(own))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    if 1 / (weight**2).sum() < LEAST_EFFECTIVE:
        return None
    moved = weight @ ((values - centre[used]) / unit[used])
    return float(np.max(np.abs(moved - mean) / np.sqrt(np.diag(covariance))))


def _check(value: float | None, limit: float, *, low_is_bad: bool = False) -> dict[str, object]:
    passed = value is None or (value >= limit if low_is_bad else value <= limit)
    return {"value": None if value is None else float(value), "limit": float(limit), "passed": bool(passed)}


def _table(
    sites: Sequence[Site],
    informed: list[set[str]],
    names: list[str],
    drawn: Drawn,
    centre: np.ndarray,
    unit: np.ndarray,
) -> pd.DataFrame:
    rows = []
    for i, name in enumerate(names):
        rows.append(_row(name, "mean", None, centre[i] + unit[i] * drawn.mean[:, i]))
        spread = unit[i] * drawn.spread[:, i]
        low, middle, high = np.quantile(spread, (0.025, 0.5, 0.975))
        rows.append(
            {"parameter": name, "what": "spread", "value": middle, "low95": low, "high95": high, "sd": spread.std()}
        )
        rows.append(_row(name, "new", None, centre[i] + unit[i] * drawn.new[:, i]))
        for place, ((pilot, posterior), own) in enumerate(zip(sites, informed, strict=True)):
            moved = centre[i] + unit[i] * drawn.sites[place][:, i]
            rows.append(_row(name, "site", pilot.id, moved) | {"weight": drawn.weight[place, i]})
            if name in own:
                rows.append(_row(name, "own", pilot.id, _log_scale(posterior[name].values, name)))
    columns = ["parameter", "what", "pilot", "value", "low95", "high95", "sd", "weight"]
    return pd.DataFrame(rows, columns=columns)


def _row(name: str, what: str, pilot: str | None, values: np.ndarray) -> dict[str, object]:
    low, middle, high = _natural(np.quantile(values, (0.025, 0.5, 0.975)), name)
    return {
        "parameter": name,
        "what": what,
        "pilot": pilot,
        "value": middle,
        "low95": low,
        "high95": high,
        "sd": values.std(),
    }
