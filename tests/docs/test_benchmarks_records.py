"""The raw model that the benchmark samples is the same model as the reduced one; the table and the picture."""

from __future__ import annotations

import numpy as np
import pytest

import werkzorg
from benchmarks.records import LARGEST, build_raw_model, draw_picture, inputs, raw_rows, row_of
from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.inference.record_data import EFFECTS
from werkzorg.inference.record_kernel import WORK
from werkzorg.inference.record_likelihood import NORMAL, coefficients, named, parts, variances
from werkzorg.inference.record_posterior import natural, starting_point
from werkzorg.inference.reduction import reduce_records

TAKEN = {"read": 1.0, "reduce": 0.5, "other": 2.0, "sampling": 4.0, "effective": 800.0, "rate": 200.0, "rhat": 1.001,
         "memory": 300.0}  # fmt: skip


def without_own(rows, own, residual, case, mean):
    """Log density of the effects of persons given their rows, in closed form (normal with normal)."""
    people = len(own)
    number = np.bincount(rows["person"], minlength=people)
    total = np.bincount(rows["person"], weights=rows["outcome"] - mean, minlength=people)
    precision = number / residual + 1 / case
    return (-0.5 * (own - total / residual / precision) ** 2 * precision + 0.5 * np.log(precision / (2 * np.pi))).sum()


@pytest.mark.slow
def test_rows_and_sums_give_the_same_likelihood(tmp_path):
    """Every row of every person, effects of persons integrated out in closed form, against sums over people."""
    import pytensor

    simulate(tmp_path / "pilot", cases=20, comparison=20, seed=1, form="parquet")
    pilot, tables = werkzorg.load_pilot(tmp_path / "pilot"), read_tables(tmp_path / "pilot")
    records = reduce_records(pilot, tables)
    data, _, prior = inputs(pilot, records)
    rows = raw_rows(pilot, tables, records)
    model = build_raw_model(rows, prior)
    # Interpreted in Python: compiling this graph takes a minute and proves nothing more.
    with pytensor.config.change_flags(mode="FAST_COMPILE", cxx=""):
        terms = {
            name: model.compile_fn(
                model.logp(vars=[model[name]]), point_fn=False, inputs=model.value_vars, on_unused_input="ignore"
            )
            for name in ("moves", "losses", "care", "wmo", "cost", "own")
        }
    rng, start = np.random.default_rng(1), starting_point(prior)
    for vector in start + 0.1 * rng.normal(size=(5, len(start))):
        point = natural(vector, prior)
        z, effects, _, odds = np.split(vector, np.cumsum([len(NORMAL), len(EFFECTS), 1]))
        own = rng.normal(size=rows["person"].max() + 1)
        values = {"z": z, "effects": effects, "work": point[WORK], "unit_logodds__": odds, "own": own}
        found = {name: float(term(*(values[v.name] for v in model.value_vars))) for name, term in terms.items()}
        theta, _, causal, shares = named(point)
        mean = rows["design"] @ coefficients(theta, shares, causal, data["facts"])
        cost = found["cost"] + found["own"] - without_own(rows, own, *variances(theta, shares), mean)
        # The reduced likelihood leaves powers of 2 pi out.
        cost += len(rows["outcome"]) / 2 * np.log(2 * np.pi)
        expected = parts(point, data)
        # Sums of some thousands of terms in another order.
        assert found["moves"] + found["losses"] == pytest.approx(expected["work"], rel=1e-9)
        assert found["care"] + found["wmo"] == pytest.approx(expected["care"], rel=1e-9)
        assert cost == pytest.approx(expected["cost"], rel=1e-9)


def test_a_row_tells_all_numbers():
    row = row_of("raw rows, PyMC", 400, TAKEN)
    assert row == "| raw rows, PyMC | 400 | 1.0 | 0.50 | 2.0 | 4.0 | 800 | 200.0 | 1.001 | 300 |"


def test_the_picture_is_drawn_also_where_a_way_ends(tmp_path):
    results = [{"way": way, "people": people, **TAKEN} for way in list(LARGEST)[:2] for people in (40, 400)]
    draw_picture(results, tmp_path / "rates.png")
    assert (tmp_path / "rates.png").stat().st_size > 5_000
