"""The page for participants: what each heading says, in plain language and without a promise."""

from __future__ import annotations

import itertools
from typing import Any

from werkzorg.reporting import verdicts, verdicts_data
from werkzorg.reporting.basis import rests_on_nothing, say_basis
from werkzorg.reporting.numbers import as_date, gain, gain_range, months_span, number, percent
from werkzorg.reporting.practices import client_survey
from werkzorg.reporting.reach import client_reach, extra_work_verdict
from werkzorg.reporting.results import Results
from werkzorg.wording import catalogue, say

LOOKED_AT = (12, 24)
"""Months after the start at which the page says how many work."""

AT_WORK = ("work_off", "work_supplement")


def client_intro(results: Results, lang: str) -> str:
    """First sentences of the page; where nobody takes part yet, they promise no help.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    """
    kind = _kind(results)
    names = (f"client.intro.{kind}.{results.meta.get('basis')}", f"client.intro.{kind}", "client.intro")
    return say(next(name for name in names if name in catalogue()), lang)


def _kind(results: Results) -> str:
    """Kind of help: experts-by-experience, people who are reached, an integral approach, or a placement programme."""
    return results.meta.get("help") or results.meta.get("approach", "text")


def client_heading(results: Results, key: str, lang: str) -> str:
    """Heading of one part of the page."""
    return say_basis(results, f"client.{key}", lang)


def client_texts(results: Results, lang: str) -> dict[str, list[str]]:
    """Paragraphs of the page for participants, per heading."""
    reached, asked = client_reach(results, lang), client_survey(results, lang)
    texts = {
        "income": _income(results, lang),
        "work": reached or _work(results, lang),
        "support": _support(results, lang),
        "asked": asked,
        "loss": [_loss(results, lang)],
        "unsure": [say("client.unsure.text", lang), _average(results, lang)],
    }
    # Of an approach that reaches people and places nobody, what it does is the first question.
    texts = {"work": reached} | texts if reached else texts
    # Where all rests on prior knowledge the notice at the top says so, once.
    mark = say("mark.prior_text", lang) if rests_on_nothing(results) else ""
    return {key: [text.replace(mark, "") for text in parts] for key, parts in texts.items() if parts}


def _income(results: Results, lang: str) -> list[str]:
    amounts = say("client.income.year", lang, year=results.meta["price_year"])
    care = say("client.income.care", lang)
    return [say("client.income.text", lang), nothing_kept(results, lang), f"{amounts} {care}"]


def nothing_kept(results: Results, lang: str) -> str:
    """Up to how many hours of work each household keeps nothing extra; else the step in hours that pays least."""
    flat: dict[int, list[str]] = {}
    rows = results.rows(quantity="client_gain")
    for household in dict.fromkeys(row.household for row in rows):
        hours = verdicts_data.flat_until([row for row in rows if row.household == household])
        if hours:
            flat.setdefault(hours, []).append(say(f"household.{household}", lang))
    if not flat:
        return verdicts_data.trap_verdict([row for row in rows if row.household == "single"], lang)
    parts = [
        say("client.income.flat", lang, hours=number(hours, lang), households=verdicts.listing(names, lang))
        for hours, names in sorted(flat.items())
    ]
    return say("client.income.none_kept", lang, parts=verdicts.listing(parts, lang))


def _support(results: Results, lang: str) -> list[str]:
    """What the help is; with a condition in front where nobody takes part yet."""
    texts = [say("client.help.maybe", lang)] if rests_on_nothing(results) else []
    texts.append(say(f"client.help.{_kind(results)}", lang))
    if results.rows(quantity="manager_change"):
        texts.append(say("client.help.manager", lang))
    return [" ".join([*texts, say("client.help.care", lang)])]


def _work(results: Results, lang: str) -> list[str]:
    """How likely a job is; what a participant wants to know is not whether the pilot meets its own criterion."""
    if "help" in results.meta:
        return [*_found_work(results, lang), extra_work_verdict(results, lang)]
    meta, end = results.meta, results.meta["main_horizon"]
    kind = "text" if rests_on_nothing(results) else _time(meta)
    worked = results.one(quantity="months_worked", horizon=end, per="participant")
    placed, working = (results.one(quantity="placed", item=item) for item in ("ever", "working"))
    texts = [
        say(f"client.places.{kind}", lang, n=number(meta["participants_planned"], lang)),
        verdicts.placed_verdict(placed, lang),
        verdicts.working_verdict(working, lang),
    ]
    extra = {"value": number(worked.value, lang, 0), "horizon": months_span(end, lang)}
    return [" ".join(texts), say("client.month_worked", lang, **extra, mark=verdicts.mark(worked, lang))]


def _time(meta: dict[str, Any]) -> str:
    """Whether the pilot was over when the report was made."""
    return "over" if as_date(meta.get("end_date", meta["created"])) < as_date(meta["created"]) else "running"


def _found_work(results: Results, lang: str) -> list[str]:
    """How many start a job with this support, and how sure that is."""
    row = results.maybe(quantity="funnel", item="funnel_placed", month=24)
    if row is None:
        return []
    low, high = (percent(end, lang) for end in (row.low80, row.high80))
    span = say("number.between", lang, low=low, high=high)
    return [say("client.found", lang, share=percent(row.value, lang), range=span, mark=verdicts.mark(row, lang))]


def _loss(results: Results, lang: str) -> str:
    """How many work after one and after two years, and how many would without the pilot."""
    shares = {
        f"{name}_{place}": percent(_working_share(results, arm, month), lang)
        for (place, month), (name, arm) in itertools.product(
            zip(("early", "late"), LOOKED_AT, strict=True), (("with", "programme"), ("without", "without"))
        )
    }
    first, second = (months_span(month, lang) for month in LOOKED_AT)
    return say_basis(results, "client.loss.text", lang, first=first, second=second, **shares)


def _working_share(results: Results, arm: str, month: int) -> float:
    rows = results.rows(quantity="state_share", arm=arm, state=list(AT_WORK), month=month)
    return sum(row.value for row in rows)


def _average(results: Results, lang: str) -> str:
    """What participants gain on average, over all years together; the warning about certainty when it applies."""
    end = results.meta["main_horizon"]
    net = results.one(quantity="net", party="client", horizon=end, per="participant", view="society")
    step = verdicts.money_step(net)
    text = say_basis(
        results,
        "client.gain",
        lang,
        horizon=months_span(end, lang),
        gain=gain(net.value, lang, step) + verdicts.mark(net, lang),
        range=gain_range(net.low80, net.high80, lang, step),
    )
    # The other forms of the verdict are no plain language.
    return f"{text} {verdicts.certainty_verdict(net, lang)}" if net.low95 <= 0 <= net.high95 else text
