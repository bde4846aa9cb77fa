"""Pilots, posteriors and flows of any make, within what a pilot file allows."""

from __future__ import annotations

import numpy as np
import xarray as xr
from hypothesis import strategies as st

from werkzorg.params.scenarios import BASE, Variant
from werkzorg.params.variation import vary
from werkzorg.pilot import HOUSEHOLDS, Changes, Pilot

COMPONENTS = (
    *("key_officer_municipality", "key_officer_ggz", "intake_municipality", "intake_ggz"),
    *("case_meetings_municipality", "case_meetings_ggz", "jobcoach_year1", "own_coach_year2", "employers_lunch"),
)
INSTRUMENTS = ("loonkostensubsidie", "no_risk", "employer_benefits", "disregard")
DRAWS = 3
"""Draws per example: enough to catch one that is taken for another."""

seeds = st.integers(0, 2**32 - 1)

changes = st.fixed_dictionaries(
    {
        "participants_planned": st.integers(1, 500),
        "scale": st.sampled_from(["local", "national"]),
        "years": st.integers(1, 3),
        "coach": st.sampled_from(["new_person", "own_counsellor"]),
        "instruments": st.sets(st.sampled_from(INSTRUMENTS)),
        "without": st.sets(st.sampled_from(COMPONENTS)),
        "inhabitants": st.lists(st.integers(1000, 200_000), min_size=1, max_size=3),
        "mix": st.lists(st.integers(0, 10), min_size=4, max_size=4).filter(any),
    }
)
"""What a pilot may choose."""


def pilot_with(base: Pilot, given: dict) -> Pilot:
    """The pilot with other choices.

    Parameters
    ----------
    base : Pilot
        Gives everything else.
    given : dict
        From :data:`changes`.
    """
    months = 12 * given["years"]
    pilot = vary(
        base,
        Changes.model_validate(
            {
                "participants_planned": given["participants_planned"],
                "scale": given["scale"],
                "horizon_months": months,
                "main_horizon_months": months,
                "support": {
                    "variants": {"jobcoach": given["coach"]},
                    "instruments": sorted(given["instruments"]),
                    "without": sorted(given["without"]),
                },
            }
        ),
    )
    total = sum(given["mix"])
    shares = {name: share / total for name, share in zip(HOUSEHOLDS, given["mix"], strict=True)}
    members = [
        base.municipalities[0].model_copy(update={"name": f"m{k}", "inhabitants": size})
        for k, size in enumerate(given["inhabitants"])
    ]
    return pilot.model_copy(
        update={"households": base.households.model_copy(update=shares), "municipalities": tuple(members)}
    )


def moved(posterior: xr.Dataset, seed: int, draws: int = DRAWS) -> xr.Dataset:
    """Every parameter of some draws moved at random, far beyond its prior: shares stay shares.

    Parameters
    ----------
    posterior : Dataset
        Draws to start from.
    seed : int
        Of the moves.
    draws : int
        How many.
    """
    rng, few = np.random.default_rng(seed), posterior.isel(draw=slice(0, draws))
    shares = {name for name in few.data_vars if (few[name] > 0).all() and (few[name] < 1).all()}
    found = {
        name: ("draw", rng.beta(2, 2, draws) if name in shares else few[name].values * rng.uniform(0.5, 1.5, draws))
        for name in few.data_vars
        if name != "jobs.wage_factor"
    }
    return few.assign(found)


def variant_of(pilot: Pilot, name: str = "other", **given: object) -> Variant:
    """A scenario of a pilot."""
    return Variant(name, None, BASE, vary(pilot, Changes.model_validate(given)))
