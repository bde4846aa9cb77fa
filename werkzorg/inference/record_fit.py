"""Posterior of the parameters that case records speak of, with dated counts of people of whom there are none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from werkzorg import constants
from werkzorg.inference import diagnostics
from werkzorg.inference.counts import CountData
from werkzorg.inference.laplace import approximate
from werkzorg.inference.priors import bounded_prior, natural_scale, prior_on_log_scale, student_prior
from werkzorg.inference.published_chain import CHAIN_PARAMETERS
from werkzorg.inference.record_data import EFFECTS, Published, RecordData
from werkzorg.inference.record_geometry import find_geometry
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, WORK_EFFECT, arrays
from werkzorg.inference.record_posterior import RecordPrior, log_posterior, natural, starting_point
from werkzorg.inference.sampler import VARIABLE, sample_density
from werkzorg.inference.transitions import PARAMETERS
from werkzorg.inference.updates import OWN_LEVEL, household_shares, own_prices, update_single
from werkzorg.params import Catalogue
from werkzorg.pilot import Pilot

COMPARISON_ONLY = ("selection.comparison_gap", "care.rtm_gap", "care.level_comparison")
"""Parameters of the comparison group; without one they are nowhere in the likelihood."""


CHANGE_OF_COST = {
    *("p_log_rtm_ggz_cost", "care.rtm_gap", "care.trend_year", "care.reversion_left", WORK_EFFECT),
    *("p_leave_care_epa", "p_leave_care_cmd", "care.return_year"),
}
"""Parameters in the likelihood of a published change of mean cost."""


@dataclass(frozen=True)
class Sampled:
    """Draws of the parameters with data, and how they came about.

    Attributes
    ----------
    values : dict of ndarray (draw,)
        By parameter id; group effects as `effect.entry.severe` and so on (log hazard ratios).
    gates : list of Gate
        Checks of the sampler; empty for an approximation.
    seconds : dict of float
        Time taken.
    retried : bool
        Whether the first try failed its gates.
    efficiency : float
        Effective share of the proposals of an approximation; NaN for a sample.
    """

    values: dict[str, np.ndarray]
    gates: list[diagnostics.Gate] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    retried: bool = False
    efficiency: float = float("nan")


def record_prior(catalogue: Catalogue) -> RecordPrior:
    """Priors of the model on records.

    Raises
    ------
    WerkzorgError
        A prior of a family that the model does not have.
    """
    return RecordPrior(
        *prior_on_log_scale(catalogue, NORMAL), student_prior(catalogue, WORK_EFFECT), bounded_prior(catalogue, BOUNDED)
    )


def reference_cost(pilot: Pilot, catalogue: Catalogue) -> float:
    """National GGZ cost per month in care of the severe group, EUR of the price year."""
    return catalogue.amount("ggz.fact_year", pilot.valuation_date).value / constants.MONTHS_PER_YEAR


def likelihood_arrays(pilot: Pilot, catalogue: Catalogue, data: RecordData) -> dict[str, np.ndarray]:
    """The data of the likelihood, with what it takes as known from the catalogue; see `record_likelihood.arrays`."""
    back = catalogue.distribution("exit_other.return_month").mean()
    return arrays(data, reference_cost(pilot, catalogue), back)


def counts_beside(counts: CountData, enrolled: int, recorded: int, published: Published | None = None) -> CountData:
    """Dated counts, weighing only as much as the people of whom there are no records.

    Parameters
    ----------
    counts : CountData
        Counts of everybody.
    enrolled : int
        People in the last count.
    recorded : int
        Participants with records.
    published : Published, optional
        What is published of the same people: then counts and published shares together weigh as one count of them.

    Returns
    -------
    CountData
        The same shares with the weight of the others; nobody counts twice.
    """
    share = max(enrolled - recorded, 0) / enrolled if enrolled else 0.0
    if published is not None and published.looks > 0 and share > 0:
        people = max(enrolled, published.persons.get("programme", 0))
        share = (people - recorded) / (enrolled + published.looks)
    return replace(counts, counts=counts.counts * share)


def sample_records(
    pilot: Pilot,
    catalogue: Catalogue,
    data: RecordData,
    counts: CountData,
    *,
    seed: int,
) -> Sampled:
    """Sample the model on records; when a gate stops or a draw diverges, once more with stricter settings.

    Parameters
    ----------
    pilot : Pilot
        Gives the price year.
    catalogue : Catalogue
        Priors.
    data : RecordData
        From `inference.reduction`.
    counts : CountData
        Dated counts of people without records, from :func:`counts_beside`.
    seed : int
        Seed of the sampler.

    Returns
    -------
    Sampled
        Of whatever quality: the caller judges the gates.
    """
    prior = record_prior(catalogue)
    density = log_posterior(likelihood_arrays(pilot, catalogue, data), counts, prior)
    geometry = find_geometry(density, starting_point(prior))
    centre, retried = np.zeros_like(geometry.mode), False
    try:
        trace, seconds = sample_density(geometry, centre, seed=seed, expand=geometry.vectors)
        gates = diagnostics.check_sampling(trace, VARIABLE)
        if _poor(gates):
            retried = True
            trace, again = sample_density(geometry, centre, seed=seed, strict=True, expand=geometry.vectors)
            gates = diagnostics.check_sampling(trace, VARIABLE)
            seconds = {"sampling": seconds["sampling"] + again["sampling"]}
    except ImportError:
        trace, seconds = _sample_with_pymc(likelihood_arrays(pilot, catalogue, data), counts, prior, seed)
        gates = [gate for name in ("z", "unit") for gate in diagnostics.check_sampling(trace, name)]
        return Sampled(_named(_joined(trace, prior), prior, data), gates, seconds)
    draws = diagnostics.posterior_array(trace, VARIABLE)
    return Sampled(_named(natural(draws.reshape(-1, draws.shape[-1]), prior), prior, data), gates, seconds, retried)


def approximate_records(
    pilot: Pilot,
    catalogue: Catalogue,
    data: RecordData,
    counts: CountData,
    *,
    draws: int,
    seed: int,
) -> Sampled:
    """The same without a sampler, in seconds; parameters as :func:`sample_records`."""
    prior = record_prior(catalogue)
    density = log_posterior(likelihood_arrays(pilot, catalogue, data), counts, prior)
    geometry = find_geometry(density, starting_point(prior))
    standard, efficiency = approximate(geometry, np.zeros_like(geometry.mode), draws=draws, seed=seed)
    return Sampled(_named(natural(geometry.vectors(standard), prior), prior, data), efficiency=efficiency)


def complete_records(
    values: dict[str, np.ndarray], pilot: Pilot, catalogue: Catalogue, data: RecordData, seed: int
) -> dict[str, np.ndarray]:
    """All parameters that records speak of: the sampled ones, the single ones, and own prices of care.

    Parameters
    ----------
    values : dict of ndarray (draw,)
        Sampled parameters, and prior draws of the prices of care.

    Returns
    -------
    dict of ndarray (draw,)
        `values` with the others put in.
    """
    draws = len(next(iter(values.values())))
    complete = {**values, **update_single(data, pilot, catalogue, draws, seed)}
    complete |= household_shares(data, pilot, catalogue, draws, seed)
    own = own_prices(data, complete, catalogue, seed)
    return {**complete, **own, **({OWN_LEVEL: np.ones(draws)} if own else {})}


def names_with_data(data: RecordData, counts: CountData, values: dict[str, np.ndarray]) -> list[str]:
    """Parameters that the data speak of: all with records; with aggregates alone, those of what is published."""
    if sum(data.persons.values()):
        return list(values)
    published = data.published or Published()
    names = set(published.measured)
    if len(published.shares) or counts.counts.sum() > 0:
        names |= set(CHAIN_PARAMETERS) if len(published.shares) else set(PARAMETERS)
    if len(published.ratios):
        names |= CHANGE_OF_COST
    return [name for name in values if name in names]


def _poor(gates: list[diagnostics.Gate]) -> bool:
    diverged = any(gate.id == "sampling.divergences" and gate.value > 0 for gate in gates)
    return diverged or diagnostics.verdict(gates) == "stop"


def _named(vectors: np.ndarray, prior: RecordPrior, data: RecordData) -> dict[str, np.ndarray]:
    """Parameters by id from vectors (draw, parameter) on the scale of the likelihood."""
    normal, effects, work, bounded = np.split(vectors, np.cumsum([len(NORMAL), len(EFFECTS), 1]), axis=-1)
    values = natural_scale(normal, NORMAL)
    scale = values["hazard.effect_scale"]
    values |= {f"effect.{name}": scale * effects[:, i] for i, name in enumerate(EFFECTS)}
    values |= {WORK_EFFECT: work[:, 0], **{name: bounded[:, i] for i, name in enumerate(BOUNDED)}}
    return values if data.has_comparison else {k: v for k, v in values.items() if k not in COMPARISON_ONLY}


def _joined(trace, prior: RecordPrior) -> np.ndarray:
    """Vectors on the scale of the likelihood from the variables of the PyMC model."""
    z, effects, work, unit = (diagnostics.posterior_array(trace, name) for name in ("z", "effects", "work", "unit"))
    bounded = prior.bounded.low + prior.bounded.width * unit
    joined = np.concatenate([z, effects, work[..., None], bounded], axis=-1)
    return joined.reshape(-1, joined.shape[-1])


def _sample_with_pymc(arrays, counts, prior, seed):
    # Only where nutpie is missing: PyMC takes a minute to compile what is compiled already.
    from werkzorg.inference.model import sample
    from werkzorg.inference.record_model import build_record_model

    return sample(build_record_model(arrays, counts, prior), seed)
