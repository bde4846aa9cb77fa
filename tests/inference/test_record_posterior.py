"""The compiled posterior density against the PyMC model, its own derivatives, and its priors."""

import numpy as np
import pytest
from record_example import example_arrays, example_values
from scipy import stats

from werkzorg.inference.counts import CountData, count_data
from werkzorg.inference.record_fit import record_prior
from werkzorg.inference.record_kernel import WORK
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, log_likelihood
from werkzorg.inference.record_posterior import (
    log_posterior,
    natural,
    starting_point,
    work_effect,
    work_score,
)
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import load_pilot

NO_COUNTS = CountData(np.zeros((0, 1)), np.zeros((0, 3)), np.zeros(0), (0.0, 0.0), 0)


@pytest.fixture(scope="module")
def prior():
    return record_prior(catalogue())


@pytest.fixture(scope="module")
def counts():
    return count_data(load_pilot("drechtsteden"))


def points(prior, number):
    rng = np.random.default_rng(number)
    return starting_point(prior) + 0.3 * rng.normal(size=(number, len(starting_point(prior))))


def test_density_is_prior_times_likelihood(prior):
    """Priors from scipy, with the Jacobian of the log odds, are an independent writing of the same density."""
    data = example_arrays(2)
    density = log_posterior(data, NO_COUNTS, prior)

    def expected(vector):
        normal, rest = vector[: len(NORMAL)], vector[len(NORMAL) :]
        effects, score, odds = rest[:6], rest[6], rest[7:]
        share = 1 / (1 + np.exp(-odds))
        student = stats.t(*prior.student)
        work, near = student.ppf(stats.norm.cdf([score, score + 1e-6]))
        total = stats.norm(prior.mu, prior.sigma).logpdf(normal).sum() + stats.norm().logpdf(effects).sum()
        total += student.logpdf(work) + np.log((near - work) / 1e-6)
        total += (stats.beta(prior.bounded.alpha, prior.bounded.beta).logpdf(share) + np.log(share * (1 - share))).sum()
        return total + log_likelihood(natural(vector, prior), data)

    first, *others = points(prior, 20)
    for vector in others:
        # Constants of the priors are left out of the density, so differences are compared; exact but for the Jacobian
        # of the effect of work, by a difference over 1e-6. Leaving it out changes the density by 0.01 and more.
        assert density(vector)[0] - density(first)[0] == pytest.approx(expected(vector) - expected(first), abs=1e-5)


def test_gradient_is_that_of_the_density(prior, counts):
    density = log_posterior(example_arrays(2), counts, prior)
    step = 1e-5
    for vector in points(prior, 5):
        gradient = density(vector)[1]
        differences = [
            (density(vector + unit)[0] - density(vector - unit)[0]) / (2 * step) for unit in step * np.eye(len(vector))
        ]
        # Central differences of a function of this size are exact to about 1e-6 of the largest derivative.
        assert gradient == pytest.approx(differences, abs=1e-5 * np.abs(gradient).max())


@pytest.mark.slow
def test_density_and_gradient_are_those_of_the_pymc_model(prior, counts):
    """The reference and fallback of the sampler: same density up to a constant, same gradient."""
    import pytensor

    from werkzorg.inference.record_model import build_record_model

    data = example_arrays(1)
    model = build_record_model(data, counts, prior)
    # Interpreted in Python: compiling this graph takes a minute and proves nothing more.
    with pytensor.config.change_flags(mode="FAST_COMPILE", cxx=""):
        value = model.compile_fn(model.logp())
        gradient = model.compile_fn(model.dlogp())
    density = log_posterior(data, counts, prior)
    names = [variable.name for variable in model.value_vars]
    cuts = np.cumsum([len(NORMAL), 6, 1])
    found, expected = [], []
    for vector in points(prior, 4):
        z, effects, score, odds = np.split(vector, cuts)
        effect, stretch = work_effect(score[0], prior.student)
        point = dict(zip(names, (z, effects, effect, odds), strict=True))
        mine, slope = density(vector)
        found.append(mine)
        expected.append(float(value(point)) + np.log(stretch))
        steep = gradient(point)
        # The effect of work moves with its normal score, and takes the density of the score with it.
        nu, centre, scale = prior.student
        distance = (effect - centre) / scale
        bend = stretch / scale * (nu + 1) * distance / (nu + distance**2) - score[0]
        steep[WORK] = steep[WORK] * stretch + bend
        assert slope == pytest.approx(steep, rel=1e-8, abs=1e-8 * np.abs(slope).max())
    assert np.diff(found) == pytest.approx(np.diff(expected), rel=1e-9)
    assert len(odds) == len(BOUNDED)


def test_starting_point_is_the_centre_of_the_prior(prior):
    values = natural(starting_point(prior), prior)
    means = [catalogue().distribution(name).mean() for name in BOUNDED]
    # Beta and PERT means are exact.
    assert values[-len(BOUNDED) :] == pytest.approx(means, rel=1e-12)
    assert example_values(1).shape == values.shape


def test_effect_of_work_is_the_quantile_of_its_prior_at_the_normal_score(prior):
    scores = np.linspace(-8, 8, 33)
    effect, slope = work_effect(scores, prior.student)
    lower = scores <= 0
    # By tails, where scipy keeps its digits: the upper half through the survival function.
    expected = np.where(
        lower,
        stats.t(*prior.student).ppf(stats.norm.cdf(scores)),
        stats.t(*prior.student).isf(stats.norm.sf(scores)),
    )
    assert effect == pytest.approx(expected, rel=1e-9)
    assert work_score(effect, prior.student) == pytest.approx(scores, abs=1e-9)
    step = 1e-5
    differences = (work_effect(scores + step, prior.student)[0] - work_effect(scores - step, prior.student)[0]) / 2e-5
    assert slope == pytest.approx(differences, rel=1e-6)
    assert np.isfinite(work_effect(np.array([-60.0, 60.0]), prior.student)).all()
