"""An explained claim as one page that stands on its own."""

from __future__ import annotations

from datetime import date
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.claim import Explanation
from werkzorg.inference.claim_model import used_parameters
from werkzorg.params import Catalogue, Parameter
from werkzorg.reporting import claim_words as words
from werkzorg.reporting.document import bullets, data_table, heading, paragraph
from werkzorg.reporting.figures.claim import claim_waterfall
from werkzorg.reporting.figures.style import Figure
from werkzorg.reporting.html import render, write_page
from werkzorg.reporting.numbers import NO_BREAK, euro, number, percent, significant_decimals
from werkzorg.reporting.sanitise import clean
from werkzorg.wording import say

ENDINGS = (".html", ".htm")


def write_claim_page(found: Explanation, catalogue: Catalogue, path: str | Path, lang: str, version: str) -> Path:
    """Write an explained claim as one self-contained HTML file.

    Parameters
    ----------
    found : Explanation
    catalogue : Catalogue
        Parameters it was made with.
    path : str or pathlib.Path
        File to write; its folder must exist.
    lang : {"nl", "en"}
    version : str
        Of the package, for the footer.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    WerkzorgError
        A path that cannot be written, or a page that would load or run something.
    """
    return write_page(claim_page(found, catalogue, lang, version), check_page_path(path))


def check_page_path(path: str | Path) -> Path:
    """Path of a page, with a mistake in it told before any work is done.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when the name does not end in .html or its folder is not there.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() not in ENDINGS:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("claim.file_ending", "--out"))
    if not target.parent.is_dir():
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("claim.no_folder", "--out"))
    return target.resolve()


def claim_page(found: Explanation, catalogue: Catalogue, lang: str, version: str) -> str:
    """The page as text."""
    import nbformat

    pieces = [
        heading(words.title(found.claim, lang), 1) + paragraph(" ".join(words.said(found.claim, lang)), lang, "facts"),
        _answer(found, catalogue, lang),
        _flags(found, True, lang),
        picture(claim_waterfall(found, lang)),
        _table(found, lang),
        _section("tipping", bullets([words.tipping(point, lang) for point in found.tipping], lang), lang),
        _section("learned", paragraph(" ".join(words.learned(found, lang)), lang), lang),
        _flags(found, False, lang),
        _rests(found, catalogue, lang),
    ]
    footer = say("claim.rests.footer", lang, version=version)
    cleaned = [clean(piece) for piece in pieces if piece]
    return render(nbformat.v4.new_notebook(), cleaned, lang, say("claim.page_title", lang), footer)


def _section(name: str, markup: str, lang: str) -> str:
    return heading(say(f"claim.heading.{name}", lang), anchor=name) + markup


def _answer(found: Explanation, catalogue: Catalogue, lang: str) -> str:
    texts = words.answer(found, lang)
    lead = paragraph(f"{words.headline(found, lang)} {texts[0]}", lang, "lead")
    rest = paragraph(" ".join(texts[1:4]), lang) + paragraph(" ".join(texts[4:]), lang)
    return _section("answer", lead + rest + paragraph(words.in_euros(found, catalogue, lang), lang), lang)


def picture(figure: Figure) -> str:
    """A figure of a page of its own, for page and phone, with its notes."""
    alt = escape(figure.alt)
    notes = "".join(f'<p class="note">{escape(text)}</p>' for text in figure.notes)
    return (
        f'<figure id="figure-{figure.name}"><figcaption>{escape(figure.caption)}</figcaption>'
        f'<div class="picture page" role="img" aria-label="{alt}">{figure.svg}</div>'
        f'<div class="picture phone" role="img" aria-label="{alt}">{figure.svg_narrow}</div>{notes}</figure>'
    )


def _table(found: Explanation, lang: str) -> str:
    note = f'<p class="note">{escape(say("claim.table.note", lang))}</p>'
    table = data_table(words.parts_table(found, lang), say("claim.table.caption", lang), lang, "parts")
    return f'<div class="block">{table}{note}</div>'


def _flags(found: Explanation, contradiction: bool, lang: str) -> str:
    chosen = [words.flag_text(flag, lang) for flag in found.flags if flag.contradiction == contradiction]
    if not chosen:
        return ""
    items = "".join(f"<li><strong>{escape(what)}</strong> {escape(ask)}</li>" for what, ask in chosen)
    return _section("contradictions" if contradiction else "weak", f"<ul>{items}</ul>", lang)


def _rests(found: Explanation, catalogue: Catalogue, lang: str) -> str:
    texts = paragraph(" ".join(words.quality_texts(found, lang)), lang, "note")
    table = data_table(assumptions(found, catalogue, lang), say("claim.rests.table", lang), lang, "assumptions")
    note = f'<p class="note">{escape(say("claim.rests.note", lang))}</p>'
    return _section("rests", f'{texts}<div class="block">{table}{note}</div>', lang)


def assumptions(found: Explanation, catalogue: Catalogue, lang: str) -> pd.DataFrame:
    """The parameters behind an explanation: value and range beforehand, and how well they are known."""
    lines = []
    for name in used_parameters(found.claim):
        parameter = catalogue.get(name)
        ends = [_value(parameter, end, lang) for end in _quantiles(parameter, catalogue, found.claim.year)]
        status = say(f"status.{parameter.status}", lang)
        if parameter.grade:
            status = say("status.grade", lang, status=status, grade=parameter.grade).replace(" ", NO_BREAK)
        lines.append(
            (_label(parameter, lang), ends[1], say("claim.column.span", lang, low=ends[0], high=ends[2]), status)
        )
    return pd.DataFrame(
        lines, columns=[say(f"column.{name}", lang) for name in ("assumption", "value", "span", "status")]
    )


def _quantiles(parameter: Parameter, catalogue: Catalogue, year: int) -> list[float]:
    distribution = catalogue.distribution(parameter.id)
    if distribution is not None:
        return [float(distribution.quantile(share)) for share in (0.025, 0.5, 0.975)]
    amount = catalogue.amount(parameter.id, date(year, 1, 1))
    return [amount.low, amount.value, amount.high]


def _is_logarithm(parameter: Parameter) -> bool:
    return parameter.unit.startswith("log") and parameter.unit != "log sd"


def _value(parameter: Parameter, value: float, lang: str) -> str:
    if parameter.is_money:
        return euro(value, lang, 100.0)
    if _is_logarithm(parameter):
        change = float(np.expm1(value))
        return ("+" if change > 0.005 else "") + percent(change, lang)
    if parameter.unit.startswith("fraction"):
        return percent(value, lang, 0 if value >= 0.1 else 1)
    return number(value, lang, significant_decimals(value, 2))


def _label(parameter: Parameter, lang: str) -> str:
    """Label without the word that the value is a logarithm: it is shown as a change in per cent."""
    label = getattr(parameter.label, lang)
    return label.rsplit(" (", 1)[0] if _is_logarithm(parameter) and label.endswith(")") else label
