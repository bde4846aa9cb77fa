"""Prior draws of what only records speak of, to stand beside the posterior."""

from __future__ import annotations

import numpy as np

from werkzorg.inference.fit import DRAWS, draw_parameter
from werkzorg.inference.record_data import EFFECTS
from werkzorg.inference.updates import HOURS_SHIFT, LEAST_WEIGHT, OWN_LEVEL, household_name
from werkzorg.params import Catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import HOUSEHOLDS, Pilot

EFFECT = "effect."
"""Start of the name of a group effect in the posterior."""

OWN_PRICES = ("ggz.fact_year", "ggz.cost_per_client")
"""National prices in whose place records put the level of the participants."""

STREAM = 12


def record_priors(pilot: Pilot, names: list[str], *, seed: int = 1) -> dict[str, np.ndarray]:
    """Prior draws of parameters as the model on records has them.

    Parameters
    ----------
    pilot : Pilot
        Gives local parameters, households and the price date.
    names : list of str
        Variables of the posterior with data.
    seed : int
        Seed; every parameter has a stream of its own.

    Returns
    -------
    dict of ndarray (draw,)
        In the order of `names`, without `updates.OWN_LEVEL`, which is no unknown. Prices of care have the spread
        between institutions: records replace the national price by that of the participants.
    """
    catalogue = catalogue_of(pilot)
    rng = np.random.default_rng([seed, STREAM])
    own = {HOURS_SHIFT: rng.normal(0.0, catalogue.value("jobs.hours_location_sd"), DRAWS)}
    scale = catalogue.draw("hazard.effect_scale", DRAWS, seed)
    own |= {f"{EFFECT}{name}": scale * rng.standard_normal(DRAWS) for name in EFFECTS}
    weight = np.array([pilot.households.shares()[name] for name in HOUSEHOLDS])
    weight = np.maximum(weight * catalogue.value("households.prior_people"), LEAST_WEIGHT)
    shares = rng.dirichlet(weight, DRAWS)
    own |= {household_name(name): shares[:, place] for place, name in enumerate(HOUSEHOLDS)}
    spread = catalogue.distribution("care.institution_spread").params["sigma"]
    for name in OWN_PRICES:
        own[name] = draw_parameter(catalogue, name, pilot, seed) * np.exp(rng.normal(0.0, spread, DRAWS))
    return {
        name: own[name] if name in own else draw_parameter(catalogue, name, pilot, seed)
        for name in names
        if name != OWN_LEVEL
    }


def on_prior_scale(catalogue: Catalogue, name: str, draws: np.ndarray) -> np.ndarray:
    """Draws on the scale on which the prior is (about) normal: a log-normal parameter as its logarithm, (draw,)."""
    distribution = catalogue.distribution(name) if name in catalogue else None
    logarithmic = name in OWN_PRICES or (distribution is not None and distribution.name == "LogNormal")
    return np.log(draws) if logarithmic else draws
