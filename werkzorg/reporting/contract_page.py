"""The negotiation over a pilot as one page that stands on its own: verdict, parties, contracts, claims."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from werkzorg.appraisal.contracts.negotiate import Negotiation
from werkzorg.reporting.claim_page import check_page_path, picture
from werkzorg.reporting.contracts import (
    TextTable,
    claim_sentences,
    negotiation_tables,
    proof_sentences,
    verdict_sentence,
)
from werkzorg.reporting.document import data_table, heading, paragraph
from werkzorg.reporting.figures.contracts import contract_claims, contract_front
from werkzorg.reporting.html import render, write_page
from werkzorg.reporting.sanitise import clean
from werkzorg.wording import say


def write_contract_page(
    result: Negotiation, name: str, note: str, path: str | Path, lang: str, version: str, stop: bool = False
) -> Path:
    """Write a negotiation as one self-contained HTML file.

    Parameters
    ----------
    result : Negotiation
    name : str
        Name of the pilot.
    note : str
        In what money the amounts are, from :func:`werkzorg.reporting.contracts.note_sentence`.
    path : str or pathlib.Path
        File to write; its folder must exist.
    lang : {"nl", "en"}
    version : str
        Of the package, for the footer.
    stop : bool
        A gate says that the fit is not to be trusted; the page says so first.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    WerkzorgError
        A path that cannot be written, or a page that would load or run something.
    """
    return write_page(contract_page(result, name, note, lang, version, stop), check_page_path(path))


def contract_page(result: Negotiation, name: str, note: str, lang: str, version: str, stop: bool = False) -> str:
    """The page as text; arguments as of :func:`write_contract_page`."""
    import nbformat

    title = say("contract.page.title", lang, pilot=name)
    tables = negotiation_tables(result, lang)
    pieces = [
        heading(title, 1) + paragraph(note, lang, "facts"),
        paragraph(say("contract.page.stop", lang), lang, "lead") if stop else "",
        _answer(result, lang),
        _section("standing", _table(tables[0], lang, "standing"), lang),
        _contracts(result, tables[1:], lang),
        _claims(result, lang),
    ]
    footer = say("contract.page.footer", lang, version=version)
    return render(nbformat.v4.new_notebook(), [clean(piece) for piece in pieces if piece], lang, title, footer)


def _section(name: str, markup: str, lang: str) -> str:
    text = say(f"contract.page.{name}.text", lang)
    return heading(say(f"contract.page.{name}", lang), anchor=name) + paragraph(text, lang) + markup


def _answer(result: Negotiation, lang: str) -> str:
    proofs = "".join(paragraph(text, lang) for text in proof_sentences(result, lang))
    return _section("answer", paragraph(verdict_sentence(result, lang), lang, "lead") + proofs, lang)


def _contracts(result: Negotiation, tables: list[TextTable], lang: str) -> str:
    """Contracts that do it, what one does to each party, and what more certainty costs."""
    front = contract_front(result, lang)
    if front is None and not tables:
        return ""
    markup = "".join(_table(table, lang, f"contracts-{place}") for place, table in enumerate(tables))
    return _section("contracts", ("" if front is None else picture(front)) + markup, lang)


def _claims(result: Negotiation, lang: str) -> str:
    figure = contract_claims(result, lang)
    if figure is None:
        return ""
    texts = "".join(paragraph(text, lang) for text in claim_sentences(result.claims, lang))
    return _section("claims", picture(figure) + texts, lang)


def _table(table: TextTable, lang: str, name: str) -> str:
    data = pd.DataFrame(list(table.rows), columns=list(table.columns))
    return f'<div class="block">{data_table(data, table.title, lang, name)}</div>'
