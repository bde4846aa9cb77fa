"""From any exception to one clear message, and the places where a run may not be broken off."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk

FREE_DISK_MB = 300
"""Free space asked for at each place that is written to: more than three times the largest run measured (45 MB)."""

_NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}


class Stopped(BaseException):
    """The run was asked to stop from outside (termination, closed terminal)."""


def explain(error: BaseException, step: str, log: Path | None, folders: Sequence[Path] = ()) -> WerkzorgError:
    """Make a message of an exception.

    Parameters
    ----------
    error : BaseException
        What was raised.
    step : str
        Name of the step, in the language of the user.
    log : Path or None
        Folder for a log file with the traceback; None writes none.
    folders : sequence of Path
        Where the run writes, to name the disk that is full.

    Returns
    -------
    WerkzorgError
        The error itself when it is one already, else one with exit code RUN.
    """
    if isinstance(error, WerkzorgError):
        return error
    if isinstance(error, (KeyboardInterrupt, Stopped)):
        return WerkzorgError(ExitCode.RUN, Problem("run.stopped", values={"step": step}))
    if isinstance(error, MemoryError):
        return WerkzorgError(ExitCode.RUN, Problem("run.memory", values={"step": step}))
    if isinstance(error, OSError) and is_full_disk(error):
        return WerkzorgError(
            ExitCode.RUN, Problem("run.disk_full", values={"step": step, "path": _fullest(error, folders)})
        )
    if isinstance(error, OSError) and error.errno in _NO_ACCESS:
        return WerkzorgError(
            ExitCode.RUN, Problem("run.no_access", values={"step": step, "path": error.filename or "?"})
        )
    kind = type(error).__name__
    written = _write_log(error, log) if log else None
    if written:
        return WerkzorgError(
            ExitCode.RUN, Problem("run.unexpected_logged", values={"step": step, "kind": kind, "log": written})
        )
    return WerkzorgError(ExitCode.RUN, Problem("run.unexpected", values={"step": step, "kind": kind}))


def _fullest(error: OSError, folders: Sequence[Path]) -> str:
    """The file that could not be written, else the folders whose disk has little room, else all of them."""
    if error.filename:
        return str(error.filename)
    known = [folder for folder in folders if folder.is_dir()]
    short = [folder for folder in known if shutil.disk_usage(folder).free < FREE_DISK_MB * 10**6]
    return ", ".join(str(folder) for folder in short or known) or "?"


def debugging() -> bool:
    """Whether the user asked for a log with tracebacks (`WERKZORG_DEBUG=1`)."""
    return os.environ.get("WERKZORG_DEBUG", "") not in ("", "0")


def _write_log(error: BaseException, folder: Path) -> Path | None:
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    path = folder / f"werkzorg-{moment}-{os.getpid()}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf8")
    except OSError:
        return None
    return path


def _signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turn a request to terminate into an exception, so that the clean-up runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise Stopped

    replaced = {}
    for number in _signals():
        if number is not signal.SIGINT and signal.getsignal(number) is signal.SIG_DFL:
            replaced[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore requests to stop for a moment: clean-up and publishing are short and must be finished."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    replaced = {number: signal.getsignal(number) for number in _signals()}
    try:
        for number in replaced:
            signal.signal(number, signal.SIG_IGN)
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
