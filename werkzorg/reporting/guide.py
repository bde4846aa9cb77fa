"""The page on how to read a report: words, probabilities, and every kind of figure with how it is computed."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import get_args

import pandas as pd

from werkzorg.params.schema import Status
from werkzorg.reporting.document import bullets, data_table, heading, paragraph, section_markup
from werkzorg.reporting.html import render, write_page
from werkzorg.reporting.kinds import KINDS
from werkzorg.reporting.numbers import percent
from werkzorg.reporting.sanitise import clean
from werkzorg.wording import catalogue, probability_word, say

WORDS = ("interval", "chance", "prior", "prior_only", "placed", "tipping", "discount", "withheld")

_FIRST = ("1", "2", "3", "4", "5")
_LIMITS = "probability.from."


def guide_name(lang: str) -> str:
    """Name of the file, beside the reports."""
    return f"leeswijzer.{lang}.html"


def write_guide(folder: str | Path, lang: str, version: str) -> Path:
    """Write the page beside the reports.

    Parameters
    ----------
    folder : str or pathlib.Path
        Folder of the reports.
    lang : {"nl", "en"}
    version : str
        Of the package, for the footer.
    """
    return write_page(guide_page(lang, version), Path(folder) / guide_name(lang))


def guide_page(lang: str, version: str) -> str:
    """The page as HTML."""
    import nbformat

    pieces = [
        heading(say("guide.title", lang), 1) + paragraph(say("guide.lead", lang), lang, "lead"),
        heading(say("guide.first", lang), 2, "first") + bullets((say(f"guide.first.{n}", lang) for n in _FIRST), lang),
        heading(say("guide.words", lang), 2, "words") + "".join(_word(name, lang) for name in WORDS),
        section_markup(heading(say("guide.chances", lang), 2, "chances"), [say("guide.chances.text", lang)], lang)
        + data_table(chances(lang), say("guide.chances.table", lang), lang),
        heading(say("guide.figures", lang), 2, "figures")
        + paragraph(say("guide.figures.text", lang), lang)
        + "".join(_figure(name, lang) for name in KINDS),
        # On paper no formula unfolds.
        f'<div class="screen">{heading(say("guide.symbols", lang), 2, "symbols")}'
        f"{paragraph(say('guide.symbols.text', lang), lang)}</div>",
        heading(say("guide.numbers", lang), 2, "numbers") + paragraph(say("guide.numbers.text", lang), lang),
        heading(say("guide.certainty", lang), 2, "certainty")
        + paragraph(say("guide.certainty.text", lang), lang)
        + bullets((say(f"guide.certainty.{name}", lang) for name in (*reversed(get_args(Status)), "grades")), lang),
    ]
    pieces = [clean(piece) for piece in pieces]
    return render(nbformat.v4.new_notebook(), pieces, lang, say("guide.title", lang), f"werkzorg {version}")


def chances(lang: str) -> pd.DataFrame:
    """The table of words for probabilities, from the highest down, as the reports use it."""
    limits = sorted((int(name.removeprefix(_LIMITS)) for name in catalogue() if name.startswith(_LIMITS)), reverse=True)
    shares = [percent(limit / 100, lang) for limit in limits]
    names = [say("guide.chances.from", lang, percent=share) for share in shares[:-1]]
    names.append(say("guide.chances.least", lang, percent=shares[-2]))
    words = [probability_word(limit / 100, lang) for limit in limits]
    return pd.DataFrame({say("column.chance_from", lang): names, say("column.chance_word", lang): words})


def _word(name: str, lang: str) -> str:
    return heading(say(f"guide.words.{name}", lang), 3) + paragraph(say(f"guide.words.{name}.text", lang), lang)


def _figure(name: str, lang: str) -> str:
    lines = (f"{say(f'guide.{kind}', lang)}: {say(f'guide.figure.{name}.{kind}', lang)}" for kind in ("read", "made"))
    exact = "".join(
        f"<li>{escape(what)}: <code>{escape(text)}</code></li>" for what, text in exactly(name, lang).items()
    )
    folded = f"<details><summary>{escape(say('guide.exact', lang))}</summary><ul>{exact}</ul></details>"
    return heading(say(f"guide.figure.{name}", lang), 3, f"figure-{name}") + bullets(lines, lang) + folded


def exactly(name: str, lang: str) -> dict[str, str]:
    """How a kind of figure is computed, for who wants to do it again: what it is called, and what it is.

    Parameters
    ----------
    name : str
        One of :data:`werkzorg.reporting.kinds.KINDS`.
    lang : {"nl", "en"}
    """
    kind = KINDS[name]
    return {
        say("guide.formula", lang): formula_in(kind.formula, lang),
        **({say("guide.rows", lang): ", ".join(kind.quantities)} if kind.quantities else {}),
        say("guide.functions", lang): ", ".join(kind.functions),
        say("guide.page", lang): page_of(name),
    }


def formula_in(formula: str, lang: str) -> str:
    """A formula with the decimal sign of a language; numbers in a row then stand apart by semicolons."""
    if lang != "nl":
        return formula
    row = re.compile(r"\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)+")
    apart = row.sub(lambda found: found[0].replace(", ", "; ") if "." in found[0] else found[0], formula)
    return re.sub(r"(?<=\d)\.(?=\d)", ",", apart)


def page_of(name: str) -> str:
    """Place of the page of a kind of figure in the documentation of the package."""
    return f"docs/figures/{name}.md"
