"""All benchmark tables, one after the other: `python -m benchmarks [NAME ...] [--repeat N]`.

Each benchmark runs in a process of its own, so that none profits from what another has loaded.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

NAMES = ("run", "projection", "sampling", "reading", "scenarios", "decision", "records", "explorer")
REPEATED = ("run", "sampling", "reading")
"""Benchmarks that take `--repeat`; the others repeat by themselves or need no repeat."""


def command_of(name: str, repeat: int | None) -> list[str]:
    """Command line of one benchmark."""
    repeated = ["--repeat", str(repeat)] if repeat is not None and name in REPEATED else []
    return [sys.executable, "-m", f"benchmarks.{name}", *repeated]


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen benchmarks, or all; exit code 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; default all")
    parser.add_argument("--repeat", type=int, help=f"runs of each kind, for {', '.join(REPEATED)}")
    chosen = parser.parse_args(arguments)
    for name in chosen.names:
        if name not in NAMES:
            parser.error(f"unknown benchmark {name!r}; known: {', '.join(NAMES)}")
    failed = []
    for name in chosen.names or NAMES:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run(command_of(name, chosen.repeat), check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"\nNot finished: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
