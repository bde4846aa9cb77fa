"""An explained claim on a terminal: the same sentences, and the parts as bars of characters."""

from __future__ import annotations

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from werkzorg.inference.claim import CAUSES, Explanation
from werkzorg.params import Catalogue
from werkzorg.reporting import claim_words as words
from werkzorg.wording import say

BAR = 24
"""Characters for the cost before."""


def claim_terminal(found: Explanation, catalogue: Catalogue, lang: str) -> Group:
    """Everything but the list of assumptions.

    Parameters
    ----------
    found : Explanation
    catalogue : Catalogue
        Parameters it was made with.
    lang : {"nl", "en"}
    """
    claim = found.claim
    lead, *more = words.answer(found, lang)
    parts = [Text(words.title(claim, lang), style="bold"), Text()]
    parts += _block("said", [" ".join(words.said(claim, lang))], lang)
    parts += _block("answer", [f"{words.headline(found, lang)} {lead}", " ".join(more)], lang)
    parts += [Padding(Text(words.in_euros(found, catalogue, lang)), (0, 0, 0, 2)), Text()]
    parts += _flags(found, True, lang)
    parts += [Text(say("claim.figure.caption", lang), style="bold"), _bars(found, lang), Text()]
    parts += _block("tipping", [words.tipping(point, lang) for point in found.tipping], lang, "- ")
    parts += _block("learned", [" ".join(words.learned(found, lang))], lang)
    parts += _flags(found, False, lang)
    parts.append(Text(words.quality_texts(found, lang)[-1], style="dim"))
    return Group(*parts)


def _block(name: str, texts: list[str], lang: str, lead: str = "") -> list[object]:
    body = [Padding(Text(lead + text), (0, 0, 0, 2)) for text in texts]
    return [Text(say(f"claim.heading.{name}", lang), style="bold"), *body, Text()]


def _flags(found: Explanation, contradiction: bool, lang: str) -> list[object]:
    texts = [" ".join(words.flag_text(flag, lang)) for flag in found.flags if flag.contradiction == contradiction]
    return _block("contradictions" if contradiction else "weak", texts, lang, "- ") if texts else []


def _bars(found: Explanation, lang: str) -> Padding:
    """One line per cause: name, bar from where the one before ends, part and 80% range."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    ends = [1.0, 1 + found.claim.observed]
    total = 1.0
    for cause in CAUSES:
        total += found.parts[cause].mean
        ends.append(total)
    scale = BAR / max(ends)
    table.add_row(say("claim.cause.before", lang), _bar(0.0, 1.0, scale, "█"), Text("100", justify="right"), "")
    start = 1.0
    for cause in CAUSES:
        estimate = found.parts[cause]
        end = start + estimate.mean
        low, high = (words.signed(edge, lang) for edge in estimate.intervals[words.HEADLINE])
        span = say("claim.column.span", lang, low=low, high=high)
        bar = _bar(min(start, end), max(start, end), scale, "█" if cause == "work" else "▒")
        value = Text(words.signed(estimate.mean, lang), justify="right")
        table.add_row(say(f"claim.cause.{cause}", lang), bar, value, Text(f"({span})"))
        start = end
    after = Text(words.signed(1 + found.claim.observed, lang).removeprefix("+"), justify="right")
    table.add_row(say("claim.cause.after", lang), _bar(0.0, 1 + found.claim.observed, scale, "█"), after, "")
    return Padding(table, (0, 0, 0, 2))


def _bar(low: float, high: float, scale: float, sign: str) -> str:
    first, last = round(low * scale), round(high * scale)
    # A part that is too small for a whole sign still gets a mark.
    return " " * first + (sign * (last - first) or "▏")
