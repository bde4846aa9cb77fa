"""Results that were made before somebody withdrew."""

from __future__ import annotations

import glob
import json
import shutil
from datetime import datetime
from pathlib import Path

from werkzorg.cases.retention import is_outdated
from werkzorg.cases.rights import CONFIDENTIAL
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.run.checks import resolve_target
from werkzorg.run.publish import KEPT
from werkzorg.run.record import COMPLETION, MANIFEST, read_completion, write_json


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


def remove_case_sums(pilot_id: str, out: str | None = None) -> Path | None:
    """Destroy the sum per case in the results: it holds people by pseudonym.

    The other results stay complete. Results that were kept beside them (`PILOT-vorige-DATE`) lose theirs too.

    Parameters
    ----------
    pilot_id : str
        Name of the pilot.
    out : str, optional
        Results folder; `results/PILOT` below the working folder when left out.

    Returns
    -------
    Path or None
        The (first) folder that was destroyed; None when there was none.

    Raises
    ------
    WerkzorgError
        Code RUN when it cannot be destroyed (on Windows: a file of it is open).
    """
    target = resolve_target(out, pilot_id)
    results = [target, *sorted(target.parent.glob(f"{glob.escape(target.name)}{KEPT}*"))]
    removed = [zone for zone in map(_remove_zone, results) if zone is not None]
    return removed[0] if removed else None


def _remove_zone(target: Path) -> Path | None:
    zone, files = target / CONFIDENTIAL, read_completion(target)
    if files is None or not zone.is_dir():
        return None
    try:
        shutil.rmtree(zone)
    except OSError:
        raise WerkzorgError(ExitCode.RUN, Problem("run.case_sums_stay", values={"path": zone})) from None
    note = json.loads((target / COMPLETION).read_text(encoding="utf8"))
    note["files"] = {name: digest for name, digest in files.items() if not name.startswith(f"{CONFIDENTIAL}/")}
    write_json(target / COMPLETION, note)
    return zone
