"""A power cut leaves old results or new ones: everything is on the disk before the name changes."""

from __future__ import annotations

import os
from pathlib import Path

from run_fakes import go

from werkzorg.run import publish


def test_every_file_is_on_the_disk_before_the_rename(tmp_path, monkeypatch):
    target = tmp_path / "uit"
    flushed, at_rename = set(), {}
    flush, rename = os.fsync, Path.rename

    def noted_flush(handle):
        flushed.add(os.fstat(handle).st_ino)
        flush(handle)

    def noted_rename(self, destination):
        if self == publish.draft_of(target):
            at_rename["flushed"] = set(flushed)
        return rename(self, destination)

    monkeypatch.setattr(os, "fsync", noted_flush)
    monkeypatch.setattr(Path, "rename", noted_rename)
    go(target)
    files = {path.stat().st_ino for path in target.rglob("*") if path.is_file()}
    assert len(files) > 3
    assert files <= at_rename["flushed"]
