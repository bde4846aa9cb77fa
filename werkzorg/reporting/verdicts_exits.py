"""The sentence that takes the place of a gain from benefits, when records speak against the rules it rests on."""

from __future__ import annotations

from werkzorg.reporting.numbers import is_missing, percent
from werkzorg.reporting.results import Results
from werkzorg.wording import say


def exits_verdict(results: Results, lang: str) -> str:
    """That fewer people in work left benefit than the rules say; empty when they did not, or nothing is known of it."""
    check = results.maybe(quantity="check", item="exits")
    if check is None or check.value != 0:
        return ""
    line = results.maybe(quantity="check_line", item="exits")
    known = line is not None and not is_missing(line.value)
    numbers = {"seen": percent(line.value, lang), "ruled": percent(line.mean, lang)} if known else {}
    return say("front.exits", lang, beside=say("front.exits.beside", lang, **numbers) if known else "")
