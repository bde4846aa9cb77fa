"""Version of the package."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Version of the installed package, `0+unknown` when it runs from a folder that was never installed."""
    try:
        return metadata.version("werkzorg")
    except metadata.PackageNotFoundError:
        return "0+unknown"
