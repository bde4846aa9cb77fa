"""The sum per case in a run: last, apart, and nowhere else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from run_fakes import FAKE, go, text_of

from werkzorg.run.outdated import remove_case_sums
from werkzorg.run.record import COMPLETION, MANIFEST, is_complete, is_only_ours

ZONE = "vertrouwelijk"
RECORDS = SimpleNamespace(notices=[], notes=lambda pilot: ())


def _with_records(out, **changed):
    return go(out, read_records=lambda name, pilot: RECORDS, **changed)


def test_without_records_there_is_no_sum_per_case(tmp_path):
    outcome, _ = go(tmp_path / "uit")
    assert not (outcome.target / ZONE).exists()


def test_with_records_it_is_the_last_step_and_told_apart_from_the_reports(tmp_path):
    outcome, display = _with_records(tmp_path / "uit")
    assert (outcome.target / ZONE).is_dir() and is_complete(outcome.target)
    assert [taken.step for taken in display.times][-3:] == ["reports", "case_sums", "publish"]
    assert all(ZONE not in path.parts for path in outcome.reports)
    assert f"Alleen voor casushouders: de rekensom per casus staat in {outcome.target / ZONE}" in text_of(display)


def test_the_reports_are_made_before_it_exists(tmp_path):
    seen = []

    def reports(folder, readers, langs):
        seen.append((folder / ZONE).exists())
        return FAKE.make_reports(folder, readers, langs)

    _with_records(tmp_path / "uit", make_reports=reports)
    assert seen == [False]


def test_the_manifest_tells_nothing_of_it(tmp_path):
    outcome, _ = _with_records(tmp_path / "uit")
    assert ZONE not in json.dumps(json.loads((outcome.target / MANIFEST).read_text(encoding="utf8"))["outputs"])
    assert "P-AAAA1111" not in (outcome.target / COMPLETION).read_text(encoding="utf8")


def test_a_new_run_replaces_it_and_keeps_no_copy(tmp_path):
    _with_records(tmp_path / "uit")
    outcome, _ = go(tmp_path / "uit", seed=2)
    assert outcome.kept is None and not (outcome.target / ZONE).exists()
    assert not any(path.is_dir() and path.name != "uit" and "vorige" in path.name for path in tmp_path.iterdir())


def test_it_can_be_destroyed_and_the_other_results_stay_whole(tmp_path):
    outcome, _ = _with_records(tmp_path / "uit")
    assert remove_case_sums("proef", str(outcome.target)) == outcome.target / ZONE
    assert not (outcome.target / ZONE).exists()
    assert is_complete(outcome.target) and is_only_ours(outcome.target)
    assert remove_case_sums("proef", str(outcome.target)) is None


def _contents(path):
    """All bytes of a file, those of a zipped one unpacked."""
    raw = path.read_bytes()
    yield raw
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            yield from (packed.read(name) for name in packed.namelist())


PLANTED = 4321.79
"""An amount of one month of one person, in the price year: indices leave it as it is."""


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """A run of a made-up pilot with the real steps, but for the fit: results, pseudonyms, who was forgotten."""
    from werkzorg.cases.retention import forget
    from werkzorg.cases.simulate import simulate
    from werkzorg.inference.fit import first_answer
    from werkzorg.run import runner
    from werkzorg.run.progress import Display
    from werkzorg.run.real import real_steps
    from werkzorg.run.records import reduced

    home = tmp_path_factory.mktemp("whole")
    patch = pytest.MonkeyPatch()
    patch.setenv("WERKZORG_CACHE", str(home / "cache"))
    folder = home / "pilot"
    simulate(folder, cases=40, comparison=20, months=30, seed=4, form="parquet")
    months = pd.read_parquet(folder / "months.parquet")
    cases = pd.read_parquet(folder / "cases.parquet")
    helped = cases[(cases["group"] == "programme") & (cases["end_reason"] != "consent_withdrawn")]["pseudonym"]
    # 2018 is the price year.
    rows = months.index[(months["month"].astype(str) == "2018-11") & months["pseudonym"].isin(helped)]
    row, someone, gone = rows[0], *months.loc[rows[:2], "pseudonym"]
    months.loc[row, "treatment_amount"] = PLANTED
    months.to_parquet(folder / "months.parquet", index=False)
    forget(gone, folder)
    steps = replace(
        real_steps(confirmed=True),
        fit=lambda pilot, seed, records: first_answer(pilot, records=reduced(records, pilot), seed=seed).isel(
            draw=slice(0, None, 20)
        ),
        prepare_fit=lambda: None,
    )
    order = runner.Order(str(folder / "pilot.yaml"), str(home / "uit"), ("nl",), ("technical", "municipality"), 1)
    from rich.console import Console

    display = Display(Console(file=io.StringIO(), width=200))
    outcome = runner.run(order, steps, display)
    patch.undo()
    return outcome.target, list(cases["pseudonym"]), someone, gone, display.console.file.getvalue()


@pytest.mark.slow
@pytest.mark.sampling
def test_no_person_and_no_amount_of_one_is_anywhere_else(whole_run):
    target, pseudonyms, _, _, log = whole_run
    outside = [path for path in target.rglob("*") if path.is_file() and ZONE not in path.relative_to(target).parts]
    assert len(outside) > 6
    names = re.compile(b"|".join(name.encode() for name in pseudonyms))
    amount = re.compile(rb"4[.,]?321[.,]79")
    for path in outside:
        for content in _contents(path):
            assert not names.search(content), path.name
            assert not amount.search(content), path.name
        if path.suffix == ".nc":
            with xr.open_dataset(path, engine="h5netcdf") as data:
                for values in data.variables.values():
                    numbers = values.values
                    assert numbers.dtype.kind != "f" or not np.isclose(numbers, PLANTED, atol=0.005).any(), path.name
    assert not any(name in log for name in pseudonyms)


@pytest.mark.slow
@pytest.mark.sampling
def test_in_the_zone_is_everybody_but_who_was_forgotten(whole_run):
    target, _, someone, gone, _ = whole_run
    found = b"".join(content for path in (target / ZONE).iterdir() for content in _contents(path))
    assert someone.encode() in found and gone.encode() not in found
    manifest = (target / MANIFEST).read_text(encoding="utf8")
    assert "rekensom" not in manifest
