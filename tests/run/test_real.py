"""The adapters to the real steps: the key of a fit, and saving and reading without loss."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from werkzorg.params.pilots import load_pilot
from werkzorg.run import real
from werkzorg.run.cache import FitCache, fit_key


@pytest.fixture
def pilot():
    return load_pilot("drechtsteden")


def _key(pilot, seed=1):
    return fit_key(real.fit_ingredients(pilot, seed))


def test_the_key_is_the_same_for_the_same_input(pilot):
    assert _key(pilot) == _key(load_pilot("drechtsteden"))


def test_the_key_changes_with_seed_and_counts(pilot):
    last = pilot.snapshots[-1]
    other = pilot.model_copy(update={"snapshots": (last.model_copy(update={"working": last.working + 1}),)})
    assert len({_key(pilot), _key(pilot, seed=2), _key(other)}) == 3


@pytest.mark.parametrize("part", ["code", "packages", "parameters"])
def test_the_key_changes_with_code_packages_and_parameters(pilot, part):
    ingredients = real.fit_ingredients(pilot, 1)
    before = fit_key(ingredients)
    first = next(iter(ingredients[part]))
    ingredients[part] = ingredients[part] | {first: "changed"}
    assert fit_key(ingredients) != before


def test_the_key_covers_every_module_that_a_fit_imports():
    """A module of the package that the fit imports, directly or not, is in the key."""
    import ast
    from pathlib import Path

    def imported(path: Path) -> set[Path]:
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                if name.startswith("werkzorg."):
                    place = real.PACKAGE.joinpath(*name.split(".")[1:])
                    found |= {file for file in (place.with_suffix(".py"), place / "__init__.py") if file.exists()}
        return found

    todo, reached = [real.PACKAGE / "inference" / "fit.py"], set()
    while todo:
        path = todo.pop()
        if path not in reached:
            reached.add(path)
            todo += imported(path)
    tops = {path.relative_to(real.PACKAGE).parts[0] for path in reached}
    # Messages do not change a number.
    assert tops - {"errors.py", "wording.py"} <= set(real.FIT_CODE)


def test_pilot_files_are_not_in_the_key_as_files(pilot):
    assert not any(name.startswith("pilots/") for name in real.fit_ingredients(pilot, 1)["parameters"])


def test_a_posterior_comes_back_identical(tmp_path):
    rng = np.random.default_rng(1)
    posterior = xr.Dataset(
        {"jobs.hours": ("draw", rng.normal(size=50)), "p_entry": ("draw", rng.random(50))},
        coords={"draw": np.arange(50)},
        attrs={"pilot": "proef", "gates": "[]", "seed": 3},
    )
    cache = FitCache(tmp_path, real.save_dataset, real.read_dataset)
    xr.testing.assert_identical(cache.keep("key", posterior), posterior)
    xr.testing.assert_identical(cache.find("key", on_damage=pytest.fail), posterior)


def test_old_fits_are_removed_and_the_new_one_stays(tmp_path, monkeypatch):
    from werkzorg.run import cache as module

    monkeypatch.setattr(module, "FITS_KEPT", 2)
    fits = FitCache(tmp_path, lambda value, path: path.write_text(value), lambda path: path.read_text())
    for key in ("a", "b", "c", "d"):
        fits.keep(key, key)
    assert len(list(tmp_path.glob("*.json"))) == 2
    assert fits.find("d", on_damage=pytest.fail) == "d"


def test_the_first_answer_is_told_with_the_chance_of_the_criterion(pilot, monkeypatch):
    from werkzorg.inference import forecast

    # 40 planned; draws 10..29, so the middle is 19 or 20, and half of the draws reach 20.
    counts = xr.Dataset({"working": ("draw", np.arange(10, 30))})
    monkeypatch.setattr(forecast, "forecast", lambda pilot, answer: counts)
    answer = xr.Dataset(coords={"draw": range(1000)}, attrs={"approximation": 0.41})
    text = real.tell_first_answer(pilot, answer)
    assert "van de 40 deelnemers" in text
    assert "80" in text
    assert "minstens 20 is 50" in text and "ruwe benadering" not in text
    assert "ruwe benadering" in real.tell_first_answer(pilot, answer.assign_attrs(approximation=0.39))


def test_without_counts_the_first_answer_says_so(pilot):
    text = real.tell_first_answer(pilot.model_copy(update={"snapshots": ()}), None)
    assert "nog geen tellingen" in text
