"""The compiled likelihood of records against the plain formulas, and these against dense algebra."""

import numpy as np
import pytest
from record_example import cost_arrays, example_arrays, example_values, person_rows
from scipy import stats

from werkzorg.inference import record_kernel, record_likelihood
from werkzorg.inference.record_data import COST_COLUMNS
from werkzorg.inference.record_likelihood import ARRAYS, BOUNDED, NORMAL

POINTS = range(100)

# Two orders of the same sums in double precision; the smallest slip, a missed factor of two, is far larger.
EXACT = 1e-9


def kernel(values, data):
    return record_kernel.record_log_likelihood(values, *(data[name] for name in ARRAYS))


def complex_step(values, data):
    """Derivatives of the plain formulas without differences: exact to rounding."""
    step = 1e-30
    return np.array(
        [record_likelihood.log_likelihood(values + step * 1j * unit, data).imag / step for unit in np.eye(len(values))]
    )


@pytest.mark.parametrize("seed", POINTS)
def test_value_and_gradient_are_those_of_the_plain_formulas(seed):
    data, values = example_arrays(seed % 5), example_values(seed)
    value, gradient = kernel(values, data)
    assert value == pytest.approx(record_likelihood.log_likelihood(values, data), rel=EXACT)
    expected = complex_step(values, data)
    assert gradient == pytest.approx(expected, rel=EXACT, abs=EXACT * np.abs(expected).max())


def test_no_data_says_nothing():
    empty = {name: np.zeros_like(array) for name, array in example_arrays(1).items()}
    for name in ("cells", "losses", "sizes", "between", "ratios", "shares"):
        empty[name] = empty[name][:0]
    value, gradient = kernel(example_values(1), empty)
    assert value == 0
    assert not gradient.any()


@pytest.mark.parametrize("seed", range(5))
def test_case_effect_integrated_out_is_the_dense_normal_density(seed):
    """Against scipy with the covariance written out, person by person; the powers of 2 pi are put back."""
    rng = np.random.default_rng(seed)
    people = [person_rows(rng) for _ in range(12)]
    data = {**example_arrays(seed), **cost_arrays(people)}
    values = example_values(seed)
    theta, _, work, shares = record_likelihood.named(values)
    beta = record_likelihood.coefficients(theta, shares, work, data["facts"])
    residual, case = record_likelihood.variances(theta, shares)
    dense, constant = 0.0, 0.0
    for rows in people:
        n = len(rows)
        covariance = residual * np.eye(n) + case * np.ones((n, n))
        dense += stats.multivariate_normal(rows[:, 1:] @ beta, covariance).logpdf(rows[:, 0])
        constant += 0.5 * n * np.log(2 * np.pi)
    assert record_likelihood._cost(theta, shares, work, data) == pytest.approx(dense + constant, rel=EXACT)


def test_work_hazards_are_binomials():
    """Against scipy's binomial with the chances written out; its coefficients are taken off."""
    data, values = example_arrays(3), example_values(3)
    theta, effects, _, _ = record_likelihood.named(values)
    scale = np.exp(theta["hazard.effect_scale"])
    total = 0.0
    for row in data["cells"]:
        hazard = np.exp(record_likelihood.log_hazards(theta)[int(row[0])] - theta["selection.comparison_gap"] * row[1])
        hazard *= np.exp(scale * sum(row[2 + i] * effects[i] for i in range(3)))
        at_risk, events = row[5], row[6]
        total += stats.binom(at_risk, 1 - np.exp(-hazard)).logpmf(events) - np.log(
            stats.binom(at_risk, 0.5).pmf(events) * 2.0**at_risk
        )
    shape, width = np.exp(theta["p_job_survival_weibull_shape"]), np.exp(theta["p_job_survival_weibull_scale"])
    job = stats.weibull_min(shape, scale=width)
    for row in data["losses"]:
        factor = np.exp(
            -theta["p_hr_coach_retention"] * row[1] + scale * sum(row[2 + i] * effects[3 + i] for i in range(3))
        )
        stays = (job.sf(row[0] + 1) / job.sf(row[0])) ** factor
        total += row[6] * np.log(1 - stays) + (row[5] - row[6]) * np.log(stays)
    data = {**data, "shares": data["shares"][:0]}
    assert record_likelihood.parts(values, data)["work"] == pytest.approx(total, rel=1e-7)


def test_order_of_cells_changes_nothing():
    data, values = example_arrays(4), example_values(4)
    turned = {**data, "cells": data["cells"][::-1], "losses": data["losses"][::-1]}
    assert kernel(values, turned)[0] == pytest.approx(kernel(values, data)[0], rel=EXACT)


def test_every_parameter_and_column_counts():
    """A column that is read by the wrong name, or a parameter that is never used, has no derivative."""
    data, values = example_arrays(0), example_values(0)
    values[NORMAL.index("p_log_rtm_ggz_cost")] = -1.0
    gradient = kernel(values, data)[1]
    assert (gradient != 0).all()
    assert len(gradient) == len(NORMAL) + 6 + 1 + len(BOUNDED)
    assert data["within"].shape == (1 + len(COST_COLUMNS),) * 2
