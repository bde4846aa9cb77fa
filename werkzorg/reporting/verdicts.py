"""Sentences with findings. One function makes each sentence, from rows of the results table and nothing else.

The headline interval is 80%. When the 95% interval holds zero, the sentence says that the pilot does not show a gain
or loss with certainty. Probabilities get their word from one fixed table in the catalogue and always show the number.
Losses stand in words, never as a minus sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzorg.reporting.numbers import (
    adding_step,
    chance,
    euro_in_text,
    euro_range,
    gain,
    gain_range,
    is_missing,
    months_span,
    number,
    number_range,
    percent,
    round_to,
    sensible_step,
)
from werkzorg.wording import probability_word, say


def sentence(text: str) -> str:
    """Text with a capital at the start."""
    return text[:1].upper() + text[1:]


def listing(parts: Sequence[str], lang: str) -> str:
    """Parts as one enumeration: `a, b en c`."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + say("list.and", lang) + parts[-1]


def chance_phrase(probability: float, lang: str) -> str:
    """A probability as number and word: `82% (waarschijnlijk)`."""
    return say("probability.phrase", lang, chance=chance(probability, lang), word=probability_word(probability, lang))


def mark(row: Any, lang: str) -> str:
    """Text mark behind a number that rests on prior knowledge alone, else empty."""
    return say("mark.prior_text", lang) if row.rests_on == "prior" else ""


def the_party(party: str, lang: str) -> str:
    """Party with its article, for running text."""
    return say(f"party.{party}.the", lang)


def label(row: Any, lang: str, kind: str = "label") -> str:
    """Label of a row in one language; `kind` is `label` or `item_label`."""
    return getattr(row, f"{kind}_{lang}") or row.id


def money_step(row: Any) -> float:
    """Rounding step of a money row, from the width of its 80% interval."""
    return sensible_step(row.low80, row.high80)


def waterfall_step(steps: Sequence[Any]) -> float:
    """One rounding step for all bars of a waterfall: that of what is kept, or finer so that what is printed adds up."""
    *parts, kept = steps
    return adding_step([row.value for row in parts], kept.value, money_step(kept))


def net_verdict(row: Any, lang: str) -> str:
    """Expected net result of a party with interval, chance and, when it applies, the warning about certainty.

    Parameters
    ----------
    row : namedtuple
        Row of quantity `net`.
    lang : {"nl", "en"}
    """
    step = money_step(row)
    first = say(
        f"verdict.net.{row.per}",
        lang,
        horizon=months_span(row.horizon, lang),
        the=the_party(row.party, lang),
        gain=gain(row.value, lang, step),
        mark=mark(row, lang),
    )
    interval = say("verdict.net.interval", lang, range=gain_range(row.low80, row.high80, lang, step))
    odds = say("verdict.net.chance", lang, chance=chance_phrase(row.probability, lang))
    # Around zero there is no gain or loss to be certain of.
    nil = round_to(row.low80, step) == round_to(row.high80, step) == 0
    return " ".join([first, interval, odds] + ([] if nil else [certainty_verdict(row, lang)]))


def certainty_verdict(row: Any, lang: str) -> str:
    """Whether the 95% interval of a result leaves its sign open."""
    if row.low95 <= 0 <= row.high95:
        # Else a reader who sees only one sign in the 80% interval would not know why.
        if row.low80 > 0 or row.high80 < 0:
            return say("verdict.net.edge_gain" if row.low80 > 0 else "verdict.net.edge_loss", lang)
        return say("verdict.net.uncertain", lang)
    return say("verdict.net.sure_gain" if row.low95 > 0 else "verdict.net.sure_loss", lang)


def together_verdict(row: Any, institution: Any, lang: str) -> str:
    """Probability that the four parties at the table all gain, from the rows `probability_gain` of `all` and the GGZ.

    An institution that is paid its costs never gains in any draw: the sentence then says that this follows from the
    set-up and is no finding.
    """
    if institution.value == 0:
        return say("verdict.together.at_cost", lang)
    return say("verdict.together", lang, chance=chance_phrase(row.value, lang))


RARE = 0.2
"""Below this share of the calculations the month in which costs are back would promise what the share denies."""


def payback_verdict(row: Any, lang: str) -> str:
    """Month in which a party has its costs back, from a row `payback_month`."""
    values = {
        "the": the_party(row.party, lang),
        "horizon": months_span(row.horizon, lang),
        "mark": mark(row, lang),
        "chance": chance_phrase(row.probability or 0.0, lang),
    }
    if is_missing(row.median) or not row.probability:
        return sentence(say("verdict.payback.never", lang, **values))
    if row.probability < RARE:
        return sentence(say("verdict.payback.rare", lang, **values))
    if row.median <= 1:
        return sentence(say("verdict.payback.at_once", lang, **values))
    spread = number_range(row.low80, row.high80, lang)
    return say("verdict.payback", lang, median=number(row.median, lang), range=spread, **values)


