"""Health of the shipped parameters as a whole: what one entry alone cannot show."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlparse

from werkzorg.errors import Problem
from werkzorg.params.catalogue import Catalogue
from werkzorg.params.schema import Parameter

MONEY_INDEXES_AT_LEAST = 4
"""Prices of goods, wages, care and the minimum wage rose differently: never one series for all."""

NEEDS_REASON = frozenset(("assumption", "recalled"))
"""Statuses that must be explained in a note."""


def health(catalogue: Catalogue) -> list[Problem]:
    """Everything that is wrong with a catalogue as a whole.

    Returns
    -------
    list of Problem
        Empty when all is well.
    """
    problems = [problem for parameter in catalogue for problem in _of_one(catalogue, parameter)]
    used = Counter(parameter.index for parameter in catalogue if parameter.is_money and parameter.index != "none")
    if len(used) < MONEY_INDEXES_AT_LEAST:
        problems.append(Problem("params.one_index_for_all", values={"used": ", ".join(sorted(used))}))
    return problems


def _of_one(catalogue: Catalogue, parameter: Parameter) -> list[Problem]:
    problems = []
    if parameter.is_money and parameter.index != "none" and f"index.{parameter.index}" not in catalogue:
        problems.append(_problem("no_series", parameter, index=parameter.index))
    if parameter.follows and parameter.follows not in catalogue:
        problems.append(_problem("follows_nothing", parameter, follows=parameter.follows))
    if parameter.status in NEEDS_REASON and not parameter.note:
        problems.append(_problem("no_reason", parameter))
    if parameter.status == "verified" and not _has_address(parameter):
        problems.append(_problem("no_address", parameter))
    if parameter.kind == "evidence" and parameter.grade is None:
        problems.append(_problem("no_grade", parameter))
    if parameter.kind == "evidence" and parameter.distribution is None:
        problems.append(_problem("no_distribution", parameter))
    if parameter.unit == "fraction" and any(not 0 <= entry.value <= 1 for entry in parameter.values):
        problems.append(_problem("fraction_range", parameter))
    return problems


def _has_address(parameter: Parameter) -> bool:
    addresses = [parameter.source.url, *(entry.url for entry in parameter.values)]
    named = any(entry.source for entry in parameter.values)
    return named or any(address and urlparse(address).netloc for address in addresses)


def _problem(name: str, parameter: Parameter, **values: object) -> Problem:
    return Problem(f"params.{name}", where=parameter.id, values={"id": parameter.id, **values})
