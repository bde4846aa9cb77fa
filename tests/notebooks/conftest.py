"""Example results for the notebooks."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))

from results_example import example

from werkzorg.reporting import make_reports, write_results
from werkzorg.reporting.make import READERS


@pytest.fixture(scope="session")
def results_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    write_results(example(), folder)
    return folder


@pytest.fixture(scope="session")
def all_reports(results_folder, tmp_path_factory):
    """Folder with the reports of all readers in both languages, and the seconds they took."""
    folder = tmp_path_factory.mktemp("all") / "out"
    return folder, make_reports(results_folder, folder, READERS, ("nl", "en"))