def placed_verdict(row: Any, lang: str) -> str:
    """Forecast of the number ever placed, from the row `placed` of item `ever`."""
    values = {"value": number(row.value, lang), "range": number_range(row.low80, row.high80, lang)}
    return say(f"verdict.placed{_counted(row)}", lang, mark=mark(row, lang), **values)


def working_verdict(row: Any, lang: str) -> str:
    """Forecast of the number in work at the end of the pilot, from the row `placed` of item `working`."""
    values = {"value": number(row.value, lang), "range": number_range(row.low80, row.high80, lang)}
    return say(f"verdict.working{_counted(row)}", lang, mark=mark(row, lang), **values)


def _counted(row: Any) -> str:
    """Form of a sentence about a forecast where the same was also counted: it may not pass for the count."""
    return ".records" if row.rests_on.startswith("records") else ""


def criterion_verdict(row: Any, other: Any | None, criterion: dict[str, Any], lang: str) -> str:
    """Probability that the pilot meets its own criterion, and that it would if people were counted the other way.

    Parameters
    ----------
    row, other : namedtuple
        Rows `probability_criterion` and `probability_criterion_other`; items `working` (in work at the end) and `ever`.
    criterion : dict
        From the facts: `placed_at_least`, `of`, `measure`.
    lang : {"nl", "en"}
    """
    values = {"least": criterion["placed_at_least"], "of": criterion["of"]}
    text = say(
        f"verdict.criterion.{row.item}", lang, chance=chance_phrase(row.value, lang), mark=mark(row, lang), **values
    )
    if other is None:
        return text
    chance = chance_phrase(other.value, lang)
    return (
        f"{text} {say(f'verdict.criterion.other.{other.item}', lang, chance=chance, mark=mark(other, lang), **values)}"
    )


def months_worked_verdict(row: Any, lang: str) -> str:
    """Extra months in work per participant, from a row `months_worked`."""
    kind = "more" if row.value >= 0 else "less"
    ends = (row.low80, row.high80) if kind == "more" else (-row.high80, -row.low80)
    text = say(
        f"verdict.months_worked.{kind}",
        lang,
        horizon=months_span(row.horizon, lang),
        value=number(abs(row.value), lang, 1),
        range=number_range(*ends, lang, 1),
        mark=mark(row, lang),
    )
    open_sign = row.low95 <= 0 <= row.high95
    return f"{text} {say('verdict.uncertain_difference', lang)}" if open_sign else text


def share_working_verdict(with_pilot: Sequence[Any], without: Sequence[Any], lang: str) -> str:
    """Share in work in one month in both arms, from rows `state_share` of the two states in work."""
    return say(
        "verdict.share_working",
        lang,
        months=months_span(with_pilot[0].month, lang),
        mark=mark(without[0], lang),
        **{"with": percent(sum(row.value for row in with_pilot), lang)},
        without=percent(sum(row.value for row in without), lang),
    )


def care_verdict(total: Any, work: Any, lang: str, basis: str = "counts") -> str:
    """Fall of care cost and the part of it that work explains, from rows `care_change`; `basis`: what the run rests on.

    Counts say nothing of care, other data do.
    """
    known = basis if basis in ("counts", "nothing") else "records"
    step_total, step_work = money_step(total), money_step(work)
    kind = "fall" if total.value <= 0 else "rise"
    parts = [
        say(
            f"verdict.care.{kind}",
            lang,
            total=euro_in_text(total.value, lang, step_total),
            mark=mark(total, lang),
        ),
        say(
            f"verdict.care.work_saves.{known}" if work.value <= 0 else "verdict.care.work_costs",
            lang,
            work=euro_in_text(work.value, lang, step_work),
            mark=mark(work, lang),
        ),
    ]
    if work.low95 <= 0 <= work.high95:
        # Counts of people at work leave nothing of care open or closed.
        parts.append(say(f"verdict.care.work_uncertain{'' if known == 'records' else '.nothing'}", lang))
    return " ".join(parts)


def crisis_verdict(row: Any, lang: str) -> str:
    """Extra care around the start of a job, from the row `care_change` of item `crisis_at_start`."""
    step = money_step(row)
    values = {"value": euro_in_text(row.value, lang, step), "range": euro_range(row.low80, row.high80, lang, step)}
    return say("verdict.crisis", lang, mark=mark(row, lang), **values)


def kept_verdict(steps: Sequence[Any], lang: str) -> str:
    """Largest step and remainder of a waterfall, from its rows in order."""
    *parts, kept = steps
    first, step = max(parts, key=lambda row: abs(row.value)), waterfall_step(steps)
    return say(
        "verdict.kept",
        lang,
        first=label(first, lang, "item_label"),
        horizon=months_span(kept.horizon, lang),
        gross=gain(first.value, lang, step),
        the=the_party(kept.party, lang),
        kept=gain(kept.value, lang, step),
        mark=mark(kept, lang),
    )
