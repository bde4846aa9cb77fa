"""Published answers through the public engine, each with a second computation that does not use the engine."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from werkzorg.projection.multistate import Transition, exclusive, propagate

pytestmark = pytest.mark.golden

ROWS = {row["name"]: row for row in YAML(typ="safe").load(Path(__file__).with_name("known_answers.yaml"))}
HIV_ARMS = ("monotherapy", "combination")
HIP_ARMS = ("standard", "np1")

# Two computations of the same sum in double precision: amounts up to 5e4 with rounding of 1e-16 relative per term.
SAME = 1e-12


def inputs_of(name):
    row = ROWS[name]
    return (inputs_of(row["like"]) if "like" in row else {}) | row.get("inputs", {})


def discount(rate, cycles):
    """Factors for the ends of cycles 0..C."""
    return (1 + rate) ** -np.arange(cycles + 1.0)


def with_difference(arms, values):
    return dict(zip(arms, values, strict=True)) | {"difference": values[1] - values[0]}


# The HIV model


def hiv_probabilities(given):
    """Matrices (arm, year, from, to) from the printed numbers of moves."""
    matrix = np.zeros((2, given["cycles"], 4, 4))
    for i, source in enumerate("ABC"):
        for j in range(i + 1, 4):
            counted = given["moves"][source]
            matrix[:, :, i, j] = counted["ABCD"[j]] / counted["at_risk"]
    treated = matrix[1, : given["years_lamivudine"]]
    treated[:, 0, 2] = given["moves"]["A"]["C"] / given.get("at_risk_A_to_C_treated", given["moves"]["A"]["at_risk"])
    treated *= given["relative_risk"]
    for i in range(4):
        matrix[:, :, i, i] = 1 - matrix[:, :, i].sum(-1)
    return matrix


def hiv_by_engine(given):
    matrix, moves = hiv_probabilities(given), []
    for i, source in enumerate("ABC"):
        worse = range(i + 1, 4)
        for j, p in zip(worse, exclusive(*(matrix[:, :, i, j] for j in worse)), strict=True):
            moves.append(Transition(source, "ABCD"[j], f"{source} to {'ABCD'[j]}", p))
    return propagate("ABCD", {"A": 1.0}, moves, cycles=given["cycles"]).occupancy.values


def hiv_by_matrices(given):
    """numpy: a power of the matrix with treatment times a power of the one without."""
    matrix, years, start = hiv_probabilities(given), given["years_lamivudine"], np.eye(4)[0]
    power = np.linalg.matrix_power
    return np.array(
        [
            [
                start @ power(matrix[arm, 0], min(c, years)) @ power(matrix[arm, -1], max(c - years, 0))
                for c in range(given["cycles"] + 1)
            ]
            for arm in range(2)
        ]
    )


def hiv_answers(given, occupancy):
    cycles = given["cycles"]
    care = np.array([given["direct_care"][s] + given["community_care"][s] for s in "ABC"])
    drug = np.full((2, cycles + 1), float(given["zidovudine"]))
    drug[1, 1 : given["years_lamivudine"] + 1] += given["lamivudine"]
    alive = occupancy[:, :, :3]
    care_cost, drug_cost = alive @ care, alive.sum(-1) * drug
    cost = ((care_cost + drug_cost) * discount(given["cost_rate"], cycles))[:, 1:].sum(1)
    years = (alive.sum(-1) * discount(given["life_year_rate"], cycles))[:, 1:].sum(1)
    return {
        "care_cost_undiscounted": with_difference(HIV_ARMS, care_cost[:, 1:].sum(1)),
        "drug_cost_undiscounted": with_difference(HIV_ARMS, drug_cost[:, 1:].sum(1)),
        "total_cost": with_difference(HIV_ARMS, cost),
        "life_years": with_difference(HIV_ARMS, years),
        "icer": {"difference": (cost[1] - cost[0]) / (years[1] - years[0])},
    }


# The hip replacement model

HIP_STATES = ("primary", "success", "revision", "success_after_revision", "dead")


def hip_mortality(given):
    """Per year 1..C, by the age reached at its end."""
    table = given["mortality"]
    ages = given["age"] + np.arange(1, given["cycles"] + 1)
    return np.array(table["male" if given["male"] else "female"])[np.searchsorted(table["ages"], ages, "right") - 1]


def hip_revision(given):
    """Probability of a first revision in year 1..C after the operation, by arm: Weibull."""
    w = given["weibull"]
    scale = np.exp(
        w["cons"] + w["age"] * given["age"] + w["male"] * given["male"] + w["np1"] * np.array([[0.0], [1.0]])
    )
    return 1 - np.exp(-scale * np.diff(np.arange(given["cycles"] + 1.0) ** np.exp(w["lngamma"])))


def hip_by_engine(given, clock="cycle"):
    """With clock="duration" the revision hazard runs on the time in the state instead of the calendar."""
    died, operative, revised = hip_mortality(given), given["operative_mortality"], hip_revision(given)
    die_first = exclusive(died, np.broadcast_to(revised, (2, given["cycles"])))
    if clock == "cycle":
        revise = Transition("success", "revision", "revise", die_first[1])
    else:  # everybody enters in year 1, so that year 2 is duration 0
        revise = Transition("success", "revision", "revise", die_first[1][:, 1:], by="duration")
    die_again, revise_again = exclusive(died, np.full_like(died, given["revision_again"]))
    moves = [
        Transition("primary", "dead", "die at operation", operative),
        Transition("primary", "success", "recover", 1.0),
        Transition("success", "dead", "die", died),
        revise,
        Transition("revision", "dead", "die at revision", operative + died),
        Transition("revision", "success_after_revision", "recover again", 1.0),
        Transition("success_after_revision", "dead", "die later", die_again),
        Transition("success_after_revision", "revision", "revise again", revise_again),
    ]
    return propagate(
        HIP_STATES, {"primary": 1.0}, moves, cycles=given["cycles"], clocked=["success"] if clock == "duration" else ()
    ).occupancy.values


def hip_by_matrices(given):
    """numpy: the product of one written-out matrix per year."""
    died, operative, again = hip_mortality(given), given["operative_mortality"], given["revision_again"]
    occupancy = np.zeros((2, given["cycles"] + 1, 5))
    for arm, revised in enumerate(hip_revision(given)):
        years = [
            [
                [0, 1 - operative, 0, 0, operative],
                [0, 1 - r - m, r, 0, m],
                [0, 0, 0, 1 - operative - m, operative + m],
                [0, 0, again, 1 - again - m, m],
                [0, 0, 0, 0, 1],
            ]
            for r, m in zip(revised, died, strict=True)
        ]
        for c in range(given["cycles"] + 1):
            occupancy[arm, c] = reduce(np.matmul, np.array(years[:c]).reshape(-1, 5, 5), np.eye(5))[0]
    return occupancy


def hip_answers(given, occupancy):
    utility, cycles = given["utility"], given["cycles"]
    weights = np.array([0, utility["success"], utility["revision"], utility["success_after_revision"], 0])
    prosthesis = np.array([given["prosthesis"][arm] for arm in HIP_ARMS])
    cost = prosthesis + given["revision_cost"] * occupancy[:, :, 2] @ discount(given["cost_rate"], cycles)
    qaly = (occupancy @ weights) @ discount(given["effect_rate"], cycles)
    return {
        "cost": with_difference(HIP_ARMS, cost),
        "qaly": with_difference(HIP_ARMS, qaly),
        "icer": {"difference": (cost[1] - cost[0]) / (qaly[1] - qaly[0])},
    }


BY_ENGINE = {"hiv": hiv_by_engine, "hip": hip_by_engine}
BY_MATRICES = {"hiv": hiv_by_matrices, "hip": hip_by_matrices}
ANSWERS = {"hiv": hiv_answers, "hip": hip_answers}


def answers(name, way=BY_ENGINE):
    given, model = inputs_of(name), ROWS[name]["model"]
    return ANSWERS[model](given, way[model](given))


def tolerance(name, quantity, column):
    found = ROWS[name]["tolerance"][quantity]
    return found[column] if isinstance(found, dict) else found


@pytest.mark.parametrize("way", [BY_ENGINE, BY_MATRICES], ids=["engine", "matrices"])
@pytest.mark.parametrize("name", ROWS)
def test_published_answer(name, way):
    found = answers(name, way)
    for quantity, columns in ROWS[name]["answer"].items():
        for column, expected in columns.items():
            allowed = tolerance(name, quantity, column)
            assert found[quantity][column] == pytest.approx(expected, abs=allowed, rel=0), (quantity, column)


@pytest.mark.parametrize("name", ROWS)
def test_engine_equals_product_of_matrices_at_every_point(name):
    given, model = inputs_of(name), ROWS[name]["model"]
    np.testing.assert_allclose(BY_ENGINE[model](given), BY_MATRICES[model](given), atol=SAME, rtol=0)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.get("slip")])
def test_tolerance_tells_the_slip_from_the_right_answer(name):
    right = ROWS[name]["like"]
    gap = abs(answers(name)["icer"]["difference"] - ROWS[right]["answer"]["icer"]["difference"])
    assert gap > 100 * tolerance(right, "icer", "difference")


def test_every_row_says_where_it_comes_from_and_why_its_tolerance():
    for row in ROWS.values():
        assert {"name", "source", "model", "inputs", "answer", "tolerance", "why"} <= set(row)
        assert set(row["answer"]) == set(row["tolerance"])


def test_hiv_life_years_tend_to_the_fundamental_matrix():
    """Without an end the years in A, B and C are the first row of (I - Q)^-1, less the start that is not counted."""
    given = inputs_of("HIV, zidovudine with or without lamivudine") | {"cycles": 2000}
    q = hiv_probabilities(given)[0, 0, :3, :3]
    expected = np.linalg.inv(np.eye(3) - q)[0].sum() - 1
    assert hiv_answers(given, hiv_by_engine(given))["life_years"]["monotherapy"] == pytest.approx(expected, rel=SAME)


def test_hip_clock_of_the_state_equals_the_clock_of_the_model():
    """Everybody enters "success" in year 1: the Weibull by time in state is the Weibull by year, one year on."""
    given = inputs_of("Hip replacement, standard and NP1 prosthesis")
    np.testing.assert_allclose(hip_by_engine(given, "duration"), hip_by_engine(given), atol=SAME, rtol=0)
