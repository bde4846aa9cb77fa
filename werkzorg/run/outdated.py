"""Results that were made before somebody withdrew."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from werkzorg.cases.retention import is_outdated
from werkzorg.run.checks import resolve_target
from werkzorg.run.record import MANIFEST


def outdated_results(pilot_id: str, data_folder: Path, out: str | None = None) -> Path | None:
    """Folder with results that still count somebody who withdrew.

    Parameters
    ----------
    pilot_id : str
        Name of the pilot.
    data_folder : Path
        Data folder, which holds the list of who withdrew.
    out : str, optional
        Results folder; `results/PILOT` below the working folder when left out.

    Returns
    -------
    Path or None
        None when there are no results there, or all were made after the last withdrawal.
    """
    target = resolve_target(out, pilot_id)
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf8"))
        created = datetime.fromisoformat(manifest["created"])
        same = manifest["pilot"] == pilot_id
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return target if same and is_outdated(data_folder, created) else None
