"""Every test of the runner has its own cache and its own temporary folder."""

from __future__ import annotations

import tempfile

import pytest


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Point cache and temporary files below the folder of the test."""
    system_tmp = tmp_path / "tmp"
    system_tmp.mkdir()
    monkeypatch.setenv("WERKZORG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(system_tmp))
    monkeypatch.setenv("WERKZORG_LANG", "nl")
    monkeypatch.delenv("WERKZORG_DEBUG", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    return system_tmp
