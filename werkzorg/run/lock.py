"""One run at a time for one output folder."""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from werkzorg.errors import ExitCode, Problem, WerkzorgError


@contextlib.contextmanager
def output_lock(target: Path) -> Iterator[None]:
    """Hold the lock of an output folder.

    The lock is one of the operating system: it is gone as soon as its process is gone, so a lock left by a run that
    was killed needs no clean-up. Who holds it stands in a file beside it, because Windows does not let others
    read a locked file.

    Parameters
    ----------
    target : Path
        Output folder; the lock lies beside it, hidden.

    Raises
    ------
    WerkzorgError
        Code BUSY, naming process, computer and start time of the holder.
    """
    lock = FileLock(target.parent / f".{target.name}.lock")
    note = target.parent / f".{target.name}.holder.json"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise WerkzorgError(ExitCode.BUSY, Problem("run.busy", values={"target": target, **_holder(note)})) from None
    try:
        started = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        note.write_text(json.dumps({"pid": os.getpid(), "host": platform.node(), "started": started}), encoding="utf8")
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> dict[str, object]:
    """Who holds the lock; question marks when the holder has not written it yet."""
    unknown = {"pid": "?", "host": "?", "started": "?"}
    try:
        return unknown | json.loads(note.read_text(encoding="utf8"))
    except (OSError, ValueError, TypeError):
        return unknown
