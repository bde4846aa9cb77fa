"""Made-up reduced records and parameters, for tests of the likelihood."""

from __future__ import annotations

import numpy as np

from werkzorg.inference.priors import bounded_prior, prior_on_log_scale, student_prior
from werkzorg.inference.published_chain import CHAIN_STATES
from werkzorg.inference.record_data import COST_COLUMNS, EFFECTS, ENTRY_EFFECTS, HAZARDS, MAX_PERIODS
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, WORK_EFFECT
from werkzorg.params.catalogue import catalogue


def person_rows(rng: np.random.Generator) -> np.ndarray:
    """Rows (outcome, columns) of one person."""
    rows = int(rng.integers(1, 6))
    column = {name: 1 + i for i, name in enumerate(COST_COLUMNS)}
    table = np.zeros((rows, 1 + len(COST_COLUMNS)))
    table[:, column["level"]] = 1
    table[:, column["severe"]] = rng.random() < 0.6
    comparison = float(rng.random() < 0.5)
    table[:, column["comparison"]] = comparison
    table[:, column["worker"]] = rng.random()
    table[1:, column["work"]] = rng.random(rows - 1)
    table[:, column["work_within"]] = table[:, column["work"]] - 0.3
    table[:, column["trend"]] = np.arange(rows) / 2
    for row in range(1, rows):
        table[row, column[f"after_{row - 1}"]] = 1
        table[row, column[f"comparison_after_{row - 1}"]] = comparison
    table[:, 0] = 5 + rng.normal() + 0.4 * rng.normal(size=rows)
    return table


def cost_arrays(people: list[np.ndarray]) -> dict[str, np.ndarray]:
    """`within`, `sizes` and `between` of the rows of some people, by plain loops."""
    width = 1 + len(COST_COLUMNS)
    within, groups = np.zeros((width, width)), {}
    for rows in people:
        within += rows.T @ rows
        persons, squares = groups.get(len(rows), (0, np.zeros((width, width))))
        groups[len(rows)] = (persons + 1, squares + np.outer(rows.sum(0), rows.sum(0)))
    sizes = sorted(groups)
    return {
        "within": within,
        "sizes": np.array([(size, groups[size][0]) for size in sizes], dtype=float).reshape(-1, 2),
        "between": np.array([groups[size][1] for size in sizes]).reshape(-1, width, width),
    }


def share_rows(rng: np.random.Generator, months: int = 14) -> np.ndarray:
    """Published cells of both groups: any part of any state, any months."""
    group = np.array([0.0, 0.0, 0.0, 1.0, 1.0])
    people = np.array([7.0, 12.5, 0.0, 4.0, 30.0])
    parts = rng.random((5, len(CHAIN_STATES))) * (rng.random((5, len(CHAIN_STATES))) < 0.6)
    parts[:, 2] += 0.1
    parts[:, 5] += 0.1
    return np.column_stack([group, people, parts, rng.dirichlet(np.ones(months + 1), 5)])


def example_arrays(seed: int, people: int = 30) -> dict[str, np.ndarray]:
    """Arrays of the likelihood, all kinds of evidence in them."""
    rng = np.random.default_rng(seed)
    n = 40
    at_risk = rng.integers(1, 200, n).astype(float)
    events = rng.binomial(at_risk.astype(int), 0.05)
    kind, comparison = rng.integers(0, len(HAZARDS), n), rng.random(n) < 0.5
    cells = np.column_stack([kind, comparison, rng.normal(size=(n, len(ENTRY_EFFECTS))), at_risk, events])
    job_risk = rng.integers(1, 30, n).astype(float)
    lost = rng.binomial(job_risk.astype(int), 0.05)
    effects = rng.normal(size=(n, len(EFFECTS) - len(ENTRY_EFFECTS)))
    losses = np.column_stack([rng.integers(0, 20, n), rng.random(n) < 0.3, effects, job_risk, lost])
    care_risk = rng.integers(50, 400, 9).astype(float)
    weights = rng.dirichlet(np.ones(MAX_PERIODS), 2)
    whiten = np.array([[5.0, 0.0], [-3.0, 10.0]])
    ratios = np.column_stack([[[-0.4, 0, 0.3, 1.0], [-0.2, 1, 0.1, 2.0]], weights, whiten])
    return {
        "cells": cells.astype(float),
        "losses": losses.astype(float),
        "care": np.column_stack([care_risk, rng.binomial(care_risk.astype(int), 0.03)]),
        **cost_arrays([person_rows(rng) for _ in range(people)]),
        "ratios": ratios,
        "shares": share_rows(rng),
        "facts": np.array([np.log(800.0), 0.6, 0.02]),
    }


def example_values(seed: int) -> np.ndarray:
    """A point drawn from the prior, in the order of the likelihood."""
    rng, known = np.random.default_rng(seed), catalogue()
    mu, sigma = prior_on_log_scale(known, NORMAL)
    _, centre, scale = student_prior(known, WORK_EFFECT)
    bounded = bounded_prior(known, BOUNDED)
    return np.concatenate(
        [
            mu + sigma * rng.normal(size=len(mu)),
            rng.normal(size=len(EFFECTS)),
            [centre + scale * rng.normal()],
            bounded.low + bounded.width * rng.beta(bounded.alpha, bounded.beta),
        ]
    )
