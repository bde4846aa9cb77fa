"""Posteriors of single parameters whose evidence in the records is independent of the rest: exact, by quadrature.

The posterior factorises, so each of these is the prior times a binomial, Student or normal likelihood on a fine grid.
Any family of prior will do.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
from scipy import special, stats

from werkzorg.inference.record_data import Measured, RecordData, Share
from werkzorg.inference.transitions import chance
from werkzorg.params import Catalogue
from werkzorg.params.distributions import Distribution
from werkzorg.pilot import HOUSEHOLDS, Pilot

GRID = 4001
"""Points of the grid: with one refinement the quantiles are exact to about one part in a thousand of the spread."""

NEGLIGIBLE = 1e-9
"""Part of the highest weight below which a point of the grid is left out of the second grid."""

LEAST_WEIGHT = 1e-3
"""A household type that the pilot file excludes is not impossible when records show one."""

LEAST_SPREAD = 0.05
"""Standard deviation that observations have at least: when all are equal they were rounded or agreed on, and still say
something. On the scale of what is measured here (logarithm of hours, ratios, hours a week, utility) it is little."""

SPREADS = 400
"""Possible spreads that are averaged over when a mean also has an error of known size; exact to a part in a thousand of
the density within four standard errors."""

HOURS_SHIFT = "jobs.hours_shift"
"""Logarithm of the pilot's median contract hours relative to the evidence; only with records."""

PAID_RATIO = "benefit.paid_ratio"
"""Bijstand paid relative to the norm; only with records."""

OWN_LEVEL = "care.own_level"
"""Cost level of the participants relative to the prices used: one, because records set the prices themselves."""

UPDATE_STREAM = 11

LogLikelihood = Callable[[np.ndarray], np.ndarray]


def update_single(data: RecordData, pilot: Pilot, catalogue: Catalogue, draws: int, seed: int) -> dict[str, np.ndarray]:
    """Posterior draws of every single parameter the records speak of.

    Parameters
    ----------
    data : RecordData
        From `inference.reduction`.
    pilot : Pilot
        Gives the date on which prices hold.
    catalogue : Catalogue
        Priors.
    draws : int
        Number of draws.
    seed : int
        Seed; every parameter has a stream of its own.

    Returns
    -------
    dict of ndarray (draw,)
        By parameter id; what the records say nothing about is not in it.
    """
    return {
        name: draw_posterior(prior, likelihood, draws, _stream(seed, name))
        for name, (prior, likelihood) in single_evidence(data, catalogue).items()
    }


def single_evidence(data: RecordData, catalogue: Catalogue) -> dict[str, tuple[Distribution, LogLikelihood]]:
    """Prior and log likelihood of every single parameter that the records speak of.

    Parameters as :func:`update_single`; by parameter id.
    """
    simple = data.simple
    evidence = {
        "care.severe_share": binomial(simple.severe),
        "jobs.share_lks": binomial(simple.subsidised),
        "jobs.share_jobcoach": binomial(simple.coached),
        "jobs.share_no_risk": binomial(simple.no_risk),
        "p_crisis_first_quarter": binomial(Share(data.care.crisis_events, data.care.crisis_at_risk)),
        "exit_other.return_month": binomial(simple.returns_to_benefit, chance),
        "jobs.wage_factor": student(simple.wage_factor),
        "wmo.hours_week": student(simple.wmo_hours),
        PAID_RATIO: student(simple.benefit_ratio),
        "p_utility_gain_in_work": _utility(simple.utility_change, catalogue),
    }
    spread = catalogue.value("jobs.hours_location_sd")
    evidence[HOURS_SHIFT] = student(_moved(simple.log_hours, -catalogue.distribution("p_hours_week").params["mu"]))
    if data.published is not None:
        for name, estimate in data.published.measured.items():
            evidence[name] = _both(evidence[name], normal(estimate))
    prior = {HOURS_SHIFT: Distribution("Normal", {"mu": 0.0, "sigma": spread})}
    return {
        name: (prior.get(name) or catalogue.distribution(name), likelihood)
        for name, likelihood in evidence.items()
        if likelihood is not None
    }


def household_name(household: str) -> str:
    """Name of the share of a household type in the posterior; only with records."""
    return f"household.{household}"


def household_shares(
    data: RecordData, pilot: Pilot, catalogue: Catalogue, draws: int, seed: int
) -> dict[str, np.ndarray]:
    """Posterior draws of the household mix: Dirichlet, the shares of the pilot file weighing as a few people.

    Parameters and returns as :func:`update_single`; names from :func:`household_name`.
    """
    counted = np.array([data.simple.households.get(name, 0.0) for name in HOUSEHOLDS])
    if not counted.sum():
        return {}
    assumed = np.array([pilot.households.shares()[name] for name in HOUSEHOLDS])
    weight = np.maximum(assumed * catalogue.value("households.prior_people"), LEAST_WEIGHT)
    shares = _stream(seed, "households").dirichlet(weight + counted, draws)
    return {household_name(name): shares[:, i] for i, name in enumerate(HOUSEHOLDS)}


