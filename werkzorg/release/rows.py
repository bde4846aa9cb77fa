"""Rows of the release table: one number each, with its intervals, unit, label and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from werkzorg.appraisal.summary import summarise
from werkzorg.params import parties
from werkzorg.wording import LANGUAGES, say

Row = dict[str, object]

RECORDS, RECORDS_PRIOR, AGGREGATES = "records", "records+prior", "aggregates+prior"
COUNTS, PRIOR, RULE = "counts+prior", "prior", "rule"
"""What a number rests on: case records alone, case records and prior knowledge, published numbers and prior knowledge,
counts of the pilot and prior knowledge, prior knowledge alone, a rule of law."""

OF_BASIS = {"records": RECORDS_PRIOR, "aggregates": AGGREGATES, "counts": COUNTS, "nothing": PRIOR}
"""What estimates rest on, by the basis of the posterior."""


def row(identifier: str, quantity: str, unit: str, rests_on: str, **fields: object) -> Row:
    """One row; `draws` (ndarray) becomes the summary, `names` (dict) fills the label, the rest are columns.

    Parameters
    ----------
    identifier : str
        Unique id of the number.
    quantity : str
        What it is; its label stands in the catalogue as `row.<quantity>`.
    unit : str
        Unit.
    rests_on : str
        One of `RECORDS`, `RECORDS_PRIOR`, `COUNTS`, `PRIOR`, `RULE`.
    """
    draws, names = fields.pop("draws", None), fields.pop("names", {})
    made: Row = {"id": identifier, "quantity": quantity, "unit": unit, "rests_on": rests_on, "parties": "all", **fields}
    if draws is not None:
        summary = summarise(np.asarray(draws))
        made = {"value": summary["mean"]} | summary | made
    for lang in LANGUAGES:
        if f"label_{lang}" not in made:
            made[f"label_{lang}"] = label(quantity, lang, names)
        if "item" in made and f"item_label_{lang}" not in made:
            made[f"item_label_{lang}"] = say(f"item.{made['item']}", lang)
    return made


def rests_on_of(posterior: xr.Dataset) -> str:
    """What the estimates of a posterior rest on."""
    return OF_BASIS[posterior.attrs["basis"]]


def label(quantity: str, lang: str, names: dict[str, object]) -> str:
    """Label of a quantity; a name whose value is a dict of languages is given in the language asked for."""
    values = {key: value[lang] if isinstance(value, dict) else value for key, value in names.items()}
    return say(f"row.{quantity}", lang, **values)


def party_name(party: str) -> dict[str, str]:
    """Short name of a party (or society, or all) in both languages."""
    for known in parties():
        if known.id == party:
            return {"nl": known.short.nl, "en": known.short.en}
    return {lang: say(f"party.{party}", lang) for lang in LANGUAGES}


def join(identifiers: Iterable[str]) -> str:
    """Ids in one cell, each once, in order of appearance."""
    return "; ".join(dict.fromkeys(identifiers))
