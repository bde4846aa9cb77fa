"""Who can reach the folder with data: its owner alone, and no cloud."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath

from werkzorg.errors import Problem

CONFIDENTIAL = "vertrouwelijk"
"""Folder for everything at the level of persons that the program writes, in a data folder or in results."""

CLOUD_PARTS = ("onedrive", "sharepoint", "dropbox", "google drive", "googledrive", "icloud", "mobile documents",
               "nextcloud", "owncloud", "box sync", "stackstorage", "surfdrive", "protondrive")  # fmt: skip
CLOUD_MARKS = (".dropbox", ".owncloudsync.log", ".sync_journal.db", ".tmp.driveupload", ".nextcloudsync.log")
CLOUD_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


def protect(folder: Path | str) -> None:
    """Give a folder and all in it to its owner alone: 0700 for folders, 0600 for files."""
    for here, names, files in os.walk(folder, followlinks=False):
        Path(here).chmod(0o700)
        for name in files:
            if not (Path(here) / name).is_symlink():
                (Path(here) / name).chmod(0o600)
        names[:] = [name for name in names if not (Path(here) / name).is_symlink()]


def rights_problems(folder: Path | str, *, confirmed: bool = False) -> list[Problem]:
    """Problems with the place of the data: others can read it, or a cloud copies it.

    Parameters
    ----------
    folder : Path or str
        Data folder.
    confirmed : bool
        The user said in so many words that this is right.
    """
    root = Path(folder)
    if confirmed:
        return []
    problems = []
    # On Windows the mode bits say nothing about who may read.
    if os.name == "posix" and root.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        problems.append(Problem("cases.rights.open_folder", where=str(root)))
    if in_cloud(root.absolute()) or in_cloud(root.resolve()):
        problems.append(Problem("cases.rights.cloud_folder", where=str(root)))
    return problems


def in_cloud(path: PurePath) -> bool:
    """Whether a path lies in a folder that a cloud service copies, by its names, marks and environment."""
    if any(cloud in part.lower() for part in path.parts for cloud in CLOUD_PARTS):
        return True
    roots = [os.environ[name] for name in CLOUD_VARIABLES if os.environ.get(name)]
    if any(path.is_relative_to(root) for root in roots):
        return True
    return any((Path(parent) / mark).exists() for parent in (path, *path.parents) for mark in CLOUD_MARKS)


def write_private(path: Path, content: bytes) -> None:
    """Write a file for the owner only, whole or not at all; it is on the disk when the function returns."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
