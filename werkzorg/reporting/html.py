"""From an executed notebook to one HTML file that stands on its own: no scripts, nothing loaded, safe to mail."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk
from werkzorg.reporting.sanitise import clean, dangers
from werkzorg.wording import say

HIDDEN = "hidden"
"""Tag of cells that only an analyst sees."""


@cache
def _exporter() -> Any:
    from jinja2 import DictLoader
    from nbconvert.exporters.templateexporter import TemplateExporter

    template = (resources.files("werkzorg.reporting") / "template" / "index.html.j2").read_text(encoding="utf8")

    class ReportExporter(TemplateExporter):
        """Own template only: nbconvert's HTML exporter brings scripts and addresses of a CDN."""

        def __init__(self, **options: Any) -> None:
            super().__init__(extra_loaders=[DictLoader({"report.html.j2": template})], **options)

        def _load_template(self) -> Any:
            return self.environment.get_template("report.html.j2")

    return ReportExporter(file_extension=".html", template_name="", preprocessors=[])


def export_html(
    notebook_path: str | Path,
    html_path: str | Path,
    lang: str,
    title: str,
    footer: str = "",
    guide: str = "",
    interactive: str = "",
) -> Path:
    """Write the outputs of an executed notebook as one self-contained HTML file.

    Inputs, errors, standard output and error stay behind; only HTML outputs of cells without the tag `hidden` are
    taken over, cleaned to a fixed list of elements and attributes.

    Parameters
    ----------
    notebook_path, html_path : str or pathlib.Path
        Executed notebook, and file to write.
    lang : {"nl", "en"}
        Language of the page.
    title : str
        Title of the window: pilot, reader and date.
    footer : str
        Line at the end of the page.
    guide : str
        File in the same folder that explains how to read the page; empty for none.
    interactive : str
        File in the same folder with figures that answer the pointer; empty for none.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    WerkzorgError
        When the page would load or run something, or cannot be written.
    """
    import nbformat

    notebook = nbformat.read(Path(notebook_path), as_version=4)
    pieces = [clean(markup) for markup in shown_html(notebook)]
    page = render(notebook, pieces, lang, title, footer, guide, interactive)
    return write_page(page, Path(html_path))


def write_page(page: str, path: Path) -> Path:
    """Write a page that stands on its own.

    Parameters
    ----------
    page : str
    path : pathlib.Path
        File to write; its folder must exist.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    WerkzorgError
        A path that cannot be written, or a page that would load or run something.
    """
    found = dangers(page)
    if found:
        values = {"found": ", ".join(found)}
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.html_unsafe", path.name, values))
    return save(path, page.encode("utf8"))


def save(path: Path, content: bytes) -> Path:
    """Write a file of a report; a disk that does not take it is one message (code RUN)."""
    try:
        path.write_bytes(content)
    except OSError as fault:
        if is_full_disk(fault):
            raise
        values = {"reason": fault.strerror or type(fault).__name__}
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.write_failed", path.name, values)) from None
    return path


def shown_html(notebook: Mapping[str, Any]) -> Iterator[str]:
    """HTML outputs of the cells that a reader sees."""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or HIDDEN in cell.get("metadata", {}).get("tags", []):
            continue
        for output in cell["outputs"]:
            markup = output.get("data", {}).get("text/html")
            if markup:
                yield "".join(markup)


@dataclass(frozen=True)
class Script:
    """A script inside a page, which may run nothing else.

    Parameters
    ----------
    text : str
        Plain JavaScript; data in JSON when it has a name.
    name : str
        Identifier of the element with data; empty for a script that runs.
    """

    text: str
    name: str = ""

    @property
    def digest(self) -> str:
        """Source for the content policy of the page: SHA-256 of the text."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.text.encode("utf8")).digest()).decode("ascii")


def render(
    notebook: Mapping[str, Any],
    pieces: list[str],
    lang: str,
    title: str,
    footer: str,
    guide: str = "",
    interactive: str = "",
    scripts: Sequence[Script] = (),
) -> str:
    """Page from cleaned pieces; the first piece holds the h1 and goes into the header, with links to other pages."""
    css = (resources.files("werkzorg.reporting") / "template" / "report.css").read_text(encoding="utf8")
    header = pieces[0] if pieces and "<h1" in pieces[0] else ""
    content = {
        "lang": lang,
        "title": title,
        "css": css,
        "skip": say("report.skip", lang),
        "contents_title": say("report.contents", lang),
        "contents": _contents(pieces),
        "header": header,
        "guide": guide,
        "guide_title": say("guide.link", lang),
        "interactive": interactive,
        "interactive_title": say("interactive.link", lang),
        "scripts": scripts,
        "script_sources": " ".join(f"'{script.digest}'" for script in scripts if not script.name),
        "pieces": pieces[1:] if header else pieces,
        "footer": footer,
    }
    page, _ = _exporter().from_notebook_node(notebook, resources={"report": content})
    return page


def _contents(pieces: list[str]) -> list[tuple[str, str]]:
    """Anchors and names of the sections; none for a page with few of them."""
    import html

    found = [
        (anchor, html.unescape(re.sub(r"<[^>]+>", "", name)))
        for piece in pieces
        for anchor, name in re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', piece)
        if 'class="front client"' not in piece
    ]
    return found if len(found) > 2 else []
