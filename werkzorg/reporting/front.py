"""The first page of each report: the question, the answer in words, for whom, how sure, and what is not shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzorg.reporting import verdicts, verdicts_data
from werkzorg.reporting.basis import has_records, rests_on_nothing, say_basis
from werkzorg.reporting.calibration import calibration_verdict
from werkzorg.reporting.checklist import draft_text
from werkzorg.reporting.document import Sources, bullets, heading, notice, paragraph, table_markup
from werkzorg.reporting.numbers import (
    LEAST_QALY,
    PER_THOUSAND,
    health_decimals,
    is_missing,
    long_date,
    month_name,
    months_span,
    number,
    number_range,
    percent,
)
from werkzorg.reporting.practices import practice_asides, practice_verdicts
from werkzorg.reporting.reach import extra_work_verdict
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import who_table
from werkzorg.reporting.verdicts_exits import exits_verdict
from werkzorg.reporting.verdicts_leaving import leaving_verdict
from werkzorg.reporting.verdicts_records import decomposition_verdict, fact, prior_mostly_verdict
from werkzorg.wording import say

PARTY_OF = {"municipality": "municipality", "insurer": "insurer", "ggz": "ggz_institution", "client": "client"}
"""Party whose result a reader asks for; the technical report speaks about society as a whole."""


def front_markup(results: Results, reader: str, lang: str, sources: Sources) -> str:
    """Whole first page below the title.

    Parameters
    ----------
    results : Results
    reader : {"municipality", "insurer", "ggz", "technical"}
    lang : {"nl", "en"}
    sources : Sources
    """
    parts = [gate_notice(results, lang)]
    question = say_basis(results, f"front.question.{reader}", lang)
    parts += [heading(say("front.question", lang)), paragraph(question, lang)]
    if is_stopped(results):
        return "".join([*parts, *_stopped(results, lang)])
    parts += [heading(say("front.answer", lang)), *_answer(results, reader, lang)]
    parts += [heading(say("front.for_whom", lang)), table_markup(who_table(results, lang), sources, lang, 1)]
    parts.append(
        paragraph(
            verdicts.together_verdict(_together(results, "all"), _together(results, "ggz_institution"), lang), lang
        )
    )
    parts += [heading(say("front.how_sure", lang)), bullets(_how_sure(results, reader, lang), lang)]
    parts += [heading(say("front.not_euros", lang)), *_not_in_euros(results, lang)]
    parts += [heading(say("front.not_shown", lang)), bullets(_not_shown(results, lang), lang)]
    parts += [heading(say("front.more_data", lang)), paragraph(_more_data(results, lang), lang)]
    parts += [heading(say("front.about", lang)), paragraph(about_text(results, lang), lang, "small")]
    return "".join(parts)


def is_stopped(results: Results) -> bool:
    """Whether a check of the calculation failed so badly that no decision may rest on the run."""
    return results.meta["gates_verdict"] == "stop"


def _stopped(results: Results, lang: str) -> list[str]:
    """What stands in place of the answer when there is none."""
    answer = [heading(say("front.answer", lang)), paragraph(say("front.stopped", lang), lang, "lead")]
    about = [heading(say("front.about", lang)), paragraph(about_text(results, lang), lang, "small")]
    return [*answer, paragraph(say("front.stopped_advice", lang), lang), *about]


def _more_data(results: Results, lang: str) -> str:
    text = say_basis(results, "front.more_data.text", lang)
    compared = fact(results, "persons", "comparison")
    lacking = has_records(results) and (compared is None or is_missing(compared.value))
    return f"{text} {say('front.more_data.comparison', lang)}" if lacking else text


def gate_notice(results: Results, lang: str, plain: bool = False) -> str:
    """What stands above all: a warning or a stop of the checks, and that there are no data of the pilot itself.

    Parameters
    ----------
    results : Results
    lang : {"nl", "en"}
    plain : bool
        Whether the names of the checks stay away, as for participants.
    """
    verdict = results.meta["gates_verdict"]
    found = ""
    if verdict != "ok":
        told = say(f"client.gates.{verdict}", lang) if plain else verdicts_data.gates_verdict(results, lang)
        found = notice(told, verdict, lang)
    draft = draft_text(results, lang)
    found = (notice(draft, "warn", lang) if draft else "") + found
    texts = [say("front.prior_only", lang)] if rests_on_nothing(results) else []
    texts += [say(f"front.prior_only.{kind}", lang) for kind in _counted_beside(results) if texts]
    return found + (notice(" ".join(texts), "ok", lang) if texts else "")


def _counted_beside(results: Results) -> list[str]:
    """What was asked or counted besides the pilot itself: a survey, monthly counts per target group."""
    own_flows = results.meta.get("flows_synthetic") is False
    return ["survey"] * ("survey_inhabitants" in results.meta) + ["flows"] * own_flows


def headline(results: Results, reader: str, lang: str) -> str:
    """The answer in one to four sentences: amount, interval, chance, certainty."""
    row = results.one(
        quantity="net",
        party=PARTY_OF.get(reader, "society"),
        horizon=results.meta["main_horizon"],
        per="participant",
        view="society",
    )
    return verdicts.net_verdict(row, lang)


def _answer(results: Results, reader: str, lang: str) -> list[str]:
    more: dict[str, Callable[[Results, str], list[str]]] = {
        "municipality": _municipality,
        "insurer": _insurer,
        "ggz": _ggz,
        "technical": _technical,
    }
    # What is special to a practice is its main result; the answer of all pilots comes behind it.
    own = practice_verdicts(results, lang)
    answer = [*_headlines(results, reader, lang), *more[reader](results, lang)]
    first, *rest = [*own, *answer, *practice_asides(results, lang, reader)]
    return [paragraph(first, lang, "lead"), *(paragraph(text, lang) for text in rest)]


def _headlines(results: Results, reader: str, lang: str) -> list[str]:
    """The answer; nothing of a gain of the municipality that the records speak against."""
    doubts = _doubts(results, lang)
    if doubts and reader == "municipality":
        return doubts
    return [headline(results, reader, lang), *doubts]


def _doubts(results: Results, lang: str) -> list[str]:
    """Why the answer for the municipality is of no use: benefits that go on, or support that ended by plan."""
    return [text for text in (exits_verdict(results, lang), leaving_verdict(results, lang)) if text]


def _placed_and_working(results: Results, lang: str) -> list[str]:
    placed, working = (results.one(quantity="placed", item=item) for item in ("ever", "working"))
    return [verdicts.placed_verdict(placed, lang), verdicts.working_verdict(working, lang)]


def _work_and_criterion(results: Results, lang: str) -> str:
    if "help" in results.meta:
        # Without placement most who find work would have found it anyway: only the difference says something.
        return extra_work_verdict(results, lang)
    texts = _placed_and_working(results, lang)
    criterion = results.meta["criterion"]
    if criterion:
        other = results.maybe(quantity="probability_criterion_other")
        texts.append(verdicts.criterion_verdict(results.one(quantity="probability_criterion"), other, criterion, lang))
    return " ".join(texts)


def _municipality(results: Results, lang: str) -> list[str]:
    if _doubts(results, lang):
        return [_work_and_criterion(results, lang)]
    payback = results.one(quantity="payback_month", party="municipality")
    return [verdicts.payback_verdict(payback, lang), _work_and_criterion(results, lang)]


def _insurer(results: Results, lang: str) -> list[str]:
    steps = results.rows(quantity="waterfall", party="insurer")
    measured = decomposition_verdict(results, lang)
    if measured:
        return [*measured, verdicts.kept_verdict(steps, lang)]
    total, work = (results.one(quantity="care_change", item=item) for item in ("total", "work"))
    care = verdicts.care_verdict(total, work, lang, results.meta.get("basis", "counts"))
    return [_with_all_work(results, care, lang), verdicts.kept_verdict(steps, lang)]


def _ggz(results: Results, lang: str) -> list[str]:
    crisis = results.maybe(quantity="care_change", item="crisis_at_start")
    texts = [_with_all_work(results, verdicts.crisis_verdict(crisis, lang), lang)] if crisis else []
    return [*texts, _work_and_criterion(results, lang)]


def _with_all_work(results: Results, text: str, lang: str) -> str:
    """Where nobody is placed, most of the work in such a sentence would have been there anyway: it says so."""
    return f"{text} {say('verdict.all_work', lang)}" if "help" in results.meta else text


def _technical(results: Results, lang: str) -> list[str]:
    if "help" in results.meta:
        # Support without placement says the months of work of all together: per participant they are next to none.
        return [_work_and_criterion(results, lang)]
    horizon = results.meta["main_horizon"]
    worked = results.one(quantity="months_worked", horizon=horizon, per="participant")
    return [verdicts.months_worked_verdict(worked, lang), _work_and_criterion(results, lang)]


def _together(results: Results, party: str) -> Any:
    return results.one(quantity="probability_gain", party=party, horizon=results.meta["main_horizon"])


def _how_sure(results: Results, reader: str, lang: str) -> list[str]:
    texts = [
        verdicts_data.data_verdict(results, lang),
        *([] if rests_on_nothing(results) else _shares_of_prior(results, reader, lang)),
        verdicts_data.driver_verdict(results, PARTY_OF.get(reader, "society"), lang),
        verdicts_data.local_verdict(results, lang),
        # A warning stands above all already.
        verdicts_data.gates_verdict(results, lang) if results.meta["gates_verdict"] == "ok" else "",
        calibration_verdict(lang, reader, results.meta.get("basis")),
    ]
    return [text for text in texts if text]


def _shares_of_prior(results: Results, reader: str, lang: str) -> list[str]:
    party = PARTY_OF.get(reader, "society")
    return [verdicts_data.prior_verdict(results, lang), prior_mostly_verdict(results, party, lang)]


def _not_in_euros(results: Results, lang: str) -> list[str]:
    texts = [say("front.not_euros.text", lang)]
    horizon = results.meta["main_horizon"]
    row = results.maybe(quantity="qaly", horizon=horizon, per="participant")
    if row:
        small = abs(row.value) < LEAST_QALY
        times, per = (PER_THOUSAND, "thousand") if small else (1, "one")
        low, high = row.low80 * times, row.high80 * times
        decimals = health_decimals(low, high)
        values = {"value": number(row.value * times, lang, decimals), "horizon": months_span(horizon, lang)}
        span = number_range(low, high, lang, decimals)
        values |= {"range": span, "mark": verdicts.mark(row, lang), "per": say(f"front.not_euros.per.{per}", lang)}
        texts.append(say("front.not_euros.qaly", lang, **values))
    return [paragraph(text, lang) for text in texts]


def _not_shown(results: Results, lang: str) -> list[str]:
    meta = results.meta
    longest = months_span(max(row.horizon for row in results.rows(quantity="net")), lang)
    people, until = meta["enrolled"], {"date": long_date(meta["snapshot_date"], lang)}
    if has_records(results):
        people = fact(results, "persons", "programme").value
        until = {"months": months_span(fact(results, "follow_up", "programme").value, lang)}
    small = say_basis(results, "front.not_shown.small", lang, n=number(people, lang))
    beside = _counted_beside(results) if rests_on_nothing(results) else []
    return [
        say(f"front.not_shown.{beside[0]}", lang) if beside else small,
        # Where nobody takes part yet, nobody was chosen.
        *([] if rests_on_nothing(results) else [say("front.not_shown.lottery", lang)]),
        say_basis(results, "front.not_shown.horizon", lang, longest=longest, **until),
        say("front.not_shown.persons", lang),
    ]


def about_text(results: Results, lang: str) -> str:
    """Group, period, price year, discounting, version: the facts behind the page."""
    meta = results.meta
    beside = _counted_beside(results) or ["none"]
    group = {"snapshot": long_date(meta["snapshot_date"], lang), "enrolled": number(meta["enrolled"], lang)}
    group["counts"] = say(f"front.about.counts.{beside[0]}", lang)
    identifier = "front.about.text"
    if has_records(results):
        persons = fact(results, "persons", "programme")
        # A comparison of scenarios tells nothing of the records: the reports of its pilot do.
        identifier = "front.about.compared" if persons is None else identifier
        group = {} if persons is None else {"persons": number(persons.value, lang)}
    text = say_basis(
        results,
        identifier,
        lang,
        **group,
        start=month_name(meta["start_date"], lang),
        planned=number(meta["participants_planned"], lang),
        price_year=meta["price_year"],
        rate=percent(meta["discount_rate"], lang, 2),
        evidence=say(f"evidence.{meta['evidence_set']}", lang),
        draws=number(meta["draws"], lang),
        version=meta["version"],
        created=long_date(meta["created"], lang),
    )
    notes = ["interval", "rounded"] if meta.get("rounded") else ["interval"]
    texts = [text, *(say(f"front.about.{note}", lang) for note in notes)]
    if len(towns := meta.get("municipalities", [])) > 1:
        texts.append(say("front.about.towns", lang, n=number(len(towns), lang), names=verdicts.listing(towns, lang)))
    return " ".join(texts)
