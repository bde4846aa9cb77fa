"""Mutation check of ledger, rules and appraisal: `python -m benchmarks.mutation [MODULE ...] [--again]`.

Prints the faults that no test sees and that `survivors.yaml` does not explain. Answers are kept in
`build/mutation.jsonl`, so that a run that is stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from pathlib import Path

import numba
import pytest
from ruamel.yaml import YAML

from benchmarks.mutation.mutants import mutants
from benchmarks.mutation.run import Check, digest_of, read
from werkzorg.params.pilots import load_pilot

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("survivors.yaml")
STORE = ROOT / "build" / "mutation.jsonl"

RULES, CARE = ("tests/rules",), ("tests/ledger/test_care_change.py", "tests/ledger/test_ledger_edges.py")
BY_HAND = tuple(f"tests/ledger/test_{name}.py" for name in ("accounts", "prices_by_hand", "jobs_by_hand"))
LEDGER = (
    *BY_HAND,
    *(f"tests/ledger/test_{name}.py" for name in ("ledger_edges", "support", "settlement", "plain_loop")),
)
EDGES = "tests/appraisal/test_appraisal_edges.py"
DECISION = ("tests/appraisal/test_decision_edges.py", "tests/appraisal/test_decision.py")

TESTS: dict[str, tuple[str, ...]] = {
    **{
        f"rules.{name}": RULES
        for name in (
            *("bijstand", "buig", "client", "employer_benefits", "examples", "lagging", "lawbook"),
            *("loonkostensubsidie", "no_riskpolis", "risk_equalisation", "wage"),
        )
    },
    "appraisal.value": ("tests/appraisal/test_value.py", "tests/appraisal/test_rate_schedule.py", EDGES),
    "appraisal.summary": ("tests/appraisal/test_summary.py", EDGES),
    "appraisal.icer": ("tests/appraisal/test_icer.py", EDGES),
    "appraisal.certainty": ("tests/appraisal/test_certainty.py", EDGES),
    "appraisal.budget": ("tests/appraisal/test_budget.py", EDGES),
    "appraisal.population": ("tests/appraisal/test_sampling.py", EDGES),
    "appraisal.appraise": ("tests/appraisal/test_appraise.py",),
    "appraisal.totals": ("tests/appraisal/test_totals.py", "tests/ledger/test_quantities.py"),
    "appraisal.decision": DECISION,
    "appraisal.thresholds": DECISION,
    "appraisal.leaving": ("tests/appraisal/test_leaving.py",),
    "ledger.care_change": CARE,
    "ledger.decomposition": ("tests/ledger/test_decomposition.py", "tests/ledger/test_decomposition_loops.py"),
    "ledger.accounts": LEDGER,
    "ledger.support": LEDGER,
    "ledger.pricing": LEDGER,
    "ledger.jobs": LEDGER,
    "ledger.settlement": LEDGER,
    "ledger.quantities": ("tests/ledger/test_quantities.py",),
}
"""Module -> tests that must see a fault in it, most telling file first."""


def explained() -> dict[str, dict[str, str]]:
    """Module -> fault that no test can or need see -> reason."""
    return YAML(typ="safe").load(EXPLAINED.read_text(encoding="utf8")) or {}


class Saved:
    """A pytest plugin: what no fault in the modules of the ledger changes is made once, not once per fault."""

    def pytest_collection_finish(self, session) -> None:
        """The posterior of the shared fixtures, and the books of the plain loops."""
        import conftest

        posterior = conftest.first_answer(load_pilot("drechtsteden"))
        conftest.first_answer = lambda pilot: posterior.copy()
        if loops := sys.modules.get("plain_loop"):
            loops.PlainRun.entries = _once(loops.PlainRun.entries)


def _once(entries):
    made = []

    def entries_once(run):
        if not made:
            made.append((entries(run), run.history))
        books, run.history = made[0]
        return books

    return entries_once


def main(arguments: list[str] | None = None) -> int:
    """Check the chosen modules, or all; exit code 1 when a fault survives that is not explained."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as rules.wage; default all")
    parser.add_argument("--again", action="store_true", help="plant known survivors again, after new tests")
    chosen = parser.parse_args(arguments)
    for module in chosen.modules:
        if module not in TESTS:
            parser.error(f"unknown module {module!r}; known: {', '.join(TESTS)}")
    os.chdir(ROOT)
    STORE.parent.mkdir(exist_ok=True)
    groups: dict[tuple[str, ...], list[str]] = {}
    for module in chosen.modules or TESTS:
        groups.setdefault(TESTS[module], []).append(module)
    accepted = explained()
    return 1 if sum(check(modules, tests, accepted, chosen.again) for tests, modules in groups.items()) else 0


def check(modules: list[str], tests: tuple[str, ...], accepted: dict[str, dict[str, str]], again: bool) -> int:
    """Check modules that have the same tests, in a process of their own; number of unexplained survivors."""
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            sys.exit(f"the tests {' '.join(tests)} do not run: {code}")
        return sum(report(module, accepted.get(module, {})) for module in modules)
    # Compiled loops must outlive a fork, or every test fails whatever is planted.
    numba.config.THREADING_LAYER = "forksafe"
    loaded = {name: importlib.import_module(f"werkzorg.{name}") for name in modules}
    repeat = {(name, fault) for name in modules for fault in survivors(name) if fault not in accepted.get(name, {})}
    plugins = [Saved(), Check(loaded, STORE, repeat if again else set())]
    options = ["-q", "-s", "--no-header", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    os._exit(int(pytest.main([*options, *tests], plugins=plugins)))


def survivors(module: str) -> dict[str, int]:
    """Faults of the code as it is now that no test saw, with their lines."""
    source = path_of(module).read_text(encoding="utf8")
    known = read(STORE, module, digest_of(source))
    return {mutant.name: mutant.line for mutant in mutants(source) if not known.get(mutant.name, True)}


def path_of(module: str) -> Path:
    """File of a module of the package, wherever that is installed."""
    return Path(str(importlib.util.find_spec(f"werkzorg.{module}").origin))


def report(module: str, reasons: dict[str, str]) -> int:
    """Print what survives without explanation; how many."""
    path, left = path_of(module), survivors(module)
    new = {name: line for name, line in left.items() if name not in reasons}
    total = sum(1 for _ in mutants(path.read_text(encoding="utf8")))
    print(f"{module}: {total} faults, {len(left)} survive, {len(new)} without explanation")
    for name, line in new.items():
        print(f"  {path.name}:{line} {name}", flush=True)
    return len(new)


if __name__ == "__main__":
    sys.exit(main())
