"""Fits: prior without data, sampler against the sampler-free answer, recovery with coverage, gates."""

from __future__ import annotations

import json

import numpy as np
import pytest

from werkzorg import constants
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference import diagnostics
from werkzorg.inference.counts import CountData, enrolment_weights, log_likelihood, log_posterior, state_shares
from werkzorg.inference.fit import DRAWS, SHARE_APPLYING, draw_prior, first_answer, fit
from werkzorg.inference.forecast import forecast
from werkzorg.inference.laplace import approximate
from werkzorg.inference.priors import natural_scale, prior_on_log_scale
from werkzorg.inference.transitions import PARAMETERS
from werkzorg.params.pilots import catalogue_of, load_pilot


@pytest.fixture(scope="module")
def pilot():
    return load_pilot("drechtsteden")


@pytest.fixture(scope="module")
def posterior(pilot):
    return fit(pilot, seed=1)


@pytest.mark.sampling
@pytest.mark.slow
def test_sampler_and_first_answer_agree(pilot, posterior):
    quick = first_answer(pilot, seed=1)
    assert quick.attrs["approximation"] > 0.3  # below, importance weights would rest on few proposals
    for name in PARAMETERS:
        spread = float(posterior[name].std())
        # Monte Carlo error of both means is below 0.03 sd; a wrong term shifts them by 0.3 sd or more.
        assert float(quick[name].mean()) == pytest.approx(float(posterior[name].mean()), abs=0.12 * spread)
        assert float(quick[name].std()) == pytest.approx(spread, rel=0.12)


@pytest.mark.sampling
@pytest.mark.slow
def test_fit_passes_its_gates_and_is_reproducible(pilot, posterior):
    gates = json.loads(posterior.attrs["gates"])
    assert {gate["id"] for gate in gates} >= {"sampling.rhat", "sampling.ess_bulk", "sampling.divergences"}
    assert {gate["verdict"] for gate in gates} == {"ok"}
    again = fit(pilot, seed=1)
    assert all(np.array_equal(again[name].values, posterior[name].values) for name in posterior.data_vars)
    assert set(json.loads(posterior.attrs["seconds"])) == {"compile", "sampling"}


@pytest.mark.sampling
@pytest.mark.slow
def test_placement_does_not_flow_wholly_into_the_programme_effect(pilot, posterior):
    """Priors are independent normals on the log scale and the data see only their sum: each moves by its variance."""
    mu, sigma = prior_on_log_scale(catalogue_of(pilot))
    logs = {name: np.log(posterior[name]) for name in PARAMETERS if name == "p_baseline_entry_hazard"}
    logs |= {name: posterior[name] for name in ("p_selection_shift", "p_logrr_programme_nl")}
    shifts = [(float(logs[name].mean()) - mu[i]) / sigma[i] ** 2 for i, name in enumerate(PARAMETERS) if name in logs]
    # Exactly equal in theory (the likelihood depends on the sum alone); tolerance is Monte Carlo error.
    assert max(shifts) == pytest.approx(min(shifts), rel=0.12)
    assert min(shifts) > 1


def test_without_counts_the_posterior_is_the_prior(pilot):
    empty = pilot.model_copy(update={"snapshots": ()})
    posterior, prior = fit(empty, seed=3), draw_prior(empty, seed=3)
    assert json.loads(posterior.attrs["with_data"]) == []
    assert all(np.array_equal(posterior[name].values, prior[name].values) for name in prior.data_vars)


def test_share_applying_is_conjugate(pilot):
    posterior = first_answer(pilot, seed=1)
    # Beta(1 + 4, 1 + 13): mean 5/19; four standard errors of 4,000 draws.
    error = 4 * np.sqrt(5 / 19 * 14 / 19 / 20 / DRAWS)
    assert float(posterior[SHARE_APPLYING].mean()) == pytest.approx(5 / 19, abs=error)


