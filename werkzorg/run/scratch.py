"""A temporary folder of one run, and the environment that makes every part of the run use it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from werkzorg.run.compiled_files import record_compiled, remove_damaged, remove_unrecorded

PREFIX = "werkzorg-run-"
_IN_USE = ".in-use"
_TRIES = 5


@contextlib.contextmanager
def scratch_folder(cache: Path, on_damage: Callable[[], None] = lambda: None) -> Iterator[Path]:
    """Make a temporary folder, point everything at it, and remove it at the end whatever happens.

    PyTensor leaves one temporary file per compiled function and Jupyter kernels write connection files; both
    follow the environment that is set here. Compiled code goes to the cache, where the next run finds it.

    Parameters
    ----------
    cache : Path
        Cache folder, for compiled code.
    on_damage : callable
        Called without arguments when compiled code in the cache was damaged; it is removed first.

    Yields
    ------
    Path
        The folder, readable by this user only.
    """
    _sweep()
    if remove_damaged(cache):
        on_damage()
    folder, lock = _own_folder()
    before = dict(os.environ)
    directory_before = tempfile.tempdir
    try:
        os.environ.update(_environment(folder, cache))
        tempfile.tempdir = None
        with _recorded(cache):
            yield folder
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = directory_before
        _remove(folder, lock)


@contextlib.contextmanager
def _recorded(cache: Path) -> Iterator[None]:
    """Trust the compiled code of work that went well, and not what work left behind that failed."""
    try:
        yield
    except Exception:
        with contextlib.suppress(OSError):
            remove_unrecorded(cache)
        raise
    # A record that cannot be written is none: the results are there.
    with contextlib.suppress(OSError):
        record_compiled(cache)


def _own_folder() -> tuple[Path, FileLock]:
    """A new folder with its lock held; another one when a sweep of another run was there first."""
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = FileLock(folder / _IN_USE)
        try:
            lock.acquire(timeout=0)
        except (Timeout, FileNotFoundError):
            continue
        except BaseException:
            _remove(folder, lock)
            raise
        if (folder / _IN_USE).exists():
            return folder, lock
        lock.release()
    raise FileNotFoundError(tempfile.gettempdir())


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
    """Remove folders of runs that were killed: those whose lock nobody holds, however old they are by any clock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Another user's folder is none of ours, and may be a trap.
        with contextlib.suppress(OSError, Timeout):
            if hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
                continue
            lock = FileLock(folder / _IN_USE)
            lock.acquire(timeout=0)
            _remove(folder, lock)


def _remove(folder: Path, lock: FileLock) -> None:
    """Remove a folder under its lock, so that nobody takes the lock of a folder that is going."""
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    # Windows cannot remove a file that is locked.
    with contextlib.suppress(OSError):
        (folder / _IN_USE).unlink(missing_ok=True)
        folder.rmdir()
