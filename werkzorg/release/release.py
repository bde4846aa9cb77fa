"""The gate: from draws to the table that readers' documents read."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import xarray as xr

from werkzorg import constants
from werkzorg.appraisal.checks import check_model
from werkzorg.appraisal.dropout import Dropout
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.inference import diagnostics
from werkzorg.inference.fit import draw_prior
from werkzorg.inference.forecast import forecast
from werkzorg.inference.record_data import RecordData
from werkzorg.inference.record_priors import record_priors
from werkzorg.ledger.care_change import split_change
from werkzorg.pilot import Pilot
from werkzorg.release.acceptability import acceptability_rows
from werkzorg.release.annotate import declares_sources, gated
from werkzorg.release.calendar import budget_rows
from werkzorg.release.checks import check_gates, check_rows, data_gates, price_gates
from werkzorg.release.decisions import decision_rows
from werkzorg.release.knowledge import assumption_rows, driver_rows, parameter_rows, source_ids, sources_of
from werkzorg.release.lost import lost_rows
from werkzorg.release.money import AT_THE_TABLE, Money
from werkzorg.release.practices import practice_facts, practice_rows
from werkzorg.release.records import record_rows, refuse_small
from werkzorg.release.results import Results, make_results
from werkzorg.release.rows import Row, rests_on_of
from werkzorg.release.sources import DISCOUNTING, used
from werkzorg.release.work import care_rows, funnel_rows, income_rows, outcome_rows, placement_rows, state_rows
from werkzorg.version import version
from werkzorg.wording import LANGUAGES, say


def release(
    pilot: Pilot,
    appraisal: xr.Dataset,
    *,
    posterior: xr.Dataset,
    trajectory: xr.Dataset,
    ledger: xr.Dataset,
    first: xr.Dataset | None = None,
    facts: Mapping[str, Any] | None = None,
    records: RecordData | None = None,
    dropout: Dropout | None = None,
    extremes: Dropout | None = None,
    threshold: int = THRESHOLD,
    cost_readers: Collection[str] = (),
    doubts: Collection[str] = (),
) -> Results:
    """Make the release table of a run.

    Parameters
    ----------
    pilot : Pilot
    appraisal, posterior, trajectory, ledger : Dataset
        From the steps before.
    first : Dataset, optional
        The sampler-free answer, shown beside the posterior.
    facts : mapping, optional
        What the run says about itself: `run_id`, `created`, `reused_fit`.
    records : RecordData, optional
        The reduced case records that the posterior was made with.
    dropout : Dropout, optional
        The answer under other readings of what became of people who were lost.
    extremes : Dropout, optional
        The answer without the person of whom care cost most.
    threshold : int
        Fewest people behind a number of the records.
    cost_readers : collection of str
        Who besides the payer may see what a client costs.
    doubts : collection of str
        What of the delivery somebody must look at (`cases.doubts`).

    Returns
    -------
    Results
        Facts, table, assumptions and gates; nothing per person and nothing per draw.

    Raises
    ------
    WerkzorgError
        Code RELEASE when there are records of fewer people than any number may rest on.
    """
    refuse_small(records, threshold)
    with_data = json.loads(posterior.attrs["with_data"])
    rests_on = rests_on_of(posterior)
    seed = int(posterior.attrs["seed"])
    prior = prior_of(pilot, posterior)
    rows: list[Row] = [
        *Money(pilot, appraisal, ledger, rests_on).rows(),
        *state_rows(trajectory, rests_on),
        *funnel_rows(pilot, trajectory, appraisal, rests_on),
        *placement_rows(pilot, forecast(pilot, posterior, seed=seed), rests_on),
        *outcome_rows(pilot, appraisal, rests_on),
        *income_rows(pilot),
        *care_rows(pilot, split_change(trajectory, pilot.participants_planned), rests_on),
        *parameter_rows(pilot, prior, posterior, first, with_data),
        *record_rows(pilot, records, posterior, threshold),
        *practice_rows(pilot, posterior, appraisal, rests_on),
    ]
    checks = check_model(
        pilot,
        posterior,
        appraisal,
        prior=prior,
        records=records,
        dropout=dropout,
        extremes=extremes,
        threshold=threshold,
    )
    rows += lost_rows(pilot, dropout, appraisal, sources_of(rows), rests_on, threshold)
    rows += check_rows(checks, rests_on)
    known = used(pilot, source_ids(rows))
    rows += driver_rows(pilot, posterior, appraisal, known, rests_on)
    rows += decision_rows(pilot, posterior, appraisal, known, sources_of(rows), rests_on)
    rows += budget_rows(pilot, appraisal, ledger, sources_of(rows), rests_on)
    rows += acceptability_rows(pilot, appraisal, sources_of(rows), rests_on)
    gates = [*gate_rows(posterior, appraisal, pilot), *check_gates(checks), *data_gates(records, doubts)]
    gates += price_gates(pilot)
    rows = gated(rows, records, declared=declares_sources(pilot), threshold=threshold, cost_readers=cost_readers)
    assumptions = assumption_rows(pilot, used(pilot, source_ids(rows) | DISCOUNTING))
    told = facts_of(pilot, posterior, appraisal, gates, facts or {}) | {"threshold": threshold}
    return make_results(told, rows, assumptions, gates)


def prior_of(pilot: Pilot, posterior: xr.Dataset) -> dict[str, np.ndarray]:
    """Prior draws (draw,) of everything that is shown, with the seed of the posterior."""
    seed = int(posterior.attrs["seed"])
    known = draw_prior(pilot, seed=seed)
    prior = {str(name): values.values for name, values in known.data_vars.items()}
    if posterior.attrs["basis"] in ("records", "aggregates"):
        prior |= record_priors(pilot, json.loads(posterior.attrs["with_data"]), seed=seed)
    return prior


def gate_rows(posterior: xr.Dataset, appraisal: xr.Dataset, pilot: Pilot) -> list[Row]:
    """Verdicts on the sampling and on the net results that are reported."""
    gates = [diagnostics.Gate(**gate) for gate in json.loads(posterior.attrs["gates"])]
    if gates:
        net = appraisal["net"].sel(party=[*AT_THE_TABLE, "society"], horizon=pilot.main_horizon_months, view="society")
        draws = net.transpose("draw", "party").values.reshape(constants.CHAINS, -1, net.sizes["party"])
        gates += diagnostics.check_draws("net", draws)
    return [
        diagnostics.as_records([gate])[0] | {f"label_{lang}": say(f"gate.{gate.id}", lang) for lang in LANGUAGES}
        for gate in gates
    ]


def facts_of(
    pilot: Pilot, posterior: xr.Dataset, appraisal: xr.Dataset, gates: list[Row], run: Mapping[str, Any]
) -> dict[str, Any]:
    """Facts about pilot and run that every document shows."""
    last = pilot.last_snapshot
    counts = {} if last is None else {
        "working": last.working, "applying": last.applying, "in_mediation": last.in_mediation,
        "left": last.left, "unaccounted": last.unaccounted,
    }  # fmt: skip
    verdicts = {str(gate["verdict"]) for gate in gates}
    criterion = pilot.criterion
    return {
        "pilot": pilot.id, "name_nl": pilot.name.nl, "name_en": pilot.name.en,
        "region_nl": pilot.region.nl, "region_en": pilot.region.en,
        "municipalities": [town.name for town in pilot.municipalities],
        "participants_planned": pilot.participants_planned, "enrolled": 0 if last is None else last.enrolled,
        "snapshot_date": (pilot.start if last is None else last.date).isoformat(), "counts": counts,
        "criterion": criterion
        and {"placed_at_least": criterion.at_least, "of": criterion.of, "measure": criterion.measure},
        "start_date": pilot.start.isoformat(), "end_date": pilot.end.isoformat(),
        "valuation_date": pilot.valuation_date.isoformat(), "price_year": pilot.price_year,
        "horizon": pilot.horizon_months, "main_horizon": pilot.main_horizon_months,
        "discount_rate": float(appraisal.attrs["discount_rate"]),
        "care_rates": dict(zip(("costs", "effects"), map(float, appraisal.attrs["care_rates"]), strict=True)),
        "evidence_set": pilot.evidence_set,
        "balance_error": float(np.asarray(appraisal.attrs["balance_error"])), "seed": int(posterior.attrs["seed"]),
        "draws": int(posterior.sizes["draw"]), "basis": str(posterior.attrs["basis"]),
        "data_points": int(posterior.attrs["data_points"]),
        "accountability": pilot.accountability.model_dump(exclude_none=True),
        "assumed_nl": " ".join(text.nl for text in pilot.assumed),
        "assumed_en": " ".join(text.en for text in pilot.assumed),
        **practice_facts(pilot), "version": version(), "created": "1970-01-01", "run_id": "", "reused_fit": False,
        "gates_verdict": "stop" if "stop" in verdicts else "warn" if "warn" in verdicts else "ok", **run,
    }  # fmt: skip
