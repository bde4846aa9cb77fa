"""Example results for the notebooks."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))

from results_example import example

from werkzorg.reporting import write_results


@pytest.fixture(scope="session")
def results_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    write_results(example(), folder)
    return folder
