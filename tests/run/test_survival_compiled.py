"""Compiled code in the cache: any changed byte is found before it is used, and nothing else is thrown away."""

from __future__ import annotations

import pytest
from run_fakes import FAKE, go, text_of

from werkzorg.run.compiled_files import FOLDERS

FILES = ("numba/pricing/f-1.py312.1.nbc", "numba/pricing/f-1.py312.nbi", "pytensor/lazy/mod.so", "matplotlib/font.json")


def compiling(cache, *names):
    """A step that leaves compiled files, as packages do when they are not there yet."""

    def project(pilot, posterior):
        for name in names:
            path = cache / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(name.encode())
        return FAKE.project(pilot, posterior)

    return project


def present(cache):
    return sorted(path.relative_to(cache).as_posix() for name in FOLDERS for path in (cache / name).rglob("*.*"))


@pytest.fixture
def cache(tmp_path):
    """The cache after a run that compiled something."""
    go(tmp_path / "uit", project=compiling(tmp_path / "cache", *FILES))
    return tmp_path / "cache"


def test_a_second_run_keeps_what_the_first_compiled(tmp_path, cache):
    before = {name: (cache / name).stat().st_mtime_ns for name in FILES}
    _, display = go(tmp_path / "uit")
    assert "beschadigd" not in text_of(display)
    assert {name: (cache / name).stat().st_mtime_ns for name in FILES} == before


@pytest.mark.parametrize("name", FILES)
def test_one_changed_bit_in_any_file_and_all_is_compiled_again(tmp_path, cache, name):
    content = bytearray((cache / name).read_bytes())
    content[len(content) // 2] ^= 1
    (cache / name).write_bytes(content)
    _, display = go(tmp_path / "uit", project=compiling(cache, *FILES))
    assert "vertaalde rekencode" in text_of(display)
    assert {name: (cache / name).read_bytes() for name in FILES} == {name: name.encode() for name in FILES}
    _, display = go(tmp_path / "uit")
    assert "beschadigd" not in text_of(display)


def test_a_damaged_record_is_no_reason_to_trust(tmp_path, cache):
    (cache / "compiled.json").write_text("{", encoding="utf8")
    _, display = go(tmp_path / "uit")
    assert "vertaalde rekencode" in text_of(display)
    assert present(cache) == []


def test_locks_of_other_packages_may_change_and_files_may_go(tmp_path, cache):
    (cache / "pytensor" / ".lock").write_text("1", encoding="utf8")
    (cache / FILES[0]).unlink()
    _, display = go(tmp_path / "uit")
    assert "beschadigd" not in text_of(display)


def test_what_a_run_compiled_that_failed_is_not_trusted(tmp_path, cache):
    """A file that a power cut left torn would make every later run fail; the other files stay."""

    def fails(*arguments):
        compiling(cache, "numba/torn.nbc")({}, {"draws": []})
        raise ValueError

    with pytest.raises(Exception, match="onverwachte fout"):
        go(tmp_path / "uit", project=fails)
    assert present(cache) == sorted(FILES)


def test_a_run_that_is_stopped_throws_nothing_away(tmp_path, cache):
    def stopped(*arguments):
        compiling(cache, "numba/new.nbc")({}, {"draws": []})
        raise KeyboardInterrupt

    with pytest.raises(Exception, match="Gestopt"):
        go(tmp_path / "uit", project=stopped)
    assert "numba/new.nbc" in present(cache)


def test_a_record_that_cannot_be_written_does_not_stop_a_run(tmp_path, cache, monkeypatch):
    def full(path, values):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("werkzorg.run.compiled_files.write_json", full)
    outcome, _ = go(tmp_path / "uit", project=compiling(cache, *FILES, "numba/more.nbc"))
    assert outcome.verdict == "ok"
