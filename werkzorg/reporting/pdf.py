"""From the HTML file of a report to a tagged PDF with the same words and figures."""

from __future__ import annotations

import base64
import logging
import re
from html import unescape
from pathlib import Path
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting.html import save

VARIANT = "pdf/ua-1"
"""Kind of PDF: tags, language, title and alternative texts, for screen readers."""

_PICTURE = re.compile(r'<div class="(wide|picture page)" role="img" aria-label="([^"]*)">(<svg.*?</svg>)</div>', re.S)
_PHONE = re.compile(r'<div class="picture phone".*?</svg></div>', re.S)
_XMLNS = 'xmlns="http://www.w3.org/2000/svg"'


def export_pdf(html_path: str | Path, pdf_path: str | Path) -> Path:
    """Write a report as tagged PDF on A4.

    Parameters
    ----------
    html_path : str or pathlib.Path
        Report made by :func:`werkzorg.reporting.html.export_html`.
    pdf_path : str or pathlib.Path
        File to write.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    WerkzorgError
        When what makes PDFs is not installed (code CONFIGURATION), or the file cannot be written (code RUN).
    """
    maker, fetcher = _maker()
    page = for_paper(Path(html_path).read_text(encoding="utf8"))
    # Only what is inside the page: nothing is read from the disk or the network.
    paper = maker(string=page, url_fetcher=fetcher(allowed_protocols=("data",)))
    content = paper.write_pdf(finisher=_flatten_labels, pdf_variant=VARIANT)
    return save(Path(pdf_path), content)


def _flatten_labels(_document: Any, pdf: Any) -> None:
    """Labels of figures as plain text: a text that ends at its place is made a group of transparency, of which the
    viewer of Chrome and Edge cuts the first letter on a small scale."""
    for made in pdf.objects:
        extra = getattr(made, "extra", None) or {}
        if extra.get("Subtype") == "/Form" and b"BT" in made.stream:
            extra.pop("Group", None)


def for_paper(page: str) -> str:
    """The page with every figure as one picture that carries its message, and without the pictures for a phone.

    Parameters
    ----------
    page : str
        HTML of a report.
    """
    return _PICTURE.sub(_as_image, _PHONE.sub("", page))


def _as_image(found: re.Match[str]) -> str:
    look, alt, svg = found.groups()
    if _XMLNS not in svg:
        svg = svg.replace("<svg", f"<svg {_XMLNS}", 1)
    source = base64.b64encode(_unescape_names(svg).encode("utf8")).decode("ascii")
    return f'<div class="{look}"><img alt="{alt}" src="data:image/svg+xml;base64,{source}"></div>'


def _unescape_names(svg: str) -> str:
    """Named characters of HTML (`&nbsp;`) as plain text, since a picture of its own knows only those of XML."""
    return re.sub(r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w+;", lambda found: unescape(found[0]), svg)


def _maker() -> tuple[Any, Any]:
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    # OSError: the Python package is there, but the library for setting text (Pango) is not.
    except (ImportError, OSError):
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("reporting.pdf_missing")) from None
    return HTML, URLFetcher
