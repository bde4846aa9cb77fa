"""Numbers, money and dates as text, Dutch and English, independent of the locale of the machine.

All formats are made by Babel with the locale named in the call; nothing reads `LC_ALL` or `LANG`.
The choices (euro sign with a no-break space, no cents from 100 euros, `12%`, minus before the euro
sign in tables and words in running text) follow Dutch government writing advice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date
from babel.numbers import format_decimal

from werkzorg.wording import say

LOCALES = {"nl": "nl_NL", "en": "en_GB"}
NO_BREAK = "\u00a0"
_CENTS_BELOW = 100.0
_WORDS_FROM = 1_000_000.0
_LEAST_STEPS = 20
_FINER = 5
_VISIBLE = 0.03
"""Part of the longest bar from which a bar can be seen."""

MOST_IN_LAW = 3
"""Decimals of a percentage in a law, at most (a premium of 36,55%)."""

LEAST_QALY, PER_THOUSAND = 0.01, 1000
"""A smaller gain in quality of life per participant would read as none: it is told per thousand participants."""


def is_missing(value: object) -> bool:
    """Whether a value is absent: None, NaN or an infinity.

    Parameters
    ----------
    value : object
        Anything from a row of the results table.
    """
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def number(value: float, lang: str, decimals: int = 0) -> str:
    """A plain number with the language's separators.

    Parameters
    ----------
    value : float
    lang : {"nl", "en"}
    decimals : int
        Digits behind the decimal sign, always shown.
    """
    if is_missing(value):
        return say("number.missing", lang)
    rounded = round(float(value), decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(rounded + 0.0, format=pattern, locale=LOCALES[lang])


def sensible_step(*ends: float) -> float:
    """Rounding step that fits the width of an interval: the last of 1, 2, 5, 10, 20, 50 ... up to a twentieth.

    The Monte Carlo error of a mean of 4,000 draws is about 0.013 of their spread and an 80% interval is 2.6 spreads
    wide, so the error stays near a quarter of the step at most (which is a fiftieth of the width at least): another
    seed prints the same number, or its neighbour where the value lies between two steps.

    Parameters
    ----------
    *ends : float
        Ends of the interval; missing ends are left out.

    Returns
    -------
    float
        Step in the unit of the ends, at least 1; 1 when there is no width.
    """
    known = [float(end) for end in ends if not is_missing(end)]
    width = max(known) - min(known) if known else 0.0
    return step_within(max(width / _LEAST_STEPS, 1.0))


def step_within(most: float) -> float:
    """The last of 1, 2, 5, 10, 20, 50 ... (and 0.5, 0.2, 0.1 ...) that is not above an amount larger than nil."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(power * factor for factor in (5, 2, 1) if power * factor <= most * (1 + 1e-12))


def finer_steps(step: float) -> list[float]:
    """A rounding step and the finer ones of 1, 2, 5, 10 ... down to a fifth of it (at least 1), coarse to fine."""
    found, least = [], max(1.0, step / _FINER) * (1 - 1e-9)
    while not found or step >= least:
        found.append(step)
        step = step_within(step * (1 - 1e-9))
    return found


def adding_step(parts: Sequence[float], total: float, step: float) -> float:
    """Step with which amounts in one drawing are printed: they add up, and none that can be seen reads as nothing.

    Parameters
    ----------
    parts : sequence of float
        Euros.
    total : float
        Their sum.
    step : float
        Step that fits the total; the answer is the first that will do, from this one down to a fifth of it.

    Returns
    -------
    float
        Where nothing adds up: the first that shows every bar, or the finest.
    """
    seen = [part for part in parts if abs(part) > _VISIBLE * max(map(abs, parts))]
    steps = finer_steps(step)
    shown = [tried for tried in steps if all(round_to(part, tried) for part in seen)] or steps[-1:]
    return next((tried for tried in shown if adds_up(parts, total, tried)), shown[0])


def adds_up(parts: Sequence[float], total: float, step: float) -> bool:
    """Whether amounts add up to their total as they are printed."""
    return math.isclose(sum(round_to(part, step) for part in parts), round_to(total, step), abs_tol=step / 2)


def shared_step(first: float, second: float, step: float) -> float:
    """Step for two amounts that stand beside each other to be compared, so that rounding does not set them apart.

    Finer than `step` only where they would be printed more than twice as far apart as they are: the last step within
    what they differ by, or the finest.
    """
    apart, printed = abs(first - second), abs(round_to(first, step) - round_to(second, step))
    return max(step_within(apart), finer_steps(step)[-1]) if printed > 2 * apart else step