def own_prices(
    data: RecordData, posterior: dict[str, np.ndarray], catalogue: Catalogue, seed: int
) -> dict[str, np.ndarray]:
    """Price of a year of care at the cost level of these participants.

    The mean of the participants and the national price are weighed by their precision: the mean of n people with a
    log-normal cost has the relative variance ``(exp(p_cost_sigma^2) - 1) / n``, the national price as one for an
    institution `care.institution_spread`.

    Parameters
    ----------
    data : RecordData
        Gives cost per year in care in the year before enrolment, by diagnosis.
    posterior : dict of ndarray (draw,)
        Draws of the prices, of `p_cost_sigma` and of admissions.
    catalogue : Catalogue
        Gives the spread between institutions.
    seed : int
        Seed.

    Returns
    -------
    dict of ndarray (draw,)
        `ggz.fact_year` (no admissions in it) and `ggz.cost_per_client` (all care), EUR/year, where there are costs.
    """
    result = {}
    spread = catalogue.distribution("care.institution_spread").params["sigma"]
    admissions = posterior["care.admission_year_common"] * posterior["ggz.crisis_admission"]
    for diagnosis, name, on_top in (("severe", "ggz.fact_year", 0.0), ("common", "ggz.cost_per_client", admissions)):
        own = data.simple.base_cost[diagnosis]
        if own.n == 0 or not own.mean > 0:
            continue
        national = np.maximum(posterior[name] - on_top, 1.0)
        precision = own.n / np.expm1(posterior["p_cost_sigma"] ** 2)
        weight = precision / (precision + 1 / spread**2)
        noise = _stream(seed, f"own {name}").standard_normal(len(national)) / np.sqrt(precision + 1 / spread**2)
        level = np.exp(weight * np.log(own.mean / national) + noise)
        result[name] = national * level + on_top
    return result


def binomial(share: Share, transform: Callable[[np.ndarray], np.ndarray] = lambda value: value) -> LogLikelihood | None:
    """Log likelihood of a count as a function of the parameter, or None without observations."""
    if not share.n > 0:
        return None

    def log_likelihood(values: np.ndarray) -> np.ndarray:
        p = transform(values)
        return special.xlogy(share.events, p) + special.xlog1py(share.n - share.events, -p)

    return log_likelihood


def normal(measured: Measured) -> LogLikelihood | None:
    """Log likelihood of a mean with a standard error that is known, or None with fewer than two observations."""
    if not measured.n >= 2 or not np.isfinite(measured.sd):
        return None
    variance = max(measured.sd, LEAST_SPREAD) ** 2 / measured.n
    return lambda values: -0.5 * (values - measured.mean) ** 2 / variance


def student(measured: Measured, extra: float = 0.0) -> LogLikelihood | None:
    """Log likelihood of a mean whose spread is estimated from the same few observations.

    With the spread integrated out under its reference prior 1/sd, the mean of n observations has a Student density with
    n - 1 degrees of freedom (Gelman et al., Bayesian Data Analysis, 3rd ed., section 3.2): with two to five people the
    normal would be too sure.

    Parameters
    ----------
    measured : Measured
        Number, mean and standard deviation of the observations.
    extra : float
        Standard deviation of a normal error on top of it, of known size.

    Returns
    -------
    callable or None
        None with fewer than two observations.
    """
    if not measured.n >= 2 or not np.isfinite(measured.sd):
        return None
    freedom, variance = measured.n - 1, max(measured.sd, LEAST_SPREAD) ** 2 / measured.n
    if not extra:
        return lambda values: -0.5 * (freedom + 1) * np.log1p((values - measured.mean) ** 2 / (freedom * variance))
    # A Student density is a mixture of normals over its precision; each of these takes the extra error exactly.
    precision = stats.chi2.ppf((np.arange(SPREADS) + 0.5) / SPREADS, freedom) / freedom
    variances = variance / precision + extra**2

    def log_likelihood(values: np.ndarray) -> np.ndarray:
        away = -0.5 * (np.asarray(values)[..., None] - measured.mean) ** 2 / variances
        return special.logsumexp(away - 0.5 * np.log(variances), axis=-1)

    return log_likelihood


def _both(first: LogLikelihood | None, second: LogLikelihood | None) -> LogLikelihood | None:
    """Two pieces of evidence of different people."""
    if first is None or second is None:
        return first or second
    return lambda values: first(values) + second(values)


def _utility(measured: Measured, catalogue: Catalogue) -> LogLikelihood | None:
    selection = catalogue.distribution("quality.work_selection").params
    return student(_moved(measured, -selection["mu"]), selection["sigma"])


def _moved(measured: Measured, shift: float) -> Measured:
    return Measured(measured.n, measured.mean + shift, measured.sd)


def draw_posterior(
    prior: Distribution, log_likelihood: LogLikelihood, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws of prior times likelihood.

    A grid over the probabilities of the prior (so that every family is treated alike), laid twice: the second time
    only where the first one has weight.

    Parameters
    ----------
    prior : Distribution
        Any family.
    log_likelihood : callable
        Values (point,) to log likelihood (point,).
    draws : int
        Number of draws.
    rng : Generator
        Source of the draws.

    Returns
    -------
    ndarray (draw,)
        In the order of the random numbers.
    """
    low, high = 0.0, 1.0
    for _ in range(2):
        edges = np.linspace(low, high, GRID + 1)
        middle = (edges[1:] + edges[:-1]) / 2
        said = log_likelihood(np.asarray(prior.quantile(middle)))
        weight = np.exp(said - said.max())
        kept = np.flatnonzero(weight > NEGLIGIBLE)
        low, high = edges[kept[0]], edges[kept[-1] + 1]
    cumulative = np.concatenate([[0.0], np.cumsum(weight)])
    return np.asarray(prior.quantile(np.interp(rng.random(draws) * cumulative[-1], cumulative, edges)))


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, UPDATE_STREAM, zlib.crc32(name.encode())])
