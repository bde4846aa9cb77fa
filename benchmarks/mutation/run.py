"""Plants one fault after the other and runs the tests that go through that function, each in a forked process."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from _pytest.runner import runtestprotocol

from benchmarks.mutation.mutants import mutants

LONGEST, LATEST = 120, 1800
"""Seconds of work, and seconds on the clock, after which a fault that keeps a test busy counts as seen."""

LIBRARIES = tuple(path for path in sys.path if path.endswith("site-packages") or path.startswith(sys.base_prefix))
"""Where code stands that never imports from the package."""

TOOL = sys.monitoring.PROFILER_ID


class Check:
    """A pytest plugin that, instead of running the tests once, runs them once per fault.

    Parameters
    ----------
    modules : dict of str to ModuleType
        Modules to plant faults in.
    store : Path
        File of answers, one line of JSON per fault; is added to. What it holds for the same code is not done again.
    again : set of (module, fault)
        Known survivors to plant again, after new tests.
    """

    def __init__(self, modules: dict[str, ModuleType], store: Path, again: set[tuple[str, str]]) -> None:
        self.modules, self.store, self.again = modules, store, again
        self.files = {str(module.__file__): name for name, module in modules.items()}
        self.active: list[set] = []
        self.of_fixture, self.of_item = defaultdict(set), {}
        self.fixture_seconds, self.seconds = defaultdict(float), {}

    def _started(self, code: CodeType, offset: int) -> object:
        name = self.files.get(code.co_filename)
        if name is None:
            return sys.monitoring.DISABLE
        for functions in self.active:
            functions.add((name, code.co_qualname.replace("<locals>.", "")))
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        """Note what a fixture goes through: tests after the first find it made."""
        self.active.append(self.of_fixture[fixturedef.argname])
        start = time.perf_counter()
        try:
            return (yield)
        finally:
            self.fixture_seconds[fixturedef.argname] += time.perf_counter() - start
            self.active.pop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session) -> bool:
        """Run all tests once without a fault, then those that matter for each fault."""
        self._run_without_fault(session)
        for name, module in self.modules.items():
            source = Path(str(module.__file__)).read_text(encoding="utf8")
            digest = digest_of(source)
            known, trusted = read(self.store, name, digest), False
            for mutant in mutants(source):
                if mutant.name in known and (known[mutant.name] or (name, mutant.name) not in self.again):
                    continue
                if not trusted and _is_seen(module, ast.parse(source), self._items(session, name, "module")):
                    raise RuntimeError(f"the tests of {name} fail when its own code is planted")
                trusted, start, items = True, time.perf_counter(), self._items(session, name, mutant.name)
                line = {"module": name, "digest": digest, "name": mutant.name, "tests": len(items)}
                seen = _is_seen(module, mutant.tree, items)
                with self.store.open("a", encoding="utf8") as file:
                    taken = round(time.perf_counter() - start, 1)
                    file.write(json.dumps(line | {"seen": seen, "seconds": taken}) + "\n")
        return True

    def _run_without_fault(self, session) -> None:
        sys.monitoring.use_tool_id(TOOL, "mutation")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_START, self._started)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.PY_START)
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            self.active.append(self.of_item.setdefault(item.nodeid, set()))
            start, made = time.perf_counter(), sum(self.fixture_seconds.values())
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                raise RuntimeError(f"{item.nodeid} fails without a fault")
            made = sum(self.fixture_seconds.values()) - made
            self.seconds[item.nodeid] = time.perf_counter() - start - made
            self.active.pop()
        sys.monitoring.free_tool_id(TOOL)

    def _items(self, session, module: str, fault: str) -> list[pytest.Item]:
        """Tests that go through the function of a fault, quickest first in each file; outside functions, the module."""
        function = fault.partition(":")[0]
        chosen = []
        for item in session.items:
            through = set.union(self.of_item[item.nodeid], *(self.of_fixture[name] for name in item.fixturenames))
            found = {called for name, called in through if name == module}
            inside = any(called == function or called.startswith(f"{function}.") for called in found)
            if inside or (found and (function == "module" or function[:1].isupper())):
                chosen.append(item)
        files = list(dict.fromkeys(item.path for item in session.items))
        return sorted(chosen, key=lambda item: (files.index(item.path), self._cost(item)))

    def _cost(self, item: pytest.Item) -> float:
        """Seconds of a test with all its fixtures, whichever test made them the first time."""
        return self.seconds[item.nodeid] + sum(self.fixture_seconds[name] for name in item.fixturenames)


def _is_seen(module: ModuleType, tree: ast.Module, items: Sequence[pytest.Item]) -> bool:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    code = 1
    with contextlib.suppress(BaseException):
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        signal.alarm(LATEST)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, sys.stdout.fileno()), os.dup2(silent, sys.stderr.fileno())
        plant(module, tree)
        code = 0
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                code = 1
                break
    os._exit(code)


def plant(module: ModuleType, tree: ast.Module) -> None:
    """Run the code of a module anew, and give its functions and values to all who imported them.

    Parameters
    ----------
    module : ModuleType
        Loaded module.
    tree : ast.Module
        Its code with the fault.
    """
    before = dict(vars(module))
    exec(compile(tree, str(module.__file__), "exec"), vars(module))
    changed = {id(old): vars(module)[name] for name, old in before.items() if vars(module)[name] is not old}
    own = module.__name__.partition(".")[0]
    for loaded, other in list(sys.modules.items()):
        if loaded.partition(".")[0] != own and str(getattr(other, "__file__", "")).startswith(LIBRARIES):
            continue
        for name, value in list(getattr(other, "__dict__", {}).items()):
            plain = isinstance(value, int | float | str | bool | type(None))
            if id(value) in changed and other is not module and (not plain or name in before):
                setattr(other, name, vars(module)[name] if plain else changed[id(value)])


def digest_of(source: str) -> str:
    """Short name of a version of the code."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def read(store: Path, name: str, digest: str) -> dict[str, bool]:
    """Fault -> whether a test saw it, of this code; the last answer counts."""
    return {line["name"]: line["seen"] for line in _lines(store) if (line["module"], line["digest"]) == (name, digest)}


def _lines(store: Path) -> Iterator[dict]:
    with contextlib.suppress(FileNotFoundError):
        yield from map(json.loads, store.read_text(encoding="utf8").splitlines())
