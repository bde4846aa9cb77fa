"""The search for an interpreter: dead shims and wrong versions are passed over, none is explained."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="the scripts are for bash; on Windows pip is used")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{text}\n", encoding="utf8")
    path.chmod(0o755)


def _find(tmp_path, **variables):
    """Run the search with nothing on the path but what the test puts there."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("cat", "cksum", "tr", "bash"):
        if not (tools / name).exists():
            (tools / name).symlink_to(shutil.which(name))
    environment = {"PATH": f"{tmp_path / 'bin'}:{tools}", "HOME": str(tmp_path / "home"), **variables}
    code = '. .ci/lib.sh; find_python; echo "$PYTHON $PYTHON_VERSION"'
    return subprocess.run([BASH, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _interpreter_elsewhere() -> bool:
    """Whether this machine has an interpreter at the fixed places that the search looks at last."""
    places = ("opt/python", "usr/local/bin", "opt/homebrew/bin")
    return any(path for place in places for path in Path("/", place).glob("*3.1[23]*"))


def test_a_dead_shim_is_passed_over(tmp_path):
    _write(tmp_path / "bin" / "python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127")
    _write(tmp_path / "bin" / "python3", f'exec {sys.executable} "$@"')
    done = _find(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1].startswith("3.1")
    assert "not found" not in done.stderr


def test_an_older_python_is_passed_over_for_one_of_pyenv(tmp_path):
    # Says that it is too old, whatever is asked of it.
    _write(tmp_path / "bin" / "python3", "exit 1")
    _write(tmp_path / "home/.pyenv/versions/3.12.9/bin/python3", f'exec {sys.executable} "$@"')
    done = _find(tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_python_can_be_pointed_at(tmp_path):
    done = _find(tmp_path, WERKZORG_PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(_interpreter_elsewhere(), reason="a Python at a fixed place is found whatever the path is")
def test_none_is_explained_in_both_languages_with_code_configuration(tmp_path):
    _write(tmp_path / "bin" / "python3", "exit 1")
    done = _find(tmp_path)
    assert done.returncode == 8
    assert "Geen bruikbare Python gevonden" in done.stderr
    assert "No usable Python found" in done.stderr
    assert "WERKZORG_PYTHON=" in done.stderr


def test_the_stamp_changes_with_the_versions(tmp_path):
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def stamp():
        code = '. .ci/lib.sh; stamp_of ""'
        return subprocess.run([BASH, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    before = stamp()
    assert stamp() == before
    with (tmp_path / ".ci" / "constraints.txt").open("a", encoding="utf8") as handle:
        handle.write("example==1\n")
    assert stamp() != before


def test_scripts_can_be_read_by_bash():
    for script in (ROOT / ".ci").iterdir():
        if script.suffix in (".sh", ""):
            subprocess.run([BASH, "-n", str(script)], check=True)
            assert script.name == "lib.sh" or os.access(script, os.X_OK), script
