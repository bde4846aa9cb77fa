"""Words that go with what a run rests on: counts of a pilot, or case records of its participants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.reporting.numbers import long_date
from werkzorg.reporting.results import Results
from werkzorg.wording import catalogue, say

BASE = "base"
"""The pilot as it is, in a comparison."""

RECORDS = "records"
NOTHING = "nothing"


def has_records(results: Results) -> bool:
    """Whether the run read case records."""
    return results.meta.get("basis") == RECORDS


def rests_on_nothing(results: Results) -> bool:
    """Whether the run had neither counts, nor published numbers, nor records: prior knowledge alone."""
    return results.meta.get("basis") == NOTHING


def threshold_of(results: Results) -> int:
    """Fewest people behind a number of the records that is shown."""
    return int(results.meta.get("threshold", THRESHOLD))


def say_basis(results: Results, identifier: str, lang: str, /, **values: object) -> str:
    """A text, in its form for what the run rests on where there is one (`<identifier>.records`, `.nothing`)."""
    own = f"{identifier}.{results.meta.get('basis')}"
    values = {"threshold": threshold_of(results)} | values
    return say(own if own in catalogue() else identifier, lang, **values)


def facts_line(results: Results, lang: str) -> str:
    """What a reader looks for first, below the title: what it was calculated with, price level and date."""
    meta = results.meta
    counted = {} if has_records(results) else {"snapshot": long_date(meta["snapshot_date"], lang)}
    created = long_date(meta["created"], lang)
    values = {"price_year": meta["price_year"], "created": created}
    if rests_on_nothing(results) and "survey_inhabitants" in meta:
        return say("report.subtitle.survey", lang, **values)
    return say_basis(results, "report.subtitle", lang, **counted, **values)


def say_help(results: Results, identifier: str, lang: str, /, **values: object) -> str:
    """A text, in its form for the kind of help where there is one (`<identifier>.reach`, `.experts`)."""
    own = f"{identifier}.{results.meta.get('help')}"
    return say(own if own in catalogue() else identifier, lang, **values)


def group_name(results: Results, group: str, lang: str) -> str:
    """Name of a target group in a report: as the pilot file has it, or else as in the file with monthly counts."""
    return results.meta.get("flow_names", {}).get(group, {}).get(lang, group)


def compared(meta: Mapping[str, Any]) -> str:
    """What a comparison is of: `places` where all are other pilots, else `scenarios`."""
    kinds = {facts["kind"] for name, facts in meta["scenarios"].items() if name != BASE}
    return "places" if kinds == {"place"} else "scenarios"


def report_name(reader: str, lang: str, meta: Mapping[str, Any]) -> str:
    """Title of the report of a reader."""
    kind = compared(meta) if "scenarios" in meta and reader == "scenarios" else reader
    return say(f"report.title.{kind}", lang, pilot=meta[f"name_{lang}"])
