"""Compiled code in the cache: with a checksum, as a damaged file gives a crash or a wrong number."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from werkzorg.run.record import digest_of_file, write_json

FOLDERS = ("numba", "pytensor", "matplotlib")
"""Folders of the cache whose files are written by other packages, which do not check what they read back."""

_RECORD = "compiled.json"


def remove_damaged(cache: Path) -> bool:
    """Remove all compiled code when a file of it is not as it was put on record.

    Files without a record are left alone: a run that is going on may be writing them.

    Parameters
    ----------
    cache : Path
        Cache folder.

    Returns
    -------
    bool
        Whether anything was damaged. The code is compiled again when it is needed.
    """
    if not (cache / _RECORD).exists():
        return False
    known = _known(cache)
    if known is not None and all(digest_of_file(path) == known.get(name, "") for name, path in _files(cache, known)):
        return False
    for folder in FOLDERS:
        shutil.rmtree(cache / folder, ignore_errors=True)
    (cache / _RECORD).unlink(missing_ok=True)
    return True


def record_compiled(cache: Path) -> None:
    """Put the checksum of every compiled file on record, after work that went well with them."""
    known = {name: digest_of_file(path) for name, path in _files(cache)}
    if known and known != _known(cache):
        draft = cache / f"{_RECORD}.draft"
        write_json(draft, known)
        draft.replace(cache / _RECORD)


def remove_unrecorded(cache: Path) -> None:
    """Remove compiled files that no run has ended well with: after a power cut they may be torn."""
    known = _known(cache) or {}
    for name, path in _files(cache):
        if name not in known:
            path.unlink(missing_ok=True)


def _files(cache: Path, only: dict[str, str] | None = None) -> Iterator[tuple[str, Path]]:
    """Compiled files by their name below the cache; those named in `only` when given."""
    for folder in FOLDERS:
        for path in sorted((cache / folder).rglob("*")):
            name = path.relative_to(cache).as_posix()
            if path.is_file() and not path.name.endswith("lock") and (only is None or name in only):
                yield name, path


def _known(cache: Path) -> dict[str, str] | None:
    """What is on record; None when that cannot be read."""
    try:
        known = json.loads((cache / _RECORD).read_text(encoding="utf8"))
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) else None
