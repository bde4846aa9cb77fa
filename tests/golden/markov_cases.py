"""Published Markov models, by the engine of the projection and by products of matrices."""

from __future__ import annotations

from functools import reduce

import numpy as np
import xarray as xr

from werkzorg.appraisal.icer import efficiency_frontier
from werkzorg.projection.multistate import Transition, exclusive, propagate

HIV_ARMS = ("monotherapy", "combination")
HIP_ARMS = ("standard", "np1")


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


# The Sick-Sicker model

SICK_ARMS = {"SoC": (False, False), "A": (True, False), "B": (False, True), "AB": (True, True)}
"""Arm -> whether treatment A and treatment B are given."""


def sick_chances(given, treated_b):
    """Chance per cycle of each rate, by its name."""
    rates = dict(given["rates"])
    rates["S1_S2"] *= given["ratio_B"] if treated_b else 1.0
    rates |= {"S1_D": given["ratio_S1"] * rates["H_D"], "S2_D": given["ratio_S2"] * rates["H_D"]}
    return {name: -np.expm1(-rate) for name, rate in rates.items()}


def sick_by_engine(given):
    """Occupancy (arm, point, state): death first, then of the living those who move."""
    found = []
    for _, treated_b in SICK_ARMS.values():
        chance = sick_chances(given, treated_b)
        back, worse = exclusive(chance["S1_H"], chance["S1_S2"])
        moves = [
            Transition("H", "D", "H dies", chance["H_D"]),
            Transition("H", "S1", "falls ill", chance["H_S1"]),
            Transition("S1", "D", "S1 dies", chance["S1_D"]),
            Transition("S1", "H", "recovers", back),
            Transition("S1", "S2", "gets worse", worse),
            Transition("S2", "D", "S2 dies", chance["S2_D"]),
        ]
        found.append(propagate(("H", "S1", "S2", "D"), {"H": 1.0}, moves, cycles=given["cycles"]).occupancy.values[0])
    return np.array(found)


def sick_matrix(given, arm):
    """Chances per cycle from each state to each, of the arm with this number."""
    c = sick_chances(given, list(SICK_ARMS.values())[arm][1])
    alive = 1 - c["S1_D"]
    return np.array(
        [
            [(1 - c["H_D"]) * (1 - c["H_S1"]), (1 - c["H_D"]) * c["H_S1"], 0, c["H_D"]],
            [alive * c["S1_H"], alive * (1 - c["S1_H"] - c["S1_S2"]), alive * c["S1_S2"], c["S1_D"]],
            [0, 0, 1 - c["S2_D"], c["S2_D"]],
            [0, 0, 0, 1],
        ]
    )


def sick_by_matrices(given):
    """numpy: powers of one written-out matrix per arm."""
    matrices = [sick_matrix(given, arm) for arm in range(len(SICK_ARMS))]
    return np.array([[np.linalg.matrix_power(m, t)[0] for t in range(given["cycles"] + 1)] for m in matrices])


def within_cycle(counting, cycles):
    """Weight of each of the points 0..C."""
    points = np.arange(cycles + 1)
    inner = {
        "as published": np.where(points % 2 == 1, 2 / 3, 4 / 3),
        "textbook order": np.where(points % 2 == 1, 4 / 3, 2 / 3),
        "half cycle": np.ones(cycles + 1),
        "none": np.ones(cycles + 1),
    }[counting]
    ends = {"half cycle": 0.5, "none": 1.0}.get(counting, 1 / 3)
    return np.where((points == 0) | (points == cycles), ends, inner)


def sick_answers(given, occupancy, ratios):
    cost, utility = [], []
    for treated_a, treated_b in SICK_ARMS.values():
        extra = treated_a * given["treatment_A"] + treated_b * given["treatment_B"]
        costs = given["cost"]
        cost.append([costs["H"], costs["S1"] + extra, costs["S2"] + extra, 0.0])
        utility.append([1.0, given["utility_A"] if treated_a else given["utility"]["S1"], given["utility"]["S2"], 0.0])
    weights = within_cycle(given["counting"], given["cycles"]) * discount(given["rate"], given["cycles"])
    total, qaly = (np.einsum("ats,as,t->a", occupancy, np.array(each), weights) for each in (cost, utility))
    return {
        "cost": dict(zip(SICK_ARMS, total, strict=True)),
        "qaly": dict(zip(SICK_ARMS, qaly, strict=True)),
        "icer": ratios(*(xr.DataArray(each, dims="arm", coords={"arm": list(SICK_ARMS)}) for each in (qaly, total))),
    }


def ratios_on_frontier(effect, cost):
    """From the package: ratio of each arm on the frontier against the one before it."""
    found = efficiency_frontier(effect, cost)
    kept = found.where(found["icer"].notnull(), drop=True)
    return dict(zip(kept["arm"].values.tolist(), kept["icer"].values.tolist(), strict=True))


def ratios_by_envelope(effect, cost):
    """numpy: going up in price per unit, which arm has the largest net benefit, and where that changes."""
    names, e, c = effect["arm"].values, effect.values, cost.values
    best = (np.arange(0.0, 200_001.0, 25.0)[:, None] * e - c).argmax(axis=1)
    steps = [(best[at], best[at + 1]) for at in np.flatnonzero(np.diff(best))]
    return {str(names[here]): float((c[here] - c[before]) / (e[here] - e[before])) for before, here in steps}
