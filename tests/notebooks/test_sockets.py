"""How a kernel is reached: over sockets in a folder that no other user can open."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from werkzorg.errors import WerkzorgError
from werkzorg.reporting import execute


@pytest.mark.skipif(os.name != "posix", reason="sockets in a folder are of Unix")
def test_a_kernel_is_reached_by_a_socket_in_its_own_folder(tmp_path, monkeypatch):
    # Paths of sockets are at most 103 bytes; temporary folders of tests can be longer.
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    seen = {}

    def look(name, source, draft, parameters, timeout):
        manager = execute._kernel_manager_class(str(draft.parent))()
        folder = Path(manager.ip).parent
        seen.update(transport=manager.transport, same=folder == draft.parent, mode=folder.stat().st_mode)

    monkeypatch.setattr(execute, "_execute", look)
    # Nothing was executed, so there is no notebook to keep.
    with pytest.raises(WerkzorgError):
        execute.run_notebook("client", tmp_path / "out.ipynb", {})
    assert seen["transport"] == "ipc" and seen["same"]
    assert stat.S_IMODE(seen["mode"]) == 0o700
