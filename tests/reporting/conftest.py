"""Results for the tests of the reports."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from results_example import example

from werkzorg.reporting import write_results
from werkzorg.reporting.results import Results


@pytest.fixture(scope="session")
def results() -> Results:
    return example()


@pytest.fixture(scope="session")
def results_folder(tmp_path_factory, results):
    folder = tmp_path_factory.mktemp("results")
    write_results(results, folder)
    return folder
