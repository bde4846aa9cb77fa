"""Value of information against the closed form: `python -m benchmarks.decision [--draws N ...] [--full]`.

The arms have normal benefits in twenty parameters, ten for the effects and ten for the costs, the same size for each
arm, so that every answer for two arms has a closed form; for three and four arms the exact answer comes from
integration over the one or two normals that remain. Each row runs in a process of its own, so that the largest memory
can be told apart. One run gives: perfect information, acceptability curve and frontier at 501 thresholds; partial
information of 20 single parameters and of 5 pairs.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.reading import largest_memory

SIZES = {"default": (10_000,), "full": (10_000, 100_000)}
ARMS = (2, 3, 4)
THRESHOLDS = 501
PARAMETERS = 20
PAIRS = 5
AT = 20_000.0
"""Euros per unit at which partial information is asked for."""

WRONG = 4.5
"""Standard errors above which a value is wrong and not unlucky: one in 100,000, for all values of a run together."""


class Case(NamedTuple):
    """Slopes of effect and cost of each arm on the parameters, and their means."""

    effect: object  # ndarray (parameter, arm)
    cost: object  # ndarray (parameter, arm)
    effect_mean: object  # ndarray (arm,)
    cost_mean: object  # ndarray (arm,)


def make_case(arms: int) -> Case:
    """Made-up slopes: parameter k matters a little less than parameter k - 1; the first arm is the reference.

    Parameters
    ----------
    arms : int
        Number of arms.
    """
    import numpy as np

    rng = np.random.default_rng(20261122)
    weight = 0.9 ** np.arange(PARAMETERS)[:, None]
    effect, cost = rng.normal(size=(2, PARAMETERS, arms)) * weight * np.array([0.01, 200.0])[:, None, None]
    # Half of the parameters for the effects, half for the costs, by turns.
    effect[1::2], cost[0::2] = 0.0, 0.0
    effect[:, 0], cost[:, 0] = 0.0, 0.0
    steps = np.arange(arms)
    return Case(effect, cost, 0.01 * steps, 150.0 * steps)


def draw(case: Case, draws: int, seed: int = 1):
    """Random draws: effect and cost (draw, arm), parameters (draw, parameter).

    Parameters
    ----------
    case : Case
    draws : int
    seed : int
        Seed of the draws.
    """
    import numpy as np
    import xarray as xr

    known = np.random.default_rng(seed).standard_normal((draws, PARAMETERS))
    arms = [f"arm{k}" for k in range(len(case.effect_mean))]
    ids = [f"p{k:02d}" for k in range(PARAMETERS)]
    effect, cost = (
        xr.DataArray(known @ slopes + mean, dims=("draw", "arm"), coords={"arm": arms})
        for slopes, mean in ((case.effect, case.effect_mean), (case.cost, case.cost_mean))
    )
    return effect, cost, xr.DataArray(known, dims=("draw", "parameter"), coords={"parameter": ids})


def exact_value(slopes, mean) -> float:
    """Exact value of knowing some normals: mean of the largest of ``mean + normals @ slopes``, less the largest mean.

    Parameters
    ----------
    slopes : ndarray (normal, arm)
    mean : ndarray (arm,)

    Notes
    -----
    The largest of a few lines in one direction is a sum of normal integrals between their crossings; a second and third
    direction are left to the trapezium rule.
    """
    import numpy as np

    _, lengths, turned = np.linalg.svd(slopes - slopes[:, :1], full_matrices=False)
    lines = (lengths[:, None] * turned)[lengths > 1e-12 * lengths.max()]
    if not len(lines):
        return 0.0
    # A trapezium rule bears the kinks better than Gauss-Hermite nodes, which are 1e-3 off at 120 nodes.
    nodes = np.linspace(-8, 8, 801 if len(lines) < 3 else 161)
    weights = np.exp(-0.5 * nodes**2) / np.sqrt(2 * np.pi) * (nodes[1] - nodes[0])
    total = 0.0
    for places in product(range(len(nodes)), repeat=len(lines) - 1):
        level = mean + sum((nodes[k] * line for k, line in zip(places, lines[1:], strict=True)), np.zeros(len(mean)))
        total += np.prod(weights[list(places)]) * mean_of_largest_line(lines[0], level)
    return total - mean.max()


def mean_of_largest_line(slope, level) -> float:
    """Mean over a standard normal z of the largest of ``level + slope z``, by the crossings of the lines."""
    import numpy as np
    from scipy.special import ndtr

    order = np.lexsort((level, slope))
    total, low, here = 0.0, -np.inf, order[0]
    # Of equal slopes the highest line counts.
    here = max((k for k in order if slope[k] == slope[order[0]]), key=lambda k: level[k])
    while True:
        later = [k for k in order if slope[k] > slope[here]]
        crossings = {k: (level[here] - level[k]) / (slope[k] - slope[here]) for k in later}
        following = min(later, key=lambda k: (crossings[k], -slope[k]), default=None)
        high = np.inf if following is None else crossings[following]
        density = (np.exp(-0.5 * low**2) - np.exp(-0.5 * high**2)) / np.sqrt(2 * np.pi)
        total += level[here] * (ndtr(high) - ndtr(low)) + slope[here] * density
        if following is None:
            return float(total)
        low, here = high, following


def groups_of(kind: str) -> dict[str, list[str]]:
    """Twenty single parameters, or five pairs of an effect and a cost."""
    if kind == "singles":
        return {f"p{k:02d}": [f"p{k:02d}"] for k in range(PARAMETERS)}
    return {f"p{2 * k:02d}+p{2 * k + 1:02d}": [f"p{2 * k:02d}", f"p{2 * k + 1:02d}"] for k in range(PAIRS)}


def run_curves(draws: int, arms: int) -> dict[str, float]:
    """Seconds for all curves at 501 thresholds; largest error against the closed form, in euros and standard errors."""
    import numpy as np
    import xarray as xr

    from werkzorg.appraisal.decision import net_benefit
    from werkzorg.appraisal.information import evpi
    from werkzorg.appraisal.thresholds import trace_thresholds

    case = make_case(arms)
    effect, cost, _ = draw(case, draws)
    thresholds = xr.DataArray(np.linspace(0, 50_000, THRESHOLDS), dims="threshold")
    start = time.perf_counter()
    found = trace_thresholds(effect, cost, thresholds)
    seconds = time.perf_counter() - start
    memory = largest_memory()
    # Two normals remain of twenty parameters for two and three arms; four arms are checked at fewer thresholds.
    shown, errors, sizes = thresholds.values[:: 50 if arms < 4 else 250], [], []
    for k in shown:
        exact = exact_value(k * case.effect - case.cost, k * case.effect_mean - case.cost_mean)
        mine = found["evpi"].sel(threshold=k).item()
        errors.append(abs(mine - exact))
        sizes.append(errors[-1] / evpi(net_benefit(effect, cost, float(k)))["standard_error"].item())
    return {"seconds": seconds, "memory": memory, "error": max(errors), "standard_errors": max(sizes)}


def run_partial(draws: int, arms: int, kind: str) -> dict[str, float]:
    """Seconds for partial information of all groups of a kind; largest error in euros and in its standard errors."""
    from werkzorg.appraisal.decision import net_benefit
    from werkzorg.appraisal.information import evppi

    case = make_case(arms)
    effect, cost, parameters = draw(case, draws)
    benefit = net_benefit(effect, cost, AT)
    groups = groups_of(kind)
    start = time.perf_counter()
    found = evppi(benefit, parameters, groups)
    seconds = time.perf_counter() - start
    memory = largest_memory()
    slopes, mean = AT * case.effect - case.cost, AT * case.effect_mean - case.cost_mean
    errors, sizes = [], []
    for group, ids in groups.items():
        exact = exact_value(slopes[[int(name[1:]) for name in ids]], mean)
        one = found.sel(group=group)
        errors.append(abs(one["value"].item() - exact))
        # Where no draw changes the choice the error is nil by both.
        sizes.append(errors[-1] / max(one["standard_error"].item(), 1e-3))
    return {"seconds": seconds, "memory": memory, "error": max(errors), "standard_errors": max(sizes)}


PARTS = {
    "EVPI, CEAC, CEAF at 501 thresholds": run_curves,
    "EVPPI of 20 parameters": lambda draws, arms: run_partial(draws, arms, "singles"),
    "EVPPI of 5 pairs": lambda draws, arms: run_partial(draws, arms, "pairs"),
}


def _measure(queue: multiprocessing.Queue, part: str, draws: int, arms: int) -> None:
    # Loading libraries is no part of the calculation.
    run_partial(200, arms, "pairs")
    run_curves(200, 2)
    queue.put(PARTS[part](draws, arms))


def measure(part: str, draws: int, arms: int) -> dict[str, float]:
    """Seconds, megabytes and errors of one part in a process of its own.

    Parameters
    ----------
    part : str
        One of :data:`PARTS`.
    draws, arms : int
        Size.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measure, args=(queue, part, draws, arms))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{part} did not finish with {draws} draws and {arms} arms")
    return queue.get()


def main(arguments: list[str] | None = None) -> int:
    """Print the table; exit code 1 when an answer is further from the exact one than its errors allow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decision", description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, nargs="+", help=f"default {SIZES['default'][0]}")
    parser.add_argument("--full", action="store_true", help=f"{' and '.join(map(str, SIZES['full']))} draws")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    chosen = parser.parse_args(arguments)
    results, wrong = [], False
    print("| part | draws | arms | seconds | peak memory MB | largest error EUR | in standard errors |")
    print("|---|---|---|---|---|---|---|")
    for draws, arms, part in product(chosen.draws or SIZES["full" if chosen.full else "default"], ARMS, PARTS):
        one = measure(part, draws, arms)
        results.append({"part": part, "draws": draws, "arms": arms, **one})
        wrong = wrong or one["standard_errors"] > WRONG
        print(
            f"| {part} | {draws} | {arms} | {one['seconds']:.3f} | {one['memory']:.0f} | {one['error']:.2f} |"
            f" {one['standard_errors']:.1f} |",
            flush=True,
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf8")
    if wrong:
        print(f"An answer is more than {WRONG} standard errors from the exact one.", file=sys.stderr)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
