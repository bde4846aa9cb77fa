"""The gallery of published answers: each row with what the package gives and with a second, independent computation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import choice_cases as choice
import markov_cases as markov
from ruamel.yaml import YAML

ROWS = {row["name"]: row for row in YAML(typ="safe").load(Path(__file__).with_name("known_answers.yaml"))}

Answers = dict[str, dict[str, float]]


class Way(NamedTuple):
    """A kind of example: functions that it goes through, and two ways to the same answers."""

    through: tuple[str, ...]
    package: Callable[[dict], Answers]
    check: str
    second: Callable[[dict], Answers]


WAYS = {
    "hiv": Way(
        ("projection.multistate.propagate",),
        lambda given: markov.hiv_answers(given, markov.hiv_by_engine(given)),
        "powers of two written-out matrices; without an end, the fundamental matrix",
        lambda given: markov.hiv_answers(given, markov.hiv_by_matrices(given)),
    ),
    "hip": Way(
        ("projection.multistate.propagate",),
        lambda given: markov.hip_answers(given, markov.hip_by_engine(given)),
        "the product of one written-out matrix per year; the same with the clock of the state",
        lambda given: markov.hip_answers(given, markov.hip_by_matrices(given)),
    ),
    "sick": Way(
        ("projection.multistate.propagate", "appraisal.icer.efficiency_frontier"),
        lambda given: markov.sick_answers(given, markov.sick_by_engine(given), markov.ratios_on_frontier),
        "powers of a written-out matrix; ratios from the arm with the largest net benefit along a grid",
        lambda given: markov.sick_answers(given, markov.sick_by_matrices(given), markov.ratios_by_envelope),
    ),
    "knowing": Way(
        ("appraisal.information.normal_value", "appraisal.sampling.normal_evsi"),
        choice.knowing_by_package,
        "numerical integration of the gain; for a study, the variance before less that after the data",
        choice.knowing_by_integral,
    ),
    "choosing": Way(
        (
            "appraisal.icer.compare_arms",
            "appraisal.icer.efficiency_frontier",
            "appraisal.decision.net_benefit",
            "appraisal.decision.incremental_benefit",
        ),
        choice.choosing_by_package,
        "by hand from the printed means; the best arm at every whole price per unit",
        choice.choosing_by_hand,
    ),
    "sampling": Way(
        ("appraisal.population.population_value", "appraisal.sampling.study_worth"),
        choice.sampling_by_package,
        "numerical integration of the discount factor, one rate and size at a time",
        choice.sampling_by_integral,
    ),
    "credit": Way(
        ("rules.law_on", "rules.wage.work_credit"),
        choice.credit_by_rules,
        "adding up the credit euro by euro of income and keeping the largest sum",
        choice.credit_by_loop,
    ),
    "sharers": Way(
        ("rules.law_on", "rules.bijstand.net_norm"),
        choice.sharers_by_rules,
        "the household as a whole: 100% with two people and 30% more with each next one, in equal parts",
        choice.sharers_by_table,
    ),
}
"""Kind of example -> how it is computed."""


def inputs_of(name: str) -> dict:
    """Inputs of a row; those of the row it is like, with its own changes."""
    row = ROWS[name]
    return (inputs_of(row["like"]) if "like" in row else {}) | row.get("inputs", {})


@cache
def package_answers(name: str) -> Answers:
    """What the public functions of the package give."""
    return WAYS[ROWS[name]["model"]].package(inputs_of(name))


@cache
def second_answers(name: str) -> Answers:
    """What the second computation gives."""
    return WAYS[ROWS[name]["model"]].second(inputs_of(name))


def tolerance(name: str, quantity: str, column: str) -> float:
    """Largest difference allowed, in the unit of the answer."""
    found = ROWS[name]["tolerance"][quantity]
    return found[column] if isinstance(found, dict) else found
