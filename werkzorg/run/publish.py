"""Results appear at once or not at all."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk
from werkzorg.run.faults import uninterrupted
from werkzorg.run.record import MANIFEST, is_complete, is_only_ours, read_completion

KEPT = "-vorige-"
"""Between the name of results and the date, in the name of those that were kept."""

STOPPED = "-gestopt"
"""Behind the name of results, in the name of those of a run on which nothing may rest, when there are good ones."""


def draft_of(target: Path) -> Path:
    """Hidden sibling of a target in which it is made."""
    return target.parent / f".{target.name}.new"


def _aside_of(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _waste_of(target: Path) -> Path:
    return target.parent / f".{target.name}.waste"


def recover(target: Path) -> bool:
    """Put right what a killed run left behind. Call it with the lock of the target held.

    Returns
    -------
    bool
        Whether there was something to put right.
    """
    draft, aside, waste = draft_of(target), _aside_of(target), _waste_of(target)
    found = draft.exists() or aside.exists() or waste.exists()
    if waste.exists():
        _remove(waste)
    if aside.exists() and not target.exists():
        # Killed between the two renames of `publish`: the last good results stand aside.
        aside.rename(target)
    elif aside.exists():
        _retire(aside, target)
    if draft.exists():
        _remove(draft)
    return found


@contextlib.contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """Hidden sibling of the target in which a run writes; removed at the end unless it was published."""
    draft = draft_of(target)
    draft.mkdir()
    try:
        yield draft
    finally:
        with uninterrupted():
            shutil.rmtree(draft, ignore_errors=True)


def publish(draft: Path, target: Path) -> Path | None:
    """Make a complete draft the results.

    Earlier results are moved aside, the draft gets the name of the target by one rename, and the earlier results are
    removed. Earlier results that somebody changed or added to are kept under a dated name.

    Parameters
    ----------
    draft, target : Path
        Siblings, so that the rename stays within one file system.

    Returns
    -------
    Path or None
        Where the earlier results went when they were kept.

    Raises
    ------
    WerkzorgError
        Code RUN when the draft is not complete, or when the earlier results cannot be moved (on Windows: a file of it
        is open). The earlier results are then where they were.
    """
    if not is_complete(draft):
        raise WerkzorgError(ExitCode.RUN, Problem("run.incomplete", values={"target": target}))
    _flush(draft)
    aside = _aside_of(target)
    with uninterrupted():
        had_results = target.exists()
        if had_results:
            _move(target, aside, target)
        try:
            _move(draft, target, target)
        except (WerkzorgError, OSError):
            if had_results:
                aside.rename(target)
            raise
        _flush_folder(target.parent)
        try:
            return _retire(aside, target) if had_results else None
        except OSError:
            # The new results are there; the next run puts the earlier ones away.
            return None


def place_of(target: Path, verdict: str) -> Path:
    """Where results are published: beside the last good ones when a check says that nothing may rest on the new ones.

    Parameters
    ----------
    target : Path
        Where they were asked for.
    verdict : str
        "ok", "warn" or "stop" of the run.
    """
    return stopped_of(target) if verdict == "stop" and _is_good(target) else target


def stopped_of(target: Path) -> Path:
    """Sibling of a target for results of a run that was stopped by a check."""
    return target.with_name(target.name + STOPPED)


def remove_stopped(target: Path) -> None:
    """Remove what an earlier stopped run left beside a target, unless somebody's own work is in it."""
    stopped, waste = stopped_of(target), _waste_of(target)
    if stopped.is_dir() and is_only_ours(stopped):
        # By way of another name: half-removed it would look like somebody's own work.
        with contextlib.suppress(OSError):
            stopped.rename(waste)
            _remove(waste)


def _is_good(target: Path) -> bool:
    """Whether a target holds complete results that no check stopped."""
    if not is_complete(target):
        return False
    try:
        return json.loads((target / MANIFEST).read_text(encoding="utf8")).get("verdict") != "stop"
    except (OSError, ValueError, AttributeError):
        return True


def check_target(target: Path) -> None:
    """Refuse a target that holds other things than results of this program.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION: publishing would replace the whole folder.
    """
    if target.is_dir() and any(target.iterdir()) and read_completion(target) is None:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("run.foreign_folder", values={"target": target}))
    if target.exists() and not target.is_dir():
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("run.target_is_file", values={"target": target}))


def _move(source: Path, destination: Path, target: Path) -> None:
    try:
        source.rename(destination)
    except OSError as error:
        if is_full_disk(error):
            raise
        raise WerkzorgError(ExitCode.RUN, Problem("run.cannot_publish", values={"target": target})) from error


def _retire(aside: Path, target: Path) -> Path | None:
    """Remove earlier results, or keep them under a dated name when somebody's own work is in it."""
    if is_only_ours(aside) or not any(aside.iterdir()):
        # By way of another name, so that a half-removed folder is never taken for results. What another program
        # holds open is removed by the next run.
        waste = _waste_of(target)
        aside.rename(waste)
        with contextlib.suppress(OSError):
            _remove(waste)
        return None
    moment = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    name = f"{target.name}{KEPT}{moment}"
    # The name is taken when a clock was set back.
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    kept = next(path for path in map(target.with_name, names) if not path.exists())
    aside.rename(kept)
    return kept


def _remove(folder: Path) -> None:
    """Remove a folder, also when somebody closed it so that nobody would change what is in it."""

    def open_up(function: Callable[[str], object], path: str, error: BaseException) -> None:
        if function not in (os.unlink, os.rmdir) or Path(path) == folder:
            raise error
        Path(path).parent.chmod(0o700)
        function(path)

    shutil.rmtree(folder, onexc=open_up)


def _flush(folder: Path) -> None:
    """Have the operating system put all files on the disk, so that a power cut leaves old or new, never a mix."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as handle:
                os.fsync(handle.fileno())
        elif path.is_dir():
            _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    # Windows cannot open a folder; there the rename itself is on record in the journal.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
