"""Sentences of an explained claim, and its table. One function makes each sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from werkzorg.inference.claim import Explanation, Tipping
from werkzorg.inference.claim_flags import Flag, known_levels
from werkzorg.inference.claim_input import Claim
from werkzorg.inference.claim_noise import MOST_SIMULATED
from werkzorg.params import Catalogue
from werkzorg.reporting.numbers import chance, euro, number, percent, round_to, sensible_step
from werkzorg.wording import say

HEADLINE, WIDTHS = 0.8, (0.5, 0.8, 0.95)
LITTLE = 0.15
"""Share of the uncertainty taken away below which a claim teaches next to nothing."""

ALL_CAUSES = ("work", "use_in_work", "crisis_at_start", "regression_to_mean", "planned_end", "selection_time", "chance")
"""Rows of the table: the two parts of work under work."""


def side(value: float) -> str:
    """`fall`, `rise` or, when it rounds to nil whole percentages, `none`."""
    if round_to(100 * value, 1.0) == 0:
        return "none"
    return "fall" if value < 0 else "rise"


def points(value: float, lang: str) -> str:
    """A part in words: `een daling van 12 procentpunt`."""
    return say(f"claim.points.{side(value)}", lang, points=number(round_to(100 * abs(value), 1.0), lang))


def size(value: float, lang: str) -> str:
    """A change in words: `een daling van 12%`."""
    return say(f"claim.size.{side(value)}", lang, size=percent(abs(value), lang))


def exact(value: float, lang: str) -> str:
    """Size of a claimed change with the decimal it was given with."""
    whole = abs(100 * value - round(100 * value)) < 1e-9
    return percent(abs(value), lang, 0 if whole else 1)


def spell_months(months: int, lang: str) -> str:
    """A number of months; whole years stay months, because the sentences count months."""
    return say("number.months", lang, n=number(months, lang))


def direction(claim: Claim) -> str:
    """Whether cost fell, rose or stayed the `same`."""
    return _way(claim.observed)


def _way(change: float) -> str:
    return "rise" if change > 0 else "fall" if change < 0 else "same"


def title(claim: Claim, lang: str) -> str:
    """The question that the page answers."""
    return say(f"claim.title.{direction(claim)}", lang, size=exact(claim.observed, lang))


def said(claim: Claim, lang: str) -> list[str]:
    """The claim in sentences."""
    people = say("claim.people.one" if claim.placed == 1 else "claim.people.many", lang, n=number(claim.placed, lang))
    months = spell_months(claim.months, lang)
    texts = [
        say(f"claim.said.{direction(claim)}", lang, people=people, size=exact(claim.observed, lang)),
        say("claim.said.period", lang, months=months),
    ]
    if claim.after_crisis:
        texts.append(say("claim.said.after_crisis", lang))
    if claim.comparison_change is not None:
        way = _way(claim.comparison_change)
        values = {"n": number(claim.comparison, lang), "size": exact(claim.comparison_change, lang)}
        texts.append(say(f"claim.said.comparison.{way}", lang, **values))
    if claim.randomised:
        texts.append(say("claim.said.lottery", lang))
    return texts


def headline(found: Explanation, lang: str) -> str:
    """What part of the change is due to work, in one sentence."""
    work, claim = found.parts["work"].mean, found.claim
    values = {"size": exact(claim.observed, lang), "points": number(round_to(100 * abs(work), 1.0), lang)}
    return say(f"claim.answer.{direction(claim)}.{side(work)}", lang, **values)


def answer(found: Explanation, lang: str) -> list[str]:
    """The sentences under the headline: range, chance, certainty, other causes."""
    work = found.parts["work"]
    low, high = (points(end, lang) for end in work.intervals[HEADLINE])
    parts = {name: points(found.work_parts[cause].mean, lang) for name, cause in _WORK_PARTS.items()}
    return [
        say("claim.answer.range", lang, low=low, high=high),
        say("claim.answer.chance", lang, chance=chance(work.below_zero, lang)),
        say("claim.answer.sure" if found.work_visible else "claim.answer.unsure", lang),
        say("claim.answer.rest", lang, rest=points(found.claim.observed - work.mean, lang)),
        say("claim.answer.work_parts", lang, **parts),
    ]


_WORK_PARTS = {"use": "use_in_work", "crisis": "crisis_at_start"}


def in_euros(found: Explanation, catalogue: Catalogue, lang: str) -> str:
    """The part of work in euros, from the amounts of the claim or from the known cost level."""
    claim, work = found.claim, found.parts["work"]
    level = claim.before or known_levels(catalogue, claim.year)[claim.diagnosis][1]
    step = sensible_step(*(level * end for end in work.intervals[HEADLINE]))
    kind = "claim.money.less" if work.mean < 0 else "claim.money.more"
    gain = say(kind, lang, amount=euro(abs(work.mean) * level, lang, step))
    if claim.before is not None:
        return say("claim.answer.money_given", lang, gain=gain, before=euro(level, lang, 1.0))
    return say("claim.answer.money_known", lang, gain=gain, before=euro(level, lang, 100.0), year=claim.year)


def learned(found: Explanation, lang: str) -> list[str]:
    """What was thought about work before the claim and with it, and how much the claim adds."""
    texts = []
    for moment, estimate in (("before", found.work_before), ("after", found.work_effect)):
        low, high = (size(end, lang) for end in estimate.intervals[HEADLINE])
        values = {moment: size(estimate.mean, lang), "low": low, "high": high}
        texts.append(say(f"claim.learned.{moment}", lang, **values))
    texts.append(say("claim.learned.relative", lang, months=spell_months(found.claim.months, lang)))
    share = round_to(1 - found.work_effect.sd / found.work_before.sd, 0.01)
    if share <= 0:
        return [*texts, say("claim.learned.nothing", lang)]
    kind = "claim.learned.little" if share < LITTLE else "claim.learned.some"
    return [*texts, say(kind, lang, share=percent(share, lang))]


def tipping(point: Tipping, lang: str) -> str:
    """How large a cause must be for the effect of work to vanish."""
    low, high = (size(end, lang) for end in point.needed.intervals[HEADLINE])
    return say(
        f"claim.tipping.{point.cause}",
        lang,
        needed=size(point.needed.median, lang),
        low=low,
        high=high,
        assumed=size(point.assumed.median, lang),
        chance=chance(point.chance, lang),
    )


def flag_text(flag: Flag, lang: str) -> tuple[str, str]:
    """What a flag says, and what to ask."""
    values = {name: _in_words(value, unit, lang) for name, (value, unit) in flag.values.items()}
    return say(f"{flag.identifier}.what", lang, **values), say(f"{flag.identifier}.do", lang, **values)


def _in_words(value: float, unit: str, lang: str) -> str:
    match unit:
        case "EUR":
            return euro(value, lang, 100.0 if value >= 1000 else 1.0)
        case "fraction":
            return size(value, lang)
        case "year":
            return str(int(value))
        case _:
            return number(value, lang, 0 if value == int(value) else 1)


def signed(value: float, lang: str) -> str:
    """A part as a number: `-12`, `+3` or `0`, in percentage points."""
    rounded = round_to(100 * value, 1.0)
    return ("+" if rounded > 0 else "") + number(rounded, lang)


def parts_table(found: Explanation, lang: str) -> pd.DataFrame:
    """All parts with their intervals; the last row is the whole change."""
    estimates = found.parts | found.work_parts
    lines = []
    for cause in ALL_CAUSES:
        estimate = estimates[cause]
        line = {"cause": say(f"claim.cause.{cause}", lang), "expected": signed(estimate.mean, lang)}
        line |= {str(width): _span(estimate.intervals[width], lang) for width in WIDTHS}
        lines.append(line | _money(found.claim, estimate.mean, lang))
    whole = {"cause": say("claim.cause.total", lang), "expected": signed(found.claim.observed, lang)}
    lines.append(whole | dict.fromkeys(map(str, WIDTHS), "") | _money(found.claim, found.claim.observed, lang))
    names = {"cause": say("claim.column.cause", lang), "expected": say("claim.column.expected", lang)}
    names |= {str(width): say("claim.column.range", lang, width=percent(width, lang)) for width in WIDTHS}
    return pd.DataFrame(lines).rename(columns=names | {"money": say("claim.table.euros", lang)})


def _span(ends: Sequence[float], lang: str) -> str:
    return say("claim.column.span", lang, low=signed(ends[0], lang), high=signed(ends[1], lang))


def _money(claim: Claim, value: float, lang: str) -> dict[str, str]:
    return {} if claim.before is None else {"money": euro(value * claim.before, lang, 10.0)}


def quality_texts(found: Explanation, lang: str) -> list[str]:
    """How the answer was calculated, and how exact that is."""
    quality, claim = found.quality, found.claim
    noise = "claim.rests.large" if claim.placed > MOST_SIMULATED else "claim.rests.persons"
    return [
        say("claim.rests.scheme", lang),
        say(noise, lang, placed=number(claim.placed, lang)),
        say("claim.rests.prices", lang),
        say(
            "claim.rests.quality",
            lang,
            draws=number(quality.draws, lang),
            effective=number(round_to(quality.effective, 100.0), lang),
            error=number(100 * found.parts["work"].error, lang, 1),
            seed=quality.seed,
        ),
    ]
