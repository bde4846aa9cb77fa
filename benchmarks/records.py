"""Fit on case records by number of people, in three ways: `python -m benchmarks.records [--people N ...] [--full]`.

    reduced, compiled   the package: sums over people, compiled density in coordinates close to a standard normal
    reduced, PyMC       the PyMC model of the same sums (`inference.record_model`), `pm.sample` with all defaults
    raw rows, PyMC      the same model written as one would in a notebook: a row for every month and half year of every
                        person, an effect for every person, `pm.sample` with all defaults

Half of the people are participants, half others, all made up by `werkzorg simulate`. Each cell of the table
runs in a process of its own. Effective samples: bulk ESS of the worst parameter, over the seconds of sampling, warm-up
included. Reading and reducing are named apart, as is the compilation that PyMC needs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import multiprocessing
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from benchmarks.reading import largest_memory

MONTHS = 36
SIZES = {"default": (40, 400), "full": (40, 400, 4_000, 40_000, 100_000)}
LARGEST = {"reduced, compiled": 10**9, "reduced, PyMC": 4_000, "raw rows, PyMC": 400}
"""Most people with which a way still ends in some minutes on two processors."""

DEFAULT_LARGEST = {"reduced, compiled": 10**9, "reduced, PyMC": 40, "raw rows, PyMC": 40}
SEED = 20180629


def load(folder: str) -> tuple[Any, Any, dict[str, float]]:
    """Pilot, tables, and seconds of reading."""
    import werkzorg
    from werkzorg.cases.reading import read_tables

    begin = time.perf_counter()
    pilot, tables = werkzorg.load_pilot(folder), read_tables(folder)
    return pilot, tables, {"read": time.perf_counter() - begin}


def inputs(pilot: Any, records: Any) -> tuple[Any, Any, Any]:
    """Arrays of the likelihood, no counts, and priors."""
    import numpy as np

    from werkzorg.inference.counts import CountData
    from werkzorg.inference.record_fit import record_prior, reference_cost
    from werkzorg.inference.record_likelihood import arrays
    from werkzorg.params.pilots import catalogue_of

    catalogue = catalogue_of(pilot)
    none = CountData(np.zeros((0, 1)), np.zeros((0, 3)), np.zeros(0), (0.0, 0.0), 0)
    return arrays(records, reference_cost(pilot, catalogue)), none, record_prior(catalogue)


def raw_rows(pilot: Any, tables: Any, records: Any) -> dict[str, Any]:
    """A row for every month at risk and every half year; months of equal covariates are told apart by nothing."""
    import numpy as np

    from werkzorg.inference.care_costs import cost_rows, design, service_cost
    from werkzorg.inference.care_periods import contacts_seen, in_care
    from werkzorg.inference.person_months import person_months
    from werkzorg.params.pilots import catalogue_of

    data, _, _ = inputs(pilot, records)

    def spread(cells):
        at_risk, events = cells[:, -2].round().astype(int), cells[:, -1].round().astype(int)
        place = np.repeat(np.arange(len(cells)), at_risk)
        number = np.arange(len(place)) - np.repeat(np.cumsum(at_risk) - at_risk, at_risk)
        return cells[place, :-2], (number < events[place]).astype(float)

    care = data["care"][:7]
    people = person_months(tables)
    rows = cost_rows(people, in_care(contacts_seen(people, tables)), service_cost(people, pilot, catalogue_of(pilot)))
    matrix = design(people, rows, pilot)
    return {
        "moves": spread(data["cells"]),
        "losses": spread(data["losses"]),
        "care": spread(np.column_stack([np.arange(7), care])),
        "wmo": data["care"][7:],
        "outcome": matrix[:, 0],
        "design": matrix[:, 1:],
        "person": np.unique(rows.person, return_inverse=True)[1],
        "facts": data["facts"],
    }


def build_raw_model(rows: dict[str, Any], prior: Any) -> Any:
    """The model of `docs/model.md` on rows, as a PyMC model."""
    import numpy as np
    import pymc as pm
    import pytensor.tensor as pt

    from werkzorg.inference import chances
    from werkzorg.inference.record_data import EFFECTS, ENTRY_EFFECTS, HAZARDS, MAX_PERIODS, PERIOD_MONTHS
    from werkzorg.inference.record_likelihood import BOUNDED, NORMAL
    from werkzorg.inference.transitions import EARLY_MONTHS, RATIO_MONTHS

    with pm.Model() as model:
        z = pm.Normal("z", prior.mu, prior.sigma, shape=len(NORMAL))
        effects = pm.Normal("effects", 0.0, 1.0, shape=len(EFFECTS))
        nu, centre, scale = prior.student
        work = pm.StudentT("work", nu=nu, mu=centre, sigma=scale)
        unit = pm.Beta("unit", prior.bounded.alpha, prior.bounded.beta)
        theta = {name: z[i] for i, name in enumerate(NORMAL)}
        share = {name: prior.bounded.low[i] + prior.bounded.width[i] * unit[i] for i, name in enumerate(BOUNDED)}
        scaled = effects * pt.exp(theta["hazard.effect_scale"])
        alone = theta["p_baseline_entry_hazard"] + theta["p_selection_shift"]
        ratio, late = theta["p_logrr_programme_nl"], theta["p_programme_entry_hazard_late_ratio"]
        early = alone + ratio + pt.log(RATIO_MONTHS / (EARLY_MONTHS + (RATIO_MONTHS - EARLY_MONTHS) * pt.exp(late)))
        again = theta["p_reentry_after_loss"]
        base = pt.stack(
            [early, early + late, alone, again, again - ratio, theta["p_dropout_hazard"], theta["exit_other.month"]]
        )
        # Matrices of zeros and ones: PyTensor takes a stack indexed by constants apart, one scalar a row.
        cells, moved = rows["moves"]
        log_hazard = (
            np.eye(len(HAZARDS))[cells[:, 0].astype(int)] @ base - theta["selection.comparison_gap"] * cells[:, 1]
        )
        log_hazard += cells[:, 2:] @ scaled[: len(ENTRY_EFFECTS)]
        pm.Bernoulli("moves", 1 - pt.exp(-pt.exp(log_hazard)), observed=moved)
        jobs, lost = rows["losses"]
        shape, size = pt.exp(theta["p_job_survival_weibull_shape"]), pt.exp(theta["p_job_survival_weibull_scale"])
        log_loss = pt.log((jobs[:, 0] + 1) ** shape - jobs[:, 0] ** shape) - shape * pt.log(size)
        log_loss += jobs[:, 2:] @ scaled[len(ENTRY_EFFECTS) :] - theta["p_hr_coach_retention"] * jobs[:, 1]
        pm.Bernoulli("losses", 1 - pt.exp(-pt.exp(log_loss)), observed=lost)
        idle = [share["care.admission_year_severe"], share["care.admission_year_common"]]
        odds = pt.exp(theta["p_logor_admission_in_work"])
        yearly = [share["p_leave_care_epa"], share["p_leave_care_cmd"], share["care.return_year"], *idle]
        yearly += [chances.quarterly_odds_changed(chance, odds) for chance in idle]
        monthly = chances.monthly_chance(pt.stack(yearly))
        kind, happened = rows["care"]
        pm.Bernoulli("care", np.eye(len(yearly))[kind[:, 0].astype(int)] @ monthly, observed=happened)
        use = share["wmo.use_share"]
        used = pt.stack([use, chances.odds_changed(use, pt.exp(theta["p_logor_wmo_in_work"]))])
        people, users = rows["wmo"].T
        pm.Potential("wmo", (users * pt.log(used) + (people - users) * pt.log(1 - used)).sum())

        reference, severe = rows["facts"][:2]
        back = share["care.return_year"]
        still = severe * chances.still_in_care(share["p_leave_care_epa"], back, 12)
        still += (1 - severe) * chances.still_in_care(share["p_leave_care_cmd"], back, 12)
        rise = theta["p_log_rtm_ggz_cost"] - pt.log(still)
        change = -chances.SOFTNESS * pt.softplus(-rise / chances.SOFTNESS)
        months = pt.arange(1, MAX_PERIODS * PERIOD_MONTHS + 1)
        after = chances.reversion(share["care.reversion_left"], months / 12).reshape((MAX_PERIODS, PERIOD_MONTHS))
        after = after.mean(axis=1)
        single = [theta["care.level"] + reference, theta["care.level_severe"], theta["care.level_comparison"]]
        single += [theta["care.level_worker"], work, theta["care.work_selection"], theta["care.trend_year"]]
        beta = pt.concatenate([pt.stack(single), change * after, theta["care.rtm_gap"] * after])
        variance = pt.exp(2 * theta["p_cost_sigma"])
        case = share["p_cost_autocorr"] * variance
        # Several half years know the level of a person well, so the effects are best sampled as they are.
        own = pm.Normal("own", 0.0, pt.sqrt(case), shape=int(rows["person"].max(initial=-1)) + 1)
        mean = rows["design"] @ beta + own[rows["person"]]
        pm.Normal("cost", mean, pt.sqrt(2 * (variance - case)), observed=rows["outcome"])
    return model


def by_package(pilot: Any, records: Any) -> dict[str, float]:
    """Seconds, effective samples and R-hat of the package's own sampling of the records."""
    import werkzorg

    begin = time.perf_counter()
    posterior = werkzorg.fit(pilot, records=records, seed=SEED)
    whole = time.perf_counter() - begin
    gates = {gate["id"]: gate["value"] for gate in json.loads(posterior.attrs["gates"])}
    sampling = json.loads(posterior.attrs["seconds"])["sampling"]
    return {
        "other": whole - sampling,
        "sampling": sampling,
        "effective": gates["sampling.ess_bulk"],
        "rhat": gates["sampling.rhat"],
    }


