"""A data file before its content is read: inside the data folder, there, of the declared kind, and unchanged after."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from werkzorg.cases.declaration import FileEntry
from werkzorg.cases.problems import CaseProblem, FileError
from werkzorg.errors import ExitCode

CHUNK = 1 << 23
"""Bytes per step when a whole file is walked through."""

MAX_BYTES = {"csv": 4_000_000_000, "xlsx": 60_000_000, "parquet": 4_000_000_000}
"""Largest file of each kind; the full benchmark is below 1 GB as csv."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEAD = 4096


@dataclass(frozen=True)
class Fingerprint:
    """What changes when a file changes."""

    size: int
    modified: int
    inode: int
    digest: str


@dataclass(frozen=True)
class Source:
    """One declared file that may be opened.

    Parameters
    ----------
    entry : FileEntry
        Its declaration.
    path : Path
        Where it is.
    before : Fingerprint
        Size, time and digest before reading.
    """

    entry: FileEntry
    path: Path
    before: Fingerprint

    @property
    def name(self) -> str:
        """Name for messages: as written in the pilot file."""
        return self.entry.path

    def problem(self, end: str, **more: object) -> CaseProblem:
        """Problem of this file; `more` holds fields of :class:`CaseProblem`."""
        return CaseProblem(f"cases.reading.{end}", file=self.name, **more)

    def fail(self, end: str, **more: object) -> FileError:
        """Problem of this file that ends its reading."""
        return FileError(self.problem(end, **more))


def find_folder(root: Path, folder: str) -> Path:
    """Data folder of a pilot: the folder of the pilot file, or one inside it.

    Parameters
    ----------
    root : Path
        Folder of the pilot file.
    folder : str
        As declared.

    Raises
    ------
    FileError
        An address, an absolute path, a way out, a link, or no folder.
    """
    problem = CaseProblem("cases.reading.path_outside", file=_shown(folder), exit_code=ExitCode.CONFIGURATION)
    if not _stays_inside(folder) or _has_link(root, folder):
        raise FileError(problem)
    if not (root / folder).is_dir():
        raise FileError(CaseProblem("cases.reading.no_folder", file=_shown(folder), exit_code=ExitCode.CONFIGURATION))
    return root / folder


def open_source(folder: Path, entry: FileEntry) -> Source:
    """Check place, presence, size and kind of one declared file.

    Parameters
    ----------
    folder : Path
        Data folder.
    entry : FileEntry
        Declaration of the file.

    Raises
    ------
    FileError
        With one problem; nothing of the content was interpreted.
    """
    place = {"file": _shown(entry.path)}
    if not _stays_inside(entry.path) or _has_link(folder, entry.path):
        raise FileError(CaseProblem("cases.reading.path_outside", exit_code=ExitCode.CONFIGURATION, **place))
    path = folder / entry.path
    if path.is_dir():
        raise FileError(CaseProblem("cases.reading.is_folder", **place))
    if not path.is_file():
        raise FileError(CaseProblem("cases.reading.no_file", **place))
    try:
        size = path.stat().st_size
        if size > MAX_BYTES[entry.format]:
            limit = MAX_BYTES[entry.format] // 1_000_000
            raise FileError(CaseProblem("cases.reading.too_large", values={"limit": limit}, **place))
        if size == 0:
            raise FileError(CaseProblem("cases.reading.empty", **place))
        kind = _kind(path)
        if kind != entry.format:
            end = "macros" if kind == "xlsm" else "other_kind"
            raise FileError(
                CaseProblem(f"cases.reading.{end}", values={"declared": entry.format, "found": kind}, **place)
            )
        return Source(entry, path, fingerprint(path))
    except OSError:
        raise FileError(CaseProblem("cases.reading.no_rights", **place)) from None


def fingerprint(path: Path) -> Fingerprint:
    """Size, time of change, inode and digest of a file."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    facts = path.stat()
    return Fingerprint(facts.st_size, facts.st_mtime_ns, facts.st_ino, digest.hexdigest())


def check_unchanged(source: Source) -> Iterator[CaseProblem]:
    """A problem when the file is not the one whose reading began."""
    try:
        same = fingerprint(source.path) == source.before
    except OSError:
        same = False
    if not same:
        yield source.problem("changed", exit_code=ExitCode.RUN)


def _shown(path: str) -> str:
    """A declared path for messages, without control characters and not endless."""
    return "".join(character if character.isprintable() else "?" for character in path)[:120]


def _stays_inside(path: str) -> bool:
    windows, posix = PureWindowsPath(path), PurePosixPath(path)
    if "://" in path or "\0" in path or windows.drive or windows.root or posix.is_absolute() or path.startswith("~"):
        return False
    return ".." not in windows.parts and ".." not in posix.parts


def _has_link(root: Path, path: str) -> bool:
    step = root
    for part in PurePosixPath(path).parts:
        step = step / part
        if step.is_symlink():
            return True
    return False


def _kind(path: Path) -> str:
    """Kind of a file by its first bytes: csv, xlsx, parquet, or what it is instead."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head.startswith(OLE):
            rest = head + file.read(MAX_BYTES["xlsx"])
            return "encrypted" if ENCRYPTED in rest else "xls"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _kind_of_zip(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PARE"):
        return "encrypted"
    for start, kind in ((b"%PDF", "pdf"), (b"\x1f\x8b", "gzip"), (b"SQLite", "sqlite"), (b"\x89HDF", "hdf5"),
                        (b"\x80\x04", "pickle"), (b"\x80\x05", "pickle")):  # fmt: skip
        if head.startswith(start):
            return kind
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")):
        return "html"
    return "csv"


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                return "encrypted"
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, struct.error):
        return "broken_zip"
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        return "xlsm"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    return "ods" if "content.xml" in names else "zip"
