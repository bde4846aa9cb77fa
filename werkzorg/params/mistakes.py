"""From what pydantic found to problems with file, line, key and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import get_args

from pydantic import BaseModel, ValidationError

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.reader import where

EXPECTED = {
    "float": "number",
    "int": "whole_number",
    "string": "text",
    "date": "date",
    "bool": "yes_or_no",
    "literal": "choice",
    "greater": "range",
    "less": "range",
    "finite": "number",
    "tuple": "list",
    "list": "list",
    "model": "keys",
    "dict": "keys",
}
"""First word of a pydantic error type, and the catalogue's word for what was expected."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`, or a dash."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.4)
    return close[0] if close else "-"


def build[Model: BaseModel](model: type[Model], data: object, name: str, lines: dict[str, int], path: str) -> Model:
    """Make a checked object of one entry of a file.

    Parameters
    ----------
    model : type
        pydantic model.
    data : object
        What was read.
    name, lines, path : str, dict, str
        File name, line per key and the key path of the entry, for the message.

    Raises
    ------
    WerkzorgError
        With one problem for each mistake.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [_problem(model, entry, name, lines, path) for entry in error.errors(include_url=False)]
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems) from None


def _problem(model: type[BaseModel], entry: dict, name: str, lines: dict[str, int], path: str) -> Problem:
    location = [str(part) for part in entry["loc"]]
    kind, context = entry["type"], dict(entry.get("ctx") or {})
    if kind.startswith("params."):
        location += context.pop("key").split(".")
        if "known" in context:
            context["nearest"] = nearest(str(context["unit"]), str(context.pop("known")).split("|"))
    full = ".".join(part for part in (path, *location) if part)
    place, key = where(name, lines, full), location[-1] if location else path
    if kind.startswith("params."):
        return Problem(kind, where=place, values={"key": key, **context})
    if kind == "extra_forbidden":
        keys = _keys(model, location[:-1])
        return Problem("params.unknown_key", where=place, values={"key": key, "nearest": nearest(key, keys)})
    if kind == "missing":
        return Problem("params.missing_key", where=place, values={"key": key})
    if kind == "literal_error":
        expected = str(context.get("expected", ""))
        return Problem("params.unknown_choice", where=place, values={"key": key, "choices": expected})
    identifier = f"params.expected_{EXPECTED.get(kind.split('_')[0], 'other')}"
    return Problem(identifier, where=place, values={"key": key})


def _keys(model: type[BaseModel], location: list[str]) -> list[str]:
    """Known keys of the (sub)model at a location."""
    for part in location:
        field = model.model_fields.get(part)
        if field is None:
            continue
        found = _submodel(field.annotation)
        model = found or model
    return [field.alias or key for key, field in model.model_fields.items() if key != "local"]


def _submodel(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _submodel(inner)
        if found:
            return found
    return None