def test_one_participant_is_refused(pilot):
    alone = pilot.snapshots[0].model_copy(update={"enrolled": 1, "working": 1, "applying": 0, "in_mediation": 0})
    with pytest.raises(WerkzorgError) as caught:
        fit(pilot.model_copy(update={"snapshots": (alone,)}))
    assert caught.value.exit_code is ExitCode.STATISTICS


def test_prior_of_another_family_is_refused(pilot):
    local = {
        "id": "p_dropout_hazard", "distribution": {"name": "Beta", "alpha": 2, "beta": 50}, "status": "assumption",
        "source": {"title": "test"},
    }  # fmt: skip
    with pytest.raises(WerkzorgError) as caught:
        first_answer(pilot.model_copy(update={"parameters": (local,)}))
    assert caught.value.exit_code is ExitCode.CONFIGURATION
    assert "p_dropout_hazard" in str(caught.value)


def simulate_counts(z: np.ndarray, weights: np.ndarray, enrolled: int, rng: np.random.Generator) -> CountData:
    shares = weights @ state_shares(z, len(weights) - 1)[:, :, 0]
    drawn = rng.multinomial(enrolled, shares / shares.sum())
    return CountData(np.tile(weights, (3, 1)), np.eye(3), drawn.astype(float), (0.0, 0.0), enrolled)


def test_recovery_coverage_of_the_share_at_work(pilot):
    """Parameters from the prior, counts from the parameters, posterior back: intervals hold what they say.

    The tested quantity is the share at work a year after enrolment, which the counts at six months inform.
    """
    mu, sigma = prior_on_log_scale(catalogue_of(pilot))
    weights = enrolment_weights([(0.0, 6.0, 1)], 6.0)
    rng = np.random.default_rng(11)
    ranks = []
    for number in range(120):
        truth = mu + sigma * rng.standard_normal(len(mu))
        data = simulate_counts(truth, weights, 40, rng)
        draws, _ = approximate(log_posterior(data, mu, sigma), mu, draws=200, seed=number)
        at_work = np.array([state_shares(z, 12)[12, 0, 0] for z in draws])
        ranks.append(np.mean(at_work < state_shares(truth, 12)[12, 0, 0]))
    ranks = np.array(ranks)
    for width in constants.INTERVAL_WIDTHS:
        inside = np.mean(np.abs(ranks - 0.5) <= width / 2)
        # 99.9% binomial band for 120 data sets; intervals of half the width would fall far outside.
        assert abs(inside - width) < 3.3 * np.sqrt(width * (1 - width) / 120) + 0.01
    # Mean rank: uniform has standard error 0.026; a prior shifted by one sd moves it by more than 0.2.
    assert abs(ranks.mean() - 0.5) < 0.1


def test_more_people_at_work_raise_the_entry_hazard(pilot):
    def entry(working: int) -> float:
        snapshot = pilot.snapshots[0].model_copy(update={"working": working, "in_mediation": 23 - working})
        answer = first_answer(pilot.model_copy(update={"snapshots": (snapshot,)}), seed=1)
        return float(np.log(answer["p_baseline_entry_hazard"]).mean() + answer["p_selection_shift"].mean())

    values = [entry(working) for working in (0, 5, 10, 20)]
    assert values == sorted(values)
    assert values[-1] - values[0] > 0.5


def test_forecast_counts_those_at_work_as_placed(pilot):
    numbers = forecast(pilot, first_answer(pilot, seed=1), seed=2)
    assert int(numbers["placed"].min()) >= pilot.snapshots[0].working
    assert int(numbers["placed"].max()) <= pilot.participants_planned
    assert bool((numbers["working"] <= numbers["placed"]).all())
    again = forecast(pilot, first_answer(pilot, seed=1), seed=2)
    assert np.array_equal(numbers["placed"].values, again["placed"].values)


