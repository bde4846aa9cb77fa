"""Words that go with what a run rests on: counts of a pilot, or case records of its participants."""

from __future__ import annotations

from werkzorg.reporting.results import Results
from werkzorg.wording import catalogue, say

RECORDS = "records"


def has_records(results: Results) -> bool:
    """Whether the run read case records."""
    return results.meta.get("basis") == RECORDS


def say_basis(results: Results, identifier: str, lang: str, /, **values: object) -> str:
    """A text, in its form for what the run rests on where there is one (`<identifier>.records`, `.aggregates`)."""
    own = f"{identifier}.{results.meta.get('basis')}"
    return say(own if own in catalogue() else identifier, lang, **values)
