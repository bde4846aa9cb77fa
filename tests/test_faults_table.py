"""The table of faults: every fault once, every test that is named exists, and fewer open rows each time."""

from __future__ import annotations

import ast
import functools
import importlib.util
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
ROWS = YAML(typ="safe").load(ROOT / "tests" / "faults.yaml")
FIRST_OF_PART = {"A": 1, "B": 25, "C": 43, "D": 62, "E": 89, "F": 109, "G": 128, "H": 141}
LAST = 150

OPEN = 0
"""Rows that are open. A row that is closed makes this number smaller; it is never made larger."""

BY_NUMBER = "test_fault"
"""Runs every fault that its file lists, by number; without a case in brackets the number is that of the row."""


@functools.cache
def tree_of(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf8"))


@functools.cache
def first_words(path: str) -> set[str]:
    """First words of all texts in a file."""
    texts = (node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant))
    return {text.split()[0] for text in texts if isinstance(text, str) and text.strip()}


def test_every_fault_is_there_once_in_its_part():
    assert [row["id"] for row in ROWS] == list(range(1, LAST + 1))
    for row in ROWS:
        assert row["part"] == max(letter for letter, first in FIRST_OF_PART.items() if row["id"] >= first)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_a_fault_has_an_outcome_and_tests_that_exist_or_says_why_not(row):
    assert set(row) - {"tests", "reason", "open"} == {"id", "part", "fault", "outcome"}
    assert len({"tests", "reason", "open"} & set(row)) == 1
    assert all(row.values())
    for test in row.get("tests", ()):
        path, _, called = test.partition("::")
        name, _, case = called.rstrip("]").partition("[")
        functions = {node.name for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}
        assert name.startswith("test_") and name in functions, test
        if case or name == BY_NUMBER:
            assert (case or str(row["id"])) in first_words(path), test


def test_open_rows_become_fewer():
    assert sum("open" in row for row in ROWS) == OPEN


def test_the_page_is_up_to_date_and_can_be_found():
    spec = importlib.util.spec_from_file_location("make_faults", ROOT / "docs" / "make_faults.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "faults.md").read_text(encoding="utf8")
    assert module.page() == written, "python docs/make_faults.py"
    assert "docs/faults.md" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf8")
