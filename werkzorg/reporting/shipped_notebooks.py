"""Whether a notebook is the one that came with the package: only those may make what leaves.

`python -m werkzorg.reporting.shipped_notebooks` puts the notebooks as they are on record; a test sees when a change of
a notebook was not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from werkzorg.params.files import shipped

RECORD = Path(__file__).with_name("notebooks.json")
"""Digest of every shipped notebook."""


def changed_notebooks(names: Sequence[str]) -> tuple[str, ...]:
    """Which of some notebooks are not those that came with the package.

    Parameters
    ----------
    names : sequence of str
        Names without `.ipynb`.
    """
    known = json.loads(RECORD.read_text(encoding="utf8"))
    folder = shipped("notebooks")
    return tuple(name for name in names if digest_of_notebook(folder / f"{name}.ipynb") != known.get(name))


def digest_of_notebook(path: Path) -> str:
    """SHA-256 of what a notebook runs and says: its cells without outputs, numbers and names of cells.

    A notebook that somebody only opened and ran in JupyterLab keeps its digest.

    Parameters
    ----------
    path : Path
        Notebook; one that cannot be read has an empty digest.
    """
    try:
        told = [_told(cell) for cell in json.loads(path.read_text(encoding="utf8"))["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("utf8")).hexdigest()


def _told(cell: dict[str, Any]) -> list[Any]:
    tags = sorted(cell["metadata"].get("tags", ()))
    return [cell["cell_type"], "".join(cell["source"]), tags, cell.get("attachments")]


def record_notebooks() -> str:
    """Digests of the notebooks as they are, as the text of :data:`RECORD`."""
    digests = {path.stem: digest_of_notebook(path) for path in sorted(shipped("notebooks").glob("*.ipynb"))}
    return json.dumps(digests, indent=1) + "\n"


if __name__ == "__main__":
    RECORD.write_text(record_notebooks(), encoding="utf8", newline="\n")
