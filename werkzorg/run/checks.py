"""What is checked before any work starts."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk
from werkzorg.run.faults import FREE_DISK_MB
from werkzorg.run.publish import check_target
from werkzorg.wording import LANGUAGES

READERS = ("municipality", "insurer", "ggz", "client", "technical")
LANGUAGE_CHOICES = {"nl": ("nl",), "en": ("en",), "both": ("nl", "en")}
SEED_MAX = 2**32 - 1
INHABITANTS = (500, 1_000_000)
"""Fewest and most inhabitants that a municipality may have: wider than any in the Netherlands."""

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")


def parse_readers(text: str) -> tuple[str, ...]:
    """Readers named in an option, in the fixed order; `all` means all of them.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION for an unknown name or none.
    """
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if "all" in names:
        return READERS
    unknown = [name for name in names if name not in READERS]
    if unknown or not names:
        wrong = ", ".join(unknown) or '""'
        raise _bad_option("--for", wrong, ", ".join((*READERS, "all")))
    return tuple(reader for reader in READERS if reader in names)


def parse_languages(text: str) -> tuple[str, ...]:
    """Languages named in an option.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION for anything but nl, en or both.
    """
    if text not in LANGUAGE_CHOICES:
        raise _bad_option("--lang", text, ", ".join(LANGUAGE_CHOICES))
    return LANGUAGE_CHOICES[text]


def parse_language(text: str) -> str:
    """The one language named in an option.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION for anything but nl or en.
    """
    if text not in LANGUAGES:
        raise _bad_option("--lang", text, ", ".join(LANGUAGES))
    return text


def parse_seed(seed: int) -> int:
    """Seed within the range that every random generator takes.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when it is outside.
    """
    if not 0 <= seed <= SEED_MAX:
        raise _bad_option("--seed", seed, f"0 - {SEED_MAX}")
    return seed


def parse_inhabitants(inhabitants: int | None) -> int | None:
    """Inhabitants of a municipality, when they are given.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION for a number that no municipality has.
    """
    low, high = INHABITANTS
    if inhabitants is not None and not low <= inhabitants <= high:
        raise _bad_option("--inhabitants", inhabitants, f"{low} - {high}")
    return inhabitants


def resolve_target(out: str | None, pilot_id: str) -> Path:
    """Absolute output folder; `results/PILOT` below the working directory when none is given.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION for an address instead of a folder.
    """
    if out is not None and (_SCHEME.match(out) or "\0" in out or not out.strip()):
        raise _bad_option("--out", out.replace("\0", ""), "results/PILOT")
    target = Path(out).expanduser() if out is not None else Path("results") / pilot_id
    return target.resolve()


def before_work(target: Path, cache: Path) -> None:
    """Check that the run can write where it will write, before it spends a minute.

    Raises
    ------
    WerkzorgError
        CONFIGURATION when the target holds something else; RUN when it cannot be written or the disk is nearly full.
    """
    check_target(target)
    for folder in (target.parent, cache):
        _check_writable(folder)
    for folder in (target.parent, cache, Path(tempfile.gettempdir())):
        free = shutil.disk_usage(folder).free // 10**6
        if free < FREE_DISK_MB:
            raise WerkzorgError(
                ExitCode.RUN,
                Problem("run.little_disk", values={"path": folder, "free": free, "needed": FREE_DISK_MB}),
            )


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"werkzorg")
    except OSError as error:
        if is_full_disk(error):
            raise
        raise WerkzorgError(ExitCode.RUN, Problem("run.not_writable", values={"path": folder})) from error


def _bad_option(option: str, value: object, allowed: str) -> WerkzorgError:
    values = {"option": option, "value": value, "allowed": allowed}
    return WerkzorgError(ExitCode.CONFIGURATION, Problem("run.bad_option", values=values))