def round_to(value: float, step: float) -> float:
    """Value rounded to a whole number of steps (half away from zero), without a negative zero."""
    return math.copysign(math.floor(abs(float(value)) / step + 0.5), float(value)) * step + 0.0


def euro(value: float, lang: str, step: float | None = None) -> str:
    """Money for a table or a figure: `€ 12.500` or `-€ 1.200` (nl), `€12,500` or `-€1,200` (en).

    Parameters
    ----------
    value : float
        Euros.
    lang : {"nl", "en"}
    step : float, optional
        Rounding step in euros, see :func:`sensible_step`. Without it: cents below 100, else whole euros.
    """
    if is_missing(value):
        return say("number.missing", lang)
    amount = round_to(value, step) if step else float(value)
    # 99.996 must not be written as 100.00: what is decided here is the rounded amount.
    cents = step is None and 0 < round(abs(amount), 2) < _CENTS_BELOW and round(amount, 2) != round(amount)
    digits = number(abs(amount), lang, 2 if cents else 0)
    negative = any(sign in "123456789" for sign in digits) and amount < 0
    return ("-" if negative else "") + "€" + (NO_BREAK if lang == "nl" else "") + digits


def euro_in_text(value: float, lang: str, step: float | None = None) -> str:
    """Size of an amount for running text, without sign; from a million in words (`€ 1,2 miljoen`)."""
    if not is_missing(value) and abs(value) >= _WORDS_FROM:
        millions = abs(value) / _WORDS_FROM
        space = NO_BREAK if lang == "nl" else ""
        return f"€{space}{number(millions, lang, 1)}{NO_BREAK}{say('number.million', lang)}"
    return euro(abs(value) if not is_missing(value) else value, lang, step)


def gain(value: float, lang: str, step: float | None = None) -> str:
    """Gain or loss in words: `een voordeel van € 1.200`, `een nadeel van € 1.200`, or no difference.

    Parameters
    ----------
    value : float
        Euros; positive is a gain.
    lang : {"nl", "en"}
    step : float, optional
        Rounding step in euros.
    """
    if is_missing(value):
        return say("number.unknown", lang)
    if round_to(value, step or 1.0) == 0:
        return say("number.no_difference", lang)
    identifier = "number.gain" if value > 0 else "number.loss"
    return say(identifier, lang, amount=euro_in_text(value, lang, step))


def gain_range(low: float, high: float, lang: str, step: float | None = None) -> str:
    """Range of gain in words, never with a dash: `tussen een nadeel van € 1.200 en een voordeel van € 400`."""
    if round_to(low, step or 1.0) == round_to(high, step or 1.0) == 0:
        return say("number.around_nothing", lang)
    same_side = low * high > 0 and min(abs(round_to(low, step or 1.0)), abs(round_to(high, step or 1.0))) > 0
    if not same_side:
        return say("number.between", lang, low=gain(low, lang, step), high=gain(high, lang, step))
    near, far = sorted((low, high), key=abs)
    between = say("number.between", lang, low=euro_in_text(near, lang, step), high=euro_in_text(far, lang, step))
    return say("number.gain_range" if low > 0 else "number.loss_range", lang, range=between)


def euro_range(low: float, high: float, lang: str, step: float | None = None) -> str:
    """Range of money: `tussen € 1.000 en € 4.000`, or `rond € 1.000` when both ends round to the same."""
    ends = {"low": euro(low, lang, step), "high": euro(high, lang, step)}
    if ends["low"] == ends["high"]:
        return say("number.around", lang, value=ends["low"])
    return say("number.between", lang, **ends)


def number_range(low: float, high: float, lang: str, decimals: int = 0) -> str:
    """Range of plain numbers: `tussen 12 en 19`."""
    return say("number.between", lang, low=number(low, lang, decimals), high=number(high, lang, decimals))


def percent(fraction: float, lang: str, decimals: int = 0) -> str:
    """A fraction as a percentage without a space: `12%`; at most one decimal is sensible."""
    if is_missing(fraction):
        return say("number.missing", lang)
    # Rounded half away from zero, as readers do; a tiny nudge undoes binary fractions such as 0.285.
    return number(round_to(100 * float(fraction) * (1 + 1e-12), 10.0**-decimals), lang, decimals) + "%"


def chance(probability: float, lang: str) -> str:
    """A probability as a percentage; a share of draws never proves 0% or 100%.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    lang : {"nl", "en"}
    """
    if is_missing(probability):
        return say("number.missing", lang)
    if probability < 0.01:
        return say("number.less_than", lang, value=percent(0.01, lang))
    if probability > 0.99:
        return say("number.more_than", lang, value=percent(0.99, lang))
    return percent(probability, lang)