def test_forecast_without_time_left_gives_the_count_itself(pilot):
    # Whoever left may have found a job alone; here nobody left.
    snapshot = pilot.snapshots[0].model_copy(update={"unaccounted_may_be": ("applying",)})
    ended = pilot.model_copy(
        update={"end": snapshot.date, "participants_planned": snapshot.enrolled, "enrolment_closes": snapshot.date}
        | {"snapshots": (snapshot,)}
    )
    numbers = forecast(ended, first_answer(pilot, seed=1), seed=2)
    assert set(np.unique(numbers["working"].values)) == {snapshot.working}


def test_everybody_counted_has_a_past_of_his_own(pilot):
    """Who lost a job before the count: given the parameters a binomial number of those who search."""
    people = 200
    snapshot = pilot.snapshots[0].model_copy(
        update={
            "enrolled": people,
            "working": 0,
            "applying": people,
            "in_mediation": 0,
            "unaccounted_may_be": ("left",),
        }
    )
    ended = pilot.model_copy(
        update={"end": snapshot.date, "participants_planned": people, "enrolment_closes": snapshot.date}
        | {"snapshots": (snapshot,)}
    )
    one = first_answer(pilot, seed=1).isel(draw=[0] * 2000)
    placed = forecast(ended, one, seed=2)["placed"].values
    share = placed.mean() / people
    assert 0.02 < share < 0.5
    # The spread of 2,000 numbers is known to 1.6%; with pasts chosen among sixty people it would be twice too large.
    assert placed.std() == pytest.approx(np.sqrt(people * share * (1 - share)), rel=0.08)


def test_gates_can_say_no():
    rng = np.random.default_rng(1)
    good = rng.standard_normal((4, 500))
    stuck = good + np.array([0.0, 0.0, 0.0, 3.0])[:, None]
    slow = np.repeat(rng.standard_normal((4, 10)), 50, axis=1)
    assert diagnostics.verdict(diagnostics.check_draws("x", good)) == "ok"
    assert diagnostics.verdict(diagnostics.check_draws("x", stuck)) == "stop"
    assert diagnostics.verdict(diagnostics.check_draws("x", slow)) == "stop"
    assert diagnostics.judge("d", 0.002, 0.0, 0.01).verdict == "warn"
    assert diagnostics.judge("d", float("nan"), 0.0, 0.01).verdict == "stop"
    assert diagnostics.judge("b", 0.25, 0.3, 0.2, low_is_bad=True).verdict == "warn"


@pytest.mark.sampling
@pytest.mark.slow
def test_plain_pymc_gives_the_same_posterior(pilot, posterior, monkeypatch):
    """The fallback without nutpie, on the same model."""
    import sys

    from werkzorg.inference.counts import count_data
    from werkzorg.inference.model import build_model, sample

    monkeypatch.setitem(sys.modules, "nutpie", None)
    trace, seconds = sample(build_model(count_data(pilot), *prior_on_log_scale(catalogue_of(pilot))), seed=4)
    z = diagnostics.posterior_array(trace, "z").reshape(DRAWS, -1)
    assert set(seconds) == {"sampling"}
    for name, values in natural_scale(z).items():
        spread = float(posterior[name].std())
        assert values.mean() == pytest.approx(float(posterior[name].mean()), abs=0.12 * spread)


def test_pymc_log_density_is_prior_plus_likelihood(pilot):
    """The graph that is sampled has the density that is written down, and its gradient."""
    from werkzorg.inference.counts import count_data
    from werkzorg.inference.model import build_model

    data, (mu, sigma) = count_data(pilot), prior_on_log_scale(catalogue_of(pilot))
    model = build_model(data, mu, sigma)
    z = mu + 0.3 * sigma
    value, gradient = log_likelihood(z, data.weights, data.mask, data.counts)
    standard = (z - mu) / sigma
    expected = value - 0.5 * standard @ standard - np.log(sigma * np.sqrt(2 * np.pi)).sum()
    assert float(model.compile_logp()({"z": z})) == pytest.approx(expected, rel=1e-12)
    assert model.compile_dlogp()({"z": z}) == pytest.approx(gradient - standard / sigma, rel=1e-9)
