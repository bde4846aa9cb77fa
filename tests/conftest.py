"""Small inputs that several rooms share: the shipped pilot, a quick posterior, and its way through all steps."""

from __future__ import annotations

import shutil
from typing import NamedTuple

import pytest
import xarray as xr
from hypothesis import settings

from werkzorg.appraisal.appraise import appraise
from werkzorg.inference.fit import first_answer
from werkzorg.ledger.settlement import settle
from werkzorg.params.pilots import load_pilot
from werkzorg.pilot import Pilot
from werkzorg.projection.trajectory import project

# An example may take longer on a busy machine: that says nothing about the code.
settings.register_profile("werkzorg", deadline=None)
settings.load_profile("werkzorg")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

DRAWS = 200
FEW = 12


class Steps(NamedTuple):
    """What the three steps after the posterior give."""

    trajectory: xr.Dataset
    ledger: xr.Dataset
    appraisal: xr.Dataset


def run_steps(pilot: Pilot, posterior: xr.Dataset) -> Steps:
    """Project, settle and appraise."""
    trajectory = project(pilot, posterior)
    ledger = settle(pilot, trajectory)
    return Steps(trajectory, ledger, appraise(pilot, ledger))


@pytest.fixture(scope="session")
def steps():
    """The three steps as one function of pilot and posterior."""
    return run_steps


@pytest.fixture(scope="session")
def drechtsteden() -> Pilot:
    return load_pilot("drechtsteden")


@pytest.fixture(scope="session")
def sampled(drechtsteden) -> xr.Dataset:
    """The sampler-free posterior, all its draws."""
    return first_answer(drechtsteden)


@pytest.fixture(scope="session")
def posterior(sampled) -> xr.Dataset:
    """Draws enough for summaries; attributes kept."""
    return sampled.isel(draw=slice(0, DRAWS))


@pytest.fixture(scope="session")
def few(sampled) -> xr.Dataset:
    """Draws enough for identities that hold in every draw."""
    return sampled.isel(draw=slice(0, FEW))


@pytest.fixture(scope="session")
def made(drechtsteden, few) -> Steps:
    """The pilot with few draws, through all steps. Not to be changed by a test."""
    return run_steps(drechtsteden, few)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests that drive a page: two drivers in one process get in each other's way."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright comes with the extra [test]")
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no Chromium found: .ci/system-packages.sh installs it where it can")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()
