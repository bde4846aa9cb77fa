"""Reports: numbers and findings as words, figures, notebooks, HTML. Parts load when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Results": "results",
    "make_results": "results",
    "read_results": "results",
    "write_results": "results_files",
    "open_report": "report",
    "open_scenarios": "scenarios",
    "export_html": "html",
    "run_notebook": "execute",
    "make_reports": "make",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
