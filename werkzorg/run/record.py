"""What a run leaves on record: digests, the manifest, and the note that it is complete."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from importlib import metadata
from pathlib import Path

MANIFEST = "manifest.json"
COMPLETION = "KLAAR.json"
"""Completion record; written last. A folder without a matching one is not a result."""

PACKAGES = (
    "werkzorg",
    "pymc",
    "pytensor",
    "nutpie",
    "arviz",
    "numba",
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "papermill",
    "nbconvert",
    "openpyxl",
)
"""Packages whose version is put on record: those that can change a number or a page."""


def digest_of_bytes(content: bytes) -> str:
    """SHA-256 as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def digest_of_mapping(values: object) -> str:
    """SHA-256 of JSON-like values; the order of keys does not matter."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return digest_of_bytes(text.encode("utf8"))


def digests_of_folder(folder: Path, patterns: tuple[str, ...] = ("*",)) -> dict[str, str]:
    """Digest of each file below a folder.

    Returns
    -------
    dict
        ``{relative path with forward slashes: sha256}``, sorted, so that it is the same on every platform.
    """
    files = {path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}
    return {path.relative_to(folder).as_posix(): digest_of_file(path) for path in sorted(files)}


def package_versions(names: tuple[str, ...] = PACKAGES) -> dict[str, str]:
    """Installed versions, read without importing the packages; absent ones are left out."""
    versions = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def own_version() -> str:
    """Version of this package; `0+source` when it runs from a source tree that was never installed."""
    return package_versions(("werkzorg",)).get("werkzorg", "0+source")


def describe_platform() -> dict[str, object]:
    """Operating system, processor kind and Python; no host or user name."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
    }


def write_json(path: Path, values: object) -> None:
    """Write JSON so that it is on the disk when the function returns."""
    with path.open("w", encoding="utf8", newline="\n") as handle:
        json.dump(values, handle, ensure_ascii=False, indent=1, default=str)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())


def write_completion(folder: Path, run_id: str) -> None:
    """Write the completion record: the digest of every other file of the folder."""
    files = digests_of_folder(folder)
    files.pop(COMPLETION, None)
    write_json(folder / COMPLETION, {"run_id": run_id, "files": files})


def read_completion(folder: Path) -> dict[str, str] | None:
    """Digests in the completion record, or None when there is no readable one."""
    try:
        files = json.loads((folder / COMPLETION).read_text(encoding="utf8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return files if isinstance(files, dict) else None


def is_complete(folder: Path) -> bool:
    """Whether every file named in the completion record is there, unchanged."""
    files = read_completion(folder)
    if files is None:
        return False
    return all((folder / name).is_file() and digest_of_file(folder / name) == digest for name, digest in files.items())


def is_only_ours(folder: Path) -> bool:
    """Whether the folder holds exactly the files of its completion record, unchanged by anyone."""
    files = read_completion(folder)
    if files is None:
        return False
    present = digests_of_folder(folder)
    present.pop(COMPLETION, None)
    return present == files
