"""The plan of the house: rooms import downwards only, no cycles, no network, no long modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import werkzorg.errors

PACKAGE = Path(werkzorg.errors.__file__).parent

FRONT = "__init__"
"""The package itself: names every public step and imports its room only when asked. The runner uses these steps too."""

FLOORS = (
    ("__main__",),
    ("cli",),
    ("cli_cases",),
    ("cli_decide",),
    ("cli_claim",),
    ("cli_compare",),
    ("cli_explore",),
    ("cli_pool",),
    ("cli_questions",),
    ("cli_release",),
    ("cli_report",),
    ("cli_options",),
    ("run",),
    (FRONT,),
    ("explorer",),
    ("reporting",),
    ("release",),
    ("appraisal",),
    ("ledger",),
    ("projection",),
    ("inference",),
    ("cases",),
    ("rules",),
    ("params",),
    ("pilot",),
    ("pilot_parts",),
    ("contract",),
    ("compiled", "constants"),
    ("errors",),
    ("version", "wording"),
)
"""Rooms from the top floor down; a room imports from itself and from floors below it."""

LONGEST_MODULE = 400
"""Lines. The house rule is about 300; what is longer than this has two subjects."""

NETWORK = {
    "aiohttp", "ftplib", "http.client", "http.server", "httpx", "imaplib", "requests", "smtplib", "socket",
    "socketserver", "telnetlib", "urllib.request", "urllib3", "websocket", "websockets", "xmlrpc",
}  # fmt: skip

ARVIZ_ROOM = "inference/diagnostics.py"

MODULES = sorted(PACKAGE.rglob("*.py"))


def _module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {_module_name(path): path for path in MODULES}


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else FRONT


def _floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def imports_of(source: str, module: str, is_package: bool) -> set[str]:
    """Modules that a source imports, absolute, at the top or inside functions.

    `from a import b` counts as `a.b` when that is a module of this package, else as `a`.
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")
                parents = parents if is_package else parents[:-1]
                parents = parents[: len(parents) - node.level + 1]
                base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                name = f"{base}.{alias.name}"
                found.add(name if name in NAMES or name in NETWORK else base)
    return found


def _imports(path: Path) -> set[str]:
    return imports_of(path.read_text(encoding="utf8"), _module_name(path), path.name == "__init__.py")


IMPORTS = {_module_name(path): _imports(path) for path in MODULES}


def _forbidden(module: str, imported: str) -> bool:
    """Whether an import goes upward, or sideways to another room of the same floor."""
    if imported.split(".")[0] != "werkzorg":
        return False
    own, other = _room(module), _room(imported)
    return own != other and _floor(other) <= _floor(own)


def test_every_module_belongs_to_a_known_room():
    known = {room for rooms in FLOORS for room in rooms}
    assert {_room(module) for module in NAMES} <= known


@pytest.mark.parametrize("module", sorted(NAMES))
def test_imports_go_down_only(module):
    assert {imported for imported in IMPORTS[module] if _forbidden(module, imported)} == set()


def test_no_cycle_between_modules():
    """Depth-first: meeting a module that is still open is a cycle."""
    done: set[str] = set()

    def visit(module: str, open_modules: tuple[str, ...]) -> None:
        assert module not in open_modules, " -> ".join((*open_modules, module))
        if module in done:
            return
        for imported in sorted(IMPORTS[module] & NAMES.keys()):
            # A package that collects its own parts is no cycle: the parts do not import the package.
            if imported != module:
                visit(imported, (*open_modules, module))
        done.add(module)

    for module in sorted(set(NAMES) - {"werkzorg"}):
        visit(module, ())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_are_short(path):
    assert len(path.read_text(encoding="utf8").splitlines()) <= LONGEST_MODULE


def test_arviz_is_known_in_one_module():
    users = {
        NAMES[module].relative_to(PACKAGE).as_posix()
        for module, imported in IMPORTS.items()
        if any(name.split(".")[0].startswith("arviz") for name in imported)
    }
    assert users <= {ARVIZ_ROOM}


def test_nothing_reaches_for_the_network():
    users = {
        (module, name)
        for module, imported in IMPORTS.items()
        for name in imported
        if name in NETWORK or name.split(".")[0] in NETWORK
    }
    assert users == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import werkzorg.errors", {"werkzorg.errors"}),
        ("from werkzorg import errors", {"werkzorg.errors"}),
        ("from werkzorg import fit", {"werkzorg"}),
        ("from . import runner", {"werkzorg.run.runner"}),
        ("from .. import cli", {"werkzorg.cli"}),
        ("from .runner import run", {"werkzorg.run.runner"}),
        ("def f():\n    from urllib import request", {"urllib.request"}),
        ("from urllib.parse import quote", {"urllib.parse"}),
    ],
)
def test_the_reader_of_imports_sees_every_form(source, expected):
    assert imports_of(source, "werkzorg.run.lock", is_package=False) == expected


def test_an_upward_import_is_seen():
    assert _forbidden("werkzorg.params.catalogue", "werkzorg.run.runner")
    assert _forbidden("werkzorg.errors", "werkzorg.constants")
    assert _forbidden("werkzorg.reporting.numbers", "werkzorg")
    assert not _forbidden("werkzorg.run.runner", "werkzorg.params")
    assert not _forbidden("werkzorg.run.runner", "werkzorg.run.lock")
