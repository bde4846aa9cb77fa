"""Where the newest results of a pilot are."""

from __future__ import annotations

from pathlib import Path


def newest_results(pilot: str, start: Path | None = None) -> Path | None:
    """The most recently written `results.json` of a pilot.

    Parameters
    ----------
    pilot : str
        Name of the pilot, the folder below `results/`.
    start : pathlib.Path, optional
        Folder to start from; `results/<pilot>` is looked for here and in each parent, so that a notebook opened in
        any folder of a project finds it. Default: the working folder.

    Returns
    -------
    pathlib.Path or None
        Path of the newest file, None when there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        found = [path for path in (folder / "results" / pilot).rglob("results.json") if path.is_file()]
        if found:
            return max(found, key=lambda path: (path.stat().st_mtime, str(path)))
    return None
