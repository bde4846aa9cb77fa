"""Worked examples of the rules, written in `params/rules/*.yaml` for a municipal controller to read and check."""

from __future__ import annotations

import importlib
from dataclasses import is_dataclass
from datetime import date
from typing import Any

import numpy as np
from pydantic import Field

from werkzorg.params import Catalogue, Label, read_yaml, shipped
from werkzorg.params.files import display_name
from werkzorg.params.mistakes import build
from werkzorg.params.schema import Number, Strict, Text
from werkzorg.rules.lawbook import law_on

Value = Number | list[Number]


class Example(Strict):
    """One example: a rule, a date, what goes in and what must come out.

    Parameters
    ----------
    name : Label
        What it shows, nl and en.
    rule : str
        Function, for example `bijstand.gross_up`.
    date : date
        Law date, and valuation date unless `valuation` is given.
    valuation : date, optional
        Price date.
    input : dict
        Arguments of the function other than the law.
    output : dict
        Expected result by name; `value` for a function that returns one number.
    tolerance : float
        Largest difference allowed, in the unit of the output.
    reason : str
        Why this tolerance.
    source : str, optional
        Where the expected result comes from.
    """

    name: Label
    rule: Text = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    date: date
    valuation: date | None = None
    input: dict[str, Any]
    output: dict[str, Value]
    tolerance: Number = Field(ge=0)
    reason: Text
    source: Text | None = None


def read_examples() -> list[Example]:
    """All examples of the shipped rule files, in order of file."""
    found = []
    for path in sorted((shipped("params") / "rules").glob("*.yaml")):
        data, lines = read_yaml(path)
        for position, entry in enumerate(data.get("examples", [])):
            found.append(build(Example, entry, display_name(path), lines, f"examples.{position}"))
    return found


def outcome(example: Example, catalogue: Catalogue) -> dict[str, Any]:
    """What the rule gives now, by the names of the example's output."""
    module, function = example.rule.split(".")
    law = law_on(catalogue, example.date, example.valuation or example.date)
    result = getattr(importlib.import_module(f"werkzorg.rules.{module}"), function)(**example.input, law=law)
    if is_dataclass(result):
        return {key: np.asarray(getattr(result, key), float).tolist() for key in example.output}
    return {"value": np.asarray(result, float).tolist()}