def as_date(value: date | str) -> date:
    """Date of an ISO text (a time behind it is left out) or the date itself."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def long_date(value: date | str, lang: str) -> str:
    """A date in words: `3 april 2024`, `3 April 2024`."""
    return format_date(as_date(value), "d MMMM y", locale=LOCALES[lang])


def month_name(value: date | str, lang: str) -> str:
    """A month in words: `april 2024`, `April 2024`."""
    return format_date(as_date(value), "MMMM y", locale=LOCALES[lang])


def months_span(months: float, lang: str) -> str:
    """A number of months as text: whole years from two years on (`5 jaar`), else months (`18 maanden`)."""
    if is_missing(months):
        return say("number.missing", lang)
    whole = round(months)
    if whole >= 12 and whole % 12 == 0:
        years = whole // 12
        return say("number.years" if years != 1 else "number.year", lang, n=number(years, lang))
    return say("number.months" if whole != 1 else "number.month", lang, n=number(whole, lang))


def about(value: float, lang: str) -> str:
    """A large number in two figures: more would say more than is known."""
    size = 10.0 ** max(math.floor(math.log10(max(abs(value), 1.0))) - 1, 0)
    return number(round(value / size) * size, lang)


def exact(value: float, unit: str | None, lang: str) -> str:
    """A value that a rule fixes, in its unit: a share as the law writes it (`12,5%`), other units as they are shown."""
    if is_missing(value) or not _is_share(unit or ""):
        return in_unit(value, unit, lang)
    written = next((d for d in range(MOST_IN_LAW) if math.isclose(round(100 * value, d), 100 * value)), MOST_IN_LAW)
    return percent(value, lang, max(written, _decimals(unit or "", value)))


def in_unit(value: float, unit: str | None, lang: str, step: float | None = None) -> str:
    """A value of the results table as text in its unit.

    Parameters
    ----------
    value : float
    unit : str or None
        `EUR...`, `fraction...`, `probability`, `persons`, `months`, `QALY`, `ratio` or any other unit, which gets
        three significant digits.
    lang : {"nl", "en"}
    step : float, optional
        Rounding step for money.
    """
    unit = unit or ""
    if is_missing(value):
        return say("number.missing", lang)
    if unit.upper().startswith("EUR MILLION"):
        return f"{euro(value, lang)}{NO_BREAK}{say('number.million', lang)}"
    if unit.upper().startswith("EUR"):
        return euro(value, lang, step)
    return _plain_in_unit(value, unit, lang, _decimals(unit, value))


def range_in_unit(low: float, high: float, unit: str | None, lang: str) -> str:
    """Range of values that are no money, both ends with the same number of decimals: `tussen 3,8 en 9,1`."""
    unit = unit or ""
    decimals = _decimals(unit, low if abs(low) > abs(high) else high)
    ends = (_plain_in_unit(end, unit, lang, decimals) for end in (low, high))
    return say("number.between", lang, **dict(zip(("low", "high"), ends, strict=True)))


def _is_share(unit: str) -> bool:
    return unit.startswith(("fraction", "probability", "share"))


def _plain_in_unit(value: float, unit: str, lang: str, decimals: int) -> str:
    return percent(value, lang, decimals) if _is_share(unit) else number(value, lang, decimals)


def _decimals(unit: str, value: float) -> int:
    """Decimals that a value is shown with in its unit."""
    if _is_share(unit):
        return 0 if abs(value) >= 0.1 or value == 0 else 1 if abs(value) >= 0.01 else 2
    if unit.startswith("professional"):
        return 1  # a mean of few: half a professional fewer is not nobody
    if unit.startswith(("person", "participant", "count")):
        return 0
    if unit.startswith("month"):
        return 0 if float(value) == int(value) else 1
    if unit.startswith("QALY") or (unit.startswith(("ratio", "hazard ratio", "shape")) and abs(value) >= 0.1):
        return 2
    return significant_decimals(value)


def health_decimals(low: float, high: float) -> int:
    """Decimals of QALY between the ends of an interval: hundredths say nothing where it is wider than one."""
    return 1 if abs(high - low) > 1 else 2


def significant_decimals(value: float, digits: int = 3) -> int:
    """Decimals that show a number with the given count of significant digits (0 for large numbers, 4 at most)."""
    if not value or is_missing(value):
        return 0
    if float(value) == int(value) and abs(value) < 10_000:
        return 0
    return min(4, max(0, digits - 1 - math.floor(math.log10(abs(value)))))
