"""From any exception to one clear message, and the places where a run may not be broken off."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import threading
import traceback
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}
_FULL_TEXTS = (*(f"errno = {number}" for number in sorted(_FULL)), "No space left on device")


class Stopped(BaseException):
    """The run was asked to stop from outside (termination, closed terminal)."""


def explain(error: BaseException, step: str, log: Path | None) -> WerkzorgError:
    """Make a message of an exception.

    Parameters
    ----------
    error : BaseException
        What was raised.
    step : str
        Name of the step, in the language of the user.
    log : Path or None
        Folder for a log file with the traceback; None writes none.

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
        return WerkzorgError(ExitCode.RUN, Problem("run.disk_full", values={"step": step}))
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


def is_full_disk(error: OSError) -> bool:
    """Whether an error means a full disk or a used-up quota; HDF5 tells it only in its text."""
    return error.errno in _FULL or any(text in str(error) for text in _FULL_TEXTS)


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
