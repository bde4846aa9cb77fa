"""A temporary folder of one run, and the environment that makes every part of the run use it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "werkzorg-"
_IN_USE = ".in-use"
_STALE_AFTER_SECONDS = 600
"""A folder younger than this is left alone: its owner may not have taken its lock yet."""


@contextlib.contextmanager
def scratch_folder(cache: Path) -> Iterator[Path]:
    """Make a temporary folder, point everything at it, and remove it at the end whatever happens.

    PyTensor leaves one temporary file per compiled function and Jupyter kernels write connection files; both
    follow the environment that is set here. Compiled code goes to the cache, where the next run finds it.

    Parameters
    ----------
    cache : Path
        Cache folder, for compiled code.

    Yields
    ------
    Path
        The folder, readable by this user only.
    """
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = FileLock(folder / _IN_USE)
    lock.acquire(timeout=0)
    before = dict(os.environ)
    directory_before = tempfile.tempdir
    try:
        os.environ.update(_environment(folder, cache))
        tempfile.tempdir = None
        yield folder
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = directory_before
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, cache: Path) -> dict[str, str]:
    values = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
    values["JUPYTER_RUNTIME_DIR"] = str(folder / "jupyter")
    values["IPYTHONDIR"] = str(folder / "ipython")
    values["MPLCONFIGDIR"] = os.environ.get("MPLCONFIGDIR", str(cache / "matplotlib"))
    values["NUMBA_CACHE_DIR"] = os.environ.get("NUMBA_CACHE_DIR", str(cache / "numba"))
    flags = os.environ.get("PYTENSOR_FLAGS", "")
    if "base_compiledir" not in flags:
        own = f"base_compiledir={cache / 'pytensor'}"
        flags = f"{flags},{own}" if flags else own
    values["PYTENSOR_FLAGS"] = flags
    return values


def _sweep() -> None:
    """Remove folders of runs that were killed: old enough, and with a lock that nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            in_use = folder / _IN_USE
            if not in_use.exists() or time.time() - in_use.stat().st_mtime < _STALE_AFTER_SECONDS:
                continue
            with FileLock(in_use, timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)
