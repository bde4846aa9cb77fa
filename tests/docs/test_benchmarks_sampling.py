"""The arithmetic of the benchmark of sampling and the command for all benchmarks; measuring itself is not a test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import benchmarks
from benchmarks.__main__ import NAMES, command_of, main
from benchmarks.sampling import Taken, agreement_table, compare_draws, samplers_table


def test_draws_are_compared_in_standard_deviations_of_the_posterior():
    posterior = np.array([-2.0, 2.0])
    shift, ratio = compare_draws(np.array([0.0, 2.0]), posterior)
    # Means 1 and 0, standard deviations 1 and 2: exact in floating point.
    assert (shift, ratio) == (0.5, 0.5)


def test_the_ratio_is_that_of_effective_samples_per_second():
    taken = [Taken("package", 3.0, 1.0, 2000.0, 1.0), Taken("other", 0.0, 4.0, 1000.0, 1.0)]
    rows = samplers_table(taken).splitlines()
    assert rows[2] == "| `package` | 3.00 | 1.00 | 2000 | 2000 | 1.00 | 1.000 |"
    assert rows[3] == "| `other` | 0.00 | 4.00 | 1000 | 250 | 8.00 | 1.000 |"
    assert "| `p` | -0.250 | 1.100 |" in agreement_table({"p": (-0.25, 1.1)})


def test_repeats_go_only_to_benchmarks_that_take_them():
    assert command_of("sampling", 3)[1:] == ["-m", "benchmarks.sampling", "--repeat", "3"]
    assert command_of("reading", 3)[1:] == ["-m", "benchmarks.reading", "--repeat", "3"]
    assert command_of("projection", 3)[1:] == ["-m", "benchmarks.projection"]
    assert command_of("run", None)[1:] == ["-m", "benchmarks.run"]


def test_every_benchmark_is_among_all():
    folder = Path(benchmarks.__file__).parent
    assert {path.stem for path in folder.glob("[a-z]*.py")} == set(NAMES)


def test_an_unknown_benchmark_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["sampeling"])
    assert "sampeling" in capsys.readouterr().err
