"""The mutation check: which faults are planted, who sees them, and a list of survivors that only shrinks."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import benchmarks
from benchmarks.mutation.__main__ import ROOT, TESTS, explained, path_of
from benchmarks.mutation.mutants import mutants
from benchmarks.mutation.run import plant, read

MOST = 36
"""Survivors that are explained; this number may only become smaller, but for modules checked for the first time."""


def names(source):
    return [mutant.name for mutant in mutants(source)]


def test_faults_of_a_small_function():
    source = '''
def f(a: int | None, b):
    """No fault in a text."""
    if a < 1 and not b:
        raise ValueError(a + 1)
    return max(a, 2 * b)
'''
    assert names(source) == [
        "f: a < 1 and (not b) -> a < 1 or not b",
        "f: a < 1 -> a <= 1",
        "f: a < 1 -> a < 2",
        "f: not b -> b",
        "f: max(a, 2 * b) -> min(a, 2 * b)",
        "f: 2 * b -> 2 / b",
        "f: 2 * b -> 3 * b",
    ]


def test_equal_faults_are_numbered_and_checks_are_left_out():
    assert names("def f(x):\n    check(x)\n    return g(x, y) + g(x, y)") == [
        "f: check(x) -> pass",
        "f: g(x, y) + g(x, y) -> g(x, y) - g(x, y)",
        "f: g(x, y) -> g(y, x)",
        "f: g(x, y) -> g(y, x) #2",
    ]


def test_a_fault_changes_one_place_and_leaves_the_next_one_as_it_was():
    source = "def f(x):\n    return x + 1\n\n\nclass A:\n    def g(self):\n        return -self.x\n"
    found = [(mutant.line, ast.unparse(mutant.tree)) for mutant in mutants(source)]
    plain = ast.unparse(ast.parse(source))
    assert found == [
        (2, plain.replace("x + 1", "x - 1")), (2, plain.replace("x + 1", "x + 2")),
        (7, plain.replace("-self.x", "self.x")),
    ]  # fmt: skip
    assert names(source)[2] == "A.g: -self.x -> self.x"


def test_who_imported_a_function_gets_the_one_with_the_fault(monkeypatch):
    one, other = ModuleType("toy_one"), ModuleType("toy_other")
    one.__file__ = "toy_one.py"
    source = "LIMIT = 2\ndef f(x):\n    return x + LIMIT\n"
    exec(source, vars(one))
    other.renamed, other.LIMIT, other.OTHER = one.f, one.LIMIT, 2
    monkeypatch.setitem(sys.modules, "toy_one", one)
    monkeypatch.setitem(sys.modules, "toy_other", other)
    found = {}
    for mutant in mutants(source):
        plant(one, mutant.tree)
        found[mutant.name] = (other.renamed(5), other.LIMIT, other.OTHER)
    # A plain number goes by name: another 2 is another number.
    assert found == {"module: 2 -> 3": (8, 3, 2), "f: x + LIMIT -> x - LIMIT": (3, 2, 2)}


TOY = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2\n"
TOY_TEST = """
import toy

def test_double():
    assert toy.double(2.0) == 4

def test_half():
    assert toy.half(0) == 0
"""
RUN = """
import importlib, pathlib, sys, pytest
from benchmarks.mutation.run import Check
toy = importlib.import_module("toy")
check = Check({"toy": toy}, pathlib.Path("answers.jsonl"), {("toy", "half: x / 2 -> x / 3")})
sys.exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", "test_toy.py"], plugins=[check]))
"""


def run_toy(folder):
    top = str(Path(benchmarks.__file__).parents[1])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder), top]),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 5), done.stdout + done.stderr
    lines = [json.loads(line) for line in (folder / "answers.jsonl").read_text(encoding="utf8").splitlines()]
    return read(folder / "answers.jsonl", "toy", lines[0]["digest"]), lines


def test_a_run_finds_the_fault_that_no_test_sees_and_goes_on_where_it_was(tmp_path):
    (tmp_path / "toy.py").write_text(TOY, encoding="utf8")
    (tmp_path / "test_toy.py").write_text(TOY_TEST, encoding="utf8")
    found, lines = run_toy(tmp_path)
    assert found == {
        "double: 2 * x -> 2 / x": True,
        "double: 2 * x -> 3 * x": True,
        "half: x / 2 -> x * 2": False,
        "half: x / 2 -> x / 3": False,
    }
    # Only the tests that go through a function are run.
    assert {line["tests"] for line in lines} == {1}
    (tmp_path / "test_toy.py").write_text(TOY_TEST.replace("half(0) == 0", "half(4) == 2"), encoding="utf8")
    found, lines = run_toy(tmp_path)
    # One survivor is planted again because that was asked for; the rest stays.
    assert len(lines) == 5 and found["half: x / 2 -> x / 3"] and not found["half: x / 2 -> x * 2"]


def test_every_module_of_ledger_and_rules_is_checked_by_tests_that_exist():
    for room in ("ledger", "rules"):
        for path in sorted(path_of(f"{room}.{'wage' if room == 'rules' else 'jobs'}").parent.glob("*.py")):
            if names(path.read_text(encoding="utf8")):
                assert f"{room}.{path.stem}" in TESTS
    for module, tests in TESTS.items():
        assert path_of(module).exists()
        assert all((ROOT / test).exists() for test in tests)


def test_explained_survivors_are_still_in_the_code_and_only_become_fewer():
    accepted = explained()
    assert set(accepted) <= set(TESTS)
    for module, reasons in accepted.items():
        left = set(reasons) - set(names(path_of(module).read_text(encoding="utf8")))
        assert not left, f"{module}: these are no longer there, take them off the list: {left}"
        assert all(len(reason) > 10 for reason in reasons.values())
    assert sum(map(len, accepted.values())) <= MOST
