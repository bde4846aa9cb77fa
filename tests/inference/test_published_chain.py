"""The chain of published shares against the engine of the projection, and its compiled form against the plain one."""

import numpy as np
import pytest

from werkzorg.inference.dual import variables
from werkzorg.inference.priors import natural_scale, prior_on_log_scale
from werkzorg.inference.published_chain import CHAIN_PARAMETERS, chain_shares
from werkzorg.inference.published_kernel import chain_shares_dual
from werkzorg.params.catalogue import catalogue
from werkzorg.projection.chain import ENGINE_STATES, follow_arms

BACK, MONTHS = 0.03, 30

# Two orders of the same sums of shares below one.
EXACT = 1e-12


def point(seed, gap=None):
    mu, sigma = prior_on_log_scale(catalogue(), CHAIN_PARAMETERS)
    z = mu + sigma * np.random.default_rng(seed).normal(size=len(mu))
    z[-1] = z[-1] if gap is None else gap
    return z


@pytest.mark.parametrize("seed", range(5))
def test_chain_is_that_of_the_projection(seed):
    """Without a gap somebody compared is a participant without the programme."""
    z = point(seed, gap=0.0)
    theta = {name: np.array([value]) for name, value in natural_scale(z, CHAIN_PARAMETERS).items()}
    theta |= {"exit_other.return_month": np.array([BACK]), "programme.support_months": np.array([MONTHS + 1.0])}
    followed = follow_arms(theta, MONTHS)["occupancy"]
    for arm, comparison in (("programme", False), ("without", True)):
        own = chain_shares(dict(zip(CHAIN_PARAMETERS, z, strict=True)), BACK, MONTHS, comparison=comparison)
        expected = followed.sel(arm=arm, draw=0, state=list(ENGINE_STATES)).values
        assert own.real == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("comparison", [False, True])
def test_compiled_chain_and_its_derivatives(comparison):
    z = point(7)
    dual = chain_shares_dual(variables(z), BACK, MONTHS, comparison)
    step = 1e-30
    for place in range(len(z)):
        moved = z + step * 1j * (np.arange(len(z)) == place)
        plain = chain_shares(dict(zip(CHAIN_PARAMETERS, moved, strict=True)), BACK, MONTHS, comparison=comparison)
        assert dual[:, :, 0] == pytest.approx(plain.real, abs=EXACT)
        assert dual[:, :, 1 + place] == pytest.approx(plain.imag / step, abs=1e-11)


def test_everybody_is_somewhere_and_starts_without_work():
    shares = chain_shares(dict(zip(CHAIN_PARAMETERS, point(3), strict=True)), BACK, MONTHS, comparison=False).real
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares[0, 0] == 1
    assert (shares >= 0).all()
