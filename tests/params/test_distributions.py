"""Distributions against scipy, their own quantiles and known moments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from werkzorg.params import Distribution

EXAMPLES = [
    (Distribution("Normal", {"mu": 0.5, "sigma": 0.3}), stats.norm(0.5, 0.3)),
    (Distribution("LogNormal", {"mu": -4.828, "sigma": 0.55}), stats.lognorm(0.55, scale=np.exp(-4.828))),
    (Distribution("StudentT", {"nu": 4, "mu": -0.15, "sigma": 0.12}), stats.t(4, -0.15, 0.12)),
    (Distribution("Beta", {"alpha": 16, "beta": 84}), stats.beta(16, 84)),
    (Distribution("PERT", {"low": 1, "mode": 2, "high": 4}), stats.beta(1 + 4 / 3, 1 + 8 / 3, 1, 3)),
    (Distribution("Uniform", {"low": 2, "high": 5}), stats.uniform(2, 3)),
]
P = np.array([0.001, 0.025, 0.3, 0.5, 0.8, 0.999])
TRUNCATED = Distribution("LogNormal", {"mu": 2.996, "sigma": 0.33}, 4, 40)


@pytest.mark.parametrize(("ours", "theirs"), EXAMPLES, ids=[ours.name for ours, _ in EXAMPLES])
def test_agrees_with_scipy(ours, theirs):
    # Same special functions, other order of operations: rounding only.
    np.testing.assert_allclose(ours.quantile(P), theirs.ppf(P), rtol=1e-9)
    x = theirs.ppf(P)
    np.testing.assert_allclose(ours.logpdf(x), theirs.logpdf(x), rtol=1e-8, atol=1e-10)
    assert ours.mean() == pytest.approx(theirs.mean(), rel=1e-10)
    assert ours.sd() == pytest.approx(theirs.std(), rel=1e-10)


@pytest.mark.parametrize("ours", [ours for ours, _ in EXAMPLES] + [TRUNCATED], ids=lambda d: d.name)
def test_sample_has_the_moments(ours):
    draws = ours.sample(40_000, np.random.default_rng(1))
    # Five standard errors of the mean; a slip in a parameter of a tenth of a standard deviation is twenty.
    assert draws.mean() == pytest.approx(ours.mean(), abs=5 * ours.sd() / np.sqrt(40_000))


def test_truncation_keeps_the_density_proper():
    total, _ = integrate.quad(lambda x: np.exp(TRUNCATED.logpdf(x)), 4, 40)
    assert total == pytest.approx(1.0, abs=1e-7)  # accuracy of the quadrature
    assert TRUNCATED.logpdf(41) == -np.inf
    assert TRUNCATED.quantile(0) == pytest.approx(4)
    assert TRUNCATED.quantile(1) == pytest.approx(40)
    mean, _ = integrate.quad(lambda x: x * np.exp(TRUNCATED.logpdf(x)), 4, 40)
    assert TRUNCATED.mean() == pytest.approx(mean, rel=1e-5)  # midpoint rule with 4,000 points


@given(st.floats(0, 10), st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.001, 0.999))
def test_pert_stays_inside_and_rises(low, left, right, p):
    pert = Distribution("PERT", {"low": low, "mode": low + left, "high": low + left + right})
    value = pert.quantile(p)
    assert low <= value <= low + left + right + 1e-9
    assert pert.quantile(min(p + 0.0005, 1.0)) >= value


@pytest.mark.parametrize(
    ("name", "params"),
    [("Normal", {"mu": 0.0}), ("Gamma", {"alpha": 1.0}), ("Beta", {"alpha": 0.0, "beta": 1.0})],
)
def test_impossible_is_refused(name, params):
    with pytest.raises(ValueError, match=r"needs|above zero"):
        Distribution(name, params)
