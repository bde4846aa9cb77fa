"""Mark of completion: what the last cell of a notebook leaves when everything before it succeeded.

Papermill's own file proves nothing: after a killed kernel it looks finished. So a run counts as done only when no
exception came up and this mark stands in the output of the last cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MIME = "application/vnd.werkzorg.finished+json"


class Finished:
    """Object whose display is the mark.

    Parameters
    ----------
    content : dict
        Reader, run, and number of figures and tables.
    """

    def __init__(self, content: dict[str, object]) -> None:
        self.content = content

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        return {MIME: self.content, "text/plain": f"finished: {self.content['reader']}"}


def finished_mark(reader: str, run_id: str, figures: int, tables: int) -> Finished:
    """Mark for one report."""
    return Finished({"reader": reader, "run_id": run_id, "figures": figures, "tables": tables})


def is_finished(notebook: Mapping[str, Any], reader: str) -> bool:
    """Whether the last code cell of an executed notebook carries the mark of its reader.

    Parameters
    ----------
    notebook : mapping
        Notebook as read by nbformat.
    reader : str
        Name of the notebook.
    """
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = cells[-1]["outputs"] if cells else []
    marks = [output.get("data", {}).get(MIME) for output in outputs]
    return any(mark and mark.get("reader") == reader for mark in marks)
