"""Effective samples per second of the package's fit against `pm.sample`, and the answer without a sampler.

    python -m benchmarks.sampling [--pilot NAME] [--repeat N]

All ways sample the same model (`inference.model.build_model`) in one process, so only ratios within one run say
something. A way is called as its users call it: the package with its own settings, `pm.sample()` with all defaults
(PyMC 6 then takes nutpie when it is installed, with its own number of chains), and `pm.sample(nuts_sampler="pymc")`,
which is PyMC's own NUTS. Compilation is named apart; the first to compile, the package, pays for loading as well.
Effective samples: bulk ESS of the worst parameter, over the seconds of sampling, warm-up included.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import werkzorg
from werkzorg.inference import diagnostics
from werkzorg.inference.counts import count_data
from werkzorg.inference.priors import natural_scale, prior_on_log_scale
from werkzorg.inference.transitions import PARAMETERS
from werkzorg.params.pilots import catalogue_of
from werkzorg.run.record import describe_platform, package_versions

SEED = 20180629


@dataclass(frozen=True)
class Taken:
    """What one way of sampling took and gave.

    Attributes
    ----------
    label : str
        Name of the way.
    compile, sampling : float
        Seconds; `sampling` includes the warm-up of the sampler.
    effective : float
        Bulk ESS of the worst parameter.
    rhat : float
        Worst R-hat.
    """

    label: str
    compile: float
    sampling: float
    effective: float
    rhat: float

    @property
    def rate(self) -> float:
        """Effective samples per second of sampling."""
        return self.effective / self.sampling


def judge_trace(label: str, trace: Any, compile_seconds: float, sampling: float) -> Taken:
    """Effective samples and R-hat of a trace, worst parameter, with the seconds that it took."""
    gates = {gate.id: gate.value for gate in diagnostics.check_sampling(trace, "z")}
    return Taken(label, compile_seconds, sampling, gates["sampling.ess_bulk"], gates["sampling.rhat"])


def by_package(model: Any, seed: int) -> tuple[Any, float, float]:
    """Trace, seconds of compilation and of sampling, as `werkzorg.fit` does it."""
    from werkzorg.inference.model import sample

    trace, seconds = sample(model, seed)
    return trace, seconds.get("compile", 0.0), seconds["sampling"]


def by_pymc(model: Any, seed: int, **settings: Any) -> tuple[Any, float, float]:
    """The same through `pm.sample`; what is not sampling by its own account is compilation and set-up."""
    import pymc as pm

    begin = time.perf_counter()
    with model, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trace = pm.sample(random_seed=seed, progressbar=False, quiet=True, compute_convergence_checks=False, **settings)
    whole = time.perf_counter() - begin
    sampling = float(trace["posterior"].attrs["sampling_time"])
    return trace, whole - sampling, sampling


WAYS: dict[str, Callable[[Any, int], tuple[Any, float, float]]] = {
    "werkzorg.fit": by_package,
    "pm.sample(), all defaults": by_pymc,
    'pm.sample(nuts_sampler="pymc")': lambda model, seed: by_pymc(model, seed, nuts_sampler="pymc"),
}


def compare_draws(answer: np.ndarray, posterior: np.ndarray) -> tuple[float, float]:
    """How far one set of draws lies from another.

    Parameters
    ----------
    answer, posterior : ndarray (draw,)

    Returns
    -------
    tuple of float
        Difference of the means in standard deviations of the posterior, and ratio of the standard deviations.
    """
    return float((answer.mean() - posterior.mean()) / posterior.std()), float(answer.std() / posterior.std())


def samplers_table(taken: list[Taken]) -> str:
    """Markdown table; the ratio is that of the package to the way of the row, in effective samples per second."""
    lines = [
        "| way | compile and set-up, s | sampling, s | effective samples | per second | package : way | R-hat |",
        "|:--|--:|--:|--:|--:|--:|--:|",
    ]
    for way in taken:
        lines.append(
            f"| `{way.label}` | {way.compile:.2f} | {way.sampling:.2f} | {way.effective:.0f} | {way.rate:.0f} "
            f"| {taken[0].rate / way.rate:.2f} | {way.rhat:.3f} |"
        )
    return "\n".join(lines)


def agreement_table(agreement: dict[str, tuple[float, float]]) -> str:
    """Markdown table of the sampler-free answer against the posterior, one row per parameter."""
    lines = ["| parameter | difference of means, posterior sd | ratio of sd |", "|:--|--:|--:|"]
    lines += [f"| `{name}` | {shift:+.3f} | {ratio:.3f} |" for name, (shift, ratio) in agreement.items()]
    return "\n".join(lines)


def time_first_answer(pilot: Any) -> tuple[Any, float, float]:
    """The sampler-free answer and the seconds of its first and of a later call, imports done."""
    import werkzorg.inference.fit

    times = []
    for _ in range(2):
        begin = time.perf_counter()
        answer = werkzorg.first_answer(pilot)
        times.append(time.perf_counter() - begin)
    return answer, *times


def measure(pilot: Any, repeat: int) -> tuple[list[Taken], dict[str, np.ndarray]]:
    """Sample in all ways, in turn; per way the middle of the repeats by rate, and the package's last draws."""
    from werkzorg.inference.model import build_model

    model = build_model(count_data(pilot), *prior_on_log_scale(catalogue_of(pilot)))
    found: dict[str, list[Taken]] = {label: [] for label in WAYS}
    draws = {}
    for turn in range(repeat):
        for label, way in WAYS.items():
            with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
                trace, compile_seconds, sampling = way(model, SEED + turn)
            found[label].append(judge_trace(label, trace, compile_seconds, sampling))
            if way is by_package:
                draws = natural_scale(diagnostics.posterior_array(trace, "z").reshape(-1, len(PARAMETERS)))
    middle = [sorted(runs, key=lambda run: run.rate)[len(runs) // 2] for runs in found.values()]
    return middle, draws


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pilot", default="drechtsteden")
    parser.add_argument("--repeat", type=int, default=1, help="times each way is run; the middle one is printed")
    chosen = parser.parse_args(arguments)
    logging.getLogger("pymc").setLevel(logging.ERROR)
    pilot = werkzorg.load_pilot(chosen.pilot)
    answer, first, later = time_first_answer(pilot)
    taken, draws = measure(pilot, chosen.repeat)
    machine, versions = describe_platform(), package_versions()
    known = ", ".join(f"{name} {versions[name]}" for name in ("pymc", "nutpie", "numba") if name in versions)
    print(f"Sampling {chosen.pilot}, {len(PARAMETERS)} parameters; middle of {chosen.repeat} by rate")
    print(f"Python {machine['python']}, {machine['processors']} processors, {machine['system']}; {known}\n")
    print(samplers_table(taken))
    print(f"\nAnswer without a sampler, imports done: {first:.2f} s the first time, {later:.2f} s after that\n")
    print(agreement_table({name: compare_draws(answer[name].values, draws[name]) for name in PARAMETERS}))


if __name__ == "__main__":
    main()
