"""A step that hangs is stopped, with a message, instead of waiting for ever."""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.run.progress import Display

LIMIT_NAME = "WERKZORG_STEP_MINUTES"
"""Environment variable with another limit."""

STEP_MINUTES = 60
"""Longest time of one step: a whole run takes minutes, also on a busy machine."""

GRACE_SECONDS = 60
"""Time to clean up after a request to stop; then the process ends as if it was killed, and the next run cleans up."""

_TICK_SECONDS = 1.0


class Watchdog:
    """Counts how long a step takes, and stops the run when it takes too long.

    Time in which the process did not run, because the machine slept or the process was suspended, does not count; a
    clock that is set forward or back does not either.

    Parameters
    ----------
    display : Display
        Names the step that is going on.
    limit : float
        Seconds that a step may take.
    ask, end : callable
        Ask the work to stop, and end the process when it does not.
    clock : callable
        Seconds by a clock that only goes forward.
    """

    def __init__(
        self,
        display: Display,
        limit: float,
        ask: Callable[[], object],
        end: Callable[[WerkzorgError], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._display, self._limit, self._ask, self._end, self._clock = display, limit, ask, end, clock
        self._last, self._counted, self._step = clock(), 0.0, len(display.times)
        self.overdue: WerkzorgError | None = None

    def look(self) -> None:
        """Count the time since the last look, and act when it is too much."""
        now = self._clock()
        # Much longer than a tick: nothing of this process ran, so the step did not hang.
        passed, self._last = min(now - self._last, 2 * _TICK_SECONDS), now
        if self.overdue is None and self._step != len(self._display.times):
            self._step, self._counted = len(self._display.times), 0.0
        self._counted += passed
        if self.overdue is None and self._counted > self._limit:
            values = {"step": self._display.current, "minutes": f"{self._limit / 60:g}", "name": LIMIT_NAME}
            self.overdue = WerkzorgError(ExitCode.RUN, Problem("run.too_long", values=values))
            self._ask()
        elif self.overdue is not None and self._counted > self._limit + GRACE_SECONDS:
            self._end(self.overdue)


@contextlib.contextmanager
def watched(display: Display) -> Iterator[Watchdog | None]:
    """Watch the steps of a run from a thread of its own.

    Parameters
    ----------
    display : Display
        Names the step that is going on.

    Yields
    ------
    Watchdog or None
        None outside the main thread, which alone can be asked to stop.
    """
    if threading.current_thread() is not threading.main_thread():
        yield None
        return
    dog = Watchdog(display, 60 * _limit_minutes(), _ask_main_thread, _end_process)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_TICK_SECONDS):
            dog.look()

    thread = threading.Thread(target=watch, name="werkzorg-watchdog", daemon=True)
    thread.start()
    try:
        yield dog
    finally:
        done.set()
        thread.join()


def _limit_minutes() -> float:
    text = os.environ.get(LIMIT_NAME, "").strip()
    if not text:
        return STEP_MINUTES
    with contextlib.suppress(ValueError):
        minutes = float(text.replace(",", "."))
        if 0 < minutes < float("inf"):
            return minutes
    values = {"option": LIMIT_NAME, "value": text, "allowed": "> 0"}
    raise WerkzorgError(ExitCode.CONFIGURATION, Problem("run.bad_option", values=values))


def _ask_main_thread() -> None:
    """As a request to terminate from outside; a real signal, as that also ends waiting."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)
    else:
        _thread.interrupt_main(signal.SIGTERM)


def _end_process(error: WerkzorgError) -> None:
    sys.stderr.write(error.render() + "\n")
    sys.stderr.flush()
    os._exit(int(error.exit_code))
