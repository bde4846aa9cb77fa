"""The runner in good weather: order, publication, record, reuse, tidiness."""

from __future__ import annotations

import json
import os
import tempfile

import pytest
from run_fakes import FAKE, go, text_of

from werkzorg.run.record import COMPLETION, MANIFEST, digest_of_file, is_complete


def _results(target):
    return json.loads((target / "results.json").read_text(encoding="utf8"))


def test_results_reports_and_records_are_published(tmp_path):
    target = tmp_path / "uit" / "proef"
    outcome, _ = go(target)
    assert outcome.target == target
    assert sorted(path.name for path in target.iterdir()) == [
        COMPLETION, "client-nl.html", MANIFEST, "municipality-nl.html", "posterior.nc", "results.json",
    ]  # fmt: skip
    assert [path.name for path in outcome.reports] == ["client-nl.html", "municipality-nl.html"]
    # draws 1, 1, 2 doubled and added
    assert _results(target)["total"] == 8
    assert is_complete(target)


def test_only_the_lock_stays_beside_the_results(tmp_path):
    target = tmp_path / "uit" / "proef"
    go(target)
    go(target, seed=2)
    assert sorted(path.name for path in target.parent.iterdir()) == [".proef.lock", "proef"]


def test_manifest_names_seed_inputs_outputs_and_time_of_every_step(tmp_path):
    go(tmp_path / "uit", seed=7)
    manifest = json.loads((tmp_path / "uit" / MANIFEST).read_text(encoding="utf8"))
    assert manifest["seed"] == 7
    assert manifest["inputs"] == {"pilot": "digest-of-pilot"}
    assert manifest["outputs"]["results.json"] == digest_of_file(tmp_path / "uit" / "results.json")
    assert [step["step"] for step in manifest["steps"]] == [
        "read", "imports", "first_answer", "imports_fit", "fit", "project", "settle", "appraise", "release", "write",
        "reports",
    ]  # fmt: skip
    by_name = {step["step"]: step for step in manifest["steps"]}
    assert by_name["fit"]["parts"] == {"compile": 0.5}
    assert by_name["reports"]["parts"] == {"kernels": 0.25}
    assert {"numpy", "xarray"} <= set(manifest["packages"])
    assert manifest["platform"]["python"].startswith("3.1")


def test_no_path_and_no_name_of_the_computer_in_the_records(tmp_path):
    import platform

    go(tmp_path / "uit")
    for name in (MANIFEST, COMPLETION):
        text = (tmp_path / "uit" / name).read_text(encoding="utf8")
        assert str(tmp_path) not in text
        if platform.node() not in ("", "localhost"):
            assert platform.node() not in text


def test_first_answer_is_shown_before_the_fit(tmp_path):
    shown_at_fit = []
    display = None

    def fit(pilot, seed, records):
        shown_at_fit.append("eerste antwoord 0.5" in text_of(display))
        return FAKE.fit(pilot, seed, records)

    from dataclasses import replace

    from run_fakes import order, quiet

    from werkzorg.run.runner import run

    display = quiet()
    run(order(tmp_path / "uit"), replace(FAKE, fit=fit), display)
    assert shown_at_fit == [True]


def test_progress_names_the_steps_in_order_and_times_them(tmp_path):
    _, display = go(tmp_path / "uit")
    text = text_of(display)
    assert text.index("kansen schatten") < text.index("rapporten maken") < text.index("resultaten klaarzetten")
    display.print_times()
    table = text_of(display)[len(text) :]
    assert "Tijd per stap" in table
    assert "vertalen naar machinecode" in table
    assert "0,5 s" in table


def test_a_second_run_reuses_the_fit_and_says_so(tmp_path):
    fits = []

    def fit(pilot, seed, records):
        fits.append(seed)
        return FAKE.fit(pilot, seed, records)

    first, _ = go(tmp_path / "uit", fit=fit)
    second, display = go(tmp_path / "uit", fit=fit)
    assert fits == [1]
    assert (first.reused_fit, second.reused_fit) == (False, True)
    assert "opnieuw gebruikt" in text_of(display)
    assert _results(tmp_path / "uit")["reused"] is True
    assert _results(tmp_path / "uit")["total"] == 8


@pytest.mark.parametrize(
    "changed",
    [{"seed": 2}, {"fit_ingredients": lambda pilot, seed, records: {"pilot": pilot.id, "seed": seed, "code": "2"}}],
    ids=["seed", "code"],
)
def test_a_change_of_what_the_fit_depends_on_fits_again(tmp_path, changed):
    go(tmp_path / "uit")
    outcome, _ = go(tmp_path / "uit", **changed)
    assert not outcome.reused_fit


def test_a_fresh_and_a_reused_fit_give_the_same_posterior(tmp_path):
    # A tuple becomes a list on disk: without reading back, the first run would see another posterior than the second.
    seen = []

    def project(pilot, posterior):
        seen.append(posterior)
        return posterior["draws"]

    for _ in range(2):
        go(tmp_path / "uit", fit=lambda pilot, seed, records: {"draws": (1, 2)}, project=project)
    assert seen[0] == seen[1]


def test_temporary_files_of_the_run_are_removed(tmp_path, own_folders):
    inside = []

    def project(pilot, posterior):
        inside.append(tempfile.gettempdir())
        (own_folders / os.environ["TMPDIR"] / "pytensor-left-this").write_text("x", encoding="utf8")
        return posterior["draws"]

    go(tmp_path / "uit", project=project)
    assert inside[0].startswith(str(own_folders / "werkzorg-"))
    assert list(own_folders.iterdir()) == []
    assert os.environ["TMPDIR"] == str(own_folders)
    assert tempfile.gettempdir() == str(own_folders)


def test_compiled_code_goes_to_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTENSOR_FLAGS", "floatX=float64")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    seen = {}

    def prepare():
        seen.update(os.environ)

    go(tmp_path / "uit", prepare=prepare)
    assert seen["PYTENSOR_FLAGS"] == f"floatX=float64,base_compiledir={tmp_path / 'cache' / 'pytensor'}"
    assert seen["NUMBA_CACHE_DIR"] == str(tmp_path / "cache" / "numba")
    assert os.environ["PYTENSOR_FLAGS"] == "floatX=float64"


def test_work_of_the_user_among_earlier_results_is_kept(tmp_path):
    target = tmp_path / "uit"
    go(target)
    (target / "aantekeningen.txt").write_text("van mij", encoding="utf8")
    outcome, _ = go(target)
    assert outcome.kept is not None
    assert (outcome.kept / "aantekeningen.txt").read_text(encoding="utf8") == "van mij"
    assert not (target / "aantekeningen.txt").exists()
    assert is_complete(target)


def test_a_changed_report_among_earlier_results_is_kept(tmp_path):
    target = tmp_path / "uit"
    go(target)
    (target / "client-nl.html").write_text("bewerkt", encoding="utf8")
    outcome, _ = go(target)
    assert (outcome.kept / "client-nl.html").read_text(encoding="utf8") == "bewerkt"


def test_results_go_to_results_pilot_by_default(tmp_path, monkeypatch):
    from dataclasses import replace

    from run_fakes import order, quiet

    from werkzorg.run.runner import run

    monkeypatch.chdir(tmp_path)
    outcome = run(replace(order(tmp_path), out=None), FAKE, quiet())
    assert outcome.target == tmp_path / "results" / "proef"
