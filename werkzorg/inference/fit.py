"""From a pilot to its posterior: the parameters the counts speak of, and all others in the same draws."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import xarray as xr

from werkzorg import constants
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference import diagnostics
from werkzorg.inference.counts import CountData, count_data, log_posterior
from werkzorg.inference.laplace import approximate
from werkzorg.inference.priors import natural_scale, prior_on_log_scale
from werkzorg.inference.record_data import RecordData
from werkzorg.inference.transitions import PARAMETERS
from werkzorg.params import Catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

SHARE_APPLYING = "search.share_applying"
"""Share of the searching participants who are applying; independent of the rest given the counts."""

DRAWS = constants.CHAINS * constants.DRAWS_PER_CHAIN
"""Draws of the posterior."""


PRICES_OF_CARE = ("ggz.fact_year", "ggz.cost_per_client", "ggz.crisis_admission")
"""National prices that records replace by the cost level of the participants, and the one that this needs."""

MINIMUM_ENROLLED = 2
"""Fewest participants from which anything is concluded about a group."""


def fit(pilot: Pilot, *, records: RecordData | None = None, seed: int = 1) -> xr.Dataset:
    """Posterior of all uncertain parameters of a pilot.

    Parameters
    ----------
    pilot : Pilot
        The pilot; without snapshots and records the posterior is the prior, and says so.
    records : RecordData, optional
        Case records, reduced (`inference.reduction.reduce_records`), and what is published of groups
        (`inference.aggregates.reduce_aggregates`). Counts then weigh only as much as the people of whom there are no
        records.
    seed : int
        Seed of sampler and of all prior draws.

    Returns
    -------
    Dataset
        One variable per parameter id, dims (draw,), chain after chain. Attributes: `with_data` (ids the data speak of),
        `basis` (counts, records, aggregates or nothing), `gates` (JSON), `seed`, `data_points`.

    Raises
    ------
    WerkzorgError
        A prior of the wrong family, or a single participant. A failed gate is no error here: the caller judges.
    """
    refuse_too_few(pilot, records)
    catalogue = catalogue_of(pilot)
    data = count_data(pilot)
    if records is not None:
        from werkzorg.inference.record_fit import sample_records

        return _with_records(pilot, catalogue, records, data, sample_records, seed=seed)
    if data.counts.sum() == 0:
        values = {name: catalogue.draw(name, DRAWS, seed) for name in PARAMETERS}
        return _complete(pilot, catalogue, values, data, seed, gates=[])
    # PyMC takes seconds to import: only a fit that is really made waits for it.
    from werkzorg.inference.model import build_model, sample

    mu, sigma = prior_on_log_scale(catalogue)
    trace, seconds = sample(build_model(data, mu, sigma), seed)
    z = diagnostics.posterior_array(trace, "z").reshape(DRAWS, len(PARAMETERS))
    _check_finite(z)
    posterior = _complete(pilot, catalogue, natural_scale(z), data, seed, diagnostics.check_sampling(trace, "z"))
    posterior.attrs["seconds"] = json.dumps(seconds)
    return posterior


def first_answer(pilot: Pilot, *, records: RecordData | None = None, seed: int = 1) -> xr.Dataset:
    """The same posterior without a sampler: Laplace approximation with importance resampling, well under a second.

    Parameters and returns as :func:`fit`; attribute `approximation` is the effective share of the importance weights.
    """
    refuse_too_few(pilot, records)
    catalogue = catalogue_of(pilot)
    data = count_data(pilot)
    if records is not None:
        from werkzorg.inference.record_fit import approximate_records

        return _with_records(pilot, catalogue, records, data, approximate_records, seed=seed, draws=DRAWS)
    mu, sigma = prior_on_log_scale(catalogue)
    z, efficiency = approximate(log_posterior(data, mu, sigma), mu, draws=DRAWS, seed=seed)
    answer = _complete(pilot, catalogue, natural_scale(z), data, seed, gates=[])
    answer.attrs["approximation"] = efficiency
    return answer


def _with_records(
    pilot: Pilot, catalogue: Catalogue, records: RecordData, counts: CountData, estimate: Callable, **options
) -> xr.Dataset:
    """Posterior with records, by whatever way of estimating the sampled parameters."""
    from werkzorg.inference.record_fit import complete_records, counts_beside, names_with_data

    seed = options["seed"]
    enrolled = 0 if pilot.last_snapshot is None else pilot.last_snapshot.enrolled
    beside = counts_beside(counts, enrolled, records.persons.get("programme", 0), records.published)
    sampled = estimate(pilot, catalogue, records, beside, **options)
    _check_finite(np.array(list(sampled.values.values())))
    prices = {name: draw_parameter(catalogue, name, pilot, seed) for name in PRICES_OF_CARE}
    values = complete_records({**prices, **sampled.values}, pilot, catalogue, records, seed)
    posterior = _complete(pilot, catalogue, values, beside, seed, sampled.gates)
    unchanged = [name for name in PRICES_OF_CARE if np.array_equal(values[name], prices[name])]
    said = names_with_data(records, beside, values)
    posterior.attrs |= {
        "basis": "records" if sum(records.persons.values()) else "aggregates",
        "with_data": json.dumps([name for name in said if name not in unchanged]),
        "data_points": sum(people_known(records, group) for group in ("programme", "comparison")),
        "persons": json.dumps(records.persons),
        "retried": int(sampled.retried),
        "seconds": json.dumps(sampled.seconds),
        "approximation": sampled.efficiency,
    }
    return posterior


def _check_finite(draws: np.ndarray) -> None:
    if not np.isfinite(draws).all():
        raise WerkzorgError(ExitCode.STATISTICS, Problem("inference.not_finite"))


def refuse_too_few(pilot: Pilot, records: RecordData | None = None) -> None:
    """Stop when counts or records are of fewer participants than a conclusion about a group needs."""
    if records is not None:
        known = people_known(records, "programme")
    else:
        known = MINIMUM_ENROLLED if pilot.last_snapshot is None else pilot.last_snapshot.enrolled
    if known < MINIMUM_ENROLLED:
        raise WerkzorgError(ExitCode.STATISTICS, Problem("inference.too_few"))


def people_known(records: RecordData, group: str) -> int:
    """People of a group with records, or behind what is published of it."""
    published = {} if records.published is None else records.published.persons
    return max(records.persons.get(group, 0), published.get(group, 0))


def draw_prior(pilot: Pilot, *, seed: int = 1) -> xr.Dataset:
    """Prior draws of every uncertain parameter, in the form of :func:`fit`."""
    catalogue = catalogue_of(pilot)
    return xr.Dataset({name: ("draw", draw_parameter(catalogue, name, pilot, seed)) for name in uncertain(catalogue)})


def uncertain(catalogue: Catalogue) -> list[str]:
    """Ids of all parameters that carry uncertainty (a distribution or an interval), and of all local ones.

    A local value without an interval is drawn as well, as a constant: it may replace one that had an interval.
    """
    return [
        parameter.id
        for parameter in catalogue
        if parameter.kind in ("price", "rule", "evidence", "assumption")
        and (
            parameter.local
            or parameter.distribution is not None
            or any(value.low is not None for value in parameter.values)
        )
    ]


def draw_parameter(catalogue: Catalogue, name: str, pilot: Pilot, seed: int) -> np.ndarray:
    """Prior draws of a parameter, shape (draw,); a share first measured after the pilot is used as measured."""
    parameter, on = catalogue.get(name), pilot.valuation_date
    if parameter.values and not parameter.is_money:
        on = max(on, parameter.values[0].start)
    return catalogue.draw(name, DRAWS, seed, on=on)


def _complete(
    pilot: Pilot, catalogue: Catalogue, values: dict[str, np.ndarray], data: CountData, seed: int, gates: list
) -> xr.Dataset:
    drawn = {name: ("draw", array) for name, array in values.items()}
    for name in uncertain(catalogue):
        if name not in drawn:
            drawn[name] = ("draw", draw_parameter(catalogue, name, pilot, seed))
    with_data = list(PARAMETERS) if data.counts.sum() > 0 else []
    if sum(data.applying) > 0:
        drawn[SHARE_APPLYING] = ("draw", _share_applying(catalogue, data, seed))
        with_data.append(SHARE_APPLYING)
    attributes = {
        "pilot": pilot.id,
        "basis": "counts" if with_data else "nothing",
        "with_data": json.dumps(with_data),
        "gates": json.dumps(diagnostics.as_records(gates)),
        "seed": seed,
        "data_points": data.observed,
    }
    return xr.Dataset(drawn, coords={"draw": np.arange(DRAWS)}, attrs=attributes)


def _share_applying(catalogue: Catalogue, data: CountData, seed: int) -> np.ndarray:
    """Exact posterior of the share applying: the likelihood factorises, and Beta is conjugate."""
    prior = catalogue.distribution(SHARE_APPLYING).params
    rng = np.random.default_rng([seed, 1])
    return rng.beta(prior["alpha"] + data.applying[0], prior["beta"] + data.applying[1], DRAWS)
