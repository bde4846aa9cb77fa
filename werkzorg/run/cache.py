"""Where things that may be thrown away are kept, and the fits that can be used again."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from werkzorg.run.record import digest_of_bytes, digest_of_mapping, write_json

FITS_KEPT = 20
"""Number of fits that stay in the cache; a fit of a pilot is some megabytes."""

LOCK_SECONDS = 60
"""Longest wait for another run that saves or reads a fit, which takes less than a second."""

_DRAFT = ".draft"


def cache_folder() -> Path:
    """Folder of this user for things that can be made again.

    Returns
    -------
    Path
        `WERKZORG_CACHE` when set, else the usual place of the operating system. Not created here.
    """
    chosen = os.environ.get("WERKZORG_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        return base / "werkzorg" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "werkzorg"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "werkzorg"


@dataclass(frozen=True)
class FitCache:
    """Fits by key. Each entry is a file and a record with its checksum, written last.

    Parameters
    ----------
    folder : Path
        Folder of the fits.
    write : callable
        ``write(posterior, path)`` saves a posterior.
    read : callable
        ``read(path)`` gives it back.
    """

    folder: Path
    write: Callable[[object, Path], None]
    read: Callable[[Path], object]

    def find(self, key: str, on_damage: Callable[[], None]) -> object | None:
        """Posterior of a key, or None when it is not there or damaged.

        Parameters
        ----------
        key : str
            Digest of everything that the fit depends on.
        on_damage : callable
            Called without arguments when an entry exists but is damaged; the entry is removed first.
        """
        data, record = self._paths(key)
        if not record.exists():
            return None
        try:
            # Another run may be replacing this very entry.
            lock = self._alone().acquire()
        except OSError:
            return None
        with lock:
            try:
                expected = json.loads(record.read_text(encoding="utf8"))["sha256"]
                if digest_of_bytes(data.read_bytes()) != expected:
                    raise ValueError("checksum")
                return self.read(data)
            except (OSError, ValueError, KeyError, TypeError):
                self._forget(key)
                on_damage()
                return None

    def keep(self, key: str, posterior: object) -> object:
        """Save a posterior and give back what a later run will read.

        Reading it back makes a fresh and a reused fit go the same way, so that both give the same numbers.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        data, record = self._paths(key)
        draft = data.with_suffix(_DRAFT)
        with self._alone():
            # Under the lock a draft, or a file without its record, is of a run that was killed.
            for left in (*self.folder.glob(f"*{_DRAFT}"), *self.folder.glob("*.nc")):
                if left.suffix == _DRAFT or not left.with_suffix(".json").exists():
                    left.unlink(missing_ok=True)
            try:
                self.write(posterior, draft)
                content = draft.read_bytes()
                record.unlink(missing_ok=True)
                draft.replace(data)
                write_json(record, {"sha256": digest_of_bytes(content), "bytes": len(content)})
            except BaseException:
                self._forget(key)
                raise
            finally:
                draft.unlink(missing_ok=True)
            self._prune(keep=key)
            return self.read(data)

    def _alone(self) -> FileLock:
        """Lock of the folder: of the operating system, so that it ends with its process."""
        return FileLock(self.folder / ".lock", timeout=LOCK_SECONDS)

    def _paths(self, key: str) -> tuple[Path, Path]:
        return self.folder / f"{key}.nc", self.folder / f"{key}.json"

    def _forget(self, key: str) -> None:
        for path in self._paths(key):
            # On Windows another process may still read it; it is then overwritten by the next fit.
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def _prune(self, keep: str) -> None:
        records = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for record in records[FITS_KEPT:]:
            if record.stem != keep:
                self._forget(record.stem)


def fit_key(ingredients: dict[str, object]) -> str:
    """Key of a fit: digest of everything that it depends on."""
    return digest_of_mapping(ingredients)
