"""The sentence that takes the place of the answer when support ended by plan and was counted as drop-out."""

from __future__ import annotations

from werkzorg.reporting.numbers import is_missing
from werkzorg.reporting.results import Results
from werkzorg.wording import say

KEYS = {"leaving": "data.follow_up_months", "leaving_calendar": "data.window"}
"""Check, and the key of the pilot file that cuts follow-up."""


def leaving_verdict(results: Results, lang: str) -> str:
    """That more participants stopped in one month than drop-out explains; empty when that is not so."""
    for item, key in KEYS.items():
        check = results.maybe(quantity="check", item=item)
        if check is not None and check.value == 0:
            return say("front.leaving", lang, when=_when(results, item, lang), key=key)
    return ""


def _when(results: Results, item: str, lang: str) -> str:
    if item == "leaving_calendar":
        return say("front.leaving.calendar", lang)
    line = results.maybe(quantity="check_line", item=item)
    if line is None or is_missing(line.month):
        return say("front.leaving.some_month", lang)
    return say("front.leaving.month", lang, month=int(line.month))
