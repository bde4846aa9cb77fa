"""The page: one file with style, module and data inside, that may load and run nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import resources
from pathlib import Path
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.explorer.content import Source, make_content
from werkzorg.wording import say

MOST_BYTES = 3_000_000
"""A page that can be mailed."""

MODULE = ("numbers.js", "words.js", "pictures.js", "saving.js", "frame.js", "explorer.js")
"""Files that together are the module of page and widget, in this order."""

FEWEST_DRAWS = 500
"""Fewer draws say too little about chances."""

PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '{script_hash}'; \
style-src '{style_hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>{title}</title><style>{style}</style></head>
<body><main id="werkzorg-explorer"></main><noscript>{title}</noscript>
<script type="application/json" id="werkzorg-content">{content}</script>
<script type="module">{script}</script></body></html>
"""


def module() -> str:
    """The module of page and widget: plain JavaScript, its files one after the other."""
    return "\n".join(_static(name) for name in MODULE)


def style() -> str:
    """The style sheet of page and widget."""
    return _static("explorer.css")


def _static(name: str) -> str:
    return (resources.files("werkzorg.explorer") / "static" / name).read_text(encoding="utf8")


def make_page(content: Mapping[str, Any]) -> str:
    """The whole page from the content.

    Parameters
    ----------
    content : mapping
        From :func:`werkzorg.explorer.content.make_content`.
    """
    lang, script, styles = content["langs"][0], module(), style()
    # In a page, "<" inside data could end the element that holds them.
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    title = html.escape(f"{say('explorer.title', lang)} – {content['name'][lang]}")
    return PAGE.format(
        lang=lang, title=title, content=data, script=script, style=styles,
        script_hash=_hash(script), style_hash=_hash(styles),
    )  # fmt: skip


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def fitting_page(source: Source, langs: tuple[str, ...]) -> tuple[str, int]:
    """The page with as many draws as fit.

    Parameters
    ----------
    source : Source
    langs : tuple of str

    Returns
    -------
    str, int
        Page, and draws in it.

    Raises
    ------
    WerkzorgError
        Even `FEWEST_DRAWS` draws of all scenarios do not fit.
    """
    draws = source.most_draws
    while draws >= FEWEST_DRAWS:
        content = make_content(source, langs, draws)
        page = make_page(content)
        if len(page.encode()) < MOST_BYTES:
            return page, content["draws"]
        draws //= 2
    raise WerkzorgError(ExitCode.RUN, Problem("explorer.too_large", values={"most": MOST_BYTES // 1_000_000}))


def write_page(page: str, path: Path, appearing: AbstractContextManager[None] | None = None) -> None:
    """Write a page; the file is there whole or not at all.

    Parameters
    ----------
    page : str
    path : Path
    appearing : context manager, optional
        Entered when the page is written, left when it is there under its name.

    Raises
    ------
    WerkzorgError
        The folder is not there or cannot be written to.
    """
    # A name by which the ledger of releases sees that a page which it holds never appeared.
    draft = path.with_name(f".{path.name}.new")
    try:
        with _in_folder(path):
            draft.write_text(page, encoding="utf8")
        with appearing or nullcontext(), _in_folder(path):
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _in_folder(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("explorer.no_folder", where=path.name)) from None
