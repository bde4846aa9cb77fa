"""Published answers through the public functions, each with a second computation that does not use them."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from known_gallery import ROWS, WAYS, inputs_of, package_answers, second_answers, tolerance
from markov_cases import (
    hip_by_engine,
    hip_by_matrices,
    hiv_answers,
    hiv_by_engine,
    hiv_by_matrices,
    hiv_probabilities,
    sick_by_engine,
    sick_by_matrices,
    sick_matrix,
)

pytestmark = pytest.mark.golden

# Two computations of the same sum in double precision: amounts up to 5e4 with rounding of 1e-16 relative per term.
SAME = 1e-12

BOTH = {
    "hiv": (hiv_by_engine, hiv_by_matrices),
    "hip": (hip_by_engine, hip_by_matrices),
    "sick": (sick_by_engine, sick_by_matrices),
}


@pytest.mark.parametrize("way", [package_answers, second_answers], ids=["package", "second"])
@pytest.mark.parametrize("name", ROWS)
def test_published_answer(name, way):
    found = way(name)
    for quantity, columns in ROWS[name]["answer"].items():
        for column, expected in columns.items():
            allowed = tolerance(name, quantity, column)
            assert found[quantity][column] == pytest.approx(expected, abs=allowed, rel=0), (quantity, column)


@pytest.mark.parametrize("name", ROWS)
def test_second_computation_gives_the_same_in_every_quantity(name):
    """Also what nobody printed. Integration is good to 1e-9; a credit is added up per euro of income."""
    first, second = package_answers(name), second_answers(name)
    close = 1e-4 if ROWS[name]["model"] == "credit" else 1e-8
    assert first.keys() == second.keys()
    for quantity, columns in first.items():
        assert second[quantity] == pytest.approx(columns, rel=close, abs=close), quantity


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row["model"] in BOTH])
def test_engine_equals_product_of_matrices_at_every_point(name):
    engine, matrices = BOTH[ROWS[name]["model"]]
    np.testing.assert_allclose(engine(inputs_of(name)), matrices(inputs_of(name)), atol=SAME, rtol=0)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.get("slip")])
def test_tolerance_tells_the_slip_from_the_right_answer(name):
    right = ROWS[name]["like"]
    for column, value in package_answers(name)["icer"].items():
        if column in ROWS[right]["answer"]["icer"]:
            gap = abs(value - ROWS[right]["answer"]["icer"][column])
            # Thirty times would do; a slip of rounding size would not be one.
            assert gap > 30 * tolerance(right, "icer", column)


def test_every_row_says_where_it_comes_from_and_why_its_tolerance():
    for row in ROWS.values():
        assert {"name", "source", "model", "inputs", "answer", "tolerance", "why"} <= set(row)
        assert set(row["answer"]) == set(row["tolerance"])
    assert {row["model"] for row in ROWS.values()} == set(WAYS)


def test_sick_sicker_without_an_end_or_weights_follows_the_fundamental_matrix():
    """Undiscounted years in each state are a row of (I - Q)^-1: a closed form beside a number that was once wrong."""
    given = inputs_of("Sick-Sicker, four strategies") | {"cycles": 12_000}
    occupancy = sick_by_engine(given)
    assert (occupancy[:, -1, 3] > 1 - 1e-9).all()
    for arm in range(4):
        chances = sick_matrix(given, arm)[:3, :3]
        np.testing.assert_allclose(occupancy[arm, :, :3].sum(0), np.linalg.inv(np.eye(3) - chances)[0], rtol=1e-7)


def test_treatment_a_of_sick_sicker_is_dominated():
    assert set(package_answers("Sick-Sicker, four strategies")["icer"]) == {"B", "AB"}


def test_hiv_life_years_tend_to_the_fundamental_matrix():
    """Without an end the years in A, B and C are the first row of (I - Q)^-1, less the start that is not counted."""
    given = inputs_of("HIV, zidovudine with or without lamivudine") | {"cycles": 2000}
    q = hiv_probabilities(given)[0, 0, :3, :3]
    expected = np.linalg.inv(np.eye(3) - q)[0].sum() - 1
    assert hiv_answers(given, hiv_by_engine(given))["life_years"]["monotherapy"] == pytest.approx(expected, rel=SAME)


def test_hip_clock_of_the_state_equals_the_clock_of_the_model():
    """Everybody enters "success" in year 1: the Weibull by time in state is the Weibull by year, one year on."""
    given = inputs_of("Hip replacement, standard and NP1 prosthesis")
    np.testing.assert_allclose(hip_by_engine(given, "duration"), hip_by_engine(given), atol=SAME, rtol=0)


ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date():
    spec = importlib.util.spec_from_file_location("make_known_answers", ROOT / "docs" / "make_known_answers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "known-answers.md").read_text(encoding="utf8")
    assert module.page() == written, "python docs/make_known_answers.py"
    assert "known-answers.md" in (ROOT / "README.md").read_text(encoding="utf8")


def test_every_function_that_an_example_names_exists():
    for way in WAYS.values():
        for function in way.through:
            room, name = f"werkzorg.{function}".rsplit(".", 1)
            assert callable(getattr(importlib.import_module(room), name))
