"""werkzorg: what it costs and yields, and for whom, when mental-health clients on a benefit get into paid work.

The steps, each with one labelled structure that can be looked at before the next::

    pilot = werkzorg.load_pilot("drechtsteden")
    posterior = werkzorg.fit(pilot)
    trajectory = werkzorg.project(pilot, posterior)
    ledger = werkzorg.settle(pilot, trajectory)
    appraisal = werkzorg.appraise(pilot, ledger)
    results = werkzorg.release(pilot, appraisal, posterior=posterior, trajectory=trajectory, ledger=ledger)
    werkzorg.report(results, "results/drechtsteden")

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "load_pilot": "werkzorg.params.pilots",
    "pilot_names": "werkzorg.params.pilots",
    "catalogue": "werkzorg.params.catalogue",
    "first_answer": "werkzorg.inference.fit",
    "read_tables": "werkzorg.cases.reading",
    "reduce_records": "werkzorg.inference.reduction",
    "reduce_aggregates": "werkzorg.inference.aggregates",
    "pool": "werkzorg.inference.pool",
    "explain_claim": "werkzorg.inference.claim",
    "make_claim": "werkzorg.inference.claim_input",
    "fit": "werkzorg.inference.fit",
    "draw_prior": "werkzorg.inference.fit",
    "forecast": "werkzorg.inference.forecast",
    "project": "werkzorg.projection.trajectory",
    "settle": "werkzorg.ledger.settlement",
    "decompose": "werkzorg.ledger.decomposition",
    "appraise": "werkzorg.appraisal.appraise",
    "release": "werkzorg.release.release",
    "report": "werkzorg.reporting.make",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'werkzorg' has no attribute {name!r}")
    # A room may have the same name as its step (`release`): the step is what users call.
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