def by_pymc(model: Any) -> dict[str, float]:
    """The same of `pm.sample` with all defaults; what is not sampling by its own account is compilation."""
    import pymc as pm

    from werkzorg.inference import diagnostics

    begin = time.perf_counter()
    with model, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trace = pm.sample(random_seed=SEED, progressbar=False, quiet=True, compute_convergence_checks=False)
    whole = time.perf_counter() - begin
    sampling = float(trace["posterior"].attrs["sampling_time"])
    gates = [gate for name in ("z", "effects", "work", "unit") for gate in diagnostics.check_sampling(trace, name)]
    return {
        "other": whole - sampling,
        "sampling": sampling,
        "effective": min(gate.value for gate in gates if gate.id == "sampling.ess_bulk"),
        "rhat": max(gate.value for gate in gates if gate.id == "sampling.rhat"),
    }


def run_way(way: str, people: int) -> dict[str, float]:
    """All of one cell: make people up, read, reduce, sample."""
    from werkzorg.cases.simulate import simulate
    from werkzorg.inference.record_model import build_record_model
    from werkzorg.inference.reduction import reduce_records

    logging.getLogger("pymc").setLevel(logging.ERROR)
    half = max(people // 2, 20)
    with tempfile.TemporaryDirectory() as place:
        folder = str(Path(place) / "pilot")
        simulate(folder, cases=half, comparison=half, months=MONTHS, seed=1, form="parquet")
        pilot, tables, taken = load(folder)
        begin = time.perf_counter()
        records = reduce_records(pilot, tables)
        taken["reduce"] = time.perf_counter() - begin
        if way == "reduced, compiled":
            taken |= by_package(pilot, records)
        else:
            data, counts, prior = inputs(pilot, records)
            raw = way == "raw rows, PyMC"
            model = build_raw_model(raw_rows(pilot, tables, records), prior) if raw else None
            taken |= by_pymc(model or build_record_model(data, counts, prior))
    return taken | {"memory": largest_memory(), "rate": taken["effective"] / taken["sampling"]}


def _measure(queue: multiprocessing.Queue, way: str, people: int) -> None:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
        taken = run_way(way, people)
    queue.put(taken)


def measure(way: str, people: int) -> dict[str, float]:
    """Numbers of one cell, from a process of its own.

    Parameters
    ----------
    way : str
        One of :data:`LARGEST`.
    people : int
        Participants and others together.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measure, args=(queue, way, people))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{way} did not finish with {people} people")
    return queue.get()


def row_of(way: str, people: int, taken: dict[str, float]) -> str:
    """A row of the table."""
    return (
        f"| {way} | {people} | {taken['read']:.1f} | {taken['reduce']:.2f} | {taken['other']:.1f} |"
        f" {taken['sampling']:.1f} | {taken['effective']:.0f} | {taken['rate']:.1f} | {taken['rhat']:.3f} |"
        f" {taken['memory']:.0f} |"
    )


def draw_picture(results: list[dict[str, Any]], path: Path) -> None:
    """Effective samples per second by number of people, a line per way, logarithmic both ways."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for way, marker in zip(LARGEST, "os^", strict=True):
        rows = [row for row in results if row["way"] == way]
        axes.plot([row["people"] for row in rows], [row["rate"] for row in rows], marker=marker, label=way)
    axes.set(xscale="log", yscale="log", xlabel="people", ylabel="effective samples per second, worst parameter")
    axes.legend()
    figure.savefig(path)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; exit code 1 when the package's own fit does not converge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.records", description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", help=f"default {SIZES['default']}")
    parser.add_argument("--full", action="store_true", help=f"{SIZES['full']} people, each way as far as it ends")
    parser.add_argument("--ways", nargs="+", choices=list(LARGEST), default=list(LARGEST))
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    parser.add_argument("--picture", type=Path, help="also draw effective samples per second")
    chosen = parser.parse_args(arguments)
    sizes = chosen.people or SIZES["full" if chosen.full else "default"]
    largest = LARGEST if chosen.full or chosen.people else DEFAULT_LARGEST
    print("| way | people | read s | reduce s | compile, set up s | sampling s | effective | per second | R-hat | MB |")
    print("|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    results = []
    for people in sizes:
        for way in chosen.ways:
            if people <= largest[way]:
                results.append({"way": way, "people": people, **measure(way, people)})
                print(row_of(way, people, results[-1]), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf8")
    if chosen.picture:
        draw_picture(results, chosen.picture)
    return int(any(row["rhat"] > 1.05 for row in results if row["way"] == "reduced, compiled"))


if __name__ == "__main__":
    sys.exit(main())
