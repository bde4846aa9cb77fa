"""The release table: every number that a reader may see, and nothing else."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Room(ModuleType):
    """This room has the name of its step: whatever was imported first, `werkzorg.release(...)` is the step."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from werkzorg.release.release import release

        return release(*args, **kwargs)


sys.modules[__name__].__class__ = _Room
